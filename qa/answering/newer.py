"""What a newer sentence says to the best one: another value, who came after, or that it is over."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from qa.answering.outdated import had_been, is_outdated
from qa.answering.polarity.clauses import find_clauses, find_concepts
from qa.answering.polarity.ends import says_end, things_of
from qa.answering.polarity.former_names import asks_who_went, find_capitalized, former_names, successors
from qa.answering.polarity.span_choice import best_person_span
from qa.answering.polarity.values import Value, find_values, same_kind
from qa.answering.put_right import shares_concepts, shares_unit
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions.period_comparison import date_reach
from qa.query.conditions.periods import day_of, find_periods
from qa.query.follow_up.antecedents import find_persons
from qa.query.query import SubQuestion
from qa.text.terms import NUMBER_WORDS, own_stems, stem, telling_stems, word_stems, words

__all__ = [
    "NEWER_SHARE",
    "Likeness",
    "find_end",
    "find_newest",
    "find_restated",
    "find_successor",
    "is_like",
    "is_planned",
    "is_rival",
    "start_day",
]

Likeness = Callable[[str, Sequence[str]], Sequence[float]]  # the cosines of a sentence with others
# How probable a newer sentence must be, as a share of the best one, to come before it.
NEWER_SHARE = 0.35
# The same where the question says that it asks of today.
_TODAYS_SHARE = 0.1
# The reader's logit of a newer sentence that gives the same thing in other words, however probable.
_ANEW_LOGIT = 0.0
# How much newer a document is at least, for what it says in other words to be a change.
_MIN_AGE = timedelta(days=182)
# How like the best sentence a newer one is at least (cosine); how like it alone, to be shown; how much of its
# likeness to the question and of the reader's logit are added, and how much that makes, to answer instead.
_MIN_LIKENESS, _SPEAKS_OF_SAME = 0.3, 0.5
_QUESTION_WEIGHT, _LOGIT_WEIGHT, _MIN_RESTATED = 0.5, 0.05, 0.35
_FIGURE = re.compile(r"\d|\b(?:nil|zero)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z]\w+")
_PLANNED = re.compile(
    r"\b(?:would|might|could|plan(?:s|ned|ning)?|propos\w+|wants?|wanted|bill|draft|seeks?|sought|consider\w*|"
    r"threat\w+|suggest\w+|hopes?|hoped|if|unless|call(?:s|ed) for|demand\w*)\b",
    re.IGNORECASE,
)
_NUMBERS = frozenset(map(stem, (*NUMBER_WORDS, *NUMBER_WORDS.values())))
_SAYS_NOW = re.compile(r"\b(?:today|now|currently|at present|these days|nowadays)\b", re.IGNORECASE)


def find_successor(subquestion: SubQuestion, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if its answer is whom another one says to be there no longer, what tells who is.

    That is the same sentence, or the next one ("Emil Tor retired in May. Ada Brink followed him"). It says
    of the named one what the best sentence does, and so has its conditions.
    """
    best = ranked[0]
    answer = _answer_of(subquestion, best)
    names = find_capitalized(answer)
    if len(names) != 1 or asks_who_went(subquestion.text):
        return best
    name = word_stems(answer[names[0].start : names[0].end])
    for other in ranked:
        gone = [span for span in former_names(other.text) if _names_same(other, span.start, span.end, name)]
        if gone and _days(other)[0] >= _days(best)[0]:
            return replace(_with_successor(subquestion, other, ranked), conditions=best.conditions)
    return best


