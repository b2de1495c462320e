"""The JSON of the command line and of evaluation files: a contract, so field names never change."""

from datetime import date
from typing import Any

from qa.schema import (
    AddReport,
    Answer,
    Citation,
    Document,
    DocumentSummary,
    Failure,
    NearDuplicate,
    Passage,
    Span,
    Version,
)

__all__ = [
    "add_report",
    "answer",
    "document",
    "failure",
    "near_duplicate",
    "passage",
    "search",
    "summary",
    "version",
]


def _date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _span(value: Span | None) -> list[int] | None:
    return [value.start, value.end] if value else None


def passage(one: Passage) -> dict[str, Any]:
    """A passage of an answer: where it is and its score."""
    return {
        "document": one.document_id,
        "start": one.start,
        "end": one.end,
        "score": round(one.score, 4),
        "heading": one.heading,
    }


def search(question: str, passages: list[Passage]) -> dict[str, Any]:
    """What `qa search --json` prints: passages in rank order with title, source and text."""
    return {
        "question": question,
        "passages": [
            {
                **passage(one),
                "title": one.title,
                "source": one.source,
                "published": _date(one.published),
                "page": one.page,
                "text": one.text,
            }
            for one in passages
        ],
    }


def _citation(one: Citation) -> dict[str, Any]:
    return {
        "number": one.number,
        "document": one.document_id,
        "title": one.title,
        "source": one.source,
        "published": _date(one.published),
        "page": one.page,
        "heading": one.heading,
        "start": one.start,
        "end": one.end,
        "quote": one.quote,
        "highlight": _span(one.highlight),
        "document_sha256": one.document_sha256,
    }


def answer(one: Answer) -> dict[str, Any]:
    """What `qa ask --json` prints."""
    return {
        "question": one.question,
        "standalone_question": one.standalone_question,
        "status": one.status,
        "text": one.text,
        "kind": one.kind,
        "short_answer": one.short_answer,
        "sentences": [
            {
                "text": each.text,
                "support": each.support,
                "citations": list(each.citations),
                "label": each.label,
            }
            for each in one.sentences
        ],
        "citations": [_citation(each) for each in one.citations],
        "passages": [passage(each) for each in one.passages],
        "engine": one.engine,
        "model": one.model,
        "confidence": round(one.confidence, 4),
        "warnings": list(one.warnings),
        "timings_ms": {name: round(value, 1) for name, value in one.timings_ms.items()},
    }


def add_report(one: AddReport) -> dict[str, Any]:
    """What `qa add --json` and `qa sync --json` print."""
    return {
        "added": list(one.added),
        "updated": list(one.updated),
        "unchanged": list(one.unchanged),
        "removed": list(one.removed),
        "failed": [{"source": each.source, "reason": each.reason} for each in one.failed],
        "duplicates": [{"source": source, "same_as": twin} for source, twin in one.duplicates],
        "near_duplicates": [near_duplicate(each) for each in one.near_duplicates],
        "renamed": [{"document": each, "from": old, "to": new} for each, old, new in one.renamed],
        "notes": [{"source": source, "note": note} for source, note in one.notes],
        "dry_run": one.dry_run,
    }


def near_duplicate(one: NearDuplicate) -> dict[str, Any]:
    """Two documents that nearly repeat one another."""
    return {"document": one.document, "other": one.other, "similarity": one.similarity}


def failure(one: Failure) -> dict[str, Any]:
    """A line of `qa list --failed --json`."""
    return {"source": one.source, "reason": one.reason, "failed_at": one.failed_at}


def version(one: Version) -> dict[str, Any]:
    """A line of `qa history --json`."""
    return {
        "document": one.document,
        "title": one.title,
        "source": one.source,
        "published": _date(one.published),
        "characters": one.characters,
        "sha256": one.sha256,
        "since": one.since,
        "until": one.until,
    }


def summary(one: DocumentSummary) -> dict[str, Any]:
    """A line of `qa list --json`."""
    return {
        "document": one.id,
        "title": one.title,
        "source": one.source,
        "published": _date(one.published),
        "publisher": one.publisher,
        "topics": list(one.topics),
        "chunks": one.chunks,
        "characters": one.characters,
        "added_at": one.added_at,
        "updated_at": one.updated_at,
        "format": one.format,
        "given": list(one.given),
    }


def document(one: Document) -> dict[str, Any]:
    """What `qa show --json` prints; offsets of citations count in `text`."""
    return {
        "document": one.id,
        "title": one.title,
        "source": one.source,
        "published": _date(one.published),
        "publisher": one.publisher,
        "topics": list(one.topics),
        "format": one.format,
        "pages": list(one.pages),
        "body_start": one.body_start,
        "characters": len(one.text),
        "sha256": one.sha256,
        "text": one.text,
    }
