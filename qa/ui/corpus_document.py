"""One document: its text as it was cut, what is known of it, and its history."""

from collections.abc import Sequence

import streamlit as st

from qa.assistant import Assistant
from qa.chunk import Heading, headings, split
from qa.config import Settings
from qa.errors import DocumentNotFound
from qa.schema import Chunk, Document, DocumentSummary
from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.corpus_edit import draw_edit
from qa.ui.corpus_remove import ask_removal
from qa.ui.corpus_state import counted, format_label, moment, open_document, source_name
from qa.ui.corpus_text import history_html, matching, passages_html
from qa.ui.wording import day

__all__ = ["draw_document"]

_PER_PAGE = 25


def draw_document(
    assistant: Assistant,
    settings: Settings,
    documents: Sequence[DocumentSummary],
    document_id: str,
    *,
    fixed: bool,
) -> None:
    """The document in place of the list, or one line on why there is none."""
    st.button(
        "All documents",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=open_document,
        args=(None,),
        key="corpus-back",
    )
    summary = next((one for one in documents if one.id == document_id), None)
    if summary is None:
        draw_error(f"there is no document {document_id!r} (any more): go back to all documents")
        _draw_history(assistant, document_id)
        return
    st.html(_head_html(summary))
    views = ["Text", "History"] if fixed else ["Text", "Edit", "History"]
    with st.container(horizontal=True, key="corpus-document-actions", vertical_alignment="center"):
        view = st.segmented_control(
            "Show",
            views,
            default=None if "corpus-document-view" in st.session_state else "Text",
            required=True,
            key="corpus-document-view",
            label_visibility="collapsed",
        )
        if not fixed:
            st.button(
                "Remove",
                icon=":material/delete:",
                on_click=ask_removal,
                args=([document_id],),
                key="corpus-remove-opened",
            )
    if view == "History":
        _draw_history(assistant, document_id)
    elif view == "Edit" and not fixed:
        draw_edit(assistant, summary, documents)
    else:
        _draw_text(assistant.document(document_id), settings.window_chars)


def _head_html(one: DocumentSummary) -> str:
    facts = [
        one.publisher,
        day(one.published),
        ", ".join(one.topics),
        format_label(one.format),
        counted(one.chunks, "passage"),
        f"{one.characters:,} characters",
    ]
    dates = f"Added {moment(one.added_at)}" + (
        f", changed {moment(one.updated_at)}" if one.updated_at not in ("", one.added_at) else ""
    )
    return (
        f'<div class="qa-corpus">{escape.element("h2", one.title, kind="opened")}'
        f"{escape.element('p', ' · '.join(part for part in facts if part), kind='facts')}"
        f'<p class="qa-small"><span title="{escape.text(one.source)}">{escape.text(source_name(one.source))}'
        f"</span> · {dates} UTC</p></div>"
    )


# Cutting a document of thousands of passages takes a second, and the page is drawn anew for every click.
@st.cache_resource(show_spinner=False, max_entries=8)
def _cut(
    document_id: str, sha256: str, window_chars: int, _document: Document
) -> tuple[tuple[Chunk, ...], tuple[Heading, ...]]:
    return split(_document, window_chars=window_chars), headings(_document)


def _draw_text(document: Document, window_chars: int) -> None:
    chunks, found = _cut(document.id, document.sha256, window_chars, document)
    shown: Sequence[int] = range(len(chunks))
    # The style keeps it in view while the passages go by.
    with st.container(key="corpus-places", gap="small"):
        words = _draw_find(document.id) if len(chunks) > 1 else ""
        if words:
            shown = matching(document, chunks, words)
        pages = max(1, -(-len(shown) // _PER_PAGE))
        # A choice belongs to the passages it was made among.
        key = f"corpus-page-{document.id}-{document.sha256[:8]}-{words}"
        first = (st.pagination(pages, key=key) - 1) * _PER_PAGE if pages > 1 else 0
        last = min(first + _PER_PAGE, len(shown))
        if pages > 1:
            count = f"{first + 1:,} to {last:,} of {counted(len(shown), 'passage')}"
        else:
            count = counted(len(shown), "passage")
        st.html(escape.element("p", f"{count} with these words" if words else count, kind="qa-small"))
    st.html(passages_html(document, chunks, found, shown[first:last]))


def _draw_find(document_id: str) -> str:
    found = st.text_input(
        "Find in the document",
        placeholder="Find passages with these words",
        type="search",
        live=True,
        key=f"corpus-find-{document_id}",
        label_visibility="collapsed",
    )
    return (found or "").strip()


def _draw_history(assistant: Assistant, document_id: str) -> None:
    try:
        st.html(history_html(assistant.history(document_id)))
    except DocumentNotFound:
        st.html('<p class="qa-small">Nothing is known of its past.</p>')
