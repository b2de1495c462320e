"""The head of a PDF's table without ruling lines: names over several lines or several columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.parsers.pdf.head_spans import (
    TOLERANCE,
    HeadColumns,
    find_head_columns,
    find_spans,
    measure_offset,
)
from qa.parsers.pdf.page_frame import Box
from qa.parsers.pdf.table_columns import Column
from qa.parsers.pdf.table_grid import Cell, Placed, RowLine, is_value, is_year
from qa.parsers.pdf.table_rows import make_cells

__all__ = ["Head", "read_head"]

_MAX_LINES = 8
_NUMBER_SHARE = 0.4  # of the texts in a column with its name
_MAX_HEAD_LINES = 4  # where only a ruling line tells the head


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines the head has, and its rows; `decided` is False where a name's columns are not sure."""

    line_count: int
    rows: list[list[Cell]]
    decided: bool = True


def read_head(
    lines: Sequence[RowLine], columns: Sequence[Column], rules: Sequence[Box], starts: Collection[int]
) -> Head:
    """The head of a table; none where no numbers, ruling line or bold type tell it from the rows below.

    `starts` are the numbers of the lines that begin a row: a cell may begin above the others of its row.
    """
    count = _count_lines(lines, columns, rules)
    while count not in starts:
        count -= 1
    spanned: list[RowLine] = []
    first_number = min(_find_number_columns(lines[count:], columns), default=1)
    head_columns = find_head_columns(lines[count:], columns, first_number)
    for number, line in enumerate(lines[:count]):
        below = lines[number + 1 : count]
        placed_line = _span(line, below, head_columns, rules) if below else line
        if placed_line is None:
            return Head(count, [], decided=False)
        spanned.append(placed_line)
    groups: list[list[RowLine]] = []
    for line in spanned:
        if groups and _is_same_row(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return Head(count, _merge_down([make_cells(group, len(columns)) for group in groups]))


def _count_lines(lines: Sequence[RowLine], columns: Sequence[Column], rules: Sequence[Box]) -> int:
    """The lines above the first one with a number."""
    numbers = _find_number_columns(lines, columns)
    first = next(
        (
            number
            for number, line in enumerate(lines)
            if any(_is_number(line, column) for column in line.values() & numbers)
            and not _counts_columns(line)
        ),
        None,
    )
    if first is None or first > _MAX_LINES:
        return _count_underlined(lines, columns, rules) or _count_bold(lines)
    # Names of groups and of rows that are wrapped stand alone in the first column, below the head.
    while first and (lines[first - 1].columns() == {0} or _starts_group(lines[first - 1], columns)):
        first -= 1
    return first if any(len(line.columns()) > 1 for line in lines[:first]) else 0


def _find_number_columns(lines: Sequence[RowLine], columns: Sequence[Column]) -> set[int]:
    """The columns that hold numbers below their names."""
    numbers = set()
    for column in range(1, len(columns)):
        texts = [text for line in lines if (text := line.text(column))]
        if sum(map(is_value, texts)) >= _NUMBER_SHARE * len(texts):
            numbers.add(column)
    return numbers


def _counts_columns(line: RowLine) -> bool:
    """Whether a line only numbers the columns: (1), (2), (3)."""
    numbers = [place.piece.text.strip("()[]") for place in line.placed if place.first]
    first = numbers[0] if numbers else ""
    return (
        len(numbers) > 1
        and first in ("1", "2")
        and numbers == [str(int(first) + step) for step in range(len(numbers))]
    )


def _is_number(line: RowLine, column: int) -> bool:
    return not is_year(line.text(column))


def _starts_group(line: RowLine, columns: Sequence[Column]) -> bool:
    """Whether a line holds nothing but a long name that begins in the first column."""
    return len(line.placed) == 1 and line.placed[0].first == 0


def _count_underlined(lines: Sequence[RowLine], columns: Sequence[Column], rules: Sequence[Box]) -> int:
    """The lines above the only ruling line that parts the first ones from the others."""
    width = columns[-1][1] - columns[0][0]
    heights = [
        (rule.top + rule.bottom) / 2
        for rule in rules
        if min(rule.right, columns[-1][1]) - max(rule.left, columns[0][0]) > 0.7 * width
    ]
    parted = [
        number
        for number in range(1, len(lines))
        if any(lines[number - 1].middle < height < lines[number].middle for height in heights)
    ]
    # Ruling lines below every row tell nothing.
    is_head = len(parted) == 1 and parted[0] <= _MAX_HEAD_LINES and parted[0] < len(lines) - 1
    return parted[0] if is_head else 0


def _count_bold(lines: Sequence[RowLine]) -> int:
    count = 0
    while count < len(lines) and all(
        place.piece.bold and (is_year(place.piece.text) or not is_value(place.piece.text))
        for place in lines[count].placed
    ):
        count += 1
    return count if count < len(lines) and count <= _MAX_LINES else 0


def _span(
    line: RowLine, below: Sequence[RowLine], head_columns: HeadColumns, rules: Sequence[Box]
) -> RowLine | None:
    """A head's line with each name over its columns, None if they are not sure."""
    columns = head_columns.words
    underlined = [_find_underlined(place, line, below[0], columns, rules) for place in line.placed]
    placed = [span or place for span, place in zip(underlined, line.placed, strict=True)]
    stub = [place for place in placed if place.first == place.last == 0]
    names = [place for place in placed if place not in stub]
    if not names or len(placed) >= len(columns) - 1 or any(span is not None for span in underlined):
        return RowLine(tuple(placed))
    named = set().union(*(other.columns() for other in below))
    free = named - {place.first for place in placed} - {0}
    if not free or any(_goes_on(place, below) for place in names):
        return RowLine(tuple(placed))
    spans = find_spans(names, below, head_columns)
    if spans is None:
        # The first lines of names that are wrapped stand over one column each.
        is_sure = all(_is_centered(place, columns) and place.first == place.last for place in names)
        return RowLine(tuple(placed)) if is_sure else None
    return RowLine((*stub, *(Placed(place.piece, *span) for place, span in zip(names, spans, strict=True))))


def _find_underlined(
    place: Placed, line: RowLine, below: RowLine, columns: Sequence[Column], rules: Sequence[Box]
) -> Placed | None:
    """A name over the columns that the ruling line below it covers."""
    piece = place.piece
    lines = [
        rule
        for rule in rules
        if piece.middle < (rule.top + rule.bottom) / 2 < below.middle
        and rule.left <= piece.left + 2
        and rule.right >= piece.right - 2
    ]
    others = [other for other in line.placed if other is not place]
    if not lines or not others:
        return None
    shortest = min(lines, key=lambda rule: rule.right - rule.left)
    covered = [
        index
        for index, (left, right) in enumerate(columns)
        if shortest.left - 3 <= (left + right) / 2 <= shortest.right + 3
    ]
    if not covered or any(covered[0] <= other.first <= covered[-1] for other in others):
        return None
    return Placed(piece, covered[0], covered[-1])


def _goes_on(place: Placed, below: Sequence[RowLine]) -> bool:
    """Whether a name is the first line of one that has several."""
    following = next((line.text(place.first) for line in below if line.text(place.first)), "")
    return following[:1].islower() or place.piece.text.endswith(("-", "\u2010", ",", "(", "of", "and", "to"))


def _is_centered(place: Placed, columns: Sequence[Column]) -> bool:
    return measure_offset(place, (place.first, place.last), columns) < 2 * TOLERANCE


def _is_same_row(above: RowLine, line: RowLine) -> bool:
    """Whether a line of a head goes on with the names of the one above."""
    spans = {(place.first, place.last) for place in above.placed}
    own = {(place.first, place.last) for place in line.placed}
    if any(first != last for first, last in spans | own):
        return spans == own
    return True


def _merge_down(rows: list[list[Cell]]) -> list[list[Cell]]:
    """A name with nothing above or below it reaches over all rows of the head."""
    if len(rows) != 2:
        return rows
    upper = _by_column(rows[0])
    lower = _by_column(rows[1])
    for column in sorted(set(upper) & set(lower)):
        above, below = upper[column], lower[column]
        if above.colspan > 1 or below.colspan > 1 or (above.lines and below.lines):
            continue
        above.lines = above.lines or below.lines
        above.rowspan = 2
        rows[1] = [cell for cell in rows[1] if cell is not below]
    return rows


def _by_column(row: Sequence[Cell]) -> dict[int, Cell]:
    columns: dict[int, Cell] = {}
    column = 0
    for cell in row:
        columns[column] = cell
        column += cell.colspan
    return columns
