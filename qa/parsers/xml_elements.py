"""XML parts of office files, parsed with care and read by local names.

Local names, because the strict and the transitional flavour of the formats differ in their namespaces only.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from qa.errors import LoadError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = [
    "SAFE_OPTIONS",
    "attribute",
    "child",
    "children",
    "is_on",
    "local_name",
    "parse_xml",
    "path",
    "stream_xml",
    "whole",
]

_INTEGER = re.compile(r"-?\d{1,15}(?:\.\d*)?", re.ASCII)
# No office program writes a document type; whoever does wants entities, which grow or fetch.
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


# How each parser of untrusted markup is made: it expands and fetches nothing, and hands over only elements.
SAFE_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse_xml(data: bytes) -> "Element":
    """The root of a part, without comments; no entity is expanded and nothing is fetched.

    Raises:
        LoadError: It is no XML, declares a document type, or is nested deeper than 256 elements.
    """
    from lxml import etree

    _refuse_doctype(data)
    parser = etree.XMLParser(huge_tree=False, **SAFE_OPTIONS)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _make_error(error) from error


def stream_xml(data: bytes, *names: str) -> "Iterator[Element]":
    """Each element of these local names when it is complete; it is emptied afterwards.

    Raises:
        LoadError: As `parse_xml`.
    """
    from lxml import etree

    _refuse_doctype(data)
    events = etree.iterparse(
        io.BytesIO(data),
        tag=[f"{{*}}{name}" for name in names],
        huge_tree=False,
        **SAFE_OPTIONS,
    )
    try:
        for _, element in events:
            yield element
            element.clear(keep_tail=False)
            # The emptied elements before it weigh something too.
            while (previous := element.getprevious()) is not None and (
                parent := previous.getparent()
            ) is not None:
                parent.remove(previous)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _make_error(error) from error


def _refuse_doctype(data: bytes) -> None:
    if any(doctype in data for doctype in _DOCTYPES):
        raise LoadError(
            "one of its parts declares a document type, which no office program writes: save it anew"
        )


def _make_error(error: Exception) -> LoadError:
    if "depth" in str(error):
        return LoadError("it is nested too deeply")
    return LoadError("the file is damaged: one of its parts is no XML")


@lru_cache(maxsize=4096)
def _strip_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def local_name(element: "Element") -> str:
    """The tag without its namespace; "" for what is no element: a comment, an entity."""
    tag = element.tag
    return _strip_namespace(tag) if isinstance(tag, str) else ""


def children(element: "Element | None", *names: str) -> "Iterator[Element]":
    """The child elements with one of these local names, in order; all without a name.

    Comments and processing instructions are no elements.
    """
    if element is not None:
        for node in element:
            name = local_name(node)
            if name in names if names else name:
                yield node


def child(element: "Element | None", name: str) -> "Element | None":
    """The first child element of this local name."""
    return next(children(element, name), None)


def path(element: "Element | None", *names: str) -> "Element | None":
    """The first child of the first name, its first child of the second name, and so on."""
    for name in names:
        element = child(element, name)
    return element


def attribute(element: "Element | None", name: str) -> str | None:
    """The value of the attribute with this local name."""
    if element is None:
        return None
    if (value := element.get(name)) is not None:
        return str(value)
    for key, attribute_value in element.items():
        if _strip_namespace(str(key)) == name:
            return str(attribute_value)
    return None


def whole(element: "Element | None", name: str, default: int = 0) -> int:
    """An attribute as a whole number; `default` if it is missing or none."""
    value = attribute(element, name)
    return int(value.partition(".")[0]) if value and _INTEGER.fullmatch(value) else default


def is_on(element: "Element | None", name: str = "val") -> bool:
    """Whether a switch is there and not turned off by its value."""
    return element is not None and attribute(element, name) not in ("0", "false", "off", "none")
