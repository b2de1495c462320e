"""Raised and lowered words of a PDF's page: which they are, how they are written, and where they belong."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.drawn_words import GLUED_GAP, MAX_WORD_GAP, SAME_BASELINE, Word, has_space, is_level
from qa.parsers.raised_text import lower_text, raise_text

__all__ = [
    "MAX_MARKER_GAP",
    "MAX_RAISED_WORDS",
    "find_base",
    "goes_on",
    "is_initial",
    "is_mark_before",
    "place_raised",
    "write_raised",
]

MAX_MARKER_GAP = 4.0  # from the bullet, number or mark of an item or a note to its text
_MAX_RAISED_GAP = 0.6  # in type sizes, to the word that a mark belongs to
_MAX_INITIALS = 20  # of a page
_MAX_MARK_CHARS = 5
_SMALLER = 0.9
_MUCH_SMALLER = 0.8
_CLEAR_RISE = 0.25  # in type sizes
MAX_RAISED_WORDS = 3
_MAX_RAISED_CHARS = 16
_FRACTION = re.compile(r"(\d+)[/\u2044](\d+)")


def is_mark_before(mark: Word, word: Word) -> bool:
    """Whether a mark at a line's start, such as that of a note, is raised above the word after it."""
    if mark.size > _SMALLER * word.size or len(mark.text) > _MAX_MARK_CHARS:
        return False
    rise = (word.baseline - mark.baseline) / word.size
    gap = (word.left - mark.right) / word.size
    return _classify_rise(rise, mark.size / word.size) > 0 and -0.2 <= gap <= MAX_MARKER_GAP


def is_initial(first: Word, following: Word) -> bool:
    """Whether a paragraph begins with this larger letter, which may reach below its first line."""
    if len(first.text) != 1 or not first.text.isalpha() or first.size <= 1.3 * following.size:
        return False
    is_beside = first.top - 0.2 * first.size < following.baseline < first.baseline + 0.1 * first.size
    return is_beside and -0.2 <= (following.left - first.right) / following.size <= _MAX_RAISED_GAP


def goes_on(group: Sequence[Word], word: Word) -> bool:
    """Whether a line goes on all the same where the file sees one end, at a raised word or after it."""
    last = group[-1]
    if _is_raised_behind(last, word):
        return True
    if len(group) == 1 and (is_mark_before(last, word) or is_initial(last, word)):
        return True
    return (
        len(group) > 1
        and _is_raised_behind(group[-2], last)
        and is_level(group[-2], word)
        and -GLUED_GAP * word.size <= word.left - last.right <= _MAX_RAISED_GAP * word.size
    )


def find_base(words: Sequence[Word]) -> Word:
    """A word of the line that others are raised above: one of the larger type, unless that is an initial."""
    counts: Counter[float] = Counter()
    for word in words:
        counts[word.size] += len(word.text)
    largest = max(counts)
    total = sum(counts.values())
    if (
        total > 10
        and sum(count for size, count in counts.items() if size >= _SMALLER * largest) < 0.2 * total
    ):
        largest = max(counts, key=lambda size: (counts[size], size))
    large_words = [word for word in words if _SMALLER * largest <= word.size <= largest]
    # What stands first is rather what the rest is raised above.
    weights = Counter({round(large_words[0].baseline): 3})
    for word in large_words:
        weights[round(word.baseline)] += len(word.text)
    baseline = max(weights, key=lambda line: (weights[line], line))
    return next(word for word in large_words if round(word.baseline) == baseline)


