"""The conversation: welcome, questions, answers, and the answer on its way."""

import shlex
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.errors import DocumentNotFound, QAError
from qa.schema import Answer, Citation, Document, DocumentSummary, Filters
from qa.ui.chat import answer_job
from qa.ui.chat.answer_table import TableView, cite_tables
from qa.ui.chat.answer_view import SUGGESTION, build_answer_view, opened_passage
from qa.ui.chat.chat_state import ChatState, Exchange, chat_state, session_check
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.chat.suggestions import suggest
from qa.ui.shared import escape
from qa.ui.shared.components import (
    draw_answer,
    draw_choices,
    focus_question,
    scroll_into_view,
)
from qa.ui.shared.formatting import SUPPORT_LABELS, describe_filters, format_count

__all__ = ["ask", "draw_conversation", "wait_for_answer"]

# How long the script sleeps before it looks at the job, and for a click, again.
_POLL_INTERVAL_S = 0.15


def ask(assistant: Assistant, filters: Filters, question: str) -> None:
    """Set a question on its way, unless it is blank or another one is on its way."""
    state = chat_state()
    if state.job is not None or not question.strip():
        return
    stop = threading.Event()
    events = assistant.stream(question, history=state.history(), filters=filters or None, stop=stop)
    state.job = answer_job.start_answer(question, filters, events, stop=stop, is_wanted=session_check())
    # What is open belongs to an earlier answer, and on a phone it would stand before the new one.
    state.opened_passage = None


def draw_conversation(
    assistant: Assistant, state: ChatState, documents: Sequence[DocumentSummary], filters: Filters
) -> None:
    """Everything that has been said, or the welcome."""
    if not state.exchanges and state.job is None:
        _draw_welcome(assistant, state, documents, filters)
    titles = {document.id: document.title for document in documents}
    for number, exchange in enumerate(state.exchanges):
        _draw_question(exchange.question, exchange.filters, titles)
        _draw_result(
            exchange,
            f"answer-{state.conversation_number}-{number}",
            state.opened_passage,
            latest=number == len(state.exchanges) - 1,
            on_suggestion=partial(ask, assistant, filters),
            tables=_read_tables(assistant, exchange.answer.citations) if exchange.answer else {},
        )
    if state.job is not None:
        _draw_question(state.job.question, state.job.filters, titles)
        scroll_into_view(key=f"asked-{state.conversation_number}-{len(state.exchanges)}")
    elif state.exchanges and state.exchanges[-1].was_stopped:
        # The button that had the keyboard's focus is gone.
        focus_question(key=f"stopped-{state.conversation_number}-{len(state.exchanges)}")


def wait_for_answer(state: ChatState) -> None:
    """Show what comes of the question on its way until it is done, then run the script again.

    Drawing in every turn gives Streamlit the chance to end this run for a click; the job goes on.
    """
    job = state.job
    if job is None:
        return
    status, partial_answer = st.empty(), st.empty()
    st.button(
        "Stop",
        key=f"stop-{state.conversation_number}-{len(state.exchanges)}",
        icon=":material/stop_circle:",
        on_click=job.stop,
        disabled=job.stop_requested,
    )
    while not job.done:
        status.html(escape.element("div", f"{job.stage} …", css_class="qa-stage", role="status"))
        if job.text:
            checked = escape.element("div", _describe_verdicts(job.verdicts), css_class="qa-filters")
            partial_answer.html(escape.element("div", job.text, css_class="qa-arriving") + checked)
        job.wait(_POLL_INTERVAL_S)
    state.finish()
    st.rerun()


def _describe_verdicts(verdicts: Mapping[str, int]) -> str:
    """How the sentences that have ended were judged: "2 sentences checked: 1 supported, 1 unsupported"."""
    counted = [f"{verdicts[support]} {support}" for support in SUPPORT_LABELS if verdicts.get(support)]
    total = format_count(sum(verdicts.values()), "sentence")
    if len(counted) == 1 and verdicts.get("supported"):
        return f"{total} checked"
    return f"{total} checked: {', '.join(counted)}" if counted else ""


def _draw_welcome(
    assistant: Assistant, state: ChatState, documents: Sequence[DocumentSummary], filters: Filters
) -> None:
    if not documents:
        command = shlex.join(["qa", "--store", str(assistant.settings.store), "add"])
        st.html(
            '<div class="qa-welcome"><h1>No documents yet</h1><p>Add briefings on the page “Corpus”, or in '
            f"a terminal, then load this page again:</p><p><code>{escape.text(command)} FILE</code>"
            "</p><p>Files and whole folders will do.</p></div>"
        )
        return
    count = format_count(len(documents), "document")
    st.html(
        f'<div class="qa-welcome"><h1>What would you like to know?</h1><p>Ask about the {count} of this '
        "desk. Every sentence of an answer points at the exact words it rests on; where the documents do not "
        "answer, you are told so.</p></div>"
    )
    questions = suggest(documents, lambda document: _read_text(assistant, document))
    draw_choices(
        [(str(number), question, about) for number, (question, about) in enumerate(questions)],
        key=f"suggestions-{state.conversation_number}",
        on_choice=partial(_ask_suggested, assistant, filters, [question for question, _ in questions]),
        layout="cards",
    )


def _ask_suggested(assistant: Assistant, filters: Filters, questions: Sequence[str], choice: object) -> None:
    if str(choice).isdecimal() and int(str(choice)) < len(questions):
        ask(assistant, filters, questions[int(str(choice))])


def _read_text(assistant: Assistant, document: DocumentSummary) -> str:
    """Its text, or nothing if it was removed in the meantime."""
    try:
        return assistant.document(document.id).text
    except DocumentNotFound:
        return ""


def _draw_question(question: str, filters: Filters, titles: dict[str, str]) -> None:
    limits = describe_filters(filters, [titles.get(reference, reference) for reference in filters.documents])
    note = escape.element("div", f"Only {limits}", css_class="qa-filters") if limits else ""
    st.html(escape.element("div", question, css_class="qa-question") + note)


def _draw_result(
    exchange: Exchange,
    key: str,
    selected: OpenedPassage | None,
    *,
    latest: bool,
    on_suggestion: Callable[[str], None],
    tables: Mapping[int, TableView] | None = None,
) -> None:
    if exchange.answer is None:
        st.html(
            escape.element(
                "div",
                exchange.error or answer_job.CRASH_MESSAGE,
                css_class="qa-error qa-unanswered",
                role="alert",
            )
        )
        return
    data = build_answer_view(exchange.answer, selected=selected, tables=tables) | {"latest": latest}
    draw_answer(data, key=key, on_choice=partial(_choose, exchange.answer, on_suggestion))


def _read_tables(assistant: Assistant, citations: tuple[Citation, ...]) -> Mapping[int, TableView]:
    """The tables that an answer cites, of documents that were there as cited when it was first drawn."""

    def read(document_id: str) -> Document | None:
        try:
            return assistant.document(document_id)
        except QAError:
            return None

    # The script runs again for each click; what was cited stays as it is.
    tables = st.session_state.setdefault("cited_tables", {})
    if citations not in tables:
        tables[citations] = cite_tables(citations, read)
    of_answer: Mapping[int, TableView] = tables[citations]
    return of_answer


def _choose(answer: Answer, on_suggestion: Callable[[str], None], choice: object) -> None:
    """Open what was clicked, or ask the question that may have been meant."""
    if choice == SUGGESTION and answer.suggestion:
        on_suggestion(answer.suggestion)
    elif (passage := opened_passage(answer, choice)) is not None:
        chat_state().opened_passage = passage
