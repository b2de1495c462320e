"""What workbooks of before 2007 (.xls) hide or strike out: the library that reads their cells doesn't say it.

The records of the file are walked for it ([MS-XLS], BIFF8).
"""

import struct
from collections.abc import Collection
from dataclasses import dataclass, field

from qa.parsers.office.biff_numbers import iterate_records
from qa.parsers.office.hidden_cells import HiddenCells

__all__ = ["CellLooks", "read_cell_looks"]

_BOUNDSHEET, _FONT, _XF = 0x0085, 0x0031, 0x00E0
_ROW, _COLUMNS, _FILTER_MODE, _MULTIPLE_RK = 0x0208, 0x007D, 0x009B, 0x00BD
_CELLS = frozenset((0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))  # row, column and style first
_STRUCK, _HIDDEN_ROW, _HIDDEN_COLUMN = 0x0008, 0x0020, 0x0001
_ROW_LEVEL, _COLUMN_LEVEL = 0x0007, 0x0700  # of an outline


@dataclass(slots=True)
class CellLooks:
    """Of one sheet: what is hidden, and the cells that are struck out, row and column counted from 0."""

    hidden: HiddenCells = field(default_factory=HiddenCells)
    struck: set[tuple[int, int]] = field(default_factory=set)


def read_cell_looks(stream: bytes) -> tuple[list[CellLooks], bool]:
    """Each sheet, hidden ones too, in order; and whether letters inside of cells may be struck out.

    The list is empty if they can't be told.
    """
    try:
        return _read_sheets(stream)
    except (struct.error, IndexError):
        return [], False


def _read_sheets(stream: bytes) -> tuple[list[CellLooks], bool]:
    fonts: list[bool] = []
    style_fonts: list[int] = []
    offsets: list[int] = []
    for record, data in iterate_records(stream, 0):
        if record == _FONT:
            fonts.append(bool(struct.unpack_from("<H", data, 2)[0] & _STRUCK))
        elif record == _XF:
            style_fonts.append(struct.unpack_from("<H", data)[0])
        elif record == _BOUNDSHEET:
            offsets.append(struct.unpack_from("<I", data)[0])
    # There is no font of the number 4.
    struck_fonts = {number + (number >= 4) for number, is_struck in enumerate(fonts) if is_struck}
    struck_styles = {number for number, font in enumerate(style_fonts) if font in struck_fonts}
    sheets = [_read_sheet(stream, offset, struck_styles) for offset in offsets]
    return sheets, bool(struck_fonts - set(style_fonts))


def _read_sheet(stream: bytes, offset: int, struck_styles: Collection[int]) -> CellLooks:
    rows: set[int] = set()
    columns: set[int] = set()
    is_filtered = False
    for record, data in iterate_records(stream, offset):
        if record == _ROW:
            flags = struct.unpack_from("<H", data, 12)[0]
            if flags & _HIDDEN_ROW and not flags & _ROW_LEVEL:
                rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif record == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<5H", data)
            if flags & _HIDDEN_COLUMN and not flags & _COLUMN_LEVEL:
                columns.update(range(first, last + 1))
        elif record == _FILTER_MODE:
            is_filtered = True
    hidden = HiddenCells(set() if is_filtered else rows, columns)
    return CellLooks(hidden, _find_struck(stream, offset, struck_styles))


def _find_struck(stream: bytes, offset: int, struck_styles: Collection[int]) -> set[tuple[int, int]]:
    struck: set[tuple[int, int]] = set()
    for record, data in iterate_records(stream, offset) if struck_styles else ():
        if record in _CELLS:
            row, column, style = struct.unpack_from("<3H", data)
            if style in struck_styles:
                struck.add((row, column))
        elif record == _MULTIPLE_RK:
            row, first = struct.unpack_from("<HH", data)
            for index in range((len(data) - 6) // 6):
                if struct.unpack_from("<H", data, 4 + 6 * index)[0] in struck_styles:
                    struck.add((row, first + index))
    return struck