def write_raised(words: Sequence[Word], base: Word) -> tuple[str, list[int]]:
    """A line, with what is raised or lowered beside `base` told apart, and the offset after each word."""
    shifts = [_find_shift(words, index, base) for index in range(len(words))]
    _drop_long_runs(words, shifts)
    text = ""
    ends: list[int] = []
    index = 0
    while index < len(words):
        word, shift = words[index], shifts[index]
        end = _find_fraction_end(words, shifts, index)
        if end:
            written = "".join(part.text for part in words[index:end])
            text += (" " if text and (text[-1].isdigit() or not word.glued) else "") + written
            ends += [len(text)] * (end - index)
            index = end
            continue
        written = word.text
        if shift:
            written = (raise_text if shift > 0 else lower_text)(word.text, text)
        is_glued = word.glued
        if shift and index:
            # A sign such as a star may be set a little lower and stand by itself.
            is_mark = any(map(str.isalnum, word.text))
            reach = _MAX_RAISED_GAP if is_mark else GLUED_GAP
            is_glued |= word.left - words[index - 1].right <= reach * base.size
            # Unless it belongs to what follows, as in "of ¹⁴C".
            if not word.glued and index + 1 < len(words) and not shifts[index + 1]:
                is_glued &= has_space(word, words[index + 1]) or not has_space(words[index - 1], word)
        elif index > 1 and shifts[index - 1]:
            # Where the type changes its size the file sees spaces that are none.
            is_glued |= not has_space(words[index - 1], word)
        elif index == 1 and shifts[0] > 0:
            # The mark of a note stands by itself before the note's text, unlike that of an isotope.
            is_glued &= not (written[:3].isalpha() and len(written) > 2)
        text += written if is_glued or not text else f" {written}"
        ends.append(len(text))
        index += 1
    return text, ends


def _find_shift(words: Sequence[Word], index: int, base: Word) -> int:
    """1 for a raised word, -1 for a lowered one, 0 for one that stands in the line."""
    word = words[index]
    rise = (base.baseline - word.baseline) / base.size
    ratio = word.size / base.size
    if abs(rise) <= SAME_BASELINE or ratio < 0.4:
        return 0
    following = words[index + 1] if index + 1 < len(words) else None
    if ratio <= _SMALLER:
        reach = _MAX_RAISED_GAP * base.size
        before = index > 0 and word.left - words[index - 1].right <= reach
        after = following is not None and following.left - word.right <= reach
        # At the line's start more white space may part the mark of a note from its text.
        if not (before or after or index == 0):
            return 0
        if ratio > _MUCH_SMALLER and rise < _CLEAR_RISE and _stands_alone(words, index):
            return 0
        return _classify_rise(rise, ratio)
    if ratio > 1.05 or not (word.glued or (following is not None and following.glued)):
        return 0
    if index and not word.glued and is_level(words[index - 1], word):
        return 0  # it goes on with a word that stands as it does
    return 1 if 0.15 <= rise <= 0.65 else -1 if -0.5 <= rise <= -0.1 else 0


def _stands_alone(words: Sequence[Word], index: int) -> bool:
    """Whether there is a space on both sides, as of words that a scanner has seen a little apart."""
    before = index == 0 or (not words[index].glued and has_space(words[index - 1], words[index]))
    return before and (index + 1 == len(words) or has_space(words[index], words[index + 1]))


def _classify_rise(rise: float, ratio: float) -> int:
    """1 for type of such a size that is raised so far, -1 if it is lowered, 0 if it is neither."""
    if (0.15 if ratio <= 0.7 else 0.2) <= rise <= 0.85:
        return 1
    return -1 if -0.5 <= rise <= (-0.07 if ratio <= _MUCH_SMALLER else -0.12) else 0


def _drop_long_runs(words: Sequence[Word], shifts: list[int]) -> None:
    """Smaller text beside a line, as of a label over two lines, is not raised above it."""
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and shifts[end] == shifts[start]:
            end += 1
        length = sum(len(word.text) for word in words[start:end])
        if shifts[start] and (end - start > MAX_RAISED_WORDS or length > _MAX_RAISED_CHARS):
            shifts[start:end] = [0] * (end - start)
        start = end


def _find_fraction_end(words: Sequence[Word], shifts: Sequence[int], start: int) -> int:
    """After the last word of a fraction whose parts are raised and lowered; 0 if none begins here."""
    if shifts[start] <= 0:
        return 0
    for end in range(start + 2, min(start + 4, len(words) + 1)):
        text = "".join(word.text for word in words[start:end])
        if (
            _FRACTION.fullmatch(text)
            and shifts[end - 1] <= 0
            and words[end - 1].size < 1.02 * words[start].size
        ):
            return end
    return 0


