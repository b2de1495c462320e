"""What an answer rests on, as the page shows it: marks, sources, evidence in words, and texts to copy."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from qa.answering.extractive.disagreement import OTHERWISE
from qa.answering.extractive.extractive_answer import LATER
from qa.schema import LISTED_TYPES, Answer, AnswerSentence, Citation
from qa.text.lines import item_start
from qa.ui.shared.formatting import (
    SUPPORT_LABELS,
    collapse_whitespace,
    describe_confidence,
    describe_doubt,
    describe_met,
    describe_missing,
    describe_recognition,
    file_name,
    format_count,
    format_date,
    format_month,
    split_rows,
)

__all__ = [
    "build_mark",
    "build_sources",
    "describe_evidence",
    "describe_least_recognition",
    "list_values",
    "says_verdict",
    "write_answer",
    "write_footnotes",
    "write_short_answer",
]

_OPPOSITES = {"yes": "no", "no": "yes"}
_DENIES = re.compile(r"\b(?:not|no|never|nor|neither|without|cannot)\b|n[’']t\b", re.IGNORECASE)


def build_mark(citation: Citation) -> dict[str, Any]:
    """A numbered mark with what its card shows."""
    page = f"page {citation.page}" if citation.page else ""
    recognition = describe_recognition(citation.recognised)
    place = ", ".join(filter(None, (_describe_source(citation), page, recognition)))
    span = citation.highlight
    first, last = (
        (span.start - citation.start, span.end - citation.start) if span else (len(citation.quote),) * 2
    )
    return {
        "number": citation.number,
        "choice": f"citation:{citation.number}",
        "quote": citation.quote,
        "parts": split_rows(citation.quote[:first], citation.quote[first:last], citation.quote[last:]),
        "title": collapse_whitespace(citation.title),
        "facts": [
            fact for fact in (format_date(citation.published), citation.heading, page, recognition) if fact
        ],
        "label": f"Source {citation.number}: {place}. Open the passage.",
    }


def describe_least_recognition(citations: Iterable[Citation]) -> str:
    """Of those that were recognised, the least certain."""
    certainties = [citation.recognised for citation in citations if citation.recognised is not None]
    return describe_recognition(min(certainties, default=None))


def _describe_source(citation: Citation) -> str:
    return f"{collapse_whitespace(citation.title)}, {format_date(citation.published)}"


def build_sources(answer: Answer) -> list[dict[str, Any]]:
    """Each document that is cited, with the first citation that opens it."""
    return [
        {
            "title": citations[0].title,
            "date": format_date(citations[0].published),
            "numbers": [citation.number for citation in citations],
            "recognised": describe_least_recognition(citations),
            "choice": f"citation:{citations[0].number}",
        }
        for citations in _by_document(answer.citations).values()
    ]


def _by_document(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    by_document: dict[str, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    return by_document


def list_values(answer: Answer) -> list[str]:
    """The short answer, and the other ones that documents give which say otherwise, each once."""
    if answer.short_answer in _OPPOSITES:
        is_disputed = any(sentence.label == OTHERWISE for sentence in answer.sentences)
        return [answer.short_answer, *([_OPPOSITES[answer.short_answer]] if is_disputed else [])]
    by_number = {citation.number: citation for citation in answer.citations}
    values = [answer.short_answer or ""]
    for sentence in answer.sentences:
        cited = (by_number[number] for number in sentence.citations)
        if sentence.label == OTHERWISE:
            values += [_answer_words(citation) for citation in cited]
    return list(dict.fromkeys(filter(None, map(collapse_whitespace, values))))


def says_verdict(answer: Answer, sentence: AnswerSentence) -> bool:
    """Whether it says yes or no and nothing else, as the short answer above it does."""
    return answer.short_answer in _OPPOSITES and sentence.text == f"{answer.short_answer.title()}."


def write_short_answer(answer: Answer) -> str:
    """The short answer, with the others where the documents disagree; "" where there is none."""
    return " or ".join(list_values(answer)) if answer.short_answer else ""


def _answer_words(citation: Citation) -> str:
    """The words of a quote that answer; "" where none do."""
    span = citation.highlight
    return citation.quote[span.start - citation.start : span.end - citation.start] if span else ""


def describe_evidence(answer: Answer) -> str:
    """How many documents bear the answer out, and how new they are; "" for a refusal.

    "3 documents agree, newest September 2025" counts those of which the cited words that answer hold the
    short answer, and deny it no more than its own. Where that is not known of two, it says of how many it
    is made: "from 2 documents". Of those that say otherwise: "2 documents disagree", "2 documents agree, 1
    says otherwise".
    """
    citations = list(_borne_out(answer)) if answer.status == "answered" else []
    if not citations:
        return ""
    cited = _by_document(citations)
    agreeing = _by_document(_agreeing(answer, citations))
    others = {
        citation.document_id
        for sentence in answer.sentences
        if sentence.label == OTHERWISE
        for citation in citations
        if citation.number in sentence.citations
    }
    if others and len(agreeing) > 1:
        says = "says" if len(others) == 1 else "say"
        return f"{len(agreeing)} documents agree, {len(others)} {says} otherwise{_describe_newest(cited)}"
    if others:
        return f"{1 + len(others)} documents disagree{_describe_newest(cited)}"
    if len(agreeing) > 1:
        return f"{len(agreeing)} documents agree{_describe_newest(agreeing)}"
    if len(cited) > 1:
        return f"from {len(cited)} documents{_describe_newest(cited)}"
    published = citations[0].published
    return f"{format_count(1, 'document')}, {format_month(published) if published else 'undated'}"


def _borne_out(answer: Answer) -> Iterator[Citation]:
    """What is cited for sentences that it bears out at least in part."""
    by_number = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        if sentence.support != "unsupported":
            yield from (by_number[number] for number in sentence.citations)


def _agreeing(answer: Answer, citations: list[Citation]) -> Iterator[Citation]:
    """Those whose words that answer hold the short answer; none where there is none, or it is yes or no.

    What a newer document says of the same without answering agrees with nothing.
    """
    short = collapse_whitespace(answer.short_answer or "")
    if not short or short in _OPPOSITES or answer.computed:
        return
    held = re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(short)}(?!\w)(?![.,]\d)", re.IGNORECASE)
    later = {number for one in answer.sentences if one.label == LATER for number in one.citations}
    is_denied: bool | None = None
    for citation in citations:
        if citation.number in later or not held.search(collapse_whitespace(_answer_words(citation))):
            continue
        denies = bool(_DENIES.search(citation.quote))
        is_denied = denies if is_denied is None else is_denied
        if denies == is_denied:
            yield citation


def _describe_newest(by_document: dict[str, list[Citation]]) -> str:
    days: list[date] = [
        citations[0].published for citations in by_document.values() if citations[0].published is not None
    ]
    return f", newest {format_month(max(days))}" if days else ""


def write_answer(answer: Answer) -> str:
    """The answer alone, without marks, as text to copy; what is not borne out is said to be."""
    if answer.status != "answered":
        return "\n".join([answer.text, *_tell_incomplete(answer)])
    is_listed = answer.question_type in LISTED_TYPES
    short, doubt = write_short_answer(answer), describe_doubt(answer)
    lines = [f"{short} ({doubt.lower()})" if doubt else short] if short else [f"{doubt}:"] if doubt else []
    label: str | None = None
    is_new_line = True
    for sentence in answer.sentences:
        if says_verdict(answer, sentence):
            continue
        start = item_start(sentence.text)
        verdict = SUPPORT_LABELS[sentence.support]
        text = collapse_whitespace(sentence.text[start:]) + (f" ({verdict.lower()})" if verdict else "")
        is_item = bool(start) or (is_listed and bool(sentence.citations) and not sentence.leads_in)
        if sentence.label and sentence.label != label:
            text = f"{sentence.label}: {text}"
        # A row of a table stands in a line of its own.
        if is_new_line or is_item or sentence.label != label or text.startswith("|"):
            lines.append(f"- {text}" if is_item else text)
        else:
            lines[-1] += f" {text}"
        label, is_new_line = sentence.label, is_item
    return "\n".join(lines + _tell_incomplete(answer))


def _tell_incomplete(answer: Answer) -> list[str]:
    return [] if answer.is_complete else [f"Incomplete: {answer.warnings[0]}"]


def write_footnotes(answer: Answer) -> str:
    """Question, answer and numbered sources with their quotes as plain text, for a report."""
    short = write_short_answer(answer)
    lines = [answer.question.strip(), "", *([short] if short else []), answer.text, *_tell_incomplete(answer)]
    if answer.computed and answer.computed.description not in answer.text:
        numbers = "".join(f" [{number}]" for number in answer.computed.cells)
        lines.append(f"Worked out by the desk: {answer.computed.description}{numbers}")
    lines += [
        f"{verdict}: “{collapse_whitespace(sentence.text)}”"
        for sentence in answer.sentences
        if (verdict := SUPPORT_LABELS[sentence.support])
    ]
    lines += [f"{missing[0].upper()}{missing[1:]}" for missing in describe_missing(answer.conditions)]
    if met := describe_met(answer.conditions):
        lines.append(f"Checked: {' · '.join(met)}")
    lines.append(" · ".join(filter(None, (describe_confidence(answer), describe_evidence(answer)))))
    if answer.citations:
        lines += ["", "Sources"]
    lines += [_write_footnote(citation) for citation in answer.citations]
    return "\n".join(lines)


def _write_footnote(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    recognition = describe_recognition(citation.recognised)
    return (
        f"[{citation.number}] {_describe_source(citation)}{page}, {file_name(citation.source)}"
        f"{f' ({recognition})' if recognition else ''}: “{collapse_whitespace(citation.quote)}”"
    )
