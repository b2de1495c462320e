"""Characters that make a terminal do things, or can't be seen, in texts that come from anywhere."""

import logging
import re
import traceback
from collections.abc import Collection

from qa.text.redaction import redact

__all__ = ["CleanLogFilter", "escape_controls", "remove_hidden", "replace_controls"]

# C0 without tab and newline, DEL and C1: escape sequences begin with one of them. Then what turns the
# direction of what follows, and halves of characters, as which undecodable bytes of a file's name come.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
# What no reader sees, and what changes the order of what one does: the soft hyphen, characters without width,
# marks and overrides of the direction, tags and selectors, in which whole sentences can be hidden.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
    # Joiners belong between letters of some scripts, and nowhere else.
    "|(?<![^\\W\\d_\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\W\\d_\x00-\x7f])"
)


def replace_controls(text: str, *, keep: str = "") -> str:
    """The text with a replacement character for each that a terminal would obey or could not show.

    Tabs and newlines stay, and the characters of `keep`. What is left of an escape sequence is plain text.
    """
    plain = text.replace("\r\n", "\n")
    if not keep:
        return _CONTROL.sub(_SUBSTITUTE, plain)
    return _CONTROL.sub(lambda match: match[0] if match[0] in keep else _SUBSTITUTE, plain)


def escape_controls(json_text: str) -> str:
    """JSON with escapes for these characters: the same values, and nothing that a terminal would obey."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)


def remove_hidden(text: str) -> str:
    """The text as a reader sees it: without characters that can't be seen; lines and tabs stay."""
    return _HIDDEN.sub("", text)


class CleanLogFilter(logging.Filter):
    """Lets every record pass, without what a terminal would obey and without secrets, also in tracebacks."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place."""
        record.msg, record.args = self._clean(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        return True

    def _clean(self, text: str) -> str:
        return replace_controls(redact(text, self._secrets))
