"""No regular expression of the package takes time beyond the length of its text, however awkward that is."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.patterns import PackagePattern, attacks, find_patterns

# Of every text a short piece is tried. What could take `_LIMIT_S` on `_MEANT_CHARS`, growing with the square,
# is tried on a longer piece, and what then grows by more than `_SUSPECT_GROWTH` on the two long ones.
_SHORT_CHARS, _LONGER_CHARS, _SUSPECT_GROWTH, _SUSPECTS = 300, 1_000, 5, 3
_LIMIT_S, _MEANT_CHARS = 2.0, 100_000
# Four times the text takes four times as long, or 16 times if the time grows with its square.
_QUARTER_CHARS, _WHOLE_CHARS, _MAX_GROWTH, _MIN_S, _TRIES = 2_500, 10_000, 9, 0.01, 3
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


def _run(entry: PackagePattern, attack: tuple[str, str], length: int) -> float:
    """How long it takes, in seconds of processor time."""
    prefix, unit = attack
    text: Any = (prefix + unit * (length // len(unit) + 1))[:length] + _TAIL
    text = text.encode() if isinstance(entry.pattern.pattern, bytes) else text
    began = time.thread_time()
    if "finditer" in entry.ways:
        for _ in entry.pattern.finditer(text):
            pass
    for way in entry.ways - {"finditer"}:
        getattr(entry.pattern, way)(text)
    return time.thread_time() - began


def _slowest_attacks(entry: PackagePattern) -> list[tuple[str, str]]:
    """Those whose time seems to grow too fast, and the slowest of all."""
    short: list[tuple[float, tuple[str, str]]] = []
    suspects: list[tuple[float, tuple[str, str]]] = []
    least_s = _LIMIT_S / (_MEANT_CHARS / _SHORT_CHARS) ** 2
    for attack in attacks(entry.pattern):
        short.append((_run(entry, attack, _SHORT_CHARS), attack))
        if short[-1][0] > least_s:
            longer_s = _run(entry, attack, _LONGER_CHARS)
            if longer_s > _SUSPECT_GROWTH * short[-1][0]:
                suspects.append((longer_s, attack))
    chosen = [*sorted(suspects, reverse=True)[:_SUSPECTS], max(short)]
    return list(dict.fromkeys(attack for _, attack in chosen))


def _grows_too_fast(entry: PackagePattern, attack: tuple[str, str]) -> bool:
    quarter_s = whole_s = float("inf")
    for _ in range(_TRIES):
        quarter_s = min(quarter_s, _run(entry, attack, _QUARTER_CHARS))
        whole_s = min(whole_s, _run(entry, attack, _WHOLE_CHARS))
        if whole_s < max(_MIN_S, _MAX_GROWTH * quarter_s):
            return False
    return True


def _find_slowness(entry: PackagePattern, limit_s: float = _LIMIT_S) -> str | None:
    """The text that the pattern is too slow on; None if there is none."""
    attack: tuple[str, str] | str = "a short text"
    try:
        with _within(limit_s):
            slowest = _slowest_attacks(entry)
        for attack in slowest:
            with _within(limit_s):
                if _grows_too_fast(entry, attack):
                    raise _TooSlow
    except _TooSlow:
        return f"{entry.place} on {attack!r}: {entry.pattern.pattern!r}"
    return None


@pytest.mark.slow
@pytest.mark.no_cover
def test_no_pattern_takes_time_beyond_the_length_of_its_text() -> None:
    entries = find_patterns()
    assert len(entries) > 500
    assert list(filter(None, map(_find_slowness, entries))) == []


def _entry(pattern: str) -> PackagePattern:
    return PackagePattern(re.compile(pattern), "here", frozenset({"finditer"}))


@pytest.mark.parametrize(("pattern", "limit_s"), [(r"(?:a|a)*b", 0.3), (r"^(.+?)'s (.+)$", _LIMIT_S)])
def test_a_careless_pattern_is_noticed(pattern: str, limit_s: float) -> None:
    assert _find_slowness(_entry(pattern), limit_s)


@pytest.mark.parametrize("pattern", [r"(?<!a)a++b", r"\s{0,9}\[\d+\]", r"(?s)^(.+?)'s (.+)$"])
def test_a_bounded_pattern_passes(pattern: str) -> None:
    assert _find_slowness(_entry(pattern)) is None
