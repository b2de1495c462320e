"""The JSON of the command line and of evaluation files: a contract, so field names never change."""

from datetime import date
from typing import Any

from qa.schema import (
    AddReport,
    Answer,
    CheckedCondition,
    Citation,
    Computed,
    Document,
    DocumentSummary,
    Failure,
    Feedback,
    Filters,
    Metadata,
    ModelUsage,
    NearDuplicate,
    Passage,
    Span,
    Table,
    TableCell,
    Version,
)

__all__ = [
    "add_report",
    "answer",
    "document",
    "failure",
    "feedback",
    "near_duplicate",
    "passage",
    "search",
    "summary",
    "usage",
    "version",
]


def _date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _span(value: Span | None) -> list[int] | None:
    return [value.start, value.end] if value else None


def _title_and_date(metadata: Metadata, source: str) -> dict[str, Any]:
    return {"title": metadata.title, "source": source, "published": _date(metadata.published)}


def _metadata(metadata: Metadata, source: str) -> dict[str, Any]:
    return {
        **_title_and_date(metadata, source),
        "publisher": metadata.publisher,
        "topics": list(metadata.topics),
    }


def passage(value: Passage) -> dict[str, Any]:
    """A passage of an answer: where it is and its score."""
    return {
        "document": value.document_id,
        "start": value.start,
        "end": value.end,
        "score": round(value.score, 4),
        "heading": value.heading,
    }


def search(question: str, passages: list[Passage]) -> dict[str, Any]:
    """What `qa search --json` prints: passages in rank order with title, source and text."""
    return {
        "question": question,
        "passages": [
            {
                **passage(result),
                **_title_and_date(result.metadata, result.source),
                "page": result.page,
                "recognised": result.certainty_of(Span(result.start, result.end)),
                "text": result.text,
            }
            for result in passages
        ],
    }


def _citation(value: Citation) -> dict[str, Any]:
    return {
        "number": value.number,
        "document": value.document_id,
        **_title_and_date(value.metadata, value.source),
        "page": value.page,
        "heading": value.heading,
        "start": value.start,
        "end": value.end,
        "quote": value.quote,
        "highlight": _span(value.highlight),
        "document_sha256": value.document_sha256,
        "recognised": value.recognised,
    }


def answer(value: Answer) -> dict[str, Any]:
    """What `qa ask --json` prints."""
    return {
        "question": value.question,
        "standalone_question": value.standalone_question,
        "status": value.status,
        "text": value.text,
        "kind": value.question_type,
        "short_answer": value.short_answer,
        "sentences": [
            {
                "text": sentence.text,
                "support": sentence.support,
                "citations": list(sentence.citations),
                "label": sentence.label,
                "unsupported_words": [_span(span) for span in sentence.unsupported_words],
            }
            for sentence in value.sentences
        ],
        "citations": [_citation(citation) for citation in value.citations],
        "passages": [passage(nearest) for nearest in value.passages],
        "engine": value.engine,
        "model": value.model,
        "confidence": round(value.confidence, 4),
        "complete": value.is_complete,
        "warnings": list(value.warnings),
        "conditions": [_condition(checked) for checked in value.conditions],
        "computed": _computed(value.computed) if value.computed else None,
        "suggestion": value.suggestion,
        "model_text": value.model_text,
        "usage": usage(value.usage) if value.usage else None,
        "sent": [
            {"document": sent.document_id, "start": sent.start, "end": sent.end}
            for sent in value.sent_passages
        ],
        "timings_ms": {step: round(duration, 1) for step, duration in value.timings_ms.items()},
        "request_id": value.request_id,
    }


def usage(value: ModelUsage) -> dict[str, Any]:
    """What a chat model took."""
    return {
        "calls": value.calls,
        "input_tokens": value.input_tokens,
        "output_tokens": value.output_tokens,
        "cost": None if value.cost is None else round(value.cost, 8),
        "estimated": value.is_estimated,
    }


