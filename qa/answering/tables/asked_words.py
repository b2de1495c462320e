"""The words of a question that something of a table should meet."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from qa.answering.tables.trade_words import (
    NEUTRAL,
    NEWEST,
    PARTNER_HEADS,
    PRICE,
    SOFT,
    WEEKDAYS,
    WEIGHT_WORDS,
    flow_of,
    is_empty_word,
    measure_of,
    unit_words,
)
from qa.query.goods_classes import find_goods
from qa.query.spelling import load_english_words
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["AskedWord", "drop_source", "find_asked_words", "find_roles"]

Role = Literal["from", "to"]
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_COUNTED = re.compile(
    r"\b(?:how many|number of) (?:(?:thousands?|millions?|billions?|hundreds?)\s+(?:of\s+)?)?"
    r"((?:[a-z][\w-]*\s+){1,4})",
    re.IGNORECASE,
)
# What an amount is to be told in, whatever is counted.
BY_UNIT = re.compile(r"\b(?:by|in terms of) (?:(?P<value>value)|weight|tonnage)\b", re.IGNORECASE)
_PLURAL = re.compile(r"[^\W\d_]{2}(?<!s)s$|^(?:people|men|women|children|staff)$", re.IGNORECASE)
_AFTER_COUNTED = re.compile(
    r"\b(?:of|did|does|do|were|was|are|is|have|has|had|left|came|went|passed|could|can|will|from|in|to|for|"
    r"that|which)\b"
)
_ACCORDING = re.compile(
    r",?\s{0,9}\b(?:according to|as reported by|in the opinion of)\b[^,?]*", re.IGNORECASE
)
_SOURCE_FIRST = re.compile(
    r"^\W*(?:going by|judging by|based on|as per|per|on|in|from) the [^,]{0,60}?"
    r"\b(?:tables?|bulletin|report|figures|statement|note|data|yearbook|minutes|newsletter|review|accounts)\b"
    r"[^,]{0,40},\s*",
    re.IGNORECASE,
)
_OPERATION_WORDS = frozenset(
    stem(word)
    for word in """difference together combined sum added add up ratio times change changed grow grew grown
    rise rose risen fall fell fallen drop dropped decline declined decrease decreased
    increase increased shrink shrank growth percent percentage exceed exceeded outstrip
    surpass surpassed more less fewer higher lower larger smaller longer gap than share part
    proportion total altogether taken by big many average averages mean yearly annual
    monthly quarterly points""".split()
)
_RANKED_WORDS = frozenset(("part", "share", "slice", "order", "ascending", "descending"))
_ADJUNCT = re.compile(
    r"\b(?:at|under|within|by|through|via|with|during|in|on)\s+(?:(?:the|a|an|its|their|this)\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
# What is counted in ("million talirs"), and what is traded ("birch plywood exports").
_SCALED = re.compile(r"\b(?:thousand|million|billion|trillion)s?(?: of)? (?P<unit>[a-z]{3,40})\b")
_TRADED = re.compile(r"\b(?P<goods>[a-z]{3,40}(?: [a-z]{3,40})?) (?:exports?|imports?|shipments)\b")
_OF_REACH = 5  # words before a name behind "of" in which it may
_OF_OWNER = 2  # what is bought, and "of", stand between who buys and whose goods
_ROLE_REACH = 3  # words before a name in which "from" or "to" may stand
_DEMONYM_ENDINGS = ("an", "ese", "ish", "ic")
_OF_PEOPLE = ("ese", "ian", "ish")  # endings of what is no country itself: "Sarnish honey"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWord:
    """A word of a question that something of a table should meet; `stem` is compared.

    `is_hard` says that the question is about something else where nothing does, `is_neutral` that it is only
    where some labels say it ("ordinary rate"). `is_weak` is for one that the
    text around a table may meet as well, `is_counted` for what "how many" asks for, `is_goods` for goods
    and `is_measure` for their price and what they are counted in: the table itself has to be of these. `role`
    is where goods come from or go to, for a name.
    """

    text: str
    stem: str
    is_name: bool
    is_hard: bool
    is_neutral: bool
    is_weak: bool
    is_counted: bool
    is_goods: bool
    is_measure: bool
    role: Role | None

    @property
    def is_thing(self) -> bool:
        """Whether the table itself has to be of it: goods, their price, and what they are counted in."""
        return self.is_goods or self.is_measure

    @property
    def is_of_unit(self) -> bool:
        """Whether it says what is counted or measured."""
        return self.is_counted or self.is_measure


def find_asked_words(
    text: str, *, calculates: bool, ranked: str | None, adjectives: AbstractSet[str] = frozenset()
) -> tuple[AskedWord, ...]:
    """The words of a question, each once, without those that ask for a calculation or a ranking.

    `ranked` is the stem of what is ranked, None where nothing is: rows meet that by their names.
    `adjectives` are names that stand for one ("Turkey" for "Turkish").
    """
    left_out = NEWEST | WEEKDAYS
    if calculates:
        left_out |= _OPERATION_WORDS
    if ranked is not None:
        left_out |= {ranked, *_RANKED_WORDS}
    match = None if BY_UNIT.search(text) else _COUNTED.search(text)
    counted = set(map(stem, _counted_words(_AFTER_COUNTED.split(match[1])[0]))) if match else set()
    goods, units = _find_goods(text), _stems(match["unit"] for match in _SCALED.finditer(text))
    tokens = list(_TOKEN.finditer(text))
    plain = [token[0] for token in tokens]
    words: dict[str, AskedWord] = {}
    for index, token in enumerate(tokens):
        for part in written_words(token[0]):
            root = stem(part)
            if (is_empty_word(part) and root != "unit") or root in left_out or root in words:
                continue
            is_unit = any(letter.isupper() for letter in part[1:]) and bool(unit_words([root]))  # "MWh"
            is_name = (_is_name(plain, index, part) or part in adjectives) and not is_unit
            words[root] = AskedWord(
                text=part,
                stem=root,
                is_name=is_name,
                is_hard=is_name or root in counted or root not in SOFT | WEIGHT_WORDS,
                is_neutral=not is_name and root in NEUTRAL | PARTNER_HEADS and not unit_words([root]),
                is_weak=not is_name
                and root not in counted
                and (_is_verb(plain, index) or bool(_ADJUNCT.search(text[: token.start()]))),
                is_counted=root in counted,
                is_goods=root in goods,
                is_measure=root in units or bool(measure_of(root) & PRICE),
                role=_role(plain, index, is_adjective=part in adjectives or part.endswith(_OF_PEOPLE))
                if is_name
                else _said_role(plain, index)
                if text.islower()
                else None,
            )
    return tuple(words.values())


def _find_goods(text: str) -> frozenset[str]:
    """The stems of the goods that a question names: known ones, and what is said to be traded."""
    named = [text[good.start : good.end] for good in find_goods(text)]
    return _stems([*named, *(match["goods"] for match in _TRADED.finditer(text))])


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in written_words(text))


def drop_source(text: str) -> str:
    """A question without who says it: "according to the bureau", "Going by the annual tables, ..."."""
    return _ACCORDING.sub("", _SOURCE_FIRST.sub("", text))


def _counted_words(text: str) -> list[str]:
    """Of the words behind "how many" those up to what is counted: "visitors" of "visitors flew"."""
    words = list(written_words(text))
    ends = [index for index, word in enumerate(words) if _PLURAL.search(word)]
    return words[: ends[0] + 1] if ends else words


def find_roles(text: str) -> dict[str, Role]:
    """By the stem of a name that a text says goods come from or go to, which of both."""
    tokens = _TOKEN.findall(text)
    found: dict[str, Role] = {}
    for index, token in enumerate(tokens):
        role = _said_role(tokens, index) if token[0].isupper() else None
        if role:
            found |= {stem(part): role for part in written_words(token)}
    return found


def _is_name(tokens: Sequence[str], index: int, part: str) -> bool:
    """Whether it has a capital, which at the beginning says something only before another or beside one."""
    if not part[0].isupper():
        return False
    if part.isupper() and len(part) > 1:
        return True
    if index > 0 or "'" in tokens[0] or "’" in tokens[0] or (len(tokens) > 1 and tokens[1][0].isupper()):
        return True
    return part.endswith(_DEMONYM_ENDINGS) and part.lower() not in load_english_words().words  # "Cardovan"


def _is_verb(tokens: Sequence[str], index: int) -> bool:
    """Whether a word in "-ed" stands before no noun: "the quota fixed for", not "refined sugar"."""
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    ends = not following or is_empty_word(following) or following[0].isupper() or following[0].isdigit()
    return index > 1 and tokens[index].endswith("ed") and ends


def _said_role(tokens: Sequence[str], index: int) -> Role | None:
    # "To the free zone of Kelm": to Kelm.
    if index > 1 and tokens[index - 1] == "of":
        before = index - 1
        while before > 0 and index - before <= _OF_REACH and tokens[before - 1].islower():
            before -= 1
            if tokens[before] in ("from", "to"):
                return "from" if tokens[before] == "from" else "to"
    for place in range(index - 1, max(-1, index - 1 - _ROLE_REACH), -1):
        word = tokens[place].casefold()
        if word == "from":
            return "from"
        if word in ("to", "into", "towards"):
            return "to"
        if word not in ("the", "of", "and") and not tokens[place][0].isupper():
            break
    return None


def _role(tokens: Sequence[str], index: int, *, is_adjective: bool) -> Role | None:
    if said := _said_role(tokens, index):
        return said
    flow_before = flow_of(stem(tokens[index - 1])) if index else None
    if flow_before == "out" and any(token[0].isupper() for token in tokens[1 : index - 1]):
        return "to"  # "What Chile sold Poland".
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    if _is_bought_of(tokens, index):
        return "from"
    if is_adjective and following.islower() and not (is_empty_word(following) or flow_of(stem(following))):
        return "from"  # "Turkish towels", but not "Turkish purchases".
    flows = [(place, flow) for place, token in enumerate(tokens) if (flow := flow_of(stem(token)))]
    # The nearest word after it, else before it: "Peru's exports", "did Peru buy", "left Peru".
    nearest = min(flows, key=lambda item: (item[0] < index, abs(item[0] - index)), default=None)
    if nearest is None:
        return None
    return "from" if nearest[1] == "out" else "to"


def _is_bought_of(tokens: Sequence[str], index: int) -> bool:
    """Whether others bought "of Peru's goods"."""
    is_owner = index > 1 and tokens[index].endswith(("'s", "’s")) and tokens[index - 1] == "of"
    return is_owner and any(flow_of(stem(token)) == "in" for token in tokens[: index - _OF_OWNER])
