"""The most, the least or a ranking that a question asks for."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from qa.answering.tables.table_periods import find_periods
from qa.answering.tables.trade_words import AXIS_NOUNS, SOFT, is_empty_word
from qa.text.overlap import written_words
from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["Superlative", "find_superlative", "superlative_stems"]

_LOWEST = "least|fewest|lowest|smallest|shortest|lightest|cheapest|weakest|slowest|scarcest|mildest|softest"
_HIGHEST = "most|highest|largest|biggest|greatest|longest|heaviest|dearest|strongest|costliest|"
_HIGHEST += "leading|main|busiest|top|number one|steepest|priciest|stiffest|fullest"
_COUNT = "two|three|four|five|[2-5]"
_SUPERLATIVE = re.compile(
    rf"(?<!\bat )\b(?:(?:top|leading) (?P<count>{_COUNT})\b|"
    rf"(?:(?P<before>{_COUNT}) )?(?:(?P<rank>second|third|fourth|fifth|[2-5](?:nd|rd|th))[\s-])?"
    rf"(?:(?P<low>{_LOWEST})|(?P<high>{_HIGHEST})|(?P<judged>best|worst))\b"
    r"(?! (?:of(?! (?:its|their)\b)|recent\w*|favou?red|likely|important\w*)\b)"
    r"(?P<measure>\s+(?:valuable|expensive|heavily|money|often|costly|productive|sold|selling|sellers?)\b)?|"
    r"(?P<peak>peak(?:ed|s)?|highest point|record high)\b|"
    r"(?P<bottom>bottom(?:ed)? out|lowest point|record low)\b|"
    r"(?P<order>in (?:descending |ascending )?order\b|ranking of|ranked?\b))",
    re.IGNORECASE,
)
# "Which of both had the larger quota": the most of two.
_OF_TWO = re.compile(
    r"^(?=\W*(?:\w+ )?(?:which|who)\b)(?!.*\bthan\b).*?\bthe "
    r"(?:(?P<low>lower|smaller|shorter|lighter|cheaper)|(?P<high>larger|bigger|higher|greater|heavier|longer))\b",
    re.IGNORECASE,
)
_RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ALL = 99  # of a whole ranking
_ASKED_NOUN = re.compile(
    r"\b(?:(?:which|what)\s+(?:of\s+(?:(?:the|its|their|these|those)\s+|[\w .-]{1,40}['’]s?\s+)?)?|"
    r"among\s+the\s+)"
    r"((?:[^\W_][\w'’-]*\s+){1,3})",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\bwhich\b", re.IGNORECASE)
_WHO = re.compile(r"\W*(?:who|where)\b|(?:[^\s?]{1,30}\s){1,3}from where\b", re.IGNORECASE)
_WHEN = re.compile(r"\W*when\b", re.IGNORECASE)
# The best is the most of the first, and the least of the second; of other things it isn't told.
_GOOD = re.compile(
    r"\b(?:fill|us(?:e|ed|age)\b|utili[sz]|yield|score|growth|grew|coverage|compli|recover)", re.IGNORECASE
)
_BAD = re.compile(
    r"\b(?:wait|delay|queue|refus|reject|turned down|loss|lost|default|deficit|late|dwell|congest|unemploy|"
    r"inflation|shortfall|damage)",
    re.IGNORECASE,
)
# The best customer is the largest one.
_CUSTOMER = re.compile(
    r"\s+(?:[\w-]{1,30}\s+){0,2}(?:customers?|buyers?|clients?|markets?|purchasers?|export markets?)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:(?:right |directly |just )?(?:after|behind)|next to)\s+(?:the\s+)?"
    r"(?P<name>[A-Z][\w.’'-]*(?:\s+(?:(?:of|and)\s+)?[A-Z][\w.’'-]*){0,3})"
)
_HOW = re.compile(r"\bhow (?:much|many|high|low|large|big|great|long|heavy|wide|small)\b", re.IGNORECASE)


def superlative_stems(*, lowest: bool) -> frozenset[str]:
    """The stems of the words that ask for the lowest, or for the highest."""
    return frozenset(stem(word) for word in (_LOWEST if lowest else _HIGHEST).split("|"))


class Superlative(NamedTuple):
    """The most or least that is asked for: from place `rank` on, `number` of them.

    `axis` is the stem of what is ranked ("country"), "" where it is not said; `nouns` are those that it may
    be; `is_who` says that those are no goods; `asks_value` that the figure is
    wanted and not whose it is. `rest` is the question without the superlative. `is_of_two` says that only two
    can be ranked ("the larger"). `judged` finds in a label what the best or worst is of, None for others.
    `behind` is the name of the one that comes right before ("the largest after Peru"), "" for none.
    """

    lowest: bool
    rank: int
    number: int
    axis: str
    nouns: tuple[str, ...]
    is_who: bool
    asks_value: bool
    rest: str
    is_of_two: bool = False
    judged: re.Pattern[str] | None = None
    behind: str = ""


def find_superlative(text: str) -> Superlative | None:
    """What is the most or least of all in a question; None where nothing is."""
    match = _SUPERLATIVE.search(text)
    behind = _BEHIND.search(text, match.end()) if match else None
    if match and behind and not find_periods(behind["name"]).names:
        plain = find_superlative(f"{text[: behind.start()]} {text[behind.end() :]}")
        is_first = plain is not None and plain.rank == plain.number == 1
        return plain._replace(behind=behind["name"]) if plain and is_first else None
    of_two = _OF_TWO.search(text) if match is None else None
    asked = _ASKED_NOUN.search(text)
    before = _nouns(asked[1]) if asked else []
    axis = next((noun for noun in reversed(before) if _is_axis(noun)), _axis(before))
    if _WHEN.match(text):
        axis = "year"
    is_who = bool(_WHO.match(text))
    if of_two:
        rest = f"{text[: of_two.end() - len(of_two[of_two.lastgroup or 0])]} {text[of_two.end() :]}"
        nouns = tuple(reversed(before))
        return Superlative(bool(of_two["low"]), 1, 1, axis, nouns, is_who, False, rest, is_of_two=True)
    if match is None:
        return None
    is_customer = match["judged"] is not None and _CUSTOMER.match(text, match.end()) is not None
    judged = _find_judged(text) if match["judged"] and not is_customer else None
    if match["judged"] and judged is None and not (is_customer and match["judged"].lower() == "best"):
        return None
    after = _nouns(text[match.end() :])
    if after and not axis and not is_who:
        axis = _axis(after) if any(_axis(after) in nouns for nouns in AXIS_NOUNS) else ""
    nouns = (*reversed(before), *reversed(after))
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    if match["order"]:
        return Superlative("ascending" in text.lower(), 1, _ALL, axis, nouns, is_who, False, rest)
    count = (match["count"] or match["before"] or "1").lower()
    rank = (match["rank"] or "1").lower()
    return Superlative(
        lowest=bool(match["low"] or match["bottom"])
        or (judged is not None and (judged is _GOOD) is (match["judged"].lower() == "worst")),
        rank=_RANKS.get(rank) or int(rank[0]),
        number=int(NUMBER_WORDS.get(count, count)),
        axis=axis,
        nouns=nouns,
        is_who=is_who,
        asks_value=bool(_HOW.search(text)) or not (axis or is_who or _WHICH.search(text)),
        rest=rest,
        judged=judged,
    )


def _find_judged(text: str) -> re.Pattern[str] | None:
    """What finds the good or the bad that a question speaks of; None where it is neither, or both."""
    is_good, is_bad = _GOOD.search(text) is not None, _BAD.search(text) is not None
    return None if is_good is is_bad else _GOOD if is_good else _BAD


def _nouns(text: str) -> list[str]:
    """The stems of the words before a verb or small word: "baltic" and "port" of "Baltic port refused"."""
    found: list[str] = []
    for word in written_words(text):
        root = stem(word)
        if (is_empty_word(word) and not _is_axis(root)) or (found and word.endswith("ed")):
            break
        found.append(root)
    return found


def _axis(nouns: Sequence[str]) -> str:
    """The last before what may be a verb: "port" of "port handled"."""
    before = list(takewhile(lambda noun: noun not in SOFT or _is_axis(noun), nouns))
    return before[-1] if before else ""


def _is_axis(noun: str) -> bool:
    return any(noun in nouns for nouns in AXIS_NOUNS)
