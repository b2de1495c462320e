"""A table with its labels taken apart: what each row and column is named, and what all of it stands under."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from qa.answering.tables.cell_units import (
    class_of_coined,
    find_introduction,
    find_stated_unit,
    find_unit,
    find_units_of_nouns,
    find_units_of_one,
)
from qa.answering.tables.cell_values import is_decimal_comma, parse_number
from qa.answering.tables.column_heads import names_periods, read_heads, without_wider_periods
from qa.answering.tables.start_days import bound_rows
from qa.answering.tables.table_labels import Label, spell_out
from qa.answering.tables.table_periods import drop_days, find_periods
from qa.answering.tables.trade_words import (
    MONEY_WORDS,
    START_LETTERS,
    UnitClass,
    flow_of,
    has_sense,
    is_empty_word,
    unit_class,
)
from qa.schema import SourceTable, TableCell
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["LabelledGrid", "label_grid"]

_OPENING_CHARS = 400
_OFFICE_WORD = "Institute|Ministry|Department|Office|Board|Agency|Association|Bureau|Council|Authority"
# "Institute of Export Finance", "Export Promotion Board".
_OFFICE = re.compile(
    rf"\b(?:{_OFFICE_WORD})(?: (?:of|for|on))?(?: (?:and |of |the )?[A-Z][a-z]+){{1,5}}|"
    rf"\b(?:[A-Z][a-z]+ ){{1,4}}(?:{_OFFICE_WORD})\b"
)


@dataclass(frozen=True)
class LabelledGrid:
    """A table with labels.

    `rows` and `columns` name the places of `cells`, each label once, outermost first; `groups` are the heads
    over several rows ("Europe"), by row. `corner` names what names the rows.
    """

    source: SourceTable
    cells: tuple[tuple[TableCell | None, ...], ...]
    rows: dict[int, tuple[Label, ...]]
    groups: dict[int, Label]
    columns: dict[int, tuple[Label, ...]]
    corner: tuple[Label, ...]

    def read(self, row: int, column: int) -> str:
        """What a cell says; "" for a blank one."""
        cell = self.cells[row][column]
        return cell.read(self.source.document.text).strip() if cell else ""

    @cached_property
    def caption(self) -> str:
        """The table's caption, or the line that introduces it where it has none.

        Where that line says but a unit, the one above belongs to it.
        """
        if self.source.table.caption:
            return self.source.table.caption
        return find_introduction(self.source.document.text, self.source.table.start)

    @cached_property
    def context(self) -> tuple[tuple[str, str], ...]:
        """What all of the table stands under: where it is said, and the words, the closest first."""
        table, document = self.source.table, self.source.document
        parts = [
            ("column head", " ".join(label.text for label in self.corner)),
            ("caption", self.caption),
            ("unit", table.unit or ""),
            ("heading", self.source.heading or ""),
            ("title", document.title),
        ]
        return tuple((by, text) for by, text in parts if text)

    @cached_property
    def context_stems(self) -> frozenset[str]:
        """The stems of `context`."""
        texts = [find_periods(spell_out(_OFFICE.sub(_without_flows, text))).rest for _, text in self.context]
        return frozenset(
            stem(word) for text in texts for word in written_words(text) if not is_empty_word(word)
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The texts of all labels and of `context`, each once."""
        labels = [label for labels in (*self.columns.values(), *self.rows.values()) for label in labels]
        return tuple(dict.fromkeys([*(text for _, text in self.context), *(label.text for label in labels)]))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all labels and of `context`."""
        labels = [label for labels in (*self.rows.values(), *self.columns.values()) for label in labels]
        labels += self.groups.values()
        return self.context_stems.union(*((*label.stems, *label.aside) for label in labels))

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self.vocabulary:
            found.setdefault(word[:START_LETTERS], []).append(word)
        return found

    @cached_property
    def _with_senses(self) -> frozenset[str]:
        return frozenset(word for word in self.vocabulary if has_sense(word))

    def possibly_alike(self, word: str) -> Iterable[str]:
        """The stems of `vocabulary` that `are_alike` need be asked about."""
        return {*self._by_start.get(word[:START_LETTERS], ()), *self._with_senses}

    @cached_property
    def caption_stems(self) -> frozenset[str]:
        """The stems of the caption and of the heads over the names of rows."""
        text = " ".join(text for by, text in self.context if by in ("column head", "caption"))
        return frozenset(map(stem, written_words(text)))

    @cached_property
    def context_periods(self) -> frozenset[str]:
        """The periods of `context`; the year of a day ("allotted on 2 May 2024") where it is the only one."""
        texts = [text for _, text in self.context]
        names = _period_names(texts)
        years = frozenset(name for name in _period_names(map(drop_days, texts)) if name[0].isdigit())
        return frozenset(name for name in names if not years or not name[0].isdigit() or name in years)

    @cached_property
    def text_stems(self) -> frozenset[str]:
        """The stems of the document's text outside of tables."""
        document, end = self.source.document, 0
        parts: list[str] = []
        for table in sorted(document.tables, key=lambda table: table.start):
            parts.append(document.text[end : max(end, table.start)])
            end = max(end, table.end)
        text = "\n".join([*parts, document.text[end:]])
        return frozenset(map(stem, written_words(text)))

    @cached_property
    def row_periods(self) -> frozenset[str]:
        """The periods that name rows."""
        return frozenset(name for row in self.rows.values() for label in row for name in label.periods)

    @cached_property
    def column_periods(self) -> frozenset[str]:
        """The periods that name columns."""
        return frozenset(name for heads in self.columns.values() for label in heads for name in label.periods)

    @cached_property
    def subject_stems(self) -> frozenset[str]:
        """The stems of the document's first lines, which say whose figures all of it holds."""
        document = self.source.document
        end = min(_OPENING_CHARS, self.source.table.start)
        return frozenset(map(stem, written_words(spell_out(document.text[:end]))))

    @cached_property
    def subject_names(self) -> frozenset[str]:
        """Those of `subject_stems` that are written as names."""
        document = self.source.document
        return _names(document.text[: min(_OPENING_CHARS, self.source.table.start)])

    @cached_property
    def nearer_names(self) -> frozenset[str]:
        """The stems of the names in what stands closer to the table than the first lines."""
        return _names("\n".join(text for by, text in self.context if by in ("caption", "heading")))

    @cached_property
    def has_bounds(self) -> bool:
        """Whether a row or column holds from a day on, or until one."""
        return any(
            label.bounds for axis in (self.rows, self.columns) for labels in axis.values() for label in labels
        )

    @cached_property
    def shared_stems(self) -> dict[str, frozenset[str]]:
        """By a label's text the stems that all labels beside it have too ("Spring sale", "Autumn sale")."""
        found: dict[str, frozenset[str]] = {}
        for axis in (self.rows, self.columns):
            for level in range(max(map(len, axis.values()), default=0)):
                labels = {
                    labels[level].text: frozenset(labels[level].stems)
                    for labels in axis.values()
                    if len(labels) > level and not labels[level].is_total
                }
                if len(labels) > 1:
                    shared = frozenset.intersection(*labels.values())
                    found |= {text: shared | found.get(text, frozenset()) for text in labels}
        return found

    @cached_property
    def constant_labels(self) -> frozenset[str]:
        """Labels that all rows but totals, or all columns, share."""
        found: frozenset[str] = frozenset()
        for axis in (self.rows, self.columns):
            texts = [
                frozenset(label.text for label in labels)
                for labels in axis.values()
                if axis is self.columns or not any(label.is_total for label in labels)
            ]
            if len(texts) > 1:
                found |= frozenset.intersection(*texts)
        return found

    @cached_property
    def decimal_comma(self) -> bool:
        """Whether figures are written "1.105,7"."""
        return is_decimal_comma(self.read(row, column) for row in self.rows for column in self.columns)

    def number(self, row: int, column: int) -> tuple[Decimal, str] | None:
        """The figure in a cell; see `parse_number`."""
        return parse_number(self.read(row, column), decimal_comma=self.decimal_comma)

    def unit(self, row: int, column: int) -> str | None:
        """The unit and scale of a cell: its column's, its row's, or the table's."""
        if (row, column) in self._known_units:
            return self._known_units[row, column]
        labels = (*reversed(self.columns[column]), *reversed(self.rows[row]))
        texts = [*(label.text for label in self.corner), self.caption, self.source.heading or ""]
        unit = find_unit(labels, self.source.table.unit, texts, self._units_of_one) or self._stated_unit
        self._known_units[row, column] = unit
        return unit

    @cached_property
    def _known_units(self) -> dict[tuple[int, int], str | None]:
        return {}

    @cached_property
    def _units_of_one(self) -> tuple[tuple[frozenset[str], str], ...]:
        """What notes and caption say that a column or row is counted in, by the stems of its name."""
        axes = (*self.rows.values(), *self.columns.values())
        named = {frozenset(label.stems) for labels in axes for label in labels}
        found = find_units_of_one([*self.source.table.notes, self.caption])
        heads = [label for labels in self.columns.values() for label in labels]
        of_nouns = find_units_of_nouns(self.caption, heads)
        return (*((name, unit) for name, unit in found if name in named), *of_nouns)

    @cached_property
    def _stated_unit(self) -> str | None:
        """What the document's text says that its figures are in; what is said of values holds for money."""
        document = self.source.document
        stated = find_stated_unit(document.text[: self.source.table.start])
        if stated is None:
            return None
        unit, is_of_money = stated
        columns = [label.stems for labels in self.columns.values() for label in labels]
        words = self.context_stems.union(*columns)
        return unit if not is_of_money or words & MONEY_WORDS or any(map(flow_of, words)) else None

    def unit_class(self, row: int, column: int) -> UnitClass | None:
        """What its unit measures; None where it has none or that is not known."""
        text = self.read(row, column)
        # A price is no weight: "lei a tonne".
        counted = re.split(r"/|\b(?:per|an?)\b", self.unit(row, column) or "")[0]
        unit = f"{counted} {text if re.search(r'[%$€£¥]', text) else ''}"
        return unit_class(unit, list(map(stem, written_words(unit)))) or class_of_coined(counted)


