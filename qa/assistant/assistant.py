"""`Assistant`: add documents, ask questions, get cited answers."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cached_property, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from qa.assistant.loaded_models import LoadedModels
from qa.assistant.requests import History, Reply, Request, read_request, read_turns
from qa.assistant.store_access import open_store
from qa.config import Settings
from qa.errors import StoreError, path_fault
from qa.ingest.corpus import Corpus
from qa.ingest.document_adder import EmbedderLoaders
from qa.ingest.pipeline import ParseLimits
from qa.ingest.sources import SourceOptions
from qa.models.embedder import open_embedder
from qa.schema import Answer, Feedback, FeedbackVerdict, Filters, Passage, StreamEvent
from qa.store import ConversationRecords, NoteRecords, Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from qa.assistant.langchain_retriever import PassageRetriever
    from qa.assistant.question_answerer import QuestionAnswerer

__all__ = ["Assistant", "open_corpus"]

_MEGABYTE = 1_000_000
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def _of_corpus(
    method: Callable[Concatenate[Corpus, _Parameters], _Result],
) -> Callable[Concatenate["Assistant", _Parameters], _Result]:
    """A method of the corpus as one of the assistant, with its signature and docstring."""

    @wraps(method)
    def call_corpus(
        assistant: "Assistant", /, *args: _Parameters.args, **kwargs: _Parameters.kwargs
    ) -> _Result:
        assistant._require_usable()
        return method(assistant._corpus, *args, **kwargs)

    return call_corpus


class Assistant:
    """Everything the program can do, over one store; thread-safe.

    Models are loaded when they are first needed, once. Use it as a context manager or call `close`.
    """

    def __init__(self, settings: Settings, *, chat_model: "BaseChatModel | None" = None) -> None:
        """Open the store of the settings; `chat_model` stands in for the one the settings name."""
        self.settings = settings
        self._store = open_store(settings)
        self._models = LoadedModels(settings, self._store, chat_model)
        self._corpus = open_corpus(settings, self._store, self._models)

    @classmethod
    def open(
        cls,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        chat_model: "BaseChatModel | None" = None,
    ) -> "Assistant":
        """Open or create the store in the folder `store`, or that of the settings.

        Neither the environment (`QA_...`) nor `qa.toml` is read here: a program gets what it says. What the
        command gets, `load_settings({}, os.environ, None, Path.cwd())[0]` of `qa.config` gives as settings.

        Raises:
            StoreError: The store can't be used.
        """
        settings = settings or Settings()
        if store is not None:
            if fault := path_fault(str(store)):
                raise StoreError(f"the store can't be opened, {fault}")
            settings = replace(settings, store=Path(store))
        return cls(settings, chat_model=chat_model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def _require_usable(self) -> None:
        # Before anything else: a process that was forked may hang in any lock or library of its parent's.
        self._store.connection.require_usable()

    # The corpus -----------------------------------------------------------------------------------

    add = _of_corpus(Corpus.add)
    add_feeds = _of_corpus(Corpus.add_feeds)
    add_text = _of_corpus(Corpus.add_text)
    add_uploads = _of_corpus(Corpus.add_uploads)
    retry = _of_corpus(Corpus.retry)
    edit = _of_corpus(Corpus.edit)
    sync = _of_corpus(Corpus.sync)
    watch = _of_corpus(Corpus.watch)
    remove = _of_corpus(Corpus.remove)
    dismiss = _of_corpus(Corpus.dismiss)
    documents = _of_corpus(Corpus.documents)
    document = _of_corpus(Corpus.document)
    history = _of_corpus(Corpus.history)
    page_picture = _of_corpus(Corpus.page_picture)
    failures = _of_corpus(Corpus.failures)
    near_duplicates = _of_corpus(Corpus.near_duplicates)
    check = _of_corpus(Corpus.check)
    repair = _of_corpus(Corpus.repair)
    backup = _of_corpus(Corpus.backup)
    restore = _of_corpus(Corpus.restore)
    compact = _of_corpus(Corpus.compact)

    @property
    def read_only(self) -> bool:
        """Whether the store can't be written."""
        return self._corpus.read_only

    @property
    def conversations(self) -> ConversationRecords:
        """What was asked and answered in the page, kept in the store."""
        self._require_usable()
        return self._store.conversations

    @property
    def notes(self) -> NoteRecords:
        """Answers and quotes that readers have pinned, kept in the store."""
        self._require_usable()
        return self._store.notes

    def record_feedback(self, feedback: Feedback) -> Feedback:
        """Keep what a reader says of an answer, in place of what was said under the same key."""
        self._require_usable()
        return self._store.feedback.record(feedback)

    def feedback(self, *, prefix: str = "") -> list[Feedback]:
        """What readers said of answers, oldest first; with `prefix`, that whose key begins with it."""
        self._require_usable()
        return self._store.feedback.all(prefix=prefix)

    def verdicts(self, *, prefix: str, user: str | None = None) -> dict[str, FeedbackVerdict]:
        """What a user said of the answers whose key begins with `prefix`, by key."""
        self._require_usable()
        return self._store.feedback.verdicts(prefix=prefix, user=user)

    def set_feedback_aside(self, key: str) -> None:
        """Free the key of an answer that another takes the place of; what was said of it is kept."""
        self._require_usable()
        self._store.feedback.set_aside(key)

    def clear_feedback(self, key: str | None = None) -> int:
        """Forget what was said under a key, or all of it; how many there were."""
        self._require_usable()
        return self._store.feedback.clear(key)

    # Questions ------------------------------------------------------------------------------------

    @cached_property
    def _answerer(self) -> "QuestionAnswerer":
        # Those who list and sync need none of what answering imports.
        from qa.assistant.question_answerer import QuestionAnswerer

        return QuestionAnswerer(self.settings, self._store, self._models)

    def search(
        self, question: str, *, top_k: int | None = None, filters: Filters | None = None
    ) -> list[Passage]:
        """The passages nearest to the question, best first."""
        self._require_usable()
        return self._answerer.search(question, top_k=top_k, filters=filters)

    def ask(
        self,
        question: str,
        *,
        history: History = (),
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
        standalone_question: str | None = None,
    ) -> Answer:
        """One answer, with citations, or a refusal (`status` "not_found").

        `standalone_question` says what the question means; then nothing is made of the history.

        Raises:
            QuestionError: The question is empty or too long.
            StoreError: There are no documents.
            ModelError: The chat model can't be used.
        """
        events = self.stream(
            question,
            history=history,
            filters=filters,
            engine=engine,
            model=model,
            standalone_question=standalone_question,
        )
        with closing(events):
            for event in events:
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
        stop: threading.Event | None = None,
        standalone_question: str | None = None,
    ) -> Generator[StreamEvent, None, None]:
        """As `ask`, step by step; the last event carries the answer.

        Closing it ends the request at a chat model's server. So does `stop`, which another thread may set
        while this one waits: then the answer is what was written by then, and says so, or a `ModelError`
        where nothing was.
        """
        self._require_usable()
        request = Request(question, read_turns(history), standalone_question)
        return self._answerer.stream(request, filters, engine, model, stop)

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
        self._require_usable()
        return self._answerer.ask_many(list(requests), filters, engine, model)

    @property
    def retriever(self) -> "PassageRetriever":
        """A LangChain retriever over the store, `top_k` documents a question."""
        from qa.assistant.langchain_retriever import PassageRetriever

        return PassageRetriever(search=self.search)

    @property
    def chain(self) -> "Runnable[dict[str, Any], Answer]":
        """A LangChain runnable: {"question": str, "history": [...]} to `Answer`.

        A stream of it is one piece, the answer. Callbacks in its configuration see the chat model too.
        """
        from langchain_core.runnables import RunnableLambda

        def ask(values: dict[str, Any]) -> Answer:
            question, history = read_request(values)
            return self.ask(question, history=history)

        return RunnableLambda(ask, name="briefing-desk")

    @property
    def models(self) -> LoadedModels:
        """The models behind the answers, for measurements; each is loaded when it is first asked for."""
        return self._models

    def require_well(self, timeout_s: float = 3.0) -> int:
        """How many documents there are, or a `StoreError`: it can't be read, its server does not answer.

        Cheap: a look at each, without a lock and without the models.
        """
        self._require_usable()
        return self._store.require_well(timeout_s)

    def warm(self) -> None:
        """Load the models and what answering imports now, so that the first question does not wait."""
        self._require_usable()
        _ = self._answerer
        self._models.retriever()
        self._models.spelling_corrector()


def open_corpus(
    settings: Settings, store: Store, models: LoadedModels, *, allow_private_addresses: bool = False
) -> Corpus:
    """The corpus of a store, with the limits of the settings.

    Addresses of this machine and its network are read by tests alone, from a server of their own.
    """
    return Corpus(
        store,
        EmbedderLoaders(
            matching=models.embedder,
            unchecked=models.unchecked_embedder,
            fresh=partial(open_embedder, settings.embedding_model, settings.precision),
        ),
        window_chars=settings.window_chars,
        parse_limits=ParseLimits(
            timeout_s=settings.parse_timeout_s,
            memory_mb=settings.parse_memory_mb,
            workers=settings.parse_workers,
            recognise=settings.ocr == "auto",
        ),
        source_options=SourceOptions(
            max_bytes=int(settings.max_file_mb * _MEGABYTE),
            timeout_s=settings.fetch_timeout_s,
            allow_private=allow_private_addresses,
            parse_timeout_s=settings.parse_timeout_s,
            parse_memory_mb=settings.parse_memory_mb,
        ),
    )
