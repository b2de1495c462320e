"""Format 7 keeps the questions that wait for an answer before theirs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision, down_revision = "7", "6"
branch_labels = depends_on = None

TEXT = postgresql.TEXT(collation="C")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "waiting_questions",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user", TEXT, nullable=True),
        sa.Column("question", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_waiting_questions_conversation_id", "waiting_questions", ["conversation_id"])
