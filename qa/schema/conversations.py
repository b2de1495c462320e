"""What was asked and answered, kept under an address of its own."""

from dataclasses import dataclass, field

from qa.schema.answers import Answer
from qa.schema.passages import Filters

__all__ = ["Conversation", "Exchange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and what came of it: an answer or an error.

    With neither, the answer is on its way, or was when the program ended. `number` counts from 0 within the
    conversation; `asked_at` is ISO 8601 in UTC. `was_stopped` says that the reader ended it.
    """

    question: str
    filters: Filters = field(default_factory=Filters)
    answer: Answer | None = None
    error: str | None = None
    was_stopped: bool = False
    number: int = 0
    asked_at: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether nothing has come of it yet."""
        return self.answer is None and self.error is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as a list of them shows it.

    `scope` is what its next question is limited to; `user` is whose it is, None where nobody signs in;
    `revision` moves with every change. Times are ISO 8601 in UTC.
    """

    id: str
    title: str
    created_at: str
    updated_at: str
    questions: int
    revision: int
    scope: Filters = field(default_factory=Filters)
    user: str | None = None
