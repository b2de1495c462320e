"""The catalogue's file: one SQLite database, made, opened and brought up to date."""

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from qa.errors import StoreError
from qa.store.catalogue_meta import COPY_VECTORS, meta_values, set_meta_value
from qa.store.catalogue_schema import (
    chunks,
    create_tables,
    create_word_index,
    documents,
    fill_word_indexes,
    meta,
    vectors,
)
from qa.store.checksums import register_functions, seal_everything
from qa.store.private_files import FILE_MODE

__all__ = [
    "SCHEMA_VERSION",
    "added_column",
    "connect",
    "create",
    "migrate",
    "newer_format_error",
    "open_database",
    "schema_version",
    "write_to_disk",
]

SCHEMA_VERSION = 7
_BUSY_TIMEOUT_S = 30


def connect(path: Path, *, read_only: bool, is_draft: bool = False) -> sa.Engine:
    """An engine whose transactions are real ones: each sees one state of the catalogue throughout.

    What is written to a draft waits for no disk: it counts for nothing until it is complete.
    """

    def open_connection() -> sqlite3.Connection:
        connection = open_database(path, read_only=read_only)
        # The default of the journal that `create` sets may lose the last transactions when the power fails.
        connection.execute(f"PRAGMA synchronous = {'OFF' if is_draft else 'FULL'}")
        return connection

    # Each thread that waits for the store holds a connection, so there is no telling how many are enough.
    pool: dict[str, Any] = {"max_overflow": -1, "poolclass": sa.pool.QueuePool}
    if read_only:  # whether there is a journal has to be seen anew each time
        pool = {"poolclass": sa.pool.NullPool}
    engine = sa.create_engine("sqlite://", creator=open_connection, **pool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # With isolation_level None the driver begins nothing by itself.
        connection.exec_driver_sql("BEGIN")

    return engine


def open_database(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A bare connection to a database that is there, without transactions that begin by themselves.

    The schema is part of the file: functions that it might call are not trusted for that.
    """
    mode = _read_only_mode(path) if read_only else "mode=rw"
    connection = sqlite3.connect(
        f"{path.as_uri()}?{mode}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        check_same_thread=False,
        isolation_level=None,
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    register_functions(connection)
    return connection


def _read_only_mode(path: Path) -> str:
    # Without a journal nobody is writing: SQLite is then told to write nothing beside the file either,
    # which it would have to in order to find a journal.
    return "mode=ro" if path.with_name(path.name + "-wal").exists() else "immutable=1"


def create(path: Path, *, vectors_at: str) -> None:
    """Make an empty catalogue, whose vectors are at this place. Call it under the store's lock.

    It is built under another name, so that a file of this name is always complete, and goes to the disk at
    once: each wait for a busy one takes tenths of a second, and SQLite would wait a dozen times.
    """
    draft = path.with_name(path.name + ".new")
    # A journal that is left alone would be played into the new file.
    for file in (path, draft):
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    # SQLite gives a journal the rights of its database.
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    with closing(open_database(draft, read_only=False)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA journal_mode = WAL")  # the file keeps it
    engine = connect(draft, read_only=False, is_draft=True)
    try:
        with engine.begin() as connection:
            create_tables(connection)
            create_word_index(connection)
            create_word_index(connection, "past_words")
            rows = [
                {"name": "schema_version", "value": str(SCHEMA_VERSION)},
                {"name": "generation", "value": "0"},
                {"name": "store_id", "value": secrets.token_hex(8)},
                {"name": "vectors_at", "value": vectors_at},
            ]
            connection.execute(sa.insert(meta), rows)
    finally:
        engine.dispose()
    write_to_disk(draft)
    draft.replace(path)
    write_to_disk(path.parent)


def write_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def schema_version(engine: sa.Engine, path: Path) -> int:
    """The catalogue's format.

    Raises:
        StoreError: A newer version made it, or it is no catalogue.
    """
    with engine.begin() as connection:
        values = meta_values(connection) if sa.inspect(connection).has_table("meta") else {}
    version = int(values.get("schema_version", 0))
    if not version:
        raise StoreError(
            f"the store {path} is damaged, its catalogue.sqlite3 holds no catalogue: restore a copy, or name "
            "another with --store"
        )
    if version > SCHEMA_VERSION:
        raise newer_format_error(f"the store {path}", version)
    return version


def newer_format_error(catalogue: str, version: int) -> StoreError:
    """The refusal to read a catalogue of a format that is still to come; `catalogue` begins a sentence."""
    return StoreError(
        f"{catalogue} was made by a newer Briefing Desk (format {version}, this one reads {SCHEMA_VERSION}): "
        "upgrade with `pip install -U briefing-desk`"
    )


def migrate(engine: sa.Engine) -> None:
    """Bring a catalogue of an older format up to date, all of it or nothing. Call it under the store's lock.

    Format 1 kept its vectors in Chroma alone: see `store_opening.open_connection`. Before format 3 there were
    no tables, which documents get when they are read anew, and word indexes took raised figures for figures.
    Before format 4 there were no checksums but those of texts; they are made of what is there. Before format
    5 nothing was kept of what was asked, before format 6 no feedback and no notes, before format 7 no
    questions that wait.
    """
    with engine.begin() as connection:
        version = int(meta_values(connection)["schema_version"])
        create_tables(connection)
        for table in (documents, chunks, vectors):
            _add_missing_columns(connection, table)
        if version < 3:
            fill_word_indexes(connection)
        if version < 4:  # later ones say themselves what was damaged
            seal_everything(connection)
        if version < 2:
            set_meta_value(connection, COPY_VECTORS, "1")
            set_meta_value(connection, "vectors_at", "embedded")
            set_meta_value(connection, "store_id", secrets.token_hex(8))
        set_meta_value(connection, "schema_version", str(SCHEMA_VERSION))


def _add_missing_columns(connection: sa.Connection, table: sa.Table) -> None:
    present = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name in present:
            continue
        connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {added_column(column)}"))


def added_column(column: sa.Column[Any]) -> str:
    """The definition of a column that an older catalogue lacks."""
    definition = f"{column.name} {column.type.compile(sqlite.dialect())}"
    if column.server_default:
        definition += f" NOT NULL DEFAULT '{column.server_default.arg}'"  # type: ignore[attr-defined]
    return definition
