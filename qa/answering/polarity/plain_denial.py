"""A plain "no": a sentence that is sure to answer and denies, in whatever words, what is asked.

"Physicians may not." denies that doctors may, though they share no word. Only a sentence that the reader
takes for the answer is looked at so, and only one of which one part denies, that part with more of the
question's words than the others.
"""

import re
from itertools import pairwise

from qa.answering.polarity.clauses import find_concepts
from qa.schema import Span

__all__ = ["denies_plainly"]

_NOT = (
    r"not|never|none|nobody|nothing|neither|nor|cannot|"
    r"no(?! (?:doubt|matter|more than|less than|later than|\d))"
)
_OUT = (
    r"without the right|outside|left (?:out|alone)|excluded|exempt|stay(?:s|ed)? away|rejected|turned down|"
    r"ruled out|impossible|lapsed"
)
_DENIES = re.compile(rf"\b(?:{_NOT}|{_OUT})\b|n['’]t\b", re.IGNORECASE)
_DENIES_TWICE = re.compile(rf"(?:\b(?:{_NOT})\b|n['’]t\b)(?:\W+\w+){{0,2}}\W+(?:{_OUT})\b", re.IGNORECASE)
# "who were exempt" tells what was.
_FORMERLY = re.compile(r"\b(?:who|which|that) (?:was|were|had(?: been)?) \Z", re.IGNORECASE)
# Nothing is decided by what is not known or holds in a case; a part decides nothing that holds of some alone,
# or is a plan.
_NOT_KNOWN = re.compile(
    r"\b(?:whether(?! or not\b)|if|unless|unknown|undecided|unclear|"
    r"not (?:yet )?(?:be |been )?(?:know\w*|say|said|clear|decided|published|released|part of this)|"
    r"no (?:figures?|data|information|decision|results?))\b",
    re.IGNORECASE,
)
_IN_PART = re.compile(
    r"\b(?:except\w*|only|most|some|many|all|every|always|necessarily|both|just|alone|until|before|otherwise|"
    r"instead of|rather than|(?:and|or) (?:by|in|to|for|from) (?:nobody|none)|plans?|would|wants?|proposed|"
    r"once)\b",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"[;:]|(?<=\w\w)[.!?]\s(?=[A-Z(])|"
    r",? \b(?:but|while|whereas|however|although|though|because|since|for the)\b",
    re.IGNORECASE,
)
# What a question asks of that is a kind of no itself, or of how much.
_ASKS_OTHERWISE = re.compile(
    r"\b(?:not|never|no|without|nobody|nothing|none|neither|or|all|every|only|both|exempt\w*|free|spared?|"
    r"protect\w*|exclud\w*|bar(?:red|s)?|bann?\w*|prohibit\w*|forbid\w*|outlaw\w*|illegal|closed?|end\w*|"
    r"expir\w*|laps\w*|abolish\w*|scrap\w*|suspend\w*|lift\w*|safe|refus\w*|reject\w*|den(?:y|ie)\w*|"
    r"oppos\w*|object\w*|fail\w*|stop\w*|avoid\w*|escape\w*|out of|outside|left out|let off|lose|lost|"
    r"more|less|fewer|higher|lower|same|different|twice|double)\b|n['’]t\b",
    re.IGNORECASE,
)


def denies_plainly(question: str, sentence: str) -> Span | None:
    """The words with which a sentence that answers a yes/no question denies it; None where it need not."""
    if _ASKS_OTHERWISE.search(question) or _NOT_KNOWN.search(sentence) or _DENIES_TWICE.search(sentence):
        return None
    cuts = [cut for cut in _CUT.finditer(sentence) if not _goes_on(sentence, cut)]
    parts = list(pairwise([0, *(cut.end() for cut in cuts), len(sentence)]))
    denials = {part: _find_denial(sentence, *part) for part in parts}
    denying = [part for part, denial in denials.items() if denial]
    if len(denying) != 1 or _IN_PART.search(sentence, *denying[0]):
        return None
    asked = find_concepts(question)
    told = {part: len(asked & find_concepts(sentence[slice(*part)])) for part in parts}
    others = [count for part, count in told.items() if part != denying[0]]
    return denials[denying[0]] if told[denying[0]] > max(others, default=-1) else None


def _find_denial(sentence: str, start: int, end: int) -> Span | None:
    found = _DENIES.search(sentence, start, end)
    return Span(*found.span()) if found and not _FORMERLY.search(sentence[: found.start()]) else None


def _goes_on(sentence: str, cut: re.Match[str]) -> bool:
    """Whether what follows says the same as what is denied before it: "not to be removed, but kept"."""
    return cut[0].strip(" ,").casefold() == "but" and _DENIES.search(sentence, 0, cut.start()) is not None
