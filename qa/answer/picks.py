"""Which sentences an answer is made of, and in what order they stand."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answer.questions import Kind
from qa.answer.ranking import Ranked
from qa.schema import Evidence, Passage, Sentence, Span
from qa.text.overlap import similarity
from qa.text.terms import pieces, query_terms

__all__ = ["Pick", "Section", "choose", "heading_match", "ordered", "without_repeats"]

Section = Callable[[Passage], Sequence[Passage]]

# How many sentences an answer has at most, and what share of the best one's probability another needs.
_SENTENCES: dict[Kind, int] = {
    "fact": 4,
    "yes-no": 3,
    "list": 5,
    "change": 6,
    "compare": 3,
    "summary": 6,
    "open": 5,
}
_SHARE: dict[Kind, float] = {
    "fact": 0.3, "yes-no": 0.4, "list": 0.2, "change": 0.15, "compare": 0.3, "summary": 0.2, "open": 0.2,
}  # fmt: skip
_DOCUMENTS = 3
_SECTION_SENTENCES = 6
_ITEMS = 12  # of a list or table that is shown whole
_HEADING_LEAD = 1.0  # a heading must lead the sentences by this many logits to stand for its section
_SAME_HEADING = 0.75  # or share this much of its words with the question
_SAME = 0.8  # similarity above which two sentences say the same

_SURE_SPAN = 6.0  # start and end logit together; spans that are right have 10 and more
_LEAST_WORDS = 4  # of a sentence that is not the one thing asked for
_ITEM = re.compile(r"(?:[-*+•–]|\d{1,3}[.)]|\|)\s*\S")
_SINCE = re.compile(r"\b(?:since|after|from) (?:\w+ )?((?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence chosen for the answer, with its rank among all sentences (higher is better).

    `label` names the part of the answer that it belongs to: a side of a comparison, a section.
    """

    passage: Passage
    sentence: Sentence
    rank: float
    label: str | None = None

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.passage.slice(self.sentence)

    def highlight(self, asked: Kind) -> Span | None:
        """The sentence's answer span if it is not all of it; where prose is asked for, only a sure one."""
        evidence = self.passage.evidence
        if evidence is None:
            return None
        number = self.passage.sentences.index(self.sentence)
        span = evidence.spans[number]
        sure = asked in ("fact", "yes-no", "list") or evidence.span_scores[number] >= _SURE_SPAN
        return span if sure and span != self.sentence else None


def choose(
    question: str, asked: Kind, ranked: Sequence[Ranked], passages: Sequence[Passage], section: Section
) -> list[Pick]:
    """The sentences that answer, best first.

    Args:
        question: What is asked.
        asked: Its kind.
        ranked: The sentences that were read closely, most probable first; there must be one.
        passages: What was found, best first; those that were read may have a heading that answers.
        section: Gives the passages of a passage's section, read, in reading order.
    """
    heading = _heading_that_answers(question, passages, asked)
    if heading:
        found = section(heading)
        picks = _of_section(found)
        listed = [pick for pick in picks if _leads_to_items(pick)] if asked == "list" else []
        most = _SENTENCES[asked] if asked == "compare" else _SECTION_SENTENCES
        return _items(listed[0], found) if listed else picks[:most]
    if asked == "change":
        ranked = _of_change(question, ranked)
    picks = _likely(ranked, asked)
    return _with_items(picks, section) if asked == "list" else picks


def _evidence(passage: Passage) -> Evidence:
    if passage.evidence is None:
        raise ValueError(f"{passage.chunk_id} has not been read")
    return passage.evidence


def _heading_that_answers(question: str, passages: Sequence[Passage], asked: Kind) -> Passage | None:
    """The passage whose heading asks the same, or answers better than any sentence that was read."""
    same = [one for one in passages if heading_match(question, one) >= _SAME_HEADING]
    if same:
        return same[0]
    if asked in ("fact", "yes-no"):
        return None
    read = [one for one in passages if one.evidence]
    lead = max(0.0, _HEADING_LEAD + max(max(_evidence(one).sentences) for one in read))
    found: Passage | None = None
    for passage in read:
        heading = _evidence(passage).heading
        if heading is not None and heading > lead:
            found, lead = passage, heading
    return found


def heading_match(question: str, passage: Passage) -> float:
    """How much the question's words and those of the passage's innermost heading are the same, 0..1.

    Words that say nothing do not count; 0 if fewer than two are left on either side.
    """
    wanted = set(query_terms(question))
    given = set(query_terms(passage.innermost_heading or ""))
    if min(len(wanted), len(given)) < 2:
        return 0.0
    return len(wanted & given) / len(wanted | given)


