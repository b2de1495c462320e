"""Errors that a user can act on.

    QAError
    ├── ConfigError        a setting, flag or environment variable is wrong
    ├── QuestionError      the question can't be asked as it is
    ├── LoadError          one document can't be read (reported a document at a time)
    │   └── SourceNotFound     nothing is there to be read
    ├── DocumentNotFound   no such document in the store
    ├── ConversationNotFound   no such conversation in the store
    ├── NoteNotFound       no such note in the store
    ├── ModelError         weights, a chat model's package, key or server
    ├── EvaluationError    questions, a run's directory, or two runs that can't be compared
    └── StoreError         the store can't be opened, read or written
        ├── StaleIndexError    built with another embedding model
        └── StoreBusyError     another process held the lock for too long (trying again helps)

Each message is one line: what is wrong, which thing, and the way out. Only the command line and the
app's turn catch `QAError`; anything else is a bug and is left to crash.
"""

from typing import Literal

__all__ = [
    "ConfigError",
    "ConversationNotFound",
    "DocumentNotFound",
    "EvaluationError",
    "LoadError",
    "ModelError",
    "NoteNotFound",
    "QAError",
    "QuestionError",
    "SourceNotFound",
    "StaleIndexError",
    "StoreBusyError",
    "StoreError",
    "mark_request",
    "path_fault",
    "with_request",
]

_REQUEST = "request "

# What the usual file systems take at most of a name in a folder, and of a path.
_MAX_NAME_BYTES, _MAX_PATH_BYTES = 255, 4_000


class QAError(Exception):
    """Base of every error that is shown to a user as one line."""


class ConfigError(QAError):
    """A setting has a wrong name or value."""


class QuestionError(QAError):
    """A question is empty or too long."""


class LoadError(QAError):
    """A document can't be read; the message is the reason, without the document's name.

    `code` is what a program may tell the reason by.
    """

    code: Literal["unreadable", "not_found"] = "unreadable"


class SourceNotFound(LoadError):
    """There is no such file or folder."""

    code = "not_found"


class DocumentNotFound(QAError):
    """No document of the store has this id, title or source."""


class ConversationNotFound(QAError):
    """There is no conversation under this id, or it is another user's."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"there is no conversation {conversation_id!r}: it was deleted, or is of another desk or person"
        )


class NoteNotFound(QAError):
    """There is no note under this id, or it is another user's; or the note has no such item."""


class ModelError(QAError):
    """A model can't be loaded or reached."""


class EvaluationError(QAError):
    """An evaluation can't be run, resumed, read or compared.

    `problems` has a line for each thing that is wrong, where there are several.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class StoreError(QAError):
    """The store can't be opened, read or written."""


class StaleIndexError(StoreError):
    """The vectors were made by another embedding model than the one in force."""


class StoreBusyError(StoreError):
    """Another process kept the store locked for longer than `lock_timeout_s`; try again."""


def mark_request(error: BaseException, request_id: str) -> None:
    """Note on an error which question it belongs to; a traceback shows the note."""
    error.add_note(_REQUEST + request_id)


def with_request(message: str, error: BaseException) -> str:
    """The message and, where the error belongs to a question, the id by which the log tells of it."""
    notes = [note for note in getattr(error, "__notes__", ()) if note.startswith(_REQUEST)]
    return f"{message} ({notes[0]})" if notes else message


def path_fault(name: str) -> str | None:
    """Why nothing can be at a path of this name, with the way out; None if there may be something.

    `Path("")` is the working folder, and no one means that who names nothing.
    """
    if not name.strip():
        return "the name is empty: name a file or folder (the working folder is .)"
    if "\0" in name:
        return "the name holds a NUL character, which no file's name does: check it"
    lengths = [len(part.encode(errors="replace")) for part in (name, *name.split("/"))]
    if lengths[0] > _MAX_PATH_BYTES or max(lengths[1:]) > _MAX_NAME_BYTES:
        return f"the name is too long for a file ({name[:40]}…, {len(name):,} characters): check it"
    return None
