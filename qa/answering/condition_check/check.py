"""Each condition against the evidence, by its kind."""

import re
from collections.abc import Callable, Sequence

from qa.answering.condition_check.attribute_check import check_attribute
from qa.answering.condition_check.caption_check import check_left_out
from qa.answering.condition_check.clause_check import check_clauses
from qa.answering.condition_check.event_check import check_event
from qa.answering.condition_check.evidence import (
    OWN_PLACES,
    Evidence,
    PartReading,
    contradicted,
    met,
    unstated,
)
from qa.answering.condition_check.figure_check import check_quantity, check_unit
from qa.answering.condition_check.goods_check import check_goods
from qa.answering.condition_check.measure_check import check_measure
from qa.answering.condition_check.name_check import asks_as_partner, check_name, name_of
from qa.answering.condition_check.ordinal_check import check_ordinal
from qa.answering.condition_check.period_check import check_newest, check_period
from qa.answering.condition_check.role_check import check_office
from qa.answering.evidence_parts import EvidencePart
from qa.query.conditions.directions import Direction, find_directions, way_of
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, is_name_word, split_name
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems

__all__ = ["check_conditions"]

_COUNTED_RANK = re.compile(r"\b(?P<rank>second|third|fourth|fifth|2nd|3rd|4th|5th)[ -]\Z", re.IGNORECASE)
_TRADE_AXIS = (way_of("exports") or (0,))[0]
_BOTH_WAYS = re.compile(
    r"\b(?:exports and imports|imports and exports) (?:together|combined|taken together)\b|\btwo-way trade\b|"
    r"\btrade (?:in )?both ways\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;.:](?:\s|\Z)")
_WORD_OF_KIND = {
    "comparison": re.compile(
        r"\b(?:\w+er|more|less) than\b|\bat (?:least|most)\b|\b(?:above|below|over|under|exceed\w*|up to)\b",
        re.IGNORECASE,
    ),
    "negation": re.compile(
        r"\b(?:not|no|never|none|nothing|neither|nor|without|except\w*|exempt\w*|exclud\w*|free of|left out|"
        r"outside|remain\w* free|apart from|other than|unless)\b|n[’']t\b",
        re.IGNORECASE,
    ),
}


def check_conditions(
    conditions: Sequence[Condition], parts: Sequence[EvidencePart], *, question: str = ""
) -> tuple[CheckedCondition, ...]:
    """Each condition with what meets it, in their order.

    A condition is met by the first part that says it; it is contradicted where what the answer itself is made
    of (its sentence, or cell, row and column head) has another thing of the kind in its place. By the
    `question`, where it is given, what belongs to whom is compared, too; and where the answer measures what
    the question can't mean ("tonnes" for a price), or tells of another minister or another one of several,
    that stands behind its conditions as contradicted.
    """
    evidence = Evidence.of(parts)
    asked_names = [condition for condition in conditions if condition.kind in ("name", "place")]
    checks: dict[str, Callable[[Condition], CheckedCondition]] = {
        "name": lambda condition: check_name(condition, evidence, asked_names, question),
        "place": lambda condition: check_name(condition, evidence, asked_names, question),
        "period": lambda condition: check_period(condition, evidence),
        "newest": lambda condition: check_newest(condition, evidence),
        "unit": lambda condition: check_unit(condition, evidence, question),
        "quantity": lambda condition: check_quantity(condition, evidence, conditions),
        "direction": lambda condition: _check_direction(condition, evidence, asked_names, question),
    }

    def check(condition: Condition) -> CheckedCondition:
        by_kind = checks.get(condition.kind)
        return by_kind(condition) if by_kind else _check_word(condition, evidence)

    checked = list(_soften_ranges(list(map(check, conditions))))
    if not any(condition.kind == "unit" for condition in conditions):
        measure = check_measure(question, evidence)
        checked += [measure] if measure else []
    others = [
        check_left_out(question, parts),
        *(
            one(question, evidence)
            for one in (check_office, check_ordinal, check_goods, check_attribute, check_event)
        ),
        check_clauses(question, evidence),
    ]
    denied = [one for one in others if one]
    told = {one.condition.text for one in denied}
    return tuple([one for one in checked if not (one.is_met and one.condition.text in told)] + denied)