def place_raised(words: Sequence[Word]) -> Sequence[Word]:
    """Raised and lowered words behind what they belong to: browsers draw them last, where they are moved.

    An initial stands before the rest of its word, though browsers draw it first.
    """
    words = _place_initials(words)
    groups = _group_level(words)
    small = [
        (start, end) for start, end in groups
        if end - start <= MAX_RAISED_WORDS and _is_apart(words, start, end)
        and sum(len(word.text) for word in words[start:end]) <= _MAX_RAISED_CHARS
    ]  # fmt: skip
    if not small:
        return words
    largest = max(word.size for word in words)
    by_right = sorted((word.right, index) for index, word in enumerate(words))
    rights = [right for right, _ in by_right]
    followers: dict[int, tuple[int, int]] = {}
    moved: set[int] = set()
    for start, end in small:
        first = words[start]
        if first.size > _SMALLER * largest:
            continue
        reach = _MAX_RAISED_GAP * largest
        candidates = by_right[
            bisect_left(rights, first.left - reach) : bisect_left(rights, first.left + reach)
        ]
        bases = [
            index for _, index in candidates
            if index not in moved and index not in followers and _is_raised_behind(words[index], first)
        ]  # fmt: skip
        if bases:
            base = min(bases, key=lambda index: (abs(words[index].right - first.left), index))
            followers[base] = (start, end)
            moved.update(range(start, end))
    return _move(words, followers, moved) if followers else words


def _place_initials(words: Sequence[Word]) -> Sequence[Word]:
    sizes = Counter(word.size for word in words)
    usual = max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0.0
    initials = [
        word for word in words if word.size > 1.3 * usual and len(word.text) == 1 and word.text.isupper()
    ]
    placed = list(words)
    for initial in initials[:_MAX_INITIALS]:
        index = next(index for index, word in enumerate(placed) if word is initial)
        rests = [word for word in placed if word is not initial and is_initial(initial, word)]
        rest = min(rests, key=lambda word: (word.baseline, word.left), default=None)
        if rest is not None and placed[index + 1 : index + 2] != [rest]:
            del placed[index]
            placed.insert(next(index for index, word in enumerate(placed) if word is rest), initial)
            initial.breaks = False
    return placed


def _group_level(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Runs of words that follow each other on one baseline, in one size."""
    starts = [0] if words else []
    for index, (last, word) in enumerate(pairwise(words), start=1):
        gap = word.left - last.right
        if (
            last.breaks
            or not is_level(last, word)
            or abs(last.size - word.size) > 0.1 * last.size
            or not -0.5 * last.size <= gap <= MAX_WORD_GAP * last.size
        ):
            starts.append(index)
    return list(pairwise([*starts, len(words)]))


def _is_apart(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether no word that is drawn right before or after it has this one as its mark."""
    first, last = words[start], words[end - 1]
    if first.glued or (end < len(words) and words[end].glued):
        return False
    before = words[start - 1] if start else None
    return not (before is not None and not before.breaks and _is_raised_behind(before, first)) and not (
        end < len(words) and not last.breaks and is_mark_before(last, words[end])
    )


def _is_raised_behind(base: Word, word: Word) -> bool:
    if not 0.4 * base.size <= word.size <= _SMALLER * base.size:
        return False
    rise = (base.baseline - word.baseline) / base.size
    gap = (word.left - base.right) / base.size
    return _classify_rise(rise, word.size / base.size) != 0 and -0.25 <= gap <= _MAX_RAISED_GAP


def _move(words: Sequence[Word], followers: dict[int, tuple[int, int]], moved: set[int]) -> list[Word]:
    placed: list[Word] = []
    for index, word in enumerate(words):
        if index in moved:
            continue
        placed.append(word)
        if index in followers:
            start, end = followers[index]
            placed += words[start:end]
            placed[-1].breaks, word.breaks = word.breaks, False
    return placed
