"""Which of several the answer is about, where the question counts them: the third review, not the fourth."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from qa.answering.condition_check.evidence import Evidence, contradicted
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS

__all__ = ["check_ordinal"]

_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ORDINAL = re.compile(
    rf"\b(?P<word>{'|'.join(_WORDS)}|(?P<figure>\d{{1,2}})(?:st|nd|rd|th))\b(?P<behind>(?: [\w’'-]+){{1,3}})",
    re.IGNORECASE,
)
# "The first, on the harbour at Lisk, found in April"
_ALONE = re.compile(
    rf"\W*the (?P<word>{'|'.join(_WORDS)})"
    r"(?:,| (?=(?:was|is|were|has|had|of (?:them|these|those)|[a-z]+ed)\b))",
    re.IGNORECASE,
)
# Parts of a whole, ranks, and what is told by its period.
_NO_COUNT = re.compile(
    r" (?:half|quarter|month|day|week|year|century|time|place|of|largest|biggest|highest|lowest|smallest|"
    r"most|least|best)\b",
    re.IGNORECASE,
)


class _Counted(NamedTuple):
    """One of several: its number, and the words from there on that may say of what."""

    number: int
    words: tuple[str, ...]

    @property
    def things(self) -> frozenset[str]:
        """The stems of what they are; names tell whose."""
        return stems(" ".join(word for word in self.words[1:] if word.islower()))

    def up_to(self, things: frozenset[str]) -> str:
        """The words up to the last of these things."""
        last = max(number for number, word in enumerate(self.words) if number and stems(word) & things)
        return " ".join(self.words[: last + 1])


def check_ordinal(question: str, evidence: Evidence) -> CheckedCondition | None:
    """What a question counts, where the answer is about another one of them; else None.

    Not where the answer, or what it stands under, has the asked number too.
    """
    asked = next(_find_counted(question), None)
    if asked is None:
        return None
    told = [one for reading in evidence.own for one in _find_counted(reading.part.text)]
    around = [one for reading in evidence.titles for one in _find_counted(reading.part.text)]
    others = [(one, shared) for one in told if (shared := one.things & asked.things)]
    if alone := _find_alone(asked, evidence):
        return contradicted(Condition(text=f"the {' '.join(asked.words)}", kind="name"), [alone])
    if not others or any(one.number == asked.number for one in (*told, *around)):
        return None
    condition = Condition(text=f"the {asked.up_to(others[0][1])}", kind="name")
    return contradicted(condition, [f"the {one.up_to(shared)}" for one, shared in others])


def _find_alone(asked: _Counted, evidence: Evidence) -> str | None:
    """What the answer begins with, where that is another one of those that are asked of: "the first"."""
    text = evidence.own[0].part.text if evidence.own and not evidence.is_row else ""
    alone = _ALONE.match(text)
    if alone is None or _WORDS.index(alone["word"].lower()) + 1 == asked.number:
        return None
    around = stems(" ".join(reading.part.text for reading in evidence.readings if not reading.is_own))
    is_of_them = bool(asked.things) and asked.things <= around and not _has_number(asked.number, text)
    return f"the {alone['word'].lower()}" if is_of_them else None


def _has_number(number: int, text: str) -> bool:
    """Whether a text counts up to a number: "second", "2nd"."""
    return (
        re.search(rf"\b(?:{_WORDS[number - 1]}|{number}(?:st|nd|rd|th))\b", text, re.IGNORECASE) is not None
    )


def _find_counted(text: str) -> Iterator[_Counted]:
    for match in _ORDINAL.finditer(text):
        if _NO_COUNT.match(match["behind"]):
            continue
        number = int(match["figure"] or _WORDS.index(match["word"].lower()) + 1)
        behind = takewhile(lambda word: word.casefold() not in FUNCTION_WORDS, match["behind"].split())
        yield _Counted(number, (match["word"], *behind))
