"""Files of drafted questions: written, in a chat model's words if one is named, looked through, and saved."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from qa.answering.chat_model.question_wording import reword_question
from qa.errors import EvaluationError, ModelError
from qa.evaluate.datasets.dataset_types import AnsweringAssistant
from qa.evaluate.datasets.drafted_questions import (
    DraftedQuestion,
    Mentioned,
    draft_questions,
    draft_twin,
    take_turns,
)
from qa.evaluate.datasets.question_file import write_question_file
from qa.parsers.json_lines import read_json_lines

__all__ = [
    "Decision",
    "DraftWording",
    "change_draft",
    "decision_of",
    "is_draft_file",
    "read_drafts",
    "save_kept",
    "write_drafts",
]

Decision = Literal["keep", "drop"]
_TAG = "drafted"
# What the looking through leaves in a row, and `qa eval` reads over.
_DECISION = "decision"
# A change reads the whole file and writes it anew: two at once would lose one.
_changing = threading.Lock()


class DraftWording:
    """Words drafted questions by the chat model of an assistant, as far as they ask the same then.

    Attributes:
        asked: How many questions the model was given.
        reworded: How many of them it worded; the others kept the rule's wording.
        error: Why it was asked no more, in one line; None if nothing went wrong.
    """

    def __init__(self, assistant: Any, on_progress: Callable[[int], object] | None = None) -> None:
        """Open the model that the settings name; `on_progress` gets the count of those that it was given.

        Raises:
            ModelError: None is named, or it can't be opened.
        """
        self._opened = assistant.models.chat_model(None)
        self._on_progress = on_progress
        self.asked = self.reworded = 0
        self.error: str | None = None

    @property
    def summary(self) -> str:
        """What came of it, in one line."""
        said = f"{self._opened.name} worded {self.reworded:,} of {self.asked:,} questions"
        if self.error is not None:
            return f"{said} and then failed, the others are worded by rule: {self.error}"
        left = self.asked - self.reworded
        return said + (f"; {left:,} stay worded by rule, for its own asked something else" if left else "")

    def __call__(self, draft: DraftedQuestion) -> str | None:
        """The model's words; None where the rule's have to do.

        Raises:
            ModelError: The model fails at the first question.
        """
        if self.error is not None:
            return None
        self.asked += 1
        try:
            worded = reword_question(
                draft.question, answer=draft.answer, quote=draft.text, ask=self._opened.begin().ask
            )
        except ModelError as error:
            if self.asked == 1:
                raise
            self.error = str(error)
            return None
        self.reworded += worded is not None
        if self._on_progress is not None:
            self._on_progress(self.asked)
        return worded


def write_drafts(
    assistant: AnsweringAssistant,
    path: Path,
    *,
    documents: Sequence[str] = (),
    limit: int = 100,
    reword: Callable[[DraftedQuestion], str | None] | None = None,
) -> tuple[int, int]:
    """Write drafted questions as JSON Lines that `qa eval` reads; how many, and how many are unanswerable.

    Args:
        assistant: Whose documents they are about.
        path: The file; it must not be there yet.
        documents: Only these, as `Assistant.document` takes them; twins heed the others too.
        limit: How many questions at most, twins included; each document has its turn.
        reword: Gives a better wording that asks the same, or None.

    Raises:
        EvaluationError: The file is there or can't be written, or nothing can be drafted.
        DocumentNotFound: One of the documents is unknown.
        ModelError: As `reword` does; then nothing is written.
    """
    if path.exists():
        raise EvaluationError(f"{path} is there already: name another file")
    chosen = {assistant.document(reference).id for reference in documents}
    mentioned = Mentioned()
    drafts: list[list[DraftedQuestion]] = []
    for summary in assistant.documents():
        document = assistant.document(summary.id)
        mentioned.read(document.text)
        if not chosen or document.id in chosen:
            drafts.append(list(islice(draft_questions(document), limit)))
    made = _rows(take_turns(drafts), mentioned, reword or (lambda _: None))
    rows = list(islice(chain.from_iterable(made), limit))
    if not drafts:
        raise EvaluationError("there are no documents to draft from: `qa add FILE` adds some")
    if not rows:
        raise EvaluationError("no question could be drafted: the documents hold no fitting sentence or table")
    write_question_file(path, rows)
    return len(rows), sum(not row["answerable"] for row in rows)


def _rows(
    drafts: Iterator[DraftedQuestion],
    mentioned: Mentioned,
    reword: Callable[[DraftedQuestion], str | None],
) -> Iterator[list[Mapping[str, Any]]]:
    for number, draft in enumerate(drafts, start=1):
        row_id, worded = f"draft-{number:04}", reword(draft)
        quote = {"document": draft.document_id, "text": draft.text, "start": draft.quote.start}
        row = {"id": row_id, "question": worded or draft.question, "answerable": True, "quotes": [quote]}
        if draft.answer:
            row["answers"] = [draft.answer]
        tags = [_TAG, draft.source, *(["worded"] if worded else [])]
        rows: list[Mapping[str, Any]] = [row | {"tags": tags}]
        if twin := draft_twin(draft.question, mentioned.years, mentioned.countries):
            question, change = twin
            # The same change of the question as it is worded now, where that can be made there.
            other = draft_twin(worded, mentioned.years, mentioned.countries) if worded else None
            if other and other[1] == change:
                question = other[0]
            rows.append(
                {
                    "id": f"{row_id}-twin",
                    "question": question,
                    "answerable": False,
                    "tags": [_TAG, "twin"],
                    "changed": change,
                }
            )
        yield rows


# Looking through --------------------------------------------------------------------------------------


def is_draft_file(path: Path) -> bool:
    """Whether the first question of a file was drafted; not if it can't be read."""
    with suppress(OSError, EvaluationError):
        return any(_TAG in _tags(row) for row in islice(_iterate(path), 1))
    return False


