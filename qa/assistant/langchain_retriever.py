"""The passages as LangChain's retrievers give them; LangChain takes most of a second to import."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever

from qa.schema import Passage, Span

__all__ = ["PassageRetriever"]


class PassageRetriever(BaseRetriever):
    """LangChain's view: documents whose metadata hold ids, offsets, heading, title and score."""

    search: Callable[[str], Sequence[Passage]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [_langchain_document(passage) for passage in self.search(query)]


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
