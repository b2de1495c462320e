"""Items of a list, each of which is about what it begins with."""

import re

from qa.answering.condition_check.evidence import Evidence, PartReading
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, is_name_word, without_possessive
from qa.text.lines import LIST_ITEM

__all__ = ["find_other_item"]

# What may stand between the words of the name that an item begins with, and behind it.
_INSIDE, _BEHIND = re.compile(r"[ -]"), re.compile(r"\*{0,3} ?[,:(–—]")
_BEFORE = re.compile(r"\*{0,3}(?:[Tt]he )?\*{0,3}")


def find_other_item(name: Name, said_in: PartReading, evidence: Evidence) -> list[str]:
    """What the answer is of, if that is an item of a list and a name, in `said_in`, begins another item."""
    other = _begins_with(said_in)
    if other is None or not find_name(name, said_in.part.text, other.words):
        return []
    items = ((own.part.text, _begins_with(own)) for own in evidence.own)
    return [without_possessive(text[item.start : item.end]) for text, item in items if item]


def _begins_with(reading: PartReading) -> Name | None:
    """The name that an item begins with, apart from what it says of it: "- Cedar LNG, a plant in ..."."""
    text = reading.part.text
    marker = LIST_ITEM.match(text)
    words = [word for word in reading.words if marker and word.start >= marker.end()]
    words = words[1:] if words and words[0].key == "the" else words
    if marker is None or not words or not _BEFORE.fullmatch(text, marker.end(), words[0].start):
        return None
    end = 0
    while end < len(words) and is_name_word(words[end]):
        if end and not _INSIDE.fullmatch(text, words[end - 1].end, words[end].start):
            break
        end += 1
    return Name(tuple(words[:end])) if end and _BEHIND.match(text, words[end - 1].end) else None
