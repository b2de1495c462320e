"""Kill -9 at any moment: no ready document is lost and none is half there.

Real child processes write; they kill themselves at the n-th call of every step of a write, or are killed
at a random time. `BRIEFING_STRESS_S=60` makes the second kind go on for a minute.
"""

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa.store import Store, version_states
from qa.store.vector_index import VectorIndex
from tests.store.test_store import EMBEDDER, assert_whole, find, make_addition, word

# A server that has imported everything and has opened nothing: a child costs a fork.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["chromadb", "tests.store.test_store_crash"])

PASSAGES = 2
BEFORE = {"kept": 1, "changed": 1, "removed": 1}
# What the child does, and what is there after each step.
OPERATIONS: tuple[tuple[Callable[[Store], None], dict[str, int]], ...] = (
    (
        lambda store: store.put(
            [make_addition("changed", 2, passages=PASSAGES), make_addition("new", passages=PASSAGES)]
        ),
        {"kept": 1, "changed": 2, "new": 1, "removed": 1},
    ),
    (lambda store: store.remove(["removed", "new"]), {"kept": 1, "changed": 2}),
)
STATES = (BEFORE, *(state for _, state in OPERATIONS))
STEPS: tuple[tuple[object, str], ...] = (
    *((version_states, name) for name in ("insert", "promote", "retire", "drop")),
    *((VectorIndex, name) for name in ("put", "delete")),
)


class _Fuse:
    """Counts the steps of a write, each once before and once after, and kills this process at one of them."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.count = 0

    def burn(self, *_: object) -> None:
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def lay(self, owner: object, name: str) -> None:
        original = getattr(owner, name)

        def step(*arguments: object, **options: object) -> object:
            self.burn()
            result = original(*arguments, **options)
            self.burn()
            return result

        setattr(owner, name, step)


def _write(path: Path, last: int | None, acknowledge: Connection) -> None:
    """In the child: the operations, each acknowledged, with a fuse of this length."""
    fuse = _Fuse(last)
    store = Store.open(path)
    for owner, name in STEPS:
        fuse.lay(owner, name)
    # Before each commit; after it comes the next step.
    sa.event.listen(store.connection.engine, "commit", fuse.burn)
    for number, (operate, _) in enumerate(OPERATIONS, start=1):
        operate(store)
        acknowledge.send(number)
    acknowledge.send(("steps", fuse.count))


def _run(path: Path, last: int | None) -> tuple[int, int | None]:
    """How many operations the child acknowledged, and how many steps they took if it lived to tell."""
    receiver, sender = processes.Pipe(duplex=False)
    child = processes.Process(target=_write, args=(path, last, sender))
    child.start()
    sender.close()
    child.join(60)
    acknowledged, steps = 0, None
    while receiver.poll():
        try:
            message = receiver.recv()
        except EOFError:
            break
        if isinstance(message, tuple):
            steps = message[1]
        else:
            acknowledged = message
    receiver.close()
    assert child.exitcode == (0 if steps is not None else -signal.SIGKILL)
    return acknowledged, steps


def _first(path: Path) -> None:
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition(name, version, passages=PASSAGES) for name, version in BEFORE.items()])


def _versions(store: Store) -> dict[str, int]:
    return {document.id: int(document.sha256.rpartition("-")[2]) for document in store.documents()}


def test_killed_at_every_step_of_a_write(tmp_path: Path) -> None:
    _first(tmp_path / "first")
    shutil.copytree(tmp_path / "first", tmp_path / "counted")
    acknowledged, steps = _run(tmp_path / "counted", None)
    assert acknowledged == len(OPERATIONS)
    assert steps is not None
    assert steps > 20
    ends: list[tuple[int, int]] = []
    for last in range(steps):
        path = tmp_path / f"killed at {last}"
        shutil.copytree(tmp_path / "first", path)
        acknowledged, survived = _run(path, last)
        assert survived is None
        with closing(Store.open(path)) as store:
            versions = _versions(store)
            # The operation that was under way is done as a whole or not at all.
            state = next(number for number in (acknowledged, acknowledged + 1) if STATES[number] == versions)
            assert_whole(store, versions, passages=PASSAGES)
            # And it goes on from there.
            store.put([make_addition("changed", 3, passages=PASSAGES)])
            assert_whole(store, versions | {"changed": 3}, passages=PASSAGES)
        ends.append((acknowledged, state))
        shutil.rmtree(path)
    # Every kind of end was met: before, within and after each operation.
    assert set(ends) == {(0, 0), (0, 1), (1, 1), (1, 2)}


def test_a_process_that_is_open_goes_on_after_another_was_killed(tmp_path: Path) -> None:
    """Its Chroma client was opened before the other one left its vectors half written."""
    path = tmp_path / "store"
    _first(path)
    shutil.copytree(path, tmp_path / "counted")
    _, steps = _run(tmp_path / "counted", None)
    assert steps is not None
    with closing(Store.open(path)) as store:
        for round_, last in enumerate(range(4, steps // 2, 3)):
            before = _versions(store)
            find(store, "tariffs")
            _run(path, last)
            assert _versions(store) in (before, STATES[1])
            expected = dict(BEFORE) | {"changed": 10 + round_}
            gone = sorted(set(_versions(store)) - set(expected))
            store.remove(gone)
            store.put([make_addition(name, version, passages=PASSAGES) for name, version in expected.items()])
            assert_whole(store, expected, passages=PASSAGES)


def _write_for_ever(path: Path, seed: int, acknowledge: Connection) -> None:
    """In the child: random operations on documents large enough for Chroma to rewrite its index files."""
    chance = random.Random(seed)
    with closing(Store.open(path)) as store:
        state = _versions(store)
        while True:
            name = f"document{chance.randrange(4)}"
            if name in state and chance.random() < 0.3:
                state.pop(name)
                acknowledge.send(("begin", dict(state)))
                store.remove([name])
            else:
                state[name] = state.get(name, 0) + 1
                acknowledge.send(("begin", dict(state)))
                store.put([make_addition(name, state[name], passages=300)])
            acknowledge.send(("done", dict(state)))


@pytest.mark.slow
def test_killed_at_random_times(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    path = tmp_path / "store"
    _first(path)
    with closing(Store.open(path)) as store:
        store.remove(sorted(BEFORE))
    finished: dict[str, int] = {}
    kills, until = 0, time.monotonic() + float(os.environ.get("BRIEFING_STRESS_S", "8"))
    while kills < 5 or time.monotonic() < until:
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(target=_write_for_ever, args=(path, kills, sender))
        child.start()
        sender.close()
        assert receiver.poll(60)  # it is at work
        time.sleep(chance.uniform(0.0, 0.7))
        assert child.exitcode is None
        child.kill()
        child.join(60)
        kills += 1
        begun = finished
        try:
            while receiver.poll():
                event, state = receiver.recv()
                begun = state
                finished = state if event == "done" else finished
        except EOFError:
            pass
        receiver.close()
        with closing(Store.open(path)) as store:
            versions = _versions(store)
            assert versions in (finished, begun)
            assert store.check().problems == ()
            for name, version in versions.items():
                best = find(store, word(name, version, 299))[0]
                assert (best.document_id, best.lexical_score) == (name, 1.0)
                assert best.dense_score > 0.3
            finished = versions
    print(f"{kills} kills")  # noqa: T201 - seen with -s
