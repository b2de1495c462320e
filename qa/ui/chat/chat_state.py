"""What one session, one open page, remembers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qa.schema import Answer, Filters, Turn
from qa.ui.chat.answer_job import STOPPED_MESSAGE, AnswerJob
from qa.ui.chat.document_excerpt import OpenedPassage

__all__ = ["ChatState", "Exchange", "chat_state", "session_check"]

_KEY = "briefing_desk"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer or an error."""

    question: str
    filters: Filters
    answer: Answer | None = None
    error: str | None = None
    was_stopped: bool = False


@dataclass(slots=True)
class ChatState:
    """The conversation, the question on its way and the document that is open.

    `conversation_number` counts the conversations of the session: no two of them share a widget's key.
    """

    conversation_number: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    job: AnswerJob | None = None
    opened_passage: OpenedPassage | None = None

    def history(self) -> list[Turn]:
        """What the next question may lean on, oldest first."""
        answered = (exchange.answer for exchange in self.exchanges if exchange.answer)
        return [Turn(answer.question, answer.text, answer.status) for answer in answered]

    def finish(self) -> None:
        """Turn the question on its way, which is done, into an exchange."""
        job = self.job
        if job is not None and job.done:
            error = STOPPED_MESSAGE if job.state == "stopped" and job.answer is None else job.error
            self.exchanges.append(
                Exchange(job.question, job.filters, job.answer, error, was_stopped=job.stop_requested)
            )
            self.job = None

    def start_new_conversation(self) -> None:
        """Forget the conversation; what is still on its way is stopped, and not waited for."""
        if self.job is not None:
            self.job.stop()
        self.conversation_number += 1
        self.exchanges, self.job, self.opened_passage = [], None, None


def chat_state() -> ChatState:
    """The state of the session that the script runs for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ChatState()
    state: ChatState = st.session_state[_KEY]
    return state


def session_check() -> Callable[[], bool]:
    """What tells, in any thread, whether the page of this session is still there."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return lambda: True
    return partial(runtime.get_instance().is_active_session, context.session_id)
