"""Workbooks (.xlsx, .xls, .ods) and delimited text (.csv, .tsv): every row as a sentence."""

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.office.biff_cells import CellLooks, read_cell_looks
from qa.parsers.office.biff_numbers import count_comments, read_shown_numbers
from qa.parsers.office.delimited_text import read_rows
from qa.parsers.office.hidden_cells import without_hidden
from qa.parsers.office.number_formats import format_moment, format_number
from qa.parsers.office.ods import OdsBook
from qa.parsers.office.ole import read_stream, stream_starts
from qa.parsers.office.ooxml import OLE_MARK, is_encrypted_ole, only_load_errors
from qa.parsers.office.sheet_blocks import put_sheet
from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.office.sheet_titles import find_sheet_title
from qa.parsers.office.sheets import Omissions, Sheet
from qa.parsers.office.xlsx import XlsxBook
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.reader_errors import PASSWORD_MESSAGE
from qa.parsers.table_text import GridCell
from qa.parsers.text_decoding import decode_text
from qa.parsers.zip_archives import open_archive
from qa.schema import Metadata

__all__ = ["read_csv", "read_workbook"]

# A row of text and its names take some 100 characters: more than this no store of passages needs.
_MAX_CELLS = 500_000
# The second is all that a recent LibreOffice shows of a workbook with a password.
_ODS_MEMBERS = frozenset(("content.xml", "encrypted-package"))
# Records of a workbook of before 2007: what may stand before the one that says how it is encrypted.
_FIRST_RECORDS = frozenset((0x0009, 0x0209, 0x0409, 0x0809, 0x0086))
_ENCRYPTION_RECORD = 0x002F
_TOO_MANY_CELLS = f"it holds more than {_MAX_CELLS:,} filled cells: split it, or save the part that you need"

_NumberedRows = Iterable[tuple[int, SheetRow]]


@only_load_errors
def read_workbook(data: bytes) -> ParsedContent:
    """Each sheet's name as a heading, then its tables, the lines around them, text boxes and comments.

    Hidden sheets, rows and columns are left out, with a note; what a filter hides or an outline folds up
    stays. A merged cell's text stands in each of its rows.

    Raises:
        LoadError: It can't be read, or has more than 500,000 filled cells.
    """
    if data.startswith(OLE_MARK):
        if is_encrypted_ole(data):
            raise LoadError(PASSWORD_MESSAGE)
        streams = stream_starts(data)
        if not streams.keys() & {"Workbook", "Book"}:
            raise LoadError("it is no workbook, whatever its name says: open it and save it as .xlsx")
        if any(_is_encrypted_stream(streams.get(name, b"")) for name in ("Workbook", "Book")):
            raise LoadError(PASSWORD_MESSAGE)
        return _read_xls(data)
    if data.startswith(b"PK"):
        if _ODS_MEMBERS & set(open_archive(data).namelist()):
            ods = OdsBook(data)
            return _build_content(ods.sheets(), ods.metadata(), ods.omissions)
        xlsx = XlsxBook(data)
        return _build_content(xlsx.sheets(), xlsx.package.metadata(), xlsx.omissions)
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        raise LoadError("it is a web page or XML named as a workbook: open it in Excel and save it as .xlsx")
    if b"\x00" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadError("it is no workbook that is read: open it in Excel and save it as .xlsx")
    # Many programs export delimited text and name it .xls.
    return read_csv(data)


@only_load_errors
def read_csv(data: bytes) -> ParsedContent:
    """Rows of delimited text in any encoding and with any usual delimiter, with a row of names or without.

    Raises:
        LoadError: It is no text, or has more than 500,000 filled cells.
    """
    builder = ContentBuilder()
    rows = ({column: cell for column, cell in enumerate(row) if cell} for row in read_rows(decode_text(data)))
    put_sheet(builder, _count(enumerate(rows, start=1), _CellCounter()))
    return _add_title(builder.build())


class _CellCounter:
    """How many filled cells were met in a file."""

    def __init__(self) -> None:
        self._cells = 0

    def add(self, row: SheetRow) -> None:
        self._cells += len(row)
        if self._cells > _MAX_CELLS:
            raise LoadError(_TOO_MANY_CELLS)


