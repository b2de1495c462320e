"""Backup, restore and compaction of a store."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from qa.errors import StoreError
from qa.store import candidates, health, tables, writing
from qa.store.base import StoreBase, now, read_only_error
from qa.store.faults import explained
from qa.store.uploads import upload_source
from qa.store.vectors import VectorIndex

__all__ = ["CompactReport", "StoreUpkeep"]

_MANIFEST, _CATALOGUE = "manifest.json", "catalogue.sqlite3"
_FORMAT = 1
_NEW_S = 86_400
_SPARE = ".vectors-"
_PAGE = 5000  # vectors that are copied at a time
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactReport:
    """What compacting did: bytes on disk before and after, and versions of the past that were forgotten."""

    before_bytes: int
    after_bytes: int
    forgotten: int = 0


class StoreUpkeep(StoreBase):
    """What keeps a store safe and small."""

    @property
    def uploads(self) -> Path:
        """The folder of the files that were uploaded; it may not be there yet."""
        return self.folder / "uploads"

    def backup(self, target: Path) -> int:
        """Write all of the store into one file and return its bytes; others may read and write meanwhile.

        It holds one state of the catalogue, vectors included, and the uploaded files. A file of that name is
        replaced when the new one is complete.

        Raises:
            StoreError: It can't be written.
        """
        if target.is_dir():
            raise StoreError(f"{target} is a folder: name a file for the backup")
        if not target.parent.is_dir():
            raise StoreError(f"the backup {target} can't be written: its folder does not exist")
        draft = target.with_name(f"{target.name}.{os.getpid()}.new")
        try:
            with (
                explained(self.path),
                tempfile.TemporaryDirectory(prefix=".qa-backup-", dir=target.parent) as folder,
            ):
                copy = Path(folder) / _CATALOGUE
                with closing(sqlite3.connect(f"{self._catalogue.as_uri()}?mode=ro", uri=True)) as raw:
                    raw.execute("VACUUM INTO ?", (str(copy),))
                try:
                    self._pack(copy, draft)
                    draft.replace(target)
                except OSError as error:
                    reason = error.strerror or error
                    raise StoreError(f"the backup {target} can't be written: {reason}") from error
        finally:
            draft.unlink(missing_ok=True)
        return target.stat().st_size

    def _pack(self, copy: Path, draft: Path) -> None:
        documents, chunks = self._counts(copy)
        manifest = {
            "briefing_desk_backup": _FORMAT,
            "made_at": now(),
            "documents": documents,
            "passages": chunks,
            "catalogue_sha256": _sha256(copy),
        }
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=2))
            archive.write(copy, _CATALOGUE)
            for file in _files(self.uploads):
                with suppress(FileNotFoundError):  # one that is removed at this moment
                    archive.write(file, f"uploads/{file.name}")

    def _counts(self, copy: Path) -> tuple[int, int]:
        with closing(sqlite3.connect(copy)) as raw:
            ready = "SELECT count(*) FROM documents WHERE state = 'ready'"
            parts = f"SELECT count(*) FROM chunks WHERE document_key IN ({ready.replace('count(*)', 'key')})"
            return int(raw.execute(ready).fetchone()[0]), int(raw.execute(parts).fetchone()[0])

    def compact(self, *, forget_before: datetime | None = None) -> CompactReport:
        """Give space back that removed and replaced documents took.

        `forget_before` also forgets the versions that have been past since before that moment. Chroma's files
        are built anew beside the old ones, while others go on; they wait for the exchange alone.
        """
        if self.read_only:
            raise read_only_error(self.path)
        before = _size(self.folder)
        spare = self._built_beside() if self._vectors.in_files else None
        with self._writing():
            forgotten = self._forget_past(forget_before) if forget_before else 0
            with self._engine.begin() as connection:
                tables.set_value(connection, health.TO_REBUILD, "1")
                for name in ("words", "past_words"):
                    connection.execute(sa.text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))
                used = set(connection.execute(sa.select(tables.documents.c.source)).scalars())
                used |= set(connection.execute(sa.select(tables.failures.c.source)).scalars())
            if spare is None:
                self._rebuild_vectors()
            else:
                self._exchange(spare)
            for file in _files(self.uploads):
                # One that has just been uploaded is not in the catalogue yet.
                if upload_source(file.name) not in used and file.stat().st_mtime < time.time() - _NEW_S:
                    file.unlink(missing_ok=True)
            with closing(sqlite3.connect(self._catalogue, timeout=30, isolation_level=None)) as raw:
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return CompactReport(before_bytes=before, after_bytes=_size(self.folder), forgotten=forgotten)

    def _built_beside(self) -> Path:
        """A folder with vectors as they are now, made without the lock."""
        folder = Path(tempfile.mkdtemp(prefix=_SPARE, dir=self.folder))
        try:
            with explained(self.path), closing(VectorIndex(folder, read_only=False)) as index:
                index.refresh(0)
                with self._engine.connect() as connection:
                    for keys, made, owners in candidates.stored_vectors(connection, _PAGE):
                        index.put(keys, made, owners)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _exchange(self, spare: Path) -> None:
        """Bring the spare vectors up to what has changed meanwhile, and take them; under the lock."""
        with closing(VectorIndex(spare, read_only=False)) as index, self._engine.connect() as connection:
            index.refresh(0)
            wanted, present = health.searched(connection), index.keys()
            index.delete(sorted(present - wanted))
            for keys, made, owners in candidates.stored_vectors(connection, _PAGE, sorted(wanted - present)):
                index.put(keys, made, owners)
        with self._engine.begin() as connection:
            generation = writing.bump_generation(connection)
        self._vectors.adopt(spare, generation)
        with self._engine.begin() as connection:
            health.clear_flag(connection, health.TO_REBUILD)
        for left in self.folder.glob(f"{_SPARE}*"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)

    def _forget_past(self, before: datetime) -> int:
        query = sa.select(tables.documents.c.key).where(
            tables.documents.c.state == "past", tables.documents.c.ended_at < candidates.moment(before)
        )
        with self._engine.begin() as connection:
            keys = list(connection.execute(query).scalars())
            writing.drop(connection, keys)
        return len(keys)

    def restore(self, file: Path, *, replace: bool) -> tuple[int, int]:
        """Fill the store from a backup; how many documents and passages there are then.

        The backup is checked before anything is touched. Those who have the store open see the old documents
        until the new ones are there.

        Raises:
            StoreError: The file is no backup or damaged, or the store has documents and `replace` is False.
        """
        if self.read_only:
            raise read_only_error(self.path)
        with explained(self.path), tempfile.TemporaryDirectory(prefix=".restore-", dir=self.folder) as folder:
            manifest, uploads = _unpack(file, Path(folder))
            if not replace and (there := self.counts()[0]):
                raise StoreError(
                    f"the store {self.path} holds {there} documents: restore into another with --store, or "
                    "give --replace to put the backup in their place"
                )
            self._take_over(Path(folder) / _CATALOGUE)
            self.uploads.mkdir(exist_ok=True)
            for one in uploads:
                one.replace(self.uploads / one.name)
        return int(manifest["documents"]), int(manifest["passages"])

    def _take_over(self, copy: Path) -> None:
        """Make the catalogue what the copy is, in one transaction, and the vectors after it."""
        with self._writing():
            with self._engine.begin() as connection:
                current = writing.generation(connection)
                own = tables.values(connection)
            engine = tables.connect(copy, read_only=False)
            try:
                if tables.known_version(engine, self.path) < tables.SCHEMA_VERSION:
                    tables.migrate(engine)
                with engine.begin() as connection:
                    writing.set_generation(connection, max(current, writing.generation(connection)) + 1)
                    for name in ("store_id", "vectors_at"):
                        tables.set_value(connection, name, own[name])
                    tables.set_value(connection, health.TO_REBUILD, "1")
            finally:
                engine.dispose()
            with (
                closing(sqlite3.connect(copy)) as source,
                closing(sqlite3.connect(self._catalogue, timeout=30)) as target,
            ):
                source.backup(target)
            self._rebuild_vectors()
            self._sweep()


def _unpack(file: Path, folder: Path) -> tuple[dict[str, Any], list[Path]]:
    damaged = f"the backup {file} is damaged: take another one"
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest.get("briefing_desk_backup") != _FORMAT:
                raise StoreError(f"the backup {file} was made by a newer Briefing Desk: upgrade first")
            uploads = []
            for member in archive.infolist():
                name = Path(member.filename).name
                if member.filename not in (_CATALOGUE, f"uploads/{name}") or not name:
                    continue
                target = folder / ("u-" + name if member.filename.startswith("uploads/") else name)
                with archive.open(member) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink, _PIECE)
                if target.name.startswith("u-"):
                    (folder / "uploads").mkdir(exist_ok=True)
                    uploads.append(target.replace(folder / "uploads" / name))
    except FileNotFoundError as error:
        raise StoreError(f"there is no backup {file}: check the path") from error
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, EOFError) as error:
        if isinstance(error, KeyError | zipfile.BadZipFile) and not _looks_like_backup(file):
            raise StoreError(f"{file} is no backup of a store: `qa backup` makes one") from error
        raise StoreError(damaged) from error
    except IsADirectoryError as error:
        raise StoreError(f"{file} is a folder: name the file of a backup") from error
    copy = folder / _CATALOGUE
    if not copy.exists() or _sha256(copy) != manifest.get("catalogue_sha256"):
        raise StoreError(damaged)
    return manifest, uploads


def _looks_like_backup(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return _MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    """The files of a folder by name, without those that are still being written."""
    if not folder.is_dir():
        return ()
    return sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))


def _size(folder: Path) -> int:
    total = 0
    for one in folder.rglob("*"):
        try:
            total += one.stat().st_size if one.is_file() else 0
        except FileNotFoundError:
            continue
    return total
