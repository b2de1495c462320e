"""Names of rows that stand for the rows below them too, in files that can't say so."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from qa.parsers.cell_types import type_of_cell

if TYPE_CHECKING:
    from qa.parsers.table_text import GridCell, Row

__all__ = ["span_stubs"]

_SHARED = 0.6  # of the labels below a name that stand below another one too
_MARK = re.compile(r"\s{0,9}(?:[⁰¹²³⁴⁵⁶⁷⁸⁹,]{1,20}|\[\w{1,3}\]|[*†‡]{1,9})$")


def span_stubs(rows: "Sequence[Row]") -> "Sequence[Row]":
    """Rows in which the first column's names cover the blanks below them, where these are no blanks.

    That is so where the second column goes through the same labels under each name: "Imports", "Exports",
    "Imports", "Exports" beside "Norway", blank, "Peru", blank. A cell that spans rows says it by itself.
    """
    columns = sorted(set().union(*rows))
    if len(columns) < 3:
        return rows
    stub, labels = columns[:2]
    starts = [index for index, row in enumerate(rows) if stub in row]
    if len(starts) == len(rows) or len(starts) < 2 or starts[0] != 0:
        return rows
    if any(rows[index][stub].rowspan > 1 for index in starts):
        return rows
    below: list[set[str]] = []
    for start, end in pairwise([*starts, len(rows)]):
        group = rows[start:end]
        cells = [row.get(labels) for row in group]
        if len(group) > 1 and not all(
            cell is not None and type_of_cell(cell.text) == "text" for cell in cells
        ):
            return rows
        names = [_MARK.sub("", cell.text).casefold() for cell in cells if cell is not None]
        if len(set(names)) < len(names):
            return rows
        below += [set(names[1:])] if len(group) > 1 else []
    counts = Counter(name for names in below for name in names)
    if len(below) < 2 or sum(count for count in counts.values() if count > 1) < _SHARED * counts.total():
        return rows
    filled: list[Row] = []
    name: GridCell | None = None
    for row in rows:
        name = row.get(stub, name)
        filled.append(row if stub in row or name is None else {stub: name, **row})
    return filled
