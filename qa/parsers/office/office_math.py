"""Formulas of Word and PowerPoint on one line."""

import re
from typing import TYPE_CHECKING

from qa.parsers.raised_text import lower_text, raise_text
from qa.parsers.xml_elements import attribute, child, children, is_on, local_name, path

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_formula"]

_SIMPLE = re.compile(r"[\w.,%$€£]*|\(.*\)")
_FIGURES = re.compile(r"[0-9+\-−]+")


def read_formula(element: "Element") -> str:
    """A formula as it would be typed: "(a+b)/2", "6.5³", "x_i", "√(2)"."""
    return "".join(_read_node(node) for node in element)


def _read_part(element: "Element", name: str) -> str:
    part = child(element, name)
    return "" if part is None else read_formula(part)


def _read_node(node: "Element") -> str:
    tag = local_name(node)
    if tag == "t":
        return node.text or ""
    if tag.endswith("Pr"):
        return ""
    return _READERS.get(tag, read_formula)(node)


def _read_fraction(node: "Element") -> str:
    return f"{_bracket(_read_part(node, 'num'))}/{_bracket(_read_part(node, 'den'))}"


def _read_script(node: "Element") -> str:
    base = _read_part(node, "e")
    return base + _lower(_read_part(node, "sub"), base) + _raise(_read_part(node, "sup"))


def _read_script_before(node: "Element") -> str:
    return _lower(_read_part(node, "sub"), "") + _raise(_read_part(node, "sup")) + _read_part(node, "e")


def _read_sum(node: "Element") -> str:
    sign = attribute(path(node, "naryPr", "chr"), "val") or "∫"
    limits = _lower(_read_part(node, "sub"), sign) + _raise(_read_part(node, "sup"))
    return f"{sign}{limits} {_read_part(node, 'e')}"


def _read_root(node: "Element") -> str:
    degree = "" if is_on(path(node, "radPr", "degHide")) else _raise(_read_part(node, "deg"))
    return f"{degree}√({_read_part(node, 'e')})"


def _read_brackets(node: "Element") -> str:
    properties = child(node, "dPr")
    marks = (attribute(child(properties, name), "val") for name in ("begChr", "sepChr", "endChr"))
    begin, separator, end = (
        default if mark is None else mark for mark, default in zip(marks, "(|)", strict=True)
    )
    return begin + separator.join(read_formula(part) for part in children(node, "e")) + end


def _read_function(node: "Element") -> str:
    return f"{_read_part(node, 'fName')}({_read_part(node, 'e')})"


def _read_rows(node: "Element") -> str:
    rows = (", ".join(read_formula(part) for part in children(row, "e")) for row in children(node, "mr"))
    return "; ".join((*rows, *(read_formula(row) for row in children(node, "e"))))


_READERS = {
    "f": _read_fraction,
    "sSup": _read_script,
    "sSub": _read_script,
    "sSubSup": _read_script,
    "sPre": _read_script_before,
    "nary": _read_sum,
    "rad": _read_root,
    "d": _read_brackets,
    "func": _read_function,
    "m": _read_rows,
    "eqArr": _read_rows,
}


def _bracket(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _raise(text: str) -> str:
    if not text.strip():
        return ""
    return raise_text(text, "x") if _FIGURES.fullmatch(text.strip()) else f"^{_bracket(text)}"


def _lower(text: str, before: str) -> str:
    if not text.strip():
        return ""
    return lower_text(text, before) if _FIGURES.fullmatch(text.strip()) else f"_{_bracket(text)}"
