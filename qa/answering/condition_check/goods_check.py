"""Whether the answer is about the goods that are asked of, or others of their kind: rice, where wheat is."""

import re
from collections.abc import Sequence

from qa.answering.condition_check.evidence import Evidence, contradicted
from qa.query.goods_classes import Good, are_akin, are_siblings, find_goods
from qa.schema import CheckedCondition, Condition
from qa.text.terms import FUNCTION_WORDS

__all__ = ["check_goods"]

# What may be answered by a good itself, or by another one.
_ASKS_GOOD = re.compile(
    r"\b(?:what|which)\b(?! (?:share|part|portion|percentage|rate|duty|tariff|tax|levy|price|quota|number|"
    r"sum|amount|quantity|year|month|day|date|is|was|are|were)\b)(?! [a-z]+(?: [a-z]+)? (?:duty|tariff|rate|"
    r"price|tax|quota)\b)|"
    r"\b(?:instead|replac\w+|besides|other|others|else|except|unlike|than|versus|vs|compared|between|"
    r"substitut\w+)\b",
    re.IGNORECASE,
)
_RULING = ("title", "caption", "heading", "unit", "column head")
_HEAD = re.compile(r"(?:e?s)? (?P<head>[a-z]{4,20})\b")
# All that a country trades, and the trade in one good: "Peru's exports", "Peru's tin exports".
_ALL_TRADE = re.compile(
    r"(?:\b[A-Z][\w.]{1,30}(?:['’]s|['’])?|\btotal|\ball|\boverall) (?P<flow>imports|exports)\b(?! of [a-z])|"
    r"\b(?P<flow_of>imports|exports) of (?:the )?[A-Z]"
)
_TRADE = re.compile(r"\b(?:imports|exports)\b", re.IGNORECASE)
_IN_GOOD = re.compile(r"\A(?:In|For) \Z")
_TRADE_IN = re.compile(r"\b(?:imports|exports) of \Z", re.IGNORECASE)
_GOODS_TRADE = re.compile(r"(?:e?s)? (?:imports|exports|use|consumption|needs|demand)\b")


def check_goods(question: str, evidence: Evidence) -> CheckedCondition | None:
    """The good that a question asks of, where the answer has another in its place and not that; else None."""
    asked = list(find_goods(question))
    told = [(good, reading.part.text) for reading in evidence.own for good in find_goods(reading.part.text)]
    if _ASKS_GOOD.search(question):
        return None
    if not told:
        return _check_before(asked, evidence) if asked else None
    if not asked:
        return _check_all_trade(question, evidence)
    if any(are_akin(one, good) for one in asked for good, _ in told):
        return None
    others = [
        (one, good)
        for one in asked
        for good, text in told
        if are_siblings(one, good) or _shares_head(one, question, good, text)
    ]
    ruling = [reading.part.text for reading in evidence.readings if reading.part.by in _RULING]
    if not others or any(_rules(one, text) for one, _ in others for text in [*ruling, evidence.pointed_at]):
        return None
    return _instead(others)


def _check_before(asked: Sequence[Good], evidence: Evidence) -> CheckedCondition | None:
    """The good that is asked of, where the answer names none and the sentence before it another of its kind.

    None where anything around the answer has the good that is asked of.
    """
    before = [reading for own in evidence.own if (reading := evidence.sentence_before(own))]
    goods = [good for reading in before for good in find_goods(reading.part.text)]
    others = [(one, good) for one in asked for good in goods if are_siblings(one, good)]
    if not others or evidence.is_row:
        return None
    around = [good for reading in evidence.readings for good in find_goods(reading.part.text)]
    if any(are_akin(one, good) for one in asked for good in around):
        return None
    return _instead(others)


def _instead(others: Sequence[tuple[Good, Good]]) -> CheckedCondition:
    """The first good that is asked of, with what the answer has in its place."""
    return contradicted(Condition(text=others[0][0].name, kind="name"), [good.name for _, good in others])


def _shares_head(one: Good, question: str, good: Good, text: str) -> bool:
    """Whether both stand before the same word: "lobster exports", "seed exports"."""
    asked, told = _HEAD.match(question, one.end), _HEAD.match(text, good.end)
    if asked is None or told is None or asked["head"] in FUNCTION_WORDS:
        return False
    return asked["head"] == told["head"] and not are_akin(one, good)


def _rules(one: Good, text: str) -> bool:
    """Whether what the answer stands under, or points back to, is of a good, and of no other of its kind."""
    goods = [good for good in find_goods(text) if not good.is_class]
    return any(are_akin(one, good) for good in goods) and not any(are_siblings(one, good) for good in goods)


def _check_all_trade(question: str, evidence: Evidence) -> CheckedCondition | None:
    """All that a country trades, where the answer tells of the trade in one good alone; else None."""
    asked = _ALL_TRADE.search(question)
    text = " ".join(reading.part.text for reading in evidence.own)
    if asked is None or not _TRADE.search(text):
        return None
    goods = list(find_goods(text))
    topics = [good.name for good in goods if _IN_GOOD.match(text[: good.start])]
    traded = [
        good.name
        for good in goods
        if _TRADE_IN.search(text[: good.start]) or _GOODS_TRADE.match(text, good.end)
    ]
    if not topics and (not traded or _ALL_TRADE.search(text)):
        return None
    return contradicted(
        Condition(text=f"all {asked['flow'] or asked['flow_of']}", kind="name"), topics or traded
    )
