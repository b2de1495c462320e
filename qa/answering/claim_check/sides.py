"""The words of a sentence, and what stands on a side of a verb."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qa.answering.polarity.concepts import concept
from qa.query.conditions.periods import MONTHS, WEEKDAYS
from qa.query.countries import country_of
from qa.text.terms import FUNCTION_WORDS

__all__ = [
    "ADVERBS",
    "BE",
    "BREAKS",
    "DO",
    "HAVE",
    "MODALS",
    "NO_SIDE",
    "PREPOSITIONS",
    "PRONOUNS",
    "Side",
    "Token",
    "concepts_of",
    "parts_between",
    "read_side",
    "relative_clauses",
    "tokens_of",
    "without_asides",
]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[’'.-][^\W\d_]+)*|[,;:—–().]")
# "Maresco, which had led since 2017, now carries": the subject goes on behind it.
_RUN = r"(?:[^,;.]|(?<=\d)[,.](?=\d)|(?<=\b[A-Z])\.)*+"  # the points of "U.S." end nothing
_ASIDE = re.compile(rf", (?:which|who|whose|where|whom)\b{_RUN},")
_OF_SUBJECT = re.compile(rf", (?:which|who)\b(?P<said>{_RUN})")
_MAX_COUNTRY_WORDS = 3
BREAKS = frozenset(
    """. ; : — – ( ) , but while whereas although though because when which who whom whose that if unless
    after before since until as where so than""".split()
)
PREPOSITIONS = frozenset(
    """by from to of with in on at for into onto over against through via under above below between among
    about during within without towards toward per worth""".split()
)
BE = frozenset("is are was were be been being get gets got gotten".split())
HAVE = frozenset("has have had having".split())
DO = frozenset("do does did".split())
MODALS = frozenset("will would can could may might must shall should to cannot".split())
PRONOUNS = frozenset("it he she they we i you this that these those who which one".split())
ADVERBS = frozenset(
    """also still now already then soon since only just both all later recently currently formally largely
    mostly again finally first always often once longer no not never nor neither hardly""".split()
)
_NAMES_NOTHING = FUNCTION_WORDS | BE | HAVE | DO | MODALS | ADVERBS | PRONOUNS | PREPOSITIONS
_NAMES_NOTHING |= frozenset(
    """them ones other others another own there here last next second new old year years month months week
    weeks day days percent million billion thousand dollars euros tonnes tons nearly almost about around
    roughly""".split()
)
_NAMES_NOTHING |= frozenset((*MONTHS, *WEEKDAYS))


class Token(NamedTuple):
    """A word, number or mark: as it is written, in lower case, and its place."""

    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on a side of a verb: the concepts of its words, those of its names, and its place."""

    concepts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    start: int = 0
    end: int = 0

    def __bool__(self) -> bool:
        return bool(self.concepts)

    def without(self, other: "Side") -> "Side":
        """What of it another side has not."""
        return replace(self, concepts=self.concepts - other.concepts, names=self.names - other.names)

    def meets(self, other: "Side") -> bool:
        """Whether both may be of the same: names decide where both have some."""
        if self.names and other.names:
            return bool(self.names & other.names)
        return bool(self.concepts & other.concepts)


NO_SIDE = Side()


def tokens_of(text: str) -> list[Token]:
    """The words, numbers and marks of a text in order."""
    return [Token(match[0], match[0].casefold(), *match.span()) for match in _TOKEN.finditer(text)]


def without_asides(text: str) -> str:
    """A text with blanks for what stands between "which" and the next comma, as long as it was."""
    return _ASIDE.sub(lambda match: " " * len(match[0]), text)


def relative_clauses(text: str) -> Iterator[tuple[list[Token], list[Token]]]:
    """The words before each ", which" or ", who", and those of the clause behind it."""
    clauses = list(_OF_SUBJECT.finditer(text))
    tokens = tokens_of(text) if clauses else []
    for clause in clauses:
        start, end = clause.span("said")
        yield (
            [token for token in tokens if token.end <= clause.start()],
            [token for token in tokens if start <= token.start and token.end <= end],
        )


def parts_between(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each place between what a pattern finds, empty ones too, in order."""
    bounds = [0, *(bound for match in pattern.finditer(text) for bound in match.span()), len(text)]
    yield from zip(bounds[::2], bounds[1::2], strict=True)


def read_side(tokens: Sequence[Token]) -> Side:
    """What words name, small words and adverbs aside."""
    kept = [
        token
        for token in tokens
        if token.text[0].isalpha()
        and token.low not in _NAMES_NOTHING
        and not (token.low.endswith("ly") and token.text.islower())
    ]
    if not kept:
        return NO_SIDE
    # A sentence may begin with any word, but what has something there is a name: "Vietnam's share".
    concepts = concepts_of(kept)
    names = frozenset(
        said
        for token, said in zip(kept, concepts, strict=True)
        if token.text[0].isupper() and (token.start or token.low.endswith(("'s", "’s")))
    )
    return Side(frozenset(concepts), names, kept[0].start, kept[-1].end)


def concepts_of(tokens: Sequence[Token]) -> list[str]:
    """The concept of each word; all words of a country's name have that of the country."""
    concepts: list[str] = []
    while len(concepts) < len(tokens):
        left = tokens[len(concepts) :]
        for count in range(min(_MAX_COUNTRY_WORDS, len(left)), 0, -1):
            country = country_of(tuple(_without_s(token.text) for token in left[:count]))
            if country:
                concepts += [country] * count
                break
        else:
            concepts.append(concept(left[0].text))
    return concepts


def _without_s(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word
