"""The store: what was added, cut and indexed, on disk, for many processes at once.

`catalogue` (SQLite) is the truth; Chroma holds vectors under the same chunk keys and can be rebuilt.
"""

from qa.store.health import CheckReport, Problem
from qa.store.names import DocumentNames
from qa.store.store import Store

__all__ = ["CheckReport", "DocumentNames", "Problem", "Store"]
