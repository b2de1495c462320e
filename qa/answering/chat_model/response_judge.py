"""Every sentence of a chat model's answer that claims something, against the evidence that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from qa.answering.chat_model.model_evidence import Evidence
from qa.answering.chat_model.orders import leaves_its_role, reads_as_order
from qa.answering.chat_model.response_parser import ParsedSentence, cell_spans
from qa.answering.citations import make_citation, supporting_sentences
from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.schema import AnswerSentence, Citation, Passage, Sentence, Span, Support
from qa.text.lines import is_table_row
from qa.text.overlap import content_words, is_content, stems, written_words
from qa.text.terms import stem

__all__ = ["CitedSentence", "JudgedSentences", "judge_sentences"]

# Evidence that a sentence without a marker is tried against, by the words that they share.
_MAX_TRIED = 3
_MARKS = "*_`"  # emphasis and code in Markdown: no words of a claim
# What the rest of the sentence says anyhow.
_OPENING = re.compile(r"[-–—• ]*(?:[*_]*(?:yes|no)[*_]*[.,:;!–—][*_]*\s+(?=\S))?", re.IGNORECASE)
_WORST_FIRST: tuple[Support, ...] = ("unsupported", "partial", "supported")


class CitedSentence(NamedTuple):
    """A sentence of a passage that is evidence."""

    evidence: Evidence
    passage: Passage
    sentence: Sentence

    @property
    def quote(self) -> str:
        """As the model reads it."""
        return self.evidence.quote(self.passage, self.sentence)


@dataclass(slots=True)
class JudgedSentences:
    """What is made of the sentences of an answer: an entry a sentence, None for one that claims nothing.

    `citations` are numbered by first use; `cited` holds where each stands.
    """

    sentences: list[AnswerSentence | None] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    cited: list[CitedSentence] = field(default_factory=list)

    @property
    def judged(self) -> list[AnswerSentence]:
        """The sentences that claim something."""
        return [sentence for sentence in self.sentences if sentence is not None]

    def number(self, cited: CitedSentence) -> int:
        """The number of the citation of a sentence, a new one where it has none."""
        location = (cited.passage.document_id, cited.sentence.start, cited.sentence.end)
        for citation in self.citations:
            if (citation.document_id, citation.start, citation.end) == location:
                return citation.number
        highlight = cited.evidence.highlights.get(cited.sentence.start)
        number = len(self.citations) + 1
        self.citations.append(make_citation(cited.passage, cited.sentence, number, highlight))
        self.cited.append(cited)
        return number


class _ClaimText(NamedTuple):
    """The words of a claim, and where each of their characters stands in the sentence (-1: it does not)."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, *parts: tuple[str, int]) -> "_ClaimText":
        """From texts and where they begin (-1: not in the sentence), without emphasis."""
        kept = [
            (letter, start + number if start >= 0 else -1)
            for text, start in parts
            for number, letter in enumerate(text)
            if letter not in _MARKS
        ]
        return cls("".join(letter for letter, _ in kept), tuple(place for _, place in kept))

    def locate(self, spans: Sequence[Span]) -> Iterator[Span]:
        """Spans of the claim as spans of the sentence."""
        for span in spans:
            places = [place for place in self.places[span.start : span.end] if place >= 0]
            if places:
                yield Span(places[0], places[-1] + 1)


class _Attempt(NamedTuple):
    """What a sentence might rest on, and the claims that this has to bear out."""

    cited: tuple[CitedSentence, ...]
    claims: tuple[_ClaimText, ...]


@dataclass(frozen=True)
class _EvidenceReader:
    """Finds the sentences of the evidence that a sentence rests on."""

    evidence: Sequence[Evidence]

    def is_evidence(self, number: int) -> bool:
        """Whether there is evidence of this number."""
        return 1 <= number <= len(self.evidence)

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [
            content_words(f"{part.passages[0].title} {part.passages[0].lead} {part.text}")
            for part in self.evidence
        ]

    def cite(self, text: str, numbers: Sequence[int]) -> tuple[CitedSentence, ...]:
        """The sentences of the evidence of these numbers that bear out a text, or else come nearest."""
        cited: dict[tuple[str, int], CitedSentence] = {}
        for number in dict.fromkeys(filter(self.is_evidence, numbers)):
            part = self.evidence[number - 1]
            for passage in part.passages:
                # What was worked out rests on all of its cells.
                sentences = passage.sentences if part.worked_out else self._supporting(text, passage)
                for sentence in sentences:
                    cited.setdefault(
                        (passage.document_id, sentence.start), CitedSentence(part, passage, sentence)
                    )
        return tuple(cited.values())

    def _supporting(self, text: str, passage: Passage) -> list[Sentence]:
        """The sentences that a text rests on, and the one before them where that alone has its name.

        "Orvia's harvest was poor. It halved the quota": that Orvia did needs both. Where the sentence before
        names others, too, who "it" is can't be told.
        """
        stating = self._stating(passage)
        supporting = list(supporting_sentences(text, passage, stating))
        before = stating.index(supporting[0]) - 1 if supporting else -1
        if before < 0 or is_table_row(passage.slice(stating[before])):
            return supporting
        known = stems(" ".join([passage.title, passage.lead or "", *map(passage.slice, supporting)]))
        missing = _names(text) - known
        told = _names(passage.slice(stating[before])) - known
        return [stating[before], *supporting] if told and told <= missing else supporting

    @staticmethod
    def _stating(passage: Passage) -> list[Sentence]:
        """The sentences that say something of the world; nothing behind what opens another turn does."""
        stating: list[Sentence] = []
        for sentence in passage.sentences:
            text = passage.slice(sentence)
            if leaves_its_role(text):
                break
            if not reads_as_order(text):
                stating.append(sentence)
        return stating

    def nearest(self, text: str) -> list[int]:
        """The numbers of the evidence that shares most words with a text, the most first."""
        words = content_words(text)
        shared = {number: len(words & held) for number, held in enumerate(self._words, start=1)}
        ranked = sorted((number for number in shared if shared[number]), key=lambda number: -shared[number])
        return ranked[:_MAX_TRIED]


