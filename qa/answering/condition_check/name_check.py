"""Whether the evidence is about who and what is asked of, or about another."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.answering.condition_check.body_names import find_body_apart
from qa.answering.condition_check.evidence import (
    Evidence,
    PartReading,
    contradicted,
    met,
    unstated,
)
from qa.answering.condition_check.list_items import find_other_item
from qa.answering.condition_check.role_check import (
    find_doers_elsewhere,
    find_others_in_role,
    is_post_of_another,
)
from qa.answering.condition_check.same_phrase import (
    find_others_gone_to,
    find_others_in_phrase,
    find_place_before,
)
from qa.query.conditions.name_comparison import are_alike, are_twins, find_name, is_same_word, is_slip
from qa.query.conditions.names import Name, NameWord, split_name, without_possessive
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS, SMALL_WORDS, stem

__all__ = ["asks_as_partner", "check_name", "name_of"]

# A name stands for whom a figure is of: "31 percent to Bolivia", "Bolivia bought 31 percent".
_FIGURE_BEFORE = re.compile(
    r"\d[\w.,]{0,40}%?(?: [^\W\d_]{1,40}){0,2} (?:to|from|in|for|by|with|of)(?: the)? \Z"
)
_FIGURE_BEHIND = re.compile(r"(?:[’']s?)?,?(?: [^\W\d_]+){0,2}(?: with)? [$€£]?\d")
_TO_PARTNER = re.compile(r"\b(?:to|from|with|by|into)(?: the)? \Z", re.IGNORECASE)
_SET_APART = re.compile(
    r"\b(?:(?:not|never) (?:to )?be (?:confused|mistaken)(?: with| for)|unlike|distinct from|"
    r"different from|not the same as)(?: the)? \Z",
    re.IGNORECASE,
)
# A body in short, and what may stand in front of the name that a sentence is about.
_SHORT = re.compile(r"\b[Tt]he (?P<head>[A-Z][a-z]+)\b(?! (?:of\b|[A-Z]))")
_SUBJECT = re.compile(r"(?:(?:In|On|For|By|Since) [^,]{1,40}, ?)?(?:[Tt]he )?")
_REFERS_BACK = re.compile(
    r"(?:it|they|this|that|these|those|there|of (?:it|this|that|these|those|them))\b", re.IGNORECASE
)
# Whose something is, by a word for the sentence before.
_HAS_OWNER = re.compile(r"\A(?:Its|Their|It)\b|\A[^.;:]{0,40}, its\b")
_MAX_OWNED = 3  # words behind a name that may be its own
_IN_CITY = re.compile(r"\b(?:in|at|near) [A-Z][\w’'-]{1,30}(?: [A-Z][\w’'-]{1,30}){0,2}, \Z")
_ROW_HEAD = re.compile(r"(?:\A|; ?|\| ?)[^:;|]+: \Z")  # of a table's row, before its whole value


def check_name(
    condition: Condition, evidence: Evidence, asked: Sequence[Condition], question: str
) -> CheckedCondition:
    """Met by the first part that says the name, its acronym or its long form.

    Contradicted where the answer itself, or its heading, has a name that is easily taken for it, or is about
    another body of its sort; where what the question calls its own is another's ("Mexican mining" for
    Canada's), or another does what it asks of the name; where its figures are those of others and no nearer
    part says the name; and where it is another one's row.
    """
    name = name_of(condition)
    if name is None:
        return unstated(condition)
    places = [(reading, _find_place(name, reading)) for reading in evidence.readings]
    asked_names = [one for one in map(name_of, asked) if one]
    said = [*asked_names, *_plain_names(question, evidence)]
    owners = _other_owners(name, evidence, said, question)
    own = next(((reading, place) for reading, place in places if place and reading.is_own), None)
    gone_to = find_others_gone_to(name, question, evidence)
    rivals = [*owners, *find_doers_elsewhere(name, question, evidence, said), *(gone_to if own else ())]
    if rivals or is_post_of_another(name, question, evidence):
        return contradicted(condition, rivals)
    if own:
        return met(condition, *own)
    if in_short := _find_short(name, evidence, said):
        return met(condition, *in_short)
    is_near = any(place and reading in evidence.near for reading, place in places)
    if bodies := list(_other_bodies(name, evidence, said, anywhere=not is_near)):
        return contradicted(condition, bodies)
    without = [reading for reading, place in places if place is None and reading in evidence.ruling]
    if look_alikes := [text for text, other in _other_names(without, said) if are_alike(name, other)]:
        return contradicted(condition, look_alikes)
    around = next(((reading, place) for reading, place in places if place), None)
    is_partner = asks_as_partner(condition, question)
    others = _find_rivals(name, around, evidence, asked_names, said, is_partner=is_partner)
    if others or (is_partner and _is_told_beside(name, evidence, asked_names)):
        return contradicted(condition, others)
    items = find_other_item(name, around[0], evidence) if around else []
    in_phrase = find_others_in_phrase(name, question, evidence, said)
    set_elsewhere = (
        find_place_before(name, question, evidence) if around and around[0].part.by == "context" else []
    )
    if beside := [
        *items,
        *set_elsewhere,
        *in_phrase,
        *gone_to,
        *find_others_in_role(name, question, evidence, said),
    ]:
        return contradicted(condition, beside)
    return met(condition, *around) if around else unstated(condition)


def _find_place(name: Name, reading: PartReading) -> tuple[int, int] | None:
    """Where a part says the name, but not to tell another from it: "not to be confused with the Office".

    Nor where it only says where a town lies: "in Santiago, Chile,".
    """
    place = find_name(name, reading.part.text, reading.words)
    before = reading.part.text[: place[0]] if place else ""
    return None if _SET_APART.search(before) or (name.is_country and _IN_CITY.search(before)) else place


def _find_rivals(
    name: Name,
    around: tuple[PartReading, tuple[int, int]] | None,
    evidence: Evidence,
    asked: Sequence[Name],
    said: Sequence[Name],
    *,
    is_partner: bool,
) -> Sequence[str]:
    """Whose the figures are instead where the name stands no nearer; of a partner, also around.

    Not where they stand in the place of another asked name, which is there with them: "from Chile 9 tonnes,
    from Peru 14" says nothing against Poland, which bought them.
    """
    if not _is_weak(around, evidence, is_partner=is_partner):
        return ()
    others = list(_figure_owners(evidence.own, name, said))
    is_far = around is None or (around[0].part.by == "document" and not around[0].is_opening)
    if is_partner and evidence.knows_document and is_far:
        return [*others, *_figure_owners(evidence.readings, name, said)]
    if is_far and name.is_country and evidence.knows_document and not evidence.is_row:
        # The document is of others, and so is what it says here: "British-built cars" of the EU's.
        others += [text for text, other in _other_names(evidence.own, said) if other.is_country]
    is_of_others = any(
        other.keys != name.keys
        and _is_same_make(name, other)
        and find_name(other, reading.part.text, reading.words)
        for other in asked
        for reading in evidence.own
    )
    return () if is_of_others and not is_partner else others


def _is_told_beside(name: Name, evidence: Evidence, asked: Sequence[Name]) -> bool:
    """Whether a sentence around has the name's own figure, and the answer that of another asked name."""
    others = [other for other in asked if other.keys != name.keys]
    if not any(
        own.figures
        and not _REFERS_BACK.match(own.part.text)
        and any(find_name(other, own.part.text, own.words) for other in others)
        for own in evidence.own
    ):
        return False
    if any(find_name(name, reading.part.text, reading.words) for reading in evidence.ruling):
        return False
    return any(
        _FIGURE_BEFORE.search(reading.part.text[: words[0].start])
        or _FIGURE_BEHIND.match(reading.part.text[words[-1].end :])
        for reading in evidence.readings
        if reading.part.by == "context"
        for first, last in _places(name, reading.words)
        if (words := reading.words[first:last])
    )


