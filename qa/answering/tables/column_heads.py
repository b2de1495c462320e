"""The rows of a table that name its columns, also where its format has no word for them."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.tables.cell_values import is_blank, parse_number
from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_periods import find_periods, months_of
from qa.answering.tables.trade_words import AXIS_NOUNS
from qa.schema import Table, TableCell

__all__ = ["names_periods", "read_heads", "without_wider_periods"]

_MIN_LEVELS = 2  # heads with periods, one over another


def read_heads(table: Table, text: str) -> tuple[tuple[tuple[TableCell | None, ...], ...], int]:
    """The grid, and how many rows of it name columns.

    A format that knows no second row of heads, nor heads over several columns, has them as other cells and
    blanks.
    """
    cells, count = list(table.grid()), table.head_row_count()
    while 0 < count < len(cells) - 1 and _names_columns(cells[count], text):
        count += 1
    for number in range(count - 1):
        row, below = list(cells[number]), cells[number + 1]
        for column in range(1, len(row)):
            if _is_empty(row[column]) and not _is_empty(row[column - 1]) and not _is_empty(below[column]):
                row[column] = row[column - 1] if not _is_empty(below[column - 1]) else row[column]
        cells[number] = tuple(row)
    return tuple(cells), count


def names_periods(heads: Sequence[Label], column: Sequence[TableCell | None], text: str) -> bool:
    """Whether a column behind those of figures says of what year, month or the like each row is."""
    filled = [cell for cell in column if cell is not None and cell.start is not None]
    return (
        len(heads) == 1
        and len(heads[0].stems) == 1
        and heads[0].stems[0] in AXIS_NOUNS[2]
        and bool(filled)
        and all(find_periods(cell.read(text)).names for cell in filled)
    )


def without_wider_periods(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """The labels of a column where the head of a half year over a quarter is no period of its own."""
    spans = [months for label in labels for name in label.periods if (months := _part_of_year(name))]
    if len(spans) < _MIN_LEVELS:
        return labels
    first, last = min(spans, key=lambda months: months[1] - months[0])

    def is_wider(name: str) -> bool:
        months = _part_of_year(name)
        return months is not None and months != (first, last) and months[0] <= first and last <= months[1]

    return tuple(
        replace(label, periods=tuple(name for name in label.periods if not is_wider(name)))
        for label in labels
    )


def _part_of_year(name: str) -> tuple[int, int] | None:
    return None if name[0].isdigit() else months_of(name)


def _names_columns(row: tuple[TableCell | None, ...], text: str) -> bool:
    """Whether a row without a name of its own has words or periods for figures."""
    said = [cell.read(text).strip() for cell in row if cell is not None and cell.start is not None]
    return (
        _is_empty(row[0])
        and len(said) > 1
        and all(
            not is_blank(words) and (parse_number(words) is None or find_periods(words).names)
            for words in said
        )
    )


def _is_empty(cell: TableCell | None) -> bool:
    return cell is None or cell.start is None
