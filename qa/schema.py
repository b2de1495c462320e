"""The values that the steps hand to one another.

All are frozen and check themselves, so a wrong one can't be built. Offsets are counted in characters
(Python string indices) into `Document.text`, half open: `text[start:end]`. They come from the splitter
and are never found by searching the text afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

__all__ = [
    "AddReport",
    "Answer",
    "AnswerSentence",
    "Chunk",
    "Citation",
    "Document",
    "DocumentSummary",
    "Evidence",
    "Failure",
    "Filters",
    "Passage",
    "Sentence",
    "Span",
    "StreamEvent",
    "Support",
    "Turn",
]

Support = Literal["supported", "partial", "unsupported"]
Status = Literal["answered", "not_found"]


def _check_span(owner: str, start: int, end: int) -> None:
    if not 0 <= start < end:
        raise ValueError(f"{owner}: empty or backward span {start}:{end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    r"""One text with what is known about it.

    `text` is exactly what was read (for .txt and .md: decoded, byte-order mark dropped, newlines as
    `\n`). Only `text[body_start:]` is ever cut into passages: front matter stays in front of it.
    `pages` holds the offset at which each page starts, empty where there are no pages.
    `sha256` covers the text and the metadata, so a changed title counts as a change.
    """

    id: str
    source: str
    title: str
    text: str
    sha256: str
    published: date | None = None
    publisher: str | None = None
    topics: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    body_start: int = 0
    markdown: bool = False

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a document needs an id")
        if not 0 <= self.body_start <= len(self.text):
            raise ValueError(f"{self.id}: the body starts outside the text at {self.body_start}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's span in its document, without the white space around it."""

    start: int
    end: int

    def __post_init__(self) -> None:
        _check_span("sentence", self.start, self.end)


Span = Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A window of whole sentences of one section: the unit that is embedded and indexed.

    `section` numbers the document's sections from 0; windows of one section share it. `heading` is the
    section's path of headings, outermost first, joined by " > ", or None before the first heading.
    """

    document_id: str
    ordinal: int
    section: int
    start: int
    end: int
    heading: str | None
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        _check_span(f"{self.document_id}#{self.ordinal}", self.start, self.end)
        if not self.sentences:
            raise ValueError(f"{self.document_id}#{self.ordinal}: a chunk without a sentence")
        if self.sentences[0].start != self.start or self.sentences[-1].end != self.end:
            raise ValueError(f"{self.document_id}#{self.ordinal}: sentences do not fill the chunk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the reader made of one passage; all values are logits, above 0 means yes.

    `sentences` has one logit a sentence of the passage, in order. `heading` is the logit of the
    heading when it was read as a sentence of its own, else None. `spans` has the best answer span inside
    each sentence, in document offsets, None where there is none; `span_scores` their scores (start logit +
    end logit).
    """

    answers: float
    sentences: tuple[float, ...]
    heading: float | None
    spans: tuple[Span | None, ...]
    span_scores: tuple[float, ...]

    @property
    def span_score(self) -> float:
        """The score of the best span of all."""
        return max(self.span_scores)

    @property
    def span(self) -> Span | None:
        """The best span of all."""
        return self.spans[self.span_scores.index(self.span_score)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was retrieved for a question, with the text and the document's metadata at hand.

    `score` orders passages, higher is better; it is comparable within one search only. `cosine` and
    `words` are the two retrieval scores in 0..1 (0 where that side did not find it); `sentence_cosines`,
    where they were computed, are those of the sentences with the question, in order.
    """

    chunk_id: str
    document_id: str
    ordinal: int
    section: int
    start: int
    end: int
    heading: str | None
    title: str
    source: str
    published: date | None
    text: str
    sentences: tuple[Sentence, ...]
    score: float
    page: int | None = None
    cosine: float = 0.0
    words: float = 0.0
    evidence: Evidence | None = None
    sentence_cosines: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_span(self.chunk_id, self.start, self.end)
        if len(self.text) != self.end - self.start:
            raise ValueError(f"{self.chunk_id}: {len(self.text)} characters in {self.start}:{self.end}")

    @property
    def innermost_heading(self) -> str | None:
        """The last heading of the path: the one that names what the section is about."""
        return self.heading.rsplit(" > ", 1)[-1] if self.heading else None

    def slice(self, span: Sentence) -> str:
        """The text of a span given in document offsets; it must lie inside the passage."""
        if not self.start <= span.start < span.end <= self.end:
            raise ValueError(f"{self.chunk_id}: {span} lies outside {self.start}:{self.end}")
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact words that a sentence of an answer rests on: `quote == document.text[start:end]`.

    `highlight` is the shortest span that answers, in document offsets, inside the quote, or None.
    """

    number: int
    document_id: str
    title: str
    source: str
    published: date | None
    page: int | None
    heading: str | None
    start: int
    end: int
    quote: str
    highlight: Span | None = None

    def __post_init__(self) -> None:
        _check_span(f"citation {self.number}", self.start, self.end)
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"citation {self.number}: the quote is not {self.start}:{self.end}")
        if self.highlight and not (self.start <= self.highlight.start and self.highlight.end <= self.end):
            raise ValueError(f"citation {self.number}: the highlight lies outside the quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """One sentence of an answer with the numbers of the citations that it rests on.

    `label` names the part of the answer that it belongs to: a side of a comparison, or the section that it
    stands for in a summary.
    """

    text: str
    support: Support
    citations: tuple[int, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the user gets for a question.

    `text` joins the sentences with their markers (`[1]`). With `status` "not_found", `citations` is
    empty, and `passages` still holds the nearest ones, best first. `kind` is what the question asks for
    ("fact", "yes-no", "list", "change", "compare", "summary", "open"; None where it shaped nothing: in a
    refusal, and where a chat model worded the answer). `short_answer` is the answer span alone where the
    question asks for one short fact. `confidence` is the calibrated probability that the documents answer
    the question. `timings_ms` has the keys retrieve, read, answer and total.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    engine: str
    model: str | None
    confidence: float
    kind: str | None = None
    short_answer: str | None = None
    warnings: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = {citation.number for citation in self.citations}
        for sentence in self.sentences:
            if not numbers.issuperset(sentence.citations):
                raise ValueError(f"a sentence cites {sentence.citations}, there are {sorted(numbers)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One step of `Assistant.stream`.

    `kind` is "stage" (`text` says what is going on), "text" (`text` is the next piece of the answer) or
    "answer" (the last event; `answer` is complete). Pieces may be shown as they come; what counts is the
    final `answer`, whose sentences have been checked.
    """

    kind: Literal["stage", "text", "answer"]
    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the text it was answered with."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents may answer; an empty field does not filter.

    `documents` are ids; `topics` match without regard to case, any of them suffices; a document without
    a date passes neither `since` nor `until` (both inclusive).
    """

    documents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.documents or self.topics or self.since or self.until)

    @classmethod
    def of(
        cls,
        *,
        documents: Iterable[str] = (),
        topics: Iterable[str] = (),
        since: date | None = None,
        until: date | None = None,
    ) -> "Filters":
        """Filters from any iterables."""
        return cls(documents=tuple(documents), topics=tuple(topics), since=since, until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """A line of `qa list`: a ready document without its text. `added_at` is ISO 8601 in UTC."""

    id: str
    title: str
    source: str
    published: date | None
    publisher: str | None
    topics: tuple[str, ...]
    chunks: int
    characters: int
    added_at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be added, and why, in one line."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What `add` or `sync` did: document ids in the order of the sources.

    `duplicates` pairs an added source with the id of an earlier document that has the same text; both
    are kept. `dry_run` says that nothing was written.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    dry_run: bool = False
