"""Delimited text: which character separates the cells, and the cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

__all__ = ["read_rows"]

# The most reliable first: a text holds commas for other reasons than tabs.
_DELIMITERS = "\t;|,"
_SAMPLE_CHARS = 100_000
_SAMPLE_ROWS = 200
_SCORE_TOLERANCE = 0.05  # scores that differ by less count as equal
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,6}(?![\d,]))")
_DECIMAL_SHARE = 0.8
_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.IGNORECASE)
_MAX_CELL_LINES = 100  # a longer cell swallowed rows: its quote mark is never closed


def read_rows(text: str) -> Iterator[list[str]]:
    """The rows of a delimited text, blank ones as empty lists; cells without white space around them."""
    if separator_line := _SEPARATOR_LINE.match(text):
        return _parse_rows(text[separator_line.end() :], separator_line[1])
    return _parse_rows(text, _detect_delimiter(text))


def _detect_delimiter(text: str) -> str:
    """The character that splits most rows into the same number of cells above one; else a comma."""
    sample = text[:_SAMPLE_CHARS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _score_delimiter(sample, delimiter) for delimiter in _DELIMITERS}
    if any(scores[delimiter] and _has_decimal_commas(sample, delimiter) for delimiter in _DELIMITERS[:-1]):
        scores[","] = 0.0
    best_score = max(scores.values())
    if not best_score:
        return ","
    return next(delimiter for delimiter in _DELIMITERS if scores[delimiter] >= best_score - _SCORE_TOLERANCE)


def _has_decimal_commas(sample: str, delimiter: str) -> bool:
    """Whether most lines hold a delimiter, and the commas beside it are those of decimal fractions."""
    lines = [line for line in sample.splitlines() if line.strip()]
    delimited = [line for line in lines if delimiter in line]
    commas = sum(line.count(",") for line in delimited)
    decimals = sum(len(_DECIMAL_COMMA.findall(line)) for line in delimited)
    return len(delimited) > len(lines) / 2 and decimals > 0 and decimals >= _DECIMAL_SHARE * commas


def _score_delimiter(sample: str, delimiter: str) -> float:
    """The share of rows with the most frequent number of cells above one, less for those with one."""
    widths: list[int] = []
    for row in _parse_rows(sample, delimiter):
        if row:
            widths.append(len(row))
        if len(widths) == _SAMPLE_ROWS:
            break
    width_counts = Counter(width for width in widths if width > 1)
    if not width_counts:
        return 0.0
    # Ragged rows count half: they are split, though not alike.
    most_frequent = width_counts.most_common(1)[0][1]
    return (most_frequent + (width_counts.total() - most_frequent) / 2) / len(widths)


def _parse_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # An odd number of quote marks may mean one that is never closed, so that its cell swallows what follows.
    if text.count('"') % 2:
        cells = (cell for row in _parse_csv(text, delimiter, has_quotes=True) for cell in row)
        if any(cell.count("\n") > _MAX_CELL_LINES for cell in cells):
            return _parse_csv(text, delimiter, has_quotes=False)
    return _parse_csv(text, delimiter, has_quotes=True)


def _parse_csv(text: str, delimiter: str, *, has_quotes: bool) -> Iterator[list[str]]:
    # The limit is the module's; one cell may be as long as the text.
    if csv.field_size_limit() < len(text):
        csv.field_size_limit(len(text))
    lines = io.StringIO(text, newline="")
    if has_quotes:
        rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    else:
        rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, quoting=csv.QUOTE_NONE)
    for row in rows:
        cells = [cell.strip() for cell in row]
        yield cells if any(cells) else []