def _names(text: str) -> frozenset[str]:
    """The stems of the words in capitals that say something."""
    return frozenset(stem(word) for word in written_words(text) if word[0].isupper() and is_content(word))


def judge_sentences(
    parsed_sentences: Sequence[ParsedSentence], evidence: Sequence[Evidence], checker: ClaimChecker
) -> JudgedSentences:
    """The sentences with their citations and verdicts, in their order.

    One without a marker is given the citations of the nearest evidence that bears it out; where none does,
    and where a marker names no evidence, it is unsupported. One whose marker names evidence that does not
    bear it out is given those of the evidence that shares most words with it, if that does. A row of a table
    is as well supported as the worst of its cells. All claims go through the checker together.
    """
    reader = _EvidenceReader(evidence)
    attempts = [
        list(_attempts(parsed, reader)) if parsed.claims else None for parsed in parsed_sentences
    ]  # fmt: skip
    claims = [
        _make_claim(claim.text, attempt.cited)
        for of_sentence in attempts
        for attempt in of_sentence or ()
        for claim in attempt.claims
    ]
    verdicts = iter(checker.check(claims))
    judged = JudgedSentences()
    for parsed, of_sentence in zip(parsed_sentences, attempts, strict=True):
        if of_sentence is None:
            judged.sentences.append(None)
            continue
        results = [(attempt, [next(verdicts) for _ in attempt.claims]) for attempt in of_sentence]
        judged.sentences.append(_judge(parsed, results, reader, judged))
    return judged


def _attempts(parsed: ParsedSentence, reader: _EvidenceReader) -> Iterator[_Attempt]:
    claims = tuple(_claim_texts(parsed))
    named = parsed.evidence_numbers
    nearest = reader.nearest(parsed.text)
    if named:
        yield _Attempt(reader.cite(parsed.text, named), claims)
        # Small models often write the number of other evidence than they have read. Made-up ones stay so.
        is_known = all(map(reader.is_evidence, named))
        nearest = [number for number in nearest[:1] if is_known and number not in named]
    for number in nearest:
        yield _Attempt(reader.cite(parsed.text, [number]), claims)
    if not named and not nearest:
        yield _Attempt((), claims)


def _claim_texts(parsed: ParsedSentence) -> Iterator[_ClaimText]:
    """The sentence; of a row each value, with what names the row and the column."""
    spans = [span for span in cell_spans(parsed.text) if span[0] < span[1]]
    if parsed.role != "row" or len(spans) == 1:
        opening = _OPENING.match(parsed.text)
        start = opening.end() if opening else 0
        yield _ClaimText.of((parsed.text[start:], start))
        return
    (start, end), *values = spans
    row = (parsed.text[start:end], start)
    columns = dict(zip(cell_spans(parsed.text), parsed.heads, strict=False))
    for span in values:
        head = columns.get(span, "")
        # A capital would make a name of it.
        head = head if head[1:2].isupper() else f"{head[:1].lower()}{head[1:]}"
        value = (parsed.text[span[0] : span[1]], span[0])
        yield _ClaimText.of(row, (": ", -1), (f"{head}: " if head else "", -1), value)


def _make_claim(text: str, cited: Sequence[CitedSentence]) -> Claim:
    """What is claimed of cited sentences, and of what the desk made of them."""
    worked_out = [source.evidence.worked_out for source in cited if source.evidence.worked_out]
    quotes = dict.fromkeys([*(source.quote for source in cited), *worked_out])
    contexts = dict.fromkeys(_context(source.passage, text) for source in cited)
    return Claim(text, tuple(quotes), " ".join(contexts))


def _context(passage: Passage, text: str) -> str:
    """What the prompt shows of a passage beside its text; the date for a text that says year or month.

    For others its figures would pass for theirs.
    """
    day = passage.published
    is_dated = day is not None and (str(day.year) in text or f"{day:%B}" in text)
    parts = (passage.title, passage.lead, f"{day:%Y-%m-%d %d %B %Y}" if is_dated else None)
    return " ".join(part for part in parts if part and not reads_as_order(part))


def _judge(
    parsed: ParsedSentence,
    results: Sequence[tuple[_Attempt, Sequence[ClaimVerdict]]],
    reader: _EvidenceReader,
    judged: JudgedSentences,
) -> AnswerSentence:
    by_support = [(_worst(verdicts), attempt, verdicts) for attempt, verdicts in results]
    best = next((result for result in by_support if result[0] == "supported"), by_support[0])
    support, attempt, verdicts = best
    if not all(map(reader.is_evidence, parsed.evidence_numbers)) or not (
        parsed.evidence_numbers or support == "supported"
    ):
        support = "unsupported"
    words = {
        span
        for claim, verdict in zip(attempt.claims, verdicts, strict=True)
        for span in claim.locate(verdict.unsupported_words)
    }
    # A sentence that names nothing and that nothing bears out points nowhere.
    cited = attempt.cited if parsed.evidence_numbers or support == "supported" else ()
    return AnswerSentence(
        text=parsed.text,
        support=support,
        citations=tuple(map(judged.number, cited)),
        unsupported_words=tuple(sorted(words, key=lambda span: span.start)) if support != "supported" else (),
    )


def _worst(verdicts: Sequence[ClaimVerdict]) -> Support:
    return next(
        support for support in _WORST_FIRST if any(verdict.support == support for verdict in verdicts)
    )
