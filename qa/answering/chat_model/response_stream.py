"""A chat model's words as they come, tried again where that may help, and whether they came whole."""

from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from qa.answering.chat_model.chat_model_errors import (
    explain_chat_model_error,
    is_retryable,
    retry_after_s,
    secrets_of,
)
from qa.answering.chat_model.response_parser import strip_thinking
from qa.answering.chat_model.timed_reading import (
    StoppedError,
    read_in_time,
    remaining_s,
    wait_unless_stopped,
)
from qa.answering.citations import hold_back_half_markers
from qa.errors import ModelError
from qa.text.redaction import redact_stream

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

    from qa.answering.chat_model.model_calls import ModelCalls

__all__ = ["MAX_CHARS", "REFUSABLE", "ResponseStream"]

MAX_CHARS = 20_000  # of an answer: a model that repeats itself would go on for ever
# What some servers refuse, by the name that they complain of, and the fields without which it is not sent:
# reasoning models take no temperature but their own, small servers count no tokens in a stream.
REFUSABLE: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": None},
    "stream_options": {"stream_usage": False},
}
_FIRST_WAIT_S = 0.5  # before the second try; doubled with each, where the server names no time
_CHARS_PER_TOKEN = 4  # roughly, of English, where a server does not count
# Under which names the providers say why an answer ended, and the reasons that leave it unfinished.
_END_KEYS = ("finish_reason", "stop_reason", "done_reason")
_CUT_OFF = {
    "length": "the model's answer was cut off for its length: raise max_output_tokens or the server's limit",
    "filter": "the model's answer was cut off by its server's content filter",
    "broken": "the model's answer ended without its end mark, so some of it may be missing: ask again",
}
_CUT_OFF_BY = {
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_length"), _CUT_OFF["length"]),
    "model_context_window_exceeded": _CUT_OFF["length"],
    **dict.fromkeys(("content_filter", "safety", "recitation", "prohibited_content"), _CUT_OFF["filter"]),
    "refusal": _CUT_OFF["filter"],
    **dict.fromkeys(("error", "abort", "cancelled"), _CUT_OFF["broken"]),
}
# Packages whose models always say why an answer ended: one that does not has lost its end.
_STATE_THE_END = frozenset({"langchain_openai", "langchain_anthropic", "langchain_ollama"})


