"""PowerPoint presentations (.pptx): each slide a page, its shapes in the order in which they are read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.charts import put_chart
from qa.parsers.office.ooxml import Package, only_load_errors
from qa.parsers.office.pptx_shapes import Layout, Shape, shapes_of
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.table_text import put_table
from qa.parsers.xml_elements import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_pptx"]

_TITLE_TYPES = frozenset({"title", "ctrTitle"})
_EXCLUDED_TYPES = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
# Placeholders whose text has bullets.
_BULLETED_TYPES = frozenset({"body", "obj", "", "chart", "tbl", "media", "pic"})
_AUTOMATIC_FIELDS = ("slidenum", "datetime", "footer", "header")
_MAX_TITLE_CHARS = 100
_BAND_SHARE = 0.03  # of the slide's height: tops that differ by less stand side by side
_DEFAULT_HEIGHT = 6_858_000


class _Paragraph(NamedTuple):
    text: str
    is_item: bool


@only_load_errors
def read_pptx(data: bytes) -> ParsedContent:
    """Each slide's title as a heading, its texts and tables from top to bottom, then the speaker's notes.

    Footers, dates and slide numbers stay out, and hidden slides, which keep their number.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="PowerPoint", folder="ppt", main="presentation.xml")
    root = package.parse(package.main)
    height = whole(child(root, "sldSz"), "cy", _DEFAULT_HEIGHT) or _DEFAULT_HEIGHT
    relations = package.relations(package.main)
    builder = ContentBuilder()
    for slide_id in children(child(root, "sldIdLst"), "sldId"):
        # Its own id stands beside the relation's: the latter has a namespace.
        relation_id = next((str(value) for name, value in slide_id.items() if str(name).endswith("}id")), "")
        relation_type, part = relations.get(relation_id, ("", ""))
        if relation_type == "slide":
            builder.page()
            _Slide(package, part, builder, height).put()
    return builder.build(package.metadata())


class _Slide:
    """One slide and what belongs to it."""

    def __init__(self, package: Package, part: str, builder: ContentBuilder, height: int) -> None:
        self._package, self._part, self._builder, self._height = package, part, builder, height

    def put(self) -> None:
        root = self._package.parse(self._part)
        if attribute(root, "show") in ("0", "false"):
            return
        layout = Layout(self._package, self._part)
        content_shapes = [
            shape
            for shape in shapes_of(path(root, "cSld", "spTree"), layout)
            if shape.placeholder not in _EXCLUDED_TYPES
        ]
        shapes = _sort_in_reading_order(content_shapes, round(self._height * _BAND_SHARE))
        title = next(
            (shape for shape in shapes if shape.placeholder in _TITLE_TYPES and _read_text(shape.element)),
            None,
        )
        title = title or _find_likely_title(shapes)
        if title is not None:
            self._builder.heading(_read_text(title.element), 1)
        for shape in shapes:
            if shape is not title:
                self._put_shape(shape)
        self._put_notes()

    def _put_shape(self, shape: Shape) -> None:
        tag = local_name(shape.element)
        if tag != "graphicFrame":
            has_bullets = shape.placeholder in _BULLETED_TYPES and not shape.has_no_bullets
            self._put_paragraphs(
                list(_read_paragraphs(child(shape.element, "txBody"), has_bullets=has_bullets))
            )
            return
        data = path(shape.element, "graphic", "graphicData")
        for graphic in children(data):
            if local_name(graphic) == "tbl":
                self._put_table(graphic)
            elif local_name(graphic) == "chart":
                put_chart(self._builder, self._package.parse_optional(self._find_target(graphic, "id")))
            elif local_name(graphic) == "relIds":
                self._put_diagram(self._package.parse_optional(self._find_target(graphic, "dm")))

    def _find_target(self, element: "Element", attribute_name: str) -> str:
        return self._package.relations(self._part).get(attribute(element, attribute_name) or "", ("", ""))[1]

    def _put_paragraphs(self, paragraphs: list[_Paragraph]) -> None:
        # One point alone is no list.
        is_single = sum(bool(paragraph.text) for paragraph in paragraphs) == 1
        for paragraph in paragraphs:
            if paragraph.is_item and not is_single:
                self._builder.item(paragraph.text)
            else:
                self._builder.paragraph(paragraph.text)

    def _put_table(self, table: "Element") -> None:
        row_above: list[str] = []
        rows = []
        for row in children(table, "tr"):
            texts = []
            for column, cell in enumerate(children(row, "tc")):
                is_merged = is_on(cell, "vMerge") and attribute(cell, "vMerge") is not None
                texts.append(row_above[column] if is_merged and column < len(row_above) else _read_text(cell))
            row_above = texts
            rows.append(texts)
        has_head = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
        put_table(self._builder, rows, likely=has_head)

    def _put_diagram(self, root: "Element | None") -> None:
        """The texts of a drawn list, process or hierarchy in the order in which they were written."""
        texts = [
            _read_text(point)
            for point in children(child(root, "ptLst"), "pt")
            if child(point, "t") is not None
        ]
        self._put_paragraphs([_Paragraph(text, True) for text in texts if text])

    def _put_notes(self) -> None:
        part = self._package.first_related(self._part, "notesSlide")
        root = self._package.parse_optional(part)
        for shape in shapes_of(path(root, "cSld", "spTree"), None):
            # Some programs write notes into plain boxes.
            if shape.placeholder in ("body", "-"):
                self._put_paragraphs(list(_read_paragraphs(child(shape.element, "txBody"))))


