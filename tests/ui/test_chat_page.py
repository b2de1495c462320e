"""The app without a browser: what it makes of answers and documents, and the script itself."""

import gc
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import qa.ui
from qa.assistant import Assistant
from qa.errors import ModelError, QuestionError, StoreError
from qa.exporting.limits import describe_filters
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import put_table
from qa.schema import (
    NOT_FOUND,
    AddReport,
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Computed,
    Condition,
    ConditionState,
    Document,
    DocumentSummary,
    Exchange,
    Filters,
    Metadata,
    Passage,
    RecognisedPage,
    Sentence,
    SentPassage,
    Span,
    StreamEvent,
    Turn,
    Version,
)
from qa.store import ConversationRecords
from qa.ui.chat import answer_job, answer_table, conversation
from qa.ui.chat.answer_job import AnswerTurns, ExchangeKeeper
from qa.ui.chat.answer_view import build_answer_view, opened_passage, read_meaning
from qa.ui.chat.chat_state import ChatState
from qa.ui.chat.document_excerpt import OpenedPassage, build_document_view, find_phrases
from qa.ui.chat.document_pane import change_passage, choose_version, describe_versions, open_passage
from qa.ui.chat.first_steps import sample_folder
from qa.ui.chat.scope import describe_scope, describe_wrong_days, read_scope, write_scope
from qa.ui.chat.suggestions import newest_first, suggest, suggest_next
from qa.ui.corpus.corpus_jobs import AdditionJob, AdditionJobs, SourceProgress
from qa.ui.shared import escape, resources
from qa.ui.shared.background_job import BackgroundJob
from qa.ui.shared.formatting import (
    describe_confidence,
    describe_missing,
    file_name,
    format_date,
    read_rows,
    split_rows,
)
from tests.support.doubles import nest_metadata

PAGE = Path(qa.ui.__file__).with_name("page.py")
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> $x$ [a](javascript:alert(1)) **bold** "
    ":red[x] :material/home: `code` :smile: & \"quoted\" 'single'"
)


def citation(
    number: int, document_id: str = "a", quote: str = "It costs 40 pesos.", **fields: Any
) -> Citation:
    start = fields.pop("start", 100)
    values: dict[str, Any] = {
        "title": f"Title of {document_id}",
        "source": f"/briefings/{document_id}.md",
        "published": date(2025, 11, 3),
        "page": None,
        "heading": "Costs",
        **fields,
    }
    return Citation(
        number=number,
        document_id=document_id,
        start=start,
        end=start + len(quote),
        quote=quote,
        **nest_metadata(values),
    )


def passage(document_id: str = "a", text: str = "Nothing of the kind.", start: int = 5) -> Passage:
    end = start + len(text)
    return Passage(
        chunk_id="1",
        document_id=document_id,
        ordinal=0,
        section=0,
        start=start,
        end=end,
        heading=HOSTILE,
        metadata=Metadata(title=HOSTILE),
        source="a.md",
        text=text,
        sentences=(Sentence(start, end),),
        score=0.1,
    )


def answered(*citations: Citation, sentences: tuple[AnswerSentence, ...] = (), **fields: Any) -> Answer:
    values: dict[str, Any] = {
        "question": "What does it cost?",
        "standalone_question": "What does it cost?",
        "status": "answered",
        "text": "It costs 40 pesos. [1]",
        "passages": (),
        "engine": "extractive",
        "model": None,
        "confidence": 0.9,
        **fields,
    }
    own = tuple(AnswerSentence(text=c.quote, support="supported", citations=(c.number,)) for c in citations)
    return Answer(sentences=sentences or own, citations=citations, **values)


def refused(**fields: Any) -> Answer:
    return answered(
        **{
            "sentences": (AnswerSentence(text="No.", support="supported"),),
            "status": "not_found",
            "text": "No.",
            "passages": (passage(),),
            "confidence": 0.1,
            **fields,
        },
    )


def document(text: str, **fields: Any) -> Document:
    values = {"id": "a", "source": "/x/a.md", "title": HOSTILE, "sha256": "0", "markdown": True, **fields}
    return Document(text=text, **nest_metadata(values))


def summary(document_id: str, title: str, published: date | None = None, **fields: Any) -> DocumentSummary:
    values: dict[str, Any] = {"title": title, "published": published, "characters": 100, **fields}
    return DocumentSummary(
        id=document_id,
        source=f"{document_id}.md",
        chunks=1,
        added_at="2026-11-23T00:00:00+00:00",
        sha256=document_id,
        **nest_metadata(values),
    )


def quoted_passage(text: str, quote: Span, **fields: Any) -> OpenedPassage:
    """The target of a quote of `document(text)`."""
    return OpenedPassage("a", quote, quote=text[quote.start : quote.end], document_sha256="0", **fields)


def drawn_runs(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is put on the page of blocks, in order; the runs of cells with the mark of theirs."""
    for block in blocks:
        yield from block.get("runs", ())
        yield from drawn_runs(block.get("blocks", []))
        for cell in (cell for row in block.get("rows", ()) for cell in row):
            yield {"text": cell.get("gap", "")}
            yield from (run | {"mark": cell["mark"]} for run in cell.get("runs", ()))
        yield {"text": block.get("rest", "")}


def joined(data: dict[str, Any]) -> str:
    return "".join(run["text"] for run in drawn_runs(data["blocks"]))


def marked(data: dict[str, Any], *marks: str) -> str:
    """What is marked, or what of it has one of these marks."""
    return "".join(
        run["text"]
        for run in drawn_runs(data["blocks"])
        if run.get("mark", "") in (marks or ("quote", "answer"))
    )


def styled(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The types of the blocks and what is seen of each."""
    return [
        (block["type"], "".join(run["text"] for run in block.get("runs", ()) if run.get("style") != "markup"))
        for block in data["blocks"]
        if block["type"] != "gap"
    ]


# Escaping ------------------------------------------------------------------------------------------


def test_escaped_text_has_no_markup() -> None:
    html = escape.element("div", HOSTILE, css_class="qa-question")
    assert re.findall(r"<[^>]*>", html) == ['<div class="qa-question">', "</div>"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert '"quoted"' not in escape.text(HOSTILE)


def test_components_put_text_on_the_page_as_text_only() -> None:
    scripts = sorted((PAGE.parent / "shared" / "assets").glob("*.js"))
    assert len(scripts) == 10
    for script in scripts:
        code = script.read_text(encoding="utf-8")
        code = code.replace('"http://www.w3.org/2000/svg"', "")  # a name, which nothing is loaded from
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", code)


def test_streamlit_markdown_never_gets_a_text_of_the_documents() -> None:
    # Everything but these fixed texts goes through `st.html` or a component.
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PAGE.parent.rglob("*.py")))
    assert not re.search(r"st\.(markdown|write|write_stream|caption|error|warning|info|title|header)\(", code)


# A document --------------------------------------------------------------------------------------


