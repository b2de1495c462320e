"""Documents and what they are cut into."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple

from qa.schema.tables import Table

__all__ = [
    "Chunk",
    "Document",
    "HasMetadata",
    "HasTitle",
    "Metadata",
    "PageBox",
    "PagePicture",
    "RecognisedPage",
    "Sentence",
    "Span",
    "StructureMark",
    "check_span",
    "join_lead",
]


def check_span(owner: str, start: int, end: int) -> None:
    """Refuse a span that is empty or backward."""
    if not 0 <= start < end:
        raise ValueError(f"{owner}: empty or backward span {start}:{end}")


def join_lead(heading: str | None, table_context: str | None) -> str | None:
    """Headings and what names a table's rows, a line each; None if there is neither."""
    return "\n".join(line for line in (heading, table_context) if line) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about a document apart from its text; None or empty where nothing is."""

    title: str | None = None
    published: date | None = None
    publisher: str | None = None
    topics: tuple[str, ...] = ()

    def with_fallback(self, fallback: "Metadata") -> "Metadata":
        """These fields, and the other's where there is none here."""
        return Metadata(
            title=self.title or fallback.title,
            published=self.published or fallback.published,
            publisher=self.publisher or fallback.publisher,
            topics=self.topics or fallback.topics,
        )

    @property
    def set_fields(self) -> tuple[str, ...]:
        """The names of the fields that say something."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


class HasTitle:
    """Title and date of a value with `metadata`, in which the title is not None."""

    __slots__ = ()
    metadata: Metadata

    def __post_init__(self) -> None:
        if self.metadata.title is None:
            raise ValueError(f"{type(self).__name__}: the metadata has no title")

    @property
    def title(self) -> str:
        """The title in `metadata`."""
        assert self.metadata.title is not None  # __post_init__ refuses it
        return self.metadata.title

    @property
    def published(self) -> date | None:
        """The date in `metadata`."""
        return self.metadata.published


class HasMetadata(HasTitle):
    """As `HasTitle`, with all that `metadata` holds."""

    __slots__ = ()

    @property
    def publisher(self) -> str | None:
        """The publisher in `metadata`."""
        return self.metadata.publisher

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics in `metadata`."""
        return self.metadata.topics


@dataclass(frozen=True, slots=True)
class StructureMark:
    """A line that a format names as more than running text.

    `level` is that of a heading, 1 the highest, or 0 for a line that stands by itself, such as a row of a
    table: no sentence reaches out of it.
    """

    start: int
    end: int
    level: int

    def __post_init__(self) -> None:
        check_span("mark", self.start, self.end)
        if self.level < 0:
            raise ValueError(f"a mark of level {self.level}")


class RecognisedPage(NamedTuple):
    """A page whose text was recognised in a picture, and how certain that is: the engine's word, in 0..1."""

    page: int
    certainty: float

    @staticmethod
    def describe(certainty: float) -> str:
        """For people; it is never rounded up to all."""
        return f"{int(100 * certainty + 1e-6)}% certain"

    @staticmethod
    def least(pages: Iterable["RecognisedPage"], first: int, last: int) -> float | None:
        """The certainty of the least certain of these pages from `first` to `last`; None if there is none."""
        return min((page.certainty for page in pages if first <= page.page <= last), default=None)


class PageBox(NamedTuple):
    """A box around words on a page, as shares of its width and height from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    is_answer: bool


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of a PDF as a JPEG of so many pixels, the boxes of quoted words, and the number of all pages."""

    data: bytes
    width: int
    height: int
    boxes: tuple[PageBox, ...]
    page_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(HasMetadata):
    r"""One text with what is known about it.

    `text` is exactly what was read (for .txt and .md: decoded, byte-order mark dropped, newlines as
    `\n`). Only `text[body_start:]` is ever cut into passages: front matter stays in front of it.
    `pages` holds the offset at which each page starts, empty where there are no pages.
    `structure` holds the headings and rows that the format itself names, in order; None where they are to be
    told from the text. `tables` holds the tables, by where they start. `recognised` names the pages whose
    text was recognised in a picture, in order. `format` is that of the file ("pdf", "text", ...),
    `fingerprint` tells its bytes and the way they were read ("" where there is no file), and
    `user_set_fields` names the fields that a user has set. `sha256` covers the text and the metadata, so a
    changed title counts as a change. The fields of `metadata` can be read from the document itself.
    """

    id: str
    source: str
    metadata: Metadata
    text: str
    sha256: str
    pages: tuple[int, ...] = ()
    body_start: int = 0
    markdown: bool = False
    structure: tuple[StructureMark, ...] | None = None
    tables: tuple[Table, ...] = ()
    recognised: tuple[RecognisedPage, ...] = ()
    format: str = "text"
    fingerprint: str = ""
    user_set_fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        HasMetadata.__post_init__(self)  # super() fails in a class that `slots` has built anew
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
        check_span("sentence", self.start, self.end)


Span = Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A window of whole sentences of one section: the unit that is embedded and indexed.

    `section` numbers the document's sections from 0; windows of one section share it. `heading` is the
    section's path of headings, outermost first, joined by " > ", or None before the first heading.
    `table_context` is the caption and the column names of the tables whose rows the window holds, where they
    stand outside of it; None if there are none.
    """

    document_id: str
    ordinal: int
    section: int
    start: int
    end: int
    heading: str | None
    sentences: tuple[Sentence, ...]
    table_context: str | None = None

    @property
    def lead(self) -> str | None:
        """What the window's text is to be understood under: its headings, and what names its rows."""
        return join_lead(self.heading, self.table_context)

    def __post_init__(self) -> None:
        check_span(f"{self.document_id}#{self.ordinal}", self.start, self.end)
        if not self.sentences:
            raise ValueError(f"{self.document_id}#{self.ordinal}: a chunk without a sentence")
        if self.sentences[0].start != self.start or self.sentences[-1].end != self.end:
            raise ValueError(f"{self.document_id}#{self.ordinal}: sentences do not fill the chunk")
