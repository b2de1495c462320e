"""Raised and lowered runs of a line are no part of the figures beside them, in every office format."""

import pytest

from qa.parsers.office.docx import read_docx
from qa.parsers.office.pptx import read_pptx
from qa.parsers.office.raised_runs import Run, join_runs
from qa.parsers.office.rtf import read_rtf
from tests.support.office import docx, lines, pptx

# Pieces of a line with how they are set (1 raised, -1 lowered), and what the line must say.
LINES = [
    ([("83", 0), ("2", 1), (" million", 0)], "83² million"),
    ([("6.5", 0), ("3", 1)], "6.5³"),
    ([("10", 0), ("-", 1), ("3", 1)], "10⁻³"),
    ([("45", 0), ("1 ", 1), ("million", 0)], "45¹ million"),
    ([("the 5", 0), ("th", 1), (" round", 0)], "the 5th round"),
    ([("CO", 0), ("2", -1), (" rose", 0)], "CO2 rose"),
    ([("log 4", 0), ("10", -1)], "log 4₁₀"),
    ([("11", 0), ("a", 1)], "11[a]"),
    ([("3", 0), ("1", 1), ("/", 0), ("2", -1), (" tonnes", 0)], "3 1/2 tonnes"),
]


@pytest.mark.parametrize(("pieces", "expected"), LINES)
def test_no_figure_takes_in_what_is_raised_or_lowered(pieces: list[tuple[str, int]], expected: str) -> None:
    word_names = {0: "baseline", 1: "superscript", -1: "subscript"}
    word = "".join(
        f'<w:r><w:rPr><w:vertAlign w:val="{word_names[shift]}"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
        for text, shift in pieces
    )
    powerpoint = "".join(
        f'<a:r><a:rPr baseline="{30000 * shift}"/><a:t>{text}</a:t></a:r>' for text, shift in pieces
    )
    rtf_words = {0: "", 1: r"\super ", -1: r"\sub "}
    rtf = "".join(f"{{{rtf_words[shift]}{text}}}" for text, shift in pieces)
    slide = f"<p:sp><p:txBody><a:p>{powerpoint}</a:p></p:txBody></p:sp>"
    assert lines(read_docx(docx(f"<w:p>{word}</w:p>"))) == [expected]
    assert lines(read_pptx(pptx(slide))) == [expected]
    assert lines(read_rtf(f"{{\\rtf1 {rtf}}}".encode("latin-1"))) == [expected]


def test_two_raised_figures_side_by_side_are_two() -> None:
    assert join_runs([Run("m"), Run("2", 1), Run("³", is_mark=True)]) == "m² ³"
    assert join_runs([Run("fact"), Run("¹", is_mark=True), Run("²", is_mark=True)]) == "fact¹ ²"


STYLES = (
    '<w:style w:type="character" w:styleId="Raised"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    "</w:style>"
    '<w:style w:type="character" w:styleId="Based"><w:basedOn w:val="Raised"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Low"><w:rPr><w:vertAlign w:val="subscript"/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:rStyle w:val="Raised"/>', "83²"),
        ('<w:rStyle w:val="Based"/>', "83²"),
        ('<w:rStyle w:val="Raised"/><w:vertAlign w:val="baseline"/>', "832"),
        ('<w:position w:val="6"/>', "83²"),
        ('<w:position w:val="-6"/>', "83₂"),
        ('<w:position w:val="1"/>', "832"),
    ],
)
def test_word_raises_by_style_and_by_position(properties: str, expected: str) -> None:
    body = f"<w:p><w:r><w:t>83</w:t></w:r><w:r><w:rPr>{properties}</w:rPr><w:t>2</w:t></w:r></w:p>"
    assert lines(read_docx(docx(body, styles=STYLES))) == [expected]


def test_word_lowers_by_the_style_of_the_paragraph() -> None:
    own = '<w:rPr><w:vertAlign w:val="baseline"/></w:rPr>'
    runs = f"<w:r>{own}<w:t>log 4</w:t></w:r><w:r><w:t>10</w:t></w:r>"
    body = f'<w:p><w:pPr><w:pStyle w:val="Low"/></w:pPr>{runs}</w:p>'
    assert lines(read_docx(docx(body, styles=STYLES))) == ["log 4₁₀"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"83\super 2\nosupersub  million", "83² million"),
        (r"83\super 2\super0  million", "83² million"),
        (r"83\up6 2\up0  million", "83² million"),
        (r"83{\up 2} million", "83² million"),
        (r"log 4{\dn6 10}", "log 4₁₀"),
        (r"83{\up1 2}", "832"),
        (r"83\super 2\plain  million", "83² million"),
    ],
)
def test_rtf_raises_by_position_and_until_it_is_told_otherwise(body: str, expected: str) -> None:
    assert lines(read_rtf(f"{{\\rtf1 {body}\\par}}".encode())) == [expected]


def math(inner: str) -> str:
    return f'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{inner}</m:oMath>'


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<m:sSup><m:e>{run('6.5')}</m:e><m:sup>{run('3')}</m:sup></m:sSup>", "6.5³"),
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('n+1')}</m:sup></m:sSup>", "x^(n+1)"),
        (f"<m:sSub><m:e>{run('4')}</m:e><m:sub>{run('10')}</m:sub></m:sSub>", "4₁₀"),
        (f"<m:f><m:num>{run('1')}</m:num><m:den>{run('a+b')}</m:den></m:f>", "1/(a+b)"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>{run('2')}</m:e></m:rad>", "√(2)"),
        (f"<m:d><m:e>{run('a')}</m:e></m:d>", "(a)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i=1")}</m:sub>'
            f"<m:sup>{run('9')}</m:sup><m:e>{run('x')}</m:e></m:nary>",
            "∑_(i=1)⁹ x",
        ),
        (f"<m:m><m:mr><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:mr></m:m>", "1, 2"),
    ],
)
def test_formulas_keep_their_figures_apart(inner: str, expected: str) -> None:
    assert lines(read_docx(docx(f"<w:p>{math(inner)}</w:p>"))) == [expected]
    slide = f"<p:sp><p:txBody><a:p><a:m>{math(inner)}</a:m></a:p></p:txBody></p:sp>"
    assert lines(read_pptx(pptx(slide))) == [expected]


@pytest.mark.parametrize(
    ("font", "code", "expected"),
    [("Symbol", 0xA3, "≤"), ("Symbol", 0x6D, "\N{GREEK SMALL LETTER MU}"), ("Wingdings", 0xFE, "☑")],
)
def test_signs_of_symbol_fonts(font: str, code: int, expected: str) -> None:
    private = chr(0xF000 + code)
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>'
    word = f'<w:sym w:font="{font}" w:char="F0{code:02X}"/><w:t>5 {private}6</w:t>'
    assert lines(read_docx(docx(f"<w:p><w:r>{fonts}{word}</w:r></w:p>"))) == [f"{expected}5 {expected}6"]
    slide = f'<a:p><a:r><a:rPr><a:sym typeface="{font}"/></a:rPr><a:t>{private}5</a:t></a:r></a:p>'
    assert lines(read_pptx(pptx(f"<p:sp><p:txBody>{slide}</p:txBody></p:sp>"))) == [f"{expected}5"]
    table = rf"{{\fonttbl{{\f0\fcharset0 Times;}}{{\f3\fcharset2 {font};}}}}"
    rtf = rf"{{\rtf1\ansi\deff0{table}{{\f3\'{code:02x}}}5 {{\f3\u{0xF000 + code - 0x10000}?}}6\par}}"
    assert lines(read_rtf(rtf.encode())) == [f"{expected}5 {expected}6"]
