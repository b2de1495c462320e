"""What a sentence decides: yes or no, or that what a question takes for granted is not so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from qa.answering.newer import find_end
from qa.answering.polarity.asked_roles import find_reversing
from qa.answering.polarity.clauses import find_concepts, find_terms
from qa.answering.polarity.not_done import denies_before, tells_not_done
from qa.answering.polarity.plain_denial import denies_plainly
from qa.answering.polarity.premises import denies_premise
from qa.answering.polarity.stance import affirms_plainly, find_stance, match_terms
from qa.answering.polarity.statement import read_statement
from qa.answering.polarity.yes_no import decide_yes_no
from qa.answering.sentence_ranking import RankedSentence
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.query import SubQuestion
from qa.schema import Span
from qa.text.lines import LIST_ITEM, is_table_row

__all__ = ["Verdict", "decide_by", "find_verdict", "likely_sentences"]

_MAX_SENTENCES, _MAX_DENYING = 6, 3  # that are looked at
_MAX_NEWER = 12  # ... for what a newer document says
_SENTENCES_BEFORE = 3  # that a sentence is understood with
_MIN_SHARE = 0.3  # of the best sentence's probability that one needs
_PRESUPPOSING = ("fact", "open", "list")
# Where the best sentence is surer than this to answer, only that one may deny what the question presupposes.
_SURE = 0.7
_MIN_TOLD = 0.5  # of a question's words that a sentence beside the best one needs to deny it
_NEIGHBOURS = 2  # sentences on each side of the best one that may deny, too
# A sentence that is understood with the one before it.
_POINTS_BACK = re.compile(
    r"^\W*(?:nobody|none|no one|neither|no)\b|\b(?:it|he|she|they|this|both|neither)\b", re.IGNORECASE
)
# What an item's lead says of it is no answer to who wants or waits for what.
_ASKS_OF_WISH = re.compile(
    r"\b(?:want|ask|wish|seek|sought|tr(?:y|ied)|appl[iy]|request|wait|bid|candidat)", re.IGNORECASE
)
_TOOK_EFFECT_FOR = re.compile(
    r"\bdid (?P<pact>[^?]{2,80}) (?:take effect|(?:enter|come) into (?:force|effect)|apply|begin|start) for "
    r"(?P<who>[^?]{2,60})(?P<behind>\W*)\Z",
    re.IGNORECASE,
)
_MIN_PLAIN = 0.5  # how sure the best sentence is to answer, by whose plain "not" alone a question is denied


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict, the sentence that gives it, and the words of it that decide, in document offsets.

    `is_plain` says that these words deny, and that what they deny is known from the reader alone.
    """

    kind: Literal["yes", "no", "denied"]
    decided_by: RankedSentence
    words: Span | None = None
    is_plain: bool = False


def find_verdict(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], confidence: float
) -> Verdict | None:
    """The verdict of the first of the best sentences that gives one; None if none does.

    `confidence` is how sure the best of them is to answer.
    """
    if ranked_sentences and (told_off := _denied_behind(subquestion, ranked_sentences[0])):
        is_asked = subquestion.question_type == "yes-no"
        return Verdict("no" if is_asked else "denied", told_off, is_plain=is_asked)
    for rank, ranked in enumerate(likely_sentences(ranked_sentences)):
        if is_table_row(ranked.text):
            continue
        denying = _find_denying_lead(subquestion.text, ranked) if rank < 1 else None
        if subquestion.question_type == "yes-no":
            if denying:
                return Verdict("no", denying)
            if verdict := decide_by(subquestion, ranked):
                return _unless_over(subquestion, verdict, ranked_sentences)
        elif (
            subquestion.question_type in _PRESUPPOSING
            and not ranked.passage.is_newer
            and rank < (1 if confidence >= _SURE else _MAX_DENYING)
            and (denying or _denies(subquestion, ranked))
        ):
            return Verdict("denied", denying or ranked)
    if subquestion.question_type in _PRESUPPOSING and (
        beside := _find_denying(subquestion, ranked_sentences)
    ):
        return Verdict("denied", beside)
    if subquestion.question_type != "yes-no":
        return None
    undone = _find_undone(subquestion, ranked_sentences)
    return undone or (_decide_plainly(subquestion, ranked_sentences) if confidence >= _MIN_PLAIN else None)


