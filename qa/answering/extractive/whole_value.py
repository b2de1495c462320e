"""A value with what belongs to it: its unit, the word that limits it, and both sides of a vote."""

import re

from qa.answering.tables.trade_words import unit_words
from qa.query.conditions.names import INSTITUTION_WORDS
from qa.text.terms import stem

__all__ = ["complete_value"]

_ENDS_WITH_FIGURE = re.compile(
    r"\d(?:\s(?:thousand|million|billion|trillion))?$|\b(?:million|billion|trillion)$"
)
# "12 million tons", "2.6 billion cubic feet a day", "20 dollars per tonne"
_UNIT = re.compile(r"\s(?:(?:metric|short|cubic|square)\s)?(?P<noun>(?!(?:an?|per)\s)[^\W\d_]+)")
_EACH = re.compile(r"\s(?:an?|per)\s(?:[^\W\d_]+-)?(?P<noun>[^\W\d_]+)(?!\s(?:ago|earlier|later|before)\b)\b")
_LIMIT = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|near|close to|(?:well |just )?(?:over|under)|"
    r"(?:more|less|fewer) than|at (?:least|most)|up to)\s$",
    re.IGNORECASE,
)
# "no more than 400,000", of which "more than 400,000" says the opposite.
_DENIED_LIMIT = re.compile(r"\b(?:no|not)\s$", re.IGNORECASE)
_COMPARED = re.compile(r"[a-z]{4,10} than\b", re.IGNORECASE)
_ENDS_WITH_UNIT = re.compile(r"\d\D*[^\W\d_]$")
_FRACTION = re.compile(
    r"(?:(?:an?|one|two|three|four) )?(?:half|thirds?|quarters?|fifths?|tenths?)", re.IGNORECASE
)
# "the secretariat of the Pact", where the name alone was read.
_BODY_OF = re.compile(r"(?:\b[Tt]he )?\b(?P<noun>[a-z]{3,30}) of (?:the )?$")
_BODY_NOUNS = frozenset(
    """secretariat presidency chair board council committee office ministry parliament government court bank
    members staff head minister ministers union association chamber council panel registrar owners workers
    employees captain crew director treasurer secretary president chairman governor mayor""".split()
)
# "the Land and Water Committee", where the last of its words were read.
_JOINED_NAME = re.compile(r"\b(?:[Tt]he|[Aa]n?) (?P<name>(?:[A-Z][\w’'-]*,? ){1,4}and (?:[A-Z][\w’'-]* )*)$")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Sir)\.? $")
_COUNT = r"(?:\d[\d,]{0,12}|[^\W\d_]{1,20})"
_VOTE = re.compile(rf"\b{_COUNT} votes? to {_COUNT}\b|\b\d[\d,]{{0,12}} to \d[\d,]{{0,12}}(?= votes\b)")
# "870 to 890 million", "between 3 and 5 percent"; not "from 9 to 12 percent", which may be a change.
_RANGE = re.compile(
    r"(?<!from )(?<![\w.,$€£])(?P<low>(?:between )?[$€£]?(?P<first>\d[\d.,]{0,12})) (?P<join>to|and) "
    r"[$€£]?(?P<second>\d[\d.,]{0,12}\b)"
)
_IRREGULAR = frozenset(("feet", "people", "head"))


def complete_value(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The characters of a sentence that a value takes with all that belongs to it; the same if it is none."""
    for vote in _VOTE.finditer(sentence):
        if vote.start() <= start and end <= vote.end():
            return vote.span()
    start, end = _whole_range(sentence, start, end)
    if title := _TITLE.search(sentence, max(0, start - 5), start):
        return title.start(), end
    while start and sentence[start].isdigit() and sentence[start - 1].isdigit():
        start -= 1  # "2029", of which "9" was read
    text = sentence[start:end]
    if text[:1].isupper() and (begun := _start_of_body(sentence, start, text)) is not None:
        return begun, end
    if not re.search(r"\d", text) and not _FRACTION.fullmatch(text):
        return start, end
    if _ENDS_WITH_FIGURE.search(text):
        end = _end_of_unit(sentence, end)
    elif _ENDS_WITH_UNIT.search(text) and (each := _EACH.match(sentence, end)) and _is_unit(each["noun"]):
        end = each.end()
    limit = _LIMIT.search(sentence, max(0, start - 20), start)
    start = limit.start() if limit else start
    denied = _DENIED_LIMIT.search(sentence, max(0, start - 5), start)
    return (denied.start() if denied and _COMPARED.match(sentence, start) else start), end


def _start_of_body(sentence: str, start: int, text: str) -> int | None:
    """Where the name of a body begins of which the last words were read; None for other names."""
    if body := _BODY_OF.search(sentence, max(0, start - 50), start):
        return body.start() if body["noun"] in _BODY_NOUNS else start
    is_body = text.split()[-1].casefold() in INSTITUTION_WORDS
    joined = _JOINED_NAME.search(sentence, max(0, start - 60), start) if is_body else None
    return joined.start("name") if joined else None


def _whole_range(sentence: str, start: int, end: int) -> tuple[int, int]:
    """From the lower to the upper end, where one of them was read."""
    for found in _RANGE.finditer(sentence):
        is_range = (found["join"] == "and") is found["low"].startswith("between")
        first, second = (float(found[name].replace(",", "").rstrip(".")) for name in ("first", "second"))
        if is_range and first < second and start < found.end() and found.start() < end:
            return min(start, found.start()), max(end, found.end())
    return start, end


def _end_of_unit(sentence: str, end: int) -> int:
    for pattern in (_UNIT, _EACH):
        match = pattern.match(sentence, end)
        if match and _is_unit(match["noun"]):
            end = match.end()
    return end


def _is_unit(noun: str) -> bool:
    return noun in _IRREGULAR or bool(unit_words([stem(noun.lower())]))
