"""OLE files, which hold the workbooks of before 2007: checked before a library follows their chains.

A file is cut into sectors, and a table says which sector follows which. In a damaged file that goes round
in circles, and readers that trust it eat all memory.
"""

import struct

from qa.errors import LoadError

__all__ = ["read_stream", "stream_starts"]

_HEADER_BYTES = 512
_SECTOR_SHIFTS = (9, 12)
_MAX_SECTOR = 0xFFFFFFFB  # above it stand special values: end of chain, free, part of the table
_END_OF_CHAIN = 0xFFFFFFFE
_ENTRY_BYTES = 128
_SMALL_SECTOR_BYTES = 64
_STREAM_ENTRY, _ROOT_ENTRY = 2, 5
_DAMAGED_MESSAGE = "the file is damaged: open it in Excel and save it as .xlsx"


class _OleFile:
    """The sectors of a file and their order."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER_BYTES:
            raise LoadError(_DAMAGED_MESSAGE)
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in _SECTOR_SHIFTS:
            raise LoadError(_DAMAGED_MESSAGE)
        self._data, self._sector_size = data, 1 << shift
        self.table = self._read_table()

    def read_sector(self, number: int) -> bytes:
        """A sector's bytes; the last one of a file may be short."""
        start = (number + 1) * self._sector_size
        if start >= len(self._data):
            raise LoadError(_DAMAGED_MESSAGE)
        return self._data[start : start + self._sector_size]

    def read_chain(self, first_sector: int) -> bytes:
        """The bytes of a chain of sectors."""
        return b"".join(self.read_sector(number) for number in _follow_chain(self.table, first_sector))

    def _read_table(self) -> list[int]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        (next_sector,) = struct.unpack_from("<I", self._data, 68)
        visited: set[int] = set()
        # Large files go on naming the table's sectors in others, each of which ends with the next.
        while next_sector < _MAX_SECTOR and next_sector not in visited:
            visited.add(next_sector)
            *table_sectors, next_sector = _unpack_integers(self.read_sector(next_sector)) or [_END_OF_CHAIN]
            numbers += table_sectors
        sectors = [self.read_sector(number) for number in numbers if number < _MAX_SECTOR]
        return _unpack_integers(b"".join(sectors))


def stream_starts(data: bytes) -> dict[str, bytes]:
    """The first bytes of each stream in an OLE file, 64 where it has so many, by name; all streams end.

    Raises:
        LoadError: It is damaged.
    """
    file = _OleFile(data)
    directory_start, cutoff, small_table_start = struct.unpack_from("<I4xII", data, 48)
    small_table = _unpack_integers(file.read_chain(small_table_start))
    small_streams = b""
    starts = {}
    directory = file.read_chain(directory_start)
    for offset in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        name_bytes, entry_type = struct.unpack_from("<HB", directory, offset + 64)
        first_sector, size = struct.unpack_from("<II", directory, offset + 116)
        if entry_type not in (_STREAM_ENTRY, _ROOT_ENTRY) or not size:
            continue
        is_small = entry_type == _STREAM_ENTRY and size < cutoff
        chain = _follow_chain(small_table if is_small else file.table, first_sector)
        if not is_small and chain:
            file.read_sector(max(chain))  # which is missing where the file breaks off
        if entry_type == _ROOT_ENTRY:
            small_streams = file.read_chain(first_sector)
            continue
        name = directory[offset : offset + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        if is_small:
            start_offset = first_sector * _SMALL_SECTOR_BYTES
            start = small_streams[start_offset : start_offset + _SMALL_SECTOR_BYTES]
        else:
            start = file.read_sector(first_sector)[:_SMALL_SECTOR_BYTES] if chain else b""
        starts[name] = start[:size]
    return starts


def read_stream(data: bytes, name: str) -> bytes | None:
    """The bytes of a stream, None if there is none of this name.

    Raises:
        LoadError: It is damaged.
    """
    file = _OleFile(data)
    directory_start, cutoff, small_table_start = struct.unpack_from("<I4xII", data, 48)
    directory = file.read_chain(directory_start)
    root_start = 0
    for offset in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        name_bytes, entry_type = struct.unpack_from("<HB", directory, offset + 64)
        first_sector, size = struct.unpack_from("<II", directory, offset + 116)
        entry_name = directory[offset : offset + max(0, min(name_bytes, 64) - 2)].decode(
            "utf-16-le", "replace"
        )
        if entry_type == _ROOT_ENTRY:
            root_start = first_sector
        elif entry_type == _STREAM_ENTRY and entry_name == name:
            if size >= cutoff:
                return file.read_chain(first_sector)[:size]
            small_sectors = file.read_chain(root_start)
            numbers = _follow_chain(_unpack_integers(file.read_chain(small_table_start)), first_sector)
            pieces = (
                small_sectors[number * _SMALL_SECTOR_BYTES : (number + 1) * _SMALL_SECTOR_BYTES]
                for number in numbers
            )
            return b"".join(pieces)[:size]
    return None


def _follow_chain(table: list[int], sector: int) -> list[int]:
    """The numbers of a chain, which must come to its end.

    Raises:
        LoadError: It leads out of the table or round in circles.
    """
    chain: list[int] = []
    while sector < _MAX_SECTOR:
        if sector >= len(table) or len(chain) > len(table):
            raise LoadError(_DAMAGED_MESSAGE)
        chain.append(sector)
        sector = table[sector]
    return chain


def _unpack_integers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
