"""Question to passages: words looked for, filters, LangChain's view, and a ranking that stands still."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.assistant.langchain_retriever import PassageRetriever
from qa.config import Settings
from qa.models.embedder import MiniLMEmbedder, Vectors
from qa.models.reader import Reader, squash
from qa.query.query import SubQuestion
from qa.retrieval.retriever import Retriever, fused_score
from qa.retrieval.sentence_vectors import SentenceVectors
from qa.schema import Filters, Metadata, Passage, ReaderScores, Sentence
from qa.store import Store
from tests.support.doubles import WordHashEmbeddings

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
    store = Store.open(folder)
    yield store
    store.close()


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    return MiniLMEmbedder()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def retriever(store: Store, embedder: MiniLMEmbedder, reader: Reader) -> Retriever:
    return Retriever(store, embedder, reader, read_k=24)


def test_passages_are_read_and_best_first(retriever: Retriever) -> None:
    retrieval = retriever.search(SubQuestion.of("How high is the tariff on steel?"))
    assert {passage.title for passage in retrieval.passages} == set(BRIEFINGS)
    scores = [passage.score for passage in retrieval.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(passage.reader_scores is not None for passage in retrieval.passages)
    assert 0 < fused_score(retrieval.passages[0]) <= 1.0001
    assert retrieval.retrieve_ms > 0
    assert retrieval.read_ms > 0


def test_the_same_question_gets_the_same_passages(retriever: Retriever, store: Store) -> None:
    question = "Which tariff is high?"
    first = retriever.search(SubQuestion.of(question))
    again = Retriever(store, MiniLMEmbedder(), Reader(), read_k=24).search(SubQuestion.of(question))
    assert again.passages == first.passages
    assert again.expanded_passages == first.expanded_passages


def test_read_k_limits_the_passages(store: Store, embedder: MiniLMEmbedder, reader: Reader) -> None:
    few = Retriever(store, embedder, reader, read_k=1).search(SubQuestion.of("tariff on steel"))
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
    store: Store,
    retriever: Retriever,
    embedder: MiniLMEmbedder,
    reader: Reader,
    filters: Filters,
    titles: set[str],
) -> None:
    retrieval = retriever.search(SubQuestion.of("How high is the tariff?"), filters=filters)
    assert {passage.title for passage in retrieval.passages} == titles
    assert {passage.title for passage in retrieval.expanded_passages} <= titles
    # With room for one candidate only, it is one that passes.
    narrow = Retriever(store, embedder, reader, read_k=1).search(
        SubQuestion.of("milk quotas"), filters=filters
    )
    assert {passage.title for passage in narrow.passages} <= titles
    assert len(narrow.passages) == min(1, len(titles))


def test_a_question_of_stop_words_is_answered_by_vectors(retriever: Retriever) -> None:
    retrieval = retriever.search(SubQuestion.of("what is it?"))
    assert {passage.title for passage in retrieval.passages} == set(BRIEFINGS)
    assert all(passage.lexical_score == 0 for passage in retrieval.passages)


def test_langchain_documents(retriever: Retriever, store: Store) -> None:
    passages = retriever.search(SubQuestion.of("tariff on steel")).passages
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


class CountingEmbedder(WordHashEmbeddings):
    """Notes what it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        return super().embed(texts)


def test_many_questions_are_answered_as_each_alone(retriever: Retriever) -> None:
    questions = ["How high is the tariff on steel?", "Who limits imports of milk?", "Cars?"]
    together = retriever.search_many([(SubQuestion.of(question), None) for question in questions])
    for question, retrieval in zip(questions, together, strict=True):
        alone = retriever.search(SubQuestion.of(question))
        assert [passage.chunk_id for passage in retrieval.passages] == [
            passage.chunk_id for passage in alone.passages
        ]
        for expanded, expanded_alone in zip(
            retrieval.expanded_passages, alone.expanded_passages, strict=True
        ):
            assert expanded.reader_scores is not None
            assert expanded_alone.reader_scores is not None
            # Other batches, other rounding.
            assert expanded.reader_scores.sentence_logits == pytest.approx(
                expanded_alone.reader_scores.sentence_logits, abs=0.3
            )
            assert expanded.sentence_cosines == pytest.approx(expanded_alone.sentence_cosines, abs=0.01)
    assert retriever.search_many([]) == []


