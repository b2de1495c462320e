"""The store: what was added, cut and indexed, on disk, for many processes at once.

The catalogue (SQLite, or a PostgreSQL database) is the truth; Chroma holds vectors under the same chunk
keys and can be rebuilt.
"""

from qa.store.catalogue_server import DatabaseAddress
from qa.store.checksums import DamagedDocument
from qa.store.chroma_server import ServerAddress
from qa.store.consistency import CheckReport, Problem
from qa.store.conversation_records import ConversationRecords
from qa.store.document_lookup import DocumentLookup
from qa.store.document_rows import KnownDocument
from qa.store.feedback_records import FeedbackRecords
from qa.store.maintenance import CompactReport
from qa.store.note_records import NoteRecords
from qa.store.store import Store
from qa.store.uploads import upload_name, upload_source
from qa.store.version_states import text_sha256

__all__ = [
    "CheckReport",
    "CompactReport",
    "ConversationRecords",
    "DamagedDocument",
    "DatabaseAddress",
    "DocumentLookup",
    "FeedbackRecords",
    "KnownDocument",
    "NoteRecords",
    "Problem",
    "ServerAddress",
    "Store",
    "text_sha256",
    "upload_name",
    "upload_source",
]
