"""Cutting a document along its own structure: sections, sentences, and windows of whole sentences.

All offsets are characters into `Document.text`, half open, and exact: nothing is searched for afterwards.
"""

from qa.chunking.markdown_headings import read_markdown
from qa.chunking.plain_text_headings import is_title_line
from qa.chunking.sections import Heading, Section, headings, sections
from qa.chunking.windows import split_into_chunks

__all__ = [
    "Heading",
    "Section",
    "headings",
    "is_title_line",
    "read_markdown",
    "sections",
    "split_into_chunks",
]
