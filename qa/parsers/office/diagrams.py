"""Diagrams of Office documents (SmartArt): the texts of drawn lists, processes and hierarchies."""

from typing import TYPE_CHECKING

from qa.parsers.content_builder import clean
from qa.parsers.xml_elements import attribute, child, children, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_diagram"]

_MAX_POINTS = 5000


def read_diagram(root: "Element | None") -> list[str]:
    """What its points say, each followed by those below it, as they are connected."""
    points = {attribute(point, "modelId") or str(index): point for index, point in enumerate(_points(root))}
    below: dict[str, list[tuple[int, str]]] = {}
    for connection in children(child(root, "cxnLst"), "cxn"):
        if (attribute(connection, "type") or "parOf") == "parOf":
            place = whole(connection, "srcOrd"), attribute(connection, "destId") or ""
            below.setdefault(attribute(connection, "srcId") or "", []).append(place)
    documents = [key for key, point in points.items() if attribute(point, "type") == "doc"]
    order: dict[str, None] = {}
    waiting = [*reversed(points), *reversed(documents)]
    while waiting and len(order) < _MAX_POINTS:
        key = waiting.pop()
        if key in points and key not in order:
            order[key] = None
            waiting += [destination for _, destination in sorted(below.get(key, ()), reverse=True)]
    return [text for key in order if (text := _read_text(points[key]))]


def _points(root: "Element | None") -> "list[Element]":
    return list(children(child(root, "ptLst"), "pt"))


def _read_text(point: "Element") -> str:
    paragraphs = children(child(point, "t"), "p")
    return clean(
        " ".join("".join(text.text or "" for text in paragraph.iter("{*}t")) for paragraph in paragraphs)
    )
