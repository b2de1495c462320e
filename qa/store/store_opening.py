"""Opening a store: it is made, brought up to date and mended as far as that is needed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qa.errors import QAError, StoreError, path_fault
from qa.store import catalogue_file, catalogue_meta, version_states
from qa.store.lock import AdvisoryLock, ReadersWriterLock, StoreLock
from qa.store.private_files import make_private_folder
from qa.store.store_connection import StoreConnection, StoreFiles
from qa.store.store_errors import VectorIndexError, beyond_repair, is_damage, translate_errors
from qa.store.vector_index import VectorIndex
from qa.store.work_folders import clear_work_folders

if TYPE_CHECKING:
    from qa.store.catalogue_server import DatabaseAddress
    from qa.store.chroma_server import ServerAddress

__all__ = ["open_connection"]


def open_connection(
    path: Path,
    *,
    lock_timeout_s: float,
    server: "ServerAddress | None",
    database: "DatabaseAddress | None" = None,
) -> StoreConnection:
    """Open or create the store in the folder `path`; see `Store.open`.

    What a crash left half done is finished or undone, and the copies that it left are removed. A folder that
    can't be written is opened for reading.

    Raises:
        StoreError: The folder can't be used, or a newer version made it.
    """
    if fault := path_fault(str(path)):
        raise StoreError(f"the store can't be opened, {fault}")
    if path.exists() and not path.is_dir():
        raise StoreError(f"the store {path} is a file: name a folder with --store")
    with _translate_opening(path):
        make_private_folder(path)
        files = StoreFiles.locate(path)
        location = server.url if server else "embedded"
        lock: ReadersWriterLock[Any]
        if database is None:
            lock = StoreLock(files.lock, lock_timeout_s, read_only=files.read_only)
            engine = _open_catalogue(files, lock, location)
        else:
            from qa.store import catalogue_server

            # Others may read what the database holds: the address without its secrets.
            location = _require_vectors_elsewhere(files, server)
            engine = catalogue_server.connect(database, timeout_s=lock_timeout_s)
            lock = AdvisoryLock(engine, lock_timeout_s)
            catalogue_server.prepare(engine, lock, database, vectors_at=location)
            if catalogue_server.is_read_only(engine):
                files = replace(files, read_only=True)
        vectors = _open_vectors(files, lock, engine, server, location)
        store = StoreConnection(files, engine=engine, lock=lock, vectors=vectors)
        if not files.read_only:
            for folder in (files.folder, files.uploads):
                clear_work_folders(folder)
            _recover(store)
            if database is None:
                files.keep_reserve()
        clear_work_folders(Path(tempfile.gettempdir()))
    return store


def _require_vectors_elsewhere(files: StoreFiles, server: "ServerAddress | None") -> str:
    """Where the vectors are that go with a catalogue on a server.

    Raises:
        StoreError: In files, which another host would not see; or the folder has documents of its own.
    """
    if server is None:
        raise StoreError(
            "the catalogue is on a PostgreSQL server and the vectors are not: set chroma_url too"
        )
    if files.catalogue.exists():
        raise StoreError(
            f"the store {files.path} has a catalogue of its own beside the one of database_url: name another "
            "folder with --store, or leave database_url out"
        )
    return str(server)


def _open_catalogue(files: StoreFiles, lock: ReadersWriterLock[Any], vectors_at: str) -> sa.Engine:
    """The catalogue in today's format; a new one, with its vectors at this place, where there is none."""
    if not files.catalogue.exists():
        if files.read_only:
            raise StoreError(f"the store {files.path} is read-only and empty: name another with --store")
        with lock.hold():
            if not files.catalogue.exists():
                if files.vectors.exists():
                    raise StoreError(
                        f"the store {files.path} has lost its catalogue.sqlite3: restore a backup or add the "
                        f"documents into another with --store, or remove {files.vectors} to begin anew"
                    )
                catalogue_file.create(files.catalogue, vectors_at=vectors_at)
    engine = catalogue_file.connect(files.catalogue, read_only=files.read_only)
    if catalogue_file.schema_version(engine, files.path) < catalogue_file.SCHEMA_VERSION:
        if files.read_only:
            raise StoreError(
                f"the store {files.path} was made by an older Briefing Desk and is read-only: make it "
                "writable once, so that it can be brought up to date"
            )
        with lock.hold():
            if catalogue_file.schema_version(engine, files.path) < catalogue_file.SCHEMA_VERSION:
                catalogue_file.migrate(engine)
    return engine


