"""A sentence in clauses: the concepts of each, which of them it denies, and whether it is a mere perhaps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from qa.answering.polarity.concepts import PHRASES, concept, is_predicate, root
from qa.text.terms import FUNCTION_WORDS

__all__ = ["Clause", "Hedge", "Term", "find_clauses", "find_concepts", "find_terms"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’.][^\W\d_]+)*")
_NEGATIVE_CONTRACTION = re.compile(r"(?:n['’]t|\bcannot)$", re.IGNORECASE)
# Denies what follows; "nor" and "neither" do so for their clause.
_NOT = frozenset(
    "not never neither nor hardly scarcely cannot without unable fails fail failed failing".split()
) | frozenset("refuses refuse refused refusing declines declined lacks lack lacked lacking".split())
# Denies its clause wherever it stands: "nobody came", "it has none".
_NONE = frozenset("no none nobody nothing nowhere neither".split())
_NEGATING = re.compile(
    r"\b(?:no longer|(?:has|have|had|is|are|was|were) yet to|far from|instead of|rather than|stopp?(?:ed|"
    r"s)? short of|(?:lost|lose|loses|losing) (?:its|their|his|her|the)|in vain|ruled out|rules out|"
    r"rule out|ruling out|denied (?:that|having)|denies (?:that|having))\b",
    re.IGNORECASE,
)
# "not only", "no fewer than", "no doubt" and the like deny nothing.
_NOT_DENYING = re.compile(
    r"\b(?:not only|not just|not merely|not simply|not least|no fewer|no less|no more|not until|not more|"
    r"not less|no later|no sooner|not necessarily|no doubt|no matter|no\. ?\d|whether or not|or not|"
    r"if not|why not|not all|not every|not always|not to mention)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:(?-i:may)|might|could|would|should|perhaps|possibly|probably|likely|unlikely|reportedly|"
    r"allegedly|propos\w*|plans?|planned|planning|consider\w*|thinking|thinks?|hop(?:es?|ed|ing)|wants?|"
    r"wanted|wish\w*|aims?|expect\w*|threat\w*|suggest\w*|if|unless|asked|asks|demand\w*|call(?:s|"
    r"ed)? for|argu\w+|claims?|claimed|rumou?r\w*|believ\w*|seem\w*|appear\w*|intends?|intended|seeks?|"
    r"sought|proposal|bill|draft|in talks|try|tries|tried|attempt\w*|almost|nearly|impending|upcoming|"
    r"nominat\w*|resist\w*|initially|so-called|pending|goal|once|formerly|previously|used to|supposed|"
    r"meant to|appl(?:y|ied|ies) for|application|bid|request\w*|(?:said|says|vowed|promised|"
    r"pledged)\b.{0,40}\b(?:would|will))\b",
    re.IGNORECASE,
)
_MODAL = re.compile(r"would|could|should|appl(?:y|ied|ies) for", re.IGNORECASE)
_EXCEPTED = re.compile(
    r"\b(?:except(?:ing)?|excluding|unless|only if|apart from|other than|with the exception|mostly|partly|"
    r"partially|some of|sometimes|often|usually|generally|in most|only|more than|less than|fewer than|"
    r"longer than|fully|entirely|both|necessarily)\b",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(r"\W*(?:(?:and|but)\W+)?", re.IGNORECASE)
_ADDS_LITTLE = re.compile(r"\w+ly|first|second|third|further|new|formal|official", re.IGNORECASE)
_AIMS = re.compile(r"appl(?:y|ied)|ask|seek|sought|tr(?:y|ied)|plan|want|start|beg[au]n|agreed|formally")
_BREAK = re.compile(
    r"[;:—()]|(?<=\w\w)[.!?]\s(?=[A-Z])|\s[–-]\s|"
    r",?\s\b(?:but|although|though|because|while|whereas|which|who|whose|unless|until|"
    r"since|so that|where|when|as soon as|after|before|if)\b|,\s(?:and|as|so|then|yet|nor|or)\b|"
    r"\band (?=(?:it|they|he|she|that|this|the|is|are|was|were|has|have|had|will|stays?|remains?|does|did|"
    r"do|can|may)\b)|(?:(?<=\bnothing )|(?<=\bnone ))and (?=[a-z]+s\b)",
    re.IGNORECASE,
)
_SHORT_NAMES = {"US": "u.s", "USA": "u.s", "U.S.A": "u.s", "UK": "u.k"}
_WEAK = FUNCTION_WORDS | frozenset(
    """still already now today currently yet ever even just really actually also too there any such much many
    been get gets got getting having did does doing done make made may might must shall let like upon via per
    among against along one ones above below s t country thing things""".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that says something: its concept and its place in the text.

    `is_denied` says whether a negation of its clause reaches it, `is_target` whether that stands right before
    it ("not signed", "no quotas") or holds for all of the clause ("nobody signed"). `is_thing` is set for the
    thing behind "no".
    """

    concept: str
    text: str
    start: int
    end: int
    is_name: bool = False
    is_denied: bool = False
    is_target: bool = False
    is_thing: bool = False


class Hedge(NamedTuple):
    """A word that makes of a statement a perhaps; `is_modal` if a denial of it holds ("would not")."""

    start: int
    is_modal: bool


