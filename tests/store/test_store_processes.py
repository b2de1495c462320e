"""Many processes on one store: two write while a third searches; nothing is lost and nobody waits for long.

`BRIEFING_STRESS_S=60 pytest -s -m slow tests/store/test_store_processes.py` goes on for a minute and prints
figures.
"""

import multiprocessing
import random
import signal
import statistics
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from qa.errors import StoreBusyError
from qa.schema import Feedback
from qa.store import DatabaseAddress, ServerAddress, Store
from qa.store.catalogue_schema import note_items
from qa.store.lock import StoreLock
from tests.store.test_conversation_records import make_answer
from tests.store.test_store import EMBEDDER, assert_whole, find, in_other_thread, make_addition, word

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.postgres import StoredAt

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]

# A server that has imported everything and has opened nothing: a child costs a fork.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["chromadb", "tests.store.test_store_processes"])

PATIENCE_S = 60
ANSWER = make_answer()


@dataclass
class Outcome:
    """What one process did: seconds of each operation, what must be there at the end."""

    seconds: list[float] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


Place = tuple[str | None, str | None]
IN_FILES: Place = (None, None)


def _open(path: Path, place: Place) -> "closing[Store]":
    """With the vectors and the catalogue at these addresses."""
    vectors, catalogue = place
    return closing(
        Store.open(
            path,
            server=ServerAddress(url=vectors) if vectors else None,
            database=DatabaseAddress(catalogue) if catalogue else None,
        )
    )


def _place(stored_at: "StoredAt") -> Place:
    """The addresses of a store that is kept so."""
    server = stored_at.postgres
    catalogue = None if server is None else server.url(server.lend(stored_at.vectors or ""))
    return stored_at.vectors, catalogue


def _writer(path: Path, place: Place, seed: int, stop: Event, result: Connection) -> None:
    """Adds, updates and removes documents of its own."""
    chance = random.Random(seed)
    outcome = Outcome()
    latest: dict[str, int] = {}
    with _open(path, place) as store:
        while not stop.is_set():
            names = chance.sample([f"writer{seed}n{number}" for number in range(12)], 3)
            began = time.perf_counter()
            if chance.random() < 0.25:
                store.remove(names)
                outcome.seconds.append(time.perf_counter() - began)
                for name in names:
                    outcome.expected.pop(name, None)
            else:
                versions = {name: latest.get(name, 0) + 1 for name in names}
                latest |= versions
                store.put([make_addition(name, version, passages=4) for name, version in versions.items()])
                outcome.seconds.append(time.perf_counter() - began)
                outcome.expected |= versions
            # What was written is found by the one who wrote it.
            mine = chance.choice(sorted(outcome.expected) or ["nothing"])
            if mine in outcome.expected:
                best = find(store, word(mine, outcome.expected[mine], 0))[0]
                if (best.document_id, best.lexical_score) != (mine, 1.0):
                    outcome.problems.append(f"{mine} is not found after its writing")
    result.send(outcome)


def _reader(path: Path, place: Place, seed: int, stop: Event, result: Connection) -> None:
    """Searches; every answer is of one version of each document, and versions only grow."""
    chance = random.Random(seed)
    outcome = Outcome()
    with _open(path, place) as store:
        while not stop.is_set():
            name = f"writer{chance.randrange(4)}n{chance.randrange(12)}"
            began = time.perf_counter()
            results = find(store, f"title {name} tariffs", count=400)
            outcome.seconds.append(time.perf_counter() - began)
            versions: dict[str, set[str]] = {}
            passages: dict[str, int] = {}
            for passage in results:
                version = passage.text.split(passage.document_id + "v")[-1].split("p")[0]
                versions.setdefault(passage.document_id, set()).add(version)
                passages[passage.document_id] = passages.get(passage.document_id, 0) + 1
            for document_id, numbers in versions.items():
                if len(numbers) > 1 or passages[document_id] != 4:
                    outcome.problems.append(f"{document_id}: {passages[document_id]} passages of {numbers}")
                latest = max(map(int, numbers))
                if document_id != "kept" and latest < outcome.expected.get(document_id, 0):
                    # Removed and added again: its number goes on, so it never falls.
                    outcome.problems.append(f"{document_id}: went back to {latest}")
                outcome.expected[document_id] = latest
            if "kept" not in versions:
                outcome.problems.append("a document that nobody touches was not found")
    result.send(outcome)


