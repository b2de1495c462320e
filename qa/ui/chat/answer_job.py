"""A question on its way, in a thread of its own."""

from collections.abc import Iterator

from qa.schema import Answer, Filters, StreamEvent
from qa.ui.shared.background_job import BackgroundJob

__all__ = ["CRASH_MESSAGE", "AnswerJob", "start_answer"]

CRASH_MESSAGE = (
    "The answer could not be finished: a fault in the program, described in the terminal it runs in."
)


class AnswerJob(BackgroundJob[str, Answer]):
    """What has come of a question so far: the stage, the pieces of `text`, and at last the answer."""

    def __init__(self, question: str, filters: Filters) -> None:
        super().__init__(name="qa-answer", crash_message=CRASH_MESSAGE)
        self.question, self.filters = question, filters
        self.text = ""

    @property
    def stage(self) -> str:
        """What is going on."""
        return self.progress or "Getting ready"

    @property
    def answer(self) -> Answer | None:
        """The answer, once there is one."""
        return self.result

    def consume(self, events: Iterator[StreamEvent]) -> Answer:
        """Take in all events; returns the answer that the last of them carries."""
        answer: Answer | None = None
        for event in events:
            if event.kind == "stage":
                self.report_progress(event.text)
            self.text += event.text if event.kind == "text" else ""
            answer = event.answer or answer
        assert answer is not None  # a stream ends with its answer
        return answer


def start_answer(question: str, filters: Filters, events: Iterator[StreamEvent]) -> AnswerJob:
    """Begin to follow the events of an answer in the background."""
    job = AnswerJob(question, filters)
    job.start(lambda: job.consume(events))
    return job
