"""Questions to answers: one at a time with its steps shown, or many together."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.assistant.models import Models
from qa.chat import standalone
from qa.config import Settings
from qa.errors import ConfigError, QAError, QuestionError, StoreError
from qa.schema import Answer, Filters, Passage, StreamEvent, Turn
from qa.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from qa.retrieve import Retrieval

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


@dataclass(frozen=True, slots=True)
class _Engine:
    """Who words the answer; `chat_model` is None for the extractive engine."""

    name: str
    chat_model: "BaseChatModel | None" = None
    model: str | None = None


class Asking:
    """Answers questions over a store; thread-safe."""

    def __init__(self, settings: Settings, store: Store, models: Models) -> None:
        self._settings, self._store, self._models = settings, store, models

    def search(self, question: str, *, top_k: int | None, filters: Filters | None) -> list[Passage]:
        """The passages nearest to the question, best first."""
        asked, known = self._checked(question), self._known(filters)
        found = self._models.retriever().search(asked, filters=known, contexts=False)
        return list(found.passages[: top_k or self._settings.top_k])

    def stream(
        self, request: Request, filters: Filters | None, engine: str | None, model: str | None
    ) -> Iterator[StreamEvent]:
        """The steps of one answer; the last event carries it."""
        began = time.perf_counter()
        asked = standalone(self._checked(request.question), request.history)
        chosen = self._engine(engine, model)
        filters = self._known(filters)
        if not self._models.loaded:
            yield StreamEvent(kind="stage", text="Loading the models")
        retriever = self._models.retriever()
        yield StreamEvent(kind="stage", text="Reading the documents")
        found = retriever.search(asked, filters=filters)
        for event in self._answer(request.question, asked, found, chosen):
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
        asked: list[str | QuestionError] = []
        for request in requests:
            try:
                asked.append(standalone(self._checked(request.question), request.history))
            except QuestionError as error:
                asked.append(error)
        good = [one for one in asked if isinstance(one, str)]
        found = iter(self._models.retriever(bulk=True).search_many(good, filters=filters) if good else ())
        together = 1000 * (time.perf_counter() - began) / max(1, len(good))
        for request, one in zip(requests, asked, strict=True):
            if isinstance(one, str):
                yield self._reply(request.question, one, next(found), chosen, together)
            else:
                yield Reply(error=one)

    def _reply(
        self, question: str, asked: str, found: "Retrieval", engine: _Engine, before_ms: float
    ) -> Reply:
        began = time.perf_counter()
        try:
            events = list(self._answer(question, asked, found, engine, also_unrefused=True))
        except QAError as error:
            return Reply(error=error)
        total = before_ms + 1000 * (time.perf_counter() - began)
        *others, last = (_timed(event.answer, found, total) for event in events if event.answer)
        return Reply(answer=last, unrefused=others[0] if others else None)

    def _answer(
        self,
        question: str,
        asked: str,
        found: "Retrieval",
        engine: _Engine,
        *,
        also_unrefused: bool = False,
    ) -> Iterator[StreamEvent]:
        """Text as it comes, then the answer; before it, if wanted and to be had, the one without refusal."""
        from qa import answer as engines

        top_k = self._settings.top_k
        ranked = engines.rank_sentences(asked, found.contexts)
        confidence = engines.estimate_confidence(asked, found.contexts, ranked)
        refused = not found.passages or confidence < self._settings.min_confidence
        quoted: Answer | None = None
        if engine.chat_model is None and found.passages and (also_unrefused or not refused):
            quoted = engines.answer_extractively(
                question,
                asked,
                found.passages,
                found.contexts,
                confidence=confidence,
                top_k=top_k,
                section=lambda passage: self._models.retriever().section(asked, passage, found.passages),
                ranked=ranked,
            )
            if also_unrefused:
                yield StreamEvent(kind="answer", answer=quoted)
        if refused:
            result = engines.not_found(
                question, asked, found.passages[:top_k], confidence=confidence, engine=engine.name
            )
            yield StreamEvent(kind="text", text=result.text)
        elif quoted is not None:
            result = quoted
            yield StreamEvent(kind="text", text=result.text)
        elif engine.chat_model is not None:
            name = str(engine.model)
            shown = found.passages[:top_k]
            pieces: list[str] = []
            for piece in engines.stream_text(engine.chat_model, name, asked, shown):
                pieces.append(piece)
                yield StreamEvent(kind="text", text=piece)
            result = engines.resolve(
                "".join(pieces), question, asked, shown, confidence=confidence, model=name, top_k=top_k
            )
        yield StreamEvent(kind="answer", answer=result)

    def _engine(self, engine: str | None, model: str | None) -> _Engine:
        chosen = chosen_engine(self._settings, engine, model)
        if chosen not in ENGINES:
            raise ConfigError(f"unknown engine {chosen!r}: use {' or '.join(ENGINES)}")
        if chosen == "extractive":
            return _Engine(chosen)
        return _Engine(chosen, self._models.chat_model(model), self._models.chat_model_name(model))

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
        if not self._store.counts()[0]:
            raise StoreError(
                f"the store {self._settings.store} has no documents yet: `qa add FILE` adds some"
            )
        if filters is None or not filters.documents:
            return filters
        return replace(filters, documents=tuple(self._store.resolve(one) for one in filters.documents))


def _timed(answer: Answer, found: "Retrieval", total_ms: float) -> Answer:
    read = found.retrieve_ms + found.read_ms
    timings = {
        "retrieve": found.retrieve_ms,
        "read": found.read_ms,
        "answer": max(0.0, total_ms - read),
        "total": total_ms,
    }
    return replace(answer, timings_ms=timings)
