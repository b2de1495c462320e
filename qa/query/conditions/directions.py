"""Words that say which way: up or down, in or out."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from qa.text.terms import FUNCTION_WORDS

__all__ = ["Direction", "find_directions", "says_more", "way_of"]

# An axis: words of one of its ways, words of the other.
_AXES = (
    (
        "raise raises raised raising increase increases increased increasing hike hikes hiked",
        "lower lowers lowered lowering reduce reduces reduced reducing reduction decrease decreases "
        "decreased cuts cutting slash slashed halved",
    ),
    (
        "rise rises rose risen rising grow grows grew grown growing growth climb climbs climbed surged",
        "fall falls fell fallen falling drop drops dropped decline declines declined shrink shrank shrunk "
        "sank slumped",
    ),
    (
        "import imports imported importing buy buys bought buying purchase purchases purchased",
        "export exports exported exporting sell sells sold selling sales",
    ),
    (
        "join joins joined joining accede acceded accession",
        "leave leaves left leaving quit quits withdraw withdraws withdrew withdrawn withdrawal",
    ),
    (
        "impose imposes imposed imposing introduce introduces introduced",
        "lift lifts lifted lifting abolish abolishes abolished repeal repealed scrap scrapped",
    ),
    (
        "accept accepts accepted approve approves approved adopt adopted",
        "reject rejects rejected refuse refuses refused",
    ),
    ("win wins won winning", "lose loses lost losing"),
    ("minimum lowest smallest", "maximum highest largest biggest"),
)
_UP_OR_DOWN = (0, 1)  # axes of quantities, whose first way is up


class Direction(NamedTuple):
    """A word of a text that says which way: its axis, the side of it, and its place."""

    axis: int
    side: int
    start: int
    end: int


_WAYS = {
    word: (axis, side)
    for axis, ways in enumerate(_AXES)
    for side, words in enumerate(ways)
    for word in words.split()
}
_WAY = re.compile(rf"\b(?:{'|'.join(_WAYS)})\b", re.IGNORECASE)
# "the lower rate", "the increased royalty": which one, not which way it went.
_DETERMINER = re.compile(
    r"\b(?:the|an?|its?|their|this|that|these|those|any)\s+\Z|[’']s?\s+\Z", re.IGNORECASE
)
_DESCRIBED = re.compile(r"(?:\w+(?:ed|ing)|lower|risen|grown|fallen|sold|bought)\Z", re.IGNORECASE)
_NOUN_BEHIND = re.compile(rf"\s+(?!(?:{'|'.join(sorted(FUNCTION_WORDS))})\b)[a-z]")

# "left the Coffee Board", not "left the rate as it was" nor "what is left".
_LEAVING = re.compile(r"lea|left", re.IGNORECASE)
_BODY_BEHIND = re.compile(r"\s+(?:the\s+)?(?:[A-Z][\w-]*\s+)*[A-Z][\w-]*+(?![’'])")


def find_directions(text: str) -> Iterator[Direction]:
    """The words that say which way, in order; not those that only tell a thing from others."""
    for match in _WAY.finditer(text):
        is_described = (
            _DESCRIBED.match(match[0])
            and _DETERMINER.search(text[: match.start()])
            and _NOUN_BEHIND.match(text, match.end())
        )
        if is_described or (_LEAVING.match(match[0]) and not _BODY_BEHIND.match(text, match.end())):
            continue
        axis, side = _WAYS[match[0].casefold()]
        yield Direction(axis, side, match.start(), match.end())


def way_of(word: str) -> tuple[int, int] | None:
    """The axis of a word and the side of it, wherever it stands; None where it says no way."""
    return _WAYS.get(word.casefold())


def says_more(word: str) -> bool | None:
    """Whether a word says that a quantity goes up ("grow") or down ("fall"); None where it says neither."""
    way = way_of(word)
    return way[1] == 0 if way and way[0] in _UP_OR_DOWN else None
