"""Lines of a PDF's pages to headings, paragraphs, items and rows."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from qa.parsers.pdf.reading_order import Line
from qa.parsers.pdf.table_grid import PageTable

__all__ = ["Block", "Style", "TypeFace", "find_blocks", "marker_and_text", "read_type"]

_BULLETS = "•◦▪▫●○■□‣∙·–—*➢➤►▶✓✔❖\uf0b7\uf0a7\uf0d8\uf0fc\uf06e\uf076o-"
_BULLET = re.compile(rf"[{re.escape(_BULLETS)}](?:\s+|$)|[•◦▪▫●○■□‣∙➢➤►▶✓✔❖\uf0b7\uf0a7]\s*")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}|[a-z]|[ivx]{2,5})\.)(?=\s)")
_LEADERS = re.compile(r"(?<![\s.·…_])\s*+(?:[.·…_] ?){4,}+\s*+")
_MIN_CONTENTS = 3
_MAX_HEADING_STEP = 1.65  # in type sizes, from line to line
_ENTRY = re.compile(r"(.*\D) (\d{1,4}|[ivxlc]{1,7})")
# "p." at a line's end goes on with a number.
_PAGE_BEFORE = re.compile(
    r"\b(?:pp?|no|nos|art|arts|para|paras|vol|sec|ch|fig|cf|c|ca|approx)\.$", re.IGNORECASE
)
_HYPHEN_END = re.compile(r"[^\W\d_][-\u2010\xad]$")
_SENTENCE_END = re.compile(r"[.!?:;…\u3002]['\"”’»)\]]*[⁰¹²³⁴-⁹,]{0,5}$")
_FOOTNOTE = re.compile(r"(?:\[?\d{1,3}\]?|[⁰¹²³⁴-⁹]{1,3}|[*†‡§]{1,3}|[a-z]\))(?=\s|[^\W\d_])")


class Style(NamedTuple):
    """Type as headings are recognised by: its size to half a point, and whether it is bold."""

    size: float
    bold: bool


@dataclass(frozen=True)
class TypeFace:
    """A document's running text: its style, and the usual step from line to line for each size."""

    body: Style
    steps: dict[float, float]

    def step(self, size: float) -> float:
        """From one line to the next, in points."""
        return self.steps.get(_round_to_half(size), 1.25 * size)


