"""The lines of a document that tell what all of it is of: its opening, and where names are said."""

from collections.abc import Iterable, Iterator, Sequence

from qa.query.conditions.name_comparison import find_name, split_body
from qa.query.conditions.names import Name, split_name
from qa.query.countries import names_of_country
from qa.schema import Condition
from qa.text.terms import SMALL_WORDS

__all__ = ["READ_CHARS", "find_document_lines"]

READ_CHARS = 200_000  # of a document, in which names are looked for
_OPENING_CHARS = 500
_LINE_CHARS = 300  # before and behind a name
_MAX_PLACES = 20  # that begin like a name
_MIN_STEM, _ENDING = 4, 2  # letters that are compared, and those that "Kestorian" does not share


def find_document_lines(conditions: Iterable[Condition], text: str) -> tuple[tuple[int, str], ...]:
    """Lines with the offsets at which they begin: the opening, and the first with each name it lacks."""
    opening = _read_opening(text)
    if not opening:
        return ()
    lines = {0: opening}
    opening_words = split_name(opening)
    for condition in conditions:
        words = split_name(condition.text, guess_case=condition.text.islower())
        name = Name(words) if words and condition.kind in ("name", "place") else None
        if name is None or find_name(name, opening, opening_words):
            continue
        line = _find_line(name, text)
        # Where the whole name is nowhere: the body, and whose it is.
        found = [line] if line else [_find_line(part, text) for part in split_body(name) or ()]
        lines |= dict(filter(None, found))
    return tuple(lines.items())


def _read_opening(text: str) -> str:
    """The first lines, or as much of a long one as ends a sentence."""
    if len(text) <= _OPENING_CHARS:
        return text
    ends = (text.rfind(mark, 0, _OPENING_CHARS) for mark in ("\n", ". "))
    return text[: max((end + 1 for end in ends if end > 0), default=_OPENING_CHARS)]


def _find_line(name: Name, text: str) -> tuple[int, str] | None:
    """The first line that says a name, with its offset."""
    for place in _find_places(_beginnings(name), text):
        first = max(text.rfind("\n", 0, place) + 1, place - _LINE_CHARS)
        last = text.find("\n", place)
        line = text[first : min(last if last >= 0 else len(text), place + _LINE_CHARS)]
        if find_name(name, line, split_name(line)):
            return first, line
    return None


def _beginnings(name: Name) -> Sequence[str]:
    """What a word begins with that stands for the name in a text: of its longest word, in both cases."""
    if name.is_country:
        return names_of_country(name.words[0].key)
    longest = max(
        (word for word in name.words if word.key not in SMALL_WORDS),
        key=lambda word: len(word.key),
        default=None,
    )
    if longest is None:
        return ()
    if longest.is_acronym:
        return (longest.key,)
    beginning = longest.key[: max(_MIN_STEM, len(longest.key) - _ENDING)]
    return tuple(dict.fromkeys((beginning.capitalize(), beginning.upper(), beginning)))


def _find_places(beginnings: Sequence[str], text: str) -> Iterator[int]:
    for beginning in beginnings:
        place = -1
        for _ in range(_MAX_PLACES):
            place = text.find(beginning, place + 1)
            if place < 0:
                break
            yield place
