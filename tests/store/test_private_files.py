"""Nobody but its owner can read a store, a backup or an upload, whatever the umask is."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.ingest import document_adder
from qa.store import Store
from qa.store.private_files import find_readable_by_others, make_private_folder, walk_folder
from qa.store.vector_files import graph_note
from tests.store.test_store import EMBEDDER, assert_whole, find, make_addition

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such rights")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """What is made is for everybody, unless it says that it is not."""
    previous = os.umask(0)
    yield
    os.umask(previous)


def modes(folder: Path) -> set[tuple[str, str]]:
    """What there is, as ("folder", "0o700")."""
    return {
        ("folder" if path.is_dir() else "file", oct(stat.S_IMODE(path.stat().st_mode)))
        for path in walk_folder(folder)
    }


PRIVATE = {("folder", "0o700"), ("file", "0o600")}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a folder of its own."""
    with closing(Store.open(tmp_path / "store")) as fresh:
        fresh.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        fresh.put([make_addition("d0")])
        yield fresh


def test_a_new_store(store: Store, tmp_path: Path) -> None:
    # Enough for Chroma to write its index files.
    store.put([make_addition("large", passages=1100)])
    find(store, "tariffs")
    make_private_folder(store.uploads)
    document_adder._write_atomically(store.uploads / "a.md", b"a document")
    names = {path.name for path in walk_folder(tmp_path / "store")}
    assert {"catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm", "store.lock"} <= names
    assert {"chroma.sqlite3", "data_level0.bin", "a.md"} <= names
    assert modes(tmp_path / "store") == PRIVATE  # while it is open
    assert store.check().problems == ()
    store.compact()
    assert graph_note(tmp_path / "store" / "vectors").exists()
    assert modes(tmp_path / "store") == PRIVATE
    store.backup(tmp_path / "backup")
    assert modes(tmp_path / "backup") == {("file", "0o600")}
    store.restore(tmp_path / "backup", replace=True)
    store.close()
    assert modes(tmp_path / "store") == PRIVATE


def _open_to_all(folder: Path) -> int:
    """As an older version made it; how many files and folders there are."""
    paths = list(walk_folder(folder))
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return len(paths)


def test_a_check_names_what_others_may_read_and_a_repair_takes_it_from_them(
    store: Store, tmp_path: Path
) -> None:
    store.uploads.mkdir()
    (store.uploads / "a.md").write_text("a document")
    graph_note(tmp_path / "store" / "vectors").touch()
    count = _open_to_all(tmp_path / "store")
    for report in (store.check(), store.repair(EMBEDDER)):
        assert [(problem.name, problem.count) for problem in report.problems] == [("open to others", count)]
        assert str(tmp_path / "store") in report.problems[0].meaning
    assert store.check().problems == ()
    assert modes(tmp_path / "store") == PRIVATE


def test_using_an_open_store_changes_no_rights(store: Store, tmp_path: Path) -> None:
    """Its owner may have opened it for others: that is for a repair to end."""
    _open_to_all(tmp_path / "store")
    before = modes(tmp_path / "store")
    find(store, "tariffs")
    store.put([make_addition("d0", 2)])
    assert before <= modes(tmp_path / "store")


def test_a_folder_with_other_things_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with closing(Store.open(tmp_path / "mine")) as store:
        assert store.check().problems == ()
        store.repair(EMBEDDER)
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o777
    assert stat.S_IMODE((tmp_path / "mine" / "notes.txt").stat().st_mode) == 0o666
    assert stat.S_IMODE((tmp_path / "mine" / "catalogue.sqlite3").stat().st_mode) == 0o600


def test_a_folder_that_was_there_is_named_and_mended_when_asked(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with closing(Store.open(tmp_path / "mine")) as store:
        assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o777
        assert [problem.count for problem in store.check().problems] == [1]
        store.repair(EMBEDDER)
        assert store.check().problems == ()
    assert modes(tmp_path / "mine") == PRIVATE


def test_a_restored_store_keeps_its_rights(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup")
    with closing(Store.open(tmp_path / "new")) as restored:
        restored.restore(tmp_path / "backup", replace=False)
        assert_whole(restored, {"d0": 1})
    assert modes(tmp_path / "new") == PRIVATE


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "folder" / "link").symlink_to(target)
    assert find_readable_by_others(walk_folder(tmp_path / "folder")) == []
