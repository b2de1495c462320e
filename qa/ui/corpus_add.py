"""Adding documents: files that are dropped here, and addresses."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from qa import fetch, load
from qa.assistant import Assistant
from qa.assistant.names import clean_name
from qa.config import Settings
from qa.errors import LoadError
from qa.store import upload_source
from qa.ui import escape
from qa.ui.corpus_jobs import Additions
from qa.ui.corpus_state import attempt, corpus_state, counted

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["add_addresses", "add_files", "draw_add", "limit_mb"]


def draw_add(assistant: Assistant, settings: Settings, additions: Additions) -> None:
    """The two ways in."""
    state = corpus_state()
    _heading("Files", f"Up to {settings.max_file_mb:g} MB each. They are kept in the store.")
    found = st.file_uploader(
        "Files to add",
        type=[one.removeprefix(".") for one in load.suffixes()],
        accept_multiple_files=True,
        key=f"corpus-files-{state.uploads}",
        max_upload_size=limit_mb(settings),
        label_visibility="collapsed",
    )
    st.button(
        f"Add {counted(len(found), 'file')}" if found else "Add files",
        type="primary",
        icon=":material/upload_file:",
        disabled=not found,
        on_click=_add_files,
        args=(assistant, additions, found),
        key="corpus-add-files",
    )
    _heading("Web addresses", "Pages, and files such as PDF; one address a line.")
    key = f"corpus-addresses-{state.addresses}"
    st.text_area("Web addresses", placeholder="https://…", key=key, label_visibility="collapsed", height=110)
    # Never disabled: what is typed reaches the server only when the box is left, which the click does.
    st.button(
        "Add addresses",
        icon=":material/add_link:",
        on_click=_add_addresses,
        args=(assistant, additions, key),
        key="corpus-add-addresses",
    )


def _heading(title: str, note: str) -> None:
    st.html(f'<div class="qa-corpus"><h2>{title}</h2>{escape.element("p", note, kind="qa-small")}</div>')


def limit_mb(settings: Settings) -> int:
    """The limit as a whole number, for the widget to show.

    Its megabytes are a little larger than ours: a file between the two is refused when it is read.
    """
    return max(1, math.ceil(settings.max_file_mb))


def _add_files(assistant: Assistant, additions: Additions, found: "Sequence[UploadedFile]") -> None:
    attempt(lambda: add_files(assistant, additions, [(one.name, one.getvalue()) for one in found]))
    corpus_state().uploads += 1


def _add_addresses(assistant: Assistant, additions: Additions, key: str) -> None:
    if attempt(lambda: add_addresses(assistant, additions, st.session_state[key] or "")):
        corpus_state().addresses += 1


def add_files(assistant: Assistant, additions: Additions, files: Sequence[tuple[str, bytes]]) -> str:
    """Set files on their way; of several with one name the last one counts, and the others are told."""
    named: dict[str, tuple[str, bytes]] = {}
    for name, data in files:
        named[clean_name(name)] = (name, data)
    additions.start(
        assistant,
        counted(len(named), "file"),
        [(upload_source(name), name) for name in named],
        lambda note: assistant.add_uploads(list(named.values()), on_progress=note),
    )
    lost = len(files) - len(named)
    return f"{counted(lost, 'file')} of the same name left out: the last one counts" if lost else ""


def add_addresses(assistant: Assistant, additions: Additions, text: str) -> str:
    """Set the addresses of a text, one a line, on their way.

    Raises:
        LoadError: A line is no address, or there is none.
    """
    urls = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not urls:
        raise LoadError("no address: write one a line, such as https://example.org/briefing")
    for url in urls:
        # Without this a path of the server's own disk would be read.
        if not fetch.is_address(url):
            raise LoadError(f"{url[:200]!r} is no web address: write https:// and what follows")
    additions.start(
        assistant,
        counted(len(urls), "address"),
        dict(map(_entry, urls)).items(),
        lambda note: assistant.add(urls, on_progress=note),
    )
    return ""


def _entry(url: str) -> tuple[str, str]:
    """The address as the store will name it, and as it was typed."""
    try:
        return fetch.normalised(url), url
    except LoadError:
        return url, url
