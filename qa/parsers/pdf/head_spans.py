"""The columns that each name in the head of a PDF's table stands over, where no line is drawn below it."""

from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.table_columns import Column
from qa.parsers.pdf.table_grid import Placed, RowLine, is_year

__all__ = ["TOLERANCE", "HeadColumns", "Span", "find_head_columns", "find_spans", "measure_offset"]

TOLERANCE = 4.0  # points, by which a name may miss the middle of its columns
_CENTER_SHARE = 0.1  # of the width of the columns that a name stands over, by which it may miss their middle
_SAME_EDGE = 1.5  # points
_MAX_PADDING = 12.0  # points, from a cell's border to its text
_MIN_ALIGNED = 3  # cells

Span = tuple[int, int]


class HeadColumns:
    """A table's columns by their words and by their cells, and the first of them that holds numbers."""

    def __init__(self, words: Sequence[Column], cells: Sequence[Column], first_number: int) -> None:
        self.words, self.cells, self.first_number = words, cells, first_number


def find_head_columns(lines: Sequence[RowLine], columns: Sequence[Column], first_number: int) -> HeadColumns:
    """The columns of a table with these rows; cells are told where words begin or end under each other."""
    cells = list(columns)
    for index in range(1, len(columns)):
        pieces = [
            place.piece for line in lines for place in line.placed if place.first == place.last == index
        ]
        left, right = columns[index]
        following = columns[index + 1] if index + 1 < len(columns) else None
        if len(pieces) < _MIN_ALIGNED:
            continue
        if all(abs(piece.right - right) < _SAME_EDGE for piece in pieces):
            start = columns[index - 1][1]
            if index == first_number:
                # Where the first one begins, only the width of the next tells.
                start = max(start, right - (following[1] - right)) if following else left
            cells[index] = min(start, left), right
        elif all(abs(piece.left - left) < _SAME_EDGE for piece in pieces):
            end = following[0] if following else left + left - columns[index - 1][0]
            cells[index] = left, max(end, right)
    return HeadColumns(columns, cells, first_number)


def find_spans(names: Sequence[Placed], below: Sequence[RowLine], columns: HeadColumns) -> list[Span] | None:
    """For names from left to right the first and the last of the columns of each, None if they are not sure.

    `below` are the lines of the head under the names.
    """
    return (
        _match_repeated(names, below, columns) or _reach(names, below, columns) or _tile_best(names, columns)
    )


# Groups of columns that have the same names -----------------------------------------------------------


def _match_repeated(
    names: Sequence[Placed], below: Sequence[RowLine], columns: HeadColumns
) -> list[Span] | None:
    """By the names below, where they come again: "2029, 2030, 2029, 2030" are two groups of columns."""
    texts = [
        " ".join(text for line in below if (text := line.text(column)))
        for column in range(len(columns.words))
    ]
    groups: list[list[int]] = []
    for column in range(columns.first_number, len(texts)):
        if not texts[column]:
            continue
        is_new = not groups or groups[-1][-1] != column - 1
        if is_new or texts[column] in [texts[other] for other in groups[-1]]:
            groups.append([])
        groups[-1].append(column)
    named = [texts[column] for group in groups for column in group]
    if len(set(named)) == len(named) or max(map(len, groups)) < 2:
        return None
    spans: list[Span] = []
    for place in names:
        if not any(texts[place.first : place.last + 1]):
            # A name with none below it has its column for itself.
            spans.append((place.first, place.last))
            continue
        middle = (place.piece.left + place.piece.right) / 2
        over = [
            group
            for group in groups
            if columns.words[group[0]][0] - TOLERANCE <= middle <= columns.words[group[-1]][1] + TOLERANCE
        ]
        span = (
            _cut_group(place, over[0], [texts[column] for column in over[0]], named, columns)
            if over
            else None
        )
        if span is None:
            return None
        spans.append(span)
    has_all = all(any(first in group for first, _ in spans) for group in groups)
    return spans if has_all and len(set(spans)) == len(spans) else None


