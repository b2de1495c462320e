"""Tables that say from what day on each row holds: a row holds until the next one of the same names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_periods import Bounds, find_start

__all__ = ["bound_rows"]

_START_HEAD = re.compile(
    r"\W*(?:(?:in (?:force|effect)|valid|appli\w+|effective|holds|charged) )?(?:as )?(?:from|since|of)\W*|"
    r"\W*effective(?: date| day)?\W*|\W*start(?:ing|s)?(?: date| day)?\W*|"
    r"\W*(?:date of )?(?:entry|entered|enters|coming|came|comes) into (?:force|effect)(?: on)?\W*",
    re.IGNORECASE,
)


def bound_rows(
    rows: dict[int, tuple[Label, ...]], heads: Sequence[tuple[Label, ...]]
) -> dict[int, tuple[Label, ...]]:
    """The rows with `bounds` on the label of the day from which each holds; as they are without such days.

    `heads` are those over the columns that name rows. A row holds until the day before the next row with the
    same other names; rows of one day that share them all are left without an end.
    """
    column = next((number for number, head in enumerate(heads) if _is_start(head)), None)
    if column is None:
        return rows
    starts = {row: find_start(labels[column].text) for row, labels in rows.items() if len(labels) > column}
    days: dict[tuple[str, ...], list[date]] = {}
    for row, labels in rows.items():
        if (day := starts.get(row)) is None:
            return rows
        days.setdefault(_names(labels, column), []).append(day)
    bound: dict[int, tuple[Label, ...]] = {}
    for row, labels in rows.items():
        day = starts[row]
        later = [other for other in days[_names(labels, column)] if day and other > day]
        bounds = Bounds(day, min(later) - timedelta(days=1) if later else None)
        start = replace(labels[column], bounds=bounds, periods=(), stems=())
        bound[row] = (*labels[:column], start, *labels[column + 1 :])
    return bound


def _is_start(head: Sequence[Label]) -> bool:
    return len(head) == 1 and _START_HEAD.fullmatch(head[0].text) is not None


def _names(labels: Sequence[Label], column: int) -> tuple[str, ...]:
    return tuple(label.text.casefold() for number, label in enumerate(labels) if number != column)
