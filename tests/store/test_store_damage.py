"""Damaged stores, and disks that are read-only or full: said in one line, and mended."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from qa.errors import StoreError
from qa.schema import Filters
from qa.store import Store
from qa.store.vector_files import graph_note, prove_files
from tests.store.test_store import EMBEDDER, assert_whole, find, in_catalogue, make_addition, seal_rows, word

ANY = Filters()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    fresh = Store.open(tmp_path / "store", lock_timeout_s=20)
    yield fresh
    fresh.close()


def reopened(path: Path) -> "closing[Store]":
    return closing(Store.open(path, lock_timeout_s=20))


# Damage -------------------------------------------------------------------------------------------


def _no_vectors(path: Path) -> None:
    shutil.rmtree(path / "vectors")


def _vectors_are_a_file(path: Path) -> None:
    shutil.rmtree(path / "vectors")
    (path / "vectors").write_text("?")


def _garbage_database(path: Path) -> None:
    (path / "vectors" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)


def _garbage_index(path: Path) -> None:
    files = [file for file in path.glob("vectors/*/*") if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(b"\xff" * file.stat().st_size)


def _garbage_links(path: Path) -> None:
    """With these alone the native code ends the process that opens them."""
    (links,) = path.glob("vectors/*/link_lists.bin")
    links.write_bytes(bytes(links.stat().st_size))


GRAPHS = (_garbage_index, _garbage_links)


@pytest.mark.parametrize("while_open", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (_no_vectors, "missing vectors"),
        (_vectors_are_a_file, "damaged vectors"),
        (_garbage_database, "damaged vectors"),
        (_garbage_index, "damaged vectors"),
        (_garbage_links, "damaged vectors"),
        (in_catalogue("DROP TABLE words"), "damaged words"),
        (in_catalogue("DELETE FROM words_data"), "damaged words"),
        (in_catalogue("UPDATE words_data SET block = x'00ff' WHERE id > 10"), "damaged words"),
        (in_catalogue("DELETE FROM words WHERE rowid < 3"), "missing words"),
        (in_catalogue("INSERT INTO words (rowid, title, heading, body) VALUES (99999, 'a', 'b', 'c')"),
         "stray words"),
        (in_catalogue("UPDATE words SET body = 'something else' WHERE rowid = 2"), "wrong offsets"),
        (in_catalogue("UPDATE documents SET state = 'indexing' WHERE id = 'beta'", seals=True), "unfinished"),
    ],
)  # fmt: skip
def test_damage_is_reported_and_repaired(
    tmp_path: Path, damage: Callable[[Path], None], problem: str, while_open: bool
) -> None:
    path = tmp_path / "store"
    store = Store.open(path)
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    # Enough for Chroma to write its index files, which it does by the thousand.
    store.put([make_addition("large", passages=1100 if damage in GRAPHS else 3), make_addition("beta")])
    if not while_open:
        store.close()
    damage(path)
    if not while_open:
        if problem == "unfinished":  # an opening would mend that by itself
            with reopened(path) as store:
                assert [document.id for document in store.documents()] == ["large"]
                assert store.check().problems == ()
            return
        store = Store.open(path)
    if damage in GRAPHS and while_open:
        store.close()  # what is in memory is still whole
        store = Store.open(path)
    assert problem in {found_problem.name for found_problem in store.check().problems}
    assert problem in {found_problem.name for found_problem in store.repair(EMBEDDER).problems}
    assert store.check().problems == ()
    if problem != "unfinished" and damage not in GRAPHS:
        assert {passage.document_id for passage in find(store, "tariffs")} == {"large", "beta"}
        assert find(store, word("beta", 1, 1))[0].document_id == "beta"
    store.put([make_addition("gamma")])
    assert find(store, word("gamma", 1, 1))[0].document_id == "gamma"
    store.close()


@pytest.mark.parametrize("damage", [_garbage_database, *GRAPHS])
def test_a_crash_in_the_middle_of_chromas_own_writing_is_mended_by_the_next_opening(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("large", passages=1100), make_addition("beta")])
    in_catalogue("UPDATE documents SET state = 'indexing' WHERE id = 'beta'", seals=True)(path)
    damage(path)
    with reopened(path) as store:
        assert store.check().problems == ()
        assert_whole(store, {"large": 1}, passages=1100)


def test_lost_vectors_do_not_go_unnoticed_at_a_search(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha")])
    assert find(store, "tariffs")
    _no_vectors(tmp_path / "store")
    with pytest.raises(StoreError, match="lost its vectors: run `qa check --repair`"):
        find(store, "tariffs")
    store.repair(EMBEDDER)
    assert find(store, "tariffs")


class PanicException(BaseException):
    """What Chroma throws where its Rust gives up."""


@pytest.mark.parametrize("call", ["get", "query", "delete", "upsert"])
def test_a_panic_of_chroma_does_not_stop_its_own_repair(
    store: Store, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put([make_addition("alpha"), make_addition("beta")])
    collection = type(store.connection.vectors._backend.collection)

    def panic(*_: object, **__: object) -> object:
        raise PanicException("index out of bounds")

    with monkeypatch.context() as patch:
        patch.setattr(collection, call, panic)
        for work in (
            lambda: find(store, "tariffs"),
            lambda: store.put([make_addition("gamma")]),
            lambda: store.remove(["beta"]),
        ):
            # A call that the work does not need does not stop it.
            with suppress(StoreError):
                work()
        store.check()
    store.repair(EMBEDDER)
    assert store.check().problems == ()
    assert find(store, word("alpha", 1, 1))[0].document_id == "alpha"


def test_a_graph_is_tried_elsewhere_only_when_it_is_not_as_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    run = subprocess.run

    def try_elsewhere(*arguments: Any, **options: Any) -> Any:
        tried.append(arguments)
        return run(*arguments, **options)

    monkeypatch.setattr("qa.store.vector_files.subprocess.run", try_elsewhere)
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.put([make_addition("large", passages=1100)])
        assert find(store, "tariffs")
    for _ in range(3):
        with closing(Store.open(path)) as store:
            assert find(store, "tariffs")
    assert len(tried) == 1


def test_what_tries_a_graph_imports_nothing_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, folder = tmp_path / "store", tmp_path / "anybodys"
    with closing(Store.open(path)) as store:
        store.put([make_addition("large", passages=1100)])
    folder.mkdir()
    for name in ("numpy", "chromadb", "json"):
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    monkeypatch.chdir(folder)
    prove_files(path / "vectors", path / "vectors")
    assert graph_note(path / "vectors").exists()
    assert not (folder / "ran").exists()


def test_a_newer_format_is_refused(store: Store, tmp_path: Path) -> None:
    store.close()
    in_catalogue("UPDATE meta SET value = '99' WHERE name = 'schema_version'")(tmp_path / "store")
    with pytest.raises(StoreError, match=r"made by a newer Briefing Desk \(format 99.*upgrade"):
        Store.open(tmp_path / "store")


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all, not even close " * 100], ids=["empty", "text"]
)
def test_a_catalogue_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalogue.sqlite3").write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(tmp_path)
    assert (tmp_path / "catalogue.sqlite3").read_bytes() == content


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="is a file: name a folder"):
        Store.open(tmp_path / "notes.txt")
    with pytest.raises(StoreError):
        Store.open(tmp_path / "notes.txt" / "below")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_catalogue_that_was_not_finished_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite3.new").write_bytes(b"half")
    (tmp_path / "catalogue.sqlite3-wal").write_bytes(b"of another one")
    with reopened(tmp_path) as store:
        store.put([make_addition("alpha")])
        assert_whole(store, {"alpha": 1})


# Disks --------------------------------------------------------------------------------------------


@contextmanager
def mounted(*arguments: str | Path) -> Iterator[None]:
    """A mount for the time of the block; the test is skipped where that is not allowed."""
    mount = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    if mount.returncode:
        pytest.skip(f"mount is not permitted here: {mount.stderr.strip()}")
    try:
        yield
    finally:
        # Lazily, as files of the store may still be open when the test failed.
        subprocess.run(["umount", "-l", str(arguments[-1])], check=True)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    if os.geteuid() != 0:
        path.chmod(0o500)
        try:
            yield
        finally:
            path.chmod(0o700)
        return
    with mounted("--bind", path, path):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(path)], check=True)
        yield


def _leave_journal(path: Path) -> None:
    """As a crash does: the last changes are in the journal alone."""
    files = ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm")
    with closing(sqlite3.connect(path / files[0], isolation_level=None)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint = 0")
        raw.execute("UPDATE documents SET title = 'Changed' WHERE id = 'alpha'")
        seal_rows(raw)
        copies = {name: (path / name).read_bytes() for name in files}
    for name, data in copies.items():
        (path / name).write_bytes(data)
        (path / name).chmod(0o600)


@pytest.mark.parametrize("after", ["closing", "a crash"])
def test_a_read_only_store_is_read(store: Store, tmp_path: Path, after: str) -> None:
    path = tmp_path / "store"
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    store.put([make_addition("alpha"), make_addition("beta")])
    store.close()
    if after == "a crash":
        _leave_journal(path)
    with read_only(path), closing(Store.open(path)) as reader:
        assert reader.read_only
        assert reader.document("alpha").title == ("Changed" if after == "a crash" else "Title of alpha")
        reader.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        assert_whole(reader, {"alpha": 1, "beta": 1})
        for write in (
            lambda: reader.put([make_addition("gamma")]),
            lambda: reader.remove(["alpha"]),
            lambda: reader.repair(EMBEDDER),
        ):
            with pytest.raises(StoreError, match="is read-only: make it writable"):
                write()
    with reopened(path) as writer:
        writer.put([make_addition("gamma")])
        assert_whole(writer, {"alpha": 1, "beta": 1, "gamma": 1})


def test_an_empty_read_only_folder(tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.mkdir()
    with read_only(path), pytest.raises(StoreError, match="read-only and empty"):
        Store.open(path)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    path.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=3m", "tmpfs", path):
        with reopened(path / "store") as store:
            store.put([make_addition("alpha"), make_addition("beta")])
            fillers: set[str] = set()

            def fill() -> None:
                for number in range(100):
                    store.put([make_addition(f"filler{number}", passages=60)])
                    fillers.add(f"filler{number}")

            with pytest.raises(StoreError, match="is full: free some space"):
                fill()
            assert {document.id for document in store.documents()} == {"alpha", "beta"} | fillers
        # Whole again with some space, in the same process and in the next.
        subprocess.run(["mount", "-o", "remount,size=40m", str(path)], check=True)
        with reopened(path / "store") as store:
            assert store.check().problems == ()
            store.put([make_addition("alpha", 2), make_addition("gamma")])
            assert {document.id for document in store.documents()} == {"alpha", "beta", "gamma"} | fillers
            store.remove(sorted(fillers))
            assert_whole(store, {"alpha": 2, "beta": 1, "gamma": 1})


def test_lost_vectors_come_back_from_the_catalogue(store: Store, tmp_path: Path) -> None:
    class NoModel:
        name, dimension = EMBEDDER.name, EMBEDDER.dimension

        def embed_passages(self, passages: object) -> object:
            raise AssertionError("nothing needs to be embedded")

    store.put([make_addition("alpha", 1), make_addition("beta", 1)])
    store.close()
    shutil.rmtree(tmp_path / "store" / "vectors")
    with closing(Store.open(tmp_path / "store")) as again:
        assert "missing vectors" in {problem.name for problem in again.check().problems}
        again.repair(NoModel())  # type: ignore[arg-type]
        assert_whole(again, {"alpha": 1, "beta": 1})


# Bringing up to date --------------------------------------------------------------------------------


def drop_checksums(raw: sqlite3.Connection) -> None:
    """As before format 4."""
    present = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in {"documents", "chunks", "vectors"} & present:
        raw.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
    raw.execute("ALTER TABLE documents DROP COLUMN chunk_count")


def as_before(folder: Path) -> None:
    """Make a store what version 1 made: without the columns and tables that have come since."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as raw:
        for table in ("vectors", "failures", "signatures", "signature_bands", "past_words"):
            raw.execute(f"DROP TABLE {table}")
        for column in ("ended_at", "format", "fingerprint", "given", "outline", "tables"):
            raw.execute(f"ALTER TABLE documents DROP COLUMN {column}")
        raw.execute("ALTER TABLE chunks DROP COLUMN table_context")
        drop_checksums(raw)
        raw.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
        raw.commit()


