"""Footnotes and endnotes of a Word document: their texts, and the marks that Word numbers them with."""

from typing import TYPE_CHECKING

from qa.parsers.office.docx_styles import format_counter
from qa.parsers.office.ooxml import Package
from qa.parsers.office.raised_runs import note_mark
from qa.parsers.xml_elements import attribute, child, children, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["NoteLabels", "format_label"]

_DEFAULT_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}
_SIGNS = "*†‡§"


class NoteLabels:
    """Hands out each note once, with its mark, in the order in which the text refers to them."""

    def __init__(self, package: Package, body: "Element | None") -> None:
        self._notes = {
            f"{note_type}{attribute(note, 'id')}": note
            for note_type in _DEFAULT_FORMATS
            for note in children(
                package.parse_optional(package.first_related(package.main, f"{note_type}s")), note_type
            )
            if attribute(note, "type") in (None, "normal")
        }
        sources: list[Element] = []
        if self._notes:
            settings = package.parse_optional(package.first_related(package.main, "settings"))
            sources += [] if body is None else body.iter("{*}sectPr")
            sources += [] if settings is None else [settings]
        self._formats: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        for note_type, default in _DEFAULT_FORMATS.items():
            properties = [child(source, f"{note_type}Pr") for source in sources]
            formats = (attribute(child(element, "numFmt"), "val") for element in properties)
            starts = (whole(child(element, "numStart"), "val") for element in properties)
            self._formats[note_type] = next(filter(None, formats), default)
            self._numbers[note_type] = next(filter(None, starts), 1)
        self._marks: dict[str, str] = {}

    def take(self, note_type: str, key: str, *, is_counted: bool) -> tuple["Element | None", str]:
        """The note that a mark refers to, None if it was taken before, and its mark.

        The mark is "" where the text brings its own: `is_counted` is False.
        """
        note_key = f"{note_type}{key}"
        if is_counted and note_key not in self._marks:
            number = self._numbers[note_type]
            self._numbers[note_type] += 1
            self._marks[note_key] = note_mark(format_label(number, self._formats[note_type]))
        return self._notes.pop(note_key, None), self._marks.get(note_key, "")

    def rest(self) -> "list[Element]":
        """The notes that nothing in the text refers to."""
        return [note for note in self._notes.values() if path(note, "p") is not None]


def format_label(number: int, number_format: str) -> str:
    """A note's number as it shows: "1", "a", "iv", or a sign."""
    if number_format == "chicago":
        return _SIGNS[(number - 1) % len(_SIGNS)] * min(1 + (number - 1) // len(_SIGNS), 4)
    return format_counter(number, number_format)
