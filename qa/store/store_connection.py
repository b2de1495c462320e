"""An opened store, as its parts share it: where it lies, its catalogue, its vectors, its lock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from qa.store import catalogue_meta, version_states
from qa.store.lock import StoreLock
from qa.store.private_files import walk_folder
from qa.store.store_errors import read_only_error, translate_errors
from qa.store.vector_index import VectorIndex
from qa.store.work_folders import is_work_folder

__all__ = ["StoreConnection", "StoreFiles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFiles:
    """Where a store lies.

    Attributes:
        path: As the user named it, for messages.
        folder: The same place, wherever the working directory moves.
        read_only: The folder can't be written.
    """

    path: Path
    folder: Path
    read_only: bool

    @classmethod
    def locate(cls, path: Path) -> Self:
        """The files of the store in a folder that is there."""
        folder = path.resolve()
        return cls(path=path, folder=folder, read_only=not os.access(folder, os.W_OK))

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
            if is_file_of_ours or path in (self.vectors, self.uploads) or is_work_folder(path.name):
                own += walk_folder(path)
            else:
                others += 1
        return own if others else [self.folder, *own]


class StoreConnection:
    """Access to an opened store, one state at a time; safe for threads and processes.

    `store_opening.open_connection` makes it. What a write leaves half done is finished or undone by
    `writing`, by the next write, or when the store is opened.
    """

    def __init__(
        self, files: StoreFiles, *, engine: sa.Engine, lock: StoreLock, vectors: VectorIndex
    ) -> None:
        self.files = files
        self.engine = engine
        self.lock = lock
        self.vectors = vectors

    def close(self) -> None:
        """Let go of all files."""
        if self.vectors.is_open:
            with self.lock.hold():
                self.vectors.close()
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One state of the catalogue; no lock is needed."""
        with translate_errors(self.files.path), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading_vectors(self, connection: sa.Connection) -> Iterator[None]:
        """The vectors as they are in the state that the connection sees; under the lock."""
        try:
            self.vectors.refresh(catalogue_meta.generation(connection))
            yield
        except BaseException:
            self.vectors.invalidate()
            raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The store for this writer alone, over as many transactions as it needs.

        Raises:
            StoreError: The store is read-only.
        """
        self.require_writable()
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

    def require_writable(self) -> None:
        """Refuse to write to a read-only store.

        Raises:
            StoreError: It is one.
        """
        if self.files.read_only:
            raise read_only_error(self.files.path)

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
