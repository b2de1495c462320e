"""Settings: one frozen object, made at the edge from flags, environment and `qa.toml`.

Standard library only, so that `qa --help` and `qa list` start at once.
"""

import difflib
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from qa.errors import ConfigError

__all__ = ["Precision", "Settings", "describe", "load_settings"]

Precision = Literal["auto", "float32", "bfloat16"]

_FILE = "qa.toml"
_PREFIX = "QA_"
# Variables that start like a setting and are none: where the file is, and a switch of the browser tests.
_OTHER_VARIABLES = frozenset({"QA_CONFIG", "QA_REQUIRE_BROWSER", "QA_REQUIRE_SERVER"})
_USER_INFO = re.compile(r"(?<=://)[^/\s]+(?=@)")
_CLOUD = "https://api.trychroma.com"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a setting may be: its type, and its range (both ends allowed) or its choices."""

    kind: type[int] | type[float] | type[str] | type[Path]
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    optional: bool = False
    secret: bool = False
    address: bool = False

    @property
    def expected(self) -> str:
        """In words, for the message."""
        if self.choices:
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.address:
            return f'the address of a server, such as "http://127.0.0.1:8000" or "{_CLOUD}"'
        if self.kind in (int, float):
            noun = "a whole number" if self.kind is int else "a number"
            return f"{noun} from {self.low:g} to {self.high:g}"
        if self.kind is Path:
            return "the path of a folder"
        return "printable ASCII text" if self.secret else "text that is not empty"

    def from_text(self, text: str) -> Any:
        """The value that a text of the environment or the command line stands for, or ValueError."""
        if self.kind is Path:
            return Path(text).expanduser() if text.strip() else ""
        return self.kind(text.strip())

    def allows(self, value: Any) -> bool:
        """Whether a value has the type and lies in the range."""
        if value is None:
            return self.optional
        if self.kind is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return fits and self.low <= value <= self.high
        if self.kind is int:
            return type(value) is int and self.low <= value <= self.high
        if self.kind is Path:
            return isinstance(value, Path)
        if not isinstance(value, str) or not value.strip():
            return False
        if self.secret:  # it goes into a header
            return value.isascii() and value.isprintable()
        return _is_address(value) if self.address else not self.choices or value in self.choices


_RULES: Mapping[str, _Rule] = {
    "store": _Rule(Path),
    "runs": _Rule(Path),
    "chroma_url": _Rule(str, optional=True, address=True),
    "chroma_tenant": _Rule(str, optional=True),
    "chroma_database": _Rule(str, optional=True),
    "chroma_api_key": _Rule(str, optional=True, secret=True),
    "engine": _Rule(str, choices=("extractive", "llm")),
    "model": _Rule(str, optional=True),
    "base_url": _Rule(str, optional=True),
    "api_key": _Rule(str, optional=True, secret=True),
    "embedding_model": _Rule(str),
    "precision": _Rule(str, choices=("auto", "float32", "bfloat16")),
    "threads": _Rule(int, 0, 1024),
    "window_chars": _Rule(int, 200, 4000),
    "top_k": _Rule(int, 1, 50),
    "read_k": _Rule(int, 1, 200),
    "min_confidence": _Rule(float, 0, 1),
    "max_file_mb": _Rule(float, 0.001, 10_000),
    "parse_timeout_s": _Rule(float, 1, 86_400),
    "parse_memory_mb": _Rule(float, 300, 1_000_000),
    "parse_workers": _Rule(int, 1, 64),
    "fetch_timeout_s": _Rule(float, 1, 3_600),
    "max_question_chars": _Rule(int, 1, 100_000),
    "lock_timeout_s": _Rule(float, 0, 86_400),
    "model_timeout_s": _Rule(float, 1, 86_400),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; a value of the wrong type or outside its range raises `ConfigError`.

    Attributes:
        store: The folder that holds the documents' catalogue and vectors.
        runs: The folder in which the app keeps and looks for evaluation runs.
        chroma_url: Address of a Chroma server that holds the vectors instead of the store's folder; Chroma
            Cloud's is https://api.trychroma.com. It has to be named: a key, tenant or database alone sends
            nothing anywhere and is refused.
        chroma_tenant: On that server; not set is its default, or with a key and no database what the key is
            for.
        chroma_database: As the tenant.
        chroma_api_key: Chroma Cloud's key; never shown.
        engine: What writes answers: "extractive" (quotes, offline) or "llm" (a chat model).
        model: The chat model as "provider:name"; needed by the engine "llm" and never chosen for the user.
        base_url: Address of the chat model's server, where it is not the provider's own.
        api_key: The chat model's key; never shown.
        embedding_model: The packaged model's name, or any other name from the Hugging Face Hub.
        precision: Of the models' arithmetic; "auto" takes bfloat16 where the processor has it.
        threads: Processor threads for the models; 0 takes all cores.
        window_chars: The longest passage, in characters (200 to 4,000).
        top_k: How many passages an answer or a search carries (1 to 50).
        read_k: How many retrieved passages the reader reads closely (1 to 200).
        min_confidence: Below this probability that the documents answer, there is no answer (0 to 1).
        max_file_mb: The largest file that is read, in megabytes of 1,000,000 bytes.
        parse_timeout_s: How long reading one file may take, in seconds.
        parse_memory_mb: How much memory reading one file may take, in megabytes of 1,000,000 bytes.
        parse_workers: How many files are read at a time, each in a process of its own, beside the models.
        fetch_timeout_s: How long getting one page from the web may take, in seconds.
        max_question_chars: The longest question, in characters.
        lock_timeout_s: How long to wait, in seconds, for another process that uses the store.
        model_timeout_s: How long to wait, in seconds, for the chat model's server.
    """

    store: Path = Path(".qa")
    runs: Path = Path("runs")
    chroma_url: str | None = field(default=None, repr=False)  # may hold a password
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    chroma_api_key: str | None = field(default=None, repr=False)
    engine: str = "extractive"
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    embedding_model: str = "all-MiniLM-L6-v2"
    precision: Precision = "auto"
    threads: int = 0
    window_chars: int = 950
    top_k: int = 5
    read_k: int = 24
    min_confidence: float = 0.5
    max_file_mb: float = 50
    parse_timeout_s: float = 60
    parse_memory_mb: float = 2000
    parse_workers: int = 2
    fetch_timeout_s: float = 30
    max_question_chars: int = 2000
    lock_timeout_s: float = 60
    model_timeout_s: float = 60

    def __post_init__(self) -> None:
        for name, rule in _RULES.items():
            value = getattr(self, name)
            if not rule.allows(value):
                raise _wrong_value(name, value)
        if self.chroma_url is None:
            for name in ("chroma_tenant", "chroma_database", "chroma_api_key"):
                if getattr(self, name) is not None:
                    raise ConfigError(
                        f"{name} is set and chroma_url is not: set it too (Chroma Cloud's is {_CLOUD}), or "
                        f"leave {name} out"
                    )


