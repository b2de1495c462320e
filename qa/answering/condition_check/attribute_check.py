"""Whether the answer is of the sort that is asked of: the final duty, where it tells the preliminary one."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from qa.answering.condition_check.evidence import Evidence, contradicted
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS

__all__ = ["check_attribute"]

# Sorts that exclude each other: each line an axis, its sides apart.
_AXES = """
preliminary provisional interim | final definitive
gross | net
direct | indirect
temporary | permanent
wholesale | retail
domestic | foreign
mandatory compulsory obligatory | voluntary optional
public | private
northern | southern
eastern | western
winter | spring | summer | autumn
fresh | frozen | dried | canned | smoked
light | heavy
used second-hand secondhand | new
urban | rural
offshore | onshore
inbound incoming | outbound outgoing
civil civilian | military
old former original earlier previous first | modernized modernised revised updated renegotiated
"""
_SIDE_OF = {
    word: (axis, side)
    for axis, line in enumerate(_AXES.strip().splitlines())
    for side, words in enumerate(line.split("|"))
    for word in words.split()
}
_SORT = re.compile(rf"\b(?P<word>{'|'.join(_SIDE_OF)})(?P<behind>(?: [a-z][a-z-]+){{1,3}})", re.IGNORECASE)
_WORD = re.compile(rf"\b(?:{'|'.join(_SIDE_OF)})\b", re.IGNORECASE)
_PACTS = stems("agreement deal pact treaty accord")  # one thing in many words
_COMPARES = re.compile(
    r"\b(?:than|or|instead|replac\w+|bec[ao]me|made|compared|versus|differ\w*)\b", re.IGNORECASE
)
_AROUND = ("heading", "title", "caption", "column head", "row", "cell", "sentence")


class _Sort(NamedTuple):
    """A word that tells sorts apart, its axis and side, and the stem of what it is said of."""

    text: str
    axis: int
    side: int
    thing: str


def check_attribute(question: str, evidence: Evidence) -> CheckedCondition | None:
    """The sort of thing that is asked of, where the answer has another sort of it alone; else None."""
    if _COMPARES.search(question):
        return None
    asked = list(_find_sorts(question))
    if not asked:
        return None
    told = [sort for reading in evidence.own for sort in _find_sorts(reading.part.text)]
    around = [reading.part.text for reading in evidence.readings if reading.part.by in _AROUND]
    said = {
        _SIDE_OF[match[0].casefold()]
        for text in [*around, evidence.pointed_at]
        for match in _WORD.finditer(text)
    }
    for one in asked:
        others = [
            sort.text
            for sort in told
            if (sort.axis, sort.thing) == (one.axis, one.thing) and sort.side != one.side
        ]
        if others and (one.axis, one.side) not in said:
            return contradicted(
                Condition(text=f"the {one.text}", kind="name"), [f"the {other}" for other in others]
            )
    return None


def _find_sorts(text: str) -> Iterator[_Sort]:
    for match in _SORT.finditer(text):
        behind = list(takewhile(lambda word: word not in FUNCTION_WORDS, match["behind"].split()))
        axis, side = _SIDE_OF[match["word"].casefold()]
        for number, word in enumerate(behind):
            for thing in stems(word):
                said = f"{match['word']} {' '.join(behind[: number + 1])}"
                yield _Sort(said, axis, side, "agreement" if thing in _PACTS else thing)
