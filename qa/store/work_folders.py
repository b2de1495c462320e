"""Folders for the time of some work, which are cleared when the process that made them has died.

What is in them are copies of documents, which may be removed meanwhile. A lock on a file inside says that the
owner lives: the operating system drops it with the process, so that neither a number that is given to another
process nor a machine that shares the disk can be taken for the owner.
"""

import errno
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import lock_descriptor, unlock_descriptor

from qa.store.private_files import FILE_MODE

__all__ = ["WorkFolder", "clear_work_folders", "is_work_folder"]

_LOCK, _ELSEWHERE = "lock", "elsewhere"
# As `mkdtemp` ends its names: a name that a user thinks of is not taken for one of them.
_NAME = re.compile(r"\.(backup|qa-backup|qa-vectors|restore|salvage|upload|vectors)-[a-z0-9_]{8}")
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


class WorkFolder:
    """A new folder in `parent`, for its owner alone, removed when it is closed or its process has died.

    A disk that knows no locks keeps what a process leaves there that is killed.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        descriptor: int | None = None
        while descriptor is None:
            self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).absolute()
            try:
                # None: someone who clears what the dead have left was here before the lock.
                descriptor = _lock(self.path)
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    shutil.rmtree(self.path, ignore_errors=True)
                    raise
                descriptor = os.open(os.devnull, os.O_RDONLY)
        self._descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove it with all that is in it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            _unlock(descriptor)

    def note(self, other: "WorkFolder") -> None:
        """Let whoever clears this folder clear another one too, which lies where nobody would look."""
        (self.path / _ELSEWHERE).write_text(str(other.path), encoding="utf-8")


def is_work_folder(name: str) -> bool:
    """Whether a work folder is called so, or was a file of an older version that served as one."""
    return _NAME.fullmatch(name) is not None


def clear_work_folders(parent: Path) -> None:
    """Remove the work folders in a folder that no living process owns, and what they note.

    Those of other users stay. What can't be removed now is left for the next time.
    """
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if is_work_folder(entry.name):
                with suppress(OSError):
                    _clear(Path(entry.path))


def _is_own(path: Path) -> bool:
    status = path.lstat()
    is_link = stat.S_ISLNK(status.st_mode)
    return not is_link and (os.name != "posix" or status.st_uid == os.geteuid())


def _clear(path: Path) -> bool:
    """Remove it if its owner is dead; whether it is gone."""
    if not _is_own(path):
        return False
    descriptor = _lock(path)
    if descriptor is None:
        return not path.exists()
    try:
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif _clear_elsewhere(path / _ELSEWHERE):
            shutil.rmtree(path, ignore_errors=True)
    finally:
        _unlock(descriptor)
    return not path.exists()


def _clear_elsewhere(note: Path) -> bool:
    """Remove the folder that a note names; False if that has to wait, as where its disk is not there."""
    try:
        other = Path(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return True
    if not other.is_absolute() or not is_work_folder(other.name):
        return True
    return _clear(other) if other.exists() else other.parent.exists()


def _lock(path: Path) -> int | None:
    """The locked descriptor of a folder or a file; None if another holds it, or it is gone."""
    file = path / _LOCK if path.is_dir() else path
    try:
        flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | (os.O_CREAT if file != path else 0)
        descriptor = os.open(file, flags, FILE_MODE)
    except FileNotFoundError:
        return None
    try:
        is_locked = lock_descriptor(descriptor, blocking=False)
        if is_locked and os.path.samestat(os.fstat(descriptor), file.stat()):
            return descriptor
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    _unlock(descriptor)
    return None


def _unlock(descriptor: int) -> None:
    # By name, not by closing alone: a child that was forked meanwhile may hold a copy of the descriptor.
    with suppress(OSError):
        unlock_descriptor(descriptor)
    os.close(descriptor)
