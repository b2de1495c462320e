"""A backup's file: what it holds, how it is written and how one that comes from anywhere is unpacked."""

import hashlib
import json
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.errors import StoreError
from qa.store.private_files import make_private_folder, open_private
from qa.store.uploads import is_upload_name

__all__ = ["CATALOGUE", "BackupManifest", "pack", "sha256_of", "unpack"]

CATALOGUE = "catalogue.sqlite3"
_MANIFEST, _UPLOADS = "manifest.json", "uploads/"
_FORMAT = 1
_COPY_BYTES = 1 << 20  # at a time
_MAX_MANIFEST_BYTES = 100_000
# So many times its size a backup may hold, which those of texts and vectors stay far below; a file that is
# small holds little whatever it holds.
_MAX_EXPANSION, _SMALL_BYTES = 100, 200_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupManifest:
    """What a backup says of itself; what it holds is not believed but counted."""

    made_at: str
    documents: int
    passages: int
    catalogue_sha256: str


def pack(draft: Path, manifest: BackupManifest, catalogue: Path, uploads: Iterable[Path]) -> None:
    """Write a backup into a new file that nobody but its owner can read."""
    head = {"briefing_desk_backup": _FORMAT, **asdict(manifest)}
    with (
        open(draft, "wb", opener=open_private) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        archive.writestr(_MANIFEST, json.dumps(head, indent=2))
        archive.write(catalogue, CATALOGUE)
        for file in uploads:
            with suppress(FileNotFoundError):  # one that is removed at this moment
                archive.write(file, f"{_UPLOADS}{file.name}")


def unpack(file: Path, folder: Path) -> tuple[BackupManifest, list[Path]]:
    """The manifest and the uploads of a backup, whose files are then in the folder.

    Nothing is unpacked before all that it says it holds has been looked at.

    Raises:
        StoreError: It is no backup, is damaged, or holds what no backup of ours does.
    """
    try:
        # By its descriptor, so that what was looked at is what is read.
        with file.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            _check_members(file, archive.infolist(), file_bytes=stream.seek(0, os.SEEK_END), folder=folder)
            manifest = _read_manifest(file, archive)
            uploads = list(_extract_all(archive, folder))
    except FileNotFoundError as error:
        raise StoreError(f"there is no backup {file}: check the path") from error
    except IsADirectoryError as error:
        raise StoreError(f"{file} is a folder: name the file of a backup") from error
    # What `zipfile` and `json` raise of the bytes that they are given; a password is a RuntimeError.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        if not zipfile.is_zipfile(file):
            raise _no_backup(file) from error
        raise _damaged(file) from error
    copy = folder / CATALOGUE
    if not copy.exists() or sha256_of(copy) != manifest.catalogue_sha256:
        raise _damaged(file)
    return manifest, uploads


def sha256_of(file: Path) -> str:
    """The checksum of a file in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _damaged(file: Path) -> StoreError:
    return StoreError(f"the backup {file} is damaged: take another one")


def _no_backup(file: Path) -> StoreError:
    return StoreError(f"{file} is no backup of a store: `qa backup` makes one")


def _check_members(file: Path, members: list[zipfile.ZipInfo], *, file_bytes: int, folder: Path) -> None:
    """Refuse names, kinds and sizes that no backup of ours has."""
    if _MANIFEST not in (member.filename for member in members):
        raise _no_backup(file)
    for member in members:
        if not _is_ours(member):
            raise StoreError(
                f"the backup {file} holds {member.filename[:80]!r}, which none of ours does: take another one"
            )
    if len({member.filename for member in members}) < len(members):
        raise StoreError(f"the backup {file} holds two files of one name: take another one")
    total_bytes = sum(member.file_size for member in members)
    if total_bytes > max(_SMALL_BYTES, _MAX_EXPANSION * file_bytes):
        raise StoreError(
            f"the backup {file} would become {total_bytes / file_bytes:,.0f} times its size: "
            "it is none of ours, take another one"
        )
    free_bytes = shutil.disk_usage(folder).free
    if total_bytes > free_bytes:
        raise StoreError(
            f"the backup {file} needs {total_bytes / 1e6:,.0f} MB on the disk of the store, which has "
            f"{free_bytes / 1e6:,.0f}: free some space and run the command again"
        )


def _is_ours(member: zipfile.ZipInfo) -> bool:
    name, mode = member.filename, member.external_attr >> 16
    is_known = name in (_MANIFEST, CATALOGUE) or (
        name.startswith(_UPLOADS) and is_upload_name(name.removeprefix(_UPLOADS))
    )
    # `orig_filename` is what stands in the file: a NUL ends the name that is made of it.
    is_plain = stat.S_IFMT(mode) in (0, stat.S_IFREG) and not member.flag_bits & 1
    is_packed_as_ours = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return is_known and name == member.orig_filename and is_plain and is_packed_as_ours


def _extract_all(archive: zipfile.ZipFile, folder: Path) -> Iterator[Path]:
    """Write the members into the folder; the uploads among them."""
    for member in archive.infolist():
        if member.filename != _MANIFEST:
            target = folder / member.filename
            make_private_folder(target.parent)
            _extract(archive, member, target)
            if member.filename != CATALOGUE:
                yield target


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write a member, and no more of it than it said it was."""
    left = member.file_size
    with archive.open(member) as source, open(target, "xb", opener=open_private) as sink:
        while data := source.read(min(_COPY_BYTES, left + 1)):
            left -= len(data)
            if left < 0:
                raise ValueError(f"{member.filename} is longer than it said")
            sink.write(data)


def _read_manifest(file: Path, archive: zipfile.ZipFile) -> BackupManifest:
    with archive.open(_MANIFEST) as source:
        values = json.loads(source.read(_MAX_MANIFEST_BYTES))
    if not isinstance(values, dict):
        raise _wrong_manifest(file)
    version, checksum = values.get("briefing_desk_backup"), values.get("catalogue_sha256")
    if type(version) is int and version > _FORMAT:
        raise StoreError(f"the backup {file} was made by a newer Briefing Desk: upgrade first")
    if version != _FORMAT or not isinstance(checksum, str) or not _SHA256.fullmatch(checksum):
        raise _wrong_manifest(file)
    documents, passages = values.get("documents"), values.get("passages")
    if type(documents) is not int or type(passages) is not int or min(documents, passages) < 0:
        raise _wrong_manifest(file)
    return BackupManifest(
        made_at=str(values.get("made_at")),
        documents=documents,
        passages=passages,
        catalogue_sha256=checksum,
    )


def _wrong_manifest(file: Path) -> StoreError:
    return StoreError(f"the backup {file} has a manifest that is none of ours: take another one")
