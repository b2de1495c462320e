"""How much a chat model can be given: its own count of tokens, and its window where that is known."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["count_by_characters", "room_for_evidence", "token_counter"]

# English text has about four characters a token; fewer are reckoned with, so that what fits by them fits.
_CHARS_PER_TOKEN = 3
# Of a window, what an answer may take, and the most that is kept free for it.
_ANSWER_SHARE, _MAX_ANSWER_TOKENS = 0.25, 1500


def count_by_characters(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    return -(-len(text) // _CHARS_PER_TOKEN)


def token_counter(model: "BaseChatModel") -> Callable[[str], int]:
    """The model's own count of tokens; where it has none, or it fails, the one by characters.

    LangChain's fallback would get another model's tokenizer from the network, and so would the one of
    OpenAI's package for a server of another maker.
    """
    if not _counts_by_itself(model):
        return count_by_characters
    has_failed = False

    def count(text: str) -> int:
        nonlocal has_failed
        if has_failed:
            return count_by_characters(text)
        try:
            return model.get_num_tokens(text)
        # Each provider's package fails in its own way where its tokenizer can't be had.
        except Exception:  # noqa: BLE001
            has_failed = True
            return count_by_characters(text)

    return count


def _counts_by_itself(model: Any) -> bool:
    from langchain_core.language_models import BaseLanguageModel

    if model.custom_get_token_ids is not None:
        return True
    is_other_server = getattr(model, "openai_api_base", None) is not None
    counts = any(
        getattr(type(model), name) is not getattr(BaseLanguageModel, name)
        for name in ("get_num_tokens", "get_token_ids")
    )
    return counts and not is_other_server


def room_for_evidence(model: "BaseChatModel", *, max_tokens: int, other_tokens: int) -> int:
    """How many tokens of evidence the model can take, at most `max_tokens`.

    `other_tokens` are those of the prompt beside it; where the model's window is known, the answer's are kept
    free, too.
    """
    window = _window_of(model)
    if window is None:
        return max_tokens
    answer = min(_MAX_ANSWER_TOKENS, int(window * _ANSWER_SHARE))
    return max(0, min(max_tokens, window - answer - other_tokens))


def _window_of(model: Any) -> int | None:
    """By LangChain's profile of the model, or what an Ollama model was opened with."""
    profile = getattr(model, "profile", None) or {}
    sizes = (profile.get("max_input_tokens"), getattr(model, "num_ctx", None))
    return min((size for size in sizes if isinstance(size, int) and size > 0), default=None)
