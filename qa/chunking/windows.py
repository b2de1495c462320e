"""Windows of whole sentences inside one section."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.chunking.row_sentences import RowSentences
from qa.chunking.sections import DocumentStructure, Section, read_structure, structure_sections
from qa.chunking.table_context import TableContexts
from qa.schema import Chunk, Document, Sentence
from qa.text.sentences import LineStyle, block_sentences, blocks, cut_long, line_style

__all__ = ["split_into_chunks"]

_FULL_SHARE = 0.7  # of a window, from which on the start of a block is a good place to end it
_BLOCK_BONUS = 0.15  # of a window: how much more uneven two windows may be for a cut between blocks


class _Unit(NamedTuple):
    """A sentence, or a piece of one that was too long, and whether a block starts with it.

    `goes_on` says that it is of the same row of a table as the one before.
    """

    start: int
    end: int
    starts_block: bool
    goes_on: bool = False


def split_into_chunks(document: Document, *, window_chars: int) -> tuple[Chunk, ...]:
    """Cut the body into windows of at most `window_chars` characters, in order, without overlap.

    Every window holds whole sentences of one section; a sentence longer than a window is cut. A heading
    whose section is empty is a window of its own, unless the next section's path holds it.
    """
    if window_chars < 1:
        raise ValueError(f"a window of {window_chars} characters holds nothing")
    outline = read_structure(document)
    style = line_style(document.text, document.body_start)
    contexts, rows = TableContexts(document), RowSentences(document)
    result: list[Chunk] = []
    for section in structure_sections(document, outline):
        units = _split_units(document.text, section, outline, style, rows, window_chars)
        for window in _split_windows(units, window_chars):
            result.append(
                Chunk(
                    document_id=document.id,
                    ordinal=len(result),
                    section=section.ordinal,
                    start=window[0].start,
                    end=window[-1].end,
                    heading=section.path,
                    sentences=tuple(Sentence(unit.start, unit.end) for unit in window),
                    table_context=contexts.find(window[0].start, window[-1].end, section.path),
                )
            )
    return tuple(result)


def _split_units(
    text: str,
    section: Section,
    outline: DocumentStructure,
    style: LineStyle,
    rows: RowSentences,
    limit: int,
) -> list[_Unit]:
    """The sentences of a section's body; of its heading if the body is empty and nothing else holds it."""
    units: list[_Unit] = []
    for block in blocks(text, section.start, section.end, style=style, breaks=outline.breaks):
        is_row = block.start in outline.rows
        sentences = rows.split(block.start, block.end) if is_row else block_sentences(text, block)
        for number, (start, end) in enumerate(sentences):
            pieces = cut_long(text, start, end, limit)
            units += (
                _Unit(*piece, number == 0 and piece[0] == start, is_row and number > 0) for piece in pieces
            )
    if units or section.heading is None or section.is_carried:
        return units
    return [
        _Unit(*piece, True) for piece in cut_long(text, section.heading.start, section.heading.end, limit)
    ]


def _split_windows(units: Sequence[_Unit], limit: int) -> Iterator[Sequence[_Unit]]:
    """Full windows as long as more than two are needed, then two even ones, or one."""
    start = 0
    while start < len(units):
        rest = units[-1].end - units[start].start
        if rest <= limit:
            yield units[start:]
            return
        fit_end = start + 1
        while fit_end < len(units) and units[fit_end].end - units[start].start <= limit:
            fit_end += 1
        next_start = _find_even_cut(units, start, fit_end, limit) if rest <= 2 * limit else None
        next_start = next_start or _find_full_cut(units, start, fit_end, limit)
        yield units[start:next_start]
        start = next_start


def _find_full_cut(units: Sequence[_Unit], start: int, fit_end: int, limit: int) -> int:
    """Where the next window starts: at the last block that leaves this one well filled, else when full.

    A row of a table is cut only where it is all that the window holds.
    """
    for next_start in range(fit_end, start, -1):
        if units[next_start - 1].end - units[start].start < _FULL_SHARE * limit:
            break
        if next_start < len(units) and units[next_start].starts_block:
            return next_start
    if fit_end < len(units) and units[fit_end].goes_on:
        row = next(number for number in range(fit_end, -1, -1) if not units[number].goes_on)
        return row if row > start else fit_end
    return fit_end


def _find_even_cut(units: Sequence[_Unit], start: int, fit_end: int, limit: int) -> int | None:
    """Where the last window starts so that the last two are about even; None if two do not suffice."""
    end = units[-1].end

    def cost(next_start: int) -> float:
        unevenness = abs((units[next_start - 1].end - units[start].start) - (end - units[next_start].start))
        return unevenness - (2 * _BLOCK_BONUS * limit if units[next_start].starts_block else 0)

    candidates = [
        next_start
        for next_start in range(start + 1, fit_end + 1)
        if end - units[next_start].start <= limit and not units[next_start].goes_on
    ]
    return min(candidates, key=cost, default=None)