def _denied_behind(subquestion: SubQuestion, best: RankedSentence) -> RankedSentence | None:
    """The sentence right behind the best one where that only denies it: "They say so. They are wrong."."""
    behind = best.number + 1
    if subquestion.question_type not in ("yes-no", *_PRESUPPOSING) or behind >= len(best.passage.sentences):
        return None
    is_denied = denies_before(best.passage.slice(best.passage.sentences[behind]))
    return replace(best, number=behind) if is_denied and not best.is_contradicted else None


def _denies(subquestion: SubQuestion, ranked: RankedSentence, *, by_opposites: bool = True) -> bool:
    """Whether a sentence denies what is asked, alone, under its headings, or behind the one before it."""
    question, text, headings = subquestion.text, ranked.text, _headings(ranked)
    before = _sentence_before(ranked)
    return (
        any(denies_premise(question, text, under, by_opposites=by_opposites) for under in ((), headings))
        or (bool(before) and denies_premise(question, text, [*headings, before], by_opposites=False))
        or tells_not_done(question, text)
    )


def _find_denying(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> RankedSentence | None:
    """A sentence beside the best one, or nearly as good, that denies what is asked and tells more of it.

    None where the best one has more of the question's words, and for mere search words, which presuppose
    nothing.
    """
    best = ranked_sentences[0] if ranked_sentences else None
    if best is None or best.passage.is_newer or not QuestionParts(subquestion.text).is_wh:
        return None
    asked = find_concepts(subquestion.text)
    told = len(asked & find_concepts(best.text))
    near = _near(best, ranked_sentences)
    for ranked in near:
        shared = asked & find_concepts(f"{_sentence_before(ranked)} {ranked.text}")
        is_of_it = len(shared) >= max(told, _MIN_TOLD * len(asked))
        if is_of_it and _denies(subquestion, ranked, by_opposites=False):
            return ranked
    together = near if is_table_row(best.text) else [best, *near]
    reversing = find_reversing(subquestion.text, [ranked.text for ranked in together])
    return together[reversing] if reversing is not None else None


def _near(best: RankedSentence, ranked_sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The sentences beside the best one, and those that come next to it, best first; no rows of tables."""
    return [
        ranked
        for rank, ranked in enumerate(ranked_sentences)
        if ranked is not best
        and not (ranked.passage.is_newer or is_table_row(ranked.text))
        and (rank < _MAX_SENTENCES or _is_beside(best, ranked))
    ]


def _is_beside(best: RankedSentence, ranked: RankedSentence) -> bool:
    is_same = ranked.passage.chunk_id == best.passage.chunk_id
    return is_same and abs(ranked.number - best.number) <= _NEIGHBOURS


def _sentence_before(ranked: RankedSentence) -> str:
    """The sentence before one that points back to it; else empty."""
    if not (ranked.number and _POINTS_BACK.search(ranked.text)):
        return ""
    return ranked.passage.slice(ranked.passage.sentences[ranked.number - 1])


def _find_undone(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> Verdict | None:
    """A "no" by a sentence that tells that it was not done, or by whom and to whom it was instead."""
    likely = [
        one
        for one in likely_sentences(ranked_sentences)
        if not (one.is_contradicted or one.passage.is_newer or is_table_row(one.text))
    ]
    told = next((one for one in likely if tells_not_done(subquestion.text, one.text)), None)
    if told is None:
        reversing = find_reversing(subquestion.text, [one.text for one in likely])
        told = likely[reversing] if reversing is not None else None
    return Verdict("no", told, is_plain=True) if told else None


def _decide_plainly(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> Verdict | None:
    """A verdict by the best sentence's own words, whatever they are.

    None where it tells of something else, or a newer document may.
    """
    best = ranked_sentences[0]
    is_old = subquestion.asks_of_now and any(one.passage.is_newer for one in ranked_sentences)
    if best.is_contradicted or is_old or is_table_row(best.text):
        return None
    start = best.sentence.start
    if denial := denies_plainly(subquestion.text, best.text):
        return Verdict("no", best, Span(start + denial.start, start + denial.end), is_plain=True)
    lines = (line for _, line in best.passage.document_lines)
    words = affirms_plainly(subquestion.text, best.text, [*_headings(best), best.passage.text, *lines])
    return (
        Verdict("yes", best, Span(start + words.start, start + words.end), is_plain=True) if words else None
    )


def _unless_over(
    subquestion: SubQuestion, verdict: Verdict, ranked_sentences: Sequence[RankedSentence]
) -> Verdict:
    """The verdict; where it is asked of now, that of a newer document, or "no" where that says it is over."""
    if not subquestion.asks_of_now:
        return verdict
    end = find_end(subquestion, [verdict.decided_by, *ranked_sentences]) if verdict.kind == "yes" else None
    if end and end is not verdict.decided_by:
        return Verdict("no", end)
    published, verb = verdict.decided_by.passage.published, read_statement(subquestion.text).predicates[:1]
    for ranked in ranked_sentences[:_MAX_NEWER]:
        told = ranked.passage.published
        if (
            published
            and told
            and told > published
            and not is_table_row(ranked.text)
            and all(one.is_met for one in ranked.conditions)
            and match_terms(verb, find_terms(ranked.text))
            and (newer := decide_by(subquestion, ranked))
            and newer.kind != verdict.kind
        ):
            return replace(newer, is_plain=True)
    return verdict


def likely_sentences(ranked_sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Those that may decide: the best ones, as far as they are nearly as probable as the first."""
    least = _MIN_SHARE * ranked_sentences[0].probability if ranked_sentences else 0.0
    likely = takewhile(lambda ranked: ranked.probability >= least, ranked_sentences[:_MAX_SENTENCES])
    return list(likely)


def decide_by(subquestion: SubQuestion, ranked: RankedSentence) -> Verdict | None:
    """What one sentence says to a yes/no question; None if it leaves that open."""
    passage, sentence = ranked.passage, ranked.sentence
    before = passage.sentences[max(0, ranked.number - _SENTENCES_BEFORE) : ranked.number]
    decided = decide_yes_no(subquestion.text, ranked.text, [*_headings(ranked), *map(passage.slice, before)])
    if decided is None:
        return None
    start, end = (sentence.start + offset for offset in (decided.words.start, decided.words.end))
    return Verdict(decided.verdict, ranked, Span(start, end))


def _find_denying_lead(question: str, ranked: RankedSentence) -> RankedSentence | None:
    """The line over a list that says of its items the opposite of what a question says of this one.

    "Others are waiting: - China, 2021" for "When did China join?"; the item itself says nothing of it.
    """
    lead = _find_lead(ranked)
    if lead is None or _ASKS_OF_WISH.search(question):
        return None
    marker = LIST_ITEM.match(ranked.text)
    item = ranked.text[marker.end() if marker else 0 :]
    statement = read_statement(_as_joining(question))
    if statement.predicate is None or find_stance(statement, item, _headings(ranked)):
        return None
    stance = find_stance(statement, f"{lead.text} {item}", _headings(ranked))
    is_denied = stance is not None and not stance.affirms and stance.words.end <= len(lead.text)
    return lead if is_denied else None


def _as_joining(question: str) -> str:
    """A question when a pact took effect for somebody, as when that one joined it; others as they are."""
    return _TOOK_EFFECT_FOR.sub(r"did \g<who> join \g<pact>\g<behind>", question)


def _find_lead(ranked: RankedSentence) -> RankedSentence | None:
    """The line with a colon over the list that a sentence is an item of; None where there is none."""
    number = ranked.number
    texts = [ranked.passage.slice(span) for span in ranked.passage.sentences[: number + 1]]
    while number >= 0 and LIST_ITEM.match(texts[number]):
        number -= 1
    is_lead = 0 <= number < ranked.number and texts[number].rstrip().endswith(":")
    return replace(ranked, number=number) if is_lead else None


def _headings(ranked: RankedSentence) -> list[str]:
    return [ranked.passage.title, *filter(None, [ranked.passage.heading])]
