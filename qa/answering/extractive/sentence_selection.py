"""Which sentences an answer is made of, and in what order they stand."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.assessment import Assessment
from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion
from qa.query.question_type import ONE_THING_TYPES, QuestionType
from qa.schema import Passage, ReaderScores, Sentence, Span
from qa.text.overlap import similarity
from qa.text.terms import pieces, query_terms

__all__ = [
    "SectionReader",
    "SelectedSentence",
    "drop_repeats",
    "heading_match",
    "order_selection",
    "select_sentences",
]

SectionReader = Callable[[Passage], Sequence[Passage]]

# How many sentences an answer has at most, and what share of the best one's probability another needs.
_MAX_SENTENCES: dict[QuestionType, int] = {
    "fact": 4,
    "yes-no": 3,
    "list": 5,
    "change": 6,
    "compare": 3,
    "summary": 6,
    "open": 5,
}
_MIN_SHARES: dict[QuestionType, float] = {
    "fact": 0.3, "yes-no": 0.4, "list": 0.2, "change": 0.15, "compare": 0.3, "summary": 0.2, "open": 0.2,
}  # fmt: skip
_MAX_DOCUMENTS = 3
_MAX_SECTION_SENTENCES = 6
_MAX_ITEMS = 12  # of a list or table that is shown whole
_HEADING_LEAD = 1.0  # a heading must lead the sentences by this many logits to stand for its section
_MIN_HEADING_MATCH = 0.75  # or share this much of its words with the question
_MAX_SIMILARITY = 0.8  # similarity above which two sentences say the same

_MIN_SPAN_SCORE = 6.0  # start and end logit together; spans that are right have 10 and more
_MIN_WORDS = 4  # of a sentence that is not the one thing asked for
_ITEM = re.compile(r"(?:[-*+•–]|\d{1,3}[.)]|\|)\s*\S")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class SelectedSentence:
    """A sentence chosen for the answer, with its score among all sentences (higher is better).

    `label` names the part of the answer that it belongs to: a side of a comparison, a section.
    """

    passage: Passage
    sentence: Sentence
    score: float
    label: str | None = None

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.passage.slice(self.sentence)

    def highlight(self, question_type: QuestionType) -> Span | None:
        """The sentence's answer span if it is not all of it; where prose is asked for, only a sure one."""
        scores = self.passage.reader_scores
        if scores is None:
            return None
        number = self.passage.sentences.index(self.sentence)
        span = scores.answer_spans[number]
        is_sure = question_type in ("fact", "yes-no", "list") or scores.span_scores[number] >= _MIN_SPAN_SCORE
        return span if is_sure and span != self.sentence else None


def select_sentences(
    assessment: Assessment, question_type: QuestionType, read_section: SectionReader
) -> list[SelectedSentence]:
    """The sentences that answer a sub-question, best first.

    Args:
        assessment: What was found for it; it must have a ranked sentence. Passages that were read may have a
            heading that answers.
        question_type: That of the whole question.
        read_section: Gives the passages of a passage's section, read, in reading order.
    """
    heading = _find_answering_heading(assessment.subquestion, assessment.passages, question_type)
    if heading:
        section = read_section(heading)
        selection = _select_from_section(section)
        list_sentences = [sentence for sentence in selection if _leads_to_items(sentence)]
        if question_type == "list" and list_sentences:
            return _expand_items(list_sentences[0], section)
        max_sentences = (
            _MAX_SENTENCES[question_type] if question_type == "compare" else _MAX_SECTION_SENTENCES
        )
        return selection[:max_sentences]
    ranked_sentences = assessment.ranked_sentences
    if question_type == "change":
        ranked_sentences = _drop_earlier(ranked_sentences, assessment.subquestion.conditions.since_year)
    selection = _select_likely(ranked_sentences, question_type)
    return _complete_list(selection, read_section) if question_type == "list" else selection


def _require_scores(passage: Passage) -> ReaderScores:
    if passage.reader_scores is None:
        raise ValueError(f"{passage.chunk_id} has not been read")
    return passage.reader_scores


def _find_answering_heading(
    subquestion: SubQuestion, passages: Sequence[Passage], question_type: QuestionType
) -> Passage | None:
    """The passage whose heading asks the same, or answers better than any sentence that was read."""
    for passage in passages:
        if heading_match(subquestion, passage) >= _MIN_HEADING_MATCH:
            return passage
    if question_type in ONE_THING_TYPES:
        return None
    read_passages = [passage for passage in passages if passage.reader_scores]
    lead = max(
        0.0, _HEADING_LEAD + max(max(_require_scores(passage).sentence_logits) for passage in read_passages)
    )
    answering: Passage | None = None
    for passage in read_passages:
        logit = _require_scores(passage).heading_logit
        if logit is not None and logit > lead:
            answering, lead = passage, logit
    return answering


def heading_match(subquestion: SubQuestion, passage: Passage) -> float:
    """How much the question's words and those of the passage's innermost heading are the same, 0..1.

    Words that say nothing do not count; 0 if fewer than two are left on either side.
    """
    question_terms = set(subquestion.terms)
    heading_terms = set(query_terms(passage.innermost_heading or ""))
    if min(len(question_terms), len(heading_terms)) < 2:
        return 0.0
    return len(question_terms & heading_terms) / len(question_terms | heading_terms)


