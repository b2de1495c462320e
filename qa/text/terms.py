"""Words: the one way to tell them, the words that say nothing, and the stem of a word."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain

from qa.text.lines import LOWERED_FIGURES, RAISED_FIGURES

__all__ = [
    "ASKING_WORDS",
    "CONNECTING_WORDS",
    "FUNCTION_WORDS",
    "NUMBER_WORDS",
    "SMALL_WORDS",
    "own_stems",
    "pieces",
    "plural_of",
    "query_terms",
    "stem",
    "telling_stems",
    "topic_terms",
    "word_stems",
    "words",
    "words_with_starts",
]

# Raised and lowered figures are marks of notes, powers and the like: no part of a word or number.
_PIECE = re.compile(rf"[^\W_{RAISED_FIGURES}{LOWERED_FIGURES}]+")
# Pieces with a dot or an apostrophe between them, and digits with a comma: "U.S", "Canada's", "1,427.5".
_WORD = re.compile(rf"{_PIECE.pattern}(?:(?:[.'’]|(?<=\d),(?=\d)){_PIECE.pattern})*")

# The small words of a title or a name, which stand in lower case in it.
SMALL_WORDS = frozenset("a an and as at by for in of on or the to".split())
# What says nothing about what a text is about, wherever it stands. Question words are among them.
FUNCTION_WORDS = SMALL_WORDS | frozenset(
    """about after all also any are be because been before being between both but can could did do does
    during each from had has have he her his how if into is it its itself more most no not only other our
    over she should so some such than that their them then there these they this those through under until
    was we were what when where which while who whom whose why will with would you your""".split()
)
# What says nothing in a question besides: who asks, and what a question leaves open that a statement must
# get right ("above" and "below", "few" and "many").
ASKING_WORDS = frozenset(
    """above again against am below doing down few further give having here hers him i just let many me much
    my nor now off once ours out own please same tell theirs too up us very""".split()
)
_UNASKED = FUNCTION_WORDS | ASKING_WORDS
# What says nothing in a statement besides; in a question it bears on what is looked for ("since 2019").
CONNECTING_WORDS = frozenset(
    "according although however may might one since though whether within without".split()
)
# What asks for a summary and does not say of what.
_SUMMARY_WORDS = frozenset(
    """summarise summarize summary summaries sum recap outline overview gist short brief quick briefly main
    key central point points takeaway takeaways message messages finding findings conclusion conclusions
    important briefing briefings document documents report article paper text memo note say says write
    show us whole entire content contents""".split()
)
_ONES = "one two three four five six seven eight nine".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# The longer ones first, so that a pattern of them finds all of "twenty-one".
NUMBER_WORDS = {
    f"{ten}-{one}": str(10 * tens + ones)
    for tens, ten in enumerate(_TENS, 2)
    for ones, one in enumerate(_ONES, 1)
} | dict(
    zip(
        [
            *_ONES,
            *"ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
            *_TENS,
        ],
        map(str, [*range(1, 20), *range(20, 100, 10)]),
        strict=True,
    )
)
_ENDINGS = ("ing", "ies", "ied", "es", "ed", "s", "e", "y")
_MIN_STEM_LETTERS = 4  # of a word without its ending


def words(text: str) -> list[str]:
    """The words of a text in order, as they are written.

    A word is letters and digits, with dots and apostrophes inside it, and a number has its commas; words
    joined by hyphens count separately.
    """
    return _WORD.findall(text)


def words_with_starts(text: str) -> list[tuple[str, int]]:
    """The `words`, each with the offset of its first character."""
    return [(match[0], match.start()) for match in _WORD.finditer(text)]


def pieces(text: str) -> list[str]:
    """The words cut at every mark inside them ("U.S" is "U" and "S"): as the word index counts words."""
    return _PIECE.findall(text)


@lru_cache(maxsize=2**16)
def stem(word: str) -> str:
    """Lower case without the commonest endings; numbers without leading zeros and thousands separators."""
    lowered = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    if lowered[:1].isdigit():
        return _plain_number(lowered)
    if lowered in NUMBER_WORDS:
        return NUMBER_WORDS[lowered]
    for ending in _ENDINGS:
        if lowered.endswith(ending) and len(lowered) - len(ending) >= _MIN_STEM_LETTERS:
            return lowered.removesuffix(ending)
    return lowered


def plural_of(noun: str) -> str:
    """The plural of a noun by its ending: "lorries", "boxes", "quays"; what ends in "s" stays."""
    if noun.endswith("s"):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("x", "ch", "sh")) else f"{noun}s"


def word_stems(text: str) -> frozenset[str]:
    """The stems of all `words` of a text."""
    return frozenset(stem(word) for word in words(text))


def telling_stems(text: str) -> frozenset[str]:
    """The stems of the `words` that say something of what a question is about."""
    return frozenset(stem(word) for word in words(text) if word.casefold() not in _UNASKED)


def own_stems(asked: AbstractSet[str], parts: Sequence[str]) -> list[frozenset[str]]:
    """Of some stems those that each part of a text holds, and no other part does."""
    held = [word_stems(part) & asked for part in parts]
    shared = {root for root in asked if sum(root in found for found in held) > 1}
    return [found - shared for found in held]


def _plain_number(digits: str) -> str:
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    if digits.count(".") == 1:
        digits = digits.rstrip("0").rstrip(".")
    return digits.lstrip("0") or "0"


def query_terms(question: str) -> list[str]:
    """The words to look for, in lower case and in order, once each; empty if all of them say nothing.

    Terms keep dots and apostrophes inside them ("U.S", "1.5"), which the word index reads as a phrase; a
    number is looked for between its commas. An acronym is looked for with and without dots ("US" and "U.S").
    """
    return list(dict.fromkeys(_terms(question)))


def _terms(question: str) -> Iterator[str]:
    is_shouted = question.isupper()
    # At the commas of numbers, too: a phrase "13 000" ranks other passages than its two words do.
    for word in chain.from_iterable(word.split(",") for word in words(question)):
        acronym = word.replace(".", "")
        if 2 <= len(acronym) <= 5 and acronym.isalpha() and acronym.isupper() and not is_shouted:
            yield acronym.casefold()
            yield ".".join(acronym).casefold()
        elif (lowered := word.casefold()) not in _UNASKED:
            yield lowered


def topic_terms(question: str) -> list[str]:
    """What a summary is asked of: the words to look for without those that ask for one."""
    return [term for term in query_terms(question) if term not in _SUMMARY_WORDS]
