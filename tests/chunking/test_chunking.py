"""Cutting: headings, sections, sentences, windows, and that every offset is exact."""

import textwrap
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from qa.chunking import headings, is_title_line, sections, split_into_chunks
from qa.parsers import format_named, parse_bytes
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import GridCell, put_table
from qa.schema import Chunk, Document, Metadata
from qa.text.sentences import sentence_spans


def document(text: str, *, markdown: bool = False, title: str = "A title", body_start: int = 0) -> Document:
    return Document(
        id="d",
        source="d.txt",
        metadata=Metadata(title=title),
        text=text,
        sha256="0",
        markdown=markdown,
        body_start=body_start,
    )


def heading_words(text: str, *, markdown: bool = False, title: str = "A title") -> list[str]:
    return [heading.text for heading in headings(document(text, markdown=markdown, title=title))]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def chunk_sentences(text: str, chunk: Chunk) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in chunk.sentences]


LONG = (
    "The ministers of both countries met in the capital on Tuesday to talk about the price of timber, and "
    "they left without a date for another round."
)
SHORT = "Both sides say that they want a deal before the end of winter comes."

ARTICLE = "\n".join(
    [
        LONG,
        LONG,
        "What stands between the two sides?",
        LONG,
        "“Is it a question of money alone? No,” the minister said.",
        LONG,
        "What does each side hope for?",
        SHORT,
        "“We have time,” said Ms. Alder, who leads the talks for the U.S. side.",
        "Why now?",
        LONG,
    ]
)


# Headings of plain text -----------------------------------------------------------------------------


def test_questions_on_their_own_line_are_the_headings_of_an_article() -> None:
    assert heading_words(ARTICLE) == [
        "What stands between the two sides?",
        "What does each side hope for?",
        "Why now?",
    ]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_headings_of_wrapped_text_stand_between_blank_lines(width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(line, width) for line in ARTICLE.split("\n"))
    assert heading_words(wrapped) == heading_words(ARTICLE)


def test_a_first_line_that_was_only_wrapped_is_no_heading() -> None:
    text = "Canada and Mexico agreed on Thursday to a plan that would\n" + textwrap.fill(LONG, 60)
    assert heading_words(text) == []


def test_a_question_that_ends_a_wrapped_paragraph_is_no_heading() -> None:
    text = textwrap.fill(LONG, 60) + "\nWhat will they do now?\n\n" + textwrap.fill(LONG, 60)
    assert heading_words(text) == []


