"""The program as one object: where the steps are wired together from the settings.

Names are resolved on first use: a command that lists documents needs neither models nor parsers.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assistant.assistant import Assistant
    from qa.assistant.requests import Reply, Request
    from qa.ingest.corpus import Corpus
    from qa.ingest.pipeline import Progress

__all__ = ["Assistant", "Corpus", "Progress", "Reply", "Request"]

_HOMES = {
    "Assistant": "qa.assistant.assistant",
    "Corpus": "qa.ingest.corpus",
    "Progress": "qa.ingest.pipeline",
    "Reply": "qa.assistant.requests",
    "Request": "qa.assistant.requests",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'qa.assistant' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
