"""The program as one object: where the steps are wired together from the settings."""

from qa.assistant.assistant import Assistant
from qa.assistant.ingest import Progress
from qa.assistant.keeping import Corpus
from qa.assistant.question_answerer import Reply, Request

__all__ = ["Assistant", "Corpus", "Progress", "Reply", "Request"]
