"""The program as one object: where the steps are wired together from the settings."""

from qa.assistant.asking import Reply, Request, chosen_engine
from qa.assistant.assistant import Assistant
from qa.assistant.ingest import Progress

__all__ = ["Assistant", "Progress", "Reply", "Request", "chosen_engine"]
