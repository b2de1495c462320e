"""HTML and XHTML to trees, with care."""

import html
import re
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.parsed_text import STRUCK_NOTE
from qa.parsers.xml_elements import SAFE_OPTIONS, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["parse_markup", "remove_hidden_rows", "remove_struck", "show_folded"]

_MOSTLY_STRUCK_NOTE = (
    "most of it is struck out, by a mistake in its markup as it seems, and read all the same"
)

_DOCTYPE = re.compile(
    r"((?>\s*<!--.*?-->)*)\s*<!DOCTYPE[^\[>]{0,2000}(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL
)
_XHTML = re.compile(
    r"\s*(?:<\?xml\b|<html\b[^>]{0,200}\bxmlns\s*=|<!DOCTYPE[^>]{0,200}\bXHTML\b)", re.IGNORECASE
)
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]{0,200}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")
_HEADINGS = frozenset(f"h{level}" for level in range(2, 7))
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_STRUCK_TAGS = ("del", "s", "strike")
_STRUCK_STYLE = re.compile(r"text-decoration[^;]{0,40}\bline-through\b", re.IGNORECASE)
_MAX_STRUCK_SHARE = 0.8  # of a page's letters; more is a mistake in its markup
_CLASS_SELECTOR = re.compile(r"(\w{0,10})\.([\w-]{1,60})")  # of one class and nothing else: "p.c5"
_MAX_STYLE_CHARS = 200_000
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
# Controls that the parsers end at or refuse.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_markup(text: str) -> "Element":
    """The root of a page. What is well-formed XHTML is read as such, all else as HTML.

    No entity of a document type is expanded and nothing is fetched.

    Raises:
        LoadError: There is no element in it.
    """
    from lxml import etree

    text = _CONTROL.sub("", text)
    if _XHTML.match(text):
        markup = _DECLARATION.sub("", text, count=1)
        if doctype := _DOCTYPE.match(markup):
            markup = markup[doctype.end() :]
        markup = _ENTITY.sub(_replace_entity, markup)
        parser = etree.XMLParser(huge_tree=True, encoding="utf-8", **SAFE_OPTIONS)
        try:
            return etree.fromstring(markup.encode("utf-8"), parser)
        except (etree.XMLSyntaxError, ValueError):
            pass
        text = _DECLARATION.sub("", text, count=1)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LoadError("it is no HTML that can be read") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise LoadError("it is nested too deeply")
    if root is None:
        raise LoadError("it holds no text")
    return root


def show_folded(root: "Element") -> None:
    """Show what a page hides until it is folded out: below a heading that is a button, or found by search."""
    panels = list(root.xpath("descendant::*[@hidden = 'until-found']"))
    names: set[str] = set()
    for button in root.iter("{*}button"):
        head = next(
            (above for above in button.iterancestors() if local_name(above).lower() in _HEADINGS), None
        )
        if head is None:
            continue
        # A remark has no name.
        panels += [below for below in head.itersiblings() if local_name(below)][:1]
        if name := button.get("aria-controls"):
            names.add(name)
    if names:
        panels += [element for element in root.xpath("descendant::*[@id]") if element.get("id") in names]
    for panel in panels:
        for name in ("hidden", "aria-hidden"):
            panel.attrib.pop(name, None)
        if _NOT_DISPLAYED.search(panel.get("style") or ""):
            panel.attrib.pop("style")


def remove_struck(body: "Element") -> tuple[str, ...]:
    """Take what is struck out from a page's body, and note if there was any: "60 45 crowns" is no price."""
    struck = list(body.iter(*(f"{{*}}{tag}" for tag in _STRUCK_TAGS)))
    styled = body.xpath("descendant::*[contains(@style, 'line-through')]")
    struck += [element for element in styled if _STRUCK_STYLE.search(element.get("style"))]
    classes = _find_struck_classes(body.getroottree().getroot())
    for element in body.xpath("descendant::*[@class]") if classes else ():
        names = element.get("class").split()
        if any((tag, name) in classes for name in names for tag in ("", local_name(element).lower())):
            struck.append(element)
    struck = [element for element in dict.fromkeys(struck) if element is not body]
    own = set(struck)
    letters = sum(
        len("".join(element.itertext()).strip())
        for element in struck
        if own.isdisjoint(element.iterancestors())
    )
    if not letters:
        return ()
    if letters > _MAX_STRUCK_SHARE * len("".join(body.itertext())):
        return (_MOSTLY_STRUCK_NOTE,)
    for element in struck:
        tail = element.tail
        is_cell = local_name(element).lower() in ("td", "th")
        spans = [(name, value) for name in ("rowspan", "colspan") if is_cell and (value := element.get(name))]
        element.clear()
        element.tail = tail
        if is_cell:
            element.attrib.update(spans)
        else:
            element.tag = "span"
    return (STRUCK_NOTE,)


def _find_struck_classes(root: "Element") -> set[tuple[str, str]]:
    """The tags, or "", and the names of classes that a page's own style sheets strike out."""
    classes: set[tuple[str, str]] = set()
    for style in root.iter("{*}style"):
        text = (style.text or "")[:_MAX_STYLE_CHARS]
        if "line-through" in text:
            for rule in text.split("}"):
                selectors, _, declarations = rule.rpartition("{")
                if _STRUCK_STYLE.search(declarations):
                    matches = (_CLASS_SELECTOR.fullmatch(name.strip()) for name in selectors.split(","))
                    classes.update((match[1].lower(), match[2]) for match in matches if match)
    return classes


def remove_hidden_rows(body: "Element") -> tuple[str, ...]:
    """Take the rows and cells of tables from a page that are not shown, as in workbooks saved as pages."""
    count = 0
    for element in list(body.iter("{*}tr", "{*}td", "{*}th")):
        if element.get("hidden") is None and not _HIDDEN_STYLE.search(element.get("style") or ""):
            continue
        parent = element.getparent()
        if parent is not None:
            count += local_name(element).lower() == "tr" and bool("".join(element.itertext()).strip())
            parent.remove(element)
    return (f"left out: {count:,} hidden row{'' if count == 1 else 's'} of tables",) if count else ()


def _replace_entity(match: re.Match[str]) -> str:
    """A named letter as that letter; the entities of a document type stay out."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    letter = html.unescape(match[0])
    return html.escape(letter) if letter != match[0] else ""
