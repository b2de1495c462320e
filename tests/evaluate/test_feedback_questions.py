"""What readers said of answers, as a question file: gold only where somebody vouched for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvaluationError
from qa.evaluate import write_feedback_questions
from qa.evaluate.datasets.dataset import check_questions, read_questions
from qa.evaluate.datasets.feedback_questions import WrittenQuestions
from qa.evaluate.datasets.gold_quotes import GoldFinder, check_gold
from qa.schema import Answer, Document, DocumentSummary, Feedback, Filters, Metadata
from tests.store.test_conversation_records import make_answer

TEXT = "Of rail.\n\nIt cost 40 pesos."  # the quote stands at 10
RAIL = Document(id="a", source="a.md", metadata=Metadata(title="Costs"), text=TEXT, sha256="x")
ANSWER = make_answer()
REFUSAL = replace(ANSWER, status="not_found", text="Not found.", sentences=(), citations=())


@dataclass
class Desk:
    """Feedback over documents as they are."""

    given: Sequence[Feedback]
    stored: Sequence[Document] = field(default_factory=lambda: [RAIL])

    def feedback(self) -> list[Feedback]:
        return list(self.given)

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary(
                id=document.id, metadata=document.metadata, source=document.source, chunks=1,
                characters=len(document.text), added_at="2026-01-01T00:00:00+00:00", sha256=document.sha256,
            )
            for document in self.stored
        ]  # fmt: skip

    def document(self, reference: str) -> Document:
        return next(document for document in self.stored if document.id == reference)


def say(number: int, answer: Answer = ANSWER, **changes: Any) -> Feedback:
    values: dict[str, Any] = {
        "id": str(number), "key": f"c/{number}", "question": answer.question, "answer": answer,
        "verdict": "wrong" if "reason" in changes else "right",
    }  # fmt: skip
    return Feedback(**(values | changes))


def export(tmp_path: Path, *given: Feedback, stored: Sequence[Document] = (RAIL,)) -> list[dict[str, Any]]:
    """The rows of the file, which an evaluation over these documents accepts."""
    path, desk = tmp_path / "feedback.jsonl", Desk(given, stored)
    written = write_feedback_questions(desk, path, force=True)
    assert check_questions(path).count == written.questions
    check_gold(
        read_questions(path),
        GoldFinder(desk.documents(), lambda document_id: desk.document(document_id).text),
    )
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_right_answer_is_gold(tmp_path: Path) -> None:
    gold = {
        "question": "What did it cost?",
        "answerable": True,
        "quotes": [{"document": "a", "text": "It cost 40 pesos.", "start": 10}],
        "tags": ["feedback", "right"],
    }
    short = replace(ANSWER, short_answer="40 pesos", question="And rail?", standalone_question="Rail?")
    assert export(tmp_path, say(1), say(2, short)) == [
        {"id": "feedback-1", **gold},
        {"id": "feedback-2", **gold, "question": "Rail?", "asked": "And rail?", "answers": ["40 pesos"]},
    ]


def test_what_should_be_refused_is_unanswerable(tmp_path: Path) -> None:
    rows = export(tmp_path, say(1, REFUSAL), say(2, reason="should-refuse", comment="That is lead."))
    assert rows == [
        {
            "id": "feedback-1", "question": "What did it cost?", "answerable": False,
            "tags": ["feedback", "right"],
        },
        {
            "id": "feedback-2", "question": "What did it cost?", "answerable": False,
            "tags": ["feedback", "wrong", "should-refuse"],
            "note": "Wrong: the documents do not answer it. “That is lead.”", "answered": ANSWER.text,
        },
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("feedback", "note"),
    [
        (say(1, reason="figure", comment="It was 41."), "Wrong: the figure or fact is wrong. “It was 41.”"),
        (say(1, reason="condition"), "Wrong: it does not meet a condition of the question."),
        (say(1, reason="other-question"), "Wrong: it answers another question."),
        (say(1, reason="other", comment="Dull."), "Wrong: see the comment. “Dull.”"),
        (say(1, verdict="wrong"), "Wrong: no reason was given."),
        (say(1, REFUSAL, verdict="wrong", comment="It does."), "Wrong: see the comment. “It does.”"),
        (
            say(1, filters=Filters(since=date(2025, 1, 1))),
            "It was asked with filters: without them another answer may be right.",
        ),
        (
            say(1, reason="should-refuse", filters=Filters(documents=("a",))),
            "Wrong: the documents do not answer it. It was asked with filters: without them another answer "
            "may be right.",
        ),
        (say(1, replace(ANSWER, citations=(), sentences=())), "The answer has no citation."),
    ],
)
def test_the_rest_is_to_be_completed(tmp_path: Path, feedback: Feedback, note: str) -> None:
    (row,) = export(tmp_path, feedback)
    assert row["note"] == note
    assert row["answered"] == feedback.answer.text
    assert row["tags"][-1] == "to-complete"
    assert not row.keys() & {"answerable", "answers", "quotes"}


@pytest.mark.parametrize("stored", [[], [replace(RAIL, text="Of rail.\n\nIt cost 41 pesos.")]])
def test_quotes_that_are_gone_are_no_gold(tmp_path: Path, stored: list[Document]) -> None:
    (row,) = export(tmp_path, say(1), stored=stored)
    assert row["note"].startswith("The documents have changed: the ")
    assert "quotes" not in row


def test_said_twice_is_one_question(tmp_path: Path) -> None:
    rows = export(tmp_path, say(1), say(2), say(3, reason="figure"))
    assert [row["id"] for row in rows] == ["feedback-1", "feedback-3"]


def test_counts_and_files_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    desk = Desk([say(1), say(2, REFUSAL), say(3, reason="figure")])
    expected = WrittenQuestions(questions=3, unanswerable=1, incomplete=1)
    assert write_feedback_questions(desk, path) == expected
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"is there already: name another file, .* --force"):
        write_feedback_questions(desk, path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert write_feedback_questions(desk, path, force=True) == expected
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    with pytest.raises(EvaluationError, match="can't be written"):
        write_feedback_questions(desk, tmp_path / "nowhere" / "feedback.jsonl")
    with pytest.raises(EvaluationError, match="there is no feedback yet"):
        write_feedback_questions(Desk([]), tmp_path / "none.jsonl")
    assert not (tmp_path / "none.jsonl").exists()
