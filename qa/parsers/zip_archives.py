"""Zip archives (Word, PowerPoint, Excel and EPUB files are some), opened with care."""

import io
import lzma
import struct
import zipfile
import zlib

from qa.errors import LoadError
from qa.parsers.reader_errors import PASSWORD_MESSAGE

__all__ = ["open_archive", "read_member"]

_MAX_MEMBERS = 20_000
_MAX_BYTES = 1_000_000_000  # unpacked, all members together
_MAX_RATIO = 200  # unpacked to packed; text reaches 5 to 20, runs of one letter 1,000
_HARMLESS_BYTES = 20_000_000  # below that a high ratio is harmless
_DAMAGE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    RuntimeError,  # NotImplementedError too
)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """A zip archive that is sound, not encrypted, and not made to fill the memory when it is unpacked.

    Raises:
        LoadError: It is none of that.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except _DAMAGE_ERRORS as error:
        raise LoadError("the file is damaged, or not what its name says: open and save it anew") from error
    if len(members) > _MAX_MEMBERS:
        raise LoadError(f"it packs {len(members):,} files, {_MAX_MEMBERS:,} are allowed")
    if any(member.flag_bits & 1 for member in members):
        raise LoadError(PASSWORD_MESSAGE)
    unpacked = sum(member.file_size for member in members)
    if unpacked > _MAX_BYTES or (unpacked > _HARMLESS_BYTES and unpacked > _MAX_RATIO * len(data)):
        raise LoadError(
            f"it unpacks from {len(data) / 1_000_000:,.3g} to {unpacked / 1_000_000:,.0f} MB: a zip bomb"
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member's bytes; never more than the archive says that it has.

    Raises:
        LoadError: It is missing or damaged.
    """
    try:
        with archive.open(name) as stream:
            size = archive.getinfo(name).file_size
            data = stream.read(size + 1)
    except KeyError as error:
        raise LoadError(f"the file is damaged: its part {name[:80]!r} is missing") from error
    except _DAMAGE_ERRORS as error:
        raise LoadError(f"the file is damaged: its part {name[:80]!r} can't be unpacked") from error
    if len(data) > size:
        raise LoadError(f"its part {name[:80]!r} is larger than it says: that is a zip bomb")
    return data
