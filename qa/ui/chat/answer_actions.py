"""What a reader does with an answer: pins it, exports it, says whether it is right."""

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.schema import Exchange, Feedback, FeedbackVerdict
from qa.ui.chat.answer_table import tables_to_export
from qa.ui.chat.answer_view import EXPORT, PIN, FeedbackChoice, read_feedback
from qa.ui.chat.chat_state import ChatState
from qa.ui.shared.downloads import draw_downloads

__all__ = ["act", "draw_export", "feedback_key", "pinned_quotes", "read_verdicts"]


def feedback_key(state: ChatState, number: int) -> str:
    """The name of an answer of the open conversation, for what is said of it."""
    return f"{state.conversation_id}/{number}"


def read_verdicts(assistant: Assistant, state: ChatState) -> dict[str, FeedbackVerdict]:
    """What was said of the answers of the open conversation, by their keys."""
    return assistant.verdicts(prefix=f"{state.conversation_id}/", user=state.user)


def act(assistant: Assistant, state: ChatState, exchange: Exchange, number: int, choice: object) -> bool:
    """Do what a button below an answer is for; whether the click was on one.

    What can't be kept is the page's notice.
    """
    said = read_feedback(choice)
    pinned = _read_pin(exchange, choice)
    if said is None and pinned is None and choice not in (PIN, EXPORT):
        return False
    state.notice = None
    try:
        if said is not None:
            _record(assistant, state, exchange, feedback_key(state, number), said)
        elif choice == PIN or pinned is not None:
            _pin(assistant, state, exchange, feedback_key(state, number), pinned)
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


def _read_pin(exchange: Exchange, choice: object) -> int | None:
    """The number of the citation whose quote a click pins, as "pin:2"; None where it is another click."""
    answer = exchange.answer
    names = {f"{PIN}:{citation.number}": citation.number for citation in answer.citations} if answer else {}
    return names.get(choice) if isinstance(choice, str) else None


def pinned_quotes(state: ChatState, number: int) -> list[int]:
    """The numbers of the citations of an answer whose quotes were pinned in this session."""
    named = (name.partition(":") for name in state.pinned)
    return sorted(int(digits) for key, _, digits in named if key == feedback_key(state, number) and digits)


def _pin(
    assistant: Assistant, state: ChatState, exchange: Exchange, key: str, citation_number: int | None
) -> None:
    """Put the answer, or one quote of it, on the note that changed last, or on a first one."""
    assert exchange.answer is not None
    note = next(iter(assistant.notes.recent(user=state.user)), None)
    note = note or assistant.notes.create("Notes", user=state.user)
    assistant.notes.add_item(
        note.id, exchange.question, exchange.answer, citation_number=citation_number, user=state.user
    )
    state.pinned.add(key if citation_number is None else f"{key}:{citation_number}")


def draw_export(assistant: Assistant, state: ChatState) -> None:
    """The formats to save an answer in, once its button was clicked."""
    if (exchange := state.to_export) is not None:
        state.to_export = None
        _draw_formats(assistant, exchange)


@st.dialog("Save this answer")
def _draw_formats(assistant: Assistant, exchange: Exchange) -> None:
    draw_downloads(" ".join(exchange.question.split()), [exchange], tables_to_export(assistant))
