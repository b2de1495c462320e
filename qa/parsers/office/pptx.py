"""PowerPoint presentations (.pptx): each slide a page, its shapes in the order in which they are read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.office.cell_grids import Cell, put_cells
from qa.parsers.office.charts import put_chart
from qa.parsers.office.diagrams import read_diagram
from qa.parsers.office.left_out import LeftOut
from qa.parsers.office.ooxml import Package, only_load_errors
from qa.parsers.office.pptx_shapes import Layout, Shape, shapes_of
from qa.parsers.office.pptx_text import Paragraph, is_bold, is_struck, read_paragraphs, read_text
from qa.parsers.office.shape_order import sort_in_reading_order
from qa.parsers.office.tabbed_rows import Block, TabbedLine, join_tabbed
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.xml_elements import attribute, child, children, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_pptx"]

_TITLE_TYPES = frozenset({"title", "ctrTitle"})
# Placeholders of what stands on every slide, and how a note calls it.
_FURNITURE = {"dt": "slide footer", "ftr": "slide footer", "hdr": "slide header", "sldNum": "", "sldImg": ""}
# Placeholders whose text has bullets.
_BULLETED_TYPES = frozenset({"body", "obj", "", "chart", "tbl", "media", "pic"})
_MAX_TITLE_CHARS = 100
_DEFAULT_HEIGHT, _DEFAULT_WIDTH = 6_858_000, 9_144_000


@only_load_errors
def read_pptx(data: bytes) -> ParsedContent:
    """Each slide's title as a heading, its texts and tables in reading order, then the speaker's notes.

    Footers, dates and what is hidden are named in notes only; hidden slides keep their number.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="PowerPoint", folder="ppt", main="presentation.xml")
    root = package.parse(package.main)
    deck = _Deck(package, child(root, "sldSz"))
    relations = package.relations(package.main)
    for slide_id in children(child(root, "sldIdLst"), "sldId"):
        # Its own id stands beside the relation's: the latter has a namespace.
        relation_id = next((str(value) for name, value in slide_id.items() if str(name).endswith("}id")), "")
        relation_type, part = relations.get(relation_id, ("", ""))
        if relation_type == "slide":
            deck.builder.page()
            deck.put_slide(part)
    content = deck.builder.build(package.metadata())
    return replace(content, notes=deck.left_out.notes())


