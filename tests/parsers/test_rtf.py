"""RTF: letters in all their spellings, groups that are no text, headings, tables and notes."""

import pytest

from qa.parsers.office.rtf import read_rtf
from qa.parsers.parsed_text import ParsedContent
from tests.support.office import grids, lines, refusal

FONTS = r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset204 Times Cyr;}{\f2\fcharset128 Mincho;}}"
STYLES = r"{\stylesheet{Normal;}{\s1\outlinelevel0 Head;}{\s2 heading 2;}{\s3 toc 1;}{\*\cs9 heading 3;}}"


def read_lines(body: str) -> list[str]:
    return lines(
        read_rtf(("{\\rtf1\\ansi\\ansicpg1252\\deff0" + FONTS + STYLES + body + "}").encode("latin-1"))
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"caf\'e9", "café"),
        (r"price \u8364?5", "price €5"),
        (r"{\uc0\u8364 5}", "€5"),
        (r"\uc2\u8364\'80\'80!", "€!"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\f1\'d6\'e8\'f4\'f0\'e0", "Цифра"),
        (r"{\f2\'93\'fa\'96\'7b}", "日本"),
        (r"{\f2\'83A}", "ア"),
        (r"\ldblquote a\rdblquote\endash b\emdash c\lquote d\rquote", "“a”–b—c‘d’"),
        (r"a\tab b\line c\~d", "a b c d"),
        (r"\{braces\} and \\", "{braces} and \\"),
        (r"co\-op well\_known", "coop well-known"),
        ("one\r\n word", "one word"),
        (r"shown{\v hidden} again{\deleted gone}", "shown again"),
        (r"pay {\strike 60}{\striked1 50} 45\strike  or\strike0  crowns", "pay 45 crowns"),
        (r"a{\*\unknown out}b{\pict 00ff}c{\object{\*\objdata 00}{\result out}}d", "abcd"),
        (r"{\header out}{\footer out}{\annotation out}text", "text"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt the plan}}", "the plan"),
        (r"{\upr{plain}{\*\ud{\u8364?}}}", "€"),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt boxed}}}", "boxed"),
        ("a\\bin5 {{\\}}b", "ab"),
        (r"{\pard\plain \b bold\b0  plain}", "bold plain"),
        (r"{\*\bkmkstart x}text{\*\bkmkend x}{\xe out}", "text"),
    ],
)
def test_letters_and_groups(body: str, expected: str) -> None:
    assert read_lines(body + r"\par") == [expected]


def test_headings_are_told_by_outline_level_and_style() -> None:
    body = r"\pard\s1 A\par\pard\s2 B\par\pard\outlinelevel2 C\par\pard\s1\outlinelevel9 D\par"
    body += r"\pard\s3 E 7\par\pard F\par"
    assert read_lines(body) == ["# A", "## B", "### C", "D", "F"]


def test_items_have_their_markers() -> None:
    body = r"\pard{\pntext\'b7\tab}one\par{\listtext\pard\plain 2.\tab}two\par"
    assert read_lines(body) == ["- one", "2. two"]


def row(*cells: str, define: str = "") -> str:
    places = define or "".join(rf"\cellx{column}" for column in range(len(cells)))
    return r"\trowd" + places + r"\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def test_rows_name_their_columns() -> None:
    body = (
        "Before.\\par "
        + row("Country", "Exports")
        + row("Canada", "427.2")
        + row("Mex{\\b ico}", "505.9")
        + r"\pard After."
    )
    assert read_lines(body) == [
        "Before.",
        "| Country: Canada; Exports: 427.2.",
        "| Country: Mexico; Exports: 505.9.",
        "After.",
    ]


def test_marked_heads_and_merged_cells() -> None:
    body = (
        row("Place", "Capital", define=r"\trhdr\cellx1\cellx2")
        + row("Canada", "Ottawa", define=r"\clvmgf\cellx1\cellx2")
        + row("", "Iqaluit", define=r"\clvmrg\cellx1\cellx2")
    )
    assert read_lines(body) == ["| Place: Canada; Capital: Ottawa.", "| Place: Canada; Capital: Iqaluit."]


def test_notes_follow_their_paragraph() -> None:
    assert read_lines(r"A fact{\footnote\pard\plain\chftn  The source.}, told.\par Next.") == [
        "A fact¹, told.",
        "¹ The source.",
        "Next.",
    ]


def test_what_the_file_says_about_itself() -> None:
    info = (
        r"{\info{\title The \'e9tude}{\author Jane Doe}{\*\company Ministry of Trade}{\keywords steel, cars}"
        r"{\creatim\yr2024\mo5\dy6\hr7}{\doccomm out}}Text."
    )
    content = read_rtf(("{\\rtf1\\ansi" + info + "}").encode())
    metadata = content.metadata
    assert (metadata.title, str(metadata.published), metadata.publisher) == (
        "The étude",
        "2024-05-06",
        "Ministry of Trade",
    )
    assert metadata.topics == ("steel", "cars")
    assert content.text == "Text."