def test_a_first_line_is_the_title_though_author_and_date_stand_below() -> None:
    text = f"Timber talks resume\n\nBy Jane Doe\nSeptember 18, 2025\n\n{LONG}\n\nWhy now?\n\n{LONG}\n"
    article_headings = headings(document(text, title="Timber talks resume"))
    assert [(heading.level, heading.text) for heading in article_headings] == [
        (1, "Timber talks resume"),
        (2, "Why now?"),
    ]
    assert [section.path for section in sections(document(text, title="Timber Talks resume"))] == [
        None,
        "Why now?",
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("What are the risks?", id="question"),
        pytest.param("The root of the matter", id="title"),
        pytest.param("Canada: a list and a strategy", id="colon inside"),
        pytest.param("2 Scope of the agreement", id="number"),
        pytest.param("¿Qué sigue ahora?", id="spanish question"),
        pytest.param("関税とは何ですか", id="no capitals in this script"),
    ],
)
def test_reads_like_a_title(line: str) -> None:
    assert is_title_line(line)
    assert heading_words(f"{LONG}\n\n{line}\n\n{LONG}\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="empty"),
        pytest.param("He left the room.", id="sentence"),
        pytest.param("and then the talks went on", id="lower case"),
        pytest.param("“Why not?”", id="spoken"),
        pytest.param('"Why not?', id="starts with a quote"),
        pytest.param("THE PRESIDENT: Thank you all", id="speaker"),
        pytest.param("Q: Why not?", id="interview"),
        pytest.param("AUDIENCE: Booo —", id="ends in a dash"),
        pytest.param("(Applause)", id="stage direction"),
        pytest.param("(Cross-talk.)", id="full stop inside brackets"),
        pytest.param("Trioxygen (O", id="open bracket"),
        pytest.param("- What is it?", id="list item"),
        pytest.param("1. Log in", id="numbered item"),
        pytest.param("By Jane Doe", id="byline"),
        pytest.param("Published: 5 May 2025", id="label"),
        pytest.param("September 18, 2025", id="date"),
        pytest.param("Total 12 14 16", id="row of numbers"),
        pytest.param("Product    Price", id="columns"),
        pytest.param("Among the points raised were these:", id="colon at the end"),
        pytest.param("One two three four five six seven eight nine ten Eleven Twelve A B C", id="15 words"),
        pytest.param("A" + "b" * 100, id="101 characters"),
    ],
)
def test_reads_unlike_a_title(line: str) -> None:
    assert not is_title_line(line)
    assert heading_words(f"{LONG}\n\n{line}\n\n{LONG}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LONG}\n\nWhy not?\n\nBecause we can.\n\n{LONG}\n", id="question in a dialogue"),
        pytest.param(f"{LONG}\n\nThe end", id="nothing below"),
        pytest.param(f"{LONG}\n\nThe last words of\n\n" + LONG.replace("The", "the", 1), id="goes on below"),
        pytest.param("Both liquid and solid O\n2 are clear. " + LONG, id="lost subscript"),
        pytest.param(LONG.rstrip(".") + "\nThe Minister\n" + LONG, id="no full stop before"),
    ],
)
def test_lines_that_their_place_keeps_from_being_headings(text: str) -> None:
    assert heading_words(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f" = Alder = \n {LONG} \n = = Bark = = \n {LONG} \n = = = Cork = = = \n {LONG} \n",
            [(1, "Alder"), (2, "Bark"), (3, "Cork")],
            id="WikiText, spaced",
        ),
        pytest.param(
            f"== Alder ==\n{LONG}\n=== Bark ===\n{LONG}\n", [(2, "Alder"), (3, "Bark")], id="WikiText"
        ),
        pytest.param(
            f"Alder\n=====\n\n{LONG}\n\nBark\n----\n\n{LONG}\n", [(1, "Alder"), (2, "Bark")], id="underlined"
        ),
        pytest.param(
            f"=====\nAlder\n=====\n\n{LONG}\n\nBark\n====\n\n{LONG}\n",
            [(1, "Alder"), (2, "Bark")],
            id="RST overline",
        ),
        pytest.param(f"# Alder\n\n{LONG}\n\n## Bark\n{LONG}\n", [(1, "Alder"), (2, "Bark")], id="hashes"),
        pytest.param("Alder\n===\nBark\n===\n" + LONG, [(1, "Alder"), (1, "Bark")], id="one under another"),
    ],
)
def test_marked_headings_of_plain_text(text: str, expected: list[tuple[int, str]]) -> None:
    marked_headings = headings(document(text))
    assert [(heading.level, heading.text) for heading in marked_headings] == expected
    for heading in marked_headings:
        assert heading.text in text[heading.start : heading.end]


# Headings of Markdown -------------------------------------------------------------------------------

MARKDOWN = f"""\
---
title: The state of timber
---
# The state of timber

{SHORT}

## Prices *and* [duties](https://example.org/d) ##

{SHORT}

```sh
# no heading
make timber
```

> ## no heading in a quote

- item
  ## no heading in an item

Underlined `code`
-----------------

### Deeper &amp; down

{SHORT} It fell.
---
"""


