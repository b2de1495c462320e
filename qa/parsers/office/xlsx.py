"""Excel workbooks (.xlsx): sheets as rows of texts, with numbers as their formats show them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from qa.parsers.office.hidden_cells import HiddenCells
from qa.parsers.office.number_formats import BUILT_IN_FORMATS, format_moment, format_number
from qa.parsers.office.ooxml import Package
from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.office.sheet_remarks import read_remarks
from qa.parsers.office.sheets import Omissions, Sheet
from qa.parsers.raised_text import lower_text, raise_text
from qa.parsers.table_text import GridCell
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
# A formula's result that is not zero; some programs write zeros for what Excel is to calculate.
_RESULT = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*<(?:\w+:)?v>(?!0<)[^<]")

_HIDEABLE = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"\b(r|min|max|hidden|outlineLevel)=[\"']([^\"'<>]{0,20})[\"']")
_FILTER = re.compile(
    rb"<(?:\w+:)?autoFilter\s[^<>]{0,80}?\bref=[\"']\$?[A-Z]{1,3}\$?(\d{1,7})(?::\$?[A-Z]{1,3}\$?(\d{1,7}))?[\"']"
)
_MAX_COLUMNS = 16_384

# Rows and columns that a merged cell covers.
_Span = tuple[int, int]


class XlsxBook:
    """A workbook whose sheets are read one by one."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data, program="Excel", folder="xl", main="workbook.xml")
        self._root = self.package.parse(self.package.main)
        self._is_1904 = is_on(child(self._root, "workbookPr"), "date1904") and bool(
            attribute(child(self._root, "workbookPr"), "date1904")
        )
        self._calculates_on_load = bool(attribute(child(self._root, "calcPr"), "fullCalcOnLoad")) and is_on(
            child(self._root, "calcPr"), "fullCalcOnLoad"
        )
        self.omissions = Omissions()
        self._formats, self._struck_styles = self._read_styles()
        self._own_fonts: set[str] = set()  # the numbers of strings whose runs say how they look
        self._strings = self._read_strings()

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that are not hidden, in order."""
        relations = self.package.relations(self.package.main)
        for sheet in children(child(self._root, "sheets"), "sheet"):
            relation_type, part = relations.get(_find_relation_id(sheet), ("", ""))
            name = attribute(sheet, "name") or ""
            if attribute(sheet, "state") in ("hidden", "veryHidden"):
                self.omissions.hidden_sheets.append(name)
            elif relation_type == "worksheet":
                data = self.package.read(part)
                yield Sheet(
                    name=name,
                    rows=self._read_rows(data),
                    remarks=read_remarks(self.package, part),
                    hidden=_find_hidden(data),
                )
            elif relation_type == "chartsheet":
                self.omissions.chart_sheets.append(name)

    def _read_rows(self, data: bytes) -> Iterator[tuple[int, SheetRow]]:
        spans = _find_spans(data)
        has_results = not self._calculates_on_load or _RESULT.search(data) is not None
        data = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", data))
        row_number = 0
        for row in stream_xml(data, "row"):
            row_number = whole(row, "r", row_number + 1)
            cells: dict[int, GridCell | str] = dict(self._read_cells(row, has_results=has_results))
            if spans:
                for column, text in cells.items():
                    if span := spans.get((row_number, column)):
                        cells[column] = GridCell(str(text), *span)
            if cells:
                yield row_number, cells

    def _read_cells(self, row: "Element", *, has_results: bool) -> Iterator[tuple[int, str]]:
        column = -1
        for cell in children(row, "c"):
            letters = (cell.get("r") or "").rstrip("0123456789")
            column = _parse_column(letters) if letters else column + 1
            if text := self._read_text(cell, has_results=has_results).strip():
                if self._is_struck(cell):
                    self.omissions.has_struck = True
                else:
                    yield column, text

    def _is_struck(self, cell: "Element") -> bool:
        """Whether a cell's style strikes it out; a text with fonts of its own says so itself."""
        if not self._struck_styles or (cell.get("s") or "0") not in self._struck_styles:
            return False
        if cell.get("t") == "inlineStr":
            return path(cell, "is", "r", "rPr") is None
        index = path(cell, "v") if cell.get("t") == "s" else None
        return index is None or (index.text or "").strip() not in self._own_fonts

    def _read_text(self, cell: "Element", *, has_results: bool) -> str:
        cell_type = cell.get("t") or "n"
        if cell_type == "inlineStr":
            return self._read_rich_text(child(cell, "is"))
        value, has_formula = "", False
        for node in cell:
            name = local_name(node)
            if name == "v":
                value = (node.text or "").strip()
            elif name == "f":
                has_formula = True
        if has_formula and cell_type == "n" and (not value or (value == "0" and not has_results)):
            self.omissions.uncalculated_cells += 1
            return ""
        return self._show_value(cell, cell_type, value) if value else ""

    def _show_value(self, cell: "Element", cell_type: str, value: str) -> str:
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
        style = cell.get("s") or "0"
        index = int(style) if style.isascii() and style.isdigit() else -1
        code = self._formats[index] if 0 <= index < len(self._formats) else "General"
        return format_number(number, code, is_1904=self._is_1904)

    def _read_styles(self) -> tuple[list[str], frozenset[str]]:
        """The number format of each cell style, and the numbers of those that strike out."""
        root = self.package.parse_optional(self.package.first_related(self.package.main, "styles"))
        custom_formats = {
            whole(number_format, "numFmtId"): attribute(number_format, "formatCode") or "General"
            for number_format in children(child(root, "numFmts"), "numFmt")
        }
        fonts = [is_on(child(font, "strike")) for font in children(child(root, "fonts"), "font")]
        struck_fonts = {number for number, is_struck in enumerate(fonts) if is_struck}
        cell_formats = list(children(child(root, "cellXfs"), "xf"))
        format_ids = [whole(cell_format, "numFmtId") for cell_format in cell_formats]
        codes = [
            custom_formats.get(format_id) or BUILT_IN_FORMATS.get(format_id, "General")
            for format_id in format_ids
        ]
        struck = (
            str(number)
            for number, cell_format in enumerate(cell_formats)
            if whole(cell_format, "fontId", -1) in struck_fonts
        )
        return codes, frozenset(struck)

    def _read_strings(self) -> list[str]:
        part = self.package.first_related(self.package.main, "sharedStrings")
        if not part:
            return []
        strings = []
        for number, item in enumerate(stream_xml(self.package.read(part), "si")):
            strings.append(self._read_rich_text(item))
            if any(path(run, "rPr") is not None for run in children(item, "r")):
                self._own_fonts.add(str(number))
        return strings

    def _read_rich_text(self, element: "Element | None") -> str:
        """A string item's text, without what is struck out in it."""
        for run in list(children(element, "r")):
            if is_on(path(run, "rPr", "strike")) and element is not None:
                element.remove(run)
                self.omissions.has_struck = True
        return _read_rich_text(element)


