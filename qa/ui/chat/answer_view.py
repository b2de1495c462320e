"""An answer as the page shows it: groups of sentences with their marks, or what was looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from qa.schema import Answer, AnswerSentence, Citation, Passage, Span
from qa.schema.engines import ENGINES
from qa.text.lines import item_start
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.shared.formatting import (
    SUPPORT_LABELS,
    collapse_whitespace,
    describe_confidence,
    describe_recognition,
    file_name,
    format_date,
)

__all__ = ["SUGGESTION", "build_answer_view", "opened_passage"]

SUGGESTION = "suggestion"  # the name of a click on the question that may have been meant

# Types of questions; the sentences of an answer are the items of a list.
_LISTED_TYPES = ("list", "change", "summary", "survey")


def build_answer_view(answer: Answer, *, selected: OpenedPassage | None = None) -> dict[str, Any]:
    """What the answer component draws; `selected` is what is open beside it."""
    citations_by_number = {citation.number: citation for citation in answer.citations}
    is_answered = answer.status == "answered"
    is_rewritten = collapse_whitespace(answer.standalone_question) != collapse_whitespace(answer.question)
    return {
        "answered": is_answered,
        "understood": collapse_whitespace(answer.standalone_question) if is_rewritten else None,
        "short": collapse_whitespace(answer.short_answer) if answer.short_answer else None,
        "lead": _build_lead(answer) if is_answered else answer.text,
        "computed": _build_computed(answer, citations_by_number),
        "said": answer.model_text,
        "sent": _build_sent(answer),
        "suggestion": collapse_whitespace(answer.suggestion) if answer.suggestion else None,
        "groups": _build_groups(answer, citations_by_number) if is_answered else [],
        "sources": _build_sources(answer) if is_answered else [],
        "passages": [_build_passage(passage, rank) for rank, passage in enumerate(answer.passages)],
        "conditions": [{"met": checked.is_met, "text": checked.description} for checked in answer.conditions],
        "warnings": list(answer.warnings),
        "certainty": describe_confidence(answer),
        "engine": _describe_engine(answer),
        "seconds": _format_seconds(answer),
        "copy": _plain_text(answer),
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


def _build_groups(answer: Answer, citations_by_number: dict[int, Citation]) -> list[dict[str, Any]]:
    """Neighbouring sentences of one document under its date and title, by the sides of a comparison.

    In the answer's own order; where a chat model worded it, the newest document first.
    Where a sentence rests on several documents, or on none, there is one group without a title.
    """
    # Of what the desk itself quotes, a sentence without citations is the lead.
    sentences = [sentence for sentence in answer.sentences if sentence.citations or not answer.question_type]
    documents_of_sentences = [
        {citations_by_number[number].document_id for number in sentence.citations} for sentence in sentences
    ]
    if any(len(document_ids) != 1 for document_ids in documents_of_sentences):
        return [
            {
                "title": None,
                "sentences": [_build_sentence(sentence, citations_by_number) for sentence in sentences],
            }
        ]
    is_summary = answer.question_type == "summary"
    groups: dict[tuple[str | None, str], list[AnswerSentence]] = {}
    for sentence, document_ids in zip(sentences, documents_of_sentences, strict=True):
        label = None if is_summary else sentence.label
        groups.setdefault((label, next(iter(document_ids))), []).append(sentence)
    views = [_build_group(label, of_group, citations_by_number) for (label, _), of_group in groups.items()]
    for group in views:
        group["listed"] = answer.question_type in _LISTED_TYPES and len(group["sentences"]) > 1
    for previous, group in pairwise(views):
        group["label"] = group["label"] if group["side"] != previous["side"] else None
    if answer.question_type:
        return views
    # Sorting keeps the order of documents of one day; those without a date come last.
    return sorted(views, key=lambda group: group["published"], reverse=True)


def _build_lead(answer: Answer) -> str | None:
    """What the desk says of its own before the sentences that it quotes: "7 of 24 documents"."""
    said = [sentence.text for sentence in answer.sentences if not sentence.citations]
    return " ".join(said) if answer.question_type and said else None


def _build_group(
    label: str | None, sentences: Sequence[AnswerSentence], citations_by_number: dict[int, Citation]
) -> dict[str, Any]:
    citations = [citations_by_number[number] for sentence in sentences for number in sentence.citations]
    headings = list(dict.fromkeys(citation.heading for citation in citations))
    first = citations[0]
    return {
        "side": label,
        "label": label,
        "title": first.title,
        "date": format_date(first.published),
        "published": first.published.isoformat() if first.published else "",
        "heading": headings[0] if len(headings) == 1 else None,
        "recognised": _describe_recognition(citations),
        "choice": f"citation:{first.number}",
        "sentences": [
            _build_sentence(sentence if label is None else replace(sentence, label=None), citations_by_number)
            for sentence in sentences
        ],
    }


def _build_sentence(sentence: AnswerSentence, citations_by_number: dict[int, Citation]) -> dict[str, Any]:
    marks = [_build_mark(citations_by_number[number]) for number in sentence.citations]
    return {
        "lead": sentence.label,
        "parts": _split_at_highlight(sentence, citations_by_number),
        "pieces": _split_at_words(sentence),
        "support": sentence.support,
        "verdict": SUPPORT_LABELS[sentence.support],
        "marks": marks,
    }


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
                "text": held[0] if held else f"characters {sent.start:,} to {sent.end:,}",
            }
        )
    return entries


def _build_computed(answer: Answer, citations_by_number: dict[int, Citation]) -> dict[str, Any] | None:
    if answer.computed is None:
        return None
    marks = [_build_mark(citations_by_number[number]) for number in answer.computed.cells]
    return {"how": answer.computed.description, "marks": marks}


def _split_at_highlight(sentence: AnswerSentence, citations_by_number: dict[int, Citation]) -> list[str]:
    """The sentence in three parts, of which the middle one answers; only a sentence that is its quote.

    The hyphen or number of an item of a list is left out.
    """
    text_start = item_start(sentence.text)
    for number in sentence.citations:
        citation = citations_by_number[number]
        if citation.highlight and citation.quote == sentence.text:
            first, last = (
                max(text_start, offset - citation.start)
                for offset in (citation.highlight.start, citation.highlight.end)
            )
            return [citation.quote[text_start:first], citation.quote[first:last], citation.quote[last:]]
    return [sentence.text[text_start:], "", ""]


def _split_at_words(sentence: AnswerSentence) -> list[tuple[str, bool]]:
    """The sentence in pieces, with whether what it cites bears them out; none where nothing is marked in it.

    Where all of it fails, it is marked as a whole.
    """
    pieces: list[tuple[str, bool]] = []
    offset = item_start(sentence.text)
    for span in sentence.unsupported_words:
        start = max(offset, span.start)
        if start < span.end:
            pieces += [(sentence.text[offset:start], True), (sentence.text[start : span.end], False)]
            offset = span.end
    pieces.append((sentence.text[offset:], True))
    pieces = [(text, is_borne_out) for text, is_borne_out in pieces if text]
    return pieces if len(pieces) > 1 else []


def _build_mark(citation: Citation) -> dict[str, Any]:
    page = f", page {citation.page}" if citation.page else ""
    if recognition := describe_recognition(citation.recognised):
        page += f", {recognition}"
    return {
        "number": citation.number,
        "choice": f"citation:{citation.number}",
        "quote": citation.quote,
        "label": f"Source {citation.number}: {_describe_source(citation)}{page}. Open the passage.",
    }


def _describe_recognition(citations: Iterable[Citation]) -> str:
    """Of those that were recognised, the least certain."""
    certainties = [citation.recognised for citation in citations if citation.recognised is not None]
    return describe_recognition(min(certainties, default=None))


def _describe_source(citation: Citation) -> str:
    return f"{collapse_whitespace(citation.title)}, {format_date(citation.published)}"


def _build_sources(answer: Answer) -> list[dict[str, Any]]:
    """Each document that is cited, with the first citation that opens it."""
    first_citations: dict[str, Citation] = {}
    for citation in answer.citations:
        first_citations.setdefault(citation.document_id, citation)
    return [
        {
            "title": citation.title,
            "date": format_date(citation.published),
            "numbers": [
                same_source.number
                for same_source in answer.citations
                if same_source.document_id == citation.document_id
            ],
            "recognised": _describe_recognition(
                same_source
                for same_source in answer.citations
                if same_source.document_id == citation.document_id
            ),
            "choice": f"citation:{citation.number}",
        }
        for citation in first_citations.values()
    ]


def _build_passage(passage: Passage, rank: int) -> dict[str, Any]:
    return {
        "title": passage.title,
        "date": format_date(passage.published),
        "heading": passage.heading,
        "recognised": describe_recognition(passage.certainty_of(Span(passage.start, passage.end))),
        "text": passage.text,
        "choice": f"passage:{rank}",
    }


def _describe_engine(answer: Answer) -> str:
    return answer.model or ENGINES[answer.engine].label


def _format_seconds(answer: Answer) -> str:
    total = answer.timings_ms.get("total")
    return f"{total / 1000:.1f} s" if total is not None else ""


def _plain_text(answer: Answer) -> str:
    """Question, answer and sources as plain text, for a report."""
    lines = [answer.question.strip(), "", answer.text]
    if not answer.is_complete:
        lines.append(f"Incomplete: {answer.warnings[0]}")
    if answer.computed:
        numbers = "".join(f" [{number}]" for number in answer.computed.cells)
        lines.append(f"Worked out by the desk: {answer.computed.description}{numbers}")
    if answer.conditions:
        lines.append(f"Checked: {' · '.join(checked.description for checked in answer.conditions)}")
    if answer.citations:
        lines += ["", "Sources"]
    lines += [
        f"[{citation.number}] {_describe_source(citation)}, {file_name(citation.source)}"
        f"{f' ({recognition})' if (recognition := describe_recognition(citation.recognised)) else ''}: "
        f"“{collapse_whitespace(citation.quote)}”"
        for citation in answer.citations
    ]
    return "\n".join(lines)