def _soften_ranges(checked: Sequence[CheckedCondition]) -> Sequence[CheckedCondition]:
    """Of several periods that are asked of together, an answer about one does not deny the others."""
    has_one = any(one.is_met and one.condition.kind == "period" and one.by in OWN_PLACES for one in checked)
    return [
        unstated(one.condition, one.instead)
        if has_one and one.condition.kind == "period" and one.state == "contradicted"
        else one
        for one in checked
    ]


def _check_direction(
    condition: Condition, evidence: Evidence, asked: Sequence[Condition], question: str
) -> CheckedCondition:
    """Met by a word of the same way; contradicted by one of the other way where no part has the first.

    A sentence around doesn't outweigh what the answer itself says: "imports" behind "Exports: 9 million".
    Not where the other way is another's: of what Peru buys, Chile may say that it sells it.
    """
    wanted = way_of(condition.text)
    if wanted is None:
        return unstated(condition)
    rank = _rank(question, question.find(condition.text))
    around = _find_way(condition, wanted, rank, evidence)
    if both := _both_ways(wanted, evidence):
        return contradicted(condition, both)
    if around.is_met and around.by != "context":
        return around
    if wanted[0] == _TRADE_AXIS and _is_asked_for_doer(condition, question):
        return around  # "Who sold Peru the plants?" - "Peru bought them from Dorn."
    names = [one for one in map(name_of, asked) if one]
    before = split_name(question[: max(0, question.find(condition.text))])
    doers = [name for name in names if find_name(name, question, before)]
    if not doers:  # "imports Marenza from Tolland"
        others = [one for one in asked if not asks_as_partner(one, question)]
        doers = [name for name in map(name_of, others) if name] or names
    if evidence.is_row and any(
        find_name(doer, own.part.text, own.words) for doer in doers for own in evidence.own
    ):
        return around  # a partner's row has the other side of what it does
    common = stems(question) - stems(" ".join(key for name in names for key in name.keys))
    opposite = [
        reading.part.text[said.start : said.end]
        for reading in evidence.own
        for said in find_directions(reading.part.text)
        if said.axis == wanted[0]
        and (_rank(reading.part.text, said.start) != rank or _may_be_of(doers, common, reading, said))
    ]
    return contradicted(condition, opposite) if opposite else around


def _find_way(
    condition: Condition, wanted: tuple[int, int], rank: str, evidence: Evidence
) -> CheckedCondition:
    """The condition as met by the first part that says a word of the same way, counted from as far."""
    for reading in evidence.near:
        for said in find_directions(reading.part.text):
            if (said.axis, said.side) == wanted and _rank(reading.part.text, said.start) == rank:
                return met(condition, reading, (said.start, said.end))
    return unstated(condition)


def _rank(text: str, place: int) -> str:
    """What a superlative that stands there is counted from: "second" of "second-largest", "" of "largest"."""
    found = _COUNTED_RANK.search(text, 0, max(0, place))
    return found["rank"].casefold() if found else ""


def _both_ways(wanted: tuple[int, int], evidence: Evidence) -> list[str]:
    """What the answer has its figures for, where that is both ways together and one is asked for."""
    own = [match[0] for reading in evidence.own for match in _BOTH_WAYS.finditer(reading.part.text)]
    return own if own and wanted[0] == _TRADE_AXIS else []


def _is_asked_for_doer(condition: Condition, question: str) -> bool:
    """Whether it is asked who does what a word says: "Who sold", not "Who was sold"."""
    return re.search(rf"\bwho {re.escape(condition.text)}\b", question, re.IGNORECASE) is not None


def _may_be_of(doers: Sequence[Name], common: frozenset[str], reading: PartReading, said: Direction) -> bool:
    """Whether the last name in front of a word, in its clause, is one of those that do what is asked.

    `common` are the stems of the question's words that are no names.
    """
    text = reading.part.text
    names = [
        word
        for word in reading.words
        if word.end <= said.start and is_name_word(word) and not stems(word.key) <= common
    ]
    if not names or not doers or _CLAUSE_END.search(text[names[-1].end : said.start]):
        return True
    return any(find_name(doer, text, names[-1:]) for doer in doers)


def _check_word(condition: Condition, evidence: Evidence) -> CheckedCondition:
    """Met by a word of its kind in the answer itself."""
    for reading in evidence.own:
        if found := _WORD_OF_KIND[condition.kind].search(reading.part.text):
            return met(condition, reading, found.span())
    return unstated(condition)
