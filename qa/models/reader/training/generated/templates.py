"""Templates: text with slots and alternatives, and which of them are held out."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

__all__ = ["Line", "common_slots", "fill", "phrase", "split", "variants", "whole"]

T = TypeVar("T")
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_HELD_OUT_EVERY = 4


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A sentence and where its slots came to stand: name -> (start, end)."""

    text: str
    slots: dict[str, tuple[int, int]]


def variants(text: str) -> tuple[str, ...]:
    """The templates in `text`, which " / " divides."""
    return tuple(" ".join(text.split()).split(" / "))


def phrase(rng: random.Random, template: str, values: Mapping[str, str]) -> Line:
    """`template` with one alternative of each "[this|that]" and the values of its "{slots}".

    Raises:
        KeyError: A slot has no value.
    """
    while "[" in template:
        template = _ALTERNATIVES.sub(lambda match: rng.choice(match[1].split("|")), template)
    template = " ".join(template.split())
    text = ""
    slots: dict[str, tuple[int, int]] = {}
    for number, part in enumerate(_SLOT.split(template)):
        if number % 2:
            value = values[part]
            slots[part] = (len(text), len(text) + len(value))
            text += value
        else:
            text += part
    return Line(text, slots)


def fill(rng: random.Random, template: str, values: Mapping[str, str]) -> Line:
    """As `phrase`, for the beginning of a sentence."""
    line = phrase(rng, template, values)
    return Line(line.text[:1].upper() + line.text[1:], line.slots)


@cache
def split(members: tuple[T, ...], is_held_out: bool) -> tuple[T, ...]:
    """Every fourth of `members`, or the others: no template or word is in both."""
    return tuple(
        member
        for number, member in enumerate(members)
        if (number % _HELD_OUT_EVERY == _HELD_OUT_EVERY - 1) == is_held_out
    )


def whole(members: tuple[T, ...]) -> tuple[T, ...]:
    """`members` such that both parts hold all of it: for templates of what is split already."""
    return tuple(member for member in members for _ in range(_HELD_OUT_EVERY))


def common_slots(templates: tuple[str, ...]) -> set[str]:
    """The slots that every of `templates` has."""
    return set.intersection(*(set(_SLOT.findall(template)) for template in templates))