def in_parallel(
    path: Path, seconds: float, *, place: Place = IN_FILES, writers: int = 2, readers: int = 1
) -> tuple[list[Outcome], list[Outcome]]:
    """What so many writers and readers did at the same time: the writers' outcomes, and the readers'."""
    stop = processes.Event()
    children = []
    for seed in range(writers + readers):
        work = _writer if seed < writers else _reader
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(target=work, args=(path, place, seed, stop, sender))
        child.start()
        sender.close()
        children.append((child, receiver))
    time.sleep(seconds)  # how long they are at it, not a thing to wait for
    stop.set()
    outcomes: list[Outcome] = []
    for child, receiver in children:
        assert receiver.poll(PATIENCE_S), "a process hangs"
        outcomes.append(receiver.recv())
        child.join(PATIENCE_S)
        assert child.exitcode == 0
    return outcomes[:writers], outcomes[writers:]


def _figures(name: str, seconds: list[float]) -> str:
    return (
        f"{name}: {len(seconds)} operations, median {1000 * statistics.median(seconds):.0f} ms, "
        f"max {1000 * max(seconds):.0f} ms"
    )


def stress(
    path: Path, seconds: float, *, place: Place = IN_FILES, writers: int = 2, readers: int = 1
) -> list[str]:
    """Let processes work on a store at once and hold that nothing goes wrong; a line of figures each."""
    with _open(path, place) as store:
        store.put([make_addition("kept", passages=4)])
        wrote, read = in_parallel(path, seconds, place=place, writers=writers, readers=readers)
        for outcome in (*wrote, *read):
            assert outcome.problems == []
            assert outcome.seconds
        expected = {"kept": 1}
        for outcome in wrote:
            expected |= outcome.expected
        # This process was open all along.
        assert_whole(store, expected, passages=4)
        # Nobody is kept from working by the others.
        assert max(max(outcome.seconds) for outcome in (*wrote, *read)) < 10
    return [
        _figures(name, outcome.seconds)
        for name, outcomes in (("writer", wrote), ("reader", read))
        for outcome in outcomes
    ]


@pytest.mark.slow
def test_two_write_and_one_searches(tmp_path: Path, stored_at: "StoredAt") -> None:
    figures = stress(tmp_path / "store", 5, place=_place(stored_at))
    print("\n".join(figures))  # noqa: T201 - seen with -s


def _put_one(path: Path, result: Connection) -> None:
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha"), make_addition("beta")])
    result.send("done")


def _together(work: object, path: Path, count: int) -> None:
    children = []
    for _ in range(count):
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(target=work, args=(path, sender))  # type: ignore[arg-type]
        child.start()
        sender.close()
        children.append((child, receiver))
    for child, receiver in children:
        assert receiver.poll(PATIENCE_S)
        assert receiver.recv() == "done"
        child.join(PATIENCE_S)


def test_several_processes_make_the_store_and_add_the_same_at_once(tmp_path: Path) -> None:
    for attempt in range(3):
        path = tmp_path / f"store{attempt}"
        _together(_put_one, path, 4)
        with closing(Store.open(path)) as store:
            assert_whole(store, {"alpha": 1, "beta": 1})


def test_what_another_process_adds_is_seen_without_reopening(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.put([make_addition("own")])
        assert find(store, word("alpha", 1, 1))[0].document_id == "own"
        _together(_put_one, path, 1)
        best = find(store, word("alpha", 1, 1))[0]
        assert (best.document_id, best.lexical_score) == ("alpha", 1.0)
        assert_whole(store, {"own": 1, "alpha": 1, "beta": 1})


def test_who_opens_the_files_of_vectors_is_alone(tmp_path: Path) -> None:
    """Another process has written: Chroma's files are opened anew, which nobody else may meanwhile."""
    path = tmp_path / "store"
    with closing(Store.open(path, lock_timeout_s=0.5)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("own")])
        _together(_put_one, path, 1)
        for is_open in (False, True):
            with in_other_thread(store.connection.lock, shared=True, timeout_s=5):
                if is_open:
                    assert find(store, word("alpha", 1, 1))[0].document_id == "alpha"
                else:
                    with pytest.raises(StoreBusyError):
                        find(store, word("alpha", 1, 1))
            assert find(store, word("alpha", 1, 1))[0].document_id == "alpha"


