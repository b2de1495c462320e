"""A question on its way, in a thread of its own: it waits for its turn, is answered, and kept."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from qa.assistant.question_answerer import MAX_READ_TOGETHER
from qa.errors import QAError, with_request
from qa.schema import Answer, Exchange, Filters, StreamEvent
from qa.store import ConversationRecords
from qa.ui.shared.background_job import BackgroundJob
from qa.ui.shared.formatting import SUPPORT_LABELS, format_count

__all__ = [
    "CRASH_MESSAGE",
    "STOPPED_MESSAGE",
    "AnswerJob",
    "AnswerTurns",
    "ExchangeKeeper",
    "asking",
    "running_job",
    "start_answer",
]

STOPPED_MESSAGE = "Stopped before there was an answer."
# How often it is looked whether the page is still there, and how long it may be away, as where a phone has
# lost its network.
_WATCH_INTERVAL_S, _MAX_ABSENCE_S = 1.0, 30.0

CRASH_MESSAGE = (
    "The answer could not be finished: a fault in the program, described in the terminal it runs in."
)


class AnswerTurns:
    """The questions of all pages, answered in the order in which they came, a few at a time.

    Answered all at once, each would take as long as all together.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._line: list[AnswerJob] = []
        self._moved = threading.Condition()

    def count_before(self, job: "AnswerJob") -> int:
        """How many questions have to end before this one begins; 0 where it has begun."""
        with self._moved:
            return max(0, self._line.index(job) - self._at_once + 1) if job in self._line else 0

    @contextmanager
    def turn(self, job: "AnswerJob") -> Iterator[None]:
        """Wait for the job's turn, which lasts as long as the context; one that is stopped waits no more."""
        with self._moved:
            self._line.append(job)
            while self._line.index(job) >= self._at_once and not job.stop_requested:
                self._moved.wait(0.2)
        try:
            yield
        finally:
            with self._moved:
                self._line.remove(job)
                self._moved.notify_all()


# Those that are quoted from the documents are read together, as many as one batch takes; a chat model answers
# more than two at once hardly faster, and each has its time limit.
_turns, _chat_model_turns = AnswerTurns(at_once=MAX_READ_TOGETHER), AnswerTurns(at_once=2)
# By conversation, so that a page that was loaded again finds the answer that is on its way.
_running: WeakValueDictionary[str, "AnswerJob"] = WeakValueDictionary()
# Is held by the page that keeps a question that waited and sets it on its way, and by one that reads what is
# kept, waits and is on its way: in between a question would be none of these, or seem to be interrupted.
asking = threading.Lock()


class ExchangeKeeper:
    """Keeps a question, and what comes of it, in a conversation of the store.

    With a `number` it is a question that is there: its answer is kept in place of the one before, for which
    `on_replaced` is called then, and that one stays where there is no other. `problem` is why something could
    not be kept, in one line: an answer that can't be kept is still shown.
    """

    def __init__(
        self,
        records: ConversationRecords,
        conversation_id: str,
        user: str | None,
        *,
        number: int | None = None,
        on_replaced: Callable[[], None] | None = None,
    ) -> None:
        self._records, self._user = records, user
        self.conversation_id = conversation_id
        self._number, self._on_replaced = number, on_replaced
        self._is_there = number is not None
        self.problem: str | None = None

    def begin(self, question: str, filters: Filters, waiting_id: str | None = None) -> bool:
        """Keep the question before it is answered, if it is not kept yet.

        With `waiting_id` it is one that waited; False where another page has asked it, or it was taken back.
        """
        if self._number is not None:
            return True
        try:
            if waiting_id is None:
                self._number = self._records.begin_exchange(
                    self.conversation_id, question, filters, user=self._user
                )
            else:
                self._number = self._records.begin_waiting(
                    self.conversation_id, waiting_id, filters, user=self._user
                )
        except QAError as error:
            self.problem = str(error)
            return True
        return self._number is not None

    def end(self, answer: Answer | None, *, error: str | None, was_stopped: bool) -> None:
        """Keep the answer, or why there is none."""
        if self._number is None or (self._is_there and (answer is None or was_stopped)):
            return
        try:
            self._records.end_exchange(
                self.conversation_id, self._number, answer=answer, error=error, was_stopped=was_stopped
            )
            if self._on_replaced is not None:
                self._on_replaced()
        except QAError as store_error:
            self.problem = str(store_error)


