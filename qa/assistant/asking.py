"""Questions to answers: one at a time with its steps shown, or many together."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.assistant.composing import Asked, Composer, Engine, Found
from qa.assistant.models import Models
from qa.chat import standalone
from qa.config import Settings
from qa.errors import ConfigError, QAError, QuestionError, StoreError
from qa.schema import Answer, Filters, Passage, StreamEvent, Turn
from qa.store import Store

__all__ = ["ENGINES", "Asking", "Reply", "Request", "chosen_engine"]

ENGINES = ("extractive", "llm")


@dataclass(frozen=True, slots=True)
class Request:
    """A question with the turns before it, oldest first."""

    question: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of one request of many: an answer, or the error that prevented it.

    `unrefused` is the answer as it would be without the threshold below which there is none; None where
    it was not made, because a chat model would have had to be paid for it.
    """

    answer: Answer | None = None
    unrefused: Answer | None = None
    error: QAError | None = None


def chosen_engine(settings: Settings, engine: str | None, model: str | None) -> str:
    """The engine that is named, else the chat model's if one is named, else that of the settings."""
    return engine or ("llm" if model else settings.engine)


class Asking:
    """Answers questions over a store; thread-safe."""

    def __init__(self, settings: Settings, store: Store, models: Models) -> None:
        self._settings, self._store, self._models = settings, store, models
        self._composer = Composer(settings, models)

    def search(self, question: str, *, top_k: int | None, filters: Filters | None) -> list[Passage]:
        """The passages nearest to the question, best first."""
        asked, known = self._checked(question), self._known(filters)
        asked = self._models.speller().correct(asked)
        found = self._models.retriever().search(asked, filters=known, contexts=False)
        return list(found.passages[: top_k or self._settings.top_k])

    def stream(
        self, request: Request, filters: Filters | None, engine: str | None, model: str | None
    ) -> Iterator[StreamEvent]:
        """The steps of one answer; the last event carries it."""
        began = time.perf_counter()
        self._checked(request.question)
        chosen = self._engine(engine, model)
        filters = self._known(filters)
        if not self._models.loaded:
            yield StreamEvent(kind="stage", text="Loading the models")
        retriever = self._models.retriever()
        asked = self._asked(request)
        yield StreamEvent(kind="stage", text="Reading the documents")
        found = Found(asked, retriever.search_many([part.question for part in asked.parts], filters=filters))
        for event in self._composer.events(found, chosen):
            if event.answer is None:
                yield event
            else:
                total = 1000 * (time.perf_counter() - began)
                yield replace(event, answer=_timed(event.answer, found, total))

    def ask_many(
        self, requests: Sequence[Request], filters: Filters | None, engine: str | None, model: str | None
    ) -> Iterator[Reply]:
        """A reply to each request, in their order."""
        began = time.perf_counter()
        chosen = self._engine(engine, model)
        filters = self._known(filters)
        asked: list[Asked | QuestionError] = []
        for request in requests:
            try:
                asked.append(self._asked(request))
            except QuestionError as error:
                asked.append(error)
        questions = [part.question for one in asked if isinstance(one, Asked) for part in one.parts]
        retriever = self._models.retriever() if questions else None
        found = iter(retriever.search_many(questions, filters=filters) if retriever else ())
        together = 1000 * (time.perf_counter() - began) / max(1, len(questions))
        for one in asked:
            if isinstance(one, Asked):
                yield self._reply(Found(one, [next(found) for _ in one.parts]), chosen, together)
            else:
                yield Reply(error=one)

    def _reply(self, found: Found, engine: Engine, before_ms: float) -> Reply:
        began = time.perf_counter()
        try:
            events = list(self._composer.events(found, engine, also_unrefused=True))
        except QAError as error:
            return Reply(error=error)
        total = before_ms * len(found.retrievals) + 1000 * (time.perf_counter() - began)
        *others, last = (_timed(event.answer, found, total) for event in events if event.answer)
        return Reply(answer=last, unrefused=others[0] if others else None)

    def _asked(self, request: Request) -> Asked:
        from qa.answer.questions import parts

        typed = self._checked(request.question)
        understood = self._models.speller().correct(standalone(typed, request.history))
        return Asked(request.question, understood, parts(understood))

    def _engine(self, engine: str | None, model: str | None) -> Engine:
        chosen = chosen_engine(self._settings, engine, model)
        if chosen not in ENGINES:
            raise ConfigError(f"unknown engine {chosen!r}: use {' or '.join(ENGINES)}")
        if chosen == "extractive":
            return Engine(chosen)
        return Engine(chosen, self._models.chat_model(model), self._models.chat_model_name(model))

    def _checked(self, question: str) -> str:
        asked = question.strip()
        if not asked:
            raise QuestionError("the question is empty: type one")
        if any("\ud800" <= letter <= "\udfff" for letter in asked):
            raise QuestionError("the question holds bytes that are no UTF-8 text: type it anew")
        limit = self._settings.max_question_chars
        if len(asked) > limit:
            raise QuestionError(
                f"the question has {len(asked):,} characters, {limit:,} are allowed: shorten it, "
                "or raise max_question_chars"
            )
        return asked

    def _known(self, filters: Filters | None) -> Filters | None:
        """The filters with ids for documents, before any model is loaded.

        Raises:
            StoreError: There are no documents.
            DocumentNotFound: One of the filters' documents is unknown.
        """
        past = filters is not None and filters.as_of is not None
        if not past and not self._store.counts()[0]:
            raise StoreError(
                f"the store {self._settings.store} has no documents yet: `qa add FILE` adds some"
            )
        if filters is None or not filters.documents:
            return filters
        return replace(
            filters,
            documents=tuple(
                (self._store.resolve_past if past else self._store.resolve)(one) for one in filters.documents
            ),
        )


def _timed(answer: Answer, found: Found, total_ms: float) -> Answer:
    read = found.retrieve_ms + found.read_ms
    timings = {
        "retrieve": found.retrieve_ms,
        "read": found.read_ms,
        "answer": max(0.0, total_ms - read),
        "total": total_ms,
    }
    return replace(answer, timings_ms=timings)
