"""The store as the rest of the program sees it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.errors import QAError, StaleIndexError, StoreError
from qa.schema import Chunk, Document, DocumentSummary, Filters, Passage
from qa.store import candidates, health, reading, tables, vocabulary, writing
from qa.store.faults import explained
from qa.store.lock import StoreLock
from qa.store.vectors import VectorIndex

__all__ = ["Store"]

_CATALOGUE, _LOCK, _VECTORS = "catalogue.sqlite3", "store.lock", "vectors"


class Store:
    """Documents, chunks, words and vectors in one folder; safe for threads and processes.

    What a crash left half done is finished or undone when the store is opened. A folder that can't be
    written is opened for reading.
    """

    def __init__(self, path: Path, *, lock_timeout_s: float) -> None:
        """Open the store in the folder `path`; use `Store.open`, which creates it."""
        self.path = path
        folder = path.resolve()  # the working directory may change
        self.read_only = not os.access(folder, os.W_OK)
        self._catalogue = folder / _CATALOGUE
        self._lock = StoreLock(folder / _LOCK, lock_timeout_s, read_only=self.read_only)
        self._engine = tables.connect(self._catalogue, read_only=self.read_only)
        self._vectors = VectorIndex(folder / _VECTORS, read_only=self.read_only)
        self._model: tuple[str, int] | None = None

    @classmethod
    def open(cls, path: Path, *, lock_timeout_s: float = 60.0) -> "Store":
        """Open or create a store.

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
            tables.require_known_version(store._engine, path)
            if not store.read_only:
                store._recover()
        return store

    def _create(self) -> None:
        if self.read_only:
            raise StoreError(f"the store {self.path} is read-only and empty: name another with --store")
        with self._lock.held():
            if not self._catalogue.exists():
                tables.create(self._catalogue)

    def close(self) -> None:
        """Let go of all files."""
        if self._vectors.is_open:
            with self._lock.held():
                self._vectors.close()
        self._engine.dispose()

    # Reading ------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentSummary]:
        """All documents without their texts, by title, then id."""
        with explained(self.path), self._engine.begin() as connection:
            return reading.summaries(connection)

    def document(self, reference: str) -> Document:
        """One document, by id, source, title or file name.

        Raises:
            DocumentNotFound: None fits, or several do.
        """
        with explained(self.path), self._engine.begin() as connection:
            return reading.document(connection, reading.resolve(connection, reference))

    def resolve(self, reference: str) -> str:
        """The id of the document that a user means; see `document`."""
        with explained(self.path), self._engine.begin() as connection:
            return reading.resolve(connection, reference)

    def known_sources(self, sources: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Of these sources, those in the store: source to (document id, sha256)."""
        with explained(self.path), self._engine.begin() as connection:
            return reading.sources(connection, sources)

    def same_text(self, document: Document) -> str | None:
        """The id of another document with exactly this text, or None."""
        query = sa.select(tables.documents.c.id).where(
            tables.documents.c.text_sha256 == writing.text_sha256(document),
            tables.documents.c.state == "ready",
            tables.documents.c.id != document.id,
        )
        with explained(self.path), self._engine.begin() as connection:
            return connection.execute(query.order_by(tables.documents.c.key)).scalar()

    def generation(self) -> int:
        """A number that moves with every change of what can be searched."""
        with explained(self.path), self._engine.begin() as connection:
            return writing.generation(connection)

    def counts(self) -> tuple[int, int]:
        """How many documents and chunks are ready."""
        query = sa.text(
            "SELECT (SELECT count(*) FROM documents WHERE state = 'ready'), (SELECT count(*) FROM chunks) - "
            "(SELECT count(*) FROM chunks WHERE document_key IN "
            "(SELECT key FROM documents WHERE state != 'ready'))"
        )
        with explained(self.path), self._engine.begin() as connection:
            row = connection.execute(query).one()
            return int(row[0]), int(row[1])

    def search(
        self, vector: NDArray[np.float32], terms: Sequence[str], *, count: int, filters: Filters
    ) -> list[Passage]:
        """Up to `count` chunks by vector and as many by words, in no particular order.

        Every passage has its exact cosine; `words` is its BM25 score divided by the best one's, 0 where
        the words did not find it. All of it comes from one state of the store.

        Raises:
            StaleIndexError: The vectors have been made anew by another model than the one bound.
            StoreError: The vectors are gone.
        """
        with explained(self.path), ExitStack() as opened:
            with self._lock.held():
                connection = opened.enter_context(self._engine.connect())
                with self._vectors_of(connection):
                    # That read fixed what this transaction sees; the vectors are asked in the same breath.
                    self._require_model(connection)
                    allowed = candidates.allowed_documents(connection, filters)
                    ids = None if allowed is None else sorted(allowed.values())
                    near = dict(self._vectors.nearest(vector, count, ids))
                    if not near and ids != [] and candidates.any_ready(connection):
                        raise StoreError(
                            f"the store {self.path} has lost its vectors: run `qa check --repair`"
                        )
                    found = candidates.by_words(connection, terms, count, allowed)
                    missing = [key for key, _ in found if key not in near]
                    cosines = near | self._vectors.cosines(vector, missing)
            best = max((score for _, score in found), default=0.0)
            words = {key: score / best if best > 0 else 0.0 for key, score in found}
            return candidates.passages(connection, sorted(cosines | words), cosines, words)

    @contextmanager
    def _vectors_of(self, connection: sa.Connection) -> Iterator[None]:
        """The vectors as they are in what the connection sees; under the lock."""
        try:
            self._vectors.refresh(writing.generation(connection))
            yield
        except BaseException:
            self._vectors.distrust()
            raise

    def section(self, passage: Passage) -> list[Passage]:
        """All chunks of the passage's section, in reading order; the passage itself if it is gone by now."""
        with explained(self.path), self._engine.begin() as connection:
            keys = candidates.section_of(connection, int(passage.chunk_id))
            return candidates.passages(connection, keys, {}, {}) or [passage]

    def passages_of(self, document_id: str, most: int) -> list[Passage]:
        """The first chunks of a document, at most so many, in reading order; none if it is not there."""
        with explained(self.path), self._engine.begin() as connection:
            keys = candidates.of_document(connection, document_id, most)
            return candidates.passages(connection, keys, {}, {})

    def widened(self, passage: Passage, sentences: int) -> Passage:
        """The passage with this many sentences of its section more on either side, as far as there are.

        Its evidence is gone, unless there are none and it is the same passage.
        """
        with explained(self.path), self._engine.begin() as connection:
            text, spans = candidates.neighbours(
                connection, int(passage.chunk_id), passage.start, passage.end, sentences
            )
        if not spans or (spans[0].start, spans[-1].end) == (passage.start, passage.end):
            return passage
        return replace(
            passage, start=spans[0].start, end=spans[-1].end, text=text, sentences=tuple(spans), evidence=None
        )

    def vocabulary(self) -> tuple[int, dict[str, int]]:
        """The generation, and every stem of the word index with how many chunks hold it.

        Goes through the whole index (0.3 s at 100,000 chunks): keep it until the generation moves.
        """
        with explained(self.path), self._engine.begin() as connection:
            return writing.generation(connection), vocabulary.counts(connection)

    def held(self, phrases: Sequence[str]) -> set[str]:
        """Those of the words or phrases that are in some ready chunk, whatever the words' endings."""
        with explained(self.path), self._engine.begin() as connection:
            return vocabulary.held(connection, phrases)

    def texts(self, phrase: str, *, count: int) -> list[str]:
        """Title, heading and body, a blank line between, of up to `count` chunks that hold the phrase."""
        with explained(self.path), self._engine.begin() as connection:
            return vocabulary.texts(connection, phrase, count)

    def texts_of_stem(self, stem: str, *, count: int) -> list[str]:
        """As `texts`, for a stem of `vocabulary`."""
        with explained(self.path), self._engine.begin() as connection:
            return vocabulary.texts_of_stem(connection, stem, count)

    # Writing ------------------------------------------------------------------------------------

    def bind_model(self, name: str, dimension: int) -> None:
        """Note or check which embedding model the vectors come from.

        Raises:
            StaleIndexError: It is another one.
        """
        self._model = (name, dimension)
        with explained(self.path):
            with self._engine.begin() as connection:
                if self._require_model(connection) or self.read_only:
                    return
            with self._lock.held(), self._engine.begin() as connection:
                if not self._require_model(connection):
                    health.store_model(connection, name, dimension)

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

    def put(self, parts: Sequence[tuple[Document, Sequence[Chunk], NDArray[np.float32]]]) -> None:
        """Add documents or new versions of them, each with its chunks and their vectors (n, dimension).

        All become searchable together; until then the versions before them are.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._writing():
            with self._engine.begin() as connection:
                self._require_model(connection)
                written = [
                    writing.insert(connection, document, chunks, now=now) for document, chunks, _ in parts
                ]
                # Moved before Chroma's files change: should this process die among them, all others will
                # open them anew.
                self._advance(connection)
            keys = [key for key, _ in written]
            chunk_keys = [key for _, found in written for key in found]
            if chunk_keys:
                owners = [document.id for document, chunks, _ in parts for _ in chunks]
                self._vectors.put(chunk_keys, np.concatenate([vectors for _, _, vectors in parts]), owners)
            with self._engine.begin() as connection:
                writing.promote(connection, keys)
                self._advance(connection)
            self._sweep()

    def remove(self, document_ids: Sequence[str]) -> None:
        """Remove ready documents; ids that are not there do not matter."""
        with self._writing():
            with self._engine.begin() as connection:
                writing.retire(connection, document_ids)
                self._advance(connection)
            self._sweep()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self.read_only:
            raise StoreError(
                f"the store {self.path} is read-only: make it writable, or name another with --store"
            )
        with explained(self.path), self._lock.held():
            try:
                yield
            # Whatever went wrong: what is half done is undone now if possible, else at the next open.
            except BaseException:
                self._vectors.distrust()
                with suppress(Exception):  # the first error is the one to report
                    self._sweep()
                raise

    def _advance(self, connection: sa.Connection) -> None:
        """Move the generation on, with the vectors open in the state before."""
        self._vectors.refresh(writing.generation(connection))
        self._vectors.written(writing.bump_generation(connection))

    def _sweep(self) -> None:
        """Delete every version that is not ready. The lock is held, so nobody is working on one."""
        with self._engine.begin() as connection:
            keys, chunk_keys = writing.unfinished(connection)
            if not keys:
                return
            self._advance(connection)
        self._vectors.delete(chunk_keys)
        with self._engine.begin() as connection:
            writing.drop(connection, keys, chunk_keys)

    def _recover(self) -> None:
        """Undo or finish what a crash left: any version that is not ready while nobody holds the lock.

        Where that can't be done now, the next write does it: what is not ready is never shown.
        """
        with self._engine.begin() as connection:
            if not writing.unfinished(connection)[0]:
                return
        with suppress(QAError), explained(self.path), self._lock.held(timeout_s=0):
            self._sweep()

    # Health -------------------------------------------------------------------------------------

    def check(self) -> health.CheckReport:
        """Compare catalogue, word index and vectors; changes nothing."""
        with explained(self.path), self._lock.held(), self._engine.connect() as connection:
            return health.check(connection, self._vectors, read_only=self.read_only)

    def repair(self, embedder: health.EmbedsPassages) -> health.CheckReport:
        """Make word index and vectors agree with the catalogue; embeds what is missing.

        With another model than the store's, all is embedded anew. Returns what was found before.
        """
        with self._writing():
            self._model = (embedder.name, embedder.dimension)
            return health.repair(self._engine, self._vectors, embedder)
