"""Conversations are kept as they were, for whoever they are of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa.errors import ConversationNotFound, StoreError
from qa.schema import (
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Condition,
    Filters,
    Metadata,
    Passage,
    Span,
)
from qa.store import ConversationRecords, Store
from qa.text.identifiers import new_identifier
from tests.store.test_store import EMBEDDER, make_addition

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]
pytestmark = pytest.mark.usefixtures("catalogue")

SCOPE = Filters(
    documents=("a",), topics=("rail",), since=date(2025, 1, 2), as_of=datetime(2026, 1, 1, 12, tzinfo=UTC)
)


def make_answer(text: str = "It cost 40 pesos. [1]") -> Answer:
    quote = "It cost 40 pesos."
    metadata = Metadata(title="Costs – “all”", published=date(2025, 11, 3))
    citation = Citation(
        number=1,
        document_id="a",
        source="a.md",
        metadata=metadata,
        page=3,
        heading="Costs",
        start=10,
        end=10 + len(quote),
        quote=quote,
        highlight=Span(18, 26),
    )
    passage = Passage(
        chunk_id="1",
        document_id="a",
        ordinal=0,
        section=0,
        start=10,
        end=10 + len(quote),
        heading=None,
        metadata=metadata,
        source="a.md",
        text=quote,
        sentences=(),
        score=0.5,
    )
    return Answer(
        question="What did it cost?",
        standalone_question="What did it cost?",
        status="answered",
        text=text,
        sentences=(AnswerSentence(text=quote, support="supported", citations=(1,)),),
        citations=(citation,),
        passages=(passage,),
        engine="extractive",
        model=None,
        confidence=0.912345678901,
        conditions=(
            CheckedCondition(condition=Condition(text="2025", kind="period"), state="met", by="date"),
        ),
        timings_ms={"total": 12.5},
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "store")) as fresh:
        yield fresh


@pytest.fixture
def records(store: Store) -> ConversationRecords:
    return store.conversations


def put_exchange(
    records: ConversationRecords, conversation_id: str, question: str, text: str, *, user: str | None = None
) -> None:
    number = records.begin_exchange(conversation_id, question, Filters(), user=user)
    records.end_exchange(conversation_id, number, answer=make_answer(text))


def test_what_was_said_comes_back_as_it_was(tmp_path: Path) -> None:
    conversation_id = new_identifier()
    with closing(Store.open(tmp_path / "store")) as store:
        kept = store.conversations
        assert kept.begin_exchange(conversation_id, "What did it\n cost?", SCOPE) == 0
        kept.end_exchange(conversation_id, 0, answer=make_answer())
        assert kept.begin_exchange(conversation_id, "And now?", Filters()) == 1
        kept.end_exchange(conversation_id, 1, answer=None, error="the question is too long")
        assert kept.begin_exchange(conversation_id, "Why?", Filters()) == 2
    with closing(Store.open(tmp_path / "store")) as store:
        conversation, exchanges = store.conversations.get(conversation_id)
    assert (conversation.title, conversation.questions, conversation.scope) == (
        "What did it cost?",
        3,
        SCOPE,
    )
    assert [exchange.question for exchange in exchanges] == ["What did it\n cost?", "And now?", "Why?"]
    assert exchanges[0].answer == make_answer()
    assert exchanges[0].filters == SCOPE
    assert exchanges[1].error == "the question is too long"
    assert [exchange.is_pending for exchange in exchanges] == [False, False, True]


def test_list_is_by_last_change_and_can_be_searched(records: ConversationRecords, store: Store) -> None:
    put_exchange(records, "first", "How high is the levy?", "Seven percent [1].")
    put_exchange(records, "second", "When did it begin?", "In 100% of Mays. [1]")
    with store.connection.recording() as connection:
        connection.exec_driver_sql("UPDATE conversations SET updated_at = '2020' WHERE id = 'first'")
    assert [found.id for found in records.recent()] == ["second", "first"]
    assert [found.id for found in records.recent(search="HOW  high")] == ["first"]
    assert [found.id for found in records.recent(search="seven")] == ["first"]
    assert [found.id for found in records.recent(search="100%")] == ["second"]
    assert records.recent(search="%") == records.recent(search="100%")
    assert records.recent(search="supported") == []
    assert len(records.recent(limit=1)) == 1


def test_rename_scope_and_delete(records: ConversationRecords) -> None:
    put_exchange(records, "one", "How high?", "Seven.")
    before = records.revision("one")
    records.rename("one", "  Levies\nof lettuce ")
    records.set_scope("one", SCOPE)
    conversation, _ = records.get("one")
    assert (conversation.title, conversation.scope) == ("Levies of lettuce", SCOPE)
    assert conversation.revision == (before or 0) + 2
    records.rename("one", "x" * 500)
    assert len(records.get("one")[0].title) == 90
    records.rename("one", "  ")
    assert records.get("one")[0].title.startswith("xxx")
    records.delete("one")
    assert records.revision("one") is None
    with pytest.raises(ConversationNotFound, match="there is no conversation 'one'"):
        records.get("one")
    records.end_exchange("one", 0, answer=make_answer())
    put_exchange(records, "one", "Begun anew?", "Yes.")
    assert [exchange.question for exchange in records.get("one")[1]] == ["Begun anew?"]


def test_questions_wait_in_their_order_and_are_asked_once(records: ConversationRecords) -> None:
    # The one before may not be kept yet.
    first, second, third = (records.add_waiting("one", question) for question in ("Who?", "Why?", "Who?"))
    put_exchange(records, "one", "How high?", "Seven.")
    other = records.add_waiting("two", "Elsewhere?")
    assert list(records.waiting("one").items()) == [(first, "Who?"), (second, "Why?"), (third, "Who?")]
    assert records.begin_waiting("one", first, SCOPE) == 1
    assert records.begin_waiting("one", first, SCOPE) is None
    assert records.begin_waiting("one", other, SCOPE) is None
    assert [exchange.question for exchange in records.get("one")[1]] == ["How high?", "Who?"]
    assert records.remove_waiting("one", second)
    assert not records.remove_waiting("one", second)
    assert records.waiting("one") == {third: "Who?"}
    last = records.add_waiting("one", "When?")
    assert list(records.waiting("one")) == [third, last]
    records.delete("one")
    assert (records.waiting("one"), records.waiting("two")) == ({}, {other: "Elsewhere?"})


@pytest.mark.parametrize("owner", [None, "ann@example.org"])
def test_nobody_sees_or_changes_those_of_another(records: ConversationRecords, owner: str | None) -> None:
    records.begin_exchange("one", "How high?", Filters(), user=owner)
    waiting_id = records.add_waiting("one", "And now?", user=owner)
    for other in {None, "ann@example.org", "bob@example.org"} - {owner}:
        assert records.waiting("one", user=other) == {}
        assert not records.remove_waiting("one", waiting_id, user=other)
        assert records.begin_waiting("one", waiting_id, SCOPE, user=other) is None
        assert records.recent(user=other) == []
        assert records.revision("one", user=other) is None
        for change in (
            lambda: records.get("one", user=other),  # noqa: B023
            lambda: records.begin_exchange("one", "Mine?", Filters(), user=other),  # noqa: B023
            lambda: records.rename("one", "Mine", user=other),  # noqa: B023
            lambda: records.set_scope("one", SCOPE, user=other),  # noqa: B023
            lambda: records.delete("one", user=other),  # noqa: B023
        ):
            with pytest.raises(ConversationNotFound):
                change()
    conversation, exchanges = records.get("one", user=owner)
    assert (conversation.title, len(exchanges)) == ("How high?", 1)
    assert records.waiting("one", user=owner) == {waiting_id: "And now?"}


def test_read_only_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        put_exchange(store.conversations, "one", "How high?", "Seven.")
        store.connection.files = type(store.connection.files)(path=path, folder=path, read_only=True)
        with pytest.raises(StoreError, match="read-only"):
            store.conversations.begin_exchange("one", "And now?", Filters())
        assert len(store.conversations.get("one")[1]) == 1


@pytest.mark.of_a_file
def test_backup_restore_and_salvage_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
        put_exchange(store.conversations, "one", "How high?", "Seven.")
        waiting_id = store.conversations.add_waiting("one", "And now?")
        store.backup(tmp_path / "copy.qabackup")
    with closing(Store.open(tmp_path / "other")) as other:
        other.restore(tmp_path / "copy.qabackup", replace=True)
        assert other.conversations.get("one")[1][0].answer == make_answer("Seven.")
        assert other.conversations.waiting("one") == {waiting_id: "And now?"}
    with closing(Store.open(path)) as store:
        from qa.store.salvage import salvage_catalogue

        store.connection.engine.dispose()
        salvage_catalogue(store.connection.files.catalogue)
        assert store.conversations.waiting("one") == {waiting_id: "And now?"}
        assert store.conversations.get("one")[1][0].answer == make_answer("Seven.")


@pytest.mark.of_a_file
def test_catalogue_of_the_format_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as database, database:
        database.execute("DROP TABLE conversations")
        database.execute("DROP TABLE exchanges")
        database.execute("DROP TABLE waiting_questions")
        database.execute("UPDATE meta SET value = '4' WHERE name = 'schema_version'")
    with closing(Store.open(path)) as store:
        put_exchange(store.conversations, "one", "How high?", "Seven.")
        assert store.conversations.waiting("one") == {}
        assert store.check().problems == ()
