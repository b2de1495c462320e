"""The conversations that are kept: found, opened, renamed, deleted."""

from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import Conversation
from qa.ui.chat.answer_table import tables_to_export
from qa.ui.chat.chat_state import ChatState
from qa.ui.chat.kept_conversations import delete_conversation, open_conversation
from qa.ui.shared import escape
from qa.ui.shared.components import draw_choices
from qa.ui.shared.downloads import draw_downloads
from qa.ui.shared.formatting import format_change, format_count

__all__ = ["draw_conversation_list", "draw_conversation_menu", "draw_way_to_earlier"]

_MAX_LISTED = 100
_MIN_FOR_SEARCH = 6
_SEARCH = "conversation-search"


def draw_conversation_list(assistant: Assistant, state: ChatState) -> None:
    """The kept conversations, the latest first, with a search through all that was said."""
    st.button(
        "New conversation",
        icon=":material/edit_square:",
        on_click=partial(_begin, state),
        disabled=not state.is_begun,
        width="stretch",
    )
    searched = str(st.session_state.get(_SEARCH) or "")
    kept = assistant.conversations.recent(user=state.user, search=searched, limit=_MAX_LISTED)
    if not kept and not searched:
        return
    st.subheader("Conversations", anchor=False)
    if searched or len(kept) >= _MIN_FOR_SEARCH:
        st.text_input(
            "Search conversations",
            key=_SEARCH,
            placeholder="Search conversations",
            label_visibility="collapsed",
        )
    if not kept:
        st.html('<p class="qa-small">None says that.</p>')
    draw_choices(
        [(conversation.id, conversation.title, _describe(conversation)) for conversation in kept],
        key="conversations",
        on_choice=partial(_open, assistant, state, searched),
        layout="list",
        selected=state.conversation_id,
        note=f"the latest {_MAX_LISTED}: older ones are found by searching"
        if len(kept) == _MAX_LISTED
        else None,
    )


def _open(assistant: Assistant, state: ChatState, searched: str, chosen: object) -> None:
    open_conversation(assistant, state, str(chosen))
    if searched.strip():
        state.show_found(searched)


def _begin(state: ChatState) -> None:
    state.start_new_conversation()
    st.query_params.clear()


def _describe(conversation: Conversation) -> str:
    return f"{format_change(conversation.updated_at)} · {format_count(conversation.questions, 'question')}"


def draw_conversation_menu(assistant: Assistant, state: ChatState) -> None:
    """The title of the open conversation, and what can be done with it."""
    if not (state.title and state.exchanges):
        return
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key="conversation-menu",
    ):
        st.html(escape.element("div", state.title, css_class="qa-title"))
        box = st.popover("Menu", icon=":material/more_horiz:", type="tertiary", on_change="rerun")
        if not box.open:
            return
        with box:
            key = f"title-{state.conversation_id}"
            st.text_input(
                "Name of this conversation",
                value=state.title,
                key=key,
                max_chars=90,
                on_change=partial(_rename, assistant, state, key),
            )
            draw_downloads(state.title, state.exchanges, tables_to_export(assistant))
            is_sure = st.checkbox("Delete it with all its answers", key=f"sure-{state.conversation_id}")
            st.button(
                "Delete",
                icon=":material/delete:",
                disabled=not is_sure,
                on_click=partial(delete_conversation, assistant, state, state.conversation_id),
            )


def draw_way_to_earlier(state: ChatState) -> None:
    """What brings in the exchanges of a long conversation that are not drawn."""
    draw_choices(
        [("earlier", f"Show earlier ones: {format_count(state.hidden, 'question')} before these", "")],
        key=f"earlier-{state.conversation_id}",
        on_choice=lambda _: state.show_earlier(),
        layout="earlier",
    )


def _rename(assistant: Assistant, state: ChatState, key: str) -> None:
    try:
        assistant.conversations.rename(state.conversation_id, st.session_state[key], user=state.user)
    except QAError as error:
        state.notice = str(error)
