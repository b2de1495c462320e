"""What is told of each question: a line of the log and, where traces are on, a span with its phases.

The words of the question are in neither, unless the setting `log_questions` says so.
"""

import logging
import secrets
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace

import qa
from qa.errors import ModelError, QAError, mark_request
from qa.schema import Answer, StreamEvent

__all__ = ["QuestionLog"]

_logger = logging.getLogger("qa.questions")
# What goes wrong is shown to whoever asked: where no log is set up, it is not to stand there twice.
_logger.addHandler(logging.NullHandler())
_ID_BYTES = 6
_NANOSECONDS_PER_MS = 1_000_000


class QuestionLog:
    """One question on its way; `request_id` names it.

    It ends once: with an answer, an error, or because nobody wants the answer any more. `attributes` are
    known from the start.
    """

    def __init__(self, question: str, *, shows_words: bool, **attributes: str | int | None) -> None:
        self.request_id = secrets.token_hex(_ID_BYTES)
        self.phases_ms: dict[str, float] = {}
        self._shows_words = shows_words
        known = {"request_id": self.request_id, **attributes, "question": question if shows_words else None}
        self._fields: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
        self._began = time.perf_counter()
        self._has_ended = False
        # Without an SDK that somebody has set up these calls do nothing.
        self._tracer = trace.get_tracer("briefing-desk", qa.__version__)
        self._span = self._tracer.start_span("question", attributes=_named(self._fields))
        self._context = trace.set_span_in_context(self._span)

    @property
    def elapsed_ms(self) -> float:
        """Since it began."""
        return 1000 * (time.perf_counter() - self._began)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase, which is the current span meanwhile; do not yield to others within it."""
        began = time.perf_counter()
        # What an error says may be what a server sent back: spans tell its type alone.
        with self._tracer.start_as_current_span(
            name, self._context, record_exception=False, set_status_on_exception=False
        ):
            try:
                yield
            finally:
                self.phases_ms[name] = 1000 * (time.perf_counter() - began)

    def add_phases(self, **durations_ms: float) -> None:
        """Phases that were timed by those who did them, one after the other, the last of which ended now."""
        self.phases_ms |= durations_ms
        begins = time.time_ns() - round(sum(durations_ms.values()) * _NANOSECONDS_PER_MS)
        for name, duration_ms in durations_ms.items():
            span = self._tracer.start_span(name, self._context, start_time=begins)
            begins += round(duration_ms * _NANOSECONDS_PER_MS)
            span.end(begins)

    def follow(
        self, name: str, events: Generator[StreamEvent, None, None]
    ) -> Generator[StreamEvent, None, None]:
        """The events of a phase; its span is the current one while they are made, and not between them."""
        span = self._tracer.start_span(name, self._context)
        try:
            while True:
                with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                    try:
                        event = next(events)
                    except StopIteration:
                        return
                yield event
        finally:
            span.end()

    def end(self, answer: Answer, *, was_stopped: bool = False) -> None:
        """There is an answer."""
        outcome = "answered" if answer.status == "answered" else "refused"
        usage = answer.usage
        self._write(
            logging.INFO,
            "stopped" if was_stopped and not answer.is_complete else outcome,
            model=answer.model,
            question_type=answer.question_type,
            passages=len(answer.passages),
            citations=len(answer.citations),
            confidence=round(answer.confidence, 4),
            complete=answer.is_complete,
            model_calls=usage.calls if usage else None,
            input_tokens=usage.input_tokens if usage else None,
            output_tokens=usage.output_tokens if usage else None,
            cost=usage.cost if usage else None,
            timings=answer.timings_ms,
        )

    def fail(self, error: BaseException) -> None:
        """It ended without one; the error is marked with the id.

        What a user can act on has its reason in the log, but for a chat model's, whose server may have sent
        back what it was sent. Anything else is a bug: its traceback, too, may hold what was asked.
        """
        if isinstance(error, GeneratorExit):  # whoever listened has gone
            self._write(logging.INFO, "stopped")
            return
        mark_request(error, self.request_id)
        self._span.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
        name = type(error).__name__
        if isinstance(error, QAError):
            is_told = self._shows_words or not isinstance(error, ModelError)
            self._write(logging.WARNING, "error", error=name, reason=str(error) if is_told else None)
        elif isinstance(error, Exception):
            self._write(logging.ERROR, "error", error=name, exc_info=error if self._shows_words else None)
        else:  # Ctrl-C
            self._write(logging.INFO, "stopped")

    def stop(self) -> None:
        """It was stopped before anything was written."""
        self._write(logging.INFO, "stopped")

    def _write(
        self,
        level: int,
        outcome: str,
        *,
        timings: dict[str, float] | None = None,
        exc_info: Exception | None = None,
        **fields: Any,
    ) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        spent = timings or self.phases_ms | {"total": self.elapsed_ms}
        told = {
            **self._fields,
            "outcome": outcome,
            **{name: value for name, value in fields.items() if value is not None},
        }
        self._span.set_attributes(_named(told))
        self._span.end()
        timings_ms = {name: round(duration, 1) for name, duration in spent.items()}
        _logger.log(
            level, "question", exc_info=exc_info, extra={"fields": {**told, "timings_ms": timings_ms}}
        )


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """As attributes of a span."""
    return {f"qa.{name}": value for name, value in fields.items()}
