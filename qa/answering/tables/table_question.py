"""What a question asks of a table: its words, names and periods, and whether a cell can answer it."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

from qa.answering.tables.asked_bound import Threshold, find_lookup, find_threshold
from qa.answering.tables.asked_operation import Operation, any_of, find_operation
from qa.answering.tables.asked_superlative import Superlative, find_superlative
from qa.answering.tables.asked_words import BY_UNIT, AskedWord, drop_source, find_asked_words
from qa.answering.tables.other_names import find_other_name
from qa.answering.tables.table_labels import country_of_people, spell_out
from qa.answering.tables.table_periods import Bounds, bounds_of, find_periods
from qa.answering.tables.trade_words import (
    AXIS_NOUNS,
    MONEY_WORDS,
    NEWEST,
    SHARE_WORDS,
    WEIGHT_WORDS,
    Flow,
    UnitClass,
    flow_of,
    measure_of,
)
from qa.query.conditions.asked import WITHOUT
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["TableQuestion", "understand_table_question"]


# What no cell answers, by how it begins, and wherever it stands.
_NO_CELL_START = re.compile(
    r"^\W*(?:(?:and|so|but|please|ok|okay)\W+)*(?:"
    rf"(?:{any_of('why whose whom list name summari[sz]e explain describe compare discuss')})\b|"
    rf"how (?:{any_of('do does did is are was were can could will would should has have had come to')})\b|"
    rf"(?:{any_of('is are was were do does did has have had can could will would should may must')})"
    r"(?:n['’]t)?\b|"
    r"(?P<place>wh(?:en|ere))\b|"
    r"(?P<before>in|for|to|by|from|on|at|with|under|of) (?:which|what)\b"
    rf"(?! (?:\w+ )?(?:{any_of('year country market product port month quarter member partner percent')}|"
    rf"{any_of('buyer supplier destination origin terminal grade')}))|"
    rf"what (?:{any_of('happen about made makes if else caus led can could should might ')})|"
    rf"what (?:{any_of('risk reason problem effect')})|"
    rf"which (?:{any_of('document briefing report text minister people person reason risk')})|"
    r"(?:give|tell) me|what (?:is|was) (?:said|being done))",
    re.IGNORECASE,
)
_NO_CELL = re.compile(
    rf"\b(?:{any_of('exclud[a-z]+ except besides outside')}|{WITHOUT}|"
    rf"{any_of('forecast[a-z]* projected')}|"
    rf"{any_of('expected planned predicted not never why because reasons? ever annually')}|"
    rf"{any_of('briefings? documents?')}|"
    r"mistake|apart from|other than|per capita|so far|(?:each|every|per) year)\b|n['’]t\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    rf"\bhow (?:{any_of('much many high low large big great long heavy wide small')})\b", re.IGNORECASE
)
_LABEL = re.compile(r"\b(which|what|who)\b(?:\s+([\w-]+))?(?:\s+([\w-]+))?", re.IGNORECASE)
_MONEY = re.compile(r"\bbring in\b|\bbrought in\b|\bspen[dt]\b|\b(?:cost|bill)s?\b", re.IGNORECASE)
_TIME = re.compile(
    r"\bhow long\b|\b(?:wait|take|took|last|stay)(?:ed|s|ing)?(?: the)? (?:longest|shortest)\b|"
    r"\b(?:longest|shortest) (?:to wait|wait|stay|delay|time)s?\b",
    re.IGNORECASE,
)
_FROM_ABROAD = re.compile(
    r"\b(?:spen[dt]|pa(?:y|id)|buys?|bought|gets?|got|obtain\w*|order\w*)\b.{0,80}"
    r"\bfrom (?:abroad|overseas)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\b(?:by|in) (?:quantity|volume)\b|\bin (?:terms of (?:quantity|volume)|volume terms)\b|"
    r"\b(?:what|which) (?:quantity|quantities|volume) of\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?:what|which) (?:part|percent)\b", re.IGNORECASE)
_PRESENT = re.compile(r"\b(?:is|are|do|does|has|have)\b")
_PAST = re.compile(r"\b(?:was|were|did|had)\b")
_MAX_WORDS = 30
# What came in under a quota is not the quota.
_UNDER_QUOTA = re.compile(
    r"\b(?:under|within|inside|against|outside|out of|beyond) (?:(?:the|its|their|this|that|a) )?"
    r"(?:[^\s\d]{1,20} ){0,2}?(?:quotas?|limits?|ceilings?)\b",
    re.IGNORECASE,
)
_USED_OF_QUOTA = re.compile(
    r"^(?=.*\b(?:us(?:e|ed|es)|fill(?:s|ed)?|exhaust(?:s|ed)?|t[ao]ke? up|draw|drew|drawn)\b)"
    r"(?P<of>.*\bof (?:its|their|the|this) (?:[^\s,]{1,30} ){0,3}?)quotas?\b",
    re.IGNORECASE,
)
# "Over the four quarters together": the year says as much.
_ALL_PARTS = re.compile(
    r",?\s{0,9}\b(?:(?:over|in|for|across) )?(?:(?:all|the|its) ){0,2}"
    r"(?:(?:all|four|twelve|both) (?:the )?(?:quarters|months|halves)|(?:whole|full|entire) year|"
    r"months(?= (?:together|combined)))\b(?: of(?= (?:19|20)\d\d))?",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:may|might|can|could|allow(?:s|ed)?|permit(?:s|ted)?)\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(?P<from>since|after)|(?P<to>until|till|before)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuestion:
    """A question as far as tables can answer it.

    `words` are those that say something, in order; `periods` as `find_periods` names them, which
    `written_periods` has in its own words. `is_newest` asks for the state of today; `side` that all from them
    on, or up to them, is asked for, which only labels with bounds answer. `flows` and `measures` are what is
    done with goods, by the stems of its words; `wants` the kinds of unit that it asks for in so many words
    ("worth", "how heavy"). `is_under_limit` is for what came in under a quota, which the quota is not.
    With a `threshold` the words and periods are those of one of the cells that it is laid to.
    """

    text: str
    words: tuple[AskedWord, ...]
    periods: tuple[str, ...]
    written_periods: Mapping[str, str]
    superlative: Superlative | None
    operation: Operation | None
    is_newest: bool
    flows: frozenset[Flow]
    measures: frozenset[int]
    wants: frozenset[UnitClass]
    side: Literal["from", "to"] | None = None
    is_under_limit: bool = False
    threshold: Threshold | None = None

    def is_within(self, bounds: Bounds) -> bool:
        """Whether what is asked lies within what a label holds for."""
        asked = bounds_of(self.periods)
        if asked is None:
            return self.is_newest and not self.periods and bounds.last is None
        if self.side == "from":
            asked = Bounds(asked.first, None)
        elif self.side == "to":
            asked = Bounds(None, asked.last)
        return bounds.holds(asked) or (self.side is None and bounds.starts_within(asked))

    def seen_from(self, names: AbstractSet[int]) -> "TableQuestion":
        """The question as it is to be put to a table about the goods of these names (numbers of its words).

        What others sell to them are their imports.
        """
        roles = {self.words[number].role for number in names} - {None}
        if len(roles) != 1:
            return self
        flow: Flow = "in" if roles == {"to"} else "out"
        turned = stem("imports" if flow == "in" else "exports")
        words = tuple(
            replace(word, stem=turned) if flow_of(word.stem) not in (None, flow) else word
            for word in self.words
        )
        return replace(self, words=words, flows=frozenset((flow,)) if self.flows else self.flows)

    def named_as(self, vocabulary: AbstractSet[str], texts: Sequence[str]) -> "TableQuestion":
        """The question with a table's own names: a capital as its country, an acronym as what it stands for.

        `vocabulary` are the stems of the table's names, and `texts` are those names.
        """
        words = tuple(
            replace(word, stem=find_other_name(word.text, vocabulary, texts) or word.stem)
            if word.is_name and word.stem not in vocabulary
            else word
            for word in self.words
        )
        return replace(self, words=words)

    @property
    def hard(self) -> frozenset[int]:
        """The numbers of the words that something has to meet."""
        return frozenset(number for number, word in enumerate(self.words) if word.is_hard)

    @property
    def is_how_much(self) -> bool:
        """Whether it asks for an amount in so many words."""
        return _HOW.search(self.text) is not None

    @property
    def asks_figure(self) -> bool:
        """Whether it says that it wants an amount, in whatever words."""
        return bool(self.is_how_much or self.flows or self.measures or self.wants)

    @property
    def reckons(self) -> bool:
        """Whether it asks for something that is worked out of several cells."""
        return bool(self.superlative or self.operation or self.threshold)

    @property
    def is_specific(self) -> bool:
        """Whether it says enough to single out a cell: a thing, and another or a period."""
        is_of_several = bool(self.superlative or self.threshold)
        return len(self.hard) > 0 and len(self.hard) + len(self.periods) + is_of_several > 1


def understand_table_question(text: str, *, may_calculate: bool = True) -> TableQuestion | None:
    """What a question asks of a table; None where no cell can answer it.

    With `may_calculate` words such as "together" ask for a calculation; else they are words as others.
    """
    threshold = (find_threshold(text) or find_lookup(text)) if may_calculate else None
    if threshold:
        of_one = understand_table_question(threshold.rest, may_calculate=False)
        return replace(of_one, superlative=None, threshold=threshold) if of_one else None
    said = drop_source(spell_out(" ".join(text.split())))
    said = _ALL_PARTS.sub(" ", said)
    plain = _USED_OF_QUOTA.sub(r"\g<of>", _UNDER_QUOTA.sub("", said))
    start = _NO_CELL_START.search(plain)
    if _NO_CELL.search(plain) or len(plain.split()) > _MAX_WORDS:
        return None
    operation = find_operation(plain) if may_calculate else None
    superlative = None if operation else find_superlative(plain)
    if start and not ((start["before"] or start["place"]) and superlative):
        return None
    if superlative is None and _asks_for_a_label(plain):
        return None
    side = _SIDE.search(superlative.rest if superlative else plain)
    found = find_periods(superlative.rest if superlative else plain)
    stems = {stem(word) for word in written_words(plain)}
    return TableQuestion(
        text=plain,
        words=find_asked_words(
            found.rest,
            calculates=operation is not None,
            ranked=superlative.axis if superlative else None,
            adjectives=frozenset(filter(None, map(country_of_people, written_words(text)))),
        ),
        periods=found.names,
        written_periods=found.written,
        superlative=superlative,
        operation=operation,
        is_newest=bool(stems & NEWEST) or bool(_PRESENT.search(plain) and not _PAST.search(plain)),
        flows=frozenset(flow for word in stems if (flow := flow_of(word))) | _flow_from_abroad(plain),
        measures=frozenset(measure for word in stems for measure in measure_of(word)),
        wants=_wanted_units(plain, stems),
        side=("from" if side["from"] else "to") if side else None,
        is_under_limit=plain != said and not _MAY.search(plain),
    )


def _flow_from_abroad(text: str) -> frozenset[Flow]:
    """What is paid for from abroad is imported."""
    return frozenset(("in",)) if _FROM_ABROAD.search(text) else frozenset()


def _wanted_units(text: str, stems: set[str]) -> frozenset[UnitClass]:
    if by := BY_UNIT.search(text):
        return frozenset(("money",)) if by["value"] else frozenset(("weight",))
    wants: set[UnitClass] = set()
    if stems & MONEY_WORDS or _MONEY.search(text):
        wants.add("money")
    if stems & WEIGHT_WORDS:
        wants.add("weight")
    if _TIME.search(text):
        wants.add("time")
    if _QUANTITY.search(text):
        wants |= {"weight", "volume", "count"}
    if stems & SHARE_WORDS or _SHARE.search(text):
        wants.add("percent")
    return frozenset(wants)


def _asks_for_a_label(text: str) -> bool:
    """Whether rows are asked for and not figures: "which countries ...", "who ..."."""
    match = _LABEL.search(text)
    if match is None or _HOW.search(text):
        return False
    if match[1].lower() == "who":
        return True
    following = [stem(word) for word in (match[2], match[3]) if word]
    if not following:
        return False
    is_axis = any(following[0] in nouns for nouns in AXIS_NOUNS)
    is_rate = bool({"rate", "tariff", "duty", "share"} & set(following[1:]))
    return following[0] in AXIS_NOUNS[2] or (match[1].lower() == "which" and is_axis and not is_rate)
