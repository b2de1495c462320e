"""Styles and list numbers of Word documents."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qa.parsers.xml_elements import attribute, child, children, is_on, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Numbering", "Styles", "format_counter"]

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc ?(?:\d|heading)|table of (?:figures|authorities))", re.IGNORECASE)
_MAX_LEVELS = 9
_BODY_TEXT = 9  # the outline level that is none
_MAX_BASES = 50
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MAX_ROMAN = 4000


class Styles:
    """What the styles say that a text needs; each inherits from those that it is based on."""

    def __init__(self, root: "Element | None") -> None:
        self._styles = {attribute(style, "styleId") or "": style for style in children(root, "style")}
        self._default = next(
            (
                key
                for key, style in self._styles.items()
                if attribute(style, "type") == "paragraph"
                and is_on(style, "default")
                and attribute(style, "default")
            ),
            None,
        )
        self._levels: dict[str, int] = {}
        self._numberings: dict[str, tuple[str, int] | None] = {}
        self._values: dict[tuple[str, str], str | None] = {}

    def level(self, style: str | None, outline: "Element | None") -> int:
        """A paragraph's level as a heading, 1 the highest, by its own outline level or its style; else 0."""
        if outline is not None:
            level = whole(outline, "val", _BODY_TEXT)
            return level + 1 if 0 <= level < _MAX_LEVELS else 0
        key = style or self._default or ""
        if key not in self._levels:
            self._levels[key] = self._find_level(key)
        return self._levels[key]

    def _find_level(self, key: str) -> int:
        for style in self._bases(key):
            outline = path(style, "pPr", "outlineLvl")
            if outline is not None:
                return self.level(None, outline)
            name = _read_name(style)
            if heading := _HEADING.fullmatch(name):
                return int(heading[1])
            if name.casefold() == "title":
                return 1
        # A document may use the built-in styles without saying what they are.
        if key not in self._styles:
            heading = _HEADING.fullmatch(key)
            return int(heading[1]) if heading else int(key == "Title")
        return 0

    def is_contents(self, style: str | None) -> bool:
        """Whether it is a line of the table of contents, or the words above it."""
        element = self._styles.get(style or "")
        return _CONTENTS.fullmatch(_read_name(element) if element is not None else style or "") is not None

    def is_caption(self, style: str | None) -> bool:
        """Whether it is that of captions."""
        names = [_read_name(base) for base in self._bases(style or "")] or [style or ""]
        return any(name.casefold() == "caption" for name in names)

    def value(self, name: str, own: "Mapping[str, Element]", *styles: str | None) -> str | None:
        """The value of a property of letters: the run's own, else by its style, else by the paragraph's.

        "" where it is there without a value; None where nothing says it.
        """
        if (element := own.get(name)) is not None:
            return attribute(element, "val") or ""
        for style in filter(None, styles):
            key = (name, style)
            if key not in self._values:
                elements = (path(base, "rPr", name) for base in self._bases(key[1]))
                element = next((element for element in elements if element is not None), None)
                self._values[key] = None if element is None else attribute(element, "val") or ""
            if self._values[key] is not None:
                return self._values[key]
        return None

    def is_set(self, name: str, own: "Mapping[str, Element]", *styles: str | None) -> bool:
        """Whether a switch such as bold or hidden is on, looked for as in `value`."""
        return self.value(name, own, *styles) not in (None, "0", "false", "off", "none")

    def has_head_look(self, style: str | None, part: str) -> bool:
        """Whether a table's style sets a part of it ("firstRow", "firstCol") in bold letters."""
        parts = (
            element
            for base in self._bases(style or "")
            for element in children(base, "tblStylePr")
            if attribute(element, "type") == part
        )
        return any(is_on(path(element, "rPr", "b")) for element in parts)

    def numbering(self, style: str | None) -> tuple[str, int] | None:
        """The list that a style belongs to, and the level in it."""
        key = style or self._default or ""
        if key not in self._numberings:
            self._numberings[key] = self._find_numbering(key)
        return self._numberings[key]

    def _find_numbering(self, key: str) -> tuple[str, int] | None:
        for base in self._bases(key):
            list_properties = path(base, "pPr", "numPr")
            if list_id := attribute(child(list_properties, "numId"), "val"):
                return list_id, whole(child(list_properties, "ilvl"), "val")
        return None

    def _bases(self, key: str) -> list["Element"]:
        """The style and those that it is based on, nearest first."""
        bases: list[Element] = []
        while (style := self._styles.get(key)) is not None and style not in bases and len(bases) < _MAX_BASES:
            bases.append(style)
            key = attribute(child(style, "basedOn"), "val") or ""
        return bases


def _read_name(style: "Element") -> str:
    return attribute(child(style, "name"), "val") or ""


