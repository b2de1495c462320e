"""Tables of RTF: which columns its cells cover, by where their edges are."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.office.cell_grids import Cell, join_texts, put_cells

__all__ = ["Table"]

_MAX_NESTED_SHARE = 1 / 3  # of a table's cells that hold tables; beyond that it places them
_TOLERANCE = 60  # twentieths of a point; edges that are nearer are the same


@dataclass(slots=True)
class _Definition:
    """A cell as the properties of its row define it."""

    right: int
    continues_above: bool
    continues_before: bool


@dataclass(slots=True)
class _Row:
    cells: list[Cell]
    parts: list[Sequence["str | Table"]]
    definitions: list[_Definition]
    left: int
    is_head: bool


@dataclass(slots=True)
class Table:
    """The rows of the table that is being read."""

    _rows: list[_Row] = field(default_factory=list)
    _cells: list[Cell] = field(default_factory=list)
    _parts: list[Sequence["str | Table"]] = field(default_factory=list)
    _definitions: list[_Definition] = field(default_factory=list)
    _left: int = 0
    _is_head: bool = False
    _continues_above: bool = False
    _continues_before: bool = False

    def define_row(self) -> None:
        """The properties of a row follow."""
        self._definitions, self._left, self._is_head = [], 0, False
        self._continues_above = self._continues_before = False

    def define_left(self, left: int) -> None:
        """Where the row begins."""
        self._left = left

    def define_head(self) -> None:
        """The row holds column names."""
        self._is_head = True

    def define_merge(self, *, above: bool) -> None:
        """The next cell goes on from the one above, or from the one before."""
        if above:
            self._continues_above = True
        else:
            self._continues_before = True

    def define_cell(self, right: int) -> None:
        """The properties of a cell are complete."""
        self._definitions.append(_Definition(right, self._continues_above, self._continues_before))
        self._continues_above = self._continues_before = False

    def end_cell(self, parts: "Sequence[str | Table]", *, is_bold: bool) -> None:
        """A cell is complete, with its paragraphs and the tables inside it."""
        texts = [text for part in parts for text in ([part] if isinstance(part, str) else part.lines())]
        self._cells.append(Cell(column=len(self._cells), texts=texts, is_bold=is_bold))
        self._parts.append(parts)

    def end_row(self) -> None:
        """A row is complete."""
        if self._cells:
            definitions = list(self._definitions)
            self._rows.append(_Row(self._cells, self._parts, definitions, self._left, self._is_head))
            self._cells, self._parts = [], []

    def take_rows(self) -> "Table":
        """The rows so far as a table of their own; what follows begins another."""
        self.end_row()
        table = Table(_rows=self._rows)
        self._rows = []
        return table

    def has_rows(self) -> bool:
        """Whether there is any row."""
        return bool(self._rows or self._cells)

    def lines(self) -> list[str]:
        """Its rows, where it stands in a cell."""
        return [", ".join(filter(None, (join_texts(cell.texts) for cell in row.cells))) for row in self._rows]

    def put(self, builder: ContentBuilder) -> None:
        """Put the table to the builder; one that only places what it holds as that, cell by cell."""
        if self._is_layout():
            for part in (part for row in self._rows for parts in row.parts for part in parts):
                if isinstance(part, str):
                    builder.paragraph(part)
                else:
                    part.put(builder)
            return
        head_rows = 0
        while head_rows < len(self._rows) and self._rows[head_rows].is_head:
            head_rows += 1
        edges = self._find_edges()
        put_cells(builder, [_place(row, edges) for row in self._rows], head_rows=head_rows)

    def _is_layout(self) -> bool:
        cells = [parts for row in self._rows for parts in row.parts]
        nested = sum(any(isinstance(part, Table) for part in parts) for parts in cells)
        is_one_column = all(len(row.cells) == 1 for row in self._rows)
        is_placed = nested and (len(self._rows) == 1 or nested > _MAX_NESTED_SHARE * len(cells))
        return is_one_column or bool(is_placed)

    def _find_edges(self) -> list[int]:
        """The right edges of all columns; empty if the rows don't all say theirs."""
        if any(len(row.definitions) < len(row.cells) for row in self._rows):
            return []
        edges: list[int] = []
        for right in sorted(
            {definition.right for row in self._rows for definition in row.definitions}
            | {row.left for row in self._rows}
        ):
            if not edges or right - edges[-1] > _TOLERANCE:
                edges.append(right)
        for row in self._rows:
            places = [_find_edge(edges, definition.right) for definition in row.definitions]
            if any(before >= after for before, after in pairwise(places)):
                return []
        return edges


def _place(row: _Row, edges: list[int]) -> list[Cell]:
    """The row's cells with their columns and widths."""
    placed: list[Cell] = []
    definitions = row.definitions if len(row.definitions) >= len(row.cells) else []
    start = _find_edge(edges, row.left) if edges else 0
    for index, cell in enumerate(row.cells):
        definition = definitions[index] if definitions else None
        end = max(start + 1, _find_edge(edges, definition.right)) if edges and definition else start + 1
        cell.column, cell.width = start, end - start
        start = end
        if definition and definition.continues_before and placed:
            placed[-1].width += cell.width
            placed[-1].texts = [*placed[-1].texts, *cell.texts]
            continue
        cell.continues = definition is not None and definition.continues_above
        placed.append(cell)
    return placed


def _find_edge(edges: list[int], place: int) -> int:
    return bisect_left(edges, place - _TOLERANCE)
