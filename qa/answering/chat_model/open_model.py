"""Opening the chat model that a user names."""

from typing import TYPE_CHECKING, Any

from qa.answering.chat_model.chat_model_errors import explain_opening_error
from qa.errors import ModelError
from qa.text.redaction import secrets_in_address

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["open_chat_model"]


def open_chat_model(
    name: str,
    *,
    base_url: str | None,
    api_key: str | None,
    timeout_s: float,
    max_output_tokens: int | None = None,
) -> "BaseChatModel":
    """Any chat model that LangChain's `init_chat_model` knows, by "provider:name".

    "huggingface:NAME" runs in this process: a folder with a model, or a name of the Hugging Face Hub.

    With a `base_url` only the `api_key` given here is sent there, never a provider's key that lies in the
    environment. The client tries nothing again by itself.

    Raises:
        ModelError: The name, its package or its key is missing, in one line.
    """
    provider, _, model_name = name.partition(":")
    if not provider.strip() or not model_name.strip():
        raise ModelError(f"the chat model {name!r} is not provider:name: write it like openai:gpt-5")
    if provider == "huggingface":
        return _open_local_model(model_name, max_output_tokens)
    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 0}
    if base_url:
        options["base_url"] = base_url
    if api_key or (base_url and provider in ("openai", "anthropic")):
        options["api_key"] = api_key or "none"
    if max_output_tokens is not None:
        options["num_predict" if provider == "ollama" else "max_tokens"] = max_output_tokens
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": timeout_s}
    if provider == "openai":
        # Of a server of one's own too; and only the time of the whole answer counts.
        options |= {"stream_usage": True, "stream_chunk_timeout": None}
    try:
        model = _init_chat_model(model_name, provider, options)
    # Each provider's package raises its own kind for a missing key or a wrong name.
    except Exception as error:
        secrets = secrets_in_address(base_url) | ({api_key} if api_key else set())
        raise ModelError(explain_opening_error(error, name, secrets=secrets)) from error
    from langchain_core.language_models import BaseChatModel

    if not isinstance(model, BaseChatModel):
        raise ModelError(f"{name} is not a chat model: name one as provider:name")
    return model


def _open_local_model(model_name: str, max_output_tokens: int | None) -> "BaseChatModel":
    # LangChain's own package for these does not go with the version of huggingface_hub that we need.
    from qa.answering.chat_model.local_chat_model import LocalChatModel
    from qa.models.text_generator import TextGenerator

    return LocalChatModel(generator=TextGenerator(model_name), max_tokens=max_output_tokens or 1024)


def _init_chat_model(model_name: str, provider: str, options: dict[str, Any]) -> Any:
    """The model with those of the options that its class knows."""
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(model_name, model_provider=provider, **options)
    except ValueError as error:  # a `ValidationError` of pydantic's
        faults = error.errors() if hasattr(error, "errors") else []
        unknown = {str(fault["loc"][0]) for fault in faults if fault["type"] == "extra_forbidden"}
        # Without these it would be another server, or nobody's key.
        if not unknown or unknown & {"base_url", "api_key"}:
            raise
    known = {key: value for key, value in options.items() if key not in unknown}
    return init_chat_model(model_name, model_provider=provider, **known)
