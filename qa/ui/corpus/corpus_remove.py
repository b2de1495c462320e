"""Removing documents, after a question that names what goes."""

from collections.abc import Sequence

import streamlit as st

from qa.assistant import Assistant
from qa.schema import DocumentSummary
from qa.ui.corpus.corpus_state import attempt, corpus_state, opened_document_id
from qa.ui.shared import escape
from qa.ui.shared.formatting import file_name, format_count

__all__ = ["ask_removal", "draw_removal"]

_FORGET = "corpus-forget"
_MAX_LISTED = 10
_HINT = (
    "They leave the corpus. Their past stays: what was in the store on an earlier day can still be asked, "
    "unless it is forgotten too. Files that were uploaded here are deleted."
)


def ask_removal(ids: Sequence[str]) -> None:
    """Put the question on the page; for a click."""
    state = corpus_state()
    state.pending_removal = list(ids)
    state.message = state.error = None
    st.session_state[_FORGET] = False


def draw_removal(assistant: Assistant, documents: Sequence[DocumentSummary]) -> None:
    """The question, if one is open."""
    state = corpus_state()
    if not state.pending_removal:
        return
    pending = [document for document in documents if document.id in state.pending_removal]
    if not pending:  # another session was quicker
        state.pending_removal = []
        return
    with st.container(key="corpus-removal", border=True):
        st.html(_render_question(pending))
        st.checkbox("Forget their past too: nothing of them can be asked or shown any more", key=_FORGET)
        with st.container(horizontal=True):
            st.button(
                f"Remove {format_count(len(pending), 'document')}",
                type="primary",
                icon=":material/delete:",
                on_click=_remove,
                args=(assistant, [document.id for document in pending]),
                key="corpus-remove-yes",
            )
            st.button("Keep", on_click=_keep, key="corpus-remove-no")


def _render_question(documents: Sequence[DocumentSummary]) -> str:
    lines = "".join(
        f"<li><strong>{escape.text(document.title)}</strong> "
        f'<span class="qa-small">{escape.text(file_name(document.source))}, '
        f"{format_count(document.chunks, 'passage')}</span></li>"
        for document in documents[:_MAX_LISTED]
    )
    left_out = len(documents) - _MAX_LISTED
    more = f"<li>and {left_out:,} more</li>" if left_out > 0 else ""
    return (
        f'<div class="qa-corpus" role="alertdialog" aria-label="Remove documents"><h2>Remove '
        f"{format_count(len(documents), 'document')}?</h2><ul>{lines}{more}</ul>"
        f"{escape.element('p', _HINT, css_class='qa-small')}</div>"
    )


def _keep() -> None:
    corpus_state().pending_removal = []


def _remove(assistant: Assistant, ids: Sequence[str]) -> None:
    forget = bool(st.session_state.get(_FORGET))

    def remove() -> str:
        removed = assistant.remove(ids, forget=forget)
        return f"Removed {format_count(len(removed), 'document')}" + (", their past too." if forget else ".")

    state = corpus_state()
    if attempt(remove):
        state.select([document_id for document_id in state.selected if document_id not in ids])
        if opened_document_id() in ids:
            st.query_params.pop("document", None)
    state.pending_removal = []
