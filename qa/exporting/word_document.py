"""An export as a Word document: headings and lists by their styles, sources numbered by Word itself."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from qa.exporting.blocks import Block, Cell, Contents, Run, Source

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["render_docx"]

# The styles of python-docx's own template by those of our blocks.
_STYLES = {
    "title": "Title",
    "heading": "Heading 1",
    "text": "Normal",
    "item": "List Bullet",
    "quote": "Quote",
    "remark": "Body Text",
    "aside": "Normal",
    "warning": "Normal",
    "table": "Normal",
    "source": "List Number",
    "address": "List Continue",
}
_QUIET = RGBColor(0x55, 0x60, 0x6E)
_WARNING = RGBColor(0x8A, 0x4B, 0x00)
_ASIDE_SIZE = Pt(9)
_LIST_INDENT = Pt(18)  # that of the template's lists
# No clock: the same export is the same file.
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def render_docx(contents: Contents) -> bytes:
    """The whole file."""
    document = Document()
    _describe(document, contents)
    writer = _Writer(document)
    writer.add("title", (Run(contents.title),))
    writer.add("aside", (Run(contents.about),))
    for block in contents.blocks:
        writer.add_block(block)
    if contents.sources:
        writer.add("heading", (Run("Sources"),))
        for source in contents.sources:
            writer.add_source(source)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _describe(document: "WordDocument", contents: Contents) -> None:
    properties = document.core_properties
    # Longer values are refused.
    properties.title = contents.title[:255]
    properties.subject = contents.about[:255]
    properties.author = properties.last_modified_by = "Briefing Desk"
    properties.comments = properties.keywords = ""
    properties.created = properties.modified = _EARLIEST


class _Writer:
    """Puts paragraphs at the end of a document."""

    def __init__(self, document: "WordDocument") -> None:
        self._document = document
        self._end = document.element.body[-1]
        # By their ids: looking one up goes through all of them.
        self._style_ids = {name: document.styles[style].style_id for name, style in _STYLES.items()}

    def add_block(self, block: Block) -> None:
        paragraph = self.add(block.style, block.runs)
        if block.style in ("heading", "table"):
            paragraph.paragraph_format.keep_with_next = True
        if block.rows:
            self._add_table(block.rows)

    def _add_table(self, rows: Sequence[Sequence[Cell]]) -> None:
        table = self._document.add_table(len(rows), len(rows[0]), "Table Grid")
        for row, cells in zip(table.rows, rows, strict=True):
            for place, cell in zip(row.cells, cells, strict=True):
                place.paragraphs[0].add_run(cell.text).bold = cell.is_head or cell.is_answer
        self.add("text", ())  # two tables that follow one another would be one

    def add_source(self, source: Source) -> None:
        details = "".join(f", {detail}" for detail in source.details)
        head = self.add("source", (Run(source.title, is_bold=True), Run(details)))
        quote = self.add("quote", (Run(source.quote),))
        quote.paragraph_format.left_indent = _LIST_INDENT
        head.paragraph_format.keep_with_next = quote.paragraph_format.keep_with_next = True
        self.add("address", (Run(source.address),))

    def add(self, style: str, runs: tuple[Run, ...]) -> Paragraph:
        element = OxmlElement("w:p")
        # Not `add_paragraph`, which goes through all of the body each time.
        self._end.addprevious(element)
        element.style = self._style_ids[style]
        paragraph = Paragraph(element, self._document)
        for run in runs:
            added = paragraph.add_run(run.text)
            if run.is_bold:
                added.bold = True
            if style in ("aside", "address"):
                added.font.size, added.font.color.rgb = _ASIDE_SIZE, _QUIET
            elif style == "warning":
                added.font.color.rgb = _WARNING
        return paragraph


def _without_times(data: bytes) -> bytes:
    """The same archive with every member of one date."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _EARLIEST.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return buffer.getvalue()
