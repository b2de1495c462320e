"""Styles and list numbers of Word documents."""

import re
from typing import TYPE_CHECKING

from qa.load.xml import attribute, child, children, is_on, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Numbering", "Styles"]

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc ?(?:\d|heading)|table of (?:figures|authorities))", re.IGNORECASE)
_LEVELS = 9
_BODY_TEXT = 9  # the outline level that is none
_MAX_BASES = 50
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MAX_ROMAN = 4000


class Styles:
    """What the styles say that a text needs; each asks those that it is based on."""

    def __init__(self, root: "Element | None") -> None:
        self._styles = {attribute(one, "styleId") or "": one for one in children(root, "style")}
        self._default = next(
            (
                key
                for key, one in self._styles.items()
                if attribute(one, "type") == "paragraph"
                and is_on(one, "default")
                and attribute(one, "default")
            ),
            None,
        )
        self._levels: dict[str, int] = {}

    def level(self, style: str | None, outline: "Element | None") -> int:
        """A paragraph's level as a heading, 1 the highest, by its own outline level or its style; else 0."""
        if outline is not None:
            level = whole(outline, "val", _BODY_TEXT)
            return level + 1 if 0 <= level < _LEVELS else 0
        key = style or self._default or ""
        if key not in self._levels:
            self._levels[key] = self._find_level(key)
        return self._levels[key]

    def _find_level(self, key: str) -> int:
        for one in self._bases(key):
            outline = path(one, "pPr", "outlineLvl")
            if outline is not None:
                return self.level(None, outline)
            name = _name(one)
            if found := _HEADING.fullmatch(name):
                return int(found[1])
            if name.casefold() == "title":
                return 1
        # A document may use the built-in styles without saying what they are.
        if key not in self._styles:
            found = _HEADING.fullmatch(key)
            return int(found[1]) if found else int(key == "Title")
        return 0

    def is_contents(self, style: str | None) -> bool:
        """Whether it is a line of the table of contents, or the words above it."""
        found = self._styles.get(style or "")
        return _CONTENTS.fullmatch(_name(found) if found is not None else style or "") is not None

    def is_hidden(self, style: str) -> bool:
        """Whether its text does not show."""
        marks = (path(one, "rPr", "vanish") for one in self._bases(style))
        return is_on(next((mark for mark in marks if mark is not None), None))

    def numbering(self, style: str | None) -> tuple[str, int] | None:
        """The list that a style belongs to, and the level in it."""
        for one in self._bases(style or self._default or ""):
            properties = path(one, "pPr", "numPr")
            if number := attribute(child(properties, "numId"), "val"):
                return number, whole(child(properties, "ilvl"), "val")
        return None

    def _bases(self, key: str) -> list["Element"]:
        """The style and those that it is based on, nearest first."""
        found: list[Element] = []
        while (one := self._styles.get(key)) is not None and one not in found and len(found) < _MAX_BASES:
            found.append(one)
            key = attribute(child(one, "basedOn"), "val") or ""
        return found


def _name(style: "Element") -> str:
    return attribute(child(style, "name"), "val") or ""


class Numbering:
    """Counts the items of numbered lists as Word does."""

    def __init__(self, root: "Element | None", styles: Styles) -> None:
        self._styles = styles
        self._lists = {attribute(one, "numId") or "": one for one in children(root, "num")}
        self._abstract = {attribute(one, "abstractNumId") or "": one for one in children(root, "abstractNum")}
        self._linked = {
            attribute(link, "val"): key
            for key, one in self._abstract.items()
            if (link := child(one, "styleLink")) is not None
        }
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()

    def marker(self, properties: "Element | None", style: str | None, *, counts: bool) -> str | None:
        """A paragraph's marker: "-" or its number, and None if it is no item. An empty one isn't counted."""
        of_style = self._styles.numbering(style)
        own = child(properties, "numPr")
        number = attribute(child(own, "numId"), "val")
        level = child(own, "ilvl")
        if number is None:
            number, at = of_style or ("0", 0)
        else:
            at = whole(level, "val")
        # A list by the style names its level by the own mark, or by the level that names the style.
        at = whole(level, "val", at) if level is not None else at
        if number == "0" or number not in self._lists or not 0 <= at < _LEVELS or not counts:
            return None
        return self._number(number, at)

    def _number(self, number: str, at: int) -> str | None:
        key = self._abstract_key(number)
        form, template, start = self._level(number, key, at)
        if form in ("bullet", "none"):
            return "-"
        current = self._counts.setdefault(key, [None] * _LEVELS)
        override = self._override(number, at)
        if override is not None and (number, at) not in self._started:
            self._started.add((number, at))
            start = whole(child(override, "startOverride"), "val", start)
            current[at] = None
        before = current[at]
        current[at] = start if before is None else before + 1
        current[at + 1 :] = [None] * (_LEVELS - at - 1)
        if re.fullmatch(r"\W*%\d\W*", template):
            shown = _spelled(current[at] or 0, form)
            return template.replace(f"%{at + 1}", shown).strip() if f"%{at + 1}" in template else f"{shown}."
        return self._outline_number(number, key, current, at) if "%" in template else "-"

    def _outline_number(self, number: str, key: str, current: list[int | None], at: int) -> str:
        """The number of an item that names the items above it too, as in "2.1."."""
        _, template, _ = self._level(number, key, at)
        for level in range(at + 1):
            form, _, start = self._level(number, key, level)
            count = current[level]
            template = template.replace(f"%{level + 1}", _spelled(start if count is None else count, form))
        return template.strip()

    def _abstract_key(self, number: str) -> str:
        key = attribute(child(self._lists[number], "abstractNumId"), "val") or ""
        link = attribute(child(self._abstract.get(key), "numStyleLink"), "val")
        return self._linked.get(link, key) if link else key

    def _override(self, number: str, at: int) -> "Element | None":
        found = (one for one in children(self._lists[number], "lvlOverride") if whole(one, "ilvl", -1) == at)
        one = next(found, None)
        return one if child(one, "startOverride") is not None else None

    def _level(self, number: str, key: str, at: int) -> tuple[str, str, int]:
        """A level's kind of number, its template such as "%1.", and where it starts."""
        overrides = (
            one for one in children(self._lists[number], "lvlOverride") if whole(one, "ilvl", -1) == at
        )
        levels = [child(one, "lvl") for one in overrides]
        levels += [one for one in children(self._abstract.get(key), "lvl") if whole(one, "ilvl", -1) == at]
        level = next((one for one in levels if one is not None), None)
        if level is None:
            return "bullet", "", 1
        form = attribute(child(level, "numFmt"), "val") or "decimal"
        return form, attribute(child(level, "lvlText"), "val") or "", whole(child(level, "start"), "val", 1)


def _spelled(number: int, form: str) -> str:
    """A number as a list's marker: digits, letters or Roman."""
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 4)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < number < _MAX_ROMAN:
        roman = ""
        for value, letters in (*_ROMAN, *_ROMAN_SMALL):
            roman += letters * (number // value)
            number %= value
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)
