"""Files and folders that nobody but their owner can read."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

__all__ = [
    "FILE_MODE",
    "FOLDER_MODE",
    "find_readable_by_others",
    "make_private",
    "make_private_folder",
    "open_private",
    "seal_folder",
    "walk_folder",
]

FOLDER_MODE, FILE_MODE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(path: Path) -> None:
    """Make a folder for its owner alone; one that is there stays as it is."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def open_private(path: str, flags: int) -> int:
    """The `opener` for a file that is made for its owner alone; one that is there keeps its mode."""
    return os.open(path, flags, FILE_MODE)


def walk_folder(folder: Path) -> Iterator[Path]:
    """A file, or a folder and all that is in it; no link is followed."""
    yield folder
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from walk_folder(Path(entry.path))
            else:
                yield Path(entry.path)


def find_readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Those of the files and folders that others than their owner may use in any way.

    Links have no rights of their own. Where a system knows no such rights, as Windows, there are none.
    """
    return [path for path in paths if _open_mode(path)] if os.name == "posix" else []


def make_private(paths: Iterable[Path]) -> None:
    """Take all rights from others than the owner; what belongs to another user stays as it is."""
    for path in find_readable_by_others(paths):
        with suppress(OSError):
            path.chmod(_open_mode(path) & ~_OTHERS)


def seal_folder(folder: Path) -> None:
    """Make all in a folder private if the folder itself is, whatever a library has made there.

    One that others may read was made by an older version, or its owner has opened it: that is for a check to
    say and for a repair to change.
    """
    if os.name != "posix":
        return
    with suppress(FileNotFoundError, NotADirectoryError):
        if not folder.stat().st_mode & _OTHERS:
            _seal(str(folder))


def _seal(folder: str) -> None:
    # After every call of a library: `walk_folder` takes several times as long.
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            if mode & _OTHERS and not stat.S_ISLNK(mode):
                with suppress(OSError):
                    os.chmod(entry.path, stat.S_IMODE(mode) & ~_OTHERS)  # noqa: PTH101
            if stat.S_ISDIR(mode):
                _seal(entry.path)


def _open_mode(path: Path) -> int:
    """The mode of what others may use, else 0."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return 0
    return stat.S_IMODE(mode) if mode & _OTHERS and not stat.S_ISLNK(mode) else 0
