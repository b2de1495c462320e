"""Cutting a document along its own structure: sections, sentences, and windows of whole sentences.

All offsets are characters into `Document.text`, half open, and exact: nothing is searched for afterwards.
"""

from qa.chunk.lines import ITEM_MARKER, item_start
from qa.chunk.plain import is_title_line
from qa.chunk.sections import Heading, Section, headings, sections
from qa.chunk.sentences import sentence_spans
from qa.chunk.windows import split

__all__ = [
    "ITEM_MARKER",
    "Heading",
    "Section",
    "headings",
    "is_title_line",
    "item_start",
    "sections",
    "sentence_spans",
    "split",
]
