"""Which of a page's blocks a text was taken from, by its words in their order."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from qa.parsers.web.markup_blocks import Block
from qa.text.terms import pieces

__all__ = ["cover_blocks"]

_RUN_WORDS = 4  # in a row, to tell where a piece of the text stands in the page
_NEAR_WORDS = 100
_MAX_PLACES = 50  # of a run that are looked at
_MIN_COVERED_SHARE = 0.5
_MIN_TABLE_COVERED_SHARE = 0.3


_Run = tuple[str, ...]


def cover_blocks(blocks: Sequence[Block], texts: Sequence[str]) -> list[bool]:
    """Which blocks the texts make up, for the greater part of their words.

    The texts come in the order of the page, so of words that it holds more than once those are meant that
    follow the text before.
    """
    block_words = [pieces(block.text.casefold()) for block in blocks]
    text_words = [pieces(text.casefold()) for text in texts]
    alignment = _Alignment(block_words, {run for words in text_words for run in _runs_of(words)})
    for words in text_words:
        alignment.cover(words)
    keep, start = [], 0
    for block, words in zip(blocks, block_words, strict=True):
        covered = sum(alignment.covered[start : start + len(words)])
        start += len(words)
        min_share = _MIN_TABLE_COVERED_SHARE if block.block_type == "table" else _MIN_COVERED_SHARE
        keep.append(covered > 0 and covered >= min_share * len(words))
    return keep


def _runs_of(words: Sequence[str]) -> Iterator[_Run]:
    return zip(*(words[offset:] for offset in range(_RUN_WORDS)), strict=False)


class _Alignment:
    """Which words of a page are covered by texts that were taken from it."""

    def __init__(self, block_words: Sequence[list[str]], runs: set[_Run]) -> None:
        self._page_words = list(chain.from_iterable(block_words))
        self.covered = bytearray(len(self._page_words))
        self._place = 0  # after what was covered last
        self._places: dict[_Run, list[int]] = {}
        for place, run in enumerate(_runs_of(self._page_words)):
            if run in runs:
                self._places.setdefault(run, []).append(place)
        start = 0
        for words in block_words:
            # What is shorter than a run is told by the whole block.
            if 0 < len(words) < _RUN_WORDS:
                self._places.setdefault(tuple(words), []).append(start)
            start += len(words)

    def cover(self, words: list[str]) -> None:
        """Mark where these words stand, run by run."""
        index = 0
        while index < len(words):
            place = self._find_place(tuple(words[index : index + _RUN_WORDS]))
            if place is None:
                index += 1
                continue
            while (
                index < len(words)
                and place < len(self._page_words)
                and words[index] == self._page_words[place]
            ):
                self.covered[place] = 1
                index, place = index + 1, place + 1
            self._place = place

    def _find_place(self, run: _Run) -> int | None:
        """The next place of a run that is not covered yet, else its first such before."""
        places = self._places.get(run, [])
        next_index = bisect_left(places, self._place)
        indexes: Iterable[int] = range(next_index, len(places))
        if len(run) == _RUN_WORDS:
            indexes = chain(indexes, range(next_index))
        elif next_index < len(places) and places[next_index] > self._place + _NEAR_WORDS:
            # A word or two stand anywhere.
            return None
        uncovered = (
            places[index] for index in islice(indexes, _MAX_PLACES) if not self.covered[places[index]]
        )
        return next(uncovered, None)
