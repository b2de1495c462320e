"""The side of the page: what the desk holds, and what the next question is limited to."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from qa.config import Settings
from qa.schema import DocumentSummary, Filters
from qa.schema.engines import ENGINES
from qa.ui import escape
from qa.ui.components import draw_choices
from qa.ui.excerpt import Target
from qa.ui.state import State, session
from qa.ui.suggest import newest_first
from qa.ui.wording import day

__all__ = ["draw_brand", "draw_sidebar"]

# More than a person reads; a list of thousands would slow the page.
_LISTED = 500
_SEARCHED = 8


def draw_brand() -> None:
    """The name on top of the sidebar."""
    st.html('<div class="qa-brand">Briefing Desk<small>Answers from your documents</small></div>')


def draw_sidebar(settings: Settings, state: State, documents: Sequence[DocumentSummary]) -> Filters:
    """The chat's sidebar below the pages' links; returns the filters for the next question."""
    st.button(
        "New conversation",
        icon=":material/edit_square:",
        on_click=state.begin_anew,
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
    st.html(escape.element("p", f"Engine: {model}", kind="qa-small"))
    return filters


def _draw_filters(documents: Sequence[DocumentSummary]) -> Filters:
    topics = sorted({topic for one in documents for topic in one.topics}, key=str.casefold)
    dates = [one.published for one in documents if one.published]
    since = until = None
    chosen: list[str] = []
    with st.expander("Limit the next question"):
        if topics:
            chosen = st.multiselect("Topics", topics, placeholder="All topics", key="filter-topics")
        if dates:
            since = _date("From", dates)
            until = _date("To", dates)
    if since and until and since > until:
        st.html(
            escape.element(
                "div", f"{day(since)} lies after {day(until)}: dates ignored.", kind="qa-small", role="alert"
            )
        )
        since = until = None
    return Filters.of(topics=chosen, since=since, until=until)


def _date(label: str, dates: Sequence[date]) -> date | None:
    return st.date_input(
        label,
        value=None,
        min_value=min(dates),
        max_value=max(dates),
        format="YYYY-MM-DD",
        key=f"filter-{label.casefold()}",
    )


def _draw_list(state: State, documents: Sequence[DocumentSummary]) -> None:
    listed = newest_first(documents)[:_LISTED]
    left_out = len(documents) - len(listed)
    draw_choices(
        [(one.id, one.title, day(one.published)) for one in listed],
        key="documents",
        on_choice=_open,
        look="list",
        chosen=state.opened.document_id if state.opened else None,
        search="Find a document" if len(listed) > _SEARCHED else None,
        note=f"and {left_out:,} older ones: the page “Corpus” shows all" if left_out else None,
    )


def _open(document_id: object) -> None:
    session().opened = Target(str(document_id))
