"""A catalogue whose file is damaged, made anew from the rows that SQLite can still read."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from qa.store import catalogue_file, near_duplicates
from qa.store.catalogue_schema import (
    chunks,
    conversations,
    documents,
    exchanges,
    failures,
    feedback,
    fill_word_indexes,
    note_items,
    notes,
    signatures,
    vectors,
    waiting_questions,
)
from qa.store.checksums import DamagedDocument
from qa.store.work_folders import WorkFolder

__all__ = ["repair_indexes", "salvage_catalogue"]

_Row = tuple[object, ...]
# What has no key that counts, and how far up to look for rows where the last one can't be read.
_UNNUMBERED = (failures, conversations, exchanges, waiting_questions, feedback, notes, note_items)
_MOST_ROWS = 100_000


def repair_indexes(catalogue: Path) -> bool:
    """Whether the file is sound, if need be with its indexes made anew, which are derived from the tables."""
    with closing(catalogue_file.open_database(catalogue, read_only=False)) as database:
        try:
            if _is_sound(database):
                return True
            database.execute("BEGIN")
            database.execute("REINDEX")
            if _is_sound(database):
                database.execute("COMMIT")
                return True
        except sqlite3.DatabaseError:
            pass
        if database.in_transaction:  # what is made of damaged tables would hide that they are
            database.execute("ROLLBACK")
        return False


def _is_sound(database: sqlite3.Connection) -> bool:
    """What SQLite says of the word indexes is another's to mend."""
    said = [line for (line,) in database.execute("PRAGMA integrity_check")]
    return all(line == "ok" or "fts5" in line.lower() for line in said)


def salvage_catalogue(catalogue: Path) -> list[DamagedDocument]:
    """Put what can be read of a catalogue in its place; the documents that are lost, as far as they show.

    What is read may be damaged: it is to be held against its checksums as that of any catalogue. Call it
    under the store's lock.

    Raises:
        sqlite3.DatabaseError: Too little can be read, and nothing has been changed.
    """
    with closing(_open(catalogue)) as source, WorkFolder(catalogue.parent, ".salvage-") as folder:
        draft = folder.path / catalogue.name
        values = source.execute("SELECT name, value FROM meta").fetchall()
        last_keys = dict(source.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        ends = {
            "documents": last_keys.get("documents", 0),
            "chunks": last_keys.get("chunks", 0),
            "vectors": last_keys.get("chunks", 0),
            "signatures": last_keys.get("documents", 0),
            **{table.name: _last_row(source, table) for table in _UNNUMBERED},
        }
        catalogue_file.create(draft, vectors_at="")
        with closing(catalogue_file.open_database(draft, read_only=False)) as target:
            target.execute("BEGIN")
            target.execute("DELETE FROM meta")
            target.executemany("INSERT INTO meta VALUES (?, ?)", values)
            for table in (documents, chunks, vectors, signatures, *_UNNUMBERED):
                _copy(source, target, table, ends[table.name])
            target.execute("DELETE FROM sqlite_sequence")
            target.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", last_keys.items())
            _drop_orphans(target)
            kept = {key for (key,) in target.execute("SELECT key FROM documents")}
            target.execute("COMMIT")
        lost = [document for document in _ready_documents(source) if document.key not in kept]
        if not kept and not lost and ends["documents"]:
            raise sqlite3.DatabaseError("no document can be read")
        _derive(draft)
        source.close()
        _exchange(draft, catalogue)
    return lost


def _derive(draft: Path) -> None:
    """Make what follows from the rows: the word indexes, and the bands of signatures."""
    engine = catalogue_file.connect(draft, read_only=False)
    try:
        with engine.begin() as connection:
            fill_word_indexes(connection)
            for row in connection.execute(sa.select(signatures)).all():
                near_duplicates.insert_bands(connection, row.document_key, row.signature)
    finally:
        engine.dispose()


def _open(path: Path) -> sqlite3.Connection:
    connection = catalogue_file.open_database(path, read_only=True)
    # A text that is none any more is a value that is lost, not the end of the reading.
    connection.text_factory = lambda data: data.decode(errors="replace")
    return connection


def _last_row(source: sqlite3.Connection, table: sa.Table) -> int:
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not source.execute(named, (table.name,)).fetchone():  # a catalogue of an older format
        return 0
    try:
        (last,) = source.execute(f'SELECT max(rowid) FROM "{table.name}"').fetchone()
    except sqlite3.Error:
        return _MOST_ROWS
    # In a damaged page any number may stand.
    return min(last or 0, 10 * _MOST_ROWS)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: sa.Table, highest: int) -> None:
    """The rows of a table that can be read and are not in the way of others."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    places = ", ".join("?" for _ in table.columns)

    def read(low: int, high: int) -> list[_Row]:
        statement = f'SELECT {names} FROM "{table.name}" NOT INDEXED WHERE rowid BETWEEN ? AND ?'
        return source.execute(statement, (low, high)).fetchall()

    for rows in _readable(read, 0, highest):
        for row in rows:
            with suppress(sqlite3.Error):  # a second of the same key, or a blank that can't be
                target.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', row)


def _readable(read: Callable[[int, int], list[_Row]], low: int, high: int) -> Iterator[list[_Row]]:
    """What can be read of a range of keys: where it can't, of its halves."""
    try:
        yield read(low, high)
    except sqlite3.Error:
        if low < high:
            middle = (low + high) // 2
            yield from _readable(read, low, middle)
            yield from _readable(read, middle + 1, high)


def _drop_orphans(target: sqlite3.Connection) -> None:
    """Drop the rows of documents and chunks that could not be read."""
    for table in (chunks, signatures):
        target.execute(f"DELETE FROM {table.name} WHERE document_key NOT IN (SELECT key FROM documents)")
    target.execute("DELETE FROM vectors WHERE chunk_key NOT IN (SELECT key FROM chunks)")


def _ready_documents(source: sqlite3.Connection) -> list[DamagedDocument]:
    """What the indexes say of the versions that are ready, as far as they can be read."""

    def read(column: str) -> dict[int, str]:
        rows: list[tuple[int, str]] = []
        with suppress(sqlite3.Error):
            for row in source.execute(f"SELECT key, {column} FROM documents INDEXED BY {_INDEXES[column]}"):
                rows.append(row)
        return dict(rows)

    ids, states, checksums = read("id"), read("state"), read("text_sha256")
    return [
        DamagedDocument(
            key=key,
            id=ids.get(key, ""),
            source=text,
            text_sha256=checksums.get(key, ""),
            is_past=False,
            has_row=False,
            has_text=False,
        )
        for key, text in sorted(read("source").items())
        if states.get(key, "ready") == "ready"
    ]


_INDEXES = {
    "id": "document_id",
    "source": "document_source",
    "state": "document_state",
    "text_sha256": "document_text",
}


def _exchange(draft: Path, catalogue: Path) -> None:
    """The draft's content in the catalogue's file, so that those who have it open see it."""
    try:
        with (
            closing(catalogue_file.open_database(draft, read_only=True)) as source,
            closing(catalogue_file.open_database(catalogue, read_only=False)) as target,
        ):
            source.backup(target)
    except sqlite3.DatabaseError:
        # Its first page is damaged: nobody can have it open and read on.
        for suffix in ("-wal", "-shm"):
            catalogue.with_name(catalogue.name + suffix).unlink(missing_ok=True)
        draft.replace(catalogue)