def _tags(row: Mapping[str, Any]) -> list[Any]:
    tags = row.get("tags")
    return tags if isinstance(tags, list) else []


def read_drafts(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of drafts, in its order.

    Raises:
        EvaluationError: It can't be read, or a line of it is no question.
    """
    try:
        return list(_iterate(path))
    except OSError as error:
        raise EvaluationError(f"{path} can't be read: {error.strerror or error}") from error


def _iterate(path: Path) -> Iterator[dict[str, Any]]:
    for line in read_json_lines(path):
        row = line.value
        if row is None or not isinstance(row.get("question"), str) or not isinstance(row.get("id"), str):
            fault = line.fault or "it has no id and question"
            raise EvaluationError(f"{path}, line {line.number}: {fault}")
        yield dict(row)


def decision_of(row: Mapping[str, Any]) -> Decision | None:
    """What was decided of a draft; None as long as nothing was."""
    decision = row.get(_DECISION)
    return decision if decision in ("keep", "drop") else None


def change_draft(
    path: Path, row_id: str, *, question: str | None = None, decision: Decision | None = None
) -> None:
    """Give one draft another wording, or else decide on it; None takes a decision back.

    The file is replaced as a whole, so that a crash leaves the one before.

    Raises:
        EvaluationError: The wording is empty, or there is no such draft, or the file can't be written.
    """
    if question is not None and not question.strip():
        raise EvaluationError("a question without words can't be asked: type one, or drop the draft")
    with _changing:
        rows = read_drafts(path)
        row = next((row for row in rows if row["id"] == row_id), None)
        if row is None:
            raise EvaluationError(f"{path} has no question {row_id!r} any more: load the page again")
        if question is not None:
            row["question"] = " ".join(question.split())
        elif decision is None:
            row.pop(_DECISION, None)
        else:
            row[_DECISION] = decision
        write_question_file(path, rows, force=True)


def save_kept(path: Path, target: Path) -> int:
    """Write the drafts that are to be kept as a question file, which must not be there yet; how many.

    Raises:
        EvaluationError: None is kept, or the file is there or can't be written.
    """
    kept = [
        {name: value for name, value in row.items() if name != _DECISION}
        for row in read_drafts(path)
        if decision_of(row) == "keep"
    ]
    if not kept:
        raise EvaluationError("no draft is kept yet: keep the ones that somebody would ask")
    if target.exists():
        raise EvaluationError(f"{target} is there already: choose another name")
    write_question_file(target, kept)
    return len(kept)
