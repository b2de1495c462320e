"""Questions that ask why: the sentences that state a reason for it, and whether there is none."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.polarity.clauses import find_concepts
from qa.answering.polarity.statement import read_statement
from qa.answering.sentence_ranking import RankedSentence

__all__ = ["asks_for_reason", "has_no_reason", "keep_reasons", "put_reasons_first", "states_reason"]

_ASKS = re.compile(
    r"\bwhy\b|\b(?:what|which)(?: \w+)? (?:triggered|caused|prompted|made|makes|led to|explains)\b|"
    r"\b(?:reasons?|grounds?|motives?) (?:for|behind|of|why)\b|\b(?:reason|motive) for\b|\bon what grounds\b|"
    r"\bhow come\b",
    re.IGNORECASE,
)
_REASON_GIVEN = (  # "What reason did Dorn give for it?"
    r"\breasons? (?:did|does|do|has|have|had|was|were|is|are)\b.{0,60}\b"
    r"(?:g[ai]ven?|state[ds]?|cited?|named?|offer(?:ed)?)\b"
)
_ASKS_WHY = re.compile(rf"\bwhy\b|\breasons? for\b|{_REASON_GIVEN}", re.IGNORECASE)
_NAMES_REASONS = re.compile(
    r"\b(?:why|reasons?|causes?|motives?|grounds|background|how (?:it|this) came about)\b", re.IGNORECASE
)
# Behind or before what the main clause says.
_CUE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|on account of|on the grounds?|in view of|in order to|"
    r"so that|so as to|for fear|for lack|for want|given (?:that|the)|in response to|"
    r"as a result|caus\w+|reasons?|motives?|"
    r"grounds for|blam\w+|explain\w*|led to|stems? from|triggered|prompted|forced|therefore|hence|thus|"
    r"that is why|arguing|argued|citing|cited|attribut\w+|account of|weighed|in favou?r of|"
    r"condition (?:of|for)|complain\w*|wants? to|wanted to|wished? to|no longer wish\w*|so|"
    r"which (?:eats|has|have|had|make|made|"
    r"means?|meant)|did most|after .{1,60}\bhad\b|then there (?:is|was|are|were)|on top of that|besides|"
    r"in addition|for one|unless|obstacles?|lest)\b|, (?:over|amid) (?:the|its|their|a)\b|"
    r", as (?:it|its|they|their|he|she|there)\b|"
    r"\b(?:and|but) as (?:the|an?|its|their) [^,.;]{3,60} (?:was|were|had|is|are|could|would|did)\b|"
    r"[,;] (?:for|so) (?:the|its|it|their|they|he|she|no|there)\b",
    re.IGNORECASE,
)
# Said of what nobody explains.
_UNEXPLAINED = re.compile(
    r"\b(?:g[ai]ves?|given|offer(?:s|ed)?|stat(?:es|ed)|name[sd]?) no (?:reasons?|grounds|explanations?)\b|"
    r"\bno (?:reasons?|grounds|explanations?) (?:was|were|has been|have been|is|are) given\b|"
    r"\b(?:not|without|never|refus\w+ to|declin\w+ to) (?:sa(?:y|ys|id|ying)|explain\w*|tell|told) why\b|"
    r"\bwithout (?:giving|stating|naming|offering) (?:a |any )?(?:reasons?|grounds|explanation)\b",
    re.IGNORECASE,
)
# "To keep metal out, Canada introduced quotas."
_PURPOSE = re.compile(r"\W*to (?!date\b|this day\b)[a-z]+ [^.,;]{2,120}, ", re.IGNORECASE)
# "since" tells a time behind "has not been", and before a date.
_SINCE = re.compile(r"\bsince (?!then\b|\d|(?:last|early|late|mid|the)\b|[A-Z][a-z]+ \d)", re.IGNORECASE)
_PERFECT = re.compile(r"\b(?:has|have|had)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\W*(?:(?:and|but|so|then|besides|also|moreover|in addition|on top of that)\W+)*"
    r"(?:it|this|that|these|those|they|he|she|the|a|an|one|two|three|both|then|blame)\b",
    re.IGNORECASE,
)
# "The strike began because"
_NAMES_WHAT_IT_EXPLAINS = re.compile(
    r"\W*(?:the|a|an) (?P<what>.+?)\b(?:because|since|owing to|due to)\b", re.IGNORECASE
)
# "Some of you ask what Calder has done to deserve this": what follows is why.
_PUTS_QUESTION = re.compile(
    r"\bwhy\b[^?]{3,200}\?\s*\Z|\b(?:ask(?:s|ed)?|wonder(?:s|ed)?|want(?:s|ed)? to know|is asked)\b"
    r"(?: \w+){0,3}? (?:why|how it is|what\b.{1,80}\b(?:done|deserve\w*|reason))\b",
    re.IGNORECASE,
)
_MIN_SHARED = 2  # concepts of the question, by a sentence that is about it
_MENTIONED = 0.4  # of its concepts, by a sentence, its heading and title, that tells what is to be explained
_NEAR = 2  # sentences behind such a one in which its reason may stand
_LOOKED_AT, _SPOKEN_OF = 30, 5  # of the best sentences: for a reason, and for what is to be explained
_EXPLAINING = 3  # of the best sentences, of which one has to give the reason where there is one
_BEHIND = 0.98  # of the first one's probability at most, to those that are put behind it
_MIN_SHARE = 0.05  # of the best one's probability that a sentence with a reason needs to come first


def asks_for_reason(question: str) -> bool:
    """Whether a question asks why."""
    return _ASKS.search(question) is not None


def states_reason(question: str, sentence: str, following: str = "") -> bool:
    """Whether a sentence, or the one behind it, states a reason for what a question asks.

    The sentence must have words that give a reason, and two of what is asked; the one behind it must give a
    reason for what the sentence tells.
    """
    if _gives_reason(sentence) and _is_about(question, sentence, _MIN_SHARED):
        return True
    return _mentions(question, sentence) and _goes_on_with_reason(sentence, following)


def put_reasons_first(question: str, ranked_sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The sentences with the best that states a reason in front, if the question asks for one."""
    ranked = list(ranked_sentences)
    if not ranked or not asks_for_reason(question) or _explains(question, ranked[0], 1):
        return ranked
    best = ranked[0]
    for other in ranked[1:_LOOKED_AT]:
        if other.probability >= _MIN_SHARE * best.probability and _explains(question, other, _MIN_SHARED):
            first = replace(other, probability=best.probability)
            rest = [one for one in ranked if one is not other]
            most = _BEHIND * best.probability
            return [first, *(replace(one, probability=min(one.probability, most)) for one in rest)]
    return ranked


