"""Keys and passwords out of messages: those that are known, and what looks like one."""

import base64
import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, urlsplit

__all__ = [
    "collect_secrets",
    "mask_address",
    "mask_user_info",
    "redact",
    "redact_stream",
    "secrets_in_address",
]

_MASK = "***"
_LONG = 8  # characters from which on a key is looked for inside of words too
_MIN_STREAM_CHARS = 8
_QUERY_NAME = r"(?:api|ssl)?(?:key|token|secret|password|passwd|pwd|auth|sig|signature|credential)"
_QUERY = re.compile(rf"([?&;](?:[\w.-]{{0,40}}[_.-])?{_QUERY_NAME}=)[^&;\s#\"'<>)]+", re.IGNORECASE)
# Of text that goes on behind the address, a name and password have no slash; in a setting they may.
_USER_INFO = re.compile(r"(?<=://)[^/\s]+(?=@)")
_ANY_USER_INFO = re.compile(r"(?:(?<=://)|\A(?![\w+]+://))\S+(?=@)")
_HEADERS = re.compile(
    r"(\b(?:authorization|x-[\w-]{1,30}(?:token|key)|api[_-]key)[\"']?\s{0,5}[:=]\s{0,5}[\"']?"
    r"(?:(?:bearer|basic)\s{1,5})?)[^\s\"',;&}]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(\bbearer\s{1,5})(?=[^\s\"']{0,200}\d)[\w.~+/=-]{8,}", re.IGNORECASE)
_PROVIDER_KEY = re.compile(r"\b((?:sk|ck)-)[\w-]{8,}")


def mask_address(address: str) -> str:
    """An address that a setting holds, with "***" for its name and password and for keys in its query."""
    return _QUERY.sub(rf"\1{_MASK}", _ANY_USER_INFO.sub(_MASK, address))


def mask_user_info(text: str) -> str:
    """A text with "***" for the names and passwords of the addresses in it."""
    return _USER_INFO.sub(_MASK, text)


def collect_secrets(keys: Iterable[str | None], addresses: Iterable[str | None]) -> set[str]:
    """What no message may show: the keys, and the passwords and keys in addresses."""
    return {key for key in keys if key}.union(*map(secrets_in_address, addresses))


def secrets_in_address(address: str | None) -> set[str]:
    """The password and keys that an address holds, as they stand there, decoded, and as they are sent."""
    if not address:
        return set()
    secrets = {match[0].removeprefix(match[1]) for match in _QUERY.finditer(address)}
    try:
        split = urlsplit(address)
    except ValueError:
        return secrets
    if split.password is not None:
        name, password = unquote(split.username or ""), unquote(split.password)
        secrets |= {split.password, password, base64.b64encode(f"{name}:{password}".encode()).decode()}
    return secrets - {""}


def redact(text: str, secrets: Iterable[str | None] = ()) -> str:
    """The text with "***" for these secrets, however they are quoted, and for what looks like one.

    That is a name and password in an address, a key in its query, what an authorization header holds, a key
    of a known provider's form.
    """
    known = {form for secret in secrets if secret for form in _forms(secret)}
    if known:
        text = _pattern(known).sub(_MASK, text)
    text = mask_user_info(text)
    for pattern in (_QUERY, _HEADERS, _BEARER, _PROVIDER_KEY):
        text = pattern.sub(rf"\1{_MASK}", text)
    return text


def redact_stream(pieces: Iterable[str], secrets: Collection[str]) -> Iterator[str]:
    """The pieces of a text without these secrets, also where one is spread over pieces.

    Only what may be the beginning of one is held back. Short ones stay: they may be words.
    """
    known = {form for secret in secrets for form in _forms(secret) if len(form) >= _MIN_STREAM_CHARS}
    if not known:
        yield from pieces
        return
    pattern, longest = _pattern(known), max(map(len, known))
    pending = ""
    for piece in pieces:
        pending = pattern.sub(_MASK, pending + piece)
        held_back = next(
            (
                length
                for length in range(min(longest - 1, len(pending)), 0, -1)
                if any(form.lower().startswith(pending[-length:].lower()) for form in known)
            ),
            0,
        )
        ready, pending = pending[: len(pending) - held_back], pending[len(pending) - held_back :]
        if ready:
            yield ready
    if pending:
        yield pending


def _forms(secret: str) -> set[str]:
    escaped = secret.replace("\\", "\\\\").replace('"', '\\"')
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), escaped}


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of them, the longest first; a short one only as a word of its own, as "none" and "test" are."""
    alternatives = [
        re.escape(form) if len(form) >= _LONG else rf"(?<!\w){re.escape(form)}(?!\w)"
        for form in sorted(forms, key=len, reverse=True)
    ]
    return re.compile("|".join(alternatives), re.IGNORECASE)
