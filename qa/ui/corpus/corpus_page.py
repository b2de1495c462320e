"""The page of the corpus: what the desk holds, and everything that its keeper does with it."""

from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import QAError
from qa.ui.corpus.corpus_add import draw_add
from qa.ui.corpus.corpus_document import draw_document
from qa.ui.corpus.corpus_jobs import shared_addition_jobs
from qa.ui.corpus.corpus_list import draw_list
from qa.ui.corpus.corpus_problems import draw_duplicates, draw_failures
from qa.ui.corpus.corpus_progress import draw_job
from qa.ui.corpus.corpus_remove import draw_removal
from qa.ui.corpus.corpus_state import CorpusState, corpus_state, opened_document_id
from qa.ui.shared import escape
from qa.ui.shared.components import ASSETS, draw_error, draw_tabs
from qa.ui.shared.formatting import format_count
from qa.ui.shared.job_panel import draw_jobs

__all__ = ["draw_corpus"]

_CSS = ASSETS / "corpus.css"
_TAB_KEY = "corpus-view"
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
    jobs = shared_addition_jobs()
    read_only = assistant.read_only
    documents = assistant.documents()
    passages = sum(document.chunks for document in documents)
    totals = f"{format_count(len(documents), 'document')}, {format_count(passages, 'passage')}"
    st.html(f'<div class="qa-corpus"><h1>Corpus</h1><p class="qa-small">{totals}</p></div>')
    if read_only:
        st.html(escape.element("p", _READ_ONLY, css_class="qa-note", role="note"))
    draw_jobs(jobs, draw_job, key="corpus")
    _draw_message(state)
    if not read_only:
        draw_removal(assistant, documents)
    if (document_id := opened_document_id()) is not None:
        draw_document(assistant, settings, documents, document_id, read_only=read_only)
        return
    failures = assistant.failures()
    tabs = {
        "documents": "Documents",
        "add": "Add",
        "failures": f"Failures ({len(failures):,})" if failures else "Failures",
        "duplicates": "Near-duplicates",
    }
    if read_only:
        del tabs["add"]
    tab = draw_tabs("View", tabs, key=_TAB_KEY)
    draw = {
        "add": partial(draw_add, assistant, settings, jobs),
        "failures": partial(draw_failures, assistant, jobs, failures, read_only=read_only),
        "duplicates": partial(draw_duplicates, assistant, documents, read_only=read_only),
    }.get(tab, partial(draw_list, documents, read_only=read_only, tab_key=_TAB_KEY))
    draw()


def _draw_message(state: CorpusState) -> None:
    """What the last click came to."""
    if state.error:
        draw_error(state.error)
    elif state.message:
        st.html(escape.element("p", state.message, css_class="qa-note", role="status"))
