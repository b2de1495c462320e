"""Opening a store, and what all its parts share: the catalogue, the vectors, the lock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from qa.errors import QAError, StaleIndexError, StoreError
from qa.store import candidates, health, tables, writing
from qa.store.chroma_server import ServerAddress
from qa.store.faults import explained
from qa.store.lock import StoreLock
from qa.store.vectors import VectorIndex

__all__ = ["StoreBase", "now", "read_only_error"]

_CATALOGUE, _LOCK, _VECTORS = "catalogue.sqlite3", "store.lock", "vectors"
_COPIED = 5000  # vectors at a time


class StoreBase:
    """One folder with a catalogue, vectors and a lock; safe for threads and processes.

    What a crash left half done is finished or undone when the store is opened. A folder that can't be
    written is opened for reading.
    """

    _vectors: VectorIndex

    def __init__(self, path: Path, *, lock_timeout_s: float) -> None:
        """Open the store in the folder `path`; use `Store.open`, which creates it."""
        self.path = path
        self.folder = path.resolve()  # the working directory may change
        self.read_only = not os.access(self.folder, os.W_OK)
        self._catalogue = self.folder / _CATALOGUE
        self._lock = StoreLock(self.folder / _LOCK, lock_timeout_s, read_only=self.read_only)
        self._engine = tables.connect(self._catalogue, read_only=self.read_only)
        self._model: tuple[str, int] | None = None

    @classmethod
    def open(cls, path: Path, *, lock_timeout_s: float = 60.0, server: ServerAddress | None = None) -> Self:
        """Open or create a store; one of an older version is brought up to date.

        With a `server` the vectors are there, in a collection of the store's own; else in the folder.

        Raises:
            StoreError: The folder can't be used, or a newer version made it.
        """
        if path.exists() and not path.is_dir():
            raise StoreError(f"the store {path} is a file: name a folder with --store")
        with explained(path):
            path.mkdir(parents=True, exist_ok=True)
            store = cls(path, lock_timeout_s=lock_timeout_s)
            if not store._catalogue.exists():
                store._create()
            if tables.known_version(store._engine, path) < tables.SCHEMA_VERSION:
                store._migrate()
            store._open_vectors(server)
            if not store.read_only:
                store._recover()
        return store

    def _open_vectors(self, server: ServerAddress | None) -> None:
        where = server.url if server else "embedded"
        with self._engine.begin() as connection:
            known = tables.values(connection)
        self._vectors = VectorIndex(
            self.folder / _VECTORS,
            read_only=self.read_only,
            server=server,
            collection=f"briefing-desk-{known['store_id']}",
        )
        before = known.get("vectors_at", where)
        if before == where and "vectors_at" in known:
            return
        if self.read_only:
            if before == where:
                return
            raise StoreError(
                f"the vectors of the store {self.path} are at {before}, not at {where}, and it is read-only: "
                "set chroma_url as it was"
            )
        with self._lock.held(), self._engine.begin() as connection:
            tables.set_value(connection, "vectors_at", where)
            if before != where:
                # They were written elsewhere the last time: what is here, if anything, is of another day.
                tables.set_value(connection, health.TO_REBUILD, "1")

    def _create(self) -> None:
        if self.read_only:
            raise StoreError(f"the store {self.path} is read-only and empty: name another with --store")
        with self._lock.held():
            if not self._catalogue.exists():
                tables.create(self._catalogue)

    def _migrate(self) -> None:
        if self.read_only:
            raise StoreError(
                f"the store {self.path} was made by an older Briefing Desk and is read-only: make it "
                "writable once, so that it can be brought up to date"
            )
        with self._lock.held():
            if tables.known_version(self._engine, self.path) < tables.SCHEMA_VERSION:
                tables.migrate(self._engine)

    def close(self) -> None:
        """Let go of all files."""
        if self._vectors.is_open:
            with self._lock.held():
                self._vectors.close()
        self._engine.dispose()

    def counts(self) -> tuple[int, int]:
        """How many documents and chunks are ready."""
        query = sa.text(
            "SELECT (SELECT count(*) FROM documents WHERE state = 'ready'), (SELECT count(*) FROM chunks) - "
            "(SELECT count(*) FROM chunks WHERE document_key IN "
            "(SELECT key FROM documents WHERE state != 'ready'))"
        )
        with self._reading() as connection:
            row = connection.execute(query).one()
            return int(row[0]), int(row[1])

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """One state of the catalogue."""
        with explained(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _vectors_of(self, connection: sa.Connection) -> Iterator[None]:
        """The vectors as they are in what the connection sees; under the lock."""
        try:
            self._vectors.refresh(writing.generation(connection))
            yield
        except BaseException:
            self._vectors.distrust()
            raise

    def _require_model(self, connection: sa.Connection) -> bool:
        """Whether a model is noted; refuses another one than that of `bind_model`."""
        found = health.stored_model(connection)
        if found is not None and self._model is not None and found != self._model:
            raise StaleIndexError(
                f"the store {self.path} was indexed with the embedding model {found[0]} ({found[1]} "
                f"dimensions), not {self._model[0]} ({self._model[1]}): set embedding_model back, or run "
                "`qa check --repair` to index it anew"
            )
        return found is not None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self.read_only:
            raise read_only_error(self.path)
        with explained(self.path), self._lock.held():
            try:
                yield
            # Whatever went wrong: what is half done is undone now if possible, else at the next open.
            except BaseException:
                self._vectors.distrust()
                with suppress(Exception):  # the first error is the one to report
                    self._sweep()
                raise

    @contextmanager
    def _noting(self) -> Iterator[sa.Connection]:
        """A write that changes nothing that can be searched."""
        if self.read_only:
            raise read_only_error(self.path)
        with explained(self.path), self._lock.held(), self._engine.begin() as connection:
            yield connection

    def _advance(self, connection: sa.Connection) -> None:
        """Move the generation on, with the vectors open in the state before."""
        self._vectors.refresh(writing.generation(connection))
        self._vectors.written(writing.bump_generation(connection))

    def _sweep(self) -> None:
        """Make past or delete every version that is to be. The lock is held, so nobody is working on one."""
        with self._engine.begin() as connection:
            left = writing.unfinished(connection)
            if not left:
                return
            self._advance(connection)
        self._vectors.delete(left.chunks)
        with self._engine.begin() as connection:
            writing.archive(connection, left.ended)
            writing.drop(connection, left.doomed)

    def _recover(self) -> None:
        """Undo or finish what a crash left: any version that is neither ready nor past while nobody writes.

        Where that can't be done now, the next write does it: what is not ready is never shown. The vectors of
        a store that was brought up to date are copied to the catalogue, those of a restored one to Chroma.
        """
        with self._engine.begin() as connection:
            flags = health.flags(connection)
            if not flags and not writing.unfinished(connection):
                return
        # A rebuild has to be done before anything is searched, so it waits for its turn.
        wait = None if health.TO_REBUILD in flags else 0.0
        with self._may_wait(health.TO_REBUILD in flags), self._lock.held(timeout_s=wait):
            if health.TO_COPY in flags:
                self._copy_vectors()
            with self._engine.begin() as connection:
                flags = health.flags(connection)
            if health.TO_REBUILD in flags:
                self._rebuild_vectors()
            self._sweep()

    @contextmanager
    def _may_wait(self, needed: bool) -> Iterator[None]:
        """Errors count only where what is done is needed now."""
        with explained(self.path) if needed else suppress(QAError), explained(self.path):
            yield

    def _copy_vectors(self) -> None:
        """From Chroma to the catalogue, where an older version kept none."""
        with self._engine.begin() as connection:
            missing = health.without_vector(connection)
            self._vectors.refresh(writing.generation(connection))
            for at in range(0, len(missing), _COPIED):
                keys, made = self._vectors.get(missing[at : at + _COPIED])
                writing.put_vectors(connection, keys, made)
            health.clear_flag(connection, health.TO_COPY)

    def _rebuild_vectors(self) -> None:
        """All of Chroma's vectors anew from the catalogue."""
        with self._engine.begin() as connection:
            generation = writing.bump_generation(connection)
        self._vectors.clear(generation)
        with self._engine.connect() as connection:
            for keys, made, owners in candidates.stored_vectors(connection, _COPIED):
                self._vectors.put(keys, made, owners)
        with self._engine.begin() as connection:
            health.clear_flag(connection, health.TO_REBUILD)


def read_only_error(path: Path) -> StoreError:
    """The refusal to write."""
    return StoreError(f"the store {path} is read-only: make it writable, or name another with --store")


def now() -> str:
    """This second as the catalogue writes it: ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