def keep_reasons(question: str, explained: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The sentences of an answer without those that stand before the first one that states a reason.

    All stay where the question does not ask why, or none states one. `explained` are in reading order.
    """
    if not asks_for_reason(question):
        return list(explained)
    first = next((number for number, one in enumerate(explained) if _explains(question, one, 1)), 0)
    return list(explained[first:])


def has_no_reason(question: str, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether the best sentences tell what a question wants to have explained, and the first say not why.

    What "made" or "triggered" something may be told without a word that gives reasons.
    """
    if not _ASKS_WHY.search(question):
        return False
    if any(
        _UNEXPLAINED.search(ranked.text) and _is_about(question, ranked.text, 1)
        for ranked in ranked_sentences[:_EXPLAINING]
    ):
        return True
    is_told = any(
        _mentions(question, ranked.text, f"{ranked.passage.title} {ranked.passage.innermost_heading or ''}")
        for ranked in ranked_sentences[:_SPOKEN_OF]
    )
    return is_told and not any(
        _explains(question, ranked, _MIN_SHARED) for ranked in ranked_sentences[:_EXPLAINING]
    )


def _explains(question: str, ranked: RankedSentence, least: int) -> bool:
    """Whether a sentence gives a reason, by itself or by its heading, for what the question asks.

    `least` is how many of the question's concepts it must hold, unless it goes on with a sentence that does.
    """
    passage = ranked.passage
    if _NAMES_REASONS.search(passage.innermost_heading or ""):
        return True
    if _gives_reason(ranked.text) and _is_about(question, ranked.text, least):
        return True
    before = passage.sentences[max(0, ranked.number - _NEAR) : ranked.number]
    told = [text for text in map(passage.slice, before) if _mentions(question, text)]
    if any(_PUTS_QUESTION.search(text) for text in told):
        return True
    return any(_goes_on_with_reason(text, ranked.text) for text in told)


def _mentions(question: str, sentence: str, context: str = "") -> bool:
    """Whether a sentence tells what a question wants to have explained; `context` is what it stands under."""
    asked = {term.concept for term in read_statement(question).terms}
    told = find_concepts(sentence)
    return len(asked & told) >= min(_MIN_SHARED, len(asked)) and len(
        asked & (told | find_concepts(context))
    ) >= _MENTIONED * len(asked)


def _goes_on_with_reason(sentence: str, following: str) -> bool:
    """Whether the sentence behind another gives a reason for what that one tells, not for another thing."""
    if not _gives_reason(following) or not _GOES_ON.match(following):
        return False
    named = _NAMES_WHAT_IT_EXPLAINS.match(following)
    return named is None or bool(find_concepts(named["what"]) & find_concepts(sentence))


def _gives_reason(sentence: str) -> bool:
    if _CUE.search(sentence) or _PURPOSE.match(sentence):
        return True
    since = _SINCE.search(sentence)
    return since is not None and not _PERFECT.search(sentence, 0, since.start())


def _is_about(question: str, sentence: str, least: int) -> bool:
    asked = {term.concept for term in read_statement(question).terms}
    return len(asked & find_concepts(sentence)) >= min(least, len(asked))
