"""Another direction, certainty, reach or reason, a "not", or the words in other places."""

import random
import re
from collections.abc import Sequence

from qa.models.checker.training.claim_rows import Changed, Statement
from qa.models.checker.training.lexicon import (
    NEVER_SAID_ALONE,
    OPPOSITES,
    SCOPES,
    base_of,
    participle_of,
    past_of,
    phrase_pattern,
)
from qa.models.checker.training.paraphrases import lower_first, upper_first
from qa.models.checker.training.replacing import NAME, NOT_NAMES, NUMBER, YEAR, put, swap_in_rows
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS

__all__ = [
    "add_unsaid",
    "change_cause",
    "change_direction",
    "change_mixed",
    "change_modality",
    "change_negation",
    "change_salad",
    "change_scope",
]

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|can|may|must|should|would|could|does|do|did)\b(?! not\b)"
)
_NOT = re.compile(r" not\b|n['’]t\b")
_PAST = re.compile(r"(?<![\w'’-])[a-z]{3,}(?![\w'’-])")
_BECAUSE = re.compile(r"(,? (?:because|since|as|due to|owing to|because of)) ([^,.;]{8,})")
_UNSURE = (
    "may",
    "might",
    "could",
    "plans to",
    "is expected to",
    "has proposed to",
    "wants to",
    "has threatened to",
)
_UNSURE_BE = (
    "may be",
    "might be",
    "could be",
    "is to be",
    "is expected to be",
    "would be",
    "is planned to be",
)
_SURE_FROM_UNSURE = re.compile(
    r"\b(may|might|could|would|will|should|plans? to|intends? to|hopes? to|wants? to|(?:is|are) expected to|"
    r"(?:is|are) due to|proposes? to|aims? to|(?:is|are) considering|has proposed to|threatens? to) "
    r"(be )?([a-z]{3,})\b"
)
_NO_VERB_AFTER = frozenset(
    """the a an is are was were be been being has have had by its his her their of and or not to more most
    very newly this that these those with""".split()
)