def _open_vectors(
    files: StoreFiles,
    lock: ReadersWriterLock[Any],
    engine: sa.Engine,
    server: "ServerAddress | None",
    location: str,
) -> VectorIndex:
    """The vectors where the settings want them; they are rebuilt there if they were elsewhere before."""
    with engine.begin() as connection:
        values = catalogue_meta.meta_values(connection)
    vectors = VectorIndex(
        files.vectors,
        read_only=files.read_only,
        server=server,
        collection=f"briefing-desk-{values['store_id']}",
    )
    previous = values.get("vectors_at", location)
    if previous == location and ("vectors_at" in values or files.read_only):
        return vectors
    if files.read_only:
        raise StoreError(
            f"the vectors of the store {files.path} are at {previous}, not at {location}, and it is "
            "read-only: set chroma_url as it was"
        )
    with lock.hold(), engine.begin() as connection:
        catalogue_meta.set_meta_value(connection, "vectors_at", location)
        if previous != location:
            # They were written elsewhere the last time: what is here, if anything, is of another day.
            catalogue_meta.set_meta_value(connection, catalogue_meta.REBUILD_VECTORS, "1")
    return vectors


def _recover(store: StoreConnection) -> None:
    """Undo or finish what a crash left: any version that is neither ready nor past while nobody writes.

    Where that can't be done now, the next write does it: what is not ready is never shown. The vectors of
    a store that was brought up to date are copied to the catalogue, those of a restored one to Chroma.
    """
    try:
        with store.engine.begin() as connection:
            flags = catalogue_meta.pending_flags(connection)
            if not flags and not version_states.unfinished_versions(connection):
                return
    except DBAPIError as error:
        if not is_damage(error):
            raise
        return  # a repair has to be able to open it; all else says so when it reads what is damaged
    # Seldom needed, and slow to import.
    from qa.store import consistency

    # A rebuild has to be done before anything is searched, so it waits for its turn.
    is_needed = catalogue_meta.REBUILD_VECTORS in flags
    with _failing_if(is_needed, store.files.path), store.lock.hold(timeout_s=None if is_needed else 0.0):
        if catalogue_meta.COPY_VECTORS in flags:
            consistency.copy_vectors(store.engine, store.vectors)
        with store.engine.begin() as connection:
            flags = catalogue_meta.pending_flags(connection)
        if catalogue_meta.REBUILD_VECTORS in flags:
            consistency.rebuild_vectors(store.engine, store.vectors)
        _complete_versions(store)


def _complete_versions(store: StoreConnection) -> None:
    """As the store does, with vectors made anew where a crash tore Chroma's own files."""
    try:
        store.complete_versions()
    except VectorIndexError:
        if not store.vectors.in_files:
            raise
        with store.engine.begin() as connection:
            # Remembered first: with no vectors and no flag, a second crash would go unnoticed.
            catalogue_meta.set_meta_value(connection, catalogue_meta.REBUILD_VECTORS, "1")
        from qa.store import consistency

        consistency.rebuild_vectors(store.engine, store.vectors)
        store.complete_versions()


@contextmanager
def _translate_opening(path: Path) -> Iterator[None]:
    """As `translate_errors`; of a catalogue that can't be opened, nothing can be repaired."""
    try:
        with translate_errors(path):
            yield
    except StoreError as error:
        if error.__cause__ is None or not is_damage(error.__cause__):
            raise
        raise beyond_repair(path) from error


@contextmanager
def _failing_if(is_needed: bool, path: Path) -> Iterator[None]:
    """Errors count only where what is done is needed now."""
    with translate_errors(path) if is_needed else suppress(QAError), translate_errors(path):
        yield
