"""Exports: every quote comes back exactly, text of documents stays text, and nothing of an answer is lost."""

import io
import time
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.exporting import (
    EXPORT_FORMATS,
    Cell,
    CitedTable,
    export_exchanges,
    export_file_name,
    export_note,
    one_line,
)
from qa.exporting.blocks import clean_text
from qa.exporting.exports import FormatName
from qa.exporting.markdown_text import escape_markdown
from qa.parsers import Metadata, parse_path
from qa.schema import (
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Computed,
    Condition,
    Exchange,
    Filters,
    NoteItem,
    Span,
)
from tests.store.test_conversation_records import make_answer

DAY = date(2026, 11, 26)
FORMATS: tuple[FormatName, ...] = ("docx", "markdown", "html")
HOSTILE = (
    "<script>alert(1)</script> **bold** [click](javascript:alert(1)) ![x](http://x.example/p.png)\n"
    "# no heading\n- no item\n1. no number\n> no quote\n    no code\n| a | b |\n|---|---|\n```\n---\n===\n"
    "&lt;b&gt; $x$ www.example.org \\ </blockquote></li> {{ contents }} {% raw %}  \n\n\n\tend "
)


def cite(quote: str, number: int = 1, **changes: Any) -> Citation:
    values: dict[str, Any] = {
        "number": number, "document_id": "a", "source": "/home/ann/briefings/a.md", "page": 3,
        "metadata": Metadata(title="Costs", published=date(2025, 11, 3), publisher="Desk"),
        "heading": "Costs > All", "start": 10, "end": 10 + len(quote), "quote": quote,
        "document_sha256": "0123456789abcdef" * 4,
    }  # fmt: skip
    return Citation(**(values | changes))


def answer_with(*citations: Citation, **changes: Any) -> Answer:
    sentences = tuple(
        AnswerSentence(text=f"Sentence {citation.number}.", support="supported", citations=(citation.number,))
        for citation in citations
    )
    values: dict[str, Any] = {"sentences": sentences, "citations": citations}
    return replace(make_answer(), **(values | changes))


def asked(*answers: Answer) -> list[Exchange]:
    return [
        Exchange(question=answer.question, answer=answer, number=number, asked_at="2026-11-26T20:36:02+00:00")
        for number, answer in enumerate(answers)
    ]


# Read back by other programs --------------------------------------------------------------------------


