"""The catalogue's tables: one SQLite file, through SQLAlchemy Core."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qa.errors import StoreError

__all__ = [
    "SCHEMA_VERSION",
    "among",
    "chunks",
    "connect",
    "create",
    "create_words",
    "documents",
    "meta",
    "require_known_version",
]

SCHEMA_VERSION = 1
_BUSY_TIMEOUT_S = 30

_metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    _metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# One row a version of a document. `state` is "indexing", "ready" or "removing"; at most one version of
# a document is ready, and only that is ever searched. The long columns stand last: SQLite has to walk
# through them to reach what stands behind.
documents = sa.Table(
    "documents",
    _metadata,
    sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("published", sa.Text),
    sa.Column("publisher", sa.Text),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("text_sha256", sa.Text, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("body_start", sa.Integer, nullable=False),
    sa.Column("markdown", sa.Boolean, nullable=False),
    sa.Column("added_at", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("pages", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("one_ready_version", documents.c.id, unique=True, sqlite_where=documents.c.state == "ready")
sa.Index("document_id", documents.c.id)
sa.Index("document_source", documents.c.source)
sa.Index("document_state", documents.c.state)
sa.Index("document_text", documents.c.text_sha256)

# `key` is the row of the word index and, as text, the id in Chroma; never used twice.
# `sentences` holds spans relative to `start`, flat: [start, end, start, end, ...].
chunks = sa.Table(
    "chunks",
    _metadata,
    sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("document_key", sa.Integer, sa.ForeignKey("documents.key"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("section", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("heading", sa.Text),
    sa.Column("sentences", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

_WORD_INDEX = (
    "CREATE VIRTUAL TABLE words USING fts5("
    "title, heading, body, tokenize = 'porter unicode61 remove_diacritics 2')"
)


def among(values: Iterable[str | int]) -> sa.Select[Any]:
    """The values as a subquery for `in_`: one variable of the statement, however many there are."""
    return sa.select(sa.func.json_each(json.dumps(list(values))).table_valued("value").c.value)


def connect(path: Path, *, read_only: bool) -> sa.Engine:
    """An engine whose transactions are real ones: each sees one state of the catalogue throughout."""

    def open_connection() -> sqlite3.Connection:
        mode = _read_only_mode(path) if read_only else "mode=rw"
        connection = sqlite3.connect(
            f"{path.as_uri()}?{mode}",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            check_same_thread=False,
            isolation_level=None,
        )
        # The default of the journal that `create` sets may lose the last transactions when the power fails.
        connection.execute("PRAGMA synchronous = FULL")
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


def _read_only_mode(path: Path) -> str:
    # Without a journal nobody is writing: SQLite is then told to write nothing beside the file either,
    # which it would have to in order to find a journal.
    return "mode=ro" if path.with_name(path.name + "-wal").exists() else "immutable=1"


def create(path: Path) -> None:
    """Make an empty catalogue. Call it under the store's lock.

    It is built under another name, so that a file of this name is always complete.
    """
    draft = path.with_name(path.name + ".new")
    # A journal that is left alone would be played into the new file.
    for file in (path, draft):
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
    with closing(sqlite3.connect(draft, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")  # the file keeps it
    engine = connect(draft, read_only=False)
    try:
        with engine.begin() as connection:
            _metadata.create_all(connection)
            create_words(connection)
            rows = [
                {"name": "schema_version", "value": str(SCHEMA_VERSION)},
                {"name": "generation", "value": "0"},
            ]
            connection.execute(sa.insert(meta), rows)
    finally:
        engine.dispose()
    draft.replace(path)


def create_words(connection: sa.Connection) -> None:
    """Make an empty word index, instead of one that is there in whatever state."""
    try:
        connection.execute(sa.text("DROP TABLE IF EXISTS words"))
    except DBAPIError:
        # FTS5 has to open a table in order to drop it. One that it can't open is taken out of the schema,
        # and then the tables that it keeps its data in go like any others.
        connection.execute(sa.text("PRAGMA writable_schema = ON"))
        connection.execute(sa.text("DELETE FROM sqlite_master WHERE name = 'words'"))
        connection.execute(sa.text("PRAGMA writable_schema = RESET"))
        for name in ("data", "idx", "content", "docsize", "config"):
            connection.execute(sa.text(f"DROP TABLE IF EXISTS words_{name}"))
    connection.execute(sa.text(_WORD_INDEX))


def require_known_version(engine: sa.Engine, path: Path) -> None:
    """Refuse a catalogue that this version can't read.

    Raises:
        StoreError: A newer version made it, or it is no catalogue.
    """
    with engine.begin() as connection:
        rows = connection.execute(sa.select(meta)) if sa.inspect(connection).has_table("meta") else ()
        known = {row.name: row.value for row in rows}
    version = int(known.get("schema_version", 0))
    if not version:
        raise StoreError(
            f"the store {path} is damaged, its catalogue.sqlite3 holds no catalogue: restore a copy, or name "
            "another with --store"
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store {path} was made by a newer Briefing Desk (format {version}, this one reads "
            f"{SCHEMA_VERSION}): upgrade with `pip install -U briefing-desk`"
        )
