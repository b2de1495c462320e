"""Documents and what they are cut into."""

from dataclasses import dataclass
from datetime import date

__all__ = ["Chunk", "Document", "Mark", "Sentence", "Span", "check_span"]


def check_span(owner: str, start: int, end: int) -> None:
    """Refuse a span that is empty or backward."""
    if not 0 <= start < end:
        raise ValueError(f"{owner}: empty or backward span {start}:{end}")


@dataclass(frozen=True, slots=True)
class Mark:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    r"""One text with what is known about it.

    `text` is exactly what was read (for .txt and .md: decoded, byte-order mark dropped, newlines as
    `\n`). Only `text[body_start:]` is ever cut into passages: front matter stays in front of it.
    `pages` holds the offset at which each page starts, empty where there are no pages.
    `outline` holds the headings and rows that the format itself names, in order; None where they are to be
    told from the text. `format` is that of the file ("pdf", "text", ...), `fingerprint` tells its bytes and
    the way they were read ("" where there is no file), and `given` names the fields that a user has set.
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
    outline: tuple[Mark, ...] | None = None
    format: str = "text"
    fingerprint: str = ""
    given: tuple[str, ...] = ()

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
        check_span("sentence", self.start, self.end)


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
        check_span(f"{self.document_id}#{self.ordinal}", self.start, self.end)
        if not self.sentences:
            raise ValueError(f"{self.document_id}#{self.ordinal}: a chunk without a sentence")
        if self.sentences[0].start != self.start or self.sentences[-1].end != self.end:
            raise ValueError(f"{self.document_id}#{self.ordinal}: sentences do not fill the chunk")
