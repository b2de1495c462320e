"""What a killed process leaves holds copies of documents, and goes when the store is opened next."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import closing
from multiprocessing import forkserver, util
from pathlib import Path
from typing import Any

import pytest

from qa.ingest import document_adder
from qa.store import Store, backup_catalogue, maintenance, salvage, store_backup
from qa.store.maintenance import StoreMaintenance
from qa.store.work_folders import WorkFolder, clear_work_folders
from tests.store.test_store import EMBEDDER, assert_whole, find, make_addition
from tests.store.test_store_crash import processes
from tests.store.test_store_damage import read_only


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store, a backup of it, a folder for others, and the folder of temporary files."""
    # Processes are started by a socket among the temporary files, whose path must be short: before they move.
    util.get_temp_dir()
    forkserver.ensure_running()
    with closing(Store.open(tmp_path / "store")) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
        store.backup(tmp_path / "backup")
    for name in ("elsewhere", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def _die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _restore(store: Store, folder: Path) -> None:
    setattr(store_backup, "check_catalogue", _die)  # noqa: B010 - it is imported there
    store.restore(folder / "backup", replace=True)


def _back_up(store: Store, folder: Path) -> None:
    setattr(store_backup, "pack", _die)  # noqa: B010 - as above
    store.backup(folder / "elsewhere" / "backup")


def _back_up_whole(store: Store, folder: Path) -> None:
    Path.replace = _die  # type: ignore[method-assign]
    store.backup(folder / "elsewhere" / "backup")


def _compact(store: Store, _folder: Path) -> None:
    StoreMaintenance._adopt_vectors = _die  # type: ignore[method-assign]
    store.compact()


def _make_anew(store: Store, _folder: Path) -> None:
    setattr(maintenance, "repair_indexes", lambda _: False)  # noqa: B010 - as above
    setattr(salvage, "_exchange", _die)  # noqa: B010 - as above
    store.repair(EMBEDDER)


def _upload(store: Store, _folder: Path) -> None:
    Path.replace = _die  # type: ignore[method-assign]
    store.uploads.mkdir(mode=0o700)
    document_adder._write_atomically(store.uploads / "a.md", b"a whole document")


def _search(store: Store, _folder: Path) -> None:
    find(store, "tariffs")
    _die()


def _run(work: Callable[[Store, Path], None], folder: Path) -> None:
    tempfile.tempdir = str(folder / "temporary")
    work(Store.open(folder / "store"), folder)


def _files(folder: Path) -> list[Path]:
    """What holds anything of documents beside the store's own files and the backup."""
    own = ("catalogue.sqlite3", "store.lock", "vectors", "backup", "reserve")
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    return [path for path in found if not path.parts[min(1, len(path.parts) - 1)].startswith(own)]


@pytest.mark.parametrize("work", [_restore, _back_up, _back_up_whole, _compact, _make_anew, _upload])
def test_what_a_killed_command_leaves(folder: Path, work: Callable[[Store, Path], None]) -> None:
    child = processes.Process(target=_run, args=(work, folder))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert _files(folder)
    with closing(Store.open(folder / "store")) as store:
        assert _files(folder) == []
        assert not list(folder.rglob(".*"))
        assert_whole(store, {"alpha": 1})


@pytest.mark.parametrize("work", [_search, _back_up])
def test_what_a_killed_reader_leaves(folder: Path, work: Callable[[Store, Path], None]) -> None:
    """Where the store can't be written, copies and the note of a backup are among the temporary files."""
    with read_only(folder / "store"):
        child = processes.Process(target=_run, args=(work, folder))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        assert _files(folder)
        with closing(Store.open(folder / "store")):
            assert _files(folder) == []
        assert list((folder / "temporary").iterdir()) == list((folder / "elsewhere").iterdir()) == []


def test_what_older_versions_have_left(folder: Path) -> None:
    for name in (".restore-abcd1234", ".vectors-abcd_234"):
        (folder / "store" / name).mkdir()
        (folder / "store" / name / "catalogue.sqlite3").write_bytes(b"documents")
    (folder / "store" / "uploads").mkdir()
    (folder / "store" / "uploads" / ".upload-abcd1234").write_bytes(b"a document")
    (folder / "elsewhere" / "b.4194304.new").write_bytes(b"documents")  # no process has so high a number
    (folder / "elsewhere" / f"b.{os.getpid()}.new").write_bytes(b"of one that is alive")
    with closing(Store.open(folder / "store")) as store:
        assert not list((folder / "store").rglob(".*"))
        store.backup(folder / "elsewhere" / "b")
    assert sorted(path.name for path in (folder / "elsewhere").iterdir()) == ["b", f"b.{os.getpid()}.new"]


def test_what_a_living_process_has_stays(folder: Path) -> None:
    with (
        WorkFolder(folder / "store", ".restore-") as own,
        WorkFolder(folder / "elsewhere", ".qa-backup-") as far,
    ):
        own.note(far)
        (far.path / "copy").write_bytes(b"documents")
        Store.open(folder / "store").close()
        assert (far.path / "copy").exists()
        assert own.path.exists()
    assert not own.path.exists()
    assert not far.path.exists()


def test_what_only_looks_like_ours_stays(folder: Path) -> None:
    outside = folder / "outside"
    outside.mkdir()
    (outside / "mine").write_text("mine")
    store = folder / "store"
    kept = [
        store / ".restore-2026",
        store / "restore-abcd1234",
        store / ".vectors-ABCD1234",
        store / ".backup",
    ]
    for path in kept:
        path.mkdir()
    (store / ".restore-aaaaaaaa").symlink_to(outside)
    # Of a note, only what is called as ours are is believed.
    note = store / ".backup-aaaaaaaa"
    note.mkdir()
    (note / "elsewhere").write_text(str(outside))
    Store.open(store).close()
    assert all(path.exists() for path in kept)
    assert (outside / "mine").read_text() == "mine"
    assert not note.exists()


def test_a_note_waits_for_its_disk(folder: Path) -> None:
    note, disk = folder / "store" / ".backup-aaaaaaaa", folder / "disk"
    copy = disk / ".qa-backup-aaaaaaaa"
    copy.mkdir(parents=True)
    (copy / "catalogue.sqlite3").write_bytes(b"documents")
    note.mkdir()
    (note / "elsewhere").write_text(str(copy))
    disk.rename(folder / "taken away")
    clear_work_folders(folder / "store")
    assert note.exists()
    (folder / "taken away").rename(disk)
    clear_work_folders(folder / "store")
    assert not note.exists()
    assert not copy.exists()


def test_a_folder_that_is_cleared_before_its_lock_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, made = tempfile.mkdtemp, []

    def cleared_at_once(**options: str) -> str:
        made.append(plain(**options))
        if len(made) == 1:
            shutil.rmtree(made[0])
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", cleared_at_once)
    with WorkFolder(tmp_path, ".restore-") as folder:
        assert str(folder.path) == made[1]


def test_a_full_disk_of_the_store_does_not_stop_a_backup(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WorkFolder, "note", full)
    with closing(Store.open(folder / "store")) as store:
        assert store.backup(folder / "elsewhere" / "b") > 0
    assert [path.name for path in (folder / "elsewhere").iterdir()] == ["b"]
    assert backup_catalogue.count_ready(folder / "store" / "catalogue.sqlite3") == (1, 3)