def load_settings(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    config_file: Path | None,
    working_directory: Path,
) -> tuple[Settings, dict[str, str]]:
    """The settings in force, and for each where its value came from.

    Flags win over the environment, the environment over the file, the file over the defaults.

    Args:
        flags: By field name; None means not given.
        environ: Variables named `QA_` and the field's name in capitals; an empty one is not given.
        config_file: Must exist; None takes `qa.toml` of `working_directory` if it is there.
        working_directory: Where `qa.toml` is looked for.

    Returns:
        The settings and, by field name, "default", the file's name, the variable's name or "flag".
        A relative `store` in a file of another folder counts from that folder.

    Raises:
        ConfigError: An unknown name, a wrong value, or a file that is missing or broken.
    """
    values: dict[str, Any] = {}
    origins = {one.name: "default" for one in fields(Settings)}
    file = _find_file(config_file, working_directory)
    if file is not None:
        for name, value in _read_file(file, working_directory).items():
            values[name], origins[name] = value, str(config_file or _FILE)
    for name, value in _read_environment(environ).items():
        values[name], origins[name] = value, _PREFIX + name.upper()
    for name, value in flags.items():
        if value is not None:
            values[name], origins[name] = _read_flag(name, value), "flag"
    return Settings(**values), origins


def describe(settings: Settings, origins: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A row for each setting, in the order of the fields: name, value as text, origin.

    A secret is shown as "set, hidden", a password in an address as "***", what is not set as "not set".
    """
    return [(name, _shown(name, getattr(settings, name)), origins.get(name, "default")) for name in _RULES]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "not set"
    if _RULES[name].secret:
        return "set, hidden"
    return _USER_INFO.sub("***", str(value))


def _find_file(config_file: Path | None, working_directory: Path) -> Path | None:
    if config_file is None:
        found = working_directory / _FILE
        return found if found.is_file() else None
    named = working_directory / config_file.expanduser()
    if not named.is_file():
        what = "is a folder, not a file" if named.is_dir() else "does not exist"
        raise ConfigError(f"the configuration file {config_file} {what}: name a TOML file or leave it out")
    return named


def _read_file(file: Path, working_directory: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = f"at line {text.rstrip().count(chr(10)) + 1}"
        message = str(error).replace("at end of document", place)
        raise ConfigError(f"{file} is not valid TOML: {message}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    return {name: _from_file(name, value, file, working_directory) for name, value in found.items()}


def _from_file(name: str, value: Any, file: Path, working_directory: Path) -> Any:
    if name not in _RULES:
        raise ConfigError(f"unknown key {name!r} in {file}: the nearest known one is {_nearest(name)!r}")
    rule = _RULES[name]
    if rule.kind is Path and isinstance(value, str) and value.strip():
        path = Path(value).expanduser()
        elsewhere = file.parent.resolve() != working_directory.resolve()
        return file.parent / path if elsewhere else path
    if not rule.allows(value):
        raise _wrong_value(name, value, f" in {file}")
    return value


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or variable in _OTHER_VARIABLES:
            continue
        name = variable.removeprefix(_PREFIX).lower()
        if name not in _RULES or variable != variable.upper():
            nearest = _PREFIX + _nearest(name).upper()
            raise ConfigError(f"unknown environment variable {variable}: the nearest known one is {nearest}")
        if environ[variable].strip():
            found[name] = _from_text(name, environ[variable], f" in {variable}")
    return found


def _read_flag(name: str, value: Any) -> Any:
    if name not in _RULES:
        raise ConfigError(f"unknown setting {name!r}: the nearest known one is {_nearest(name)!r}")
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return _from_text(name, value, "") if isinstance(value, str) else value


def _from_text(name: str, text: str, where: str) -> Any:
    rule = _RULES[name]
    try:
        value = rule.from_text(text)
    except ValueError:
        raise _wrong_value(name, text, where) from None
    if not rule.allows(value):
        raise _wrong_value(name, text, where)
    return value


def _wrong_value(name: str, value: Any, where: str = "") -> ConfigError:
    rule = _RULES[name]
    shown = repr(str(value) if isinstance(value, Path) else value)
    # An address that can't be taken apart may hold a password anywhere before its "@".
    if rule.secret or (rule.address and "@" in shown):
        shown = "(hidden)"
    return ConfigError(f"{name}{where} is {shown}: expected {rule.expected}")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        return False
    extra = parts.query or parts.fragment or not text.isprintable() or " " in text
    return parts.scheme in ("http", "https") and has_host and not extra


def _nearest(name: str) -> str:
    wanted = name.lower().replace("-", "_")
    return difflib.get_close_matches(wanted, list(_RULES), n=1, cutoff=0.0)[0]