def _cut_group(
    place: Placed, group: Sequence[int], texts: Sequence[str], named: Sequence[str], columns: HeadColumns
) -> Span | None:
    """A group's columns but for those at the table's edges that may have no name above; None if unsure."""
    # Years that follow one another are one group.
    is_same = [is_year(before) and is_year(text) for before, text in pairwise(texts)]
    count = len(group)
    while count > 1 and group[-1] == len(columns.words) - 1 and named.count(texts[count - 1]) == 1:
        if is_same[count - 2]:
            break
        count -= 1
    start = 0
    while start < count - 1 and group[0] == columns.first_number and named.count(texts[start]) == 1:
        if is_same[start]:
            break
        start += 1
    if start == 0 and count == len(group):
        return group[0], group[-1]
    # Where only one end is open, the edge of the name there tells as well as its middle.
    sides = [side for side, is_open in enumerate((count == len(group), start == 0)) if is_open]
    spans = [
        (group[first], group[last]) for first in range(start + 1) for last in range(count - 1, len(group))
    ]
    fitting = [span for span in spans if _fits(place, span, columns, sides)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(place: Placed, span: Span, columns: HeadColumns, sides: Sequence[int]) -> bool:
    """Whether a name stands in the middle of its columns, or begins (side 0) or ends (1) with them."""
    edges = (place.piece.left, place.piece.right)
    return any(
        measure_offset(place, span, bounds) < TOLERANCE
        or any(abs(edges[side] - bounds[span[side]][side]) < _SAME_EDGE for side in sides)
        for bounds in (columns.words, columns.cells)
    )


# Names at the edge of their columns ---------------------------------------------------------------------


def _reach(names: Sequence[Placed], below: Sequence[RowLine], columns: HeadColumns) -> list[Span] | None:
    """For names that all begin, or all end, with a column: from there to the next name's."""
    if len(names) < 2:
        return None
    lefts: dict[int, float] = {}  # of each column's name in its first line
    rights: dict[int, float] = {}
    for line in below:
        for place in line.placed:
            lefts.setdefault(place.first, place.piece.left)
            rights.setdefault(place.last, place.piece.right)
    last = len(columns.words) - 1
    starts = _find_edges(names, lefts, _SAME_EDGE, 0) or _find_starts(names, columns)
    if starts is not None:
        spans = [(start, end - 1) for start, end in zip(starts, [*starts[1:], last + 1], strict=True)]
        # Where one name stands over a single column the others may too.
        if all(end > start for start, end in spans):
            return spans
    ends = _find_edges(names, rights, _SAME_EDGE, 1)
    if ends is not None and ends[-1] == last:
        begins = [columns.first_number, *(end + 1 for end in ends[:-1])]
        spans = list(zip(begins, ends, strict=True))
        if all(end > begin for begin, end in spans):
            return spans
    return None


def _find_edges(
    names: Sequence[Placed], edges: dict[int, float], tolerance: float, side: int
) -> list[int] | None:
    """The columns that begin (side 0) or end (side 1) where each name does, None if not all do."""
    found = [
        next(
            (
                column
                for column, edge in edges.items()
                if column and abs(edge - (place.piece.left, place.piece.right)[side]) < tolerance
            ),
            0,
        )
        for place in names
    ]
    return found if all(found) and found == sorted(set(found)) else None


def _find_starts(names: Sequence[Placed], columns: HeadColumns) -> list[int] | None:
    """The columns of figures whose cells begin a little before each name, and their words well behind."""
    starts: list[int] = []
    for place in names:
        left = place.piece.left
        for index in range(columns.first_number, len(columns.words)):
            before = columns.words[index - 1][1] - _SAME_EDGE
            # Where the cells of the first one begin is not known.
            is_near = index == columns.first_number or left <= columns.cells[index][0] + _MAX_PADDING
            if before <= left < columns.words[index][0] - _MAX_PADDING and is_near:
                starts.append(index)
                break
        else:
            return None
    return starts if starts == sorted(set(starts)) else None


# Names in the middle of their columns -------------------------------------------------------------------


def _tile_best(names: Sequence[Placed], columns: HeadColumns) -> list[Span] | None:
    """By the middles of their columns, words or cells: whichever the names meet better."""
    best: tuple[float, list[Span]] | None = None
    for bounds in (columns.words, columns.cells):
        spans = _tile(names, 1, bounds)
        if not spans:
            continue
        offsets = [measure_offset(name, span, bounds) for name, span in zip(names, spans, strict=True)]
        covered = sum(last - first + 1 for first, last in spans)
        # What is left without a name may belong to the one beside it.
        is_whole = covered >= len(bounds) - columns.first_number
        if not is_whole and not all(
            _is_inside(name, span, bounds) for name, span in zip(names, spans, strict=True)
        ):
            continue
        if best is None or sum(offsets) < best[0]:
            best = sum(offsets), spans
    return best[1] if best else None


def _is_inside(place: Placed, span: Span, columns: Sequence[Column]) -> bool:
    """Whether a name stands in the middle of several columns, with room on both sides."""
    left, right = columns[span[0]][0], columns[span[1]][1]
    room = min(place.piece.left - left, right - place.piece.right)
    return span[0] < span[1] and room > TOLERANCE and measure_offset(place, span, columns) < TOLERANCE


def _tile(names: Sequence[Placed], start: int, columns: Sequence[Column]) -> list[Span] | None:
    """For names from left to right the columns, from `start` on, over whose middle they stand.

    Few columns are left without a name, and most names stand over as many columns each.
    """
    if not names:
        return []
    place = names[0]
    limit = names[1].first if len(names) > 1 else len(columns)
    best: list[Span] | None = None
    for first in range(start, place.first + 1):
        for last in range(max(first, place.last), limit):
            width = columns[last][1] - columns[first][0]
            # A column more or less would move the middle by half of its width.
            tolerance = max(TOLERANCE, _CENTER_SHARE * width / max(1, (last - first + 1) / 2))
            if measure_offset(place, (first, last), columns) > tolerance:
                continue
            rest = _tile(names[1:], last + 1, columns)
            if rest is not None and (best is None or _rate([(first, last), *rest]) < _rate(best)):
                best = [(first, last), *rest]
    return best


def _rate(spans: Sequence[Span]) -> Span:
    widths = [last - first + 1 for first, last in spans]
    return -sum(widths), len(set(widths))


def measure_offset(place: Placed, span: Span, columns: Sequence[Column]) -> float:
    """How far its middle is from that of the columns, in points."""
    center = (columns[span[0]][0] + columns[span[1]][1]) / 2
    return abs(center - (place.piece.left + place.piece.right) / 2)
