"""From what was retrieved for a question to its answer: quoted, worded by a chat model, or refused."""

import threading
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.answering.assessment import Assessment, assess
from qa.answering.chat_model.model_calls import ModelCalls, OpenedModel
from qa.answering.chat_model.model_evidence import Evidence, choose_evidence, collect_evidence
from qa.answering.chat_model.worded_answer import WordingTask, fit_to_model, word_answer
from qa.answering.claim_check import ClaimChecker
from qa.answering.extractive.cell_output import answer_by_cells, answer_by_figures
from qa.answering.extractive.document_summary import find_summarized_document, select_summary_sentences
from qa.answering.extractive.extractive_answer import (
    answer_extractively,
    interleave_passages,
    unanswered_side_warnings,
)
from qa.answering.extractive.selected_sentence import SelectedSentence
from qa.answering.found_cells import (
    CELL_TYPES,
    FoundCells,
    find_cells,
    meet_by_calculation,
    put_cell_right,
)
from qa.answering.prose_calculation import WorkedOut, work_out
from qa.answering.refusal import refuse
from qa.query.query import Query, SubQuestion
from qa.retrieval.retriever import Retrieval
from qa.schema import (
    Answer,
    CheckedCondition,
    Passage,
    Sentence,
    SourceTable,
    StreamEvent,
    UnsupportedPolicy,
)
from qa.schema.engines import EXTRACTIVE

__all__ = ["AnswerBuilder", "Engine", "RetrievedQuery", "SectionSource"]

# "What is the CPTPP?" is a poorer question than the comparison that it is a side of.
_SIDE_SHARE = 0.5
# What is left of the confidence where a side has a name that no passage holds.
_UNCOVERED_SHARE = 0.5
_TABLE_PASSAGES = 10  # the best passages, in whose documents tables are looked at


class SectionSource(Protocol):
    """What an answer may need of the documents beside the passages that were retrieved: a `Retriever`."""

    def read_section(
        self, question: str, passage: Passage, read_passages: Sequence[Passage] = ()
    ) -> Sequence[Passage]:
        """The passages of a passage's section, read, in reading order."""

    def salient_sentences(self, question: str, found: Passage) -> Sequence[tuple[Passage, Sentence, float]]:
        """How well each sentence of the found passage's document stands for it, in reading order."""

    def tables(self, document_ids: Sequence[str], versions: Collection[str]) -> Sequence[SourceTable]:
        """The tables of these documents, in the versions of these checksums, in their order."""

    def read_statements(self, question: str, statements: Sequence[Passage]) -> Sequence[float]:
        """How well each passage of one sentence answers a question, as a logit."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Who words the answer: a name of `ENGINES`, and for the one that needs it a chat model.

    `calls` are those of the question that is answered. Where one broke off in the middle, the answer is not
    complete or, unless `keeps_broken`, the question fails.
    """

    name: str
    chat_model: OpenedModel | None = None
    calls: ModelCalls | None = None
    keeps_broken: bool = True

    def for_question(self, stop: threading.Event | None = None, *, keeps_broken: bool = True) -> "Engine":
        """The engine for one question; `stop` ends the calls of the chat model."""
        calls = self.chat_model.begin(stop) if self.chat_model else None
        return replace(self, calls=calls, keeps_broken=keeps_broken)


@dataclass(frozen=True, slots=True)
class RetrievedQuery:
    """A query with what was retrieved for it: one retrieval a sub-question, and where more comes from."""

    query: Query
    retrievals: Sequence[Retrieval]
    sections: SectionSource

    @property
    def retrieve_ms(self) -> float:
        """Time spent finding passages."""
        return sum(retrieval.retrieve_ms for retrieval in self.retrievals)

    @property
    def read_ms(self) -> float:
        """Time spent reading them."""
        return sum(retrieval.read_ms for retrieval in self.retrievals)


