"""The commands eval and compare, as a person in a terminal meets them."""

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import qa.models.embedder
import qa.models.reader
from qa.cli import main
from qa.cli.command_context import CommandContext
from qa.evaluate import Evaluation, EvaluationProgress
from tests.cli.test_cli import CommandResult
from tests.support.chat_servers import ServerReply, serve_chat
from tests.support.evaluation import ScriptedAssistant, question_rows, write_questions

STEEL = "Steel\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025. It hit Canada hardest.\n"
ROWS: list[dict[str, Any]] = [
    {
        "id": "when", "question": "When was the tariff on steel doubled?", "answers": ["June 4, 2025"],
        "quotes": [{"document": "steel.txt", "text": "was doubled to 50 percent on June 4, 2025"}],
    },
    {"id": "chess", "question": "Who won the chess tournament in Reykjavik?", "answerable": False},
]  # fmt: skip

Run = Callable[..., CommandResult]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `qa` in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_THREADS", "1")
    monkeypatch.setattr(qa.models.embedder, "open_embedder", cache(qa.models.embedder.open_embedder))
    monkeypatch.setattr(qa.models.reader, "Reader", cache(qa.models.reader.Reader))

    def call(*arguments: str) -> CommandResult:
        with pytest.raises(SystemExit) as exit_info:
            main(arguments)
        captured = capfd.readouterr()
        return CommandResult(int(exit_info.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedAssistant:
    """Takes the place of the assistant of the settings."""
    desk = ScriptedAssistant()

    @contextmanager
    def assistant(_self: CommandContext, **_flags: Any) -> Iterator[ScriptedAssistant]:
        yield desk

    monkeypatch.setattr(CommandContext, "assistant", assistant)
    return desk


def test_eval_and_compare(run: Run, tmp_path: Path) -> None:
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    write_questions(tmp_path / "questions.jsonl", ROWS)
    assert run("add", "steel.txt").code == 0
    first = run("eval", "questions.jsonl", "--out", "runs/a", "--json")
    assert first.code == 0, first.err
    metrics = first.json["metrics"]
    assert metrics["citation_hit"]["value"] == 1.0
    assert metrics["refusal_recall"]["value"] == 1.0
    assert metrics["token_f1"]["n"] == 1
    assert "document_recall@5" not in metrics
    assert "qa: the report is runs/a/report.html" in first.err
    rows = {row["id"]: row for row in map(json.loads, (tmp_path / "runs/a/results.jsonl").open())}
    text = run("show", "steel.txt", "--json").json["text"]
    (citation,) = rows["when"]["result"]["citations"][:1]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert (rows["when"]["outcome"], rows["chess"]["outcome"]) == ("right", "rightly refused")

    again = run("eval", "questions.jsonl", "--out", "runs/a")
    assert again.out.startswith("2 questions: 1 answered, 1 refused, 0 failed, 0 missing\n")
    assert "| citation_hit " in again.out
    run("--config", "none.toml", "eval", "questions.jsonl", "--out", "runs/b").fails(1, "none.toml")
    (tmp_path / "strict.toml").write_text("min_confidence = 1.0\n", encoding="utf-8")
    strict = run("--config", "strict.toml", "eval", "questions.jsonl", "--out", "runs/b", "--json")
    assert strict.json["metrics"]["false_refusal_rate"]["value"] == 1.0
    run("--config", "strict.toml", "eval", "questions.jsonl", "--out", "runs/a").fails(
        1, "min_confidence 0.3, now 1.0", "--fresh"
    )
    compared = run("compare", "runs/a", "runs/b", "--json").json
    assert compared["metrics"]["citation_hit"]["difference"] == -1.0
    assert [question["id"] for question in compared["changed"]] == ["when"]
    printed = run("compare", "runs/a", "runs/b")
    assert "min_confidence" in printed.out
    assert "When was the tariff on steel doubled?" in printed.out


def test_two_engines_are_run_on_the_same_questions_and_compared(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("langchain_openai")
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    (tmp_path / "desk.toml").write_text(
        'api_key = "none"\ninput_token_price = 1.0\noutput_token_price = 2.0\n', encoding="utf-8"
    )
    write_questions(tmp_path / "questions.jsonl", ROWS)
    assert run("add", "steel.txt").code == 0
    with serve_chat() as server:
        server.expect(
            ServerReply(pieces=("The tariff on steel was doubled to 50 percent on June 4, 2025 [1].",))
        )
        command = [
            "--config", "desk.toml", "eval", "questions.jsonl", "--out", "runs", "--engine", "extractive",
            "--engine", "llm", "--model", "openai:m", "--base-url", f"{server.address}/v1",
        ]  # fmt: skip
        printed = run(*command)
        assert printed.code == 0, printed.err
        # The question from elsewhere is refused before any model is asked.
        assert len(server.requests) == 1
        compared = run(*command, "--json").json
    assert (compared["a"], compared["b"]) == ("runs/extractive", "runs/llm")
    assert {"supported_rate", "citation_precision", "citation_recall", "confidently_wrong_rate"} <= set(
        compared["metrics"]
    )
    assert compared["metrics"]["supported_rate"]["b"] == 1.0
    assert compared["usage"]["a"] is None
    assert compared["usage"]["b"]["calls"] == 1
    assert compared["usage"]["b"]["cost"] > 0
    assert "Chat model took for B: " in printed.out
    assert json.loads((tmp_path / "runs/comparison.json").read_text(encoding="utf-8")) == compared


def test_bad_input_is_named_and_nothing_is_asked(
    run: Run, scripted: ScriptedAssistant, tmp_path: Path
) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "a", "question": "b"}\nnonsense\n', encoding="utf-8")
    result = run("eval", "bad.jsonl", "--out", "runs/a")
    assert (result.code, result.out) == (1, "")
    assert "line 2" in result.err
    run("eval", "gone.jsonl", "--out", "runs/a").fails(1, "gone.jsonl")
    write_questions(tmp_path / "good.jsonl", question_rows(3))
    run("eval", "good.jsonl", "--out", "bad.jsonl").fails(1, "bad.jsonl is a file")
    run("eval", "good.jsonl").fails(2, "--out")
    run("compare", "here", "there").fails(1, "here holds no run")
    assert scripted.asked == []


def test_gates_have_an_exit_code_of_their_own(run: Run, scripted: ScriptedAssistant, tmp_path: Path) -> None:
    write_questions(tmp_path / "q.jsonl", question_rows(10, q2="refuse", q3="refuse"))
    command = ("eval", "q.jsonl", "--out", "a", "--json")
    run(*command, "--fail-under", "citation_recall=70").fails(2, "write 70 % as 0.7")
    assert scripted.asked == []
    failed = run(*command, "--fail-under", "citation_recall=0.9", "--fail-over", "false_refusal_rate=0.2")
    assert failed.code == 3
    assert failed.json["metrics"]["citation_recall"]["value"] == 0.8
    assert "qa: citation_recall is 0.8, 0.1 under 0.9\n" in failed.err
    assert "false_refusal_rate" not in failed.err
    assert run(*command, "--fail-under", "citation_recall=0.8").code == 0
    better, worse = tmp_path / "a", tmp_path / "b"
    shutil.copytree(better, worse)
    results = worse / "results.jsonl"
    results.write_text(results.read_text().replace('"citation_recall": 1.0', '"citation_recall": 0.9'))
    assert run("compare", "b", "a", "--no-worse-than", "0.02").code == 0
    compared = run("compare", "a", "b", "--no-worse-than", "0.02", "--json")
    assert compared.code == 3
    assert compared.json["metrics"]["citation_recall"]["difference"] == pytest.approx(-0.08)
    assert "qa: citation_recall is worse by 0.08 (0.8, then 0.72), 0.02 is allowed\n" in compared.err
    run("compare", "a", "b", "--no-worse-than", "-1").fails(2, "0 or more")


def test_questions_are_drafted_and_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    run("add", "steel.txt")
    drafted = run("questions", "drafts.jsonl", "--json")
    assert drafted.json == {"file": "drafts.jsonl", "questions": 3, "unanswerable": 1}
    summary = run("eval", "drafts.jsonl", "--out", "run", "--json").json
    assert summary["metrics"]["citation_hit"]["value"] == 1.0
    run("questions", "drafts.jsonl").fails(1, "drafts.jsonl is there already")
    run("questions", "drafts.csv").fails(2, ".jsonl")


def test_a_chat_model_words_what_is_drafted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    run("add", "steel.txt")
    asks_the_same = "On what date was the steel tariff doubled to 50 percent?"
    with serve_chat() as server:
        server.expect(ServerReply(pieces=[asks_the_same]), ServerReply(pieces=["How is the weather?"]))
        monkeypatch.setenv("QA_BASE_URL", f"{server.address}/v1")
        worded = run("questions", "worded.jsonl", "--model", "openai:scripted", "--json")
        assert worded.json["worded"] == 1
        assert worded.json["not_worded"] == len(server.requests) - 1 == 1
        assert "openai:scripted worded 1 of 2 questions; 1 stay" in worded.err
        rows = [json.loads(line) for line in (tmp_path / "worded.jsonl").open(encoding="utf-8")]
        assert [row["question"] for row in rows if "worded" in row["tags"]] == [asks_the_same]
        assert run("eval", "worded.jsonl", "--out", "runs/worded").code == 0

        server.expect(ServerReply(status=401, error="no key"))
        failed = run("questions", "none.jsonl", "--model", "openai:scripted")
        failed.fails(1, "openai:scripted")
        assert not (tmp_path / "none.jsonl").exists()


def test_export(run: Run, scripted: ScriptedAssistant, tmp_path: Path) -> None:
    write_questions(tmp_path / "q.jsonl", question_rows(3))
    run("eval", "q.jsonl", "--out", "a")
    assert run("export", "a", "rows.csv").out == "3 rows in rows.csv\n"
    assert run("export", "a", "rows.parquet", "--json").json == {"file": "rows.parquet", "rows": 3}
    run("export", "a", "rows.txt").fails(1, "rows.txt", ".csv or .parquet")
    results = Path("a", "results.jsonl")
    results.write_text("".join(results.read_text().splitlines(keepends=True)[:2]))
    assert "qa: the run is unfinished, left: 1;" in run("export", "a", "rows.csv").err


def test_failed_questions_are_pointed_at(run: Run, scripted: ScriptedAssistant, tmp_path: Path) -> None:
    write_questions(tmp_path / "q.jsonl", question_rows(5, q2="fail"))
    result = run("eval", "q.jsonl", "--out", "run")
    assert result.code == 0
    assert "failed: 1; the same command asks it again" in result.err


def test_ctrl_c_ends_with_a_summary_of_what_is_there(
    run: Run, scripted: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_questions(tmp_path / "q.jsonl", question_rows(100))
    before = signal.getsignal(signal.SIGINT)
    constructor = Evaluation.__init__

    def construct(self: Evaluation, *arguments: Any, **options: Any) -> None:
        show = options.pop("on_progress")

        def interrupt(progress: EvaluationProgress) -> None:
            show(progress)
            if progress.done == 10:
                os.kill(os.getpid(), signal.SIGINT)

        constructor(self, *arguments, **options, on_progress=interrupt)

    with monkeypatch.context() as patch:
        patch.setattr(Evaluation, "__init__", construct)
        result = run("eval", "q.jsonl", "--out", "run", "--batch", "2", "--workers", "1")
    assert result.code == 130
    assert "finishing what has been begun" in result.err
    assert "the same command goes on with them" in result.err
    count = len(scripted.asked)
    assert 10 <= count < 100
    assert result.out.startswith(
        f"100 questions: {count} answered, 0 refused, 0 failed, {100 - count} missing"
    )
    assert json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))["missing"] > 0
    assert signal.getsignal(signal.SIGINT) == before
    assert run("eval", "q.jsonl", "--out", "run").code == 0
    assert len(scripted.asked) == 100
