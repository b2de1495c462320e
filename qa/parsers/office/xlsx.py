"""Excel workbooks (.xlsx): sheets as rows of texts, with numbers as their formats show them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qa.parsers.office.number_formats import BUILT_IN_FORMATS, format_moment, format_number
from qa.parsers.office.ooxml import Package
from qa.parsers.xml_elements import (
    attribute,
    child,
    children,
    is_on,
    local_name,
    path,
    stream_xml,
    whole,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["XlsxBook"]

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", re.ASCII)
# Cells that only have a format, and rows of nothing else: a file may hold millions of them.
_EMPTY_CELL = re.compile(rb"<c(?: [^<>]*)?/>|<c(?: [^<>]*)?></c>")
_EMPTY_ROW = re.compile(rb"<row(?: [^<>]*)?/>|<row(?: [^<>]*)?>\s*</row>")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_SPAN_ROWS = 10_000  # rows that a merged cell's text is repeated in


class _MergedRange(NamedTuple):
    """A range of cells shown as one."""

    top: int
    left: int
    bottom: int


class XlsxBook:
    """A workbook whose sheets are read one by one."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data, program="Excel", folder="xl", main="workbook.xml")
        self._root = self.package.parse(self.package.main)
        self._is_1904 = is_on(child(self._root, "workbookPr"), "date1904") and bool(
            attribute(child(self._root, "workbookPr"), "date1904")
        )
        self._formats = self._read_formats()
        self._strings = self._read_strings()

    def sheets(self) -> Iterator[tuple[str, Iterator[tuple[int, dict[int, str]]]]]:
        """Name and rows of each sheet that is not hidden; a row is its number and its texts by column."""
        relations = self.package.relations(self.package.main)
        for sheet in children(child(self._root, "sheets"), "sheet"):
            relation_type, part = relations.get(_find_relation_id(sheet), ("", ""))
            if attribute(sheet, "state") in ("hidden", "veryHidden") or relation_type != "worksheet":
                continue
            yield attribute(sheet, "name") or "", self._read_rows(part)

    def _read_rows(self, part: str) -> Iterator[tuple[int, dict[int, str]]]:
        data = self.package.read(part)
        merged_ranges = _find_merged_ranges(data)
        data = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", data))
        row_number = 0
        open_merges: list[tuple[_MergedRange, str]] = []
        for row in stream_xml(data, "row"):
            row_number = whole(row, "r", row_number + 1)
            texts = dict(self._read_cells(row, row_number))
            open_merges = [open_merge for open_merge in open_merges if open_merge[0].bottom >= row_number]
            for merged_range, text in open_merges:
                texts.setdefault(merged_range.left, text)
            for column in list(texts):
                if new_range := merged_ranges.get((row_number, column)):
                    open_merges.append((new_range, texts[column]))
            if texts:
                yield row_number, texts

    def _read_cells(self, row: "Element", row_number: int) -> Iterator[tuple[int, str]]:
        column = -1
        for cell in children(row, "c"):
            reference = _REFERENCE.fullmatch(attribute(cell, "r") or "")
            column = _parse_column(reference[1]) if reference else column + 1
            if text := self._read_text(cell).strip():
                yield column, text

    def _read_text(self, cell: "Element") -> str:
        cell_type = attribute(cell, "t") or "n"
        if cell_type == "inlineStr":
            return _read_rich_text(child(cell, "is"))
        element = child(cell, "v")
        value = "" if element is None else (element.text or "").strip()
        if not value:
            return ""
        if cell_type == "s":
            index = int(value) if value.isascii() and value.isdigit() else -1
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if cell_type == "b":
            return "TRUE" if value == "1" else "FALSE"
        if cell_type == "d":
            return format_moment(value)
        if cell_type != "n":
            return _decode_escapes(value)
        try:
            number = float(value)
        except ValueError:
            return value
        index = whole(cell, "s")
        code = self._formats[index] if 0 <= index < len(self._formats) else "General"
        return format_number(number, code, is_1904=self._is_1904)

    def _read_formats(self) -> list[str]:
        """The number format of each cell style."""
        root = self.package.parse_optional(self.package.first_related(self.package.main, "styles"))
        custom_formats = {
            whole(number_format, "numFmtId"): attribute(number_format, "formatCode") or "General"
            for number_format in children(child(root, "numFmts"), "numFmt")
        }
        format_ids = [
            whole(cell_format, "numFmtId") for cell_format in children(child(root, "cellXfs"), "xf")
        ]
        return [
            custom_formats.get(format_id) or BUILT_IN_FORMATS.get(format_id, "General")
            for format_id in format_ids
        ]

    def _read_strings(self) -> list[str]:
        part = self.package.first_related(self.package.main, "sharedStrings")
        return [_read_rich_text(item) for item in stream_xml(self.package.read(part), "si")] if part else []


def _find_relation_id(sheet: "Element") -> str:
    """The sheet's r:id, which must not be mistaken for its sheetId or another id."""
    return next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")


def _find_merged_ranges(data: bytes) -> dict[tuple[int, int], _MergedRange]:
    """Top left cell to range, for cells that are merged over several rows."""
    ranges = {}
    # They stand after the cells, which are read first otherwise.
    for match in re.finditer(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref=[\"']([^\"'<>]{3,40})[\"']", data):
        first, _, last = match[1].decode("ascii", "replace").partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start and end and int(end[2]) > int(start[2]):
            top, left = int(start[2]), _parse_column(start[1])
            ranges[top, left] = _MergedRange(top, left, min(int(end[2]), top + _MAX_SPAN_ROWS))
    return ranges


def _parse_column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _read_rich_text(element: "Element | None") -> str:
    """The text of a string item without the reading aids of Japanese."""
    texts = []
    for node in children(element):
        if local_name(node) == "t":
            texts.append(node.text or "")
        elif local_name(node) == "r":
            text_element = path(node, "t")
            texts.append("" if text_element is None else text_element.text or "")
    return _decode_escapes("".join(texts))


def _decode_escapes(text: str) -> str:
    """Without the escapes that Excel writes for characters that XML has no place for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
