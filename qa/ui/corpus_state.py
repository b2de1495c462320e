"""What the page of the corpus remembers of a session, and the words that its parts share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from qa.errors import QAError
from qa.load import format_named
from qa.store import upload_name
from qa.ui.wording import file_name

__all__ = [
    "CorpusState",
    "attempt",
    "corpus_state",
    "counted",
    "format_label",
    "moment",
    "open_document",
    "opened",
    "source_name",
]

_KEY = "briefing_desk_corpus"
_DOCUMENT = "document"


@dataclass(slots=True)
class CorpusState:
    """Which documents are chosen, and what the last click came to.

    `chosen` are the ids of the rows that are ticked; `choosing` moves when they were changed here and not in
    the table. `looking` is what the table last said of its search, filters and order. `removing` are the
    ids that wait for a yes. `uploads` numbers the boxes for files, and `addresses` those for addresses:
    a new number is an empty box.
    """

    chosen: list[str] = field(default_factory=list)
    choosing: int = 0
    looking: dict[str, Any] = field(default_factory=dict)
    removing: list[str] = field(default_factory=list)
    uploads: int = 0
    addresses: int = 0
    told: str | None = None
    error: str | None = None

    def choose(self, ids: Sequence[str]) -> None:
        """Tick these rows and no others."""
        self.chosen = list(ids)
        self.choosing += 1


def corpus_state() -> CorpusState:
    """The state of the session that the script runs for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = CorpusState()
    found: CorpusState = st.session_state[_KEY]
    return found


def attempt(action: Callable[[], str]) -> bool:
    """Do what a click asks for, and keep the line that says so, or the one on why it failed."""
    state = corpus_state()
    state.told = state.error = None
    try:
        state.told = action() or None
    except QAError as error:
        state.error = str(error)
        return False
    return True


def opened() -> str | None:
    """The id of the document that is open: in the address, so that it can be sent to someone."""
    found = st.query_params.get(_DOCUMENT)
    return str(found) if found else None


def open_document(document_id: str | None, view: str = "Text") -> None:
    """Open a document, or go back to the list; for a click, before the page is drawn anew."""
    state = corpus_state()
    state.removing = []
    state.told = state.error = None
    if document_id is None:
        st.query_params.pop(_DOCUMENT, None)
    else:
        st.query_params[_DOCUMENT] = document_id
        st.session_state["corpus-document-view"] = view


def source_name(source: str) -> str:
    """Where a document comes from, in short: an upload or a file by its name, an address as it is."""
    name = upload_name(source)
    return file_name(source) if name is None else f"{name} (uploaded)"


def format_label(name: str) -> str:
    """What people call a format."""
    try:
        label = format_named(name).label
    except StopIteration:  # of a store that another version has written
        return name
    return label[:1].upper() + label[1:]


def moment(text: str) -> str:
    """A time of the store, for a reader: 2026-11-23 13:21."""
    return text[:16].replace("T", " ")


def counted(number: int, noun: str) -> str:
    """1 document, 2 documents."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")
