"""`Assistant`: add documents, ask questions, get cited answers."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from qa import load
from qa.assistant.ingest import Ingest, Progress, Source, find_sources, gone_from
from qa.assistant.models import Models
from qa.chat import standalone
from qa.config import Settings
from qa.errors import ConfigError, LoadError, QuestionError, StoreError
from qa.schema import (
    AddReport,
    Answer,
    Document,
    DocumentSummary,
    Failure,
    Filters,
    Passage,
    StreamEvent,
    Turn,
)
from qa.store import CheckReport, Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from qa.retrieve import PassageRetriever, Retrieval

__all__ = ["Assistant"]

History = Sequence[Turn | Mapping[str, str]]
ENGINES = ("extractive", "llm")
_MEGABYTE = 1_000_000


class Assistant:
    """Everything the program can do, over one store; thread-safe.

    Models are loaded when they are first needed, once. Use it as a context manager or call `close`.
    """

    def __init__(self, settings: Settings, *, chat_model: "BaseChatModel | None" = None) -> None:
        """Open the store of the settings; `chat_model` stands in for the one the settings name."""
        self.settings = settings
        self._store = Store.open(settings.store, lock_timeout_s=settings.lock_timeout_s)
        self._models = Models(settings, self._store, chat_model)

    @classmethod
    def open(
        cls,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        chat_model: "BaseChatModel | None" = None,
    ) -> "Assistant":
        """Open or create the store in the folder `store`, or that of the settings.

        Raises:
            StoreError: The store can't be used.
        """
        settings = settings or Settings()
        if store is not None:
            settings = replace(settings, store=Path(store))
        return cls(settings, chat_model=chat_model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    # The corpus -----------------------------------------------------------------------------------

    def add(
        self,
        sources: str | Path | Iterable[str | Path],
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        dry_run: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> AddReport:
        """Add files and folders: what is unchanged is skipped, what changed is replaced.

        A source that can't be read is listed in the report's `failed` and stops no other.

        Raises:
            LoadError: `published` is not a date, or `title` is given for several documents.
        """
        given = [sources] if isinstance(sources, str | Path) else list(sources)
        metadata = _metadata(title, published, publisher, topics)
        found, failed = find_sources(given, metadata, self._max_bytes())
        if title and len(found) > 1:
            raise LoadError(
                f"the title {title!r} is for one document, here are {len(found)}: add it by itself"
            )
        return self._ingest().add(found, failed, dry_run=dry_run, on_progress=on_progress)

    def add_text(
        self,
        data: bytes,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        dry_run: bool = False,
    ) -> AddReport:
        """Add text that comes from no file; the same title again replaces it."""
        metadata = _metadata(title, published, publisher, topics)
        try:
            loaded = load.load_stdin_text(data, metadata=metadata, max_bytes=self._max_bytes())
        except LoadError as error:
            return AddReport(failed=(Failure("-", str(error)),), dry_run=dry_run)
        return self._ingest().add(
            [Source(loaded.source, lambda: loaded)], (), dry_run=dry_run, on_progress=None
        )

    def sync(
        self,
        folder: str | Path,
        *,
        dry_run: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> AddReport:
        """Make the store match a folder: add, update, and remove what came from there and is gone.

        Raises:
            LoadError: `folder` is not a folder, or all of it is gone; nothing is removed then.
        """
        path = Path(folder)
        if not path.is_dir():
            raise LoadError(f"{folder} is not a folder: `qa sync` needs one, `qa add` takes files")
        found, failed = find_sources([path], load.Metadata(), self._max_bytes())
        report = self._ingest().add(found, failed, dry_run=dry_run, on_progress=on_progress)
        gone = gone_from(path.resolve(), self._store.documents(), found)
        if gone and not found:
            raise LoadError(
                f"{folder} holds no document any more: nothing was removed, `qa remove` does that"
            )
        if gone and not dry_run:
            self._store.remove(gone)
        return replace(report, removed=tuple(gone))

    def remove(self, references: Sequence[str]) -> tuple[str, ...]:
        """Remove documents by id, title, source or file name; all or, if one is unknown, none.

        Raises:
            DocumentNotFound: One is unknown or ambiguous.
        """
        found = tuple(dict.fromkeys(self._store.resolve(reference) for reference in references))
        if found:
            self._store.remove(found)
        return found

    def documents(self) -> list[DocumentSummary]:
        """The corpus, by title."""
        return self._store.documents()

    def document(self, reference: str) -> Document:
        """One document with its text, by id, title, source or file name."""
        return self._store.document(reference)

    def check(self) -> CheckReport:
        """Is the store consistent?"""
        return self._store.check()

    def repair(self) -> CheckReport:
        """Make it so; returns what was wrong before."""
        return self._store.repair(self._models.any_embedder())

    # Questions ------------------------------------------------------------------------------------

    def search(
        self, question: str, *, top_k: int | None = None, filters: Filters | None = None
    ) -> list[Passage]:
        """The passages nearest to the question, best first."""
        asked, known = self._checked(question), self._known(filters)
        found = self._models.retriever().search(asked, filters=known, contexts=False)
        return list(found.passages[: top_k or self.settings.top_k])

    def ask(
        self,
        question: str,
        *,
        history: History = (),
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Answer:
        """One answer, with citations, or a refusal (`status` "not_found").

        Raises:
            QuestionError: The question is empty or too long.
            StoreError: There are no documents.
            ModelError: The chat model can't be used.
        """
        for event in self.stream(question, history=history, filters=filters, engine=engine, model=model):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Iterator[StreamEvent]:
        """As `ask`, step by step; the last event carries the answer."""
        from qa import answer as engines

        began = time.perf_counter()
        asked = self._checked(question)
        alone = standalone(asked, _turns(history))
        engine = engine or ("llm" if model else self.settings.engine)
        if engine not in ENGINES:
            raise ConfigError(f"unknown engine {engine!r}: use {' or '.join(ENGINES)}")
        chat_model = self._models.chat_model(model) if engine == "llm" else None
        filters = self._known(filters)
        if not self._models.loaded:
            yield StreamEvent(kind="stage", text="Loading the models")
            self.warm()
        yield StreamEvent(kind="stage", text="Reading the documents")
        found = self._retrieve(alone, filters)
        read_at = time.perf_counter()
        confidence = engines.estimate_confidence(alone, found.contexts)
        if not found.passages or confidence < self.settings.min_confidence:
            result = engines.not_found(
                question, alone, found.passages[: self.settings.top_k], confidence=confidence, engine=engine
            )
            yield StreamEvent(kind="text", text=result.text)
        elif chat_model is None:
            result = engines.answer_extractively(
                question,
                alone,
                found.passages,
                found.contexts,
                confidence=confidence,
                top_k=self.settings.top_k,
                section=lambda passage: self._models.retriever().section(alone, passage),
            )
            yield StreamEvent(kind="text", text=result.text)
        else:
            name = self._models.chat_model_name(model)
            shown = found.passages[: self.settings.top_k]
            pieces: list[str] = []
            for piece in engines.stream_text(chat_model, name, alone, shown):
                pieces.append(piece)
                yield StreamEvent(kind="text", text=piece)
            result = engines.resolve(
                "".join(pieces), question, alone, shown, confidence=confidence, model=name,
                top_k=self.settings.top_k,
            )  # fmt: skip
        now = time.perf_counter()
        timings = {
            "retrieve": found.retrieve_ms,
            "read": found.read_ms,
            "answer": 1000 * (now - read_at),
            "total": 1000 * (now - began),
        }
        yield StreamEvent(kind="answer", answer=replace(result, timings_ms=timings))

    @property
    def retriever(self) -> "PassageRetriever":
        """A LangChain retriever over the store, `top_k` documents a question."""
        from qa.retrieve import PassageRetriever

        return PassageRetriever(search=lambda question: self.search(question))

    @property
    def chain(self) -> "Runnable[dict[str, Any], Answer]":
        """A LangChain runnable: {"question": str, "history": [...]} to `Answer`."""
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(
            lambda given: self.ask(given["question"], history=given.get("history", ())), name="briefing-desk"
        )

    def warm(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self._models.retriever()

    # Wiring ---------------------------------------------------------------------------------------

    def _checked(self, question: str) -> str:
        asked = question.strip()
        if not asked:
            raise QuestionError("the question is empty: type one")
        if any("\ud800" <= letter <= "\udfff" for letter in asked):
            raise QuestionError("the question holds bytes that are no UTF-8 text: type it anew")
        limit = self.settings.max_question_chars
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
            raise StoreError(f"the store {self.settings.store} has no documents yet: `qa add FILE` adds some")
        if filters is None or not filters.documents:
            return filters
        return replace(filters, documents=tuple(self._store.resolve(one) for one in filters.documents))

    def _retrieve(self, question: str, filters: Filters | None) -> "Retrieval":
        return self._models.retriever().search(question, filters=filters)

    def _ingest(self) -> Ingest:
        return Ingest(self._store, self._models.embedder, window_chars=self.settings.window_chars)

    def _max_bytes(self) -> int:
        return int(self.settings.max_file_mb * _MEGABYTE)


def _metadata(
    title: str | None, published: str | None, publisher: str | None, topics: Sequence[str]
) -> load.Metadata:
    return load.Metadata(
        title=title,
        published=load.parse_date(published) if published else None,
        publisher=publisher,
        topics=tuple(topics),
    )


def _turns(history: History) -> list[Turn]:
    return [
        turn if isinstance(turn, Turn) else Turn(turn["question"], turn.get("answer", "")) for turn in history
    ]
