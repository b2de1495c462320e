"""The values that the steps hand to one another.

All are frozen and check themselves, so a wrong one can't be built. Offsets are counted in characters
(Python string indices) into `Document.text`, half open: `text[start:end]`. They come from the splitter
and are never found by searching the text afterwards.
"""

from qa.schema.answers import NOT_FOUND, Answer, AnswerSentence, Citation, StreamEvent, Support, Turn
from qa.schema.documents import (
    Chunk,
    Document,
    HasMetadata,
    HasTitle,
    Mark,
    Metadata,
    Sentence,
    Span,
)
from qa.schema.passages import Evidence, Filters, Passage
from qa.schema.reports import AddReport, DocumentSummary, Failure, NearDuplicate, Version

__all__ = [
    "NOT_FOUND",
    "AddReport",
    "Answer",
    "AnswerSentence",
    "Chunk",
    "Citation",
    "Document",
    "DocumentSummary",
    "Evidence",
    "Failure",
    "Filters",
    "HasMetadata",
    "HasTitle",
    "Mark",
    "Metadata",
    "NearDuplicate",
    "Passage",
    "Sentence",
    "Span",
    "StreamEvent",
    "Support",
    "Turn",
    "Version",
]
