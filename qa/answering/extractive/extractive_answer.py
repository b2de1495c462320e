"""The default engine: the evidence sentences themselves, each cited, in the shape that the question asks for.

It can't invent, needs no language model and adds no time of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.answering.assessment import Assessment
from qa.answering.citations import make_citation
from qa.answering.extractive.disagreement import (
    DISAGREEMENT,
    OTHERWISE,
    find_opposing,
    label_disagreeing,
)
from qa.answering.extractive.selected_sentence import SectionReader, SelectedSentence
from qa.answering.extractive.sentence_selection import (
    drop_repeats,
    order_selection,
    select_sentences,
)
from qa.answering.extractive.whole_value import complete_value
from qa.answering.polarity.ends import best_end_span
from qa.answering.polarity.event_days import best_event_day
from qa.answering.polarity.former_names import best_successor_span
from qa.answering.polarity.span_choice import best_day_span, best_person_span
from qa.answering.polarity.value_choice import best_period_span, best_value_span
from qa.answering.reasons import keep_reasons
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.verdict import Verdict
from qa.query.query import Query, SubQuestion
from qa.query.question_type import ONE_THING_TYPES, QuestionType
from qa.schema import Answer, AnswerSentence, Citation, Passage, Span
from qa.schema.engines import EXTRACTIVE
from qa.text.lines import item_start

__all__ = [
    "EARLIER",
    "LATER",
    "answer_extractively",
    "interleave_passages",
    "render_heading",
    "unanswered_side_warnings",
]

VERDICTS = {"yes": "Yes.", "no": "No.", "denied": "The documents say otherwise."}
UNDECIDED = "Not decided here between yes and no; this is nearest."
EARLIER = "Earlier"  # the label of what an older document says
LATER = "Later"  # ... and of what a newer one says that does not answer itself
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
    subquestion = assessments[0].subquestion if len(assessments) == 1 else None
    verdicts = _weigh_verdicts(assessments[0]) if subquestion and not summary else []
    if verdicts:
        selection = _put_verdicts_first(selection, verdicts)
    highlights = [
        # Of a document that says otherwise nothing else answers.
        None if len(verdicts) > 1 and selected.label else _highlight(selected, question_type, subquestion)
        for selected in selection
    ]
    highlights[: len(verdicts)] = [verdict.words for verdict in verdicts]
    verdict = verdicts[0] if verdicts else None
    if subquestion and question_type == "fact" and selection:
        selection, highlights = label_disagreeing(subquestion, selection, highlights)
    citations = [
        make_citation(selected.passage, selected.sentence, number, highlight)
        for number, (selected, highlight) in enumerate(zip(selection, highlights, strict=True), start=1)
    ]
    document_count = assessments[0].document_count if assessments else None
    lead = _lead(question_type, verdict, len(selection), document_count)
    passages = interleave_passages([assessment.passages for assessment in assessments])
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="answered",
        text=("\n" if question_type == "survey" else " ").join(
            [*(sentence.text for sentence in lead), _render(selection, citations, question_type)]
        ),
        sentences=(
            *lead,
            *(
                AnswerSentence(
                    text=citation.quote,
                    support="supported",
                    citations=(citation.number,),
                    label=selected.label,
                )
                for selected, citation in zip(selection, citations, strict=True)
            ),
        ),
        citations=tuple(citations),
        passages=tuple(passages[:top_k]),
        engine=EXTRACTIVE.name,
        model=None,
        confidence=confidence,
        question_type=question_type,
        short_answer=_short_answer(question_type, verdict, selection, highlights[0]) if subquestion else None,
        warnings=_tell_disagreement(selection, citations, verdicts),
    )


def _tell_disagreement(
    selection: Sequence[SelectedSentence], citations: Sequence[Citation], verdicts: Sequence[Verdict]
) -> tuple[str, ...]:
    """A warning that documents disagree, with what each says; none where they don't."""
    if not any(selected.label == OTHERWISE for selected in selection):
        return ()
    told: dict[str, str] = {}
    for number, (selected, citation) in enumerate(zip(selection, citations, strict=True)):
        span = citation.highlight
        if span and (number == 0 or selected.label == OTHERWISE):
            said = verdicts[number].kind if verdicts else selected.passage.slice(span)
            told.setdefault(citation.document_id, f"{said} ({citation.title})")
    return (f"{DISAGREEMENT}: {', '.join(' '.join(one.split()) for one in told.values())}",)


def _highlight(
    selected: SelectedSentence, question_type: QuestionType, subquestion: SubQuestion | None
) -> Span | None:
    """The words that answer; of a fact's several values, persons or days the one that is asked for."""
    span = selected.highlight(question_type, subquestion.text if subquestion else "")
    if span is None or subquestion is None or question_type != "fact":
        return span
    offset, published = selected.sentence.start, selected.passage.published
    start, end = span.start - offset, span.end - offset
    for choose in (best_value_span, best_person_span, best_day_span, best_event_day, best_end_span):
        start, end = choose(subquestion.text, selected.text, (start, end))
    start, end = best_period_span(subquestion.text, selected.text, (start, end), published)
    successor = best_successor_span(subquestion.text, selected.text, (start, end))
    if successor is None:
        return None
    start, end = complete_value(selected.text, *successor)
    return Span(offset + start, offset + end) if re.search(r"\w", selected.text[start:end]) else None


