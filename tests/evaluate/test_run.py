"""Runs: what they write, how they go on, what they refuse, and that nothing is lost."""

import json
import threading
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from qa.errors import EvaluationError
from qa.evaluate import Evaluation, EvaluationProgress, evaluate
from qa.evaluate.reporting.run_figures import describe_run
from qa.schema import ModelUsage
from tests.support.evaluation import ScriptedAssistant, question_rows, write_questions


@pytest.fixture
def desk() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def questions(folder: Path, count: int = 20, **changes: str) -> Path:
    return write_questions(folder / "questions.jsonl", question_rows(count, **changes))


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_run_writes_rows_summary_description_and_report(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    summary = evaluate(desk, questions(tmp_path, 20, q3="refuse"), out, workers=3, batch=4)
    rows = {row["id"]: row for row in results(out)}
    assert sorted(rows) == sorted(f"q{number}" for number in range(20))
    assert rows["q7"]["question"] == "What does item 7 cost?"
    assert rows["q7"]["tags"] == ["odd"]
    assert rows["q7"]["result"]["citations"][0]["quote"] == "Fact 7 is that item 7 costs 7 dollars."
    assert rows["q7"]["scores"]["token_f1"] == 1.0
    assert rows["q7"]["outcome"] == "right"
    assert rows["q3"]["outcome"] == "cited but refused"
    assert summary["metrics"]["citation_hit"]["value"] == pytest.approx(19 / 20)
    assert summary["metrics"]["citation_hit"]["n"] == 20
    assert summary["complete"] is True
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["state"] == "done"
    assert run["questions"]["count"] == 20
    assert "api_key" not in run["settings"]
    assert "<html" in (out / "report.html").read_text(encoding="utf-8")


def test_a_finished_run_asks_nothing_again(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    first = evaluate(desk, questions(tmp_path), out)
    desk.asked.clear()
    again = evaluate(desk, questions(tmp_path), out)
    assert desk.asked == []
    assert again["metrics"] == first["metrics"]


def test_a_run_goes_on_after_a_cut_line(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    evaluate(desk, questions(tmp_path), out)
    file = out / "results.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:8]) + lines[8][:-40])
    desk.asked.clear()
    summary = evaluate(desk, questions(tmp_path), out)
    assert len(desk.asked) == 12
    assert file.read_bytes().splitlines(keepends=True)[:8] == lines[:8]
    assert len({row["id"] for row in results(out)}) == len(results(out)) == 20
    assert summary["complete"] is True


USAGE = ModelUsage(calls=1, input_tokens=90, output_tokens=10, cost=0.25)


def test_what_a_chat_model_took_is_in_rows_summary_and_report(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    desk.usage = USAGE
    summary = evaluate(desk, questions(tmp_path, 4, q3="fail"), out)
    assert summary["usage"] == {
        "calls": 4, "input_tokens": 360, "output_tokens": 40, "cost": 1.0, "estimated": False,
    }  # fmt: skip
    rows = {row["id"]: row for row in results(out)}
    assert rows["q0"]["result"]["usage"]["input_tokens"] == 90
    assert rows["q3"]["usage"]["output_tokens"] == 10
    took = "360 tokens sent, 40 written, in 4 calls; cost 1"
    assert describe_run(summary).facts["Chat model took"] == took
    assert took in (out / "report.html").read_text(encoding="utf-8")


def test_without_a_chat_model_nothing_is_said_of_one(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    summary = evaluate(desk, questions(tmp_path, 2), out)
    assert summary["usage"] is None
    assert "Chat model took" not in describe_run(summary).facts


@pytest.mark.parametrize(
    ("limits", "asked", "message"),
    [
        ({"max_run_tokens": 300}, 3, "max_run_tokens is reached (300 of 300): raise it to go on"),
        ({"max_run_tokens": 301}, 4, "max_run_tokens is reached (400 of 301): raise it to go on"),
        ({"max_run_cost": 0.6}, 3, "max_run_cost is reached (0.75 of 0.6): raise it to go on"),
    ],
)
def test_a_run_stops_at_its_limit_and_goes_on_with_a_higher_one(
    desk: ScriptedAssistant, tmp_path: Path, out: Path, limits: dict[str, Any], asked: int, message: str
) -> None:
    desk.usage = USAGE
    settings = replace(desk.settings, input_token_price=1.0, output_token_price=2.0)
    desk.settings = replace(settings, **limits)
    summary = evaluate(desk, questions(tmp_path, 6), out, workers=1, batch=1)
    assert len(desk.asked) == asked
    assert summary["missing"] == 6 - asked
    assert summary["run"]["state"] == "stopped"
    assert summary["warnings"][0] == f"the run was stopped: {message}"
    # As it is, there is nothing left to spend.
    assert evaluate(desk, questions(tmp_path, 6), out, workers=1)["missing"] == 6 - asked
    assert len(desk.asked) == asked
    desk.settings = replace(desk.settings, max_run_tokens=None, max_run_cost=100)
    summary = evaluate(desk, questions(tmp_path, 6), out, workers=1)
    assert (summary["complete"], summary["usage"]["calls"]) == (True, 6)
    assert summary["run"]["stopped_by"] is None


def test_a_broken_line_in_the_middle_is_named(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    evaluate(desk, questions(tmp_path), out)
    file = out / "results.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], b'{"id": 3\n', *lines[3:]]))
    with pytest.raises(EvaluationError, match=r"line 4 of .*results\.jsonl"):
        evaluate(desk, questions(tmp_path), out)
    assert len(file.read_bytes().splitlines()) == 21


def test_failing_rows_are_kept_counted_and_asked_again(
    desk: ScriptedAssistant, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = questions(tmp_path, 20, q4="fail", q9="crash")
    summary = evaluate(desk, file, out, batch=5)
    rows = {row["id"]: row for row in results(out)}
    assert rows["q4"]["error"] == "the model is away"
    assert rows["q9"]["error"] == "a fault in the program: RuntimeError: a bug"
    assert rows["q9"]["question"] == "What does item 9 cost? crash"
    assert "RuntimeError: a bug" in capsys.readouterr().err
    assert (summary["failed"], summary["missing"], summary["complete"]) == (2, 0, False)
    assert summary["metrics"]["citation_hit"]["n"] == 18
    desk.asked.clear()
    evaluate(desk, file, out, batch=5)
    assert sorted(set(desk.asked)) == ["What does item 4 cost? fail", "What does item 9 cost? crash"]
    assert len(results(out)) == 20


def test_hopeless_runs_stop_early(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    file = questions(tmp_path, 200, **{f"q{number}": "fail" for number in range(10, 200)})
    with pytest.raises(EvaluationError, match=r"20 questions in a row failed .the model is away"):
        evaluate(desk, file, out, workers=1, batch=10)
    assert len(results(out)) < 60
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["state"] == "stopped"


def test_stop_ends_with_what_is_there(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    file = questions(tmp_path, 300)

    def watch(progress: EvaluationProgress) -> None:
        if progress.done >= 10:
            evaluation.stop()

    evaluation = Evaluation(desk, file, out, workers=2, batch=2, on_progress=watch)
    summary = evaluation.run()
    assert summary["complete"] is False
    assert 10 <= len(results(out)) < 20
    assert summary["missing"] == 300 - len(results(out))
    assert evaluate(desk, file, out)["complete"] is True
    assert len(desk.asked) == 300


def test_progress_counts_what_was_there(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    file = questions(tmp_path, 30, q1="refuse")
    evaluate(desk, file, out)
    lines = (out / "results.jsonl").read_bytes().splitlines(keepends=True)
    (out / "results.jsonl").write_bytes(b"".join(lines[:10]))
    reports: list[EvaluationProgress] = []
    evaluate(desk, file, out, on_progress=reports.append)
    assert [report.done for report in reports] == list(range(11, 31))
    assert {(report.total, report.resumed) for report in reports} == {(30, 10)}
    assert reports[-1].left_s == 0
    assert reports[-1].running["answered_rate"] == pytest.approx(29 / 30)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"questions": True}, "other questions .20 of .*, now 21 of", id="questions"),
        pytest.param({"top_k": 8}, "other settings .top_k 5, now 8", id="setting"),
        pytest.param({"text": True}, "another corpus .1 documents", id="corpus"),
    ],
)
def test_resuming_another_run_is_refused(
    desk: ScriptedAssistant, tmp_path: Path, out: Path, change: dict[str, Any], reason: str
) -> None:
    evaluate(desk, questions(tmp_path), out)
    before = (out / "results.jsonl").read_bytes()
    file = questions(tmp_path, 21 if change.get("questions") else 20)
    changed_desk = replace(desk, asked=[])
    if change.get("text"):
        changed_desk.text += "More."
    if "top_k" in change:
        changed_desk.settings = replace(desk.settings, top_k=8)
    with pytest.raises(EvaluationError, match=f"was made with {reason}.*--fresh"):
        evaluate(changed_desk, file, out)
    assert (changed_desk.asked, (out / "results.jsonl").read_bytes()) == ([], before)
    assert evaluate(changed_desk, file, out, fresh=True)["complete"] is True


def test_settings_without_effect_do_not_matter(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    evaluate(desk, questions(tmp_path), out)
    changed_desk = replace(desk, asked=[], settings=replace(desk.settings, threads=7, lock_timeout_s=7))
    evaluate(changed_desk, questions(tmp_path), out)
    assert changed_desk.asked == []


def test_quotes_are_checked_before_anything_is_asked(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    rows = question_rows(10)
    rows[2]["quotes"] = [{"document": "facts.txt", "text": "Fact 2 is wrong."}]
    rows[5]["quotes"] = [{"document": "gone.txt", "text": "x"}]
    with pytest.raises(EvaluationError, match="2 questions name a quote or document") as caught:
        evaluate(desk, write_questions(tmp_path / "q.jsonl", rows), out)
    assert caught.value.problems == (
        "line 3, question 'q2': the quote “Fact 2 is wrong.” is not in facts.txt",
        "line 6, question 'q5': the document 'gone.txt' is not in the store",
    )
    assert desk.asked == []
    assert not out.exists()


def test_a_quote_may_have_other_white_space_than_its_document(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    rows = question_rows(3)
    rows[2]["quotes"][0]["text"] = "Fact 2 is\n  that item 2\tcosts 2 dollars."
    assert evaluate(desk, write_questions(tmp_path / "q.jsonl", rows), out)["complete"] is True
    rows[2]["quotes"][0]["text"] = "Factis that item 2 costs 2 dollars."
    with pytest.raises(EvaluationError, match="1 question names a quote"):
        evaluate(desk, write_questions(tmp_path / "q.jsonl", rows), out / "b")


def test_an_output_that_is_a_file_is_refused(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(EvaluationError, match="is a file: name a folder"):
        evaluate(desk, questions(tmp_path), out)
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_with_other_things_is_left_alone(
    desk: ScriptedAssistant, tmp_path: Path, out: Path, fresh: bool
) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"thesis\.txt"):
        evaluate(desk, questions(tmp_path), out, fresh=fresh)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_two_processes_do_not_share_a_directory(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    out.mkdir()
    with FileLock(out / "run.lock"), pytest.raises(EvaluationError, match="another process is writing"):
        evaluate(desk, questions(tmp_path), out)


def test_a_corpus_that_changes_meanwhile_is_reported(
    desk: ScriptedAssistant, tmp_path: Path, out: Path
) -> None:
    def change(progress: EvaluationProgress) -> None:
        if progress.done == 3:
            desk.text += "More."

    summary = evaluate(desk, questions(tmp_path), out, on_progress=change)
    assert "the corpus changed while the questions were asked" in summary["warnings"]


def test_rows_are_there_as_soon_as_they_are_done(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    lags: list[int] = []
    evaluate(
        desk,
        questions(tmp_path),
        out,
        on_progress=lambda progress: lags.append(len(results(out)) - progress.done),
    )
    assert set(lags) == {0}


@pytest.mark.no_cover
def test_many_long_answers_are_not_held_in_memory(tmp_path: Path, out: Path) -> None:
    desk = ScriptedAssistant(passage_padding=100_000)
    evaluate(desk, questions(tmp_path, 2), tmp_path / "warm-up")
    peaks: list[int] = []

    def note(progress: EvaluationProgress) -> None:
        if progress.done == progress.total:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
            peaks.append(tracemalloc.get_traced_memory()[0])

    file = questions(tmp_path, 200)
    tracemalloc.start()
    evaluate(desk, file, out, batch=5, on_progress=note)
    tracemalloc.stop()
    assert (out / "results.jsonl").stat().st_size > 20_000_000
    while_asking, after_asking = peaks
    assert while_asking < 8_000_000
    assert after_asking < 3_000_000


def test_a_run_from_another_thread_is_the_same(desk: ScriptedAssistant, tmp_path: Path, out: Path) -> None:
    summaries: list[dict[str, Any]] = []
    evaluation = Evaluation(desk, questions(tmp_path), out)
    thread = threading.Thread(target=lambda: summaries.append(evaluation.run()))
    thread.start()
    thread.join(timeout=60)
    assert summaries[0]["complete"] is True
