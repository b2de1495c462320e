"""Adding documents: files that are dropped here, and addresses."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from qa import parsers
from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import LoadError
from qa.ingest import fetch
from qa.ingest.file_names import clean_file_name
from qa.store import upload_source
from qa.ui.corpus.corpus_jobs import AdditionJobs
from qa.ui.corpus.corpus_state import attempt, corpus_state
from qa.ui.shared import escape
from qa.ui.shared.formatting import format_count

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["add_addresses", "add_files", "draw_add", "upload_limit_mb"]


def draw_add(assistant: Assistant, settings: Settings, jobs: AdditionJobs) -> None:
    """The two ways in."""
    state = corpus_state()
    _draw_heading("Files", f"Up to {settings.max_file_mb:g} MB each. They are kept in the store.")
    files = st.file_uploader(
        "Files to add",
        type=[suffix.removeprefix(".") for suffix in parsers.suffixes()],
        accept_multiple_files=True,
        key=f"corpus-files-{state.upload_box_number}",
        max_upload_size=upload_limit_mb(settings),
        label_visibility="collapsed",
    )
    st.button(
        f"Add {format_count(len(files), 'file')}" if files else "Add files",
        type="primary",
        icon=":material/upload_file:",
        disabled=not files,
        on_click=_add_files,
        args=(assistant, jobs, files),
        key="corpus-add-files",
    )
    _draw_heading("Web addresses", "Pages, and files such as PDF; one address a line.")
    key = f"corpus-addresses-{state.address_box_number}"
    st.text_area("Web addresses", placeholder="https://…", key=key, label_visibility="collapsed", height=110)
    # Never disabled: what is typed reaches the server only when the box is left, which the click does.
    st.button(
        "Add addresses",
        icon=":material/add_link:",
        on_click=_add_addresses,
        args=(assistant, jobs, key),
        key="corpus-add-addresses",
    )


def _draw_heading(title: str, note: str) -> None:
    st.html(f'<div class="qa-corpus"><h2>{title}</h2>{escape.element("p", note, css_class="qa-small")}</div>')


def upload_limit_mb(settings: Settings) -> int:
    """The limit as a whole number, for the widget to show.

    Its megabytes are a little larger than ours: a file between the two is refused when it is read.
    """
    return max(1, math.ceil(settings.max_file_mb))


def _add_files(assistant: Assistant, jobs: AdditionJobs, files: "Sequence[UploadedFile]") -> None:
    attempt(lambda: add_files(assistant, jobs, [(file.name, file.getvalue()) for file in files]))
    corpus_state().upload_box_number += 1


def _add_addresses(assistant: Assistant, jobs: AdditionJobs, key: str) -> None:
    if attempt(lambda: add_addresses(assistant, jobs, st.session_state[key] or "")):
        corpus_state().address_box_number += 1


def add_files(assistant: Assistant, jobs: AdditionJobs, files: Sequence[tuple[str, bytes]]) -> str:
    """Set files on their way; of several with one name the last one counts. Says how many are left out."""
    latest: dict[str, tuple[str, bytes]] = {}
    for name, data in files:
        latest[clean_file_name(name)] = (name, data)
    jobs.start(
        assistant,
        format_count(len(latest), "file"),
        [(upload_source(name), name) for name in latest],
        lambda on_progress: assistant.add_uploads(list(latest.values()), on_progress=on_progress),
    )
    left_out = len(files) - len(latest)
    return (
        f"{format_count(left_out, 'file')} of the same name left out: the last one counts" if left_out else ""
    )


def add_addresses(assistant: Assistant, jobs: AdditionJobs, text: str) -> str:
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
    jobs.start(
        assistant,
        format_count(len(urls), "address"),
        dict(map(_name_source, urls)).items(),
        lambda on_progress: assistant.add(urls, on_progress=on_progress),
    )
    return ""


def _name_source(url: str) -> tuple[str, str]:
    """The address as the store will name it, and as it was typed."""
    try:
        return fetch.normalize_address(url), url
    except LoadError:
        return url, url
