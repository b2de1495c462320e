"""`Assistant`: add documents, ask questions, get cited answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from qa import load
from qa.assistant.asking import Asking, Reply, Request
from qa.assistant.ingest import Ingest, Progress, Source, find_sources, gone_from
from qa.assistant.models import Models
from qa.config import Settings
from qa.errors import LoadError
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

    from qa.retrieve import PassageRetriever

__all__ = ["Assistant"]

History = Sequence[Turn | Mapping[str, str]]
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
        self._asking = Asking(settings, self._store, self._models)

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
        format: Literal["squad", "beir"] | None = None,
        dry_run: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> AddReport:
        """Add files and folders: what is unchanged is skipped, what changed is replaced.

        A source that can't be read is listed in the report's `failed` and stops no other. With a `format`
        the sources are public sets: of a "squad" file every paragraph is a document, of a "beir" folder
        every line of its corpus.jsonl.

        Raises:
            LoadError: `published` is not a date, `title` is given for several documents or with a `format`,
                or the format is unknown.
        """
        given = [sources] if isinstance(sources, str | Path) else list(sources)
        metadata = _metadata(title, published, publisher, topics)
        if format is not None and format not in load.SET_FORMATS:
            raise LoadError(f"unknown format {format!r}: {' or '.join(load.SET_FORMATS)} is expected")
        if title and format:
            raise LoadError(f"the title {title!r} is for one document, not for a set: leave it out")
        found, failed = find_sources(given, metadata, self._max_bytes(), format)
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
        return self._asking.search(question, top_k=top_k, filters=filters)

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
        return self._asking.stream(Request(question, _turns(history)), filters, engine, model)

    def ask_many(
        self,
        requests: Iterable[Request],
        *,
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Iterator[Reply]:
        """As `ask` for each request, in their order, with the models run over all of them together.

        Faster than one by one, and all texts are held in memory at once: a few dozen make a good batch. A
        question that can't be asked or answered comes back with its error. Times of what was done together
        are shared out evenly.

        Raises:
            StoreError: There are no documents.
            ModelError: The chat model is not named or can't be opened.
        """
        return self._asking.ask_many(list(requests), filters, engine, model)

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
        self._models.speller()

    # Wiring ---------------------------------------------------------------------------------------

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


def _turns(history: History) -> tuple[Turn, ...]:
    return tuple(
        turn if isinstance(turn, Turn) else Turn(turn["question"], turn.get("answer", "")) for turn in history
    )