def test_a_passage_is_read_once(retriever: Retriever, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Reader.read_pairs

    def counted(self: Reader, pairs: Sequence[tuple[str, Passage]]) -> list[ReaderScores]:
        read.extend(passage.text for _, passage in pairs)
        return real(self, pairs)

    monkeypatch.setattr(Reader, "read_pairs", counted)
    # Each briefing is one passage, so there is nothing to widen.
    retrieval = retriever.search(SubQuestion.of("How high is the tariff on steel?"))
    assert sorted(read) == sorted(text for _, _, text in BRIEFINGS.values())
    read.clear()
    section = retriever.read_section(
        "How high is the tariff on steel?", retrieval.passages[0], retrieval.passages
    )
    assert read == []
    assert [passage.reader_scores for passage in section] == [retrieval.passages[0].reader_scores]
    assert retriever.read_section("Who?", retrieval.passages[0])[0].reader_scores is not None
    assert len(read) == 1


def test_sentence_vectors_are_made_once_while_they_are_remembered() -> None:
    embedder = CountingEmbedder()
    vectors = SentenceVectors(embedder, max_sentences=3)
    first = vectors.embed(["a b", "c d", "a b"])
    assert np.array_equal(first, WordHashEmbeddings().embed(["a b", "c d", "a b"]))
    assert embedder.given == ["a b", "c d"]
    vectors.embed(["e f", "a b"])
    assert embedder.given == ["a b", "c d", "e f"]
    vectors.embed(["g h"])  # the fourth: "c d", used longest ago, is forgotten
    vectors.embed(["a b", "e f", "g h"])
    assert embedder.given == ["a b", "c d", "e f", "g h"]
    vectors.embed(["c d"])
    assert embedder.given[4:] == ["c d"]
    assert vectors.embed([]).shape[0] == 0


class ScriptedStore:
    """Passages with these blends, best first, none with anything around it."""

    def __init__(self, blends: Sequence[float]) -> None:
        self.passages = [
            Passage(
                chunk_id=str(number), document_id="d", ordinal=number, section=0, start=10 * number,
                end=10 * number + 9, heading=None, metadata=Metadata(title=""), source="", text="It is so.",
                sentences=(Sentence(10 * number, 10 * number + 9),), score=0.0,
                dense_score=blend, lexical_score=blend,
            )
            for number, blend in enumerate(blends)
        ]  # fmt: skip

    def search(
        self, _vector: Vectors, _terms: Sequence[str], *, count: int, filters: Filters
    ) -> list[Passage]:
        assert not filters
        return self.passages[:count]

    def expand_passage(self, passage: Passage, _sentences: int) -> Passage:
        return passage

    def document_texts(self, passages: Sequence[Passage], _length: int) -> list[str]:
        return ["Zenda, 3 May 2030"] * len(passages)


class ScriptedReader:
    """Gives every passage these logits; remembers which were read, round by round."""

    def __init__(self, logits: dict[int, float]) -> None:
        self.logits, self.rounds = logits, list[list[int]]()

    def read_pairs(self, pairs: Sequence[tuple[str, Passage]]) -> list[ReaderScores]:
        if pairs:
            self.rounds.append([passage.ordinal for _, passage in pairs])
        values = [self.logits.get(passage.ordinal, -6.0) for _, passage in pairs]
        return [
            ReaderScores(
                answerability_logit=value,
                sentence_logits=(value,),
                heading_logit=None,
                answer_spans=(None,),
                span_scores=(value,),
            )
            for value in values
        ]


def scripted(blends: Sequence[float], logits: dict[int, float]) -> tuple[Retriever, ScriptedReader]:
    reader = ScriptedReader(logits)
    store: Any = ScriptedStore(blends)
    return Retriever(store, WordHashEmbeddings(), cast(Any, reader), read_k=24), reader


def test_reading_stops_when_nothing_unread_could_come_first() -> None:
    retriever, reader = scripted([0.9 - 0.03 * number for number in range(24)], {1: 6.0})
    passages = retriever.search(SubQuestion.of("Is it so?")).passages
    assert reader.rounds == [list(range(8))]
    assert passages[0].ordinal == 1
    assert len(passages) == 24
    assert [passage.ordinal for passage in passages[8:]] == list(range(8, 24))
    assert all(passage.reader_scores is None for passage in passages[8:])
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)


def test_reading_goes_on_while_the_answer_is_not_found() -> None:
    retriever, reader = scripted([0.9 - 0.005 * number for number in range(24)], {20: 6.0})
    passages = retriever.search(SubQuestion.of("Is it so?")).passages
    assert [len(ordinals) for ordinals in reader.rounds] == [8, 8, 8]
    assert passages[0].ordinal == 20
    assert all(passage.reader_scores for passage in passages)


def test_stopping_early_does_not_change_which_is_first() -> None:
    rng = np.random.default_rng(5)
    stopped = 0
    for _ in range(200):
        blends = np.sort(rng.uniform(0.2, 0.9, 24))[::-1].tolist()
        logits = {number: float(rng.uniform(-8, 4.0)) for number in range(24)}
        retriever, reader = scripted(blends, logits)
        first = retriever.search(SubQuestion.of("Is it so?")).passages[0]
        everything = [
            fused_score(passage) + 0.04 * squash(logits[passage.ordinal])
            for passage in ScriptedStore(blends).passages
        ]
        assert first.ordinal == int(np.argmax(everything))
        stopped += sum(map(len, reader.rounds)) < 24
    assert stopped > 20


def test_many_questions_stop_each_for_itself() -> None:
    retriever, reader = scripted([0.9 - 0.03 * number for number in range(24)], {0: 6.0})
    retrievals = retriever.search_many([(SubQuestion.of(text), None) for text in ("Is it so?", "Or so?")])
    assert [len(ordinals) for ordinals in reader.rounds] == [16]
    assert [retrieval.passages[0].ordinal for retrieval in retrievals] == [0, 0]


def test_all_documents_are_asked_for_a_topic_by_its_words(retriever: Retriever) -> None:
    retrieval = retriever.search(SubQuestion.of("Which briefings mention steel?"))
    assert retrieval.document_count == 3
    assert {passage.title for passage in retrieval.expanded_passages} == {"steel", "cars"}
    assert all(passage.reader_scores and passage.sentence_cosines for passage in retrieval.expanded_passages)


def test_what_no_document_mentions_leaves_nothing_to_answer_from(retriever: Retriever) -> None:
    retrieval = retriever.search(SubQuestion.of("Which briefings mention zinc?"))
    assert retrieval.passages
    assert retrieval.expanded_passages == ()


def test_a_survey_of_one_document_is_an_ordinary_search(retriever: Retriever) -> None:
    filters = Filters(topics=("dairy",))
    retrieval = retriever.search(SubQuestion.of("What do the briefings say about milk?"), filters=filters)
    assert retrieval.document_count is None
    assert {passage.title for passage in retrieval.expanded_passages} == {"milk"}
