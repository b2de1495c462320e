"""Word documents (.docx): the body in its order, with headings, lists, tables, boxes and notes."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.cell_grids import Cell, join_texts, put_cells
from qa.parsers.office.charts import put_chart
from qa.parsers.office.diagrams import read_diagram
from qa.parsers.office.docx_furniture import note_furniture
from qa.parsers.office.docx_styles import Numbering, Styles
from qa.parsers.office.docx_text import WRAPPER_TAGS, Attached, TextReader, choose_branch, elements_by_name
from qa.parsers.office.left_out import LeftOut
from qa.parsers.office.note_labels import NoteLabels
from qa.parsers.office.office_math import read_formula
from qa.parsers.office.ooxml import Package, only_load_errors
from qa.parsers.office.tabbed_rows import count_tabbed, put_tabbed, split_tabbed
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.table_units import join_caption
from qa.parsers.xml_elements import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_docx"]

_CONTENTS_GALLERIES = frozenset({"table of contents", "table of figures"})
_MAX_COLUMNS = 1000
_MAX_NESTED_SHARE = 1 / 3  # of a table's cells that hold tables; beyond that it places them

_Blocks = list["Element"]


@only_load_errors
def read_docx(data: bytes) -> ParsedContent:
    """The text as it shows; deleted, hidden and commented text, heads and feet of pages are named in notes.

    Notes at the foot follow their paragraph, text boxes the paragraph that they are fixed to. The table of
    contents is left out: it repeats the headings.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="Word", folder="word", main="document.xml")
    body = path(package.parse(package.main), "body")
    reader = _Reader(package, body)
    reader.read_blocks(body)
    reader.finish()
    content = reader.builder.build(package.metadata())
    note_furniture(package, body, reader.text, reader.left_out)
    return replace(content, notes=reader.left_out.notes())