def test_files_that_break_off_or_nest_without_end_are_refused() -> None:
    assert "breaks off" in refusal(read_rtf, b"{\\rtf1 Some text that {\\b goes")
    assert "nested too deeply" in refusal(read_rtf, b"{\\rtf1 " + b"{" * 100_000)
    assert "no RTF" in refusal(read_rtf, b"Just text.")


def content_of(body: str, head: str = "") -> ParsedContent:
    return read_rtf(
        ("{\\rtf1\\ansi\\ansicpg1252\\deff0" + FONTS + STYLES + head + body + "}").encode("latin-1")
    )


# Notes and what stands apart ------------------------------------------------------------------------


def test_notes_bear_the_marks_of_the_text() -> None:
    body = (
        r"Exports were 45{\super\chftn}{\footnote\pard{\super\chftn} Provisional.} million"
        r"{\super\chftn}{\footnote\ftnalt{\super\chftn} At the end.} and 7"
        r"{\super a}{\footnote\pard {\super a} Estimated.}.\par Next."
    )
    assert read_lines(r"\aftnnrlc " + body) == [
        "Exports were 45¹ million[i] and 7[a].",
        "¹ Provisional.",
        "[i] At the end.",
        "[a] Estimated.",
        "Next.",
    ]


def test_a_note_is_not_raised_with_its_mark() -> None:
    assert read_lines(r"Sold 45{\super\chftn{\footnote\chftn  In 2023.}} times.\par") == [
        "Sold 45¹ times.",
        "¹ In 2023.",
    ]


def test_drawn_words_follow_their_paragraph() -> None:
    shape = r"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv {The} view}}{\sp{\sn other}{\sv out}}}}"
    assert read_lines(rf"Text{shape} here.\par") == ["Text here.", "The view"]


def test_a_note_after_a_table_stays_with_its_paragraph() -> None:
    body = (
        row("Country", "Exports")
        + row("Peru", "7")
        + r"\pard A fact\chftn{\footnote\chftn  The source.}.\par"
    )
    assert read_lines(body)[-2:] == ["A fact¹.", "¹ The source."]


@pytest.mark.parametrize(
    "box", [r"{\shp{\*\shpinst{\shptxt boxed\par}}{\shprslt boxed}}", r"{\*\do{\dptxbxtext boxed\par}}"]
)
def test_a_text_box_follows_its_paragraph(box: str) -> None:
    assert read_lines(rf"The text {box}goes on.\par Next.") == ["The text goes on.", "boxed", "Next."]


def test_heads_and_feet_of_pages_are_noted() -> None:
    watermark = r"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv DRAFT}}}}"
    field = r"{\field{\*\fldinst PAGE }{\fldrslt 3}}"
    header = rf"{{\header Draft, not government policy {watermark}\par}}"
    head = rf"{header}{{\footer Page {field}}}{{\footerf Page\chpgn}}"
    content = content_of("Text.", head)
    assert lines(content) == ["Text."]
    assert content.notes == ('watermark: "DRAFT"', 'page header: "Draft, not government policy"')


def test_what_is_left_out_is_said_in_one_line() -> None:
    body = (
        r"shown{\v hidden}{\deleted gone}{\*\annotation a}{\*\annotation b}{\pict 00}{\object{\*\objdata 0}}"
        r"{\mmath{\*\moMath{\mr x}}}\par\pard\s3 Scope 3\par"
    )
    content = content_of(body)
    assert lines(content) == ["shown"]
    assert content.notes == (
        "left out: 2 comments, 1 picture, 1 embedded object, 1 formula, hidden text, text deleted by tracked "
        "changes, table of contents",
    )


def test_a_heading_has_its_number() -> None:
    assert read_lines(r"\pard\s1{\listtext 2.1\tab}Quotas\par") == ["# 2.1 Quotas"]


# Letters --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "letters", "expected"),
    [
        (r"\mac", r"caf\'8e", "café"),
        (r"\pc", r"caf\'82", "café"),
        (r"\pca", r"\'9d", "Ø"),
        (r"\ansi\ansicpg1251", r"\'c4\'e0", "Да"),
        (r"{\fonttbl{\f5\cpg1253 Greek;}}", r"\f5\'c4", "Δ"),
    ],
)
def test_code_pages(page: str, letters: str, expected: str) -> None:
    assert lines(read_rtf(f"{{\\rtf1{page} {letters}\\par}}".encode())) == [expected]


def test_a_column_break_parts_words() -> None:
    assert read_lines(r"one\column two\par") == ["one two"]


# Tables ---------------------------------------------------------------------------------------------