class ResponseStream:
    """The model's words as they come, without its thoughts, at most about 20,000 characters; read it once.

    Whoever stops reading early closes the iterator: that ends the request at the server.

    Attributes:
        cut_off: Known at the end: why the words are not the whole answer, in one line; None if they are.
        error: What broke it off after its first words; `cut_off` says it too.
    """

    def __init__(self, calls: "ModelCalls", prompt: "list[BaseMessage]") -> None:
        self.cut_off: str | None = None
        self.error: ModelError | None = None
        self._calls, self._prompt = calls, prompt
        self._opened = calls.opened
        self._end_reason: str | None = None

    def __iter__(self) -> Generator[str, None, None]:
        """The pieces. A marker comes in one piece, so that no half of one is ever shown.

        Raises:
            ModelError: Before the first words: the server can't be reached, refuses, breaks off, takes longer
                than allowed, or its answer was stopped. After them that is no error, but `cut_off`.
        """
        length = 0
        with closing(self._pieces()) as raw:
            # It is the server's text, and the server knows the key.
            plain = redact_stream(raw, secrets_of(self._opened.model))
            try:
                for piece in hold_back_half_markers(strip_thinking(plain)):
                    length += len(piece)
                    yield piece
                    if length >= MAX_CHARS:
                        self.cut_off = f"the model's answer was cut off after {MAX_CHARS:,} characters"
                        return
            except ModelError as error:
                if not length:
                    raise
                self.error, self.cut_off = error, str(error)
                return
        reason = self._end_reason
        if reason is not None:
            self.cut_off = _CUT_OFF_BY.get(reason.casefold())
        elif _states_the_end(self._opened.model):
            self.cut_off = _CUT_OFF["broken"]

    def _pieces(self) -> Generator[str, None, None]:
        """The text of all tries: only one that gave none is followed by another."""
        tries = 0
        while True:
            has_text = False
            try:
                with closing(self._read_once()) as pieces:
                    for piece in pieces:
                        has_text = True
                        yield piece
                return
            # Each provider's package raises its own kind when its server is away.
            except Exception as error:
                may_help = not has_text and (
                    self._give_up_parameter(error) or self._await_retry(error, tries)
                )
                if not may_help:
                    raise self._explain(error, broke_off=has_text) from error
                tries += 1

    def _read_once(self) -> Generator[str, None, None]:
        """The text of one request."""
        calls = self._calls
        changes = {key: value for name in self._opened.refused for key, value in REFUSABLE[name].items()}
        model = self._opened.model.model_copy(update=changes) if changes else self._opened.model
        self._end_reason = None
        calls.count_call()
        input_tokens = output_tokens = length = 0
        chunks = read_in_time(
            lambda: cast(Any, model.astream(self._prompt)), deadline=calls.deadline, stop=calls.stop
        )
        try:
            for chunk in chunks:
                self._note_end(chunk)
                if usage := chunk.usage_metadata:
                    input_tokens += usage["input_tokens"]
                    output_tokens += usage["output_tokens"]
                length += len(chunk.text)
                if chunk.text:
                    yield str(chunk.text)
        finally:
            chunks.close()
            # No prompt has none. Whoever stops early isn't told, and pays all the same.
            is_counted = bool(input_tokens and output_tokens)
            if length or output_tokens:
                sent = sum(len(message.text) for message in self._prompt)
                calls.count_tokens(
                    input_tokens or _estimate_tokens(sent),
                    output_tokens or _estimate_tokens(length),
                    is_estimated=not is_counted,
                )

    def _give_up_parameter(self, error: Exception) -> bool:
        """Whether the server refused a parameter that can be left out; from now on it is."""
        for name, without in REFUSABLE.items():
            can_change = any(
                getattr(self._opened.model, key, value) != value for key, value in without.items()
            )
            if name not in self._opened.refused and can_change and name in str(error):
                self._opened.refused.add(name)
                return True
        return False

    def _await_retry(self, error: Exception, tries: int) -> bool:
        """Whether to try again; waits as long as the server asks for, if there is so much time."""
        if tries >= self._opened.max_retries or not is_retryable(error):
            return False
        wait_s = retry_after_s(error)
        wait_s = _FIRST_WAIT_S * 2**tries if wait_s is None else wait_s
        remaining = remaining_s(self._calls.deadline)
        if remaining is not None and wait_s >= remaining:
            return False
        return wait_unless_stopped(wait_s, self._calls.stop)

    def _explain(self, error: Exception, *, broke_off: bool) -> ModelError:
        stop = self._calls.stop
        if isinstance(error, StoppedError) or (stop is not None and stop.is_set()):
            return ModelError(
                f"the chat model {self._opened.name} was stopped before the end of its answer: ask again"
            )
        if isinstance(error, TimeoutError) and self._opened.timeout_s is not None:
            error = TimeoutError(f"no whole answer within {self._opened.timeout_s:g} s")
        secrets = secrets_of(self._opened.model)
        return ModelError(
            explain_chat_model_error(error, self._opened.name, broke_off=broke_off, secrets=secrets)
        )

    def _note_end(self, chunk: "AIMessageChunk") -> None:
        metadata = chunk.response_metadata
        for key in _END_KEYS:
            if metadata.get(key):
                self._end_reason = str(metadata[key])
        # OpenAI's other interface, "responses".
        if metadata.get("status") in ("completed", "incomplete"):
            details = metadata.get("incomplete_details") or {}
            self._end_reason = str(details.get("reason") or metadata["status"])


def _estimate_tokens(chars: int) -> int:
    return -(-chars // _CHARS_PER_TOKEN)


def _states_the_end(model: "BaseChatModel") -> bool:
    return any(base.__module__.partition(".")[0] in _STATE_THE_END for base in type(model).__mro__)
