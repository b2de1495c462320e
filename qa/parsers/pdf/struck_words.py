"""Words of a PDF's page that a line is drawn through: they are no part of its text."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from qa.parsers.pdf.drawn_words import MAX_WORD_GAP, Word, is_level
from qa.parsers.pdf.page_frame import Box

__all__ = ["without_struck"]

# In type sizes. A line through letters runs this high above the ones they stand on, whatever the program.
_LOWEST, _HIGHEST = 0.12, 0.48
_MAX_THICKNESS = 0.2
_MAX_END = 1.0  # beyond the words, as over a space that is struck out with them
_MAX_SPACE = 1.5  # between two words under one line; a line through a table's cells leaves more
_STRUCK_SHARE = 0.85  # of a word, from which on it is struck out as a whole
_WHOLE_SHARE = 0.15  # below it none of a word is

# A word's parts that are not struck out, by the places where lines begin and end.
CutWord = Callable[[Word, Sequence[tuple[float, float]]], list[Word]]


def without_struck(
    words: Sequence[Word], strokes: Sequence[Box], cut_word: CutWord
) -> tuple[list[Word], bool]:
    """The words that no line is drawn through, and whether there were others.

    A line counts that begins and ends with words: one of a table or a drawing goes on beside them.
    """
    lines = _find_lines(words, strokes)
    if not lines:
        return list(words), False
    kept: list[Word] = []
    run: Word | None = None  # what is struck out after the last word that is kept
    has_struck = False
    for number, word in enumerate(words):
        rest = _cut(word, lines[number], cut_word) if number in lines else [word]
        has_struck |= rest != [word]
        if not rest:
            if kept and word.breaks:
                kept[-1].breaks = True
            run = word if run is None or not _follows(run, word) else replace(run, right=word.right)
            continue
        first = rest[0]
        if run is not None and _follows(run, first):
            first.struck_left = run.left
        elif first.left > word.left:
            first.struck_left = word.left
        run = replace(word, left=rest[-1].right) if rest[-1].right < word.right else None
        kept += rest
    return kept, has_struck


def _find_lines(words: Sequence[Word], strokes: Sequence[Box]) -> dict[int, list[tuple[float, float]]]:
    """By a word's number the left and right ends of the lines that are drawn through it."""
    by_height = sorted(strokes, key=_middle)
    heights = [_middle(stroke) for stroke in by_height]
    numbers_by_stroke: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        if word.turn:
            continue
        first = bisect_left(heights, word.baseline - _HIGHEST * word.size)
        last = bisect_right(heights, word.baseline - _LOWEST * word.size)
        for index in range(first, last):
            stroke = by_height[index]
            is_thin = stroke.bottom - stroke.top <= _MAX_THICKNESS * word.size
            if is_thin and min(stroke.right, word.right) - max(stroke.left, word.left) > 0:
                numbers_by_stroke.setdefault(index, []).append(number)
    lines: dict[int, list[tuple[float, float]]] = {}
    for index, numbers in numbers_by_stroke.items():
        stroke = by_height[index]
        if _strikes(stroke, [words[number] for number in numbers]):
            for number in numbers:
                lines.setdefault(number, []).append((stroke.left, stroke.right))
    return lines


def _follows(word: Word, following: Word) -> bool:
    return (
        is_level(word, following)
        and 0 <= following.left - word.right + word.size <= (MAX_WORD_GAP + 1) * word.size
    )


def _middle(stroke: Box) -> float:
    return (stroke.top + stroke.bottom) / 2


def _strikes(stroke: Box, words: Sequence[Word]) -> bool:
    in_order = sorted(words, key=lambda word: word.left)
    size = max(word.size for word in words)
    ends = min(word.left for word in words), max(word.right for word in words)
    if stroke.left < ends[0] - _MAX_END * size or stroke.right > ends[1] + _MAX_END * size:
        return False
    return all(after.left - before.right <= _MAX_SPACE * size for before, after in pairwise(in_order))


def _cut(word: Word, lines: Sequence[tuple[float, float]], cut_word: CutWord) -> list[Word]:
    width = max(word.right - word.left, 0.01)
    share = (
        sum(max(0.0, min(right, word.right) - max(left, word.left)) for left, right in _merge(lines)) / width
    )
    if share >= _STRUCK_SHARE:
        return []
    return [word] if share < _WHOLE_SHARE else cut_word(word, lines)


def _merge(lines: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(lines):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged
