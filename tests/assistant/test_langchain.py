"""LangChain's own standard tests of a retriever, and what it promises of every runnable, of our chain."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from qa import Answer, Assistant, Settings
from qa.assistant.langchain_retriever import PassageRetriever
from qa.errors import QuestionError
from tests.support.doubles import ScriptedChatModel

pytestmark = pytest.mark.usefixtures("loaded_once")

QUESTION = "When was the tariff on steel doubled?"
OTHER = "When did the port of Callao open?"
BRIEFINGS = {
    "steel.txt": "Steel\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025.\n",
    "ports.txt": "Ports\n\nThe port of Callao opened in May 2024 and took 2 million containers.\n",
    "grain.txt": "Grain\n\nWheat exports fell by 12 percent in 2023, after the drought.\n",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over three briefings that no test changes."""
    folder = tmp_path_factory.mktemp("langchain")
    (folder / "briefings").mkdir()
    for name, text in BRIEFINGS.items():
        (folder / "briefings" / name).write_text(text, encoding="utf-8")
    with Assistant.open(settings=Settings(store=folder / "store", threads=1, read_k=3)) as opened:
        opened.add(folder / "briefings")
        yield opened


class TestPassageRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _over_briefings(self, assistant: Assistant) -> None:
        self.search = assistant.search

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return PassageRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"search": self.search}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION

    @property
    def num_results_arg_name(self) -> str:
        return "top_k"


class Recorder(BaseCallbackHandler):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.tags: list[list[str]] = []
        self.metadata: list[dict[str, Any]] = []

    def on_chain_start(
        self, *_: Any, tags: list[str] | None = None, metadata: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.events.append(f"start {kwargs['name']}")
        self.tags.append(tags or [])
        self.metadata.append(metadata or {})

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        self.events.append(f"end {outputs.status}")

    def on_chain_error(self, error: BaseException, **_: Any) -> None:
        self.events.append(type(error).__name__)

    def on_retriever_end(self, documents: Any, **_: Any) -> None:
        self.events.append(f"{len(documents)} documents")

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.events.append("chat model")


def same(first: Answer, second: Answer) -> bool:
    """Whether they say and cite the same."""
    return (first.text, first.citations) == (second.text, second.citations)


def test_the_chain_is_asynchronous(assistant: Assistant) -> None:
    chain, expected = assistant.chain, assistant.ask(QUESTION)

    async def converse() -> None:
        assert same(await chain.ainvoke({"question": QUESTION}), expected)
        first, second = await chain.abatch([{"question": QUESTION}, {"question": OTHER}])
        assert same(first, expected)
        assert "May 2024" in second.text
        (streamed,) = [piece async for piece in chain.astream({"question": QUESTION})]
        assert same(streamed, expected)

    asyncio.run(converse())
    (streamed,) = chain.stream({"question": QUESTION})
    assert same(streamed, expected)


def test_the_retriever_batches(assistant: Assistant) -> None:
    retriever = assistant.retriever

    async def batch() -> list[list[Document]]:
        return await retriever.abatch([QUESTION, OTHER], top_k=1)

    ids = [[document.id for document in documents] for documents in asyncio.run(batch())]
    assert ids == [[passage.chunk_id for passage in assistant.search(q, top_k=1)] for q in (QUESTION, OTHER)]
    assert [
        [document.id for document in found] for found in retriever.batch([QUESTION, OTHER], top_k=1)
    ] == ids


def test_callbacks_and_configuration_reach_the_chain(assistant: Assistant) -> None:
    recorder = Recorder()
    chain = assistant.chain.with_config(tags=["desk"], metadata={"ticket": 7})
    chain.invoke({"question": QUESTION}, {"callbacks": [recorder], "run_name": "asked"})
    assert recorder.events == ["start asked", "end answered"]
    assert recorder.tags == [["desk"]]
    assert recorder.metadata[0]["ticket"] == 7
    with pytest.raises(QuestionError):
        chain.invoke({"question": ""}, {"callbacks": [recorder]})
    assert recorder.events[2:] == ["start briefing-desk", "QuestionError"]
    assistant.retriever.invoke(QUESTION, {"callbacks": [recorder]}, top_k=2)
    assert recorder.events[4:] == ["2 documents"]


@pytest.mark.parametrize(
    "values",
    [
        QUESTION,
        {"query": QUESTION},
        {"question": None},
        {"question": QUESTION, "history": [("q", "a")]},
        {"question": QUESTION, "history": [{"question": QUESTION, "answer": None}]},
    ],
)
def test_the_chain_says_what_it_takes(assistant: Assistant, values: Any) -> None:
    with pytest.raises(QuestionError, match=r"question|answer is no text"):
        assistant.chain.invoke(values)


@pytest.mark.parametrize("top_k", [0, -1, "3"])
def test_no_count_of_documents_is_taken_for_another(assistant: Assistant, top_k: Any) -> None:
    with pytest.raises(QuestionError, match="top_k"):
        assistant.retriever.invoke(QUESTION, top_k=top_k)


def test_one_question_that_fails_stops_no_batch(assistant: Assistant) -> None:
    inputs = [{"question": ""}, {"question": QUESTION}]
    results: list[Any] = assistant.chain.batch(inputs, {"max_concurrency": 1}, return_exceptions=True)
    error, answer = results
    assert isinstance(error, QuestionError)
    assert "June 4, 2025" in answer.text
    with pytest.raises(QuestionError):
        assistant.chain.batch(inputs)


def test_callbacks_see_the_chat_model(assistant: Assistant) -> None:
    settings = assistant.settings
    model = ScriptedChatModel("The tariff on steel was doubled on June 4, 2025 [1].")
    recorder = Recorder()
    wanted = Settings(store=Path(settings.store), threads=1, read_k=3, engine="llm", model="openai:scripted")
    with Assistant.open(settings=wanted, chat_model=model) as desk:
        answer = desk.chain.invoke({"question": QUESTION}, {"callbacks": [recorder]})
    assert answer.engine == "llm"
    assert "chat model" in recorder.events
