"""What readers have pinned: answers and quotes, in an order of their own, with remarks, to be exported."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import Note, NoteItem
from qa.ui.chat.answer_table import read_tables, tables_to_export
from qa.ui.chat.answer_view import build_answer_view, opened_passage
from qa.ui.chat.chat_state import ChatState
from qa.ui.chat.document_pane import beside_document
from qa.ui.shared import escape
from qa.ui.shared.components import draw_answer, draw_choices, draw_error
from qa.ui.shared.downloads import draw_downloads
from qa.ui.shared.formatting import format_change, format_count, format_date, read_rows

__all__ = ["draw_notes"]

_NOTE = "note"  # the name of the open note in the page's address


def _attempt(state: ChatState, action: Callable[[], object]) -> None:
    """Do what a click asks for; what can't be done is the page's notice."""
    state.notice = None
    try:
        action()
    except QAError as error:
        state.notice = str(error)


def draw_notes(assistant: Assistant, state: ChatState, versions: Mapping[str, str]) -> None:
    """The page below the links; what can't be read or done is one line on it.

    `versions` are the checksums of the documents that there are now.
    """
    if state.notice:
        draw_error(state.notice)
    try:
        note_id = st.query_params.get(_NOTE)
        if note_id:
            try:
                note, items = assistant.notes.get(note_id, user=state.user)
            except QAError:  # which is said below
                _draw_way_back()
                raise
            _draw_note(assistant, state, note, items, versions)
        else:
            _draw_list(assistant, state)
    except QAError as error:
        draw_error(str(error))


def _draw_list(assistant: Assistant, state: ChatState) -> None:
    notes = assistant.notes.recent(user=state.user)
    st.html(
        '<div class="qa-welcome"><h1>Notes</h1><p>What is pinned below an answer comes here, as it was then.'
        "</p></div>"
    )
    if not assistant.read_only:
        st.button(
            "New note",
            icon=":material/note_add:",
            on_click=partial(_attempt, state, lambda: _create(assistant, state)),
        )
    draw_choices(
        [
            (note.id, note.title, f"{format_count(note.items, 'item')} · {format_change(note.updated_at)}")
            for note in notes
        ],
        key="notes",
        on_choice=_open,
        layout="cards",
        search="Find a note",
    )


def _open(note_id: object) -> None:
    st.query_params[_NOTE] = str(note_id)


def _create(assistant: Assistant, state: ChatState) -> None:
    _open(assistant.notes.create(user=state.user).id)


def _draw_note(
    assistant: Assistant, state: ChatState, note: Note, items: list[NoteItem], versions: Mapping[str, str]
) -> None:
    with beside_document(assistant, state):
        _draw_way_back()
        st.text_input(
            "Title of this note",
            value=note.title,
            max_chars=90,
            key=f"note-title-{note.id}",
            on_change=partial(_attempt, state, lambda: _rename(assistant, state, note.id)),
            disabled=assistant.read_only,
        )
        if items:
            draw_downloads(note.title, items, tables_to_export(assistant))
        else:
            st.html('<p class="qa-small">Nothing is pinned to it yet: the pin is below every answer.</p>')
        for place, item in enumerate(items):
            _draw_item(assistant, state, note.id, item, versions, place=place, count=len(items))
        if not assistant.read_only:
            is_sure = st.checkbox("Delete this note with all that is on it", key=f"note-sure-{note.id}")
            st.button(
                "Delete note",
                icon=":material/delete:",
                disabled=not is_sure,
                on_click=partial(_attempt, state, lambda: _delete(assistant, state, note.id)),
            )


def _draw_way_back() -> None:
    st.button("All notes", icon=":material/arrow_back:", type="tertiary", on_click=_close)


def _close() -> None:
    st.query_params.pop(_NOTE, None)


def _rename(assistant: Assistant, state: ChatState, note_id: str) -> None:
    assistant.notes.rename(note_id, st.session_state[f"note-title-{note_id}"], user=state.user)


def _delete(assistant: Assistant, state: ChatState, note_id: str) -> None:
    assistant.notes.delete(note_id, user=state.user)
    _close()


def _draw_item(
    assistant: Assistant,
    state: ChatState,
    note_id: str,
    item: NoteItem,
    versions: Mapping[str, str],
    *,
    place: int,
    count: int,
) -> None:
    with st.container(border=True, key=f"item-{item.id}"):
        st.html(escape.element("p", item.question, css_class="qa-title whole"))
        citation = item.citation
        if citation is None:
            tables = read_tables(assistant, item.answer.citations, versions)
            data = build_answer_view(
                item.answer, selected=state.opened_passage, tables=tables, with_actions=False
            )
            draw_answer(data, key=f"pinned-{item.id}", on_choice=partial(_choose, state, item))
        else:
            about = " · ".join(
                filter(
                    None,
                    (
                        citation.title,
                        format_date(citation.published),
                        f"page {citation.page}" if citation.page else "",
                    ),
                )
            )
            st.html(
                escape.element("blockquote", read_rows(citation.quote), css_class="qa-quote")
                + escape.element("p", about, css_class="qa-small")
            )
            st.button(
                "Open in the document",
                icon=":material/description:",
                type="tertiary",
                key=f"open-{item.id}",
                on_click=partial(_choose, state, item, f"citation:{citation.number}"),
            )
        if assistant.read_only:
            return
        st.text_area(
            "Remark",
            value=item.remark,
            key=f"remark-{item.id}",
            placeholder="A remark",
            label_visibility="collapsed",
            height=68,
            on_change=partial(_attempt, state, lambda: _remark(assistant, state, note_id, item.id)),
        )
        with st.container(horizontal=True):
            move = partial(assistant.notes.move_item, note_id, item.id, user=state.user)
            take_off = partial(assistant.notes.remove_item, note_id, item.id, user=state.user)
            st.button(
                "Up",
                icon=":material/arrow_upward:",
                key=f"up-{item.id}",
                disabled=place == 0,
                on_click=partial(_attempt, state, partial(move, place - 1)),
            )
            st.button(
                "Down",
                icon=":material/arrow_downward:",
                key=f"down-{item.id}",
                disabled=place == count - 1,
                on_click=partial(_attempt, state, partial(move, place + 1)),
            )
            st.button(
                "Take off",
                icon=":material/close:",
                key=f"off-{item.id}",
                on_click=partial(_attempt, state, take_off),
            )


def _remark(assistant: Assistant, state: ChatState, note_id: str, item_id: str) -> None:
    remark = st.session_state[f"remark-{item_id}"] or ""
    assistant.notes.set_remark(note_id, item_id, remark, user=state.user)


def _choose(state: ChatState, item: NoteItem, choice: object) -> None:
    if (passage := opened_passage(item.answer, choice)) is not None:
        state.opened_passage = passage
