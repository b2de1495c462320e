"""OpenDocument spreadsheets (.ods): each cell's text as it is shown stands in the file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.office.number_formats import format_moment, plain_number
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.office.sheets import Omissions, Sheet
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
_MAX_COLUMNS = 20_000


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

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that are not hidden, in order."""
        hidden_styles = set()
        for element in stream_xml(self._content, "style", "table"):
            if local_name(element) == "style":
                if attribute(child(element, "table-properties"), "display") == "false":
                    hidden_styles.add(attribute(element, "name"))
            elif _is_sheet(element):
                name = attribute(element, "name") or ""
                if attribute(element, "style-name") in hidden_styles:
                    self.omissions.hidden_sheets.append(name)
                else:
                    remarks: list[str] = []
                    yield Sheet(name=name, rows=self._read_rows(element, remarks), remarks=remarks)

    def _read_rows(self, table: "Element", remarks: list[str]) -> Iterator[tuple[int, SheetRow]]:
        row_number = 0
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table"), None) is not table:
                continue  # of a table in a cell
            repeats = max(1, whole(row, "number-rows-repeated", 1))
            cells = dict(self._read_cells(row, remarks))
            for repeat in range(repeats if cells else 0):
                yield row_number + repeat + 1, cells
            row_number += repeats

    def _read_cells(self, row: "Element", remarks: list[str]) -> Iterator[tuple[int, GridCell | str]]:
        column = 0
        for cell in children(row, "table-cell", "covered-table-cell"):
            repeats = max(1, whole(cell, "number-columns-repeated", 1))
            text = _read_text(cell) if local_name(cell) == "table-cell" else ""
            if text:
                rowspan = max(1, whole(cell, "number-rows-spanned", 1))
                colspan = max(1, whole(cell, "number-columns-spanned", 1))
                content = GridCell(text, rowspan, colspan) if rowspan > 1 or colspan > 1 else text
                for filled_column in range(column, min(column + repeats, _MAX_COLUMNS)):
                    yield filled_column, content
            elif attribute(cell, "formula") and attribute(cell, "value-type") is None:
                self.omissions.uncalculated_cells += repeats
            remarks += filter(None, (_read_remark(note) for note in children(cell, "annotation")))
            column += repeats

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


def _is_sheet(table: "Element") -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _read_text(cell: "Element") -> str:
    """The text as shown; dates in ISO form."""
    value_type = attribute(cell, "value-type")
    if value_type == "date" and (iso_date := attribute(cell, "date-value")):
        return format_moment(iso_date)
    displayed = " ".join(_read_paragraph(paragraph) for paragraph in children(cell, "p", "h")).strip()
    if displayed or value_type in (None, "string"):
        return displayed or attribute(cell, "string-value") or ""
    # The value behind a format that hides it, or of a program that writes no text.
    value = (
        attribute(cell, "value") or attribute(cell, "boolean-value") or attribute(cell, "time-value") or ""
    )
    number = plain_number(value, "0.##########%" if value_type == "percentage" else "General")
    return f"{attribute(cell, 'currency') or ''} {number}".strip()


def _read_remark(annotation: "Element") -> str:
    text = " ".join(_read_paragraph(paragraph) for paragraph in children(annotation, "p", "list"))
    return f"Comment: {text.strip()}" if text.strip() else ""


def _read_paragraph(element: "Element") -> str:
    """The text of a paragraph, without notes and reading aids."""
    texts = [element.text or ""]
    for node in element:
        tag = local_name(node)
        if tag == "s":
            texts.append(" " * min(max(1, whole(node, "c", 1)), _MAX_SPACES))
        elif tag in ("tab", "line-break"):
            texts.append(" ")
        elif tag not in ("annotation", "ruby-text", "note"):
            texts.append(_read_paragraph(node))
        texts.append(node.tail or "")
    return "".join(texts)