def test_markdown_headings_have_exact_spans_and_no_marks() -> None:
    body_start = MARKDOWN.index("# The state")
    briefing = document(MARKDOWN, markdown=True, title="The state of timber", body_start=body_start)
    assert [(heading.level, heading.text) for heading in headings(briefing)] == [
        (1, "The state of timber"),
        (2, "Prices and duties"),
        (2, "Underlined code"),
        (3, "Deeper & down"),
    ]
    assert [briefing.text[heading.start : heading.end] for heading in headings(briefing)][1:3] == [
        "## Prices *and* [duties](https://example.org/d) ##",
        "Underlined `code`\n-----------------",
    ]
    assert [section.path for section in sections(briefing)] == [
        None,
        "Prices and duties",
        "Underlined code",
        "Underlined code > Deeper & down",
    ]


def test_the_only_level_1_heading_stays_in_the_path_if_the_title_is_another() -> None:
    text = f"# Timber\n\n## Prices\n\n{SHORT}\n"
    assert split_into_chunks(document(text, markdown=True), window_chars=950)[0].heading == "Timber > Prices"


def test_markdown_without_headings_is_read_like_plain_text() -> None:
    text = f"{LONG}\n\nWhat now?\n\n{LONG}\n\n```\nTotal cost\n\n{LONG}\n```\n"
    assert heading_words(text, markdown=True) == ["What now?"]


def test_front_matter_is_never_cut_into_passages() -> None:
    body_start = MARKDOWN.index("# The state")
    chunks = split_into_chunks(document(MARKDOWN, markdown=True, body_start=body_start), window_chars=950)
    assert min(chunk.start for chunk in chunks) >= body_start


# Sentences ------------------------------------------------------------------------------------------


SENTENCES = {
    "empty": [],
    "abbreviations": ["Mr. Alder met U.S. officials.", " ", "Prices rose 1.5 percent."],
    "words that are no abbreviations": [
        "Oster buys the coal.",
        " ",
        "Before that it bought wheat.",
        " ",
        "It was sold in Poland.",
        " ",
        "“We pay no tax.”",
        " ",
        "EU firms pay approx. Half of it.",
    ],
    "quotation that goes on": ["“Is it money? No,” he stated.", " ", "He left."],
    "quotation on a typewriter": ['"Is it money? No," he stated.', " ", "He left."],
    "quotation with a tiny end": ["“Is it money? No.”", " ", "She left."],
    "quotation that ends": ["“It is over.”", " ", "She left."],
    "list items": ["- First one.", "\n", "- second", "\n", "* Third. Fourth."],
    "list items of sentences": [
        "- The quota of May was filled before the summer had even begun.",
        " ",
        "The ministry has not said when it will open the next one.",
        "\n",
        "- **Unused quotas.** Exporters point to low fill rates. See Art. 5 Act.; none is open.",
    ],
    "numbered items": ["1. Log in. Then go.", "\n", "2. Log out."],
    "note marks": [
        "It fell by half.¹",
        " ",
        "It rose “again.”²,³",
        " ",
        "Then it fell.[a]",
        " ",
        "Costs are 5³ now.",
    ],
    "numbered caption": ["Table 1. Salt exports by market.", " ", "Figure 2.3. They rose.", " ", "So it is."],
    "table rows": ["| a | b |\n|---|---|", "\n", "| c | d |"],
    "wrapped": [
        "It fell in the spring of that same year, which\nMay was born in.",
        " ",
        "It rose\nagain in June, when nobody cared\nfor it.",
    ],
    "wrapped after an abbreviation": [
        "The talks about the price were led by Mr.\nAlder, who came from the capital."
    ],
    "a line each": ["Grown in May.", "\n", "Sold in June."],
    "short lines": ["Exports 2024: 5", "\n", "Exports 2025: 7"],
    "lost subscript": ["Liquid and solid O\n2 are clear substances."],
    "paragraphs without a full stop": [LONG.rstrip("."), "\n", LONG],
    "blank line": ["One", "\n\n", "two."],
    "rule": ["One.", "\n\n", "---", "\n\n", "Two."],
    "east asian": ["价格上涨。", "为什么\uff1f", "没人知道。"],
    "markers": ["It rose [1].", " ", "It fell [2, 3]."],
}


