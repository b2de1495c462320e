"""What a question asks to be worked out of cells."""

import re
from typing import Literal

__all__ = ["MOVED", "Operation", "any_of", "find_operation"]

Operation = Literal["sum", "difference", "change", "percent change", "ratio", "share of total", "average"]


def any_of(words: str) -> str:
    """A pattern of some words, of which any will do."""
    return "|".join(words.split())


_MOVES = any_of(
    "change grow grew grown rise rose risen fall fell fallen drop decline decrease increase shrink shrank"
)
MOVED = re.compile(rf"\b(?:{_MOVES}|multipl(?:y|ied))\b", re.IGNORECASE)
_MOVES += "|(?:go|goes|went|gone|came|come) (?:up|down)"
_MOVE = any_of("change rise fall drop increase decrease growth decline")
_MORE = any_of("more less fewer higher lower larger smaller longer")
_OPERATIONS: dict[Operation, re.Pattern[str]] = {
    "share of total": re.compile(
        rf"\b(?:{any_of('share part percentage proportion percent')}) of (?:the |all |its |their )?"
        r"(?:total|all|overall)\b",
        re.IGNORECASE,
    ),
    "percent change": re.compile(
        rf"\b(?:by (?:what|which) percent(?:age)?|by how many percent|"
        rf"(?:what|which) percent(?:age)? (?:{_MOVE})|"
        r"percent(?:age)? change|in percent)\b",
        re.IGNORECASE,
    ),
    "average": re.compile(r"\b(?:average|mean)\b", re.IGNORECASE),
    "ratio": re.compile(r"\bhow many times\b|\bratio (?:of|between)\b", re.IGNORECASE),
    "change": re.compile(
        rf"\bby how (?:much|many)\b.{{0,300}}\b(?:{_MOVES})|"
        rf"\bhow much (?:did|has|have) .{{0,300}}\b(?:{_MOVES})|"
        rf"\bhow (?:big|large|great|much) (?:was|is) the (?:{_MOVE})|"
        rf"^\W*(?:what (?:was|is) the )?(?:{_MOVE}) (?:in|of)\b",
        re.IGNORECASE,
    ),
    "difference": re.compile(
        rf"\bdifference\b|\bgap between\b|\bhow (?:much|many) (?:{_MORE})\b|"
        rf"\bby how (?:much|many)\b.{{0,300}}\b(?:exceed|outstrip|surpass|{_MORE})",
        re.IGNORECASE,
    ),
    "sum": re.compile(
        r"\b(?:together|combined|sum of|add(?:ed)? up|"
        r"(?:in total|altogether)(?=.{0,300} and )|total of (?=.{0,300} and ))",
        re.IGNORECASE,
    ),
}
# "Growth of oil exports, percent": of what moved, unless points are asked for.
_PERCENT = re.compile(r"\bper ?cent\b|\bpercentage\b(?! points?)|%", re.IGNORECASE)
_YEAR, _MIN_AVERAGED = re.compile(r"\b(?:1[89]|20)\d\d\b"), 2
_BY_PARTS = re.compile(r"\b(?:monthly|quarterly)\b|\b(?:a|per) (?:month|quarter)\b", re.IGNORECASE)
_POINTS = re.compile(r"\bpoints?\b", re.IGNORECASE)


def find_operation(text: str) -> Operation | None:
    """What is to be worked out; None where nothing is."""
    operation = next((name for name, asks in _OPERATIONS.items() if asks.search(text)), None)
    if operation == "average" and len(_YEAR.findall(text)) < _MIN_AVERAGED and not _BY_PARTS.search(text):
        return None  # "The average price in May" is one cell.
    if operation == "change" and _PERCENT.search(text) and not _POINTS.search(text):
        return "percent change"
    return operation
