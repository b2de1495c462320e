"""Sentences with exact spans: lines into blocks, then nupunkt inside each block."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from qa.chunk.lines import (
    EAST_ASIAN_END,
    LIST_ITEM,
    Line,
    ends_sentence,
    goes_on,
    is_symbols,
    iterate_lines,
    starts_block,
    trim,
)

__all__ = ["Block", "LineStyle", "block_sentences", "blocks", "cut_long", "line_style", "sentence_spans"]

_LONG_LINE = 100
_WRAP_WIDTHS = range(40, 161)  # characters at which texts are wrapped
_FULL_SHARE = 0.6  # of the wrap width that a line must fill to count as wrapped
_LONG_FULL_SHARE = 0.85  # the same where the width is above 100
_MANY_LINES = 4
_QUOTATION_CHARS = 400
_TINY_CHARS = 20
# "its non-U.S. content" is one sentence: nobody starts one with a small letter after an abbreviation.
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.){2,}$")
_GOES_ON = (",", ";", "-", "–", "—", "(", "/", "&")
# Scripts without spaces between sentences.
_EAST_ASIAN_END = re.compile(rf"[{EAST_ASIAN_END}]+[」』”’\uff09】]*")


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a text breaks its lines: `wrap_width` is the usual length of a full line, 0 if not wrapped."""

    wrap_width: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that read on; `content` is where the words start after a list item's marker."""

    start: int
    content: int
    end: int


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text without headings, in order, as half-open spans without white space around.

    Only white space lies between them. List items and table rows are sentences of their own.
    """
    style = line_style(text, 0)
    found: list[tuple[int, int]] = []
    for block in blocks(text, 0, len(text), style=style):
        found += block_sentences(text, block)
    return found


def line_style(text: str, start: int) -> LineStyle:
    """From the lines of `text[start:]` that another line follows directly."""
    lengths: list[int] = []
    for line, following in pairwise(iterate_lines(text, start, len(text))):
        if line.text and following.text and not starts_block(following.text):
            lengths.append(len(line.text))
    if not lengths:
        return LineStyle(0)
    lengths.sort()
    width, middle = lengths[len(lengths) * 9 // 10], lengths[len(lengths) // 2]
    # Few long lines of about one length are rather paragraphs.
    enough = width <= _LONG_LINE or (len(lengths) >= _MANY_LINES and middle >= _LONG_FULL_SHARE * width)
    wrapped = width in _WRAP_WIDTHS and middle >= _FULL_SHARE * width and enough
    return LineStyle(width if wrapped else 0)


def blocks(
    text: str, start: int, end: int, *, style: LineStyle, breaks: Set[int] = frozenset()
) -> Iterator[Block]:
    """The blocks of `text[start:end]` in order; sentences never reach from one into the next.

    A blank line ends a block, a list item, a table row or a line whose offset is in `breaks` starts one.
    Any other newline does so unless the line was merely wrapped there.
    """
    opened = -1
    is_empty = True  # nothing but symbols so far: an opening fence belongs to what follows
    previous: Line | None = None
    for line in iterate_lines(text, start, end):
        if previous is None or not previous.text or not line.text:
            starts = True
        elif is_empty or is_symbols(line.text):
            starts = False
        else:
            starts = line.start in breaks or starts_block(line.text) or not _reads_on(previous, line, style)
        if starts:
            if opened >= 0 and previous is not None:
                yield _block(text, opened, previous.end)
            opened, is_empty = (line.start if line.text else -1), True
        is_empty = is_empty and is_symbols(line.text)
        previous = line
    if opened >= 0:
        yield _block(text, opened, end)


def _block(text: str, start: int, end: int) -> Block:
    start, end = trim(text, start, end)
    marker = LIST_ITEM.match(text, start, end)
    return Block(start, marker.end() if marker else start, end)


def _reads_on(line: Line, following: Line, style: LineStyle) -> bool:
    """Whether a newline between two lines is no more than a space."""
    ends = ends_sentence(line.text)
    if not ends and (goes_on(following.text) or line.text.endswith(_GOES_ON)):
        return True
    if style.wrap_width:
        return len(line.text) >= _FULL_SHARE * style.wrap_width
    return not ends and len(line.text) <= _LONG_LINE and not _starts_anew(following.text)


def _starts_anew(line: str) -> bool:
    return line[:1].isupper() or line[:1].isdigit()


def block_sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """The sentences of one block, in order."""
    import nupunkt

    inside = text[block.content : block.end]
    starts = [block.start]
    starts += [block.content + start for start, _ in nupunkt.sent_spans(inside)[1:]]
    if _EAST_ASIAN_END.search(inside):
        starts += [block.content + found.end() for found in _EAST_ASIAN_END.finditer(inside)]
        starts = sorted(set(starts))
    pieces = [trim(text, start, end) for start, end in pairwise([*starts, block.end])]
    return _joined(text, [piece for piece in pieces if piece[0] < piece[1]])


def _joined(text: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put together what the splitter took apart: abbreviations, quotations that go on, mere symbols."""
    if len(pieces) < 2:
        return list(pieces)
    result = [pieces[0]]
    was_symbols = is_symbols(text[slice(*pieces[0])])
    for start, end in pieces[1:]:
        first, last = result[-1]
        piece = text[start:end]
        symbols = is_symbols(piece)
        short = end - first <= _QUOTATION_CHARS
        goes_on = short and _goes_on_quoting(text[first:last], piece)
        abbreviated = piece[0].islower() and _ABBREVIATED.search(text, first, last)
        if symbols or was_symbols or goes_on or abbreviated:
            result[-1] = (first, end)
        else:
            result.append((start, end))
        was_symbols = was_symbols and symbols
    return result


def _goes_on_quoting(before: str, piece: str) -> bool:
    """Whether a quotation opened before ends in this piece, and the sentence goes on or the piece is tiny."""
    for opening, closing in (("“", "”"), ('"', '"'), ("«", "»")):
        if opening == closing:
            is_open = before.count(opening) % 2 == 1
        else:
            is_open = before.rfind(opening) > before.rfind(closing)
        at = piece.find(closing) if is_open else -1
        if at >= 0 and (opening == closing or opening not in piece[:at]):
            rest = piece[at + 1 :].lstrip()
            return rest[:1].islower() or (at < _TINY_CHARS and not rest)
    return False


def cut_long(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """The span in pieces of at most `limit` characters, cut at a newline, else a space, else anywhere."""
    while end - start > limit:
        # A space right behind the limit is as good as one before it.
        window = text[start : start + limit + 1]
        cut = window.rfind("\n", limit // 2)
        if cut <= 0:
            cut = next((at for at in range(limit, 0, -1) if window[at].isspace()), limit)
        piece = trim(text, start, start + cut)
        if piece[0] < piece[1]:
            yield piece
        start = trim(text, start + cut, end)[0]
    if start < end:
        yield (start, end)
