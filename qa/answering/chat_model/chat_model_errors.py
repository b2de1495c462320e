"""What went wrong with a chat model, in one line with the way out."""

import re

__all__ = ["explain_chat_model_error", "explain_opening_error"]

# Providers whose package is an extra of this distribution.
_EXTRAS = frozenset({"openai", "anthropic", "ollama"})
_MOST_CHARS = 200
_EXTRACTIVE = "or ask with --engine extractive"


def explain_opening_error(error: Exception, name: str) -> str:
    """Why the model `name` ("provider:name") can't be opened."""
    provider = name.partition(":")[0]
    if isinstance(error, ImportError):
        if provider in _EXTRAS:
            return f"{name} needs a package: run `pip install 'briefing-desk[{provider}]'`"
        package = re.search(r"pip install (?:-U )?[\"']?([\w.-]+)", str(error))
        what = f"run `pip install {package[1]}`" if package else _one_line(error)
        return f"{name} needs a package: {what}"
    if "Unsupported provider" in str(error):
        known = re.search(r"providers are: ([\w, ]+)", str(error))
        names = f": LangChain knows {known[1]}" if known else ""
        return f"the chat model {name} has an unknown provider {provider!r}{names}"
    if re.search(r"api.?key|credential|token", str(error), re.IGNORECASE):
        variable = (
            f"{provider.upper()}_API_KEY" if provider in ("openai", "anthropic") else "the provider's own"
        )
        return f"{name} needs a key: set api_key (QA_API_KEY) or {variable}, {_EXTRACTIVE}"
    return f"the chat model {name} can't be opened ({_one_line(error)}): check its name and settings"


def explain_chat_model_error(error: Exception, name: str, *, broke_off: bool) -> str:
    """Why the model `name` did not answer; `broke_off` if it had begun."""
    from langchain_core import exceptions

    what = f"the chat model {name}"
    said = _one_line(error)
    if isinstance(error, exceptions.ModelAuthenticationError | exceptions.ModelPermissionDeniedError):
        return f"{what} refused the key ({said}): check api_key (QA_API_KEY), {_EXTRACTIVE}"
    if isinstance(error, exceptions.ModelNotFoundError):
        return f"{what} is not known to its server ({said}): check the model's name and base_url"
    if isinstance(error, exceptions.ModelRateLimitError):
        return f"{what} is busy or its quota is used up ({said}): try again later, {_EXTRACTIVE}"
    # Here and below the name stands for the errors of providers whose packages do not use LangChain's own.
    if (
        isinstance(error, exceptions.ModelTimeoutError | TimeoutError)
        or "timeout" in type(error).__name__.lower()
    ):
        return f"{what} took too long ({said}): try again, raise model_timeout_s, {_EXTRACTIVE}"
    if isinstance(error, exceptions.ContextOverflowError):
        return f"{what} can't read so much at once ({said}): lower top_k"
    if broke_off:
        return f"{what} broke off in the middle of its answer ({said}): check its server and ask again"
    if _is_connection(error):
        where = f"{what} can't be reached{_address(error)} ({said})"
        return f"{where}: check base_url and that its server runs, {_EXTRACTIVE}"
    return f"{what} failed ({said}): check the model's name, api_key and base_url, {_EXTRACTIVE}"


def _is_connection(error: Exception) -> bool:
    from langchain_core import exceptions

    known = (exceptions.ModelConnectionError, ConnectionError)
    return isinstance(error, known) or "connect" in type(error).__name__.lower()


def _address(error: Exception) -> str:
    """The server's address without user, password and path, if the error tells."""
    try:
        url = str(getattr(getattr(error, "request", None), "url", ""))
    except RuntimeError:  # httpx: "The .request property has not been set."
        url = ""
    match = re.match(r"(https?://)(?:[^/@]*@)?([^/?#]+)", url)
    return f" at {match[1]}{match[2]}" if match else ""


def _one_line(error: Exception) -> str:
    line = " ".join(str(error).split()) or type(error).__name__
    body = getattr(error, "body", None)
    # FastAPI's servers say what is wrong here, and the clients leave it out.
    if isinstance(body, dict) and isinstance(detail := body.get("detail"), str) and detail not in line:
        line += f" - {' '.join(detail.split())}"
    return line if len(line) <= _MOST_CHARS else f"{line[:_MOST_CHARS]}…"
