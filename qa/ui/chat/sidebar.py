"""The side of the page: what the desk holds, and what the next question is limited to."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from qa.config import Settings
from qa.schema import DocumentSummary, Filters
from qa.schema.engines import ENGINES
from qa.ui.chat.chat_state import ChatState, chat_state
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


def draw_sidebar(settings: Settings, state: ChatState, documents: Sequence[DocumentSummary]) -> Filters:
    """The chat's sidebar below the pages' links; returns the filters for the next question."""
    st.button(
        "New conversation",
        icon=":material/edit_square:",
        on_click=state.start_new_conversation,
        disabled=not (state.exchanges or state.job),
        width="stretch",
    )
    filters = _draw_filters(documents) if documents else Filters()
    st.subheader(f"Documents ({len(documents):,})", anchor=False)
    if documents:
        _draw_list(state, documents)
    else:
        st.html('<p class="qa-small">None yet.</p>')
    engine = ENGINES[settings.engine]
    has_model = engine.needs_chat_model and settings.model
    model = f"{engine.label}: {settings.model}" if has_model else engine.label
    st.html(escape.element("p", f"Engine: {model}", css_class="qa-small"))
    return filters


def _draw_filters(documents: Sequence[DocumentSummary]) -> Filters:
    topics = sorted({topic for document in documents for topic in document.topics}, key=str.casefold)
    dates = [document.published for document in documents if document.published]
    since = until = None
    selected_topics: list[str] = []
    with st.expander("Limit the next question"):
        if topics:
            selected_topics = st.multiselect("Topics", topics, placeholder="All topics", key="filter-topics")
        if dates:
            since = _draw_date_input("From", dates)
            until = _draw_date_input("To", dates)
    if since and until and since > until:
        st.html(
            escape.element(
                "div",
                f"{format_date(since)} lies after {format_date(until)}: dates ignored.",
                css_class="qa-small",
                role="alert",
            )
        )
        since = until = None
    return Filters.of(topics=selected_topics, since=since, until=until)


def _draw_date_input(label: str, dates: Sequence[date]) -> date | None:
    return st.date_input(
        label,
        value=None,
        min_value=min(dates),
        max_value=max(dates),
        format="YYYY-MM-DD",
        key=f"filter-{label.casefold()}",
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
