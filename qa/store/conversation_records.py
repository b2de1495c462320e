"""Conversations in the catalogue: every question, and its answer with citations and offsets as it was."""

from typing import Any

import sqlalchemy as sa

from qa.errors import ConversationNotFound
from qa.schema import Answer, Conversation, Exchange, Filters
from qa.store.answer_json import dump_answer, dump_filters, load_answer, load_filters
from qa.store.catalogue_schema import conversations, exchanges, waiting_questions
from qa.store.store_connection import StoreConnection
from qa.store.timestamps import utc_now
from qa.store.user_rows import is_of_user, is_row, short_title
from qa.text.identifiers import new_identifier

__all__ = ["ConversationRecords"]


class ConversationRecords:
    """The conversations of a store.

    Every call names whose they are: `user` None stands for whoever uses a desk without sign-in, and nobody
    sees or changes those of another.

    Raises:
        ConversationNotFound: From whatever names one that is not there, or is another's.
        StoreError: From whatever writes, where the store is read-only.
    """

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

    def recent(self, *, user: str | None = None, search: str = "", limit: int = 200) -> list[Conversation]:
        """The conversations, the one that changed last first.

        With `search`, those whose title, questions or answers have these words together, in any case.
        """
        query = _summaries(user).order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(limit)
        if words := " ".join(search.split()):
            said = (exchanges.c.question, exchanges.c.answer_text)
            is_said = sa.exists().where(
                exchanges.c.conversation_id == conversations.c.id,
                sa.or_(*(column.icontains(words, autoescape=True) for column in said)),
            )
            query = query.where(sa.or_(conversations.c.title.icontains(words, autoescape=True), is_said))
        with self._store.reading() as connection:
            return [_conversation(row) for row in connection.execute(query)]

    def get(self, conversation_id: str, *, user: str | None = None) -> tuple[Conversation, list[Exchange]]:
        """A conversation with all that was said, oldest first."""
        with self._store.reading() as connection:
            row = connection.execute(
                _summaries(user).where(conversations.c.id == conversation_id)
            ).one_or_none()
            if row is None:
                raise ConversationNotFound(conversation_id)
            said = sa.select(exchanges).where(exchanges.c.conversation_id == conversation_id)
            rows = connection.execute(said.order_by(exchanges.c.number)).all()
        return _conversation(row), [_exchange(said_row) for said_row in rows]

    def revision(self, conversation_id: str, *, user: str | None = None) -> int | None:
        """The number that moves when a conversation changes; None where there is none."""
        query = sa.select(conversations.c.revision).where(is_row(conversations, conversation_id, user))
        with self._store.reading() as connection:
            value = connection.execute(query).scalar()
        return None if value is None else int(value)

    def begin_exchange(
        self, conversation_id: str, question: str, filters: Filters, *, user: str | None = None
    ) -> int:
        """Keep a question before it is answered, in a conversation that begins with it if need be.

        Returns its number.
        """
        with self._store.recording() as connection:
            return _begin(connection, conversation_id, question, filters, user)

    def end_exchange(
        self,
        conversation_id: str,
        number: int,
        *,
        answer: Answer | None,
        error: str | None = None,
        was_stopped: bool = False,
    ) -> None:
        """Keep what came of a question; nothing where it was deleted meanwhile."""
        with self._store.recording() as connection:
            connection.execute(
                sa.update(exchanges)
                .where(exchanges.c.conversation_id == conversation_id, exchanges.c.number == number)
                .values(
                    was_stopped=was_stopped,
                    error=error,
                    answer=dump_answer(answer) if answer else None,
                    answer_text=answer.text if answer else None,
                )
            )
            _advance(connection, conversations.c.id == conversation_id, updated_at=utc_now())

    def add_waiting(self, conversation_id: str, question: str, *, user: str | None = None) -> str:
        """Keep a question that waits for the answer to one before; returns its id."""
        waiting_id = new_identifier()
        ours = waiting_questions.c.conversation_id == conversation_id
        with self._store.recording() as connection:
            last = connection.execute(
                sa.select(sa.func.max(waiting_questions.c.position)).where(ours)
            ).scalar()
            connection.execute(
                sa.insert(waiting_questions).values(
                    id=waiting_id,
                    conversation_id=conversation_id,
                    position=0 if last is None else int(last) + 1,
                    user=user,
                    question=question,
                )
            )
        return waiting_id

    def waiting(self, conversation_id: str, *, user: str | None = None) -> dict[str, str]:
        """The questions of a conversation that wait, by their ids, in the order in which they came."""
        query = sa.select(waiting_questions.c.id, waiting_questions.c.question).where(
            waiting_questions.c.conversation_id == conversation_id, is_of_user(waiting_questions, user)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(waiting_questions.c.position, waiting_questions.c.id))
            return {row.id: row.question for row in rows}

    def begin_waiting(
        self, conversation_id: str, waiting_id: str, filters: Filters, *, user: str | None = None
    ) -> int | None:
        """As `begin_exchange`, of a question that waits no more from then on.

        None where it does not wait any longer: of several who want to ask it, one does.
        """
        with self._store.recording() as connection:
            question = _end_waiting(connection, conversation_id, waiting_id, user)
            return None if question is None else _begin(connection, conversation_id, question, filters, user)

    def remove_waiting(self, conversation_id: str, waiting_id: str, *, user: str | None = None) -> bool:
        """Take back a question that waits; False where it does not wait any longer."""
        with self._store.recording() as connection:
            return _end_waiting(connection, conversation_id, waiting_id, user) is not None

    def rename(self, conversation_id: str, title: str, *, user: str | None = None) -> None:
        """Give it another title; a blank one leaves it as it is."""
        self._change(conversation_id, user, title=short_title(title) or conversations.c.title)

    def set_scope(self, conversation_id: str, scope: Filters, *, user: str | None = None) -> None:
        """Remember what its next question is limited to."""
        self._change(conversation_id, user, scope=dump_filters(scope))

    def delete(self, conversation_id: str, *, user: str | None = None) -> None:
        """Forget a conversation with all that was said."""
        with self._store.recording() as connection:
            chosen = sa.delete(conversations).where(is_row(conversations, conversation_id, user))
            if not connection.execute(chosen).rowcount:
                raise ConversationNotFound(conversation_id)
            for table in (exchanges, waiting_questions):
                connection.execute(sa.delete(table).where(table.c.conversation_id == conversation_id))

    def _change(self, conversation_id: str, user: str | None, **values: Any) -> None:
        with self._store.recording() as connection:
            if not _advance(connection, is_row(conversations, conversation_id, user), **values):
                raise ConversationNotFound(conversation_id)