class Clause(NamedTuple):
    """A part of a sentence with its own verb, as a rule. `start` and `end` are offsets into the sentence."""

    start: int
    end: int
    terms: tuple[Term, ...]
    hedges: tuple[Hedge, ...]
    is_excepted: bool
    ends_in_none: bool  # "it has none", "pays nothing": what is denied stands in the question


def find_concepts(text: str) -> set[str]:
    """What the terms of a text mean, whatever the words."""
    return {term.concept for term in find_terms(text)}


def find_terms(text: str, start: int = 0, end: int | None = None) -> list[Term]:
    """The terms of a text in order, without small words. A name is a capitalised word that begins nothing."""
    end = len(text) if end is None else end
    terms: list[Term] = []
    taken: list[tuple[int, int]] = []
    for pattern, name in PHRASES:
        for match in pattern.finditer(text, start, end):
            if all(match.end() <= a or b <= match.start() for a, b in taken):
                taken.append(match.span())
                terms.append(Term(name, match[0], *match.span()))
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        if word.casefold() in _WEAK or word.casefold() in _NOT | _NONE or _NEGATIVE_CONTRACTION.search(word):
            continue
        begins = not text[: match.start()].strip(" \"“'‘([") or text[: match.start()].rstrip().endswith(
            (".", "?", "!")
        )
        is_name = word[0].isupper() and not begins
        is_part = text[match.start() - 1 : match.start()] == "-" or text[match.end() : match.end() + 1] == "-"
        name = _SHORT_NAMES.get(word) or concept(word)
        # "Los" of a city and "live" of "live-action" say nothing of anything.
        if (is_name or is_part) and is_predicate(name):
            name = root(word)
        terms.append(Term(name, word, match.start(), match.end(), is_name))
    return sorted(terms, key=lambda term: term.start)


def find_clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence in order."""
    bounds = [0, *(match.start() for match in _BREAK.finditer(sentence)), len(sentence)]
    return [_read_clause(sentence, a, b) for a, b in pairwise(bounds) if sentence[a:b].strip(" ,;:—()")]


def _read_clause(sentence: str, start: int, end: int) -> Clause:
    text = sentence[start:end]
    idle = [match.span() for pattern in (_NOT_DENYING, _NEGATING) for match in pattern.finditer(text)]
    whole: list[int] = []  # where negations stand that hold for all of the clause
    ahead: list[int] = [match.end() for match in _NEGATING.finditer(text)]  # those that hold for what follows
    targets: set[int] = set()
    things: set[int] = set()
    found = find_terms(sentence, start, end)
    phrases = [(term.start - start, term.end - start) for term in found if " " in term.text]
    for match in _TOKEN.finditer(text):
        word = match[0].casefold()
        if any(a <= match.start() < b for a, b in (*idle, *phrases)):
            continue
        if word in _NONE:
            whole.append(match.start())
            if word != "no":
                targets.add(_verb_before(sentence, found, start + match.start()))
            else:
                things.add(_head_behind(sentence, found, start + match.end()))
        elif word in _NOT or _NEGATIVE_CONTRACTION.search(word):
            ahead.append(match.end())
    for at in ahead:
        targets |= _targets_behind(found, start + at - 1)
    after = min(
        (at for at in whole if re.match(r"no\b", text[at:], re.IGNORECASE) is None), default=len(text)
    )
    has_subject_negation = any(_NO_SUBJECT.fullmatch(text[:at]) for at in whole)
    terms = tuple(
        replace(
            term,
            is_denied=(len(whole) + sum(1 for at in ahead if at <= term.start - start + 1)) % 2 == 1,
            is_target=number in targets | things or has_subject_negation or term.start - start > after,
            is_thing=number in things,
        )
        for number, term in enumerate(found)
    )
    return Clause(
        start,
        end,
        terms,
        tuple(Hedge(start + m.start(), bool(_MODAL.match(m[0]))) for m in _HEDGED.finditer(text)),
        bool(_EXCEPTED.search(text)),
        bool(re.search(r"\b(?:none|nothing|not|neither|no)\W*$", text, re.IGNORECASE)),
    )


def _head_behind(sentence: str, terms: Sequence[Term], at: int) -> int:
    """The number of the noun that "no" at an offset denies, the last of a run of terms; -1 for none."""
    number = next((n for n, term in enumerate(terms) if term.start >= at), -1)
    if number < 0 or sentence[at : terms[number].start].strip():
        return -1
    while number + 1 < len(terms) and not sentence[terms[number].end : terms[number + 1].start].strip(" -"):
        number += 1
    return number


def _verb_before(sentence: str, terms: Sequence[Term], at: int) -> int:
    """The number of the term right before "nothing" or "none" at an offset; -1 if another word is between."""
    numbers = [n for n, term in enumerate(terms) if term.end <= at and not sentence[term.end : at].strip()]
    return numbers[-1] if numbers else -1


def _targets_behind(terms: Sequence[Term], at: int) -> set[int]:
    """The numbers of what "not" at an offset denies: the term behind it, and what is applied or asked for."""
    behind = [n for n, term in enumerate(terms) if term.start >= at and not _ADDS_LITTLE.fullmatch(term.text)]
    first = terms[behind[0]].text.casefold() if behind else ""
    return set(behind[:2] if _AIMS.match(first) else behind[:1])
