"""What is written to the terminal: nothing that it would obey, and no keys in messages.

Titles, names, texts and what servers say come from anywhere. Both streams are replaced while a command runs,
so that nothing has to remember to clean what it prints: no command, no library, no warning, no traceback.
"""

import io
import json
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO

from qa.text.control_characters import escape_controls, replace_controls
from qa.text.redaction import redact

__all__ = ["clean_output", "echo_styled", "hide", "one_line", "print_json", "progress_stream"]

_STYLES = {"bold": "\x1b[1m", "dim": "\x1b[2m"}
_RESET = "\x1b[0m"


class _CleanStream(io.TextIOBase):
    """A text stream whose every text is cleaned on its way to another one.

    It has no `buffer`: nothing gets past it as bytes. Messages are redacted too; results are not, whose words
    may well be those of a short password.
    """

    def __init__(self, stream: TextIO, *, is_message: bool, keep: str = "") -> None:
        self._stream, self._is_message, self._keep = stream, is_message, keep
        self.secrets: set[str] = set()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream behind."""
        return self._stream.encoding or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What can't be encoded is escaped."""
        return "backslashreplace"

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Of the stream behind."""
        return self._stream.fileno()

    def flush(self) -> None:
        """Write out what the stream behind has kept."""
        self._stream.flush()

    def write(self, text: str) -> int:
        """Write a text without what a terminal would obey."""
        self._stream.write(self._encodable(self._clean(text)))
        return len(text)

    def write_styled(self, text: str, style: str) -> None:
        """Write a text in a style of ours, which is the one thing that a terminal is told."""
        if self.isatty():
            self._stream.write(f"{_STYLES[style]}{self._encodable(self._clean(text))}{_RESET}")
        else:
            self.write(text)

    def for_progress(self) -> "_CleanStream":
        """The same, for a bar that is drawn over itself again and again."""
        return _CleanStream(self._stream, is_message=self._is_message, keep="\r")

    def _clean(self, text: str) -> str:
        return replace_controls(redact(text, self.secrets) if self._is_message else text, keep=self._keep)

    def _encodable(self, text: str) -> str:
        return text.encode(self.encoding, self.errors).decode(self.encoding)


@contextmanager
def clean_output() -> Iterator[None]:
    """Standard output and error pass nothing on that a terminal would obey, while the block runs."""
    plain = sys.stdout, sys.stderr
    clean = _CleanStream(sys.stdout, is_message=False), _CleanStream(sys.stderr, is_message=True)
    sys.stdout, sys.stderr = clean
    try:
        yield
    except Exception:
        # A mistake of ours: its traceback, which may quote a document, is printed when the streams are back.
        sys.excepthook = _print_traceback
        raise
    finally:
        sys.stdout, sys.stderr = plain


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    stream = _CleanStream(sys.stderr, is_message=True)
    stream.write("".join(traceback.format_exception(kind, error, trace)))


def hide(secrets: Iterable[str]) -> None:
    """Let no message show these from now on."""
    if isinstance(sys.stderr, _CleanStream):
        sys.stderr.secrets |= set(secrets)


def echo_styled(text: str, style: str, *, err: bool = False, end: str = "\n") -> None:
    """Print a text "bold" or "dim" where that is a terminal."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, _CleanStream):
        stream.write_styled(text, style)
        stream.write(end)
    else:
        stream.write(text + end)
    stream.flush()


def one_line(text: object) -> str:
    """A message on one line, whatever names it holds."""
    return " ".join(str(text).splitlines())


def print_json(value: Any) -> None:
    """One JSON value on stdout; what a terminal would obey is escaped in it, so that the value is exact."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    sys.stdout.write(escape_controls(text) + "\n")
    sys.stdout.flush()


def progress_stream() -> Any:
    """Standard error for a progress bar, a text stream."""
    return sys.stderr.for_progress() if isinstance(sys.stderr, _CleanStream) else sys.stderr
