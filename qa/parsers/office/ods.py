"""OpenDocument spreadsheets (.ods): each cell's text as it is shown stands in the file."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.office.hidden_cells import HiddenCells
from qa.parsers.office.number_formats import format_moment, plain_number
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.office.sheets import Omissions, Sheet
from qa.parsers.raised_text import lower_text, raise_text
from qa.parsers.reader_errors import PASSWORD_MESSAGE
from qa.parsers.table_text import GridCell
from qa.parsers.xml_elements import (
    attribute,
    child,
    children,
    local_name,
    parse_xml,
    path,
    stream_xml,
    whole,
)
from qa.parsers.zip_archives import open_archive, read_member
from qa.schema import Metadata

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["OdsBook"]

_MAX_SPACES = 100
_DAY_ZERO = "1899-12-30"
_MAX_COLUMNS = 20_000
_MAX_HIDDEN_ROWS = 100_000  # of one entry: what lies below a sheet's end


class OdsBook:
    """A workbook whose sheets are read one by one.

    Raises:
        LoadError: It is no spreadsheet, encrypted, damaged or a trap.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = open_archive(data)
        names = set(self._archive.namelist())
        manifest = "META-INF/manifest.xml"
        if "encrypted-package" in names or (
            manifest in names and b"encryption-data" in read_member(self._archive, manifest)
        ):
            raise LoadError(PASSWORD_MESSAGE)
        self._meta = parse_xml(read_member(self._archive, "meta.xml")) if "meta.xml" in names else None
        self._content = read_member(self._archive, "content.xml")
        self.omissions = Omissions()
        self._positions: dict[str, str] = {}  # style to where its text is set: "super 58%"
        self._struck_styles: set[str] = set()

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that are not hidden, in order."""
        hidden_styles = set()
        for element in stream_xml(self._content, "style", "table"):
            if local_name(element) == "style":
                if attribute(child(element, "table-properties"), "display") == "false":
                    hidden_styles.add(attribute(element, "name"))
                text_properties = child(element, "text-properties")
                if position := attribute(text_properties, "text-position"):
                    self._positions[attribute(element, "name") or ""] = position
                if _strikes_out(text_properties):
                    self._struck_styles.add(attribute(element, "name") or "")
            elif _is_sheet(element):
                name = attribute(element, "name") or ""
                if attribute(element, "style-name") in hidden_styles:
                    self.omissions.hidden_sheets.append(name)
                else:
                    remarks: list[str] = []
                    is_hiding = b"collapse" in self._content
                    columns = _read_columns(element) if is_hiding or self._struck_styles else []
                    hidden = HiddenCells(
                        rows=_find_hidden_rows(element) if is_hiding else (),
                        columns={number for number, (is_hidden, _) in enumerate(columns) if is_hidden},
                    )
                    rows = self._read_rows(element, remarks, [style for _, style in columns])
                    yield Sheet(name=name, rows=rows, remarks=remarks, hidden=hidden)

    def _read_rows(
        self, table: "Element", remarks: list[str], column_styles: Sequence[str]
    ) -> Iterator[tuple[int, SheetRow]]:
        row_number = 0
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table"), None) is not table:
                continue  # of a table in a cell
            repeats = max(1, whole(row, "number-rows-repeated", 1))
            cells = dict(self._read_cells(row, remarks, column_styles))
            for repeat in range(repeats if cells else 0):
                yield row_number + repeat + 1, cells
            row_number += repeats

    def _read_cells(
        self, row: "Element", remarks: list[str], column_styles: Sequence[str]
    ) -> Iterator[tuple[int, GridCell | str]]:
        column = 0
        for cell in children(row, "table-cell", "covered-table-cell"):
            repeats = max(1, whole(cell, "number-columns-repeated", 1))
            text = self._read_text(cell) if local_name(cell) == "table-cell" else ""
            if text and self._struck_styles and self._is_struck(cell, row, column_styles[column:]):
                self.omissions.has_struck = True
            elif text:
                rowspan = max(1, whole(cell, "number-rows-spanned", 1))
                colspan = max(1, whole(cell, "number-columns-spanned", 1))
                is_merged = rowspan > 1 or colspan > 1
                for filled_column in range(column, min(column + repeats, _MAX_COLUMNS)):
                    yield filled_column, GridCell(text, rowspan, colspan) if is_merged else text
            elif attribute(cell, "formula") and attribute(cell, "value-type") is None:
                self.omissions.uncalculated_cells += repeats
            remarks += filter(None, (self._read_remark(note) for note in children(cell, "annotation")))
            column += repeats

    def _is_struck(self, cell: "Element", row: "Element", column_styles: Sequence[str]) -> bool:
        """Whether a cell is struck out as a whole, by its own style, else by its row's or its column's."""
        style = attribute(cell, "style-name") or attribute(row, "default-cell-style-name")
        return (style or next(iter(column_styles), "")) in self._struck_styles

    def _read_text(self, cell: "Element") -> str:
        """The text as shown; dates in ISO form."""
        value_type = attribute(cell, "value-type")
        if value_type == "date" and (iso_date := attribute(cell, "date-value")):
            return _format_date(iso_date)
        displayed = self._read_paragraphs(cell, "p", "h")
        if displayed or value_type in (None, "string"):
            return displayed or attribute(cell, "string-value") or ""
        # The value behind a format that hides it, or of a program that writes no text.
        names = ("value", "boolean-value", "time-value")
        value = next((text for name in names if (text := attribute(cell, name))), "")
        number = plain_number(value, "0.##########%" if value_type == "percentage" else "General")
        return f"{attribute(cell, 'currency') or ''} {number}".strip()

    def _read_remark(self, annotation: "Element") -> str:
        text = self._read_paragraphs(annotation, "p", "list")
        return f"Comment: {text}" if text else ""

    def _read_paragraphs(self, element: "Element", *names: str) -> str:
        paragraphs = ("".join(self._read_runs(paragraph, "")) for paragraph in children(element, *names))
        return " ".join(paragraphs).strip()

    def _read_runs(self, element: "Element", before: str) -> list[str]:
        """The texts of a paragraph, without notes and reading aids; raised and lowered ones told apart."""
        texts = [element.text or ""]
        for node in element:
            tag = local_name(node)
            before = "".join([before, *texts])[-10:]
            if tag == "s":
                texts.append(" " * min(max(1, whole(node, "c", 1)), _MAX_SPACES))
            elif tag in ("tab", "line-break"):
                texts.append(" ")
            elif tag not in ("annotation", "ruby-text", "note"):
                text = "".join(self._read_runs(node, before))
                if text.strip() and attribute(node, "style-name") in self._struck_styles:
                    self.omissions.has_struck, text = True, ""
                position = self._positions.get(attribute(node, "style-name") or "", "")
                if position.startswith(("super", "sub")) and text.strip():
                    place = raise_text if position.startswith("super") else lower_text
                    text = place(text, before)
                texts.append(text)
            texts.append(node.tail or "")
        return texts

    def metadata(self) -> Metadata:
        """From meta.xml."""
        meta = path(self._meta, "meta")
        fields: dict[str, list[str]] = {}
        for field in children(meta):
            fields.setdefault(local_name(field), []).append("".join(field.itertext()))

        def first_value(name: str) -> str:
            return fields.get(name, [""])[0]

        return office_metadata(
            title=first_value("title"),
            dates=(first_value("creation-date"), first_value("date")),
            author=first_value("initial-creator") or first_value("creator"),
            keywords=";".join(fields.get("keyword", [])),
        )


def _read_columns(table: "Element") -> list[tuple[bool, str]]:
    """Of each column whether it is hidden, and the style of its cells; an outline only folds columns up."""
    columns: list[tuple[bool, str]] = []
    for column in table.iter("{*}table-column"):
        is_folded = next(column.iterancestors("{*}table-column-group"), None) is not None
        is_hidden = attribute(column, "visibility") == "collapse" and not is_folded
        repeats = min(max(1, whole(column, "number-columns-repeated", 1)), _MAX_COLUMNS - len(columns))
        columns += [(is_hidden, attribute(column, "default-cell-style-name") or "")] * repeats
    return columns


def _find_hidden_rows(table: "Element") -> set[int]:
    """The numbers of the rows that are hidden, but for those that a filter hides or an outline folds up."""
    hidden: set[int] = set()
    number = 0
    for row in table.iter("{*}table-row"):
        if next(row.iterancestors("{*}table"), None) is not table:
            continue  # of a table in a cell
        repeats = max(1, whole(row, "number-rows-repeated", 1))
        is_folded = next(row.iterancestors("{*}table-row-group"), None) is not None
        if attribute(row, "visibility") == "collapse" and not is_folded:
            hidden.update(range(number + 1, number + 1 + min(repeats, _MAX_HIDDEN_ROWS)))
        number += repeats
    return hidden


def _strikes_out(properties: "Element | None") -> bool:
    """Whether a style draws a line through letters; of its two entries one may be left out."""
    lines = {attribute(properties, f"text-line-through-{name}") for name in ("style", "type")} - {None}
    return bool(lines) and "none" not in lines


def _is_sheet(table: "Element") -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _format_date(iso_date: str) -> str:
    """A date; day 0, which programs show for an empty cell with a date's format, as the number that it is."""
    moment = format_moment(iso_date)
    return (moment.removeprefix(_DAY_ZERO).strip() or "0") if moment.startswith(_DAY_ZERO) else moment