def _condition(value: CheckedCondition) -> dict[str, Any]:
    return {
        "condition": value.condition.text,
        "type": value.condition.kind,
        "met": value.is_met,
        "state": value.state,
        "by": value.by,
        "document": value.document_id,
        "start": value.start,
        "end": value.end,
        "instead": list(value.instead),
    }


def _computed(value: Computed) -> dict[str, Any]:
    return {"value": value.value, "unit": value.unit, "how": value.how, "cells": list(value.cells)}


def add_report(value: AddReport) -> dict[str, Any]:
    """What `qa add --json` and `qa sync --json` print."""
    return {
        "added": list(value.added),
        "updated": list(value.updated),
        "unchanged": list(value.unchanged),
        "removed": list(value.removed),
        "failed": [{"source": failed.source, "reason": failed.reason} for failed in value.failed],
        "duplicates": [{"source": source, "same_as": same_as} for source, same_as in value.duplicates],
        "near_duplicates": [near_duplicate(pair) for pair in value.near_duplicates],
        "renamed": [
            {"document": document_id, "from": old, "to": new} for document_id, old, new in value.renamed
        ],
        "notes": [{"source": source, "note": note} for source, note in value.notes],
        "dry_run": value.dry_run,
    }


def near_duplicate(value: NearDuplicate) -> dict[str, Any]:
    """Two documents that nearly repeat one another."""
    return {"document": value.document, "other": value.other, "similarity": value.similarity}


def failure(value: Failure) -> dict[str, Any]:
    """A line of `qa list --failed --json`."""
    return {"source": value.source, "reason": value.reason, "failed_at": value.failed_at}


def feedback(value: Feedback) -> dict[str, Any]:
    """A line of `qa feedback list --json`."""
    return {
        "id": value.id,
        "key": value.key,
        "created_at": value.created_at,
        "user": value.user,
        "verdict": value.verdict,
        "reason": value.reason,
        "comment": value.comment,
        "question": value.question,
        "filters": _filters(value.filters),
        "answer": answer(value.answer),
    }


def _filters(value: Filters) -> dict[str, Any]:
    return {
        "documents": list(value.documents),
        "topics": list(value.topics),
        "since": _date(value.since),
        "until": _date(value.until),
        "as_of": value.as_of.isoformat() if value.as_of else None,
    }


def version(value: Version) -> dict[str, Any]:
    """A line of `qa history --json`."""
    return {
        "document": value.document,
        **_title_and_date(value.metadata, value.source),
        "characters": value.characters,
        "sha256": value.sha256,
        "since": value.since,
        "until": value.until,
    }


def summary(value: DocumentSummary) -> dict[str, Any]:
    """A line of `qa list --json`."""
    return {
        "document": value.id,
        **_metadata(value.metadata, value.source),
        "chunks": value.chunks,
        "characters": value.characters,
        "added_at": value.added_at,
        "updated_at": value.updated_at,
        "format": value.format,
        "given": list(value.user_set_fields),
        "recognised": [list(page) for page in value.recognised],
    }


def document(value: Document) -> dict[str, Any]:
    """What `qa show --json` prints; offsets of citations count in `text`."""
    return {
        "document": value.id,
        **_metadata(value.metadata, value.source),
        "format": value.format,
        "pages": list(value.pages),
        "recognised": [list(page) for page in value.recognised],
        "body_start": value.body_start,
        "characters": len(value.text),
        "sha256": value.sha256,
        "text": value.text,
        "tables": [_table(table, value.text) for table in value.tables],
    }


def _table(value: Table, text: str) -> dict[str, Any]:
    return {
        "start": value.start,
        "end": value.end,
        "caption": value.caption,
        "unit": value.unit,
        "notes": list(value.notes),
        "rows": [[_cell(cell, text) for cell in row] for row in value.rows],
    }


def _cell(value: TableCell, text: str) -> dict[str, Any]:
    return {
        "text": value.read(text),
        "start": value.start,
        "end": value.end,
        "head": value.head,
        "rowspan": value.rowspan,
        "colspan": value.colspan,
    }