def find_newest(subquestion: SubQuestion, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if newer ones give the same thing, the one of the last day."""
    best = ranked[0]

    def share(other: RankedSentence) -> float:
        is_asked = subquestion.conditions.asks_newest and not other.passage.is_newer
        return _TODAYS_SHARE if is_asked else NEWER_SHARE

    rivals = [
        other
        for other in ranked
        if (
            other.probability >= share(other) * best.probability
            or _says_change(best, other)
            or _says_anew(subquestion, best, other)
        )
        and is_rival(best, other)
        and shares_unit(best, other)
        and not (is_outdated(other) or had_been(other.text) or is_planned(other))
    ]
    newest = max(rivals, key=lambda other: (*_days(other), other.probability), default=best)
    return newest if _days(newest) > _days(best) else best


def find_end(subquestion: SubQuestion, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if a newer document says in its words that this is over, the one that says so."""
    best = ranked[0]
    of_best = find_concepts(best.text)
    told = [term for term in things_of(subquestion.text) if term.concept in of_best]
    for other in ranked[1:] if told else ():
        around = find_concepts(f"{other.passage.title} {other.passage.lead or ''} {other.text}")
        if (
            _days(other)[0] > _days(best)[0]
            and says_end(subquestion.text, other.text, [term.concept for term in told])
            and all(term.concept in around for term in told)
            and not other.is_contradicted
        ):
            return other
    return best


def find_restated(
    subquestion: SubQuestion, ranked: Sequence[RankedSentence], likeness: Likeness
) -> tuple[RankedSentence | None, bool]:
    """The newer sentence that is most like the best one, and whether it answers in its place.

    It does so with a like thing of the same unit; else it only speaks of the same ("The loom school has
    outgrown Kilbarra"). None where no newer document has any.
    """
    best = ranked[0]
    later = [other for other in ranked[1:] if _is_of_later_time(best, other) and not other.is_contradicted]
    if not later:
        return None, False
    likes = [
        (like + _QUESTION_WEIGHT * _cosine(other) + _LOGIT_WEIGHT * other.logit, like, other)
        for other, like in zip(later, likeness(best.text, [other.text for other in later]), strict=True)
        if like >= _MIN_LIKENESS
    ]
    if not likes:
        return None, False
    score, like, other = max(likes, key=lambda one: one[0])
    is_of_kind = (
        is_like(best, other) and shares_unit(best, other) and not is_outdated(other) and not is_planned(other)
    )
    if score >= _MIN_RESTATED and is_of_kind and not _is_of_other(subquestion.text, best, other):
        return other, True
    is_of_same = like >= _SPEAKS_OF_SAME or (score >= _MIN_RESTATED and is_of_kind)
    return (other, False) if is_of_same else (None, False)


def is_rival(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether another sentence answers with a like thing and meets all that the best one meets."""
    needless = {"direction"} if _SAYS_NOW.search(other.text) else set()
    met = {
        checked.condition
        for checked in best.conditions
        if checked.is_met
        and checked.condition.kind not in needless
        and not (checked.condition.kind == "newest" and checked.by == "date")
    }
    # What the best one says itself of a name, another that stands in a text with it somewhere need not say.
    own = {
        checked.condition
        for checked in best.conditions
        if checked.by == "sentence" and checked.condition.kind in ("name", "place")
    }
    far = {checked.condition for checked in other.conditions if checked.by == "document"}
    return (
        is_like(best, other)
        and not other.is_contradicted
        and met <= {checked.condition for checked in other.conditions if checked.is_met}
        and not own & far
    )


def is_like(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether another sentence answers with a thing of the same kind: a figure, a person or a name."""
    if _is_figure(best.answer_text):
        return _is_figure(other.answer_text)
    if bool(find_persons(best.answer_text)) != bool(find_persons(other.answer_text)):
        return False
    return _NAME.search(other.answer_text) is not None


def _days(ranked: RankedSentence) -> tuple[date, date]:
    """The day of its document, and the one by then since when it says that something holds."""
    published = ranked.passage.published or date.min
    return published, start_day(ranked, until=published) or date.min


def start_day(ranked: RankedSentence, *, until: date) -> date | None:
    """The last day by `until` since when a sentence says that something holds; None where it says none."""
    published = ranked.passage.published
    days: list[date] = []
    for period in find_periods(ranked.text):
        if period.reach != "since" or period.is_relative:
            continue
        if period.years is None and period.months and published:
            period = date_reach(period, ranked.text, published)
        if period.years:
            days.append(day_of(period.years[0], (period.months or (1, 12))[0], period.day or 1))
    return max((day for day in days if day <= until), default=None)


def _answer_of(subquestion: SubQuestion, ranked: RankedSentence) -> str:
    """The words of a sentence that answer; of several persons the one that is asked for."""
    scores = ranked.passage.reader_scores
    span = scores.answer_spans[ranked.number] if scores else None
    if span is None:
        return ranked.text
    offset = ranked.sentence.start
    start, end = best_person_span(subquestion.text, ranked.text, (span.start - offset, span.end - offset))
    return ranked.text[start:end]


def is_planned(ranked: RankedSentence) -> bool:
    """Whether its answer is only planned, asked for or possible: "a bill to raise it to 50 percent"."""
    place = ranked.answer_place.start
    return any(
        clause.start <= place < clause.end and _PLANNED.search(ranked.text, clause.start, clause.end)
        for clause in find_clauses(ranked.text)
    )


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.search(text) or find_values(text))


def _names_same(other: RankedSentence, start: int, end: int, name: frozenset[str]) -> bool:
    """Whether a part of a sentence is a name, or its last word ("Brink" of "Ada Brink")."""
    part = word_stems(other.text[start:end])
    return bool(part) and (part <= name or name <= part)


def _with_successor(
    subquestion: SubQuestion, gone: RankedSentence, ranked: Sequence[RankedSentence]
) -> RankedSentence:
    """The sentence behind that says who is gone, if that one names nobody else and the next one does."""
    if successors(subquestion.text, gone.text):
        return gone
    return next(
        (
            other
            for other in ranked
            if other.passage.chunk_id == gone.passage.chunk_id
            and other.number == gone.number + 1
            and successors(subquestion.text, other.text)
        ),
        gone,
    )


def _is_of_later_time(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether a document is so much newer that what it says in other words may have changed since."""
    published, later = best.passage.published, other.passage.published
    return published is not None and later is not None and later - published >= _MIN_AGE


def _cosine(ranked: RankedSentence) -> float:
    """With the question."""
    cosines = ranked.passage.sentence_cosines
    return cosines[ranked.number] if cosines else 0.0


def _is_of_other(question: str, best: RankedSentence, other: RankedSentence) -> bool:
    """Whether a sentence may tell of another thing than the best one: of a twin, a part or the same name."""
    answered = find_values(best.answer_text)
    if not answered:
        named = word_stems(" ".join(_NAME.findall(other.answer_text)))
        return named <= word_stems(best.answer_text)
    values = [value for value in find_values(best.text) if same_kind(value, answered[0])]
    if len(values) > 1 and not _has_own_words(question, best, other, values):
        return True
    return _is_twin(question, other.text)


def _has_own_words(
    question: str, best: RankedSentence, other: RankedSentence, values: Sequence[Value]
) -> bool:
    """Whether a sentence has a word that the question shares with the part of the answered value alone."""
    bounds = [0, *(value.span.start for value in values[1:]), len(best.text)]
    answered = best.answer_place.start
    parts = [best.text[a:b] for a, b in pairwise(bounds)]
    number = next((n for n, end in enumerate(bounds[1:]) if answered < end), 0)
    own = own_stems(telling_stems(best.text), parts)[number] & telling_stems(question)
    return bool(own & word_stems(other.text))


def _is_twin(question: str, text: str) -> bool:
    """Whether a text has another word in front of a noun than the question: refined for raw sugar."""
    asked, said = (
        {second: first for first, second in pairwise(map(stem, words(one)))} for one in (question, text)
    )
    telling = telling_stems(f"{question} {text}") - _NUMBERS
    of_text, of_question = word_stems(text), word_stems(question)
    return any(
        {asked[noun], said[noun]} <= telling and asked[noun] not in of_text and said[noun] not in of_question
        for noun in asked.keys() & said.keys() & telling
    )


def _says_change(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether a sentence gives the same thing as it has been since a day after the best one's document."""
    published = best.passage.published
    began = start_day(other, until=other.passage.published or date.min)
    return published is not None and began is not None and began > published and shares_concepts(best, other)


def _says_anew(subquestion: SubQuestion, best: RankedSentence, other: RankedSentence) -> bool:
    """Whether a newer document's sentence answers with a value of the same unit, and of nobody else.

    It names what the question names, or nobody: another partner's share is none of the asked one.
    """
    if other.logit < _ANEW_LOGIT or not _is_of_later_time(best, other) or not find_values(best.answer_text):
        return False
    asked = word_stems(subquestion.text)
    names = [name for name in find_capitalized(other.text) if name.start]
    return not names or any(asked & word_stems(other.text[name.start : name.end]) for name in names)
