"""What one session, one open page, remembers."""

from dataclasses import dataclass, field

import streamlit as st

from qa.schema import Answer, Filters, Turn
from qa.ui.chat.answer_job import AnswerJob
from qa.ui.chat.document_excerpt import OpenedPassage

__all__ = ["ChatState", "Exchange", "chat_state"]

_KEY = "briefing_desk"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer or an error."""

    question: str
    filters: Filters
    answer: Answer | None = None
    error: str | None = None


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
            self.exchanges.append(Exchange(job.question, job.filters, job.answer, job.error))
            self.job = None

    def start_new_conversation(self) -> None:
        """Forget the conversation; what is still on its way is not waited for."""
        self.conversation_number += 1
        self.exchanges, self.job, self.opened_passage = [], None, None


def chat_state() -> ChatState:
    """The state of the session that the script runs for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ChatState()
    state: ChatState = st.session_state[_KEY]
    return state