def test_cells_stand_in_the_columns_that_their_edges_say() -> None:
    body = (
        row("Country", "Exports", define=r"\trhdr\clvmgf\cellx2000\cellx6000")
        + row("", "2022", "2023", define=r"\trhdr\clvmrg\cellx2000\cellx4010\cellx6000")
        + row("Peru", "", "7", define=r"\cellx1990\cellx4000\cellx6000")
    )
    assert grids(content_of(body)) == [
        [["*Country", "*Exports", "*Exports"], ["*Country", "*2022", "*2023"], ["*Peru", "", "7"]]
    ]


def test_cells_merged_across() -> None:
    body = row("Country", "Exports", "", define=r"\trhdr\cellx2000\clmgf\cellx4000\clmrg\cellx6000") + row(
        "Peru", "6", "7", define=r"\cellx2000\cellx4000\cellx6000"
    )
    assert grids(content_of(body))[0] == [["*Country", "*Exports", "*Exports"], ["*Peru", "6", "7"]]


def test_a_bold_first_row_of_words_is_a_head() -> None:
    rows = row("Author", "Place"), row("Doe", "Ottawa")
    assert grids(content_of("".join(rows)))[0][0] != ["*Author", "*Place"]
    assert grids(content_of(row(r"{\b Author}", r"\b Place\b0 ") + rows[1]))[0][0] == ["*Author", "*Place"]


def test_paragraphs_and_items_of_a_cell_are_told_apart() -> None:
    items = r"{\listtext 1.\tab}by post\par {\listtext 2.\tab}by boat"
    body = row("Office", "Open", "Acts", define=r"\trhdr\cellx1\cellx2\cellx3") + row(
        "Berg", r"Saturday\par Sunday", items
    )
    assert read_lines(body) == ["| Office: Berg; Open: Saturday; Sunday; Acts: 1. by post; 2. by boat."]


def test_a_table_in_a_cell_stays_in_its_row() -> None:
    inner = (
        r"\itap2 steel\nestcell 7\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}"
        r"\itap2 glass\nestcell 8\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}\pard\intbl "
    )
    body = row("Country", "Goods", define=r"\trhdr\cellx1\cellx2") + row("Peru", inner)
    assert read_lines(body) == ["| Country: Peru; Goods: steel, 7; glass, 8."]


def nested(*cells: str, edges: str) -> str:
    """A row of a table in a cell; its properties follow it."""
    texts = "".join(rf"\itap2 {cell}\nestcell " for cell in cells)
    return texts + rf"{{\*\nesttableprops\trowd{edges}\nestrow}}{{\nonesttables\par}}"


def test_tables_side_by_side_in_the_cells_of_another_are_tables() -> None:
    """The names of the second cover two columns."""
    fruit = nested("Fruit", "2029", edges=r"\trhdr\cellx500\cellx900") + nested(
        "Pears", "120", edges=r"\cellx500\cellx900"
    )
    heads = nested("Leaf", "Both halls", edges=r"\trhdr\cellx500\cellx1500")
    leaves = heads + nested("Leeks", "33", "35", edges=r"\cellx500\cellx900\cellx1500")
    body = row(rf"Fruit, tonnes\par {fruit}\pard\intbl ", leaves + r"\pard\intbl In May.")
    content = content_of(r"\pard Before.\par " + body + r"\pard After.\par ")
    assert grids(content) == [
        [["*Fruit", "*2029"], ["*Pears", "120"]],
        [["*Leaf", "*Both halls", "*Both halls"], ["*Leeks", "33", "35"]],
    ]
    texts = [line for line in lines(content) if "|" not in line]
    assert texts == ["Before.", "Fruit, tonnes", "In May.", "After."]


def test_paragraphs_with_tabs_are_a_table() -> None:
    rows = (r"Good\tab 2029\tab 2030", r"Curd\tab 4.0\tab 3.5", r"Butter\tab\tab 2.0")
    content = content_of(r"\pard Rates:\par " + "".join(rf"{line}\par " for line in rows) + "All in percent.")
    assert grids(content) == [[["*Good", "*2029", "*2030"], ["*Curd", "4.0", "3.5"], ["*Butter", "", "2.0"]]]
    assert lines(content)[0] == "Rates:"
    assert lines(content_of(r"Yours,\tab\tab Doe\par Ottawa\tab\tab May\par "))[0] == "Yours, Doe"


# Damage ---------------------------------------------------------------------------------------------


def test_a_missing_brace_loses_nothing() -> None:
    content = read_rtf(b"{\\rtf1 One.\\par {\\b Two.\\par {\\footnote Three.}}\r\n\0")
    assert lines(content) == ["One.", "Two.", "Three."]
    assert "does not close" in content.notes[0]


def test_what_follows_the_end_is_named() -> None:
    assert read_rtf(b"{\\rtf1 One.\\par}\r\n\0").notes == ()
    assert read_rtf(b"{\\rtf1 One.\\par} Two.").notes == ("left out: what follows the end of the document",)
