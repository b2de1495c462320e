"""Which rows and columns of a table name the others, where its file does not say."""

import re
from collections.abc import Mapping, Sequence

__all__ = [
    "MAX_NAME_CHARS",
    "Texts",
    "could_be_names",
    "count_head_rows",
    "has_head_column",
    "is_line",
    "used_columns",
]

# A row: column number to text, without the empty cells.
Texts = Mapping[int, str]

_VALUE = re.compile(
    r"[(\[<>≤≥~≈±+\-−–]*\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}(?=\s?\d))?\s?[-−]?\d[\d\s.,'’:/−–-]*"
    r"(?:E[+-]?\d+)?\s?(?:%|‰|°|[$€£¥₹]|[a-zA-Z]{1,4}\.?)?[)\]*†]*"
)
_YEAR = re.compile(r"(?:FY ?)?(?:1[5-9]|20|21)\d\d(?:[-/–](?:\d\d|\d{4}))?[a-z*]?")
_MISSING_VALUE = re.compile(r"[-–—.…*?/ ]+|n\.?/?a\.?|none|nil|null|nan|#N/A", re.IGNORECASE)
MAX_NAME_CHARS = 100
_SENTENCE_CHARS = 40
_SAMPLE_ROWS = 40
_FILLED_SHARE = 0.6  # of the columns that have a name
_DISTINCT_SHARE = 0.7  # of the names
_VALUE_SHARE = 0.6  # of a column's cells that are numbers or dates


def count_head_rows(
    rows: Sequence[Texts], columns: Sequence[int], *, likely: bool, must_contrast: bool = False
) -> int:
    """How many rows at the top hold column names: 0, 1 or 2.

    With `must_contrast` only names over numbers count; else names over words do too, with two columns only
    if they are `likely`.
    """
    if len(columns) < 2:
        return 0
    gaps = [column for column in columns if column not in rows[0]]
    if len(rows) > 2 and gaps and all(column in rows[1] for column in gaps[1:] or gaps):
        joined_names = _join_names(rows[:2])
        is_text = not any(_is_value(cell) and not _is_year(cell) for cell in rows[1].values())
        if is_text and _is_head(joined_names, rows[2:], columns, likely=False, must_contrast=True):
            return 2
    return int(_is_head(rows[0], rows[1:], columns, likely=likely, must_contrast=must_contrast))


def _is_head(
    names: Texts, body: Sequence[Texts], columns: Sequence[int], *, likely: bool, must_contrast: bool
) -> bool:
    if not body or not could_be_names(list(names.values()), len(columns)):
        return False
    contrasts = repeats = False
    for column in columns:
        name = names.get(column, "")
        cells = [
            row[column]
            for row in body[:_SAMPLE_ROWS]
            if column in row and not _MISSING_VALUE.fullmatch(row[column])
        ]
        if not cells or not name:
            continue
        has_values = sum(map(_is_value, cells)) >= _VALUE_SHARE * len(cells)
        contrasts = contrasts or (has_values and not (_is_year(name) and all(map(_is_year, cells))))
        repeats = repeats or any(cell.casefold() == name.casefold() for cell in cells)
    if contrasts or must_contrast:
        return contrasts
    has_year = any(map(_is_year, names.values()))
    has_label = any(name.endswith(":") for name in names.values())
    return not (repeats or has_year or has_label) and (len(columns) > 2 or likely)


def could_be_names(names: Sequence[str], width: int) -> bool:
    """Short, different from one another, neither numbers nor sentences, and for most columns."""
    if len(names) < max(2, _FILLED_SHARE * width):
        return False
    if any(len(name) > MAX_NAME_CHARS for name in names):
        return False
    if any(len(name) > _SENTENCE_CHARS and name.endswith((".", "!", ";")) for name in names):
        return False
    if any(_is_value(name) and not _is_year(name) for name in names):
        return False
    return len({name.casefold() for name in names}) >= max(2, _DISTINCT_SHARE * len(names))


def is_line(row: Texts) -> bool:
    """A single cell of words: a title, a note, or the name of a group of rows."""
    return len(row) == 1 and not _is_value(next(iter(row.values())))


def has_head_column(body: Sequence[Texts], columns: Sequence[int]) -> bool:
    """Whether the first column names the rows: it holds words, or years beside other things."""
    if len(columns) < 2:
        return False
    cells = [row[columns[0]] for row in body[:_SAMPLE_ROWS] if columns[0] in row]
    labels = sum(not _is_value(cell) or _is_year(cell) for cell in cells)
    return labels > 0 and labels >= _VALUE_SHARE * len(cells)


def used_columns(rows: Sequence[Texts]) -> list[int]:
    """The columns in which any of the rows has something, in order."""
    return sorted(set().union(*rows))


def _is_value(text: str) -> bool:
    return len(text) <= _SENTENCE_CHARS and _VALUE.fullmatch(text) is not None


def _is_year(text: str) -> bool:
    return _YEAR.fullmatch(text) is not None


def _join_names(rows: Sequence[Texts]) -> dict[int, str]:
    """The column names of one or two rows; a name over several columns holds for each of them."""
    if len(rows) < 2:
        return dict(rows[0]) if rows else {}
    joined_names: dict[int, str] = {}
    columns = used_columns(rows)
    for row_index, row in enumerate(rows):
        name = ""
        for column in columns:
            # The last row names single columns; above it a name reaches to the next one.
            has_name_below = any(column in lower_row for lower_row in rows[row_index + 1 :])
            name = row.get(column, name if has_name_below else "")
            if name and name.casefold() not in joined_names.get(column, "").casefold().split(" – "):
                joined_names[column] = f"{joined_names[column]} – {name}" if column in joined_names else name
    return joined_names