def _build_content(sheets: Iterable[Sheet], metadata: Metadata, omissions: Omissions) -> ParsedContent:
    builder, counter = ContentBuilder(), _CellCounter()
    for sheet in sheets:
        # An empty sheet's name says nothing.
        rows = list(_count(without_hidden(sheet.rows, sheet.hidden), counter))
        omissions.hidden_rows += len(sheet.hidden.left_out_rows)
        omissions.hidden_columns += len(sheet.hidden.left_out_columns)
        if rows or sheet.remarks:
            builder.heading(sheet.name, 1)
            put_sheet(builder, rows)
            for remark in sheet.remarks:
                builder.paragraph(remark)
    content = builder.build(metadata)
    content = replace(content, notes=(*content.notes, *omissions.notes()))
    return _add_title(content)


def _add_title(content: ParsedContent) -> ParsedContent:
    title = content.metadata.title or find_sheet_title(content)
    return replace(content, metadata=replace(content.metadata, title=title))


def _count(numbered_rows: _NumberedRows, counter: _CellCounter) -> Iterator[tuple[int, SheetRow]]:
    for number, row in numbered_rows:
        counter.add(row)
        yield number, row


def _read_xls(data: bytes) -> ParsedContent:
    try:
        omissions = Omissions()
        return _build_content(_read_xls_sheets(data, omissions), Metadata(), omissions)
    # Where the library's own code gives up it raises what is no Exception.
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise LoadError("the file is damaged: open it in Excel and save it as .xlsx") from error
        raise


def _is_encrypted_stream(start: bytes) -> bool:
    """Whether a workbook's stream is encrypted, which the library takes for damage."""
    offset = 0
    while offset + 4 <= len(start):
        record_type, size = struct.unpack_from("<HH", start, offset)
        if record_type not in _FIRST_RECORDS:
            return bool(record_type == _ENCRYPTION_RECORD)
        offset += 4 + size
    return False


def _read_xls_sheets(data: bytes, omissions: Omissions) -> Iterator[Sheet]:
    """The sheets of a workbook of before 2007."""
    import io

    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        stream = read_stream(data, "Workbook") or b""
        comments = count_comments(stream)
        shown_numbers = read_shown_numbers(stream)
        shown_numbers += [{}] * (len(book.sheets_metadata) - len(shown_numbers))
        all_looks, omissions.may_be_struck = read_cell_looks(stream)
        for index, sheet_metadata in enumerate(book.sheets_metadata):
            shown = shown_numbers[index]
            if sheet_metadata.visible != SheetVisibleEnum.Visible:
                omissions.hidden_sheets.append(sheet_metadata.name)
                continue
            if sheet_metadata.typ != SheetTypeEnum.WorkSheet:
                if sheet_metadata.typ == SheetTypeEnum.ChartSheet:
                    omissions.chart_sheets.append(sheet_metadata.name)
                continue
            omissions.comments += sum(comments[index : index + 1])
            sheet = book.get_sheet_by_name(sheet_metadata.name)
            # Rows and columns are numbered from the first that are filled.
            spans = {
                (top, left): (bottom - top + 1, right - left + 1)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            }
            looks = all_looks[index] if index < len(all_looks) else CellLooks()
            rows = _read_xls_rows(sheet.iter_rows(), sheet.start or (0, 0), spans, shown, looks.struck)
            omissions.has_struck |= bool(looks.struck)
            yield Sheet(name=sheet_metadata.name, rows=rows, hidden=looks.hidden)
    except PasswordError as error:
        raise LoadError(PASSWORD_MESSAGE) from error
    except CalamineError as error:
        raise LoadError(
            "the file is damaged, or no workbook: open it in Excel and save it as .xlsx"
        ) from error


def _read_xls_rows(
    rows: Iterable[Sequence[object]],
    start: tuple[int, int],
    spans: dict[tuple[int, int], tuple[int, int]],
    shown: Mapping[tuple[int, int], str],
    struck: Collection[tuple[int, int]],
) -> Iterator[tuple[int, SheetRow]]:
    for number, row in enumerate(rows, start=start[0]):
        cells: dict[int, GridCell | str] = {
            column: text
            for column, cell in enumerate(row, start=start[1])
            if (number, column) not in struck and (text := shown.get((number, column)) or _format_cell(cell))
        }
        if spans:
            for column, entry in cells.items():
                if span := spans.get((number, column)):
                    cells[column] = GridCell(str(entry), *span)
        if cells:
            yield number + 1, cells


def _format_cell(cell: object) -> str:
    """A cell's text where its number format is not known; the library knows those of dates."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return format_number(float(cell), "General")
    if isinstance(cell, datetime):
        return format_moment(cell.isoformat())
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return format_number(cell.total_seconds() / 86400, "[h]:mm:ss")
    return str(cell).strip()
