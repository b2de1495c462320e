"""The default engine: the evidence sentences themselves, in reading order, each cited.

It can't invent, needs no language model and adds no time of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from qa import cite
from qa.answer.confidence import heading_match
from qa.answer.questions import Kind, kind
from qa.answer.ranking import Ranked, rank_sentences
from qa.schema import Answer, AnswerSentence, Citation, Evidence, Passage, Sentence, Span

__all__ = ["answer_extractively"]

# How many sentences an answer has at most, and what share of the best one's probability another needs.
_SENTENCES: dict[Kind, int] = {"fact": 4, "list": 5, "open": 5}
_SHARE: dict[Kind, float] = {"fact": 0.3, "list": 0.2, "open": 0.2}
_DOCUMENTS = 3
_SECTION_SENTENCES = 6
_HEADING_LEAD = 1.0  # a heading must lead the sentences by this many logits to stand for its section
_SAME_HEADING = 0.75  # or share this much of its words with the question
_SAME = 0.8  # similarity above which two sentences say the same


@dataclass(frozen=True, slots=True)
class _Pick:
    """A sentence chosen for the answer, with its rank among all sentences (higher is better)."""

    passage: Passage
    sentence: Sentence
    rank: float

    @property
    def text(self) -> str:
        return self.passage.slice(self.sentence)

    @property
    def highlight(self) -> Span | None:
        """The sentence's answer span if it is not all of it."""
        span = _evidence(self.passage).spans[self.passage.sentences.index(self.sentence)]
        return None if span == self.sentence else span


def answer_extractively(
    question: str,
    standalone: str,
    passages: Sequence[Passage],
    contexts: Sequence[Passage],
    *,
    confidence: float,
    top_k: int,
    section: Callable[[Passage], Sequence[Passage]],
    ranked: Sequence[Ranked] | None = None,
) -> Answer:
    """Answer from passages that have been read; there must be one.

    Args:
        question: As typed.
        standalone: The same, understood without the conversation.
        passages: What was found, best first.
        contexts: The best of them with the sentences around them.
        confidence: From the calibration.
        top_k: How many passages the answer carries.
        section: Gives the passages of a passage's section, read, in reading order.
        ranked: The contexts' sentences as `rank_sentences` orders them, if that has been done.
    """
    asked = kind(standalone)
    heading = _heading_that_answers(standalone, passages, asked)
    if heading:
        picks = _section_picks(section(heading))
    else:
        picks = _sentence_picks(ranked or rank_sentences(standalone, contexts), asked)
    picks = _ordered(_without_repeats(picks))
    citations = [
        cite.citation(pick.passage, pick.sentence, number, pick.highlight)
        for number, pick in enumerate(picks, start=1)
    ]
    return Answer(
        question=question,
        standalone_question=standalone,
        status="answered",
        text=_render(citations),
        sentences=tuple(
            AnswerSentence(text=one.quote, support="supported", citations=(one.number,)) for one in citations
        ),
        citations=tuple(citations),
        passages=tuple(passages[:top_k]),
        engine="extractive",
        model=None,
        confidence=confidence,
        short_answer=_short_answer(picks) if asked == "fact" and not heading else None,
    )


def _evidence(passage: Passage) -> Evidence:
    if passage.evidence is None:
        raise ValueError(f"{passage.chunk_id} has not been read")
    return passage.evidence


def _heading_that_answers(question: str, passages: Sequence[Passage], asked: Kind) -> Passage | None:
    """The passage whose heading asks the same, or answers better than any sentence that was read."""
    same = [one for one in passages if heading_match(question, one) >= _SAME_HEADING]
    if same:
        return same[0]
    if asked == "fact":
        return None
    read = [one for one in passages if one.evidence]
    lead = max(0.0, _HEADING_LEAD + max(max(_evidence(one).sentences) for one in read))
    found: Passage | None = None
    for passage in read:
        heading = _evidence(passage).heading
        if heading is not None and heading > lead:
            found, lead = passage, heading
    return found


def _section_picks(section: Sequence[Passage]) -> list[_Pick]:
    """The section's best sentences; all of them if it is short."""
    picks = [
        _Pick(part, sentence, logit)
        for part in section
        for sentence, logit in zip(part.sentences, _evidence(part).sentences, strict=True)
    ]
    return sorted(picks, key=lambda pick: (-pick.rank, pick.sentence.start))[:_SECTION_SENTENCES]


def _sentence_picks(ranked: Sequence[Ranked], asked: Kind) -> list[_Pick]:
    """The most probable sentences of the best documents, most probable first."""
    picks: list[_Pick] = []
    for one in ranked:
        documents = {pick.passage.document_id for pick in picks} | {one.passage.document_id}
        likely = one.probability >= _SHARE[asked] * ranked[0].probability
        if likely and len(picks) < _SENTENCES[asked] and len(documents) <= _DOCUMENTS:
            picks.append(_Pick(one.passage, one.sentence, one.probability))
    return picks


def _without_repeats(picks: Sequence[_Pick]) -> list[_Pick]:
    """Drop sentences that say what a better one said: the same wire story in two documents."""
    kept: list[_Pick] = []
    for pick in picks:
        if all(cite.similarity(pick.text, one.text) < _SAME for one in kept):
            kept.append(pick)
    return kept


def _ordered(picks: Sequence[_Pick]) -> list[_Pick]:
    """Newest document first (without a date last), inside a document in reading order."""
    return sorted(
        picks,
        key=lambda pick: (
            -(pick.passage.published or date.min).toordinal(),
            pick.passage.document_id,
            pick.sentence.start,
        ),
    )


def _short_answer(picks: Sequence[_Pick]) -> str | None:
    best = max(picks, key=lambda pick: pick.rank)
    return best.passage.slice(best.highlight) if best.highlight else None


def _render(citations: Sequence[Citation]) -> str:
    """Sentences with their markers; several documents are told apart by date and title."""
    several = len({one.document_id for one in citations}) > 1
    lines: list[str] = []
    last: str | None = None
    for one in citations:
        text = f"{' '.join(one.quote.split())} [{one.number}]"
        if one.document_id == last:
            lines[-1] += f" {text}"
        elif several:
            when = one.published.isoformat() if one.published else "undated"
            lines.append(f"{when}, {one.title}: {text}")
        else:
            lines.append(text)
        last = one.document_id
    return "\n\n".join(lines)
