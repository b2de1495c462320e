"""PowerPoint presentations (.pptx): each slide a page, its shapes in the order in which they are read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qa.load.content import ContentBuilder, clean
from qa.load.office.charts import put_chart
from qa.load.office.grids import put_table
from qa.load.office.ooxml import Package, only_load_errors
from qa.load.office.slide_shapes import Layout, Shape, shapes_of
from qa.load.values import Content
from qa.load.xml import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_pptx"]

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_LISTS = frozenset({"body", "obj", "", "chart", "tbl", "media", "pic"})  # placeholders whose text has bullets
_AUTOMATIC = ("slidenum", "datetime", "footer", "header")
_MAX_TITLE_CHARS = 100
_BAND_SHARE = 0.03  # of the slide's height: tops that differ by less stand side by side
_USUAL_HEIGHT = 6_858_000


class _Paragraph(NamedTuple):
    text: str
    is_item: bool


@only_load_errors
def read_pptx(data: bytes) -> Content:
    """Each slide's title as a heading, its texts and tables from top to bottom, then the speaker's notes.

    Footers, dates and slide numbers stay out, and hidden slides, which keep their number.

    Raises:
        LoadError: It can't be read.
    """
    package = Package(data, program="PowerPoint", folder="ppt", main="presentation.xml")
    root = package.parse(package.main)
    height = whole(child(root, "sldSz"), "cy", _USUAL_HEIGHT) or _USUAL_HEIGHT
    relations = package.relations(package.main)
    builder = ContentBuilder()
    for one in children(child(root, "sldIdLst"), "sldId"):
        # Its own id stands beside the relation's: the latter has a namespace.
        key = next((str(value) for name, value in one.items() if str(name).endswith("}id")), "")
        kind, part = relations.get(key, ("", ""))
        if kind == "slide":
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
        found = [
            shape
            for shape in shapes_of(path(root, "cSld", "spTree"), layout)
            if shape.placeholder not in _FURNITURE
        ]
        shapes = _in_reading_order(found, round(self._height * _BAND_SHARE))
        title = next((one for one in shapes if one.placeholder in _TITLES and _all_words(one.element)), None)
        title = title or _likely_title(shapes)
        if title is not None:
            self._builder.heading(_all_words(title.element), 1)
        for shape in shapes:
            if shape is not title:
                self._put_shape(shape)
        self._put_notes()

    def _put_shape(self, shape: Shape) -> None:
        kind = local_name(shape.element)
        if kind != "graphicFrame":
            lists = shape.placeholder in _LISTS and not shape.has_no_bullets
            self._put_paragraphs(list(_paragraphs(child(shape.element, "txBody"), lists=lists)))
            return
        data = path(shape.element, "graphic", "graphicData")
        for one in children(data):
            if local_name(one) == "tbl":
                self._put_table(one)
            elif local_name(one) == "chart":
                put_chart(self._builder, self._package.parse_optional(self._target(one, "id")))
            elif local_name(one) == "relIds":
                self._put_diagram(self._package.parse_optional(self._target(one, "dm")))

    def _target(self, element: "Element", name: str) -> str:
        return self._package.relations(self._part).get(attribute(element, name) or "", ("", ""))[1]

    def _put_paragraphs(self, paragraphs: list[_Paragraph]) -> None:
        # One point alone is no list.
        single = sum(bool(one.text) for one in paragraphs) == 1
        for one in paragraphs:
            if one.is_item and not single:
                self._builder.item(one.text)
            else:
                self._builder.paragraph(one.text)

    def _put_table(self, table: "Element") -> None:
        above: list[str] = []
        rows = []
        for row in children(table, "tr"):
            texts = []
            for at, cell in enumerate(children(row, "tc")):
                goes_on = is_on(cell, "vMerge") and attribute(cell, "vMerge") is not None
                texts.append(above[at] if goes_on and at < len(above) else _all_words(cell))
            above = texts
            rows.append(texts)
        has_head = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
        put_table(self._builder, rows, likely=has_head)

    def _put_diagram(self, root: "Element | None") -> None:
        """The texts of a drawn list, process or hierarchy in the order in which they were written."""
        texts = [
            _all_words(one) for one in children(child(root, "ptLst"), "pt") if child(one, "t") is not None
        ]
        self._put_paragraphs([_Paragraph(text, True) for text in texts if text])

    def _put_notes(self) -> None:
        part = self._package.first_related(self._part, "notesSlide")
        root = self._package.parse_optional(part)
        for shape in shapes_of(path(root, "cSld", "spTree"), None):
            # Some programs write notes into plain boxes.
            if shape.placeholder in ("body", "-"):
                self._put_paragraphs(list(_paragraphs(child(shape.element, "txBody"), lists=False)))


def _in_reading_order(shapes: list[Shape], tolerance: int) -> list[Shape]:
    """From top to bottom, and from left to right where tops are about level."""
    ordered: list[Shape] = []
    band: list[Shape] = []
    for shape in sorted(shapes, key=lambda one: one.place.top):
        if band and shape.place.top - band[0].place.top > tolerance:
            ordered += sorted(band, key=lambda one: one.place.left)
            band = []
        band.append(shape)
    return ordered + sorted(band, key=lambda one: one.place.left)


def _likely_title(shapes: list[Shape]) -> Shape | None:
    """The first text of a slide without a title, if it is a short line above other things."""
    with_words = [
        one for one in shapes if local_name(one.element) != "graphicFrame" and _all_words(one.element)
    ]
    if not with_words or len(shapes) < 2 or with_words[0] is not shapes[0]:
        return None
    lines = [one.text for one in _paragraphs(child(with_words[0].element, "txBody"), lists=False) if one.text]
    short = len(lines) == 1 and len(lines[0]) <= _MAX_TITLE_CHARS
    is_title = short and not lines[0].endswith((".", ":", ",", ";")) and any(map(str.isalpha, lines[0]))
    return with_words[0] if is_title else None


def _all_words(element: "Element") -> str:
    return clean(" ".join(one.text for one in _paragraphs(child(element, "txBody"), lists=False))) or clean(
        " ".join(one.text for one in _paragraphs(child(element, "t"), lists=False))
    )


def _paragraphs(body: "Element | None", *, lists: bool) -> Iterator[_Paragraph]:
    """The paragraphs of a text body; `lists` says that they have bullets unless they say otherwise."""
    for one in children(body, "p"):
        properties = child(one, "pPr")
        is_item = lists
        if child(properties, "buNone") is not None:
            is_item = False
        elif child(properties, "buChar") is not None or child(properties, "buAutoNum") is not None:
            is_item = True
        yield _Paragraph(clean("".join(_pieces(one))), is_item)


def _pieces(paragraph: "Element") -> Iterator[str]:
    for one in paragraph:
        name = local_name(one)
        if name == "r" or (name == "fld" and not (attribute(one, "type") or "").startswith(_AUTOMATIC)):
            text = child(one, "t")
            yield "" if text is None else text.text or ""
        elif name == "br":
            yield " "
        elif name in ("m", "AlternateContent"):
            branch = child(one, "Choice") if name == "AlternateContent" else one
            yield from (part.text or "" for part in (one if branch is None else branch).iter("{*}t"))
