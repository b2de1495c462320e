"""A store that is open is for the process that opened it, and for the folder that it was opened in."""

import multiprocessing
import shutil
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from qa import Assistant
from qa.errors import QAError, StoreError
from qa.store import Store
from tests.store.test_store import EMBEDDER, find, make_addition

fork = multiprocessing.get_context("fork")
CALLS: dict[str, Callable[[Assistant], object]] = {
    "ask": lambda assistant: assistant.ask("What is said of salt?"),
    "search": lambda assistant: assistant.search("salt"),
    "stream": lambda assistant: list(assistant.stream("What is said of salt?")),
    "warm": lambda assistant: assistant.warm(),
    "list": lambda assistant: assistant.documents(),
    "show": lambda assistant: assistant.document("d1"),
    "add": lambda assistant: assistant.add(__file__),
    "text": lambda assistant: assistant.add_text(b"Salt."),
    "remove": lambda assistant: assistant.remove(["d1"]),
    "check": lambda assistant: assistant.check(),
    "compact": lambda assistant: assistant.compact(),
    "backup": lambda assistant: assistant.backup("copy.qabackup"),
}


def _call_all(assistant: Assistant, result: Connection) -> None:
    said = {}
    for name, call in CALLS.items():
        try:
            said[name] = f"did it: {call(assistant)}"
        except QAError as error:
            said[name] = str(error)
    assistant.close()
    result.send(said)


def test_a_forked_child_is_told_and_does_not_hang(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("d1")])
    with Assistant.open(tmp_path) as assistant:
        assert len(assistant.documents()) == 1
        ours, theirs = fork.Pipe()
        # A lock that another thread holds stays held in a child for ever.
        with assistant._store.connection.lock.hold(), assistant.models._loading:
            child = fork.Process(target=_call_all, args=(assistant, theirs))
            child.start()
        assert ours.poll(60)
        said = ours.recv()
        child.join(30)
        assert child.exitcode == 0
        assert set(said) == set(CALLS)
        for message in said.values():
            assert "was opened before this process was forked: open it anew here" in message
            assert "\n" not in message
        assert len(assistant.documents()) == 1
        assert not assistant.check().problems


def _open_own(path: Path, result: Connection) -> None:
    with closing(Store.open(path)) as store:
        counts = store.counts()
        try:
            store.put([make_addition("d2")])
        except StoreError as error:
            result.send((counts, str(error)))


def test_a_forked_child_may_read_its_own_and_is_told_of_chroma(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("d1")])
        ours, theirs = fork.Pipe()
        child = fork.Process(target=_open_own, args=(tmp_path, theirs))
        child.start()
        assert ours.poll(60)
        counts, message = ours.recv()
        assert counts == (1, 3)
        assert "Chroma was in use before this process was forked: open stores after the fork alone" in message
        child.join(30)
        assert child.exitcode == 0
        assert store.counts()[0] == 1


@pytest.mark.parametrize("became", ["moved", "deleted", "replaced"])
def test_a_store_that_was_moved_or_deleted_is_one_line(became: str, tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("d1")])
        assert find(store, "tariffs")[0].document_id == "d1"
        if became == "deleted":
            shutil.rmtree(path)
        else:
            path.rename(tmp_path / "elsewhere")
        if became == "replaced":
            Store.open(path).close()
        calls: list[Callable[[], object]] = [
            store.counts,
            store.documents,
            store.check,
            lambda: find(store, "tariffs"),
            lambda: store.put([make_addition("d2")]),
            lambda: store.remove(["d1"]),
            store.compact,
            lambda: store.backup(tmp_path / "copy"),
        ]
        for call in calls:
            with pytest.raises(StoreError, match="was moved or deleted while it was open: open it") as caught:
                call()
            assert "\n" not in str(caught.value)
    if became != "replaced":
        assert path.exists() == (became == "replaced")
    if became == "moved":
        with closing(Store.open(tmp_path / "elsewhere")) as store:
            assert find(store, "tariffs")[0].document_id == "d1"
