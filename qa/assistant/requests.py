"""What is asked of the assistant for many questions, and what comes back."""

from dataclasses import dataclass

from qa.errors import QAError
from qa.schema import Answer, ModelUsage, Turn

__all__ = ["Reply", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """A question with the turns before it, oldest first.

    `standalone_question` is what it means, where somebody has said so: then nothing is made of the turns.
    """

    question: str
    history: tuple[Turn, ...] = ()
    standalone_question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of one request of many: an answer, or the error that prevented it.

    `unrefused` is the answer as it would be without the threshold below which there is none; None where
    it was not made, because a chat model would have had to be paid for it. `usage` is, beside an error, what
    the chat model took all the same.
    """

    answer: Answer | None = None
    unrefused: Answer | None = None
    error: QAError | None = None
    usage: ModelUsage | None = None