@given(st.data())
def test_window_shows_exact_text_around_an_exact_quote(data: st.DataObject) -> None:
    line = st.text(st.sampled_from("ab #\n<é😀"), max_size=60)
    text = (
        "".join(data.draw(st.lists(line, min_size=1, max_size=8))) * data.draw(st.sampled_from([1, 300]))
        + "x"
    )
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 400)))
    first = data.draw(st.integers(start, end - 1))
    span = Span(first, data.draw(st.integers(first + 1, end)))
    fields: dict[str, Any] = {
        "body_start": data.draw(st.integers(0, len(text))),
        "markdown": data.draw(st.booleans()),
        "pages": data.draw(st.sampled_from([(), (0, len(text) // 2), (0, start)])),
    }
    drawn = build_document_view(
        document(text, **fields), quoted_passage(text, Span(start, end), highlight=span)
    )
    assert marked(drawn) == text[start:end]
    assert marked(drawn, "answer") == text[span.start : span.end]
    assert joined(drawn) == text[drawn["hidden_before"] : len(text) - drawn["hidden_after"]]


def test_long_document_is_windowed_until_all_is_asked_for() -> None:
    text = "".join(f"Line {number} of a long document.\n" for number in range(40_000))
    quote = Span(text.index("Line 20000 "), text.index("Line 20001 "))
    some = build_document_view(document(text), quoted_passage(text, quote))
    assert len(joined(some)) < 9_000
    assert joined(some).startswith("Line ")
    assert some["hidden_before"] > 500_000
    assert some["hidden_after"] > 500_000
    whole = build_document_view(document(text), quoted_passage(text, quote, show_whole=True))
    assert (whole["hidden_before"], whole["hidden_after"]) == (0, 0)
    assert joined(whole) == text
    assert some["key"] != whole["key"]


def test_long_document_without_a_quote_shows_its_beginning() -> None:
    drawn = build_document_view(document("word " * 10_000), OpenedPassage("a"))
    assert marked(drawn) == ""
    assert drawn["hidden_before"] == 0
    assert drawn["hidden_after"] > 0


def test_document_marks_headings_and_front_matter() -> None:
    text = "---\ntitle: T\n---\nIntro.\n\n## Costs\n\nIt costs 40 pesos.\n"
    at = text.index("It costs")
    drawn = build_document_view(
        document(text, body_start=text.index("Intro")),
        quoted_passage(text, Span(at, at + len("It costs 40 pesos."))),
    )
    assert styled(drawn) == [
        ("front", "---\ntitle: T\n---\n"),
        ("paragraph", "Intro."),
        ("heading", "Costs"),
        ("paragraph", "It costs 40 pesos."),
    ]
    assert joined(drawn) == text
    plain = build_document_view(document(text, markdown=False, structure=()), OpenedPassage("a"))
    assert styled(plain) == [("plain", text.strip())]


def table_document() -> Document:
    builder = ContentBuilder()
    builder.paragraph("Salt by port, tonnes")
    rows = [["Port", "2030"], ["Vell", "0"], ["Port Sable", ""], [HOSTILE, "8"]]
    put_table(builder, rows, head_rows=1, caption="Salt, seen from the sea")
    builder.paragraph("All of it is mined.")
    content = builder.build()
    return document(content.text, markdown=False, structure=content.structure, tables=content.tables)


def test_a_table_is_drawn_as_one() -> None:
    stored = table_document()
    at = stored.text.index("All of it")
    drawn = build_document_view(stored, quoted_passage(stored.text, Span(at, len(stored.text))))
    assert [block["type"] for block in drawn["blocks"] if block["type"] != "gap"] == [
        "plain",
        "table",
        "plain",
    ]
    table = next(block for block in drawn["blocks"] if block["type"] == "table")
    assert table["caption"] == "Salt, seen from the sea"
    assert [
        [cell.get("said") or "".join(run["text"] for run in cell.get("runs", ())) for cell in row]
        for row in table["rows"]
    ] == [
        ["Port", "2030"],
        ["Vell", "0"],
        ["Port Sable", ""],
        [HOSTILE, "8"],
    ]
    assert joined(drawn) == stored.text


def test_a_quoted_row_is_marked_in_its_table() -> None:
    stored = table_document()
    line = f"Port: {HOSTILE}; 2030: 8."
    at = stored.text.index(line)
    cell = at + len(line) - 2
    drawn = build_document_view(
        stored, quoted_passage(stored.text, Span(at, at + len(line)), highlight=Span(cell, cell + 1))
    )
    table = next(block for block in drawn["blocks"] if block["type"] == "table")
    marks = [[cell["mark"] for cell in row] for row in table["rows"]]
    assert marks == [["", ""], ["", ""], ["", ""], ["quote", "answer"]]
    assert (marked(drawn, "quote"), marked(drawn, "answer")) == (HOSTILE, "8")
    assert joined(drawn) == stored.text


QUOTE = "It costs 40 pesos."
CITED = f"# Costs of it\n\n{QUOTE} The bridge is old and grey.\n"


@pytest.mark.parametrize(
    ("text", "change", "marked_at"),
    [
        pytest.param(CITED, None, CITED.index(QUOTE), id="unchanged"),
        pytest.param(CITED.replace("grey", "blue"), None, CITED.index(QUOTE), id="changed-elsewhere"),
        # The same length, so that the old place still lies inside the text.
        pytest.param(
            f"New line.\n{CITED}".replace(" and grey.", ""),
            "the passage has moved",
            25,
            id="moved-same-length",
        ),
        pytest.param(f"Front.\n{CITED}", "the passage has moved", 22, id="moved-longer"),
        pytest.param(f"{QUOTE}\nMore in front.\n{CITED}", "stand in it 2 times", 0, id="twice"),
        pytest.param(f"{QUOTE}\n{QUOTE}\n", "stand in it 2 times", 19, id="twice-the-later-is-nearer"),
        pytest.param(f"{CITED}{QUOTE}\n", "stand in it 2 times", CITED.index(QUOTE), id="twice-and-in-place"),
        pytest.param(CITED.replace("40 pesos", "90 pesos"), "no longer in it", None, id="gone"),
        pytest.param("Short.", "no longer in it", None, id="shorter"),
        pytest.param("", "no longer in it", None, id="empty"),
        pytest.param(CITED.replace("It costs", "It\ncosts"), None, CITED.index(QUOTE), id="wrapped-anew"),
        pytest.param(f"Front.\n{CITED}".replace("40 ", "40\n\n  "), "has moved", 22, id="moved-and-wrapped"),
    ],
)
def test_quote_is_marked_where_its_words_stand_now_or_not_at_all(
    text: str, change: str | None, marked_at: int | None
) -> None:
    target = quoted_passage(CITED, Span(CITED.index(QUOTE), CITED.index(QUOTE) + len(QUOTE)))
    drawn = build_document_view(document(text, sha256="0" if text == CITED else "1"), target)
    assert change in drawn["change"] if change else drawn["change"] is None
    assert joined(drawn) == text
    if marked_at is None:
        assert (marked(drawn), drawn["lost"]) == ("", QUOTE)
    else:
        assert drawn["lost"] is None
        assert "".join(marked(drawn).split()) == "".join(QUOTE.split())
        runs = list(drawn_runs(drawn["blocks"]))
        first = next(number for number, run in enumerate(runs) if run.get("mark"))
        assert len("".join(run["text"] for run in runs[:first])) == marked_at


def test_answer_span_moves_with_its_quote() -> None:
    at = CITED.index(QUOTE)
    answer = Span(CITED.index("40 pesos"), CITED.index("40 pesos") + len("40 pesos"))
    target = quoted_passage(CITED, Span(at, at + len(QUOTE)), highlight=answer)
    moved = build_document_view(document(f"In front.\n{CITED}", sha256="1"), target)
    assert (marked(moved), marked(moved, "answer")) == ("It costs 40 pesos.", "40 pesos")
    wrapped = build_document_view(
        document(f"In front.\n{CITED}".replace("It costs", "It \n costs"), sha256="1"), target
    )
    assert marked(wrapped, "answer") == ""
    assert marked(wrapped) == "It \n costs 40 pesos."


@given(
    st.text(st.sampled_from("ab c\n."), max_size=60),
    st.text(st.sampled_from("ab c\n."), max_size=60),
    st.data(),
)
def test_nothing_but_the_words_of_the_quote_is_ever_marked(
    before: str, after: str, data: st.DataObject
) -> None:
    before += "a"
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))
    drawn = build_document_view(document(after, sha256="1"), quoted_passage(before, Span(start, end)))
    assert joined(drawn) == after
    if drawn["lost"] is not None:
        assert (marked(drawn), drawn["lost"]) == ("", before[start:end])
        # It is nowhere, but for places where it would begin or end inside a word.
        whole = rf"(?<!\w){re.escape(before[start:end])}(?!\w)"
        assert before[start:end].isspace() or not re.search(whole, after)
    else:
        assert marked(drawn).split() == before[start:end].split()


def test_quotes_that_are_gone_are_each_drawn_anew() -> None:
    first, second = (
        build_document_view(document("Other.", sha256="1"), quoted_passage(CITED, Span(at, at + 5)))
        for at in (0, 15)
    )
    assert first["key"] != second["key"]


def test_opened_words_fill_their_place() -> None:
    with pytest.raises(ValueError, match="3:9"):
        OpenedPassage("a", Span(3, 9), quote="four")


def test_recognised_words_are_said_to_be_wherever_they_are_cited() -> None:
    text = "one\ftwo\fthree"
    pages = {"pages": (0, 4, 8), "recognised": (RecognisedPage(2, 0.938), RecognisedPage(3, 0.8))}
    drawn = build_document_view(document(text, **pages), quoted_passage(text, Span(5, 6)))
    assert drawn["recognised"] == "recognised text, 93% certain"
    assert build_document_view(document(text, **pages), quoted_passage(text, Span(0, 3)))["recognised"] == ""
    whole = build_document_view(document(text, **pages), OpenedPassage("a"))
    assert whole["recognised"] == "recognised text, 80% certain"

    answer = answered(citation(1, page=2, recognised=0.938), citation(2, "b"), question_type="fact")
    view = build_answer_view(answer)
    marks = [
        mark for group in view["groups"] for sentence in group["sentences"] for mark in sentence["marks"]
    ]
    assert "page 2, recognised text, 93% certain" in marks[0]["label"]
    assert "recognised" not in marks[1]["label"]
    assert [source["recognised"] for source in view["sources"]] == ["recognised text, 93% certain", ""]
    assert "page 2, a.md (recognised text, 93% certain)" in view["footnotes"]


def test_page_of_the_quote_is_named() -> None:
    text = "one\ftwo\fthree"
    drawn = build_document_view(document(text, pages=(0, 4, 8)), quoted_passage(text, Span(5, 6)))
    assert drawn["page"] == 2
    moved = build_document_view(
        document("one\fother\ftwo", sha256="1", pages=(0, 4, 10)), quoted_passage(text, Span(4, 7))
    )
    assert moved["page"] == 3


def test_phrases_of_a_quote_are_those_on_the_page() -> None:
    text = "first words\fand the last"
    stored = document(text, pages=(0, 12))
    target = quoted_passage(text, Span(6, 19), highlight=Span(16, 19))
    assert find_phrases(stored, target, 1) == ([[("words\f", False)]], 0.5)
    assert find_phrases(stored, target, 2) == ([[("and ", False), ("the", True)]], 0.0)
    assert find_phrases(stored, OpenedPassage("a"), 1) == ([], 0.0)
    table = replace(table_document(), pages=(0,))
    at = table.text.index("Port: Vell")
    row = quoted_passage(table.text, Span(at, table.text.index("0.", at) + 2))
    # The text names the heads in the first row.
    heads = [("Port", False), ("2030", False)]
    assert find_phrases(table, row, 1)[0] == [heads, [("Vell", False), ("0", False)]]


def version(since: str, until: str | None, sha256: str) -> Version:
    metadata = Metadata(title="T")
    return Version(
        document="a", source="a.md", metadata=metadata, characters=1, sha256=sha256, since=since, until=until
    )


def test_versions_are_named_by_their_days() -> None:
    moments = ["2026-03-03T10:00:00+00:00", "2026-03-05T11:30:00+00:00", "2026-03-05T12:00:00+00:00"]
    versions = [
        version(since, until, str(number))
        for number, (since, until) in enumerate(zip(moments, [*moments[1:], None], strict=True))
    ]
    now = describe_versions(versions, OpenedPassage("a", document_sha256="1"))
    assert now == {
        "versions": [
            {"choice": "", "label": "5 March 2026, 12:00"},
            {"choice": moments[1], "label": "5 March 2026, 11:30"},
            {"choice": moments[0], "label": "3 March 2026"},
        ],
        "version": "",
        "removed": None,
        "until": None,
        "cited_version": moments[1],
    }
    cited = describe_versions(versions, OpenedPassage("a", document_sha256="1", as_of=moments[1]))
    assert cited["until"] == "This is how it stood until 5 March 2026, 12:00."
    assert cited["cited_version"] is None
    assert describe_versions(versions[2:], OpenedPassage("a", document_sha256="2"))["versions"] == []


def test_removed_document_is_shown_as_it_was_cited_or_last() -> None:
    moments = ["2026-03-03T10:00:00+00:00", "2026-03-05T11:30:00+00:00", "2026-03-06T12:00:00+00:00"]
    versions = [version(moments[0], moments[1], "0"), version(moments[1], moments[2], "1")]
    for sha256, shown in (("0", 0), ("1", 1), ("9", 1), ("", 1)):
        passage = choose_version(versions, OpenedPassage("a", document_sha256=sha256))
        described = describe_versions(versions, passage)
        assert (passage.as_of, described["version"]) == (moments[shown], moments[shown])
        assert described["removed"] == "This document has been removed from the corpus."
        assert described["until"] == f"This is how it stood until {5 + shown} March 2026."
        assert [choice["choice"] for choice in described["versions"]] == [moments[1], moments[0]]
    chosen = OpenedPassage("a", as_of=moments[0])
    assert choose_version(versions, chosen) is chosen
    there = [versions[0], version(moments[1], None, "1")]
    assert choose_version(there, OpenedPassage("a")) == OpenedPassage("a")


def test_way_leads_from_citation_to_citation() -> None:
    answer = answered(citation(1), citation(2, "b"), citation(3, "c"))
    opened = opened_passage(answer, "citation:2")
    assert opened is not None
    assert (opened.position, len(opened.trail)) == (1, 3)
    following = change_passage(opened, "next", "")
    assert (following.citation_number, following.position) == (3, 2)
    assert change_passage(following, "next", "") is following
    assert change_passage(following, "previous", "") == opened
    older = change_passage(opened, "version", "2026-03-03T10:00:00+00:00")
    assert (older.as_of, older.position) == ("2026-03-03T10:00:00+00:00", 1)
    assert change_passage(older, "version", "").as_of is None
    assert change_passage(opened, "page", "3").page == 3
    for name, value in (("page", "0"), ("page", "x"), ("delete", "")):
        assert change_passage(opened, name, value) is opened


def test_answer_as_the_desk_stood_opens_the_version_of_then() -> None:
    moments = ["2026-03-03T10:00:00+00:00", "2026-03-05T11:30:00+00:00"]
    versions = [version(moments[0], moments[1], "0"), version(moments[1], None, "1")]
    assistant = cast(Assistant, SimpleNamespace(history=lambda _: versions))
    then = Filters.of(as_of=datetime(2026, 3, 4, tzinfo=UTC))
    state = ChatState(
        exchanges=[
            Exchange(question="Q?", answer=answered(citation(1)), filters=filters)
            for filters in (then, Filters())
        ]
    )
    for exchange, sha256, as_of in ((0, "0", moments[0]), (0, "1", None), (0, "9", None), (1, "0", None)):
        opened = OpenedPassage("a", document_sha256=sha256, exchange=exchange)
        open_passage(assistant, state, opened)
        assert state.opened_passage == replace(opened, as_of=as_of)


def document_script() -> None:
    """The pane of a document that a click on the first citation opens; runs inside Streamlit."""
    from types import SimpleNamespace

    import streamlit

    from qa.errors import DocumentNotFound
    from qa.ui.chat.answer_view import opened_passage
    from qa.ui.chat.chat_state import chat_state
    from qa.ui.chat.document_pane import draw_opened
    from tests.ui.test_chat_page import CITED, QUOTE, answered, citation, document

    def read(reference: str, *, as_of: object) -> object:
        now = streamlit.session_state["now"]
        if now is None:
            raise DocumentNotFound(f"no document {reference!r} in the store: `qa list` shows them")
        return now

    streamlit.session_state.setdefault("now", document(CITED))
    answer = answered(citation(1, start=CITED.index(QUOTE), document_sha256="0"))
    chat_state().opened_passage = opened_passage(answer, "citation:1")
    assistant = SimpleNamespace(document=read, history=lambda _: [])
    draw_opened(assistant, chat_state().opened_passage)  # type: ignore[arg-type]


def test_click_on_a_citation_of_a_document_that_changed_meanwhile() -> None:
    page = AppTest.from_function(document_script, default_timeout=30).run()

    def drawn(now: Document | None) -> dict[str, Any]:
        page.session_state["now"] = now
        page.run()
        assert not page.exception
        (component,) = page.get("bidi_component")
        (view,) = cast("list[dict[str, Any]]", json.loads(component.proto.json))
        return view

    view = drawn(document(CITED))
    assert (marked(view), view["change"]) == (QUOTE, None)
    moved = f"New line.\n{CITED}".replace(" and grey.", "")
    assert len(moved) == len(CITED)
    view = drawn(document(moved, sha256="1"))
    assert marked(view) == QUOTE
    assert view["change"] == "This document has changed since the answer: the passage has moved."
    view = drawn(document(CITED.replace("40", "90"), sha256="2"))
    assert (marked(view), view["lost"]) == ("", QUOTE)
    for now in (None, document(CITED, id="another")):
        page.session_state["now"] = now
        page.run()
        assert not page.exception
        assert not page.get("bidi_component")
        assert "This document has been removed" in html_of(page)
        assert QUOTE not in html_of(page)
        assert page.button[0].label == "Close"


# An answer ---------------------------------------------------------------------------------------


def test_mark_carries_the_exact_quote() -> None:
    quote = f"It  costs\n{HOSTILE}"
    (group,) = build_answer_view(answered(citation(1, quote=quote)))["groups"]
    (mark,) = group["sentences"][0]["marks"]
    assert mark["quote"] == quote
    assert mark["choice"] == "citation:1"


def test_answer_span_is_marked_in_a_sentence_that_is_its_quote() -> None:
    cited = citation(1, highlight=Span(109, 117))
    (group,) = build_answer_view(answered(cited))["groups"]
    assert group["sentences"][0]["parts"] == ["It costs ", "40 pesos", "."]
    own = AnswerSentence(text="The price is 40 pesos.", support="supported", citations=(1,))
    (group,) = build_answer_view(answered(cited, sentences=(own,)))["groups"]
    assert group["sentences"][0]["parts"] == ["The price is 40 pesos.", "", ""]


def test_documents_are_grouped_newest_first() -> None:
    answer = answered(
        citation(1, "old", published=date(2019, 6, 17)),
        citation(2, "undated", published=None),
        citation(3, "new", published=date(2026, 1, 2)),
        citation(4, "old", start=300, published=date(2019, 6, 17), heading="Later"),
    )
    groups = build_answer_view(answer)["groups"]
    assert [group["date"] for group in groups] == ["2 January 2026", "17 June 2019", "Undated"]
    assert [len(group["sentences"]) for group in groups] == [1, 2, 1]
    assert groups[1]["heading"] is None
    assert groups[0]["heading"] == "Costs"


def view_of_labels(*labels: str | None, question_type: str) -> dict[str, Any]:
    """What is drawn of an answer with one sentence a label, all of one document."""
    cited = [citation(number, start=100 * number) for number in range(1, len(labels) + 1)]
    sentences = tuple(
        AnswerSentence(text=source.quote, support="supported", citations=(source.number,), label=label)
        for source, label in zip(cited, labels, strict=True)
    )
    return build_answer_view(answered(*cited, sentences=sentences, question_type=question_type))


def test_sides_of_a_comparison_are_headed_once_each() -> None:
    groups = view_of_labels("Canada", "Canada", "Mexico", question_type="compare")["groups"]
    assert [(group["label"], len(group["sentences"])) for group in groups] == [("Canada", 2), ("Mexico", 1)]
    assert not any(group["listed"] for group in groups)
    assert {sentence["lead"] for group in groups for sentence in group["sentences"]} == {None}


def test_sentences_of_a_summary_say_which_section_they_stand_for() -> None:
    (group,) = view_of_labels("Costs", "What next?", None, question_type="summary")["groups"]
    assert group["listed"]
    assert group["label"] is None
    assert [sentence["lead"] for sentence in group["sentences"]] == ["Costs", "What next?", None]


def test_what_leads_to_a_list_is_no_item_of_it() -> None:
    texts = ("Others wait:", "China, 2021", "Peru, 2022")
    parts = tuple(
        AnswerSentence(text=text, support="supported", citations=(number,))
        for number, text in enumerate(texts, start=1)
    )
    citations = [
        replace(citation(number), quote=text, end=100 + len(text))
        for number, text in enumerate(texts, start=1)
    ]
    view = build_answer_view(answered(*citations, sentences=parts, question_type="list"))
    assert [sentence["leads_in"] for sentence in view["groups"][0]["sentences"]] == [True, False, False]
    assert view["copy"] == "Others wait:\n- China, 2021\n- Peru, 2022"


def test_one_sentence_is_no_list() -> None:
    (group,) = view_of_labels(None, question_type="list")["groups"]
    assert not group["listed"]


@pytest.mark.parametrize(
    ("quote", "highlight", "parts"),
    [
        ("- April 4: canned beer.", Span(102, 109), ["", "April 4", ": canned beer."]),
        ("12) April 4: canned beer.", None, ["April 4: canned beer.", "", ""]),
        ("- April 4", Span(100, 109), ["", "April 4", ""]),
        ("-3 percent", None, ["-3 percent", "", ""]),
    ],
)
def test_an_item_of_a_list_is_drawn_without_its_marker(
    quote: str, highlight: Span | None, parts: list[str]
) -> None:
    cited = replace(citation(1), end=100 + len(quote), quote=quote, highlight=highlight)
    (group,) = build_answer_view(answered(cited))["groups"]
    assert group["sentences"][0]["parts"] == parts


def test_sentence_of_several_documents_is_not_put_under_one() -> None:
    both = AnswerSentence(text="Both say so.", support="partial", citations=(1, 2))
    neither = AnswerSentence(text="Nobody says so.", support="unsupported")
    data = build_answer_view(answered(citation(1), citation(2, "b"), sentences=(both, neither)))
    (group,) = data["groups"]
    assert group["title"] is None
    assert [sentence["verdict"] for sentence in group["sentences"]] == ["Partly supported", "Not supported"]
    assert [source["numbers"] for source in data["sources"]] == [[1], [2]]


def test_words_that_nothing_bears_out_are_marked_in_their_sentence() -> None:
    price = (Span(4, 9),)
    wrong = AnswerSentence(text="The price sank to 40.", support="unsupported", unsupported_words=price)
    item = AnswerSentence(text="- It sank to twenty 40.", support="partial")
    whole = AnswerSentence(text="No.", support="unsupported", unsupported_words=(Span(0, 3),))
    data = build_answer_view(answered(sentences=(wrong, item, whole)))
    pieces = [sentence["pieces"] for sentence in data["groups"][0]["sentences"]]
    assert pieces == [[("The ", True), ("price", False), (" sank to 40.", True)], [], []]
    listed = AnswerSentence(text="- It cost much 40.", support="partial", unsupported_words=(Span(2, 4),))
    data = build_answer_view(answered(sentences=(listed,)))
    assert data["groups"][0]["sentences"][0]["pieces"] == [("It", False), (" cost much 40.", True)]


def test_refusal_keeps_what_the_model_wrote_and_says_what_it_was_shown() -> None:
    sent = (SentPassage(document_id="a", start=5, end=12), SentPassage(document_id="b", start=1000, end=1200))
    answer = refused(engine="llm", model="m:one", model_text="All is well.", sent_passages=sent)
    data = build_answer_view(answer)
    assert data["said"] == "All is well."
    assert data["engine"] == "m:one"
    assert [entry["text"] for entry in data["sent"]] == ["Nothing", "characters 1,000 to 1,200"]
    assert [entry["title"] for entry in data["sent"]] == [HOSTILE, "b"]
    assert build_answer_view(answered(citation(1)))["sent"] == []


def test_follow_up_is_shown_only_if_it_was_rewritten() -> None:
    assert build_answer_view(answered(citation(1), question=" What does  it cost? "))["understood"] is None
    assert (
        build_answer_view(answered(citation(1), question="And then?"))["understood"] == "What does it cost?"
    )


def test_refusal_shows_what_was_looked_at() -> None:
    data = build_answer_view(refused(warnings=("careful",)))
    assert (data["answered"], data["lead"], data["groups"]) == (False, "No.", [])
    (near_passage,) = data["passages"]
    assert (near_passage["title"], near_passage["date"], near_passage["heading"]) == (
        HOSTILE,
        "Undated",
        HOSTILE,
    )
    assert near_passage["text"] == "Nothing of the kind."
    assert data["warnings"] == ["careful"]


def checked(text: str, state: ConditionState, **fields: Any) -> CheckedCondition:
    return CheckedCondition(condition=Condition(text=text, kind="name"), state=state, **fields)


def test_conditions_say_what_meets_them_and_plainly_what_does_not() -> None:
    conditions = (
        checked("2023", "met", by="column head"),
        checked("Vell", "met", by="context"),
        checked("exports", "met", by="context"),
        checked(f"in  tonnes {HOSTILE}", "unstated"),
        checked("Peru", "unstated"),
        checked("2030", "contradicted", instead=("2027", "2028", "2029")),
        checked("Kestoria", "contradicted", instead=("Pellucia",)),
        checked("not 8 percent", "contradicted"),
        checked("newest", "met"),
    )
    data = build_answer_view(answered(citation(1), conditions=conditions))
    assert data["conditions"] == {
        "met": ["2023 in the column head", "Vell and exports near the sentence", "newest"],
        "missing": [
            f"not stated in one place: in tonnes {HOSTILE}, Peru",
            "2027, 2028 and 2029, not 2030",
            "Pellucia, not Kestoria",
            "not 8 percent: the documents say otherwise",
        ],
    }
    assert "\nNot stated in one place: in tonnes" in data["footnotes"]
    assert "\nChecked: 2023 in the column head · Vell" in data["footnotes"]
    one = build_answer_view(answered(citation(1), conditions=(checked("Peru", "unstated"),)))
    assert one["conditions"]["missing"] == ["not stated: Peru"]
    assert build_answer_view(answered(citation(1)))["conditions"] == {"met": [], "missing": []}


@pytest.mark.parametrize(
    ("text", "instead", "words"),
    [
        ("2030", ("2029",), "for 2029, not 2030"),
        ("March  2030", ("2028", "2029"), "for 2028 and 2029, not March 2030"),
        ("in 2030", ("2029",), "2029, not in 2030"),
        ("2030", ("since 2029",), "since 2029, not 2030"),
        ("2030", ("2025-11-03",), "for 3 November 2025, not 2030"),
        ("2030", (" ",), "2030: the documents say otherwise"),
    ],
)
def test_another_period_is_said_with_its_own(text: str, instead: tuple[str, ...], words: str) -> None:
    period = replace(
        checked("x", "contradicted", instead=instead), condition=Condition(text=text, kind="period")
    )
    assert describe_missing([period]) == [words]


def test_worked_out_value_cites_its_cells() -> None:
    computed = Computed(value="23", unit="thousand tonnes", how="87 - 64 = 23", cells=(2, 1))
    data = build_answer_view(answered(citation(1), citation(2, "b"), computed=computed))
    assert data["computed"]["how"] == "87 - 64 = 23 thousand tonnes"
    assert [mark["choice"] for mark in data["computed"]["marks"]] == ["citation:2", "citation:1"]
    line = "Worked out by the desk: 87 - 64 = 23 thousand tonnes"
    assert f"\n{line} [2] [1]\n" in data["footnotes"]
    told = build_answer_view(
        answered(citation(1), text=f"{line}. [1]", computed=replace(computed, cells=(1,)))
    )
    assert told["footnotes"].count(line) == 1
    unitless = build_answer_view(answered(citation(1), computed=replace(computed, unit=None, cells=(1,))))
    assert unitless["computed"]["how"] == "87 - 64 = 23"


def test_refusal_says_what_is_not_met_and_what_may_have_been_meant() -> None:
    year = checked("2030", "contradicted", instead=("2028", "2029"))
    data = build_answer_view(refused(conditions=(year,), suggestion="What is the\n quota?"))
    assert data["conditions"] == {"met": [], "missing": ["2028 and 2029, not 2030"]}
    # What is said in the refusal itself is not said twice.
    said = refused(conditions=(year,), text=f"{NOT_FOUND} They have 2028 and 2029, not 2030.")
    assert build_answer_view(said)["conditions"]["missing"] == []
    assert data["suggestion"] == "What is the quota?"
    assert build_answer_view(refused())["suggestion"] is None


def test_click_on_what_may_have_been_meant_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Callable[[object], None]] = []
    monkeypatch.setattr(conversation, "draw_answer", lambda data, key, on_choice: drawn.append(on_choice))
    asked: list[str] = []
    monkeypatch.setattr(conversation, "ask", lambda assistant, state, question: asked.append(question))
    for suggestion in ("What is the quota?", None):
        state = ChatState(exchanges=[Exchange(question="Waht?", answer=refused(suggestion=suggestion))])
        conversation._draw_result(cast(Assistant, None), state, 0, {}, {})
    for click in drawn:
        click("suggestion")
    assert asked == ["What is the quota?"]


def test_click_opens_what_it_names() -> None:
    cited = citation(2, "b", highlight=Span(103, 108), document_sha256="ab")
    read = replace(passage("c"), document_sha256="cd")
    answer = answered(citation(1), cited, passages=(read,))
    assert opened_passage(answer, "citation:2") == OpenedPassage(
        "b", Span(100, 118), Span(103, 108), 2, quote="It costs 40 pesos.", document_sha256="ab"
    )
    assert opened_passage(answer, "passage:0") == OpenedPassage(
        "c", Span(5, 25), quote="Nothing of the kind.", document_sha256="cd"
    )
    clicked = opened_passage(answer, "citation:2")
    assert build_answer_view(answer, selected=clicked)["selected"] == "citation:2"
    assert build_answer_view(answer, selected=opened_passage(answer, "passage:0"))["selected"] == "passage:0"
    assert build_answer_view(answer, selected=OpenedPassage("b"))["selected"] is None


def test_tables_are_those_of_the_version_that_was_cited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr(answer_table, "cite_tables", lambda citations, read: {1: read(citations[0])})
    moments = [f"2026-03-0{day}T10:00:00+00:00" for day in (1, 2)]
    kept = [version(moments[0], moments[1], "0")]
    read: list[object] = []

    def read_document(reference: str, *, as_of: datetime | None = None) -> str:
        read.append(as_of)
        return "then" if as_of else "now"

    assistant = cast(Assistant, SimpleNamespace(document=read_document, history=lambda _: kept))
    cited = (replace(citation(1), document_sha256="0"),)
    for versions, table in (({"a": "0"}, "now"), ({"a": "0"}, "now"), ({"a": "1"}, "then"), ({}, "then")):
        drawn: Any = answer_table.read_tables(assistant, cited, versions)
        assert drawn == {1: table}
    then = datetime.fromisoformat(moments[0])
    assert read == [None, then, then]  # what was read is remembered
    kept.clear()
    drawn = answer_table.read_tables(assistant, cited, {"a": "2"})
    assert drawn == {1: None}


def test_markdown_of_a_chat_model_is_not_seen() -> None:
    quote = "It **costs** 40 pesos."
    cited = (citation(1), citation(2, quote=quote))
    said = ("**Bulk**: it costs `40` pesos.", "**Boxes** cost 99.")
    sentences = (
        AnswerSentence(text=said[0], support="supported", citations=(1,)),
        AnswerSentence(text=said[1], support="partial", citations=(1,), unsupported_words=(Span(15, 17),)),
    )
    text = f"## Dues\n\n- {said[0]} [1]\n2. {said[1]} [1]\n"
    (group,) = build_answer_view(answered(*cited, sentences=sentences, text=text))["groups"]
    assert group["listed"]
    first, second = group["sentences"]
    assert first["parts"] == ["Bulk: it costs 40 pesos.", "", ""]
    assert second["pieces"] == [("Boxes cost ", True), ("99", False), (".", True)]
    (group,) = build_answer_view(answered(*cited, sentences=sentences, text=" ".join(said)))["groups"]
    assert not group["listed"]
    # Words of a document stay as they are.
    quoted = AnswerSentence(text=quote, support="supported", citations=(2,))
    (group,) = build_answer_view(answered(*cited, sentences=(quoted,)))["groups"]
    assert group["sentences"][0]["parts"] == ["It **costs** 40 pesos.", "", ""]


def test_only_words_say_what_a_question_means() -> None:
    assert read_meaning({"meaning": "What is it?"}) == "What is it?"
    others: tuple[object, ...] = ({"meaning": 3}, {"feedback": {}}, "meaning", None)
    for choice in others:
        assert read_meaning(choice) is None


@pytest.mark.parametrize(
    "choice", ["citation:9", "passage:1", "citation:", "x:1", "citation:-1", None, 3, "²"]
)
def test_click_that_names_nothing_opens_nothing(choice: object) -> None:
    assert opened_passage(answered(citation(1), passages=(passage(),)), choice) is None


def test_copied_text_carries_the_sources() -> None:
    copied = build_answer_view(answered(citation(1, page=4), short_answer="40 pesos"))["footnotes"]
    assert copied.startswith("What does it cost?\n\n40 pesos\nIt costs 40 pesos. [1]")
    assert re.search(r"\n(High|Medium|Low) confidence \(\d+%\) · 1 document, November 2025\n", copied)
    assert "[1] Title of a, 3 November 2025, page 4, a.md: “It costs 40 pesos.”" in copied


# Wording and suggestions -------------------------------------------------------------------------


def test_wording() -> None:
    assert format_date(date(2025, 3, 1)) == "1 March 2025"
    assert file_name("/a/b/c.md") == "c.md"
    assert file_name("upload:copper-note.pdf") == "copper-note.pdf (uploaded)"
    assert file_name("https://example.org/a/b") == "https://example.org/a/b"
    assert "10% likely" in describe_confidence(refused())
    filters = Filters.of(
        topics=["steel"], documents=["a", "b"], since=date(2025, 1, 1), as_of=datetime(2025, 5, 1, tzinfo=UTC)
    )
    titles = {"a": "Title\nof a"}
    assert describe_filters(filters, titles) == (
        "topic steel; documents Title of a, 1 other document; from 1 January 2025; "
        "as the desk stood on 1 May 2025"
    )
    assert describe_filters(Filters(), titles) == ""
    assert describe_filters(Filters.of(topics=["a", "b"], documents=["a"]), titles) == (
        "topics a, b; document Title of a"
    )
    assert read_rows("Ports\n\n| Port | Dues |\n| --- | :-: |\n| Vell |  | 19 |\na | b") == (
        "Ports\n\nPort · Dues\nVell · 19\na | b"
    )
    assert split_rows("| Vell | about ", "19", " crowns |") == ["Vell · about ", "19", " crowns"]
    assert split_rows("a | b ", "19", " c |") == ["a | b ", "19", " c |"]
    assert split_rows("| a |", "", "") == ["a", "", ""]


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "High confidence (100%)"),
        (0.85, "High confidence (85%)"),
        (0.8499, "Medium confidence (84%)"),
        (0.65, "Medium confidence (65%)"),
        (0.6499, "Low confidence (64%)"),
        (0.0, "Low confidence (0%)"),
    ],
)
def test_name_of_a_confidence_begins_at_the_figure_that_is_shown(confidence: float, words: str) -> None:
    assert describe_confidence(answered(citation(1), confidence=confidence)) == words


