"""Changing what is known of a document."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import DocumentSummary
from qa.ui.corpus.corpus_state import corpus_state
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error

__all__ = ["changed_fields", "draw_edit"]

_HINT = (
    "What is changed here holds for later versions of the file too. What is emptied comes from the file "
    "again at its next update."
)


def draw_edit(assistant: Assistant, summary: DocumentSummary, documents: Sequence[DocumentSummary]) -> None:
    """The form; what is wrong is said above its button, and what was typed stays."""
    # Of this version: once it is saved, the fields show what was saved.
    key = f"corpus-edit-{summary.id}-{summary.sha256[:12]}"
    topics = sorted({topic for document in documents for topic in document.topics}, key=str.casefold)
    with st.form(key, enter_to_submit=True):
        title = st.text_input("Title", value=summary.stored_title or summary.title, key=f"{key}-title")
        published = st.text_input(
            "Published",
            value=summary.published.isoformat() if summary.published else "",
            placeholder="YYYY-MM-DD, or 18 September 2025",
            key=f"{key}-published",
        )
        publisher = st.text_input("Publisher", value=summary.publisher or "", key=f"{key}-publisher")
        selected = st.multiselect(
            "Topics",
            topics,
            default=list(summary.topics),
            accept_new_options=True,
            placeholder="Choose topics, or type new ones",
            key=f"{key}-topics",
        )
        st.html(escape.element("p", _HINT, css_class="qa-small"))
        error_place = st.container()
        submitted = st.form_submit_button("Save", type="primary", key=f"{key}-save")
    if not submitted:
        return
    fields = changed_fields(summary, title or "", published or "", publisher or "", selected)
    state = corpus_state()
    state.message = state.error = None
    try:
        with st.spinner("Saving …"):
            assistant.edit(summary.id, **fields)
    except QAError as error:
        with error_place:
            draw_error(str(error))
        return
    state.message = f"Saved: {', '.join(fields)}." if fields else "Nothing was changed."
    st.rerun()


def changed_fields(
    summary: DocumentSummary, title: str, published: str, publisher: str, topics: Sequence[str]
) -> dict[str, Any]:
    """What differs from what is known: only that counts as given by a user."""
    stored = {
        "title": summary.stored_title or summary.title,
        "published": summary.published.isoformat() if summary.published else "",
        "publisher": summary.publisher or "",
        "topics": list(summary.topics),
    }
    entered = {
        "title": title.strip(),
        "published": published.strip(),
        "publisher": publisher.strip(),
        "topics": list(topics),
    }
    return {name: value for name, value in entered.items() if value != stored[name]}
