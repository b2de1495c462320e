"""The page of the corpus without a browser: what it adds, shows, changes and removes."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qa.assistant import Assistant, Progress
from qa.chunking import headings, split_into_chunks
from qa.config import Settings
from qa.errors import LoadError, StoreError
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import put_table
from qa.schema import (
    AddReport,
    Document,
    DocumentSummary,
    Failure,
    Metadata,
    NearDuplicate,
    StructureMark,
    Version,
)
from qa.ui import page
from qa.ui.chat.chat_state import ChatState
from qa.ui.corpus import corpus_jobs, corpus_state
from qa.ui.corpus.corpus_add import add_addresses, add_files, upload_limit_mb
from qa.ui.corpus.corpus_edit import changed_fields
from qa.ui.corpus.corpus_jobs import AdditionJob, AdditionJobs, SourceProgress, shared_addition_jobs
from qa.ui.corpus.corpus_list import build_table_view, handle_table_event
from qa.ui.corpus.corpus_problems import retry
from qa.ui.corpus.corpus_progress import describe_progress, render_sources
from qa.ui.corpus.corpus_state import CorpusState
from qa.ui.corpus.corpus_text import find_matching_chunks, render_history, render_passages
from qa.ui.shared.formatting import file_name, format_count
from tests.evaluate.test_report import Page as Html
from tests.support.doubles import WordHashEmbeddings, nest_metadata
from tests.ui.test_chat_page import HOSTILE

TEXT = "---\ntitle: T\n---\nBefore all.\n\n# Costs\n\nIt costs 40 pesos.\n\n## Who pays?\n\nAll do.\n"


def summary(document_id: str, **fields: Any) -> DocumentSummary:
    values: dict[str, Any] = {
        "title": f"Title of {document_id}",
        "source": f"upload:{document_id}.md",
        "chunks": 2,
        "characters": 100,
        "added_at": "2026-11-23T10:20:30+00:00",
        "sha256": document_id,
        **fields,
    }
    return DocumentSummary(id=document_id, **nest_metadata(values))


def document(text: str = TEXT, **fields: Any) -> Document:
    values: dict[str, Any] = {"title": "T", "markdown": True, "body_start": text.find("Before"), **fields}
    return Document(id="a", source="a.md", sha256="0", text=text, **nest_metadata(values))


class Keeper:
    """A stand-in for the assistant: notes what is asked of it, and works when it is let go."""

    def __init__(self, *documents: DocumentSummary, report: AddReport | None = None) -> None:
        self.summaries = list(documents)
        self.report = report or AddReport()
        self.calls: list[tuple[str, Any]] = []
        self.go = threading.Event()
        self.fault: Exception | None = None

    def documents(self) -> list[DocumentSummary]:
        return self.summaries

    def _work(self, name: str, sources: Any, on_progress: Callable[[Progress], None]) -> AddReport:
        self.calls.append((name, sources))
        on_progress(Progress(1, 2, 0, "upload:good.md"))
        on_progress(Progress(2, 2, 0, "upload:bad.md", f"it is empty {HOSTILE}"))
        on_progress(Progress(2, 2, 3, "upload:bad.md"))
        assert self.go.wait(20)
        if self.fault is not None:
            raise self.fault
        return self.report

    def add_uploads(self, files: Any, *, on_progress: Any) -> AddReport:
        return self._work("add_uploads", files, on_progress)

    def add(self, sources: Any, *, on_progress: Any) -> AddReport:
        return self._work("add", sources, on_progress)

    def retry(self, sources: Any, *, on_progress: Any) -> AddReport:
        return self._work("retry", sources, on_progress)


def keeper(*documents: DocumentSummary, report: AddReport | None = None) -> Any:
    return Keeper(*documents, report=report)


# On their way in


def test_files_are_added_in_the_background_and_each_says_what_became_of_it() -> None:
    report = AddReport(
        added=("good",),
        failed=(Failure("upload:bad.md", "it is empty"), Failure("upload:big.md", "too large")),
        duplicates=(("upload:good.md", "twin"),),
        near_duplicates=(NearDuplicate("good", "like", 0.91),),
    )
    desk = keeper(summary("good"), summary("twin"), summary("like"), report=report)
    jobs = AdditionJobs()
    message = add_files(
        desk, jobs, [("x/good.md", b"1"), ("bad.md", b""), ("big.md", b"0"), ("good.md", b"2")]
    )
    assert message == "1 file of the same name left out: the last one counts"
    (job,) = jobs.visible
    for _ in range(200):
        if job.progress and job.progress.chunks:
            break
        job.wait(0.02)
    assert jobs.running
    assert describe_progress(job) == "Adding 3 files: 2 of 3 read · 3 passages written"
    assert [source.state for source in job.sources.values()] == ["read", "failed", "waiting"]
    jobs.hide_done()
    assert jobs.visible == [job]
    desk.go.set()
    job.wait(10)
    assert desk.calls == [("add_uploads", [("good.md", b"2"), ("bad.md", b""), ("big.md", b"0")])]
    assert describe_progress(job) == "Done: 3 files · 1 added, 2 failed"
    assert [source.has_remark for source in job.sources.values()] == [True, False, False]
    assert [source.note for source in job.sources.values()] == [
        "“Title of good”, has the same text as “Title of twin”, is 91% like “Title of like”",
        "it is empty",
        "too large",
    ]
    jobs.hide_done()
    assert jobs.visible == []


def test_all_that_is_read_is_said_to_be_worked_on_still() -> None:
    job = AdditionJob("2 files", {name: SourceProgress(name, "read") for name in "ab"}, dict)
    job.state = "running"
    assert describe_progress(job) == "Adding 2 files: 2 of 2 read · being made searchable"


@pytest.mark.parametrize("has_question", [True, False])
def test_files_of_one_name_that_came_with_a_question_are_told(
    has_question: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, state, corpus = AdditionJobs(), ChatState(notice="of the question before"), CorpusState()
    monkeypatch.setattr("qa.ui.chat.first_steps.shared_addition_jobs", lambda: jobs)
    for module in ("qa.ui.chat.first_steps", "qa.ui.corpus.corpus_state"):
        monkeypatch.setattr(f"{module}.corpus_state", lambda: corpus)

    def ask(assistant: object, state: ChatState, question: str, *, after: AdditionJob | None) -> None:
        asked.append((question, after))
        if question:
            state.notice = None  # as a question that is on its way does

    asked: list[tuple[str, AdditionJob | None]] = []
    monkeypatch.setattr(page, "ask", ask)
    desk = keeper()
    desk.go.set()
    files = [SimpleNamespace(name=f"{folder}/a.md", getvalue=lambda: b"") for folder in "xy"]
    typed = SimpleNamespace(text="q" if has_question else "", files=files)
    page._take(desk, state, cast(Any, typed))
    assert asked == [(typed.text, jobs.visible[0])]
    assert state.notice == "1 file of the same name left out: the last one counts"


def test_additions_take_turns() -> None:
    first, second = keeper(), keeper()
    jobs = AdditionJobs()
    add_files(first, jobs, [("a.md", b"")])
    running_job = jobs.visible[0]
    for _ in range(200):
        if first.calls:
            break
        running_job.wait(0.02)
    add_files(second, jobs, [("b.md", b"")])
    waiting_job = jobs.visible[0]
    waiting_job.wait(0.1)
    assert describe_progress(waiting_job) == "Waiting: 1 file"
    assert second.calls == []
    second.go.set()
    first.go.set()
    waiting_job.wait(10)
    assert running_job.done
    assert [name for name, _ in second.calls] == ["add_uploads"]


def test_error_is_one_line_and_a_fault_crashes_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)

    def run_to_error(error: Exception) -> str | None:
        desk, jobs = keeper(), AdditionJobs()
        desk.fault = error
        desk.go.set()
        retry(desk, jobs, ["upload:bad.md"])
        job = jobs.visible[0]
        job.wait(10)
        assert describe_progress(job).startswith("Not finished: 1 source again")
        return job.error

    assert (
        run_to_error(StoreError("the disk is full: free some space")) == "the disk is full: free some space"
    )
    assert crashes == []
    assert run_to_error(ZeroDivisionError()) == corpus_jobs.CRASH_MESSAGE
    for thread in threading.enumerate():
        if thread.name == "qa-add":
            thread.join(10)
    assert [crash.exc_type for crash in crashes] == [ZeroDivisionError]


def test_addresses_are_handed_over_as_typed_and_found_again_as_they_are_stored() -> None:
    failed = Failure("https://example.test/a", "the server said 404")
    desk, jobs = keeper(report=AddReport(failed=(failed,))), AdditionJobs()
    desk.go.set()
    assert (
        add_addresses(desk, jobs, " HTTPS://Example.test:443/a#top \n\n HTTPS://Example.test:443/a#top") == ""
    )
    (job,) = jobs.visible
    job.wait(10)
    assert desk.calls == [("add", ["HTTPS://Example.test:443/a#top"])]
    assert job.sources["https://example.test/a"].note == "the server said 404"


@pytest.mark.parametrize("typed", ["", " \n ", "/etc/passwd", "https://example.test/\nnotes.md"])
def test_what_is_no_address_is_never_read_from_the_disk(typed: str) -> None:
    jobs = AdditionJobs()
    with pytest.raises(LoadError, match="https://"):
        add_addresses(keeper(), jobs, typed)
    assert jobs.visible == []


def test_entries_are_escaped_and_failures_are_never_left_out() -> None:
    many = [SourceProgress(f"{number}.md", "added") for number in range(100)]
    html = render_sources([*many, SourceProgress(HOSTILE, "failed", HOSTILE)])
    page = Html(html)
    assert page.text.count(HOSTILE) == 2
    assert {tag for tag, _ in page.elements} <= {"div", "ul", "li", "span", "p"}
    assert "and 41 more" in page.text


def test_many_of_which_there_is_nothing_to_know_are_one_line() -> None:
    plain = [SourceProgress(f"{number}.md", "added", "“T”") for number in range(22)]
    twin = SourceProgress("twin.md", "added", "“T”, has the same text as “U”", has_remark=True)
    failed = SourceProgress("bad.md", "failed", "it is empty")
    folded = Html(render_sources([*plain, twin, failed], fold=True))
    tags = [tag for tag, _ in folded.elements]
    assert "22 added" in folded.text
    # Those of which there is something to know stand before what is folded.
    assert tags.count("li") == 24
    assert [folded.text.index(name) < folded.text.index("22 added") for name in ("twin.md", "bad.md")] == [
        True
    ] * 2
    assert folded.text.index("21.md") > folded.text.index("22 added")
    for few in (plain[:3], [failed]):
        assert "details" not in render_sources(few, fold=True)


def test_limit_is_that_of_the_settings() -> None:
    assert upload_limit_mb(Settings(max_file_mb=50)) == 50
    assert upload_limit_mb(Settings(max_file_mb=0.5)) == 1


# The table


def test_table_gets_plain_values() -> None:
    state = CorpusState(selected=["a"], selection_number=3, table_view={"words": "x"})
    first = summary("a", title=HOSTILE, published=date(2025, 1, 2), topics=("t",), format="csv")
    data = build_table_view([first, summary("b", source="/x/y/b.md", format="from-tomorrow")], state)
    assert (
        data["rows"][0] | {"id": "a", "title": HOSTILE, "published": "2025-01-02", "format": "CSV"}
        == data["rows"][0]
    )
    assert [row["name"] for row in data["rows"]] == ["a.md (uploaded)", "b.md"]
    assert data["rows"][1]["format"] == "from-tomorrow"
    assert (data["selected"], data["selection_number"], data["view"]) == (["a"], 3, {"words": "x"})


@pytest.mark.parametrize("event", [None, "x", [], {"selected": "a"}, {"open": "gone"}, {"view": 3}])
def test_what_the_table_never_says_changes_nothing(event: object, monkeypatch: pytest.MonkeyPatch) -> None:
    state = CorpusState()
    monkeypatch.setattr("qa.ui.corpus.corpus_list.corpus_state", lambda: state)
    handle_table_event({"a"}, event)
    assert state == CorpusState()


def test_table_says_what_was_ticked(monkeypatch: pytest.MonkeyPatch) -> None:
    state = CorpusState()
    monkeypatch.setattr("qa.ui.corpus.corpus_list.corpus_state", lambda: state)
    handle_table_event({"a", "b"}, {"selected": ["b", "gone"], "view": {"words": "x"}})
    assert state == CorpusState(selected=["b"], table_view={"words": "x"})


def test_words() -> None:
    assert [format_count(number, "passage") for number in (0, 1, 2000)] == [
        "0 passages",
        "1 passage",
        "2,000 passages",
    ]
    assert format_count(2, "address") == "2 addresses"
    assert file_name("https://example.test/a/b.pdf") == "https://example.test/a/b.pdf"


# A document


def test_all_of_a_document_is_drawn_with_its_passages_and_headings() -> None:
    stored = document()
    chunks = split_into_chunks(stored, window_chars=950)
    page = Html(render_passages(stored, chunks, headings(stored), range(len(chunks))))
    assert "".join(page.text.split()) == (
        "---title:T---1characters17–28(11)Beforeall.Costs2Costscharacters39–57(18)Itcosts40pesos.Whopays?"
        "3Costs>Whopays?characters73–80(7)Alldo."
    )
    css_classes = [
        attributes.get("class") for tag, attributes in page.elements if tag in ("article", "p", "div")
    ]
    assert [
        css_class
        for css_class in css_classes
        if css_class and (css_class == "passage" or css_class.startswith("heading"))
    ] == [
        "passage",
        "heading level-1",
        "passage",
        "heading level-2",
        "passage",
    ]


def test_a_part_of_a_long_document_begins_with_its_own_heading() -> None:
    stored = document(
        "".join(f"## Day {number}\n\nIt rained on day {number}.\n\n" for number in range(60)), body_start=0
    )
    chunks = split_into_chunks(stored, window_chars=950)
    page = Html(render_passages(stored, chunks, headings(stored), range(25, 50)))
    assert page.text.strip().startswith("Day 25")
    assert "Day 24" not in page.text
    assert "Day 50" not in page.text
    assert find_matching_chunks(stored, chunks, "DAY 17.") == [17]
    assert find_matching_chunks(stored, chunks, "nowhere") == []
    assert len(find_matching_chunks(stored, chunks, " ")) == 60
    assert "No passage" in render_passages(stored, chunks, headings(stored), [])


@pytest.mark.parametrize(
    ("marks", "levels"), [("## ### ## #", "3 4 3 3"), ("# ### ###### ##", "3 4 5 4"), ("#### ##", "3 3")]
)
def test_no_heading_skips_a_level_for_who_hears_it(marks: str, levels: str) -> None:
    stored = document(
        "".join(f"{mark} Day {mark}\n\nIt rained for {mark}.\n\n" for mark in marks.split()), body_start=0
    )
    chunks = split_into_chunks(stored, window_chars=950)
    page = Html(render_passages(stored, chunks, headings(stored), range(len(chunks))))
    told = [attributes["aria-level"] for _, attributes in page.elements if "aria-level" in attributes]
    assert told == levels.split()


def test_rows_are_drawn_as_a_table_under_the_names_of_their_columns() -> None:
    builder = ContentBuilder()
    rows = [[f"Port {number}", str(number)] for number in range(60)]
    put_table(builder, [["Port", "Tonnes"], *rows, [HOSTILE, ""]], head_rows=1, caption="Salt by port")
    content = builder.build()
    stored = document(
        content.text, body_start=0, markdown=False, structure=content.structure, tables=content.tables
    )
    chunks = split_into_chunks(stored, window_chars=950)
    page = Html(render_passages(stored, chunks, headings(stored), [len(chunks) - 1]))
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("table"), "script" in tags) == (1, False)
    assert page.text.count("PortTonnes") == 1
    assert "Salt by port" in page.text
    assert f"Port 5959{HOSTILE}" in page.text


def test_hostile_document_is_only_text() -> None:
    stored = document(f"Before.\n\n# {HOSTILE}\n\nIt says {HOSTILE}.\n\n## {HOSTILE}\n", body_start=0)
    chunks = split_into_chunks(stored, window_chars=950)
    page = Html(render_passages(stored, chunks, headings(stored), range(len(chunks))))
    assert {tag for tag, _ in page.elements} <= {"div", "article", "p", "span"}
    assert "<script>alert(1)</script>" in page.text
    version = Version(
        document="a",
        metadata=Metadata(title=HOSTILE),
        source=HOSTILE,
        characters=1,
        sha256="",
        since="",
        until=None,
    )
    page = Html(render_history([version]))
    assert "script" not in {tag for tag, _ in page.elements}
    assert HOSTILE in page.text


def test_versions_lead_to_the_desk_as_it_stood() -> None:
    def version(since: str, until: str | None) -> Version:
        metadata = Metadata(title="A")
        return Version(
            document="a", metadata=metadata, source="a.md", characters=1, sha256="", since=since, until=until
        )

    page = Html(
        render_history(
            [
                version("2026-03-01T08:00:00+00:00", "2026-03-01T09:00:00+00:00"),
                version("2026-03-01T09:00:00+00:00", "2026-03-05T08:00:00+00:00"),
                version("2026-03-05T08:00:00+00:00", None),
            ]
        )
    )
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert links == ["/", "/?as-of=2026-03-01"]
    assert "not at the end of any day" in page.text


def test_pages_are_told() -> None:
    text = "One page here.\nTwo page here.\nThree page here.\n"
    marks = (StructureMark(0, 14, 0), StructureMark(15, 29, 0), StructureMark(30, 46, 0))
    stored = document(text, pages=(0, 15, 30), structure=marks, markdown=False, body_start=0)
    (whole,) = split_into_chunks(stored, window_chars=950)
    assert "pages 1–3" in render_passages(stored, [whole], (), [0])
    assert "page 2 ·" in render_passages(
        stored, [replace(whole, start=15, end=29, sentences=whole.sentences[1:2])], (), [0]
    )


def test_only_what_differs_is_changed() -> None:
    stored = summary("a", published=date(2025, 1, 2), topics=("t",))
    assert changed_fields(stored, "Title of a ", "2025-01-02", "", ["t"]) == {}
    assert changed_fields(stored, "New", "", "Desk", []) == {
        "title": "New",
        "published": "",
        "publisher": "Desk",
        "topics": [],
    }
    # A list tells equal titles apart; what is changed is the document's own.
    shown = replace(stored, metadata=Metadata(title="Title of a (2029)"), stored_title="Title of a")
    assert changed_fields(shown, "Title of a", "", "", []) == {}


# The page


def script(settings: object, assistant: object) -> None:
    from qa.ui.corpus.corpus_page import draw_corpus

    draw_corpus(assistant, settings)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """A store with two documents that are nearly the same, a third, and a failure."""
    monkeypatch.setattr("qa.models.embedder.open_embedder", lambda *_: WordHashEmbeddings())
    st.cache_resource.clear()
    words = " ".join(f"word{number}" for number in range(200))
    with Assistant.open(settings=Settings(store=tmp_path / "store")) as assistant:
        assistant.add_uploads(
            [
                (
                    "a.md",
                    f"---\ntitle: '{HOSTILE.replace(chr(39), chr(39) * 2)}'\n---\n# H\n\n{words}.\n".encode(),
                ),
                ("b.md", f"# The same again\n\n{words}.\n".encode()),
                ("c.csv", b"Country,Rate\nCanada,25%\n"),
                ("bad.txt", b""),
            ]
        )
        yield assistant


OpenPage = Callable[[], AppTest]


@pytest.fixture
def open_page(desk: Assistant) -> OpenPage:
    def show() -> AppTest:
        values = {"settings": desk.settings, "assistant": desk}
        page = AppTest.from_function(script, default_timeout=30, kwargs=values).run()
        assert not page.exception
        return page

    return show


def html_of(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(block.proto.body for block in page.get("html"))


def show_tab(page: AppTest, name: str) -> AppTest:
    page.session_state["corpus-view"] = name
    return page.run()


def select(page: AppTest, *ids: str) -> AppTest:
    state = CorpusState()
    state.select(ids)
    page.session_state[corpus_state._KEY] = state
    return page.run()


def open_document(page: AppTest, document_id: str, tab: str = "Text") -> AppTest:
    page.query_params["document"] = document_id
    page.session_state["corpus-document-view"] = tab
    return page.run()


def ids(desk: Assistant) -> dict[str, str]:
    return {file_name(document.source).split(".")[0]: document.id for document in desk.documents()}


def finish() -> None:
    for job in shared_addition_jobs().visible:
        job.wait(20)


def test_empty_store_says_what_to_do(tmp_path: Path) -> None:
    st.cache_resource.clear()
    with Assistant.open(settings=Settings(store=tmp_path / "empty")) as assistant:
        values = {"settings": assistant.settings, "assistant": assistant}
        page = AppTest.from_function(script, default_timeout=30, kwargs=values).run()
        assert "No documents yet" in html_of(page)
        page.button(key="corpus-begin").click().run()
        assert page.file_uploader
        assert "Up to 50 MB each" in html_of(page)


def test_uploads_are_added_and_seen_by_all(open_page: OpenPage, desk: Assistant) -> None:
    page, other_page = show_tab(open_page(), "add"), open_page()
    key = page.file_uploader[0].key
    page.file_uploader[0].set_value(
        [("new.md", b"# New\n\nIt is new.\n", "text/markdown"), ("no.md", b"", "")]
    ).run()
    page.button(key="corpus-add-files").click().run()
    finish()
    for page_of_session in (page.run(), other_page.run()):
        text = html_of(page_of_session)
        assert "Done: 2 files · 1 added, 1 failed" in text
        assert "it is empty" in text
        assert "“New”" in text
    assert page.file_uploader[0].key != key
    assert desk.document("upload:new.md").title == "New"
    page.button(key="corpus-put-away").click().run()
    assert "Done:" not in html_of(page)
    assert "Done:" not in html_of(other_page.run())


def test_line_that_is_no_address_is_told_and_stays(open_page: OpenPage) -> None:
    page = show_tab(open_page(), "add")
    page.text_area[0].set_value("https://example.test/a\n/etc/passwd").run()
    page.button(key="corpus-add-addresses").click().run()
    assert "is no web address" in html_of(page)
    assert page.text_area[0].value == "https://example.test/a\n/etc/passwd"
    assert shared_addition_jobs().visible == []


def test_removal_asks_first_and_the_past_stays_unless_it_is_to_be_forgotten(
    open_page: OpenPage, desk: Assistant
) -> None:
    document_ids = ids(desk)
    page = select(open_page(), document_ids["a"], document_ids["c"])
    page.button(key="corpus-remove-chosen").click().run()
    assert "Remove 2 documents?" in html_of(page)
    assert "onerror=alert(1)&gt;" in html_of(page)
    assert "<img" not in html_of(page)
    page.button(key="corpus-remove-no").click().run()
    assert "Remove 2 documents?" not in html_of(page)
    assert len(desk.documents()) == 3
    page.button(key="corpus-remove-chosen").click().run()
    page.button(key="corpus-remove-yes").click().run()
    assert "Removed 2 documents." in html_of(page)
    assert [document.id for document in desk.documents()] == [document_ids["b"]]
    assert desk.history(document_ids["a"])
    page = select(page, document_ids["b"])
    page.button(key="corpus-remove-chosen").click().run()
    page.checkbox(key="corpus-forget").check().run()
    page.button(key="corpus-remove-yes").click().run()
    assert "their past too" in html_of(page)
    assert "No documents yet" in html_of(page)
    with pytest.raises(Exception, match="b"):
        desk.history(document_ids["b"])


def test_document_is_shown_with_its_passages_and_history(open_page: OpenPage, desk: Assistant) -> None:
    document_ids = ids(desk)
    page = open_document(open_page(), document_ids["a"])
    text = html_of(page)
    assert 'class="passage"' in text
    assert "word199" in text
    assert "<script>" not in text
    assert "Searched from" in html_of(open_document(page, document_ids["a"], "History"))
    assert "there is no document" in html_of(open_document(page, "none"))
    page.button(key="corpus-back").click().run()
    assert "3 documents" in html_of(page)


def test_wrong_date_is_told_and_nothing_is_lost(open_page: OpenPage, desk: Assistant) -> None:
    document_id = ids(desk)["c"]
    page = open_document(open_page(), document_id, "Edit")
    title, published, publisher = page.text_input[:3]
    title.set_value("Rates <b>now</b>")
    published.set_value("31 Feb 2025")
    publisher.set_value("The Desk")
    page.multiselect[0].set_value([])
    save = next(button for button in page.button if button.label == "Save")
    save.click().run()
    assert "unknown date &#x27;31 Feb 2025&#x27;: write YYYY-MM-DD" in html_of(page)
    assert [field.value for field in page.text_input[:3]] == ["Rates <b>now</b>", "31 Feb 2025", "The Desk"]
    assert desk.document(document_id).title == "C"
    page.text_input[1].set_value("28 February 2025")
    next(button for button in page.button if button.label == "Save").click().run()
    assert "Saved: title, published, publisher." in html_of(page)
    edited = desk.document(document_id)
    assert (edited.title, edited.published, edited.publisher) == (
        "Rates <b>now</b>",
        date(2025, 2, 28),
        "The Desk",
    )
    assert edited.user_set_fields == ("published", "publisher", "title")
    assert "Rates &lt;b&gt;now" in html_of(page)


def test_failures_are_tried_again_and_dismissed(open_page: OpenPage, desk: Assistant) -> None:
    page = show_tab(open_page(), "failures")
    assert "it is empty" in html_of(page)
    page.button(key="corpus-retry-upload:bad.txt").click().run()
    finish()
    page.run()
    assert "1 source again · 1 failed" in html_of(page)
    page.button(key="corpus-dismiss-all").click().run()
    assert "Dismissed 1 failure." in html_of(page)
    assert "Nothing has failed." in html_of(page)
    assert desk.failures() == []


def test_near_duplicates_are_viewed_and_removed(open_page: OpenPage, desk: Assistant) -> None:
    document_ids = ids(desk)
    page = show_tab(open_page(), "duplicates")
    assert re.search(r"<strong>\d+%</strong> alike", html_of(page))
    later = next(
        button
        for button in page.button
        if str(button.key).startswith("corpus-remove-") and button.label == "Remove"
    )
    later.click().run()
    assert "Remove 1 document?" in html_of(page)
    page.button(key="corpus-remove-no").click().run()
    next(button for button in page.button if button.label == "View").click().run()
    assert page.query_params["document"] in (document_ids["a"], document_ids["b"])


def test_read_only_store_offers_no_changes(
    open_page: OpenPage, desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistant, "read_only", True)
    page = select(open_page(), ids(desk)["c"])
    assert "can only be read" in html_of(page)
    assert [button.key for button in page.button] == ["corpus-view-chosen"]
    for name in ("failures", "duplicates"):
        labels = {button.label for button in show_tab(page, name).button}
        assert labels <= {"View"}
    labels = {button.label for button in open_document(page, ids(desk)["c"]).button}
    assert labels == {"All documents"}
    assert not page.file_uploader


def test_store_that_fails_is_one_line() -> None:
    def fail() -> list[DocumentSummary]:
        raise StoreError("the store <b> is damaged: run `qa check --repair`")

    values = {"settings": Settings(), "assistant": SimpleNamespace(documents=fail, read_only=False)}
    page = AppTest.from_function(script, default_timeout=30, kwargs=values).run()
    assert "the store &lt;b&gt; is damaged" in html_of(page)