def _search_on(path: Path, place: Place, stop: Event, result: Connection) -> None:
    """Two threads search without a pause."""
    counts = [0, 0]
    with _open(path, place) as store:

        def search(number: int) -> None:
            while not stop.is_set():
                find(store, "tariffs")
                counts[number] += 1

        threads = [threading.Thread(target=search, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        result.send("started")
        for thread in threads:
            thread.join()
    result.send(min(counts))


def test_those_who_search_keep_nobody_from_writing(tmp_path: Path, stored_at: "StoredAt") -> None:
    path, place, stop = tmp_path / "store", _place(stored_at), processes.Event()
    children = []
    with _open(path, place) as store:
        store.put([make_addition("kept")])
        for _ in range(2):
            receiver, sender = processes.Pipe(duplex=False)
            child = processes.Process(target=_search_on, args=(path, place, stop, sender))
            child.start()
            children.append((child, receiver))
        for _, receiver in children:
            assert receiver.poll(PATIENCE_S)
            assert receiver.recv() == "started"
        waits = []
        for version in range(1, 16):
            began = time.perf_counter()
            store.put([make_addition("written", version)])
            waits.append(time.perf_counter() - began)
        stop.set()
        for child, receiver in children:
            assert receiver.poll(PATIENCE_S)
            # A search lets the writer go first who came before it, so on a busy machine few go between.
            assert receiver.recv() > 1
            child.join(PATIENCE_S)
        assert max(waits) < 20
        assert_whole(store, {"kept": 1, "written": 15})


def _hold(path: Path, result: Connection) -> None:
    with StoreLock(path / "store.lock", 10, read_only=False).hold():
        result.send("held")
        signal.pause()


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path, lock_timeout_s=10)) as store:
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(target=_hold, args=(path, sender))
        child.start()
        assert receiver.recv() == "held"
        busy = StoreLock(path / "store.lock", 0.05, read_only=False)
        with pytest.raises(Exception, match="in use for more than"), busy.hold():
            pass
        child.kill()
        child.join(PATIENCE_S)
        store.put([make_addition("alpha")])
        assert_whole(store, {"alpha": 1})


def _hog(path: Path, stop: Event, result: Connection) -> None:
    lock = StoreLock(path / "store.lock", 10, read_only=False)
    rounds = 0
    while not stop.is_set():
        with lock.hold():
            if not rounds:
                result.send("started")
            time.sleep(0.02)  # work under the lock, with no pause between
            rounds += 1
    result.send(rounds)


def test_who_waits_is_not_overtaken_for_ever(tmp_path: Path) -> None:
    """Two processes that take the lock again and again leave room for a third."""
    stop = processes.Event()
    children = []
    for _ in range(2):
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(target=_hog, args=(tmp_path, stop, sender))
        child.start()
        children.append((child, receiver))
    for _, receiver in children:
        assert receiver.recv() == "started"
    lock = StoreLock(tmp_path / "store.lock", 20, read_only=False)
    waits = []
    for _ in range(40):
        time.sleep(0.01)  # time for the others to be at it again
        began = time.perf_counter()
        with lock.hold():
            waits.append(time.perf_counter() - began)
    stop.set()
    for child, receiver in children:
        assert receiver.recv() > 0
        child.join(PATIENCE_S)
    assert max(waits) < 1


def _give_and_pin(path: Path, place: Place, note_id: str, name: str) -> None:
    with _open(path, place) as store:
        for number in range(10):
            for key in (f"shared/{number}", f"{name}/{number}"):
                store.feedback.record(
                    Feedback(key=key, verdict="right", question=key, answer=ANSWER, comment=name)
                )
                store.notes.add_item(note_id, key, ANSWER)


def test_feedback_and_notes_of_two_processes(tmp_path: Path, stored_at: "StoredAt") -> None:
    """Under one key there is one verdict, nothing is pinned twice, and nothing is lost."""
    place = _place(stored_at)
    with _open(tmp_path / "store", place) as store:
        note = store.notes.create()
        writers = [
            processes.Process(target=_give_and_pin, args=(tmp_path / "store", place, note.id, name))
            for name in ("ann", "bob")
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(PATIENCE_S)
        assert [writer.exitcode for writer in writers] == [0, 0]
        expected = {f"{name}/{number}" for name in ("ann", "bob", "shared") for number in range(10)}
        assert sorted(value.key for value in store.feedback.all()) == sorted(expected)
        assert sorted(item.question for item in store.notes.get(note.id)[1]) == sorted(expected)
        with store.connection.reading() as connection:
            positions = connection.execute(sa.select(note_items.c.position)).scalars().all()
    assert sorted(positions) == list(range(30))