def _find_relation_id(sheet: "Element") -> str:
    """The sheet's r:id, which must not be mistaken for its sheetId or another id."""
    return next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")


def _find_hidden(data: bytes) -> HiddenCells:
    """The rows and columns that are hidden, but for what a filter hides or an outline folds up."""
    rows: set[int] = set()
    columns: set[int] = set()
    if b"hidden=" not in data:
        return HiddenCells()
    for match in _HIDEABLE.finditer(data):
        attributes = {
            name.decode(): value.decode("ascii", "replace") for name, value in _ATTRIBUTE.findall(match[2])
        }
        if attributes.get("hidden") not in ("1", "true") or attributes.get("outlineLevel", "0") != "0":
            continue
        if match[1] == b"row":
            rows.add(_parse_whole(attributes.get("r")))
        else:
            first, last = _parse_whole(attributes.get("min")), _parse_whole(attributes.get("max"))
            columns.update(range(first - 1, min(last, _MAX_COLUMNS)))
    if b"<tablePart" in data:
        rows.clear()
    for match in _FILTER.finditer(data):
        top, bottom = int(match[1]), int(match[2] or match[1])
        rows = {row for row in rows if not top < row <= bottom}
    return HiddenCells(rows, columns)


def _parse_whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _find_spans(data: bytes) -> dict[tuple[int, int], _Span]:
    """Row and column of the first place to the size, for cells that are merged."""
    spans = {}
    # They stand after the cells, which are read first otherwise.
    for match in re.finditer(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref=[\"']([^\"'<>]{3,40})[\"']", data):
        first, _, last = match[1].decode("ascii", "replace").partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start and end:
            top, left = int(start[2]), _parse_column(start[1])
            spans[top, left] = max(1, int(end[2]) - top + 1), max(1, _parse_column(end[1]) - left + 1)
    return spans


@lru_cache(maxsize=20_000)
def _parse_column(letters: str) -> int:
    number = 0
    for letter in letters.strip("$").upper()[:3]:
        number = number * 26 + ord(letter) - 64
    return max(0, number - 1)


def _read_rich_text(element: "Element | None") -> str:
    """The text of a string item without the reading aids of Japanese; raised and lowered runs told apart."""
    text = ""
    for node in children(element):
        if local_name(node) == "t":
            text += node.text or ""
        elif local_name(node) == "r":
            text_element = path(node, "t")
            run = "" if text_element is None else text_element.text or ""
            position = attribute(path(node, "rPr", "vertAlign"), "val")
            if position in ("superscript", "subscript") and run.strip():
                run = raise_text(run, text) if position == "superscript" else lower_text(run, text)
            text += run
    return _decode_escapes(text)


def _decode_escapes(text: str) -> str:
    """Without the escapes that Excel writes for characters that XML has no place for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
