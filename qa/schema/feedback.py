"""What a reader says of an answer."""

from dataclasses import dataclass, field
from typing import Literal

from qa.schema.answers import Answer
from qa.schema.passages import Filters

__all__ = ["Feedback", "FeedbackReason", "FeedbackVerdict"]

FeedbackVerdict = Literal["right", "wrong"]
# What is wrong: the figure or fact, a condition that it does not meet ("2029, not 2030"), it answers another
# question, the documents do not answer at all, or what the comment says.
FeedbackReason = Literal["figure", "condition", "other-question", "should-refuse", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A verdict on an answer, with the answer as it was: its passages and citations too.

    `key` says which answer it is about, in the caller's way (a conversation's id and the question's number):
    there is one verdict a key. `filters` are those of the question. `id` and `created_at`, ISO 8601 in UTC,
    are set by the store; `user` is None where nobody signs in.
    """

    key: str
    verdict: FeedbackVerdict
    question: str
    answer: Answer
    reason: FeedbackReason | None = None
    comment: str = ""
    filters: Filters = field(default_factory=Filters)
    user: str | None = None
    id: str = ""
    created_at: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("feedback needs the key of its answer")
        if self.verdict == "right" and self.reason is not None:
            raise ValueError(f"{self.key}: a right answer has no reason, here {self.reason!r}")
