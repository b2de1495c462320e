"""The open conversation and the one in the store: opened by its address, and kept in step with it."""

from contextlib import suppress
from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.errors import ConversationNotFound, QAError
from qa.schema import Filters
from qa.text.identifiers import new_identifier
from qa.ui.chat.answer_actions import feedback_key
from qa.ui.chat.answer_job import ExchangeKeeper, asking, running_job
from qa.ui.chat.chat_state import ChatState, session_check
from qa.ui.chat.scope import describe_wrong_days, read_scope, write_scope

__all__ = [
    "delete_conversation",
    "keep_scope",
    "keep_waiting",
    "make_keeper",
    "open_conversation",
    "synchronize",
    "take_back",
]

_ADDRESS = "c"  # the name of the conversation in the page's address


def make_keeper(assistant: Assistant, state: ChatState, place: int | None = None) -> ExchangeKeeper | None:
    """What keeps the next question, or another answer to the one at a place; None where that can't be."""
    if assistant.read_only:
        state.is_kept = False
        state.notice = "The store is read-only: this conversation is gone when the page is closed."
        return None
    if place is None:
        return ExchangeKeeper(assistant.conversations, state.conversation_id, state.user)
    if not state.is_kept:  # then the store counts the questions in another way
        return None
    return ExchangeKeeper(
        assistant.conversations,
        state.conversation_id,
        state.user,
        number=state.exchanges[place].number,
        # What was said of the answer before is not said of this one.
        on_replaced=partial(assistant.set_feedback_aside, feedback_key(state, place)),
    )


def keep_waiting(assistant: Assistant, state: ChatState, question: str) -> str:
    """Have a question wait for those before it, wherever the conversation is opened next; gives its id."""
    try:
        waiting_id = assistant.conversations.add_waiting(state.conversation_id, question, user=state.user)
    except QAError:  # what can't be kept waits in this page all the same
        waiting_id = new_identifier()
        state.unkept.add(waiting_id)
    state.typed_ahead[waiting_id] = question
    return waiting_id


def take_back(assistant: Assistant, state: ChatState, waiting_id: str) -> None:
    """Have a question wait no more."""
    state.typed_ahead.pop(waiting_id, None)
    state.awaited.pop(waiting_id, None)
    with suppress(QAError):
        assistant.conversations.remove_waiting(state.conversation_id, waiting_id, user=state.user)


def synchronize(assistant: Assistant, state: ChatState) -> None:
    """Before the page is drawn: open what its address names, and take in what changed in other windows."""
    with state.changing:
        asked_for = st.query_params.get(_ADDRESS)
        if asked_for and asked_for != state.conversation_id:
            open_conversation(assistant, state, asked_for)
        elif not asked_for and not state.is_begun and not state.scope_edition:
            state.set_scope(read_scope(st.query_params))
            state.notice = state.notice or describe_wrong_days(st.query_params)
        elif state.job is None and state.exchanges and state.is_kept:
            revision = assistant.conversations.revision(state.conversation_id, user=state.user)
            if revision is not None and revision != state.revision:
                _load(assistant, state, state.conversation_id)
    _show_address(state)


def open_conversation(assistant: Assistant, state: ChatState, conversation_id: str) -> None:
    """Have a kept conversation open, with the question that is on its way in it."""
    try:
        with state.changing:
            _load(assistant, state, conversation_id)
    except ConversationNotFound as error:
        state.start_new_conversation()
        state.notice = f"{str(error)[0].upper()}{str(error)[1:]}."
    _show_address(state)


def _load(assistant: Assistant, state: ChatState, conversation_id: str) -> None:
    with asking:
        # What another process asks in between is then both, and not neither: it is found out as it is asked.
        waiting = assistant.conversations.waiting(conversation_id, user=state.user)
        job = running_job(conversation_id)
        conversation, exchanges = assistant.conversations.get(conversation_id, user=state.user)
    if conversation_id == state.conversation_id:  # another window has changed it
        state.title, state.revision, state.exchanges = conversation.title, conversation.revision, exchanges
    else:
        state.show(conversation_id, conversation.title, conversation.revision, exchanges)
    if conversation.scope != state.scope:
        state.set_scope(conversation.scope)
    if not assistant.read_only:  # where none could be asked once
        unkept = {key: text for key, text in state.typed_ahead.items() if key in state.unkept}
        state.typed_ahead = waiting | unkept
    if job is not None and job.place is not None:
        state.hidden = min(state.hidden, job.place)
    if job is not None and exchanges and (job.place is not None or exchanges[-1].is_pending):
        if job.place is None:
            state.exchanges.pop()
        job.watchers.append(session_check())
        state.job = job


def delete_conversation(assistant: Assistant, state: ChatState, conversation_id: str) -> None:
    """Forget a conversation; the page goes on with a new one where it was the open one."""
    if (job := running_job(conversation_id)) is not None:
        job.stop()
    with suppress(ConversationNotFound):  # another window was faster
        assistant.conversations.delete(conversation_id, user=state.user)
    if conversation_id == state.conversation_id:
        state.start_new_conversation()
        _show_address(state)


def keep_scope(assistant: Assistant, state: ChatState, scope: Filters) -> None:
    """Limit what is asked next, also when the conversation is opened again."""
    state.set_scope(scope)
    state.notice = None
    if state.is_begun:
        # What can't be kept holds for this page all the same.
        with suppress(QAError):
            assistant.conversations.set_scope(state.conversation_id, scope, user=state.user)
    _show_address(state)


def _show_address(state: ChatState) -> None:
    """Have the page's address name the conversation, or what a new one is limited to."""
    wanted: dict[str, str | list[str]] = (
        {_ADDRESS: state.conversation_id} if state.is_begun else write_scope(state.scope)
    )
    present = {name: st.query_params.get_all(name) for name in st.query_params}
    if present != {name: [value] if isinstance(value, str) else value for name, value in wanted.items()}:
        st.query_params.from_dict(wanted)
