"""Whether sentences have a question's parts the other way round: "Why did A sue B?" of "B sued A".

The question is put as a claim, with what is asked for left open, and held against what the sentences say by
the rules that check claims.
"""

import re
from collections.abc import Sequence

from qa.answering.claim_check.opposites import opposite_words
from qa.answering.claim_check.relation_rules import denied_or_opposite, swapped_roles
from qa.answering.polarity.not_done import claim_of

__all__ = ["find_reversing"]

_RULES = (swapped_roles, opposite_words, denied_or_opposite)
# "Brine & Sons, a salt works in Ardenia, sued": what stands in between names nobody else.
_APPOSITION = re.compile(r"(?<=\w), (?:an?|the|its|his|her|then|now) [^,;.:]{2,80},(?= [a-z])")
_NUMBERED = re.compile(r"^\W*\d+[.)] ")


def find_reversing(question: str, sentences: Sequence[str]) -> int | None:
    """The number of the sentence that has what a question says the other way round; None if none has.

    `sentences` stand together; one that says it as the question does speaks for all.
    """
    claim = claim_of(question)
    if claim is None:
        return None
    lines = [_NUMBERED.sub("", _APPOSITION.sub("", sentence)) for sentence in sentences]
    for rule in _RULES:
        if any(rule(claim, lines)):
            return next((number for number, line in enumerate(lines) if any(rule(claim, (line,)))), None)
    return None
