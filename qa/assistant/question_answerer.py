"""Questions to answers: one at a time with its steps shown, or many together."""

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from qa.answering.answer_builder import AnswerBuilder, Engine, RetrievedQuery
from qa.answering.chat_model.question_rewrite import rewrite_by_model
from qa.assistant.loaded_models import LoadedModels
from qa.assistant.question_log import QuestionLog
from qa.assistant.requests import Reply, Request
from qa.assistant.shared_batches import SharedBatches, StoppedError
from qa.config import Settings
from qa.errors import ConfigError, ModelError, QAError, QuestionError, StoreError
from qa.models.model_turns import model_turns
from qa.query.goods_names import name_goods
from qa.query.query import Query, SubQuestion, understand_question
from qa.retrieval.retriever import Retrieval
from qa.schema import Answer, Filters, Passage, StreamEvent
from qa.schema.engines import ENGINES, choose_engine
from qa.store import Store

__all__ = ["MAX_READ_TOGETHER", "QuestionAnswerer"]

MAX_READ_TOGETHER = 8  # questions; with more of them the first would wait long for little


class QuestionAnswerer:
    """Answers questions over a store; thread-safe."""

    def __init__(self, settings: Settings, store: Store, models: LoadedModels) -> None:
        self._settings, self._store, self._models = settings, store, models
        self._builder = AnswerBuilder(
            top_k=settings.top_k,
            min_confidence=settings.min_confidence,
            checker=models.claim_checker(),
            unsupported=settings.unsupported,
            evidence_tokens=settings.evidence_tokens,
        )
        self._searches = SharedBatches[tuple[SubQuestion, Filters | None], Retrieval](
            lambda requests: models.retriever().search_many(requests), MAX_READ_TOGETHER
        )

    def search(self, question: str, *, top_k: int | None, filters: Filters | None) -> list[Passage]:
        """The passages nearest to the question, best first."""
        self._check_question(question)
        if top_k is not None and (not isinstance(top_k, int) or top_k < 1):
            raise QuestionError(f"top_k says how many passages: it takes a number from 1, not {top_k!r}")
        filters = self._resolve_filters(filters)
        corrected = self._correct(question.strip())
        retriever = self._models.retriever()
        retrieval = retriever.search(SubQuestion.of(corrected), filters=filters, expand=False)
        return list(retrieval.passages[: top_k or self._settings.top_k])

    def stream(
        self,
        request: Request,
        filters: Filters | None,
        engine: str | None,
        model: str | None,
        stop: threading.Event | None = None,
    ) -> Generator[StreamEvent, None, None]:
        """The steps of one answer; the last event carries it."""
        log = self._log(request, engine, model)
        try:
            yield from self._stream(request, filters, engine, model, stop, log)
        except BaseException as error:
            is_stopped = stop is not None and stop.is_set() and isinstance(error, ModelError)
            log.stop() if is_stopped else log.fail(error)
            raise

    def _stream(
        self,
        request: Request,
        filters: Filters | None,
        engine: str | None,
        model: str | None,
        stop: threading.Event | None,
        log: QuestionLog,
    ) -> Generator[StreamEvent, None, None]:
        self._check_request(request)
        opened_engine = self._open_engine(engine, model).for_question(stop)
        filters = self._resolve_filters(filters)
        if not self._models.loaded:
            yield StreamEvent(kind="stage", text="Loading the models")
        retriever = self._models.retriever()
        with log.phase("understand"):
            query = self._understand(request, opened_engine)
        yield StreamEvent(kind="stage", text="Reading the documents")
        began = time.perf_counter()
        try:
            # Those who ask at the same time are read together.
            with model_turns.awaited():
                retrievals = self._searches.run([(asked, filters) for asked in query.subquestions], stop)
        except StoppedError:
            yield StreamEvent(kind="stage", text="Stopped")
            raise ModelError("the question was stopped before it was read: ask it again") from None
        retrieved = RetrievedQuery(query, retrievals, retriever)
        _add_reading(log, retrieved, 1000 * (time.perf_counter() - began))
        # Who stops listening closes this, and with it the request at a chat model's server.
        with closing(self._builder.stream(retrieved, opened_engine)) as events:
            followed = log.follow("answer", events)
            for event in followed if opened_engine.calls else _await_each(followed):
                if event.answer is None:
                    yield event
                else:
                    answer = _with_timings(self._with_hints(event.answer, filters), log, log.elapsed_ms)
                    log.end(answer, was_stopped=stop is not None and stop.is_set())
                    yield replace(event, answer=answer)

    def _log(
        self, request: Request, engine: str | None, model: str | None, batch: int | None = None
    ) -> QuestionLog:
        return QuestionLog(
            request.question,
            shows_words=self._settings.log_questions == "on",
            engine=choose_engine(engine, model, default=self._settings.engine),
            batch=batch,
        )

    def ask_many(
        self, requests: Sequence[Request], filters: Filters | None, engine: str | None, model: str | None
    ) -> Iterator[Reply]:
        """A reply to each request, in their order."""
        logs: list[QuestionLog] = []
        try:
            yield from self._ask_many(requests, filters, engine, model, logs)
        except BaseException as error:
            for log in logs:  # those that have ended stay as they are
                log.fail(error)
            raise

    def _ask_many(
        self,
        requests: Sequence[Request],
        filters: Filters | None,
        engine: str | None,
        model: str | None,
        logs: list[QuestionLog],
    ) -> Iterator[Reply]:
        began = time.perf_counter()
        opened_engine = self._open_engine(engine, model)
        filters = self._resolve_filters(filters)
        queries: list[tuple[Query, Engine, QuestionLog] | QuestionError] = []
        for request in requests:
            log = self._log(request, engine, model, batch=len(requests))
            logs.append(log)
            try:
                self._check_request(request)
            except QuestionError as error:
                log.fail(error)
                queries.append(error)
            else:
                # What broke off in the middle is an error here, so that it is asked again.
                own_engine = opened_engine.for_question(keeps_broken=False)
                with log.phase("understand"):
                    query = self._understand(request, own_engine)
                queries.append((query, own_engine, log))
        subquestions = [
            subquestion
            for asked in queries
            if not isinstance(asked, QuestionError)
            for subquestion in asked[0].subquestions
        ]
        if not subquestions:
            yield from (Reply(error=asked) for asked in queries if isinstance(asked, QuestionError))
            return
        retriever = self._models.retriever()
        with model_turns.bulk():
            retrievals = iter(retriever.search_many([(asked, filters) for asked in subquestions]))
        shared_ms = 1000 * (time.perf_counter() - began) / max(1, len(subquestions))
        for asked in queries:
            if isinstance(asked, QuestionError):
                yield Reply(error=asked)
                continue
            query, own_engine, log = asked
            own = [next(retrievals) for _ in query.subquestions]
            if own_engine.calls:  # what the others took is not this one's time
                own_engine.calls.deadline = None
            with model_turns.bulk():
                reply = self._reply(
                    RetrievedQuery(query, own, retriever), filters, own_engine, shared_ms, log
                )
            yield reply

    def _reply(
        self,
        retrieved: RetrievedQuery,
        filters: Filters | None,
        engine: Engine,
        shared_ms: float,
        log: QuestionLog,
    ) -> Reply:
        began = time.perf_counter()
        # Shares of what was done for all together, which no spans can show.
        log.phases_ms |= {"wait": 0.0, "retrieve": retrieved.retrieve_ms, "read": retrieved.read_ms}
        try:
            events = list(self._builder.stream(retrieved, engine, also_unrefused=True))
            answers = [self._with_hints(event.answer, filters) for event in events if event.answer]
        except QAError as error:
            log.fail(error)
            return Reply(error=error, usage=engine.calls.usage if engine.calls else None)
        total_ms = shared_ms * len(retrieved.retrievals) + 1000 * (time.perf_counter() - began)
        *unrefused, answer = (_with_timings(answer, log, total_ms) for answer in answers)
        log.end(answer)
        return Reply(answer=answer, unrefused=unrefused[0] if unrefused else None)

    def _understand(self, request: Request, engine: Engine) -> Query:
        """The question as it is meant; a follow-up as the chat model says it, where there is one."""
        if request.standalone_question is not None:
            return Query.of(request.standalone_question.strip(), typed=request.question)
        return understand_question(
            request.question,
            request.history,
            correct=self._correct,
            rewrite=partial(rewrite_by_model, ask=engine.calls.ask) if engine.calls else None,
        )

    def _correct(self, question: str) -> str:
        """The question without slips, and with the documents' names for the goods in it."""
        corrected = self._models.spelling_corrector().correct(question)
        return name_goods(corrected, self._store.phrases_present)

    def _with_hints(self, answer: Answer, filters: Filters | None) -> Answer:
        """A refusal with the question that may have been meant, and whether the filters left nothing to read.

        Any other answer is as it was.
        """
        if answer.status != "not_found":
            return answer
        suggestion = self._models.spelling_corrector().suggest(answer.standalone_question)
        emptied = (
            (f"no document passes the filters: {filters.describe()}",)
            if filters and not answer.passages
            else ()
        )
        return replace(answer, suggestion=suggestion, warnings=(*answer.warnings, *emptied))

    def _open_engine(self, engine: str | None, model: str | None) -> Engine:
        name = choose_engine(engine, model, default=self._settings.engine)
        if name not in ENGINES:
            raise ConfigError(f"unknown engine {name!r}: use {' or '.join(ENGINES)}")
        if not ENGINES[name].needs_chat_model:
            return Engine(name)
        return Engine(name, self._models.chat_model(model))

    def _check_request(self, request: Request) -> None:
        self._check_question(request.question)
        if request.standalone_question is not None:
            self._check_question(request.standalone_question)

    def _check_question(self, question: object) -> None:
        """Refuse a question that can't be asked."""
        if not isinstance(question, str):
            raise QuestionError(f"a question is text, not of type {type(question).__name__}: type one")
        text = question.strip()
        if not text:
            raise QuestionError("the question is empty: type one")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise QuestionError("the question holds bytes that are no UTF-8 text: type it anew")
        limit = self._settings.max_question_chars
        if len(text) > limit:
            raise QuestionError(
                f"the question has {len(text):,} characters, {limit:,} are allowed: shorten it, "
                "or raise max_question_chars"
            )

    def _resolve_filters(self, filters: Filters | None) -> Filters | None:
        """The filters with ids for documents, before any model is loaded.

        Raises:
            StoreError: There are no documents.
            DocumentNotFound: One of the filters' documents is unknown.
        """
        is_past = filters is not None and filters.as_of is not None
        if not is_past and not self._store.counts()[0]:
            raise StoreError(
                f"the store {self._settings.store} has no documents yet: `qa add FILE` adds some"
            )
        if filters is None or not filters.documents:
            return filters
        resolve = self._store.resolve_past if is_past else self._store.resolve
        return replace(filters, documents=tuple(map(resolve, filters.documents)))


def _await_each(events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
    """The events, with somebody waiting for each, but not while it is looked at."""
    while True:
        with model_turns.awaited():
            event = next(events, None)
        if event is None:
            return
        yield event


def _add_reading(log: QuestionLog, retrieved: RetrievedQuery, spent_ms: float) -> None:
    """What became of this time: the question's share of what was done for all, and waiting for the others."""
    retrieve_ms, read_ms = retrieved.retrieve_ms, retrieved.read_ms
    wait_ms = max(0.0, spent_ms - retrieve_ms - read_ms)
    log.add_phases(wait=wait_ms, retrieve=retrieve_ms, read=read_ms)


def _with_timings(answer: Answer, log: QuestionLog, total_ms: float) -> Answer:
    answer_ms = max(0.0, total_ms - sum(log.phases_ms.values()))
    timings = {**log.phases_ms, "answer": answer_ms, "total": total_ms}
    return replace(answer, timings_ms=timings, request_id=log.request_id)
