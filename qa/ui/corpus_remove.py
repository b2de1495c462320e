"""Removing documents, after a question that names what goes."""

from collections.abc import Sequence

import streamlit as st

from qa.assistant import Assistant
from qa.schema import DocumentSummary
from qa.ui import escape
from qa.ui.corpus_state import attempt, corpus_state, counted, opened, source_name

__all__ = ["ask_removal", "draw_removal"]

_FORGET = "corpus-forget"
_NAMED = 10
_PAST = (
    "They leave the corpus. Their past stays: what was in the store on an earlier day can still be asked, "
    "unless it is forgotten too. Files that were uploaded here are deleted."
)


def ask_removal(ids: Sequence[str]) -> None:
    """Put the question on the page; for a click."""
    state = corpus_state()
    state.removing = list(ids)
    state.told = state.error = None
    st.session_state[_FORGET] = False


def draw_removal(assistant: Assistant, documents: Sequence[DocumentSummary]) -> None:
    """The question, if one is open."""
    state = corpus_state()
    if not state.removing:
        return
    named = [one for one in documents if one.id in state.removing]
    if not named:  # another session was quicker
        state.removing = []
        return
    with st.container(key="corpus-removal", border=True):
        st.html(_question_html(named))
        st.checkbox("Forget their past too: nothing of them can be asked or shown any more", key=_FORGET)
        with st.container(horizontal=True):
            st.button(
                f"Remove {counted(len(named), 'document')}",
                type="primary",
                icon=":material/delete:",
                on_click=_remove,
                args=(assistant, [one.id for one in named]),
                key="corpus-remove-yes",
            )
            st.button("Keep", on_click=_keep, key="corpus-remove-no")


def _question_html(named: Sequence[DocumentSummary]) -> str:
    lines = "".join(
        f"<li><strong>{escape.text(one.title)}</strong> "
        f'<span class="qa-small">{escape.text(source_name(one.source))}, '
        f"{counted(one.chunks, 'passage')}</span></li>"
        for one in named[:_NAMED]
    )
    left = len(named) - _NAMED
    more = f"<li>and {left:,} more</li>" if left > 0 else ""
    return (
        f'<div class="qa-corpus" role="alertdialog" aria-label="Remove documents"><h2>Remove '
        f"{counted(len(named), 'document')}?</h2><ul>{lines}{more}</ul>"
        f"{escape.element('p', _PAST, kind='qa-small')}</div>"
    )


def _keep() -> None:
    corpus_state().removing = []


def _remove(assistant: Assistant, ids: Sequence[str]) -> None:
    forget = bool(st.session_state.get(_FORGET))

    def remove() -> str:
        removed = assistant.remove(ids, forget=forget)
        return f"Removed {counted(len(removed), 'document')}" + (", their past too." if forget else ".")

    state = corpus_state()
    if attempt(remove):
        state.choose([one for one in state.chosen if one not in ids])
        if opened() in ids:
            st.query_params.pop("document", None)
    state.removing = []
