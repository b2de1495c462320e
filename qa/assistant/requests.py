"""What is asked of the assistant for many questions, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import QAError, QuestionError
from qa.schema import Answer, ModelUsage, Turn

__all__ = ["History", "Reply", "Request", "read_request", "read_turns"]

History = Sequence[Turn | Mapping[str, str]]

_TURN = '{"question": ..., "answer": ...}'


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


def read_request(values: object) -> tuple[Any, Any]:
    """Question and history of what LangChain hands on.

    Raises:
        QuestionError: There is no question in it.
    """
    if not isinstance(values, Mapping) or "question" not in values:
        raise QuestionError('the chain takes {"question": ..., "history": [...]}, and there is no question')
    return values["question"], values.get("history", ())


def read_turns(history: Sequence[object]) -> tuple[Turn, ...]:
    """Earlier turns as they are or as mappings.

    Raises:
        QuestionError: One is neither.
    """
    return tuple(turn if isinstance(turn, Turn) else _read_turn(turn) for turn in history)


def _read_turn(values: object) -> Turn:
    if not isinstance(values, Mapping):
        raise QuestionError(f"history: a turn is {_TURN}, not of type {type(values).__name__}")
    question, answer = values.get("question"), values.get("answer", "")
    if not isinstance(question, str):
        raise QuestionError(f"history: a turn without question, or one that is no text: it takes {_TURN}")
    if not isinstance(answer, str):
        raise QuestionError(f"history: a turn whose answer is no text: it takes {_TURN}")
    return Turn(question, answer)
