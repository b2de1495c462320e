"""The streams of text in an RTF file: its body, and apart from it text boxes, notes, heads of pages."""

import re
from dataclasses import dataclass, field

from qa.parsers.content_builder import clean
from qa.parsers.office.raised_runs import Run, join_runs, with_mark
from qa.parsers.office.rtf_parts import BODY_TEXT, StyleSheet
from qa.parsers.office.rtf_tables import Table
from qa.parsers.office.tabbed_rows import Block, TabbedLine, join_tabbed

__all__ = ["Block", "Flow"]

_BULLET = re.compile(r"[^\w(]*|[o\uf000-\uf0ff]")


@dataclass(slots=True)
class _Paragraph:
    """The properties of the paragraph being read; `table_level` is 2 in a table in a cell."""

    outline_level: int | None = None
    style: int = 0
    table_level: int = 0


@dataclass(slots=True, eq=False)
class Flow:
    """Paragraphs and tables in their order.

    `place` is "body", "box", "footnote", "page header" or "page footer". `blocks` are complete,
    `attached` wait for the end of the paragraph or table that they are fixed to.
    """

    styles: StyleSheet
    place: str = "body"
    mark: str | None = None  # of a note, as long as no paragraph of it was read; "" if it brings its own
    label: str = ""  # of a note that is numbered
    is_endnote: bool = False
    blocks: list[Block] = field(default_factory=list)
    attached: list[Block] = field(default_factory=list)
    marker: list[str] = field(default_factory=list)
    has_contents: bool = False
    is_in_row: bool = False  # between a row's properties and its end, whatever its paragraphs say
    table: Table = field(default_factory=Table)
    paragraph: _Paragraph = field(default_factory=_Paragraph)
    _runs: list[Run] = field(default_factory=list)
    nested_table: Table = field(default_factory=Table)  # in the cell that is being read
    _cell_parts: list[str | Table] = field(default_factory=list)
    _nested_texts: list[str] = field(default_factory=list)
    _has_bold: bool = False
    _has_light: bool = False

    def add(self, text: str, shift: int = 0, *, is_bold: bool = False) -> None:
        """Add letters to the paragraph."""
        if self.table.has_rows() and not self.paragraph.table_level and not self.is_in_row and text.strip():
            self.end_table()
        self._runs.append(Run(text, shift))
        if text.strip() and not shift:
            self._has_bold |= is_bold
            self._has_light |= not is_bold

    def add_mark(self, place: int | None, mark: str) -> None:
        """Put a note's mark where `reserve` kept a place for it, else here."""
        run = Run(mark, is_mark=True)
        if place is None or place >= len(self._runs):
            self._runs.append(run)
        else:
            self._runs[place] = run

    def reserve(self) -> int:
        """Keep a place for a note's mark."""
        self._runs.append(Run(""))
        return len(self._runs) - 1

    def reset_paragraph(self) -> None:
        """The properties of paragraphs are the default ones again."""
        self.paragraph = _Paragraph()

    def end_paragraph(self) -> None:
        """The paragraph is complete."""
        if self.paragraph.table_level or self.is_in_row:
            text = self._take_text()
            if self.paragraph.table_level > 1:
                self._nested_texts.append(text)
            elif text:
                self._end_nested_table()
                self._cell_parts.append(text)
            return
        self.end_table()
        marker = self._take_marker()
        raw_text = self._join_runs()
        text = clean(raw_text)
        style = self.paragraph.style
        level = self._find_level()
        if self.styles.is_contents(style):
            self.has_contents |= bool(text)
        elif level:
            heading = f"{marker} {text}" if marker not in ("", "-") and text else text
            self.blocks.append(lambda builder: builder.heading(heading, level))
        elif marker:
            self.blocks.append(lambda builder: builder.item(text, marker))
        elif "\t" in raw_text.strip():
            self.blocks.append(TabbedLine(raw_text.strip("\r\n")))
        elif text:
            self.blocks.append(lambda builder: builder.paragraph(text))
        self._put_attached()

    def end_cell(self) -> None:
        """A cell is complete."""
        self._end_nested_table()
        parts, self._cell_parts = [*self._cell_parts, self._take_text()], []
        self.table.end_cell(parts, is_bold=self._has_bold and not self._has_light)
        self._has_bold = self._has_light = False

    def begin_row(self) -> None:
        """The properties of a row follow."""
        self.table.define_row()
        self.is_in_row = True

    def end_row(self) -> None:
        """A row is complete."""
        self.table.end_row()
        self.is_in_row = False

    def end_nested_cell(self) -> None:
        """A cell of a table in a cell is complete."""
        texts, self._nested_texts = [*self._nested_texts, self._take_text()], []
        self.nested_table.end_cell(texts, is_bold=self._has_bold and not self._has_light)
        self._has_bold = self._has_light = False

    def _end_nested_table(self) -> None:
        if self.nested_table.has_rows():
            self._cell_parts.append(self.nested_table.take_rows())

    def end_table(self) -> None:
        """No more rows come, if there were any."""
        self._end_nested_table()
        if any(self._cell_parts):
            # Of a cell that never ended.
            parts, self._cell_parts = self._cell_parts, []
            self.table.end_cell(parts, is_bold=False)
        self._has_bold = self._has_light = False
        if self.table.has_rows():
            self.blocks.append(self.table.take_rows().put)
            self._put_attached()

    def finish(self) -> list[Block]:
        """All its blocks; what was begun ends."""
        self.paragraph.table_level, self.is_in_row = 0, False
        self.end_paragraph()
        return join_tabbed(self.blocks)

    def _put_attached(self) -> None:
        self.blocks += self.attached
        self.attached = []

    def _find_level(self) -> int:
        outline = self.paragraph.outline_level
        if outline is not None:
            return outline + 1 if 0 <= outline < BODY_TEXT else 0
        return self.styles.level(self.paragraph.style)

    def _take_text(self) -> str:
        marker = self._take_marker()
        text = clean(self._join_runs())
        return f"{marker} {text}" if marker not in ("", "-") and text else text

    def _join_runs(self) -> str:
        if self.mark is not None and any(run.text.strip() for run in self._runs):
            self._runs, self.mark = with_mark(self._runs, self.mark), None
        # Characters beyond the first 65,536 come as two halves.
        halves = join_runs(self._runs).encode("utf-16-le", "surrogatepass")
        self._runs = []
        return halves.decode("utf-16-le", "replace")

    def _take_marker(self) -> str:
        """An item's marker, "-" for bullets, "" where there is none."""
        marker, self.marker = clean("".join(self.marker)), []
        return "-" if marker and _BULLET.fullmatch(marker) else marker
