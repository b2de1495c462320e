"""Briefing Desk: cited answers from trade briefings, offline.

Importing this package loads no model and opens no file: names are resolved on first use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.config import Settings
    from qa.errors import QAError
    from qa.schema import AddReport, Answer, Citation, Document, Filters, Passage, Turn

__all__ = [
    "AddReport",
    "Answer",
    "Assistant",
    "Citation",
    "Document",
    "Filters",
    "Passage",
    "QAError",
    "Settings",
    "Turn",
    "__version__",
]

__version__ = "1.0.0"

_HOMES = {"Assistant": "qa.assistant", "Settings": "qa.config", "QAError": "qa.errors"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "qa.schema")), name)