def _lead(
    question_type: QuestionType, verdict: Verdict | None, line_count: int, document_count: int | None
) -> tuple[AnswerSentence, ...]:
    """What is said before the sentences: the verdict or its lack, or how many documents say something."""
    if document_count:
        return (AnswerSentence(text=f"{line_count} of {document_count} documents:", support="supported"),)
    if verdict:
        return (AnswerSentence(text=VERDICTS[verdict.kind], support="supported", citations=(1,)),)
    if question_type == "yes-no":
        return (AnswerSentence(text=UNDECIDED, support="supported"),)
    return ()


def _short_answer(
    question_type: QuestionType,
    verdict: Verdict | None,
    selection: Sequence[SelectedSentence],
    span: Span | None,
) -> str | None:
    """Yes or no, or the words of the first sentence that answer; None where prose is asked for."""
    if verdict:
        return None if verdict.kind == "denied" else verdict.kind
    is_short = question_type == "fact" or (question_type == "list" and len(selection) == 1)
    return selection[0].passage.slice(span) if span and is_short else None


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
        ordered = order_selection(selection[before:], question_type)
        selection[before:] = _without_preamble(ordered, assessment.subquestion)
        if question_type in ONE_THING_TYPES and len(assessments) == 1:
            selection = _put_best_first(selection, assessment.subquestion)
    return selection


def _without_preamble(
    selection: Sequence[SelectedSentence], subquestion: SubQuestion
) -> list[SelectedSentence]:
    """The sentences without those before the first that states a reason, if one is asked for."""
    ranked = [
        RankedSentence(one.passage, one.passage.sentences.index(one.sentence), one.score) for one in selection
    ]
    left = len(keep_reasons(subquestion.text, ranked))
    return list(selection[len(selection) - left :])


def _weigh_verdicts(assessment: Assessment) -> list[Verdict]:
    """The verdict, then those of documents that decide the other way; the newest one leads."""
    if assessment.verdict is None:
        return []
    subquestion, ranked = assessment.subquestion, assessment.ranked_sentences
    opposing = find_opposing(subquestion, assessment.verdict, ranked)
    newest = max(
        (assessment.verdict, *opposing), key=lambda one: one.decided_by.passage.published or date.min
    )
    if newest is not assessment.verdict:
        opposing = find_opposing(subquestion, newest, ranked)
    return [newest, *opposing]


def _put_verdicts_first(
    selection: Sequence[SelectedSentence], verdicts: Sequence[Verdict]
) -> list[SelectedSentence]:
    """The sentence that decides, those that decide the other way, then the others.

    All of a document that decides the other way is labelled: it is an older one, or says otherwise.
    """
    first, *against = (
        SelectedSentence(one.decided_by.passage, one.decided_by.sentence, one.decided_by.probability)
        for one in verdicts
    )
    decided_by = {(one.passage.document_id, one.sentence) for one in (first, *against)}
    others = [one for one in selection if (one.passage.document_id, one.sentence) not in decided_by]
    labels = {
        one.passage.document_id: EARLIER if _is_before(one.passage, first.passage) else OTHERWISE
        for one in against
    }
    return [
        first,
        *(
            replace(selected, label=labels.get(selected.passage.document_id, selected.label))
            for selected in (*against, *drop_repeats([first, *others])[1:])
        ),
    ]


def _is_before(passage: Passage, other: Passage) -> bool:
    """Whether a passage is of an older document; not where the day of one is not known."""
    return bool(passage.published and other.published and passage.published < other.published)


def _time_label(passage: Passage, first: Passage) -> str | None:
    """Whether it speaks from before or after the first one; None at the same time."""
    return EARLIER if _is_before(passage, first) else LATER if _is_before(first, passage) else None


def _put_best_first(
    selection: Sequence[SelectedSentence], subquestion: SubQuestion
) -> list[SelectedSentence]:
    """The sentence that the short answer is taken from, then the others, called earlier or later."""
    first, *others = sorted(selection, key=lambda selected: -selected.score)
    if not subquestion.asks_of_now:
        return [first, *others]
    return [
        first,
        *(
            replace(selected, label=_time_label(selected.passage, first.passage) or selected.label)
            for selected in others
        ),
    ]


def _render(
    selection: Sequence[SelectedSentence],
    citations: Sequence[Citation],
    question_type: QuestionType,
) -> str:
    """Sentences with their markers, in paragraphs that say whose they are, or as a list."""
    if question_type == "survey":
        return "\n".join(
            f"- {render_heading(selected.label, citation)}{_render_sentence(citation)}"
            for selected, citation in zip(selection, citations, strict=True)
        )
    is_summary = question_type == "summary"
    is_list = question_type in ("list", "summary", "change") and len(selection) > 1
    names_documents = len({citation.document_id for citation in citations}) > 1 and not is_summary
    lines: list[str] = []
    last_group: tuple[str | None, str] | None = None
    for selected, citation in zip(selection, citations, strict=True):
        text = _render_sentence(citation)
        group = (selected.label, citation.document_id)
        heading = render_heading(selected.label, citation if names_documents else None)
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


def _render_sentence(citation: Citation) -> str:
    words = " ".join(citation.quote[item_start(citation.quote) :].split())
    return f"{words} [{citation.number}]"


def render_heading(label: str | None, citation: Citation | None) -> str:
    """What stands in front of a group of sentences: its label, and the date and title of its document."""
    names = [label] if label else []
    if citation:
        published = citation.published.isoformat() if citation.published else "undated"
        names.append(f"{published}, {citation.title}")
    return _ENDS_HEADING.sub(r"\1 ", f"{', '.join(names)}: ") if names else ""
