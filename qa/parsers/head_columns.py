"""Which columns of a table name its rows, where its file does not say."""

from collections.abc import Sequence

from qa.parsers.cell_types import CellType, type_of_cell, whole_number
from qa.parsers.table_heads import Texts

__all__ = ["count_head_columns"]

_SAMPLE_ROWS = 45
_MAX_HEAD_COLUMNS = 4
_MIN_NUMBERING = 3  # rows that are counted
_VALUE_SHARE = 0.6  # of a column's cells that make it one of words


def count_head_columns(body: Sequence[Texts], columns: Sequence[int]) -> int:
    """How many columns on the left name the rows: the first, if it holds words, years or codes.

    Those beside it count as long as what stands before does not tell the rows apart.
    """
    if len(columns) < 2:
        return 0
    rows = [row for row in body[:_SAMPLE_ROWS] if len(row) > 1]
    cell_types = {
        column: [type_of_cell(row[column]) for row in rows if column in row]
        for column in columns[:_MAX_HEAD_COLUMNS]
    }
    if not _names_rows(cell_types[columns[0]]):
        # Numbers before words count or encode the rows, and so do some before other numbers.
        codes = [row.get(columns[0], "") for row in rows]
        if len(set(codes)) < len(codes):
            return 0
        if len(columns) > 2 and _names_rows(cell_types[columns[1]], only_words=True):
            return 2
        return int(_goes_up(codes) and not _is_alike(codes, rows, columns[1:]))
    count = 1
    while count < min(_MAX_HEAD_COLUMNS, len(columns) - 1) and _names_rows(cell_types[columns[count]]):
        keys = [tuple(row.get(column, "") for column in columns[:count]) for row in rows]
        is_code = count == 1 and all(map(_is_code, (key[0] for key in keys)))
        if len(set(keys)) == len(keys) and not (
            is_code and _names_rows(cell_types[columns[1]], only_words=True)
        ):
            break
        count += 1
    return count


def _names_rows(cell_types: Sequence[CellType], *, only_words: bool = False) -> bool:
    names = ("text",) if only_words else ("text", "label")
    count = sum(cell_type in names for cell_type in cell_types)
    return count > 0 and count >= _VALUE_SHARE * len(cell_types)


def _goes_up(codes: Sequence[str]) -> bool:
    """Whether numbers count the rows, or are codes of one length in their order."""
    numbers = [whole_number(code) for code in codes]
    is_count = numbers == list(range(1, len(numbers) + 1))
    return (
        None not in numbers
        and len(codes) >= _MIN_NUMBERING
        and (
            is_count
            or (len(set(map(len, codes))) == 1 and len(codes[0]) > 1 and sorted(codes) == list(codes))
        )
    )


def _is_alike(codes: Sequence[str], rows: Sequence[Texts], columns: Sequence[int]) -> bool:
    """Whether the other columns hold numbers of the same length too."""
    widths = set(map(len, codes))
    others = [row[column] for row in rows for column in columns if column in row]
    return sum(len(text) in widths and _is_code(text) for text in others) >= (1 - _VALUE_SHARE) * len(others)


def _is_code(text: str) -> bool:
    return not text or whole_number(text.replace(".", "")) is not None
