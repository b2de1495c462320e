"""The catalogue's tables, through SQLAlchemy Core."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qa.store.dialect import TEXT
from qa.text.lines import LOWERED_FIGURES, RAISED_FIGURES

__all__ = [
    "CHUNK_LEAD",
    "SEARCHED",
    "chunks",
    "conversations",
    "create_tables",
    "create_word_index",
    "documents",
    "exchanges",
    "failures",
    "feedback",
    "fill_word_indexes",
    "meta",
    "note_items",
    "notes",
    "own_tables",
    "signature_bands",
    "signatures",
    "vectors",
    "waiting_questions",
]

_metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    _metadata,
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("value", TEXT, nullable=False),
)

# One row a version of a document. `state` is "indexing", "ready", "removing" (on its way to the past),
# "past", "erasing" or "damaged" (set aside by a repair, and read by nothing); at most one version of a
# document is ready, and only that is searched unless an earlier day is asked about. `updated_at` and
# `ended_at` say from when until when it was ready. The long columns stand last: SQLite has to walk through
# them to reach what stands behind.
documents = sa.Table(
    "documents",
    _metadata,
    sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("source", TEXT, nullable=False),
    sa.Column("title", TEXT, nullable=False),
    sa.Column("published", TEXT),
    sa.Column("publisher", TEXT),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("text_sha256", TEXT, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("body_start", sa.Integer, nullable=False),
    sa.Column("markdown", sa.Boolean, nullable=False),
    sa.Column("added_at", TEXT, nullable=False),
    sa.Column("updated_at", TEXT, nullable=False),
    sa.Column("ended_at", TEXT),
    sa.Column("format", TEXT, nullable=False, server_default="text"),
    sa.Column("fingerprint", TEXT, nullable=False, server_default=""),
    sa.Column("given", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("chunk_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("checksum", TEXT, nullable=False, server_default=""),
    sa.Column("recognised", sa.JSON(none_as_null=True)),
    sa.Column("outline", sa.JSON(none_as_null=True)),
    sa.Column("tables", sa.JSON(none_as_null=True)),
    sa.Column("pages", sa.JSON, nullable=False),
    sa.Column("text", TEXT, nullable=False),
    sqlite_autoincrement=True,
)
_is_ready = documents.c.state == "ready"
# On PostgreSQL the migrations make this one of the ready versions too, and that of sources by hash, for they
# may be of any length. Saying so here would import its dialect, which takes a tenth of `qa list`.
sa.Index("one_ready_version", documents.c.id, unique=True, sqlite_where=_is_ready)
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
    sa.Column("heading", TEXT),
    sa.Column("sentences", sa.JSON, nullable=False),
    sa.Column("table_context", TEXT),
    sa.Column("checksum", TEXT, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# The vector of every chunk as little-endian float32: Chroma's can be made anew from here, in seconds and
# without a model.
vectors = sa.Table(
    "vectors",
    _metadata,
    sa.Column("chunk_key", sa.Integer, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("checksum", TEXT, nullable=False, server_default=""),
)

# What could not be added, until it is or a user dismisses it.
failures = sa.Table(
    "failures",
    _metadata,
    sa.Column("source", TEXT, primary_key=True),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("failed_at", TEXT, nullable=False),
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
    sa.Column("band", TEXT, nullable=False, index=True),
    sa.Column("document_key", sa.Integer, nullable=False, index=True),
)

# Conversations and their questions. `scope` and `filters` are `Filters`, `answer` is an `Answer`, as JSON
# that gives an equal value; `answer_text` is what a search looks at. A question without answer and error is
# on its way, or was when the program ended. `revision` moves with every change of a conversation.
conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("user", TEXT),
    sa.Column("title", TEXT, nullable=False),
    sa.Column("created_at", TEXT, nullable=False),
    sa.Column("updated_at", TEXT, nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("scope", TEXT, nullable=False),
)
exchanges = sa.Table(
    "exchanges",
    _metadata,
    sa.Column("conversation_id", TEXT, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asked_at", TEXT, nullable=False),
    sa.Column("question", TEXT, nullable=False),
    sa.Column("filters", TEXT, nullable=False),
    sa.Column("was_stopped", sa.Boolean, nullable=False),
    sa.Column("error", TEXT),
    sa.Column("answer_text", TEXT),
    sa.Column("answer", TEXT),
)
# What was typed while the answer to a question before was on its way, in order of `position`.
waiting_questions = sa.Table(
    "waiting_questions",
    _metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("conversation_id", TEXT, nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("user", TEXT),
    sa.Column("question", TEXT, nullable=False),
)

# What readers say of answers. `key` is of the caller's making and names the answer; `filters` and `answer` as
# in exchanges.
feedback = sa.Table(
    "feedback",
    _metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("key", TEXT, nullable=False, unique=True),
    sa.Column("created_at", TEXT, nullable=False),
    sa.Column("user", TEXT),
    sa.Column("verdict", TEXT, nullable=False),
    sa.Column("reason", TEXT),
    sa.Column("comment", TEXT, nullable=False),
    sa.Column("question", TEXT, nullable=False),
    sa.Column("filters", TEXT, nullable=False),
    sa.Column("answer", TEXT, nullable=False),
)

# Notes, and what is pinned to them: an answer, or the quote of one of its citations. Items are in order of
# `position`, which may have gaps.
notes = sa.Table(
    "notes",
    _metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("user", TEXT),
    sa.Column("created_at", TEXT, nullable=False),
    sa.Column("updated_at", TEXT, nullable=False),
    sa.Column("title", TEXT, nullable=False),
)
note_items = sa.Table(
    "note_items",
    _metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("note_id", TEXT, nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("remark", TEXT, nullable=False),
    sa.Column("question", TEXT, nullable=False),
    sa.Column("answer", TEXT, nullable=False),
    sa.Column("citation_number", sa.Integer),
)

# The states of versions whose passages Chroma and the word index hold.
SEARCHED = "NOT IN ('past', 'damaged')"

# `Chunk.lead` of a row `c` of chunks.
CHUNK_LEAD = "trim(coalesce(c.heading, '') || '\n' || coalesce(c.table_context, ''), '\n')"

# Raised figures are marks of notes and powers, no part of the figure before them: "52⁴" is found by 52.
# `words` holds what is searched now, `past_words` the passages of versions that are past.
_WORD_INDEX = (
    "CREATE VIRTUAL TABLE {name} USING fts5("
    "title, heading, body, tokenize = "
    f"\"porter unicode61 remove_diacritics 2 separators '{RAISED_FIGURES}{LOWERED_FIGURES}'\")"
)


def own_tables() -> tuple[sa.Table, ...]:
    """All tables but the word indexes."""
    return tuple(_metadata.tables.values())


def create_tables(connection: sa.Connection) -> None:
    """Make the tables that are not there yet, without the word indexes."""
    _metadata.create_all(connection)


def create_word_index(connection: sa.Connection, name: str = "words") -> None:
    """Make an empty word index, instead of one that is there in whatever state."""
    try:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
    except DBAPIError:
        # FTS5 has to open a table in order to drop it. One that it can't open is taken out of the schema,
        # and then the tables that it keeps its data in go like any others.
        connection.execute(sa.text("PRAGMA writable_schema = ON"))
        connection.execute(sa.text("DELETE FROM sqlite_master WHERE name = :name"), {"name": name})
        connection.execute(sa.text("PRAGMA writable_schema = RESET"))
        for suffix in ("data", "idx", "content", "docsize", "config"):
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}_{suffix}"))
    connection.execute(sa.text(_WORD_INDEX.format(name=name)))


def fill_word_indexes(connection: sa.Connection) -> None:
    """Make both word indexes anew, as FTS5 tables, from the documents and their chunks."""
    for name, states in (("words", f"d.state {SEARCHED}"), ("past_words", "d.state = 'past'")):
        create_word_index(connection, name)
        connection.execute(
            sa.text(
                f"INSERT INTO {name} (rowid, title, heading, body) SELECT c.key, d.title, {CHUNK_LEAD}, "
                'substr(d.text, c.start + 1, c."end" - c.start) '
                f"FROM chunks c JOIN documents d ON d.key = c.document_key WHERE {states}"
            )
        )
