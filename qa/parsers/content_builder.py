"""The text of a formatted file, built block by block with its structure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.errors import LoadError
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.table_units import find_unit, is_caption, is_legend, is_note, join_caption, states_unit
from qa.schema import Metadata, StructureMark, Table, TableCell

__all__ = ["ContentBuilder", "clean"]

# A book of 3,000 pages has some 6 million characters.
_MAX_CHARS = 30_000_000
_MAX_HEADING_CHARS = 300
_MAX_LINES_ABOVE = 2  # that may name a table, besides the last
# Controls, lone surrogates, the byte-order mark inside a text, spaces without width, marks of a script's
# direction, and the soft hyphen, which shows only at the end of a line.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]"
)


def clean(text: str) -> str:
    """On one line, white space as single spaces, without what can't be seen or stored."""
    return " ".join(_INVISIBLE.sub("", text).split())


class ContentBuilder:
    """Puts headings, paragraphs, items and rows together to a `ParsedContent`, in reading order.

    Each block is one line of the text with a blank line around it; rows of a table and items of a list stand
    line by line. So nothing has to be guessed when the text is cut: the outline says what a line is.

    Raises:
        LoadError: From any method: the text grows beyond 30 million characters.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._outline: list[StructureMark] = []
        self._pages: list[int] = []
        self._last_type = ""
        self._page_pending = False
        self._tables: list[Table] = []
        # Short lines since the last other block, any of which may name the table that follows; and whether
        # the lines that come now may be notes on the last table.
        self._lines_above: list[str] = []
        self._heading_above = ""
        self._takes_notes = False

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length

    @property
    def next_row_start(self) -> int:
        """Where a row would start that were put now."""
        return self._length + len(self._separator("row"))

    def heading(self, text: str, level: int) -> None:
        """A heading of this level, 1 the highest; one that is too long for a heading is a paragraph."""
        text = clean(text)
        if len(text) > _MAX_HEADING_CHARS:
            self.paragraph(text)
        elif text:
            start = self._append(text, "heading")
            self._heading_above = text
            self._outline.append(StructureMark(start, start + len(text), max(1, level)))

    def paragraph(self, *texts: str) -> None:
        """A paragraph; several texts are its pieces on consecutive pages."""
        pieces = [piece for piece in map(clean, texts) if piece]
        if not pieces:
            return
        # A page that began with an empty text begins with the next piece all the same.
        text = " ".join(pieces)
        above, takes_notes = (self._heading_above, self._lines_above), self._takes_notes
        start = self._append(text, "paragraph")
        if is_legend(text):
            self._heading_above, self._lines_above = above
        elif is_caption(text) or states_unit(text):
            self._heading_above, self._lines_above = above[0], [*above[1][-_MAX_LINES_ABOVE:], text]
        self._takes_notes = takes_notes and self._add_note(text)
        for piece in pieces[:-1]:
            start += len(piece) + 1
            self._pages.append(start)

    def item(self, text: str, marker: str = "-") -> None:
        """An item of a list: `marker` is "-", or its number as in "3."."""
        if text := clean(text):
            self._append(f"{marker} {text}", "item")

    def row(self, cells: Iterable[str]) -> None:
        """A row of cells that is no part of a table: with bars between them, also around blank ones."""
        if any(texts := [clean(cell) for cell in cells]):
            self.row_text(" | ".join(texts).strip())

    def row_text(self, text: str) -> int:
        """A row as it shall stand in the text, which is not cleaned any more; returns where it starts."""
        above = self._heading_above, self._lines_above
        start = self._append(text, "row")
        self._heading_above, self._lines_above = above
        self._outline.append(StructureMark(start, start + len(text), 0))
        return start

    def table(
        self,
        start: int,
        end: int,
        rows: Sequence[Sequence[TableCell]],
        *,
        caption: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        """The rows put since `start` are a table with these cells, whose offsets are those of the text.

        What stands right above names it if no `caption` does, and its unit is looked for there. Paragraphs
        that follow and say that they are notes, or begin with a mark that a cell bears, become its notes.
        """
        caption, lines = clean(caption), self._lines_above
        if self._heading_above and all(map(states_unit, lines)):
            # A heading, and the unit below it, name the table together.
            lines = [self._heading_above, *lines]
        stated = [line for line in (caption, *reversed(lines), self._heading_above) if line]
        self._tables.append(
            Table(
                start=start,
                end=end,
                rows=tuple(map(tuple, rows)),
                caption=caption or join_caption(lines) or None,
                unit=find_unit([*stated, *notes]),
                notes=tuple(note for note in map(clean, notes) if note),
            )
        )
        self._heading_above, self._lines_above = "", []
        self._takes_notes = True

    def _add_note(self, text: str) -> bool:
        """Give the last table a note, if the text is one."""
        table = self._tables[-1]
        if not is_note(text, self._text_of(table)):
            return False
        if text not in table.notes:
            unit = table.unit or find_unit([text])
            self._tables[-1] = replace(table, notes=(*table.notes, text), unit=unit)
        return True

    def _text_of(self, table: Table) -> str:
        offset, pieces = self._length, []
        for text in reversed(self._texts):
            offset -= len(text)
            if offset < table.end:
                pieces.append(text)
            if offset < table.start:
                break
        return "".join(reversed(pieces))

    def page(self) -> None:
        """What follows stands on a new page; call it before the first page too."""
        if self._page_pending:  # the page before is empty
            self._pages.append(self._length)
        self._page_pending = True

    def page_in_table(self, row: int) -> None:
        """A new page begins with this row of the last table, counted from 0, or with the next that has text.

        Call it in order, right after the table.
        """
        table = self._tables[-1]
        starts = [cell.start for cells in table.rows[row:] for cell in cells if cell.start is not None]
        inside = [
            entry.start for entry in self._outline if entry.start <= min(starts, default=-1) < entry.end
        ]
        if inside:
            self._pages.append(inside[-1])
        else:
            self.page()

    def build(self, metadata: Metadata | None = None) -> ParsedContent:
        """Everything so far, with what the file says about itself."""
        if self._page_pending:
            self._pages.append(self._length)
            self._page_pending = False
        return ParsedContent(
            text="".join(self._texts),
            structure=tuple(self._outline),
            pages=tuple(self._pages),
            tables=tuple(self._tables),
            metadata=metadata or Metadata(),
        )

    def _append(self, text: str, block_type: str) -> int:
        """Add a block and return where it starts."""
        separator = self._separator(block_type)
        if self._length + len(separator) + len(text) > _MAX_CHARS:
            raise LoadError(f"it holds more than {_MAX_CHARS // 1_000_000} million characters: split it")
        self._texts += (separator, text)
        start = self._length + len(separator)
        self._length = start + len(text)
        self._last_type = block_type
        self._heading_above, self._lines_above, self._takes_notes = "", [], False
        if self._page_pending:
            self._pages.append(start)
            self._page_pending = False
        return start

    def _separator(self, block_type: str) -> str:
        if not self._last_type:
            return ""
        return "\n" if block_type == self._last_type and block_type in ("row", "item") else "\n\n"
