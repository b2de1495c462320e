"""A store as one file: backup and restore."""

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from qa.errors import StoreError
from qa.store import catalogue_copy, catalogue_file, catalogue_meta, consistency, document_rows
from qa.store.backup_catalogue import check_catalogue, count_ready, require_undamaged
from qa.store.backup_file import CATALOGUE, BackupManifest, pack, sha256_of, unpack
from qa.store.private_files import make_private_folder
from qa.store.store_connection import StoreConnection
from qa.store.store_errors import translate_errors
from qa.store.timestamps import utc_now
from qa.store.uploads import uploaded_files
from qa.store.work_folders import WorkFolder, clear_work_folders

__all__ = ["StoreBackup"]


class StoreBackup:
    """Writes all of a store into one file, and fills a store from such a file."""

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

    def backup(self, target: Path) -> int:
        """Write all of the store into one file and return its bytes; others may read and write meanwhile.

        It holds one state of the catalogue, vectors included, and this computer's uploaded files. A file of
        that name is replaced when the new one is complete.

        Raises:
            StoreError: It can't be written, or what it would hold is damaged.
        """
        if target.is_dir():
            raise StoreError(f"{target} is a folder: name a file for the backup")
        self._store.require_usable()
        if not target.parent.is_dir():
            raise StoreError(f"the backup {target} can't be written: its folder does not exist")
        files = self._store.files
        with translate_errors(files.path), self._work_folder_beside(target) as folder:
            copy, draft = folder / CATALOGUE, folder / "backup"
            if self._store.on_postgresql:
                catalogue_copy.write_file(self._store.engine, copy)
            else:
                database = catalogue_file.open_database(files.catalogue, read_only=files.read_only)
                with closing(database):
                    database.execute("VACUUM INTO ?", (str(copy),))
            require_undamaged(copy)
            try:
                self._pack(copy, draft)
                draft.replace(target)
                catalogue_file.write_to_disk(target.parent)
            except OSError as error:
                raise _unwritable(target, error) from error
        return target.stat().st_size

    @contextmanager
    def _work_folder_beside(self, target: Path) -> Iterator[Path]:
        """A folder on the disk of a backup, of which the store knows should this process be killed."""
        clear_work_folders(target.parent)
        _clear_old_drafts(target)
        files = self._store.files
        home = Path(tempfile.gettempdir()) if files.read_only else files.folder
        try:
            folder = WorkFolder(target.parent, ".qa-backup-")
        except OSError as error:
            raise _unwritable(target, error) from error
        with folder, ExitStack() as stack:
            with suppress(OSError):  # on a full disk: there is all the more reason for a backup to another
                stack.enter_context(WorkFolder(home, ".backup-")).note(folder)
            yield folder.path

    def _pack(self, copy: Path, draft: Path) -> None:
        documents, passages = count_ready(copy)
        manifest = BackupManifest(
            made_at=utc_now(), documents=documents, passages=passages, catalogue_sha256=sha256_of(copy)
        )
        pack(draft, manifest, copy, uploaded_files(self._store.files.uploads))
        for path in (draft, draft.parent):
            catalogue_file.write_to_disk(path)

    def restore(self, file: Path, *, replace: bool) -> tuple[int, int]:
        """Fill the store from a backup; how many documents and passages there are then.

        The backup may come from anywhere, and is checked before anything is touched. Those who have the store
        open see the old documents until the new ones are there.

        Raises:
            StoreError: The file is no backup or damaged, or the store has documents and `replace` is False.
        """
        store, files = self._store, self._store.files
        store.require_writable()
        with (
            translate_errors(files.path),
            WorkFolder(files.folder, ".restore-") as folder,
        ):
            _, uploads = unpack(file, folder.path)
            copy = folder.path / CATALOGUE
            check_catalogue(copy, file)
            counts = count_ready(copy)
            if not replace:
                with store.reading() as connection:
                    present, _ = document_rows.count_ready(connection)
                if present:
                    raise StoreError(
                        f"the store {files.path} holds {present} documents: restore into another with "
                        "--store, or give --replace to put the backup in their place"
                    )
            self._take_over(copy)
            make_private_folder(files.uploads)
            for upload in uploads:
                upload.replace(files.uploads / upload.name)
        return counts

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
                if store.on_postgresql:
                    with engine.connect() as source, store.engine.begin() as connection:
                        catalogue_copy.replace_catalogue(source, connection)
            finally:
                engine.dispose()
            if not store.on_postgresql:
                with (
                    closing(catalogue_file.open_database(copy, read_only=True)) as database,
                    closing(catalogue_file.open_database(store.files.catalogue, read_only=False)) as target,
                ):
                    database.backup(target)
            consistency.rebuild_vectors(store.engine, store.vectors)
            store.complete_versions()


def _clear_old_drafts(target: Path) -> None:
    """Remove what older versions have left of a backup of this name when they were killed."""
    for draft in target.parent.glob(f"{glob.escape(target.name)}.*.new"):
        number = draft.name.removeprefix(f"{target.name}.").removesuffix(".new")
        with suppress(OSError):
            if number.isdecimal() and not _is_running(int(number)):
                draft.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _unwritable(target: Path, error: OSError) -> StoreError:
    return StoreError(f"the backup {target} can't be written: {error.strerror or error}")
