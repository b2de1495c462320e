"""Which rows and columns of a table name the others, where its file does not say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.parsers.cell_types import CellType, has_letters, type_of_cell, whole_number

__all__ = [
    "MAX_NAME_CHARS",
    "PROPERTY_NAME",
    "HeadRows",
    "Texts",
    "could_be_names",
    "count_head_rows",
    "find_head_rows",
    "is_line",
    "used_columns",
]

# A row: column number to text, without the empty cells.
Texts = Mapping[int, str]

MAX_NAME_CHARS = 100
_MAX_HEAD_CHARS = 250  # of a name over numbers
_SENTENCE_CHARS = 40
_SAMPLE_ROWS = 45
_MAX_HEAD_ROWS = 5
_FILLED_SHARE = 0.6  # of the columns that have a name
_NAMED_SHARE = 0.5  # of the columns of numbers that have a name
_DISTINCT_SHARE = 0.7  # of the names
_VALUE_SHARE = 0.6  # of a column's cells that are numbers or labels
_MIN_NUMBERING = 3
# What stands before a value that says something of a whole table or file.
PROPERTY_NAME = re.compile(
    r"(?:title|name|report|subject|dataset|description|sources?|units?|scale|author|publisher|contact|date|period|frequency"
    r"|coverage|notes?|release|licen[cs]e|url|link|file|last update|(?:last )?(?:updated|modified)|download"
    r"|extracted|created|query|version|status|keywords?)\b.*",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{1,2}\.? [A-Z][a-z]+ \d{4}")
# A name that stands over values of any kind.
_VALUE_NAME = re.compile(
    r"(?:values?|amounts?|details?|data|answers?|responses?|entr(?:y|ies)|contents?|information|figures?"
    r"|results?|descriptions?|remarks?|comments?)\b.*|(?:19|20)\d\d\W?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeadRows:
    """The `count` rows from `start` on name columns; the rows before, if any, belong to no table."""

    start: int
    count: int


def count_head_rows(
    rows: Sequence[Texts], columns: Sequence[int], *, likely: bool, must_contrast: bool = False
) -> int:
    """How many rows at the top hold column names, see `find_head_rows`."""
    heads = find_head_rows(rows, columns, likely=likely, must_contrast=must_contrast)
    return heads.start + heads.count if heads.count else 0


def find_head_rows(
    rows: Sequence[Texts], columns: Sequence[int], *, likely: bool, must_contrast: bool = False
) -> HeadRows:
    """Where at the top the rows of column names are; none has a count of 0.

    A row is judged as a whole, and against what stands below it: names stand over numbers, periods over
    numbers that are none. With `must_contrast` only such names count; else names over words do too, with two
    columns only if they are `likely`.
    """
    if len(columns) < 2 or len(rows) < 2:
        return HeadRows(0, 0)
    table = _Sample(rows, columns)
    if not table.value_columns:
        is_head = not must_contrast and _is_head_over_words(rows, columns, likely=likely)
        return HeadRows(0, int(is_head))
    body_start = table.find_body()
    if not body_start:
        return HeadRows(0, 0)
    end = body_start
    while end > 1 and table.is_group(end - 1):
        end -= 1
    start = end - 1
    while start > 0 and end - start < _MAX_HEAD_ROWS and table.is_above(start - 1, end):
        start -= 1
    if len(columns) == 2 and table.lists_properties(start):
        return HeadRows(0, 0)
    named_columns = set().union(*table.rows[start:end])
    if len(table.value_columns & named_columns) < _NAMED_SHARE * len(table.value_columns) and not any(
        table.reaches_right(row) for row in range(start, end)
    ):
        return HeadRows(end, 0)
    if any(len(text) > _MAX_HEAD_CHARS for row in table.rows[start:end] for text in row.values()):
        return HeadRows(0, 0)
    return HeadRows(start, end - start)


class _Sample:
    """The first rows of a table: what their cells look like, and what each column is."""

    def __init__(self, rows: Sequence[Texts], columns: Sequence[int]) -> None:
        self.rows = rows[:_SAMPLE_ROWS]
        self.stub = columns[0]
        self._columns = columns
        self._cell_types: list[dict[int, CellType]] = [
            {column: type_of_cell(text) for column, text in row.items()} for row in self.rows
        ]
        types = {column: self._find_type(column) for column in columns}
        self.value_columns = {column for column, column_type in types.items() if column_type == "value"}
        self._has_values = bool(self.value_columns)
        if not self._has_values:
            self.value_columns = {column for column, column_type in types.items() if column_type == "label"}

    def _find_type(self, column: int) -> CellType:
        """Value, label or text, by the cells below those that may be names."""
        cell_types = [row[column] for row in self._cell_types if row.get(column, "missing") != "missing"]
        start = next(
            (index for index, cell_type in enumerate(cell_types[:_MAX_HEAD_ROWS]) if cell_type != "text"),
            None,
        )
        if start is None:
            return "text"
        cell_types = cell_types[start:]
        if sum(cell_type != "text" for cell_type in cell_types) < _VALUE_SHARE * len(cell_types):
            return "text"
        first_value = next(
            (index for index, cell_type in enumerate(cell_types) if cell_type == "value"), None
        )
        # Labels among values are numbers that look like years.
        return "label" if first_value is None or first_value > len(cell_types) / 2 + 1 else "value"

    def find_body(self) -> int:
        """The first row that holds a number under the columns of numbers."""
        for index in range(len(self.rows)):
            if self._is_body(index):
                return index
        return 0

    def _is_body(self, index: int) -> bool:
        row, cell_types = self.rows[index], self._cell_types[index]
        cells = [column for column in sorted(row) if column in self.value_columns]
        if not cells:
            return False
        here = {cell_types[column] for column in cells}
        if here == {"missing"}:
            return True
        if not self._has_values:
            return "label" in here or "value" in here
        if "value" in here:
            return not (self._is_numbering(index) or self._has_names_with_digits(index, cells))
        if here <= {"label", "missing"}:
            return not (self._is_numbering(index) or self._are_labels_names(index, cells))
        if not self._repeats_stub(index) or _is_property(row, self.stub):
            return False
        # The same word in each of them, such as "confidential", is no name.
        return len({row[column] for column in cells}) < max(2, len(cells))

    def _are_labels_names(self, index: int, cells: Sequence[int]) -> bool:
        """Whether years, dates and the like name the columns, rather than being numbers of that size."""
        if any(self._is_amount(index, column) for column in cells):
            return False
        if not self._repeats_stub(index):
            return True
        numbers = [whole_number(self.rows[index][column]) for column in cells]
        return len(numbers) > 2 and all(
            lower is not None and upper in (lower, lower + 1, numbers[0])
            for lower, upper in pairwise(numbers)
        )

    def _is_amount(self, index: int, column: int) -> bool:
        """Whether a currency with a year in the size of an amount stands among amounts that name theirs."""
        below = [row[column] for row in self.rows[index + 1 :] if column in row]
        names_currency = self.rows[index][column][:3].isalpha()
        return names_currency and sum(map(has_letters, below)) >= _VALUE_SHARE * max(1, len(below))

    def _repeats_stub(self, index: int) -> bool:
        """Whether a row names itself in the first column though a row above has named that column."""
        name = self.rows[index].get(self.stub)
        is_word = self._cell_types[index].get(self.stub) == "text"
        return name is not None and any(
            row.get(self.stub, name) != name and not (is_word and _is_property(row, self.stub))
            for row in self.rows[:index]
        )

    def _is_numbering(self, index: int) -> bool:
        """Whether a row only counts the columns, or names them by codes of equal length that go up."""
        row = self.rows[index]
        stub_is_text = self._cell_types[index].get(self.stub, "text") == "text"
        texts = [text for column, text in row.items() if column != self.stub or not stub_is_text]
        numbers = [number for text in texts if (number := whole_number(text)) is not None]
        if len(numbers) != len(texts) or len(numbers) < _MIN_NUMBERING:
            return False
        if any(lower >= upper for lower, upper in pairwise(numbers)):
            return False
        has_brackets = all(text.startswith(("(", "[")) for text in texts)
        counts = numbers[0] in (0, 1, 2) and numbers[-1] == numbers[0] + len(numbers) - 1
        if counts and has_brackets:
            return True
        widths = {len(text) for text in texts}
        is_code = index == 0 and self.stub in row and stub_is_text and len(widths) == 1
        if not (counts or is_code):
            return False
        # Numbers of that size below them are no less likely to be values.
        widths |= {1, 2} if counts else set()
        below = [
            text
            for lower in self.rows[index + 1 :]
            for column, text in lower.items()
            if column in self.value_columns
        ]
        alike = sum(len(text) in widths and whole_number(text) is not None for text in below)
        return alike < (1 - _VALUE_SHARE) * len(below)

    def _has_names_with_digits(self, index: int, cells: Sequence[int]) -> bool:
        """Whether what looks like values are names with digits ("20 ft"), over numbers without letters."""
        row, cell_types = self.rows[index], self._cell_types[index]
        values = [column for column in cells if cell_types[column] == "value"]
        if (
            len(cells) < 2
            or self._repeats_stub(index)
            or not all(has_letters(row[column]) for column in values)
        ):
            return False
        below = [
            lower[column]
            for lower, lower_types in zip(self.rows[index + 1 :], self._cell_types[index + 1 :], strict=True)
            for column in values
            if lower_types.get(column) in ("value", "label")
        ]
        return bool(below) and sum(map(has_letters, below)) < (1 - _VALUE_SHARE) * len(below)

    def is_group(self, index: int) -> bool:
        """Whether a row under the names only names the rows that follow it."""
        row = self.rows[index]
        if set(row) != {self.stub}:
            return False
        is_stub_named = any(self.stub in upper for upper in self.rows[:index])
        return is_stub_named or any(set(lower) == {self.stub} for lower in self.rows[index + 1 :])

    def is_above(self, index: int, end: int) -> bool:
        """Whether a row belongs to the names below it, rather than to what stands over the table."""
        row, lower = self.rows[index], self.rows[index + 1]
        others = set(row) - {self.stub}
        if not others:
            # Only the first column's name.
            return self.stub not in set().union(*self.rows[index + 1 : end]) and is_line(row)
        if self.stub in row and self.stub in lower and row[self.stub] != lower[self.stub]:
            is_full = len(row) >= _FILLED_SHARE * len(self._columns)
            return is_full and len(self._columns) > 2 and not _is_property(row, self.stub)
        return not row.get(self.stub, "").endswith(":")

    def lists_properties(self, start: int) -> bool:
        """Whether rows of a name and a value say several things of one, its title or the like first."""
        if not _is_property(self.rows[0], self.stub):
            return self._is_record()
        if start:
            return "label" in {
                cell_type for column, cell_type in self._cell_types[start].items() if column != self.stub
            }
        cell_types = {
            cell_type
            for row in self._cell_types[1:]
            for column, cell_type in row.items()
            if column != self.stub
        }
        return len(cell_types - {"missing"}) > 1

    def _is_record(self) -> bool:
        """Whether the second column holds days, amounts and words alike, which no name stands over."""
        values = [text for row in self.rows for column, text in row.items() if column != self.stub]
        others = [text for text in values[1:] if not _DAY.fullmatch(text)]
        types = set(map(type_of_cell, others))
        return (
            len(others) < len(values) - 1
            and {"value", "text"} <= types
            and _VALUE_NAME.fullmatch(values[0]) is None
        )

    def reaches_right(self, index: int) -> bool:
        """Whether a row holds one name only, which stands over all columns of numbers."""
        row = self.rows[index]
        return len(row) == 1 and self.stub not in row


def _is_property(row: Texts, stub: int) -> bool:
    """Whether a row says something of a whole table, such as its source or unit."""
    name = row.get(stub, "")
    return len(row) == 2 and (name.endswith(":") or PROPERTY_NAME.fullmatch(name) is not None)


def _is_head_over_words(rows: Sequence[Texts], columns: Sequence[int], *, likely: bool) -> bool:
    names, body = rows[0], rows[1:_SAMPLE_ROWS]
    if not could_be_names(list(names.values()), len(columns)):
        return False
    if any(type_of_cell(name) == "label" or name.endswith(":") for name in names.values()):
        return False
    if len(columns) == 2 and not likely:
        return False
    return not any(
        row.get(column, "").casefold() == name.casefold() for row in body for column, name in names.items()
    )


def could_be_names(names: Sequence[str], width: int) -> bool:
    """Short, different from one another, neither numbers nor sentences, and for most columns."""
    if len(names) < max(2, _FILLED_SHARE * width):
        return False
    if any(len(name) > MAX_NAME_CHARS for name in names):
        return False
    if any(len(name) > _SENTENCE_CHARS and name.endswith((".", "!", ";")) for name in names):
        return False
    if any(type_of_cell(name) == "value" for name in names):
        return False
    return len({name.casefold() for name in names}) >= max(2, _DISTINCT_SHARE * len(names))


def is_line(row: Texts) -> bool:
    """A single cell of words: a title, a note, or the name of a group of rows."""
    return len(row) == 1 and type_of_cell(next(iter(row.values()))) == "text"


def used_columns(rows: Iterable[Mapping[int, object]]) -> list[int]:
    """The columns in which any of the rows has something, in order."""
    return sorted(set().union(*rows))
