"""What repeats at the top and bottom of a PDF's pages: running headers, footers and page numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from qa.load.pdf.layout import Line, visual_lines
from qa.load.pdf.pages import Page, Piece

__all__ = ["letters", "without_margins"]

_REACH = 0.2  # of the page's height
_MAX_LINES = 4
_SAME_HEIGHT = 4.0  # points
_MIN_GAP = 0.45  # in type sizes, to the text
_NUMBERS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}(?=\W|$)|(?<=\s)[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?|seite |página |pág\. ?)?#(?: ?(?:of|/|von|de|sur|\|) ?#)?\W*")


class _Edge(NamedTuple):
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


def _key(line: Line) -> str:
    text = " ".join(line.text.split()).casefold()
    return _ROMAN.sub("#", _NUMBERS.sub("#", text))


def without_margins(pages: Sequence[Page]) -> list[list[Piece]]:
    """The pieces of each page but for those that repeat at its edges."""
    dropped: set[tuple[int, int]] = set()
    texts: set[str] = set()
    tops: list[list[_Edge]] = []
    feet: list[list[_Edge]] = []
    for page in pages:
        lines = visual_lines(page.pieces)
        texts.update(letters(line.text) for line in lines[1:-1])
        tops.append(_edge_lines(page, lines))
        feet.append(_edge_lines(page, lines[::-1]))
    for side in (tops, feet):
        for edge in _furniture(side, texts, len(pages)):
            dropped.update((edge.page, piece.order) for piece in edge.line.pieces)
    kept = [[piece for piece in page.pieces if (page.number, piece.order) not in dropped] for page in pages]
    # Pages that hold nothing else say it on purpose.
    return kept if any(kept) else [page.pieces for page in pages]


def _edge_lines(page: Page, lines: Sequence[Line]) -> list[_Edge]:
    """The first lines from an edge inwards."""
    found = []
    for line, following in zip(lines[:_MAX_LINES], [*lines[1 : _MAX_LINES + 1], None], strict=False):
        from_top, from_bottom = line.middle, page.height - line.middle
        distance = min(from_top, from_bottom)
        if distance > _REACH * page.height:
            break
        gap = (
            page.height
            if following is None
            else max(following.top - line.bottom, line.top - following.bottom)
        )
        found.append(_Edge(page.number, _key(line), distance, gap / max(line.size, 1.0), line))
    return found


def _furniture(pages: Sequence[Sequence[_Edge]], texts: set[str], page_count: int) -> list[_Edge]:
    places: dict[_Place, list[_Edge]] = defaultdict(list)
    for edges in pages:
        for edge in edges:
            # Two steps wide, so that no border parts what stands at the same height.
            for place in _places(edge):
                places[place].append(edge)
    known = {place: _Repeated(found, page_count) for place, found in places.items()}
    chains = [_chain(edges, known) for edges in pages]
    heights = Counter(round(edge.distance) for chain in chains for edge in chain)
    for chain, edges in zip(chains, pages, strict=True):
        # The name of a chapter stands where other pages have the same line over and over.
        if not chain and edges and edges[0].gap >= _MIN_GAP and letters(_without_number(edges[0])) in texts:
            alike = sum(heights[round(edges[0].distance) + step] for step in (-1, 0, 1))
            if alike >= max(3, 0.4 * page_count):
                chain.append(edges[0])
    return [edge for chain in chains for edge in chain]


def _without_number(edge: _Edge) -> str:
    return re.sub(r"^\W*\d+\b|\b\d+\W*$", "", edge.line.text)


def _places(edge: _Edge) -> list[_Place]:
    step = int(edge.distance // _SAME_HEIGHT)
    return [(edge.key, step), (edge.key, step + 1)]


class _Repeated:
    """Lines of the same words at the same height: on which pages, and how far from the text."""

    def __init__(self, edges: Sequence[_Edge], page_count: int) -> None:
        self._pages = {edge.page for edge in edges}
        self.gap = median(edge.gap for edge in edges)
        is_number = _PAGE_NUMBER.fullmatch(edges[0].key) is not None
        self._always = len(self._pages) >= max(2, 0.5 * page_count) or (
            is_number and (page_count == 1 or len(self._pages) > 1)
        )

    def on(self, page: int) -> bool:
        """Whether it repeats; left and right pages, or the pages of a chapter, may have their own."""
        return self._always or (
            len(self._pages) >= 3 and any(page + step in self._pages for step in (-2, -1, 1, 2))
        )


def _chain(edges: Sequence[_Edge], known: Mapping[_Place, _Repeated]) -> list[_Edge]:
    """The lines from the edge inwards that repeat, where white space parts them from the text."""
    kept = 0
    for count, edge in enumerate(edges, start=1):
        alike = [known[place] for place in _places(edge) if known[place].on(edge.page)]
        if not alike:
            break
        if max(one.gap for one in alike) >= _MIN_GAP:
            kept = count
    return list(edges[:kept])