def test_a_store_without_tables_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha", 1)])
    store_id = meta_value(tmp_path / "store", "store_id")
    store.close()
    with closing(sqlite3.connect(tmp_path / "store" / "catalogue.sqlite3")) as raw:
        raw.execute("ALTER TABLE documents DROP COLUMN tables")
        raw.execute("ALTER TABLE chunks DROP COLUMN table_context")
        drop_checksums(raw)
        raw.execute("UPDATE meta SET value = '2' WHERE name = 'schema_version'")
        raw.commit()
    with closing(Store.open(tmp_path / "store")) as again:
        assert_whole(again, {"alpha": 1})
        assert again.check().problems == ()
    # Its vectors stay where they are: they are found by this name.
    assert meta_value(tmp_path / "store", "store_id") == store_id


def meta_value(folder: Path, name: str) -> str:
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as raw:
        return str(raw.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0])


def test_a_store_of_the_first_version_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha", 1), make_addition("beta", 1)])
    store.close()
    as_before(tmp_path / "store")
    with closing(Store.open(tmp_path / "store")) as again:
        assert_whole(again, {"alpha": 1, "beta": 1})
        again.put([make_addition("alpha", 2)])
        assert_whole(again, {"alpha": 2, "beta": 1})
        assert len(again.history("alpha")) == 2
    with closing(Store.open(tmp_path / "store")) as again:
        assert again.check().problems == ()
