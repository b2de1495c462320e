"""Notes in the catalogue: answers and quotes that readers have pinned, as they were."""

from typing import Any

import sqlalchemy as sa

from qa.errors import NoteNotFound
from qa.schema import Answer, Note, NoteItem
from qa.store.answer_json import dump_answer, load_answer
from qa.store.catalogue_schema import note_items, notes
from qa.store.store_connection import StoreConnection
from qa.store.timestamps import utc_now
from qa.store.user_rows import is_of_user, is_row, short_title
from qa.text.control_characters import replace_controls
from qa.text.identifiers import new_identifier

__all__ = ["NoteRecords"]
_UNTITLED = "Note"


class NoteRecords:
    """The notes of a store.

    Every call names whose they are: `user` None stands for whoever uses a desk without sign-in, and nobody
    sees or changes those of another.

    Raises:
        NoteNotFound: From whatever names a note or an item that is not there, or is another's.
        StoreError: From whatever writes, where the store is read-only.
    """

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

    def recent(self, *, user: str | None = None) -> list[Note]:
        """The notes, the one that changed last first."""
        query = _summaries(user).order_by(notes.c.updated_at.desc(), notes.c.created_at.desc(), notes.c.id)
        with self._store.reading() as connection:
            return [_note(row) for row in connection.execute(query)]

    def get(self, note_id: str, *, user: str | None = None) -> tuple[Note, list[NoteItem]]:
        """A note with what is pinned to it, in its order."""
        items = sa.select(note_items).where(note_items.c.note_id == note_id).order_by(*_ITEM_ORDER)
        with self._store.reading() as connection:
            row = connection.execute(_summaries(user).where(notes.c.id == note_id)).one_or_none()
            if row is None:
                raise _no_note(note_id)
            return _note(row), [_item(item) for item in connection.execute(items)]

    def create(self, title: str = "", *, user: str | None = None) -> Note:
        """An empty note; one without a title is called "Note"."""
        now, note_id = utc_now(), new_identifier()
        values = {
            "title": short_title(replace_controls(title)) or _UNTITLED,
            "created_at": now,
            "updated_at": now,
            "user": user,
        }
        with self._store.recording() as connection:
            connection.execute(sa.insert(notes).values(id=note_id, **values))
            return _note(connection.execute(_summaries(user).where(notes.c.id == note_id)).one())

    def rename(self, note_id: str, title: str, *, user: str | None = None) -> None:
        """Give it another title; a blank one leaves it as it is."""
        short = short_title(replace_controls(title))
        with self._store.recording() as connection:
            _change(connection, note_id, user, **({"title": short} if short else {}))

    def delete(self, note_id: str, *, user: str | None = None) -> None:
        """Forget a note with all that is pinned to it."""
        with self._store.recording() as connection:
            chosen = sa.delete(notes).where(is_row(notes, note_id, user))
            if not connection.execute(chosen).rowcount:
                raise _no_note(note_id)
            connection.execute(sa.delete(note_items).where(note_items.c.note_id == note_id))

    def add_item(
        self,
        note_id: str,
        question: str,
        answer: Answer,
        *,
        citation_number: int | None = None,
        remark: str = "",
        user: str | None = None,
    ) -> str:
        """Pin an answer, or the quote of one of its citations, behind what is there; the item's id.

        What is pinned to the note already is not pinned again: then it is the id of that.

        Raises:
            ValueError: The answer has no such citation.
        """
        item = NoteItem(
            id=new_identifier(),
            question=replace_controls(question),
            answer=answer,
            citation_number=citation_number,
            remark=replace_controls(remark).strip(),
        )
        values = {
            "question": item.question,
            "answer": dump_answer(answer),
            "citation_number": citation_number,
        }
        in_note = note_items.c.note_id == note_id
        with self._store.recording() as connection:
            _change(connection, note_id, user)
            same = [note_items.c[name].is_not_distinct_from(value) for name, value in values.items()]
            if pinned := connection.execute(sa.select(note_items.c.id).where(in_note, *same)).scalar():
                return str(pinned)
            last = connection.execute(sa.select(sa.func.max(note_items.c.position)).where(in_note)).scalar()
            position = 0 if last is None else int(last) + 1
            connection.execute(
                sa.insert(note_items).values(
                    id=item.id, note_id=note_id, position=position, remark=item.remark, **values
                )
            )
        return item.id

    def set_remark(self, note_id: str, item_id: str, remark: str, *, user: str | None = None) -> None:
        """What the reader says of an item; "" takes it away."""
        text = replace_controls(remark).strip()
        with self._store.recording() as connection:
            _change(connection, note_id, user)
            change = sa.update(note_items).where(*_is_item(note_id, item_id)).values(remark=text)
            if not connection.execute(change).rowcount:
                raise _no_item(item_id)

    def remove_item(self, note_id: str, item_id: str, *, user: str | None = None) -> None:
        """Take an item off the note."""
        with self._store.recording() as connection:
            _change(connection, note_id, user)
            if not connection.execute(sa.delete(note_items).where(*_is_item(note_id, item_id))).rowcount:
                raise _no_item(item_id)

    def move_item(self, note_id: str, item_id: str, place: int, *, user: str | None = None) -> None:
        """Put an item at a place among the others, counted from 0; beyond the ends it is first or last."""
        ids_in_order = (
            sa.select(note_items.c.id).where(note_items.c.note_id == note_id).order_by(*_ITEM_ORDER)
        )
        with self._store.recording() as connection:
            _change(connection, note_id, user)
            order = list(connection.execute(ids_in_order).scalars())
            if item_id not in order:
                raise _no_item(item_id)
            order.remove(item_id)
            order.insert(max(place, 0), item_id)
            for position, other in enumerate(order):
                connection.execute(
                    sa.update(note_items).where(*_is_item(note_id, other)).values(position=position)
                )


# Of two at one position, which none of our writes makes, the order is that of the ids.
_ITEM_ORDER = (note_items.c.position, note_items.c.id)


def _is_item(note_id: str, item_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return note_items.c.note_id == note_id, note_items.c.id == item_id


def _change(connection: sa.Connection, note_id: str, user: str | None, **values: str) -> None:
    """Note that a note changes, and set these values of it."""
    change = sa.update(notes).where(is_row(notes, note_id, user))
    if not connection.execute(change.values(updated_at=utc_now(), **values)).rowcount:
        raise _no_note(note_id)


def _summaries(user: str | None) -> sa.Select[Any]:
    pinned = (
        sa.select(sa.func.count()).where(note_items.c.note_id == notes.c.id).scalar_subquery().label("pinned")
    )
    return sa.select(notes, pinned).where(is_of_user(notes, user))


def _note(row: sa.Row[Any]) -> Note:
    return Note(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        items=row.pinned,
        user=row.user,
    )


def _item(row: sa.Row[Any]) -> NoteItem:
    return NoteItem(
        id=row.id,
        question=row.question,
        answer=load_answer(row.answer),
        citation_number=row.citation_number,
        remark=row.remark,
    )


def _no_note(note_id: str) -> NoteNotFound:
    return NoteNotFound(f"there is no note {note_id!r}: it was deleted, or is of another desk or person")


def _no_item(item_id: str) -> NoteNotFound:
    return NoteNotFound(f"the note has no item {item_id!r} any more: it was taken off meanwhile")
