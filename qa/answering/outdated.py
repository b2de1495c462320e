"""What a sentence tells of before, or what its text calls a mistake."""

import re

from qa.answering.sentence_ranking import RankedSentence

__all__ = [
    "had_been",
    "is_outdated",
    "puts_right",
    "says_right",
    "says_still",
    "tells_mistake",
    "tells_of_before",
]

_ERROR = (
    r"\b(?:misprint|(?:typing )?errors?|mistakes?|mistaken|slip|transposed|disregard|"
    r"no longer (?:holds?|valid|applies|in force)|put right|"
    r"(?:was|were|is|are) (?:wrong|false|incorrect|untrue)|out of date|superseded|sorry|overlooked)\b"
)
# What an earlier text of one's own said, what has been replaced, and who was there before.
_OF_BEFORE = re.compile(
    r"\b(?:we (?:wrote|had)|had (?:first |originally |previously )?(?:forecast|expected|estimated|"
    r"pencilled|put|announced|planned|proposed)|(?:circular|briefing|note|notice|issue|edition|version|answer|post|draft|"
    r"bulletin|letter|report)\b.{0,40}\b(?:stated|said|gave|wrote|put|read|were|was)|former(?:ly)?|"
    r"previous(?:ly)?|(?:first|originally|wrongly|mistakenly|erroneously|initially) (?:given|"
    r"reported|printed|stated|put|listed|recorded|quoted)|"
    r"(?<!than they )(?<!than it )(?<!than he )(?<!than she )(?<!than we )used to|"
    r"until (?:now|then|(?:\w+ ){0,2}(?:19|20)\d\d)|"
    r"(?:a|one|two|\d+) years? (?:ago|earlier|before)|(?:last|the) (?:year|month|week) before)\b",
    re.IGNORECASE,
)
_OWN_ERROR = re.compile(_ERROR, re.IGNORECASE)
# "It is not 12 percent, as the notice said: that was a slip" calls another value wrong.
_ERROR_BEHIND = re.compile(
    rf"\W*(?!(?:this|that|it|the figure) (?:is|was)(?: not|n['’]t) [$€£]?\d)"
    rf"(?:this|that|it|the figure|both|two|please)\b.*{_ERROR}",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:correct|right|true|actual|proper) (?:figure|number|amount|quantity|value|sum|price|rate|share|"
    r"date|name|one|total)\b|\b(?:should|ought to) (?:have )?(?:be|been|read|say)\b|"
    r"\b(?:revised|corrected|restated) (?:(?:up|down|up\w+|down\w+) )?to\b|"
    r"\b(?:it|they) (?:is|was|are|were) (?:in fact|really|actually)\b|\bin fact\b",
    re.IGNORECASE,
)
# "It is 2,400 tonnes", behind what was written before.
_GIVES_VALUE = re.compile(
    r"(?:It|They|That|The (?:figure|number|sum)) (?:is|was|are|were) [$€£]?\d", re.IGNORECASE
)
_WROTE = re.compile(
    r"\b(?:we|I|this (?:paper|digest|letter|page)|(?:an|the|our) (?:earlier|first|last|previous)\b[^.]{0,40})"
    r" (?:wrote|said|reported|printed|gave|put|had|called|stated)\b|"
    r"\bused to (?:report|say|give|print|state|write)\b",
    re.IGNORECASE,
)
# Why a figure of before was wrong, said beside the right one.
_MISCOUNTED = re.compile(
    r"\b(?:digits?|figures?|numbers?|columns?|rows?|names?) (?:had been|were|was|have been|got) "
    r"(?:swapped|exchanged|transposed|mixed up|confused|reversed)\b|"
    r"\bfor [\"“‘'][^\"”’']{1,60}[\"”’'],? (?:please )?read\b|"
    r"\bcounted (?:twice|double)\b|\bdouble[- ]counted\b|\bmiscounted\b|\bmiscalculated\b",
    re.IGNORECASE,
)
_HAD_BEEN = re.compile(
    r"\bhad (?:\w+ly )?(?:been|paid|stood|charged|cost|reached|risen|fallen|climbed|applied|held|borne|"
    r"owed)\b",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:remains?|still|was and (?:is|remains)|now|as of|at present)\b", re.IGNORECASE)


def is_outdated(ranked: RankedSentence) -> bool:
    """Whether a sentence tells what was before, or what it or the next one calls a mistake."""
    passage = ranked.passage
    text = ranked.text
    behind = passage.sentences[ranked.number + 1 : ranked.number + 2]
    if any(_ERROR_BEHIND.match(passage.slice(sentence)) for sentence in behind):
        return True
    return not says_still(text) and tells_of_before(text)


def tells_of_before(text: str) -> bool:
    """Whether a sentence speaks, by its own words, of what was before or of a mistake."""
    return bool(_OF_BEFORE.search(text) or _OWN_ERROR.search(text))


def had_been(text: str) -> bool:
    """Whether a sentence tells what had been so until something else came: "had paid", "had reached"."""
    return _HAD_BEEN.search(text) is not None


def says_still(text: str) -> bool:
    """Whether a sentence says that something goes on, or is so now."""
    return _STILL.search(text) is not None


def says_right(text: str) -> bool:
    """Whether a sentence says that it gives the right value: "The correct quantity is 1.6 million tonnes"."""
    return _RIGHT.search(text) is not None


def puts_right(ranked: RankedSentence) -> bool:
    """Whether a sentence gives the right value in place of a wrong one, or says how that came to be."""
    return says_right(ranked.text) or _MISCOUNTED.search(ranked.text) is not None


def tells_mistake(ranked: RankedSentence) -> bool:
    """Whether a sentence says what was written wrongly: "On Tuesday we wrote", "was an error"."""
    passage = ranked.passage
    behind = passage.sentences[ranked.number + 1 : ranked.number + 2]
    is_put_right = any(
        says_right(text := passage.slice(sentence)) or _GIVES_VALUE.match(text) for sentence in behind
    )
    return bool(_OWN_ERROR.search(ranked.text) or (is_put_right and _WROTE.search(ranked.text)))
