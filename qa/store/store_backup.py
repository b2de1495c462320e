"""A store as one file: backup and restore."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from qa.errors import StoreError
from qa.store import catalogue_file, catalogue_meta, consistency, document_rows
from qa.store.store_connection import StoreConnection
from qa.store.store_errors import translate_errors
from qa.store.timestamps import utc_now
from qa.store.uploads import uploaded_files

__all__ = ["StoreBackup"]

_MANIFEST, _CATALOGUE, _UPLOADS = "manifest.json", "catalogue.sqlite3", "uploads"
_FORMAT = 1
_COPY_BYTES = 1 << 20  # at a time


class StoreBackup:
    """Writes all of a store into one file, and fills a store from such a file."""

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

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
                translate_errors(self._store.files.path),
                tempfile.TemporaryDirectory(prefix=".qa-backup-", dir=target.parent) as folder,
            ):
                copy = Path(folder) / _CATALOGUE
                catalogue = f"{self._store.files.catalogue.as_uri()}?mode=ro"
                with closing(sqlite3.connect(catalogue, uri=True)) as database:
                    database.execute("VACUUM INTO ?", (str(copy),))
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
        documents, chunks = _count_ready(copy)
        manifest = {
            "briefing_desk_backup": _FORMAT,
            "made_at": utc_now(),
            "documents": documents,
            "passages": chunks,
            "catalogue_sha256": _sha256(copy),
        }
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=2))
            archive.write(copy, _CATALOGUE)
            for file in uploaded_files(self._store.files.uploads):
                with suppress(FileNotFoundError):  # one that is removed at this moment
                    archive.write(file, f"{_UPLOADS}/{file.name}")

    def restore(self, file: Path, *, replace: bool) -> tuple[int, int]:
        """Fill the store from a backup; how many documents and passages there are then.

        The backup is checked before anything is touched. Those who have the store open see the old documents
        until the new ones are there.

        Raises:
            StoreError: The file is no backup or damaged, or the store has documents and `replace` is False.
        """
        store, files = self._store, self._store.files
        store.require_writable()
        with (
            translate_errors(files.path),
            tempfile.TemporaryDirectory(prefix=".restore-", dir=files.folder) as folder,
        ):
            manifest, uploads = _unpack(file, Path(folder))
            if not replace:
                with store.reading() as connection:
                    present, _ = document_rows.count_ready(connection)
                if present:
                    raise StoreError(
                        f"the store {files.path} holds {present} documents: restore into another with "
                        "--store, or give --replace to put the backup in their place"
                    )
            self._take_over(Path(folder) / _CATALOGUE)
            files.uploads.mkdir(exist_ok=True)
            for upload in uploads:
                upload.replace(files.uploads / upload.name)
        return int(manifest["documents"]), int(manifest["passages"])

    def _take_over(self, copy: Path) -> None:
        """Make the catalogue what the copy is, in one transaction, and the vectors after it."""
        store = self._store
        with store.writing():
            with store.engine.begin() as connection:
                values = catalogue_meta.meta_values(connection)
                generation = catalogue_meta.generation(connection)
            engine = catalogue_file.connect(copy, read_only=False)
            try:
                if catalogue_file.schema_version(engine, store.files.path) < catalogue_file.SCHEMA_VERSION:
                    catalogue_file.migrate(engine)
                with engine.begin() as connection:
                    latest = max(generation, catalogue_meta.generation(connection))
                    catalogue_meta.set_generation(connection, latest + 1)
                    for name in ("store_id", "vectors_at"):
                        catalogue_meta.set_meta_value(connection, name, values[name])
                    catalogue_meta.set_meta_value(connection, catalogue_meta.REBUILD_VECTORS, "1")
            finally:
                engine.dispose()
            with (
                closing(sqlite3.connect(copy)) as source,
                closing(sqlite3.connect(store.files.catalogue, timeout=30)) as target,
            ):
                source.backup(target)
            consistency.rebuild_vectors(store.engine, store.vectors)
            store.complete_versions()


def _count_ready(catalogue: Path) -> tuple[int, int]:
    """How many documents and chunks are ready in a copy of a catalogue."""
    ready = "FROM documents WHERE state = 'ready'"
    with closing(sqlite3.connect(catalogue)) as database:
        documents = database.execute(f"SELECT count(*) {ready}").fetchone()[0]
        chunks = database.execute(
            f"SELECT count(*) FROM chunks WHERE document_key IN (SELECT key {ready})"
        ).fetchone()[0]
    return int(documents), int(chunks)


def _unpack(file: Path, folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """The manifest and the uploads of a backup, whose files are then in the folder."""
    damaged = f"the backup {file} is damaged: take another one"
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest.get("briefing_desk_backup") != _FORMAT:
                raise StoreError(f"the backup {file} was made by a newer Briefing Desk: upgrade first")
            uploads = []
            for member in archive.infolist():
                name = Path(member.filename).name
                if not name or member.filename not in (_CATALOGUE, f"{_UPLOADS}/{name}"):
                    continue
                target = folder / member.filename
                target.parent.mkdir(exist_ok=True)
                with archive.open(member) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink, _COPY_BYTES)
                if target.parent != folder:
                    uploads.append(target)
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