@dataclass(slots=True)
class Block:
    """What stands together on a page.

    `block_type` is "heading", "text", "note" (at the foot of the page), "item", "row" or "table".
    `level` is that of the bookmark that names a heading, 0 where its type makes it one. `cells` are those
    of a row; `marker` is that of an item. `more` are its continuations in other columns and on other pages.
    """

    block_type: str
    page: int
    lines: list[Line]
    level: int = 0
    marker: str = "-"
    cells: list[str] = field(default_factory=list)
    more: list["Block"] = field(default_factory=list)
    table: PageTable | None = None

    @property
    def style(self) -> Style:
        """Of most of its letters."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[_round_to_half(line.size)] += len(line.text)
        return Style(sizes.most_common(1)[0][0], all(line.bold for line in self.lines))


def _round_to_half(size: float) -> float:
    return round(2 * size) / 2


def read_type(pages: Sequence[Sequence[Line]]) -> TypeFace:
    """What most of a document's letters are set in."""
    styles: Counter[Style] = Counter()
    steps: dict[float, list[float]] = defaultdict(list)
    for lines in pages:
        for line in lines:
            styles[Style(_round_to_half(line.size), line.bold)] += len(line.text)
        for above, below in pairwise(lines):
            step = below.middle - above.middle
            if (
                above.column == below.column
                and _round_to_half(above.size) == _round_to_half(below.size)
                and step > 0.5 * above.size
            ):
                steps[_round_to_half(above.size)].append(step)
    body = styles.most_common(1)[0][0] if styles else Style(10.0, False)
    # Most lines are followed by one of their own paragraph; the lower half is surely without spaces between.
    usual_steps = {
        size: min(sorted(size_steps)[(2 * len(size_steps)) // 5], 2.2 * size)
        for size, size_steps in steps.items()
    }
    return TypeFace(body, usual_steps)


def find_blocks(
    page_number: int,
    lines: Sequence[Line],
    bookmark_by_line: dict[int, tuple[int, int]],
    face: TypeFace,
    tables: Mapping[int, tuple[int, PageTable]],
) -> list[Block]:
    """The blocks of a page; `bookmark_by_line` names the headings among its lines, see `mark_bookmarks`.

    `tables` are those that begin with a line, by its number, with the number of their last line.
    """
    blocks: list[Block] = []
    margins = _find_margins(lines)
    index = 0
    while index < len(lines):
        if index in tables:
            last, table = tables[index]
            blocks += _make_table(page_number, table)
            index = last + 1
            continue
        blocks.append(_begin_block(page_number, lines[index], bookmark_by_line.get(index), face))
        block = blocks[-1]
        index += 1
        while (
            index < len(lines)
            and index not in tables
            and _continues(block, lines, index, bookmark_by_line, margins, face)
        ):
            block.lines.append(lines[index])
            index += 1
    _find_contents(blocks)
    _find_notes(blocks, face)
    return blocks


def _make_table(page_number: int, table: PageTable) -> list[Block]:
    """A table, or rows of their own where its columns are not sure."""
    if table.decided:
        return [Block("table", page_number, table.lines(), table=table)]
    blocks = []
    for number, row in enumerate(table.rows):
        cells = [part for cell in row for part in split_leaders(cell.text)]
        if cells:
            if table.sure_from is not None and number >= table.sure_from:
                # What follows a blank cell must not be taken for it.
                cells = [cell.text for cell in row]
            blocks.append(
                Block("row", page_number, [line for cell in row for line in cell.lines], cells=cells)
            )
    return blocks


def split_leaders(text: str) -> list[str]:
    """The parts of a line between rows of dots, as in a table of contents."""
    return [cell for cell in _LEADERS.split(text) if cell]


def _find_contents(blocks: Sequence[Block]) -> None:
    """Entries of a table of contents that have no dots before their page number."""
    if sum(block.block_type == "row" and len(block.cells) > 1 for block in blocks) < _MIN_CONTENTS:
        return
    for block, previous in zip(blocks[1:], blocks, strict=False):
        if block.block_type in ("text", "item") and len(block.lines) == 1 and previous.block_type == "row":
            match = _ENTRY.fullmatch(block.lines[0].text)
            if match:
                block.block_type, block.cells = "row", list(match.groups())


def _find_margins(lines: Sequence[Line]) -> dict[int, float]:
    """By column, where its lines end at the right."""
    right_edges: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        right_edges[line.column].append(line.right)
    return {column: sorted(edges)[-1 - len(edges) // 12] for column, edges in right_edges.items()}


def _begin_block(page_number: int, line: Line, bookmark: tuple[int, int] | None, face: TypeFace) -> Block:
    if bookmark is not None:
        return Block("heading", page_number, [line], level=bookmark[1])
    if _LEADERS.search(line.text):
        return Block("row", page_number, [line], cells=split_leaders(line.text))
    if line.dot or _BULLET.match(line.text):
        return Block("item", page_number, [line])
    if (match := _NUMBER.match(line.text)) and not _is_heading_type(line, face):
        return Block("item", page_number, [line], marker=match[0])
    return Block("text", page_number, [line])


def _is_heading_type(line: Line, face: TypeFace) -> bool:
    return line.size > 1.07 * face.body.size or (line.bold and not face.body.bold)


def _continues(
    block: Block,
    lines: Sequence[Line],
    index: int,
    bookmark_by_line: dict[int, tuple[int, int]],
    margins: dict[int, float],
    face: TypeFace,
) -> bool:
    """Whether a line goes on with the block that ends right before it."""
    line, last = lines[index], lines[index - 1]
    if index in bookmark_by_line or block.level:
        return (
            index in bookmark_by_line
            and index - 1 in bookmark_by_line
            and bookmark_by_line[index] == bookmark_by_line[index - 1]
        )
    if block.block_type == "row" or line.column != last.column or _LEADERS.search(line.text):
        return False
    step = line.middle - last.middle
    ratio = line.size / max(last.size, 0.1)
    if step <= 0 or step > _compute_max_step(block, line, face) or not 0.88 < ratio < 1.14:
        return False
    if _begin_block(block.page, line, None, face).block_type == "item" and _may_begin_item(block, line):
        return False
    return _is_same_paragraph(block, line, last, margins[line.column], face)


def _compute_max_step(block: Block, line: Line, face: TypeFace) -> float:
    """How far below the last line of a block another one of its lines may stand."""
    if len(block.lines) > 1:
        return 1.25 * (block.lines[-1].middle - block.lines[-2].middle)
    max_step = max(1.3 * face.step(max(line.size, block.lines[0].size)), 1.45 * line.size)
    if _is_heading_type(line, face):
        # Headings that stand apart under each other are all that there may be in their size.
        return min(max_step, max(_MAX_HEADING_STEP * line.size, 1.1 * face.step(face.body.size)))
    return max_step


def _may_begin_item(block: Block, line: Line) -> bool:
    """Whether a line that begins like an item can be one: a number may stand inside a paragraph."""
    if _PAGE_BEFORE.search(block.lines[-1].text):
        return False
    if line.dot or _BULLET.match(line.text):
        return (
            not line.text.startswith(("–", "—", "-", "o", "*", "·"))
            or _ends_sentence(block)
            or block.block_type == "item"
        )
    return _ends_sentence(block) or block.block_type == "item" or line.left > block.lines[-1].left + line.size


def _ends_sentence(block: Block) -> bool:
    return bool(_SENTENCE_END.search(block.lines[-1].text))


def _is_same_paragraph(block: Block, line: Line, last: Line, margin: float, face: TypeFace) -> bool:
    if _PAGE_BEFORE.search(last.text) and line.text[:1].isdigit():
        return True
    if (last.hyphen or _HYPHEN_END.search(last.text)) and line.text[:1].islower():
        return True
    free_width = margin - last.right
    word_fits = free_width > line.pieces[0].first + 0.5 * line.size
    # A bold word may fill a line of a paragraph; a bold block is a heading.
    style_changes = word_fits or _is_heading_type(last, face) != _is_heading_type(line, face)
    if (
        line.bold != last.bold
        and style_changes
        and (word_fits or all(block_line.bold for block_line in block.lines))
    ):
        return False
    if _is_heading_type(line, face) and line.size > 1.07 * face.body.size:
        return True
    if word_fits and (_SENTENCE_END.search(last.text) or free_width > 0.35 * (margin - line.start)):
        return False
    first = block.lines[0]
    if block.block_type == "item":
        # What goes back before the item's own text is no part of it.
        return line.left >= first.left - 1 and (
            line.left > first.left + 1 or not _ends_sentence(block) or first.dot
        )
    indent = line.left - last.left
    is_indented = 0.8 * line.size < indent < 5 * line.size and abs(last.left - last.start) < 2 * line.size
    if not _SENTENCE_END.search(last.text) and line.text[:1].islower():
        return True
    return not (is_indented and (len(block.lines) > 1 or _SENTENCE_END.search(last.text)))


def _find_notes(blocks: Sequence[Block], face: TypeFace) -> None:
    """Small type at the foot of a column that begins with a number or a sign."""
    finished_columns: set[int] = set()
    for block in reversed(blocks):
        column = block.lines[0].column
        is_small = block.style.size <= 0.93 * face.body.size
        if column in finished_columns or not is_small or block.block_type not in ("text", "item"):
            finished_columns.add(column)
        elif block.marker != "-" or (block.block_type == "text" and _FOOTNOTE.match(block.lines[0].text)):
            block.block_type = "note"


def marker_and_text(block: Block, text: str) -> tuple[str, str]:
    """An item's marker and its text without it."""
    if block.marker != "-":
        return block.marker, text[len(block.marker) :].strip()
    match = _BULLET.match(text)
    return "-", text[match.end() :] if match else text