@dataclass(frozen=True, slots=True)
class _AssessedQuery:
    """A retrieved query with the assessment of each sub-question, its passages, and how sure an answer is.

    `summarized` is a passage of the document that a summary is asked of. `found_cells` is what tables answer
    where they come before the sentences, `worked_out` what is worked out of the figures of a sentence, and
    `conditions` are those of the question against what would be answered.
    """

    retrieved: RetrievedQuery
    assessments: Sequence[Assessment]
    passages: Sequence[Passage]
    confidence: float
    summarized: Passage | None
    found_cells: FoundCells | None
    conditions: Sequence[CheckedCondition]
    worked_out: WorkedOut | None = None

    @property
    def is_denied(self) -> bool:
        """Whether what was found is about something else than the question, however near it is."""
        if self.found_cells:
            return self.found_cells.answer.is_refusal
        if self.worked_out:
            return False
        return len(self.assessments) == 1 and self.assessments[0].is_contradicted

    @property
    def refusal_reason(self) -> str | None:
        """Why there is no answer, where that is known before any condition of the question is looked at."""
        if self.found_cells:
            return self.found_cells.reason
        return self.assessments[0].omission if len(self.assessments) == 1 else None


class AnswerBuilder:
    """Makes answers of what was retrieved; thread-safe.

    Args:
        top_k: How many passages an answer carries.
        min_confidence: Below it the answer is a refusal.
        checker: Says how far what a chat model writes is borne out.
        unsupported: What becomes of its answer where something is not.
        evidence_tokens: How much evidence it is given at most.
    """

    def __init__(
        self,
        *,
        top_k: int,
        min_confidence: float,
        checker: ClaimChecker,
        unsupported: UnsupportedPolicy = "mark",
        evidence_tokens: int = 3000,
    ) -> None:
        self._top_k, self._min_confidence, self._checker = top_k, min_confidence, checker
        self._unsupported, self._evidence_tokens = unsupported, evidence_tokens

    def stream(
        self, retrieved: RetrievedQuery, engine: Engine, *, also_unrefused: bool = False
    ) -> Generator[StreamEvent, None, None]:
        """Text as it comes, then the answer; before it, if wanted and to be had, the one without refusal."""
        assessed = _assess_query(retrieved)
        is_sure = assessed.confidence >= self._min_confidence and not assessed.is_denied
        is_refused = not assessed.passages or not assessed.confidence or not is_sure
        if engine.name == EXTRACTIVE.name and assessed.passages and (also_unrefused or not is_refused):
            quoted = self._quote(assessed)
            if also_unrefused:
                yield StreamEvent(kind="answer", answer=quoted)
            if not is_refused:
                yield StreamEvent(kind="text", text=quoted.text)
                yield StreamEvent(kind="answer", answer=quoted)
        if is_refused:
            refusal = refuse(
                retrieved.query,
                assessed.passages[: self._top_k],
                confidence=assessed.confidence,
                engine=engine.name,
                conditions=assessed.conditions,
                reason=assessed.refusal_reason,
                also_read=[
                    *assessed.passages[self._top_k :],
                    *(read for assessment in assessed.assessments for read in assessment.expanded_passages),
                ],
            )
            # A follow-up may have been rewritten by the chat model.
            if engine.calls and (usage := engine.calls.usage):
                refusal = replace(refusal, usage=usage, model=engine.calls.opened.name)
            yield StreamEvent(kind="text", text=refusal.text)
            yield StreamEvent(kind="answer", answer=refusal)
        elif engine.calls is not None:
            yield from self._word(assessed, engine.calls, keeps_broken=engine.keeps_broken)

    def _word(
        self, assessed: _AssessedQuery, calls: ModelCalls, *, keeps_broken: bool
    ) -> Iterator[StreamEvent]:
        """The chat model's words as they come, each sentence checked as it ends, then its answer."""
        query, model = assessed.retrieved.query, calls.opened.model
        evidence = _collect_evidence(assessed, self._top_k)
        task = WordingTask(
            query=query,
            evidence=fit_to_model(evidence, query, model, max_tokens=self._evidence_tokens),
            passages=assessed.passages[: self._top_k],
            confidence=assessed.confidence,
            model=calls.opened.name,
            checker=self._checker,
            policy=self._unsupported,
            keeps_broken=keeps_broken,
        )
        yield from word_answer(task, calls)

    def _quote(self, assessed: _AssessedQuery) -> Answer:
        """The documents' own sentences."""
        query, sections = assessed.retrieved.query, assessed.retrieved.sections
        if assessed.found_cells and not assessed.is_denied:
            return answer_by_cells(
                query,
                assessed.found_cells.answer,
                assessed.conditions,
                assessed.passages[: self._top_k],
                confidence=assessed.confidence,
            )
        if assessed.worked_out:
            return answer_by_figures(
                query, assessed.worked_out, assessed.conditions, assessed.passages[: self._top_k]
            )
        assessments = assessed.assessments
        summary = _summarize(assessed)
        min_confidence = self._min_confidence * _SIDE_SHARE
        answered = [
            assessment
            for assessment in assessments
            if assessment.confidence >= min_confidence and assessment.covers_names
        ]
        answered = [assessment for assessment in answered or assessments if assessment.expanded_passages]
        read_passages = [passage for assessment in assessments for passage in assessment.passages]
        answer = answer_extractively(
            query,
            answered,
            confidence=assessed.confidence,
            top_k=self._top_k,
            read_section=lambda passage: sections.read_section(query.standalone, passage, read_passages),
            summary=summary,
        )
        answer = replace(answer, conditions=tuple(assessed.conditions))
        if len(assessments) > 1:
            return replace(answer, warnings=unanswered_side_warnings(assessments, answered))
        return answer


