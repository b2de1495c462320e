"""Conversations that stay: opened by their address, interrupted, changed in another window, deleted."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import qa.ui
from qa.assistant import Assistant
from qa.errors import StoreError
from qa.schema import AddReport, Filters, StreamEvent
from qa.store import ConversationRecords, Store
from qa.ui.chat import answer_job, conversation, kept_conversations
from qa.ui.chat.chat_state import ChatState
from qa.ui.chat.conversation import ask, ask_next
from qa.ui.corpus.corpus_jobs import AdditionJob
from tests.store.test_conversation_records import SCOPE, make_answer, put_exchange

PAGE = Path(qa.ui.__file__).with_name("page.py")
Open = Callable[..., AppTest]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store"
    with closing(Store.open(path)) as opened:
        put_exchange(opened.conversations, "one", "How high is the levy?", "Seven. [1]")
        opened.conversations.set_scope("one", SCOPE)
    return path


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: Path) -> Open:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_STORE", str(store))

    def run(**parameters: str) -> AppTest:
        page = AppTest.from_file(str(PAGE), default_timeout=30)
        for name, value in parameters.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return run


def state_of(page: AppTest) -> Any:
    return page.session_state["briefing_desk"]


def html_of(page: AppTest) -> str:
    return "\n".join(block.proto.body for block in page.get("html"))


def test_address_opens_the_conversation_with_its_answers_and_scope(open_page: Open) -> None:
    state = state_of(open_page(c="one"))
    assert [exchange.answer for exchange in state.exchanges] == [make_answer("Seven. [1]")]
    assert (state.title, state.scope) == ("How high is the levy?", SCOPE)


def test_address_of_none_is_one_line_and_a_new_conversation(open_page: Open) -> None:
    page = open_page(c="gone <b>")
    assert "There is no conversation &#x27;gone &lt;b&gt;&#x27;: it was deleted" in html_of(page)
    assert state_of(page).exchanges == []
    assert "c" not in page.query_params


def test_new_page_begins_with_what_its_address_limits_it_to(open_page: Open) -> None:
    page = open_page(topic="rail", **{"from": "2025-01-02"})
    assert (state_of(page).scope.topics, str(state_of(page).scope.since)) == (("rail",), "2025-01-02")


def test_question_that_was_interrupted_can_be_asked_again(open_page: Open, store: Path) -> None:
    with closing(Store.open(store)) as opened:
        opened.conversations.begin_exchange("one", "And who pays it?", Filters())
    page = open_page(c="one")
    assert "The program ended before there was an answer." in html_of(page)
    assert [button.label for button in page.button if button.label == "Ask again"]


def test_questions_that_waited_are_asked_once_in_their_order(open_page: Open, store: Path) -> None:
    with closing(Store.open(store)) as opened:
        for question in ("Who pays for lunch?", "Where is the moon?", "What is love?"):
            opened.conversations.add_waiting("one", question)
    page, other = open_page(c="one"), open_page(c="one")
    for _ in range(4):
        page.run()
        other.run()
    questions = ["How high is the levy?", "Who pays for lunch?", "Where is the moon?", "What is love?"]
    for window in (page, other):
        assert [exchange.question for exchange in state_of(window).exchanges] == questions
        assert (state_of(window).job, state_of(window).typed_ahead) == (None, {})
    with closing(Store.open(store)) as opened:
        assert [exchange.question for exchange in opened.conversations.get("one")[1]] == questions
        assert opened.conversations.waiting("one") == {}


def test_question_that_comes_between_two_answers_waits_for_those_before_it_and_for_its_files(
    store: Path,
) -> None:
    files, state = AdditionJob("a file", {}, dict), ChatState(conversation_id="one")
    with closing(Assistant.open(store)) as assistant:
        # The answer before is there, and the next question is not on its way yet.
        state.typed_ahead = {assistant.conversations.add_waiting("one", "Who pays?"): "Who pays?"}
        ask(assistant, state, "Where is the moon?", after=files)
        assert list(state.typed_ahead.values()) == ["Who pays?", "Where is the moon?"]
        ask_next(assistant, state)
        assert state.job
        state.job.wait(10)
        state.finish()
        ask_next(assistant, state)
        assert state.job
        # Without the file nothing could be found.
        state.job.wait(0.3)
        assert not state.job.done
        files.start(AddReport)
        state.job.wait(10)
        state.finish()
    assert [exchange.question for exchange in state.exchanges] == ["Who pays?", "Where is the moon?"]


def test_of_two_questions_that_come_at_once_one_waits(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a thread of its own, as Streamlit has it where one click follows another."""
    state, make_keeper = ChatState(), kept_conversations.make_keeper
    both = threading.Barrier(2)

    def wait_for_the_other(*arguments: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        return make_keeper(*arguments)

    monkeypatch.setattr(conversation, "make_keeper", wait_for_the_other)
    with closing(Assistant.open(store)) as assistant, ThreadPoolExecutor() as threads:
        list(threads.map(partial(ask, assistant, state), ("Who pays?", "Where is the moon?")))
        assert state.job
        assert [state.job.question, *state.typed_ahead.values()] in (
            ["Who pays?", "Where is the moon?"],
            ["Where is the moon?", "Who pays?"],
        )
        state.job.wait(10)


def test_question_that_cannot_be_kept_is_asked_in_its_turn_all_the_same(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> str:
        raise StoreError("the disk is full")

    state = ChatState()
    with closing(Assistant.open(store)) as assistant:
        kept_conversations.open_conversation(assistant, state, "one")
        state.typed_ahead = {assistant.conversations.add_waiting("one", "Who pays?"): "Who pays?"}
        monkeypatch.setattr(ConversationRecords, "add_waiting", fail)
        ask(assistant, state, "Where is the moon?")
        for _ in range(2):
            kept_conversations.open_conversation(assistant, state, "one")
            ask_next(assistant, state)
            assert state.job
            state.job.wait(10)
            state.finish()
        assert not state.typed_ahead
        asked = [exchange.question for exchange in assistant.conversations.get("one")[1]]
    assert asked == ["How high is the levy?", "Who pays?", "Where is the moon?"]


def test_question_that_is_just_set_on_its_way_is_not_taken_for_interrupted(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for, running_job = threading.Event(), answer_job.running_job

    def look_for(conversation_id: str) -> answer_job.AnswerJob | None:
        looked_for.set()
        return running_job(conversation_id)

    monkeypatch.setattr(kept_conversations, "running_job", look_for)
    monkeypatch.setattr(kept_conversations, "session_check", lambda: lambda: True)
    other, ended = ChatState(conversation_id="two"), threading.Event()
    with closing(Assistant.open(store)) as assistant:
        keeper = answer_job.ExchangeKeeper(assistant.conversations, "one", None)
        opening = threading.Thread(target=kept_conversations._load, args=(assistant, other, "one"))
        with answer_job.asking:
            assert keeper.begin("Who pays for lunch?", Filters())
            opening.start()
            looked_for.wait(0.5)
            events = assistant.stream("Who pays for lunch?")
            job = answer_job.start_answer(
                "Who pays for lunch?", Filters(), held(events, ended), keeper=keeper
            )
        opening.join(10)
        assert other.job is job
        assert [exchange.question for exchange in other.exchanges] == ["How high is the levy?"]
        ended.set()
        job.wait(10)


def test_question_that_another_process_asks_meanwhile_is_lost_in_no_window(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, get = ChatState(conversation_id="two"), ConversationRecords.get
    with closing(Assistant.open(store)) as assistant:
        waiting_id = assistant.conversations.add_waiting("one", "Who pays for lunch?")

        def get_and_ask(records: ConversationRecords, key: str, *, user: str | None = None) -> Any:
            found = get(records, key, user=user)
            records.begin_waiting("one", waiting_id, Filters())
            return found

        monkeypatch.setattr(ConversationRecords, "get", get_and_ask)
        kept_conversations._load(assistant, state, "one")
        assert list(state.typed_ahead.values()) == ["Who pays for lunch?"]


def held(events: Iterator[StreamEvent], until: threading.Event) -> Iterator[StreamEvent]:
    """Events that come once they may."""
    until.wait(10)
    yield from events


def test_question_that_another_window_took_back_is_not_asked(
    open_page: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_waiting, synchronize = ConversationRecords.add_waiting, kept_conversations.synchronize
    with closing(Store.open(store)) as opened:
        add_waiting(opened.conversations, "one", "Who pays for lunch?")
        taken = add_waiting(opened.conversations, "one", "Where is the moon?")
        last = add_waiting(opened.conversations, "one", "What is love?")

        def synchronize_then_lose(assistant: Any, state: Any) -> None:
            synchronize(assistant, state)
            if len(state.typed_ahead) == 2:
                opened.conversations.remove_waiting("one", taken)
                assert list(state.typed_ahead) == [taken, last]

        monkeypatch.setattr("qa.ui.chat.kept_conversations.synchronize", synchronize_then_lose)
        page = open_page(c="one")
        for _ in range(3):
            page.run()
        asked = [exchange.question for exchange in opened.conversations.get("one")[1]]
    assert asked == ["How high is the levy?", "Who pays for lunch?", "What is love?"]


def test_what_another_window_asks_or_renames_is_taken_in(open_page: Open, store: Path) -> None:
    page = open_page(c="one")
    with closing(Store.open(store)) as opened:
        put_exchange(opened.conversations, "one", "And who pays it?", "Ann. [1]")
        opened.conversations.rename("one", "Levies")
    page.run()
    assert [exchange.question for exchange in state_of(page).exchanges] == [
        "How high is the levy?",
        "And who pays it?",
    ]
    assert state_of(page).title == "Levies"


def test_new_conversation_leaves_the_other_as_it_is(open_page: Open, store: Path) -> None:
    page = open_page(c="one")
    next(button for button in page.button if button.label == "New conversation").click().run()
    assert not page.exception
    assert state_of(page).exchanges == []
    assert state_of(page).scope == Filters()
    assert "c" not in page.query_params
    with closing(Store.open(store)) as opened:
        assert len(opened.conversations.get("one")[1]) == 1
