"""The store: what was added, cut and indexed, on disk, for many processes at once.

`catalogue` (SQLite) is the truth; Chroma holds vectors under the same chunk keys and can be rebuilt.
"""

from qa.store.chroma_server import ServerAddress
from qa.store.health import CheckReport, Problem
from qa.store.names import DocumentNames
from qa.store.reading import KnownDocument
from qa.store.store import Store
from qa.store.upkeep import CompactReport
from qa.store.uploads import upload_name, upload_source

__all__ = [
    "CheckReport",
    "CompactReport",
    "DocumentNames",
    "KnownDocument",
    "Problem",
    "ServerAddress",
    "Store",
    "upload_name",
    "upload_source",
]
