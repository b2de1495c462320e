"""What is logged, on standard error: as lines to read, or as JSON for what collects them."""

import json
import logging
import sys
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from qa.config.settings import Settings
from qa.text.control_characters import CleanLogFilter, escape_controls
from qa.text.redaction import redact

__all__ = ["JsonLines", "format_handlers", "start_logs"]

# What a record of ours carries beside its message: names to values that JSON has.
_FIELDS = "fields"


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that time: a command replaces the stream while it runs."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Asked for anew with each record."""
        return sys.stderr


class _TextLines(logging.Formatter):
    """Time, level, message, and what else a record carries as NAME=VALUE."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._secrets = secrets

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        fields = getattr(record, _FIELDS, {})
        pairs = (f"{name}={redact(value, self._secrets)}" for name, value in _flatten(fields))
        return " ".join([super().formatMessage(record), *pairs])


class JsonLines(logging.Formatter):
    """One JSON object a record: time (UTC), level, logger, message, and what else the record carries.

    Nothing in it is a key, or anything that a terminal would obey.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        values = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            values["exception"] = record.exc_text
        return escape_controls(json.dumps(self._clean(values), ensure_ascii=False, default=str))

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._clean(part) for name, part in value.items()}
        return redact(value, self._secrets) if isinstance(value, str) else value


def start_logs(settings: Settings, *, with_defaults: bool = False) -> None:
    """Have this process log as the settings say; it may be called again, with others.

    With their defaults nothing is set up, unless `with_defaults`: Python itself writes warnings to standard
    error.
    """
    root, own = logging.getLogger(), logging.getLogger("qa")
    for handler in [handler for handler in root.handlers if isinstance(handler, _StandardError)]:
        root.removeHandler(handler)
    own.setLevel(settings.log_level.upper())
    if (settings.log_format, settings.log_level) == ("text", "warning") and not with_defaults:
        return
    handler = _StandardError()
    handler.setFormatter(_TextLines(settings.secrets()))
    root.addHandler(handler)
    format_handlers([handler], settings)


def format_handlers(handlers: Iterable[logging.Handler | None], settings: Settings) -> None:
    """Let no key and nothing that a terminal would obey get into these logs, and have them in the format."""
    secrets = settings.secrets()
    for handler in handlers:
        if handler is None:
            continue
        if settings.log_format == "json":
            handler.setFormatter(JsonLines(secrets))
        if not any(isinstance(present, CleanLogFilter) for present in handler.filters):
            handler.addFilter(CleanLogFilter(secrets))


def _flatten(fields: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and values, those within others as NAME.NAME; what is not one plain word is quoted."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        elif value is not None:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            is_plain = shown.isprintable() and " " not in shown
            yield (
                f"{prefix}{name}",
                shown if is_plain else escape_controls(json.dumps(shown, ensure_ascii=False)),
            )
