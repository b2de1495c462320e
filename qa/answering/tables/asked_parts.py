"""Questions whose answer is worked out of two figures that plainer questions ask for: balances, shares."""

import re
from typing import Literal, NamedTuple

from qa.answering.tables.asked_operation import find_operation
from qa.answering.tables.asked_superlative import find_superlative
from qa.answering.tables.asked_words import drop_source
from qa.answering.tables.table_periods import find_periods
from qa.answering.tables.trade_words import unit_words
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["AskedParts", "PartsKind", "find_parts"]

PartsKind = Literal["balance", "unit value", "share", "rest", "ratio", "difference"]
_SURPLUS = r"(?:surplus|deficit)(?: or (?:an? )?(?:surplus|deficit))?"
_BALANCE = re.compile(
    r"(?:\b(?:run|ran|have|has|had|record(?:ed)?|post(?:ed)?|show(?:ed|n)?|book(?:ed)?)\s)?"
    r"(?:\b(?:an?|the|overall|total|external|foreign|merchandise|bilateral|annual)\s){0,3}"
    rf"\b(?:(?:goods )?trade (?:balance|{_SURPLUS}|gap)|balance of (?:goods )?trade|balance|{_SURPLUS}|"
    r"net exports)\b(?: (?:in|of) (?:its )?(?:goods )?trade\b)?",
    re.IGNORECASE,
)
_IS_TRADE = re.compile(r"\btrade\b|\bnet exports\b|\b(?:surplus|deficit|balance)\b.{0,80}\bwith [A-Z]", re.I)
_OTHER_BALANCE = re.compile(
    r"\b(?:budget|fiscal|government|current[- ]account|services|payments|quota|energy|food|stocks?|bank)\b",
    re.IGNORECASE,
)
_HOW_BIG = re.compile(
    r"[\s,–-]{1,9}(?:(?:surplus or (?:an? )?deficit,? )?(?:and )?(?:by )?how (?:big|large|much|high|wide)"
    r"(?: (?:was|is) (?:it|that))?|(?:a )?surplus or (?:an? )?deficit)[\s?.]{0,9}$",
    re.IGNORECASE,
)
_START = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)*(?:(?:what|how (?:large|big|high|much|wide)) (?:was|is|were|are)\s|"
    r"(?:did|does|do|has|had)\s)?(?:the\s)?",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"^\W*(?:is|was|did|does|do|has|had)\b", re.IGNORECASE)
_WITH = re.compile(r"\bwith(?= (?:the )?[A-Z])")
_GOODS = re.compile(r"\b(?:in|of|for) (?:the )?(?!first|second|third|fourth|half|quarter|year)[a-z]{3,}")