@pytest.mark.parametrize("pieces", [pytest.param(pieces, id=name) for name, pieces in SENTENCES.items()])
def test_sentences(pieces: list[str]) -> None:
    assert sentences(f"\n {''.join(pieces)} \n") == [piece for piece in pieces if piece.strip()]


def test_code_lines_and_rows_of_a_pipeless_table_are_sentences_of_their_own() -> None:
    text = "# Alder\n\n```\nfirst line\nsecond line\n```\n\na | b\n--|--\nc | d\ne | f\n"
    (chunk,) = split_into_chunks(document(text, markdown=True), window_chars=950)
    assert chunk_sentences(text, chunk) == [
        "```\nfirst line",
        "second line\n```",
        "a | b\n--|--",
        "c | d",
        "e | f",
    ]


# Windows --------------------------------------------------------------------------------------------


def test_windows_stay_inside_sections_and_carry_their_heading() -> None:
    chunks = split_into_chunks(document(ARTICLE), window_chars=950)
    assert [chunk.heading for chunk in chunks] == [
        None,
        "What stands between the two sides?",
        "What does each side hope for?",
        "Why now?",
    ]
    assert [chunk.section for chunk in chunks] == [0, 1, 2, 3]
    assert [chunk.ordinal for chunk in chunks] == [0, 1, 2, 3]
    assert "“Is it a question of money alone? No,” the minister said." in chunk_sentences(ARTICLE, chunks[1])


@pytest.mark.parametrize("count", [8, 9, 10, 15, 16, 17, 18])
def test_no_section_ends_in_a_tiny_window(count: int) -> None:
    text = " ".join(f"This is sentence number {number:02} of the whole section." for number in range(count))
    lengths = [chunk.end - chunk.start for chunk in split_into_chunks(document(text), window_chars=400)]
    assert max(lengths) <= 400
    assert min(lengths[-2:]) >= 100
    assert max(lengths[-2:]) - min(lengths[-2:]) <= 60 or len(lengths) == 1


def test_a_window_starts_with_a_paragraph_where_that_costs_little() -> None:
    sentence = "This sentence has exactly sixty characters with its stop at."
    text = f"{' '.join([sentence] * 5)}\n\n{' '.join([sentence] * 9)}"
    first, *_ = split_into_chunks(document(text), window_chars=400)
    assert len(first.sentences) == 5


def test_a_sentence_longer_than_a_window_is_cut_at_white_space() -> None:
    text = "word " * 100 + "x" * 450
    chunks = split_into_chunks(document(text), window_chars=200)
    pieces = [text[chunk.start : chunk.end] for chunk in chunks]
    assert all(len(piece) <= 200 for piece in pieces)
    assert "".join("".join(piece.split()) for piece in pieces) == "".join(text.split())
    assert set(" ".join(pieces).split()) - {"word"} == {"x" * 200, "x" * 50}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# Alder\n", ["# Alder"], id="nothing but a heading"),
        pytest.param("# Alder\n\n# Bark\n", ["# Alder", "# Bark"], id="nothing but headings"),
        pytest.param(f"# Alder\n\n{SHORT}\n\n## Bark", [SHORT, "## Bark"], id="heading at the end"),
        pytest.param(f"# Alder\n\n## Bark\n\n{SHORT}", [SHORT], id="carried in the path"),
        pytest.param(f"## Alder\n\n## Bark\n\n{SHORT}", ["## Alder", SHORT], id="beside the next"),
    ],
)
def test_a_heading_without_a_body_is_not_lost(text: str, expected: list[str]) -> None:
    chunks = split_into_chunks(document(text, markdown=True), window_chars=950)
    assert [text[chunk.start : chunk.end] for chunk in chunks] == expected


