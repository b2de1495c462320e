"""A bulk run: questions streamed through the assistant, a row written for each as it is finished."""

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from qa import serialize
from qa.assistant import Reply, Request
from qa.errors import EvaluationError, QAError, QuestionError
from qa.evaluate import run_identity
from qa.evaluate.datasets.dataset import DatasetInfo, check_questions, read_questions
from qa.evaluate.datasets.dataset_types import AnsweringAssistant, Question
from qa.evaluate.datasets.gold_quotes import GoldFinder, check_gold
from qa.evaluate.ray_answers import RayAssistant
from qa.evaluate.reporting.report import write_report
from qa.evaluate.reporting.run_figures import round_values
from qa.evaluate.reporting.run_summary import summarize_run
from qa.evaluate.run_directory import (
    RESULTS_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    RunDirectory,
    read_run,
    write_json,
)
from qa.evaluate.run_progress import EvaluationProgress, RunTally, UsageLimits
from qa.evaluate.scoring import answer_scores
from qa.evaluate.scoring.score_table import read_score_table
from qa.schema.engines import choose_engine, needs_chat_model

__all__ = ["DEFAULT_BATCH_SIZE", "Evaluation", "EvaluationProgress", "evaluate"]

_FORMAT = 1
DEFAULT_BATCH_SIZE = 32
# So many failures in a row, all with the same error, and the rest would fail as well.
_MAX_SAME_ERRORS = 20