TEXTS = {
    "old": "# Costs\n\nWhat it costs.\n\n## Who pays for the tariffs?\n\nAll do.\n",
    "new": "Prose that asks: why is that so? It goes.\n\nCould gas from Texas go to Mexico?\n\nIt could.\n",
    "lean": "## Why is that?\n\n## What would bring them together?\n",
}


def test_suggestions_are_what_the_documents_ask_newest_first() -> None:
    documents = [
        summary("old", "Old", date(2020, 1, 1), topics=("canada",)),
        summary("new", "New on Canada", date(2025, 1, 1), topics=("canada", "steel")),
        summary("lean", "Lean", date(2026, 1, 1)),
    ]
    suggestions = suggest(documents, lambda document: TEXTS[document.id])
    assert suggestions == [
        ("What are the main risks?", ""),
        ("Could gas from Texas go to Mexico?", "New on Canada"),
        ("Who pays for the tariffs?", "Old"),
        ("What are the main risks for Canada?", ""),
    ]
    assert suggest(documents[::-1], lambda document: TEXTS[document.id]) == suggestions


def test_suggestions_of_an_empty_store() -> None:
    assert suggest([], lambda document: "") == []


def test_suggestions_leave_huge_documents_alone() -> None:
    def read(document: DocumentSummary) -> str:
        raise AssertionError("read")

    assert suggest([summary("a", "A", characters=10**7)], read) == [("What are the main risks?", "")]


