"""A full disk: all can be read, removing and compacting go on, what can't be done is one line."""

import ctypes
import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from qa.errors import StoreError
from qa.store import Store
from qa.store.store_errors import index_failure, is_disk_full
from tests.store.test_store import EMBEDDER, find, make_addition

_DISK_BYTES = 32_000_000


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of memory."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    folder = Path(tempfile.mkdtemp())
    system = ctypes.CDLL(None, use_errno=True)
    if not hasattr(system, "umount2") or system.mount(
        b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={_DISK_BYTES}".encode()
    ):
        folder.rmdir()
        pytest.skip(f"no disk can be mounted here: {os.strerror(ctypes.get_errno())}")
    try:
        yield folder
    finally:
        system.umount2(bytes(folder), 2)
        folder.rmdir()


def _fill(disk: Path) -> Path:
    file = disk / "fill"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (65_536, 4_096, 512, 1):
        try:
            while True:
                os.write(descriptor, bytes(size))
        except OSError:
            continue
    os.close(descriptor)
    return file


def _open(path: Path) -> "closing[Store]":
    store = Store.open(path)
    store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
    return closing(store)


def _read(store: Store, expected: int) -> None:
    assert store.counts()[0] == expected
    assert find(store, "tariffs")
    assert store.document("d5").text.startswith("Passage 0 tells")
    assert store.check().problems == ()


def _refuse(call: Callable[[], object], path: Path) -> None:
    with pytest.raises(StoreError, match=r"the disk of the store .* is full: free some space") as caught:
        call()
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]),
        sqlite3.OperationalError("database or disk is full"),
        DBAPIError("SELECT 1", None, sqlite3.OperationalError("database or disk is full")),
        RuntimeError("error returned from database: (code: 13) database or disk is full"),
    ],
    ids=repr,
)
def test_whoever_says_that_the_disk_is_full(error: Exception, tmp_path: Path) -> None:
    assert is_disk_full(error)
    assert "is full: free some space" in str(index_failure(error, tmp_path))
    assert not is_disk_full(OSError(errno.EACCES, "x"))


@pytest.mark.parametrize("is_open", [True, False], ids=["open before", "opened then"])
def test_reading_goes_on_and_removing_finds_a_reserve(disk: Path, is_open: bool) -> None:
    path = disk / "store"
    with _open(path) as store:
        store.put([make_addition(f"d{number}") for number in range(20)])
    with _open(path) as store:
        assert store.connection.files.reserve.stat().st_size == 2_000_000
        fill = _fill(disk)
        assert shutil.disk_usage(disk).free == 0
        if not is_open:
            store.close()
            store = Store.open(path)
            store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        _read(store, 20)
        _refuse(lambda: store.put([make_addition("new", passages=300)]), path)
        _read(store, 20)
        store.remove(["d1"])
        store.remove(["d2"], forget=True)
        _read(store, 18)
        store.compact()
        _read(store, 18)
        _fill(disk)
        _refuse(lambda: store.put([make_addition("new", passages=300)]), path)
        _read(store, 18)
        fill.unlink()
        store.put([make_addition("new", passages=30)])
        _read(store, 19)
        store.close()
    with _open(path) as store:
        assert store.connection.files.reserve.exists()
        _read(store, 19)


def test_without_any_reserve_all_is_kept(disk: Path) -> None:
    path = disk / "store"
    with _open(path) as store:
        store.put([make_addition(f"d{number}") for number in range(20)])
        store.connection.files.reserve.unlink()
    fill = _fill(disk)
    with _open(path) as store:
        for call in (lambda: store.remove(["d1"]), store.compact, lambda: store.put([make_addition("new")])):
            _refuse(call, path)
            _read(store, 20)
        fill.unlink()
        store.remove(["d1"])
        _read(store, 19)
