"""Keeping a store whole and small: check, repair, compact."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from qa.store import (
    catalogue_file,
    catalogue_meta,
    catalogue_server,
    consistency,
    stored_vectors,
    version_states,
)
from qa.store.catalogue_schema import documents, failures
from qa.store.checksums import DamagedDocument
from qa.store.consistency import CheckReport, EmbedsPassages, Problem
from qa.store.model_binding import ModelBinding
from qa.store.private_files import find_readable_by_others, make_private
from qa.store.salvage import repair_indexes, salvage_catalogue
from qa.store.store_connection import StoreConnection
from qa.store.store_errors import beyond_repair, has_room, translate_errors
from qa.store.timestamps import to_timestamp
from qa.store.uploads import upload_source, uploaded_files
from qa.store.vector_index import VectorIndex
from qa.store.work_folders import WorkFolder

__all__ = ["CompactReport", "StoreMaintenance"]

_SPARE_VECTORS = "vectors"  # in their work folder
_BATCH = 5000  # vectors that are copied at a time
_FRESH_S = 86_400  # an upload younger than this may not be in the catalogue yet


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactReport:
    """What compacting did: bytes on disk before and after, and versions of the past that were forgotten."""

    before_bytes: int
    after_bytes: int
    forgotten: int = 0


class StoreMaintenance:
    """What finds and mends the damage of a store, and gives its spare room back."""

    def __init__(self, store: StoreConnection, model: ModelBinding) -> None:
        self._store = store
        self._model = model

    def require_well(self, timeout_s: float) -> int:
        """Make sure that questions can be answered, as far as one look tells; how many documents there are.

        A row of the catalogue is read and the Chroma server, if there is one, asked whether it is there; no
        lock is needed.

        Raises:
            StoreError: The store can't be read, or the server did not answer in that time.
        """
        store = self._store
        ready = sa.select(sa.func.count()).select_from(documents).where(documents.c.state == "ready")
        with store.reading() as connection:
            count = int(connection.execute(ready).scalar_one())
        store.vectors.require_answer(timeout_s)
        return count

    def check(self) -> CheckReport:
        """Compare catalogue, word index and vectors; changes nothing."""
        store = self._store
        store.require_usable()
        with translate_errors(store.files.path), store.lock.hold(), store.engine.connect() as connection:
            if not store.files.read_only and not has_room(store.files.folder):
                store.open_vectors(connection)
            report = consistency.check(connection, store.vectors, read_only=store.files.read_only)
        return self._add_rights(report, find_readable_by_others(store.files.list_own()))

    def repair(self, embedder: EmbedsPassages) -> CheckReport:
        """Make word index and vectors agree with the catalogue; embeds what is missing.

        A catalogue whose file is damaged is made anew of what can be read of it. With another model than the
        store's, all is embedded anew. Returns what was found before.

        Raises:
            StoreError: Too little of the catalogue can be read.
        """
        store = self._store
        readable = find_readable_by_others(store.files.list_own())
        with store.writing():
            make_private(readable)
            lost = self._mend_catalogue()
            self._model.replace_model(embedder.name, embedder.dimension)
            report = consistency.repair(store.engine, store.vectors, embedder)
        if lost is not None:
            report = _with_salvage(report, lost)
        return self._add_rights(report, readable)

    def _mend_catalogue(self) -> list[DamagedDocument] | None:
        """Make a catalogue whose file is damaged anew; what is lost then, and None where it is sound."""
        store = self._store
        if store.on_postgresql or repair_indexes(store.files.catalogue):
            return None
        try:
            lost = salvage_catalogue(store.files.catalogue)
        except sqlite3.DatabaseError as error:
            raise beyond_repair(store.files.path) from error
        store.engine.dispose()
        return lost

    def _add_rights(self, report: CheckReport, readable: Sequence[Path]) -> CheckReport:
        if not readable:
            return report
        meaning = f"files and folders that other users of this computer may use, as {readable[0]}"
        return replace(report, problems=(*report.problems, Problem("open to others", len(readable), meaning)))

    def compact(self, *, forget_before: datetime | None = None) -> CompactReport:
        """Give space back that removed and replaced documents took.

        `forget_before` also forgets the versions that have been past since before that moment. Chroma's files
        are built anew beside the old ones, while others go on; they wait for the exchange alone. On a server,
        and where there is no room, they are built in their place, and others wait.
        """
        store = self._store
        store.require_writable(from_reserve=True)
        before_bytes = self._bytes()
        with ExitStack() as stack:
            spare = None
            if self._has_room_for_spare():
                spare = stack.enter_context(self._build_spare_vectors())
            stack.enter_context(store.writing(from_reserve=True))
            forgotten = self._forget_past(forget_before) if forget_before else 0
            with store.engine.begin() as connection:
                catalogue_meta.set_meta_value(connection, catalogue_meta.REBUILD_VECTORS, "1")
                for name in () if store.on_postgresql else ("words", "past_words"):
                    connection.execute(sa.text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))
                sources = set(connection.execute(sa.select(documents.c.source)).scalars())
                sources |= set(connection.execute(sa.select(failures.c.source)).scalars())
            if spare is None:
                consistency.rebuild_vectors(store.engine, store.vectors)
            else:
                self._adopt_vectors(spare.path / _SPARE_VECTORS)
            for file in uploaded_files(store.files.uploads):
                if upload_source(file.name) not in sources and file.stat().st_mtime < time.time() - _FRESH_S:
                    file.unlink(missing_ok=True)
            if not store.on_postgresql:
                with closing(
                    catalogue_file.open_database(store.files.catalogue, read_only=False)
                ) as database:
                    database.execute("VACUUM")
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if store.on_postgresql:  # which goes on beside all others
            with translate_errors(store.files.path):
                catalogue_server.vacuum(store.engine)
        return CompactReport(before_bytes=before_bytes, after_bytes=self._bytes(), forgotten=forgotten)

    def _bytes(self) -> int:
        """What the store takes on disks: its folder, and the catalogue's server."""
        on_postgresql = catalogue_server.server_bytes(self._store.engine) if self._store.on_postgresql else 0
        return _folder_bytes(self._store.files.folder) + on_postgresql

    def _has_room_for_spare(self) -> bool:
        """Whether the vectors can be built anew beside the old ones; else they are in their place."""
        files = self._store.files
        return self._store.vectors.in_files and has_room(files.folder, 2 * _folder_bytes(files.vectors))

    def _build_spare_vectors(self) -> WorkFolder:
        """A folder with vectors as they are now, made without the lock."""
        store = self._store
        with translate_errors(store.files.path):
            folder = WorkFolder(store.files.folder, ".vectors-")
        try:
            with (
                translate_errors(store.files.path),
                closing(VectorIndex(folder.path / _SPARE_VECTORS, read_only=False)) as index,
            ):
                index.refresh(0)
                with store.engine.connect() as connection:
                    for keys, vectors, document_ids in stored_vectors.stored_vectors(connection, _BATCH):
                        index.put(keys, vectors, document_ids)
        except BaseException:
            folder.close()
            raise
        return folder

    def _adopt_vectors(self, spare: Path) -> None:
        """Bring the spare vectors up to what has changed meanwhile, and take them; under the lock."""
        store = self._store
        with closing(VectorIndex(spare, read_only=False)) as index, store.engine.connect() as connection:
            index.refresh(0)
            consistency.match_catalogue(connection, index)
        with store.engine.begin() as connection:
            generation = catalogue_meta.bump_generation(connection)
        store.vectors.adopt(spare, generation)
        with store.engine.begin() as connection:
            catalogue_meta.clear_flag(connection, catalogue_meta.REBUILD_VECTORS)

    def _forget_past(self, before: datetime) -> int:
        """Delete the versions that ended before this moment; how many."""
        query = sa.select(documents.c.key).where(
            documents.c.state.in_(("past", "damaged")), documents.c.ended_at < to_timestamp(before)
        )
        with self._store.engine.begin() as connection:
            keys = list(connection.execute(query).scalars())
            version_states.drop(connection, keys)
        return len(keys)


def _with_salvage(report: CheckReport, lost: Sequence[DamagedDocument]) -> CheckReport:
    """The report of a repair before which the catalogue was made anew, without those that are lost."""
    meaning = f"it was made anew of what could be read, {report.documents} documents"
    if lost:
        meaning += f", which leaves out {consistency.list_sources(document.source for document in lost)}"
    problem = Problem(consistency.DAMAGED_CATALOGUE, 1, meaning)
    return replace(report, problems=(problem, *report.problems), damaged=(*report.damaged, *lost))


def _folder_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
