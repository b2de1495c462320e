"""Of the names and days of a sentence the one that is asked for, where the words leave no doubt."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from qa.answering.polarity.former_names import NAME_WORD
from qa.query.conditions.names import INSTITUTION_WORDS
from qa.query.conditions.periods import find_periods
from qa.query.countries import is_name_of_country
from qa.schema import Span
from qa.text.terms import own_stems, telling_stems, word_stems

__all__ = ["best_day_span", "best_person_span"]

_WHO = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:who|whom|by whom|to whom|which (?:minister|official|person))\b",
    re.IGNORECASE,
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Sir)\.? )"
# The role alone: of "the deputy director" another one is asked.
_ROLE = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?who(?:['’]s| is)(?: now| currently)? "
    r"(?:the |(?:[\w.]{1,30} ){0,3}?[\w.]{1,30}['’]s? )?"
    r"(?:(?:new|current|present) )?(?P<role>[a-z]{4,20}(?:[ -](?:general|minister))?)"
    r"(?= (?:of|in|at|for)\b|[ ?]*$)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r", (?!(?:and|or|as well as)\b)[a-z]")
_PERSON = re.compile(
    rf"{_TITLE}?{NAME_WORD}(?: (?:van|von|de|del|der|da|al|bin) )?(?: {NAME_WORD}){{1,3}}|{_TITLE}{NAME_WORD}"
)
# "ADA BRINK: Emil Tor chose it": who says it is not who did it.
_SPEAKER = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:[ .’'-]{1,2}[^\W\d_a-z][^\W\d_]*){0,3}: ")
_MAX_SPEAKER_CHARS = 60
_SAYS = re.compile(
    r"\b(?:sa(?:y|ys|id)|tells?|told|speaks?|spoke|asks?|asked|thinks?|thought)\b", re.IGNORECASE
)
_AT = re.compile(r"\b(?:in|at|near)(?: the)? \Z")
_APART = re.compile(r"[,;]\s|\s(?:and|but|while|whereas)\s")
_FIRST_WORDS = frozenset("the a an its his her their our in on at by for of but and".split())
# "When does it first need", "when did it take effect": a day, and not how long before something.
_ASKS_DAY = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:when|since when|from (?:when|what day|which day)|on (?:what|which) day)\b"
    r"(?=.*\b(?:first|start\w*|beg[aiu]n\w*|takes? effect|took effect|com(?:e|es|ing) into|came into|"
    r"enter\w*|expir\w+|end\w*|lapse\w*|open\w*|launch\w*|publish\w*|sign\w*|found\w*)\b)",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^\W*(?:(?:and|so|but)\W+)?(?:when|on (?:what|which) (?:day|date))\b", re.IGNORECASE)
_ASKS_OF_PLAN = re.compile(r"\b(?:original|first|initial|plan|schedul|suppos|due|meant)", re.IGNORECASE)
_HAD_BEEN_SET = re.compile(
    r"\b(?:had (?:first |originally )?been|(?:was|were) (?:first|originally)) (?:set|planned|scheduled|due|"
    r"fixed|expected|meant)\b[^;.]{0,60}",
    re.IGNORECASE,
)
_TO_DAY = re.compile(r"(?: to |[–-])\d{1,2}\b")


def best_person_span(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """The person of the part of a sentence that the question speaks of, given the span that was read.

    "The Council is led by Ada Brink, the Club by Emil Tor": who leads the Club. Elsewhere it is `span`.
    """
    if speaker := _SPEAKER.match(sentence) if span[1] <= _MAX_SPEAKER_CHARS else None:
        others = _persons(sentence[speaker.end() :]) if _WHO.search(question) else []
        is_read = span[1] <= speaker.end() and not _SAYS.search(question)
        if is_read and len(others) == 1:
            return speaker.end() + others[0].start, speaker.end() + others[0].end
        return span
    if held := _holder_of_role(question, sentence):
        return held
    span = _without_apposition(sentence, span) if _WHO.search(question) else span
    known = word_stems(question)
    # Whom the question names it does not ask for.
    persons = [
        person
        for person in (_persons(sentence) if _WHO.search(question) else [])
        if not word_stems(sentence[person.start : person.end]) <= known
    ]
    at = next((n for n, one in enumerate(persons) if one.start < span[1] and span[0] < one.end), -1)
    is_asked = word_stems(sentence[span[0] : span[1]]) <= known
    parts = _parts(sentence, persons)
    if (at < 0 and not is_asked) or not parts:
        return (persons[0].start, persons[0].end) if is_asked and len(persons) == 1 else span
    own = own_stems(telling_stems(question), parts)
    telling = [number for number, said in enumerate(own) if said]
    # What only the first part says ("is led") the others may leave out.
    if len(telling) == 2 and telling[0] == 0:
        telling = [telling[1]] if not _names_subject(own[0], parts[0], persons[0]) else []
    if len(telling) != 1 or telling[0] == at or (telling[0] == 0 and at >= 0):
        return span
    return persons[telling[0]].start, persons[telling[0]].end


def _holder_of_role(question: str, sentence: str) -> tuple[int, int] | None:
    """Who stands beside the role that is asked for: "its director, Ada Brink," or "Director Ada Brink"."""
    asked = _ROLE.search(question)
    if asked is None:
        return None
    role = re.compile(rf"\b{re.escape(asked['role'])},? ", re.IGNORECASE)
    held = [
        (match.end(), person.end)
        for match in role.finditer(sentence)
        for person in _persons(sentence)
        if person.start <= match.end() < person.end  # a title counts as the first words of a name
    ]
    return held[0] if len(held) == 1 else None


def _without_apposition(sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """The person alone, where a span begins with one and goes on to say what that one is or does."""
    for person in _persons(sentence):
        if person.start == span[0] and person.end < span[1] and _GOES_ON.match(sentence, person.end):
            return person.start, person.end
    return span


def best_day_span(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """The only day or month of a sentence where a question asks for one and the span read has none.

    Of a day that had been set, the one that it was moved to.
    """
    if _WHEN.search(question) and not _ASKS_OF_PLAN.search(question):
        for plan in _HAD_BEEN_SET.finditer(sentence):
            later = [period for period in find_periods(sentence) if period.named >= plan.end()]
            if plan.start() <= span[0] and span[1] <= plan.end() and len(later) == 1:
                until = _TO_DAY.match(sentence, later[0].end)
                return later[0].named, until.end() if until else later[0].end
    if not _ASKS_DAY.search(question):
        return span
    days = [
        period
        for period in find_periods(sentence)
        if (period.day is not None or period.months is not None) and not period.is_relative
    ]
    if len(days) != 1 or find_periods(sentence[span[0] : span[1]]):
        return span
    return days[0].named, days[0].end


def _persons(sentence: str) -> list[Span]:
    found = []
    for match in _PERSON.finditer(sentence):
        first = match[0].split()[0]
        start = match.start()
        if first.casefold() in _FIRST_WORDS:
            start += len(first) + 1
        name = sentence[start : match.end()].split()
        is_place = _AT.search(sentence[:start]) or is_name_of_country(" ".join(name))
        if len(name) > 1 and name[-1].casefold() not in INSTITUTION_WORDS and not is_place:
            found.append(Span(start, match.end()))
    return found


def _parts(sentence: str, persons: Sequence[Span]) -> list[str]:
    """The sentence in parts of one person each; empty where nothing parts two of them."""
    cuts = [0]
    for first, second in pairwise(persons):
        marks = list(_APART.finditer(sentence, first.end, second.start))
        # Names that follow each other closely are a list: "Ada Brink, Emil Tor and Ida Lunt".
        if not marks or not re.search(r"\w{2}", sentence[marks[0].end() : second.start]):
            return []
        mark = next((one for one in marks if one[0].startswith(";")), marks[0])
        cuts.append(mark.start())
    return [sentence[a:b] for a, b in pairwise([*cuts, len(sentence)])] if len(persons) > 1 else []


def _names_subject(found: AbstractSet[str], part: str, person: Span) -> bool:
    """Whether a word stands before the verb of the first part: it tells whom that part is about."""
    subject = re.split(r"\b(?:is|are|was|were|has|have|had)\b", part[: person.start])[0]
    return bool(found & word_stems(subject))
