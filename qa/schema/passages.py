"""What retrieval works with."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from qa.schema.documents import HasTitle, Metadata, RecognisedPage, Sentence, Span, check_span, join_lead

__all__ = ["EARLIER_MESSAGE", "QUOTED_MESSAGE", "Filters", "Passage", "ReaderScores"]

# How the heading of a mail begins that a newer one in the same thread quotes, and a sentence that is quoted
# beside its answer.
EARLIER_MESSAGE = "Earlier message"
QUOTED_MESSAGE = "Quoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderScores:
    """What the reader made of one passage; all values are logits, above 0 means yes.

    `sentence_logits` has one logit a sentence of the passage, in order. `heading_logit` is the logit of the
    heading when it was read as a sentence of its own, else None. `answer_spans` has the best answer span
    inside each sentence, in document offsets, None where there is none; `span_scores` their scores (start
    logit + end logit).
    """

    answerability_logit: float
    sentence_logits: tuple[float, ...]
    heading_logit: float | None
    answer_spans: tuple[Span | None, ...]
    span_scores: tuple[float, ...]

    @property
    def best_span_score(self) -> float:
        """The score of the best span of all."""
        return max(self.span_scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(HasTitle):
    """A chunk that was retrieved for a question, with the text and the document's title and date at hand.

    `pages` holds the offsets at which the pages of the document start, empty where it has none, and
    `document_sha256` is `Document.sha256` of the version that the text was read from ("" where not known).
    `score` orders passages, higher is better; it is comparable within one search only. `dense_score` and
    `lexical_score` are the two retrieval scores, cosine and BM25 over the best one's, in 0..1 (0 where that
    side did not find it); `sentence_cosines`, where they were computed, are those of the sentences with the
    question, in order. `table_context` is that of the chunk. `document_lines` are lines of the document, with
    where they begin, that tell what the passage is of: its opening, and those that the question's names stand
    in; empty where nobody has looked. `is_newer` says that it is only looked at for what it says to an older
    passage's answer.
    """

    chunk_id: str
    document_id: str
    ordinal: int
    section: int
    start: int
    end: int
    heading: str | None
    source: str
    metadata: Metadata
    text: str
    sentences: tuple[Sentence, ...]
    score: float
    pages: tuple[int, ...] = ()
    recognised: tuple[RecognisedPage, ...] = ()
    document_sha256: str = ""
    dense_score: float = 0.0
    lexical_score: float = 0.0
    reader_scores: ReaderScores | None = None
    sentence_cosines: tuple[float, ...] = ()
    table_context: str | None = None
    document_lines: tuple[tuple[int, str], ...] = ()
    is_newer: bool = False

    def __post_init__(self) -> None:
        HasTitle.__post_init__(self)
        check_span(self.chunk_id, self.start, self.end)
        if len(self.text) != self.end - self.start:
            raise ValueError(f"{self.chunk_id}: {len(self.text)} characters in {self.start}:{self.end}")

    @property
    def innermost_heading(self) -> str | None:
        """The last heading of the path: the one that names what the section is about."""
        return self.heading.rsplit(" > ", 1)[-1] if self.heading else None

    @property
    def lead(self) -> str | None:
        """What the text is to be understood under: its headings, and what names its rows."""
        return join_lead(self.heading, self.table_context)

    @property
    def full_text(self) -> str:
        """The text with the title and all that it is to be understood under in front."""
        return f"{self.title} {self.lead or ''} {self.text}"

    def quotes_earlier(self, span: Sentence) -> bool:
        """Whether a sentence is of a mail to which a newer one in the same thread replies."""
        is_part = any(name.startswith(EARLIER_MESSAGE) for name in (self.heading or "").split(" > "))
        return is_part or re.match(rf"{QUOTED_MESSAGE}(?: from [^:]+)?: ", self.slice(span)) is not None

    @property
    def page(self) -> int | None:
        """The page that the passage starts on, from 1; None where the document has no pages."""
        return self.page_at(self.start)

    def page_at(self, offset: int) -> int | None:
        """The page that an offset into the document lies on."""
        return bisect_right(self.pages, offset) or None

    def certainty_of(self, span: Sentence) -> float | None:
        """How certain the text of a span is that was recognised in a picture; None where it was not.

        On several pages that of the least certain one.
        """
        first, last = self.page_at(span.start) or 0, self.page_at(span.end - 1) or 0
        return RecognisedPage.least(self.recognised, first, last)

    def slice(self, span: Sentence) -> str:
        """The text of a span given in document offsets; it must lie inside the passage."""
        if not self.start <= span.start < span.end <= self.end:
            raise ValueError(f"{self.chunk_id}: {span} lies outside {self.start}:{self.end}")
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents may answer; an empty field does not filter.

    `documents` are ids; `topics` match without regard to case, any of them suffices; a document without
    a date passes neither `since` nor `until` (both inclusive). `as_of` asks what was in the store at that
    moment (with a time zone), versions that have been replaced or removed since included.
    """

    documents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise ValueError(f"{self.as_of} has no time zone")

    def __bool__(self) -> bool:
        return bool(self.documents or self.topics or self.since or self.until or self.as_of)

    def describe(self) -> str:
        """What they ask for, in words."""
        asked = (
            " or ".join(self.documents),
            f"on {' or '.join(self.topics)}" if self.topics else "",
            f"published since {self.since}" if self.since else "",
            f"published until {self.until}" if self.until else "",
            f"there on {self.as_of:%Y-%m-%d}" if self.as_of else "",
        )
        return ", ".join(filter(None, asked))

    @classmethod
    def of(
        cls,
        *,
        documents: Iterable[str] = (),
        topics: Iterable[str] = (),
        since: date | None = None,
        until: date | None = None,
        as_of: datetime | None = None,
    ) -> "Filters":
        """Filters from any iterables."""
        return cls(documents=tuple(documents), topics=tuple(topics), since=since, until=until, as_of=as_of)
