"""What the page of the corpus remembers of a session, and the words that its parts share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from qa.errors import QAError
from qa.parsers import format_named

__all__ = [
    "CorpusState",
    "attempt",
    "corpus_state",
    "file_format_label",
    "open_document",
    "opened_document_id",
]

_KEY = "briefing_desk_corpus"
_DOCUMENT = "document"


@dataclass(slots=True)
class CorpusState:
    """Which documents are selected, and what the last click came to.

    `selected` are the ids of the rows that are ticked; `selection_number` grows when they are changed here
    and not in the table. `table_view` is the search, filters and order that the table reported last.
    `pending_removal` are the ids that wait for a yes. A new `upload_box_number` is an empty box for files,
    a new `address_box_number` an empty one for addresses. `message` and `error` are the line about the
    last click.
    """

    selected: list[str] = field(default_factory=list)
    selection_number: int = 0
    table_view: dict[str, Any] = field(default_factory=dict)
    pending_removal: list[str] = field(default_factory=list)
    upload_box_number: int = 0
    address_box_number: int = 0
    message: str | None = None
    error: str | None = None

    def select(self, ids: Sequence[str]) -> None:
        """Tick these rows and no others."""
        self.selected = list(ids)
        self.selection_number += 1


def corpus_state() -> CorpusState:
    """The state of the session that the script runs for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = CorpusState()
    state: CorpusState = st.session_state[_KEY]
    return state


def attempt(action: Callable[[], str]) -> bool:
    """Do what a click asks for, and keep the message it gives, or the error if it failed."""
    state = corpus_state()
    state.message = state.error = None
    try:
        state.message = action() or None
    except QAError as error:
        state.error = str(error)
        return False
    return True


def opened_document_id() -> str | None:
    """The id of the document that is open: in the address, so that it can be sent to someone."""
    document_id = st.query_params.get(_DOCUMENT)
    return str(document_id) if document_id else None


def open_document(document_id: str | None, tab: str = "Text") -> None:
    """Open a document, or go back to the list; for a click, before the page is drawn anew."""
    state = corpus_state()
    state.pending_removal = []
    state.message = state.error = None
    if document_id is None:
        st.query_params.pop(_DOCUMENT, None)
    else:
        st.query_params[_DOCUMENT] = document_id
        st.session_state["corpus-document-view"] = tab


def file_format_label(name: str) -> str:
    """What people call a format."""
    try:
        label = format_named(name).label
    except StopIteration:  # of a store that another version has written
        return name
    return label[:1].upper() + label[1:]
