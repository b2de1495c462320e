"""The documents as a table, and what can be done with those that are chosen."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from qa.schema import DocumentSummary
from qa.ui.components import draw_table
from qa.ui.corpus_remove import ask_removal
from qa.ui.corpus_state import (
    CorpusState,
    corpus_state,
    counted,
    format_label,
    open_document,
    source_name,
)

__all__ = ["draw_list", "on_table", "table_data"]

_EMPTY = (
    '<div class="qa-corpus qa-empty"><h2>No documents yet</h2><p>{}</p></div>',
    "Add files or web addresses here, or name files and folders in a terminal: <code>qa add FILE</code>.",
    "There is nothing to look at, and nothing can be added: the store can only be read.",
)


def draw_list(documents: Sequence[DocumentSummary], *, fixed: bool, view: str) -> None:
    """The table, or what to do while it is empty; `view` is the key of the choice between views."""
    state = corpus_state()
    if not documents:
        frame, hint, nothing = _EMPTY
        st.html(frame.format(nothing if fixed else hint))
        if not fixed:
            st.button(
                "Add documents", type="primary", on_click=_show_adding, args=(view,), key="corpus-begin"
            )
        return
    here = {one.id for one in documents}
    if any(one not in here for one in state.chosen):
        state.choose([one for one in state.chosen if one in here])
    _draw_actions(state, fixed=fixed)
    draw_table(table_data(documents, state), key="corpus-table", on_choice=partial(on_table, here))


def _show_adding(view: str) -> None:
    st.session_state[view] = "add"


def _draw_actions(state: CorpusState, *, fixed: bool) -> None:
    """Always there, so that the table stays in its place when a row is ticked."""
    number = len(state.chosen)
    with st.container(horizontal=True, key="corpus-actions", vertical_alignment="center"):
        st.button(
            "View",
            icon=":material/article:",
            disabled=number != 1,
            on_click=_open_chosen,
            args=("Text",),
            key="corpus-view-chosen",
        )
        if not fixed:
            st.button(
                "Edit",
                icon=":material/edit:",
                disabled=number != 1,
                on_click=_open_chosen,
                args=("Edit",),
                key="corpus-edit-chosen",
            )
            st.button(
                f"Remove {counted(number, 'document')}" if number else "Remove",
                icon=":material/delete:",
                disabled=not number,
                on_click=_remove_chosen,
                key="corpus-remove-chosen",
            )


def _open_chosen(view: str) -> None:
    # A second click may come before the buttons are drawn anew.
    if chosen := corpus_state().chosen:
        open_document(chosen[0], view)


def _remove_chosen() -> None:
    ask_removal(corpus_state().chosen)


def on_table(here: set[str], said: object) -> None:
    """What the table reports: rows that were ticked, or a title that was clicked, and what it looks like."""
    if not isinstance(said, dict):
        return
    state = corpus_state()
    looking, ticked, open_id = (said.get(name) for name in ("looking", "chosen", "open"))
    if isinstance(looking, dict):
        state.looking = looking
    if isinstance(ticked, list):
        state.chosen = [str(one) for one in ticked if str(one) in here]
    if open_id is not None and str(open_id) in here:
        open_document(str(open_id))


def table_data(documents: Sequence[DocumentSummary], state: CorpusState) -> dict[str, Any]:
    """What the table component draws; dates as YYYY-MM-DD, which people and sorting read alike."""
    return {
        "rows": [
            {
                "id": one.id,
                "title": one.title,
                "publisher": one.publisher or "",
                "published": one.published.isoformat() if one.published else "",
                "topics": list(one.topics),
                "format": format_label(one.format),
                "passages": one.chunks,
                "added": one.added_at[:10],
                "moment": one.added_at,
                "source": one.source,
                "name": source_name(one.source),
            }
            for one in documents
        ],
        "chosen": state.chosen,
        "choosing": state.choosing,
        "looking": state.looking,
    }
