"""The same said in other words, by rule."""

import random
import re

from qa.models.checker.training.lexicon import (
    NEVER_SAID_ALONE,
    SYNONYMS,
    base_of,
    participle_of,
    phrase_pattern,
)

__all__ = ["join_sentences", "lower_first", "paraphrase", "upper_first"]

_FRONTED = re.compile(
    r"^((?:In|On|At|By|Since|Until|During|After|Before|From|Under|Last|For) [^,.;:]{3,50}), (.+?)([.!]?)$"
)
_BACKED = re.compile(
    r"^(.{20,}?) ((?:in|on|since|until|during|by|from) "
    r"(?:\d{4}|(?:early |late |mid-)?[A-Z][a-z]+(?: \d{1,2})?(?:,? \d{4})?))([.!]?)$"
)
_RELATIVE = re.compile(r", (?:which|who|whose|where|a|an|the) [^,;.]{6,80},")
_ASIDE = re.compile(r" \([^()]{2,60}\)")
_TAIL = re.compile(r",? (?:and|which|who|where|with|after|as|according to) [^,;]{10,90}([.!]?)$")
_ACTIVE = re.compile(
    r"^((?:The |A |An |Its )?(?:[A-Z][\w'-]+|[a-z]{3,}(?: [a-z]{3,})?)(?: [A-Z][\w'-]+){0,3}) "
    r"([a-z]{3,}(?:ed|t|ht)) "
    r"((?:the|a|an|its|his|her|their|all|two|three) [a-z][\w' -]{3,40}?)"
    r"((?: (?:in|on|at|for|from|to|after|before|because|by|with|during|until|since)\b.*)?[.!]?)$"
)
_MAX_SYNONYMS = 3


def paraphrase(sentence: str, rng: random.Random) -> str:
    """The sentence in other words or another order; as it is if none of the rules fits."""
    text = sentence
    ways = [_leave_out, _reorder, _make_passive]
    rng.shuffle(ways)
    for way in ways[: rng.choice((0, 1, 2))]:
        text = way(text, rng)
    return _swap_synonyms(text, rng)


def _swap_synonyms(text: str, rng: random.Random) -> str:
    groups = [group for group in SYNONYMS if any(member in text for member in group)]
    rng.shuffle(groups)
    swapped = 0
    goal = rng.randint(1, _MAX_SYNONYMS)
    for group in groups:
        for member in sorted(group, key=len, reverse=True):
            match = phrase_pattern(member).search(text)
            if not match:
                continue
            other = rng.choice([name for name in group if name != member])
            if match[0][:1].isupper() and match.start() == 0:
                other = upper_first(other)
            text = text[: match.start()] + other + text[match.end() :]
            swapped += 1
            break
        if swapped == goal:
            break
    return text


def _leave_out(text: str, rng: random.Random) -> str:
    """Without an aside or what is said at the end besides."""
    for pattern in rng.sample((_RELATIVE, _ASIDE, _TAIL), 3):
        match = pattern.search(text)
        if match and match.start() > 25 and not NEVER_SAID_ALONE.search(text):
            return text[: match.start()] + (match[1] if match.re is _TAIL else "") + text[match.end() :]
    return text


def _reorder(text: str, rng: random.Random) -> str:
    del rng
    if match := _FRONTED.match(text):
        return f"{upper_first(match[2])} {lower_first(match[1])}{match[3]}"
    if match := _BACKED.match(text):
        return f"{upper_first(match[2])}, {lower_first(match[1])}{match[3]}"
    return text


def _make_passive(text: str, rng: random.Random) -> str:
    del rng
    match = _ACTIVE.match(text)
    base = base_of(match[2]) if match else None
    if not match or base is None:
        return text
    actor, acted_on, rest = match[1], match[3], match[4]
    verb = "were" if re.match(r"(all|two|three)\b|.*[^s]s$", acted_on) else "was"
    return f"{upper_first(acted_on)} {verb} {participle_of(base)} by {lower_first(actor)}{rest}"


def join_sentences(first: str, second: str, rng: random.Random) -> str:
    """Two sentences in one."""
    link = rng.choice((", and ", "; ", ", while ", " and "))
    return first.rstrip(" .!") + link + lower_first(second)


def lower_first(text: str) -> str:
    """In the middle of a sentence: names and shortened names keep their capital."""
    first = text.split(" ", 1)[0]
    is_common = first in _COMMON or first.lower() in _COMMON
    return text[0].lower() + text[1:] if is_common else text


def upper_first(text: str) -> str:
    """At the beginning of a sentence."""
    return text[:1].upper() + text[1:]


_COMMON = frozenset(
    """the a an in on at by since until during after before from under last for it its this that these
    those he she they their his her there some many most all several two three four five six exports
    imports officials farmers about only no each every one another other our we you as with if when
    while both such prices""".split()
)
