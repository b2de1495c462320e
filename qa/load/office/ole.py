"""OLE files, which hold the workbooks of before 2007: checked before a library follows their chains.

A file is cut into sectors, and a table says which sector follows which. In a damaged file that goes round
in circles, and readers that trust it eat all memory.
"""

import struct

from qa.errors import LoadError

__all__ = ["stream_names"]

_HEADER_BYTES = 512
_SECTOR_SHIFTS = (9, 12)
_LAST_SECTOR = 0xFFFFFFFB  # above it stand marks: end of chain, free, part of the table
_MARKED_AS_END = 0xFFFFFFFE
_ENTRY_BYTES = 128
_STREAM, _ROOT = 2, 5
_DAMAGED = "the file is damaged: open it in Excel and save it as .xlsx"


class _File:
    """The sectors of a file and their order."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER_BYTES:
            raise LoadError(_DAMAGED)
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in _SECTOR_SHIFTS:
            raise LoadError(_DAMAGED)
        self._data, self._size = data, 1 << shift
        self.table = self._read_table()

    def sector(self, number: int) -> bytes:
        """A sector's bytes; the last one of a file may be short."""
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise LoadError(_DAMAGED)
        return self._data[start : start + self._size]

    def content(self, first: int) -> bytes:
        """The bytes of a chain of sectors."""
        return b"".join(self.sector(one) for one in _follow(self.table, first))

    def _read_table(self) -> list[int]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        (following,) = struct.unpack_from("<I", self._data, 68)
        seen: set[int] = set()
        # Large files go on naming the table's sectors in others, each of which ends with the next.
        while following < _LAST_SECTOR and following not in seen:
            seen.add(following)
            *more, following = _integers(self.sector(following)) or [_MARKED_AS_END]
            numbers += more
        parts = [self.sector(number) for number in numbers if number < _LAST_SECTOR]
        return _integers(b"".join(parts))


def stream_names(data: bytes) -> set[str]:
    """The names of the streams in an OLE file, all of which end.

    Raises:
        LoadError: It is damaged.
    """
    file = _File(data)
    directory, cutoff, small = struct.unpack_from("<I4xII", data, 48)
    small_table = _integers(file.content(small))
    names = set()
    content = file.content(directory)
    for at in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        length, kind = struct.unpack_from("<HB", content, at + 64)
        first, size = struct.unpack_from("<II", content, at + 116)
        if kind not in (_STREAM, _ROOT) or not size:
            continue
        table = small_table if kind == _STREAM and size < cutoff else file.table
        chain = _follow(table, first)
        if table is file.table and chain:
            file.sector(max(chain))  # which is missing where the file breaks off
        if kind == _STREAM:
            names.add(content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
    return names


def _follow(table: list[int], first: int) -> list[int]:
    """The numbers of a chain, which must come to its end.

    Raises:
        LoadError: It leads out of the table or round in circles.
    """
    chain: list[int] = []
    while first < _LAST_SECTOR:
        if first >= len(table) or len(chain) > len(table):
            raise LoadError(_DAMAGED)
        chain.append(first)
        first = table[first]
    return chain


def _integers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
