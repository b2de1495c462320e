"""Opening the chat model that a user names."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qa.answering.chat_model.chat_model_errors import explain_opening_error
from qa.answering.chat_model.response_stream import end_response_after
from qa.errors import ModelError
from qa.text.redaction import secrets_in_address

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["open_chat_model"]


def open_chat_model(
    name: str, *, base_url: str | None, api_key: str | None, timeout_s: float
) -> "BaseChatModel":
    """Any chat model that LangChain's `init_chat_model` knows, by "provider:name".

    With a `base_url` only the `api_key` given here is sent there, never a provider's key that lies in the
    environment.

    Raises:
        ModelError: The name, its package or its key is missing, in one line.
    """
    provider, _, model_name = name.partition(":")
    if not provider.strip() or not model_name.strip():
        raise ModelError(f"the chat model {name!r} is not provider:name: write it like openai:gpt-5")
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 1}
    if base_url:
        options["base_url"] = base_url
    if api_key or (base_url and provider in ("openai", "anthropic")):
        options["api_key"] = api_key or "none"
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": timeout_s}
    try:
        if provider == "openai":
            options["http_client"] = _http_client(timeout_s)
        model = init_chat_model(model_name, model_provider=provider, **options)
    # Each provider's package raises its own kind for a missing key or a wrong name.
    except Exception as error:
        secrets = secrets_in_address(base_url) | ({api_key} if api_key else set())
        raise ModelError(explain_opening_error(error, name, secrets=secrets)) from error
    from langchain_core.language_models import BaseChatModel

    if not isinstance(model, BaseChatModel):
        raise ModelError(f"{name} is not a chat model: name one as provider:name")
    return model


@lru_cache(maxsize=4)  # as the clients' own, it keeps connections for the next question
def _http_client(timeout_s: float) -> Any:
    """The client of OpenAI's package, whose responses end in time."""
    from openai import DefaultHttpxClient

    return DefaultHttpxClient(timeout=timeout_s, event_hooks={"response": [end_response_after(timeout_s)]})
