"""Summaries: which document is meant, and the sentences that stand for its sections."""

from collections.abc import Iterable, Sequence

from qa.answer.picks import Pick
from qa.schema import Passage, Sentence
from qa.text.terms import query_terms, stem, topic_terms

__all__ = ["document_meant", "summary_picks"]

_SENTENCES, _OF_SECTION = 8, 2  # a summary's most, and those of one of several sections
_MARGIN = 0.15  # of passage scores that a title holding a word of the topic outweighs


def document_meant(question: str, passages: Sequence[Passage]) -> tuple[str | None, float]:
    """The document that a summary is asked of, and how sure that is, 0..1.

    `passages` are those found for the question, best first. The surer, the more of the topic's words stand in
    the document's title, headings and passages found; a question without a topic ("What is this about?")
    means the only document there is.
    """
    topic = _stems(topic_terms(question))
    homes: dict[str, list[Passage]] = {}
    for one in passages:
        homes.setdefault(one.document_id, []).append(one)
    if not topic:
        return (next(iter(homes)), 1.0) if len(homes) == 1 else (None, 0.0)

    def held(found: Sequence[Passage]) -> float:
        words = " ".join(f"{one.title} {one.heading or ''} {one.text}" for one in found)
        return len(topic & _stems(query_terms(words))) / len(topic)

    def rank(found: Sequence[Passage]) -> float:
        titled = len(topic & _stems(query_terms(found[0].title))) / len(topic)
        return max(one.score for one in found) + _MARGIN * (titled + held(found))

    best = max(homes, key=lambda home: rank(homes[home]))
    return best, held(homes[best]) ** 2


def summary_picks(digest: Sequence[tuple[Passage, Sentence, float]]) -> list[Pick]:
    """The sentences that stand best for the document, at most two a section, in reading order.

    The best of the first section is always among them: it says what the document is about.
    """
    picks = [
        Pick(passage, sentence, score, label=passage.innermost_heading) for passage, sentence, score in digest
    ]
    picks.sort(key=lambda pick: -pick.rank)
    opening = min((pick.passage.section for pick in picks), default=0)
    lead = next((pick for pick in picks if pick.passage.section == opening), None)
    picks.sort(key=lambda pick: pick is not lead)
    most = _OF_SECTION if len({pick.passage.section for pick in picks}) > 1 else _SENTENCES
    chosen: list[Pick] = []
    for pick in picks:
        taken = sum(one.passage.section == pick.passage.section for one in chosen)
        if taken < most and len(chosen) < _SENTENCES:
            chosen.append(pick)
    return sorted(chosen, key=lambda pick: pick.sentence.start)


def _stems(terms: Iterable[str]) -> set[str]:
    return {stem(term) for term in terms}
