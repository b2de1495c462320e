"""The script that Streamlit runs: `qa app`, or `streamlit run streamlit_app.py`."""

import sys
from collections.abc import Sequence
from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import QAError
from qa.schema import DocumentSummary, Filters
from qa.ui.chat.chat_state import chat_state
from qa.ui.chat.conversation import ask, draw_conversation, wait_for_answer
from qa.ui.chat.document_pane import draw_opened
from qa.ui.chat.sidebar import draw_brand, draw_sidebar
from qa.ui.shared.components import ASSETS, draw_error
from qa.ui.shared.resources import freeze_loaded_objects, read_settings, shared_assistant

__all__ = ["main"]

_QUESTION_KEY = "question"


def main() -> None:
    """Draw the page once; Streamlit calls this for every click."""
    st.set_page_config(page_title="Briefing Desk", page_icon=ASSETS / "icon.png", layout="wide")
    st.html(ASSETS / "page.css")
    try:
        settings = read_settings()
        assistant = shared_assistant(settings)
        documents = assistant.documents()
    except QAError as error:
        draw_error(str(error))
        return
    chat = st.Page(
        partial(_draw_chat, settings, assistant, documents), title="Chat", url_path="chat", default=True
    )
    evaluation = st.Page(
        partial(_draw_evaluation, settings, assistant), title="Evaluation", url_path="evaluation"
    )
    corpus = st.Page(partial(_draw_corpus, settings, assistant), title="Corpus", url_path="corpus")
    # The sidebar has its own links, below the name.
    page = st.navigation([chat, corpus, evaluation], position="hidden")
    with st.sidebar:
        draw_brand()
        st.page_link(chat, icon=":material/forum:")
        st.page_link(corpus, icon=":material/library_books:")
        st.page_link(evaluation, icon=":material/analytics:")
    page.run()


def _draw_evaluation(settings: Settings, assistant: Assistant) -> None:
    # It needs libraries that take seconds to import, which the chat must not wait for.
    is_first = "qa.ui.evaluation.evaluation_page" not in sys.modules
    from qa.ui.evaluation.evaluation_page import draw_evaluation

    if is_first:
        freeze_loaded_objects()
    draw_evaluation(assistant, settings)


def _draw_corpus(settings: Settings, assistant: Assistant) -> None:
    # Not before it is asked for, as the page of evaluations.
    from qa.ui.corpus.corpus_page import draw_corpus

    draw_corpus(assistant, settings)


def _draw_chat(settings: Settings, assistant: Assistant, documents: Sequence[DocumentSummary]) -> None:
    state = chat_state()
    with st.sidebar:
        filters = draw_sidebar(settings, state, documents)
    # Before the waiting begins, so that all of the page is there while an answer is on its way.
    st.chat_input(
        "Ask a question about the documents" if documents else "Add documents first",
        key=_QUESTION_KEY,
        disabled=state.job is not None or not documents,
        on_submit=partial(_submit, assistant, filters),
    )
    # The style hides the second column while it is empty. It is always there, because elements that change
    # their place are drawn anew and lose the keyboard's focus.
    conversation_column, document_column = st.columns(2, gap="medium")
    if state.opened_passage is not None:
        with document_column, st.container(key="document"):
            draw_opened(assistant, state.opened_passage)
    with conversation_column, st.container(key="conversation"):
        draw_conversation(assistant, state, documents, filters)
        wait_for_answer(state)


def _submit(assistant: Assistant, filters: Filters) -> None:
    ask(assistant, filters, st.session_state[_QUESTION_KEY] or "")


if __name__ == "__main__":
    main()
