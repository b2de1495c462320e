"""The store by itself: what goes in comes out, one state at a time, and what breaks is said and mended."""

import itertools
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from qa.errors import DocumentNotFound, StaleIndexError, StoreBusyError, StoreError
from qa.models.embedder import Vectors
from qa.schema import Chunk, Document, Filters, Metadata, Passage, RecognisedPage, Sentence, Table, TableCell
from qa.store import Store, candidate_queries
from qa.store.catalogue_schema import documents
from qa.store.checksums import document_checksum, register_functions
from qa.store.lock import ReadersWriterLock, StoreLock
from qa.store.vector_index import VectorIndex
from tests.support.doubles import WordHashEmbeddings

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]
pytestmark = pytest.mark.usefixtures("everywhere")

Addition = tuple[Document, Sequence[Chunk], Vectors]
EMBEDDER = WordHashEmbeddings()
ANY = Filters()


def word(document_id: str, version: int, passage: int) -> str:
    """A word that stands in this passage of this version alone."""
    return f"{document_id}v{version}p{passage}".replace("-", "")


def make_addition(
    document_id: str,
    version: int = 1,
    *,
    passages: int = 3,
    topics: tuple[str, ...] = (),
    published: date | None = None,
) -> Addition:
    """A document of single sentences, each a passage of its own, two to a section."""
    lines = [
        f"Passage {number} tells of {word(document_id, version, number)}: tariffs."
        for number in range(passages)
    ]
    text = "\n".join(lines) + "\n"
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    chunks = [
        Chunk(
            document_id=document_id,
            ordinal=number,
            section=number // 2,
            start=start,
            end=start + len(line),
            heading=f"Section {number // 2}",
            sentences=(Sentence(start, start + len(line)),),
        )
        for number, (start, line) in enumerate(zip(starts, lines, strict=False))
    ]
    document = Document(
        id=document_id,
        source=f"/briefings/{document_id}.md",
        metadata=Metadata(title=f"Title of {document_id}", topics=topics, published=published),
        text=text,
        sha256=f"{document_id}-{version}",
    )
    return document, chunks, EMBEDDER.embed([text[chunk.start : chunk.end] for chunk in chunks])


def find(store: Store, question: str, *, count: int = 10, filters: Filters = ANY) -> list[Passage]:
    """By words and vector, the best first."""
    passages = store.search(EMBEDDER.embed([question])[0], question.split(), count=count, filters=filters)
    return sorted(
        passages, key=lambda passage: (-passage.lexical_score - passage.dense_score, passage.chunk_id)
    )


def assert_whole(store: Store, expected: dict[str, int], *, passages: int = 3) -> None:
    """These documents in these versions and nothing else; every passage is found by words and by vector.

    Of a long document every tenth one is looked for.
    """
    assert {document.id: document.sha256 for document in store.documents()} == {
        name: f"{name}-{version}" for name, version in expected.items()
    }
    assert store.check().problems == ()
    away = -EMBEDDER.embed(["tariffs"])[0]
    for name, version in expected.items():
        document, chunks, vectors = make_addition(name, version, passages=passages)
        assert store.document(name).text == document.text
        for number in range(0, passages, 1 if passages < 100 else 10):
            chunk, vector = chunks[number], vectors[number]
            by_words = store.search(away, [word(name, version, number)], count=1, filters=ANY)
            matches = [passage for passage in by_words if passage.lexical_score == 1.0]
            assert [(passage.document_id, passage.start, passage.end) for passage in matches] == [
                (name, chunk.start, chunk.end)
            ]
            near = [
                passage
                for passage in store.search(vector, [], count=8, filters=ANY)
                if passage.dense_score > 0.999
            ]
            assert (name, chunk.start) in {(passage.document_id, passage.start) for passage in near}


def seal_rows(raw: sqlite3.Connection) -> None:
    """Make the checksums of documents those of what they are now."""
    register_functions(raw)
    seal = sa.update(documents).values(checksum=document_checksum())
    raw.execute(str(seal.compile(dialect=sqlite_dialect(), compile_kwargs={"literal_binds": True})))


def in_catalogue(statement: str, *, seals: bool = False) -> Callable[[Path], None]:
    """Runs a statement; with `seals` as the program would, so that what it changes is no damage."""

    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path / "catalogue.sqlite3", isolation_level=None)) as raw:
            raw.execute(statement)
            if seals:
                seal_rows(raw)

    return damage


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    fresh = Store.open(tmp_path / "store", lock_timeout_s=20)
    yield fresh
    fresh.close()


