"""OpenDocument spreadsheets (.ods): each cell's text as it is shown stands in the file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.load.archives import open_archive, read_member
from qa.load.office.cells import plain_number, short_moment
from qa.load.office.properties import office_metadata
from qa.load.values import Metadata
from qa.load.xml import attribute, child, children, local_name, parse_xml, path, stream_xml, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["OdsBook"]

_MAX_SPAN = 10_000  # rows that a merged cell's text is repeated in
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
            raise LoadError("it is protected by a password: save it without one")
        self._meta = parse_xml(read_member(self._archive, "meta.xml")) if "meta.xml" in names else None
        self._content = read_member(self._archive, "content.xml")

    def sheets(self) -> Iterator[tuple[str, Iterator[tuple[int, dict[int, str]]]]]:
        """Name and rows of each sheet that is not hidden; a row is its number and its texts by column."""
        hidden = set()
        for element in stream_xml(self._content, "style", "table"):
            if local_name(element) == "style":
                if attribute(child(element, "table-properties"), "display") == "false":
                    hidden.add(attribute(element, "name"))
            elif attribute(element, "style-name") not in hidden and _is_sheet(element):
                yield attribute(element, "name") or "", _rows(element)

    def metadata(self) -> Metadata:
        """From meta.xml."""
        meta = path(self._meta, "meta")
        fields: dict[str, list[str]] = {}
        for one in children(meta):
            fields.setdefault(local_name(one), []).append("".join(one.itertext()))

        def first(name: str) -> str:
            return fields.get(name, [""])[0]

        return office_metadata(
            title=first("title"),
            dates=(first("creation-date"), first("date")),
            author=first("initial-creator") or first("creator"),
            keywords=";".join(fields.get("keyword", [])),
        )


def _is_sheet(table: "Element") -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _rows(table: "Element") -> Iterator[tuple[int, dict[int, str]]]:
    number = 0
    merges: list[tuple[int, int, str]] = []  # column, last row, text
    for row in table.iter("{*}table-row"):
        if next(row.iterancestors("{*}table"), None) is not table:
            continue  # of a table in a cell
        repeated = max(1, whole(row, "number-rows-repeated", 1))
        texts = dict(_cells(row, number + 1, merges))
        for at in range(repeated if texts else 0):
            merges = [one for one in merges if one[1] >= number + at + 1]
            yield number + at + 1, {column: text for column, _, text in merges} | texts
        number += repeated


def _cells(row: "Element", number: int, merges: list[tuple[int, int, str]]) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in children(row, "table-cell", "covered-table-cell"):
        repeated = max(1, whole(cell, "number-columns-repeated", 1))
        text = _text(cell) if local_name(cell) == "table-cell" else ""
        if text:
            spanned = whole(cell, "number-rows-spanned", 1)
            if spanned > 1:
                merges.append((column, number + min(spanned, _MAX_SPAN) - 1, text))
            for at in range(column, min(column + repeated, _MAX_COLUMNS)):
                yield at, text
        column += repeated


def _text(cell: "Element") -> str:
    """The text as shown; dates in ISO form."""
    kind = attribute(cell, "value-type")
    if kind == "date" and (day := attribute(cell, "date-value")):
        return short_moment(day)
    shown = " ".join(_words(one) for one in children(cell, "p", "h")).strip()
    if shown or kind in (None, "string"):
        return shown or attribute(cell, "string-value") or ""
    return plain_number(attribute(cell, "value") or attribute(cell, "boolean-value") or "", "General")


def _words(element: "Element") -> str:
    """The text of a paragraph, without notes and reading aids."""
    parts = [element.text or ""]
    for one in element:
        name = local_name(one)
        if name == "s":
            parts.append(" " * min(max(1, whole(one, "c", 1)), _MAX_SPACES))
        elif name in ("tab", "line-break"):
            parts.append(" ")
        elif name not in ("annotation", "ruby-text", "note"):
            parts.append(_words(one))
        parts.append(one.tail or "")
    return "".join(parts)
