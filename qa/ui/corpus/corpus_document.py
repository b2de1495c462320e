"""One document: its text as it was cut, what is known of it, and its history."""

from collections.abc import Sequence

import streamlit as st

from qa.assistant import Assistant
from qa.chunking import Heading, headings, split_into_chunks
from qa.config import Settings
from qa.errors import DocumentNotFound
from qa.schema import Chunk, Document, DocumentSummary, RecognisedPage
from qa.ui.corpus.corpus_edit import draw_edit
from qa.ui.corpus.corpus_remove import ask_removal
from qa.ui.corpus.corpus_state import file_format_label, open_document
from qa.ui.corpus.corpus_text import find_matching_chunks, render_history, render_passages
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error, draw_tabs
from qa.ui.shared.formatting import file_name, format_count, format_date, format_time

__all__ = ["draw_document"]

_PER_PAGE = 25


def draw_document(
    assistant: Assistant,
    settings: Settings,
    documents: Sequence[DocumentSummary],
    document_id: str,
    *,
    read_only: bool,
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
    summary = next((document for document in documents if document.id == document_id), None)
    if summary is None:
        draw_error(f"there is no document {document_id!r} (any more): go back to all documents")
        _draw_history(assistant, document_id)
        return
    st.html(_render_head(summary))
    tabs = ["Text", "History"] if read_only else ["Text", "Edit", "History"]
    with st.container(horizontal=True, key="corpus-document-actions", vertical_alignment="center"):
        tab = draw_tabs("Show", dict.fromkeys(tabs), key="corpus-document-view")
        if not read_only:
            st.button(
                "Remove",
                icon=":material/delete:",
                on_click=ask_removal,
                args=([document_id],),
                key="corpus-remove-opened",
            )
    if tab == "History":
        _draw_history(assistant, document_id)
    elif tab == "Edit" and not read_only:
        draw_edit(assistant, summary, documents)
    else:
        _draw_text(assistant.document(document_id), settings.window_chars)


def _render_head(document: DocumentSummary) -> str:
    facts = [
        document.publisher,
        format_date(document.published),
        ", ".join(document.topics),
        file_format_label(document.format),
        format_count(document.chunks, "passage"),
        f"{document.characters:,} characters",
        _describe_recognised(document.recognised),
    ]
    dates = f"Added {format_time(document.added_at)}" + (
        f", changed {format_time(document.updated_at)}"
        if document.updated_at not in ("", document.added_at)
        else ""
    )
    return (
        f'<div class="qa-corpus">{escape.element("h2", document.title, css_class="opened")}'
        f"{escape.element('p', ' · '.join(fact for fact in facts if fact), css_class='facts')}"
        f'<p class="qa-small"><span title="{escape.text(document.source)}">'
        f"{escape.text(file_name(document.source))}</span> · {dates} UTC</p></div>"
    )


def _describe_recognised(pages: Sequence[RecognisedPage]) -> str:
    if not pages:
        return ""
    least = min(page.certainty for page in pages)
    return f"{format_count(len(pages), 'page')} of recognised text, at least {RecognisedPage.describe(least)}"


# Cutting a document of thousands of passages takes a second, and the page is drawn anew for every click.
@st.cache_resource(show_spinner=False, max_entries=8)
def _cached_chunks(
    document_id: str, sha256: str, window_chars: int, _document: Document
) -> tuple[tuple[Chunk, ...], tuple[Heading, ...]]:
    return split_into_chunks(_document, window_chars=window_chars), headings(_document)


def _draw_text(document: Document, window_chars: int) -> None:
    chunks, document_headings = _cached_chunks(document.id, document.sha256, window_chars, document)
    places: Sequence[int] = range(len(chunks))
    # The style keeps it in view while the passages go by.
    with st.container(key="corpus-places", gap="small"):
        query = _draw_search(document.id) if len(chunks) > 1 else ""
        if query:
            places = find_matching_chunks(document, chunks, query)
        pages = max(1, -(-len(places) // _PER_PAGE))
        # A choice belongs to the passages it was made among.
        key = f"corpus-page-{document.id}-{document.sha256[:8]}-{query}"
        first = (st.pagination(pages, key=key) - 1) * _PER_PAGE if pages > 1 else 0
        last = min(first + _PER_PAGE, len(places))
        if pages > 1:
            count = f"{first + 1:,} to {last:,} of {format_count(len(places), 'passage')}"
        else:
            count = format_count(len(places), "passage")
        st.html(escape.element("p", f"{count} with these words" if query else count, css_class="qa-small"))
    st.html(render_passages(document, chunks, document_headings, places[first:last]))


def _draw_search(document_id: str) -> str:
    query = st.text_input(
        "Find in the document",
        placeholder="Find passages with these words",
        type="search",
        live=True,
        key=f"corpus-find-{document_id}",
        label_visibility="collapsed",
    )
    return (query or "").strip()


def _draw_history(assistant: Assistant, document_id: str) -> None:
    try:
        st.html(render_history(assistant.history(document_id)))
    except DocumentNotFound:
        st.html('<p class="qa-small">Nothing is known of its past.</p>')
