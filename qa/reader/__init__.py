"""The evidence reader: reads a passage against a question (see MODEL_CARD.md beside this file)."""

from qa.reader.logits import squash
from qa.reader.model import READER_SHA256, Reader
from qa.reader.spans import best_spans

__all__ = ["READER_SHA256", "Reader", "best_spans", "squash"]
