"""The sentences of a table's row: those that its cells are written in, and what stands between them."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from qa.schema import Document
from qa.text.lines import ends_sentence, is_symbols
from qa.text.sentences import sentence_spans

__all__ = ["RowSentences"]

_MIN_WORDS = 5  # of a cell that is written in sentences
_SEPARATORS = re.compile(r"[\s;|]*")


class RowSentences:
    """Cuts the rows of a document's tables.

    A row is one sentence, but for cells that are written in sentences ("The duty ends on 31 December."): each
    of these is one by itself, and so is what stands before, between and behind such cells. The name of such a
    cell's column and the bars around it belong to none.
    """

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._cells = sorted(
            (cell.start, cell.end)
            for table in document.tables
            for row in table.rows
            for cell in row
            if cell.start is not None and cell.end is not None and not cell.head
        )

    def split(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences of the row `text[start:end]` as half-open spans, in order."""
        result: list[tuple[int, int]] = []
        rest, last = start, start  # where what is no cell of sentences begins, and where its last cell ends
        for cell_start, cell_end in self._within(start, end):
            if not _is_prose(self._text[cell_start:cell_end]):
                last = cell_end
                continue
            if last > rest:
                result.append((rest, last))
            result += [
                (cell_start + first, cell_start + behind)
                for first, behind in sentence_spans(self._text[cell_start:cell_end])
            ]
            separators = _SEPARATORS.match(self._text, cell_end, end)
            rest = last = separators.end() if separators else cell_end
        if not is_symbols(self._text[rest:end]):
            result.append((rest, end))
        return result

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        first, behind = (bisect_left(self._cells, (place, 0)) for place in (start, end))
        return (cell for cell in self._cells[first:behind] if cell[1] <= end)


def _is_prose(text: str) -> bool:
    return len(text.split()) >= _MIN_WORDS and ends_sentence(text.rstrip())
