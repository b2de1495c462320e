"""What a claim says of a figure that its evidence has, set against what the evidence says of it.

Each rule yields the places of the claim's words that the evidence contradicts.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from qa.answering.claim_check.reality import Reality
from qa.answering.claim_check.relations import find_relations
from qa.answering.claim_check.row_rules import terms_of
from qa.answering.polarity.values import find_values
from qa.schema import Span
from qa.text.sentences import sentence_spans

__all__ = ["crossed_figures", "other_bounds", "other_ranks", "planned_figures"]

_FRACTION = re.compile(
    r"(?<!first )(?<!second )(?<!latter )\b(?:(?P<few>a|one|two|three|four)[ -])?"
    r"(?P<part>half|halves|thirds?|quarters?|fifths?|tenths?)\b"
    r"(?! (?:of (?:the (?:year|century)|(?:19|20)\d\d)|(?:19|20)\d\d|year))"
)
_PARTS = {"hal": 2, "thi": 3, "qua": 4, "fif": 5, "ten": 10}
_FEW = {"two": 2, "three": 3, "four": 4}
_CLAUSE_BREAK = re.compile(
    r"[;:—()]|,\s|\s(?:and|but|while|whereas|although|though|because|which|who|if|unless|when|so)\s"
)
_ABOVE = re.compile(
    r"\b(?:more than|over|above|in excess of|exceed(?:s|ed|ing)?|upwards? of|well over)\s(?:an?\s|the\s)?$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:almost|nearly|not quite|close to|short of|just (?:under|below))\s(?:an?\s|the\s)?$", re.IGNORECASE
)
# What a figure is at most, or at least: what stands in front of it, or behind.
_CEILING = re.compile(
    r"(?:\b(?:(?:no|not|never) (?:more|higher|greater|longer|larger) than|at most|at the most|(?:not|never) "
    r"exceed\w*|(?:a )?maximum of|capped at|a ceiling of)|(?<!or )(?<!, )\bup to)\s(?:an?\s|the\s)?$",
    re.IGNORECASE,
)
_FLOOR = re.compile(
    r"\b(?:(?:no|not|never) (?:less|fewer|lower|shorter|smaller) than|at least|at the least|"
    r"(?:a )?minimum of|a floor of)\s(?:an?\s|the\s)?$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(
    r"(?:\s\w+)?\sor (?P<more>more|over|longer|higher|less|fewer|under|shorter|lower)\b", re.IGNORECASE
)
_UPWARDS = frozenset("more over longer higher".split())
_PART_END = re.compile(r"[,;:.](?!\d)|\s(?:and|but|while|whereas|or)\s")
_STEP = re.compile(r"\b(?:from|to)\s\W?$")
_STEP_CHARS = 8
_NAME = re.compile(r"\b[A-Z][^\W_]*")
_BOUND_CHARS = 30
_SAME = 0.01  # "a third" and 33 percent
_EXCEPTED = re.compile(r"\b(?:not|no|without|except\w*|exempt\w*|unless|only|other\w*|rest)\b", re.IGNORECASE)


_UNREAL = re.compile(r"\bwould\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless)\b", re.IGNORECASE)
_EXPECTED = re.compile(
    r"\b(?:expect\w*|forecast\w*|foresee\w*|(?<!than )plan(?:s|ned|ning)?|target\w*|project(?:s|ed|ions?)|"
    r"predict\w*|hop(?:es|ed|ing)|aim(?:s|ed)?|intend\w*)\b",
    re.IGNORECASE,
)
# A claim that is itself a perhaps says no more than one.
_HEDGED = re.compile(
    rf"{_UNREAL.pattern}|{_CONDITION.pattern}|{_EXPECTED.pattern}|\b(?:(?-i:may)|might|could|options?|"
    r"(?:is|are) (?:due )?to|should|can|must|allow\w*|right|advis\w*|urg\w*|wish\w*|propos\w*|possib\w+|"
    r"likely|perhaps|bill|once|when(?:ever)?|until|in case|provided|as long as|whether)\b",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"(?P<one>\bone of (?:the )?(?:\w+ )?)?"
    r"(?:\b(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)[- ])?"
    r"\b(?P<most>largest|biggest|highest|lowest|smallest|oldest|richest|busiest|fastest|cheapest|dearest|"
    r"longest|poorest|main|leading)\b",
    re.IGNORECASE,
)
_SAME_RANKING = {"biggest": "largest"}


class _Mention(NamedTuple):
    """A figure with the clause and the sentence that it stands in; shares and fractions in percent."""

    amount: float
    is_share: bool
    place: Span
    clause: Span
    sentence: Span


@lru_cache(maxsize=256)  # a sentence of the evidence is set against many claims
def _mentions(text: str) -> tuple[_Mention, ...]:
    """The figures of a text in order; years are none."""
    found = [
        (100 * _FEW.get(match["few"], 1) / _PARTS[match["part"][:3]], True, Span(*match.span()))
        for match in _FRACTION.finditer(text)
    ]
    parts = [place for *_, place in found]
    found += [
        (value.amount, value.kind == "share", value.span)
        for value in find_values(text)
        if not any(part.start < value.span.end and value.span.start < part.end for part in parts)
    ]
    if not found:
        return ()
    sentences = [Span(*span) for span in sentence_spans(text)] or [Span(0, len(text))]
    mentions = []
    for amount, is_share, place in sorted(found, key=lambda one: one[2].start):
        sentence = next((one for one in sentences if one.start <= place.start < one.end), sentences[-1])
        breaks = [m.span() for m in _CLAUSE_BREAK.finditer(text, sentence.start, sentence.end)]
        start = max((end for _, end in breaks if end <= place.start), default=sentence.start)
        end = min((start for start, _ in breaks if start >= place.end), default=sentence.end)
        mentions.append(_Mention(round(amount, 6), is_share, place, Span(start, end), sentence))
    return tuple(mentions)


def _same(own: _Mention, evidence: Sequence[str]) -> list[tuple[str, _Mention]]:
    """The evidence's mentions of a figure, each with its line."""
    return [(line, other) for line in evidence for other in _mentions(line) if _is_like(own, other)]


