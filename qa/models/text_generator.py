"""Text written by a causal language model in this process, the likeliest word by word."""

import threading
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from qa.errors import ModelError

__all__ = ["TextGenerator"]


class TextGenerator:
    """A model of the `transformers` library and its tokenizer; thread-safe, one text at a time.

    Args:
        name: A folder with both, or a name of the Hugging Face Hub.

    Raises:
        ModelError: There is no such model, or it can't be read.
    """

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForCausalLM.from_pretrained(name, dtype="auto")
        # Broken files raise what their readers happen to.
        except Exception as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            raise ModelError(
                f"the chat model huggingface:{name} can't be opened ({reason}…): name a folder with a model "
                "and its tokenizer, or one of the Hugging Face Hub that this computer holds or can reach"
            ) from error
        self._lock = threading.Lock()
        ends = self._model.generation_config.eos_token_id
        self._ends = set(ends if isinstance(ends, list) else [ends]) | {self._tokenizer.eos_token_id}

    @property
    def window_tokens(self) -> int | None:
        """How many tokens prompt and text may have together; None if the model does not say."""
        window = getattr(self._model.config, "max_position_embeddings", None)
        return window if isinstance(window, int) else None

    def encode(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The tokens of a prompt: messages with "role" and "content", by the model's own template."""
        if self._tokenizer.chat_template:
            text = self._tokenizer.apply_chat_template(
                list(messages), tokenize=False, add_generation_prompt=True
            )
            tokens = self._tokenizer(text, add_special_tokens=False)
        else:
            tokens = self._tokenizer("\n\n".join(message["content"] for message in messages) + "\n\n")
        return list(tokens["input_ids"])

    def write(self, prompt: Sequence[int], *, max_tokens: int) -> Generator[str, None, bool]:
        """Text behind the prompt, a piece a token (some are empty); returns whether it came to its end."""
        import torch

        with self._lock, torch.inference_mode():
            cache: Any = None
            inputs = torch.tensor([list(prompt)])
            written: list[int] = []
            shown = ""
            for _ in range(max_tokens):
                output = self._model(input_ids=inputs, past_key_values=cache, use_cache=True)
                cache = output.past_key_values
                token = int(output.logits[0, -1].argmax())
                if token in self._ends:
                    return True
                written.append(token)
                text = self._tokenizer.decode(written, skip_special_tokens=True)
                # A letter of several bytes may be half written.
                new = "" if text.endswith("\ufffd") else text[len(shown) :]
                shown += new
                yield new
                inputs = torch.tensor([[token]])
        return False
