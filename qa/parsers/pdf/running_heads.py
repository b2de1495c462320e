"""What repeats at the top and bottom of a PDF's pages: running headers, footers and page numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from qa.parsers.pdf.pdfium_pages import Page, Piece
from qa.parsers.pdf.reading_order import Line, visual_lines

__all__ = ["letters", "without_margins"]

_EDGE_SHARE = 0.2  # of the page's height
_MAX_LINES = 4
_HEIGHT_STEP = 4.0  # points
_MIN_GAP = 0.45  # in type sizes, to the text
_NUMBERS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}(?=\W|$)|(?<=\s)[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?|seite |página |pág\. ?)?#(?: ?(?:of|/|von|de|sur|\|) ?#)?\W*")


class _EdgeLine(NamedTuple):
    """A line at the edge of a page: how far from it, and from the next line inwards."""

    page: int
    key: str
    distance: float
    gap: float
    line: Line


# A line's words, numbers aside, and its height on the page in steps.
_Place = tuple[str, int]


def letters(text: str) -> str:
    """Only its letters and digits, in lower case: what two spellings of a heading share."""
    return "".join(filter(str.isalnum, text)).casefold()


def _make_key(line: Line) -> str:
    text = " ".join(line.text.split()).casefold()
    return _ROMAN.sub("#", _NUMBERS.sub("#", text))


def without_margins(pages: Sequence[Page]) -> list[list[Piece]]:
    """The pieces of each page but for those that repeat at its edges."""
    margin_pieces: set[tuple[int, int]] = set()
    texts: set[str] = set()
    top_edges: list[list[_EdgeLine]] = []
    bottom_edges: list[list[_EdgeLine]] = []
    for page in pages:
        lines = visual_lines(page.pieces)
        texts.update(letters(line.text) for line in lines[1:-1])
        top_edges.append(_collect_edge_lines(page, lines))
        bottom_edges.append(_collect_edge_lines(page, lines[::-1]))
    for side in (top_edges, bottom_edges):
        for edge in _find_running_lines(side, texts, len(pages)):
            margin_pieces.update((edge.page, piece.order) for piece in edge.line.pieces)
    body_pieces = [
        [piece for piece in page.pieces if (page.number, piece.order) not in margin_pieces] for page in pages
    ]
    # Pages that hold nothing else say it on purpose.
    return body_pieces if any(body_pieces) else [page.pieces for page in pages]


def _collect_edge_lines(page: Page, lines: Sequence[Line]) -> list[_EdgeLine]:
    """The first lines from an edge inwards."""
    edges = []
    for line, following in zip(lines[:_MAX_LINES], [*lines[1 : _MAX_LINES + 1], None], strict=False):
        from_top, from_bottom = line.middle, page.height - line.middle
        distance = min(from_top, from_bottom)
        if distance > _EDGE_SHARE * page.height:
            break
        gap = (
            page.height
            if following is None
            else max(following.top - line.bottom, line.top - following.bottom)
        )
        edges.append(_EdgeLine(page.number, _make_key(line), distance, gap / max(line.size, 1.0), line))
    return edges


def _find_running_lines(
    pages: Sequence[Sequence[_EdgeLine]], texts: set[str], page_count: int
) -> list[_EdgeLine]:
    places: dict[_Place, list[_EdgeLine]] = defaultdict(list)
    for edges in pages:
        for edge in edges:
            # Two steps wide, so that no border parts what stands at the same height.
            for place in _list_places(edge):
                places[place].append(edge)
    repeated_lines = {place: _RepeatedLine(place_edges, page_count) for place, place_edges in places.items()}
    chains = [_collect_chain(edges, repeated_lines) for edges in pages]
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


def _strip_page_number(edge: _EdgeLine) -> str:
    return re.sub(r"^\W*\d+\b|\b\d+\W*$", "", edge.line.text)


def _list_places(edge: _EdgeLine) -> list[_Place]:
    step = int(edge.distance // _HEIGHT_STEP)
    return [(edge.key, step), (edge.key, step + 1)]


class _RepeatedLine:
    """Lines of the same words at the same height: on which pages, and how far from the text."""

    def __init__(self, edges: Sequence[_EdgeLine], page_count: int) -> None:
        self._pages = {edge.page for edge in edges}
        self.gap = median(edge.gap for edge in edges)
        is_number = _PAGE_NUMBER.fullmatch(edges[0].key) is not None
        self._is_everywhere = len(self._pages) >= max(2, 0.5 * page_count) or (
            is_number and (page_count == 1 or len(self._pages) > 1)
        )

    def repeats_on(self, page: int) -> bool:
        """Whether it repeats; left and right pages, or the pages of a chapter, may have their own."""
        return self._is_everywhere or (
            len(self._pages) >= 3 and any(page + step in self._pages for step in (-2, -1, 1, 2))
        )


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
        if not repeats:
            break
        if max(repeat.gap for repeat in repeats) >= _MIN_GAP:
            chain_length = count
    return list(edges[:chain_length])
