"""What the tests of evaluation share: an assistant that answers at once, from a script, and questions."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.assistant import Reply, Request
from qa.config import Settings
from qa.errors import DocumentNotFound, QAError
from qa.schema import (
    Answer,
    AnswerSentence,
    Citation,
    Document,
    DocumentSummary,
    Filters,
    Metadata,
    ModelUsage,
    Passage,
    Sentence,
)

__all__ = ["ScriptedAssistant", "question_rows", "write_questions"]

TEXT = "".join(f"Fact {number} is that item {number} costs {number} dollars. " for number in range(1000))


@dataclass
class ScriptedAssistant:
    """Answers "What does item N cost?" with the sentence about item N of its one document.

    Odd things can be asked for by words in the question: "refuse" is refused, "fail" is an error, "crash"
    a fault of the program. `asked` holds all questions that were asked, `usage` what each takes.
    """

    settings: Settings = field(default_factory=lambda: Settings(precision="float32"))
    text: str = TEXT
    asked: list[str] = field(default_factory=list)
    passage_padding: int = 0
    usage: ModelUsage | None = None

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary(
                id="facts", metadata=Metadata(title="Facts"), source="/facts.txt",
                chunks=1, characters=len(self.text), added_at="2026-01-01T00:00:00+00:00",
                sha256=hashlib.sha256(self.text.encode()).hexdigest(),
            )
        ]  # fmt: skip

    def document(self, reference: str) -> Document:
        if reference != "facts":
            raise DocumentNotFound(f"no document {reference!r} in the store: `qa list` shows them")
        return Document(
            id="facts", source="/facts.txt", metadata=Metadata(title="Facts"), text=self.text, sha256="x"
        )

    def ask_many(
        self,
        requests: Iterable[Request],
        *,
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Iterator[Reply]:
        for request in requests:
            self.asked.append(request.question)
            if "crash" in request.question:
                raise RuntimeError("a bug")
            if "fail" in request.question:
                yield Reply(error=QAError("the model is away"), usage=self.usage)
                continue
            number = int(request.question.split()[3])
            answer = self._answer(request.question, number, refused=False)
            refused = self._answer(request.question, number, refused=True)
            yield Reply(answer=refused if "refuse" in request.question else answer, unrefused=answer)

    def _answer(self, question: str, number: int, *, refused: bool) -> Answer:
        quote = fact(number)
        start = self.text.index(quote)
        passage = Passage(
            chunk_id="1", document_id="facts", ordinal=0, section=0, start=start, end=start + len(quote),
            heading=None, metadata=Metadata(title="Facts"), source="/facts.txt", text=quote,
            sentences=(Sentence(start, start + len(quote)),), score=1.0,
        )  # fmt: skip
        at = quote.index(str(number), quote.index("costs"))
        citation = Citation(
            number=1, document_id="facts", metadata=Metadata(title="Facts"), source="/facts.txt", page=None,
            heading=None, start=start, end=start + len(quote), quote=quote,
            highlight=Sentence(start + at, start + at + len(str(number))),
        )  # fmt: skip
        text = "Not found." if refused else f"{quote} [1]"
        return Answer(
            question=question, standalone_question=question, status="not_found" if refused else "answered",
            text=text + " " * self.passage_padding,
            sentences=(AnswerSentence(text=quote, support="supported", citations=() if refused else (1,)),),
            citations=() if refused else (citation,), passages=(passage,), engine="extractive", model=None,
            confidence=0.2 if refused else 0.9, usage=self.usage, timings_ms={"total": 1.0 + number % 7},
        )  # fmt: skip


def fact(number: int) -> str:
    return f"Fact {number} is that item {number} costs {number} dollars."


def question_rows(count: int, **changes: str) -> list[dict[str, Any]]:
    """Rows about items 0 to count - 1; `changes` maps an id to words that are put behind its question."""
    return [
        {
            "id": f"q{number}",
            "question": f"What does item {number} cost? {changes.get(f'q{number}', '')}".strip(),
            "answerable": True,
            "answers": [str(number)],
            "quotes": [{"document": "facts.txt", "text": fact(number)}],
            "tags": ["even" if number % 2 == 0 else "odd"],
        }
        for number in range(count)
    ]


def write_questions(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
