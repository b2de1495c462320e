"""The documents as a table, and what can be done with those that are selected."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from qa.schema import DocumentSummary
from qa.ui.corpus.corpus_remove import ask_removal
from qa.ui.corpus.corpus_state import (
    CorpusState,
    corpus_state,
    file_format_label,
    open_document,
)
from qa.ui.shared.components import draw_table
from qa.ui.shared.formatting import file_name, format_count

__all__ = ["build_table_view", "draw_list", "handle_table_event"]

_EMPTY_HINT = (
    "Add files or web addresses here, or name files and folders in a terminal: <code>qa add FILE</code>."
)
_EMPTY_READ_ONLY_HINT = "There is nothing to look at, and nothing can be added: the store can only be read."


def draw_list(documents: Sequence[DocumentSummary], *, read_only: bool, tab_key: str) -> None:
    """The table, or what to do while it is empty; `tab_key` is the widget key of the page's tabs."""
    state = corpus_state()
    if not documents:
        hint = _EMPTY_READ_ONLY_HINT if read_only else _EMPTY_HINT
        st.html(f'<div class="qa-corpus qa-empty"><h2>No documents yet</h2><p>{hint}</p></div>')
        if not read_only:
            st.button(
                "Add documents", type="primary", on_click=_show_add_tab, args=(tab_key,), key="corpus-begin"
            )
        return
    document_ids = {document.id for document in documents}
    if any(document_id not in document_ids for document_id in state.selected):
        state.select([document_id for document_id in state.selected if document_id in document_ids])
    _draw_actions(state, read_only=read_only)
    draw_table(
        build_table_view(documents, state),
        key="corpus-table",
        on_choice=partial(handle_table_event, document_ids),
    )


def _show_add_tab(tab_key: str) -> None:
    st.session_state[tab_key] = "add"


def _draw_actions(state: CorpusState, *, read_only: bool) -> None:
    """Always there, so that the table stays in its place when a row is ticked."""
    count = len(state.selected)
    with st.container(horizontal=True, key="corpus-actions", vertical_alignment="center"):
        st.button(
            "View",
            icon=":material/article:",
            disabled=count != 1,
            on_click=_open_selected,
            args=("Text",),
            key="corpus-view-chosen",
        )
        if not read_only:
            st.button(
                "Edit",
                icon=":material/edit:",
                disabled=count != 1,
                on_click=_open_selected,
                args=("Edit",),
                key="corpus-edit-chosen",
            )
            st.button(
                f"Remove {format_count(count, 'document')}" if count else "Remove",
                icon=":material/delete:",
                disabled=not count,
                on_click=_remove_selected,
                key="corpus-remove-chosen",
            )


def _open_selected(tab: str) -> None:
    # A second click may come before the buttons are drawn anew.
    if selected := corpus_state().selected:
        open_document(selected[0], tab)


def _remove_selected() -> None:
    ask_removal(corpus_state().selected)


def handle_table_event(document_ids: set[str], event: object) -> None:
    """Take in what the table reports: the rows ticked, a title clicked, and its search, filters and order."""
    if not isinstance(event, dict):
        return
    state = corpus_state()
    view, selected, open_id = (event.get(name) for name in ("view", "selected", "open"))
    if isinstance(view, dict):
        state.table_view = view
    if isinstance(selected, list):
        state.selected = [str(document_id) for document_id in selected if str(document_id) in document_ids]
    if open_id is not None and str(open_id) in document_ids:
        open_document(str(open_id))


def build_table_view(documents: Sequence[DocumentSummary], state: CorpusState) -> dict[str, Any]:
    """What the table component draws; dates as YYYY-MM-DD, which people and sorting read alike."""
    return {
        "rows": [
            {
                "id": document.id,
                "title": document.title,
                "publisher": document.publisher or "",
                "published": document.published.isoformat() if document.published else "",
                "topics": list(document.topics),
                "format": file_format_label(document.format),
                "passages": document.chunks,
                "added": document.added_at[:10],
                "moment": document.added_at,
                "source": document.source,
                "name": file_name(document.source),
            }
            for document in documents
        ],
        "selected": state.selected,
        "selection_number": state.selection_number,
        "view": state.table_view,
    }
