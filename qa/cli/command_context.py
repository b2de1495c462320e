"""What the commands share: settings from the flags, the assistant, output."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.terminal_output import hide
from qa.config import SETTINGS, Settings, load_settings, start_logs
from qa.errors import QAError, path_fault
from qa.schema import Filters
from qa.schema.engines import choose_engine

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.store import DocumentReader

__all__ = [
    "CommandContext",
    "PathName",
    "build_filters",
    "engine_flags",
    "engine_options",
    "filter_options",
    "json_option",
    "setting_option",
]


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The global options."""

    store: Path | None
    config: Path | None

    def settings(self, **flags: Any) -> tuple[Settings, dict[str, str]]:
        """The settings in force and where each came from; a flag that is None was not given."""
        config = self.config or (Path(os.environ["QA_CONFIG"]) if os.environ.get("QA_CONFIG") else None)
        settings, origins = load_settings({"store": self.store, **flags}, os.environ, config, Path.cwd())
        hide(self.secrets(settings))
        start_logs(settings)
        return settings, origins

    @staticmethod
    def secrets(settings: Settings) -> set[str]:
        """What no message may show."""
        return settings.secrets()

    @contextmanager
    def assistant(self, **flags: Any) -> Iterator["Assistant"]:
        """An assistant over the store, closed at the end."""
        from qa.assistant import Assistant
        from qa.assistant.tracing import start_tracing

        settings, _ = self.settings(**flags)
        start_tracing(os.environ)
        with Assistant.open(settings=settings) as assistant:
            yield assistant

    @contextmanager
    def documents(self) -> Iterator["DocumentReader"]:
        """The store's documents, to look at: it takes a third of the time of an assistant."""
        from qa.assistant.store_access import open_documents

        settings, _ = self.settings()
        with open_documents(settings) as documents:
            yield documents


class PathName(click.Path):
    """The name of a file or folder; one that is empty or can't be one is wrong usage."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """The path of this name."""
        if fault := path_fault(os.fsdecode(value)):
            self.fail(fault, parameter, context)
        return super().convert(value, parameter, context)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(command)


def setting_option(
    name: str, *, metavar: str | None = None, note: str = "", multiple: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The flag of a setting: help, type and choices are those that `qa.config` states, `note` is added."""
    setting = SETTINGS[name]
    value_type: Any = click.Choice(setting.choices) if setting.choices else setting.value_type
    default = "" if setting.default is None or setting.choices else f" ({setting.default})"
    return click.option(
        f"--{name.replace('_', '-')}",
        type=PathName() if value_type is Path else value_type,
        metavar=metavar,
        multiple=multiple,
        help=f"{setting.description.removesuffix('.')}{default}. {note}".strip(),
    )


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of the engine."""
    options = (
        setting_option("engine"),
        setting_option("model", metavar="PROVIDER:NAME", note="Implies --engine llm."),
        setting_option("base_url", metavar="URL"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def engine_flags(engine: str | None, model: str | None, base_url: str | None) -> dict[str, Any]:
    """The settings that these options stand for; naming a model chooses the engine."""
    return {"engine": choose_engine(engine, model, default=None), "model": model, "base_url": base_url}


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters of `search` and `ask`."""
    options = (
        click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document."),
        click.option("--topic", "topics", multiple=True, metavar="T", help="Only documents on this topic."),
        click.option("--since", metavar="DATE", help="Only documents published on or after this date."),
        click.option("--until", metavar="DATE", help="Only documents published on or before this date."),
        click.option("--as-of", metavar="DATE", help="From what was there at the end of that day (UTC)."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def build_filters(
    documents: tuple[str, ...],
    topics: tuple[str, ...],
    since: str | None,
    until: str | None,
    as_of: str | None = None,
) -> Filters:
    """The filters that the options describe.

    Raises:
        QAError: A date can't be read, or the range is empty.
    """
    first, last = _date(since), _date(until)
    if first and last and first > last:
        raise QAError(f"--since {first} lies after --until {last}: swap them")
    from qa.parsers import end_of_day

    moment = end_of_day(as_of) if as_of else None
    return Filters(documents=documents, topics=topics, since=first, until=last, as_of=moment)


def _date(text: str | None) -> date | None:
    from qa.parsers import parse_date

    return parse_date(text) if text else None