_UNIT_VALUE = re.compile(
    r"\b(?:(?:average|mean)\s)?(?:(?P<flow>export|import)s?\s)?(?:unit\s)?"
    r"(?P<money>[^\W\d_]{3,})"
    r" (?:per|for each) (?P<unit>(?:(?:square|cubic) )?[^\W\d_]+)\b",
    re.IGNORECASE,
)
_IS_AREA = re.compile(r"(?:square|cubic) ")
_IS_KILO = re.compile(r"kilos|kilograms|kgs")
_NO_UNITS = frozenset("year month day week quarter annum capita cent head hour person inhabitant se".split())
_ONE_WORTH = re.compile(
    r"^\W*(?:what|how much) (?:was|is|did|does) (?:an?|one|each|every) "
    r"(?P<unit>(?:(?:square|cubic) )?[^\W\d_]+) of (?P<thing>.{1,120}?) "
    r"(?:worth|fetch|cost|bring in|earn|sell for|go for)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_PLAIN_UNIT_VALUE = re.compile(r"\b(?:(?:average|mean)\s)?unit values? of\b", re.IGNORECASE)
# "..., in crowns a tonne": the unit of the answer, not of what it is worked out of.
_IN_MONEY = re.compile(
    r",? in [a-z]+(?: (?:per|an?) [a-z]+)?\W*$|, [a-z]+ (?:per|an?) [a-z]+\W*$|, [a-z]+s\W*$"
)

_SHARE = r"(?:share|part|percentage|proportion|percent|per cent|fraction|slice)"
_SHARE_OF = re.compile(
    rf"^\W*(?:(?:and|so)\W+)*(?:(?:what|which|how (?:large|big|high) an?) {_SHARE}|how much) of "
    r"(?:the |all )?(?P<whole>.{1,120}?) (?:(?:went|goes?|came|comes?|passed|made up|consisted of|fell on|"
    r"was made up by|was|were|is|are|reached|left)\b|(?:did|do|does) (?P<who>.{1,80}?) "
    r"(?:take|buy|account for|make up|have|get|supply|bring in)\b)(?P<part>.*)$",
    re.IGNORECASE,
)
_OWN_SHARE = re.compile(
    r"^(?P<part>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,5}?)(?:['’]s|s['’]) "
    rf"{_SHARE} (?:of|in) (?:the |all )?(?P<whole>.+)$",
    re.IGNORECASE,
)
_SHARE_IN = re.compile(
    rf"\b{_SHARE} of (?P<part>.{{1,80}}?) in (?:the |all )?"
    r"(?P<whole>.{0,80}?\b(?:exports?|imports?|total|all)\b.*)",
    re.IGNORECASE,
)
_TRADED = re.compile(r"\b(?:exports|imports|sales|purchases)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:to|from|by|through|via|on|in|of)\s+", re.IGNORECASE)
_HANGING = re.compile(r"(?: (?:in|of|for|during|at|by|the end of)){1,4}$")
_BY_MEASURE = re.compile(r"\bby (?:weight|value|volume|quantity)\b", re.IGNORECASE)
_TOTAL_WORD = re.compile(r"\b(?:total|overall|all|whole)\s", re.IGNORECASE)
_PERCENT = re.compile(r",? ?\b(?:in )?(?:per ?cent|percent(?:age)?|%)(?: (?:pls|please))?\W*$", re.IGNORECASE)

_QUOTA = re.compile(r"\b(?:quotas?|allowance|ceiling|limit)\b", re.IGNORECASE)
_QUOTA_USED = re.compile(
    rf"^\W*(?:what|which) {_SHARE} of (?:the |its |their )?"
    r"(?P<quota>.{0,80}?\b(?:quotas?|allowance|ceiling|limit)\b.{0,80}?) "
    r"(?:was|were|is|has been|had been|got|did .{1,40}?|has .{1,40}?|have .{1,40}?) ?"
    r"(?:used(?: up)?|filled|taken up|exhausted|utili[sz]ed|drawn|use|fill|take up)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_QUOTA_LEFT = re.compile(
    r"\b(?:(?:was|were|is|are|has been|had been)\s)?(?:left(?: (?:over|unused|open))?|unused|"
    r"not (?:yet )?used|remain(?:s|ed|ing)?(?: unused)?|unfilled|not (?:yet )?filled|unutili[sz]ed)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"^\W*(?:how much|how many [^\W\d_]+|what|the)?\s?(?:(?:amount|tonnage|quantity|volume|part)\s)?"
    r"(?:(?:of|in) )?(?:the |its |their )?",
    re.IGNORECASE,
)

_FLOW = r"(?:exports?|imports?|sales|purchases)"
_OF_TWO_FLOWS = re.compile(
    rf"\b(?P<kind>ratio|difference|gap) (?:of|between) (?P<first>{_FLOW}) (?:to|and) "
    rf"(?P<second>{_FLOW})\b",
    re.IGNORECASE,
)
_EXCEEDS = re.compile(
    r"^\W*by how much (?:did|do|does) (?P<first>.{1,120}?) (?:exceed|beat|outstrip|surpass|top|outweigh) "
    r"(?P<second>.+)",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s(?=(?:from|to|of|in|with|by|for|at|into|under|on|between)\s)")
_THOSE_FROM = re.compile(
    r"(?:those|that|the ones?)\s(?=(?:from|to|with|by|at|into|for|on|under)\b)", re.IGNORECASE
)
_THOSE = re.compile(r"\b(?:those|that) (?:of|in)\b|\b(?:its|their)\s", re.IGNORECASE)


class AskedParts(NamedTuple):
    """Two questions whose figures a third one is worked out of, each in wordings, the fullest first.

    `names` are what they are called in a refusal, `own_words` the stems of labels under which a table has the
    answer itself.
    """

    kind: PartsKind
    first: tuple[str, ...]
    second: tuple[str, ...]
    names: tuple[str, str]
    own_words: frozenset[str]


def find_parts(text: str) -> AskedParts | None:
    """The two questions; None where the answer is no balance, share, rest or value of each unit."""
    plain = drop_source(" ".join(text.split()))
    if find_superlative(plain):
        return None
    for find in (_find_balance, _find_flows, _find_quota, _find_share, _find_unit_value):
        if parts := find(plain):
            return parts
    return None


def _own(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


def _find_balance(text: str) -> AskedParts | None:
    match = _BALANCE.search(text)
    asks_change = find_operation(_BALANCE.sub(" ", text)) is not None
    if match is None or asks_change or not _IS_TRADE.search(text) or _OTHER_BALANCE.search(text):
        return None
    if _YES_NO.match(text) and not _HOW_BIG.search(text):
        return None
    before, behind = _START.sub("", text[: match.start()]), _HOW_BIG.sub("", text[match.end() :])
    before = re.sub(r"\b(?:end|close|finish)(?:ed)? (?:the )?(?=(?:year )?\d{4})|\bin\s*$", "", before)
    is_of_all = not (_WITH.search(before + behind) or _GOODS.search(behind))
    texts = [
        f"{before} {'total ' if is_of_all else ''}{flow}{_WITH.sub(way, behind)}"
        for flow, way in (("exports", "to"), ("imports", "from"))
    ]
    first, second = (" ".join(one.split()) for one in texts)
    return AskedParts(
        "balance", (first,), (second,), ("exports", "imports"), _own("balance surplus deficit net gap")
    )


def _find_flows(text: str) -> AskedParts | None:
    """The ratio or difference of exports and imports, or of two things of which one exceeds the other."""
    if match := _OF_TWO_FLOWS.search(text):
        texts = []
        for name in (match["first"], match["second"]):
            way = "to" if name.lower().startswith(("e", "s")) else "from"
            texts.append(f"{name}{_WITH.sub(way, text[match.end() :])}")
        kind: PartsKind = "ratio" if match["kind"].lower() == "ratio" else "difference"
        names = (match["first"], match["second"])
        return AskedParts(
            kind, (texts[0],), (texts[1],), names, _own("ratio cover balance surplus deficit gap")
        )
    if match := _EXCEEDS.search(text):
        first, second = match["first"], match["second"].rstrip(" ?.")
        rest = find_periods(first).rest
        if _THOSE.match(second) and re.match(r"(?:those|that)\b", second, re.IGNORECASE):
            second = f"{re.sub(r' (?:in|of|for) *$', '', rest.strip())} in {_THOSE.sub('', second)}"
        elif pointing := _THOSE_FROM.match(second):  # "Imports from Arda exceed those from Brell."
            second = f"{_LINK.split(first, maxsplit=1)[0]} {second[pointing.end() :]}"
        elif of := re.search(r"\bof (.{1,80})", rest):  # "The outturn of duty exceeds its budget."
            second = f"{_THOSE.sub('', second)} of {of[1]}" if _THOSE.match(second) else second
        else:
            second = _THOSE.sub("", second)
        first = _with_periods(first, second)
        return AskedParts(
            "difference", (first,), (_with_periods(second, first),), (first, second), _own("gap")
        )
    return None


def _with_periods(text: str, other: str) -> str:
    """A phrase with the periods of another, where it has none."""
    written = find_periods(other).written.values()
    return text if find_periods(text).names else " ".join([text, "in", *dict.fromkeys(written)])


def _find_quota(text: str) -> AskedParts | None:
    names = ("what was used", "the quota")
    if match := _QUOTA_USED.search(text):
        periods = " ".join(find_periods(text).written.values())
        quota = find_periods(match["quota"]).rest.strip()
        used = f"How much of the {quota} was used in {periods}"
        return AskedParts(
            "share", (used,), (f"{quota} in {periods}", quota), names, _own("percent share fill")
        )
    if (left := _QUOTA_LEFT.search(text)) and _QUOTA.search(text):
        quota = _AMOUNT.sub("", f"{text[: left.start()]} {text[left.end() :]}".strip(" ?")).strip()
        periods = " ".join(find_periods(quota).written.values())
        thing = _of(find_periods(quota).rest)
        thing = re.sub(r"\s(?:at|by) (?:the )?end of\b", "", " ".join(thing.split()))
        used = f"How much of the {thing} was used in {periods}"
        own = _own("left unused remaining balance open rest")
        return AskedParts("rest", (used,), (f"{thing} in {periods}", thing), names, own)
    return None


def _find_share(text: str) -> AskedParts | None:
    is_share = re.search(rf"\b{_SHARE}\b|%", text, re.IGNORECASE)
    plain = _PERCENT.sub("", text) if is_share else ""
    match = _OWN_SHARE.search(_START.sub("", plain)) or _SHARE_OF.search(plain) or _SHARE_IN.search(plain)
    if match is None or (find_operation(plain) or "share of total") != "share of total":
        return None
    groups = match.groupdict()
    whole, part = match["whole"].strip(" ?"), (groups.get("who") or groups["part"]).strip(" ?,")
    if groups.get("who"):
        part = f"{part} {groups['part'].strip(' ?')}"
    periods = " ".join(dict.fromkeys(find_periods(text).written.values()))
    of_all, of_part = _of(find_periods(whole).rest), _of(find_periods(part).rest)
    if not of_all or not of_part or not periods:
        return None
    flow = next(iter(_TRADED.findall(of_all)), "")
    way = "to" if flow[:1] in "eEsS" else "from"
    named = _PREPOSITION.sub("", of_part)
    told = _TOTAL_WORD.sub(" ", f"{of_all} ")
    wordings = [f"{told} {way} {named}", f"{told} of {named}", f"{flow} {way} {named}"]
    if not flow:
        wordings = [f"{told} {of_part}", named]
    measure = " ".join(_BY_MEASURE.findall(text)[:1])
    wordings[-1] = f"{wordings[-1]} {measure}"
    wordings = [f"{wording} in {periods}" for wording in wordings]
    first = tuple(dict.fromkeys(" ".join(one.split()) for one in wordings))
    return AskedParts(
        "share", first, (f"{of_all} in {periods}",), (of_part, of_all), _own("share percent percentage")
    )


def _of(text: str) -> str:
    """A phrase without what was left hanging where its period stood."""
    return _HANGING.sub("", " ".join(text.split()).rstrip(" ,?.")).strip(" ,")


def _find_unit_value(text: str) -> AskedParts | None:
    plain = _START.sub("", _IN_MONEY.sub("", text))
    if match := _ONE_WORTH.search(text):
        units, of = _plural(match["unit"]), f"of {match['thing']} {_IN_MONEY.sub('', match['rest'])}"
        if not (_IS_AREA.match(units) or unit_words(map(stem, written_words(units)))):
            return None
        value, count, names = f"value {of}", f"how many {units} {of}", ("the value", units)
    elif match := _PLAIN_UNIT_VALUE.search(plain):
        before, of = plain[: match.start()], f"of {plain[match.end() :]}"
        value, count, names = f"{before} value {of}", f"what quantity {of} {before}", ("value", "quantity")
    elif (match := _UNIT_VALUE.search(plain)) and match["unit"].lower() not in _NO_UNITS:
        before, behind, units = plain[: match.start()], plain[match.end() :], _plural(match["unit"])
        money = "value" if match["money"].lower() in ("price", "worth") else match["money"]
        value = f"{before} {match['flow'] or ''} {money} {behind}"
        count, names = f"{before} how many {units} {behind}", (f"the {money.lower()}", units)
    else:
        return None
    counts = [count, count.replace(names[1], "tonnes")] if _IS_KILO.match(names[1]) else [count]
    first, *second = (" ".join(one.split()) for one in (value, *counts))
    return AskedParts("unit value", (first,), tuple(second), names, _own("price unit per"))


def _plural(unit: str) -> str:
    return unit.lower() if unit.endswith("s") else f"{unit.lower()}s"
