"""What a chat model is given of what was found: the sentences and rows that matter, in numbered groups."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import NamedTuple

from qa.answering.assessment import Assessment
from qa.answering.extractive.cell_output import WORKED_OUT
from qa.answering.tables.row_text import read_row
from qa.answering.tables.table_answer import TableAnswer
from qa.schema import Passage, Sentence, SourceTable, Span
from qa.text.lines import is_table_row

__all__ = ["Evidence", "choose_evidence", "collect_evidence", "fit_evidence"]

# Sentences that are taken for their own sake, of a sub-question that asks one thing and of any other.
_MAX_OF_ONE_THING, _MAX_OF_OTHERS = 8, 20
# Less probable than this share of the best, a sentence is no evidence.
_MIN_SHARE = 0.01
_NEVER = -8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one number in the prompt stands for: neighbouring sentences of a passage, or rows of a table.

    `passages` are cut down to what is shown. `readings` hold the rows of tables with the names of their
    columns, by where the row begins in its document. `worked_out` says what the desk made of the rows, and
    `highlights` the cells that it took for it, by the same offsets.
    """

    passages: tuple[Passage, ...]
    readings: Mapping[int, str] = field(default_factory=dict)
    highlights: Mapping[int, Span] = field(default_factory=dict)
    worked_out: str | None = None

    @classmethod
    def of(cls, passage: Passage) -> "Evidence":
        """A whole passage as it is."""
        return cls(passages=(passage,))

    @property
    def text(self) -> str:
        """What the model reads: the passages' own words, rows with the names of their columns."""
        texts = [self._read(passage) for passage in self.passages]
        return "\n".join([*texts, *([self.worked_out] if self.worked_out else [])])

    def _read(self, passage: Passage) -> str:
        fragments: list[str] = []
        offset = passage.start
        for sentence in passage.sentences:
            reading = self.readings.get(sentence.start)
            if reading is not None:
                fragments += [passage.text[offset - passage.start : sentence.start - passage.start], reading]
                offset = sentence.end
        return "".join([*fragments, passage.text[offset - passage.start :]])

    def quote(self, passage: Passage, sentence: Sentence) -> str:
        """A sentence of one of the passages as the model reads it."""
        return self.readings.get(sentence.start) or passage.slice(sentence)


class _Pick(NamedTuple):
    passage: Passage
    number: int


def choose_evidence(
    assessments: Sequence[Assessment],
    passages: Sequence[Passage],
    summary: Iterable[tuple[Passage, Sentence]] = (),
) -> list[Passage]:
    """The sentences that matter, most useful first, as passages cut down to those that stand together.

    Of each sub-question the most probable sentences, in turn; each brings its neighbours, unless it is a row.
    Of those `passages` none of whose sentences is among them, the best sentence follows. What a `summary` is
    made of comes first.
    """
    of_summary = [_Pick(passage, passage.sentences.index(sentence)) for passage, sentence in summary]
    in_turn = chain.from_iterable(zip_longest(*map(_pick_sentences, assessments)))
    picks = [*of_summary, *filter(None, in_turn)]
    known = {(pick.passage.document_id, pick.passage.sentences[pick.number].start) for pick in picks}
    picks += [
        _Pick(passage, _best_sentence(passage))
        for passage in passages
        if not any((passage.document_id, sentence.start) in known for sentence in passage.sentences)
    ]
    return list(_cut_down(picks))


def _pick_sentences(assessment: Assessment) -> list[_Pick]:
    limit = _MAX_OF_ONE_THING if assessment.subquestion.asks_one_thing else _MAX_OF_OTHERS
    ranked = assessment.ranked_sentences[:limit]
    if assessment.document_count:  # a line each
        ranked = assessment.ranked_sentences[: max(limit, assessment.document_count)]
    return [
        _Pick(sentence.passage, sentence.number)
        for sentence in ranked
        if sentence.probability >= _MIN_SHARE * ranked[0].probability
    ]


def _best_sentence(passage: Passage) -> int:
    scores = passage.reader_scores
    logits = scores.sentence_logits if scores else [_NEVER] * len(passage.sentences)
    return max(range(len(logits)), key=lambda number: (logits[number], -number))


def _cut_down(picks: Sequence[_Pick]) -> Iterator[Passage]:
    """Passages of the sentences that were picked, with their neighbours, by the first pick in each."""
    taken: set[tuple[str, int]] = set()
    by_passage: dict[tuple[str, int, int], tuple[Passage, dict[int, int]]] = {}
    for rank, (passage, number) in enumerate(picks):
        place = (passage.document_id, passage.start, passage.end)
        ranks = by_passage.setdefault(place, (passage, {}))[1]
        for near in _with_neighbours(passage, number):
            start = (passage.document_id, passage.sentences[near].start)
            if near in ranks:
                ranks[near] = min(ranks[near], rank)
            elif start not in taken:
                taken.add(start)
                ranks[near] = rank
    groups = [
        (min(ranks[number] for number in run), passage, run)
        for passage, ranks in by_passage.values()
        for run in _runs(sorted(ranks))
    ]
    for _, passage, run in sorted(groups, key=lambda group: (group[0], group[1].start)):
        yield _narrow(passage, run[0], run[-1])


