"""What goes wrong below the store, said in one line with the way out."""

import errno
import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from qa.errors import QAError, StoreError

__all__ = ["ServerError", "explained", "server_failure"]

_ROOM = 200_000  # bytes: less than this is no room to write
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
        return _full(path)
    if number in (errno.EROFS, errno.EACCES, errno.EPERM) or "readonly" in text or "read-only" in text:
        return f"the store {path} is read-only: make it writable, or name another with --store"
    if "locked" in text or "busy" in text:
        return f"the store {path} is busy: try again in a moment"
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return f"the store {path} is damaged: run `qa check --repair`, or restore a copy"
    if _free_bytes(path) < _ROOM:  # Chroma does not always say why it could not write
        return _full(path)
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"the store {path} failed ({reason[0] if reason else type(error).__name__}): run `qa check`"


def _full(path: Path) -> str:
    return f"the disk of the store {path} is full: free some space and run the command again"


def _free_bytes(path: Path) -> float:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return math.inf


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


class ServerError(StoreError):
    """The Chroma server does not do its part; a repair of the store would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """What is told of an exception and those behind it: the types' names, an HTTP status, the words."""

    names: frozenset[str]
    status: int | None
    text: str

    @classmethod
    def of(cls, error: BaseException) -> "_Failure":
        chain: list[BaseException] = []
        behind: BaseException | None = error
        while behind is not None and behind not in chain:
            chain.append(behind)
            behind = behind.__cause__ or behind.__context__
        answers = (getattr(one, "response", None) for one in chain)
        status = next((one.status_code for one in answers if one is not None), None)
        lines = str(error).strip().splitlines()
        return cls(
            names=frozenset(type(one).__name__ for one in chain),
            status=status,
            text=lines[0][:200] if lines else type(chain[-1]).__name__,
        )


def server_failure(
    error: Exception, address: str, *, tenant: str, database: str, has_key: bool, timeout_s: float
) -> StoreError:
    """What went wrong in a call to a Chroma server.

    A `ServerError` if it could not be reached or would not do it, else a `StoreError`: it has no collection
    for this store (any more).
    """
    found = _Failure.of(error)
    if "NotFoundError" in found.names and found.text.startswith("Collection"):
        return StoreError(
            f"the store has lost its vectors on the Chroma server {address}: run `qa check --repair`"
        )
    said = _refused(found, tenant, database, has_key=has_key) or _unreached(found, timeout_s)
    return ServerError(f"the Chroma server {address} {said}")


def _refused(found: _Failure, tenant: str, database: str, *, has_key: bool) -> str | None:
    """What a server means that answers and does not do what it is asked; None if it is something else."""
    text = found.text.lower()
    if "NotFoundError" in found.names and "tenant" in text:
        return f"has no tenant {tenant!r}: check chroma_tenant, or make it there"
    if "database" in text and ("not found" in text or "does not exist" in text):
        return (
            f"has no database {database!r} of the tenant {tenant!r}: check chroma_database, or make it there"
        )
    if found.status in (401, 403) or found.names & {"AuthorizationError", "ChromaAuthError"}:
        wrong = "chroma_api_key, chroma_tenant and chroma_database" if has_key else "chroma_api_key"
        return f"does not let you in ({found.text}): {'check' if has_key else 'set'} {wrong}"
    if found.status == 429 or found.names & {"RateLimitError", "QuotaError"} or "quota" in text:
        return f"is at its limit ({found.text}): try again later, or have the limit raised"
    if found.status in (404, 405, 410, 501) or "JSONDecodeError" in found.names:
        return "is none, or an old one: check chroma_url, and that the server's version is 1.0 or newer"
    return None


def _unreached(found: _Failure, timeout_s: float) -> str:
    """What became of a request that got no answer, or none that makes sense."""
    if found.names & {"ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"}:
        return f"did not answer within {timeout_s:g} s: try again in a moment"
    if "ConnectError" in found.names:
        if "SSL" in found.text:
            return f"can't be reached ({found.text}): check whether chroma_url is to be http or https"
        return f"can't be reached ({found.text}): check chroma_url and that the server runs"
    if found.names & {"RemoteProtocolError", "ReadError", "WriteError", "CloseError"}:
        return f"broke off ({found.text}): check that it runs, and try again"
    status = "" if found.status is None else f"HTTP {found.status}: "
    return f"failed ({status}{found.text}): see its log, and try again"
