"""The catalogue's tables: one SQLite file, through SQLAlchemy Core."""

import json
import secrets
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
    "failures",
    "known_version",
    "meta",
    "migrate",
    "set_value",
    "signature_bands",
    "signatures",
    "values",
    "vectors",
]

SCHEMA_VERSION = 2
_BUSY_TIMEOUT_S = 30

_metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    _metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# One row a version of a document. `state` is "indexing", "ready", "removing" (on its way to the past), "past"
# or "erasing"; at most one version of a document is ready, and only that is searched unless an earlier day is
# asked about. `updated_at` and `ended_at` say from when until when it was ready. The long
# columns stand last: SQLite has to walk through them to reach what stands behind.
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
    sa.Column("ended_at", sa.Text),
    sa.Column("format", sa.Text, nullable=False, server_default="text"),
    sa.Column("fingerprint", sa.Text, nullable=False, server_default=""),
    sa.Column("given", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("outline", sa.JSON(none_as_null=True)),
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

# The vector of every chunk as little-endian float32: Chroma's can be made anew from here, in seconds and
# without a model.
vectors = sa.Table(
    "vectors",
    _metadata,
    sa.Column("chunk_key", sa.Integer, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)

# What could not be added, until it is or a user dismisses it.
failures = sa.Table(
    "failures",
    _metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("failed_at", sa.Text, nullable=False),
    sa.Column("dismissed", sa.Boolean, nullable=False),
)

# MinHash signatures of versions, and the bands by which those that are alike find one another.
signatures = sa.Table(
    "signatures",
    _metadata,
    sa.Column("document_key", sa.Integer, primary_key=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)
signature_bands = sa.Table(
    "signature_bands",
    _metadata,
    sa.Column("band", sa.Text, nullable=False, index=True),
    sa.Column("document_key", sa.Integer, nullable=False, index=True),
)

# `words` holds what is searched now, `past_words` the passages of versions that are past.
_WORD_INDEX = (
    "CREATE VIRTUAL TABLE {name} USING fts5("
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
            create_words(connection, "past_words")
            rows = [
                {"name": "schema_version", "value": str(SCHEMA_VERSION)},
                {"name": "generation", "value": "0"},
                {"name": "store_id", "value": secrets.token_hex(8)},
            ]
            connection.execute(sa.insert(meta), rows)
    finally:
        engine.dispose()
    draft.replace(path)


def create_words(connection: sa.Connection, name: str = "words") -> None:
    """Make an empty word index, instead of one that is there in whatever state."""
    try:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
    except DBAPIError:
        # FTS5 has to open a table in order to drop it. One that it can't open is taken out of the schema,
        # and then the tables that it keeps its data in go like any others.
        connection.execute(sa.text("PRAGMA writable_schema = ON"))
        connection.execute(sa.text("DELETE FROM sqlite_master WHERE name = :name"), {"name": name})
        connection.execute(sa.text("PRAGMA writable_schema = RESET"))
        for part in ("data", "idx", "content", "docsize", "config"):
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}_{part}"))
    connection.execute(sa.text(_WORD_INDEX.format(name=name)))


def known_version(engine: sa.Engine, path: Path) -> int:
    """The catalogue's format.

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
    return version


def values(connection: sa.Connection) -> dict[str, str]:
    """What the catalogue notes about itself, by name."""
    return {row.name: row.value for row in connection.execute(sa.select(meta))}


def set_value(connection: sa.Connection, name: str, value: str) -> None:
    """Note something about the catalogue itself."""
    connection.execute(sa.delete(meta).where(meta.c.name == name))
    connection.execute(sa.insert(meta).values(name=name, value=value))


def migrate(engine: sa.Engine) -> None:
    """Bring a catalogue of format 1 up to date, all of it or nothing. Call it under the store's lock.

    Its vectors are then in Chroma alone: see `Store.open`.
    """
    with engine.begin() as connection:
        there = {column["name"] for column in sa.inspect(connection).get_columns("documents")}
        for column in (one for one in documents.columns if one.name not in there):
            kind = column.type.compile(engine.dialect)
            rule = f" NOT NULL DEFAULT '{column.server_default.arg}'" if column.server_default else ""  # type: ignore[attr-defined]
            connection.execute(sa.text(f"ALTER TABLE documents ADD COLUMN {column.name} {kind}{rule}"))
        _metadata.create_all(connection)
        create_words(connection, "past_words")
        set_value(connection, "schema_version", str(SCHEMA_VERSION))
        set_value(connection, "vectors_to_copy", "1")
        set_value(connection, "vectors_at", "embedded")
        set_value(connection, "store_id", secrets.token_hex(8))