def _of_section(section: Sequence[Passage]) -> list[Pick]:
    """The section's sentences, best first."""
    picks = [
        Pick(part, sentence, logit)
        for part in section
        for sentence, logit in zip(part.sentences, _evidence(part).sentences, strict=True)
    ]
    return sorted(picks, key=lambda pick: (-pick.rank, pick.sentence.start))


def _likely(ranked: Sequence[Ranked], asked: Kind) -> list[Pick]:
    """The most probable sentences of the best documents."""
    picks: list[Pick] = []
    brief = asked in ("fact", "yes-no", "list")
    for one in ranked:
        documents = {pick.passage.document_id for pick in picks} | {one.passage.document_id}
        likely = one.probability >= _SHARE[asked] * ranked[0].probability
        if not brief and len(pieces(one.passage.slice(one.sentence))) < _LEAST_WORDS:
            continue  # "**Other partners.**" heads what it does not say
        if likely and len(picks) < _SENTENCES[asked] and len(documents) <= _DOCUMENTS:
            picks.append(Pick(one.passage, one.sentence, one.probability))
    return picks or [Pick(ranked[0].passage, ranked[0].sentence, ranked[0].probability)]


def _of_change(question: str, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The sentences that do not tell of years before "since 2024" alone; all if none is left."""
    since = _SINCE.search(question)
    if not since:
        return ranked

    def late(one: Ranked) -> bool:
        years = [int(year) for year in _YEAR.findall(one.passage.slice(one.sentence))]
        return not years or max(years) >= int(since[1])

    return [one for one in ranked if late(one)] or ranked


def _with_items(picks: Sequence[Pick], section: Section) -> list[Pick]:
    """Where the best sentence or two others stand in one list or table, or lead in to it, the whole of it."""
    chosen = {pick.sentence for pick in picks}
    for pick in picks:
        if _leads_to_items(pick):
            items = _items(pick, section(pick.passage))
            shared = len(chosen & {item.sentence for item in items})
            if len(items) > 1 and (pick is picks[0] or shared > 1):
                return items
    return list(picks)


def _leads_to_items(pick: Pick) -> bool:
    """Is it an item of a list, or the line before one?"""
    return _is_item(pick.text) or pick.text.rstrip().endswith(":")


def _is_item(text: str) -> bool:
    return bool(_ITEM.match(text))


def _items(pick: Pick, section: Sequence[Passage]) -> list[Pick]:
    """The run of items around a sentence with the line that leads in, in reading order."""
    line = [replace(pick, passage=part, sentence=one) for part in section for one in part.sentences]
    at = next((n for n, one in enumerate(line) if one.sentence.start == pick.sentence.start), None)
    if at is None:
        return []
    first = last = at
    while first > 0 and _is_item(line[first].text) and _is_item(line[first - 1].text):
        first -= 1
    while last + 1 < len(line) and _is_item(line[last + 1].text):
        last += 1
    if first > 0 and _is_item(line[first].text) and line[first - 1].text.rstrip().endswith(":"):
        first -= 1
    return line[first : last + 1][:_ITEMS]


def without_repeats(picks: Sequence[Pick]) -> list[Pick]:
    """Drop sentences that say what a better one said: the same wire story in two documents."""
    kept: list[Pick] = []
    for pick in picks:
        if all(similarity(pick.text, one.text) < _SAME for one in kept):
            kept.append(pick)
    return kept


def ordered(picks: Sequence[Pick], asked: Kind) -> list[Pick]:
    """The picks as they are read.

    Newest document first (for a change, oldest first), without a date last; then the document with the
    best sentence. Inside a document in reading order; where one thing is asked, best first.
    """
    best: dict[str, float] = {}
    for pick in picks:
        best[pick.passage.document_id] = max(best.get(pick.passage.document_id, -100.0), pick.rank)
    brief = asked in ("fact", "yes-no")

    def key(pick: Pick) -> tuple[float, float, str, float, int]:
        published = pick.passage.published
        age = -(published or date.min).toordinal()
        if asked == "change":
            age = (published or date.max).toordinal()
        home = pick.passage.document_id
        return (age, -best[home], home, -pick.rank if brief else 0.0, pick.sentence.start)

    return sorted(picks, key=key)
