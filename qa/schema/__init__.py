"""The values that the steps hand to one another.

All are frozen and check themselves, so a wrong one can't be built. Offsets are counted in characters
(Python string indices) into `Document.text`, half open: `text[start:end]`. They come from the splitter
and are never found by searching the text afterwards.
"""

from qa.schema.answers import (
    LISTED_TYPES,
    NOT_BORNE_OUT,
    NOT_FOUND,
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Computed,
    Condition,
    ConditionKind,
    ConditionState,
    ModelUsage,
    SentPassage,
    StreamEvent,
    Support,
    Turn,
    UnsupportedPolicy,
)
from qa.schema.conversations import Conversation, Exchange
from qa.schema.documents import (
    Chunk,
    Document,
    HasMetadata,
    HasTitle,
    Metadata,
    PageBox,
    PagePicture,
    RecognisedPage,
    Sentence,
    Span,
    StructureMark,
)
from qa.schema.feedback import Feedback, FeedbackReason, FeedbackVerdict
from qa.schema.notes import Note, NoteItem
from qa.schema.passages import EARLIER_MESSAGE, QUOTED_MESSAGE, Filters, Passage, ReaderScores
from qa.schema.reports import AddReport, DocumentSummary, Failure, NearDuplicate, Version
from qa.schema.source_tables import SourceTable
from qa.schema.tables import Table, TableCell

__all__ = [
    "EARLIER_MESSAGE",
    "LISTED_TYPES",
    "NOT_BORNE_OUT",
    "NOT_FOUND",
    "QUOTED_MESSAGE",
    "AddReport",
    "Answer",
    "AnswerSentence",
    "CheckedCondition",
    "Chunk",
    "Citation",
    "Computed",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "Conversation",
    "Document",
    "DocumentSummary",
    "Exchange",
    "Failure",
    "Feedback",
    "FeedbackReason",
    "FeedbackVerdict",
    "Filters",
    "HasMetadata",
    "HasTitle",
    "Metadata",
    "ModelUsage",
    "NearDuplicate",
    "Note",
    "NoteItem",
    "PageBox",
    "PagePicture",
    "Passage",
    "ReaderScores",
    "RecognisedPage",
    "SentPassage",
    "Sentence",
    "SourceTable",
    "Span",
    "StreamEvent",
    "StructureMark",
    "Support",
    "Table",
    "TableCell",
    "Turn",
    "UnsupportedPolicy",
    "Version",
]
