"""Which sentences an answer is made of, and in what order they stand."""

import re
from collections.abc import Sequence
from datetime import date

from qa.answering.assessment import Assessment
from qa.answering.extractive.enumeration import is_item
from qa.answering.extractive.list_choice import choose_listed
from qa.answering.extractive.selected_sentence import SectionReader, SelectedSentence
from qa.answering.extractive.whole_list import (
    complete_list,
    drop_opposed_items,
    expand_items,
    is_opposed_list,
    leads_to_items,
)
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.statements_first import is_title_line
from qa.answering.survey_evidence import find_survey_evidence
from qa.query.query import SubQuestion
from qa.query.question_type import ONE_THING_TYPES, QuestionType
from qa.schema import Passage, ReaderScores
from qa.text.lines import ends_sentence, is_table_row
from qa.text.overlap import similarity
from qa.text.terms import pieces, query_terms

__all__ = [
    "drop_repeats",
    "heading_match",
    "order_selection",
    "select_sentences",
]

# How many sentences an answer has at most, and what share of the best one's probability another needs.
_MAX_SENTENCES: dict[QuestionType, int] = {
    "fact": 4,
    "yes-no": 3,
    "list": 5,
    "change": 6,
    "compare": 3,
    "summary": 6,
    "survey": 24,
    "open": 5,
}
_MIN_SHARES: dict[QuestionType, float] = {
    "fact": 0.3, "yes-no": 0.4, "list": 0.2, "change": 0.15, "compare": 0.3, "summary": 0.2, "survey": 0.2,
    "open": 0.2,
}  # fmt: skip
_FRAGMENT_TYPES: tuple[QuestionType, ...] = ("fact", "yes-no", "list")
_MAX_DOCUMENTS = 3
_MAX_SECTION_SENTENCES = 6
# Of so many of the best sentences so many items of a list: that list is the answer.
_LEADING, _MIN_LEADING_ITEMS = 5, 3
_HEADING_LEAD = 1.0  # a heading must lead the sentences by this many logits to stand for its section
_MIN_HEADING_MATCH = 0.75  # or share this much of its words with the question
_MAX_SIMILARITY = 0.8  # similarity above which two sentences say the same

_MIN_WORDS = 4  # of a sentence that is not the one thing asked for
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


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
    survey = assessment.subquestion.survey
    if survey and assessment.document_count:
        evidence = find_survey_evidence(survey, assessment.ranked_sentences)
        return [SelectedSentence(ranked.passage, ranked.sentence, ranked.probability) for ranked in evidence]
    heading = _find_answering_heading(assessment.subquestion, assessment.passages, question_type)
    if heading:
        section = read_section(heading)
        selection = _select_from_section(section, question_type)
        list_sentences = [sentence for sentence in selection if leads_to_items(sentence)]
        if question_type == "list" and list_sentences:
            items = expand_items(list_sentences[0], section)
            if not is_opposed_list(assessment.subquestion, items):
                return items
            selection = [
                selected
                for selected in selection
                if selected.sentence not in {item.sentence for item in items}
            ]
        max_sentences = (
            _MAX_SENTENCES[question_type] if question_type == "compare" else _MAX_SECTION_SENTENCES
        )
        return selection[:max_sentences]
    ranked_sentences = assessment.ranked_sentences
    if question_type == "change":
        ranked_sentences = _drop_earlier(ranked_sentences, assessment.subquestion.conditions.since_year)
    if question_type == "list":
        ranked_sentences = drop_opposed_items(assessment.subquestion, ranked_sentences, read_section)
        ranked_sentences, whole = choose_listed(assessment.subquestion, ranked_sentences)
        if whole and sum(is_item(one.text) for one in ranked_sentences[:_LEADING]) < _MIN_LEADING_ITEMS:
            return [SelectedSentence(one.passage, one.sentence, one.probability) for one in whole]
    selection = _select_likely(ranked_sentences, question_type)
    if question_type != "list":
        return selection
    return complete_list(assessment.subquestion, selection, read_section)


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
        if logit is not None and logit > lead and not _is_headed_by_title(passage):
            answering, lead = passage, logit
    return answering


def _is_headed_by_title(passage: Passage) -> bool:
    """Whether the only heading is the document's title: what stands there opens it, and is no section."""
    return similarity(passage.innermost_heading or "", passage.title) >= _MAX_SIMILARITY


def heading_match(subquestion: SubQuestion, passage: Passage) -> float:
    """How much the question's words and those of the passage's innermost heading are the same, 0..1.

    Words that say nothing do not count; 0 if fewer than two are left on either side.
    """
    question_terms = set(subquestion.terms)
    heading_terms = set(query_terms(passage.innermost_heading or ""))
    if min(len(question_terms), len(heading_terms)) < 2:
        return 0.0
    return len(question_terms & heading_terms) / len(question_terms | heading_terms)


def _select_from_section(section: Sequence[Passage], question_type: QuestionType) -> list[SelectedSentence]:
    """The section's sentences, best first; where prose is asked for, without title lines and rows."""
    selection = [
        SelectedSentence(passage, sentence, logit)
        for passage in section
        for sentence, logit in zip(passage.sentences, _require_scores(passage).sentence_logits, strict=True)
    ]
    selection.sort(key=lambda selected: (-selected.score, selected.sentence.start))
    if question_type in _FRAGMENT_TYPES:
        return selection
    return [one for one in selection if _is_statement(one.passage, one.text, question_type)] or selection


def _is_statement(passage: Passage, text: str, question_type: QuestionType) -> bool:
    """Whether it is a sentence, an item or, but in a summary, a row; not a title, a byline or a caption."""
    if is_table_row(text) or is_item(text):
        return question_type != "summary" or not is_table_row(text)
    return ends_sentence(text) and not is_title_line(passage, text)


def _select_likely(
    ranked_sentences: Sequence[RankedSentence], question_type: QuestionType
) -> list[SelectedSentence]:
    """The most probable sentences of the best documents."""
    selection: list[SelectedSentence] = []
    takes_fragments = question_type in _FRAGMENT_TYPES
    if not takes_fragments:
        ranked_sentences = [
            one for one in ranked_sentences if _is_statement(one.passage, one.text, question_type)
        ] or ranked_sentences
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