def _with_neighbours(passage: Passage, number: int) -> list[int]:
    """The sentence, and the one before and behind, without which a pronoun or a "not" is lost."""
    is_row = [is_table_row(passage.slice(sentence)) for sentence in passage.sentences]
    if is_row[number]:
        return [number]
    near = range(max(0, number - 1), min(len(is_row), number + 2))
    return [number, *(other for other in near if other != number and not is_row[other])]


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow one another, together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _narrow(passage: Passage, first: int, last: int) -> Passage:
    """The passage cut down to these sentences."""
    sentences, chosen = passage.sentences[first : last + 1], slice(first, last + 1)
    start, end, scores = sentences[0].start, sentences[-1].end, passage.reader_scores
    if scores is not None:
        scores = replace(
            scores,
            sentence_logits=scores.sentence_logits[chosen],
            answer_spans=scores.answer_spans[chosen],
            span_scores=scores.span_scores[chosen],
        )
    return replace(
        passage,
        start=start,
        end=end,
        text=passage.text[start - passage.start : end - passage.start],
        sentences=sentences,
        reader_scores=scores,
        sentence_cosines=passage.sentence_cosines[chosen],
    )


def collect_evidence(
    passages: Sequence[Passage], tables: Sequence[SourceTable], answer: TableAnswer | None = None
) -> list[Evidence]:
    """The evidence of chosen passages, rows read with the names of their columns.

    What tables `answer` comes first, unless that is a refusal: the rows of its cells, and what was made of
    them. Only `tables` of the versions that the passages are of may be given.
    """
    evidence = [_add_readings(passage, tables) for passage in passages]
    return evidence if answer is None or answer.is_refusal else [_evidence_of_cells(answer), *evidence]


def _add_readings(passage: Passage, tables: Sequence[SourceTable]) -> Evidence:
    readings: dict[int, str] = {}
    contexts = [passage.table_context] if passage.table_context else []
    own_tables = [source for source in tables if source.document.id == passage.document_id]
    for sentence in passage.sentences:
        for source in own_tables:
            if not source.table.start <= sentence.start < source.table.end:
                continue
            if reading := read_row(source, sentence.start, sentence.end):
                readings[sentence.start] = reading
                contexts += _describe_table(source)
    # With the names in each row, the line of the heads says nothing more.
    all_read = len(readings) == len(passage.sentences)
    context = "\n".join(dict.fromkeys(contexts[bool(passage.table_context and all_read) :]))
    return Evidence(passages=(replace(passage, table_context=context or None),), readings=readings)


def _describe_table(source: SourceTable) -> list[str]:
    return [" ".join(source.table.caption.split())] if source.table.caption else []


def _evidence_of_cells(answer: TableAnswer) -> Evidence:
    rows: dict[tuple[str, int], Passage] = {}
    readings: dict[int, str] = {}
    highlights: dict[int, Span] = {}
    for cell in answer.cells:
        document, table = cell.source.document, cell.source
        rows[document.id, cell.start] = Passage(
            chunk_id=f"{document.id}:{cell.start}",
            document_id=document.id,
            ordinal=0,
            section=0,
            start=cell.start,
            end=cell.end,
            heading=table.heading,
            source=document.source,
            metadata=document.metadata,
            text=document.text[cell.start : cell.end],
            sentences=(Sentence(cell.start, cell.end),),
            score=answer.matched,
            pages=document.pages,
            recognised=document.recognised,
            document_sha256=document.sha256,
            table_context="\n".join(_describe_table(table)) or None,
        )
        if reading := read_row(table, cell.start, cell.end):
            readings[cell.start] = reading
        if cell.highlight:
            highlights.setdefault(cell.start, cell.highlight)
    worked_out: str | None = None
    if answer.computed:
        worked_out = f"{WORKED_OUT}: {answer.computed.description}."
    elif answer.kind == "superlative":
        worked_out = f"{WORKED_OUT}, of all rows of the table: {answer.short_answer}."
    return Evidence(
        passages=tuple(rows.values()), readings=readings, highlights=highlights, worked_out=worked_out
    )


def fit_evidence(
    evidence: Sequence[Evidence], count_tokens: Callable[[Evidence], int], max_tokens: int
) -> list[Evidence]:
    """As much of it as there is room for, in its order; what is too long for what is left is passed over.

    The first is kept in any case: without evidence nothing can be answered.
    """
    kept, left = list(evidence[:1]), max_tokens - sum(map(count_tokens, evidence[:1]))
    for candidate in evidence[1:]:
        tokens = count_tokens(candidate)
        if tokens <= left:
            kept.append(candidate)
            left -= tokens
    return kept
