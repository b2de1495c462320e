"""Whether a regular expression of the package takes time beyond the length of its text, on awkward texts.

python -m tests.bench.patterns
"""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.patterns import PackagePattern, attacks, find_patterns

_SCREEN_CHARS, _SCREEN_S = 3_000, 0.3
# The slowest of the short texts again, long: one that grows with the square takes 10 s and more.
_LONG_CHARS, _LONG_S, _LONG_COUNT = 100_000, 2.0, 2
# Letters, digits and ends of lines that nothing before led to expect.
_TAIL = "\x00q1\n\x00"


class _TooSlow(Exception):
    pass


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Of processor time, so that a busy machine makes nothing fail; `re` looks for signals while it works."""

    def stop(*_: object) -> None:
        raise _TooSlow

    previous = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def _text(attack: tuple[str, str], length: int, pattern: Any) -> Any:
    prefix, unit = attack
    text = (prefix + unit * (length // len(unit) + 1))[:length] + _TAIL
    return text.encode() if isinstance(pattern, bytes) else text


def _run(entry: PackagePattern, attack: tuple[str, str], length: int) -> float:
    text = _text(attack, length, entry.pattern.pattern)
    began = time.perf_counter()
    if "finditer" in entry.ways:
        for _ in entry.pattern.finditer(text):
            pass
    for way in entry.ways - {"finditer"}:
        getattr(entry.pattern, way)(text)
    return time.perf_counter() - began


def _describe_slowness(entry: PackagePattern) -> str | None:
    """The text that the pattern is too slow on; None if there is none."""
    times: list[tuple[float, tuple[str, str]]] = []
    attack, length = ("", ""), 0
    try:
        for attack in attacks(entry.pattern):
            length = _SCREEN_CHARS
            with _within(_SCREEN_S):
                times.append((_run(entry, attack, length), attack))
        for _, attack in sorted(times, reverse=True)[:_LONG_COUNT]:
            length = _LONG_CHARS
            with _within(_LONG_S):
                _run(entry, attack, length)
    except _TooSlow:
        prefix, unit = attack
        return f"{entry.place} on {prefix!r} and {length:,} characters of {unit!r}: {entry.pattern.pattern!r}"
    return None


def main() -> int:
    """Print each pattern that is too slow, and how many there are; 1 if there is one."""
    entries = find_patterns()
    slow = [line for line in map(_describe_slowness, entries) if line]
    for line in slow:
        print(line)
    print(f"{len(entries)} patterns, {len(slow)} of them too slow")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
