"""Where a sentence counts up things: "A, B and C"."""

import re

from qa.answering.extractive.list_status import statuses
from qa.schema import Span
from qa.text.lines import LIST_ITEM

__all__ = ["count_members", "find_enumeration", "is_item"]

# "A, B and C": words of an item, and what may stand before the first and behind the last.
_ITEM_WORDS = (
    r"\b(?!(?:and|or|but|while|which|who|that|because|since|although|though|if|when|where)\b)"
    r"[^\W_][^,;:.()\s]{0,60}"
    r"(?: (?!(?:and|or|but|which|who|that|because|since|while)\b)[^,;:.()\s]{1,60}){0,4}"
)
_COMMA = r"(?:(?<=\d{4}), |, (?!(?:19|20)\d\d\b))"  # not that of "June 4, 2025"
_ENUMERATION = re.compile(
    rf"{_ITEM_WORDS}(?:{_COMMA}{_ITEM_WORDS}){{1,60}},? (?:and|or|as well as) {_ITEM_WORDS}"
)
# Behind an item that holds an "and" itself: "the engine, the body and chassis, the axle and the battery".
_REST = re.compile(rf"(?:, {_ITEM_WORDS}){{1,60}},? (?:and|or),? {_ITEM_WORDS}(?:, {_ITEM_WORDS})?")
# Of four pillars, "trade; mobility and inclusion; security; environment".
_PARTED = re.compile(r":\s(?P<items>[^:;.]{2,200}(?:;\s[^:;.]{2,200}){2,20})[.]?\s*\Z")
_SETS_AGAINST = re.compile(r"; |,? (?:while|whereas|but|unlike|not) ")
_OPENS_LIST = re.compile(
    r"^.*\b(?:(?:it|they|he|she|we) (?:has |have |had |also |will )?[a-z]+|"
    r"is|are|was|were|be|includes?|included|including|for|to|on|of|from|with|as|by|namely|mainly|now|also|"
    r"like|in|joined|has|have|had|covers?|sets?|took|takes?|binds?|counts?|comprises?|between|among|"
    r"against) ",
    re.IGNORECASE,
)
_CLOSES_LIST = re.compile(
    r" (?:is|are|was|were|be|has|have|had|will|would|can|may|remains?|they|it|he|she|for|in|on|at|by|under|"
    r"from|with|belong|signed|joined|ratified|paid|pay)\b",
    re.IGNORECASE,
)

_CLOSES_CLAUSE = re.compile(
    r" (?:is|are|was|were|be|has|have|had|will|would|can|may|remains?|they|it|he|she|belong|signed|joined|"
    r"ratified|paid|pay|left|waited|took|sent|sold|bought)\b",
    re.IGNORECASE,
)


def is_item(text: str) -> bool:
    """Whether a sentence is a list's item or a table's row; "1.5 percent" and "**bold**" are none."""
    return LIST_ITEM.match(text) is not None or re.match(r"\|\s*\S", text) is not None


def find_enumeration(text: str, question: str = "") -> Span | None:
    """Where a sentence counts up three things or more ("A, B and C"), without what stands around them.

    Of several the one in whose clause stands what the question says of them, then the longest.
    """
    if parted := _PARTED.search(text):
        return Span(*parted.span("items"))
    wanted = statuses(question)

    def fit(found: re.Match[str]) -> tuple[int, int]:
        said = statuses(_clause_around(text, found)) if wanted else {}
        return sum(status * wanted.get(pair, 0) for pair, status in said.items()), len(found[0])

    match = max(_ENUMERATION.finditer(text), key=fit, default=None)
    if match is None:
        return None
    start, end = match.span()
    comma = text.index(", ", start)
    if opening := _OPENS_LIST.match(text[start:comma] + " "):
        start += min(opening.end(), comma - start - 1) if opening.end() < comma - start else 0
    last = max(match[0].rfind(" and "), match[0].rfind(" or ")) + match.start()
    if closing := _CLOSES_LIST.search(text[last + 5 : end]):
        end = last + 5 + closing.start()
    elif (rest := _REST.match(text, end)) and not _CLOSES_CLAUSE.search(rest[0]):
        end = rest.end()
    return Span(start, end)


def _clause_around(text: str, found: re.Match[str]) -> str:
    """What is said of things that are counted up, up to a clause that sets others against them."""
    before = [one.end() for one in _SETS_AGAINST.finditer(text, 0, found.start() + 1)]
    after = _SETS_AGAINST.search(text, found.end())
    return text[max(before, default=0) : after.start() if after else len(text)]


def count_members(text: str) -> int:
    """How many things a sentence counts up; 0 where it does not."""
    span = find_enumeration(text)
    return len(re.split(r", | and | or ", text[span.start : span.end])) if span else 0
