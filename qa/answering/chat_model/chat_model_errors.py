"""What went wrong with a chat model, in one line with the way out."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from qa.text.redaction import redact, secrets_in_address

__all__ = [
    "explain_chat_model_error",
    "explain_opening_error",
    "is_retryable",
    "retry_after_s",
    "secrets_of",
]

# Providers whose package is an extra of this distribution.
_EXTRAS = frozenset({"openai", "anthropic", "ollama"})
_MAX_CHARS = 200
# Too slow a client, too many requests, and servers that are down, starting or overloaded.
_RETRYABLE_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 529})
_ADVISE_EXTRACTIVE = "or ask with --engine extractive"


def explain_opening_error(error: Exception, name: str, *, secrets: Collection[str]) -> str:
    """Why the model `name` ("provider:name") can't be opened; none of the secrets is in it."""
    provider = name.partition(":")[0]
    if isinstance(error, ImportError):
        if provider in _EXTRAS:
            return f"{name} needs a package: run `pip install 'briefing-desk[{provider}]'`"
        package = re.search(r"pip install (?:-U )?[\"']?([\w.-]+)", str(error))
        advice = f"run `pip install {package[1]}`" if package else _one_line(error, secrets)
        return f"{name} needs a package: {advice}"
    if "Unsupported provider" in str(error):
        providers = re.search(r"providers are: ([\w, ]+)", str(error))
        known_providers = f": LangChain knows {providers[1]}" if providers else ""
        return f"the chat model {name} has an unknown provider {provider!r}{known_providers}"
    if re.search(r"api.?key|credential|token", str(error), re.IGNORECASE):
        variable = (
            f"{provider.upper()}_API_KEY" if provider in ("openai", "anthropic") else "the provider's own"
        )
        return f"{name} needs a key: set api_key (QA_API_KEY) or {variable}, {_ADVISE_EXTRACTIVE}"
    return f"the chat model {name} can't be opened ({_one_line(error, secrets)}): check its name and settings"


def explain_chat_model_error(
    error: Exception, name: str, *, broke_off: bool, secrets: Collection[str]
) -> str:
    """Why the model `name` did not answer; `broke_off` if it had begun.

    A server has the key and may send it back: none of the secrets is in the message.
    """
    from langchain_core import exceptions

    subject = f"the chat model {name}"
    reason = _one_line(error, secrets)
    status = _status(error)
    denied = (exceptions.ModelAuthenticationError, exceptions.ModelPermissionDeniedError)
    if isinstance(error, denied) or status in (401, 403):
        return f"{subject} refused the key ({reason}): check api_key (QA_API_KEY), {_ADVISE_EXTRACTIVE}"
    if isinstance(error, exceptions.ModelNotFoundError) or status == 404:
        return f"{subject} is not known to its server ({reason}): check the model's name and base_url"
    if isinstance(error, exceptions.ModelRateLimitError) or status == 429:
        wait_s = retry_after_s(error)
        when = "later" if wait_s is None else f"in {wait_s:.0f} s, as it asks"
        return f"{subject} is busy or its quota is used up ({reason}): try again {when}, {_ADVISE_EXTRACTIVE}"
    # Here and below the name stands for the errors of providers whose packages do not use LangChain's own.
    if (
        isinstance(error, exceptions.ModelTimeoutError | TimeoutError)
        or "timeout" in type(error).__name__.lower()
    ):
        return f"{subject} took too long ({reason}): try again, raise model_timeout_s, {_ADVISE_EXTRACTIVE}"
    if isinstance(error, exceptions.ContextOverflowError):
        return f"{subject} can't read so much at once ({reason}): lower top_k"
    if broke_off:
        return f"{subject} broke off in the middle of its answer ({reason}): check its server and ask again"
    if _is_connection_error(error):
        problem = f"{subject} can't be reached{_address(error)} ({reason})"
        return f"{problem}: check base_url and that its server runs, {_ADVISE_EXTRACTIVE}"
    return f"{subject} failed ({reason}): check the model's name, api_key and base_url, {_ADVISE_EXTRACTIVE}"


def is_retryable(error: Exception) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, TimeoutError):  # of the whole answer
        return False
    return (
        bool(getattr(error, "is_retryable", False))
        or _status(error) in _RETRYABLE_STATUSES
        or _is_connection_error(error)
    )


def retry_after_s(error: Exception) -> float | None:
    """How long the server asks to wait (header Retry-After: seconds or a date); None if it doesn't say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    with suppress(ValueError):
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
    value = str(headers.get("retry-after", ""))
    with suppress(ValueError):
        return max(0.0, float(value))
    with suppress(ValueError, TypeError):  # the latter for a date without its zone
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    return None


def secrets_of(model: Any) -> set[str]:
    """The keys and passwords that a chat model holds, also those that it took from the environment."""
    secrets: set[str] = set()
    for value in vars(model).values():
        reveal = getattr(value, "get_secret_value", None)
        plain = reveal() if callable(reveal) else value
        if isinstance(plain, str):
            secrets |= {plain} if callable(reveal) else secrets_in_address(plain)
    return secrets - {"", "none"}


def _is_connection_error(error: Exception) -> bool:
    from langchain_core import exceptions

    connection_errors = (exceptions.ModelConnectionError, ConnectionError)
    return isinstance(error, connection_errors) or "connect" in type(error).__name__.lower()


def _status(error: Exception) -> int | None:
    """The HTTP status that a provider's package gives its errors."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _address(error: Exception) -> str:
    """The server's address without user, password and path, if the error tells."""
    try:
        url = str(getattr(getattr(error, "request", None), "url", ""))
    except RuntimeError:  # httpx: "The .request property has not been set."
        url = ""
    match = re.match(r"(https?://)(?:[^/@]*@)?([^/?#]+)", url)
    return f" at {match[1]}{match[2]}" if match else ""


def _one_line(error: Exception, secrets: Collection[str]) -> str:
    line = " ".join(str(error).split()) or type(error).__name__
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner, detail = body.get("error"), body.get("detail")
        # Anthropic's client shows the body as Python writes it.
        if isinstance(inner, dict) and isinstance(message := inner.get("message"), str):
            line = f"Error code: {_status(error)} - {' '.join(message.split())}"
        # FastAPI's servers say what is wrong here, and the clients leave it out.
        if isinstance(detail, str) and detail not in line:
            line += f" - {' '.join(detail.split())}"
    line = redact(line, secrets)
    return line if len(line) <= _MAX_CHARS else f"{line[:_MAX_CHARS]}…"