def reopened(path: Path) -> "closing[Store]":
    return closing(Store.open(path, lock_timeout_s=20))


# What goes in comes out ---------------------------------------------------------------------------


def test_a_document_comes_back_as_it_was(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha", topics=("Cars", "Steel"), published=date(2025, 9, 18))
    store.put([(document, chunks, vectors)])
    assert store.document("alpha") == document
    (summary,) = store.documents()
    assert (summary.chunks, summary.characters) == (3, len(document.text))
    assert (summary.topics, summary.published) == (("Cars", "Steel"), date(2025, 9, 18))
    assert store.counts() == (1, 3)
    best = find(store, word("alpha", 1, 1))[0]
    assert (best.start, best.end, best.heading) == (chunks[1].start, chunks[1].end, "Section 0")
    assert best.text == document.text[best.start : best.end]
    assert best.sentences == chunks[1].sentences
    assert_whole(store, {"alpha": 1})


def test_a_change_replaces_and_a_removal_removes(store: Store) -> None:
    store.put([make_addition("alpha"), make_addition("beta")])
    first = {document.id: document.added_at for document in store.documents()}
    store.put([make_addition("alpha", 2)])
    assert_whole(store, {"alpha": 2, "beta": 1})
    assert {document.id: document.added_at for document in store.documents()} == first
    assert not [passage for passage in find(store, word("alpha", 1, 0)) if passage.lexical_score]
    store.remove(["beta", "never there"])
    assert_whole(store, {"alpha": 2})
    with pytest.raises(DocumentNotFound, match="beta"):
        store.document("beta")


def test_recognised_pages_are_kept_and_reach_what_is_found(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha")
    pages = (RecognisedPage(1, 0.97), RecognisedPage(2, 0.9))
    scan = replace(document, pages=(0, chunks[1].start + 1, chunks[2].start), recognised=pages)
    store.put([(scan, chunks, vectors)])
    assert store.document("alpha").recognised == pages
    assert [summary.recognised for summary in store.documents()] == [pages]
    passages = {passage.start: passage for passage in find(store, "tariffs")}
    certainties = [passages[chunk.start].certainty_of(chunk.sentences[0]) for chunk in chunks]
    assert certainties == [0.97, 0.9, None]  # the second one begins on the first page


def test_tables_and_what_names_their_columns_are_kept(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha")
    cells = (
        (TableCell(0, 7, True, 1, 2),),
        (TableCell(8, 9, True), TableCell(10, 15)),
        (TableCell(), TableCell(16, 20)),
    )
    table = Table(start=0, end=20, rows=cells, caption="Passages", unit="tonnes", notes=("Source: customs.",))
    chunk = replace(chunks[1], table_context="Passages (tonnes)")
    store.put([(replace(document, tables=(table,)), [chunks[0], chunk, chunks[2]], vectors)])
    assert store.document("alpha").tables == (table,)
    passage = find(store, word("alpha", 1, 1))[0]
    assert passage.table_context == "Passages (tonnes)"
    assert passage.lead == "Section 0\nPassages (tonnes)"
    # The words that name the columns find it too, also once the index has been made anew.
    assert find(store, "tonnes")[0].chunk_id == passage.chunk_id
    assert store.check().problems == ()


def test_tables_of_some_documents_are_read_once_and_follow_changes(store: Store) -> None:
    document, chunks, vectors = make_addition("one")
    cell = TableCell(0, 7)
    tables = (Table(start=chunks[1].start, end=chunks[1].end, rows=((cell,),)),)
    with_table = replace(document, tables=tables)
    store.put([(with_table, chunks, vectors), make_addition("bare")])
    (found,) = store.document_tables(["bare", "one", "unknown"])
    assert (found.document, found.table, found.heading) == (with_table, tables[0], "Section 0")
    assert store.document_tables(["one"])[0] is found
    store.put([(replace(with_table, sha256="other", metadata=Metadata(title="New")), chunks, vectors)])
    assert store.document_tables(["one"])[0].document.title == "New"
    (past,) = store.document_tables(["one", "bare"], [document.sha256])
    assert (past.document, past.table) == (with_table, tables[0])
    store.remove(["one"])
    assert store.document_tables(["one"]) == []
    assert [found.document.title for found in store.document_tables(["one"], ["other"])] == ["New"]


def test_raised_figures_are_no_part_of_a_word(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha", passages=1)
    text = "Exports were 52⁴ million tonnes per km².\n"
    span = Sentence(0, len(text) - 1)
    chunk = replace(chunks[0], start=0, end=span.end, sentences=(span,))
    store.put([(replace(document, text=text), [chunk], vectors[:1])])
    assert [passage.lexical_score for passage in find(store, "52")] == [1.0]
    assert [passage.lexical_score for passage in find(store, "524")] == [0.0]


def test_a_document_without_passages_is_kept(store: Store) -> None:
    document, _, vectors = make_addition("alpha")
    store.put([(document, [], vectors[:0])])
    assert (store.documents()[0].chunks, store.counts()) == (0, (1, 0))
    assert find(store, "tariffs") == []
    assert store.check().problems == ()


def test_thousands_of_sources_ids_and_filters(store: Store) -> None:
    document, chunks, vectors = make_addition("one", passages=1)
    names = [f"document-{number:05}" for number in range(6000)]
    many = [make_addition(name, passages=1) for name in names[:6000:100]]
    store.put(many)
    # More than any SQLite allows as variables of one statement.
    sources = [f"/briefings/{name}.md" for name in names] + [
        f"/elsewhere/{number}" for number in range(300_000)
    ]
    assert len(store.known_documents(sources)) == len(many)
    everywhere = Filters(documents=(*(f"nobody-{number}" for number in range(40_000)), names[200]))
    assert {passage.document_id for passage in find(store, "tariffs", filters=everywhere)} == {names[200]}
    store.remove(names + [f"nobody-{number}" for number in range(300_000)])
    assert store.documents() == []
    assert store.check().problems == ()
    store.put([(document, chunks, vectors)])
    assert_whole(store, {"one": 1}, passages=1)


def test_filters(store: Store) -> None:
    store.put(
        [
            make_addition("old", published=date(2024, 1, 1), topics=("Steel",)),
            make_addition("new", published=date(2025, 1, 1), topics=("Cars", "steel")),
            make_addition("undated", topics=("Milk",)),
        ]
    )

    def passing(filters: Filters) -> set[str]:
        return {passage.document_id for passage in find(store, "tariffs", filters=filters)}

    assert passing(ANY) == {"old", "new", "undated"}
    assert passing(Filters(topics=("STEEL",))) == {"old", "new"}
    assert passing(Filters(topics=("cars", "milk"))) == {"new", "undated"}
    assert passing(Filters(since=date(2024, 1, 1))) == {"old", "new"}
    assert passing(Filters(since=date(2024, 1, 2))) == {"new"}
    assert passing(Filters(until=date(2024, 1, 1))) == {"old"}
    assert passing(Filters(documents=("new", "undated"), topics=("milk",))) == {"undated"}
    assert passing(Filters(topics=("copper",))) == set()


@pytest.mark.parametrize(
    "terms",
    [
        ["..."],
        ['"'],
        ['a" OR "b'],
        ["NEAR("],
        ["body:tariffs"],
        ["*"],
        ["a\x00b"],
        ["AND"],
        ["\U0001f600"],
        [""],
    ],
    ids=ascii,
)
def test_terms_are_never_query_syntax(store: Store, terms: list[str]) -> None:
    store.put([make_addition("alpha")])
    passages = store.search(EMBEDDER.embed(["x"])[0], [*terms, "tariffs"], count=5, filters=ANY)
    assert len([passage for passage in passages if passage.lexical_score]) == 3
    assert not [
        passage
        for passage in store.search(EMBEDDER.embed(["x"])[0], terms, count=5, filters=ANY)
        if passage.lexical_score
    ]


def test_more_is_asked_for_than_there_is(store: Store) -> None:
    assert find(store, "tariffs", count=50) == []
    store.put([make_addition("alpha")])
    assert len(find(store, "tariffs", count=50)) == 3


@pytest.mark.parametrize(
    ("reference", "document_id"),
    [
        ("alpha-12345678", "alpha-12345678"),
        ("/briefings/alpha-12345678.md", "alpha-12345678"),
        ("title of BETA", "beta"),
        ("beta.md", "beta"),
        ("elsewhere/beta.md", "beta"),
        ("alpha-12", "alpha-12345678"),
    ],
)
def test_ways_to_name_a_document(store: Store, reference: str, document_id: str) -> None:
    store.put([make_addition("alpha-12345678"), make_addition("beta")])
    assert store.resolve(reference) == document_id


@pytest.mark.parametrize(
    "reference", ["gamma", "", "al", "\x00", "\udcff", "'; DROP TABLE documents; --"], ids=ascii
)
def test_an_unknown_document(store: Store, reference: str) -> None:
    store.put([make_addition("alpha")])
    with pytest.raises(DocumentNotFound, match="no document"):
        store.resolve(reference)


def test_a_path_tells_namesakes_apart(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        document, chunks, vectors = make_addition(name)
        store.put([(replace(document, source=str(tmp_path / name / "a.md")), chunks, vectors)])
    monkeypatch.chdir(tmp_path)
    assert store.resolve("two/a.md") == "two"
    with pytest.raises(DocumentNotFound, match="may mean one, two"):
        store.resolve("a.md")


def test_copies_are_told_by_their_text(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha")
    store.put([(document, chunks, vectors)])
    assert store.exact_duplicate_of(document) is None
    assert (
        store.exact_duplicate_of(replace(document, id="copy", metadata=Metadata(title="Another title")))
        == "alpha"
    )
    assert store.exact_duplicate_of(replace(document, id="copy", text=document.text + "More.")) is None


def test_sections_and_neighbours(store: Store) -> None:
    store.put([make_addition("alpha", passages=4)])
    second = find(store, word("alpha", 1, 1))[0]
    assert [passage.ordinal for passage in store.section_passages(second)] == [0, 1]
    wide = store.expand_passage(second, 5)
    assert (wide.start, wide.end) == (0, second.end)
    assert wide.text == store.document("alpha").text[wide.start : wide.end]
    assert store.expand_passage(second, 0).text == second.text
    assert store.document_texts([wide, second], 20) == [store.document("alpha").text[:20]] * 2
    # What can't be widened is the same passage, and need not be read again.
    assert store.expand_passage(wide, 5) is wide


def test_neighbours_are_of_the_version_that_was_found(store: Store) -> None:
    store.put([make_addition("alpha", passages=4)])
    second = find(store, word("alpha", 1, 1))[0]
    wide, section = store.expand_passage(second, 5), store.section_passages(second)
    store.put([make_addition("alpha", 2, passages=9)])
    assert store.expand_passage(second, 5) == wide
    assert store.section_passages(second) == section
    store.remove(["alpha"], forget=True)
    assert store.expand_passage(second, 5) == second
    assert store.document_texts([second], 20) == [""]
    assert store.section_passages(second) == [second]


def test_the_working_directory_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(Store.open(Path("store"))) as store:
        monkeypatch.chdir(tmp_path / "elsewhere")
        store.put([make_addition("alpha")])
        assert_whole(store, {"alpha": 1})
    assert list((tmp_path / "elsewhere").iterdir()) == []


# One state at a time ------------------------------------------------------------------------------


def test_a_search_is_of_one_state(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put([make_addition("alpha")])
    original = candidate_queries.read_passages

    def late(*arguments: object) -> list[Passage]:
        monkeypatch.setattr(candidate_queries, "read_passages", original)
        with reopened(tmp_path / "store") as writer:
            writer.put([make_addition("alpha", 2, passages=5)])
            writer.remove(["alpha"])
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(candidate_queries, "read_passages", late)
    assert {passage.text for passage in find(store, "tariffs")} == {text for (text,) in texts("alpha", 1)}
    assert find(store, "tariffs") == []


def texts(document_id: str, version: int, passages: int = 3) -> list[tuple[str]]:
    document, chunks, _ = make_addition(document_id, version, passages=passages)
    return [(document.text[chunk.start : chunk.end],) for chunk in chunks]


def test_the_old_version_stays_until_the_new_one_is_ready(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put([make_addition("alpha"), make_addition("beta")])
    original = VectorIndex.put
    versions: list[dict[str, str]] = []

    def watched(*arguments: object) -> None:
        def look() -> None:
            versions.append({document.id: document.sha256 for document in reader.documents()})
            versions.append({"alpha": reader.document("alpha").sha256, "beta": "beta-1"})

        look()
        original(*arguments)  # type: ignore[arg-type]
        look()

    with reopened(tmp_path / "store") as reader:
        monkeypatch.setattr(VectorIndex, "put", watched)
        store.put([make_addition("alpha", 2), make_addition("gamma")])
        assert versions == [{"alpha": "alpha-1", "beta": "beta-1"}] * 4
        assert_whole(reader, {"alpha": 2, "beta": 1, "gamma": 1})


def test_two_stores_of_one_process_see_each_other(store: Store, tmp_path: Path) -> None:
    with reopened(tmp_path / "store") as second:
        store.put([make_addition("alpha")])
        assert_whole(second, {"alpha": 1})
        second.put([make_addition("beta")])
        assert_whole(store, {"alpha": 1, "beta": 1})
    store.put([make_addition("beta", 2)])
    assert_whole(store, {"alpha": 1, "beta": 2})


def test_the_generation_moves_with_every_change(store: Store) -> None:
    generations = [store.generation()]
    store.put([make_addition("alpha")])
    generations.append(store.generation())
    store.put([make_addition("alpha", 2)])
    generations.append(store.generation())
    store.remove(["alpha"])
    generations.append(store.generation())
    assert generations == sorted(set(generations))
    find(store, "tariffs")
    assert store.generation() == generations[-1]


def test_threads_share_a_store(store: Store) -> None:
    store.put([make_addition("alpha")])
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(2):
                store.put([make_addition(f"thread{number}")])
                assert {passage.document_id for passage in find(store, word("alpha", 1, 0), count=50)} >= {
                    "alpha"
                }
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert_whole(store, {"alpha": 1} | {f"thread{number}": 1 for number in range(16)})


def test_the_same_new_document_twice_at_once_is_one(tmp_path: Path) -> None:
    both = [Store.open(tmp_path / "store") for _ in range(2)]
    start = threading.Barrier(2)

    def add(store: Store) -> None:
        start.wait(10)
        store.put([make_addition("alpha"), make_addition("beta")])

    threads = [threading.Thread(target=add, args=(store,)) for store in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for store in both:
        assert_whole(store, {"alpha": 1, "beta": 1})
        store.close()


def test_a_failing_write_leaves_no_trace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put([make_addition("alpha")])
    original = VectorIndex.put

    def fail(self: VectorIndex, *arguments: object) -> None:
        original(self, *arguments)  # type: ignore[arg-type]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VectorIndex, "put", fail)
    with pytest.raises(StoreError, match="is full: free some space"):
        store.put([make_addition("alpha", 2), make_addition("beta")])
    monkeypatch.undo()
    assert_whole(store, {"alpha": 1})
    store.put([make_addition("beta")])
    assert_whole(store, {"alpha": 1, "beta": 1})


# Models -------------------------------------------------------------------------------------------


class OtherEmbeddings(WordHashEmbeddings):
    """Another model with vectors of the same length, which nothing but its name gives away."""

    name = "other"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.roll(super().embed(texts), 7, axis=1)


class ShortEmbeddings(WordHashEmbeddings):
    """Another model with shorter vectors."""

    name = "short"
    dimension = 32


@pytest.mark.parametrize("embedder", [OtherEmbeddings(), ShortEmbeddings()], ids=["same length", "shorter"])
def test_another_model_is_refused_and_repaired(
    store: Store, tmp_path: Path, embedder: WordHashEmbeddings
) -> None:
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    store.put([make_addition("alpha"), make_addition("beta")])
    with reopened(tmp_path / "store") as second:
        with pytest.raises(
            StaleIndexError, match=rf"word-hash \(256 dimensions\), not {embedder.name}.*--repair"
        ):
            second.bind_model(embedder.name, embedder.dimension)
        second.repair(embedder)
        second.bind_model(embedder.name, embedder.dimension)
        assert second.check().problems == ()
        question = store.document("alpha").text.splitlines()[1]
        (vector,) = embedder.embed_passages([("Title of alpha", "Section 0", question)])
        passages = second.search(vector, [], count=1, filters=ANY)
        assert [(passage.text, round(passage.dense_score, 4)) for passage in passages] == [(question, 1.0)]
    # Who still works with the old model is told so, at a search and at a write.
    with pytest.raises(StaleIndexError):
        find(store, "tariffs")
    with pytest.raises(StaleIndexError):
        store.put([make_addition("gamma")])


def test_an_interrupted_repair_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    store.put([make_addition(f"document{number}", passages=20) for number in range(20)])

    class Interrupted(OtherEmbeddings):
        calls = 0

        def embed(self, texts: Sequence[str]) -> Vectors:
            self.calls += 1
            if self.calls == 2:
                raise KeyboardInterrupt
            return super().embed(texts)

    with pytest.raises(KeyboardInterrupt):
        store.repair(Interrupted())
    problems = {problem.name: problem.count for problem in store.check().problems}
    assert problems == {"missing vectors": 400, "unkept vectors": 400 - 256}
    with pytest.raises(StaleIndexError):  # half of it is not taken for the old model's
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    store.repair(OtherEmbeddings())
    assert store.check().problems == ()


# The lock -----------------------------------------------------------------------------------------


def test_the_lock_is_reentrant_and_exclusive_between_threads(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path / "lock", 0.05, read_only=False)
    answers: list[str] = []

    def try_it(which: StoreLock) -> None:
        try:
            with which.hold():
                answers.append("got it")
        except StoreBusyError as error:
            answers.append(str(error))

    with lock.hold(), lock.hold():
        for which in (lock, StoreLock(tmp_path / "lock", 0.05, read_only=False)):
            thread = threading.Thread(target=try_it, args=(which,))
            thread.start()
            thread.join(20)
    assert len(answers) == 2
    assert all("in use for more than 0.05 s" in answer and "lock_timeout_s" in answer for answer in answers)
    try_it(lock)
    assert answers[2] == "got it"


@pytest.mark.of_a_file
def test_readers_share_the_lock_and_wait_behind_a_writer(tmp_path: Path) -> None:
    first, second = (StoreLock(tmp_path / "lock", 20, read_only=False) for _ in range(2))
    check_sharing(first, second)


def check_sharing(first: ReadersWriterLock[Any], second: ReadersWriterLock[Any]) -> None:
    """Two share the lock, also within one process; who comes behind a writer waits; all get it in the end."""
    order: list[str] = []

    def hold(which: ReadersWriterLock[Any], name: str, *, shared: bool) -> threading.Thread:
        def work() -> None:
            with which.hold(shared=shared):
                order.append(name)

        thread = threading.Thread(target=work)
        thread.start()
        return thread

    with first.hold(shared=True), first.hold(shared=True):
        for which in (first, second):
            hold(which, "reader", shared=True).join(20)
        assert order == ["reader", "reader"]
        with pytest.raises(RuntimeError, match="wants it alone"), first.hold():
            pass
        writers = [hold(which, "writer", shared=False) for which in (first, second)]
        time.sleep(0.3)  # for them to stand in line
        assert order == ["reader", "reader"]
        with pytest.raises(StoreBusyError), in_other_thread(second, shared=True, timeout_s=0.2):
            pass
    for writer in writers:
        writer.join(20)
    assert order == ["reader", "reader", "writer", "writer"]
    with first.hold(), first.hold(shared=True):  # who has it alone may read too
        with pytest.raises(StoreBusyError), in_other_thread(first, shared=True, timeout_s=0):
            pass
        with pytest.raises(StoreBusyError), in_other_thread(second, shared=True, timeout_s=0):
            pass


@contextmanager
def in_other_thread(lock: ReadersWriterLock[Any], *, shared: bool, timeout_s: float) -> Iterator[None]:
    """The lock in the hands of another thread."""
    done, taken = threading.Event(), threading.Event()
    errors: list[StoreBusyError] = []

    def hold() -> None:
        try:
            with lock.hold(shared=shared, timeout_s=timeout_s):
                taken.set()
                done.wait(20)
        except StoreBusyError as error:
            errors.append(error)
            taken.set()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert taken.wait(20)
        if errors:
            raise errors[0]
        yield
    finally:
        done.set()
        thread.join(20)


def test_searches_do_not_wait_for_one_another(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store", lock_timeout_s=0.5)) as store:
        store.put([make_addition("alpha")])
        # The lock as one has it who searches: in another thread, on another host.
        with in_other_thread(store.connection.lock, shared=True, timeout_s=5):
            assert find(store, word("alpha", 1, 1))[0].document_id == "alpha"
            with pytest.raises(StoreBusyError):
                store.put([make_addition("beta")])
        with in_other_thread(store.connection.lock, shared=False, timeout_s=5):
            assert store.documents()[0].id == "alpha"
            with pytest.raises(StoreBusyError):
                find(store, word("alpha", 1, 1))
        store.put([make_addition("beta")])


def test_the_lock_is_let_go_of_after_an_error(tmp_path: Path) -> None:
    first, second = (StoreLock(tmp_path / "lock", 0.05, read_only=False) for _ in range(2))
    with pytest.raises(ZeroDivisionError), first.hold():
        _ = 1 / 0
    with second.hold(), pytest.raises(StoreBusyError), first.hold():
        pass
    with first.hold():
        pass


@pytest.mark.of_a_file
def test_reading_the_catalogue_and_opening_need_no_lock(store: Store, tmp_path: Path) -> None:
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    store.put([make_addition("alpha")])
    with StoreLock(tmp_path / "store" / "store.lock", 5, read_only=False).hold():
        with closing(Store.open(tmp_path / "store", lock_timeout_s=0.05)) as second:
            assert second.counts() == (1, 3)
            assert second.document("alpha").id == "alpha"
            second.bind_model(EMBEDDER.name, EMBEDDER.dimension)
            with pytest.raises(StoreBusyError):
                find(second, "tariffs")
            with pytest.raises(StoreBusyError):
                second.put([make_addition("beta")])
        in_catalogue("UPDATE documents SET state = 'removing' WHERE id = 'alpha'", seals=True)(
            tmp_path / "store"
        )
        with closing(Store.open(tmp_path / "store", lock_timeout_s=0.05)) as second:
            assert second.documents() == []
    assert [problem.name for problem in store.check().problems] == ["unfinished"]
    store.put([make_addition("beta")])
    assert_whole(store, {"beta": 1})


@pytest.mark.of_a_file
def test_a_new_store_waits_for_the_disk_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dozen waits made `qa list` take seconds where there was no store yet and the disk was busy."""
    statements: list[str] = []
    synced: list[int] = []
    connect, fsync = sqlite3.connect, os.fsync

    def traced_connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        is_draft = ".new" in str(args[0])
        connection.set_trace_callback(lambda text: statements.append(f"{is_draft}: {text}"))
        return connection

    def traced_fsync(descriptor: int) -> None:
        synced.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(sqlite3, "connect", traced_connect)
    monkeypatch.setattr(os, "fsync", traced_fsync)
    Store.open(tmp_path / "store").close()
    writes = [text for text in statements if re.match(r"\w+: (CREATE|INSERT|UPDATE|DELETE|DROP)", text)]
    assert writes
    assert all(text.startswith("True: ") for text in writes)
    assert "True: PRAGMA synchronous = OFF" in statements
    assert "True: PRAGMA synchronous = FULL" not in statements
    assert len(synced) == 2  # the file and its folder


def test_titles_that_documents_share_are_told_apart(store: Store) -> None:
    additions = []
    for name in ("alpha", "beta", "gamma"):
        document, chunks, vectors = make_addition(name)
        title = "Levy" if name != "gamma" else "Tariff"
        source = f"/data/{name}/levy.txt"
        additions.append((replace(document, source=source, metadata=Metadata(title=title)), chunks, vectors))
    store.put(additions)
    listed = [(summary.title, summary.stored_title) for summary in store.documents()]
    assert listed == [("Levy (alpha)", "Levy"), ("Levy (beta)", "Levy"), ("Tariff", "")]
    titles = {passage.document_id: passage.title for passage in find(store, "tariffs", count=20)}
    assert titles == {"alpha": "Levy (alpha)", "beta": "Levy (beta)", "gamma": "Tariff"}
    (passage,) = find(store, "tariffs", count=20, filters=Filters.of(documents=["alpha"]))[:1]
    assert store.document_passages(passage, 1)[0].title == "Levy (alpha)"
    # What is stored, and may be changed, stays; both names lead to it.
    assert store.document("levy (alpha)").title == "Levy"
    with pytest.raises(DocumentNotFound, match="may mean alpha, beta"):
        store.document("Levy")
    store.remove(["beta"])
    assert [summary.title for summary in store.documents()] == ["Levy", "Tariff"]
    assert {passage.title for passage in find(store, "tariffs", count=20)} == {"Levy", "Tariff"}