def asks_as_partner(condition: Condition, question: str) -> bool:
    """Whether the question has the name as one side of a flow: "to Peru", not "Peru's"."""
    place = question.find(condition.text)
    return place >= 0 and _TO_PARTNER.search(question[:place]) is not None


def _is_weak(
    around: tuple[PartReading, tuple[int, int]] | None, evidence: Evidence, *, is_partner: bool
) -> bool:
    """Whether a name stands too far off to outweigh another at the figure itself."""
    if around is None:
        return True
    reading = around[0]
    if reading.part.by == "document":
        return is_partner or not reading.is_opening
    return reading.part.by == "context" and evidence.is_row


def _find_short(
    name: Name, evidence: Evidence, asked: Sequence[Name]
) -> tuple[PartReading, tuple[int, int]] | None:
    """Where the answer has a body's name in short, "the Accord", and what is around it the whole."""
    if not name.is_body:
        return None
    if not any(find_name(name, reading.part.text, reading.words) for reading in evidence.readings):
        return find_body_apart(name, evidence)
    for reading in evidence.own:
        of_others = {key for _, other in _other_names([reading], asked) for key in other.keys}
        for short in _SHORT.finditer(reading.part.text):
            if short["head"].casefold() in set(name.keys) - of_others:
                return reading, short.span("head")
    return None


def _other_bodies(name: Name, evidence: Evidence, asked: Sequence[Name], *, anywhere: bool) -> Iterator[str]:
    """Of whom the answer is, as its first name or in short, if that is another body of the name's sort.

    With `anywhere` it need not be the first: nothing near the answer has the name.
    """
    if len(name.words) < 2:
        return
    if anywhere and name.is_body and evidence.knows_document:
        others = [pair for pair in _other_names(evidence.own, [name]) if _is_same_sort(name, pair[1])]
        others += [pair for pair in _other_names(evidence.titles, [name]) if are_twins(name, pair[1])]
        yield from (text for text, other in others if other.is_body)
    for reading in evidence.own:
        text = reading.part.text
        if _HAS_OWNER.search(text) and (before := evidence.sentence_before(reading)):
            yield from (
                other_text
                for other_text, other in _other_names([before], asked)
                if _is_same_sort(name, other) and not find_name(name, before.part.text, before.words)
            )
        first = min(_other_names([reading], asked), key=lambda named: named[1].start, default=None)
        if first and _is_same_sort(name, first[1]) and _SUBJECT.fullmatch(text[: first[1].start]):
            yield first[0]
        short = _SHORT.match(text)
        if short and short["head"].casefold() not in name.keys:
            for whole_text, whole in _other_names(evidence.readings, asked):
                if short["head"].casefold() in whole.keys and _is_same_sort(name, whole):
                    yield whole_text


