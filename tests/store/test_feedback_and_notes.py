"""Feedback and notes are kept as they were given, for whoever they are of."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa.errors import NoteNotFound, StoreError
from qa.schema import Feedback, NoteItem
from qa.store import Store
from qa.store.catalogue_schema import feedback, note_items, notes
from qa.store.salvage import salvage_catalogue
from tests.store.test_conversation_records import SCOPE, make_answer
from tests.store.test_store import EMBEDDER, make_addition

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]
pytestmark = pytest.mark.usefixtures("catalogue")

ANSWER = make_answer()
HOSTILE = "\x1b[2J\0half \ud800"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "store")) as fresh:
        yield fresh


def wrong(key: str, comment: str = "41") -> Feedback:
    return Feedback(
        key=key, verdict="wrong", reason="figure", comment=comment, question="How much?", answer=ANSWER,
        filters=SCOPE, user="ann@example.org",
    )  # fmt: skip


# Feedback ---------------------------------------------------------------------------------------------


def test_feedback_comes_back_as_it_was(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store")) as store:
        kept = store.feedback.record(wrong("c/0"))
        store.feedback.record(Feedback(key="c/1", verdict="right", question="How much?", answer=ANSWER))
    assert replace(kept, id="", created_at="") == wrong("c/0")
    assert (len(kept.id), kept.created_at[-6:]) == (12, "+00:00")
    with closing(Store.open(tmp_path / "store")) as store:
        first, second = sorted(store.feedback.all(), key=lambda value: value.key)
    assert first == kept
    assert (second.verdict, second.reason, second.user, second.answer) == ("right", None, None, ANSWER)


def test_second_feedback_on_an_answer_replaces_the_first(store: Store) -> None:
    first = store.feedback.record(wrong("c/0"))
    second = store.feedback.record(replace(first, verdict="right", reason=None, comment=""))
    assert store.feedback.all() == [second]
    assert (second.id, second.verdict, second.comment) == (first.id, "right", "")


def test_feedback_by_the_beginning_of_its_key(store: Store) -> None:
    for key in ("c/0", "C/1", "c/2", "cc/0", "%/0"):
        store.feedback.record(wrong(key))
    assert {value.key for value in store.feedback.all(prefix="c/")} == {"c/0", "c/2"}
    assert {value.key for value in store.feedback.all(prefix="%")} == {"%/0"}
    assert store.feedback.clear("c/0") == 1
    assert store.feedback.clear("c/0") == 0
    assert store.feedback.clear() == 4
    assert store.feedback.all() == []


def test_verdicts_are_those_of_a_user_and_the_key_is_free_once_they_are_set_aside(store: Store) -> None:
    for key in ("c/0", "C/1", "cc/0"):
        store.feedback.record(wrong(key))
    store.feedback.record(Feedback(key="c/1", verdict="right", question="How much?", answer=ANSWER))
    assert store.feedback.verdicts(prefix="c/", user="ann@example.org") == {"c/0": "wrong"}
    assert store.feedback.verdicts(prefix="c/") == {"c/1": "right"}
    store.feedback.set_aside("c/0")
    store.feedback.set_aside("c/9")
    assert "c/0" not in store.feedback.verdicts(prefix="c/", user="ann@example.org")
    second = store.feedback.record(replace(wrong("c/0"), verdict="right", reason=None))
    kept = {value.key: value.verdict for value in store.feedback.all(prefix="c/0")}
    assert len(kept) == 2
    assert kept.pop(second.key) == "right"
    assert list(kept.values()) == ["wrong"]


def test_feedback_is_checked(store: Store) -> None:
    with pytest.raises(ValueError, match="key"):
        wrong("")
    with pytest.raises(ValueError, match="has no reason"):
        replace(wrong("c/0"), verdict="right")
    assert store.feedback.record(wrong("c/0", HOSTILE)).comment == "�[2J�half �"


# Notes ------------------------------------------------------------------------------------------------


def questions(store: Store, note_id: str) -> list[str]:
    return [item.question for item in store.notes.get(note_id)[1]]


def test_what_is_pinned_comes_back_as_it_was(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store")) as store:
        note = store.notes.create(" Steel\nin 2025 ")
        whole = store.notes.add_item(note.id, "How much?", ANSWER)
        quote = store.notes.add_item(note.id, "How much?", ANSWER, citation_number=1, remark=" cite this ")
    with closing(Store.open(tmp_path / "store")) as store:
        kept, items = store.notes.get(note.id)
    assert (note.title, note.items, kept.title, kept.items) == ("Steel in 2025", 0, "Steel in 2025", 2)
    assert items == [
        NoteItem(id=whole, question="How much?", answer=ANSWER),
        NoteItem(id=quote, question="How much?", answer=ANSWER, citation_number=1, remark="cite this"),
    ]
    assert (items[0].citation, items[1].citation) == (None, ANSWER.citations[0])


def test_nothing_is_pinned_twice(store: Store) -> None:
    note, other = store.notes.create(), store.notes.create("Other")
    first = store.notes.add_item(note.id, "How much?", ANSWER)
    assert store.notes.add_item(note.id, "How much?", ANSWER) == first
    assert store.notes.add_item(note.id, "How much?", ANSWER, citation_number=1) != first
    assert store.notes.add_item(other.id, "How much?", ANSWER) != first
    assert {(kept.title, kept.items) for kept in store.notes.recent()} == {("Note", 2), ("Other", 1)}


def test_items_are_moved_remarked_and_taken_off(store: Store) -> None:
    note = store.notes.create()
    ids = {name: store.notes.add_item(note.id, name, ANSWER) for name in "abcd"}
    for name, place, order in (("d", 0, "dabc"), ("d", 99, "abcd"), ("b", 2, "acbd"), ("a", -5, "acbd")):
        store.notes.move_item(note.id, ids[name], place)
        assert questions(store, note.id) == list(order)
    store.notes.remove_item(note.id, ids["c"])
    store.notes.add_item(note.id, "e", ANSWER)
    assert questions(store, note.id) == list("abde")
    store.notes.set_remark(note.id, ids["b"], f"{HOSTILE} ")
    assert store.notes.get(note.id)[1][1].remark == "�[2J�half �"
    with pytest.raises(ValueError, match="no citation 7"):
        store.notes.add_item(note.id, "f", ANSWER, citation_number=7)
    changes: list[Callable[[], None]] = [
        lambda: store.notes.remove_item(note.id, ids["c"]),
        lambda: store.notes.move_item(note.id, ids["c"], 0),
        lambda: store.notes.set_remark(note.id, ids["c"], "x"),
    ]
    for change in changes:
        with pytest.raises(NoteNotFound, match="was taken off meanwhile"):
            change()


def test_notes_are_renamed_listed_and_deleted(store: Store) -> None:
    first, second = store.notes.create("First"), store.notes.create("x" * 200)
    assert len(second.title) == 90
    store.notes.add_item(first.id, "a", ANSWER)
    store.notes.rename(first.id, " Levies\non steel ")
    store.notes.rename(first.id, " ")
    with store.connection.recording() as connection:
        connection.execute(sa.update(notes).where(notes.c.id == second.id).values(updated_at="2020"))
    assert [note.title[:6] for note in store.notes.recent()] == ["Levies", "xxxxxx"]
    store.notes.delete(first.id)
    assert [note.id for note in store.notes.recent()] == [second.id]
    with pytest.raises(NoteNotFound, match=f"there is no note '{first.id}'"):
        store.notes.get(first.id)
    with store.connection.reading() as connection:
        assert connection.execute(sa.select(note_items)).all() == []


@pytest.mark.parametrize("owner", [None, "ann@example.org"])
def test_nobody_sees_or_changes_the_notes_of_another(store: Store, owner: str | None) -> None:
    note = store.notes.create("Mine", user=owner)
    item_id = store.notes.add_item(note.id, "a", ANSWER, user=owner)
    for other in {None, "ann@example.org", "bob@example.org"} - {owner}:
        changes: list[Callable[[], object]] = [
            lambda: store.notes.get(note.id, user=other),  # noqa: B023
            lambda: store.notes.rename(note.id, "Yours", user=other),  # noqa: B023
            lambda: store.notes.delete(note.id, user=other),  # noqa: B023
            lambda: store.notes.add_item(note.id, "b", ANSWER, user=other),  # noqa: B023
            lambda: store.notes.set_remark(note.id, item_id, "x", user=other),  # noqa: B023
            lambda: store.notes.remove_item(note.id, item_id, user=other),  # noqa: B023
            lambda: store.notes.move_item(note.id, item_id, 0, user=other),  # noqa: B023
        ]
        assert store.notes.recent(user=other) == []
        for change in changes:
            with pytest.raises(NoteNotFound):
                change()
    kept, items = store.notes.get(note.id, user=owner)
    assert (kept.title, [(item.id, item.remark) for item in items]) == ("Mine", [(item_id, "")])


# The catalogue ----------------------------------------------------------------------------------------


def test_read_only_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.feedback.record(wrong("c/0"))
        note = store.notes.create()
        store.connection.files = replace(store.connection.files, read_only=True)
        for change in (
            lambda: store.feedback.record(wrong("c/1")),
            store.feedback.clear,
            store.notes.create,
            lambda: store.notes.add_item(note.id, "a", ANSWER),
            lambda: store.notes.delete(note.id),
        ):
            with pytest.raises(StoreError, match="read-only") as raised:
                change()
            assert len(str(raised.value).splitlines()) == 1
        assert (len(store.feedback.all()), len(store.notes.recent())) == (1, 1)


@pytest.mark.of_a_file
def test_backup_restore_and_salvage_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
        given = store.feedback.record(wrong("c/0"))
        note = store.notes.create("Steel")
        store.notes.add_item(note.id, "a", ANSWER, citation_number=1)
        kept = store.notes.get(note.id)
        store.backup(tmp_path / "copy.qabackup")
    with closing(Store.open(tmp_path / "other")) as other:
        other.restore(tmp_path / "copy.qabackup", replace=True)
        assert (other.feedback.all(), other.notes.get(note.id)) == ([given], kept)
    with closing(Store.open(path)) as store:
        store.connection.engine.dispose()
        salvage_catalogue(store.connection.files.catalogue)
        assert (store.feedback.all(), store.notes.get(note.id)) == ([given], kept)


@pytest.mark.of_a_file
def test_salvage_keeps_what_lies_beyond_many_rows(tmp_path: Path) -> None:
    """Rows that were deleted leave gaps in the numbers by which a repair reads."""
    with closing(Store.open(tmp_path / "store")) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
        note = store.notes.create("Steel")
        with store.connection.recording() as connection:
            connection.exec_driver_sql("UPDATE notes SET rowid = 70000")
        store.connection.engine.dispose()
        salvage_catalogue(store.connection.files.catalogue)
        assert store.notes.recent() == [note]


@pytest.mark.of_a_file
def test_catalogue_of_the_format_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as database, database:
        for name in ("feedback", "notes", "note_items"):
            database.execute(f"DROP TABLE {name}")
        database.execute("UPDATE meta SET value = '5' WHERE name = 'schema_version'")
    salvage_catalogue(path / "catalogue.sqlite3")
    with closing(Store.open(path)) as store:
        store.feedback.record(wrong("c/0"))
        store.notes.add_item(store.notes.create().id, "a", ANSWER)
        assert store.check().problems == ()


@pytest.mark.parametrize("table", [feedback, notes, note_items], ids=lambda table: table.name)
def test_tables_can_be_made_elsewhere(table: sa.Table) -> None:
    made = str(sa.schema.CreateTable(table).compile(dialect=sa.make_url("postgresql://").get_dialect()()))
    assert made.strip().startswith(f"CREATE TABLE {table.name}")
