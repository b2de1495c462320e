"""Word documents (.docx): the body in its order, with headings, lists, tables, boxes and notes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.charts import put_chart
from qa.parsers.office.docx_styles import Numbering, Styles
from qa.parsers.office.ooxml import Package, only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.table_text import put_table
from qa.parsers.xml_elements import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_docx"]

# Wrappers that change nothing about what stands in them. Deleted and moved text (del, moveFrom) has others.
_WRAPPER_TAGS = frozenset(
    {"ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir", "sdtContent"}
)
_MATH_TAGS = frozenset({"oMath", "oMathPara"})
_SPACE_TAGS = frozenset({"tab", "br", "cr", "ptab"})
_CONTENTS_GALLERIES = frozenset({"table of contents", "table of figures"})
_MAX_COLUMNS = 1000


@only_load_errors
def read_docx(data: bytes) -> ParsedContent:
    """The text as it shows: deleted, hidden and commented text, headers and footers stay out.

    Notes at the foot follow their paragraph, text boxes the paragraph that they are fixed to. The table of
    contents is left out: it repeats the headings.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="Word", folder="word", main="document.xml")
    reader = _Reader(package)
    reader.read_blocks(path(package.parse(package.main), "body"))
    reader.finish()
    return reader.builder.build(package.metadata())