def test_a_window_must_hold_something() -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        split_into_chunks(document(ARTICLE), window_chars=0)


# Any text -------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "# Alder",
        "## Bark",
        "Setext\n======",
        "Rule\n---",
        " = Wiki = ",
        "= = Sub = =",
        "What now?",
        "The root of the matter",
        LONG,
        SHORT,
        "“Is it money? No,” he stated.",
        "- item one\n- item two\n  goes on",
        "1. first\n2. second",
        "| a | b |\n|---|---|\n| c | d |",
        "```\ncode # x\n\n# y\n```",
        "> quoted\n> ## more",
        "    indented code",
        "***",
        "word " * 60,
        "x" * 500,
        "\u200b",
        "\x0b\x1c\x85\u2028",
        "\t \xa0",
        "价格上涨。为什么\uff1f",
        "...",
        "<div>\n# in html\n</div>",
        "",
    ]
)
SEPARATORS = st.sampled_from(["\n", "\n\n", "\n\n\n", " \n\t\n ", " "])
COMPOSED = st.lists(st.tuples(PIECES | st.text(max_size=30), SEPARATORS), max_size=14).map(
    lambda pairs: "".join(piece + separator for piece, separator in pairs)
)
TEXTS = (COMPOSED | st.text(max_size=300)).map(lambda text: text.replace("\r\n", "\n").replace("\r", "\n"))


def check_cut(source: Document, chunks: tuple[Chunk, ...], window_chars: int) -> None:
    covered = [False] * len(source.text)
    for heading in headings(source):
        covered[heading.start : heading.end] = [True] * (heading.end - heading.start)
    last_end = source.body_start
    for ordinal, chunk in enumerate(chunks):
        assert chunk.ordinal == ordinal
        assert chunk.end - chunk.start <= window_chars
        for sentence in chunk.sentences:
            assert sentence.start >= last_end
            piece = source.text[sentence.start : sentence.end]
            assert piece
            assert piece == piece.strip()
            covered[sentence.start : sentence.end] = [True] * len(piece)
            last_end = sentence.end
    lost_offsets = [
        offset
        for offset in range(source.body_start, len(source.text))
        if not covered[offset] and not source.text[offset].isspace()
    ]
    assert not lost_offsets


def check_sections(source: Document, chunks: tuple[Chunk, ...]) -> None:
    source_sections = sections(source)
    for section in source_sections:
        windows = [chunk for chunk in chunks if chunk.section == section.ordinal]
        if section.heading is not None and not source.text[section.start : section.end].strip():
            assert section.is_carried == (not windows)
            continue
        offset = section.start
        for chunk in windows:
            assert chunk.heading == section.path
            for sentence in chunk.sentences:
                assert not source.text[offset : sentence.start].strip()
                offset = sentence.end
        assert not source.text[offset : section.end].strip()


@examples(max_examples=400)
@given(text=TEXTS, markdown=st.booleans(), window_chars=st.integers(1, 300), data=st.data())
def test_every_cut_is_exact_and_loses_nothing(
    text: str, markdown: bool, window_chars: int, data: st.DataObject
) -> None:
    body_start = data.draw(st.sampled_from([0, len(text) // 2]))
    source = document(text, markdown=markdown, body_start=body_start)
    chunks = split_into_chunks(source, window_chars=window_chars)
    check_cut(source, chunks, window_chars)
    check_sections(source, chunks)
    assert chunks == split_into_chunks(source, window_chars=window_chars)
    assert bool(chunks) == bool(text[body_start:].strip())


@examples(max_examples=300)
@given(text=TEXTS)
def test_sentences_tile_any_text(text: str) -> None:
    offset = 0
    for start, end in sentence_spans(text):
        assert not text[offset:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        offset = end
    assert not text[offset:].strip()


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(ARTICLE + "\n", id="article"),
        pytest.param("x", id="no space"),
        pytest.param("“a. ", id="open quotes"),
        pytest.param("- a\n", id="items"),
        pytest.param("# H\n", id="headings"),
        pytest.param(" \n", id="white space"),
    ],
)
@pytest.mark.parametrize("markdown", [False, True], ids=["plain", "markdown"])
@pytest.mark.no_cover
def test_time_grows_with_the_length_of_the_text(unit: str, markdown: bool) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit)) + "end"
        start = time.perf_counter()
        assert split_into_chunks(document(text, markdown=markdown), window_chars=950)
        return time.perf_counter() - start

    # Eight times the text: quadratic would be 64 times the time.
    assert seconds(160_000) < 24 * seconds(20_000) + 0.5


