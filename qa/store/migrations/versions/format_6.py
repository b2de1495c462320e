"""The tables of format 6, the first on PostgreSQL; stated here as they were, whatever becomes of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision, down_revision = "6", None
branch_labels = depends_on = None

TEXT = postgresql.TEXT(collation="C")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "conversations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    op.create_table(
        "documents",
        sa.Column("key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("published", TEXT, nullable=True),
        sa.Column("publisher", TEXT, nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("text_sha256", TEXT, nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("body_start", sa.Integer(), nullable=False),
        sa.Column("markdown", sa.Boolean(), nullable=False),
        sa.Column("added_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("ended_at", TEXT, nullable=True),
        sa.Column("format", TEXT, server_default="text", nullable=False),
        sa.Column("fingerprint", TEXT, server_default="", nullable=False),
        sa.Column("given", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("chunk_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checksum", TEXT, server_default="", nullable=False),
        sa.Column("recognised", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("outline", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tables", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("document_id", "documents", ["id"])
    op.create_index("document_source", "documents", ["source"], postgresql_using="hash")
    op.create_index("document_state", "documents", ["state"])
    op.create_index("document_text", "documents", ["text_sha256"])
    op.create_index(
        "one_ready_version", "documents", ["id"], unique=True, postgresql_where=sa.text("state = 'ready'")
    )
    op.create_table(
        "exchanges",
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("filters", TEXT, nullable=False),
        sa.Column("was_stopped", sa.Boolean(), nullable=False),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("answer_text", TEXT, nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "number"),
    )
    # Without a key: an index has no room for the longest sources, and there are few rows.
    op.create_table(
        "failures",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("failed_at", TEXT, nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=True),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("comment", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("filters", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "meta",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "note_items",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("note_id", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("remark", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_note_items_note_id", "note_items", ["note_id"])
    op.create_table(
        "notes",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=True),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "signature_bands",
        sa.Column("band", TEXT, nullable=False),
        sa.Column("document_key", sa.Integer(), nullable=False),
    )
    op.create_index("ix_signature_bands_band", "signature_bands", ["band"])
    op.create_index("ix_signature_bands_document_key", "signature_bands", ["document_key"])
    op.create_table(
        "signatures",
        sa.Column("document_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_key"),
    )
    op.create_table(
        "vectors",
        sa.Column("chunk_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("chunk_key"),
    )
    op.create_table(
        "chunks",
        sa.Column("key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document_key", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("heading", TEXT, nullable=True),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("table_context", TEXT, nullable=True),
        sa.Column("checksum", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document_key"], ["documents.key"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_chunks_document_key", "chunks", ["document_key"])
    op.create_table(
        "past_words",
        sa.Column("rowid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("heading", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("stems", postgresql.TSVECTOR(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rowid"),
    )
    op.create_index("past_words_length", "past_words", ["length"])
    op.create_index("past_words_stems", "past_words", ["stems"], postgresql_using="gin")
    op.create_table(
        "words",
        sa.Column("rowid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("heading", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("stems", postgresql.TSVECTOR(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rowid"),
    )
    op.create_index("words_length", "words", ["length"])
    op.create_index("words_stems", "words", ["stems"], postgresql_using="gin")