def _collect_evidence(assessed: _AssessedQuery, top_k: int) -> list[Evidence]:
    """What a chat model is to answer by, most useful first."""
    chosen = choose_evidence(
        assessed.assessments,
        assessed.passages[:top_k],
        [(selected.passage, selected.sentence) for selected in _summarize(assessed)],
    )
    answer = assessed.found_cells.answer if assessed.found_cells else None
    return collect_evidence(chosen, _tables_of(assessed.retrieved.sections, chosen), answer)


def _summarize(assessed: _AssessedQuery) -> Sequence[SelectedSentence]:
    """The sentences that stand for the document that a summary is asked of; none where none is."""
    if assessed.summarized is None:
        return ()
    retrieved = assessed.retrieved
    return select_summary_sentences(
        retrieved.sections.salient_sentences(retrieved.query.standalone, assessed.summarized)
    )


def _tables_of(sections: SectionSource, passages: Sequence[Passage]) -> Sequence[SourceTable]:
    """The tables of the passages' documents, as they were where an earlier day is asked of."""
    documents = dict.fromkeys(passage.document_id for passage in passages)
    return sections.tables(tuple(documents), {passage.document_sha256 for passage in passages})


def _assess_query(retrieved: RetrievedQuery) -> _AssessedQuery:
    query = retrieved.query
    assessments = [
        assess(
            subquestion,
            retrieval.passages,
            retrieval.expanded_passages,
            retrieval.document_count,
            retrieval.likeness,
        )
        for subquestion, retrieval in zip(query.subquestions, retrieved.retrievals, strict=True)
    ]
    passages = interleave_passages([assessment.passages for assessment in assessments])
    confidence = sum(assessment.confidence for assessment in assessments) / len(assessments)
    if not all(assessment.covers_names for assessment in assessments):
        confidence *= _UNCOVERED_SHARE
    whole = assessments[0]
    if len(assessments) > 1:  # "the difference between 2028 and 2029" may be one of two cells
        whole = replace(whole, subquestion=SubQuestion.of(query.standalone, question_type="fact"))
    if passages and whole.subquestion.question_type in CELL_TYPES:
        tables = _tables_of(retrieved.sections, passages[:_TABLE_PASSAGES])
        found = find_cells(whole, tables, retrieved.sections.read_statements)
        right = put_cell_right(found, whole) if found and len(assessments) == 1 else None
        if right:
            assessments, confidence, found = [right], right.confidence, None
        if found and (len(assessments) == 1 or found.answer.kind == "computed"):
            return _AssessedQuery(
                retrieved, assessments, passages, found.confidence, None, found, found.conditions
            )
    summarized: Passage | None = None
    if passages and query.question_type == "summary":
        document_id, certainty = find_summarized_document(query, passages)
        if document_id and certainty >= confidence:
            confidence = certainty
            summarized = next(passage for passage in passages if passage.document_id == document_id)
    conditions = assessments[0].conditions if len(assessments) == 1 else ()
    worked_out = work_out(assessments[0]) if len(assessments) == 1 else None
    if worked_out:
        confidence = worked_out.confidence
        conditions = tuple(meet_by_calculation(worked_out.computed, checked) for checked in conditions)
    return _AssessedQuery(
        retrieved, assessments, passages, confidence, summarized, None, conditions, worked_out
    )
