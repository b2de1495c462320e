"""What a setting is for and what it may be: the description that stands beside each field of `Settings`."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qa.text.redaction import mask_address

__all__ = ["CHROMA_CLOUD", "Setting"]

CHROMA_CLOUD = "https://api.trychroma.com"
# An e-mail address, or "@" and the domain of many.
_PERSON = re.compile(r"[^@\s;]*@[^@\s;]+")
_PEOPLE = 'e-mail addresses and domains, such as "ana@desk.example, @desk.example"'
_DATABASE = "postgresql+psycopg://127.0.0.1/desk"
_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is for and what it may be.

    It has a type, and a range (both ends allowed) or choices; None is allowed where it is the default. A
    `secret` is never shown; an `address` is that of a server, a `database` that of one on a server; these and
    what is `masked` may hold a password.
    `people` are e-mail addresses and domains, between commas or as a list.
    Type and default are those of the field that is annotated.
    """

    description: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    secret: bool = False
    address: bool = False
    database: bool = False
    masked: bool = False
    people: bool = False
    value_type: type[int] | type[float] | type[str] | type[Path] = str
    default: Any = None

    @property
    def expected(self) -> str:
        """What is allowed, in words."""
        if self.choices:
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.address:
            return f'the address of a server, such as "http://127.0.0.1:8000" or "{CHROMA_CLOUD}"'
        if self.database:
            return (
                f'the address of a PostgreSQL database, such as "{_DATABASE}", with "@" and "/" in a '
                'password as "%40" and "%2F"'
            )
        if self.people:
            return _PEOPLE
        if self.value_type in (int, float):
            noun = "a whole number" if self.value_type is int else "a number"
            return f"{noun} from {self.low:.9g} to {self.high:.9g}"
        if self.value_type is Path:
            return "the path of a folder"
        return "printable ASCII text" if self.secret else "text that is not empty"

    @property
    def may_hold_password(self) -> bool:
        """Whether a value is an address with a password or key in it, perhaps."""
        return self.address or self.database or self.masked

    def from_text(self, text: str) -> Any:
        """The value that a text of the environment or the command line stands for, or ValueError."""
        if self.value_type is Path:
            return Path(text).expanduser() if text.strip() else ""
        return self.value_type(text.strip())

    def allows(self, value: Any) -> bool:
        """Whether a value has the type and lies in the range."""
        if value is None:
            return self.default is None
        if self.value_type is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return fits and self.low <= value <= self.high
        if self.value_type is int:
            return type(value) is int and self.low <= value <= self.high
        if self.value_type is Path:
            return isinstance(value, Path)
        if not isinstance(value, str) or not value.strip():
            return False
        if self.secret:  # it goes into a header
            return value.isascii() and value.isprintable()
        if self.people:
            people = value.replace(",", " ").split()
            return bool(people) and all(_PERSON.fullmatch(person) for person in people)
        if self.database:
            return _is_database(value)
        return _is_address(value) if self.address else not self.choices or value in self.choices

    def show(self, value: Any) -> str:
        """A value as text: a secret hidden, a password or key in an address as "***"."""
        if value is None:
            return "not set"
        shown = mask_address(str(value)) if self.may_hold_password else str(value)
        return "set, hidden" if self.secret else shown


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        has_host = bool(url.hostname) and url.port != 0  # a port that is none raises
    except ValueError:
        return False
    has_extra = url.query or url.fragment or not text.isprintable() or " " in text
    return url.scheme in ("http", "https") and has_host and not has_extra


def _is_database(text: str) -> bool:
    try:
        url = urlsplit(text)
        has_port = url.port != 0
    except ValueError:
        return False
    has_name = bool(url.path.strip("/")) and not url.fragment and text.isprintable() and " " not in text
    # Of an "@" or "/" in a password that is not percent-encoded others read another host, and show it.
    has_name = has_name and text.count("@", 0, len(text) - len(url.query)) <= 1 and "@" not in url.path
    return url.scheme in _DATABASE_SCHEMES and has_port and has_name
