"""Windows of whole sentences inside one section."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.chunk.sections import Outline, Section, outline_sections, read_outline
from qa.chunk.sentences import LineStyle, block_sentences, blocks, cut_long, line_style
from qa.schema import Chunk, Document, Sentence

__all__ = ["split"]

_FULL_SHARE = 0.7  # of a window, from which on the start of a block is a good place to end it
_BLOCK_BONUS = 0.15  # of a window: how much more uneven two windows may be for a cut between blocks


class _Unit(NamedTuple):
    """A sentence, or a piece of one that was too long, and whether a block starts with it."""

    start: int
    end: int
    starts_block: bool


def split(document: Document, *, window_chars: int) -> tuple[Chunk, ...]:
    """Cut the body into windows of at most `window_chars` characters, in order, without overlap.

    Every window holds whole sentences of one section; a sentence longer than a window is cut. A heading
    whose section is empty is a window of its own, unless the next section's path holds it.
    """
    if window_chars < 1:
        raise ValueError(f"a window of {window_chars} characters holds nothing")
    outline = read_outline(document)
    style = line_style(document.text, document.body_start)
    result: list[Chunk] = []
    for section in outline_sections(document, outline):
        units = _units(document.text, section, outline, style, window_chars)
        for window in _windows(units, window_chars):
            result.append(
                Chunk(
                    document_id=document.id,
                    ordinal=len(result),
                    section=section.ordinal,
                    start=window[0].start,
                    end=window[-1].end,
                    heading=section.path,
                    sentences=tuple(Sentence(unit.start, unit.end) for unit in window),
                )
            )
    return tuple(result)


def _units(text: str, section: Section, outline: Outline, style: LineStyle, limit: int) -> list[_Unit]:
    """The sentences of a section's body; of its heading if the body is empty and nothing else holds it."""
    found: list[_Unit] = []
    for block in blocks(text, section.start, section.end, style=style, breaks=outline.breaks):
        for number, (start, end) in enumerate(block_sentences(text, block)):
            pieces = cut_long(text, start, end, limit)
            found += (_Unit(*piece, number == 0 and piece[0] == start) for piece in pieces)
    if found or section.heading is None or section.is_carried:
        return found
    return [
        _Unit(*piece, True) for piece in cut_long(text, section.heading.start, section.heading.end, limit)
    ]


def _windows(units: Sequence[_Unit], limit: int) -> Iterator[Sequence[_Unit]]:
    """Full windows as long as more than two are needed, then two even ones, or one."""
    at = 0
    while at < len(units):
        rest = units[-1].end - units[at].start
        if rest <= limit:
            yield units[at:]
            return
        fitting = at + 1
        while fitting < len(units) and units[fitting].end - units[at].start <= limit:
            fitting += 1
        after = _even_cut(units, at, fitting, limit) if rest <= 2 * limit else None
        after = after or _full_cut(units, at, fitting, limit)
        yield units[at:after]
        at = after


def _full_cut(units: Sequence[_Unit], at: int, fitting: int, limit: int) -> int:
    """Where the next window starts: at the last block that leaves this one well filled, else when full."""
    for after in range(fitting, at, -1):
        if units[after - 1].end - units[at].start < _FULL_SHARE * limit:
            break
        if after < len(units) and units[after].starts_block:
            return after
    return fitting


def _even_cut(units: Sequence[_Unit], at: int, fitting: int, limit: int) -> int | None:
    """Where the last window starts so that the last two are about even; None if two do not suffice."""
    last = units[-1].end

    def cost(after: int) -> float:
        uneven = abs((units[after - 1].end - units[at].start) - (last - units[after].start))
        return uneven - (2 * _BLOCK_BONUS * limit if units[after].starts_block else 0)

    possible = [after for after in range(at + 1, fitting + 1) if last - units[after].start <= limit]
    return min(possible, key=cost, default=None)
