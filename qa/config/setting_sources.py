"""The settings in force: from flags, the environment and `qa.toml`."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.config.settings import SETTINGS, Settings, wrong_value
from qa.errors import ConfigError, path_fault

__all__ = ["describe", "load_settings"]

_FILE, _PREFIX = "qa.toml", "QA_"
# Variables that start like a setting and are none: where the file is, and a switch of the browser tests.
_OTHER_VARIABLES = frozenset(
    {"QA_CONFIG", "QA_REQUIRE_BROWSER", "QA_REQUIRE_POSTGRESQL", "QA_REQUIRE_SERVER"}
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
    origins = dict.fromkeys(SETTINGS, "default")
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

    A secret is shown as "set, hidden", what is secret in an address as "***", what is not set as "not set".
    """
    return [
        (name, setting.show(getattr(settings, name)), origins.get(name, "default"))
        for name, setting in SETTINGS.items()
    ]


def _find_file(config_file: Path | None, working_directory: Path) -> Path | None:
    if config_file is None:
        default_file = working_directory / _FILE
        return default_file if default_file.is_file() else None
    if fault := path_fault(str(config_file)):
        raise ConfigError(f"the configuration file can't be read, {fault}")
    file = working_directory / config_file.expanduser()
    if not file.is_file():
        reason = "is a folder, not a file" if file.is_dir() else "does not exist"
        raise ConfigError(f"the configuration file {config_file} {reason}: name a TOML file or leave it out")
    return file


def _read_file(file: Path, working_directory: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = f"at line {text.rstrip().count(chr(10)) + 1}"
        message = str(error).replace("at end of document", place)
        raise ConfigError(f"{file} is not valid TOML: {message}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    return {name: _from_file(name, value, file, working_directory) for name, value in values.items()}


def _from_file(name: str, value: Any, file: Path, working_directory: Path) -> Any:
    if name not in SETTINGS:
        raise ConfigError(f"unknown key {name!r} in {file}: the nearest known one is {_nearest(name)!r}")
    setting = SETTINGS[name]
    if setting.value_type is Path and isinstance(value, str) and value.strip():
        path = Path(value).expanduser()
        elsewhere = file.parent.resolve() != working_directory.resolve()
        return file.parent / path if elsewhere else path
    if setting.people and isinstance(value, list) and all(isinstance(person, str) for person in value):
        value = ", ".join(value)
    if not setting.allows(value):
        raise wrong_value(name, value, f" in {file}")
    return value


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or variable in _OTHER_VARIABLES:
            continue
        name = variable.removeprefix(_PREFIX).lower()
        if name not in SETTINGS or variable != variable.upper():
            nearest = _PREFIX + _nearest(name).upper()
            raise ConfigError(f"unknown environment variable {variable}: the nearest known one is {nearest}")
        if environ[variable].strip():
            values[name] = _from_text(name, environ[variable], f" in {variable}")
    return values


def _read_flag(name: str, value: Any) -> Any:
    if name not in SETTINGS:
        raise ConfigError(f"unknown setting {name!r}: the nearest known one is {_nearest(name)!r}")
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return _from_text(name, value, "") if isinstance(value, str) else value


def _from_text(name: str, text: str, where: str) -> Any:
    setting = SETTINGS[name]
    try:
        value = setting.from_text(text)
    except ValueError:
        raise wrong_value(name, text, where) from None
    if not setting.allows(value):
        raise wrong_value(name, text, where)
    return value


def _nearest(name: str) -> str:
    return difflib.get_close_matches(name.lower().replace("-", "_"), list(SETTINGS), n=1, cutoff=0.0)[0]
