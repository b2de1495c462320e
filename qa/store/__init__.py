"""The store: what was added, cut and indexed, on disk, for many processes at once.

The catalogue (SQLite, or a PostgreSQL database) is the truth; Chroma holds vectors under the same chunk
keys and can be rebuilt. Names are resolved on first use: to list documents takes few of the modules.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.store.catalogue_server import DatabaseAddress
    from qa.store.checksums import DamagedDocument
    from qa.store.chroma_server import ServerAddress
    from qa.store.consistency import CheckReport, Problem
    from qa.store.conversation_records import ConversationRecords
    from qa.store.document_lookup import DocumentLookup
    from qa.store.document_reader import DocumentReader
    from qa.store.document_rows import KnownDocument
    from qa.store.feedback_records import FeedbackRecords
    from qa.store.maintenance import CompactReport
    from qa.store.note_records import NoteRecords
    from qa.store.store import Store
    from qa.store.uploads import file_name, upload_name, upload_source
    from qa.store.version_states import text_sha256

__all__ = [
    "CheckReport",
    "CompactReport",
    "ConversationRecords",
    "DamagedDocument",
    "DatabaseAddress",
    "DocumentLookup",
    "DocumentReader",
    "FeedbackRecords",
    "KnownDocument",
    "NoteRecords",
    "Problem",
    "ServerAddress",
    "Store",
    "file_name",
    "text_sha256",
    "upload_name",
    "upload_source",
]

_HOMES = {
    "CheckReport": "consistency",
    "CompactReport": "maintenance",
    "ConversationRecords": "conversation_records",
    "DamagedDocument": "checksums",
    "DatabaseAddress": "catalogue_server",
    "DocumentLookup": "document_lookup",
    "DocumentReader": "document_reader",
    "FeedbackRecords": "feedback_records",
    "KnownDocument": "document_rows",
    "NoteRecords": "note_records",
    "Problem": "consistency",
    "ServerAddress": "chroma_server",
    "Store": "store",
    "file_name": "uploads",
    "text_sha256": "version_states",
    "upload_name": "uploads",
    "upload_source": "uploads",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'qa.store' has no attribute {name!r}")
    return getattr(import_module(f"qa.store.{_HOMES[name]}"), name)
