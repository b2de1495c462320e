"""Pronouns of a follow-up, and what they stand for: a person, a thing or several that were spoken of."""

import re

from qa.query.follow_up.antecedents import Antecedents, possessive
from qa.query.follow_up.question_words import AUXILIARY, DETERMINER, PLAIN_PERIOD, PREPOSITION, split_words
from qa.query.follow_up.verb_forms import base_form, is_noun_too

__all__ = ["resolve_pronouns"]

# What a thing, not a country or a company, does: "when does it expire?".
_HAPPENING = frozenset(
    """apply become begin change come consist contain cost cover differ drop end enter expire fall happen
    lapse last mean merge rank rise run start stop take work""".split()
)
_POSSESSIVES = {"its", "their", "his", "her", "theirs", "hers"}
_HE = {"he", "him", "his", "she", "her", "hers"}
_THEY = {"they", "them", "their", "theirs", "these", "those"}
_PRONOUN = re.compile(
    r"\b(?:its|it|they|them|their|theirs|he|him|his|she|hers|her|these|those|this|that|the (?:latter|"
    r"former))\b(?!['’])",
    re.IGNORECASE,
)
_NOT_POINTING = re.compile(
    r"\b(?:this (?:year|month|week|quarter|decade|century)|these days|those (?:who|that|which|with|in|of|"
    r"from|on)|"
    r"that of|(?:its|their|his|her) own|it (?:true|possible|likely|legal|right|correct|known|"
    r"expected)(?= )|it (?:takes?|costs?) to|"
    r"(?:say|says|said|think|thinks|know|believe|so|is it) that(?= \w+ \w+))\b",
    re.IGNORECASE,
)
# "how much of that is loans": of a sum that was told.
_AMOUNT = re.compile(
    r"(?:[A-Z]{0,3}[$€£¥] ?)?\d[\d.,]{0,30}(?: (?:thousand|million|billion|trillion))(?: (?!of\b|"
    r"for\b)[a-z]+)?(?: of [a-z]+)?(?: for (?:the )?[a-z]+)?"
)


def resolve_pronouns(question: str, base: str, answer: str) -> str | None:
    """The question with what its pronouns stand for in their place; None where it has none of those."""
    antecedents = Antecedents(base, answer)
    skipped = [match.span() for match in _NOT_POINTING.finditer(question)]
    used: dict[str, str] = {}
    text, shift = question, 0
    for match in _PRONOUN.finditer(question):
        if any(start <= match.start() < end for start, end in skipped):
            continue
        place = _replacement(question, match, antecedents, used)
        if place is None:
            continue
        start, end, replacement = place
        text = text[: start + shift] + replacement + text[end + shift :]
        shift += len(replacement) - (end - start)
    return text if text != question else None


def _replacement(
    question: str, match: re.Match[str], antecedents: Antecedents, used: dict[str, str]
) -> tuple[int, int, str] | None:
    """Start, end and what comes there; None where the word points to nothing, or into the question."""
    word = match[0].lower()
    after, before = question[match.end() :].strip(), question[: match.start()].strip()
    next_word = split_words(after)[0].text if split_words(after) else ""
    if word == "that" and re.search(r"\b(?:before|after|since|until|than)$", before):
        return None
    if word == "that" and before.endswith(" of") and (amount := _AMOUNT.search(antecedents.answer)):
        return match.start(), match.end(), f"the {amount[0]}"
    if word in ("this", "that", "these", "those", "the latter", "the former"):
        if word == "that" and not _is_pointing_that(before, after):
            return None
        is_verb = re.search(r"\b(?:do|does|did|can|will|would|could|should|may)$", before) and base_form(
            next_word
        )
        if next_word.isalpha() and next_word.islower() and _is_noun_after(next_word) and not is_verb:
            return _replace_noun_phrase(question, match, antecedents)
    is_possessive = word in _POSSESSIVES and not (word == "her" and not _is_noun_after(next_word))
    acts = _acts(before, after, is_possessive=is_possessive)
    kind = "he" if word in _HE else "they" if word in _THEY else "it"
    if kind in used and is_possessive:
        return None  # "Did Canada raise its tariffs": the word points into the question
    found = (
        antecedents.person()
        if kind == "he"
        else antecedents.several(acts=acts)
        if kind == "they"
        else antecedents.thing(acts=acts)
    )
    if found is None:
        return None
    used[kind] = found
    if not is_possessive:
        return match.start(), match.end(), found
    owned = _owned_phrase(after)
    if owned and (len(split_words(found)) > 3 or re.search(r"['’]s? ", found)):
        end = question.find(owned, match.end()) + len(owned)
        return match.start(), end, f"the {owned} of {found}"
    return match.start(), match.end(), possessive(found)


