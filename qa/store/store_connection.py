"""An opened store, as its parts share it: where it lies, its catalogue, its vectors, its lock."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from qa.errors import StoreError
from qa.store import catalogue_file, catalogue_meta, version_states
from qa.store.checksums import DocumentProofs
from qa.store.dialect import is_postgresql
from qa.store.lock import ReadersWriterLock
from qa.store.private_files import walk_folder
from qa.store.store_errors import disk_full_error, has_room, read_only_error, translate_errors
from qa.store.vector_files import graph_note
from qa.store.vector_index import VectorIndex
from qa.store.work_folders import is_work_folder

__all__ = ["StoreConnection", "StoreFiles"]

# What removing and compacting take on a full disk, put by while there is room.
_RESERVE_BYTES = 2_000_000
_Chosen = TypeVar("_Chosen")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFiles:
    """Where a store lies.

    Attributes:
        path: As the user named it, for messages.
        folder: The same place, wherever the working directory moves.
        read_only: The folder can't be written.
        is_full: It can't, since the disk is full.
    """

    path: Path
    folder: Path
    read_only: bool
    is_full: bool = False

    @classmethod
    def locate(cls, path: Path) -> Self:
        """The files of the store in a folder that is there."""
        folder = path.resolve()
        files = cls(path=path, folder=folder, read_only=not os.access(folder, os.W_OK))
        is_full = not files.read_only and files.catalogue.exists() and not has_room(folder)
        return replace(files, read_only=True, is_full=True) if is_full else files

    @property
    def catalogue(self) -> Path:
        """The database that is the truth."""
        return self.folder / "catalogue.sqlite3"

    @property
    def lock(self) -> Path:
        """The file that is locked."""
        return self.folder / "store.lock"

    @property
    def vectors(self) -> Path:
        """Chroma's folder, where the vectors are in files."""
        return self.folder / "vectors"

    @property
    def uploads(self) -> Path:
        """The folder of the files that were uploaded; it may not be there yet."""
        return self.folder / "uploads"

    def list_own(self) -> list[Path]:
        """All that we have made: the files and folders in the store's, and that itself.

        Where other things lie beside them it is somebody else's folder, and not named.
        """
        own: list[Path] = []
        others = 0
        for path in self.folder.iterdir():
            is_file_of_ours = path.name.startswith((self.catalogue.name, self.lock.name))
            if (
                is_file_of_ours
                or path in (self.vectors, graph_note(self.vectors), self.uploads, self.reserve)
                or is_work_folder(path.name)
            ):
                own += walk_folder(path)
            else:
                others += 1
        return own if others else [self.folder, *own]

    @property
    def reserve(self) -> Path:
        """A file that holds nothing but its place on the disk."""
        return self.folder / "reserve"

    def keep_reserve(self) -> None:
        """Put the reserve by, if there is plenty of room."""
        if self.read_only or self.reserve.exists():
            return
        with suppress(OSError):
            if shutil.disk_usage(self.folder).free > 10 * _RESERVE_BYTES:
                descriptor = os.open(self.reserve, os.O_WRONLY | os.O_CREAT, 0o600)
                try:
                    os.truncate(descriptor, 0)
                    os.write(descriptor, bytes(_RESERVE_BYTES))
                finally:
                    os.close(descriptor)


