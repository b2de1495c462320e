"""Parts of an RTF file that are collected apart from its running text."""

import re
from dataclasses import dataclass, field

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.rtf_tokens import CHARSETS, codec_of_page
from qa.parsers.table_text import put_table
from qa.schema import Metadata

__all__ = ["BODY_TEXT", "INFO_TEXTS", "INFO_TIMES", "Fonts", "Info", "StyleSheet", "Table"]

BODY_TEXT = 9  # the outline level that is none
INFO_TEXTS = frozenset({"title", "author", "company", "keywords"})
INFO_TIMES = ("creatim", "revtim")
_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|table of contents) ?(?:\d|heading)?", re.IGNORECASE)


@dataclass(slots=True)
class Fonts:
    """The code page of each font's letters."""

    page: str = "cp1252"  # the document's own
    default: int = 0
    number: int = 0  # of the font that is being described
    _codecs: dict[int, str] = field(default_factory=dict)

    def describe(self, charset: int) -> None:
        """Note the character set of the font that is being described."""
        if code_page := CHARSETS.get(charset):
            # Western fonts hold the document's own page, whatever that is.
            self._codecs[self.number] = codec_of_page(code_page) if charset else self.page

    def codec(self, number: int | None = None) -> str:
        """The codec of a font, of the default one without a number."""
        return self._codecs.get(self.default if number is None else number, self.page)


@dataclass(slots=True)
class StyleSheet:
    """Which paragraph styles are headings, and which make the table of contents."""

    number: int = 0  # of the style that is being described, with its outline level and name
    outline: int | None = None
    name: list[str] = field(default_factory=list)
    _levels: dict[int, int] = field(default_factory=dict)
    _contents: set[int] = field(default_factory=set)

    def end_style(self) -> None:
        """Note the style that was described."""
        name = clean("".join(self.name)).partition(";")[0]
        heading = _HEADING.fullmatch(name)
        if self.outline is not None and 0 <= self.outline < BODY_TEXT:
            self._levels[self.number] = self.outline + 1
        elif heading or name.casefold() == "title":
            self._levels[self.number] = int(heading[1]) if heading else 1
        elif _CONTENTS.fullmatch(name):
            self._contents.add(self.number)
        self.number, self.outline, self.name = 0, None, []

    def level(self, number: int) -> int:
        """The level of a style's headings, 0 if it makes none."""
        return self._levels.get(number, 0)

    def is_contents(self, number: int) -> bool:
        """Whether a style is that of the table of contents."""
        return number in self._contents


@dataclass(slots=True)
class Info:
    """What the file says about itself."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)

    def metadata(self) -> Metadata:
        """The fields as metadata."""
        texts = {name: clean("".join(self.texts.get(name, []))) for name in INFO_TEXTS}
        times = (self.times.get(name, {}) for name in INFO_TIMES)
        return office_metadata(
            title=texts["title"],
            dates=tuple(
                f"{time.get('yr', 0):04}-{time.get('mo', 0):02}-{time.get('dy', 0):02}" for time in times
            ),
            company=texts["company"],
            author=texts["author"],
            keywords=texts["keywords"],
        )


@dataclass(slots=True)
class Table:
    """The rows of the table that is being read."""

    _rows: list[list[str]] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _merges: list[bool] = field(default_factory=list)  # whether each cell of the row goes on from above
    _merge_next: bool = False
    _is_head: bool = False
    _head_row_count: int = 0

    def define_row(self) -> None:
        """The properties of a row follow."""
        self._merges, self._merge_next, self._is_head = [], False, False

    def define_head(self) -> None:
        """The row holds column names."""
        self._is_head = True

    def define_merge(self) -> None:
        """The next cell goes on from the row above."""
        self._merge_next = True

    def define_cell(self) -> None:
        """The properties of a cell are complete."""
        self._merges.append(self._merge_next)
        self._merge_next = False

    def end_cell(self, text: str) -> None:
        """A cell is complete."""
        self._cells.append(text)

    def end_row(self) -> None:
        """A row is complete."""
        row_above = self._rows[-1] if self._rows else []
        for column, is_merged in enumerate(self._merges[: len(self._cells)]):
            if is_merged and column < len(row_above) and not self._cells[column].strip():
                self._cells[column] = row_above[column]
        if self._is_head and self._head_row_count == len(self._rows):
            self._head_row_count += 1
        self._rows.append(self._cells)
        self._cells = []

    def put(self, builder: ContentBuilder) -> bool:
        """Put the table to the builder, as paragraphs if it has one column; False if there is no table."""
        if self._cells:  # of a row that never ended
            self.end_row()
        rows, self._rows = self._rows, []
        head_rows, self._head_row_count = self._head_row_count, 0
        if all(len(row) == 1 for row in rows):
            for row in rows:
                builder.paragraph(row[0])
        else:
            put_table(builder, rows, head_rows=head_rows if head_rows < len(rows) else 0)
        return bool(rows)
