"""Stand-ins where a test is about wiring (a chat model, an embedder), and a builder of values."""

import dataclasses
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from qa.models.embedder import Embedder, Vectors
from qa.schema import Metadata

__all__ = ["ScriptedChatModel", "WordHashEmbeddings", "nest_metadata"]

_DIMENSION = 256


class ScriptedChatModel(BaseChatModel):
    """Replays `script`, one entry a call and the last for ever, in pieces of `piece_chars` characters.

    An entry that is an exception is raised; in `(text, exception)` it is raised after the text. `received`
    holds the messages of every call.
    """

    script: list[Any] = Field(default_factory=list)
    piece_chars: int = 7
    received: list[list[BaseMessage]] = Field(default_factory=list)
    temperature: float | None = None

    def __init__(self, *script: Any, **fields: Any) -> None:
        super().__init__(**{**fields, "script": list(script)})

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> tuple[str, Exception | None]:
        entry = self.script[min(len(self.received), len(self.script) - 1)]
        self.received.append(messages)
        if isinstance(entry, Exception):
            return "", entry
        return entry if isinstance(entry, tuple) else (entry, None)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text, error = self._next(messages)
        if error is not None:
            raise error
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        text, error = self._next(messages)
        for start in range(0, len(text), self.piece_chars):
            piece = text[start : start + self.piece_chars]
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        if error is not None:
            raise error
        if not text:
            yield ChatGenerationChunk(message=AIMessageChunk(content=""))


class WordHashEmbeddings(Embedder):
    """Unit vectors that count a text's words by their checksum: the same everywhere, no weights."""

    name = "word-hash"
    dimension = _DIMENSION

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                digest = hashlib.sha256(word.encode()).digest()
                vector[int.from_bytes(digest[:4], "big") % self.dimension] += 1
            length = float(np.linalg.norm(vector))
            # A text without words still has a direction.
            vector[:] = vector / length if length else np.eye(1, self.dimension, dtype=np.float32)[0]
        return vectors


def nest_metadata(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a document or citation, with those that belong to its metadata nested there."""
    names = [field.name for field in dataclasses.fields(Metadata) if field.name in fields]
    others = {name: value for name, value in fields.items() if name not in names}
    return {"metadata": Metadata(**{name: fields[name] for name in names}), **others}