def _sort_in_reading_order(shapes: list[Shape], tolerance: int) -> list[Shape]:
    """From top to bottom, and from left to right where tops are about level."""
    ordered: list[Shape] = []
    band: list[Shape] = []
    for shape in sorted(shapes, key=lambda shape: shape.place.top):
        if band and shape.place.top - band[0].place.top > tolerance:
            ordered += sorted(band, key=lambda shape: shape.place.left)
            band = []
        band.append(shape)
    return ordered + sorted(band, key=lambda shape: shape.place.left)


def _find_likely_title(shapes: list[Shape]) -> Shape | None:
    """The first text of a slide without a title, if it is a short line above other things."""
    text_shapes = [
        shape for shape in shapes if local_name(shape.element) != "graphicFrame" and _read_text(shape.element)
    ]
    if not text_shapes or len(shapes) < 2 or text_shapes[0] is not shapes[0]:
        return None
    lines = [
        paragraph.text
        for paragraph in _read_paragraphs(child(text_shapes[0].element, "txBody"))
        if paragraph.text
    ]
    is_short_line = len(lines) == 1 and len(lines[0]) <= _MAX_TITLE_CHARS
    is_title = (
        is_short_line and not lines[0].endswith((".", ":", ",", ";")) and any(map(str.isalpha, lines[0]))
    )
    return text_shapes[0] if is_title else None


def _read_text(element: "Element") -> str:
    for body in (child(element, "txBody"), child(element, "t")):
        if text := clean(" ".join(paragraph.text for paragraph in _read_paragraphs(body))):
            return text
    return ""


def _read_paragraphs(body: "Element | None", *, has_bullets: bool = False) -> Iterator[_Paragraph]:
    """The paragraphs of a text body; `has_bullets` says that they have bullets unless they say otherwise."""
    for paragraph in children(body, "p"):
        properties = child(paragraph, "pPr")
        is_item = has_bullets
        if child(properties, "buNone") is not None:
            is_item = False
        elif child(properties, "buChar") is not None or child(properties, "buAutoNum") is not None:
            is_item = True
        yield _Paragraph(clean("".join(_read_runs(paragraph))), is_item)


def _read_runs(paragraph: "Element") -> Iterator[str]:
    for node in paragraph:
        tag = local_name(node)
        if tag == "r" or (tag == "fld" and not (attribute(node, "type") or "").startswith(_AUTOMATIC_FIELDS)):
            text_element = child(node, "t")
            yield "" if text_element is None else text_element.text or ""
        elif tag == "br":
            yield " "
        elif tag in ("m", "AlternateContent"):
            branch = child(node, "Choice") if tag == "AlternateContent" else node
            yield from (
                math_text.text or "" for math_text in (node if branch is None else branch).iter("{*}t")
            )
