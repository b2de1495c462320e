"""What repeats at the top and bottom of a PDF's pages: running headers, footers and page numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from qa.parsers.pdf.page_lines import Line, visual_lines
from qa.parsers.pdf.pdfium_pages import Page
from qa.parsers.pdf.word_pieces import Piece
from qa.text.lines import LOWERED_FIGURES, RAISED_FIGURES

__all__ = ["letters", "without_margins"]

_EDGE_SHARE = 0.2  # of the page's height
_OUTER_SHARE = 0.1  # of the page's height: where no text begins
_MAX_LINES = 4
_MAX_TEXT_SHARE = 0.4  # of a page's letters, at the top or at the bottom
_MAX_SHORT = 120  # letters of a margin on pages that hold little else
_HEIGHT_STEP = 4.0  # points
_MIN_TABLE_CELLS = 3
_MAX_ROW_GAP = 1.2  # in type sizes, between two rows of a table
_MIN_GAP = 0.45  # in type sizes, to the text
_RAISED = str.maketrans(RAISED_FIGURES + LOWERED_FIGURES, 2 * "0123456789")
_NUMBERS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}(?=\W|$)|(?<=\s)[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(
    r"\W{0,80}(?:page |p\. ?|seite |página |pág\. ?)?#(?: ?(?:of|/|von|de|sur|\|) ?#)?\W{0,80}"
)
# What programs print outside of the text: the date and address of a page in a browser, the names of files.
_PRINTERS_MARK = re.compile(
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}(?: ?[ap]m)?\b.*|(?:https?|file)://\S+ \d+/\d+"
    r"|\S.*\.(?:indd|qxd|qxp|fm|pmd|sgm|xml|p65)\b.*|verdate \S+ .*\bjkt \d.*",
    re.I | re.S,
)


class _EdgeLine(NamedTuple):
    """A line at the edge of a page: how far from it, and from the next line inwards.

    `key` holds its words, with signs for the `numbers` in them.
    """

    page: int
    key: str
    numbers: tuple[int, ...]
    distance: float
    gap: float
    line: Line
    is_outer: bool


# A line's words, numbers aside, and its height on the page in steps.
_Place = tuple[str, int]


def letters(text: str) -> str:
    """Only its letters and digits, in lower case: what two spellings of a heading share."""
    text = text if text.isascii() else text.translate(_RAISED)
    return "".join(filter(str.isalnum, text)).casefold()


def _make_key(line: Line) -> tuple[str, tuple[int, ...]]:
    """Its words, in an order that left and right pages share, and the numbers among them."""
    text = " ".join(sorted(" ".join(piece.text.split()).casefold() for piece in line.pieces))
    numbers = tuple(int(number[:15]) for number in _NUMBERS.findall(text))
    return _ROMAN.sub("#", _NUMBERS.sub("#", text)), numbers


def without_margins(pages: Sequence[Page]) -> tuple[list[list[Piece]], list[str]]:
    """The pieces of each page but for those that repeat at its edges, and the words of these."""
    margin_lines: dict[tuple[int, int], _EdgeLine] = {}
    texts: set[str] = set()
    page_letters: list[str] = []
    top_edges: list[list[_EdgeLine]] = []
    bottom_edges: list[list[_EdgeLine]] = []
    for page in pages:
        lines = visual_lines(page.pieces)
        line_letters = [letters(line.text) for line in lines]
        texts.update(line_letters[1:-1])
        page_letters.append("".join(line_letters))
        top_edges.append(_collect_edge_lines(page, lines))
        bottom_edges.append(_collect_edge_lines(page, lines[::-1]))
    for side in (top_edges, bottom_edges):
        for edge in _find_running_lines(side, texts, page_letters):
            margin_lines.update({(edge.page, piece.order): edge for piece in edge.line.pieces})
    body_pieces = [
        [piece for piece in page.pieces if (page.number, piece.order) not in margin_lines] for page in pages
    ]
    # Pages that hold nothing else say it on purpose.
    if not any(body_pieces):
        return [page.pieces for page in pages], []
    return body_pieces, _list_texts(margin_lines.values())


def _list_texts(edges: Iterable[_EdgeLine]) -> list[str]:
    """The words of lines, those that differ but in numbers once, without page numbers."""
    texts: dict[str, str] = {}
    for edge in edges:
        if not _PAGE_NUMBER.fullmatch(edge.key):
            texts.setdefault(edge.key, edge.line.text)
    return list(texts.values())


def _collect_edge_lines(page: Page, lines: Sequence[Line]) -> list[_EdgeLine]:
    """The first lines from an edge inwards."""
    edges = []
    for line, following in zip(lines[:_MAX_LINES], [*lines[1 : _MAX_LINES + 1], None], strict=False):
        from_top, from_bottom = line.middle, page.height - line.middle
        distance = min(from_top, from_bottom)
        if distance > _EDGE_SHARE * page.height or _names_columns(line, following, page):
            break
        gap = (
            page.height
            if following is None
            else max(following.top - line.bottom, line.top - following.bottom)
        )
        key, numbers = _make_key(line)
        is_outer = distance <= _OUTER_SHARE * page.height
        edges.append(
            _EdgeLine(page.number, key, numbers, distance, gap / max(line.size, 1.0), line, is_outer)
        )
    return edges


def _names_columns(line: Line, following: Line | None, page: Page) -> bool:
    """Whether it is a row of a table, whose head may stand on every page."""
    gaps = [(left.right, right.left) for left, right in pairwise(line.pieces)]
    if any(page.shapes.parts(left, right, line.middle) for left, right in gaps):
        return True
    if following is None or min(len(line.pieces), len(following.pieces)) < _MIN_TABLE_CELLS:
        return False
    other_gaps = [(left.right, right.left) for left, right in pairwise(following.pieces)]
    is_near = max(following.top - line.bottom, line.top - following.bottom) < _MAX_ROW_GAP * line.size
    return is_near and all(
        any(min(end, other_end) > max(start, other_start) for other_start, other_end in other_gaps)
        for start, end in gaps
    )


def _find_running_lines(
    pages: Sequence[Sequence[_EdgeLine]], texts: set[str], page_letters: Sequence[str]
) -> list[_EdgeLine]:
    page_count = len(pages)
    places: dict[_Place, list[_EdgeLine]] = defaultdict(list)
    for edges in pages:
        for edge in edges:
            # Two steps wide, so that no border parts what stands at the same height.
            for place in _list_places(edge):
                places[place].append(edge)
    repeated_lines = {
        place: _RepeatedLine(place_edges, page_letters) for place, place_edges in places.items()
    }
    chains = [_collect_chain(edges, repeated_lines) for edges in pages]
    _keep_text(chains, page_letters)
    heights = Counter(round(edge.distance) for chain in chains for edge in chain)
    for chain, edges in zip(chains, pages, strict=True):
        # The name of a chapter stands where other pages have the same line over and over.
        if (
            not chain
            and edges
            and edges[0].gap >= _MIN_GAP
            and letters(_strip_page_number(edges[0])) in texts
        ):
            alike_count = sum(heights[round(edges[0].distance) + step] for step in (-1, 0, 1))
            if alike_count >= max(3, 0.4 * page_count):
                chain.append(edges[0])
    return [edge for chain in chains for edge in chain]


def _keep_text(chains: Sequence[list[_EdgeLine]], page_letters: Sequence[str]) -> None:
    """Leave lines out of the chains that are much of their pages, such as those of a form."""
    shares: dict[str, list[float]] = defaultdict(list)
    for chain, text in zip(chains, page_letters, strict=True):
        length = sum(len(letters(edge.line.text)) for edge in chain)
        is_margin = length <= _MAX_SHORT and all(edge.is_outer for edge in chain)
        for edge in chain:
            shares[edge.key].append(0.0 if is_margin else length / max(len(text), 1))
    for chain in chains:
        for index, edge in enumerate(chain):
            if median_low(shares[edge.key]) > _MAX_TEXT_SHARE:
                del chain[index:]
                break


def _strip_page_number(edge: _EdgeLine) -> str:
    return re.sub(r"^\W*\d+\b|\b\d+\W*$", "", edge.line.text)


def _list_places(edge: _EdgeLine) -> list[_Place]:
    step = int(edge.distance // _HEIGHT_STEP)
    return [(edge.key, step), (edge.key, step + 1)]


class _RepeatedLine:
    """Lines of the same words at the same height: on which pages, and how far from the text."""

    def __init__(self, edges: Sequence[_EdgeLine], page_letters: Sequence[str]) -> None:
        self._pages = {edge.page for edge in _find_counted(edges)}
        self.gap = median(edge.gap for edge in edges)
        # Copies of a page repeat all that it says: they are one page.
        count = len({page_letters[page - 1] for page in self._pages})
        page_count = len(page_letters)
        self._is_everywhere = count >= max(2, 0.5 * page_count)
        self._is_often = count >= 3

    def repeats_on(self, page: int) -> bool:
        """Whether it repeats; left and right pages, or the pages of a chapter, may have their own."""
        return page in self._pages and (
            self._is_everywhere
            or (self._is_often and any(page + step in self._pages for step in (-2, -1, 1, 2)))
        )


def _find_counted(edges: Sequence[_EdgeLine]) -> list[_EdgeLine]:
    """Lines whose numbers are each the same on another page, or go up from there as the pages do.

    Other numbers say something of a page alone, such as the sums of a form.
    """
    places = {(index, number, edge.page) for edge in edges for index, number in enumerate(edge.numbers)}
    same = Counter((index, number) for index, number, _ in places)
    rising = Counter((index, number - page) for index, number, page in places)
    return [
        edge
        for edge in edges
        if all(
            same[index, number] > 1 or rising[index, number - edge.page] > 1
            for index, number in enumerate(edge.numbers)
        )
    ]


def _is_alone(edge: _EdgeLine) -> bool:
    """Whether a line needs no other page to be known for no text: its page's number, or a printer's mark."""
    if not edge.is_outer:
        return False
    if _PRINTERS_MARK.fullmatch(" ".join(edge.line.text.split())):
        return True
    text = edge.line.text.strip()
    is_bare = text.isdecimal() and edge.numbers[0] != edge.page
    return _PAGE_NUMBER.fullmatch(edge.key) is not None and not is_bare and "." not in text.strip("-. ")


def _collect_chain(
    edges: Sequence[_EdgeLine], repeated_lines: Mapping[_Place, _RepeatedLine]
) -> list[_EdgeLine]:
    """The lines from the edge inwards that repeat, where white space parts them from the text."""
    chain_length = 0
    for count, edge in enumerate(edges, start=1):
        repeats = [
            repeated_lines[place]
            for place in _list_places(edge)
            if repeated_lines[place].repeats_on(edge.page)
        ]
        if not repeats and not _is_alone(edge):
            break
        if max((repeat.gap for repeat in repeats), default=edge.gap) >= _MIN_GAP:
            chain_length = count
    return list(edges[:chain_length])