class Numbering:
    """Counts the items of numbered lists as Word does."""

    def __init__(self, root: "Element | None", styles: Styles) -> None:
        self._styles = styles
        self._lists = {attribute(element, "numId") or "": element for element in children(root, "num")}
        self._abstract = {
            attribute(element, "abstractNumId") or "": element for element in children(root, "abstractNum")
        }
        self._linked = {
            attribute(link, "val"): key
            for key, element in self._abstract.items()
            if (link := child(element, "styleLink")) is not None
        }
        self._counters: dict[str, list[int | None]] = {}
        self._started_levels: set[tuple[str, int]] = set()

    def marker(self, properties: "Element | None", style: str | None, *, counts: bool) -> str | None:
        """A paragraph's marker: "-" or its number, and None if it is no item. An empty one isn't counted."""
        style_numbering = self._styles.numbering(style)
        list_properties = child(properties, "numPr")
        list_id = attribute(child(list_properties, "numId"), "val")
        level_element = child(list_properties, "ilvl")
        if list_id is None:
            list_id, level = style_numbering or ("0", 0)
        else:
            level = whole(level_element, "val")
        # A list by the style names its level by the own mark, or by the level that names the style.
        level = whole(level_element, "val", level) if level_element is not None else level
        if list_id == "0" or list_id not in self._lists or not 0 <= level < _MAX_LEVELS or not counts:
            return None
        return self._count_item(list_id, level)

    def _count_item(self, list_id: str, level: int) -> str | None:
        key = self._find_abstract_key(list_id)
        number_format, template, start = self._read_level(list_id, key, level)
        if number_format in ("bullet", "none"):
            # A list may begin its items with a word.
            words = re.sub(r"%\d", "", template).strip()
            return words if any(map(str.isalpha, words)) and len(words) > 1 else "-"
        counters = self._counters.setdefault(key, [None] * _MAX_LEVELS)
        override = self._find_override(list_id, level)
        if override is not None and (list_id, level) not in self._started_levels:
            self._started_levels.add((list_id, level))
            start = whole(child(override, "startOverride"), "val", start)
            counters[level] = None
        previous = counters[level]
        counters[level] = start if previous is None else previous + 1
        counters[level + 1 :] = [None] * (_MAX_LEVELS - level - 1)
        if re.fullmatch(r"\W*%\d\W*", template):
            text = format_counter(counters[level] or 0, number_format)
            variable = f"%{level + 1}"
            return template.replace(variable, text).strip() if variable in template else f"{text}."
        return self._format_outline_number(list_id, key, counters, level) if "%" in template else "-"

    def _format_outline_number(
        self, list_id: str, key: str, counters: list[int | None], item_level: int
    ) -> str:
        """The number of an item that names the items above it too, as in "2.1."."""
        _, template, _ = self._read_level(list_id, key, item_level)
        for level in range(item_level + 1):
            number_format, _, start = self._read_level(list_id, key, level)
            count = counters[level]
            template = template.replace(
                f"%{level + 1}", format_counter(start if count is None else count, number_format)
            )
        return template.strip()

    def _find_abstract_key(self, list_id: str) -> str:
        key = attribute(child(self._lists[list_id], "abstractNumId"), "val") or ""
        link = attribute(child(self._abstract.get(key), "numStyleLink"), "val")
        return self._linked.get(link, key) if link else key

    def _find_override(self, list_id: str, level: int) -> "Element | None":
        overrides = (
            element
            for element in children(self._lists[list_id], "lvlOverride")
            if whole(element, "ilvl", -1) == level
        )
        override = next(overrides, None)
        return override if child(override, "startOverride") is not None else None

    def _read_level(self, list_id: str, key: str, level: int) -> tuple[str, str, int]:
        """A level's number format, its template such as "%1.", and where it starts."""
        overrides = (
            element
            for element in children(self._lists[list_id], "lvlOverride")
            if whole(element, "ilvl", -1) == level
        )
        level_elements = [child(override, "lvl") for override in overrides]
        level_elements += [
            element
            for element in children(self._abstract.get(key), "lvl")
            if whole(element, "ilvl", -1) == level
        ]
        level_element = next((element for element in level_elements if element is not None), None)
        if level_element is None:
            return "bullet", "", 1
        number_format = attribute(child(level_element, "numFmt"), "val") or "decimal"
        return (
            number_format,
            attribute(child(level_element, "lvlText"), "val") or "",
            whole(child(level_element, "start"), "val", 1),
        )


def format_counter(number: int, number_format: str) -> str:
    """A number as a list's marker: digits, letters or Roman."""
    if number_format in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 4)
        return letter if number_format == "lowerLetter" else letter.upper()
    if number_format in ("lowerRoman", "upperRoman") and 0 < number < _MAX_ROMAN:
        roman = ""
        for value, letters in (*_ROMAN, *_ROMAN_SMALL):
            roman += letters * (number // value)
            number %= value
        return roman if number_format == "lowerRoman" else roman.upper()
    return str(number)
