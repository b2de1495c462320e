"""Conversations and notes as files: DOCX, Markdown, and HTML that prints, with numbered sources.

from qa.exporting import export_exchanges

_, exchanges = assistant.conversations.get(conversation_id)
data = export_exchanges(exchanges, title="Steel", exported_on=date.today(), file_format="docx")
"""

from qa.exporting.blocks import Cell, CitedTable, one_line
from qa.exporting.contents import TablesOf
from qa.exporting.exports import (
    EXPORT_FORMATS,
    ExportFormat,
    export_exchanges,
    export_file_name,
    export_note,
)

__all__ = [
    "EXPORT_FORMATS",
    "Cell",
    "CitedTable",
    "ExportFormat",
    "TablesOf",
    "export_exchanges",
    "export_file_name",
    "export_note",
    "one_line",
]
