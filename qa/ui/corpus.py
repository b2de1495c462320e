"""The page of the corpus: what the desk holds, and everything that its keeper does with it."""

from functools import partial
from pathlib import Path

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import QAError
from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.corpus_add import draw_add
from qa.ui.corpus_document import draw_document
from qa.ui.corpus_jobs import shared_additions
from qa.ui.corpus_list import draw_list
from qa.ui.corpus_problems import draw_duplicates, draw_failures
from qa.ui.corpus_progress import draw_progress
from qa.ui.corpus_remove import draw_removal
from qa.ui.corpus_state import CorpusState, corpus_state, counted, opened

__all__ = ["draw_corpus"]

_CSS = Path(__file__).parent / "assets" / "corpus.css"
_VIEW = "corpus-view"
_READ_ONLY = "This store can only be read: documents can be looked at here, not added, changed or removed."


def draw_corpus(assistant: Assistant, settings: Settings) -> None:
    """The page below the links; what can't be read or done is one line on it."""
    st.html(_CSS)
    with st.container(key="corpus"):
        try:
            _draw(assistant, settings)
        except QAError as error:
            draw_error(str(error))


def _draw(assistant: Assistant, settings: Settings) -> None:
    state = corpus_state()
    additions = shared_additions()
    fixed = assistant.read_only
    documents = assistant.documents()
    about = (
        f"{counted(len(documents), 'document')}, {counted(sum(one.chunks for one in documents), 'passage')}"
    )
    st.html(f'<div class="qa-corpus"><h1>Corpus</h1><p class="qa-small">{about}</p></div>')
    if fixed:
        st.html(escape.element("p", _READ_ONLY, kind="qa-note", role="note"))
    draw_progress(additions)
    _draw_told(state)
    if not fixed:
        draw_removal(assistant, documents)
    if (document_id := opened()) is not None:
        draw_document(assistant, settings, documents, document_id, fixed=fixed)
        return
    failures = assistant.failures()
    views = {
        "documents": "Documents",
        "add": "Add",
        "failures": f"Failures ({len(failures):,})" if failures else "Failures",
        "duplicates": "Near-duplicates",
    }
    if fixed:
        del views["add"]
    # The names stay while a label's number changes.
    view = st.segmented_control(
        "View",
        list(views),
        format_func=views.__getitem__,
        default="documents",
        required=True,
        key=_VIEW,
        label_visibility="collapsed",
    )
    draw = {
        "add": partial(draw_add, assistant, settings, additions),
        "failures": partial(draw_failures, assistant, additions, failures, fixed=fixed),
        "duplicates": partial(draw_duplicates, assistant, documents, fixed=fixed),
    }.get(str(view), partial(draw_list, documents, fixed=fixed, view=_VIEW))
    draw()


def _draw_told(state: CorpusState) -> None:
    """What the last click came to."""
    if state.error:
        draw_error(state.error)
    elif state.told:
        st.html(escape.element("p", state.told, kind="qa-note", role="status"))
