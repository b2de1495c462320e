"""What went wrong with a chat model, in one line with the way out."""

import re
from collections.abc import Collection
from typing import Any

from qa.text.redaction import redact, secrets_in_address

__all__ = ["explain_chat_model_error", "explain_opening_error", "secrets_of"]

# Providers whose package is an extra of this distribution.
_EXTRAS = frozenset({"openai", "anthropic", "ollama"})
_MAX_CHARS = 200
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
    if isinstance(error, exceptions.ModelAuthenticationError | exceptions.ModelPermissionDeniedError):
        return f"{subject} refused the key ({reason}): check api_key (QA_API_KEY), {_ADVISE_EXTRACTIVE}"
    if isinstance(error, exceptions.ModelNotFoundError):
        return f"{subject} is not known to its server ({reason}): check the model's name and base_url"
    if isinstance(error, exceptions.ModelRateLimitError):
        return f"{subject} is busy or its quota is used up ({reason}): try again later, {_ADVISE_EXTRACTIVE}"
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
    # FastAPI's servers say what is wrong here, and the clients leave it out.
    if isinstance(body, dict) and isinstance(detail := body.get("detail"), str) and detail not in line:
        line += f" - {' '.join(detail.split())}"
    line = redact(line, secrets)
    return line if len(line) <= _MAX_CHARS else f"{line[:_MAX_CHARS]}…"
