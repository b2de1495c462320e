"""The types of a dataset: questions, what is known about their answers, and the assistant that is asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from qa.assistant import Reply, Request
from qa.config import Settings
from qa.schema import Document, DocumentSummary, Filters, Span, Turn

__all__ = ["AnsweringAssistant", "Gold", "GoldQuote", "Nugget", "Question", "Quote"]


class AnsweringAssistant(Protocol):
    """What an evaluation asks: `qa.Assistant`, or something that does the same."""

    settings: Settings

    def documents(self) -> list[DocumentSummary]:
        """See `Assistant.documents`."""
        ...

    def document(self, reference: str) -> Document:
        """See `Assistant.document`."""
        ...

    def ask_many(
        self,
        requests: Iterable[Request],
        *,
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Iterator[Reply]:
        """See `Assistant.ask_many`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The exact words of a document that answer, as a question file names them.

    `document` is an id, title, source path or file name. Without `text` the whole document answers, as in
    BEIR's judgements, where `relevance` is its grade. `start` says which copy of the text is meant, in
    characters of the document's text, where the file knows it.
    """

    document: str
    text: str | None = None
    start: int | None = None
    relevance: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Nugget:
    """A fact that a good answer states; one that is not `vital` is welcome and not missed."""

    text: str
    vital: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row of a question file.

    `answerable` is None where the row does not say and neither answers nor quotes imply it. `row` is the
    row as it goes into the results: JSON values under the names of our own format, whatever the file's
    format was. `where` names its place for messages ("line 7").
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    quotes: tuple[Quote, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    history: tuple[Turn, ...] = ()
    tags: tuple[str, ...] = ()
    row: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuote:
    """A quote found in the store: the document's id and every place where its text stands.

    Without offsets in the question file all copies are as good as one another. `whole` says that the
    document as such is the answer; its only span is then all of its text.
    """

    document_id: str
    spans: tuple[Span, ...]
    whole: bool = False
    relevance: int = 1

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError(f"{self.document_id}: a gold quote without a place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What is known about the right answer to a question."""

    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
