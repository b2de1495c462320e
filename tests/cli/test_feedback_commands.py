"""The commands of `qa feedback`, as a person in a terminal meets them."""

import json
from pathlib import Path

import pytest

from qa import Assistant
from qa.schema import Feedback, Filters
from tests.cli.test_evaluation_commands import Run, run
from tests.store.test_conversation_records import SCOPE, make_answer

__all__ = ["run"]


@pytest.fixture
def given(tmp_path: Path) -> list[Feedback]:
    """Two answers that somebody judged."""
    answer = make_answer()
    with Assistant.open(tmp_path / ".qa") as assistant:
        values = [("right", None, "", Filters()), ("wrong", "should-refuse", "Not\nthere \x1b[2J", SCOPE)]
        for number, (verdict, reason, comment, filters) in enumerate(values):
            assistant.record_feedback(
                Feedback(
                    key=f"c/{number}", verdict=verdict, reason=reason, comment=comment,  # type: ignore[arg-type]
                    question="How\nmuch?", answer=answer, filters=filters,
                )
            )  # fmt: skip
        return assistant.feedback()


def test_list(run: Run, given: list[Feedback]) -> None:
    printed = run("feedback", "list").out.splitlines()
    assert [line[12:] for line in printed] == [
        "right                   How much?",
        "wrong (should-refuse)   How much?  “Not there �[2J”",
    ]
    first, second = run("feedback", "list", "--json").json
    assert first["answer"]["citations"][0]["quote"] == "It cost 40 pesos."
    assert {name: value for name, value in second.items() if name not in ("answer", "comment")} == {
        "id": given[1].id, "key": "c/1", "created_at": given[1].created_at, "user": None, "verdict": "wrong",
        "reason": "should-refuse", "question": "How\nmuch?",
        "filters": {
            "documents": ["a"], "topics": ["rail"], "since": "2025-01-02", "until": None,
            "as_of": "2026-01-01T12:00:00+00:00",
        },
    }  # fmt: skip


def test_export_is_what_an_evaluation_reads(run: Run, given: list[Feedback], tmp_path: Path) -> None:
    printed = run("feedback", "export", "mine.jsonl")
    # The document is not in this store: nothing can be gold.
    assert printed.out == "2 questions in mine.jsonl, 0 of them unanswerable, 2 to be completed\n"
    rows = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [f"feedback-{value.id}" for value in given]
    run("feedback", "export", "mine.jsonl").fails(1, "is there already", "--force")
    assert run("feedback", "export", "mine.jsonl", "--force", "--json").json == {
        "file": "mine.jsonl", "questions": 2, "unanswerable": 0, "to_complete": 2,
    }  # fmt: skip
    run("feedback", "export", "mine.csv").fails(2, ".jsonl")


def test_clear(run: Run, given: list[Feedback]) -> None:
    run("feedback", "clear").fails(2, "--yes")
    assert len(run("feedback", "list", "--json").json) == len(given)
    assert run("feedback", "clear", "--yes", "--json").json == {"cleared": 2}
    assert run("feedback", "clear", "--yes").out == "cleared 0\n"
    assert run("feedback", "list").err == "no feedback yet: it is given below an answer in the app\n"
    run("feedback", "export", "mine.jsonl").fails(1, "there is no feedback yet")
