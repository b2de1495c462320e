"""The conversation: welcome, questions, answers, and the answer on its way."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa.assistant import Assistant
from qa.errors import DocumentNotFound
from qa.exporting.limits import describe_filters
from qa.schema import DocumentSummary, Exchange, FeedbackVerdict, Filters, StreamEvent
from qa.schema.engines import choose_engine, needs_chat_model
from qa.ui.chat import answer_job
from qa.ui.chat.answer_actions import act, draw_export, feedback_key, pinned_quotes, read_verdicts
from qa.ui.chat.answer_job import ExchangeKeeper
from qa.ui.chat.answer_table import read_tables, versions_of
from qa.ui.chat.answer_view import SUGGESTION, build_answer_view, opened_passage, read_meaning
from qa.ui.chat.chat_state import ChatState, end_for_click, remember, session_check
from qa.ui.chat.conversation_list import draw_way_to_earlier
from qa.ui.chat.document_pane import open_passage
from qa.ui.chat.first_steps import draw_additions, draw_first_additions, draw_first_steps
from qa.ui.chat.kept_conversations import keep_waiting, make_keeper, open_conversation, take_back
from qa.ui.chat.suggestions import suggest, suggest_next
from qa.ui.corpus.corpus_jobs import AdditionJob
from qa.ui.shared import escape
from qa.ui.shared.components import (
    draw_answer,
    draw_choices,
    draw_error,
    draw_question,
    draw_waiting,
    focus_question,
    scroll_into_view,
)
from qa.ui.shared.formatting import collapse_whitespace

__all__ = ["ask", "ask_as", "ask_next", "draw_conversation", "wait_for_answer"]

# How long the script sleeps before it looks at the job, and for a click, again.
_POLL_INTERVAL_S = 0.15
INTERRUPTED_MESSAGE = "The program ended before there was an answer."


def ask(assistant: Assistant, state: ChatState, question: str, *, after: AdditionJob | None = None) -> None:
    """Set a question on its way, or have it wait for those before it; a blank one is none.

    With `after` it is answered once those files are there.
    """
    if not question.strip():
        return
    with state.changing:
        # A click may come when an answer is there and the next question is not yet on its way.
        if state.job is None and not state.typed_ahead:
            keeper = _make_keeper(assistant, state)
            _ask_now(assistant, state, question, keeper, after=after)
            return
        waiting_id = keep_waiting(assistant, state, question)
        if after is not None:
            state.awaited[waiting_id] = after


def ask_next(assistant: Assistant, state: ChatState) -> None:
    """Set the first of the questions that wait on its way, where none is."""
    with state.changing:
        while state.job is None and state.typed_ahead:
            waiting_id, question = next(iter(state.typed_ahead.items()))
            with answer_job.asking:
                keeper = _make_keeper(assistant, state)
                kept_id = None if waiting_id in state.unkept else waiting_id
                if keeper is None or keeper.begin(question, state.scope, kept_id):
                    del state.typed_ahead[waiting_id]
                    _ask_now(assistant, state, question, keeper, after=state.awaited.pop(waiting_id, None))
                    return
            # Another page has asked it, whose answer is on its way here too, or taken it back.
            open_conversation(assistant, state, state.conversation_id)


def _make_keeper(assistant: Assistant, state: ChatState, place: int | None = None) -> ExchangeKeeper | None:
    """What keeps the question that is asked now; what was said about the one before is said no longer."""
    state.notice, state.reworded = None, None
    return make_keeper(assistant, state, place)


def _ask_now(
    assistant: Assistant,
    state: ChatState,
    question: str,
    keeper: ExchangeKeeper | None,
    *,
    after: AdditionJob | None = None,
) -> None:
    stop = threading.Event()
    events = assistant.stream(
        question, history=state.history(), filters=state.scope or None, engine=state.engine, stop=stop
    )
    _follow(assistant, state, question, state.scope, events, stop=stop, keeper=keeper, after=after)


def ask_as(assistant: Assistant, state: ChatState, place: int, meaning: str) -> None:
    """Answer the question at a place anew by what its reader says that it means; the others stay."""
    exchange = state.exchanges[place]
    if not meaning.strip():
        return
    if state.job is not None:
        state.notice = f"Not asked, as a question is on its way: “{collapse_whitespace(meaning)}”"
        return
    stop = threading.Event()
    events = assistant.stream(
        exchange.question,
        standalone_question=meaning,
        filters=exchange.filters or None,
        engine=state.engine,
        stop=stop,
    )
    keeper = _make_keeper(assistant, state, place)
    _follow(
        assistant, state, exchange.question, exchange.filters, events, stop=stop, keeper=keeper, place=place
    )


def _follow(
    assistant: Assistant,
    state: ChatState,
    question: str,
    filters: Filters,
    events: Iterator[StreamEvent],
    *,
    stop: threading.Event,
    keeper: ExchangeKeeper | None,
    after: AdditionJob | None = None,
    place: int | None = None,
) -> None:
    state.job = answer_job.start_answer(
        question,
        filters,
        events,
        stop=stop,
        is_wanted=session_check(),
        keeper=keeper,
        after=after,
        place=place,
        with_chat_model=needs_chat_model(
            choose_engine(state.engine, None, default=assistant.settings.engine)
        ),
    )
    if place is None:
        state.hide_earlier()
    # What is open belongs to an earlier answer, and on a phone it would stand before the new one.
    state.opened_passage = None


def draw_conversation(
    assistant: Assistant, state: ChatState, documents: Sequence[DocumentSummary]
) -> DeltaGenerator:
    """Everything that has been said, or the welcome; gives the place of the answer on its way."""
    if not state.is_begun:
        _draw_welcome(assistant, state, documents)
    titles = {document.id: document.title for document in documents}
    versions = {document.id: document.sha256 for document in documents}
    verdicts = read_verdicts(assistant, state) if state.exchanges else {}
    place: DeltaGenerator | None = None
    if state.hidden:
        draw_way_to_earlier(state)
    for number, exchange in enumerate(state.exchanges[state.hidden :], start=state.hidden):
        key = f"{state.conversation_id}-{number}"
        _draw_question(exchange.question, exchange.filters, titles, key=f"question-{key}")
        if state.job is not None and state.job.place == number:
            place = st.container(key="waiting")
        else:
            _draw_result(assistant, state, number, verdicts, versions)
    draw_export(assistant, state)
    key = f"{state.conversation_id}-{len(state.exchanges)}"
    draw_additions(state)
    if state.notice:
        draw_error(state.notice)
    if state.job is not None and state.job.place is None:
        _draw_question(state.job.question, state.job.filters, titles, key=f"question-{key}")
        scroll_into_view(key=f"asked-{key}")
    elif state.job is None and state.exchanges:
        _draw_next(assistant, state, versions)
        # What had the keyboard's focus may be gone.
        if state.reworded is None:
            focus_question(key=f"answered-{key}")
    return st.container() if place is None else place


def wait_for_answer(assistant: Assistant, state: ChatState, place: DeltaGenerator) -> None:
    """Show there what comes of the question on its way until it is done, then run the script again.

    A click ends this run of the script; the job goes on.
    """
    job = state.job
    if job is None:
        return
    key = f"{state.conversation_id}-{len(state.exchanges)}"
    with place:
        status, partial_answer = st.empty(), st.empty()
        st.button(
            "Stop",
            key=f"stop-{key}",
            icon=":material/stop_circle:",
            on_click=job.stop,
            disabled=job.stop_requested,
        )
    draw_waiting(
        state.typed_ahead,
        key=f"ahead-{state.conversation_id}",
        on_withdrawal=partial(take_back, assistant, state),
    )
    shown_stage = shown_answer = ""
    while not job.done:
        stage = escape.element("div", f"{job.stage} …", css_class="qa-stage", role="status")
        checked = escape.element("div", job.describe_verdicts(), css_class="qa-filters")
        answer = escape.element("div", job.text, css_class="qa-arriving") + checked if job.text else ""
        # What is drawn again as it was costs the server and each open page as much as what is new.
        if stage != shown_stage:
            status.html(stage)
        if answer != shown_answer:
            partial_answer.html(answer)
        shown_stage, shown_answer = stage, answer
        end_for_click()
        job.wait(_POLL_INTERVAL_S)
    state.finish()
    st.rerun()


def _draw_welcome(assistant: Assistant, state: ChatState, documents: Sequence[DocumentSummary]) -> None:
    if not documents:
        state.began_empty = True
        if state.may_add or assistant.read_only:
            draw_first_steps(assistant, assistant.settings)
        else:
            draw_error("This desk holds no documents yet: its keepers add them.")
        return
    count = "the document" if len(documents) == 1 else f"the {len(documents):,} documents"
    st.html(
        f'<div class="qa-welcome"><h1>What would you like to know?</h1><p>Ask about {count} of this '
        "desk. Every sentence of an answer points at the exact words it rests on; where the documents do not "
        "answer, you are told so.</p></div>"
    )
    if state.began_empty:  # what became of what was brought in
        draw_first_additions()
    questions = suggest(documents, lambda document: _read_text(assistant, document.id))
    draw_choices(
        [(str(number), question, about) for number, (question, about) in enumerate(questions)],
        key=f"suggestions-{state.conversation_id}",
        on_choice=partial(_ask_suggested, assistant, state, [question for question, _ in questions]),
        layout="cards",
    )


def _ask_suggested(assistant: Assistant, state: ChatState, questions: Sequence[str], choice: object) -> None:
    if str(choice).isdecimal() and int(str(choice)) < len(questions):
        ask(assistant, state, questions[int(str(choice))])


def _draw_next(assistant: Assistant, state: ChatState, versions: Mapping[str, str]) -> None:
    """What else the documents of the latest answer ask."""
    answer = state.exchanges[-1].answer
    if answer is None:
        return
    asked = [exchange.question for exchange in state.exchanges]
    questions = remember(
        "next_questions",
        (state.conversation_id, len(asked), answer.citations, versions_of(answer.citations, versions)),
        lambda: suggest_next(answer, asked, lambda document_id: _read_text(assistant, document_id)),
    )
    if questions:
        draw_choices(
            [(str(number), question, "") for number, question in enumerate(questions)],
            key=f"next-{state.conversation_id}-{len(asked)}",
            on_choice=partial(_ask_suggested, assistant, state, questions),
            layout="next",
        )


def _read_text(assistant: Assistant, document_id: str) -> str:
    """Its text, or nothing if it was removed in the meantime."""
    try:
        return assistant.document(document_id).text
    except DocumentNotFound:
        return ""


def _draw_question(question: str, filters: Filters, titles: Mapping[str, str], *, key: str) -> None:
    limits = describe_filters(filters, titles)
    draw_question(question, key=key, note=f"Only {limits}" if limits else "")


def _draw_result(
    assistant: Assistant,
    state: ChatState,
    number: int,
    verdicts: Mapping[str, FeedbackVerdict],
    versions: Mapping[str, str],
) -> None:
    """What came of a question of the conversation."""
    exchange, key = state.exchanges[number], f"{state.conversation_id}-{number}"
    is_latest = number == len(state.exchanges) - 1
    if exchange.answer is None:
        message = INTERRUPTED_MESSAGE if exchange.is_pending else exchange.error or answer_job.CRASH_MESSAGE
        # Who has stopped it knows; all else is a fault.
        look, role = ("qa-stopped", "status") if exchange.was_stopped else ("qa-error", "alert")
        st.html(escape.element("div", message, css_class=f"{look} qa-unanswered", role=role))
        if (is_latest or exchange.is_pending) and state.job is None:
            st.button(
                "Ask again",
                key=f"again-{key}",
                icon=":material/refresh:",
                on_click=partial(ask, assistant, state, exchange.question),
            )
        if is_latest and state.job is None:
            scroll_into_view(key=f"unanswered-{key}")
        return
    tables = read_tables(assistant, exchange.answer.citations, versions)
    name = feedback_key(state, number)
    data = build_answer_view(
        exchange.answer,
        selected=state.opened_passage,
        tables=tables,
        feedback=verdicts.get(name),
        pinned=name in state.pinned,
        pinned_quotes=pinned_quotes(state, number),
        is_limited=bool(exchange.filters),
    )
    is_reworded = number == state.reworded
    data |= {"latest": is_latest or is_reworded, "refocus": is_reworded}
    # Only there is a button for it: all others would be sent and drawn anew.
    data["busy"] = bool(data["understood"]) and state.job is not None
    on_choice = partial(_choose, assistant, state, exchange, number)
    draw_answer(data, key=f"answer-{key}", on_choice=on_choice)


def _choose(assistant: Assistant, state: ChatState, exchange: Exchange, number: int, choice: object) -> None:
    """Open what was clicked, ask the question that may have been meant, or what a button is for."""
    answer = exchange.answer
    if answer is None or act(assistant, state, exchange, number, choice):
        return
    if choice == SUGGESTION and answer.suggestion:
        ask(assistant, state, answer.suggestion)
    elif (meaning := read_meaning(choice)) is not None:
        ask_as(assistant, state, number, meaning)
    elif (passage := opened_passage(answer, choice)) is not None:
        open_passage(assistant, state, replace(passage, exchange=number))
