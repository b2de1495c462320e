"""Feedback as questions to evaluate by: what was right is gold, what was wrong waits for somebody's gold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from qa.errors import EvaluationError
from qa.evaluate.datasets.dataset_types import Question, Quote
from qa.evaluate.datasets.gold_quotes import GoldFinder
from qa.evaluate.datasets.question_file import write_question_file
from qa.schema import Document, DocumentSummary, Feedback

__all__ = ["FeedbackDesk", "WrittenQuestions", "write_feedback_questions"]

_WRONG: Mapping[str | None, str] = {
    "figure": "the figure or fact is wrong",
    "condition": "it does not meet a condition of the question",
    "other-question": "it answers another question",
    "should-refuse": "the documents do not answer it",
}


class FeedbackDesk(Protocol):
    """Whose feedback is written: `qa.Assistant`, or something that does the same."""

    def feedback(self) -> list[Feedback]:
        """See `Assistant.feedback`."""
        ...

    def documents(self) -> list[DocumentSummary]:
        """See `Assistant.documents`."""
        ...

    def document(self, reference: str) -> Document:
        """See `Assistant.document`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenQuestions:
    """How many questions a file holds: all, those to be refused, those whose gold somebody has to write."""

    questions: int
    unanswerable: int
    incomplete: int


def write_feedback_questions(desk: FeedbackDesk, path: Path, *, force: bool = False) -> WrittenQuestions:
    """Write what readers said of answers as JSON Lines that `qa eval` reads.

    A right answer becomes a question with its quotes, and its short answer if it has one; a right refusal,
    and an answer where there should be none, an unanswerable question. Other wrong answers become questions
    without gold, of which `note` says what is wrong. So do right ones whose quotes the documents do not hold
    any more, and what was asked with filters, which an evaluation does not have.

    Args:
        desk: Whose feedback, and whose documents hold the quotes.
        path: The file.
        force: Replace a file that is there.

    Raises:
        EvaluationError: The file is there or can't be written, or there is no feedback.
    """
    if path.exists() and not force:
        raise EvaluationError(f"{path} is there already: name another file, or replace it with --force")
    given = desk.feedback()
    if not given:
        raise EvaluationError("there is no feedback yet: it is given below an answer in the app")
    finder = GoldFinder(desk.documents(), lambda document_id: desk.document(document_id).text)
    rows = list(_distinct(_row(value, finder) for value in given))
    write_question_file(path, rows, force=force)
    return WrittenQuestions(
        questions=len(rows),
        unanswerable=sum(row.get("answerable") is False for row in rows),
        incomplete=sum("answerable" not in row for row in rows),
    )


def _distinct(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without those that say of a question what another has said."""
    seen = set()
    for row in rows:
        content = repr([value for name, value in row.items() if name != "id"])
        if content not in seen:
            seen.add(content)
            yield row


def _row(value: Feedback, finder: GoldFinder) -> dict[str, Any]:
    answer = value.answer
    # What was typed may be a follow-up, which means nothing by itself.
    row = {"id": f"feedback-{value.id}", "question": answer.standalone_question.strip() or value.question}
    if value.question.split() != row["question"].split():
        row["asked"] = value.question
    gold, fault = _gold(value, finder)
    note = " ".join(filter(None, (_tell_fault(value), value.comment and f"“{value.comment}”", fault)))
    tags = ["feedback", value.verdict, *([value.reason] if value.reason else [])]
    if not gold:
        tags.append("to-complete")
    return row | gold | {"tags": tags} | ({"note": note, "answered": answer.text} if note else {})


def _tell_fault(value: Feedback) -> str:
    if value.verdict == "right":
        return ""
    return (
        f"Wrong: {_WRONG.get(value.reason, 'see the comment' if value.comment else 'no reason was given')}."
    )


def _gold(value: Feedback, finder: GoldFinder) -> tuple[dict[str, Any], str]:
    """What is known about the right answer, and why there is nothing though the feedback says it."""
    answer = value.answer
    is_unanswerable = value.reason == "should-refuse" or (
        value.verdict == "right" and answer.status == "not_found"
    )
    if value.verdict == "wrong" and not is_unanswerable:
        return {}, ""
    if value.filters:
        return {}, "It was asked with filters: without them another answer may be right."
    if is_unanswerable:
        return {"answerable": False}, ""
    quotes = [
        Quote(document=citation.document_id, text=citation.quote, start=citation.start)
        for citation in answer.citations
    ]
    if not quotes:
        return {}, "The answer has no citation."
    try:
        finder.locate(Question(id=value.id, question=value.question, quotes=tuple(quotes)))
    except EvaluationError as error:
        return {}, f"The documents have changed: {error}."
    gold: dict[str, Any] = {
        "answerable": True,
        "quotes": [
            {"document": quote.document, "text": quote.text, "start": quote.start} for quote in quotes
        ],
    }
    return gold | ({"answers": [answer.short_answer]} if answer.short_answer else {}), ""
