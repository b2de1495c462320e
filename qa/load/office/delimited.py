"""Delimited text: which character parts the cells, and the cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

__all__ = ["read_rows"]

# The more telling first: a text holds commas for other reasons than tabs.
_DELIMITERS = "\t;|,"
_SAMPLE_CHARS = 100_000
_SAMPLE_ROWS = 200
_CLOSE = 0.05  # shares that differ by less are taken as the same
_DECLARED = re.compile(r"sep=(.)\n", re.IGNORECASE)
_LOST_LINES = 100  # that a single cell swallows if its quote mark is never closed


def read_rows(text: str) -> Iterator[list[str]]:
    """The rows of a delimited text, blank ones as empty lists; cells without white space around them."""
    if declared := _DECLARED.match(text):
        return _rows(text[declared.end() :], declared[1])
    return _rows(text, _delimiter(text))


def _delimiter(text: str) -> str:
    """The character that parts most rows into the same number of cells above one; else a comma."""
    sample = text[:_SAMPLE_CHARS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    shares = {one: _share(sample, one) for one in _DELIMITERS}
    best = max(shares.values())
    if not best:
        return ","
    return next(one for one in _DELIMITERS if shares[one] >= best - _CLOSE)


def _share(sample: str, delimiter: str) -> float:
    """The share of rows with the most frequent number of cells above one, less for those with one."""
    widths: list[int] = []
    for row in _rows(sample, delimiter):
        if row:
            widths.append(len(row))
        if len(widths) == _SAMPLE_ROWS:
            break
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    # Ragged rows count half: they are parted, though not alike.
    alike = several.most_common(1)[0][1]
    return (alike + (several.total() - alike) / 2) / len(widths)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # An odd number of quote marks may mean one that is never closed, so that its cell swallows what follows.
    if text.count('"') % 2:
        cells = (cell for row in _parse(text, delimiter, quotes=True) for cell in row)
        if any(cell.count("\n") > _LOST_LINES for cell in cells):
            return _parse(text, delimiter, quotes=False)
    return _parse(text, delimiter, quotes=True)


def _parse(text: str, delimiter: str, *, quotes: bool) -> Iterator[list[str]]:
    # The limit is the module's; one cell may be as long as the text.
    if csv.field_size_limit() < len(text):
        csv.field_size_limit(len(text))
    lines = io.StringIO(text, newline="")
    if quotes:
        rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    else:
        rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, quoting=csv.QUOTE_NONE)
    for row in rows:
        cells = [cell.strip() for cell in row]
        yield cells if any(cells) else []