@lru_cache(maxsize=256)
def label_grid(source: SourceTable) -> LabelledGrid | None:
    """The table with its labels; None where no column names its rows."""
    table, text = source.table, source.document.text
    cells, head_rows = read_heads(table, text)
    below = range(head_rows, len(cells))
    body = [row for row in below if any(cell is not None and not cell.head for cell in cells[row])]
    width = len(cells[0]) if body else 0
    stubs = 0
    while stubs < width and all(
        cell is None or cell.start is None or cell.head for cell in _column(cells, body, stubs)
    ):
        stubs += 1
    if not 0 < stubs < width:
        return None
    heads = [_labels([row[column] for row in cells[:head_rows]], text) for column in range(width)]
    units = [
        column
        for column in range(stubs, width)
        if any(label.stems[:1] == ("unit",) or label.stems[-1:] == ("unit",) for label in heads[column])
        and not any(cell and parse_number(cell.read(text)) for cell in _column(cells, body, column))
    ]
    dates = [
        column
        for column in range(stubs, width)
        if names_periods(heads[column], _column(cells, body, column), text)
    ]
    if len(units) + len(dates) == width - stubs:
        return None
    rows: dict[int, tuple[Label, ...]] = {}
    groups: dict[int, Label] = {}
    group: Label | None = None
    over: int | None = None  # the row that those headed "of which" belong to
    for row in below:
        named = [*cells[row][:stubs], *(cells[row][column] for column in dates)]
        labels = _labels(cells[row] if row not in body else named, text)
        if row in body and labels:
            counted = _labels((cells[row][column] for column in units), text)
            rows[row] = (*labels, *(replace(label, is_unit=True) for label in counted))
            of = rows[over][0] if over is not None and rows[row][0].is_of_which else group
            if of:
                groups[row] = of
            over = over if rows[row][0].is_of_which else row
        if len(labels) == 1 and len(_labels(cells[row], text)) == 1:
            group = labels[0]
    if not rows:
        return None
    columns = {
        column: without_wider_periods(heads[column])
        for column in range(stubs, width)
        if column not in units and column not in dates
    }
    of_rows = [*range(stubs), *dates]
    corner = _labels([row[column] for row in cells[:head_rows] for column in of_rows], text)
    rows = bound_rows(rows, [heads[column] for column in of_rows])
    return LabelledGrid(source=source, cells=cells, rows=rows, groups=groups, columns=columns, corner=corner)


def _period_names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in find_periods(text).names)


def _names(text: str) -> frozenset[str]:
    """The stems of words with a capital that begin no sentence or line."""
    return frozenset(stem(word) for word in re.findall(r"(?<=[\w,;:] )[A-Z][^\W\d_]+", text))


def _without_flows(name: re.Match[str]) -> str:
    """An office's name without exports and imports: the "Institute of Export Finance" counts none."""
    return " ".join(word for word in name[0].split() if not flow_of(stem(word)))


def _labels(cells: Iterable[TableCell | None], text: str) -> tuple[Label, ...]:
    filled = dict.fromkeys(cell for cell in cells if cell is not None and cell.start is not None)
    return tuple(Label.of(cell, cell.read(text)) for cell in filled)


def _column(
    cells: tuple[tuple[TableCell | None, ...], ...], rows: list[int], column: int
) -> list[TableCell | None]:
    return [cells[row][column] for row in rows]
