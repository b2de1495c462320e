"""What goes wrong below the store, said in one line with the way out."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from qa.errors import QAError, StoreError

__all__ = ["explained"]

_CHROMA_MODULES = ("chromadb", "chromadb_rust_bindings")


def _is_chroma(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in _CHROMA_MODULES


def _explain(error: BaseException, path: Path) -> str:
    text = f"{error} {getattr(error, 'orig', '')}".lower()
    number = getattr(error, "errno", None)
    if (
        number in (errno.ENOSPC, errno.EDQUOT)
        or "is full" in text
        or "no space" in text
        or "code: 13" in text
    ):
        return f"the disk of the store {path} is full: free some space and run the command again"
    if number in (errno.EROFS, errno.EACCES, errno.EPERM) or "readonly" in text or "read-only" in text:
        return f"the store {path} is read-only: make it writable, or name another with --store"
    if "locked" in text or "busy" in text:
        return f"the store {path} is busy: try again in a moment"
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return f"the store {path} is damaged: run `qa check --repair`, or restore a copy"
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"the store {path} failed ({reason[0] if reason else type(error).__name__}): run `qa check`"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn failures of SQLite, Chroma and the disk into `StoreError`s that name the store."""
    try:
        yield
    except QAError:
        raise
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise StoreError(_explain(error, path)) from error
    # Chroma's errors share no base class that its Rust part keeps to, so they are told by their home.
    except Exception as error:
        if not _is_chroma(error):
            raise
        raise StoreError(_explain(error, path)) from error
