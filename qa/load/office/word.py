"""Word documents (.docx): the body in its order, with headings, lists, tables, boxes and notes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.load.content import ContentBuilder, clean
from qa.load.office.charts import put_chart
from qa.load.office.grids import put_table
from qa.load.office.ooxml import Package, only_load_errors
from qa.load.office.word_styles import Numbering, Styles
from qa.load.values import Content
from qa.load.xml import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_docx"]

# Wrappers that change nothing about what stands in them. Deleted and moved text (del, moveFrom) has others.
_WRAPPERS = frozenset(
    {"ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir", "sdtContent"}
)
_MATHS = frozenset({"oMath", "oMathPara"})
_SPACES = frozenset({"tab", "br", "cr", "ptab"})
_CONTENTS = frozenset({"table of contents", "table of figures"})
_MAX_COLUMNS = 1000


@only_load_errors
def read_docx(data: bytes) -> Content:
    """The text as it shows: deleted, hidden and commented text, headers and footers stay out.

    Notes at the foot follow their paragraph, text boxes the paragraph that they are fixed to. The table of
    contents is left out: it repeats the headings.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="Word", folder="word", main="document.xml")
    reader = _Reader(package)
    reader.blocks(path(package.parse(package.main), "body"))
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
            f"{kind}{attribute(note, 'id')}": note
            for kind in ("footnote", "endnote")
            for note in children(
                package.parse_optional(package.first_related(package.main, f"{kind}s")), kind
            )
            if attribute(note, "type") in (None, "normal")
        }
        # What waits for the end of the paragraph or table: its notes, boxes and charts.
        self._waiting: list[Element | str] = []
        # The start of a paragraph that goes on in the next: its mark was deleted, or it is a large initial.
        self._carried = ""

    def blocks(self, parent: "Element | None") -> None:
        """Paragraphs and tables in their order."""
        for block in _unwrapped(parent):
            if local_name(block) == "p":
                self._paragraph(block)
            elif local_name(block) == "tbl":
                self._table(block)

    def finish(self) -> None:
        """Put what was carried over to a paragraph that did not come."""
        self.builder.paragraph(self._carried)
        self._carried = ""

    # Paragraphs ---------------------------------------------------------------------------------

    def _paragraph(self, element: "Element") -> None:
        properties = child(element, "pPr")
        text = self._carried + self._text(element)
        self._carried = ""
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self._carried = text
            return
        if attribute(child(properties, "framePr"), "dropCap") in ("drop", "margin"):
            self._carried = clean(text)
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
        self._put_waiting()

    def _put_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if isinstance(one, str):
                put_chart(self.builder, self._package.parse_optional(one))
            else:
                self.blocks(one)
                self.finish()

    def _text(self, element: "Element") -> str:
        return "".join(self._pieces(element))

    def _pieces(self, parent: "Element") -> Iterator[str]:
        for one in parent:
            name = local_name(one)
            if name == "r":
                yield from self._run(one)
            elif name in _WRAPPERS:
                yield from self._pieces(one)
            elif name == "sdt":
                if child(path(one, "sdtPr"), "showingPlcHdr") is None:
                    yield from self._pieces(one)
            elif name == "AlternateContent":
                for branch in _branch(one):
                    yield from self._pieces(branch)
            elif name in _MATHS:
                yield from ("".join(part.itertext()) for part in one.iter("{*}t"))

    def _run(self, run: "Element") -> Iterator[str]:
        properties = child(run, "rPr")
        if properties is not None and self._is_hidden(properties):
            return
        for one in run:
            name = local_name(one)
            if name == "t":
                yield one.text or ""
            elif name in _SPACES:
                yield " "
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                yield _symbol(attribute(one, "char") or "")
            elif name == "ruby":
                yield from (self._text(base) for base in children(one, "rubyBase"))
            elif name in ("footnoteReference", "endnoteReference"):
                # Each note once, though several marks may refer to it.
                note = self._notes.pop(f"{name.removesuffix('Reference')}{attribute(one, 'id')}", None)
                self._waiting += [] if note is None else [note]
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self._find_boxes(one)

    def _is_hidden(self, properties: "Element") -> bool:
        own = child(properties, "vanish")
        if own is not None:
            return is_on(own)
        style = attribute(child(properties, "rStyle"), "val")
        return style is not None and self._styles.is_hidden(style)

    def _find_boxes(self, element: "Element") -> None:
        name = local_name(element)
        if name == "AlternateContent":
            # The same box for new programs and, as a fallback, for old ones.
            for branch in _branch(element):
                self._find_boxes(branch)
        elif name == "txbxContent":
            self._waiting.append(element)
        elif name == "chart":
            _, part = self._package.relations(self._package.main).get(
                attribute(element, "id") or "", ("", "")
            )
            self._waiting += [part] if part else []
        else:
            for one in element:
                self._find_boxes(one)

    # Tables -------------------------------------------------------------------------------------

    def _table(self, table: "Element") -> None:
        rows = [row for row in _unwrapped(table) if local_name(row) == "tr" and not _is_deleted(row)]
        cells = [[cell for cell in _unwrapped(row) if local_name(cell) == "tc"] for row in rows]
        if self._is_layout(cells):
            for cell in (cell for row in cells for cell in row):
                self.blocks(cell)
                self.finish()
            return
        above: dict[int, str] = {}
        texts = []
        for row, members in zip(rows, cells, strict=True):
            above = self._row(row, members, above)
            texts.append([above.get(at, "") for at in range(max(above, default=-1) + 1)])
        heads = 0
        while heads < len(rows) and is_on(path(rows[heads], "trPr", "tblHeader")):
            heads += 1
        bold = [self._is_bold(members) for members in cells[:2]]
        likely = len(bold) > 1 and bold[0] and not bold[1]
        put_table(self.builder, texts, head_rows=heads if heads < len(rows) else 0, likely=likely)
        self._put_waiting()

    def _row(self, row: "Element", cells: list["Element"], above: dict[int, str]) -> dict[int, str]:
        """Column to text; a cell that goes on from the row above says the same as there."""
        at = whole(path(row, "trPr", "gridBefore"), "val")
        found: dict[int, str] = {}
        for cell in cells:
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is None and at < _MAX_COLUMNS:
                merge = child(properties, "vMerge")
                goes_on = merge is not None and attribute(merge, "val") != "restart"
                found[at] = above.get(at, "") if goes_on else " ".join(self._cell(cell))
            at += max(1, whole(child(properties, "gridSpan"), "val", 1))
        return found

    def _cell(self, cell: "Element") -> Iterator[str]:
        for block in _unwrapped(cell):
            if local_name(block) == "p":
                yield clean(self._text(block))

    def _is_layout(self, rows: list[list["Element"]]) -> bool:
        """Whether a table only places things: one column, or cells that hold tables or headings."""
        if all(len(row) <= 1 for row in rows):
            return True
        for block in (block for row in rows for cell in row for block in _unwrapped(cell)):
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


def _unwrapped(parent: "Element | None") -> Iterator["Element"]:
    """The blocks, rows or cells in an element, without controls and marks of changes around them."""
    for one in children(parent):
        name = local_name(one)
        if name in _WRAPPERS:
            yield from _unwrapped(one)
        elif name == "sdt":
            gallery = attribute(path(one, "sdtPr", "docPartObj", "docPartGallery"), "val") or ""
            if gallery.casefold() not in _CONTENTS:
                yield from _unwrapped(one)
        elif name == "AlternateContent":
            for branch in _branch(one):
                yield from _unwrapped(branch)
        else:
            yield one


def _branch(alternatives: "Element") -> list["Element"]:
    """The first of several ways to show the same, the fallback only where there is no other."""
    found = [*children(alternatives, "Choice"), *children(alternatives, "Fallback")]
    return next(([one] for one in found if len(one)), [])


def _is_deleted(row: "Element") -> bool:
    return path(row, "trPr", "del") is not None


def _symbol(code: str) -> str:
    """A character by its number; those of symbol fonts have no meaning elsewhere."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 else ""