def test_what_can_be_asked_next_stands_in_the_documents_that_answered() -> None:
    texts = {
        "a": "# One\n\n## Who pays the levy of Ostrava?\n\nAnn.\n\n## What does it cost in all?\n\n4.\n",
        "b": "## Does Halden pay the levy too?\n\nNo.\n",
    }
    answer = answered(citation(1, "b"), citation(2, "a"), citation(3, "gone"))
    asked = ["who pays the levy of ostrava?"]
    found = suggest_next(answer, asked, lambda document_id: texts.get(document_id, ""))
    assert found == ["Does Halden pay the levy too?"]
    assert suggest_next(refused(), (), texts.__getitem__) == []


def test_documents_without_a_date_come_last() -> None:
    documents = [summary("a", "A"), summary("b", "B", date(2020, 1, 1)), summary("c", "C", date(2021, 1, 1))]
    assert [document.id for document in newest_first(documents)] == ["c", "b", "a"]


# A question on its way ---------------------------------------------------------------------------


def test_job_gathers_what_comes() -> None:
    answer = answered(citation(1))
    events = [
        StreamEvent(kind="stage", text="Reading"),
        StreamEvent(kind="text", text="It "),
        StreamEvent(kind="text", text="costs."),
        StreamEvent(kind="answer", answer=answer),
    ]
    job = answer_job.start_answer("q", Filters(), iter(events))
    job.wait(10)
    assert (job.done, job.stage, job.text, job.answer, job.error) == (
        True,
        "Writing the answer",
        "It costs.",
        answer,
        None,
    )