def _is_pointing_that(before: str, after: str) -> bool:
    """Whether "that" is no conjunction and begins no relative clause."""
    if not after:
        return True
    last = split_words(before)[-1].lowered if split_words(before) else ""
    return bool(AUXILIARY.match(last)) or last in (
        "of",
        "to",
        "for",
        "in",
        "on",
        "at",
        "by",
        "with",
        "from",
        "about",
        "after",
        "before",
        "since",
        "until",
        "than",
        "like",
        "explain",
    )


def _is_noun_after(word: str) -> bool:
    is_small = word.lower() in (
        *PREPOSITION,
        *DETERMINER,
        "and",
        "or",
        "still",
        "also",
        "ever",
        "not",
        "already",
    )
    is_verb = base_form(word) is not None and not is_noun_too(word)
    return bool(word) and not is_small and not is_verb and not AUXILIARY.match(word)


def _replace_noun_phrase(
    question: str, match: re.Match[str], antecedents: Antecedents
) -> tuple[int, int, str] | None:
    """For "that agreement": the agreement that was named, where one was; else the phrase with "the"."""
    phrase = _owned_phrase(question[match.end() :].strip())
    if not phrase or phrase.split()[-1] in ("way", "case", "reason", "time"):
        return None
    end = question.find(phrase, match.end()) + len(phrase)
    if named := antecedents.named_in_answer(phrase.split()[-1]):
        return match.start(), end, named
    is_several = match[0].lower() in ("these", "those")
    found = antecedents.several(acts=False) if is_several else antecedents.thing(acts=False)
    if found and re.search(rf"\b{re.escape(phrase.split()[-1].rstrip('s'))}", found, re.IGNORECASE):
        return match.start(), end, found
    topic = antecedents.topic()
    return (
        match.start(),
        end,
        f"the {phrase} on {topic}" if topic and is_several else found or f"the {phrase}",
    )


def _owned_phrase(after: str) -> str:
    """The noun phrase with which the text begins: what is owned."""
    tokens = split_words(after)
    stop = 0
    for place, token in enumerate(tokens):
        if (
            token.lowered in PREPOSITION
            or AUXILIARY.match(token.text)
            or token.lowered in ("and", "or", "that")
        ):
            break
        if PLAIN_PERIOD.match(after[token.start :]) or (
            place and after[tokens[place - 1].end : token.start] != " "
        ):
            break
        is_verb = base_form(token.text) and not is_noun_too(token.text)
        if place and is_verb and not token.text.endswith("ed"):
            break
        stop = place + 1
    return after[: tokens[stop - 1].end] if stop else ""


def _acts(before: str, after: str, *, is_possessive: bool) -> bool:
    """Whether the pronoun is the subject of what a country, a company or a person does."""
    if is_possessive:
        return True
    if not after and re.search(r"\bwhere (?:is|was)$", before, re.IGNORECASE):
        return True
    tokens = [
        token
        for token in split_words(after)
        if token.lowered not in ("still", "also", "ever", "not", "finally", "first", "already", "then", "now")
    ]
    last = split_words(before)[-1].lowered if split_words(before) else ""
    if not tokens or not AUXILIARY.match(last):
        return False
    verb = base_form(tokens[0].text)
    if last in ("is", "are", "was", "were"):
        return tokens[0].text.endswith("ing") and verb not in _HAPPENING
    if tokens[0].lowered in ("be", "been", "have"):
        return False
    if verb == "take" and len(tokens) > 1:
        return tokens[1].lowered not in ("place", "effect", "long")
    return verb not in _HAPPENING
