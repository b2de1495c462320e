"""What a Word document holds besides its running text: heads and feet of pages, watermarks, comments."""

from typing import TYPE_CHECKING

from qa.parsers.office.docx_text import TextReader
from qa.parsers.office.left_out import LeftOut
from qa.parsers.office.ooxml import Package
from qa.parsers.xml_elements import attribute, children

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["note_furniture"]

_PLACES = {"headerReference": "page header", "footerReference": "page footer"}


def note_furniture(package: Package, body: "Element | None", reader: TextReader, left_out: LeftOut) -> None:
    """Quote what heads and feet of pages say, and count the comments."""
    relations = package.relations(package.main)
    references = () if body is None else body.iter("{*}headerReference", "{*}footerReference")
    parts = dict.fromkeys(
        (
            _PLACES[str(reference.tag).rpartition("}")[2]],
            relations.get(attribute(reference, "id") or "", ("", ""))[1],
        )
        for reference in references
    )
    for place, part in parts:
        root = package.parse_optional(part)
        if root is None:
            continue
        for watermark in root.iter("{*}textpath"):
            left_out.quote("watermark", attribute(watermark, "string") or "")
            watermark.set("string", "")
        # Boxes stand in paragraphs themselves: the reader sees them as attached.
        boxes = {paragraph for box in root.iter("{*}txbxContent") for paragraph in box.iter("{*}p")}
        lines = [reader.read(paragraph, None) for paragraph in root.iter("{*}p") if paragraph not in boxes]
        left_out.quote(place, " ".join(filter(str.strip, lines)))
        for box in _pop_boxes(reader):
            left_out.quote(place, " ".join(reader.read(paragraph, None) for paragraph in box.iter("{*}p")))
    comments = package.parse_optional(package.first_related(package.main, "comments"))
    left_out.count("comment", sum(1 for _ in children(comments, "comment")))


def _pop_boxes(reader: TextReader) -> "list[Element]":
    attached, reader.attached = reader.attached, []
    return [entry.element for entry in attached]
