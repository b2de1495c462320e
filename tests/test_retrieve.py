"""Question to passages: words looked for, filters, LangChain's view, and a ranking that stands still."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.config import Settings
from qa.embed import MiniLMEmbedder
from qa.reader import Reader
from qa.retrieve import PassageRetriever, Retriever, fuse, query_terms
from qa.schema import Filters
from qa.store import Store

BRIEFINGS = {
    "steel": (
        "2025-06-04",
        "steel",
        "The tariff on steel was doubled to 50 percent. It had been 25 percent.",
    ),
    "milk": (
        "2025-01-01",
        "dairy",
        "Canada limits imports of milk by quotas. Above them the tariff is high.",
    ),
    "cars": (
        "2024-03-01",
        "cars, steel",
        "Cars need steel from North America. The tariff on others is 2.5 percent.",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("retrieve")
    with Assistant.open(settings=Settings(store=root / "store", threads=1)) as assistant:
        for title, (published, topics, text) in BRIEFINGS.items():
            assistant.add_text(text.encode(), title=title, published=published, topics=topics.split(", "))
    return root / "store"


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    opened = Store.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def retriever(store: Store) -> Retriever:
    return Retriever(store, MiniLMEmbedder(), Reader(), read_k=24)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What is the tariff on steel?", ["tariff", "steel"]),
        ("what is the", []),
        ("", []),
        ("\U0001f600 ?!", []),
        ("Steel, steel and stEel", ["steel"]),
        ("a 1.5 percent rise", ["1.5", "percent", "rise"]),
        ("Canada’s dairy-quota", ["canada’s", "dairy", "quota"]),
        ("Zölle für Stahl", ["zölle", "für", "stahl"]),
    ],
)  # fmt: skip
def test_query_terms(question: str, terms: list[str]) -> None:
    assert query_terms(question) == terms


@pytest.mark.parametrize("question", ["US tariffs", "U.S. tariffs"])
def test_an_acronym_is_looked_for_both_ways(question: str) -> None:
    assert set(query_terms(question)) >= {"us", "u.s", "tariffs"}


def test_passages_are_read_and_best_first(retriever: Retriever) -> None:
    found = retriever.search("How high is the tariff on steel?")
    assert {one.title for one in found.passages} == set(BRIEFINGS)
    scores = [one.score for one in found.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(one.evidence is not None for one in found.passages)
    assert 0 < fuse(found.passages[0]) <= 1.0001
    assert found.retrieve_ms > 0
    assert found.read_ms > 0


def test_the_same_question_gets_the_same_passages(retriever: Retriever, store: Store) -> None:
    question = "Which tariff is high?"
    first = retriever.search(question)
    again = Retriever(store, MiniLMEmbedder(), Reader(), read_k=24).search(question)
    assert again.passages == first.passages
    assert again.contexts == first.contexts


def test_read_k_limits_the_passages(store: Store, retriever: Retriever) -> None:
    few = Retriever(store, MiniLMEmbedder(), Reader(), read_k=1).search("tariff on steel")
    assert len(few.passages) == 1


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(), {"steel", "milk", "cars"}),
        (Filters(topics=("Steel",)), {"steel", "cars"}),
        (Filters(since=date(2025, 1, 1)), {"steel", "milk"}),
        (Filters(until=date(2025, 1, 1)), {"milk", "cars"}),
        (Filters(topics=("steel",), since=date(2025, 1, 1)), {"steel"}),
        (Filters(topics=("copper",)), set()),
        (Filters(documents=("no such id",)), set()),
    ],
)  # fmt: skip
def test_filters_are_pushed_down(
    store: Store, retriever: Retriever, filters: Filters, titles: set[str]
) -> None:
    found = retriever.search("How high is the tariff?", filters=filters)
    assert {one.title for one in found.passages} == titles
    assert {one.title for one in found.contexts} <= titles
    # With room for one candidate only, it is one that passes.
    narrow = Retriever(store, MiniLMEmbedder(), Reader(), read_k=1).search("milk quotas", filters=filters)
    assert {one.title for one in narrow.passages} <= titles
    assert len(narrow.passages) == min(1, len(titles))


def test_a_question_of_stop_words_is_answered_by_vectors(retriever: Retriever) -> None:
    found = retriever.search("what is it?")
    assert {one.title for one in found.passages} == set(BRIEFINGS)
    assert all(one.words == 0 for one in found.passages)


def test_langchain_documents(retriever: Retriever, store: Store) -> None:
    passages = retriever.search("tariff on steel").passages
    documents = PassageRetriever(search=lambda _: passages).invoke("tariff on steel")
    assert len(documents) == len(passages)
    for document, passage in zip(documents, passages, strict=True):
        metadata = document.metadata
        assert set(metadata) >= {
            "id",
            "document",
            "start",
            "end",
            "heading",
            "title",
            "source",
            "published",
            "score",
        }
        assert document.id == metadata["id"] == passage.chunk_id
        assert metadata["score"] == passage.score
        text = store.document(metadata["document"]).text
        assert document.page_content == text[metadata["start"] : metadata["end"]]
    assert documents[0].metadata["published"] == "2025-06-04"
