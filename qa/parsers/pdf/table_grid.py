"""Tables as they stand on a PDF's page: cells with their lines, and what a cell's text is."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.word_pieces import Piece

__all__ = [
    "WIDE_SPACE",
    "Cell",
    "PageTable",
    "Placed",
    "RowLine",
    "attach_marks",
    "is_mark",
    "is_value",
    "is_year",
    "split_at",
    "without_stub_leaders",
]

_VALUE = re.compile(
    r"[(\[<>≤≥~≈±+\-−–]*\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}(?=\s?\d))?\s?[-−–(]?\d[\d\s.,'’]*\s?"
    r"(?:%|‰|°|[$€£¥₹]|pp|bn|mn?|k|pct\.?|per ?cent|kg|kt|t)?[)\]*†‡]*"
    r"(?:\s?(?:\([A-Za-z\d]\)|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\[[a-z]\]|[a-z]))?"
)
_NO_VALUE = re.compile(r"[-–−—.…*]+|\([-–−—xXzZdDsSnN*]\)|[xXzZdD]|n\.?\s?/?a\.?|N/A|NA|n\.e\.s\.", re.ASCII)
_YEAR = re.compile(r"(?:FY ?)?(?:1[5-9]|20|21)\d\d(?:[-/–](?:\d\d|\d{4}))?[a-z*¹²³⁴⁵⁶⁷⁸⁹]?")
_NAMED_YEAR = re.compile(r"[A-Z]{2,4} ?(?:19|20|21)\d\d")  # "GDP 2030" is no amount of money
_BEFORE_VALUE = re.compile(r"(?:\(?[A-Z]{0,2}[$€£¥₹]|\()+")
_AFTER_VALUE = re.compile(r"[%‰)\]*†‡]+")
_NOTE_MARK = re.compile(r"\(?[A-Za-z\d]\)|[*†‡§]+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[a-z]")
WIDE_SPACE = 0.7  # type sizes, between cells; a typewriter's space is 0.6 wide
_LEADERS = re.compile(r"(?<![\s.·…_])\s*+(?:[.·…_]\s?){3,}+\s*+$")


@dataclass(slots=True)
class Cell:
    """A cell with its lines; blank without any. Spans count as in HTML; `column` is its first one."""

    lines: list[Line] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1
    column: int = 0
    is_head: bool | None = None

    @property
    def text(self) -> str:
        """Its lines with spaces between them."""
        return " ".join(line.text for line in self.lines)

    @property
    def bold(self) -> bool:
        """Whether all its letters are."""
        return bool(self.lines) and all(line.bold for line in self.lines)


@dataclass(slots=True)
class PageTable:
    """A table on one page: rows of cells as in HTML, without the positions that a span covers.

    `edges` are its columns' borders, `columns` where their words begin and end; `head_rows` is 0 where only
    the cells' text tells which are heads. Where it is not `decided`, words may stand in a wrong column.
    Where only its head is not, `sure_from` is the first row below that, else None.
    `min_space` is how wide the spaces between its columns are at least, in type sizes.
    `page_starts` are the numbers of the rows with which further pages begin.
    """

    page: int
    edges: list[float]
    columns: list[tuple[float, float]]
    rows: list[list[Cell]]
    top: float
    bottom: float
    head_rows: int = 0
    ruled: bool = False
    decided: bool = True
    sure_from: int | None = None
    min_space: float = WIDE_SPACE
    page_starts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def last_page(self) -> int:
        """The page that it ends on."""
        return self.page_starts[-1][1] if self.page_starts else self.page

    def lines(self) -> list[Line]:
        """All lines of all cells."""
        return [line for row in self.rows for cell in row for line in cell.lines]


def is_value(text: str) -> bool:
    """Whether a cell's text is a number, or what stands for a missing one."""
    is_number = _VALUE.fullmatch(text) is not None and not _NAMED_YEAR.fullmatch(text)
    return len(text) <= 40 and (is_number or _NO_VALUE.fullmatch(text) is not None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with the first and the last column that it stands in."""

    piece: Piece
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RowLine:
    """The pieces of one height, each in its column."""

    placed: tuple[Placed, ...]

    @property
    def middle(self) -> float:
        """Half-way between top and bottom, of most of its pieces."""
        return median(place.piece.middle for place in self.placed)

    @property
    def size(self) -> float:
        """Of its largest type."""
        return max(place.piece.size for place in self.placed)

    def text(self, column: int) -> str:
        """What stands in a column."""
        return " ".join(place.piece.text for place in self.placed if place.first <= column <= place.last)

    def columns(self) -> set[int]:
        """The columns that hold something."""
        return {column for place in self.placed for column in range(place.first, place.last + 1)}

    def values(self) -> set[int]:
        """The columns after the first that hold a number, or what stands for a missing one."""
        return {place.first for place in self.placed if place.first and is_value(place.piece.text)}


def is_year(text: str) -> bool:
    """Whether it is a year, which names a column as well as it fills one."""
    return _YEAR.fullmatch(text) is not None


def is_mark(text: str) -> bool:
    """Whether it only says something of a number beside it: a sign of money or per cent, a note mark."""
    return any(pattern.fullmatch(text) for pattern in (_BEFORE_VALUE, _AFTER_VALUE, _NOTE_MARK))


def without_stub_leaders(line: RowLine) -> RowLine:
    """Without the dots that lead the eye from a row's name to its numbers."""
    for place in line.placed:
        if place.first == 0:
            place.piece.text = _LEADERS.sub("", place.piece.text)
    return line


def split_at(
    pieces: Sequence[Piece], gutters: Sequence[tuple[float, float]], min_space: float = WIDE_SPACE
) -> list[Piece]:
    """Pieces cut between columns, from left to right, wherever they have a space so wide (in type sizes)."""
    split: list[Piece] = []
    for piece in pieces:
        rest = piece
        for gutter in gutters:
            parts = (
                _split(rest, gutter, min_space) if rest.gaps and rest.left < gutter[1] < rest.right else None
            )
            if parts is not None:
                split.append(parts[0])
                rest = parts[1]
        split.append(rest)
    return split


def _split(piece: Piece, gutter: tuple[float, float], min_space: float) -> tuple[Piece, Piece] | None:
    spaces = piece.spaces()
    inside = [
        space
        for space in spaces
        if space[1] <= gutter[1] + 1
        and space[2] >= gutter[0] - 1
        and space[2] - space[1] > min_space * piece.size
    ]
    if not inside:
        return None
    offset, left, right = max(inside, key=lambda space: space[2] - space[1])
    before, after = array("f"), array("f")
    for start, end, begin in spaces:
        if start < offset:
            before.extend((start, end, begin))
        elif start > offset:
            after.extend((start - offset - 1, end, begin))
    first = (after[1] if after else piece.right) - right
    return (
        replace(piece, text=piece.text[:offset], right=left, hyphen=False, gaps=before),
        replace(piece, text=piece.text[offset + 1 :], left=right, dot=False, gaps=after, first=first),
    )


def attach_marks(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a line, with signs of money, brackets and note marks at their numbers."""
    attached: list[Piece] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if following is not None and _BEFORE_VALUE.fullmatch(piece.text) and is_value(following.text):
            attached.append(_merge(piece, following, ""))
            index += 2
            continue
        last = attached[-1] if attached else None
        if last is not None and is_value(last.text) and piece.left - last.right < 2 * piece.size:
            is_number = any(map(str.isdigit, last.text))
            if is_number and _AFTER_VALUE.fullmatch(piece.text):
                attached[-1] = _merge(last, piece, "")
                index += 1
                continue
            is_near = following is None or piece.left - last.right < following.left - piece.right
            if is_number and is_near and _NOTE_MARK.fullmatch(piece.text):
                attached[-1] = _merge(last, piece, " ")
                index += 1
                continue
        attached.append(piece)
        index += 1
    return attached


def _merge(first: Piece, second: Piece, space: str) -> Piece:
    return replace(
        first,
        text=f"{first.text}{space}{second.text}",
        right=max(first.right, second.right),
        bold=first.bold and second.bold,
        size=max(first.size, second.size),
        gaps=array("f"),
    )
