"""Failures of SQLite, Chroma and the disk as errors of the store: one line, with the way out."""

import errno
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as ConnectionTimeoutError

from qa.errors import QAError, StoreBusyError, StoreError
from qa.text.redaction import redact

__all__ = [
    "DamageError",
    "ServerError",
    "VectorIndexError",
    "beyond_repair",
    "damaged_index_error",
    "disk_full_error",
    "has_room",
    "index_failure",
    "is_damage",
    "is_disk_full",
    "read_only_error",
    "server_failure",
    "translate_errors",
]

_MIN_FREE_BYTES = 200_000  # less than this is no room to write
_DAMAGED = "the store {path} is damaged: run `qa check --repair`, or restore a backup"
_CHROMA_MODULES = ("chromadb", "chromadb_rust_bindings")


class DamageError(Exception):
    """Something that is stored is not what was written; `translate_errors` makes a line of it."""


class VectorIndexError(StoreError):
    """Chroma can't read the files of its index, which a repair makes anew from the catalogue."""


def _is_chroma(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in _CHROMA_MODULES


def beyond_repair(path: Path) -> StoreError:
    """The refusal to go on with a catalogue of which too little can be read."""
    return StoreError(
        f"the store {path} is damaged, its catalogue.sqlite3 can't be read: restore a backup or add the "
        "documents into another with --store"
    )


def _said(error: BaseException) -> str:
    return f"{error} {getattr(error, 'orig', '')}".lower()


def is_disk_full(error: BaseException) -> bool:
    """Whether the system, SQLite or Chroma says that there is no room to write."""
    text = _said(error)
    is_number = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    return is_number or any(sign in text for sign in ("is full", "no space", "code: 13"))


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that its file is not what it wrote."""
    text = _said(error)
    return any(sign in text for sign in ("malformed", "not a database", "corrupt", "not decode to utf-8"))


def _is_catalogue_damaged(path: Path) -> bool:
    # Here, as that module needs this one.
    from qa.store.catalogue_file import connect
    from qa.store.checksums import damaged_documents, damaged_vectors

    engine = connect(path.resolve() / "catalogue.sqlite3", read_only=True)
    try:
        with engine.begin() as connection:
            integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalars().first()
            return bool(integrity != "ok" or damaged_documents(connection) or damaged_vectors(connection))
    except DBAPIError as error:
        return is_damage(error)
    finally:
        engine.dispose()


def _describe(error: BaseException, path: Path) -> str:
    return _describe_cause(error, path) or (f"the store {path} failed ({_first_line(error)}): run `qa check`")


def _describe_cause(error: BaseException, path: Path) -> str | None:
    """The failure where its cause is known."""
    text = _said(error)
    number = getattr(error, "errno", None)
    if is_disk_full(error):
        return str(disk_full_error(path))
    if number in (errno.EROFS, errno.EACCES, errno.EPERM) or "readonly" in text or "read-only" in text:
        return str(read_only_error(path))
    if "locked" in text or "busy" in text:
        return f"the store {path} is busy: try again in a moment"
    if is_damage(error):
        return _DAMAGED.format(path=path)
    if not has_room(path):  # Chroma does not always say why it could not write
        return str(disk_full_error(path))
    return None


def _first_line(error: BaseException) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def index_failure(error: BaseException, path: Path) -> StoreError:
    """What Chroma threw over the files of a store: a full or read-only disk, or it can't read them."""
    cause = None if is_damage(error) else _describe_cause(error, path)
    return StoreError(cause) if cause else damaged_index_error(path, _first_line(error))


def damaged_index_error(path: Path, reason: str) -> VectorIndexError:
    """The refusal to go on with Chroma's files of a store, and how they are made anew."""
    return VectorIndexError(
        f"the vectors of the store {path} are damaged ({reason}): "
        "run `qa check --repair`, which makes them anew"
    )


def disk_full_error(path: Path) -> StoreError:
    """The refusal to write where there is no room; what is there can be read."""
    return StoreError(
        f"the disk of the store {path} is full: free some space and run the command again "
        "(`qa remove` and `qa compact` free some, and all can be read)"
    )


def has_room(folder: Path, size: int = _MIN_FREE_BYTES) -> bool:
    """Whether so many bytes are free on the disk of a folder; also where that can't be told."""
    try:
        return shutil.disk_usage(folder).free >= size
    except OSError:
        return True


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn failures of SQLite, Chroma and the disk into `StoreError`s that name the store."""
    try:
        yield
    except QAError:
        raise
    except DamageError as error:
        raise StoreError(
            f"the store {path} is damaged, {error} is not what was added: run `qa check --repair`"
        ) from error
    except ConnectionTimeoutError as error:
        raise StoreBusyError(f"the store {path} is busy: try again in a moment") from error
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise StoreError(_describe(error, path)) from error
    # Chroma's errors share no base class that its Rust part keeps to, so they are told by their module.
    except Exception as error:
        if _is_chroma(error):
            raise StoreError(_describe(error, path)) from error
        # Values of a damaged catalogue may be of any type and fail anywhere; with a sound one it is a bug.
        if _is_catalogue_damaged(path):
            raise StoreError(_DAMAGED.format(path=path)) from error
        raise


def read_only_error(path: Path) -> StoreError:
    """The refusal to write."""
    return StoreError(f"the store {path} is read-only: make it writable, or name another with --store")


class ServerError(StoreError):
    """The Chroma server does not do its part; a repair of the store would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """An exception and its causes: the names of their types, an HTTP status, the message."""

    names: frozenset[str]
    status: int | None
    text: str

    @classmethod
    def of(cls, error: BaseException, secrets: Collection[str]) -> "_Failure":
        chain: list[BaseException] = []
        cause: BaseException | None = error
        while cause is not None and cause not in chain:
            chain.append(cause)
            cause = cause.__cause__ or cause.__context__
        responses = (getattr(cause, "response", None) for cause in chain)
        status = next((response.status_code for response in responses if response is not None), None)
        lines = redact(str(error), secrets).strip().splitlines()
        return cls(
            names=frozenset(type(cause).__name__ for cause in chain),
            status=status,
            text=lines[0][:200] if lines else type(chain[-1]).__name__,
        )


def server_failure(
    error: Exception,
    address: str,
    *,
    tenant: str,
    database: str,
    has_key: bool,
    timeout_s: float,
    secrets: Collection[str],
) -> StoreError:
    """What went wrong in a call to a Chroma server, without the secrets that it may have sent back.

    A `ServerError` if it could not be reached or would not do it, else a `StoreError`: it has no collection
    for this store (any more).
    """
    failure = _Failure.of(error, secrets)
    if "NotFoundError" in failure.names and failure.text.startswith("Collection"):
        return StoreError(
            f"the store has lost its vectors on the Chroma server {address}: run `qa check --repair`"
        )
    reason = _describe_refusal(failure, tenant, database, has_key=has_key)
    return ServerError(f"the Chroma server {address} {reason or _describe_outage(failure, timeout_s)}")


def _describe_refusal(failure: _Failure, tenant: str, database: str, *, has_key: bool) -> str | None:
    """What a server means that answers and does not do what it is asked; None if it is something else."""
    text = failure.text.lower()
    if "NotFoundError" in failure.names and "tenant" in text:
        return f"has no tenant {tenant!r}: check chroma_tenant, or make it there"
    if "database" in text and ("not found" in text or "does not exist" in text):
        return (
            f"has no database {database!r} of the tenant {tenant!r}: check chroma_database, or make it there"
        )
    if failure.status in (401, 403) or failure.names & {"AuthorizationError", "ChromaAuthError"}:
        wrong = "chroma_api_key, chroma_tenant and chroma_database" if has_key else "chroma_api_key"
        return f"does not let you in ({failure.text}): {'check' if has_key else 'set'} {wrong}"
    if failure.status == 429 or failure.names & {"RateLimitError", "QuotaError"} or "quota" in text:
        return f"is at its limit ({failure.text}): try again later, or have the limit raised"
    if failure.status in (404, 405, 410, 501) or "JSONDecodeError" in failure.names:
        return "is none, or an old one: check chroma_url, and that the server's version is 1.0 or newer"
    return None


def _describe_outage(failure: _Failure, timeout_s: float) -> str:
    """What became of a request that got no answer, or none that makes sense."""
    if failure.names & {"ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"}:
        return f"did not answer within {timeout_s:g} s: try again in a moment"
    if "ConnectError" in failure.names:
        if "SSL" in failure.text:
            return f"can't be reached ({failure.text}): check whether chroma_url is to be http or https"
        return f"can't be reached ({failure.text}): check chroma_url and that the server runs"
    if failure.names & {"RemoteProtocolError", "ReadError", "WriteError", "CloseError"}:
        return f"broke off ({failure.text}): check that it runs, and try again"
    status = "" if failure.status is None else f"HTTP {failure.status}: "
    return f"failed ({status}{failure.text}): see its log, and try again"
