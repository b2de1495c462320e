"""An answer by cells, or by figures of sentences: the value first, then what it stands in, each cited."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.citations import make_citation
from qa.answering.extractive.disagreement import DISAGREEMENT, OTHERWISE
from qa.answering.extractive.extractive_answer import EARLIER, VERDICTS, render_heading
from qa.answering.prose_calculation import WorkedOut
from qa.answering.tables.table_answer import CitedCell, TableAnswer
from qa.query.query import Query
from qa.schema import (
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Computed,
    Passage,
    RecognisedPage,
)
from qa.schema.engines import EXTRACTIVE

__all__ = ["answer_by_cells"]

WORKED_OUT = "Worked out by the desk"


def answer_by_cells(
    query: Query,
    table_answer: TableAnswer,
    conditions: Sequence[CheckedCondition],
    passages: Sequence[Passage],
    *,
    confidence: float,
) -> Answer:
    """The answer of tables, which must be no refusal.

    A value that was worked out is said first, with all its cells. A row that holds several of them stands
    once, with a mark a cell. Below it is what the same cell says in other documents' tables.
    """
    labels: list[str | None] = [None] * len(table_answer.cells)
    cells = list(table_answer.cells)
    for other in table_answer.others:
        labels += [_label_other(other.cells[0], cells[0])] * len(other.cells)
        cells += other.cells
    citations = tuple(_cite(cell, number) for number, cell in enumerate(cells, start=1))
    return _compose(
        query,
        table_answer.short_answer,
        table_answer.computed,
        citations,
        labels,
        passages=tuple(passages),
        confidence=confidence,
        conditions=tuple(conditions),
        warnings=(*_warn_of_blanks(table_answer), *_warn_of_others(table_answer)),
    )


def answer_by_figures(
    query: Query,
    worked_out: WorkedOut,
    conditions: Sequence[CheckedCondition],
    passages: Sequence[Passage],
) -> Answer:
    """The answer that was worked out of figures: the value with all of them, then their sentences."""
    citations = tuple(
        make_citation(figure.passage, figure.sentence, number, figure.span)
        for number, figure in enumerate(worked_out.figures, start=1)
    )
    labels: list[str | None] = [None] * len(citations)
    return _compose(
        query,
        worked_out.short_answer,
        worked_out.computed,
        citations,
        labels,
        passages=tuple(passages),
        confidence=worked_out.confidence,
        conditions=tuple(conditions),
    )


def _compose(
    query: Query,
    short_answer: str,
    computed: Computed | None,
    citations: tuple[Citation, ...],
    labels: Sequence[str | None],
    *,
    passages: tuple[Passage, ...],
    confidence: float,
    conditions: tuple[CheckedCondition, ...],
    warnings: tuple[str, ...] = (),
) -> Answer:
    """The verdict, the value that was worked out, and each quote once, with all of its marks."""
    sentences: list[AnswerSentence] = []
    numbers = tuple(citation.number for citation in citations)
    if query.question_type == "yes-no" and (verdict := VERDICTS.get(short_answer)):
        sentences.append(AnswerSentence(text=verdict, support="supported", citations=numbers))
    if computed:
        computed = replace(computed, cells=numbers)
        text = f"{WORKED_OUT}: {computed.description}."
        sentences.append(AnswerSentence(text=text, support="supported", citations=numbers))
    by_quote: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        by_quote.setdefault((citation.document_id, citation.start), []).append(citation)
    sentences += [
        AnswerSentence(
            text=quoted[0].quote,
            support="supported",
            citations=tuple(citation.number for citation in quoted),
            label=labels[quoted[0].number - 1],
        )
        for quoted in by_quote.values()
    ]
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="answered",
        text="\n\n".join(_render(sentence, citations) for sentence in sentences),
        sentences=tuple(sentences),
        citations=citations,
        passages=passages,
        engine=EXTRACTIVE.name,
        model=None,
        confidence=confidence,
        question_type=query.question_type,
        short_answer=short_answer,
        conditions=conditions,
        computed=computed,
        warnings=warnings,
    )


def _label_other(other: CitedCell, cell: CitedCell) -> str:
    """Whether another value is an older document's, or what stands against this one."""
    published, of_other = cell.source.document.published, other.source.document.published
    return EARLIER if published and of_other and of_other < published else OTHERWISE


def _warn_of_others(answer: TableAnswer) -> tuple[str, ...]:
    """That documents disagree, with what each says; not where one is just newer."""
    cell = answer.cells[0]
    told = [other for other in answer.others if _label_other(other.cells[0], cell) == OTHERWISE]
    if not told:
        return ()
    values = [f"{one.short_answer} ({one.cells[0].source.document.title})" for one in (answer, *told)]
    return (f"{DISAGREEMENT}: {', '.join(values)}",)


def _warn_of_blanks(answer: TableAnswer) -> tuple[str, ...]:
    """That some of what was ranked had no figure."""
    if not answer.skipped:
        return ()
    return (f"The table has no figure here for {'; '.join(answer.skipped)}, which may change the order.",)


def _render(sentence: AnswerSentence, citations: Sequence[Citation]) -> str:
    markers = "".join(f" [{number}]" for number in sentence.citations)
    source = citations[sentence.citations[0] - 1] if sentence.label else None
    return render_heading(sentence.label, source) + " ".join(sentence.text.split()) + markers


def _cite(cell: CitedCell, number: int) -> Citation:
    document = cell.source.document
    first, last = (bisect_right(document.pages, at) for at in (cell.start, cell.end - 1))
    return Citation(
        number=number,
        document_id=document.id,
        source=document.source,
        metadata=document.metadata,
        page=first or None,
        heading=cell.source.heading,
        start=cell.start,
        end=cell.end,
        quote=document.text[cell.start : cell.end],
        highlight=cell.highlight,
        document_sha256=document.sha256,
        recognised=RecognisedPage.least(document.recognised, first, last),
    )
