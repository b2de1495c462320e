"""A chat model's words as they come, within a deadline, and whether they came whole."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from qa.answering.chat_model.chat_model_errors import explain_chat_model_error, secrets_of
from qa.answering.chat_model.response_parser import strip_thinking
from qa.errors import ModelError
from qa.text.redaction import redact_stream

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

__all__ = ["MAX_CHARS", "ResponseStream", "end_response_after", "stream_response"]

MAX_CHARS = 20_000  # of an answer: a model that repeats itself would go on for ever
_PIECES_AHEAD = 1000  # read before they are asked for
# Under which names the providers say why an answer ended, and the reasons that leave it unfinished.
_END_KEYS = ("finish_reason", "stop_reason", "done_reason")
_CUT_OFF = {
    "length": "the model's answer was cut off for its length: raise the server's limit, or ask for less",
    "filter": "the model's answer was cut off by its server's content filter",
    "broken": "the model's answer ended without its end mark, so some of it may be missing: ask again",
}
_CUT_OFF_BY = {
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_length"), _CUT_OFF["length"]),
    "model_context_window_exceeded": _CUT_OFF["length"],
    **dict.fromkeys(("content_filter", "safety", "recitation", "prohibited_content"), _CUT_OFF["filter"]),
    **dict.fromkeys(("error", "abort", "cancelled"), _CUT_OFF["broken"]),
}
_T = TypeVar("_T")
# Packages whose models always say why an answer ended: one that does not has lost its end.
_STATE_THE_END = frozenset({"langchain_openai", "langchain_anthropic", "langchain_ollama"})


@dataclass(slots=True)
class _End:
    """Behind the last piece of a source: what it raised, if it did."""

    error: BaseException | None = None


class ResponseStream:
    """The model's words as they come, without its thoughts, at most about 20,000 characters; read it once.

    Attributes:
        cut_off: Known at the end: why the words are not the whole answer, in one line; None if they are.
    """

    def __init__(
        self, model: "BaseChatModel", name: str, prompt: "list[BaseMessage]", *, timeout_s: float | None
    ) -> None:
        self.cut_off: str | None = None
        self._model, self._name, self._prompt, self._timeout_s = model, name, prompt, timeout_s
        self._end_reason: str | None = None

    def __iter__(self) -> Iterator[str]:
        """The pieces.

        Raises:
            ModelError: The server can't be reached, refuses, breaks off, or takes longer than allowed.
        """
        length = 0
        deadline = None if self._timeout_s is None else time.monotonic() + self._timeout_s
        # It is the server's text, and the server knows the key.
        plain = redact_stream(self._pieces(self._model, deadline), secrets_of(self._model))
        with closing(strip_thinking(plain)) as pieces:
            for piece in pieces:
                yield piece
                length += len(piece)
                if length >= MAX_CHARS:
                    self.cut_off = f"the model's answer was cut off after {MAX_CHARS:,} characters"
                    return
        reason = self._end_reason
        if reason is not None:
            self.cut_off = _CUT_OFF_BY.get(reason.casefold())
        elif _states_the_end(self._model):
            self.cut_off = _CUT_OFF["broken"]

    def _pieces(self, model: "BaseChatModel", deadline: float | None) -> Iterator[str]:
        pieces_read = 0
        chunks = _iterate_until(lambda: model.stream(self._prompt), deadline)
        try:
            for chunk in chunks:
                pieces_read += 1
                self._note_end(chunk)
                yield str(chunk.text)
        # Each provider's package raises its own kind when its server is away.
        except Exception as error:
            if pieces_read or "temperature" not in str(error) or getattr(model, "temperature", None) is None:
                explained: Exception = error
                if isinstance(error, TimeoutError):
                    explained = TimeoutError(f"no whole answer within {self._timeout_s:g} s")
                message = explain_chat_model_error(
                    explained, self._name, broke_off=pieces_read > 0, secrets=secrets_of(self._model)
                )
                raise ModelError(message) from error
        else:
            return
        finally:
            chunks.close()
        # Some reasoning models take no temperature but their own.
        yield from self._pieces(model.model_copy(update={"temperature": None}), deadline)

    def _note_end(self, chunk: "AIMessageChunk") -> None:
        metadata = chunk.response_metadata
        for key in _END_KEYS:
            if metadata.get(key):
                self._end_reason = str(metadata[key])
        # OpenAI's other interface, "responses".
        if metadata.get("status") in ("completed", "incomplete"):
            details = metadata.get("incomplete_details") or {}
            self._end_reason = str(details.get("reason") or metadata["status"])


def stream_response(
    model: "BaseChatModel",
    name: str,
    messages: "list[BaseMessage]",
    *,
    timeout_s: float | None = None,
) -> ResponseStream:
    """What a chat model writes to these messages, all of it within `timeout_s`."""
    return ResponseStream(model, name, messages, timeout_s=timeout_s)


def _states_the_end(model: "BaseChatModel") -> bool:
    return any(base.__module__.partition(".")[0] in _STATE_THE_END for base in type(model).__mro__)


def _iterate_until(open_source: Callable[[], Iterator[_T]], deadline: float | None) -> Generator[_T]:
    """What an iterator gives, read in a thread of its own, whose waiting nothing else can cut short.

    Where the caller stops, or the time is over, the thread lets go of the source as soon as it can.

    Raises:
        TimeoutError: The source had not ended by the deadline, in monotonic time.
        Exception: What the source raised.
    """
    pieces: queue.Queue[_T | _End] = queue.Queue(_PIECES_AHEAD)
    is_stopped = threading.Event()

    def read() -> None:
        end = _End()
        try:
            for piece in open_source():
                if is_stopped.is_set() or _remaining_s(deadline) == 0:
                    end.error = TimeoutError()
                    break
                pieces.put(piece)
        # Whatever it is, it is raised where the pieces are asked for.
        except BaseException as error:  # noqa: BLE001
            end.error = error
        pieces.put(end)

    # Traces and callbacks of LangChain go by the context.
    threading.Thread(target=copy_context().run, args=(read,), name="chat model", daemon=True).start()
    try:
        while not isinstance(piece := pieces.get(timeout=_remaining_s(deadline)), _End):
            yield piece
        if piece.error is not None:
            raise piece.error
    except queue.Empty:
        raise TimeoutError from None
    finally:
        is_stopped.set()
        with suppress(queue.Empty):  # the thread may wait for room
            while True:
                pieces.get_nowait()


def _remaining_s(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def end_response_after(timeout_s: float) -> Callable[[Any], None]:
    """A hook for the responses of an HTTP client: reading one fails where it takes longer than this.

    A server that drips comments keeps a client's own time-out from ever passing, and the thread that reads
    would stay with it.
    """

    def watch(response: Any) -> None:
        deadline = time.monotonic() + timeout_s
        iter_raw = response.iter_raw

        def iter_in_time(chunk_size: int | None = None) -> Iterator[bytes]:
            for data in iter_raw(chunk_size):
                if time.monotonic() >= deadline:
                    raise TimeoutError
                yield data

        response.iter_raw = iter_in_time

    return watch