class _Reader:
    """Walks a body and puts what it finds to the builder."""

    def __init__(self, package: Package) -> None:
        self.builder = ContentBuilder()
        self._package = package
        self._styles = Styles(package.parse_optional(package.first_related(package.main, "styles")))
        numbering = package.parse_optional(package.first_related(package.main, "numbering"))
        self._numbering = Numbering(numbering, self._styles)
        self._notes = {
            f"{note_type}{attribute(note, 'id')}": note
            for note_type in ("footnote", "endnote")
            for note in children(
                package.parse_optional(package.first_related(package.main, f"{note_type}s")), note_type
            )
            if attribute(note, "type") in (None, "normal")
        }
        # What waits for the end of the paragraph or table: its notes, boxes and charts.
        self._pending: list[Element | str] = []
        # The start of a paragraph that goes on in the next: its mark was deleted, or it is a large initial.
        self._carried_text = ""

    def read_blocks(self, parent: "Element | None") -> None:
        """Paragraphs and tables in their order."""
        for block in _unwrap(parent):
            if local_name(block) == "p":
                self._read_paragraph(block)
            elif local_name(block) == "tbl":
                self._read_table(block)

    def finish(self) -> None:
        """Put what was carried over to a paragraph that did not come."""
        self.builder.paragraph(self._carried_text)
        self._carried_text = ""

    # Paragraphs ---------------------------------------------------------------------------------

    def _read_paragraph(self, element: "Element") -> None:
        properties = child(element, "pPr")
        text = self._carried_text + self._read_text(element)
        self._carried_text = ""
        mark_properties = child(properties, "rPr")
        if child(mark_properties, "del") is not None or child(mark_properties, "moveFrom") is not None:
            self._carried_text = text
            return
        if attribute(child(properties, "framePr"), "dropCap") in ("drop", "margin"):
            self._carried_text = clean(text)
            return
        style = attribute(child(properties, "pStyle"), "val")
        if not self._styles.is_contents(style):
            level = self._styles.level(style, child(properties, "outlineLvl"))
            marker = self._numbering.marker(properties, style, counts=bool(text.strip()))
            if level:
                self.builder.heading(text, level)
            elif marker:
                self.builder.item(text, marker)
            else:
                self.builder.paragraph(text)
        self._put_pending()

    def _put_pending(self) -> None:
        pending, self._pending = self._pending, []
        for content in pending:
            if isinstance(content, str):
                put_chart(self.builder, self._package.parse_optional(content))
            else:
                self.read_blocks(content)
                self.finish()

    def _read_text(self, element: "Element") -> str:
        return "".join(self._read_inline(element))

    def _read_inline(self, parent: "Element") -> Iterator[str]:
        for node in parent:
            tag = local_name(node)
            if tag == "r":
                yield from self._read_run(node)
            elif tag in _WRAPPER_TAGS:
                yield from self._read_inline(node)
            elif tag == "sdt":
                if child(path(node, "sdtPr"), "showingPlcHdr") is None:
                    yield from self._read_inline(node)
            elif tag == "AlternateContent":
                for branch in _choose_branch(node):
                    yield from self._read_inline(branch)
            elif tag in _MATH_TAGS:
                yield from ("".join(math_text.itertext()) for math_text in node.iter("{*}t"))

    def _read_run(self, run: "Element") -> Iterator[str]:
        properties = child(run, "rPr")
        if properties is not None and self._is_hidden(properties):
            return
        for node in run:
            tag = local_name(node)
            if tag == "t":
                yield node.text or ""
            elif tag in _SPACE_TAGS:
                yield " "
            elif tag == "noBreakHyphen":
                yield "-"
            elif tag == "sym":
                yield _decode_symbol(attribute(node, "char") or "")
            elif tag == "ruby":
                yield from (self._read_text(base) for base in children(node, "rubyBase"))
            elif tag in ("footnoteReference", "endnoteReference"):
                # Each note once, though several marks may refer to it.
                note = self._notes.pop(f"{tag.removesuffix('Reference')}{attribute(node, 'id')}", None)
                self._pending += [] if note is None else [note]
            elif tag in ("drawing", "pict", "object", "AlternateContent"):
                self._find_boxes(node)

    def _is_hidden(self, properties: "Element") -> bool:
        own = child(properties, "vanish")
        if own is not None:
            return is_on(own)
        style = attribute(child(properties, "rStyle"), "val")
        return style is not None and self._styles.is_hidden(style)

    def _find_boxes(self, element: "Element") -> None:
        tag = local_name(element)
        if tag == "AlternateContent":
            # The same box for new programs and, as a fallback, for old ones.
            for branch in _choose_branch(element):
                self._find_boxes(branch)
        elif tag == "txbxContent":
            self._pending.append(element)
        elif tag == "chart":
            _, part = self._package.relations(self._package.main).get(
                attribute(element, "id") or "", ("", "")
            )
            self._pending += [part] if part else []
        else:
            for node in element:
                self._find_boxes(node)

    # Tables -------------------------------------------------------------------------------------

    def _read_table(self, table: "Element") -> None:
        rows = [row for row in _unwrap(table) if local_name(row) == "tr" and not _is_deleted(row)]
        cells = [[cell for cell in _unwrap(row) if local_name(cell) == "tc"] for row in rows]
        if self._is_layout(cells):
            for cell in (cell for row in cells for cell in row):
                self.read_blocks(cell)
                self.finish()
            return
        row_above: dict[int, str] = {}
        texts = []
        for row, row_cells in zip(rows, cells, strict=True):
            row_above = self._read_row(row, row_cells, row_above)
            texts.append([row_above.get(column, "") for column in range(max(row_above, default=-1) + 1)])
        head_rows = 0
        while head_rows < len(rows) and is_on(path(rows[head_rows], "trPr", "tblHeader")):
            head_rows += 1
        bold_rows = [self._is_bold(row_cells) for row_cells in cells[:2]]
        has_bold_head = len(bold_rows) > 1 and bold_rows[0] and not bold_rows[1]
        put_table(
            self.builder, texts, head_rows=head_rows if head_rows < len(rows) else 0, likely=has_bold_head
        )
        self._put_pending()

    def _read_row(self, row: "Element", cells: list["Element"], row_above: dict[int, str]) -> dict[int, str]:
        """Column to text; a cell that goes on from the row above says the same as there."""
        column = whole(path(row, "trPr", "gridBefore"), "val")
        texts: dict[int, str] = {}
        for cell in cells:
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is None and column < _MAX_COLUMNS:
                merge = child(properties, "vMerge")
                is_merged = merge is not None and attribute(merge, "val") != "restart"
                texts[column] = row_above.get(column, "") if is_merged else " ".join(self._read_cell(cell))
            column += max(1, whole(child(properties, "gridSpan"), "val", 1))
        return texts

    def _read_cell(self, cell: "Element") -> Iterator[str]:
        for block in _unwrap(cell):
            if local_name(block) == "p":
                yield clean(self._read_text(block))

    def _is_layout(self, rows: list[list["Element"]]) -> bool:
        """Whether a table only places things: one column, or cells that hold tables or headings."""
        if all(len(row) <= 1 for row in rows):
            return True
        for block in (block for row in rows for cell in row for block in _unwrap(cell)):
            if local_name(block) == "tbl":
                return True
            properties = child(block, "pPr")
            outline = child(properties, "outlineLvl")
            if self._styles.level(attribute(child(properties, "pStyle"), "val"), outline):
                # Some make the column names headings; a heading over paragraphs is none of those.
                return any(len(list(children(cell, "p"))) > 1 for row in rows for cell in row)
        return False

    def _is_bold(self, cells: list["Element"]) -> bool:
        runs = [run for cell in cells for run in cell.iter("{*}r") if child(run, "t") is not None]
        return bool(runs) and all(is_on(path(run, "rPr", "b")) for run in runs)


def _unwrap(parent: "Element | None") -> Iterator["Element"]:
    """The blocks, rows or cells in an element, without controls and marks of changes around them."""
    for element in children(parent):
        tag = local_name(element)
        if tag in _WRAPPER_TAGS:
            yield from _unwrap(element)
        elif tag == "sdt":
            gallery = attribute(path(element, "sdtPr", "docPartObj", "docPartGallery"), "val") or ""
            if gallery.casefold() not in _CONTENTS_GALLERIES:
                yield from _unwrap(element)
        elif tag == "AlternateContent":
            for branch in _choose_branch(element):
                yield from _unwrap(branch)
        else:
            yield element


def _choose_branch(alternatives: "Element") -> list["Element"]:
    """The first of several ways to show the same, the fallback only where there is no other."""
    branches = [*children(alternatives, "Choice"), *children(alternatives, "Fallback")]
    return next(([branch] for branch in branches if len(branch)), [])


def _is_deleted(row: "Element") -> bool:
    return path(row, "trPr", "del") is not None


def _decode_symbol(code: str) -> str:
    """A character by its number; those of symbol fonts have no meaning elsewhere."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 else ""
