"""Chroma in this process, on files of the store."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from qa.errors import QAError, StoreError
from qa.store.hnsw_settings import HNSW_CONFIGURATION
from qa.store.private_files import FILE_MODE, FOLDER_MODE, make_private_folder, seal_folder, walk_folder
from qa.store.store_errors import index_failure, is_disk_full
from qa.store.vector_files import note_graph, prove_files
from qa.store.work_folders import WorkFolder

__all__ = ["EmbeddedVectors"]

_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
_MEMORY_FOLDER = Path("/dev/shm")  # of Linux
_PAGE = 5000  # below SQLite's limit on variables, which Chroma passes through


class _SharedClient:
    """The one Chroma client of a folder in this process.

    Chroma hands every client of a folder the same inner system and closes it with the last of them. Were
    each store of this process to hold its own client, closing one would reopen nothing, and what other
    processes wrote would stay unseen.
    """

    _all: ClassVar[dict[str, "_SharedClient"]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()
    _process_id: ClassVar[int | None] = None  # of the process that began to use Chroma

    def __init__(self, path: Path) -> None:
        self.path = path
        self.users = 0
        self.collection: Any = None
        self.generation: int | None = None
        self._client: Any = None
        self._file: tuple[int, int] | None = None
        self.proven = False

    @classmethod
    def share(cls, path: Path) -> "_SharedClient":
        if cls._process_id not in (None, os.getpid()):
            # Its threads are not in the child, and it would wait for them for ever.
            raise StoreError(
                "Chroma was in use before this process was forked: open stores after the fork alone, or "
                "start processes anew (spawn)"
            )
        cls._process_id = os.getpid()
        with cls._guard:
            client = cls._all.setdefault(str(path), cls(path))
            client.users += 1
            return client

    def release(self) -> None:
        """One user less; the last one closes it."""
        with self._guard:
            self.users -= 1
            if self.users == 0:
                self._all.pop(str(self.path), None)
                self.close()

    def shows(self, generation: int) -> bool:
        """It shows this generation, and its files have not been replaced or removed."""
        return (
            self.collection is not None and self.generation == generation and self._file == self._identity()
        )

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = (self.path / _DATABASE).stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def prove(self, noted_for: Path) -> None:
        """Make sure that opening the files does not end this process; the first time only."""
        if not self.proven:
            prove_files(self.path, noted_for)
            self.proven = True

    def open(self, generation: int) -> None:
        try:
            self._connect()
        except AttributeError:
            # After an opening that failed, Chroma 1.5.9 hands out the broken inner system once more and only
            # then forgets it.
            self._connect()
        self.generation, self._file = generation, self._identity()

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings

        make_private_folder(self.path)
        self._client = chromadb.PersistentClient(
            path=str(self.path), settings=Settings(anonymized_telemetry=False, allow_reset=False)
        )
        self.collection = self._client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration=HNSW_CONFIGURATION
        )
        seal_folder(self.path)

    def close(self) -> None:
        client, self._client, self.collection, self.generation = self._client, None, None, None
        if client is not None:
            client.close()
            seal_folder(self.path)


class EmbeddedVectors:
    """A collection in files.

    Another process may have written since the client was opened; `refresh` tells by the catalogue's
    generation number and reopens. `read_only` opens a copy in a temporary folder, because Chroma writes
    to its folder even to read.
    """

    max_ids = _PAGE
    max_vectors = _PAGE
    max_results: int | None = None

    def __init__(self, path: Path, *, read_only: bool, is_probe: bool = False) -> None:
        """A probe opens the files without asking first whether that is safe."""
        self._path = path
        self._is_probe = is_probe
        self._copy: WorkFolder | None = None
        self._read_only = read_only
        self._client: _SharedClient | None = None

    @property
    def collection(self) -> Any:
        """Chroma's collection."""
        if self._client is None or self._client.collection is None:
            raise RuntimeError("the vectors are used before `refresh`")
        return self._client.collection

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Whatever a damaged index throws as a `StoreError`: a panic of Chroma's Rust is no `Exception`.

        What Chroma has written is made private.
        """
        try:
            yield
        except (QAError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            raise index_failure(error, self._path.parent) from error
        if not self._read_only:
            seal_folder(self._path)

    def shows(self, generation: int) -> bool:
        """Whether what is open is of this generation."""
        return self._client is not None and self._client.shows(generation)

    def refresh(self, generation: int) -> None:
        """Make sure that what this process sees is not older than `generation`.

        Raises:
            VectorIndexError: The files can't be read.
        """
        if not self.shows(generation):
            with self.translate_errors():
                self._reopen(generation)

    def _reopen(self, generation: int) -> None:
        if self._read_only:
            self.close()
        if self._client is None:
            self._client = _SharedClient.share(self._folder())
            if self._client.shows(generation):
                return
        self._client.close()
        if not self._is_probe:
            self._client.prove(self._path)
        self._client.open(generation)

    def _folder(self) -> Path:
        if not self._read_only:
            return self._path
        try:
            return self._copy_files(Path(tempfile.gettempdir()))
        except OSError as error:  # a full disk is often that of temporary files too, and memory is not
            if not is_disk_full(error) or not _MEMORY_FOLDER.is_dir():
                raise
            if self._copy is not None:
                self._copy.close()
            return self._copy_files(_MEMORY_FOLDER)

    def _copy_files(self, parent: Path) -> Path:
        self._copy = WorkFolder(parent, ".qa-vectors-")
        folder = self._copy.path / "vectors"
        if self._path.is_dir():
            shutil.copytree(self._path, folder)
            for path in walk_folder(folder):  # not as read-only as what they were copied from
                path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        return folder

    def mark_written(self, generation: int) -> None:
        """Note that this process itself made the write that `generation` stands for."""
        if self._client is not None:
            self._client.generation = generation

    def invalidate(self) -> None:
        """Open the files again before the next use."""
        if self._client is not None:
            self._client.generation = None

    def require_answer(self, timeout_s: float) -> None:
        """There is nobody to ask."""

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._client is not None

    def close(self) -> None:
        """Let go of the files."""
        client, self._client = self._client, None
        copy, self._copy = self._copy, None
        try:
            if client is not None:
                with self.translate_errors():
                    client.release()
        finally:
            if copy is not None:
                copy.close()

    def clear(self, generation: int) -> None:
        """Remove the files, in whatever state they are, and begin anew."""
        self._remove()
        note_graph(self._path)
        self.refresh(generation)

    def adopt(self, folder: Path, generation: int) -> None:
        """Put the files of another folder in the place of these."""
        self._remove()
        folder.rename(self._path)
        note_graph(self._path)
        self.refresh(generation)

    def _remove(self) -> None:
        if self._client is not None:
            # A damaged index may fail in any way, and goes anyhow.
            with suppress(QAError), self.translate_errors():
                self._client.close()
        if self._path.is_dir():
            shutil.rmtree(self._path)
        else:
            self._path.unlink(missing_ok=True)
