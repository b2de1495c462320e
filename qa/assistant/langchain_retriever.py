"""The passages as LangChain's retrievers give them; LangChain takes most of a second to import."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor

from qa.schema import Passage, Span

__all__ = ["PassageRetriever"]


class PassageRetriever(BaseRetriever):
    """LangChain's view: documents whose metadata hold ids, offsets, heading, title and score.

    `top_k` says how many, here or in a call (`retriever.invoke(question, top_k=3)`, which comes first);
    without it, `search` decides.
    """

    search: Callable[..., Sequence[Passage]]
    top_k: int | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, top_k: int | None = None
    ) -> list[LangChainDocument]:
        return self._find(query, top_k)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, top_k: int | None = None
    ) -> list[LangChainDocument]:
        # LangChain's own takes no argument beside the question.
        return await run_in_executor(None, self._find, query, top_k)

    def _find(self, query: str, top_k: int | None) -> list[LangChainDocument]:
        limit = self.top_k if top_k is None else top_k
        passages = self.search(query) if limit is None else self.search(query, top_k=limit)
        return [_langchain_document(passage) for passage in passages]


def _langchain_document(passage: Passage) -> LangChainDocument:
    metadata: dict[str, Any] = {
        "id": passage.chunk_id,
        "document": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "heading": passage.heading,
        "title": passage.title,
        "source": passage.source,
        "published": passage.published.isoformat() if passage.published else None,
        "page": passage.page,
        "recognised": passage.certainty_of(Span(passage.start, passage.end)),
        "score": passage.score,
    }
    return LangChainDocument(id=passage.chunk_id, page_content=passage.text, metadata=metadata)
