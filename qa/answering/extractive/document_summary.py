"""Summaries: which document is meant, and the sentences that stand for its sections."""

from collections.abc import Iterable, Sequence

from qa.answering.extractive.selected_sentence import SelectedSentence
from qa.query.query import Query
from qa.schema import Passage, Sentence
from qa.text.terms import query_terms, stem, topic_terms

__all__ = ["find_summarized_document", "select_summary_sentences"]

_MAX_SENTENCES, _MAX_SECTION_SENTENCES = 8, 2  # a summary's most, and those of one of several sections
# What is only spoken of in a document, under other titles, may not be what the document is about.
_MIN_NAMED, _MAX_UNNAMED = 0.5, 0.75
_MIN_LEAD = 0.2  # before the next document, of what the documents are ranked by
_MEANT_PASSAGES = (
    3  # what a document is about stands in several passages; in one another may speak of it, too
)
_TITLE_WEIGHT = 0.15  # of passage scores that a title holding a word of the topic outweighs


def find_summarized_document(query: Query, passages: Sequence[Passage]) -> tuple[str | None, float]:
    """The id of the document that a summary is asked of, and how sure that is, 0..1.

    `passages` are those found for the question, best first. The surer, the more of the topic's words stand in
    the document's title, headings and passages found, and at most 0.75 where title and headings have fewer
    than half of them or another document is nearly as good; a question without a topic ("What is this
    about?") means the only document there is.
    """
    topic = _stems(topic_terms(query.standalone))
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    if not topic:
        return (next(iter(by_document)), 1.0) if len(by_document) == 1 else (None, 0.0)

    def topic_share(text: str) -> float:
        return len(topic & _stems(query_terms(text))) / len(topic)

    shares = {
        document_id: topic_share(" ".join(passage.full_text for passage in document_passages))
        for document_id, document_passages in by_document.items()
    }

    def rank(document_id: str) -> float:
        document_passages = by_document[document_id]
        best_scores = sorted((passage.score for passage in document_passages), reverse=True)[:_MEANT_PASSAGES]
        return sum(best_scores) / _MEANT_PASSAGES + _TITLE_WEIGHT * (
            topic_share(document_passages[0].title) + shares[document_id]
        )

    ranks = {document_id: rank(document_id) for document_id in by_document}
    best = max(ranks, key=ranks.__getitem__)
    second = max((ranks[other] for other in ranks if other != best), default=0.0)
    names = f"{by_document[best][0].title} {' '.join(one.heading or '' for one in by_document[best])}"
    is_named = topic_share(names) >= _MIN_NAMED and ranks[best] - second >= _MIN_LEAD
    most = 1.0 if is_named else _MAX_UNNAMED
    return best, min(most, shares[best] ** 2)


def select_summary_sentences(
    salient_sentences: Sequence[tuple[Passage, Sentence, float]],
) -> list[SelectedSentence]:
    """The sentences that stand best for the document, at most two a section, in reading order.

    The best of the first section is always among them: it says what the document is about.
    """
    candidates = [
        SelectedSentence(passage, sentence, score, label=passage.innermost_heading)
        for passage, sentence, score in salient_sentences
    ]
    candidates.sort(key=lambda candidate: -candidate.score)
    opening = min((candidate.passage.section for candidate in candidates), default=0)
    lead = next((candidate for candidate in candidates if candidate.passage.section == opening), None)
    candidates.sort(key=lambda candidate: candidate is not lead)
    sections = {candidate.passage.section for candidate in candidates}
    max_of_section = _MAX_SECTION_SENTENCES if len(sections) > 1 else _MAX_SENTENCES
    selection: list[SelectedSentence] = []
    for candidate in candidates:
        section_count = sum(selected.passage.section == candidate.passage.section for selected in selection)
        if section_count < max_of_section and len(selection) < _MAX_SENTENCES:
            selection.append(candidate)
    return sorted(selection, key=lambda selected: selected.sentence.start)


def _stems(terms: Iterable[str]) -> set[str]:
    return {stem(term) for term in terms}