def _advance(connection: sa.Connection, which: sa.ColumnElement[bool], **values: Any) -> bool:
    """Change a conversation and move its revision on; whether there is one."""
    change = sa.update(conversations).where(which)
    return bool(connection.execute(change.values(revision=conversations.c.revision + 1, **values)).rowcount)


def _begin(
    connection: sa.Connection, conversation_id: str, question: str, filters: Filters, user: str | None
) -> int:
    now = utc_now()
    if not _advance(connection, is_row(conversations, conversation_id, user), updated_at=now):
        known = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
        if connection.execute(known).first():
            raise ConversationNotFound(conversation_id)
        connection.execute(
            sa.insert(conversations).values(
                id=conversation_id,
                user=user,
                title=short_title(question),
                created_at=now,
                updated_at=now,
                revision=1,
                scope=dump_filters(filters),
            )
        )
    highest = sa.select(sa.func.max(exchanges.c.number)).where(exchanges.c.conversation_id == conversation_id)
    last = connection.execute(highest).scalar()
    number = 0 if last is None else int(last) + 1
    connection.execute(
        sa.insert(exchanges).values(
            conversation_id=conversation_id,
            number=number,
            asked_at=now,
            question=question,
            filters=dump_filters(filters),
            was_stopped=False,
        )
    )
    return number


def _end_waiting(
    connection: sa.Connection, conversation_id: str, waiting_id: str, user: str | None
) -> str | None:
    """The question, which waits no more; None where it did not."""
    chosen = sa.and_(
        is_row(waiting_questions, waiting_id, user), waiting_questions.c.conversation_id == conversation_id
    )
    question = connection.execute(sa.select(waiting_questions.c.question).where(chosen)).scalar()
    was_waiting = connection.execute(sa.delete(waiting_questions).where(chosen)).rowcount
    return str(question) if was_waiting else None


def _summaries(user: str | None) -> sa.Select[Any]:
    asked = (
        sa.select(sa.func.count())
        .where(exchanges.c.conversation_id == conversations.c.id)
        .scalar_subquery()
        .label("questions")
    )
    return sa.select(conversations, asked).where(is_of_user(conversations, user))


def _conversation(row: sa.Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        questions=row.questions,
        revision=row.revision,
        scope=load_filters(row.scope),
        user=row.user,
    )


def _exchange(row: sa.Row[Any]) -> Exchange:
    return Exchange(
        question=row.question,
        filters=load_filters(row.filters),
        answer=None if row.answer is None else load_answer(row.answer),
        error=row.error,
        was_stopped=row.was_stopped,
        number=row.number,
        asked_at=row.asked_at,
    )
