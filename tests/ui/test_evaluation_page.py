"""The page of evaluations without a browser: what it finds, starts and shows."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import EvaluationError
from qa.evaluate.compare import compare
from qa.evaluate.datasets.dataset import check_questions
from qa.evaluate.datasets.draft_file import read_drafts
from qa.evaluate.reporting.report_html import render_part
from qa.evaluate.run_progress import EvaluationProgress
from qa.ui.evaluation import evaluation_jobs, evaluation_start
from qa.ui.evaluation.draft_jobs import shared_draft_jobs
from qa.ui.evaluation.evaluation_drafts import quote_html
from qa.ui.evaluation.evaluation_jobs import EvaluationJob, EvaluationJobs, shared_evaluation_jobs
from qa.ui.evaluation.evaluation_page import describe_run
from qa.ui.evaluation.evaluation_runs import (
    RunListing,
    find_question_files,
    find_runs,
    read_question_rows,
    read_result_row,
    sanitize_name,
)
from qa.ui.evaluation.evaluation_start import describe_progress, save_upload
from qa.ui.evaluation.evaluation_view import filter_rows
from tests.evaluate.test_report import Page
from tests.support import runs
from tests.support.doubles import ScriptedChatModel

PROGRESS = EvaluationProgress(
    done=12, total=40, resumed=2, failed=1, questions_per_s=3.14, left_s=130.0, running={"answered_rate": 0.8}
)


class ScriptedEvaluation:
    """A stand-in for an evaluation: reports once, then waits until it is let go or stopped."""

    def __init__(
        self, *arguments: Any, on_progress: Callable[[EvaluationProgress], None], **options: Any
    ) -> None:
        self.arguments, self.options = arguments, options
        self.note = on_progress
        self.go = threading.Event()
        self.stopped = False

    def run(self) -> dict[str, Any]:
        self.note(PROGRESS)
        assert self.go.wait(20)
        return {}

    def stop(self) -> None:
        self.stopped = True
        self.go.set()


def begin(
    jobs: EvaluationJobs, script: ScriptedEvaluation | None = None
) -> tuple[EvaluationJob, ScriptedEvaluation]:
    scripts: list[ScriptedEvaluation] = []

    def make(note: Callable[[EvaluationProgress], None]) -> ScriptedEvaluation:
        scripts.append(script or ScriptedEvaluation(on_progress=note))
        return scripts[0]

    return jobs.start(Path("runs/first"), make), scripts[0]


# Jobs


def test_job_is_known_to_all_until_it_is_put_away() -> None:
    jobs = EvaluationJobs()
    job, script = begin(jobs)
    assert jobs.running
    assert jobs.latest is job
    with pytest.raises(EvaluationError, match="wait until it is done, or stop it"):
        begin(jobs)
    jobs.hide_done()
    assert jobs.latest is job
    script.go.set()
    job.wait(10)
    assert job.done
    assert (job.error, job.progress) == (None, PROGRESS)
    jobs.hide_done()
    assert jobs.latest is None


def test_stop_reaches_the_evaluation() -> None:
    job, script = begin(EvaluationJobs())
    job.stop()
    job.wait(10)
    assert job.done
    assert job.stop_requested
    assert script.stopped


def test_error_is_kept_and_a_fault_crashes_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)

    def run_to_error(error: Exception) -> EvaluationJob:
        script = ScriptedEvaluation(on_progress=lambda _: None)

        def fail() -> dict[str, Any]:
            raise error

        script.run = fail  # type: ignore[method-assign]
        job, _ = begin(EvaluationJobs(), script)
        job.wait(10)
        return job

    assert run_to_error(EvaluationError("no file: name another")).error == "no file: name another"
    assert crashes == []
    assert run_to_error(ZeroDivisionError()).error == evaluation_jobs.CRASH_MESSAGE
    for thread in threading.enumerate():
        if thread.name == "qa-evaluation":
            thread.join(10)
    assert [crash.exc_type for crash in crashes] == [ZeroDivisionError]


def test_progress_in_words() -> None:
    assert describe_progress(PROGRESS, done=False) == (
        "12 of 40 questions · 2 from before · 1 failed · 3.1 a second · about 2 min left · "
        "Answered 80.0\u202f%"
    )
    assert "left" not in describe_progress(PROGRESS, done=True)
    assert "about 5 s left" in describe_progress(replace(PROGRESS, left_s=5.2), done=False)
    assert "about 2 h 5 min left" in describe_progress(replace(PROGRESS, left_s=7500.0), done=False)


# What is on the disk


def test_runs_are_found_newest_first_and_broken_ones_named(tmp_path: Path) -> None:
    runs.write_run(tmp_path / "old", runs.mixed(3), started_at="2025-01-01T00:00:00+00:00")
    runs.write_run(tmp_path / "new", runs.mixed(3), started_at="2026-01-01T00:00:00+00:00")
    begun = runs.write_run(tmp_path / "begun", [], started_at="2025-06-01T00:00:00+00:00", state="running")
    (begun / "summary.json").unlink()
    (runs.write_run(tmp_path / "broken", []) / "run.json").write_text("{")
    (runs.write_run(tmp_path / "half", []) / "summary.json").write_text("[]")
    (tmp_path / "questions").mkdir()
    (tmp_path / "notes.txt").write_text("")
    listed, problems = find_runs(tmp_path)
    assert [run.name for run in listed] == ["new", "begun", "old"]
    assert listed[1].summary is None
    assert len(problems) == 2
    assert "run.json can't be read" in problems[0]
    assert "is no summary" in problems[1]
    assert find_runs(tmp_path / "nothing") == ([], [])


def test_summary_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(3))
    assert find_runs(tmp_path)[0][0].summary["questions"] == 3  # type: ignore[index]
    runs.write_run(directory, runs.mixed(30))
    assert find_runs(tmp_path)[0][0].summary["questions"] == 30  # type: ignore[index]


def test_rows_of_a_run_and_the_whole_of_one(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(41))
    rows = read_question_rows(directory)
    assert [row.number for row in rows] == list(range(41))
    assert rows[39].outcome == "failed"
    assert rows[39].answer.startswith("the model's server did not answer")
    assert rows[1].answer == "1,250 tonnes"
    assert read_result_row(directory, 5) == runs.graded(5)
    assert read_result_row(directory, 41) is None
    assert [row.number for row in filter_rows(rows, "NUMBER 7?", None)] == [7, 17, 27, 37]
    assert {row.outcome for row in filter_rows(rows, "", "right")} == {"right"}
    assert filter_rows(rows, "server", "right") == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Trial 7, März", "Trial-7-März"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("a/b\\c:d*e", "a-b-c-d-e"),
        ("  ", ""),
        ("...", ""),
        ("x" * 300, "x" * 80),
        ("<b>$x$</b>", "b-x-b"),
    ],
)
def test_name_is_no_path(typed: str, expected: str) -> None:
    assert sanitize_name(typed) == expected


def test_upload_never_replaces_other_questions(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "questions"
    first = save_upload(folder, "../My set.JSONL", b"a")
    assert first == folder / "My-set.jsonl"
    assert save_upload(folder, "My set.jsonl", b"a") == first
    second = save_upload(folder, "C:\\files\\My set.jsonl", b"b")
    assert second.name == "My-set-2.jsonl"
    assert (first.read_bytes(), second.read_bytes()) == (b"a", b"b")
    assert sorted(path.name for path in folder.iterdir()) == ["My-set-2.jsonl", "My-set.jsonl"]


def test_question_files_are_told_from_others(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"id": "1", "question": "Why?"}\n')
    (tmp_path / "a.csv").write_text("id,Question\n1,Why?\n")
    (tmp_path / "other.json").write_text('{"name": "package"}')
    (tmp_path / "notes.txt").write_text("question")
    assert [path.name for path in find_question_files([tmp_path, tmp_path / "none"])] == ["a.csv", "b.jsonl"]


# Texts


def test_row_is_escaped() -> None:
    page = Page(render_part("question", row=runs.hostile()))
    assert {tag for tag, _ in page.elements} <= {"article", "blockquote", "cite", "h3", "h4", "p"}
    assert page.text.count(runs.HOSTILE) == 7
    failed = render_part("question", row=runs.failed(1, runs.HOSTILE))
    assert "<script>" not in failed


def test_quote_of_a_whole_document_says_so() -> None:
    page = Page(render_part("question", row=runs.graded(1, quotes=[{"document": "cheese.txt"}])))
    assert "The whole documentcheese.txt" in page.text


def test_comparison_marks_what_got_better(tmp_path: Path) -> None:
    a = runs.write_run(tmp_path / "a", [runs.graded(number) for number in range(100)])
    rows = [runs.graded(number) for number in range(100)]
    for row in rows:
        row["scores"] |= {"citation_hit": 1.0, "latency_ms": row["scores"]["latency_ms"] * 3}
        row["outcome"] = "right"
    b = runs.write_run(tmp_path / "b", rows, settings={"engine": runs.HOSTILE})
    page = Page(render_part("comparison", comparison=compare(a, b)))
    assert "100 questions compared" in page.text
    css_classes = {attributes.get("class") for tag, attributes in page.elements if tag == "tr"}
    assert "better" in css_classes
    assert runs.HOSTILE in page.text
    assert not [tag for tag, _ in page.elements if tag in ("img", "script")]
    assert "< 0.001" in page.text


def test_run_in_one_line(tmp_path: Path) -> None:
    runs.write_run(tmp_path / "run", runs.mixed(10), state="running")
    run = find_runs(tmp_path)[0][0]
    assert describe_run(run).startswith("running, or broken off · 10 questions · A citation on a quote ")
    assert describe_run(run, running=True).startswith("running · ")
    assert describe_run(RunListing(run.path, {}, None)) == "0 questions"


# The page


def script(settings: object, assistant: object) -> None:
    from qa.ui.evaluation.evaluation_page import draw_evaluation

    draw_evaluation(assistant, settings)  # type: ignore[arg-type]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], AppTest]]:
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()
    settings = Settings(store=tmp_path / "store", runs=tmp_path / "runs")
    assistant = SimpleNamespace(documents=lambda: ["one"], settings=settings)

    def show() -> AppTest:
        page = AppTest.from_function(
            script, default_timeout=30, kwargs={"settings": settings, "assistant": assistant}
        )
        return page.run()

    yield show
    job = shared_evaluation_jobs().latest
    if job is not None:
        job.stop()
        job.wait(10)


def html_of(page: AppTest) -> str:
    return "\n".join(block.proto.body for block in page.get("html"))


def show_tab(page: AppTest, name: str) -> AppTest:
    page.session_state["evaluation-view"] = name
    return page.run()


def test_empty_page_says_how_to_begin(open_page: Callable[[], AppTest]) -> None:
    page = open_page()
    assert not page.exception
    assert "There are no runs" in html_of(page)


def test_page_shows_the_newest_run(open_page: Callable[[], AppTest], tmp_path: Path) -> None:
    runs.write_run(tmp_path / "runs" / "first", [runs.hostile(), *runs.mixed(40)])
    page = open_page()
    assert not page.exception
    text = html_of(page)
    assert "A citation on a quote" in text
    assert "24 documents, 312 passages" in text
    assert "<script>" not in text
    assert len(page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")) == 5
    assert len(page.dataframe[0].value) == 41
    page.text_input(key="evaluation-search").set_value("q-00007").run()
    assert len(page.dataframe[0].value) == 1


@pytest.fixture
def evaluations(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedEvaluation]:
    """The evaluations that the page makes, which are stand-ins."""
    scripts: list[ScriptedEvaluation] = []

    def make(*arguments: Any, **options: Any) -> ScriptedEvaluation:
        scripts.append(ScriptedEvaluation(*arguments, **options))
        return scripts[-1]

    monkeypatch.setattr(evaluation_start, "Evaluation", make)
    return scripts


def test_new_run_is_started_watched_and_stopped(
    open_page: Callable[[], AppTest], tmp_path: Path, evaluations: list[ScriptedEvaluation]
) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps({"id": "1", "question": "Why?"}))
    page = show_tab(open_page(), "New run")
    assert page.selectbox(key="evaluation-file").value == "mine.jsonl"
    page.text_input(key="evaluation-name").set_value("Trial: <b>one</b>")
    page.checkbox(key="evaluation-single").check()
    start = next(button for button in page.button if button.label == "Start")
    start.click().run()
    assert not page.exception
    assert evaluations[0].arguments[1:] == (Path("mine.jsonl"), tmp_path / "runs" / "Trial-b-one-b")
    assert evaluations[0].options == {"batch": 1, "workers": 1}
    for page_of_session in (page, open_page()):
        assert "Running: Trial-b-one-b" in html_of(page_of_session)
    page.run()
    assert "12 of 40 questions" in html_of(page)
    page.button(key="evaluation-stop").click().run()
    job = shared_evaluation_jobs().latest
    assert job
    job.wait(10)
    page.run()
    assert "Stopped: Trial-b-one-b" in html_of(page)
    page.button(key="evaluation-put-away").click().run()
    assert "Trial-b-one-b" not in html_of(page)


def test_name_that_is_taken_is_refused_in_one_line(open_page: Callable[[], AppTest], tmp_path: Path) -> None:
    runs.write_run(tmp_path / "runs" / "first", runs.mixed(3))
    (tmp_path / "mine.jsonl").write_text(json.dumps({"id": "1", "question": "Why?"}))
    page = show_tab(open_page(), "New run")
    page.text_input(key="evaluation-name").set_value("first")
    next(button for button in page.button if button.label == "Start").click().run()
    assert "there is a run named first already" in html_of(page)
    assert shared_evaluation_jobs().latest is None


def test_stopped_run_is_resumed_as_it_was_begun(
    open_page: Callable[[], AppTest], tmp_path: Path, evaluations: list[ScriptedEvaluation]
) -> None:
    directory = runs.write_run(
        tmp_path / "runs" / "first", runs.mixed(3), state="stopped", batch=7, workers=3
    )
    page = open_page()
    page.button(key="evaluation-resume-first").click().run()
    assert evaluations[0].arguments[1:] == (Path("/briefings/questions.jsonl"), directory)
    assert evaluations[0].options == {"engine": "extractive", "model": None, "workers": 3, "batch": 7}


def test_results_that_grew_are_read_anew(open_page: Callable[[], AppTest], tmp_path: Path) -> None:
    runs.write_run(tmp_path / "runs" / "a", runs.mixed(10))
    runs.write_run(tmp_path / "runs" / "b", runs.mixed(10), started_at="2026-05-05T10:00:00+00:00")
    assert "10 questions compared" in html_of(show_tab(open_page(), "Compare"))
    assert len(open_page().dataframe[0].value) == 10
    for name, day in (("a", 4), ("b", 5)):
        rows = runs.mixed(20)
        runs.write_run(tmp_path / "runs" / name, rows, started_at=f"2026-05-0{day}T10:00:00+00:00")
    assert len(open_page().dataframe[0].value) == 20
    assert "20 questions compared" in html_of(show_tab(open_page(), "Compare"))


def test_two_runs_are_compared(open_page: Callable[[], AppTest], tmp_path: Path) -> None:
    runs.write_run(tmp_path / "runs" / "a", [runs.graded(number) for number in range(40)])
    rows = [runs.graded(number, outcome="wrong") for number in range(40)]
    runs.write_run(tmp_path / "runs" / "b", rows, started_at="2026-05-05T10:00:00+00:00")
    page = show_tab(open_page(), "Compare")
    assert not page.exception
    assert "40 questions compared" in html_of(page)
    assert page.selectbox(key="evaluation-a").value == "a"
    assert page.selectbox(key="evaluation-b").value == "b"
    assert set(page.dataframe[0].value["Change"]) == {"worse"}
    page.selectbox(key="evaluation-b").select("a").run()
    assert not page.exception


# Drafted questions


STEEL = (
    "# Steel in 2025\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025. "
    "Exports were cut by 12 percent in 2024, after the strike. Canada will open a port in May 2027.\n"
)


@pytest.fixture
def open_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Opens the view of questions over a store with one document, under whatever settings."""
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()
    (tmp_path / "steel.md").write_text(STEEL, encoding="utf-8")
    with ExitStack() as opened:

        def show(chat_model: ScriptedChatModel | None = None, **options: Any) -> AppTest:
            settings = Settings(store=tmp_path / "store", runs=tmp_path / "runs", **options)
            assistant = opened.enter_context(Assistant.open(settings=settings, chat_model=chat_model))
            assistant.add(tmp_path / "steel.md")
            page = AppTest.from_function(
                script, default_timeout=60, kwargs={"settings": settings, "assistant": assistant}
            )
            page.session_state["evaluation-view"] = "Questions"
            return page.run()

        yield show


