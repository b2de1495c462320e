"""A run that is killed, or runs out of disk, at any point goes on with nothing lost and nothing repeated.

A helper process loads everything once, by a run of its own, and forks a child for each attempt: the child
runs an evaluation and kills itself with SIGKILL at its n-th step that touches the disk.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import run_command, start_command, warm_up
from tests.support.evaluation import ScriptedAssistant, question_rows, write_questions

ROOT = Path(__file__).resolve().parents[2]
COUNT = 8
STEPS = 40
BATCH = 3
# Only for what would never end.
LIMIT_S = 900


class _Kill:
    """Counts calls that touch the disk and kills the process at one of them; a write is cut in half."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if real is os.write:
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call


def _run(folder: Path) -> None:
    from qa.evaluate import evaluate

    evaluate(ScriptedAssistant(), folder / "questions.jsonl", folder / "run", workers=1, batch=BATCH)


def _forked(action: Callable[[], None]) -> int:
    """The status of a child that does it: 0, or the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def _killed_at(step: int, folder: Path) -> None:
    kill = _Kill(step)
    for name in ("write", "replace", "ftruncate", "fsync"):
        setattr(os, name, kill(getattr(os, name)))
    Path.replace = kill(Path.replace)  # type: ignore[method-assign]
    Path.write_text = kill(Path.write_text)  # type: ignore[method-assign]
    _run(folder)


def _every_step(folder: Path) -> None:
    """In the helper process: kill at each step, go on, and report how it went as JSON lines."""
    loaded = folder / "loaded"
    loaded.mkdir()
    write_questions(loaded / "questions.jsonl", question_rows(COUNT))
    _run(loaded)
    for step in range(1, STEPS + 1):
        own = folder / f"step-{step}"
        own.mkdir()
        write_questions(own / "questions.jsonl", question_rows(COUNT))
        killed = _forked(lambda own=own, step=step: _killed_at(step, own))  # type: ignore[misc]
        rows_left = _rows(own)
        resumed = _forked(lambda own=own: _run(own))  # type: ignore[misc]
        report = {"step": step, "killed": killed, "left": rows_left, "resumed": resumed, "rows": _rows(own)}
        print(json.dumps(report), flush=True)  # noqa: T201
        if killed == 0:
            return


def _rows(folder: Path) -> list[str]:
    """The lines of the results that are whole."""
    file = folder / "run" / "results.jsonl"
    return file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []


def _helper(function: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = f"import pathlib, sys, tests.evaluate.test_run_crash as t; t.{function}(pathlib.Path(sys.argv[1]))"
    return subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_killed_at_every_step(tmp_path: Path) -> None:
    process = _helper("_every_step", tmp_path)
    assert process.returncode == 0, process.stderr
    reports = [json.loads(line) for line in process.stdout.splitlines()]
    assert [report["killed"] for report in reports[:-1]] == [signal.SIGKILL] * (len(reports) - 1)
    assert reports[-1]["killed"] == 0, "more steps are needed to come to the end of a run"
    # Each of the questions' rows was cut once, and there are writes before and after them.
    assert len(reports) > COUNT + 5
    for report in reports:
        assert report["resumed"] == 0
        assert report["rows"][: len(report["left"])] == report["left"], (
            "a row that was written is kept as it was"
        )
        ids = [json.loads(row)["id"] for row in report["rows"]]
        assert sorted(ids) == sorted(f"q{number}" for number in range(COUNT))
        run = tmp_path / f"step-{report['step']}" / "run"
        assert json.loads((run / "summary.json").read_text(encoding="utf-8"))["complete"] is True
    assert len({len(report["left"]) for report in reports}) == COUNT + 1


def _with_little_room(folder: Path) -> None:
    """A limit on the size of files stands for a full disk: a write is cut, the next one fails."""
    import qa.evaluate
    from qa.errors import EvaluationError

    assert qa.evaluate
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, resource.RLIM_INFINITY))
    try:
        _run(folder)
    except EvaluationError as error:
        print(error)  # noqa: T201


def test_a_full_disk_keeps_what_is_there(tmp_path: Path) -> None:
    write_questions(tmp_path / "questions.jsonl", question_rows(COUNT))
    process = _helper("_with_little_room", tmp_path)
    assert process.returncode == 0, process.stderr
    assert "can't be written (File too large)" in process.stdout
    assert "run the same command again" in process.stdout
    rows_left = _rows(tmp_path)
    assert 0 < len(rows_left) < COUNT
    assert (tmp_path / "run" / "results.jsonl").read_text(encoding="utf-8").endswith("\n")
    assert _helper("_run", tmp_path).returncode == 0
    assert _rows(tmp_path)[: len(rows_left)] == rows_left
    assert len(_rows(tmp_path)) == COUNT


def _commands_killed_at_random(folder: Path) -> None:
    """In the helper process: the real command with the real models, killed twice while it works, then ended.

    What stood there after each is printed as JSON lines.
    """
    os.chdir(folder)
    warm_up()
    assert run_command("--store", "store", "add", "facts.txt").code == 0
    command = ["--store", "store", "eval", "questions.jsonl", "--out", "run", "--json", "--batch", "2"]
    for target in (1, 5):
        child = start_command(command, folder)
        while not (ended := os.waitpid(child, os.WNOHANG)[0]) and len(_rows(folder)) < target:
            time.sleep(0.01)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        print(json.dumps(_rows(folder)), flush=True)  # noqa: T201
    completed = run_command(*command)
    print(json.dumps([completed.code, completed.stdout, completed.stderr]))  # noqa: T201


@pytest.mark.slow
def test_killed_at_random_moments_as_a_user_would(tmp_path: Path) -> None:
    (tmp_path / "facts.txt").write_text(ScriptedAssistant().text[:6000], encoding="utf-8")
    rows = question_rows(12)
    write_questions(tmp_path / "questions.jsonl", rows)
    process = _helper("_commands_killed_at_random", tmp_path)
    assert process.returncode == 0, process.stderr
    first, second, (code, said, faults) = map(json.loads, process.stdout.splitlines())
    assert 1 <= len(first) < len(rows)
    assert 5 <= len(second) < len(rows)
    assert second[: len(first)] == first
    assert code == 0, faults
    assert json.loads(said)["complete"] is True
    all_rows = _rows(tmp_path)
    assert all_rows[: len(second)] == second
    assert sorted(json.loads(row)["id"] for row in all_rows) == sorted(row["id"] for row in rows)
