"""The models, loaded when they are first needed, once."""

import threading
from typing import TYPE_CHECKING

from qa.config import Precision, Settings
from qa.errors import ConfigError, ModelError
from qa.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from qa.answering.chat_model.model_calls import OpenedModel, TokenPrices
    from qa.answering.claim_check import ClaimChecker, ClaimModel
    from qa.models.embedder import Embedder
    from qa.models.reader import Reader
    from qa.query.acronyms import AcronymExpander
    from qa.query.spelling import SpellingCorrector
    from qa.retrieval.retriever import Retriever
    from qa.retrieval.sentence_vectors import SentenceVectors

__all__ = ["LoadedModels", "open_claim_model"]

_CROSS_ENCODER = "cross-encoder:"


class LoadedModels:
    """What the settings name, over one store; thread-safe. `chat_model` stands in for theirs."""

    def __init__(self, settings: Settings, store: Store, chat_model: "BaseChatModel | None") -> None:
        self._settings, self._store, self._chat_model = settings, store, chat_model
        self._loading = threading.Lock()
        self._chat_models: dict[str, OpenedModel] = {}
        self._embedder: Embedder | None = None
        self._reader: Reader | None = None
        self._sentence_vectors: SentenceVectors | None = None
        self._claim_checker: ClaimChecker | None = None
        self._speller: SpellingCorrector | None = None
        self._acronyms: AcronymExpander | None = None

    @property
    def loaded(self) -> bool:
        """Is everything that a question needs in memory?"""
        return self._embedder is not None and self._reader is not None and self._speller is not None

    def embedder(self) -> "Embedder":
        """The embedding model, if the store's vectors come from it.

        Raises:
            StaleIndexError: They come from another.
        """
        embedder = self.unchecked_embedder()
        self._store.bind_model(embedder.name, embedder.dimension)
        return embedder

    def unchecked_embedder(self) -> "Embedder":
        """The embedding model of the settings, whatever the store was made with."""
        from qa.models import encoder
        from qa.models.embedder import open_embedder

        with self._loading:
            if self._embedder is None:
                encoder.set_threads(self._settings.threads)
                self._embedder = open_embedder(self._settings.embedding_model, self._settings.precision)
            return self._embedder

    def reader(self) -> "Reader":
        """The evidence reader."""
        from qa.models.reader import Reader

        with self._loading:
            if self._reader is None:
                self._reader = Reader(self._settings.precision)
            return self._reader

    def claim_checker(self) -> "ClaimChecker":
        """Says how far sentences that were written are borne out; its model is opened with the first of them.

        Raises:
            ConfigError: There is no such checker.
        """
        from qa.answering.claim_check import ClaimChecker

        name, precision = self._settings.checker, self._settings.precision
        if name == "rules":
            return ClaimChecker()
        if name != "packaged" and not name.removeprefix(_CROSS_ENCODER).strip():
            raise ConfigError(f"checker {name!r} names no model: write it like {_CROSS_ENCODER}NAME")
        if name != "packaged" and not name.startswith(_CROSS_ENCODER):
            raise ConfigError(
                f'there is no checker {name!r}: set checker to "packaged", "rules" or "{_CROSS_ENCODER}NAME"'
            )
        with self._loading:
            if self._claim_checker is None:
                self._claim_checker = ClaimChecker(lambda: open_claim_model(name, precision))
            return self._claim_checker

    def spelling_corrector(self) -> "SpellingCorrector":
        """Mends slips of the keyboard by the words of the documents."""
        from qa.query.spelling import SpellingCorrector, load_english_words

        with self._loading:
            if self._speller is None:
                load_english_words()
                self._speller = SpellingCorrector(self._store)
            return self._speller

    def _acronym_expander(self) -> "AcronymExpander":
        from qa.query.acronyms import AcronymExpander

        with self._loading:
            if self._acronyms is None:
                self._acronyms = AcronymExpander(self._store)
            return self._acronyms

    def retriever(self) -> "Retriever":
        """The retrieval step over the store."""
        from qa.retrieval.retriever import Retriever
        from qa.retrieval.sentence_vectors import SentenceVectors

        embedder, reader, acronyms = self.embedder(), self.reader(), self._acronym_expander()
        with self._loading:
            if self._sentence_vectors is None:
                self._sentence_vectors = SentenceVectors(embedder)
        return Retriever(
            self._store,
            embedder,
            reader,
            read_k=self._settings.read_k,
            sentence_vectors=self._sentence_vectors,
            expand_terms=acronyms.expansions,
        )

    def chat_model(self, name: str | None) -> "OpenedModel":
        """The chat model of this name, or of the settings, with their limits."""
        from qa.answering import open_chat_model
        from qa.answering.chat_model.model_calls import OpenedModel

        settings, model_name = self._settings, self.chat_model_name(name)
        with self._loading:
            if model_name not in self._chat_models:
                self._chat_models[model_name] = OpenedModel(
                    model=self._chat_model
                    or open_chat_model(
                        model_name,
                        base_url=settings.base_url,
                        api_key=settings.api_key,
                        timeout_s=settings.model_timeout_s,
                        max_output_tokens=settings.max_output_tokens,
                    ),
                    name=model_name,
                    timeout_s=settings.model_timeout_s,
                    max_retries=settings.model_retries,
                    prices=_prices(settings),
                )
            return self._chat_models[model_name]

    def chat_model_name(self, name: str | None) -> str:
        """What to call the chat model.

        Raises:
            ModelError: None is named.
        """
        model_name = (
            name or self._settings.model or (type(self._chat_model).__name__ if self._chat_model else None)
        )
        if not model_name:
            raise ModelError("the engine llm needs a chat model: name one with --model provider:name")
        return model_name


def open_claim_model(name: str, precision: Precision) -> "ClaimModel":
    """The model of a checker's name, "packaged" or "cross-encoder:NAME"."""
    from qa.models import checker

    if name.startswith(_CROSS_ENCODER):
        return checker.CrossEncoderChecker(name.removeprefix(_CROSS_ENCODER), precision)
    return checker.Checker(precision)


def _prices(settings: Settings) -> "TokenPrices | None":
    from qa.answering.chat_model.model_calls import TokenPrices

    if settings.input_token_price is None or settings.output_token_price is None:
        return None
    return TokenPrices(settings.input_token_price, settings.output_token_price)
