"""Numbers of workbooks of before 2007 (.xls) as their formats show them.

The library that reads the cells gives their values only. Here the records of the file are walked once more
for the numbers and the formats of their cells ([MS-XLS], BIFF8); files of before Excel 97 are left to it.
"""

import struct
from collections.abc import Iterator

from qa.parsers.office.number_formats import BUILT_IN_FORMATS, format_number

__all__ = ["count_comments", "iterate_records", "read_shown_numbers"]

_BOF, _EOF, _BOUNDSHEET, _FORMAT, _XF, _DATE_1904 = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0, 0x0022
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_NOTE = 0x001C
_BIFF8 = 0x0600
_NO_NUMBER = 0xFFFF  # at the end of a formula's result: it is a text, a truth value or an error
_MAX_CELLS = 500_000

# Row and column, both counted from 0, to text.
ShownNumbers = dict[tuple[int, int], str]


def read_shown_numbers(stream: bytes) -> list[ShownNumbers]:
    """The numbers of each sheet, hidden ones too, in their order; an empty list if they can't be told."""
    try:
        return _read_sheets(stream)
    # Damaged in parts that the library does not need: the values are shown plainly then.
    except (struct.error, IndexError, UnicodeDecodeError):
        return []


def count_comments(stream: bytes) -> list[int]:
    """How many cells of each sheet have a comment, hidden sheets too, in their order; empty if damaged."""
    try:
        offsets = [
            struct.unpack_from("<I", data)[0]
            for record, data in iterate_records(stream, 0)
            if record == _BOUNDSHEET
        ]
    except struct.error:
        return []
    return [sum(record == _NOTE for record, _ in iterate_records(stream, offset)) for offset in offsets]


def _read_sheets(stream: bytes) -> list[ShownNumbers]:
    formats: dict[int, str] = {}
    format_ids: list[int] = []
    offsets: list[int] = []
    is_1904 = False
    for number, (record, data) in enumerate(iterate_records(stream, 0)):
        if number == 0 and (record != _BOF or struct.unpack_from("<H", data)[0] != _BIFF8):
            return []
        if record == _FORMAT:
            formats[struct.unpack_from("<H", data)[0]] = _read_text(data, 2)
        elif record == _XF:
            format_ids.append(struct.unpack_from("<H", data, 2)[0])
        elif record == _BOUNDSHEET:
            offsets.append(struct.unpack_from("<I", data)[0])
        elif record == _DATE_1904:
            is_1904 = struct.unpack_from("<H", data)[0] == 1
    codes = [formats.get(number) or BUILT_IN_FORMATS.get(number, "General") for number in format_ids]
    sheets: list[ShownNumbers] = []
    count = 0
    for offset in offsets:
        shown: ShownNumbers = {}
        for row, column, style, value in _numbers(stream, offset):
            count += 1
            if count > _MAX_CELLS:
                return []
            code = codes[style] if style < len(codes) else "General"
            shown[row, column] = format_number(value, code, is_1904=is_1904)
        sheets.append(shown)
    return sheets


def iterate_records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records from an offset to the end of their part, without those of parts inside, such as charts."""
    depth = 0
    while offset + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, offset)
        if record == _BOF:
            depth += 1
        if depth <= 1:
            yield record, stream[offset + 4 : offset + 4 + size]
        if record == _EOF:
            depth -= 1
            if depth <= 0:
                return
        offset += 4 + size


def _numbers(stream: bytes, offset: int) -> Iterator[tuple[int, int, int, float]]:
    """Row, column, style and value of each number of a sheet."""
    for record, data in iterate_records(stream, offset):
        if record == _NUMBER:
            yield struct.unpack_from("<HHHd", data)
        elif record == _RK:
            row, column, style, packed = struct.unpack_from("<HHHI", data)
            yield row, column, style, _unpack(packed)
        elif record == _MULTIPLE_RK:
            row, first = struct.unpack_from("<HH", data)
            for index in range((len(data) - 6) // 6):
                style, packed = struct.unpack_from("<HI", data, 4 + 6 * index)
                yield row, first + index, style, _unpack(packed)
        elif record == _FORMULA:
            row, column, style, value = struct.unpack_from("<HHHd", data)
            if struct.unpack_from("<H", data, 12)[0] != _NO_NUMBER:
                yield row, column, style, value


def _unpack(packed: int) -> float:
    """A number in 30 bits, of which two flags say whether it is whole and whether it counts hundredths."""
    value: float
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return value / 100 if packed & 1 else value


def _read_text(data: bytes, offset: int) -> str:
    length, flags = struct.unpack_from("<HB", data, offset)
    start = offset + 3
    if flags & 1:
        return data[start : start + 2 * length].decode("utf-16-le")
    return data[start : start + length].decode("latin-1")