class StoreConnection:
    """Access to an opened store, one state at a time; safe for threads and processes.

    `store_opening.open_connection` makes it. What a write leaves half done is finished or undone by
    `writing`, by the next write, or when the store is opened.
    """

    def __init__(
        self, files: StoreFiles, *, engine: sa.Engine, lock: ReadersWriterLock[Any], vectors: VectorIndex
    ) -> None:
        self.files = files
        self.engine = engine
        self.lock = lock
        self.vectors = vectors
        self.on_postgresql = is_postgresql(engine)
        self.proofs = DocumentProofs(None if self.on_postgresql else files.catalogue)
        self._process_id = os.getpid()
        self._folder_id = _file_id(files.folder)

    def close(self) -> None:
        """Let go of all files."""
        if os.getpid() != self._process_id:  # they are those of the process that this one was forked from
            self.engine.dispose(close=False)
            return
        if self.vectors.is_open:
            # On a server they are closed without a lock; where the folder is gone there is nothing to lock.
            with self.lock.hold() if self.vectors.in_files and self.files.folder.is_dir() else nullcontext():
                self.vectors.close()
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One state of the catalogue; no lock is needed."""
        self.require_usable()
        with translate_errors(self.files.path), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def searching(
        self, choose: Callable[[sa.Connection], _Chosen]
    ) -> Iterator[tuple[sa.Connection, _Chosen]]:
        """One state of the catalogue, and what was chosen in it with the vectors of that state.

        Others may search meanwhile: while something is chosen the lock is shared, so that nobody changes
        anything. Whoever has to open Chroma's files has it alone.
        """
        self.require_usable()
        with translate_errors(self.files.path), ExitStack() as open_connection:
            with self.lock.hold(shared=True):
                connection = open_connection.enter_context(self.engine.connect())
                is_chosen = self._shares_vectors(connection)
                if is_chosen:
                    chosen = self._choose(connection, choose)
            if not is_chosen:
                open_connection.close()
                with self.lock.hold():
                    connection = open_connection.enter_context(self.engine.connect())
                    chosen = self._choose(connection, choose, opens=True)
            yield connection, chosen

    def _choose(
        self, connection: sa.Connection, choose: Callable[[sa.Connection], _Chosen], *, opens: bool = False
    ) -> _Chosen:
        try:
            if opens:
                self.open_vectors(connection)
            return choose(connection)
        except BaseException:
            self.vectors.invalidate()
            raise

    def _shares_vectors(self, connection: sa.Connection) -> bool:
        """Whether the vectors of the state that the connection sees can be had beside others."""
        generation = catalogue_meta.generation(connection)
        if self.vectors.in_files:
            return self.vectors.shows(generation)
        self.vectors.refresh(generation)
        return True

    def open_vectors(self, connection: sa.Connection) -> None:
        """Have the vectors of the state that the connection sees; in a copy where the disk is full."""
        generation = catalogue_meta.generation(connection)
        try:
            self.vectors.refresh(generation)
        except Exception:
            if self.files.read_only or not self.vectors.in_files or has_room(self.files.folder):
                raise
            self.files = replace(self.files, read_only=True, is_full=True)
            self.vectors = VectorIndex(self.files.vectors, read_only=True)
            self.vectors.refresh(generation)

    @contextmanager
    def writing(self, *, from_reserve: bool = False) -> Iterator[None]:
        """The store for this writer alone, over as many transactions as it needs.

        Args:
            from_reserve: Where the disk is full, the reserve is given up for it.

        Raises:
            StoreError: The store is read-only.
        """
        self.require_writable(from_reserve=from_reserve)
        with translate_errors(self.files.path), self.lock.hold():
            try:
                yield
            # Whatever went wrong: what is half done is undone now if possible, else at the next open.
            except BaseException:
                self.vectors.invalidate()
                with suppress(Exception):  # the first error is the one to report
                    self.complete_versions()
                raise

    @contextmanager
    def recording(self) -> Iterator[sa.Connection]:
        """One transaction that changes nothing that can be searched.

        Raises:
            StoreError: The store is read-only.
        """
        self.require_writable()
        with translate_errors(self.files.path), self.lock.hold(), self.engine.begin() as connection:
            yield connection

    def require_usable(self) -> None:
        """Refuse what would hang, or work on files that are no store any more.

        Raises:
            StoreError: Another process opened the store, or its folder was moved or deleted since.
        """
        if os.getpid() != self._process_id:
            raise StoreError(
                f"the store {self.files.path} was opened before this process was forked: open it anew here, "
                "an Assistant or Store is for the process that made it"
            )
        is_there = self.on_postgresql or self.files.catalogue.exists()
        if _file_id(self.files.folder) != self._folder_id or not is_there:
            raise StoreError(
                f"the store {self.files.path} was moved or deleted while it was open: open it where it is now"
            )

    def require_writable(self, *, from_reserve: bool = False) -> None:
        """Refuse to write to a read-only store, to a full disk, or to a store that is not there any more.

        Where a disk was full and has room, or the reserve gives some, all goes on.

        Raises:
            StoreError: It can't be written.
        """
        self.require_usable()
        if from_reserve and not has_room(self.files.folder, _RESERVE_BYTES):
            with suppress(OSError):
                self.files.reserve.unlink()
        if self.files.is_full:
            if not has_room(self.files.folder):
                raise disk_full_error(self.files.path)
            self._become_writable()
        if self.files.read_only:
            raise read_only_error(self.files.path)

    def _become_writable(self) -> None:
        with self.lock.hold():
            self.engine.dispose()
            self.files = replace(self.files, read_only=False, is_full=False)
            self.engine = catalogue_file.connect(self.files.catalogue, read_only=False)
            if self.vectors.in_files:
                self.vectors.close()
                self.vectors = VectorIndex(self.files.vectors, read_only=False)
            self.lock.allow_creation()

    def advance_generation(self, connection: sa.Connection) -> None:
        """Move the generation on, with the vectors open in the state before."""
        self.vectors.refresh(catalogue_meta.generation(connection))
        self.vectors.mark_written(catalogue_meta.bump_generation(connection))

    def complete_versions(self) -> None:
        """Make past or delete every version that is to be. The lock is held, so nobody is working on one."""
        with self.engine.begin() as connection:
            unfinished = version_states.unfinished_versions(connection)
            if not unfinished:
                return
            self.advance_generation(connection)
        self.vectors.delete(unfinished.chunk_keys)
        with self.engine.begin() as connection:
            version_states.archive(connection, unfinished.to_archive)
            version_states.drop(connection, unfinished.to_delete)


def _file_id(path: Path) -> tuple[int, int] | None:
    """What tells a folder from another that is put in its place; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
