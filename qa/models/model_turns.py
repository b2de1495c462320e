"""Whose turn it is in the models: one forward pass at a time, and those first for whom somebody waits.

Two passes at once share the cores, and each takes as long as both together.
"""

import atexit
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ModelTurns", "model_turns"]

# How long bulk work stands back in one go, so that it gets on where somebody asks all the time.
_MAX_PATIENCE_S = 2.0
_EXIT_S = 10.0  # how long the end of the program waits for a pass


class ModelTurns:
    """Orders the forward passes of the threads of a process: first come, first served.

    Args:
        max_patience_s: How long a step of bulk work stands back for those who wait, in seconds; then it gets
            into line as they do.
    """

    def __init__(self, max_patience_s: float = _MAX_PATIENCE_S) -> None:
        self._max_patience_s = max_patience_s
        self._moved = threading.Condition()
        self._is_taken = False
        self._line: deque[object] = deque()  # passes that wait for their turn
        self._awaited = 0  # questions that somebody waits for
        self._work = threading.local()

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Somebody waits for what this thread does meanwhile: bulk work stands back."""
        with self._moved:
            self._awaited += 1
        try:
            yield
        finally:
            with self._moved:
                self._awaited -= 1
                self._moved.notify_all()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """What this thread does meanwhile is bulk work, which begins when nobody waits."""
        was_bulk = self._is_bulk
        self._work.is_bulk = True
        try:
            with self._moved:
                self._stand_back()
            yield
        finally:
            self._work.is_bulk = was_bulk

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One forward pass."""
        place = object()
        with self._moved:
            if self._is_bulk:
                self._stand_back()
            self._line.append(place)
            try:
                self._moved.wait_for(lambda: not self._is_taken and self._line[0] is place)
            finally:
                self._line.remove(place)
                self._moved.notify_all()
            self._is_taken = True
        try:
            yield
        finally:
            with self._moved:
                self._is_taken = False
                self._moved.notify_all()

    def close(self) -> None:
        """Let nobody have a turn any more, once the pass under way has ended.

        A thread that the interpreter ends inside native code takes the process down with it.
        """
        with self._moved:
            self._moved.wait_for(lambda: not self._is_taken, _EXIT_S)
            self._is_taken = True

    @property
    def _is_bulk(self) -> bool:
        return getattr(self._work, "is_bulk", False)

    def _stand_back(self) -> None:
        """Wait until nobody waits, but not for ever; with the lock held."""
        until = time.monotonic() + self._max_patience_s
        while self._is_busy and (left_s := until - time.monotonic()) > 0:
            self._moved.wait(left_s)

    @property
    def _is_busy(self) -> bool:
        return bool(self._awaited or self._line or self._is_taken)


model_turns = ModelTurns()  # of this process, as the cores are
atexit.register(model_turns.close)
