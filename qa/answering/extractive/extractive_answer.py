"""The default engine: the evidence sentences themselves, each cited, in the shape that the question asks for.

It can't invent, needs no language model and adds no time of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.assessment import Assessment
from qa.answering.citations import make_citation
from qa.answering.extractive.sentence_selection import (
    SectionReader,
    SelectedSentence,
    drop_repeats,
    order_selection,
    select_sentences,
)
from qa.query.query import Query
from qa.query.question_type import QuestionType
from qa.schema import Answer, AnswerSentence, Citation, Passage
from qa.schema.engines import EXTRACTIVE
from qa.text.lines import item_start

__all__ = ["answer_extractively", "interleave_passages", "unanswered_side_warnings"]

_ENDS_HEADING = re.compile(r"([?!]): $")  # a heading that is a question needs no colon


def answer_extractively(
    query: Query,
    assessments: Sequence[Assessment],
    *,
    confidence: float,
    top_k: int,
    read_section: SectionReader,
    summary: Sequence[SelectedSentence] = (),
) -> Answer:
    """Answer from passages that have been read; there must be one.

    Args:
        query: What is asked.
        assessments: What was found for each sub-question; those that are not answered are left out.
        confidence: Of the whole answer.
        top_k: How many passages the answer carries.
        read_section: Gives the passages of a passage's section, read, in reading order.
        summary: For a summary, its sentences in reading order, each with the section that it stands for.
    """
    question_type = query.question_type
    selection = list(summary) or _select(assessments, question_type, read_section)
    citations = [
        make_citation(selected.passage, selected.sentence, number, selected.highlight(question_type))
        for number, selected in enumerate(selection, start=1)
    ]
    has_short_answer = question_type == "fact" and len(assessments) == 1
    passages = interleave_passages([assessment.passages for assessment in assessments])
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="answered",
        text=_render(selection, citations, question_type),
        sentences=tuple(
            AnswerSentence(
                text=citation.quote,
                support="supported",
                citations=(citation.number,),
                label=selected.label,
            )
            for selected, citation in zip(selection, citations, strict=True)
        ),
        citations=tuple(citations),
        passages=tuple(passages[:top_k]),
        engine=EXTRACTIVE.name,
        model=None,
        confidence=confidence,
        question_type=question_type,
        short_answer=_short_answer(selection) if has_short_answer else None,
    )


def unanswered_side_warnings(
    assessments: Sequence[Assessment], answered: Sequence[Assessment]
) -> tuple[str, ...]:
    """Warnings that name the sides of a comparison that the documents do not answer."""
    return tuple(
        f"The documents do not answer this side: {assessment.subquestion.label}"
        for assessment in assessments
        if assessment not in answered
    )


def interleave_passages(rankings: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The first of each ranking, then the second of each, and so on, each passage once."""
    by_chunk: dict[str, Passage] = {}
    for rank in range(max(map(len, rankings), default=0)):
        for ranking in rankings:
            if rank < len(ranking):
                by_chunk.setdefault(ranking[rank].chunk_id, ranking[rank])
    return list(by_chunk.values())


def _select(
    assessments: Sequence[Assessment], question_type: QuestionType, read_section: SectionReader
) -> list[SelectedSentence]:
    """The sentences for every sub-question, in the order in which they are shown."""
    selection: list[SelectedSentence] = []
    for assessment in assessments:
        labelled_sentences = [
            replace(selected, label=assessment.subquestion.label)
            for selected in select_sentences(assessment, question_type, read_section)
        ]
        before = len(selection)
        selection = drop_repeats([*selection, *labelled_sentences])
        selection[before:] = order_selection(selection[before:], question_type)
    return selection


def _short_answer(selection: Sequence[SelectedSentence]) -> str | None:
    best = max(selection, key=lambda selected: selected.score)
    span = best.highlight("fact")
    return best.passage.slice(span) if span else None


def _render(
    selection: Sequence[SelectedSentence], citations: Sequence[Citation], question_type: QuestionType
) -> str:
    """Sentences with their markers, in paragraphs that say whose they are, or as a list."""
    is_summary = question_type == "summary"
    is_list = question_type in ("list", "summary", "change") and len(selection) > 1
    names_documents = len({citation.document_id for citation in citations}) > 1 and not is_summary
    lines: list[str] = []
    last_group: tuple[str | None, str] | None = None
    for selected, citation in zip(selection, citations, strict=True):
        words = " ".join(citation.quote[item_start(citation.quote) :].split())
        text = f"{words} [{citation.number}]"
        group = (selected.label, citation.document_id)
        heading = _render_heading(selected.label, citation if names_documents else None)
        if is_list and not is_summary:
            if heading and group != last_group:
                lines.append(heading.rstrip())
            lines.append(f"- {text}")
        elif is_list:
            lines.append(f"- {heading if group != last_group else ''}{text}")
        elif group == last_group:
            lines[-1] += f" {text}"
        else:
            lines.append(heading + text)
        last_group = group
    return ("\n" if is_list else "\n\n").join(lines)


def _render_heading(label: str | None, citation: Citation | None) -> str:
    """What stands in front of a group of sentences: its label, and the date and title of its document."""
    names = [label] if label else []
    if citation:
        published = citation.published.isoformat() if citation.published else "undated"
        names.append(f"{published}, {citation.title}")
    return _ENDS_HEADING.sub(r"\1 ", f"{', '.join(names)}: ") if names else ""
