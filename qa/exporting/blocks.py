"""An export before it is a file: headings, paragraphs and numbered sources, of plain text."""

import re
from dataclasses import dataclass, field
from typing import Literal

from qa.schema import Citation, RecognisedPage
from qa.store import file_name
from qa.text.control_characters import remove_hidden
from qa.text.source_words import format_date

__all__ = [
    "Block",
    "Cell",
    "CitedTable",
    "Contents",
    "Run",
    "Source",
    "SourceList",
    "clean_text",
    "one_line",
]

BlockStyle = Literal["heading", "text", "item", "quote", "remark", "aside", "warning", "table"]

_SHA256_CHARS = 12
# What XML can't hold, and C1: nothing that a reader would see.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """The text with a replacement character for each that no file of every format can hold."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """A text that is no exact quote, on one line, without what could turn or hide the words beside it."""
    return " ".join(remove_hidden(clean_text(text)).split())


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look; with `source` they are the mark of the source of that number."""

    text: str
    is_bold: bool = False
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, on one line; a head, or one that answers."""

    text: str
    is_head: bool = False
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class CitedTable:
    """What an answer cites of a table: the heads and the rows, all of one length."""

    caption: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph: a question as heading, what was answered, an item of a list, exact words, ...

    One of the style "table" has `rows`, and its `runs` stand above them.
    """

    style: BlockStyle
    runs: tuple[Run, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()

    @classmethod
    def of(cls, style: BlockStyle, text: str) -> "Block":
        """One of plain text that is no exact quote."""
        return cls(style=style, runs=(Run(remove_hidden(clean_text(text))),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A numbered source with its exact words.

    `details` are publisher, day, section, page and version, as far as there are any; `address` says where
    it was read from.
    """

    number: int
    title: str
    details: tuple[str, ...]
    address: str
    quote: str


@dataclass(slots=True)
class SourceList:
    """The sources of a whole export: the same place of the same version of a document has one number."""

    sources: list[Source] = field(default_factory=list)
    _numbers: dict[tuple[str, str, int, int, str], int] = field(default_factory=dict)

    def number_of(self, citation: Citation) -> int:
        """The number of a citation in the export; a new one is added to the list."""
        key = (
            citation.document_id, citation.document_sha256, citation.start, citation.end, citation.quote,
        )  # fmt: skip
        number = self._numbers.setdefault(key, len(self.sources) + 1)
        if number > len(self.sources):
            self.sources.append(_source(number, citation))
        return number


def _source(number: int, citation: Citation) -> Source:
    certainty = citation.recognised
    details = (
        citation.metadata.publisher,
        format_date(citation.published),
        f"section “{citation.heading}”" if citation.heading else None,
        f"page {citation.page}" if citation.page else None,
        None if certainty is None else f"recognised text, {RecognisedPage.describe(certainty)}",
        f"version {citation.document_sha256[:_SHA256_CHARS]}" if citation.document_sha256 else None,
    )
    return Source(
        number=number,
        title=one_line(citation.title),
        details=tuple(one_line(detail) for detail in details if detail),
        address=f"From {one_line(file_name(citation.source))}",
        quote=clean_text(citation.quote),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A title, what the export is, and its blocks in order; the sources stand at its end."""

    title: str
    about: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