class _Reader:
    """Walks a body and puts what it finds to the builder."""

    def __init__(self, package: Package, body: "Element | None") -> None:
        self.builder = ContentBuilder()
        self.left_out = LeftOut()
        self._package = package
        self._styles = Styles(package.parse_optional(package.first_related(package.main, "styles")))
        numbering = package.parse_optional(package.first_related(package.main, "numbering"))
        self._numbering = Numbering(numbering, self._styles)
        self.text = TextReader(self._styles, NoteLabels(package, body), self.left_out)
        self._captions_stand_below = self._find_caption_place(body)
        # The start of a paragraph that goes on in the next: its mark was deleted, or it is a large initial.
        self._carried_text = ""

    def read_blocks(self, parent: "Element | None") -> None:
        """Paragraphs and tables in their order."""
        blocks = list(self._unwrap(parent))
        end = 0  # of the rows that are read
        for index, block in enumerate(blocks):
            if index < end:
                continue
            tag = local_name(block)
            if (count := count_tabbed(blocks, index)) and self._read_tabbed(blocks[index : index + count]):
                end = index + count
            elif tag == "p":
                self._read_paragraph(block)
            elif tag == "tbl":
                beside = blocks[index + 1 :] if self._captions_stand_below else reversed(blocks[:index])
                self._read_table(block, self._read_caption(beside))
            elif tag in ("altChunk", "subDoc"):
                self.left_out.count("embedded document")
            elif tag == "oMathPara":
                self.builder.paragraph(read_formula(block))

    def _read_tabbed(self, paragraphs: _Blocks) -> bool:
        """Put paragraphs with tabs as a table; False, with nothing put, if they are none."""
        # They are read once more where they are text after all, with the notes that they refer to.
        reader = TextReader(self._styles, None, LeftOut())
        rows = split_tabbed([reader.read(paragraph, None) for paragraph in paragraphs])
        if not rows or self._carried_text:
            return False
        texts = [self.text.read(paragraph, None) for paragraph in paragraphs]
        put_tabbed(self.builder, [[clean(cell) for cell in text.split("\t")] for text in texts])
        self._put_attached()
        return True

    def finish(self) -> None:
        """Put what was carried over to a paragraph that did not come."""
        self.builder.paragraph(self._carried_text)
        self._carried_text = ""

    # Paragraphs ---------------------------------------------------------------------------------

    def _read_paragraph(self, element: "Element") -> None:
        properties = child(element, "pPr")
        named = elements_by_name(properties)
        style = attribute(named.get("pStyle"), "val")
        text = self._carried_text + self.text.read(element, style)
        self._carried_text = ""
        mark_properties = named.get("rPr")
        if child(mark_properties, "del") is not None or child(mark_properties, "moveFrom") is not None:
            self._carried_text = text
            return
        if attribute(named.get("framePr"), "dropCap") in ("drop", "margin"):
            self._carried_text = clean(text)
            return
        if self._styles.is_contents(style):
            self._leave_out_contents(text)
        else:
            level = self._styles.level(style, named.get("outlineLvl"))
            marker = self._numbering.marker(properties, style, counts=bool(text.strip()))
            if level:
                self.builder.heading(f"{marker} {text}" if marker and marker != "-" else text, level)
            elif marker:
                self.builder.item(text, marker)
            else:
                self.builder.paragraph(text)
        self._put_attached()

    def _leave_out_contents(self, text: str) -> None:
        if text.strip():
            self.left_out.mention("table of contents")

    def _put_attached(self) -> None:
        attached, self.text.attached = self.text.attached, []
        for entry in attached:
            tag = local_name(entry.element)
            if tag == "chart":
                self._put_chart(entry.element)
            elif tag == "relIds":
                points = read_diagram(self._package.parse_optional(self._find_target(entry.element, "dm")))
                for point in points:
                    self.builder.item(point)
            else:
                self._put_text(entry)

    def _put_text(self, entry: Attached) -> None:
        if entry.mark is not None:
            self.text.begin_note(entry.mark)
        self.read_blocks(entry.element)
        self.finish()

    def _put_chart(self, reference: "Element") -> None:
        length = self.builder.length
        put_chart(self.builder, self._package.parse_optional(self._find_target(reference, "id")))
        if self.builder.length == length:
            self.left_out.count("chart")

    def _find_target(self, element: "Element", name: str) -> str:
        relations = self._package.relations(self._package.main)
        return relations.get(attribute(element, name) or "", ("", ""))[1]

    def _unwrap(self, parent: "Element | None") -> Iterator["Element"]:
        """The blocks, rows or cells in an element, without controls and marks of changes around them."""
        for element in children(parent):
            tag = local_name(element)
            if tag in WRAPPER_TAGS:
                yield from self._unwrap(element)
            elif tag == "sdt":
                gallery = attribute(path(element, "sdtPr", "docPartObj", "docPartGallery"), "val") or ""
                if gallery.casefold() in _CONTENTS_GALLERIES:
                    self._leave_out_contents("".join(element.itertext()))
                else:
                    yield from self._unwrap(element)
            elif tag == "AlternateContent":
                for branch in choose_branch(element):
                    yield from self._unwrap(branch)
            else:
                yield element

    # Tables -------------------------------------------------------------------------------------

    def _find_caption_place(self, body: "Element | None") -> bool:
        """Whether captions stand below the tables, by where most of those are that the file calls so."""
        blocks = list(children(body, "p", "tbl"))
        above = below = 0
        for before, after in itertools.pairwise(blocks):
            above += local_name(after) == "tbl" and self._is_caption(before)
            below += local_name(before) == "tbl" and self._is_caption(after)
        return below > above

    def _is_caption(self, block: "Element") -> bool:
        style = attribute(path(block, "pPr", "pStyle"), "val")
        return local_name(block) == "p" and self._styles.is_caption(style)

    def _read_caption(self, blocks: Iterable["Element"]) -> str:
        """What the captions among these say, up to the first block that is none."""
        # They are put, with the notes that they refer to, where the paragraphs themselves are read.
        reader = TextReader(self._styles, None, LeftOut())
        lines = [clean(reader.read(block, None)) for block in takewhile(self._is_caption, blocks)]
        return join_caption(lines if self._captions_stand_below else lines[::-1])

    def _read_table(self, table: "Element", caption: str) -> None:
        rows = []
        for row in self._unwrap(table):
            if local_name(row) == "tr" and path(row, "trPr", "del") is None:
                rows.append(row)
            elif local_name(row) == "tr":
                self.left_out.mention("text deleted by tracked changes")
        cells = [
            [(cell, list(self._unwrap(cell))) for cell in self._unwrap(row) if local_name(cell) == "tc"]
            for row in rows
        ]
        if self._is_layout([[blocks for _, blocks in row] for row in cells]):
            for cell, _ in (entry for row in cells for entry in row):
                self.read_blocks(cell)
                self.finish()
            return
        head_rows = 0
        while head_rows < len(rows) and is_on(path(rows[head_rows], "trPr", "tblHeader")):
            head_rows += 1
        properties = child(table, "tblPr")
        style, look = attribute(child(properties, "tblStyle"), "val"), child(properties, "tblLook")
        put_cells(
            self.builder,
            [list(self._read_row(*entry)) for entry in zip(rows, cells, strict=True)],
            head_rows=head_rows,
            likely=_is_in_look(look, "firstRow", 0x20) and self._styles.has_head_look(style, "firstRow"),
            head_column=_is_in_look(look, "firstColumn", 0x80)
            and self._styles.has_head_look(style, "firstCol"),
            caption=caption,
        )
        self._put_attached()

    def _read_row(self, row: "Element", cells: list[tuple["Element", _Blocks]]) -> Iterator[Cell]:
        column = whole(path(row, "trPr", "gridBefore"), "val")
        last: Cell | None = None
        for element, blocks in cells:
            properties = elements_by_name(child(element, "tcPr"))
            width = max(1, whole(properties.get("gridSpan"), "val", 1))
            if "cellDel" in properties:
                self.left_out.mention("text deleted by tracked changes")
            elif column < _MAX_COLUMNS:
                rows_merge, columns_merge = properties.get("vMerge"), properties.get("hMerge")
                self.text.weighs_letters, self.text.has_bold, self.text.has_light = True, False, False
                texts = list(self._read_cell(blocks))
                self.text.weighs_letters = False
                if last is not None and columns_merge is not None and not _restarts(columns_merge):
                    last.width += width
                    last.texts = [*last.texts, *texts]
                else:
                    last = Cell(
                        column=column,
                        texts=texts,
                        width=width,
                        continues=rows_merge is not None and not _restarts(rows_merge),
                        is_bold=self.text.has_bold and not self.text.has_light,
                        colour=_read_colour(properties.get("shd")),
                    )
                    yield last
            column += width

    def _read_cell(self, blocks: _Blocks) -> Iterator[str]:
        for block in blocks:
            if local_name(block) == "p":
                properties = child(block, "pPr")
                style = attribute(child(properties, "pStyle"), "val")
                text = clean(self.text.read(block, style))
                marker = self._numbering.marker(properties, style, counts=bool(text))
                yield f"{marker} {text}" if marker and marker != "-" else text
            elif local_name(block) == "tbl":
                for row in (row for row in self._unwrap(block) if local_name(row) == "tr"):
                    inner = [
                        list(self._unwrap(cell)) for cell in self._unwrap(row) if local_name(cell) == "tc"
                    ]
                    yield ", ".join(filter(None, (join_texts(self._read_cell(cell)) for cell in inner)))

    def _is_layout(self, rows: list[list[_Blocks]]) -> bool:
        """Whether a table only places things: one column, or cells that hold tables or headings."""
        if all(len(row) <= 1 for row in rows):
            return True
        cells = [cell for row in rows for cell in row]
        nested = sum(any(local_name(block) == "tbl" for block in blocks) for blocks in cells)
        if nested and (len(rows) == 1 or nested > _MAX_NESTED_SHARE * len(cells)):
            return True
        for block in (block for blocks in cells for block in blocks):
            properties = child(block, "pPr")
            outline = child(properties, "outlineLvl")
            if self._styles.level(attribute(child(properties, "pStyle"), "val"), outline):
                # Some make the column names headings; a heading over paragraphs is none of those.
                return any(sum(local_name(block) == "p" for block in blocks) > 1 for blocks in cells)
        return False


def _is_in_look(look: "Element | None", name: str, bit: int) -> bool:
    """Whether a table shows the look of its style for a part; old files say it in the bits of a number."""
    if (value := attribute(look, name)) is not None:
        return value in ("1", "true", "on")
    try:
        return bool(int(attribute(look, "val") or "0", 16) & bit)
    except ValueError:
        return False


def _read_colour(shade: "Element | None") -> str:
    colour = (attribute(shade, "fill") or "").casefold()
    return "" if colour in ("auto", "ffffff") else colour


def _restarts(merge: "Element") -> bool:
    return attribute(merge, "val") == "restart"
