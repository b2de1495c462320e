"""A question on its way, in a thread of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

from qa.schema import Answer, Filters, StreamEvent
from qa.ui.shared.background_job import BackgroundJob

__all__ = ["CRASH_MESSAGE", "STOPPED_MESSAGE", "AnswerJob", "start_answer"]

STOPPED_MESSAGE = "Stopped before there was an answer."
# How often it is looked whether the page is still there, and how long it may be away, as where a phone has
# lost its network.
_WATCH_INTERVAL_S, _MAX_ABSENCE_S = 1.0, 30.0

CRASH_MESSAGE = (
    "The answer could not be finished: a fault in the program, described in the terminal it runs in."
)


class AnswerJob(BackgroundJob[str, Answer | None]):
    """What has come of a question so far: the stage, the pieces of `text`, verdicts, and at last the answer.

    One that is stopped has what was written by then as its answer, if anything was.
    """

    def __init__(self, question: str, filters: Filters) -> None:
        super().__init__(name="qa-answer", crash_message=CRASH_MESSAGE)
        self.question, self.filters = question, filters
        self.text = ""
        self.verdicts: Counter[str] = Counter()  # of the sentences that have ended, by their support

    @property
    def stage(self) -> str:
        """What is going on."""
        return self.progress or "Getting ready"

    @property
    def answer(self) -> Answer | None:
        """The answer, once there is one."""
        return self.result

    def consume(self, events: Iterator[StreamEvent]) -> Answer | None:
        """Take in all events; returns the answer that the last of them carries, None where it was stopped."""
        answer: Answer | None = None
        for event in events:
            if self.stop_requested and not self.text and event.answer is None:
                return None
            if event.kind == "stage":
                self.report_progress(event.text)
            if event.sentence is not None:
                self.verdicts[event.sentence.support] += 1
            self.text += event.text if event.kind == "text" else ""
            answer = event.answer or answer
        assert answer is not None  # a stream ends with its answer
        return answer


def start_answer(
    question: str,
    filters: Filters,
    events: Iterator[StreamEvent],
    *,
    stop: threading.Event | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> AnswerJob:
    """Begin to follow the events of an answer in the background.

    Args:
        question: What was asked.
        filters: What it was limited to.
        events: Of the answer.
        stop: Is set to end them when the job is stopped.
        is_wanted: Whether the page that asked is still there: the job is stopped where it stays away.
    """
    job = AnswerJob(question, filters)
    job.start(lambda: job.consume(events), on_stop=stop.set if stop else None)
    if is_wanted is not None:
        threading.Thread(target=_stop_unwanted, args=(job, is_wanted), name="qa-watch", daemon=True).start()
    return job


def _stop_unwanted(job: AnswerJob, is_wanted: Callable[[], bool]) -> None:
    absent_s = 0.0
    while not job.done and absent_s < _MAX_ABSENCE_S:
        job.wait(_WATCH_INTERVAL_S)
        absent_s = 0.0 if is_wanted() else absent_s + _WATCH_INTERVAL_S
    if not job.done:
        job.stop()
