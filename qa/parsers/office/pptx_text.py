"""The text of PowerPoint's shapes and cells: paragraphs with their markers, runs raised and lowered."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qa.parsers.content_builder import clean
from qa.parsers.office.docx_styles import format_counter
from qa.parsers.office.office_math import read_formula
from qa.parsers.office.raised_runs import Run, join_runs
from qa.parsers.office.symbol_letters import decode_private_letters
from qa.parsers.xml_elements import attribute, child, children, local_name, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Paragraph", "is_bold", "is_struck", "read_paragraphs", "read_text"]

_AUTOMATIC_FIELDS = ("slidenum", "datetime", "footer", "header")
_NUMBER_FORMATS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_NUMBER_FRAMES = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}."}


class Paragraph(NamedTuple):
    """A paragraph; `marker` is that of an item, "" where it is none. `tabbed` is the text with its tabs."""

    text: str
    marker: str = ""
    tabbed: str = ""


def read_text(element: "Element") -> str:
    """What a shape, a cell or a point of a diagram says, on one line."""
    for body in (child(element, "txBody"), child(element, "t")):
        if text := clean(" ".join(paragraph.text for paragraph in read_paragraphs(body))):
            return text
    return ""


def read_paragraphs(body: "Element | None", *, has_bullets: bool = False) -> Iterator[Paragraph]:
    """The paragraphs of a text body; `has_bullets` says that they have bullets unless they say otherwise."""
    counters: dict[int, int] = {}
    for paragraph in children(body, "p"):
        properties = child(paragraph, "pPr")
        level = whole(properties, "lvl")
        marker = "-" if has_bullets else ""
        numbers = child(properties, "buAutoNum")
        tabbed = join_runs(_read_runs(paragraph))
        text = clean(tabbed)
        if child(properties, "buNone") is not None:
            marker = ""
        elif numbers is not None and text:
            start = whole(numbers, "startAt", 1)
            counters = {key: count for key, count in counters.items() if key <= level}
            counters[level] = counters.get(level, start - 1) + 1
            marker = _format_number(counters[level], attribute(numbers, "type") or "")
        elif child(properties, "buChar") is not None:
            marker = "-"
        if numbers is None and text:
            counters = {key: count for key, count in counters.items() if key < level}
        yield Paragraph(text, marker, tabbed)


def is_struck(run: "Element") -> bool:
    """Whether a run's letters are struck out."""
    return (attribute(child(run, "rPr"), "strike") or "noStrike") != "noStrike"


def is_bold(cell: "Element") -> bool:
    """Whether all letters of a cell are bold; marks of notes don't count."""
    properties = [child(run, "rPr") for run in cell.iter("{*}r") if child(run, "t") is not None]
    weights = [attribute(entry, "b") in ("1", "true") for entry in properties if not whole(entry, "baseline")]
    return bool(weights) and all(weights)


def _format_number(number: int, number_type: str) -> str:
    for name, number_format in _NUMBER_FORMATS.items():
        if number_type.startswith(name):
            frame = _NUMBER_FRAMES.get(number_type.removeprefix(name), "{}.")
            return frame.format(format_counter(number, number_format))
    return f"{number}."


def _read_symbol_font(run: "Element") -> str | None:
    fonts = children(child(run, "rPr"), "sym", "latin")
    return next((typeface for font in fonts if (typeface := attribute(font, "typeface"))), None)


def _read_runs(paragraph: "Element") -> Iterator[Run]:
    for node in paragraph:
        tag = local_name(node)
        if tag == "r" or (tag == "fld" and not (attribute(node, "type") or "").startswith(_AUTOMATIC_FIELDS)):
            text_element = child(node, "t")
            baseline = whole(child(node, "rPr"), "baseline")
            letters = "" if text_element is None or is_struck(node) else text_element.text or ""
            if not letters.isascii():
                letters = decode_private_letters(letters, _read_symbol_font(node))
            yield Run(letters, (baseline > 0) - (baseline < 0))
        elif tag == "br":
            yield Run(" ")
        elif tag in ("m", "AlternateContent"):
            branch = child(node, "Choice") if tag == "AlternateContent" else node
            yield Run(read_formula(node if branch is None else branch))
