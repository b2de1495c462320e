"""The engines that word answers: the one place that lists them.

Whatever offers a choice of engines (settings, command line, page) reads it here. A new engine needs an entry,
and its way from assessed evidence to an answer in `qa.answering.answer_builder`.
"""

from dataclasses import dataclass
from typing import TypeVar

__all__ = ["CHAT_MODEL", "ENGINES", "EXTRACTIVE", "EngineDescription", "choose_engine", "needs_chat_model"]


_Default = TypeVar("_Default", str, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDescription:
    """An engine: the name that settings, flags and JSON use, what a reader calls it, what it needs."""

    name: str
    label: str
    needs_chat_model: bool


EXTRACTIVE = EngineDescription(name="extractive", label="Evidence reader, offline", needs_chat_model=False)
CHAT_MODEL = EngineDescription(name="llm", label="Chat model", needs_chat_model=True)
# By name, the default first.
ENGINES = {engine.name: engine for engine in (EXTRACTIVE, CHAT_MODEL)}


def choose_engine(engine: str | None, model: str | None, *, default: _Default) -> "str | _Default":
    """The engine that is named, else the chat model's if a model is named, else the default."""
    return engine or (CHAT_MODEL.name if model else default)


def needs_chat_model(engine: str) -> bool:
    """Whether the engine of this name needs one; an unknown name does not."""
    return engine in ENGINES and ENGINES[engine].needs_chat_model
