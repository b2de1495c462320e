"""Documents, versions and failures of a store, read without a lock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from qa.schema import Document, DocumentSummary, Failure, NearDuplicate, SourceTable, Version
from qa.store import (
    catalogue_meta,
    document_rows,
    failures,
    version_states,
)
from qa.store.catalogue_schema import documents
from qa.store.document_rows import KnownDocument
from qa.store.store_connection import StoreConnection
from qa.store.timestamps import to_timestamp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DocumentReader"]

_KEPT_DOCUMENTS = 64  # whose tables are kept unpacked


class DocumentReader:
    """What a store holds, every answer of one state of the catalogue."""

    def __init__(self, store: StoreConnection) -> None:
        self._store = store
        self._tables: dict[str, tuple[tuple[Any, ...], tuple[SourceTable, ...]]] = {}

    def counts(self) -> tuple[int, int]:
        """How many documents and chunks are ready."""
        with self._store.reading() as connection:
            return document_rows.count_ready(connection)

    def documents(self) -> list[DocumentSummary]:
        """All documents without their texts, by title, then id."""
        with self._store.reading() as connection:
            return document_rows.document_summaries(connection, self._store.proofs)

    def document(self, reference: str) -> Document:
        """One document, by id, source, title or file name.

        Raises:
            DocumentNotFound: None fits, or several do.
        """
        with self._store.reading() as connection:
            document_id = document_rows.resolve_reference(connection, reference)
            return document_rows.document(connection, self._store.proofs, document_id)

    def version(self, key: int) -> Document:
        """The version of this key with its text, in whatever state it is."""
        with self._store.reading() as connection:
            return document_rows.version(connection, self._store.proofs, key)

    def set_aside_document(self, key: int) -> KnownDocument:
        """What an update has to know of a version that a repair has set aside."""
        with self._store.reading() as connection:
            return document_rows.set_aside_document(connection, key)

    def document_tables(
        self, document_ids: Sequence[str], versions: Collection[str] | None = None
    ) -> list[SourceTable]:
        """The tables of these documents, in this order; the same objects until a change.

        Those of the documents asked for last are kept.

        Args:
            document_ids: Of documents; one that holds no tables, or is unknown, gives none.
            versions: The checksums (`Document.sha256`) of the versions that are meant, which may be past;
                None for the documents as they are now.
        """
        kept = self._tables
        with self._store.reading() as connection:
            states = document_rows.states_of_tables(connection, document_ids, versions)
            read = {
                document_id: kept[document_id]
                if document_id in kept and kept[document_id][0] == states[document_id]
                else (
                    states[document_id],
                    document_rows.document_tables(connection, self._store.proofs, states[document_id][0]),
                )
                for document_id in dict.fromkeys(document_ids)
                if document_id in states
            }
        # A new dictionary each time: other threads may be reading the one before.
        others = [item for item in kept.items() if item[0] not in read]
        self._tables = dict([*others, *read.items()][-_KEPT_DOCUMENTS:])
        return [table for _, tables in read.values() for table in tables]

    def resolve(self, reference: str) -> str:
        """The id of the document that a user means; see `document`."""
        with self._store.reading() as connection:
            return document_rows.resolve_reference(connection, reference)

    def resolve_past(self, reference: str) -> str:
        """As `resolve`, also for a document that has been removed."""
        with self._store.reading() as connection:
            return document_rows.resolve_past_reference(connection, reference)

    def known_documents(self, sources: Sequence[str] | None = None) -> list[KnownDocument]:
        """Of these sources those in the store, or all documents, with what an update has to know of them."""
        with self._store.reading() as connection:
            return document_rows.known_documents(connection, self._store.proofs, sources)

    def document_vectors(self, document_id: str) -> "NDArray[np.float32]":
        """The vectors of a ready document's chunks, in reading order, shape (n, dimension)."""
        from qa.store import stored_vectors

        with self._store.reading() as connection:
            return stored_vectors.document_vectors(connection, document_id)

    def history(self, reference: str) -> list[Version]:
        """The versions of a document, oldest first; also of one that has been removed.

        Raises:
            DocumentNotFound: None fits, or several do.
        """
        with self._store.reading() as connection:
            document_id = document_rows.resolve_past_reference(connection, reference)
            return document_rows.document_versions(connection, self._store.proofs, document_id)

    def document_as_of(self, reference: str, when: datetime) -> Document:
        """One document as it was at a moment.

        Raises:
            DocumentNotFound: None fits, several do, or it was not there then.
        """
        with self._store.reading() as connection:
            document_id = document_rows.resolve_past_reference(connection, reference)
            return document_rows.version_as_of(
                connection, self._store.proofs, document_id, to_timestamp(when)
            )

    def failures(self) -> list[Failure]:
        """The sources that could not be added and have not been since, by source."""
        with self._store.reading() as connection:
            return failures.recorded_failures(connection)

    def near_duplicates_of(self, document_id: str, signature: bytes) -> list[NearDuplicate]:
        """The other documents that nearly repeat the text with this signature, the most alike first."""
        from qa.store import near_duplicates

        with self._store.reading() as connection:
            return near_duplicates.near_duplicates_of(connection, document_id, signature)

    def near_duplicates(self) -> list[NearDuplicate]:
        """Every two documents that nearly repeat one another, the most alike first."""
        from qa.store import near_duplicates

        with self._store.reading() as connection:
            return near_duplicates.near_duplicate_pairs(connection)

    def exact_duplicate_of(self, document: Document) -> str | None:
        """The id of another document with exactly this text, or None."""
        query = sa.select(documents.c.id).where(
            documents.c.text_sha256 == version_states.text_sha256(document),
            documents.c.state == "ready",
            documents.c.id != document.id,
        )
        with self._store.reading() as connection:
            return connection.execute(query.order_by(documents.c.key)).scalar()

    def generation(self) -> int:
        """A number that moves with every change of what can be searched."""
        with self._store.reading() as connection:
            return catalogue_meta.generation(connection)