def _is_like(first: _Mention, second: _Mention) -> bool:
    is_near = abs(second.amount - first.amount) < _SAME * max(1.0, first.amount)
    return is_near and second.is_share == first.is_share


def other_bounds(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures said to be passed that the evidence has as not reached: "over a third" of "almost a third"."""
    for own in _mentions(text):
        side = _bound(text, own)
        known = _same(own, evidence)
        limit = _limit(text, own)
        if limit and known and all(_limit(line, other) == -limit for line, other in known):
            yield own.place
        if not side or not known or not all(_bound(line, other) == -side for line, other in known):
            continue
        # "Over half are exempt" and "nearly half must pay" are not the same half.
        if len({_is_excepted(line, mention) for line, mention in ((text, own), *known)}) == 1:
            yield own.place


def _is_excepted(text: str, mention: _Mention) -> bool:
    return _EXCEPTED.search(text, mention.clause.start, mention.clause.end) is not None


def _bound(text: str, mention: _Mention) -> int:
    before = text[max(0, mention.place.start - _BOUND_CHARS) : mention.place.start]
    return 1 if _ABOVE.search(before) else -1 if _BELOW.search(before) else 0


def _limit(text: str, mention: _Mention) -> int:
    """1 for a figure that something is at least, -1 for one that it is at most, 0 for neither."""
    before = text[max(0, mention.place.start - _BOUND_CHARS) : mention.place.start]
    if behind := _OR_MORE.match(text, mention.place.end):
        return 1 if behind["more"].casefold() in _UPWARDS else -1
    return 1 if _FLOOR.search(before) else -1 if _CEILING.search(before) else 0


def planned_figures(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures of what is said to be so that in the evidence is only expected, possible or on a condition."""
    if _HEDGED.search(text):
        return
    realities = [(one.reality, one.start) for one in find_relations(text)]
    for own in _mentions(text):
        near = [r for r, start in realities if own.clause.start <= start < own.clause.end and r is not None]
        if not near:
            continue
        known = _same(own, evidence)
        if known and all(_is_less_real(max(near), line, other) for line, other in known):
            yield own.place


def _is_less_real(reality: Reality, line: str, other: _Mention) -> bool:
    clause = line[other.clause.start : other.clause.end]
    sentence = line[other.sentence.start : other.sentence.end]
    if reality == Reality.DONE and _EXPECTED.search(clause):
        return True
    return bool(_UNREAL.search(clause)) and _CONDITION.search(sentence) is not None


def crossed_figures(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Two figures that have changed places: "5 percent on tea, 9 on rice" of "9 on tea, 5 on rice"."""
    own = _followed(text)
    known = [pair for line in evidence for pair in combinations(_followed(line), 2)] if len(own) > 1 else []
    for first, second in combinations(own, 2):
        if _is_like(first.mention, second.mention):
            continue
        for pair in known:
            if any(_is_crossed(first, second, *both) for both in (pair, pair[::-1])):
                yield from (first.mention.place, second.mention.place)


class _Followed(NamedTuple):
    """A figure with the terms behind it, and those of them that are names."""

    mention: _Mention
    terms: frozenset[str]
    names: frozenset[str]


def _is_crossed(first: _Followed, second: _Followed, one: _Followed, other: _Followed) -> bool:
    """Whether the first figure is that of one with the terms of the other, and the second the reverse."""
    if not (_is_like(first.mention, one.mention) and _is_like(second.mention, other.mention)):
        return False
    four = (first, second, one, other)
    has_names = all(followed.names for followed in four)  # which then decide
    sides = [followed.names if has_names else followed.terms for followed in four]
    only_one, only_other = sides[2] - sides[3], sides[3] - sides[2]
    crosses = sides[0] & only_other and sides[1] & only_one
    return bool(crosses) and not sides[0] & only_one and not sides[1] & only_other


def _followed(text: str) -> list[_Followed]:
    """The figures of a text, each with what follows up to the next figure, mark or "and"; no steps "from"."""
    mentions = _mentions(text)
    found = []
    for number, mention in enumerate(mentions):
        following = mentions[number + 1].place.start if number + 1 < len(mentions) else len(text)
        stop = _PART_END.search(text, mention.place.end, following)
        part = text[mention.place.end : stop.start() if stop else following]
        if _STEP.search(text[max(0, mention.place.start - _STEP_CHARS) : mention.place.start]):
            continue
        names = terms_of(" ".join(_NAME.findall(part)))
        found.append(_Followed(mention, terms_of(part), names))
    return found


def other_ranks(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Places in a ranking that the evidence gives as others: "largest" of "second-largest"."""
    known: dict[str, set[str]] = {}
    for line in evidence:
        for match in _RANK.finditer(line):
            known.setdefault(_most(match), set()).add(_place(match))
    for match in _RANK.finditer(text):
        places = known.get(_most(match), set())
        own = _place(match)
        if places and own not in places and "one of" not in places | {own}:
            yield Span(*match.span())


def _most(match: re.Match[str]) -> str:
    word = match["most"].casefold()
    return _SAME_RANKING.get(word, word)


def _place(match: re.Match[str]) -> str:
    return "one of" if match["one"] else (match["nth"] or "first").casefold()
