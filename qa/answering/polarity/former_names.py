"""Whom or what a sentence says to be there no longer: who left, was followed, or lost first place."""

import re

from qa.query.conditions.periods import find_periods
from qa.schema import Span
from qa.text.terms import word_stems

__all__ = [
    "NAME_WORD",
    "asks_who_went",
    "best_successor_span",
    "find_capitalized",
    "former_names",
    "successors",
]

NAME_WORD = r"[^\W\d_a-z][\w’'-]{1,40}"
_NAME = rf"{NAME_WORD}(?: (?:(?:van|von|de|del|der|da|al|bin) )?{NAME_WORD}){{0,4}}"
_HAS = r"(?:(?:has|have|had|is|was|were) )?(?:(?:been|since|just|now|recently|already|then) ){0,2}"
_WENT = (
    r"(?:left(?! [^.;]{0,40}\b(?:unchanged|alone|open|out|as|at|where|to)\b)|quit|retired|resigned|"
    r"stepped (?:down|aside|back)|stood down|died|moved (?:on|to)|gone|went to|"
    r"dismissed|sacked|ousted|voted out|removed from|called back|gave up)"
)
_GAVE_WAY = (
    r"(?:was|were|has been|had been|will be|is) (?:\w+ )?(?:followed|succeeded|replaced|relieved)"
    r" (?:\w+ ){0,4}by"
)
_HANDED_ON = (
    r"(?:(?:has|have|had)(?: had to)? )?"
    r"(?:hands?|handed|passe[sd]|gave|cede[ds]?|yield(?:s|ed)?|turned|sold) "
    r"(?:\w+ ){0,10}?to"
)
_ENDED = (
    r"['’]s? (?:[a-z]+ ){0,2}?(?:term|mandate|contract|lease|concession) (?:\w+ )?"
    r"(?:ended|ends|expired|ran out)"
)
_LOST = (
    r"(?:(?:has|have|had) )?(?:lost|lose|loses|given up|gave up|dropped|fallen|fell) (?:[a-z]+ ){0,3}?"
    r"(?:first|top|lead|leading|place|spot|position|rank|second|third)"
)
_NO_LONGER = r"(?:is|are|was|were) no longer"
_ASIDE = r"(?:,| ?, [^,;:.]{1,80},)?"
_FOLLOWED = (
    r"(?:(?:follow(?:s|ed)|succeed(?:s|ed)|replace[sd]|relieve[sd])(?! by\b)|took over from|takes over from|"
    r"took the place of|takes the place of|in (?:the )?place of|overtook|overtakes|has overtaken|"
    r"bought out|absorbed|passed(?= [^,;.]{1,40} as (?:the )?(?:\w+ )?(?:lead|larg|big|main|first|top|best)))"
)
# "The auction has said goodbye to Mbari", "The office moved from Harl to Dunhaven".
_LEFT_BEHIND = (
    r"(?:goodbye to|outgrown|outgrew|deserted|vacated|has left|have left|"
    r"(?:moved|shifted|gone|relocated|transferred) (?:away |out )?(?:from|of))"
)
# "Emil Tor has retired", "Emil Tor was replaced in May by Ada Brink", "Arden has lost first place".
_BEFORE_VERB = re.compile(
    rf"(?P<name>{_NAME})"
    rf"(?:{_ENDED}|{_ASIDE} (?:{_HAS}{_WENT}|{_GAVE_WAY}|{_HANDED_ON}|{_LOST}|{_NO_LONGER}))\b"
)
# "Ada Brink followed Emil Tor", "no longer Emil Tor".
_BEHIND_VERB = re.compile(rf"\b(?:{_FOLLOWED}|{_LEFT_BEHIND}|no longer) (?:\w+ ){{0,2}}?(?P<name>{_NAME})")
# "Ms Brink now heads the Club; her former post is held by Emil Tor".
_POST_TAKEN = re.compile(
    r"\b(?:her|his) (?:former |old |previous )?(?:post|job|seat|desk|place|chair|office|role) "
    r"(?:is|was|has|went|goes|fell|passed)\b"
)
_OTHER_NAME = re.compile(_NAME)
_SMALL = frozenset(
    """the a an its his her their our in on at by for of but and since as after until it he she they today
    now""".split()
)
_ASKS_WHO_WENT = re.compile(
    r"\b(?:left|leav\w+|retir\w+|resign\w*|step\w*|stood|replac\w+|succe\w+|follow\w*|hand\w*|los[te]\w*|die[ds]?|"
    r"quit\w*|dismiss\w*|sack\w*|oust\w*|gone|former\w*|before|previous\w*|predecessor\w*|s[eo]ld?|sell\w*|gave|"
    r"give\w*|over(?:took|take\w*))\b",
    re.IGNORECASE,
)


def asks_who_went(question: str) -> bool:
    """Whether a question asks for whom or what was there before, or for the change itself."""
    return _ASKS_WHO_WENT.search(question) is not None


def former_names(sentence: str) -> list[Span]:
    """The names that a sentence says to be of before, in order."""
    if post := _POST_TAKEN.search(sentence):
        return [name for name in find_capitalized(sentence)[:1] if name.end <= post.start()]
    places = [
        match.span("name") for pattern in (_BEFORE_VERB, _BEHIND_VERB) for match in pattern.finditer(sentence)
    ]
    return [
        name
        for name in (find_capitalized(sentence) if places else ())
        if any(start <= name.start and name.end <= end for start, end in places)
    ]


def find_capitalized(sentence: str) -> list[Span]:
    """The words with capitals that stand together, in order, but for days, months and a first small word."""
    periods = find_periods(sentence)
    return [
        span
        for match in _OTHER_NAME.finditer(sentence)
        if (span := _trimmed(sentence, *match.span()))
        and not any(period.named < span.end and span.start < period.end for period in periods)
    ]


def successors(question: str, sentence: str) -> list[Span]:
    """The names of a sentence that are neither of before nor named in the question."""
    former, asked = former_names(sentence), word_stems(question)
    return [
        name
        for name in find_capitalized(sentence)
        if not any(one.start < name.end and name.start < one.end for one in former)
        and not word_stems(sentence[name.start : name.end]) <= asked
    ]


def best_successor_span(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The name that a sentence puts in the place of the one that was read, if that one is of before.

    None where it names no other; `span` where several are named, or the question asks who went.
    """
    former = former_names(sentence)
    is_former = any(one.start < span[1] and span[0] < one.end for one in former)
    if not is_former or asks_who_went(question):
        return span
    others = successors(question, sentence)
    if not others:
        return None
    return (others[0].start, others[0].end) if len(others) == 1 else span


def _trimmed(sentence: str, start: int, end: int) -> Span | None:
    """The name without a small first word and its possessive ending."""
    first = sentence[start:end].split()[0]
    if first.casefold() in _SMALL:
        start += len(first) + 1
    if end - start > 2 and sentence[end - 2 : end] in ("'s", "’s"):
        end -= 2
    return Span(start, end) if start < end else None
