"""Workbooks (.xlsx, .xls, .ods) and delimited text (.csv, .tsv): every row as a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from qa.errors import LoadError
from qa.load.archives import open_archive
from qa.load.content import ContentBuilder
from qa.load.decode import decode
from qa.load.office.cells import short_moment, shown_number
from qa.load.office.delimited import read_rows
from qa.load.office.grids import Row, put_sheet
from qa.load.office.ods import OdsBook
from qa.load.office.ole import stream_names
from qa.load.office.ooxml import OLE_MARK, is_encrypted_ole, only_load_errors
from qa.load.office.xlsx import XlsxBook
from qa.load.values import Content, Metadata

__all__ = ["read_csv", "read_workbook"]

# A row of text and its names take some 100 characters: more than this no store of passages needs.
_MAX_CELLS = 500_000
_MAX_SPAN = 10_000  # rows that a merged cell's text is repeated in
_TOO_MANY = f"it holds more than {_MAX_CELLS:,} filled cells: split it, or save the part that you need"

_Numbered = Iterable[tuple[int, Row]]


@only_load_errors
def read_workbook(data: bytes) -> Content:
    """Each sheet's name as a heading, and its rows with their column names; hidden sheets are left out.

    Hidden rows and columns stay: filters hide and show them. A merged cell's text stands in each of its
    rows.

    Raises:
        LoadError: It can't be read, or has more than 500,000 filled cells.
    """
    if data.startswith(OLE_MARK):
        if is_encrypted_ole(data):
            raise LoadError("it is protected by a password: save it without one")
        if not stream_names(data) & {"Workbook", "Book"}:
            raise LoadError("it is no workbook, whatever its name says: open it and save it as .xlsx")
        return _read_old(data)
    if data.startswith(b"PK"):
        if "content.xml" in open_archive(data).namelist():
            ods = OdsBook(data)
            return _content(ods.sheets(), ods.metadata())
        xlsx = XlsxBook(data)
        return _content(xlsx.sheets(), xlsx.package.metadata())
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        raise LoadError("it is a web page or XML named as a workbook: open it in Excel and save it as .xlsx")
    if b"\x00" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadError("it is no workbook that is read: open it in Excel and save it as .xlsx")
    # Many programs export delimited text and name it .xls.
    return read_csv(data)


@only_load_errors
def read_csv(data: bytes) -> Content:
    """Rows of delimited text in any encoding and with any usual delimiter, with a row of names or without.

    Raises:
        LoadError: It is no text, or has more than 500,000 filled cells.
    """
    builder = ContentBuilder()
    rows = ({at: cell for at, cell in enumerate(row) if cell} for row in read_rows(decode(data)))
    put_sheet(builder, _limited(enumerate(rows, start=1), _Count()))
    return builder.build()


class _Count:
    """How many filled cells were met in a file."""

    def __init__(self) -> None:
        self._cells = 0

    def add(self, row: Row) -> None:
        self._cells += len(row)
        if self._cells > _MAX_CELLS:
            raise LoadError(_TOO_MANY)


def _content(sheets: Iterable[tuple[str, _Numbered]], metadata: Metadata) -> Content:
    builder, count = ContentBuilder(), _Count()
    for name, numbered in sheets:
        # An empty sheet's name says nothing.
        rows = list(_limited(numbered, count))
        if rows:
            builder.heading(name, 1)
            put_sheet(builder, rows)
    return builder.build(metadata)


def _limited(numbered: _Numbered, count: _Count) -> Iterator[Row]:
    """The rows, with an empty one wherever the numbers leave a gap."""
    last = 0
    for number, row in numbered:
        if number > last + 1:
            yield {}
        last = number
        count.add(row)
        yield row


def _read_old(data: bytes) -> Content:
    try:
        return _content(_old_sheets(data), Metadata())
    # Where the library's own code gives up it raises what is no Exception.
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise LoadError("the file is damaged: open it in Excel and save it as .xlsx") from error
        raise


def _old_sheets(data: bytes) -> Iterator[tuple[str, _Numbered]]:
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
        for sheet in book.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(sheet.name)
            # Rows and columns are numbered from the first that are filled.
            merged = {
                (top, left): bottom
                for (top, left), (bottom, _) in found.merged_cell_ranges or []
                if top < bottom <= top + _MAX_SPAN
            }
            yield sheet.name, _old_rows(found.iter_rows(), found.start or (0, 0), merged)
    except PasswordError as error:
        raise LoadError("it is protected by a password: save it without one") from error
    except CalamineError as error:
        raise LoadError(
            "the file is damaged, or no workbook: open it in Excel and save it as .xlsx"
        ) from error


def _old_rows(
    rows: Iterable[Sequence[object]], start: tuple[int, int], merged: dict[tuple[int, int], int]
) -> _Numbered:
    spans: dict[int, tuple[int, str]] = {}  # column to the last row of a merged cell, and its text
    for number, row in enumerate(rows, start=start[0]):
        texts = {at: text for at, cell in enumerate(row, start=start[1]) if (text := _shown(cell))}
        for at, (bottom, text) in spans.items():
            if number <= bottom:
                texts.setdefault(at, text)
        spans |= {at: (merged[number, at], text) for at, text in texts.items() if (number, at) in merged}
        if texts:
            yield number + 1, texts


def _shown(cell: object) -> str:
    """A cell's text; the library tells no number formats but those of dates."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return shown_number(float(cell), "General")
    if isinstance(cell, datetime):
        return short_moment(cell.isoformat())
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return shown_number(cell.total_seconds() / 86400, "[h]:mm:ss")
    return str(cell).strip()