def _is_same_sort(first: Name, second: Name) -> bool:
    """Whether two names share a word and differ in another, as bodies or firms do that are mixed up."""
    if len(second.words) < 2:
        return False
    shared = [word for word in second.words if any(is_same_word(word, other) for other in first.words)]
    is_part = len(shared) in (len(first.words), len(second.words))
    has_head = is_same_word(first.words[-1], second.words[-1]) or (first.is_body and second.is_body)
    has_firm = is_same_word(first.words[0], second.words[0]) and len(first.words) == len(second.words)
    telling = [word for word in shared if word.key not in SMALL_WORDS]
    return bool(telling) and not is_part and (has_head or has_firm)


def name_of(condition: Condition) -> Name | None:
    """The name that a condition asks for, as names are compared."""
    words = split_name(condition.text, guess_case=condition.text.islower())
    return Name(tuple(words)) if words else None


def _other_names(readings: Sequence[PartReading], asked: Sequence[Name]) -> Iterator[tuple[str, Name]]:
    """The names in some parts that are not asked of, as the text has them."""
    for reading in readings:
        for name in reading.names:
            if not any(find_name(one, reading.part.text, name.words) or _is_slip(one, name) for one in asked):
                yield without_possessive(reading.part.text[name.start : name.end]), name


def _plain_names(question: str, evidence: Evidence) -> Iterator[Name]:
    """The names in the answer itself that the question has in small letters: "apples" for "Apples"."""
    words = [word for word in split_name(question) if not word.is_capitalized]
    for reading in evidence.own:
        for name in reading.names:
            if len(name.words) == 1 and any(is_same_word(word, name.words[0]) for word in words):
                yield name


def _is_slip(first: Name, second: Name) -> bool:
    return len(first.words) == len(second.words) and all(
        one.key == other.key or is_slip(one, other)
        for one, other in zip(first.words, second.words, strict=True)
    )


def _figure_owners(readings: Sequence[PartReading], name: Name, asked: Sequence[Name]) -> Iterator[str]:
    """The other names of the same make that figures, or the row, are said to be of."""
    for reading in readings:
        text = reading.part.text
        for other_text, other in _other_names([reading], asked):
            before, behind = text[: other.start], text[other.end :]
            is_head = _ROW_HEAD.search(before) and behind[:1] in ("", ";", ".", "|")
            if _is_same_make(name, other) and (
                is_head or _FIGURE_BEFORE.search(before) or _FIGURE_BEHIND.match(behind)
            ):
                yield other_text


def _is_same_make(first: Name, second: Name) -> bool:
    """Whether both are countries, or both may be: single names, and no acronyms."""
    if first.is_country or second.is_country:
        return first.is_country and second.is_country
    return len(first.words) == len(second.words) == 1 and not (
        first.words[0].is_acronym or second.words[0].is_acronym
    )


def _other_owners(name: Name, evidence: Evidence, asked: Sequence[Name], question: str) -> Iterator[str]:
    """The other names of the same make that have what the question says is the name's."""
    words = split_name(question)
    owned = {thing for first, last in _places(name, words) for thing in _owned(question, words, first, last)}
    if not owned:
        return
    for reading in evidence.own:
        text = reading.part.text
        if any(
            _has_own(owned, text, reading.words, first, last) for first, last in _places(name, reading.words)
        ):
            return
        for other_text, other in _other_names([reading], asked):
            places = _places(other, reading.words)
            if _is_same_make(name, other) and any(
                not owned.isdisjoint(_owned(text, reading.words, first, last)) for first, last in places
            ):
                yield other_text


def _has_own(owned: set[str], text: str, words: Sequence[NameWord], first: int, last: int) -> bool:
    """Whether a name has one of these things: right behind it, or in front ("the mines of Canada")."""
    behind = _owned(text, words, first, last)
    return not owned.isdisjoint(behind or stems(text[: words[first].start]))


def _places(name: Name, words: Sequence[NameWord]) -> Iterator[tuple[int, int]]:
    """Where words have a name of one word: the indexes of it and of the next."""
    for index, word in enumerate(words):
        if len(name.words) == 1 and is_same_word(name.words[0], word):
            yield index, index + 1


def _owned(text: str, words: Sequence[NameWord], first: int, last: int) -> list[str]:
    """The stems of the words in lower case that follow a name as its own, up to a word that says nothing."""
    found: list[str] = []
    for before, word in pairwise(words[first : last + _MAX_OWNED]):
        is_apart = re.search(r"[^\s’'s]", text[before.end : word.start]) is not None
        if is_apart or word.is_capitalized or word.key in FUNCTION_WORDS or word.key[0].isdigit():
            break
        found.append(stem(word.key))
    return found
