"""What is exported, and as which kind of file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.exporting.blocks import Contents
from qa.exporting.contents import TablesOf, exchange_contents, no_tables, note_contents
from qa.schema import Exchange, NoteItem

__all__ = [
    "EXPORT_FORMATS",
    "ExportFormat",
    "FormatName",
    "export_exchanges",
    "export_file_name",
    "export_note",
]

FormatName = Literal["docx", "markdown", "html"]

_MAX_NAME_CHARS = 80
_FALLBACK_NAME = "briefing-desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """A kind of file: its name, what a reader calls it, the suffix with its dot, the content type."""

    name: FormatName
    label: str
    suffix: str
    content_type: str


# By name, in the order in which they are offered.
EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    entry.name: entry
    for entry in (
        ExportFormat(
            name="docx",
            label="Word",
            suffix=".docx",
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ExportFormat(name="markdown", label="Markdown", suffix=".md", content_type="text/markdown"),
        ExportFormat(name="html", label="Web page, to print", suffix=".html", content_type="text/html"),
    )
}


def export_exchanges(
    exchanges: Sequence[Exchange],
    *,
    title: str,
    exported_on: date,
    file_format: FormatName,
    tables: TablesOf = no_tables,
) -> bytes:
    """Questions with what came of them, in this order, as a file; with `tables` rows stand in their table."""
    contents = exchange_contents(exchanges, title=title, exported_on=exported_on, tables=tables)
    return _RENDERERS[file_format](contents)


def export_note(
    items: Sequence[NoteItem],
    *,
    title: str,
    exported_on: date,
    file_format: FormatName,
    tables: TablesOf = no_tables,
) -> bytes:
    """What is pinned to a note, in its order, as a file; with `tables` rows stand in their table."""
    contents = note_contents(items, title=title, exported_on=exported_on, tables=tables)
    return _RENDERERS[file_format](contents)


def export_file_name(title: str, file_format: FormatName) -> str:
    """A name for the file, of letters, digits and hyphens."""
    words = re.sub(r"[\W_]+", "-", title).strip("-")[:_MAX_NAME_CHARS].rstrip("-")
    return (words or _FALLBACK_NAME) + EXPORT_FORMATS[file_format].suffix


def _render_docx(contents: Contents) -> bytes:
    from qa.exporting.word_document import render_docx

    return render_docx(contents)


def _render_markdown(contents: Contents) -> bytes:
    from qa.exporting.markdown_text import render_markdown

    return render_markdown(contents).encode()


def _render_html(contents: Contents) -> bytes:
    from qa.exporting.html_page import render_html

    return render_html(contents).encode()


_RENDERERS: Mapping[FormatName, Callable[[Contents], bytes]] = {
    "docx": _render_docx,
    "markdown": _render_markdown,
    "html": _render_html,
}
