"""Changing what is known of a document."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import DocumentSummary
from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.corpus_state import corpus_state

__all__ = ["changes", "draw_edit"]

_GIVEN = (
    "What is changed here holds for later versions of the file too. What is emptied comes from the file "
    "again at its next update."
)


def draw_edit(assistant: Assistant, summary: DocumentSummary, documents: Sequence[DocumentSummary]) -> None:
    """The form; what is wrong is said above its button, and what was typed stays."""
    # Of this version: once it is saved, the fields show what was saved.
    key = f"corpus-edit-{summary.id}-{summary.sha256[:12]}"
    topics = sorted({topic for one in documents for topic in one.topics}, key=str.casefold)
    with st.form(key, enter_to_submit=True):
        title = st.text_input("Title", value=summary.title, key=f"{key}-title")
        published = st.text_input(
            "Published",
            value=summary.published.isoformat() if summary.published else "",
            placeholder="YYYY-MM-DD, or 18 September 2025",
            key=f"{key}-published",
        )
        publisher = st.text_input("Publisher", value=summary.publisher or "", key=f"{key}-publisher")
        chosen = st.multiselect(
            "Topics",
            topics,
            default=list(summary.topics),
            accept_new_options=True,
            placeholder="Choose topics, or type new ones",
            key=f"{key}-topics",
        )
        st.html(escape.element("p", _GIVEN, kind="qa-small"))
        fault = st.container()
        pressed = st.form_submit_button("Save", type="primary", key=f"{key}-save")
    if not pressed:
        return
    changed = changes(summary, title or "", published or "", publisher or "", chosen)
    state = corpus_state()
    state.told = state.error = None
    try:
        with st.spinner("Saving …"):
            assistant.edit(summary.id, **changed)
    except QAError as error:
        with fault:
            draw_error(str(error))
        return
    state.told = f"Saved: {', '.join(changed)}." if changed else "Nothing was changed."
    st.rerun()


def changes(
    summary: DocumentSummary, title: str, published: str, publisher: str, topics: Sequence[str]
) -> dict[str, Any]:
    """What differs from what is known: only that counts as given by a user."""
    before = {
        "title": summary.title,
        "published": summary.published.isoformat() if summary.published else "",
        "publisher": summary.publisher or "",
        "topics": list(summary.topics),
    }
    now = {
        "title": title.strip(),
        "published": published.strip(),
        "publisher": publisher.strip(),
        "topics": list(topics),
    }
    return {name: value for name, value in now.items() if value != before[name]}
