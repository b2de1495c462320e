"""What is stored is what is quoted: every changed byte is noticed, said in one line, and mended."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.errors import StoreError
from qa.schema import Filters
from qa.store import Store, passage_search
from tests.store.test_store import EMBEDDER, assert_whole, find, in_catalogue, make_addition, word
from tests.store.test_store_damage import drop_checksums


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.open(path)) as fresh:
        fresh.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        fresh.put([make_addition("alpha"), make_addition("beta")])
        yield fresh


def _change(table: str, change: str) -> Callable[[Path], None]:
    where = "document_key = 1 AND ordinal = 1" if table == "chunks" else "id = 'alpha'"
    return in_catalogue(f"UPDATE {table} SET {change} WHERE {where}")


TEXT = "text = replace(text, 'tariffs', 'tarifs.')"
CHANGES = [
    _change("documents", "title = 'Another'"),
    _change("documents", "published = '2020-01-01'"),
    _change("documents", "pages = '[7]'"),
    _change("documents", "pages = 'no JSON'"),
    _change("documents", "source = '/elsewhere.md'"),
    _change("documents", "updated_at = '2020-01-01T00:00:00+00:00'"),
    _change("documents", "sha256 = 'other'"),
    _change("documents", "topics = x'ff'"),
    _change("chunks", "heading = 'Another'"),
    _change("chunks", "sentences = '[0, 5]'"),
    _change("chunks", '"end" = "end" - 1'),
    in_catalogue("UPDATE words SET body = replace(body, 'tariffs', 'tariffs!') WHERE rowid = 2"),
    in_catalogue("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE chunk_key = 2"),
    in_catalogue("UPDATE vectors SET vector = 'text' WHERE chunk_key = 2"),
]


@pytest.mark.parametrize("damage", CHANGES, ids=range(len(CHANGES)))
def test_a_changed_value_is_never_part_of_an_answer(
    store: Store, path: Path, damage: Callable[[Path], None]
) -> None:
    assert find(store, word("alpha", 1, 1))  # what was proven before counts no more
    damage(path)
    with closing(Store.open(path)) as other, pytest.raises(StoreError, match=r"is damaged.*--repair"):
        find(other, word("alpha", 1, 1), count=10)
    assert store.check().problems
    with pytest.raises(StoreError, match=r"is damaged.*--repair"):
        store.backup(path.with_name("backup.qa"))
    assert not path.with_name("backup.qa").exists()
    store.repair(EMBEDDER)
    left = {problem.name for problem in store.check().problems}
    assert left <= {"documents set aside"}
    assert find(store, word("beta", 1, 1))[0].document_id == "beta"
    store.put([make_addition("alpha"), make_addition("beta")])
    assert_whole(store, {"alpha": 1, "beta": 1})


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.document("alpha"),
        lambda store: store.expand_passage(find(store, word("alpha", 1, 1))[0], 1),
        lambda store: store.document_texts(find(store, word("alpha", 1, 1))[:1], 20),
    ],
    ids=["document", "expand", "begin"],
)
def test_a_changed_text_is_not_shown(store: Store, path: Path, read: Callable[[Store], object]) -> None:
    read(store)
    _change("documents", TEXT)(path)
    with pytest.raises(StoreError, match=r"what it holds of '/briefings/alpha.md' is not what was added"):
        read(store)
    assert store.document("beta").title == "Title of beta"
    assert [document.source for document in store.check().damaged] == ["/briefings/alpha.md"]


def test_filters_leave_nothing_out_for_damage(store: Store, path: Path) -> None:
    _change("documents", "topics = '[\"steal\"]'")(path)
    with pytest.raises(StoreError, match="is damaged"):
        find(store, "tariffs", filters=Filters(topics=("steel",)))
    with pytest.raises(StoreError, match="is damaged"):
        store.count_documents(Filters(topics=("steel",)))


def test_a_damaged_document_is_set_aside_until_it_is_added_again(store: Store, path: Path) -> None:
    _change("documents", TEXT)(path)
    report = store.repair(EMBEDDER)
    assert [(document.id, document.has_row, document.has_text) for document in report.damaged] == [
        ("alpha", True, False)
    ]
    problems = store.check().problems
    assert [problem.name for problem in problems] == ["documents set aside"]
    assert "add them again: '/briefings/alpha.md'" in problems[0].meaning
    assert {passage.document_id for passage in find(store, "tariffs")} == {"beta"}
    assert [document.id for document in store.documents()] == ["beta"]
    # Nothing of it goes into an index, and it can be backed up as what it is.
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as raw:
        assert raw.execute("SELECT count(*) FROM words WHERE body MATCH 'alphav1p1'").fetchone() == (0,)
    store.backup(path.with_name("backup.qa"))
    store.put([make_addition("alpha")])
    assert_whole(store, {"alpha": 1, "beta": 1})
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as raw:
        assert raw.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_what_is_set_aside_can_be_erased(store: Store, path: Path) -> None:
    _change("documents", TEXT)(path)
    store.repair(EMBEDDER)
    store.remove([store.resolve_past("alpha")], forget=True)
    assert_whole(store, {"beta": 1})


def test_a_damaged_version_of_the_past_is_not_read(store: Store, path: Path) -> None:
    store.put([make_addition("alpha", 2)])
    in_catalogue("UPDATE documents SET title = 'Another' WHERE state = 'past'")(path)
    assert store.document("alpha").sha256 == "alpha-2"
    with pytest.raises(StoreError, match="is damaged"):
        store.history("alpha")
    assert [document.is_past for document in store.repair(EMBEDDER).damaged] == [True]
    assert_whole(store, {"alpha": 2, "beta": 1})


def test_lost_rows_are_noticed(store: Store, path: Path) -> None:
    in_catalogue("DELETE FROM chunks WHERE key = 2")(path)
    assert "damaged documents" in {problem.name for problem in store.check().problems}
    with pytest.raises(StoreError, match="is damaged"):
        find(store, word("alpha", 1, 0))


def test_vectors_are_made_anew_from_texts_alone(store: Store, path: Path) -> None:
    """What Chroma holds is no witness: nothing says that it is what was put there."""
    store.connection.vectors.put([2], -EMBEDDER.embed(["something else"]), ["alpha"])
    in_catalogue("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE chunk_key = 2")(path)
    store.repair(EMBEDDER)
    assert store.check().problems == ()
    _, vectors = store.connection.vectors.get([2])
    wanted = EMBEDDER.embed_passages(
        [("Title of alpha", "Section 0", "Passage 1 tells of alphav1p1: tariffs.")]
    )
    assert vectors[0] == pytest.approx(wanted[0], abs=1e-5)


def test_a_cosine_is_of_the_vectors_that_were_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage_search, "_EXACT_CHUNKS", 0)  # as in a store that is too large to compare all
    expected = {passage.chunk_id: passage.dense_score for passage in find(store, "tariffs")}
    vectors = store.connection.vectors
    nearest = vectors.nearest
    monkeypatch.setattr(
        vectors, "nearest", lambda *arguments: [(key, 0.99) for key, _ in nearest(*arguments)]
    )
    found = {passage.chunk_id: passage.dense_score for passage in find(store, "tariffs")}
    assert found == pytest.approx(expected)


def test_a_store_without_checksums_gets_them(store: Store, path: Path) -> None:
    store.put([make_addition("alpha", 2)])
    store.close()
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as raw:
        drop_checksums(raw)
        raw.execute("UPDATE meta SET value = '3' WHERE name = 'schema_version'")
        # Its text is no more what it was: that alone had a checksum before.
        raw.execute("UPDATE documents SET text = replace(text, 'tariffs', 'TARIFFS') WHERE id = 'beta'")
        raw.commit()
    with closing(Store.open(path)) as again:
        assert again.document("alpha").sha256 == "alpha-2"
        assert len(again.history("alpha")) == 2
        with pytest.raises(StoreError, match="is damaged"):
            find(again, "tariffs")
        assert [document.id for document in again.check().damaged] == ["beta"]
    _change("documents", "title = 'Another'")(path)
    with closing(Store.open(path)) as again, pytest.raises(StoreError, match="is damaged"):
        again.document("alpha")


# A file that is damaged ---------------------------------------------------------------------------------


def _damage_page_of(table: str) -> Callable[[Path], None]:
    """Zero the page that the table's rows are in."""

    def damage(path: Path) -> None:
        catalogue = path / "catalogue.sqlite3"
        with closing(sqlite3.connect(catalogue)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            (size,) = raw.execute("PRAGMA page_size").fetchone()
        with catalogue.open("r+b") as stream:
            stream.seek((page - 1) * size)
            stream.write(bytes(size))

    return damage


@pytest.mark.parametrize(
    "table", ["vectors", "failures", "document_source", "document_state", "signature_bands", "words_data"]
)
def test_a_damaged_page_of_what_can_be_derived_costs_nothing(store: Store, path: Path, table: str) -> None:
    store.close()
    _damage_page_of(table)(path)
    with closing(Store.open(path)) as again:
        assert again.check().problems
        assert again.repair(EMBEDDER).problems
        assert again.check().problems == ()
        for name in ("alpha", "beta"):
            assert again.document(name).sha256 == f"{name}-1"
            assert find(again, word(name, 1, 1))[0].document_id == name


def test_documents_whose_page_is_lost_are_named(store: Store, path: Path) -> None:
    store.close()
    _damage_page_of("documents")(path)
    with closing(Store.open(path)) as again:
        report = again.repair(EMBEDDER)
        assert report.problems[0].name == "damaged catalogue"
        assert [document.source for document in report.damaged] == [
            "/briefings/alpha.md",
            "/briefings/beta.md",
        ]
        assert again.documents() == []
        again.put([make_addition("alpha", 2)])
        assert_whole(again, {"alpha": 2})


@pytest.mark.parametrize("table", ["meta", "sqlite_sequence"])
def test_too_little_is_left(store: Store, path: Path, table: str) -> None:
    store.close()
    _damage_page_of(table)(path)
    with pytest.raises(StoreError, match="restore a"), closing(Store.open(path)) as again:
        again.repair(EMBEDDER)


def test_a_store_without_its_catalogue_is_not_begun_anew(store: Store, path: Path) -> None:
    store.close()
    (path / "catalogue.sqlite3").unlink()
    with pytest.raises(StoreError, match=r"has lost its catalogue.sqlite3: restore a backup"):
        Store.open(path)


@pytest.mark.parametrize("column", ["text", "title", "source", "topics"])
def test_bytes_that_are_no_text_are_damage_like_any(store: Store, path: Path, column: str) -> None:
    in_catalogue(f"UPDATE documents SET {column} = CAST(x'41ff42' AS TEXT) WHERE id = 'alpha'")(path)
    assert "damaged documents" in {problem.name for problem in store.check().problems}
    with pytest.raises(StoreError, match="is damaged"):
        store.documents() if column != "text" else store.document("alpha")
    store.repair(EMBEDDER)
    assert [problem.name for problem in store.check().problems] == ["documents set aside"]
    assert [document.id for document in store.documents()] == ["beta"]
    store.remove([store.resolve_past("alpha")], forget=True)
    assert_whole(store, {"beta": 1})


def test_lost_vectors_are_no_answer_of_the_others(store: Store, path: Path) -> None:
    in_catalogue("DELETE FROM vectors")(path)
    with closing(Store.open(path)) as other, pytest.raises(StoreError, match="a vector is not what was"):
        find(other, "tariffs")
    store.repair(EMBEDDER)
    assert store.check().problems == ()