class AnswerJob(BackgroundJob[str, Answer | None]):
    """What has come of a question so far: the stage, the pieces of `text`, verdicts, and at last the answer.

    One that is stopped has what was written by then as its answer, if anything was. It is stopped where none
    of its `watchers` has been there for a while. `place` is that of the exchange whose answer it is to
    replace, None where it makes a new one; `turns` gives it its turn.
    """

    def __init__(
        self,
        question: str,
        filters: Filters,
        keeper: ExchangeKeeper | None = None,
        place: int | None = None,
        *,
        turns: AnswerTurns | None = None,
    ) -> None:
        super().__init__(name="qa-answer", crash_message=CRASH_MESSAGE)
        self._turns = turns or _turns
        self.question, self.filters, self.keeper, self.place = question, filters, keeper, place
        self.text = ""
        self.verdicts: Counter[str] = Counter()  # of the sentences that have ended, by their support
        self.watchers: list[Callable[[], bool]] = []

    @property
    def stage(self) -> str:
        """What is going on."""
        if before := self._turns.count_before(self):
            return f"Waiting: {before} {'question' if before == 1 else 'questions'} before this one"
        return self.progress or "Getting ready"

    @property
    def answer(self) -> Answer | None:
        """The answer, once there is one."""
        return self.result

    def describe_verdicts(self) -> str:
        """How those sentences were judged: "2 sentences checked: 1 supported, 1 not supported"."""
        counted = [
            f"{self.verdicts[support]} {label.lower() or support}"
            for support, label in SUPPORT_LABELS.items()
            if self.verdicts.get(support)
        ]
        total = format_count(sum(self.verdicts.values()), "sentence")
        if len(counted) == 1 and self.verdicts.get("supported"):
            return f"{total} checked"
        return f"{total} checked: {', '.join(counted)}" if counted else ""

    def to_exchange(self) -> Exchange:
        """The question with what came of it, once it is done."""
        is_empty = self.state == "stopped" and self.answer is None
        return Exchange(
            question=self.question,
            filters=self.filters,
            answer=self.answer,
            error=STOPPED_MESSAGE if is_empty else self.error,
            was_stopped=self.stop_requested,
        )

    def run(
        self, events: Iterator[StreamEvent], after: BackgroundJob[Any, Any] | None = None
    ) -> Answer | None:
        """Wait for another job and for the turn, take in all events, and keep what came of them."""
        if self.keeper is not None:
            self.keeper.begin(self.question, self.filters)
        while after is not None and not after.done and not self.stop_requested:
            self.report_progress("Waiting for the files to be added")
            after.wait(0.2)
        answer: Answer | None = None
        error: str | None = CRASH_MESSAGE
        try:
            with self._turns.turn(self):
                answer = None if self.stop_requested else self._consume(events)
            error = None if answer else STOPPED_MESSAGE
        except QAError as told:
            error = with_request(str(told), told)
            raise
        except Exception as fault:
            error = with_request(CRASH_MESSAGE, fault)
            raise
        finally:
            if self.keeper is not None:
                self.keeper.end(answer, error=error, was_stopped=self.stop_requested)
        return answer

    def _consume(self, events: Iterator[StreamEvent]) -> Answer | None:
        """The answer that the last of the events carries, None where it was stopped."""
        answer: Answer | None = None
        for event in events:
            if self.stop_requested and not self.text and event.answer is None:
                return None
            if event.kind == "stage":
                self.report_progress(event.text)
            if event.sentence is not None:
                self.verdicts[event.sentence.support] += 1
            if event.kind == "text":
                self.report_progress("Writing the answer")
                self.text += event.text
            answer = event.answer or answer
        assert answer is not None  # a stream ends with its answer
        return answer


def running_job(conversation_id: str) -> AnswerJob | None:
    """The question of a conversation that is on its way in this process."""
    job = _running.get(conversation_id)
    return None if job is None or job.done else job


def start_answer(
    question: str,
    filters: Filters,
    events: Iterator[StreamEvent],
    *,
    stop: threading.Event | None = None,
    is_wanted: Callable[[], bool] | None = None,
    keeper: ExchangeKeeper | None = None,
    after: BackgroundJob[Any, Any] | None = None,
    place: int | None = None,
    with_chat_model: bool = False,
) -> AnswerJob:
    """Begin to follow the events of an answer in the background.

    Args:
        question: What was asked.
        filters: What it was limited to.
        events: Of the answer.
        stop: Is set to end them when the job is stopped.
        is_wanted: Whether the page that asked is still there: the job is stopped where it stays away.
        keeper: Keeps the question and what comes of it.
        after: Has to end first, as files that come with the question.
        place: Of the exchange whose answer it is to replace; None for a new one.
        with_chat_model: Whether a chat model words the answer.
    """
    turns = _chat_model_turns if with_chat_model else _turns
    job = AnswerJob(question, filters, keeper, place, turns=turns)
    if keeper is not None:
        _running[keeper.conversation_id] = job
    if is_wanted is not None:
        job.watchers.append(is_wanted)
    job.start(lambda: job.run(events, after), on_stop=stop.set if stop else None)
    if is_wanted is not None:
        threading.Thread(target=_stop_unwanted, args=(job,), name="qa-watch", daemon=True).start()
    return job


def _stop_unwanted(job: AnswerJob) -> None:
    absent_s = 0.0
    while not job.done and absent_s < _MAX_ABSENCE_S:
        job.wait(_WATCH_INTERVAL_S)
        is_wanted = any(watch() for watch in tuple(job.watchers))
        absent_s = 0.0 if is_wanted else absent_s + _WATCH_INTERVAL_S
    if not job.done:
        job.stop()
