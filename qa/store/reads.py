"""What can be asked of a store without a lock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.schema import Document, DocumentSummary, Failure, NearDuplicate, Passage, Version
from qa.store import candidates, failures, reading, similar, tables, vocabulary, writing
from qa.store.base import StoreBase
from qa.store.reading import KnownDocument

__all__ = ["StoreReads"]


class StoreReads(StoreBase):
    """Documents, failures, passages and words; every answer is of one state of the catalogue."""

    def documents(self) -> list[DocumentSummary]:
        """All documents without their texts, by title, then id."""
        with self._reading() as connection:
            return reading.summaries(connection)

    def document(self, reference: str) -> Document:
        """One document, by id, source, title or file name.

        Raises:
            DocumentNotFound: None fits, or several do.
        """
        with self._reading() as connection:
            return reading.document(connection, reading.resolve(connection, reference))

    def resolve(self, reference: str) -> str:
        """The id of the document that a user means; see `document`."""
        with self._reading() as connection:
            return reading.resolve(connection, reference)

    def resolve_past(self, reference: str) -> str:
        """As `resolve`, also for a document that has been removed."""
        with self._reading() as connection:
            return reading.resolve_past(connection, reference)

    def known(self, sources: Sequence[str] | None = None) -> list[KnownDocument]:
        """Of these sources those in the store, or all documents, with what an update has to know of them."""
        with self._reading() as connection:
            return reading.known(connection, sources)

    def vectors_of(self, document_id: str) -> NDArray[np.float32]:
        """The vectors of a ready document's chunks, in reading order, shape (n, dimension)."""
        with self._reading() as connection:
            return candidates.vectors_of(connection, document_id)

    def history(self, reference: str) -> list[Version]:
        """The versions of a document, oldest first; also of one that has been removed.

        Raises:
            DocumentNotFound: None fits, or several do.
        """
        with self._reading() as connection:
            return reading.versions(connection, reading.resolve_past(connection, reference))

    def document_as_of(self, reference: str, when: datetime) -> Document:
        """One document as it was at a moment.

        Raises:
            DocumentNotFound: None fits, several do, or it was not there then.
        """
        with self._reading() as connection:
            found = reading.resolve_past(connection, reference)
            return reading.version_as_of(connection, found, candidates.moment(when))

    def failures(self) -> list[Failure]:
        """The sources that could not be added and have not been since, by source."""
        with self._reading() as connection:
            return failures.noted(connection)

    def like(self, document_id: str, signature: bytes) -> list[NearDuplicate]:
        """The other documents whose text is like the one with this signature, the most alike first."""
        with self._reading() as connection:
            return similar.like(connection, document_id, signature)

    def near_duplicates(self) -> list[NearDuplicate]:
        """Every two documents that nearly repeat one another, the most alike first."""
        with self._reading() as connection:
            return similar.all_pairs(connection)

    def same_text(self, document: Document) -> str | None:
        """The id of another document with exactly this text, or None."""
        query = sa.select(tables.documents.c.id).where(
            tables.documents.c.text_sha256 == writing.text_sha256(document),
            tables.documents.c.state == "ready",
            tables.documents.c.id != document.id,
        )
        with self._reading() as connection:
            return connection.execute(query.order_by(tables.documents.c.key)).scalar()

    def generation(self) -> int:
        """A number that moves with every change of what can be searched."""
        with self._reading() as connection:
            return writing.generation(connection)

    def section(self, passage: Passage) -> list[Passage]:
        """All chunks of the passage's section, in reading order; the passage itself if it is gone by now."""
        with self._reading() as connection:
            keys = candidates.section_of(connection, int(passage.chunk_id))
            return candidates.passages(connection, keys, {}, {}) or [passage]

    def passages_of(self, document_id: str, most: int) -> list[Passage]:
        """The first chunks of a document, at most so many, in reading order; none if it is not there."""
        with self._reading() as connection:
            keys = candidates.of_document(connection, document_id, most)
            return candidates.passages(connection, keys, {}, {})

    def widened(self, passage: Passage, sentences: int) -> Passage:
        """The passage with this many sentences of its section more on either side, as far as there are.

        Its evidence is gone, unless there are none and it is the same passage.
        """
        with self._reading() as connection:
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
        with self._reading() as connection:
            return writing.generation(connection), vocabulary.counts(connection)

    def held(self, phrases: Sequence[str]) -> set[str]:
        """Those of the words or phrases that are in some ready chunk, whatever the words' endings."""
        with self._reading() as connection:
            return vocabulary.held(connection, phrases)

    def texts(self, phrase: str, *, count: int) -> list[str]:
        """Title, heading and body, a blank line between, of up to `count` chunks that hold the phrase."""
        with self._reading() as connection:
            return vocabulary.texts(connection, phrase, count)

    def texts_of_stem(self, stem: str, *, count: int) -> list[str]:
        """As `texts`, for a stem of `vocabulary`."""
        with self._reading() as connection:
            return vocabulary.texts_of_stem(connection, stem, count)
