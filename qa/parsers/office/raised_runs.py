"""Pieces of a line that are set raised, lowered or plain, joined to one text."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from qa.parsers.raised_text import lower_text, raise_text

__all__ = ["Run", "join_runs", "note_mark", "with_mark"]

_RAISED_FIGURE = re.compile(r"[⁰¹²³⁴-⁹]")
_FIGURES = re.compile(r"\d{1,3}")
_SLASHES = ("/", "\N{FRACTION SLASH}")
_Piece = tuple[int, str]


class Run(NamedTuple):
    """A piece of a line; `shift` is 1 where it is raised, -1 where it is lowered.

    A note's mark is complete: it is taken as it is.
    """

    text: str
    shift: int = 0
    is_mark: bool = False


def note_mark(label: str) -> str:
    """How a note's number or letter stands both in the text and before the note: "¹", "[a]", "*"."""
    return raise_text(label, "x")


def with_mark(runs: Sequence[Run], mark: str) -> list[Run]:
    """The runs of a note's first line with its mark in front; without one, what stands there raised is it."""
    if mark:
        return [Run(mark, is_mark=True), Run(" "), *runs]
    first = next((index for index, run in enumerate(runs) if run.text.strip()), None)
    if first is None or runs[first].shift <= 0:
        return list(runs)
    return [Run(f"{note_mark(runs[first].text)} ", is_mark=True), *runs[first + 1 :]]


def join_runs(runs: Iterable[Run]) -> str:
    """The line that the runs make; what is raised or lowered is no part of the figures beside it."""
    all_runs = list(runs)
    for _, shift, is_mark in all_runs:
        if shift or is_mark:
            break
    else:
        return "".join([run[0] for run in all_runs])
    pieces: list[tuple[int, bool, str]] = [
        (shift, is_mark, "".join(run.text for run in group))
        for (shift, is_mark, _), group in groupby(
            (run for run in all_runs if run.text),
            # Marks that stand side by side are several.
            key=lambda run: (run.shift, run.is_mark, id(run) if run.is_mark else 0),
        )
    ]
    joined, position = "", 0
    while position < len(pieces):
        shift, is_mark, text = pieces[position]
        if fraction := _read_fraction([(piece[0], piece[2]) for piece in pieces[position : position + 3]]):
            joined += f" {fraction}" if joined[-1:].isdigit() else fraction
            position += 3
            continue
        joined += text if not shift and not is_mark else _set_apart(text, shift, joined)
        position += 1
    return joined


def _set_apart(text: str, shift: int, before: str) -> str:
    core = text.strip()
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if not core:
        return text
    if shift:
        core = raise_text(core, before + lead) if shift > 0 else lower_text(core, before + lead)
    # Two raised figures side by side are two: a power and a mark, or two marks.
    if not lead and _RAISED_FIGURE.match(core) and _RAISED_FIGURE.match(before[-1:]):
        lead = " "
    return f"{lead}{core}{trail}"


def _read_fraction(pieces: list[_Piece]) -> str:
    """A fraction of a raised figure, a stroke and a lowered figure, as in "3 1/2"; else ""."""
    if [shift for shift, _ in pieces] not in ([1, 0, -1], [1, 1, -1]):
        return ""
    numerator, stroke, denominator = (text.strip() for _, text in pieces)
    is_fraction = stroke in _SLASHES and _FIGURES.fullmatch(numerator) and _FIGURES.fullmatch(denominator)
    return f"{numerator}/{denominator}" if is_fraction else ""
