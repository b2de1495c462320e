"""The evidence reader: reads a passage against a question (see MODEL_CARD.md beside this file)."""

from qa.models.reader.answer_spans import best_spans
from qa.models.reader.evidence_reader import READER_SHA256, Reader
from qa.models.reader.logits import squash

__all__ = ["READER_SHA256", "Reader", "best_spans", "squash"]
