"""What stands around the text of a web page: menus, banners, boxes, imprints."""

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from qa.parsers.xml_elements import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["BLOCK_TAGS", "UNREAD_TAGS", "PageFurniture", "Place", "book_role", "is_left_out"]

# Never text that is read.
UNREAD_TAGS = frozenset(
    """head script style template svg math iframe object embed applet audio video canvas map
    select textarea input datalist progress meter rp rt""".split()
)
BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noscript ol
    optgroup option p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_LEFT_OUT_TAGS = frozenset(("nav", "noscript", "dialog"))
_AROUND_TAGS = frozenset(("aside", "menu"))
_LEFT_OUT_ROLES = frozenset("navigation search dialog alertdialog menu menubar".split())
_AROUND_ROLES = frozenset(("complementary", "contentinfo"))
_NOTE_ROLES = frozenset("footnote footnotes endnote endnotes rearnote rearnotes noteref".split())
_EPUB_TYPES = ("{http://www.idpf.org/2007/ops}type", "epub:type")
_CONSENT_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|cmp)(?:$|[\s_-]|(?<=cookie)(?:bar|banner|law|notice))",
    re.IGNORECASE,
)
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|shar(?:e|ing)|social|related|newsletter|comments|advert\w*"
    r"|promo|skip-?(?:link|to\w*|nav\w*)|sr-only|visually-?hidden|site-?(?:header|nav|footer|notice)"
    r"|mw-editsection|catlinks)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
# An element with more than this share of the page's words holds the text, whatever it calls itself.
_WHOLE_SHARE = 0.5
_FOOTER_WHOLE_SHARE = 0.9
# Each costs a look at everything below it.
_MAX_WHOLE_ELEMENTS = 20


class Place(Enum):
    """Where an element stands: in the text, perhaps around it, or where nothing of it is read."""

    TEXT = 1
    AROUND = 2
    LEFT_OUT = 3


# Of elements that say nothing of themselves but their tag.
_IN_TEXT = (Place.TEXT, 0.0)
_PLACES = (
    dict.fromkeys(_LEFT_OUT_TAGS, (Place.LEFT_OUT, _WHOLE_SHARE))
    | dict.fromkeys((*_AROUND_TAGS, "form"), (Place.AROUND, _WHOLE_SHARE))
    | {"footer": (Place.AROUND, _FOOTER_WHOLE_SHARE)}
)


class PageFurniture:
    """Tells the places of a page's elements by their tags, roles and names.

    What is taken to stand around the text may still be text: that is for whoever weighs it to say.
    """

    def __init__(self, body: "Element") -> None:
        self._body = body
        self._whole_left = _MAX_WHOLE_ELEMENTS
        self._words: int | None = None
        self.is_present = False  # as far as asked

    def place(self, element: "Element", tag: str) -> Place:
        """The element's place; what holds most of the page's words is its text."""
        if tag in ("html", "body"):
            return Place.TEXT
        place, whole_share = (
            self._place_by_name(element, tag)
            if element.keys() or tag == "header"
            else _PLACES.get(tag, _IN_TEXT)
        )
        if place is not Place.TEXT and self._is_whole(element, whole_share):
            return Place.TEXT
        if place is Place.TEXT:
            return place
        self.is_present = self.is_present or not _is_hidden(element)
        # Inside a line there is no block that could be weighed by itself.
        return Place.LEFT_OUT if place is Place.AROUND and tag not in BLOCK_TAGS else place

    def _place_by_name(self, element: "Element", tag: str) -> tuple[Place, float]:
        role = element.get("role") or ""
        by_name = _place_names(element.get("class") or "", element.get("id") or "")
        if book_role(element) in _NOTE_ROLES:
            return _IN_TEXT
        if tag in _LEFT_OUT_TAGS or role in _LEFT_OUT_ROLES or _is_hidden(element):
            return Place.LEFT_OUT, _WHOLE_SHARE
        if tag in ("main", "article"):
            return _IN_TEXT
        if by_name is Place.LEFT_OUT:
            return Place.LEFT_OUT, _FOOTER_WHOLE_SHARE
        if role == "contentinfo":
            return Place.AROUND, _FOOTER_WHOLE_SHARE
        if tag in _PLACES:
            return _PLACES[tag]
        # LibreOffice saves the running heads of a text so.
        if tag == "div" and element.get("title") in ("header", "footer"):
            return Place.LEFT_OUT, _WHOLE_SHARE
        is_around = (
            role in _AROUND_ROLES
            or ((tag == "header" or role == "banner") and _is_site_header(element))
            or (by_name is Place.AROUND and _lacks(element, "h1", "main", "article"))
        )
        return (Place.AROUND if is_around else Place.TEXT), _WHOLE_SHARE

    def _is_whole(self, element: "Element", share: float = _WHOLE_SHARE) -> bool:
        """Whether it holds more than this share of the page's letters outside links."""
        if self._words is None:
            self._words = _count_letters(self._body)
        if not self._whole_left:
            return False
        wanted = share * self._words
        is_whole = self._words > 0 and _count_letters(element, enough=wanted) > wanted
        self._whole_left -= is_whole
        return is_whole


def is_left_out(element: "Element", tag: str) -> bool:
    """Whether an element of a book or a mail, around whose text nothing stands, is not read."""
    return tag in UNREAD_TAGS or tag in _LEFT_OUT_TAGS or (bool(element.keys()) and _is_hidden(element))


def book_role(element: "Element") -> str:
    """What an element is in a book, by its EPUB type or its role: "noteref", "pagebreak"; else ""."""
    role = element.get("role")
    if role and role.startswith("doc-"):
        return str(role[4:])
    for name in _EPUB_TYPES:
        if (value := element.get(name)) is not None:
            return str(value)
    return ""


def _is_hidden(element: "Element") -> bool:
    """Whether it says of itself that it is not shown."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool((style := element.get("style")) and _HIDDEN.search(style))


# Of one page most elements share a few names.
@lru_cache(maxsize=4096)
def _place_names(class_names: str, element_id: str) -> Place:
    names = f"{class_names} {element_id}"
    if _CONSENT_NAMES.search(names):
        return Place.LEFT_OUT
    return Place.AROUND if _AROUND_NAMES.search(names) else Place.TEXT


def _is_site_header(element: "Element") -> bool:
    return _lacks(element, "h1") and not any(
        local_name(ancestor) in ("article", "main") for ancestor in element.iterancestors()
    )


def _lacks(element: "Element", *tags: str) -> bool:
    return next(element.iter(*(f"{{*}}{tag}" for tag in tags)), None) is None


def _count_letters(element: "Element", *, enough: float = float("inf")) -> int:
    """The letters below an element that no link holds; the count may end where it is more than `enough`."""
    letters = 0
    stack = [element]
    while stack and letters <= enough:
        node = stack.pop()
        if node is not element and node.tail:
            letters += len(node.tail.strip())
        tag = local_name(node).lower()
        # Of a comment the text is none either.
        if tag and tag != "a" and tag not in UNREAD_TAGS:
            letters += len((node.text or "").strip())
            stack.extend(node)
    return letters