def test_job_keeps_the_line_of_an_error() -> None:
    def events() -> Iterator[StreamEvent]:
        yield StreamEvent(kind="stage", text="Reading")
        raise QuestionError("the question is empty: type one")

    job = answer_job.start_answer("q", Filters(), events())
    job.wait(10)
    assert (job.done, job.answer, job.error) == (True, None, "the question is empty: type one")


def test_fault_of_the_program_crashes_its_thread_and_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)

    def events() -> Iterator[StreamEvent]:
        yield StreamEvent(kind="stage", text="Reading")
        raise ZeroDivisionError

    job = answer_job.start_answer("q", Filters(), events())
    job.wait(10)
    assert job.error == answer_job.CRASH_MESSAGE
    for thread in threading.enumerate():
        if thread.name == "qa-answer":
            thread.join(10)
    assert [crash.exc_type for crash in crashes] == [ZeroDivisionError]


@pytest.mark.parametrize("written", ["It costs. ", ""])
def test_job_that_is_stopped_keeps_what_came(written: str) -> None:
    answer = answered(citation(1), is_complete=False, warnings=("stopped",)) if written else None
    stop = threading.Event()

    def events() -> Iterator[StreamEvent]:
        yield StreamEvent(kind="text", text=written) if written else StreamEvent(kind="stage", text="Reading")
        assert stop.wait(10)
        yield StreamEvent(kind="answer", answer=answer) if answer else StreamEvent(kind="stage", text="More")
        assert answer

    state = ChatState(job=answer_job.start_answer("q", Filters(), events(), stop=stop))
    assert state.job
    state.job.stop()
    state.job.wait(10)
    assert state.job.state == "stopped"
    state.finish()
    [exchange] = state.exchanges
    assert exchange.was_stopped
    assert exchange.answer == answer
    assert exchange.error == (None if written else answer_job.STOPPED_MESSAGE)


