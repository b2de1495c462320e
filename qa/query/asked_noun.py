"""What a "what" or "which" question asks for, by the noun behind that word, and whether it is one thing."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

__all__ = ["AskedNoun", "find_asked_noun"]

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
_ASKING = re.compile(
    r"\b(?P<word>what|which)(?P<verb>['’]s| is| was)?\s+(?:(?:the|one|another)\s+)?(?:[\w.-]+['’]s?\s+)?"
    r"(?=\w)",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"(?:\bthe|\bone|\banother|['’]s?)\s+\Z", re.IGNORECASE)
_OF_KIND = frozenset("kind kinds type types sort sorts form forms".split())
# What ends a noun: the verbs and small words that may follow it. A verb in "-ed" ends it, too.
_AUXILIARIES = frozenset(
    """is are was were be been do does did has have had can could will would shall should may might
    must""".split()
)
_PREPOSITIONS = frozenset(
    "of in on at by for from to with about under over between among besides during behind since".split()
)
_ARTICLES = frozenset("a an the".split())
_STOPS = _ARTICLES | frozenset(
    "that who whom whose which what other than not also still now yet already and or".split()
)
_ENDS = _AUXILIARIES | _PREPOSITIONS | _STOPS
_ADVERBS = frozenset("still now yet already also currently then not no again".split())
_PLURALS = frozenset("people men women children data criteria media".split())
_SINGULARS = frozenset("gas bus lens series news means politics economics".split())
_NUMBERS = frozenset("two three four five six seven eight nine ten eleven twelve several both all".split())
_PARTICIPLES = frozenset("said done known meant being happening going".split())
# Verbs that "what" may be the subject of.
_VERBS_OF_WHAT = frozenset(
    """happens causes makes made leads led drives drove keeps kept gives gave needs explains stands stood
    counts speaks spoke matters remains comes came prevents separates distinguishes occurs follows becomes
    became changes goes went stops hinders holds else about if""".split()
)
_NOUNS_IN_ED = frozenset("need speed feed seed breed deed".split())
# Nouns that take a sentence or several, not a word or two.
_TOLD_NOUNS = frozenset(
    """reason effect impact consequence role difference position argument view significance relationship
    purpose approach reaction response evidence stance opinion explanation progress advice influence
    importance way sense manner outlook attitude strategy policy plan idea complaint nature outcome fate
    background context story concern obstacle challenge problem issue danger risk worry hurdle drawback
    advantage benefit objection criticism prospect""".split()
)
_MAX_WORDS = 5  # of a noun with what describes it


class AskedNoun(NamedTuple):
    """The noun that is asked for: its last word, in lower case, and what it takes to answer.

    `wants` is "one" for a word or two ("which pipeline", "what is the capital"), "several" for a plural
    ("which steel products"), "prose" for what takes sentences ("what effect").
    """

    noun: str
    wants: Literal["one", "several", "prose"]


def find_asked_noun(question: str) -> AskedNoun | None:
    """The noun behind "what", "which" or "what is the"; None where there is none ("What did Peru buy?")."""
    asking = _ASKING.search(question)
    if asking is None or bool(asking["verb"]) != bool(_DETERMINED.search(asking[0])):
        return None
    written = _WORD.findall(question[asking.end() :])
    while written and written[0] in ("other", "specific", "particular"):
        del written[0]
    if asking["word"].casefold() == "which" and _is_described_by_name(written):
        del written[0]
    words = [word.casefold() for word in written]
    if words[1:2] == ["of"] and words[0] in _OF_KIND:
        return AskedNoun(words[0], "several" if words[0].endswith("s") else "one")
    if not words or words[0] in _ENDS | _VERBS_OF_WHAT | _PARTICIPLES or _is_verb(asking["word"], written):
        return None
    length = _noun_length(words)
    noun = words[length - 1]
    if noun in _TOLD_NOUNS or (asking["verb"] and noun == "state"):
        return AskedNoun(noun, "prose")
    is_several = _is_plural(noun) or words[0] in _NUMBERS or words[0].isdigit()
    return AskedNoun(noun, "several" if is_several and not asking["verb"] else "one")


def _is_verb(asking_word: str, written: Sequence[str]) -> bool:
    """Whether a verb follows "what": "what caused it", "what governs the trade"."""
    if asking_word.casefold() != "what":
        return False
    first, second = written[0], written[1] if len(written) > 1 else ""
    if first.endswith("ed") and first not in _NOUNS_IN_ED:
        return not _AUXILIARIES.intersection(written[1:_MAX_WORDS])  # "what combined duty did"
    return _is_plural(first) and (second in _ARTICLES or second[:1].isupper())


def _is_described_by_name(written: Sequence[str]) -> bool:
    """Whether a name stands before the noun: "Moroccan kilns"."""
    return (
        len(written) > 1
        and written[0][0].isupper()
        and written[1].islower()
        and written[1] not in _ENDS
        and _is_plural(written[1])
    )


def _noun_length(words: Sequence[str]) -> int:
    """How many of the words are the noun with what describes it."""
    for length in range(1, min(_MAX_WORDS, len(words)) + 1):
        if length == len(words) or _following(words[length:]) in _ENDS:
            return length
        if length == 1 and _is_plural(words[0]):
            return length  # "which countries belong"
        if words[length].endswith(("ed", "s")) and not _continues_noun(words[length], words[length + 1 :]):
            return length
    return 1


def _following(words: Sequence[str]) -> str:
    return next((word for word in words if word not in _ADVERBS), "")


def _continues_noun(word: str, rest: Sequence[str]) -> bool:
    """Whether a word in "-s" or "-ed" belongs to the noun: "steel products did", not "body sets the"."""
    following = _following(rest)
    if word.endswith("ed") and "-" not in word and word not in _NOUNS_IN_ED:
        return following in _AUXILIARIES
    return not following or following in _AUXILIARIES or following == "of" or following.endswith("ed")


def _is_plural(word: str) -> bool:
    if word in _PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULARS
