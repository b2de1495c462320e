"""OpenDocument spreadsheets (.ods): each cell's text as it is shown stands in the file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.office.number_formats import format_moment, plain_number
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.reader_errors import PASSWORD_MESSAGE
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

_MAX_SPAN_ROWS = 10_000  # rows that a merged cell's text is repeated in
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

    def sheets(self) -> Iterator[tuple[str, Iterator[tuple[int, dict[int, str]]]]]:
        """Name and rows of each sheet that is not hidden; a row is its number and its texts by column."""
        hidden_styles = set()
        for element in stream_xml(self._content, "style", "table"):
            if local_name(element) == "style":
                if attribute(child(element, "table-properties"), "display") == "false":
                    hidden_styles.add(attribute(element, "name"))
            elif attribute(element, "style-name") not in hidden_styles and _is_sheet(element):
                yield attribute(element, "name") or "", _read_rows(element)

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


def _read_rows(table: "Element") -> Iterator[tuple[int, dict[int, str]]]:
    row_number = 0
    merges: list[tuple[int, int, str]] = []  # column, last row, text
    for row in table.iter("{*}table-row"):
        if next(row.iterancestors("{*}table"), None) is not table:
            continue  # of a table in a cell
        repeats = max(1, whole(row, "number-rows-repeated", 1))
        texts = dict(_read_cells(row, row_number + 1, merges))
        for repeat in range(repeats if texts else 0):
            merges = [merge for merge in merges if merge[1] >= row_number + repeat + 1]
            yield row_number + repeat + 1, {column: text for column, _, text in merges} | texts
        row_number += repeats


def _read_cells(
    row: "Element", row_number: int, merges: list[tuple[int, int, str]]
) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in children(row, "table-cell", "covered-table-cell"):
        repeats = max(1, whole(cell, "number-columns-repeated", 1))
        text = _read_text(cell) if local_name(cell) == "table-cell" else ""
        if text:
            row_span = whole(cell, "number-rows-spanned", 1)
            if row_span > 1:
                merges.append((column, row_number + min(row_span, _MAX_SPAN_ROWS) - 1, text))
            for filled_column in range(column, min(column + repeats, _MAX_COLUMNS)):
                yield filled_column, text
        column += repeats


def _read_text(cell: "Element") -> str:
    """The text as shown; dates in ISO form."""
    value_type = attribute(cell, "value-type")
    if value_type == "date" and (iso_date := attribute(cell, "date-value")):
        return format_moment(iso_date)
    displayed = " ".join(_read_paragraph(paragraph) for paragraph in children(cell, "p", "h")).strip()
    if displayed or value_type in (None, "string"):
        return displayed or attribute(cell, "string-value") or ""
    return plain_number(attribute(cell, "value") or attribute(cell, "boolean-value") or "", "General")


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