@pytest.mark.parametrize("end", ["a stop", "the session"])
def test_job_ends_when_it_is_stopped_or_nobody_is_there(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_job, "_WATCH_INTERVAL_S", 0.01)
    monkeypatch.setattr(answer_job, "_MAX_ABSENCE_S", 0.05)
    stop, is_there = threading.Event(), threading.Event()
    is_there.set()

    def events() -> Iterator[StreamEvent]:
        yield StreamEvent(kind="stage", text="Reading")
        assert stop.wait(10)
        raise ModelError("the chat model was stopped")

    job = answer_job.start_answer("q", Filters(), events(), stop=stop, is_wanted=is_there.is_set)
    job.wait(0.2)
    assert not stop.is_set()
    if end == "a stop":
        job.stop()
    else:
        is_there.clear()
    job.wait(10)
    assert (stop.is_set(), job.error) == (True, "the chat model was stopped")


def test_job_counts_the_verdicts() -> None:
    sentence = AnswerSentence(text="It costs.", support="unsupported")
    events = [
        StreamEvent(kind="sentence", sentence=sentence),
        StreamEvent(kind="sentence", sentence=replace(sentence, support="supported")),
        StreamEvent(kind="answer", answer=answered(citation(1))),
    ]
    job = answer_job.start_answer("q", Filters(), iter(events))
    job.wait(10)
    assert job.describe_verdicts() == "2 sentences checked: 1 supported, 1 not supported"
    job.verdicts.clear()
    assert job.describe_verdicts() == ""
    # That all is well is no news.
    job.verdicts["supported"] = 2
    assert job.describe_verdicts() == "2 sentences checked"


def test_history_is_what_was_typed_and_what_it_was_understood_as() -> None:
    state = ChatState()
    first = answered(citation(1), question="And it?", standalone_question="What does it cost?")
    state.exchanges = [
        Exchange(question="And it?", answer=first),
        Exchange(question="", error="the question is empty"),
    ]
    assert state.history() == [Turn("And it?", first.text, "answered", "What does it cost?")]


def test_unfinished_question_stays_on_its_way() -> None:
    state = ChatState(job=answer_job.AnswerJob("q", Filters()))
    state.finish()
    assert state.job
    assert state.exchanges == []
    fresh = ChatState(job=state.job)
    left = fresh.conversation_id
    fresh.start_new_conversation()
    assert not fresh.job
    assert fresh.conversation_id != left
    assert not state.job.stop_requested


