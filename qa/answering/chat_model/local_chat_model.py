"""A chat model that runs in this process, for LangChain."""

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.exceptions import ContextOverflowError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

__all__ = ["LocalChatModel"]

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChatModel(BaseChatModel):
    """Writes with a `TextGenerator`, at most `max_tokens` at a time."""

    generator: Any
    max_tokens: int

    @property
    def _llm_type(self) -> str:
        return "huggingface"

    def get_num_tokens(self, text: str) -> int:
        """By the model's own tokenizer."""
        return len(self.generator.encode([{"role": "user", "content": text}]))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = [chunk.message for chunk in self._stream(messages)]
        message = AIMessage("".join(str(chunk.text) for chunk in chunks))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        prompt = self._encode(messages)
        count = 0
        pieces = self.generator.write(prompt, max_tokens=self._room(prompt))
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                reason = "stop" if end.value else "length"
                break
            count += 1
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                response_metadata={"finish_reason": reason},
                usage_metadata={
                    "input_tokens": len(prompt), "output_tokens": count, "total_tokens": len(prompt) + count,
                },
            )
        )  # fmt: skip

    def _encode(self, messages: Sequence[BaseMessage]) -> list[int]:
        turns = [{"role": _ROLES[message.type], "content": str(message.text)} for message in messages]
        tokens: list[int] = self.generator.encode(turns)
        return tokens

    def _room(self, prompt: Sequence[int]) -> int:
        window: int | None = self.generator.window_tokens
        if window is None:
            return self.max_tokens
        if len(prompt) >= window:
            raise ContextOverflowError(f"the prompt has {len(prompt):,} tokens, the model reads {window:,}")
        return min(self.max_tokens, window - len(prompt))
