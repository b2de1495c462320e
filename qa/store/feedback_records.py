"""What readers say of answers, in the catalogue."""

from typing import Any

import sqlalchemy as sa

from qa.schema import Feedback, FeedbackVerdict
from qa.store.answer_json import dump_answer, dump_filters, load_answer, load_filters
from qa.store.catalogue_schema import feedback
from qa.store.store_connection import StoreConnection
from qa.store.timestamps import utc_now
from qa.store.user_rows import is_of_user
from qa.text.control_characters import replace_controls
from qa.text.identifiers import new_identifier

__all__ = ["FeedbackRecords"]


class FeedbackRecords:
    """The feedback of a store.

    Raises:
        StoreError: From whatever writes, where the store is read-only.
    """

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

    def record(self, value: Feedback) -> Feedback:
        """Keep feedback, in place of what was kept under its key; as it is kept."""
        values: dict[str, Any] = {
            "created_at": utc_now(),
            "user": value.user,
            "verdict": value.verdict,
            "reason": value.reason,
            "comment": replace_controls(value.comment).strip(),
            "question": replace_controls(value.question),
            "filters": dump_filters(value.filters),
            "answer": dump_answer(value.answer),
        }
        is_of_key = feedback.c.key == value.key
        with self._store.recording() as connection:
            if not connection.execute(sa.update(feedback).where(is_of_key).values(**values)).rowcount:
                connection.execute(sa.insert(feedback).values(id=new_identifier(), key=value.key, **values))
            return _feedback(connection.execute(sa.select(feedback).where(is_of_key)).one())

    def all(self, *, prefix: str = "") -> list[Feedback]:
        """All of it, or that whose key begins with `prefix`, oldest first."""
        query = sa.select(feedback).order_by(feedback.c.created_at, feedback.c.key)
        if prefix:
            query = query.where(feedback.c.key.startswith(prefix, autoescape=True))
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        # SQLite takes no notice of case there.
        return [_feedback(row) for row in rows if row.key.startswith(prefix)]

    def verdicts(self, *, prefix: str, user: str | None = None) -> dict[str, FeedbackVerdict]:
        """What a user said of the answers whose key begins with `prefix`, by key, and nothing else of it."""
        query = sa.select(feedback.c.key, feedback.c.verdict).where(
            feedback.c.key.startswith(prefix, autoescape=True), is_of_user(feedback, user)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return {row.key: row.verdict for row in rows if row.key.startswith(prefix)}

    def set_aside(self, key: str) -> None:
        """Free a key for another answer; what was said under it is kept under a key of its own."""
        own_key = feedback.c.key + "/" + feedback.c.id
        with self._store.recording() as connection:
            connection.execute(sa.update(feedback).where(feedback.c.key == key).values(key=own_key))

    def clear(self, key: str | None = None) -> int:
        """Forget what was kept under a key, or all of it; how many there were."""
        chosen = sa.delete(feedback)
        if key is not None:
            chosen = chosen.where(feedback.c.key == key)
        with self._store.recording() as connection:
            return connection.execute(chosen).rowcount


def _feedback(row: sa.Row[Any]) -> Feedback:
    return Feedback(
        key=row.key,
        verdict=row.verdict,
        question=row.question,
        answer=load_answer(row.answer),
        reason=row.reason,
        comment=row.comment,
        filters=load_filters(row.filters),
        user=row.user,
        id=row.id,
        created_at=row.created_at,
    )