def _select_from_section(section: Sequence[Passage]) -> list[SelectedSentence]:
    """The section's sentences, best first."""
    selection = [
        SelectedSentence(passage, sentence, logit)
        for passage in section
        for sentence, logit in zip(passage.sentences, _require_scores(passage).sentence_logits, strict=True)
    ]
    return sorted(selection, key=lambda selected: (-selected.score, selected.sentence.start))


def _select_likely(
    ranked_sentences: Sequence[RankedSentence], question_type: QuestionType
) -> list[SelectedSentence]:
    """The most probable sentences of the best documents."""
    selection: list[SelectedSentence] = []
    takes_fragments = question_type in ("fact", "yes-no", "list")
    best = ranked_sentences[0]
    min_probability = _MIN_SHARES[question_type] * best.probability
    for ranked in ranked_sentences:
        passage, sentence = ranked.passage, ranked.sentence
        if not takes_fragments and len(pieces(passage.slice(sentence))) < _MIN_WORDS:
            continue  # "**Other partners.**" heads what it does not say
        documents = {selected.passage.document_id for selected in selection} | {passage.document_id}
        has_room = len(selection) < _MAX_SENTENCES[question_type] and len(documents) <= _MAX_DOCUMENTS
        if ranked.probability >= min_probability and has_room:
            selection.append(SelectedSentence(passage, sentence, ranked.probability))
    return selection or [SelectedSentence(best.passage, best.sentence, best.probability)]


def _drop_earlier(
    ranked_sentences: Sequence[RankedSentence], since_year: int | None
) -> Sequence[RankedSentence]:
    """The sentences that do not tell of years before "since 2024" alone; all if none is left."""
    if since_year is None:
        return ranked_sentences

    def is_late(ranked: RankedSentence) -> bool:
        years = [int(year) for year in _YEAR.findall(ranked.passage.slice(ranked.sentence))]
        return not years or max(years) >= since_year

    return [ranked for ranked in ranked_sentences if is_late(ranked)] or ranked_sentences


def _complete_list(
    selection: Sequence[SelectedSentence], read_section: SectionReader
) -> list[SelectedSentence]:
    """Where the best sentence or two others stand in one list or table, or lead in to it, the whole of it."""
    spans = {selected.sentence for selected in selection}
    for selected in selection:
        if _leads_to_items(selected):
            items = _expand_items(selected, read_section(selected.passage))
            shared = len(spans & {item.sentence for item in items})
            if len(items) > 1 and (selected is selection[0] or shared > 1):
                return items
    return list(selection)


def _leads_to_items(selected: SelectedSentence) -> bool:
    """Is it an item of a list, or the line before one?"""
    return _is_item(selected.text) or selected.text.rstrip().endswith(":")


def _is_item(text: str) -> bool:
    return bool(_ITEM.match(text))


def _expand_items(selected: SelectedSentence, section: Sequence[Passage]) -> list[SelectedSentence]:
    """The run of items around a sentence with the line that leads in, in reading order."""
    lines = [
        replace(selected, passage=passage, sentence=sentence)
        for passage in section
        for sentence in passage.sentences
    ]
    starts = [line.sentence.start for line in lines]
    if selected.sentence.start not in starts:
        return []
    first = last = starts.index(selected.sentence.start)
    while first > 0 and _is_item(lines[first].text) and _is_item(lines[first - 1].text):
        first -= 1
    while last + 1 < len(lines) and _is_item(lines[last + 1].text):
        last += 1
    if first > 0 and _is_item(lines[first].text) and lines[first - 1].text.rstrip().endswith(":"):
        first -= 1
    return lines[first : last + 1][:_MAX_ITEMS]


def drop_repeats(selection: Sequence[SelectedSentence]) -> list[SelectedSentence]:
    """Drop sentences that say what a better one said: the same wire story in two documents."""
    distinct: list[SelectedSentence] = []
    for selected in selection:
        if all(similarity(selected.text, better.text) < _MAX_SIMILARITY for better in distinct):
            distinct.append(selected)
    return distinct


def order_selection(
    selection: Sequence[SelectedSentence], question_type: QuestionType
) -> list[SelectedSentence]:
    """The sentences as they are read.

    Newest document first (for a change, oldest first), without a date last; then the document with the
    best sentence. Inside a document in reading order; where one thing is asked, best first.
    """
    best: dict[str, float] = {}
    for selected in selection:
        document_id = selected.passage.document_id
        best[document_id] = max(best.get(document_id, -100.0), selected.score)
    best_first = question_type in ONE_THING_TYPES

    def sort_key(selected: SelectedSentence) -> tuple[float, float, str, float, int]:
        published = selected.passage.published
        age = -(published or date.min).toordinal()
        if question_type == "change":
            age = (published or date.max).toordinal()
        document_id = selected.passage.document_id
        score = -selected.score if best_first else 0.0
        return (age, -best[document_id], document_id, score, selected.sentence.start)

    return sorted(selection, key=sort_key)
