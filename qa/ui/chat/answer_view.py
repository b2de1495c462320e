"""An answer as the page shows it: groups of sentences with their marks, or what was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.answering.extractive.disagreement import DISAGREEMENT, OTHERWISE
from qa.answering.extractive.extractive_answer import EARLIER, LATER
from qa.schema import (
    NOT_BORNE_OUT,
    Answer,
    Citation,
    FeedbackReason,
    FeedbackVerdict,
    Passage,
    Span,
)
from qa.schema.engines import ENGINES
from qa.ui.chat.answer_sentences import build_groups
from qa.ui.chat.answer_sources import (
    build_mark,
    build_sources,
    describe_evidence,
    list_values,
    write_answer,
    write_footnotes,
    write_short_answer,
)
from qa.ui.chat.answer_table import TableView
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.shared.formatting import (
    collapse_whitespace,
    describe_confidence,
    describe_doubt,
    describe_met,
    describe_missing,
    describe_recognition,
    format_count,
    format_date,
    read_rows,
)

__all__ = [
    "EXPORT",
    "FEEDBACK",
    "FEEDBACK_REASONS",
    "MEANING",
    "PIN",
    "SUGGESTION",
    "FeedbackChoice",
    "build_answer_view",
    "opened_passage",
    "read_feedback",
    "read_meaning",
]

# The names of clicks: on the question that may have been meant, what the question means in a reader's words,
# and on the buttons below an answer. "pin:2" pins a quote.
SUGGESTION, MEANING, PIN, EXPORT, FEEDBACK = "suggestion", "meaning", "pin", "export", "feedback"
FEEDBACK_REASONS: dict[FeedbackReason, str] = {
    "figure": "Wrong figure",
    "condition": "Wrong place or time",
    "other-question": "Not what was asked",
    "should-refuse": "Should have refused",
    "other": "Other",
}
_MAX_COMMENT_CHARS = 2000


@dataclass(frozen=True, slots=True)
class FeedbackChoice:
    """What a reader says of an answer; of a wrong one with one of `FEEDBACK_REASONS` and a comment."""

    verdict: FeedbackVerdict
    reason: FeedbackReason | None = None
    comment: str = ""


def read_feedback(choice: object) -> FeedbackChoice | None:
    """What a click on a thumb says, as the component sends it; None where it is another click."""
    values = choice.get(FEEDBACK) if isinstance(choice, Mapping) else None
    if not isinstance(values, Mapping):
        return None
    if values.get("verdict") == "right":
        return FeedbackChoice("right")
    reason = next((code for code in FEEDBACK_REASONS if code == values.get("reason")), None)
    if values.get("verdict") != "wrong" or reason is None:
        return None
    return FeedbackChoice("wrong", reason, str(values.get("comment") or "").strip()[:_MAX_COMMENT_CHARS])


def read_meaning(choice: object) -> str | None:
    """What a reader says that the question means, as the component sends it; None for another click."""
    meaning = choice.get(MEANING) if isinstance(choice, Mapping) else None
    return meaning if isinstance(meaning, str) else None


def build_answer_view(
    answer: Answer,
    *,
    selected: OpenedPassage | None = None,
    tables: Mapping[int, TableView] | None = None,
    feedback: FeedbackVerdict | None = None,
    pinned: bool = False,
    pinned_quotes: Sequence[int] = (),
    with_actions: bool = True,
    is_limited: bool = False,
) -> dict[str, Any]:
    """What the answer component draws.

    Args:
        answer: What was answered.
        selected: What is open beside it.
        tables: The tables that its citations lie in, by the numbers of the citations (`cite_tables`).
        feedback: What the reader said of it.
        pinned: Whether it is pinned to a note.
        pinned_quotes: The numbers of the citations whose quotes are.
        with_actions: Whether it can be asked anew, pinned, saved and judged where it stands.
        is_limited: Whether only some of the documents were asked.
    """
    citations_by_number = {citation.number: citation for citation in answer.citations}
    is_answered = answer.status == "answered"
    is_rewritten = collapse_whitespace(answer.standalone_question) != collapse_whitespace(answer.question)
    groups = build_groups(answer, citations_by_number, tables or {}) if is_answered else []
    sides = {group.get("side") for group in groups}
    is_disputed = OTHERWISE in sides
    return {
        "answered": is_answered,
        "understood": collapse_whitespace(answer.standalone_question) if is_rewritten else None,
        "doubt": describe_doubt(answer) or None,
        "short": write_short_answer(answer) or None,
        "lead": _build_lead(answer) if is_answered else _head_refusal(answer),
        "computed": _build_computed(answer, citations_by_number),
        "said": answer.model_text,
        "sent": _build_sent(answer),
        "suggestion": collapse_whitespace(answer.suggestion) if answer.suggestion else None,
        "groups": groups,
        "paired": _build_pair(answer, sides),
        "sources": build_sources(answer) if is_answered else [],
        # An answer shows none, and they are more than half of it.
        "passages": []
        if is_answered
        else [_build_passage(passage, rank) for rank, passage in enumerate(answer.passages)],
        "looked": None if is_answered else _describe_passages(answer.passages, is_limited=is_limited),
        "conditions": _build_conditions(answer),
        # That the documents disagree is said above.
        "warnings": [
            warning
            for warning in answer.warnings
            if not (is_disputed and warning.startswith(f"{DISAGREEMENT}:"))
        ],
        "certainty": describe_confidence(answer),
        "evidence": describe_evidence(answer),
        "engine": _describe_engine(answer),
        "seconds": _format_seconds(answer),
        "copy": write_answer(answer),
        "footnotes": write_footnotes(answer),
        "reasons": list(FEEDBACK_REASONS.items()),
        "feedback": feedback,
        "pinned": pinned,
        "pinned_quotes": list(pinned_quotes),
        "with_actions": with_actions,
        "selected": _selected_choice(answer, selected),
    }


def opened_passage(answer: Answer, choice: object) -> OpenedPassage | None:
    """What a click opens: "citation:2" or "passage:0", as `build_answer_view` names them; else None."""
    source_type, _, digits = str(choice).partition(":")
    if not digits.isdecimal():
        return None
    number = int(digits)
    if source_type == "citation":
        trail = tuple(map(_open_citation, answer.citations))
        for opened in trail:
            if opened.citation_number == number:
                return replace(opened, trail=trail)
    if source_type == "passage" and number < len(answer.passages):
        trail = tuple(map(_open_passage, answer.passages))
        return replace(trail[number], trail=trail)
    return None


def _open_citation(citation: Citation) -> OpenedPassage:
    return OpenedPassage(
        citation.document_id,
        Span(citation.start, citation.end),
        citation.highlight,
        citation.number,
        quote=citation.quote,
        document_sha256=citation.document_sha256,
        heading=citation.heading,
    )


def _open_passage(passage: Passage) -> OpenedPassage:
    return OpenedPassage(
        passage.document_id,
        Span(passage.start, passage.end),
        quote=passage.text,
        document_sha256=passage.document_sha256,
        heading=passage.heading,
    )


def _selected_choice(answer: Answer, selected: OpenedPassage | None) -> str | None:
    """The name of what is open; a second citation of the same words is not it."""
    if selected is None or selected.span is None:
        return None
    for citation in answer.citations:
        if (citation.document_id, citation.start, citation.number) == (
            selected.document_id,
            selected.span.start,
            selected.citation_number,
        ):
            return f"citation:{citation.number}"
    for rank, passage in enumerate(answer.passages):
        if selected.citation_number is None and (passage.document_id, passage.start) == (
            selected.document_id,
            selected.span.start,
        ):
            return f"passage:{rank}"
    return None


def _build_lead(answer: Answer) -> str | None:
    """What the desk says of its own before the sentences that it quotes: "7 of 24 documents"."""
    said = [sentence.text for sentence in answer.sentences if not sentence.citations]
    if any(sentence.label == OTHERWISE for sentence in answer.sentences):
        said.insert(0, "The documents disagree.")
    return " ".join(said) if answer.question_type and said else None


def _head_refusal(answer: Answer) -> str:
    """What a refusal says; where all that a chat model wrote was withheld, that alone is known."""
    said = [sentence.text for sentence in answer.sentences]
    return NOT_BORNE_OUT if NOT_BORNE_OUT in said else answer.text


def _build_pair(answer: Answer, sides: set[str | None]) -> dict[str, Any] | None:
    """The columns of an answer with another side: its label, what stands above each, whether it is past."""
    if sides == {None, EARLIER}:
        return {"label": EARLIER, "names": ["Newest", EARLIER], "is_past": True}
    if sides == {None, LATER}:
        return {"label": LATER, "names": ["Answers best", "Newer"], "is_past": False}
    if sides == {None, OTHERWISE}:
        first, *others = list_values(answer)
        return {"label": OTHERWISE, "names": [first, " or ".join(others)], "is_past": False}
    return None


def _build_sent(answer: Answer) -> list[dict[str, str]]:
    """What the chat model was shown, in the order in which it was; nothing where none was asked."""
    sources = {citation.document_id: citation for citation in answer.citations}
    by_document = {passage.document_id: passage for passage in answer.passages}
    entries: list[dict[str, str]] = []
    for sent in answer.sent_passages:
        source = by_document.get(sent.document_id) or sources.get(sent.document_id)
        held = [
            passage.text[sent.start - passage.start : sent.end - passage.start]
            for passage in answer.passages
            if passage.document_id == sent.document_id
            and passage.start <= sent.start
            and sent.end <= passage.end
        ]
        entries.append(
            {
                "title": source.title if source else sent.document_id,
                "date": format_date(source.published) if source else "",
                "text": read_rows(held[0]) if held else f"characters {sent.start:,} to {sent.end:,}",
            }
        )
    return entries


def _build_computed(answer: Answer, citations_by_number: dict[int, Citation]) -> dict[str, Any] | None:
    if answer.computed is None:
        return None
    marks = [build_mark(citations_by_number[number]) for number in answer.computed.cells]
    return {"how": answer.computed.description, "marks": marks}


def _build_conditions(answer: Answer) -> dict[str, list[str]]:
    # What a refusal says of itself is not said again: "They have 2024, not 2030."
    untold = [
        checked
        for checked in answer.conditions
        if answer.status == "answered" or f", not {checked.condition.text}." not in answer.text
    ]
    return {"met": describe_met(answer.conditions), "missing": describe_missing(untold)}


def _describe_passages(passages: Sequence[Passage], *, is_limited: bool) -> str:
    """What was looked at for a refusal, in one line."""
    limits = " within these limits" if is_limited else ""
    if not passages:
        return f"Nothing{limits} came near it"
    documents = format_count(len({passage.document_id for passage in passages}), "document")
    return f"What I looked at{limits}: {format_count(len(passages), 'passage')} of {documents}"


def _build_passage(passage: Passage, rank: int) -> dict[str, Any]:
    return {
        "title": passage.title,
        "date": format_date(passage.published),
        "heading": passage.heading,
        "recognised": describe_recognition(passage.certainty_of(Span(passage.start, passage.end))),
        "text": read_rows(passage.text),
        "choice": f"passage:{rank}",
    }


def _describe_engine(answer: Answer) -> str:
    return answer.model or ENGINES[answer.engine].label


def _format_seconds(answer: Answer) -> str:
    total = answer.timings_ms.get("total")
    return f"{total / 1000:.1f} s" if total is not None else ""
