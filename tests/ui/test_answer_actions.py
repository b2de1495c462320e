"""What the buttons below an answer keep: verdicts and pins, per answer and user."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from qa.assistant import Assistant
from qa.errors import StoreError
from qa.schema import Exchange
from qa.store import Store
from qa.ui.chat.answer_actions import act, pinned_quotes, read_verdicts
from qa.ui.chat.answer_view import EXPORT, PIN
from qa.ui.chat.chat_state import ChatState
from tests.store.test_conversation_records import SCOPE, make_answer

EXCHANGE = Exchange(question="What did it cost?", answer=make_answer(), filters=SCOPE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "store")) as opened:
        yield opened


@pytest.fixture
def assistant(store: Store) -> Assistant:
    records = store.feedback
    facade = SimpleNamespace(
        notes=store.notes,
        record_feedback=records.record,
        feedback=records.all,
        verdicts=records.verdicts,
    )
    return cast(Assistant, facade)


def test_verdict_is_kept_with_its_answer_and_replaced(assistant: Assistant) -> None:
    state = ChatState(conversation_id="c1", user="ann")
    wrong = {"feedback": {"verdict": "wrong", "reason": "figure", "comment": " it was 50 "}}
    assert act(assistant, state, EXCHANGE, 0, {"feedback": {"verdict": "right"}})
    assert act(assistant, state, EXCHANGE, 0, wrong)
    [kept] = assistant.feedback()
    assert (kept.key, kept.verdict, kept.reason, kept.comment, kept.user) == (
        "c1/0",
        "wrong",
        "figure",
        "it was 50",
        "ann",
    )
    assert (kept.answer, kept.filters) == (make_answer(), SCOPE)
    assert read_verdicts(assistant, state) == {"c1/0": "wrong"}
    assert read_verdicts(assistant, ChatState(conversation_id="c1")) == {}


def test_answer_is_pinned_to_the_latest_note_once(assistant: Assistant) -> None:
    state = ChatState(conversation_id="c1")
    for _ in range(2):
        assert act(assistant, state, EXCHANGE, 0, PIN)
    [note] = assistant.notes.recent()
    assert (note.title, note.items, state.pinned) == ("Notes", 1, {"c1/0"})


def test_quote_is_pinned_by_itself(assistant: Assistant) -> None:
    state = ChatState(conversation_id="c1")
    assert act(assistant, state, EXCHANGE, 0, "pin:1")
    assert not act(assistant, state, EXCHANGE, 0, "pin:9")
    [note] = assistant.notes.recent()
    _, [item] = assistant.notes.get(note.id)
    assert (item.citation, item.question) == (make_answer().citations[0], EXCHANGE.question)
    assert (pinned_quotes(state, 0), pinned_quotes(state, 1), state.pinned) == ([1], [], {"c1/0:1"})


def test_other_clicks_are_left_to_others_and_export_waits_for_the_page(assistant: Assistant) -> None:
    state = ChatState()
    assert not act(assistant, state, EXCHANGE, 0, "citation:1")
    assert not act(assistant, state, EXCHANGE, 0, {"feedback": {"verdict": "maybe"}})
    assert act(assistant, state, EXCHANGE, 0, EXPORT)
    assert state.to_export == EXCHANGE


def test_what_cannot_be_kept_is_a_notice(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("the store is read-only")

    monkeypatch.setattr(assistant, "record_feedback", refuse)
    state = ChatState()
    assert act(assistant, state, EXCHANGE, 0, {"feedback": {"verdict": "right"}})
    assert state.notice == "the store is read-only"