class _Page(HTMLParser):
    """The text of a page outside of its head, that of each block quote, and every tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.quotes: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "blockquote":
            self.quotes.append("")
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "blockquote" in self._open:
            self.quotes[-1] += data
        if "head" not in self._open:
            self.text += data


def parse_markdown(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def token_text(token: Token) -> str:
    """What a reader sees of an inline token; a hard break is a newline."""
    assert {child.type for child in token.children or ()} <= {
        "text", "hardbreak", "strong_open", "strong_close", "em_open", "em_close",
    }  # fmt: skip
    return "".join("\n" if child.type == "hardbreak" else child.content for child in token.children or ())


def read_quotes(data: bytes, file_format: FormatName) -> list[str]:
    if file_format == "docx":
        document = docx.Document(io.BytesIO(data))
        return [part.text for part in document.paragraphs if part.style and part.style.name == "Quote"]
    if file_format == "html":
        return _Page(data.decode()).quotes
    quotes: list[str] = []
    inside = False
    for token in parse_markdown(data.decode()):
        if token.type == "blockquote_open":
            inside, start = True, len(quotes)
        elif token.type == "blockquote_close":
            inside = False
            assert len(quotes) == start + 1
        elif inside and token.type == "inline":
            quotes.append(token_text(token))
    return quotes


def read_text(data: bytes, file_format: FormatName) -> str:
    if file_format == "docx":
        return "\n".join(part.text for part in docx.Document(io.BytesIO(data)).paragraphs)
    if file_format == "html":
        return _Page(data.decode()).text
    return "\n".join(token_text(token) for token in parse_markdown(data.decode()) if token.type == "inline")


def export(
    exchanges: list[Exchange], file_format: FormatName = "markdown", title: str = "Costs of steel"
) -> bytes:
    return export_exchanges(exchanges, title=title, exported_on=DAY, file_format=file_format)


# Everything but halves of characters, which no document's text holds.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\t \\*_[]()<>#&;-+=1.|`~\r"), min_size=1
)


@pytest.mark.parametrize("file_format", FORMATS)
@given(quote=TEXT)
@example(quote=HOSTILE)
@example(quote="\n")
@example(quote=" \n\n a\n")
@example(quote="\x00\x1b[2J\x0c\x9b\ufffe\uffff")
@example(quote="\u202eevil \u2028 \u00a0")
@example(quote="1\\. 2) 3.")
@settings(max_examples=20, deadline=None)
def test_every_quote_comes_back(quote: str, file_format: FormatName) -> None:
    data = export(asked(answer_with(cite(quote))), file_format)
    expected = clean_text(quote)
    if file_format == "docx":  # a line break is one, however it was written
        expected = expected.replace("\r", "\n")
    assert read_quotes(data, file_format) == [expected]


def test_only_what_nobody_sees_is_replaced() -> None:
    kept = "".join(map(chr, range(0x20, 0x7F))) + "\t\n\r\u00a0\u00ad\u200b\u202e\u2028\ufeff\ue000\U0001f600"
    assert clean_text(kept) == kept
    assert clean_text("\0\x08\x0b\x1f\x7f\x9f\ud800\ufffe") == "\ufffd" * 8


@given(text=TEXT.map(clean_text))
@settings(max_examples=100, deadline=None)
def test_escaped_markdown_reads_as_the_text(text: str) -> None:
    tokens = parse_markdown(f"x{escape_markdown(text)}x")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert token_text(tokens[1]) == f"x{text}x"


def test_row_of_a_table_is_read_without_its_bars_and_quoted_with_them() -> None:
    row = "| Containers | 29 |"
    said = AnswerSentence(text=row, support="supported", citations=(1,))
    exchanges = asked(answer_with(cite(row), sentences=(said,)))
    data = export_exchanges(exchanges, title="T", exported_on=DAY, file_format="html")
    assert "Containers · 29 [1]" in " ".join(_Page(data.decode()).text.split())
    assert read_quotes(data, "html") == [row]


@pytest.mark.parametrize("file_format", FORMATS)
def test_hostile_text_is_text_everywhere(file_format: FormatName) -> None:
    line = " ".join(HOSTILE.split())
    metadata = Metadata(title=HOSTILE, publisher=HOSTILE, published=DAY)
    citation = cite(HOSTILE, metadata=metadata, heading=HOSTILE, source=f"https://x/{line}")
    answer = answer_with(
        citation,
        sentences=(AnswerSentence(text=HOSTILE, support="partial", citations=(1,), label=HOSTILE),),
        short_answer=HOSTILE,
        warnings=(HOSTILE,),
        model=HOSTILE,
        standalone_question=HOSTILE,
        conditions=(CheckedCondition(condition=Condition(text=HOSTILE, kind="name"), state="unstated"),),
    )
    refusal = replace(
        make_answer(), status="not_found", text=HOSTILE, sentences=(), citations=(), model_text=HOSTILE,
        suggestion=HOSTILE,
    )  # fmt: skip
    exchanges = [
        Exchange(question="Plain?", answer=answer),
        Exchange(question=HOSTILE, answer=refusal),
        Exchange(question=HOSTILE, error=HOSTILE, filters=Filters(topics=(HOSTILE,))),
    ]
    data = export(exchanges, file_format, title=HOSTILE)
    text = " ".join(read_text(data, file_format).split())
    # The title; seven of the answer, four of the refusal, three of the error, five of the source.
    assert text.count(line) == 20
    if file_format == "html":
        tags = _Page(data.decode()).tags
        assert {tag for tag, _ in tags} <= {
            "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "a", "strong", "ol",
            "ul", "li", "blockquote",
        }  # fmt: skip
        assert all(attributes["href"] == "#source-1" for tag, attributes in tags if tag == "a")
        assert not any("http" in (value or "") for _, attributes in tags for value in attributes.values())
    if file_format == "markdown":
        kinds = {token.type for token in parse_markdown(data.decode())}
        assert not kinds & {"table_open", "fence", "code_block", "html_block", "hr", "link_open"}
        assert [token.tag for token in parse_markdown(data.decode()) if token.type == "heading_open"] == [
            "h1", "h2", "h2", "h2", "h2",
        ]  # fmt: skip
    if file_format == "docx":
        assert len(docx.Document(io.BytesIO(data)).part.rels) == len(docx.Document().part.rels)


# What is in an export ---------------------------------------------------------------------------------


def lines(exchanges: list[Exchange]) -> list[str]:
    return [line for line in read_text(export(exchanges), "markdown").splitlines() if line]


def test_an_answer_with_its_sources() -> None:
    first, second = cite("It cost 40 pesos."), cite("It cost 30 pesos.", 2, start=90, end=107, page=None)
    answer = answer_with(
        first,
        second,
        short_answer="40 pesos",
        sentences=(
            AnswerSentence(text="It cost 40 pesos.", support="supported", citations=(1, 2)),
            AnswerSentence(
                text="Then 90 in May.", support="unsupported", unsupported_words=(Span(5, 7), Span(11, 14))
            ),
        ),
        computed=Computed(value="10", unit="pesos", how="40 - 30 = 10", cells=(1, 2)),
        conditions=(
            CheckedCondition(condition=Condition(text="2025", kind="period"), state="met", by="date"),
            CheckedCondition(
                condition=Condition(text="2030", kind="period"), state="contradicted", instead=("2029",)
            ),
        ),
        warnings=("the answer was cut off",),
        engine="llm",
        model="openai:m",
    )
    assert lines(asked(answer)) == [
        "Costs of steel",
        "1 question, exported on 26 November 2026",
        "What did it cost?",
        "Asked on 2026-11-26 20:36 UTC",
        "40 pesos",
        "It cost 40 pesos. [1] [2] Then 90 in May. (not supported: “90”, “May”)",
        "Worked out: 40 - 30 = 10 pesos [1] [2]",
        "Not met: 2030 — the documents have 2029",
        "Warning: the answer was cut off",
        "Chat model openai:m; 91% likely to be right",
        "Sources",
        "Costs, Desk, 3 November 2025, section “Costs > All”, page 3, version 0123456789ab",
        "It cost 40 pesos.",
        "From a.md",
        "Costs, Desk, 3 November 2025, section “Costs > All”, version 0123456789ab",
        "It cost 30 pesos.",
        "From a.md",
    ]


def test_only_the_quote_keeps_what_cannot_be_seen() -> None:
    """What turns the direction of words could hide the verdict behind them."""
    turned = "\u202eIt c\u00adost\u2066 40 pesos."
    sentence = AnswerSentence(text=turned, support="unsupported", citations=(1,))
    citation = cite(turned, metadata=Metadata(title=turned))
    text = lines(asked(answer_with(citation, sentences=(sentence,), warnings=(turned,))))
    assert text.count(turned) == 1
    assert "It cost 40 pesos. [1] (not supported)" in text
    assert "Warning: It cost 40 pesos." in text
    assert text[text.index(turned) - 1].startswith("It cost 40 pesos., Undated")


def test_a_refusal_is_one() -> None:
    refusal = replace(
        make_answer(), status="not_found", text="The documents do not answer this question.", sentences=(),
        citations=(), confidence=0.12, suggestion="What did steel cost?", model_text="It cost 50.",
        standalone_question="What did steel cost then?",
    )  # fmt: skip
    assert lines(asked(refusal))[3:] == [
        "Asked on 2026-11-26 20:36 UTC",
        "Understood as: What did steel cost then?",
        "The documents do not answer this question.",
        "Perhaps meant: What did steel cost?",
        "What the chat model wrote, and the documents do not bear out:",
        "It cost 50.",
        "Nearest documents: Costs – “all” (3 November 2025)",
        "Evidence reader, offline; 12% likely that the documents answer",
    ]


def test_what_has_no_answer() -> None:
    scope = Filters(
        documents=("a", "b"), topics=("rail", "road"), since=date(2025, 1, 2), until=date(2025, 2, 3),
        as_of=datetime(2026, 1, 1, 12, tzinfo=UTC),
    )  # fmt: skip
    assert lines(
        [
            Exchange(question="Too\nlong?", error="the question is too long", filters=scope),
            Exchange(question="On its way?"),
            Exchange(question="Stopped?", was_stopped=True),
        ]
    )[1:] == [
        "3 questions, exported on 26 November 2026",
        "Too long?",
        "only topics rail, road; 2 chosen documents; from 2 January 2025; to 3 February 2025; "
        "as the desk stood on 1 January 2026",
        "No answer: the question is too long",
        "On its way?",
        "There is no answer yet.",
        "Stopped?",
        "The answer was stopped.",
    ]


def test_lists_and_labels() -> None:
    citations = [
        cite(f"- Quote {number}.", number, start=number * 20, end=number * 20 + 10) for number in (1, 2, 3)
    ]
    parts = [
        AnswerSentence(text=citation.quote, support="supported", citations=(citation.number,), label=label)
        for citation, label in zip(citations, ("Canada", "Canada", None), strict=True)
    ]
    listed = export(asked(answer_with(*citations, sentences=tuple(parts), question_type="list"))).decode()
    assert "**Canada:**\n\n- Quote 1. \\[1\\]\n- Quote 2. \\[2\\]\n- Quote 3. \\[3\\]" in listed
    plain = [replace(part, text=part.text[2:]) for part in parts]
    compared = export(
        asked(answer_with(*citations, sentences=tuple(plain), question_type="compare"))
    ).decode()
    assert "**Canada:** Quote 1. \\[1\\] Quote 2. \\[2\\]\n\nQuote 3. \\[3\\]" in compared


def test_what_leads_to_a_list_is_no_item_of_it() -> None:
    parts = tuple(
        AnswerSentence(text=text, support="supported", citations=(1,)) for text in ("Others wait:", "Peru")
    )
    answer = answer_with(cite("Others wait: Peru"), sentences=parts, question_type="list")
    assert "\n\nOthers wait: \\[1\\]\n\n- Peru \\[1\\]" in export(asked(answer)).decode()


def test_two_cells_of_a_row_are_one_source_and_what_was_worked_out_is_said_once() -> None:
    cells = [cite("Vell | 64 | 87", number, source="upload:salt.xlsx") for number in (1, 2)]
    computed = Computed(value="23", unit="tonnes", how="87 - 64 = 23", cells=(1, 2))
    said = "Worked out by the desk: 87 - 64 = 23 tonnes."
    parts = (AnswerSentence(text=said, support="supported", citations=(1, 2)),)
    answer = answer_with(*cells, text=f"{said} [1] [2]", sentences=parts, computed=computed)
    text = lines(asked(answer))
    assert [line for line in text if "87 - 64" in line] == [f"{said} [1]"]
    assert "From salt.xlsx (uploaded)" in text


def test_rows_of_a_table_stand_in_it_once_with_the_cells_that_answer() -> None:
    cells = one_line(HOSTILE)
    table = CitedTable(
        "Salt by port",
        ((Cell("Port", True), Cell("2018", True)), (Cell(cells, True), Cell("121", False, True))),
    )
    citations = cite("| Vell | 121 |"), cite("| Vell | 121 |", 2, start=40, end=54)
    answer = replace(
        answer_with(*citations),
        sentences=tuple(
            AnswerSentence(text=text, support="supported", citations=numbers)
            for text, numbers in (
                ("| Vell | 121 |", (1,)),
                ("| Vell | 121 |", (2,)),
                ("In other words.", (1,)),
            )
        ),
    )
    asked = [Exchange(question="How much?", answer=answer)]

    def export(file_format: FormatName) -> bytes:
        return export_exchanges(
            asked, title="T", exported_on=DAY, file_format=file_format, tables=lambda _: {1: table, 2: table}
        )

    told = export("markdown").decode()
    assert "Vell, 121" not in told
    assert "In other words. [1]" in told.replace("\\", "")
    tokens = MarkdownIt().enable("table").parse(told)
    inside = [token.content for token in tokens if token.type == "inline" and token.level == 4][:4]
    assert [inside[0], inside[1], inside[3]] == ["Port", "2018", "**121**"]
    assert unescape(MarkdownIt().renderInline(inside[2])) == cells
    (drawn,) = docx.Document(io.BytesIO(export("docx"))).tables
    assert [[cell.text for cell in row.cells] for row in drawn.rows] == [["Port", "2018"], [cells, "121"]]
    page = export("html").decode()
    assert page.count("<table>") == 1
    assert "<mark>121</mark>" in page
    assert "<script>" not in page


def test_a_source_has_one_number_in_the_whole_export() -> None:
    same, other = cite("It cost 40 pesos."), cite("It cost 30 pesos.", 2)
    changed = replace(same, document_sha256="fedc" * 16)
    text = lines(asked(answer_with(same), answer_with(replace(same, number=5), other), answer_with(changed)))
    assert [line for line in text if line.startswith("Sentence")] == [
        "Sentence 1. [1]",
        "Sentence 5. [1] Sentence 2. [2]",
        "Sentence 1. [3]",
    ]
    assert text.count("It cost 40 pesos.") == 2


def test_a_note() -> None:
    answer = answer_with(cite("It cost\n40 pesos."), cite("More.", 2))
    items = [
        NoteItem(
            id="1", question="What did it cost?", answer=answer, citation_number=2, remark="Cite\nthis."
        ),
        NoteItem(id="2", question="What did it cost?", answer=answer),
    ]
    data = export_note(items, title="Steel", exported_on=DAY, file_format="markdown")
    assert read_text(data, "markdown").splitlines() == [
        "Steel",
        "Note with 2 items, exported on 26 November 2026",
        "What did it cost?",
        "Cite",
        "this.",
        "More. [1]",
        "Sentence 1. [2] Sentence 2. [1]",
        "Evidence reader, offline; 91% likely to be right",
        "Sources",
        "Costs, Desk, 3 November 2025, section “Costs > All”, page 3, version 0123456789ab",
        "More.",
        "From a.md",
        "Costs, Desk, 3 November 2025, section “Costs > All”, page 3, version 0123456789ab",
        "It cost",
        "40 pesos.",
        "From a.md",
    ]


@pytest.mark.parametrize("file_format", FORMATS)
def test_nothing_to_export_is_a_file_too(file_format: FormatName) -> None:
    data = export_note([], title=" ", exported_on=DAY, file_format=file_format)
    assert read_text(data, file_format).split() == (
        "Briefing Desk Note with 0 items, exported on 26 November 2026".split()
    )


# The files --------------------------------------------------------------------------------------------


def test_word_document_has_real_headings_and_a_numbered_list() -> None:
    data = export(asked(answer_with(cite("It cost 40 pesos."))), "docx", title="Costs\0 <b>")
    document = docx.Document(io.BytesIO(data))
    styles = [(part.style.name, part.text) for part in document.paragraphs if part.style]
    assert styles[0] == ("Title", "Costs\ufffd <b>")
    assert ("Heading 1", "What did it cost?") in styles
    assert ("Heading 1", "Sources") in styles
    assert [text[:5] for name, text in styles if name == "List Number"] == ["Costs"]
    assert (document.core_properties.title, document.core_properties.author) == (
        "Costs\ufffd <b>",
        "Briefing Desk",
    )


def test_our_own_reader_reads_the_word_document(tmp_path: Path) -> None:
    path = tmp_path / "export.docx"
    path.write_bytes(export(asked(answer_with(cite("It cost 40 pesos."))), "docx"))
    parsed = parse_path(path, metadata=Metadata(), max_bytes=10**6)
    assert parsed.metadata.title == "Costs of steel"
    assert "It cost 40 pesos." in parsed.text


@pytest.mark.parametrize("file_format", FORMATS)
def test_two_hundred_exchanges_are_exported_at_once(file_format: FormatName) -> None:
    answers = [
        answer_with(
            *(
                cite(f"Quote {place}.", place + 1, start=place + 200 * number, end=place + 200 * number + 8)
                for place in range(5)
            )
        )
        for number in range(200)
    ]
    began = time.process_time()
    data = export(asked(*answers), file_format)
    # 0.7 s where it was measured; the bound is for a machine that does other things.
    assert time.process_time() - began < 5
    if file_format == "docx":
        data = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert data.count(b"Quote ") == 1000


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_export_is_the_same_file(file_format: FormatName) -> None:
    exchanges = asked(answer_with(cite("It cost 40 pesos.")))
    assert export(exchanges, file_format) == export(exchanges, file_format)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Levies on steel: 2025/26?", "Levies-on-steel-2025-26.docx"),
        ("../../etc/passwd\0", "etc-passwd.docx"),
        ("Zölle — 関税", "Zölle-関税.docx"),
        ("…", "briefing-desk.docx"),
        ("x" * 500, "x" * 80 + ".docx"),
    ],
)
def test_file_names(title: str, name: str) -> None:
    assert export_file_name(title, "docx") == name


def test_formats_are_told_apart() -> None:
    assert tuple(EXPORT_FORMATS) == FORMATS
    assert [entry.suffix for entry in EXPORT_FORMATS.values()] == [".docx", ".md", ".html"]
