"""The side of the page: what was asked, and what the desk holds."""

from collections.abc import Sequence

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.schema import DocumentSummary
from qa.schema.engines import ENGINES
from qa.ui.chat.chat_state import ChatState, chat_state
from qa.ui.chat.conversation_list import draw_conversation_list
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.chat.suggestions import newest_first
from qa.ui.shared import escape
from qa.ui.shared.components import draw_choices
from qa.ui.shared.formatting import format_date

__all__ = ["draw_brand", "draw_sidebar"]

# More than a person reads; a list of thousands would slow the page.
_MAX_LISTED = 500


def draw_brand() -> None:
    """The name on top of the sidebar."""
    st.html('<div class="qa-brand">Briefing Desk<small>Answers from your documents</small></div>')


def draw_sidebar(
    settings: Settings, assistant: Assistant, state: ChatState, documents: Sequence[DocumentSummary]
) -> None:
    """The chat's sidebar below the pages' links: the conversations, then the documents."""
    draw_conversation_list(assistant, state)
    st.subheader(f"Documents ({len(documents):,})", anchor=False)
    if documents:
        _draw_list(state, documents)
    else:
        st.html('<p class="qa-small">None yet.</p>')
    _draw_engine(settings, state)


def _draw_engine(settings: Settings, state: ChatState) -> None:
    """Who answers; a choice where a chat model is set up."""
    labels = {
        name: f"{engine.label}: {settings.model}" if engine.needs_chat_model else engine.label
        for name, engine in ENGINES.items()
        if settings.model or not engine.needs_chat_model
    }
    if len(labels) == 1:
        st.html(
            escape.element(
                "p",
                f"Engine: {labels.get(settings.engine, ENGINES[settings.engine].label)}",
                css_class="qa-small",
            )
        )
        return
    state.engine = st.selectbox(
        "Who answers",
        list(labels),
        index=list(labels).index(state.engine or settings.engine),
        format_func=labels.__getitem__,
        key="engine",
    )


def _draw_list(state: ChatState, documents: Sequence[DocumentSummary]) -> None:
    listed = newest_first(documents)[:_MAX_LISTED]
    left_out = len(documents) - len(listed)
    draw_choices(
        [(document.id, document.title, format_date(document.published)) for document in listed],
        key="documents",
        on_choice=_open,
        layout="list",
        selected=state.opened_passage.document_id if state.opened_passage else None,
        search="Find a document",
        note=f"and {left_out:,} older ones: the page “Corpus” shows all" if left_out else None,
    )


def _open(document_id: object) -> None:
    chat_state().opened_passage = OpenedPassage(str(document_id))