def draft(page: AppTest) -> Path:
    """Let the page draft questions; the file."""
    press(page, "Draft questions")
    (job,) = shared_draft_jobs().visible
    job.wait(30)
    assert job.done
    page.run()
    assert not page.exception
    return job.path


def press(page: AppTest, label: str, number: int = 0) -> AppTest:
    return [button for button in page.button if button.label == label][number].click().run()


def asked(page: AppTest) -> list[str]:
    return [str(area.value) for area in page.text_area]


def labels_of_views(page: AppTest) -> list[str]:
    return list(page.segmented_control(key="drafts-shown").options)


def test_drafts_are_kept_dropped_worded_anew_and_saved(
    open_drafts: Callable[..., AppTest], tmp_path: Path
) -> None:
    page = open_drafts()
    assert "Questions can be drafted" in html_of(page)
    page.number_input(key="drafts-limit").set_value(5)
    path = draft(page)
    assert "5 questions drafted, " in html_of(page)
    drafted = asked(page)
    assert drafted == [row["question"] for row in read_drafts(path)]
    text = html_of(page)
    assert "Answerable, from a date in a sentence" in text
    assert "<mark>June 4, 2025</mark>" in text
    assert re.search(r"Unanswerable: \w+ is now \w+", text)
    # Worded anew, kept; the next is dropped.
    page.text_area[0].set_value("When was the <b>steel</b> tariff doubled?").run()
    press(page, "Keep")
    press(page, "Drop")
    assert asked(page) == drafted[2:]
    assert labels_of_views(page) == ["To look through (3)", "Kept (1)", "Dropped (1)"]
    # Another session finds it as it is.
    again = open_drafts()
    assert labels_of_views(again) == ["To look through (3)", "Kept (1)", "Dropped (1)"]
    again.segmented_control(key="drafts-shown").set_value("drop").run()
    press(again, "Look at it again")
    again.segmented_control(key="drafts-shown").set_value("keep").run()
    assert asked(again) == ["When was the <b>steel</b> tariff doubled?"]
    again.text_area[0].set_value("  ").run()
    assert "a question without words can" in html_of(again)
    again.text_input(key="drafts-name").set_value("My set.jsonl")
    press(again, "Save 1 kept question")
    saved = tmp_path / "runs" / "questions" / "My-set.jsonl"
    assert "Saved as <code>runs/questions/My-set.jsonl</code>" in html_of(again)
    (row,) = read_drafts(saved)
    assert row["question"] == "When was the <b>steel</b> tariff doubled?"
    assert check_questions(saved).count == 1
    press(again, "Save 1 kept question")
    assert "is there already: choose another name" in html_of(again)
    again.text_input(key="drafts-name").set_value("")
    press(again, "Save 1 kept question")
    press(again, "Save 1 kept question")
    names = sorted(one.name for one in (tmp_path / "runs" / "questions").iterdir())
    assert names == sorted(["My-set.jsonl", f"{path.stem}.jsonl", f"{path.stem}-2.jsonl"])
    press(again, "New run with them")
    assert again.selectbox(key="evaluation-file").value == f"runs/questions/{path.stem}-2.jsonl"


