"""What the rows that readers make have in common: whose they are, and titles of one line."""

import sqlalchemy as sa

__all__ = ["is_of_user", "is_row", "short_title"]

_MAX_TITLE = 90  # characters


def is_of_user(table: sa.Table, user: str | None) -> sa.ColumnElement[bool]:
    """Whether a row is this user's; None stands for whoever uses a desk without sign-in."""
    return table.c.user.is_(None) if user is None else table.c.user == user


def is_row(table: sa.Table, row_id: str, user: str | None) -> sa.ColumnElement[bool]:
    """Whether a row is the one of this id, and this user's."""
    return sa.and_(is_of_user(table, user), table.c.id == row_id)


def short_title(text: str) -> str:
    """A title of one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TITLE else line[: _MAX_TITLE - 1].rstrip() + "…"
