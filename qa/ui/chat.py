"""The conversation: welcome, questions, answers, and the answer on its way."""

import shlex
from collections.abc import Sequence
from functools import partial

import streamlit as st

from qa.assistant import Assistant
from qa.errors import DocumentNotFound
from qa.schema import Answer, DocumentSummary, Filters
from qa.ui import escape, jobs
from qa.ui.answer_data import answer_data, target
from qa.ui.components import draw_answer, draw_choices, follow
from qa.ui.excerpt import Target
from qa.ui.state import Exchange, State, session
from qa.ui.suggest import suggest
from qa.ui.wording import described

__all__ = ["ask", "draw_conversation", "wait_for_answer"]

# How long the script sleeps before it looks at the job, and for a click, again.
_TICK_S = 0.15


def ask(assistant: Assistant, filters: Filters, question: str) -> None:
    """Set a question on its way, unless it is blank or another one is on its way."""
    state = session()
    if state.job is not None or not question.strip():
        return
    events = assistant.stream(question, history=state.history(), filters=filters or None)
    state.job = jobs.start(question, filters, events)
    # What is open belongs to an earlier answer, and on a phone it would stand before the new one.
    state.opened = None


def draw_conversation(
    assistant: Assistant, state: State, documents: Sequence[DocumentSummary], filters: Filters
) -> None:
    """Everything that has been said, or the welcome."""
    if not state.exchanges and state.job is None:
        _draw_welcome(assistant, state, documents, filters)
    titles = {one.id: one.title for one in documents}
    for number, exchange in enumerate(state.exchanges):
        _draw_question(exchange.question, exchange.filters, titles)
        _draw_result(
            exchange,
            f"answer-{state.conversation}-{number}",
            state.opened,
            latest=number == len(state.exchanges) - 1,
        )
    if state.job is not None:
        _draw_question(state.job.question, state.job.filters, titles)
        follow(key=f"asked-{state.conversation}-{len(state.exchanges)}")


def wait_for_answer(state: State) -> None:
    """Show what comes of the question on its way until it is done, then run the script again.

    Drawing in every turn gives Streamlit the chance to end this run for a click; the job goes on.
    """
    job = state.job
    if job is None:
        return
    status, arriving = st.empty(), st.empty()
    while not job.done:
        status.html(escape.element("div", f"{job.stage} …", kind="qa-stage", role="status"))
        if job.text:
            arriving.html(escape.element("div", job.text, kind="qa-arriving"))
        job.wait(_TICK_S)
    state.finish()
    st.rerun()


def _draw_welcome(
    assistant: Assistant, state: State, documents: Sequence[DocumentSummary], filters: Filters
) -> None:
    if not documents:
        command = shlex.join(["qa", "--store", str(assistant.settings.store), "add"])
        st.html(
            '<div class="qa-welcome"><h1>No documents yet</h1><p>Add briefings on the page “Corpus”, or in '
            f"a terminal, then load this page again:</p><p><code>{escape.text(command)} FILE</code>"
            "</p><p>Files and whole folders will do.</p></div>"
        )
        return
    held = "1 document" if len(documents) == 1 else f"{len(documents):,} documents"
    st.html(
        f'<div class="qa-welcome"><h1>What would you like to know?</h1><p>Ask about the {held} of this desk. '
        "Every sentence of an answer points at the exact words it rests on; where the documents do not "
        "answer, you are told so.</p></div>"
    )
    questions = suggest(documents, lambda one: _text(assistant, one))
    draw_choices(
        [(str(number), question, about) for number, (question, about) in enumerate(questions)],
        key=f"suggestions-{state.conversation}",
        on_choice=partial(_ask_suggested, assistant, filters, [question for question, _ in questions]),
        look="cards",
    )


def _ask_suggested(assistant: Assistant, filters: Filters, questions: Sequence[str], choice: object) -> None:
    if str(choice).isdecimal() and int(str(choice)) < len(questions):
        ask(assistant, filters, questions[int(str(choice))])


def _text(assistant: Assistant, document: DocumentSummary) -> str:
    """Its text, or nothing if it was removed in the meantime."""
    try:
        return assistant.document(document.id).text
    except DocumentNotFound:
        return ""


def _draw_question(question: str, filters: Filters, titles: dict[str, str]) -> None:
    limits = described(filters, [titles.get(one, one) for one in filters.documents])
    note = escape.element("div", f"Only {limits}", kind="qa-filters") if limits else ""
    st.html(escape.element("div", question, kind="qa-question") + note)


def _draw_result(exchange: Exchange, key: str, opened: Target | None, *, latest: bool) -> None:
    if exchange.answer is None:
        st.html(
            escape.element("div", exchange.error or jobs.FAULT, kind="qa-error qa-unanswered", role="alert")
        )
        return
    data = answer_data(exchange.answer, opened=opened) | {"latest": latest}
    draw_answer(data, key=key, on_choice=partial(_open, exchange.answer))


def _open(answer: Answer, choice: object) -> None:
    found = target(answer, choice)
    if found is not None:
        session().opened = found