def test_quote_is_opened_in_its_document(open_drafts: Callable[..., AppTest]) -> None:
    page = open_drafts()
    draft(page)
    press(page, "Show in its document")
    opened = page.session_state["briefing_desk"].opened_passage
    assert opened.quote == "The tariff on steel was doubled to 50 percent on June 4, 2025."
    assert opened.document_sha256


def test_drafts_of_the_command_are_found_and_others_left_alone(
    open_drafts: Callable[..., AppTest], tmp_path: Path
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "other.jsonl").write_text('{"id": "1", "question": "Why?"}\n')
    page = open_drafts()
    assert "Questions can be drafted" in html_of(page)
    path = draft(page)
    path.rename(tmp_path / "runs" / "mine.jsonl")
    assert asked(open_drafts())
    broken = tmp_path / "runs" / "mine.jsonl"
    broken.write_text(broken.read_text() + "{\n")
    page = open_drafts()
    assert "mine.jsonl, line " in html_of(page)
    assert [button.label for button in page.button][-1] == "Draft questions"


def test_chat_model_words_the_drafts_where_one_is_set_up(open_drafts: Callable[..., AppTest]) -> None:
    model = ScriptedChatModel("On what date was the steel tariff doubled to 50 percent?", "What?")
    page = open_drafts(model, engine="llm", model="scripted:one")
    assert page.checkbox(key="drafts-worded").label == "Worded by scripted:one"
    draft(page)
    assert asked(page)[0] == "On what date was the steel tariff doubled to 50 percent?"
    assert "Answerable, from a date in a sentence, worded by a chat model" in html_of(page)
    assert re.search(r"scripted:one worded 1 of \d+ questions; \d+ stay worded by rule", html_of(page))
    received = len(model.received)
    page.checkbox(key="drafts-worded").uncheck()
    draft(page)
    assert len(model.received) == received


def test_model_that_fails_is_one_line(open_drafts: Callable[..., AppTest]) -> None:
    page = open_drafts(ScriptedChatModel(ConnectionError("gone")), engine="llm", model="scripted:one")
    draft(page)
    assert 'class="qa-error" role="alert"' in html_of(page)
    assert "scripted:one" in html_of(page)
    assert not page.text_area


def test_quote_is_text() -> None:
    assert quote_html("<b>5</b> & 5", "5") == (
        '<blockquote class="qa-quote">&lt;b&gt;<mark>5</mark>&lt;/b&gt; &amp; 5</blockquote>'
    )
