"""Who goes first in the models."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.models.model_turns import ModelTurns


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.001)
    assert condition()


def test_one_pass_at_a_time_and_bulk_work_last() -> None:
    turns, order = ModelTurns(), []

    def take(name: str) -> None:
        with turns.turn():
            order.append(name)

    def take_in_bulk() -> None:
        with turns.bulk():
            take("bulk")

    with ThreadPoolExecutor(3) as pool:
        with turns.turn():
            pool.submit(take_in_bulk)
            time.sleep(0.05)  # it came first
            futures = [pool.submit(take, name) for name in ("a", "b")]
            until(lambda: len(turns._line) == 2)
            assert order == []
        for future in futures:
            future.result(10)
    assert sorted(order[:2]) == ["a", "b"]
    assert order[2:] == ["bulk"]


def test_bulk_work_stands_back_while_somebody_waits() -> None:
    turns, done = ModelTurns(max_patience_s=10), threading.Event()

    def work() -> None:
        with turns.bulk(), turns.turn():
            done.set()

    with ThreadPoolExecutor(1) as pool:
        with turns.awaited():
            pool.submit(work)
            # Who waits takes turn after turn.
            for _ in range(3):
                with turns.turn():
                    time.sleep(0.02)
            assert not done.is_set()
        assert done.wait(5)


def test_bulk_work_gets_on_where_somebody_asks_all_the_time() -> None:
    turns, done = ModelTurns(max_patience_s=0.05), threading.Event()

    def work() -> None:
        with turns.bulk(), turns.turn():
            done.set()

    with ThreadPoolExecutor(1) as pool, turns.awaited():
        pool.submit(work)
        assert done.wait(5)


def test_bulk_work_gets_on_where_passes_follow_one_another_without_end() -> None:
    turns, done = ModelTurns(max_patience_s=0.05), threading.Event()

    def work() -> None:
        with turns.bulk(), turns.turn():
            done.set()

    def ask_all_the_time() -> None:
        end = time.monotonic() + 10
        while not done.is_set() and time.monotonic() < end:
            with turns.awaited(), turns.turn():
                time.sleep(0.002)

    with ThreadPoolExecutor(3) as pool:
        for task in (ask_all_the_time, ask_all_the_time, work):
            pool.submit(task)
        assert done.wait(5)


def test_first_come_first_served() -> None:
    """A thread that takes turn after turn leaves one to whoever came meanwhile."""
    turns, goes_on = ModelTurns(), threading.Event()
    between: list[int] = []

    def loop() -> None:
        for number in range(200):
            with turns.turn():
                goes_on.set()
                time.sleep(0.001)
                between.append(number)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(loop)
        assert goes_on.wait(5)
        for _ in range(5):
            first = len(between)
            with turns.turn():
                assert len(between) <= first + 3


def test_who_gives_up_in_line_holds_nobody_up() -> None:
    turns = ModelTurns()

    class GivenUpError(Exception):
        pass

    def give_up(_condition: object, _timeout: object = None) -> bool:
        raise GivenUpError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns._moved, "wait_for", give_up)
        with pytest.raises(GivenUpError), turns.turn():
            pass
    with turns.turn():
        pass


def test_nobody_has_a_turn_after_the_end() -> None:
    turns, passed = ModelTurns(), threading.Event()

    def work() -> None:
        with turns.turn():
            passed.set()

    turns.close()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert not passed.wait(0.1)


def test_a_thread_is_not_bulk_for_ever_and_a_fault_frees_the_turn() -> None:
    turns = ModelTurns(max_patience_s=10)
    with turns.bulk(), turns.bulk():
        pass
    began = time.monotonic()
    with turns.awaited(), pytest.raises(ValueError, match="fault"), turns.turn():
        raise ValueError("fault")
    with turns.awaited(), turns.turn():
        pass
    assert time.monotonic() - began < 5