class Evaluation:
    """One run of a question file into a directory; `run` it once, watch and stop it from any thread.

    Args:
        assistant: Answers; its store is the corpus.
        questions: A file or folder that `read_questions` reads.
        out: The run's directory. If a run of the same questions, corpus and settings is in it, it goes on
            where that one was.
        engine: As in `Assistant.ask`.
        model: As in `Assistant.ask`. What it may take in all is a setting (`max_run_tokens`,
            `max_run_cost`): what has been begun is finished, and the run can go on with a higher one.
        workers: How many batches are worked on at once: with a chat model, as many calls.
        batch: Questions that go through the models together (32; 1 with a chat model). With 1 the times are
            those of one user who asks; in a batch each question has its share of the common work.
        fresh: Start over; the run that is in `out` is removed.
        on_progress: Called after every row, from any thread, one at a time.
    """

    def __init__(
        self,
        assistant: AnsweringAssistant,
        questions: Path | str,
        out: Path | str,
        *,
        engine: str | None = None,
        model: str | None = None,
        workers: int = 2,
        batch: int | None = None,
        fresh: bool = False,
        on_progress: Callable[[EvaluationProgress], None] | None = None,
    ) -> None:
        self._assistant, self._questions, self._out = assistant, Path(questions), Path(out)
        self._engine, self._model = engine, model
        name = choose_engine(engine, model, default=assistant.settings.engine)
        uses_chat_model = needs_chat_model(name)
        batch = batch or (1 if uses_chat_model else DEFAULT_BATCH_SIZE)
        self._workers, self._batch = max(1, workers), max(1, batch)
        self._fresh, self._on_progress = fresh, on_progress
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # A chat model answers several questions at once, and so do the workers of a cluster.
        is_alone = uses_chat_model or isinstance(assistant, RayAssistant)
        self._model_lock: AbstractContextManager[Any] = nullcontext() if is_alone else threading.Lock()
        settings = assistant.settings
        self._tally = RunTally(limits=UsageLimits(settings.max_run_tokens, settings.max_run_cost))
        self._fatal_error: QAError | None = None

    def stop(self) -> None:
        """Let `run` finish what has been begun, and end."""
        self._stop.set()

    def run(self) -> dict[str, Any]:
        """Ask everything that has not been asked, then write summary and report; returns the summary.

        Raises:
            EvaluationError: The questions are wrong, the directory belongs to another run or can't be
                written, or question after question failed with the same error; what was done is kept.
            QAError: What `Assistant.ask_many` raises before the first question.
        """
        info = check_questions(self._questions)
        # What it raises whatever is asked, it raises now.
        list(self._assistant.ask_many((), engine=self._engine, model=self._model))
        finder = GoldFinder.for_assistant(self._assistant)
        check_gold(read_questions(self._questions), finder)
        with RunDirectory(self._out) as directory:
            description = self._begin(directory, info)
            finished_ids = directory.open_results(self._tally.add_earlier)
            self._tally.total, self._tally.resumed = info.count, len(finished_ids)
            before_s = description["elapsed_s"]
            try:
                self._ask_all(directory, finder, finished_ids)
            finally:
                description |= {
                    "elapsed_s": before_s + time.monotonic() - self._tally.began,
                    "usage": self._tally.usage_json,
                    "stopped_by": self._tally.exhausted if self._tally.left else None,
                }
                summary = self._finish(directory, description)
        if self._fatal_error is not None:
            raise self._fatal_error
        return summary

    def _begin(self, directory: RunDirectory, info: DatasetInfo) -> dict[str, Any]:
        """Write or check `run.json`."""
        settings = run_identity.collect_settings(self._assistant.settings, self._engine, self._model)
        description: dict[str, Any] = {
            "format": _FORMAT,
            "name": directory.path.resolve().name,
            "state": "running",
            "questions": {
                "path": str(self._questions.resolve()), "sha256": info.sha256, "count": info.count,
            },
            "settings": settings,
            "versions": run_identity.collect_versions(),
            "corpus": run_identity.describe_corpus(self._assistant),
            "engine": settings["engine"],
            "model": settings["model"],
            "batch": self._batch,
            "workers": self._workers,
            "started_at": _now(),
            "finished_at": None,
            "elapsed_s": 0.0,
        }  # fmt: skip
        if self._fresh:
            directory.clear()
        if directory.has_run:
            before = read_run(directory.path)
            if differences := list(run_identity.describe_differences(before, description)):
                raise EvaluationError(
                    f"the run in {directory.path} was made with {'; '.join(differences)}: name another "
                    "--out, or start over with --fresh"
                )
            description |= {"started_at": before["started_at"], "elapsed_s": before.get("elapsed_s", 0.0)}
        write_json(directory.path / RUN_FILE, description)
        return description

    def _finish(self, directory: RunDirectory, description: dict[str, Any]) -> dict[str, Any]:
        """Write `run.json`, `summary.json` and the report; returns the summary."""
        description["state"] = "stopped" if self._tally.left else "done"
        description["finished_at"] = _now()
        table = read_score_table(directory.path / RESULTS_FILE)
        summary = summarize_run(table, description, expected=self._tally.total)
        if (
            run_identity.describe_corpus(self._assistant)["fingerprint"]
            != description["corpus"]["fingerprint"]
        ):
            summary["warnings"].append("the corpus changed while the questions were asked")
        write_json(directory.path / RUN_FILE, description)
        write_json(directory.path / SUMMARY_FILE, summary)
        write_report(directory.path)
        return summary

    def _ask_all(self, directory: RunDirectory, finder: GoldFinder, finished_ids: set[str]) -> None:
        questions = (
            question for question in read_questions(self._questions) if question.id not in finished_ids
        )
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="qa-eval") as pool:
            try:
                if self._tally.exhausted:
                    self._stop.set()
                while not self._stop.is_set() and (batch := list(islice(questions, self._batch))):
                    running.add(pool.submit(self._ask_batch, directory, finder, batch))
                    while len(running) >= self._workers and not self._stop.is_set():
                        running = _await_some(running)
                while running and not self._stop.is_set():
                    running = _await_some(running)
            except BaseException:
                self._stop.set()
                raise
        for future in running:
            future.result()

    def _ask_batch(self, directory: RunDirectory, finder: GoldFinder, batch: Sequence[Question]) -> None:
        replies = self._ask(batch)
        # One batch at a time is in the models, which is before its first reply: its time is then its own, and
        # one that still waits when the run is stopped is not begun.
        with self._model_lock:
            if self._stop.is_set():
                return
            first_replies = list(islice(replies, 1))
        for question, reply in zip(batch, chain(first_replies, replies), strict=True):
            try:
                row = self._score_reply(question, reply, finder)
            # The document that it cites was removed in the meantime.
            except QAError as error:
                row = {**question.row, "error": str(error)}
            with self._lock:
                self._write(directory, row)
            if self._fatal_error is not None:
                return

    def _ask(self, batch: Sequence[Question]) -> Iterator[Reply]:
        """A reply to each; a fault of the program over one question costs only that one."""
        requests = [Request(question.question, question.history) for question in batch]
        reply_count = 0
        try:
            for reply in self._assistant.ask_many(requests, engine=self._engine, model=self._model):
                yield reply
                reply_count += 1
        # A bug met by one of ten thousand questions must not end the run: it becomes that row's error.
        except Exception as error:  # noqa: BLE001
            if isinstance(error, QAError) and not isinstance(error, QuestionError):
                yield from (Reply(error=error) for _ in batch[reply_count:])
            elif len(batch) - reply_count == 1:
                traceback.print_exception(error)
                yield Reply(error=QAError(f"a fault in the program: {type(error).__name__}: {error}"))
            else:
                for question in batch[reply_count:]:
                    yield from self._ask([question])

    def _score_reply(self, question: Question, reply: Reply, finder: GoldFinder) -> dict[str, Any]:
        if reply.answer is None:
            usage = {"usage": serialize.usage(reply.usage)} if reply.usage else {}
            return {**question.row, "error": str(reply.error), **usage}
        with self._lock:
            gold = finder.locate(question)
            texts = {
                citation.document_id: finder.document_text(citation.document_id)
                for citation in reply.answer.citations
            }
        scores = answer_scores.score_answer(
            reply.answer,
            gold,
            text_of=texts.__getitem__,
            top_k=self._assistant.settings.top_k,
            unrefused=reply.unrefused,
        )
        outcome = answer_scores.classify_outcome(reply.answer, gold, scores)
        result = serialize.answer(reply.answer)
        return {**question.row, "result": result, "scores": round_values(scores), "outcome": outcome}

    def _write(self, directory: RunDirectory, row: Mapping[str, Any]) -> None:
        try:
            directory.append(row)
        except EvaluationError as error:
            self._fatal_error = self._fatal_error or error
            self._stop.set()
            return
        self._tally.add(row)
        if self._tally.exhausted:
            self._stop.set()
        if self._tally.same_error >= _MAX_SAME_ERRORS and self._fatal_error is None:
            self._fatal_error = EvaluationError(
                f"{_MAX_SAME_ERRORS} questions in a row failed ({self._tally.last_error}): mend that, and "
                "run the same command again"
            )
            self._stop.set()
        if self._on_progress:
            self._on_progress(self._tally.progress())


def _await_some(running: set[Future[None]]) -> set[Future[None]]:
    """Wait a little; returns what is not done yet. A batch's exception is raised here."""
    finished, unfinished = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
    for future in finished:
        future.result()
    return unfinished


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def evaluate(
    assistant: AnsweringAssistant, questions: Path | str, out: Path | str, **options: Any
) -> dict[str, Any]:
    """Run a question file into a directory, with the options of `Evaluation`; returns the summary."""
    return Evaluation(assistant, questions, out, **options).run()
