"""The program as one object: where the steps are wired together from the settings."""

from qa.assistant.assistant import Assistant
from qa.assistant.requests import Reply, Request
from qa.ingest.corpus import Corpus
from qa.ingest.pipeline import Progress

__all__ = ["Assistant", "Corpus", "Progress", "Reply", "Request"]