def change_direction(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """A word for one that says the opposite."""
    del statement
    fitting = []
    for sides in OPPOSITES:
        for side, others in ((sides[0], sides[1]), (sides[1], sides[0])):
            for member in side:
                if member in text.casefold():
                    fitting += [
                        (match, rng.choice(others)) for match in phrase_pattern(member).finditer(text)
                    ]
    if not fitting:
        return None
    match, new = rng.choice(fitting)
    return put(text, *match.span(), new)


def change_negation(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """A "not" more, or less."""
    del statement
    if match := _NOT.search(text):
        if match.group() == " not":
            before = text[: match.start()].rsplit(" ", 1)[-1]
            return Changed(
                text[: match.start()] + text[match.end() :], ((match.start() - len(before), match.start()),)
            )
        start = text.rfind(" ", 0, match.start()) + 1
        return Changed(text[: match.start()] + text[match.end() :], ((start, match.start()),))
    if match := re.search(r"\b(no|never|without|neither|none)\b", text):
        new = {"no": "some", "never": "often", "without": "with", "neither": "both", "none": "all"}[
            match.group()
        ]
        return put(text, *match.span(), new)
    if match := _AUXILIARY.search(text):
        word = rng.choice(("not", "not", "never", "no longer"))
        return Changed(
            text[: match.end()] + f" {word}" + text[match.end() :],
            ((match.end() + 1, match.end() + 1 + len(word)),),
        )
    if verb := _past_verb(text, rng):
        match, base = verb
        return put(text, *match.span(), f"{rng.choice(('did not', 'never did'))} {base}")
    return None


def _past_verb(text: str, rng: random.Random) -> tuple[re.Match[str], str] | None:
    """A verb in the past that no auxiliary stands before."""
    verbs = []
    for match in _PAST.finditer(text):
        base = base_of(match.group())
        before = text[: match.start()].rstrip().rsplit(" ", 1)[-1].casefold()
        if base and past_of(base) == match.group() and before not in _NO_VERB_AFTER:
            verbs.append((match, base))
    return rng.choice(verbs[:2]) if verbs else None


def change_modality(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """What is done as what may be, or the other way round."""
    del statement
    if match := _SURE_FROM_UNSURE.search(text):
        be, verb = match[2], match[3]
        past = verb if be else participle_of(verb)
        if be and base_of(verb) is not None:
            return put(text, *match.span(), rng.choice((f"has been {verb}", f"was {verb}", f"is now {verb}")))
        if past and not be:
            return put(
                text, *match.span(), rng.choice((f"has {past}", str(past_of(verb)), f"has already {past}"))
            )
        if match[1] in ("may", "might", "could"):
            return put(text, *match.span(1), rng.choice(("will", "must", "is certain to")))
        if match[1] in ("will", "should"):
            return put(text, *match.span(1), rng.choice(("may", "might", "could")))
        return None
    match = re.search(r"\b(?:has been|have been|was|were|is|are) ([a-z]{3,})\b", text)
    if match and base_of(match[1]) is not None:
        return put(text, *match.span(), f"{rng.choice(_UNSURE_BE)} {match[1]}")
    if verb := _past_verb(text, rng):
        found, base = verb
        return put(text, *found.span(), f"{rng.choice(_UNSURE)} {base}")
    return None


def change_scope(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """More or fewer than are said."""
    if changed := swap_in_rows(SCOPES, text, rng, only_first=True):
        return changed
    del statement
    matches = [
        match
        for match in re.finditer(r"(?<= )(?:in|for|from|to|by) (?=[A-Z0-9])", text)
        if match.start() > 10
    ]
    if match := re.match(
        r"(?:The )?([a-z]+s|[A-Z][a-z]+s) (?=are|were|have|will|must|may|can|pay|get)", text
    ):
        return put(text, 0, match.end(), f"{rng.choice(('All', 'Only', 'Most', 'Some'))} {match[1].lower()} ")
    if not matches:
        return None
    match = rng.choice(matches)
    word = rng.choice(("only", "solely", "exclusively"))
    return Changed(
        text[: match.start()] + f"{word} " + text[match.start() :],
        ((match.start(), match.start() + len(word)),),
    )


def change_cause(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another reason, or one where none is given."""
    clauses = [
        line for line in statement.others if 20 < len(line) < 90 and "?" not in line and line.endswith(".")
    ]
    if not clauses:
        return None
    clause = lower_first(rng.choice(clauses)).rstrip(" .!")
    if match := _BECAUSE.search(text):
        return put(text, match.start(2), match.end(2), clause)
    link = rng.choice((" because ", ", since ", ", because ", ", as a result of the fact that "))
    body = text.rstrip(" .!")
    return Changed(f"{body}{link}{clause}.", ((len(body) + len(link), len(body) + len(link) + len(clause)),))


def change_mixed(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """A figure or a name of the evidence said of another thing."""
    ways: Sequence[re.Pattern[str]] = rng.sample((NUMBER, YEAR, NAME), 3)
    for pattern in ways:
        matches = [match for match in pattern.finditer(text) if match.group() not in NOT_NAMES]
        own = {match.group() for match in matches}
        there = [
            match.group()
            for line in statement.evidence
            for match in pattern.finditer(line)
            if match.group() not in own | NOT_NAMES
            and (pattern is not NAME or not stems(match.group()) & stems(text))
        ]
        if pattern is NUMBER:
            matches = [match for match in matches if not YEAR.fullmatch(match.group())]
            there = [value for value in there if not YEAR.fullmatch(value)]
        if matches and there:
            return put(text, *rng.choice(matches).span(), rng.choice(there))
    return None


def change_salad(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Two content words and more in each other's place."""
    del statement
    words = [
        match for match in re.finditer(r"[\w'’-]+", text)
        if len(match.group()) > 3 and match.group().casefold() not in FUNCTION_WORDS
    ]  # fmt: skip
    if len(words) < 4:
        return None
    most = min(6, len(words))
    moved = sorted(rng.sample(range(len(words)), 2 if rng.random() < 0.5 else rng.randint(3, most)))
    order = moved[1:] + moved[:1]
    new_words = {index: words[other].group() for index, other in zip(moved, order, strict=True)}
    pieces, spans, length, offset = [], [], 0, 0
    for index, match in enumerate(words):
        between = text[offset : match.start()]
        word = new_words.get(index, match.group())
        if index == 0:
            word = upper_first(word)
        pieces += [between, word]
        length += len(between)
        if index in new_words and word != match.group():
            spans.append((length, length + len(word)))
        length += len(word)
        offset = match.end()
    return Changed("".join(pieces) + text[offset:], tuple(spans))


def add_unsaid(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """What the evidence says and, besides, what only the rest of the document does."""
    known = set().union(*(stems(line) for line in statement.evidence))
    unsaid = [
        line for line in statement.others
        if 15 < len(line) < 110 and line.endswith(".") and len(stems(line) - known) >= 4
        and not NEVER_SAID_ALONE.match(line)
    ]  # fmt: skip
    if not unsaid:
        return None
    added = lower_first(rng.choice(unsaid)).rstrip(" .!")
    link = rng.choice((", and ", " and ", "; ", ", while "))
    body = text.rstrip(" .!")
    return Changed(f"{body}{link}{added}.", ((len(body) + len(link), len(body) + len(link) + len(added)),))