class _Deck:
    """Puts slide after slide to the builder."""

    def __init__(self, package: Package, size: "Element | None") -> None:
        self.builder, self.left_out = ContentBuilder(), LeftOut()
        self._package = package
        self._height = whole(size, "cy", _DEFAULT_HEIGHT) or _DEFAULT_HEIGHT
        self._width = whole(size, "cx", _DEFAULT_WIDTH) or _DEFAULT_WIDTH
        self._layouts: dict[str | None, Layout] = {}

    def put_slide(self, part: str) -> None:
        """One slide and what belongs to it."""
        root = self._package.parse(part)
        if attribute(root, "show") in ("0", "false"):
            self.left_out.count("hidden slide")
            return
        layout = self._read_layout(part)
        tree = path(root, "cSld", "spTree")
        content_shapes = []
        for shape in shapes_of(tree, layout, leave_out=self._leave_out_hidden):
            if shape.placeholder not in _FURNITURE:
                content_shapes.append(shape)
            elif place := _FURNITURE[shape.placeholder]:
                self.left_out.quote(place, read_text(shape.element))
        shapes = self._sort(content_shapes)
        title = next(
            (shape for shape in shapes if shape.placeholder in _TITLE_TYPES and read_text(shape.element)),
            None,
        )
        title = title or _find_likely_title(shapes)
        if title is not None:
            self.builder.heading(read_text(title.element), 1)
        for shape in shapes:
            if shape is not title:
                self._put_shape(part, shape)
        self._put_notes(part)
        self._mention_unread(part, root)

    def _mention_unread(self, part: str, root: "Element") -> None:
        """What a slide holds besides its text."""
        if any(map(is_struck, root.iter("{*}r"))):
            self.left_out.mention("struck-out text")
        for relation_type, target in self._package.related(part):
            if relation_type == "comments":
                comments = self._package.parse_optional(target)
                self.left_out.count("comment", sum(1 for _ in children(comments, "cm")))

    def _read_layout(self, slide: str) -> Layout:
        part = self._package.first_related(slide, "slideLayout")
        if part not in self._layouts:
            layout = self._layouts[part] = Layout(self._package, part)
            for shape in layout.background:
                self.left_out.quote("on every slide", read_text(shape.element))
        return self._layouts[part]

    def _leave_out_hidden(self, element: "Element") -> None:
        if next(element.iter("{*}t"), None) is not None:
            self.left_out.count("hidden shape")

    def _sort(self, shapes: Iterable[Shape]) -> list[Shape]:
        return sort_in_reading_order(list(shapes), self._height, self._width)

    def _put_shape(self, slide: str, shape: Shape) -> None:
        tag = local_name(shape.element)
        if tag in ("pic", "contentPart"):
            self.left_out.count("picture")
        elif tag != "graphicFrame":
            has_bullets = shape.placeholder in _BULLETED_TYPES and not shape.has_no_bullets
            self._put_paragraphs(
                list(read_paragraphs(child(shape.element, "txBody"), has_bullets=has_bullets))
            )
        else:
            data = path(shape.element, "graphic", "graphicData")
            for graphic in children(data):
                self._put_graphic(slide, graphic)

    def _put_graphic(self, slide: str, graphic: "Element") -> None:
        tag, length = local_name(graphic), self.builder.length
        if tag == "tbl":
            self._put_table(graphic)
        elif tag == "chart":
            put_chart(self.builder, self._package.parse_optional(self._find_target(slide, graphic, "id")))
            self.left_out.count("chart", int(self.builder.length == length))
        elif tag == "relIds":
            points = read_diagram(self._package.parse_optional(self._find_target(slide, graphic, "dm")))
            self._put_paragraphs([Paragraph(point, "-") for point in points])
        elif tag == "AlternateContent" or next(graphic.iter("{*}oleObj"), None) is not None:
            self.left_out.count("embedded object")
        else:
            self.left_out.count("drawing")

    def _find_target(self, slide: str, element: "Element", attribute_name: str) -> str:
        relations = self._package.relations(slide)
        return relations.get(attribute(element, attribute_name) or "", ("", ""))[1]

    def _put_paragraphs(self, paragraphs: list[Paragraph]) -> None:
        # One point alone is no list.
        is_single = sum(bool(paragraph.text) for paragraph in paragraphs) == 1
        blocks: list[Block] = []
        for paragraph in paragraphs:
            if paragraph.marker and not is_single:
                blocks.append(partial(_put_item, paragraph=paragraph))
            elif paragraph.text:
                blocks.append(TabbedLine(paragraph.tabbed or paragraph.text))
        for put in join_tabbed(blocks):
            put(self.builder)

    def _put_table(self, table: "Element") -> None:
        properties = child(table, "tblPr")
        put_cells(
            self.builder,
            [list(_read_row(row)) for row in children(table, "tr")],
            likely=attribute(properties, "firstRow") in ("1", "true"),
            head_column=attribute(properties, "firstCol") in ("1", "true"),
        )

    def _put_notes(self, slide: str) -> None:
        part = self._package.first_related(slide, "notesSlide")
        root = self._package.parse_optional(part)
        for shape in self._sort(shapes_of(path(root, "cSld", "spTree"), None)):
            # Some programs write notes into plain boxes.
            if shape.placeholder in ("body", "-"):
                self._put_paragraphs(list(read_paragraphs(child(shape.element, "txBody"))))


def _put_item(builder: ContentBuilder, paragraph: Paragraph) -> None:
    builder.item(paragraph.text, paragraph.marker)


def _read_row(row: "Element") -> Iterator[Cell]:
    last: Cell | None = None
    for column, element in enumerate(children(row, "tc")):
        texts = [paragraph.text for paragraph in read_paragraphs(child(element, "txBody"))]
        if last is not None and attribute(element, "hMerge") in ("1", "true"):
            # Covered by the cell before; what it held before they were merged doesn't show, but is there.
            last.texts = [*last.texts, *texts]
            last.width = max(last.width, column - last.column + 1)
            continue
        last = Cell(
            column=column,
            texts=texts,
            width=max(1, whole(element, "gridSpan", 1)),
            continues=attribute(element, "vMerge") in ("1", "true"),
            is_bold=is_bold(element),
        )
        yield last


def _find_likely_title(shapes: list[Shape]) -> Shape | None:
    """The first text of a slide without a title, if it is a short line above other things."""
    text_shapes = [
        shape for shape in shapes if local_name(shape.element) != "graphicFrame" and read_text(shape.element)
    ]
    if not text_shapes or len(shapes) < 2 or text_shapes[0] is not shapes[0]:
        return None
    texts = (paragraph.text for paragraph in read_paragraphs(child(text_shapes[0].element, "txBody")))
    lines = [text for text in texts if text]
    is_short_line = len(lines) == 1 and len(lines[0]) <= _MAX_TITLE_CHARS
    is_title = (
        is_short_line and not lines[0].endswith((".", ":", ",", ";")) and any(map(str.isalpha, lines[0]))
    )
    return text_shapes[0] if is_title else None
