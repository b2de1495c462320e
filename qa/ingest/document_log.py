"""What is told of each document that is added: a line of the log and, where traces are on, a span."""

import logging
import time
from collections.abc import Collection, Sequence
from typing import Any

import qa
from qa.ingest.parse_document import ParsedDocument
from qa.schema import Failure

__all__ = ["DocumentLog", "now"]

_logger = logging.getLogger("qa.documents")
# What could not be added is in the report: where no log is set up, it is not to stand there twice.
_logger.addHandler(logging.NullHandler())
_NANOSECONDS_PER_MS = 1_000_000

now = time.time_ns


class DocumentLog:
    """The documents of one `add`; of a dry run, in which none is written, nothing is told."""

    def __init__(self, *, is_dry_run: bool = False) -> None:
        self._is_dry_run = is_dry_run
        self._read_between: dict[str, tuple[int, int]] = {}  # by document id, until it is written

    def take(
        self,
        source: str,
        parsed: ParsedDocument | None,
        failure: Failure | None,
        read_between: tuple[int, int] | None,
    ) -> None:
        """A source was opened and read, as far as that had to be."""
        if failure is not None:
            self.fail(failure, read_between)
        elif parsed is None:
            self._tell(logging.DEBUG, {"source": source, "outcome": "unchanged"}, {"read": read_between})
        elif read_between is not None:
            self._read_between[parsed.document.id] = read_between

    def fail(self, failure: Failure, read_between: tuple[int, int] | None = None) -> None:
        """A source could not be read."""
        fields = {"source": failure.source, "outcome": "failed", "reason": failure.reason}
        self._tell(logging.WARNING, fields, {"read": read_between})

    def write(
        self, written: Sequence[ParsedDocument], updated: Collection[str], began: int, embedded_at: int
    ) -> None:
        """Documents have been embedded, from `began` to `embedded_at`, and then written, all together."""
        ended = now()
        for parsed in written:
            document = parsed.document
            fields = {
                "document": document.id,
                "source": document.source,
                "outcome": "updated" if document.id in updated else "added",
                "format": document.format,
                "characters": len(document.text),
                "passages": len(parsed.chunks),
                "batch": len(written),
            }
            phases = {
                "read": self._read_between.pop(document.id, None),
                "embed": (began, embedded_at),
                "write": (embedded_at, ended),
            }
            self._tell(logging.INFO, fields, phases)

    def _tell(self, level: int, fields: dict[str, Any], phases: dict[str, tuple[int, int] | None]) -> None:
        if self._is_dry_run:
            return
        known = {name: between for name, between in phases.items() if between is not None}
        timings = {
            name: round((end - begin) / _NANOSECONDS_PER_MS, 1) for name, (begin, end) in known.items()
        }
        _logger.log(level, "document", extra={"fields": {**fields, "timings_ms": timings}})
        if known and level >= logging.INFO:
            _trace(fields, known)


def _trace(fields: dict[str, Any], phases: dict[str, tuple[int, int]]) -> None:
    """A span with one for each phase; without an SDK that somebody has set up these calls do nothing."""
    # Listing documents, which needs none of it, imports this module.
    from opentelemetry import trace

    tracer = trace.get_tracer("briefing-desk", qa.__version__)
    attributes = {f"qa.{name}": value for name, value in fields.items()}
    begin = min(begin for begin, _ in phases.values())
    span = tracer.start_span("document", attributes=attributes, start_time=begin)
    if fields["outcome"] == "failed":
        span.set_status(trace.Status(trace.StatusCode.ERROR))
    context = trace.set_span_in_context(span)
    for name, (began, ended) in phases.items():
        tracer.start_span(name, context, start_time=began).end(ended)
    span.end(max(end for _, end in phases.values()))
