"""What the keeper has to look after: sources that failed, and documents that nearly repeat one another."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from qa.assistant import Assistant
from qa.schema import DocumentSummary, Failure, NearDuplicate
from qa.ui.corpus.corpus_jobs import AdditionJobs
from qa.ui.corpus.corpus_remove import ask_removal
from qa.ui.corpus.corpus_state import attempt, open_document
from qa.ui.shared import escape
from qa.ui.shared.formatting import file_name, format_count, format_date, format_time

__all__ = ["draw_duplicates", "draw_failures", "retry"]

_PER_PAGE = 20
ItemT = TypeVar("ItemT")


def draw_failures(
    assistant: Assistant, jobs: AdditionJobs, failures: Sequence[Failure], *, read_only: bool
) -> None:
    """Each source that could not be added, with its reason, and what can be done about it."""
    if not failures:
        st.html('<p class="qa-small">Nothing has failed.</p>')
        return
    sources = [failure.source for failure in failures]
    if not read_only:
        with st.container(horizontal=True):
            _draw_buttons(assistant, jobs, sources, key="all", suffix=" all")
    for failure in _paginate(failures, "failures"):
        with st.container(border=True):
            st.html(
                f'<div class="qa-corpus problem"><p class="name" title="{escape.text(failure.source)}">'
                f"{escape.text(file_name(failure.source))}</p>"
                f"{escape.element('p', failure.reason, css_class='why')}"
                f"{escape.element('p', f'{format_time(failure.failed_at)} UTC', css_class='qa-small')}</div>"
            )
            if not read_only:
                with st.container(horizontal=True):
                    _draw_buttons(assistant, jobs, [failure.source], key=failure.source)


def _draw_buttons(
    assistant: Assistant, jobs: AdditionJobs, sources: Sequence[str], *, key: str, suffix: str = ""
) -> None:
    st.button(
        f"Try{suffix} again",
        icon=":material/refresh:",
        on_click=retry,
        args=(assistant, jobs, sources),
        key=f"corpus-retry-{key}",
    )
    st.button(
        f"Dismiss{suffix}",
        icon=":material/close:",
        on_click=_dismiss,
        args=(assistant, sources),
        key=f"corpus-dismiss-{key}",
    )


def retry(assistant: Assistant, jobs: AdditionJobs, sources: Sequence[str]) -> None:
    """Set sources that failed on their way again."""

    def start() -> str:
        jobs.start(
            assistant,
            f"{format_count(len(sources), 'source')} again",
            [(source, file_name(source)) for source in sources],
            lambda on_progress: assistant.retry(sources, on_progress=on_progress),
        )
        return ""

    attempt(start)


def _dismiss(assistant: Assistant, sources: Sequence[str]) -> None:
    attempt(lambda: f"Dismissed {format_count(assistant.dismiss(sources), 'failure')}.")


def draw_duplicates(assistant: Assistant, documents: Sequence[DocumentSummary], *, read_only: bool) -> None:
    """Pairs of documents, the most alike first."""
    documents_by_id = {document.id: document for document in documents}
    pairs = [
        pair for pair in assistant.near_duplicates() if {pair.document, pair.other} <= documents_by_id.keys()
    ]
    if not pairs:
        st.html('<p class="qa-small">No two documents nearly repeat one another.</p>')
        return
    for pair in _paginate(pairs, "duplicates"):
        with st.container(border=True):
            _draw_pair(pair, documents_by_id, read_only=read_only)


def _draw_pair(pair: NearDuplicate, documents_by_id: dict[str, DocumentSummary], *, read_only: bool) -> None:
    st.html(f'<p class="qa-corpus alike"><strong>{pair.similarity:.0%}</strong> alike</p>')
    columns = st.columns(2, gap="medium")
    for column, (position, document_id) in zip(
        columns, (("Later", pair.document), ("Earlier", pair.other)), strict=True
    ):
        document = documents_by_id[document_id]
        key = f"{pair.document}-{pair.other}-{position}"
        with column:
            facts = " · ".join(
                (
                    format_date(document.published),
                    file_name(document.source),
                    f"{document.characters:,} characters",
                )
            )
            st.html(
                '<div class="qa-corpus problem">'
                + escape.element(
                    "p", f"{position}, added {format_time(document.added_at)}", css_class="qa-small"
                )
                + escape.element("p", document.title, css_class="name")
                + escape.element("p", facts, css_class="qa-small")
                + "</div>"
            )
            with st.container(horizontal=True):
                st.button("View", on_click=open_document, args=(document_id,), key=f"corpus-view-{key}")
                if not read_only:
                    st.button(
                        "Remove", on_click=ask_removal, args=([document_id],), key=f"corpus-remove-{key}"
                    )


def _paginate(items: Sequence[ItemT], name: str) -> Sequence[ItemT]:
    """The chosen page of a long list."""
    pages = -(-len(items) // _PER_PAGE)
    if pages < 2:
        return items
    # Fewer pages than before are a new choice.
    first = (st.pagination(pages, key=f"corpus-{name}-page-{pages}") - 1) * _PER_PAGE
    return items[first : first + _PER_PAGE]
