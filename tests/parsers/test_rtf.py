"""RTF: letters in all their spellings, groups that are no text, headings, tables and notes."""

import pytest

from qa.parsers.office.rtf import read_rtf
from tests.support.office import lines, refusal

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
        + row("Mex{\\b ico}", "5\\par 6")
        + r"\pard After."
    )
    assert read_lines(body) == [
        "Before.",
        "| Country: Canada; Exports: 427.2.",
        "| Country: Mexico; Exports: 5 6.",
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
        "A fact, told.",
        "The source.",
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
