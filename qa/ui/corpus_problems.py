"""What the keeper has to look after: sources that failed, and documents that nearly repeat one another."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from qa.assistant import Assistant
from qa.schema import DocumentSummary, Failure, NearDuplicate
from qa.ui import escape
from qa.ui.corpus_jobs import Additions
from qa.ui.corpus_remove import ask_removal
from qa.ui.corpus_state import attempt, counted, moment, open_document, source_name
from qa.ui.wording import day

__all__ = ["draw_duplicates", "draw_failures", "retry"]

_PER_PAGE = 20
T = TypeVar("T")


def draw_failures(
    assistant: Assistant, additions: Additions, failures: Sequence[Failure], *, fixed: bool
) -> None:
    """Each source that could not be added, with its reason, and what can be done about it."""
    if not failures:
        st.html('<p class="qa-small">Nothing has failed.</p>')
        return
    sources = [one.source for one in failures]
    if not fixed:
        with st.container(horizontal=True):
            _buttons(assistant, additions, sources, key="all", suffix=" all")
    for one in _page(failures, "failures"):
        with st.container(border=True):
            st.html(
                f'<div class="qa-corpus problem"><p class="name" title="{escape.text(one.source)}">'
                f"{escape.text(source_name(one.source))}</p>{escape.element('p', one.reason, kind='why')}"
                f"{escape.element('p', f'{moment(one.failed_at)} UTC', kind='qa-small')}</div>"
            )
            if not fixed:
                with st.container(horizontal=True):
                    _buttons(assistant, additions, [one.source], key=one.source)


def _buttons(
    assistant: Assistant, additions: Additions, sources: Sequence[str], *, key: str, suffix: str = ""
) -> None:
    st.button(
        f"Try{suffix} again",
        icon=":material/refresh:",
        on_click=retry,
        args=(assistant, additions, sources),
        key=f"corpus-retry-{key}",
    )
    st.button(
        f"Dismiss{suffix}",
        icon=":material/close:",
        on_click=_dismiss,
        args=(assistant, sources),
        key=f"corpus-dismiss-{key}",
    )


def retry(assistant: Assistant, additions: Additions, sources: Sequence[str]) -> None:
    """Set sources that failed on their way again."""

    def start() -> str:
        additions.start(
            assistant,
            f"{counted(len(sources), 'source')} again",
            [(one, source_name(one)) for one in sources],
            lambda note: assistant.retry(sources, on_progress=note),
        )
        return ""

    attempt(start)


def _dismiss(assistant: Assistant, sources: Sequence[str]) -> None:
    attempt(lambda: f"Dismissed {counted(assistant.dismiss(sources), 'failure')}.")


def draw_duplicates(assistant: Assistant, documents: Sequence[DocumentSummary], *, fixed: bool) -> None:
    """Pairs of documents, the most alike first."""
    here = {one.id: one for one in documents}
    pairs = [one for one in assistant.near_duplicates() if {one.document, one.other} <= here.keys()]
    if not pairs:
        st.html('<p class="qa-small">No two documents nearly repeat one another.</p>')
        return
    for pair in _page(pairs, "duplicates"):
        with st.container(border=True):
            _draw_pair(pair, here, fixed=fixed)


def _draw_pair(pair: NearDuplicate, here: dict[str, DocumentSummary], *, fixed: bool) -> None:
    st.html(f'<p class="qa-corpus alike"><strong>{pair.similarity:.0%}</strong> alike</p>')
    columns = st.columns(2, gap="medium")
    for column, (which, document_id) in zip(
        columns, (("Later", pair.document), ("Earlier", pair.other)), strict=True
    ):
        one = here[document_id]
        key = f"{pair.document}-{pair.other}-{which}"
        with column:
            facts = " · ".join(
                (day(one.published), source_name(one.source), f"{one.characters:,} characters")
            )
            st.html(
                '<div class="qa-corpus problem">'
                + escape.element("p", f"{which}, added {moment(one.added_at)}", kind="qa-small")
                + escape.element("p", one.title, kind="name")
                + escape.element("p", facts, kind="qa-small")
                + "</div>"
            )
            with st.container(horizontal=True):
                st.button("View", on_click=open_document, args=(document_id,), key=f"corpus-view-{key}")
                if not fixed:
                    st.button(
                        "Remove", on_click=ask_removal, args=([document_id],), key=f"corpus-remove-{key}"
                    )


def _page(found: Sequence[T], name: str) -> Sequence[T]:
    """The part of a long list that is chosen."""
    pages = -(-len(found) // _PER_PAGE)
    if pages < 2:
        return found
    # Fewer pages than before are a new choice.
    first = (st.pagination(pages, key=f"corpus-{name}-page-{pages}") - 1) * _PER_PAGE
    return found[first : first + _PER_PAGE]
