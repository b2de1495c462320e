"""What a reader does with an answer: pins it, exports it, says whether it is right."""

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import Exchange, Feedback, FeedbackVerdict
from qa.ui.chat.answer_view import EXPORT, PIN, FeedbackChoice, read_feedback
from qa.ui.chat.chat_state import ChatState
from qa.ui.shared.downloads import draw_downloads

__all__ = ["act", "draw_export", "feedback_key", "read_verdicts"]


def feedback_key(state: ChatState, number: int) -> str:
    """The name of an answer of the open conversation, for what is said of it."""
    return f"{state.conversation_id}/{number}"


def read_verdicts(assistant: Assistant, state: ChatState) -> dict[str, FeedbackVerdict]:
    """What was said of the answers of the open conversation, by their keys."""
    said = assistant.feedback(prefix=f"{state.conversation_id}/")
    return {feedback.key: feedback.verdict for feedback in said if feedback.user == state.user}


def act(assistant: Assistant, state: ChatState, exchange: Exchange, number: int, choice: object) -> bool:
    """Do what a button below an answer is for; whether the click was on one.

    What can't be kept is the page's notice.
    """
    said = read_feedback(choice)
    if said is None and choice not in (PIN, EXPORT):
        return False
    state.notice = None
    try:
        if said is not None:
            _record(assistant, state, exchange, feedback_key(state, number), said)
        elif choice == PIN:
            _pin(assistant, state, exchange, feedback_key(state, number))
        else:
            state.to_export = exchange
    except QAError as error:
        state.notice = str(error)
    return True


def _record(
    assistant: Assistant, state: ChatState, exchange: Exchange, key: str, said: FeedbackChoice
) -> None:
    assert exchange.answer is not None
    assistant.record_feedback(
        Feedback(
            key=key,
            verdict=said.verdict,
            reason=said.reason,
            comment=said.comment,
            question=exchange.question,
            answer=exchange.answer,
            filters=exchange.filters,
            user=state.user,
        )
    )
    st.toast("Thank you: kept with the answer and what it rests on.")


def _pin(assistant: Assistant, state: ChatState, exchange: Exchange, key: str) -> None:
    """Put the answer on the note that changed last, or on a first one."""
    assert exchange.answer is not None
    note = next(iter(assistant.notes.recent(user=state.user)), None)
    note = note or assistant.notes.create("Notes", user=state.user)
    assistant.notes.add_item(note.id, exchange.question, exchange.answer, user=state.user)
    state.pinned.add(key)
    st.toast("Pinned: it is on the page “Notes”.")


def draw_export(state: ChatState) -> None:
    """The formats to save an answer in, once its button was clicked."""
    if (exchange := state.to_export) is not None:
        state.to_export = None
        _draw_formats(exchange)


@st.dialog("Save this answer")
def _draw_formats(exchange: Exchange) -> None:
    draw_downloads(" ".join(exchange.question.split()), [exchange])