class Records:
    """Conversations that are kept in memory, or not at all."""

    def __init__(self, fails_at: str = "") -> None:
        self.fails_at, self.calls = fails_at, []  # type: ignore[var-annotated]

    def begin_exchange(
        self, conversation_id: str, question: str, filters: Filters, *, user: str | None
    ) -> int:
        self.calls.append(("begin", conversation_id, question, user))
        if self.fails_at == "begin":
            raise StoreError("the disk is full")
        return 7

    def end_exchange(self, conversation_id: str, number: int, **values: Any) -> None:
        self.calls.append(("end", conversation_id, number, values))
        if self.fails_at == "end":
            raise StoreError("the disk is full")


def keeper(records: Records, **options: Any) -> ExchangeKeeper:
    return ExchangeKeeper(cast(ConversationRecords, records), "c1", "ann", **options)


def answer_events(answer: Answer | None = None, error: Exception | None = None) -> Iterator[StreamEvent]:
    yield StreamEvent(kind="stage", text="Reading")
    if error is not None:
        raise error
    yield StreamEvent(kind="answer", answer=answer)


@pytest.mark.parametrize("error", [None, QuestionError("too long"), ZeroDivisionError()])
def test_job_keeps_the_question_first_and_then_what_came_of_it(
    error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    records, answer = Records(), answered(citation(1))
    job = answer_job.start_answer("q", Filters(), answer_events(answer, error), keeper=keeper(records))
    job.wait(10)
    said = {None: None, "QuestionError": "too long"}.get(type(error).__name__ if error else None)
    kept = {
        "answer": None if error else answer,
        "error": answer_job.CRASH_MESSAGE if isinstance(error, ZeroDivisionError) else said,
        "was_stopped": False,
    }
    assert records.calls == [("begin", "c1", "q", "ann"), ("end", "c1", 7, kept)]
    assert answer_job.running_job("c1") is None


@pytest.mark.parametrize("fails_at", ["begin", "end"])
def test_answer_that_cannot_be_kept_is_shown_all_the_same(fails_at: str) -> None:
    state = ChatState()
    records = Records(fails_at)
    state.job = answer_job.start_answer(
        "q", Filters(), answer_events(answered(citation(1))), keeper=keeper(records)
    )
    state.job.wait(10)
    state.finish()
    assert state.exchanges[0].answer
    assert (state.notice, state.is_kept) == ("This conversation is not kept: the disk is full", False)


def test_another_answer_takes_the_place_of_the_one_before() -> None:
    before, answer = answered(citation(1)), answered(citation(1, "b"))
    state = ChatState(
        conversation_id="c1", exchanges=[Exchange(question=name, answer=before) for name in "abc"]
    )
    state.pinned = {"c1/1", "c1/1:2", "c1/11", "c1/2"}
    records, replaced = Records(), []
    kept = keeper(records, number=4, on_replaced=lambda: replaced.append(True))
    state.job = answer_job.start_answer("b", Filters(), answer_events(answer), keeper=kept, place=1)
    state.job.wait(10)
    state.finish()
    assert [exchange.answer for exchange in state.exchanges] == [before, answer, before]
    assert [exchange.question for exchange in state.exchanges] == list("abc")
    assert (state.reworded, state.pinned, state.notice) == (1, {"c1/11", "c1/2"}, None)
    assert [call[:3] for call in records.calls] == [("end", "c1", 4)]
    assert replaced == [True]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_answer_stays_where_there_is_no_other(is_stopped: bool) -> None:
    before, records = answered(citation(1)), Records()
    state = ChatState(exchanges=[Exchange(question="a", answer=before)])
    goes_on = threading.Event()

    def events() -> Iterator[StreamEvent]:
        yield StreamEvent(kind="text", text="It")
        goes_on.wait(10)
        yield from answer_events(answered(citation(2)), None if is_stopped else QuestionError("too long"))

    state.job = answer_job.start_answer("a", Filters(), events(), keeper=keeper(records, number=0), place=0)
    if is_stopped:
        state.job.stop()
    goes_on.set()
    state.job.wait(10)
    state.finish()
    assert [exchange.answer for exchange in state.exchanges] == [before]
    assert (records.calls, state.reworded) == ([], None)
    assert (
        state.notice
        == f"The answer stays as it was. {'Stopped before there was another.' if is_stopped else 'too long'}"
    )


def test_chat_model_answers_few_at_once_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_turns", "_chat_model_turns"):
        monkeypatch.setattr(answer_job, name, AnswerTurns(at_once=1))
    goes_on = threading.Event()

    def events() -> Iterator[StreamEvent]:
        assert goes_on.wait(10)
        yield from answer_events(answered(citation(1)))

    worded = [answer_job.start_answer("q", Filters(), events(), with_chat_model=True) for _ in range(2)]
    while len(answer_job._chat_model_turns._line) < 2:
        time.sleep(0.001)
    quoted = answer_job.start_answer("q", Filters(), answer_events(answered(citation(1))))
    quoted.wait(10)
    assert quoted.state == "finished"
    assert "Waiting: 1 question before this one" in [job.stage for job in worded]
    goes_on.set()
    for job in worded:
        job.wait(10)
        assert job.state == "finished"


def test_questions_are_answered_in_their_order_and_know_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_job, "_turns", AnswerTurns(at_once=1))
    goes_on, order = threading.Event(), []

    def events(name: str) -> Iterator[StreamEvent]:
        order.append(name)
        assert goes_on.wait(10)
        yield from answer_events(answered(citation(1)))

    jobs = []
    for number in range(4):
        jobs.append(answer_job.start_answer("q", Filters(), events(str(number))))
        while len(answer_job._turns._line) <= number:
            time.sleep(0.001)
    assert [job.stage for job in jobs[1:3]] == [
        "Waiting: 1 question before this one",
        "Waiting: 2 questions before this one",
    ]
    jobs[1].stop()
    jobs[1].wait(10)
    assert (jobs[1].state, jobs[1].answer, order) == ("stopped", None, ["0"])
    assert jobs[2].stage == "Waiting: 1 question before this one"
    goes_on.set()
    for job in jobs:
        job.wait(10)
    assert order == ["0", "2", "3"]


def test_scope_is_in_the_address_and_each_limit_can_be_taken_away() -> None:
    scope = Filters.of(
        documents=["a", "b"],
        topics=["rail & road"],
        since=date(2025, 1, 2),
        until=date(2026, 1, 2),
        as_of=datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC),
    )

    class Parameters(dict[str, Any]):
        def get_all(self, name: str, /) -> list[str]:
            value = self.get(name, [])
            return [value] if isinstance(value, str) else value

    assert read_scope(Parameters(write_scope(scope))) == scope
    assert write_scope(Filters()) == {}
    wrong = Parameters({"to": "2026-02-28", "as-of": "2026-02-30"})
    assert read_scope(wrong) == Filters.of(until=date(2026, 2, 28))
    assert describe_wrong_days(wrong) == (
        "“as-of=2026-02-30” in the address limits nothing: it takes a day such as 2026-03-01."
    )
    assert describe_wrong_days(Parameters({"from": "2026-05-01", "to": "2026-01-01"})) == (
        "1 May 2026 lies after 1 January 2026: no document can be of both."
    )
    assert describe_wrong_days(Parameters(write_scope(scope))) is None
    assert describe_wrong_days(Parameters({"from": ""})) is not None
    described = describe_scope(scope, {"a": "Title\nof a"})
    assert [label for _, label, _ in described] == [
        "Title of a",
        "b",
        "rail & road",
        "From 2 January 2025",
        "To 2 January 2026",
        "As the desk stood on 4 March 2026",
    ]
    without = {name: remaining for name, _, remaining in described}
    assert without["document:a"] == replace(scope, documents=("b",))
    assert without["topic:rail & road"] == replace(scope, topics=())
    assert without["as-of"] == replace(scope, as_of=None)


# The script --------------------------------------------------------------------------------------

RunPage = Callable[[Path], AppTest]


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunPage:
    def run(store: Path) -> AppTest:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("QA_STORE", str(store))
        return AppTest.from_file(str(PAGE), default_timeout=30).run()

    return run


def html_of(page: AppTest) -> str:
    return "\n".join(block.proto.body for block in page.get("html"))


def test_page_of_an_empty_store_offers_the_ways_in(run_page: RunPage, tmp_path: Path) -> None:
    page = run_page(tmp_path / "a <b> store")
    assert not page.exception
    assert "Bring in your briefings" in html_of(page)
    labels = [button.label for button in page.button]
    assert {"Try the sample briefings", "Add files", "Add addresses"} <= set(labels)
    assert page.chat_input[0].disabled
    assert page.session_state["briefing_desk"].began_empty