def test_a_small_letter_after_an_abbreviation_goes_on() -> None:
    text = "It is charged on the value of its non-U.S. content. Parts were drawn in. So it was."
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "It is charged on the value of its non-U.S. content.",
        "Parts were drawn in.",
        "So it was.",
    ]


# Tables -------------------------------------------------------------------------------------------


def salt_table(rows: int) -> Document:
    lines = "\n".join(f"| Harbour {number} | {number} | {number * 2} |" for number in range(rows))
    head = "# Salt\n\nTable 1. Exports, thousand tonnes.\n\n| Port | 2029 | 2030 |\n|---|---|---|\n"
    return parse_bytes(
        f"{head}{lines}\n".encode(),
        format_named("markdown"),
        name="salt.md",
        source="salt.md",
        metadata=Metadata(),
    ).to_document("d")


def test_a_window_of_rows_knows_what_names_its_columns() -> None:
    salt = salt_table(60)
    first, second, *_ = split_into_chunks(salt, window_chars=400)
    assert first.table_context is None
    assert second.table_context == "Table 1. Exports, thousand tonnes\nPort | 2029 | 2030"
    assert second.lead == second.table_context
    assert salt.text[second.start : second.end].startswith("| Harbour")


def test_rows_that_name_their_columns_need_only_the_caption() -> None:
    builder = ContentBuilder()
    builder.heading("Salt", 1)
    builder.paragraph("Exports in thousand tonnes")
    put_table(builder, [["Port", "2029"], *([f"Harbour {number}", "1"] for number in range(60))], head_rows=1)
    content = builder.build()
    salt = replace(document(content.text), structure=content.structure, tables=content.tables)
    first, second, *_ = split_into_chunks(salt, window_chars=400)
    assert first.table_context is None
    assert second.table_context == "Exports in thousand tonnes"
    assert second.lead == "Salt\nExports in thousand tonnes"


def test_a_row_over_all_columns_names_those_below() -> None:
    builder = ContentBuilder()
    rows: list[list[GridCell | str]] = [["Port", "2029"], [GridCell("North coast", colspan=2)]]
    rows += [[f"Harbour {number}", "1"] for number in range(40)]
    put_table(builder, [*rows, [GridCell("South coast", colspan=2)], ["Bay", "3"]], head_rows=1)
    content = builder.build()
    salt = replace(document(content.text), structure=content.structure, tables=content.tables)
    _, second, *_ = split_into_chunks(salt, window_chars=400)
    assert second.table_context == "North coast"


@pytest.mark.parametrize("row", ["Duty on cars: Act.; since 1930. See Art. 5. It holds."])
def test_a_row_is_never_cut_into_sentences(row: str) -> None:
    builder = ContentBuilder()
    builder.row([row, "No. 5. Since then."])
    content = builder.build()
    (chunk,) = split_into_chunks(
        replace(document(content.text), structure=content.structure), window_chars=900
    )
    assert chunk_sentences(content.text, chunk) == [f"{row} | No. 5. Since then."]
    text = f"# Duties\n\n| What | Since |\n|---|---|\n| {row} | 1930 |\n"
    *_, last = split_into_chunks(document(text, markdown=True), window_chars=900)
    assert f"| {row} | 1930 |" in chunk_sentences(text, last)
