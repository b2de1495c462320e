"""The calls of a chat model for one question: within one time limit, counted together, stopped together."""

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.answering.chat_model.response_stream import ResponseStream
from qa.schema import ModelUsage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["ModelCalls", "OpenedModel", "TokenPrices", "stream_response"]


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What a million tokens cost that a model is sent, and that it writes."""

    input: float
    output: float

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """What so many tokens cost."""
        return (input_tokens * self.input + output_tokens * self.output) / 1e6


@dataclass(slots=True, kw_only=True)
class OpenedModel:
    """A chat model with the limits that it is called within; thread-safe.

    `timeout_s` is for all calls of a question together, the times between tries included. `refused` holds
    the parameters of `REFUSABLE` that its server was found to take none of.
    """

    model: "BaseChatModel"
    name: str
    timeout_s: float | None = None
    max_retries: int = 0
    prices: TokenPrices | None = None
    refused: set[str] = field(default_factory=set)

    def begin(self, stop: threading.Event | None = None) -> "ModelCalls":
        """The calls of one question; `stop` ends them, the one that is on its way included."""
        return ModelCalls(self, stop)


@dataclass(slots=True)
class ModelCalls:
    """The calls of one question, one after the other; the time counts from the first."""

    opened: OpenedModel
    stop: threading.Event | None = None
    deadline: float | None = None
    _calls: int = 0
    _input_tokens: int = 0
    _output_tokens: int = 0
    _is_estimated: bool = False

    def ask(self, prompt: "list[BaseMessage]") -> ResponseStream:
        """What the model answers to a prompt: read it once, or `close` it."""
        if self.deadline is None and self.opened.timeout_s is not None:
            self.deadline = time.monotonic() + self.opened.timeout_s
        return ResponseStream(self, prompt)

    def count_call(self) -> None:
        """A request was sent."""
        self._calls += 1

    def count_tokens(self, input_tokens: int, output_tokens: int, *, is_estimated: bool = False) -> None:
        """A request took so many."""
        self._input_tokens += input_tokens
        self._output_tokens += output_tokens
        self._is_estimated |= is_estimated

    @property
    def usage(self) -> ModelUsage | None:
        """What they took so far; None before the first."""
        if not self._calls:
            return None
        prices = self.opened.prices
        return ModelUsage(
            calls=self._calls,
            input_tokens=self._input_tokens,
            output_tokens=self._output_tokens,
            cost=prices.cost(self._input_tokens, self._output_tokens) if prices else None,
            is_estimated=self._is_estimated,
        )


def stream_response(
    model: "BaseChatModel",
    name: str,
    messages: "list[BaseMessage]",
    *,
    timeout_s: float | None = None,
) -> ResponseStream:
    """What a chat model writes to these messages, all of it within `timeout_s`."""
    return OpenedModel(model=model, name=name, timeout_s=timeout_s).begin().ask(messages)