def test_what_failed_among_the_first_files_is_still_told_when_the_others_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = AdditionJobs()
    job = AdditionJob("2 files", {"a": SourceProgress("bad.pdf", "failed", "the file is damaged")}, dict)
    job.start(lambda: job.run(lambda _: AddReport()))
    job.wait(10)
    jobs.add(job)
    monkeypatch.setattr("qa.ui.chat.first_steps.shared_addition_jobs", lambda: jobs)
    page = AppTest.from_function(conversation_script, default_timeout=30)
    page.session_state["briefing_desk"] = state = ChatState(began_empty=True)
    html = html_of(page.run())
    assert not page.exception
    assert "What would you like to know?" in html
    assert ["bad.pdf" in html, "the file is damaged" in html] == [True, True]
    # The conversations that follow are not about that.
    state.start_new_conversation()
    assert "bad.pdf" not in html_of(page.run())


def test_who_answers_can_be_chosen_where_a_model_is_set_up(
    run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run_page(tmp_path / "store").selectbox
    monkeypatch.setenv("QA_ENGINE", "llm")
    assert "Engine: Chat model" in html_of(run_page(tmp_path / "store"))
    monkeypatch.setenv("QA_MODEL", "openai:m")
    page = run_page(tmp_path / "store")
    assert page.selectbox[0].options == ["Evidence reader, offline", "Chat model: openai:m"]
    assert page.selectbox[0].value == "llm"
    page.selectbox[0].set_value("extractive").run()
    assert page.session_state["briefing_desk"].engine == "extractive"


def test_sample_briefings_are_at_hand() -> None:
    folder = sample_folder()
    assert folder
    assert len(list(folder.glob("*.md"))) > 20


def test_question_waits_for_the_files_that_came_with_it() -> None:
    files: BackgroundJob[str, bool] = BackgroundJob(name="files", crash_message="")
    written = threading.Event()
    files.start(lambda: written.wait(10))
    job = answer_job.start_answer("q", Filters(), answer_events(answered(citation(1))), after=files)
    job.wait(0.1)
    assert (job.done, job.stage) == (False, "Waiting for the files to be added")
    written.set()
    job.wait(10)
    assert job.answer


def test_page_of_a_wrong_setting_is_one_line(
    run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_TOP_K", "many")
    page = run_page(tmp_path / "store")
    assert not page.exception
    assert "top_k" in html_of(page)
    assert not page.chat_input


def conversation_script() -> None:
    """A page around an assistant that follows a script; runs inside Streamlit, so it imports all it needs."""
    from dataclasses import replace
    from types import SimpleNamespace

    import streamlit

    from qa.config import Settings
    from qa.errors import QuestionError
    from qa.schema import StreamEvent
    from qa.ui.chat.chat_state import chat_state
    from qa.ui.chat.conversation import ask, ask_as, draw_conversation, wait_for_answer
    from tests.ui.test_chat_page import answered, citation, summary

    def stream(question, *, filters, engine, stop, history=(), standalone_question=None):  # type: ignore[no-untyped-def]
        calls.append((question, standalone_question or tuple(history)))
        if question == "bad":
            raise QuestionError("too <bad>")
        yield StreamEvent(kind="stage", text="Reading")
        meant = standalone_question or f"meant {question}"
        yield StreamEvent(
            kind="answer", answer=replace(answered(citation(1)), question=question, standalone_question=meant)
        )

    calls = streamlit.session_state.setdefault("calls", [])
    stored = SimpleNamespace(text="", sha256="0")
    assistant = SimpleNamespace(
        history=lambda _: [],
        settings=Settings(),
        stream=stream,
        document=lambda _: stored,
        read_only=True,
        verdicts=lambda prefix, user: {},
    )
    state = chat_state()
    streamlit.chat_input(
        "Ask",
        key="question",
        on_submit=lambda: ask(assistant, state, streamlit.session_state["question"]),  # type: ignore[arg-type]
    )
    streamlit.button("Change", on_click=lambda: ask_as(assistant, state, 0, " What is\nit? "))  # type: ignore[arg-type]
    place = draw_conversation(assistant, state, [summary("a", "A")])  # type: ignore[arg-type]
    wait_for_answer(assistant, state, place)  # type: ignore[arg-type]


def test_conversation_keeps_questions_errors_and_history() -> None:
    page = AppTest.from_function(conversation_script, default_timeout=30).run()
    assert "What would you like to know?" in html_of(page)
    for question in (HOSTILE, "bad", "  ", "more"):
        page.chat_input[0].set_value(question).run()
        assert not page.exception
    html = html_of(page)
    assert "too &lt;bad&gt;" in html
    assert "The store is read-only" in html
    asked = [exchange.question for exchange in page.session_state["briefing_desk"].exchanges]
    assert asked == [HOSTILE, "bad", "more"]
    # Each was asked once, as typed; the one that failed is not part of the history.
    assert page.session_state["calls"] == [
        (HOSTILE, ()),
        ("bad", (Turn(HOSTILE, "It costs 40 pesos. [1]", "answered", f"meant {HOSTILE}"),)),
        ("more", (Turn(HOSTILE, "It costs 40 pesos. [1]", "answered", f"meant {HOSTILE}"),)),
    ]
    # What a reader says that one means gives it another answer, and leaves the others.
    page.button[0].click().run()
    assert not page.exception
    exchanges = page.session_state["briefing_desk"].exchanges
    assert [exchange.question for exchange in exchanges] == asked
    assert exchanges[0].answer.standalone_question == " What is\nit? "
    assert page.session_state["calls"][3:] == [(HOSTILE, " What is\nit? ")]


def test_long_conversation_draws_its_end_and_the_rest_on_request() -> None:
    """Each answer that is drawn takes its time at every click: of 500 the page never came up."""
    page = AppTest.from_function(conversation_script, default_timeout=30)
    state = ChatState()
    kept = [Exchange(question=f"Question {number}?", answer=answered(citation(1))) for number in range(45)]
    state.show("c", "Title", None, kept)
    page.session_state["briefing_desk"] = state

    def drawn() -> tuple[list[str], list[str]]:
        page.run()
        assert not page.exception
        parts = [
            (part.proto.component_name, json.loads(part.proto.json)[0]) for part in page.get("bidi_component")
        ]
        asked = [data["questions"][0][1] for name, data in parts if name.endswith("_question")]
        ways = [data["items"][0]["label"] for _, data in parts if data.get("layout") == "earlier"]
        return [text.removeprefix("Question ") for text in asked], ways

    asked, ways = drawn()
    assert asked == [f"{number}?" for number in range(30, 45)]
    assert ways == ["Show earlier ones: 30 questions before these"]
    state.show_earlier()
    asked, ways = drawn()
    assert (asked[0], ways) == ("10?", ["Show earlier ones: 10 questions before these"])
    state.show_earlier()
    asked, ways = drawn()
    assert (asked[0], len(asked), ways) == ("0?", 45, [])
    # What is asked next leads to the end again, and leans on the turns before it.
    page.chat_input[0].set_value("Question 45?")
    asked, ways = drawn()
    assert (asked[0], asked[-1], len(ways)) == ("30?", "45?", 1)
    ((_, history),) = page.session_state["calls"]
    assert [len(history), len(state.history())] == [20, 20]


def test_what_a_search_found_in_a_long_conversation_is_drawn() -> None:
    state = ChatState()
    kept = [Exchange(question=f"Question {number}?", answer=answered(citation(1))) for number in range(200)]
    state.show("c", "", None, kept)
    for words, hidden in (
        ("question  155", 155),
        ("Question 195?", 190),  # is drawn anyway
        ("40 pesos", 190),  # the latest of many
        ("Question 100", 190),  # too far back: the page would be slow
        ("nobody said it", 190),
    ):
        state.hide_earlier()
        state.show_found(words)
        assert (words, state.hidden) == (words, hidden)


def test_pages_do_not_hold_up_the_models_while_they_are_loaded() -> None:
    """Streamlit collects after every run of a page: what an import has made by then is spared."""
    spared: list[bool] = []

    class SlowAssistant:
        def warm(self) -> None:
            made = [[number] for number in range(50_000)]
            until = time.monotonic() + 60
            while gc.get_freeze_count() - frozen < len(made) and time.monotonic() < until:
                time.sleep(0.01)
            spared.append(gc.get_freeze_count() - frozen >= len(made))

    frozen = gc.get_freeze_count()
    try:
        resources._warm(cast(Assistant, SlowAssistant()))
        assert spared == [True]
        for thread in threading.enumerate():
            if thread.name == "qa-freeze":
                thread.join(60)
                assert not thread.is_alive()
    finally:
        gc.unfreeze()
