"""The store as the rest of the program sees it."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from qa.store.catalogue_server import DatabaseAddress
from qa.store.chroma_server import ServerAddress
from qa.store.conversation_records import ConversationRecords
from qa.store.document_reader import DocumentReader
from qa.store.document_writer import DocumentWriter
from qa.store.feedback_records import FeedbackRecords
from qa.store.maintenance import StoreMaintenance
from qa.store.model_binding import ModelBinding
from qa.store.note_records import NoteRecords
from qa.store.passage_search import PassageSearch
from qa.store.store_backup import StoreBackup
from qa.store.store_connection import StoreConnection
from qa.store.store_opening import open_connection
from qa.store.vocabulary import VocabularyReader

__all__ = ["Store"]

_Part = TypeVar("_Part")
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def _forward(
    part: str, method: Callable[Concatenate[_Part, _Parameters], _Result]
) -> Callable[Concatenate["Store", _Parameters], _Result]:
    """The method of the store's part that this field holds, with its signature and docstring."""

    @wraps(method)
    def forwarded(store: "Store", /, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        return method(getattr(store, part), *args, **kwargs)

    return forwarded


class Store:
    """Documents, chunks, words and vectors in one folder; safe for threads and processes.

    Its parts do the work, each on the same `connection`.
    """

    def __init__(self, connection: StoreConnection) -> None:
        """Work on an opened store; use `Store.open`."""
        self.connection = connection
        self._model = ModelBinding(connection)
        self._reader = DocumentReader(connection)
        self._vocabulary = VocabularyReader(connection)
        self._search = PassageSearch(connection, self._model)
        self._writer = DocumentWriter(connection, self._model)
        self._maintenance = StoreMaintenance(connection, self._model)
        self._backup = StoreBackup(connection)
        self.conversations = ConversationRecords(connection)
        self.feedback = FeedbackRecords(connection)
        self.notes = NoteRecords(connection)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        lock_timeout_s: float = 60.0,
        server: ServerAddress | None = None,
        database: DatabaseAddress | None = None,
    ) -> Self:
        """Open or create a store; one of an older version is brought up to date.

        With a `server` the vectors are there, in a collection of the store's own; else in the folder. With a
        `database` the catalogue is there, which takes a `server` too: the folder holds uploads alone.

        Raises:
            StoreError: The folder can't be used, or a newer version made it.
        """
        return cls(open_connection(path, lock_timeout_s=lock_timeout_s, server=server, database=database))

    def close(self) -> None:
        """Let go of all files."""
        self.connection.close()

    @property
    def read_only(self) -> bool:
        """Whether the folder can't be written."""
        return self.connection.files.read_only

    @property
    def uploads(self) -> Path:
        """The folder of the files that were uploaded; it may not be there yet."""
        return self.connection.files.uploads

    bind_model = _forward("_model", ModelBinding.bind_model)

    counts = _forward("_reader", DocumentReader.counts)
    documents = _forward("_reader", DocumentReader.documents)
    document = _forward("_reader", DocumentReader.document)
    document_as_of = _forward("_reader", DocumentReader.document_as_of)
    document_tables = _forward("_reader", DocumentReader.document_tables)
    document_vectors = _forward("_reader", DocumentReader.document_vectors)
    exact_duplicate_of = _forward("_reader", DocumentReader.exact_duplicate_of)
    failures = _forward("_reader", DocumentReader.failures)
    generation = _forward("_reader", DocumentReader.generation)
    history = _forward("_reader", DocumentReader.history)
    known_documents = _forward("_reader", DocumentReader.known_documents)
    near_duplicates = _forward("_reader", DocumentReader.near_duplicates)
    near_duplicates_of = _forward("_reader", DocumentReader.near_duplicates_of)
    set_aside_document = _forward("_reader", DocumentReader.set_aside_document)
    version = _forward("_reader", DocumentReader.version)
    resolve = _forward("_reader", DocumentReader.resolve)
    resolve_past = _forward("_reader", DocumentReader.resolve_past)

    phrases_present = _forward("_vocabulary", VocabularyReader.phrases_present)
    texts_with_phrase = _forward("_vocabulary", VocabularyReader.texts_with_phrase)
    texts_with_stem = _forward("_vocabulary", VocabularyReader.texts_with_stem)
    vocabulary = _forward("_vocabulary", VocabularyReader.vocabulary)

    search = _forward("_search", PassageSearch.search)
    count_documents = _forward("_search", PassageSearch.count_documents)
    document_passages = _forward("_search", PassageSearch.document_passages)
    document_texts = _forward("_search", PassageSearch.document_texts)
    expand_passage = _forward("_search", PassageSearch.expand_passage)
    section_passages = _forward("_search", PassageSearch.section_passages)

    put = _forward("_writer", DocumentWriter.put)
    remove = _forward("_writer", DocumentWriter.remove)
    rename = _forward("_writer", DocumentWriter.rename)
    clear_failures = _forward("_writer", DocumentWriter.clear_failures)
    dismiss_failures = _forward("_writer", DocumentWriter.dismiss_failures)
    record_failures = _forward("_writer", DocumentWriter.record_failures)

    check = _forward("_maintenance", StoreMaintenance.check)
    compact = _forward("_maintenance", StoreMaintenance.compact)
    repair = _forward("_maintenance", StoreMaintenance.repair)
    require_well = _forward("_maintenance", StoreMaintenance.require_well)

    backup = _forward("_backup", StoreBackup.backup)
    restore = _forward("_backup", StoreBackup.restore)
