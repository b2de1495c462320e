"""The names in a text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from qa.query.conditions.periods import WEEKDAYS
from qa.query.countries import country_of, is_country
from qa.text.terms import ASKING_WORDS, CONNECTING_WORDS, FUNCTION_WORDS, NUMBER_WORDS, SMALL_WORDS

__all__ = [
    "INSTITUTION_WORDS",
    "NUMBERED",
    "TITLE_WORDS",
    "Name",
    "NameWord",
    "blank_out",
    "find_names",
    "is_name_word",
    "split_name",
    "without_possessive",
]

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[.’'](?=[^\W\d_])[^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:\A|[.!?;|\n•]|[.!?][”\"’'])[\s*#>“\"‘('-]{0,40}\Z")
_POSSESSIVE = re.compile(r"[’']s?\Z")
# Days, which are written like names but are none by themselves.
_DAYS = frozenset([*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS), "christmas", "easter"])
# What a question may begin with, before the name of what it is about.
_ORDERS = frozenset(
    """compare define describe discuss explain give list name outline recap show sum summarise summarize
    tell""".split()
)
# ... and what a question in keywords may begin with: "Final rate for tiles".
_OPENERS = _ORDERS | frozenset(
    "final provisional total current latest average annual overall maximum minimum gross net exact".split()
)
_OF_PEOPLE = re.compile(r"[a-z]{3}(?:ian|ean|ese|ish)$", re.IGNORECASE)
_PARTS_OF_COUNTRIES = frozenset(
    """new old north south east west northern southern eastern western central upper lower great
    greater""".split()
)
_NO_NAMES = FUNCTION_WORDS | ASKING_WORDS | CONNECTING_WORDS | frozenset(("must", "shall", "OK"))
TITLE_WORDS = frozenset(
    """president prime minister premier secretary senator representative chancellor king queen prince princess
    mr mrs ms miss dr sir lord lady judge justice ambassador commissioner governor director chairman chair
    general pope emperor professor mayor trade finance foreign economy agriculture transport energy
    secretary-general deputy vice""".split()
)
# What a name ends with that is no person's: its other words tell it from its likes.
INSTITUTION_WORDS = frozenset(
    """accord accords act agency agreement alliance area association authority bank board bureau chamber code
    college commission committee company compact conference convention corporation council court department
    desk federation forum foundation fund group initiative institute institution ministry mission office
    organisation organization pact panel parliament partnership plan port point programme program project
    protocol river sea service school society strait street system terminal treaty tribunal union university
    works bay cape island islands lake mountain mountains park bridge canal gulf house city state states
    zone bill law directive regulation guild league syndicate club cooperative understanding
    declaration charter arrangement memorandum station inspectorate directorate division registry laboratory
    centre center""".split()
)
# What is told from its likes by its number.
NUMBERED = re.compile(
    r"\b(?:sections?|chapters?|articles?|annex(?:es)?|bill|law|act|resolution|regulation|directive|rule|schedule|"
    r"phase|round|case|clause|paragraph|protocol|appendix|model|type|route|line|block|unit|class|category|grade|"
    r"tier|pillar|notice|circular|decree|decision|bulletin) "
    rf"(?:(?:no\. ?)?(?:[A-Z]{{1,2}}-?)?\d+(?:/\d+)?[\w.-]*(?<![.-])|(?-i:[IVX]{{1,5}})\b|"
    rf"(?:{'|'.join(NUMBER_WORDS)})\b(?=\W*\Z| (?:of|in|at|and|or|is|was|were|did|end|begin|take|took)\b))|"
    r"\b(?-i:[A-Z]{2,6})[-/]\d{1,6}(?:[-/]\d{1,6}){1,3}\b",
    re.IGNORECASE,
)
_JOINS = ("of", "the", "for", "de", "del")  # small words inside a name
_MIN_OWN_WORDS = 2  # of a name that a country or acronym in front is no part of
_MAX_EPITHET_WORDS = 3  # of "Alexander the Great"


class NameWord(NamedTuple):
    """A word of a text: what it is compared by, its place, and whether it begins with a capital."""

    key: str
    start: int
    end: int
    is_capitalized: bool
    is_possessive: bool = False

    @property
    def is_acronym(self) -> bool:
        """Whether it stands in capitals only."""
        return len(self.key) > 1 and self.key.isupper()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: its words, without a person's title."""

    words: tuple[NameWord, ...]

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text, behind a possessive."""
        return self.words[-1].end

    @property
    def keys(self) -> tuple[str, ...]:
        """What it is compared by."""
        return tuple(word.key for word in self.words)

    @property
    def is_country(self) -> bool:
        """Whether it is a country's, or what comes from it."""
        return len(self.words) == 1 and is_country(self.words[0].key)

    @property
    def is_body(self) -> bool:
        """Whether it is that of an office, a court, an agreement or the like."""
        return len(self.words) > 1 and any(word.key in INSTITUTION_WORDS for word in self.words)


def without_possessive(text: str) -> str:
    """A name as it is called: "Peru" of "Peru's"."""
    return _POSSESSIVE.sub("", text)


@lru_cache(maxsize=2048)
def split_name(text: str, *, guess_case: bool = False) -> tuple[NameWord, ...]:
    """The words of a text as names are compared: a country by its usual name, in however many words.

    With `guess_case` words in lower case may be countries too.
    """
    plain = [_word(match) for match in _TOKEN.finditer(text)]
    words: list[NameWord] = []
    index = 0
    while index < len(plain):
        length, country = 1, None
        if plain[index].is_capitalized or guess_case:
            length, country = _read_country(text, plain[index : index + 3], guess_case)
        first, last = plain[index], plain[index + length - 1]
        words.append(NameWord(country, first.start, last.end, True, last.is_possessive) if country else first)
        index += length
    return tuple(words)


def _read_country(text: str, run: Sequence[NameWord], guess_case: bool) -> tuple[int, str | None]:
    """How many words at the beginning of a run name a country, and which."""
    forms = [without_possessive(text[word.start : word.end]) for word in run]
    if guess_case:
        forms = [form.capitalize() if form.islower() and len(form) > 3 else form for form in forms]
    for length in range(len(run), 0, -1):
        country = country_of(tuple(forms[:length]))
        if country and forms[0][0].isupper():
            return length, country
    return 1, None


def _word(match: re.Match[str]) -> NameWord:
    text = match[0]
    bare = without_possessive(text) if "'" in text or "’" in text else text
    is_possessive = bare != text or match.string[match.end() : match.end() + 2] in ("’ ", "' ")
    letters = bare.replace(".", "")
    is_acronym = len(letters) > 1 and letters.isupper()
    key = bare.casefold()
    if not key.isascii():
        key = "".join(char for char in unicodedata.normalize("NFKD", key) if not unicodedata.combining(char))
    return NameWord(
        letters if is_acronym else key.replace(".", ""),
        match.start(),
        match.end(),
        text[0].isupper(),
        is_possessive,
    )


def find_names(text: str, *, guess_case: bool = False) -> list[Name]:
    """The names that a text has for certain; a word that only begins a sentence is none.

    First those that are told by a number ("section 201"), then the others, each in order.
    """
    places = [match.span() for match in NUMBERED.finditer(text)]
    all_words = split_name(text, guess_case=guess_case)
    names = [Name(tuple(word for word in all_words if start <= word.start < end)) for start, end in places]
    words = [word for word in all_words if not any(start <= word.start < end for start, end in places)]
    index = 0
    while index < len(words):
        end = _run_end(text, words, index)
        if end == index:
            index += 1
            continue
        names += _cut_run(text, words[index:end])
        index = end
    return names


def blank_out(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in some places, so that all else stays where it is."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _run_end(text: str, words: Sequence[NameWord], first: int) -> int:
    """The index after the run of capitals, with small words inside, that begins at a word."""
    if not is_name_word(words[first]):
        return first
    end = first + 1
    while end < len(words) and not words[end - 1].is_possessive:
        following = end
        # "Committee on Services", not "Japan on Friday".
        joins = (*_JOINS, "on") if words[end - 1].key in INSTITUTION_WORDS else _JOINS
        while following < len(words) and words[following].key in joins:
            following += 1
        if (
            following >= len(words)
            or not is_name_word(words[following])
            or not re.fullmatch(r"[ \n-][^.,;:!?()|]*", text[words[end - 1].end : words[following].start])
        ):
            break
        end = following + 1
    return end


def is_name_word(word: NameWord) -> bool:
    """Whether it may be part of a name."""
    return word.is_capitalized and word.key not in _NO_NAMES


def _cut_run(text: str, run: Sequence[NameWord]) -> Iterator[Name]:
    """The names in a run of capitals: countries by themselves, unless an institution bears their name."""
    begins_sentence = _SENTENCE_START.search(text[: run[0].start]) is not None
    words = _trim(run)
    if begins_sentence and len(words) > 1 and words[0].key in _OPENERS:
        words = _trim(words[1:])
    if begins_sentence and len(words) > 1 and words[0].key not in INSTITUTION_WORDS:
        is_noun = words[1].key in ("of", "for") and not is_country(words[0].key)
        # "Summarize the Ombra Accord", but "Alexander the Great".
        is_verb = words[1].key == "the" and (len(words) > _MAX_EPITHET_WORDS or words[-1].is_acronym)
        # "Average LCU tariff"
        is_noun |= words[1].is_acronym and not (words[0].is_acronym or is_country(words[0].key))
        # "Lost Ombrian exports", but "North Ombrian".
        is_noun |= bool(_OF_PEOPLE.search(words[1].key)) and words[0].key not in _PARTS_OF_COUNTRIES
        words = _trim(words[1:]) if is_noun or is_verb else words  # "Staff of the Ombra Accord"
    pieces: list[list[NameWord]] = []
    while len(words) > _MIN_OWN_WORDS and (words[0].is_acronym or is_country(words[0].key)):
        pieces.append([words.pop(0)])  # "WTO Appellate Body"
    if words and words[-1].key not in INSTITUTION_WORDS and words[0].key not in INSTITUTION_WORDS:
        pieces.append([])
        for word in words:
            if is_country(word.key):
                pieces += [[word], []]
            else:
                pieces[-1].append(word)
    else:
        pieces.append(words)
    for piece in map(_trim, pieces):
        is_initial = begins_sentence and piece[:1] == list(run[:1])
        if (
            piece
            and not all(word.key in INSTITUTION_WORDS for word in piece)
            and not all(word.key in _DAYS for word in piece)
            and _is_certain(piece, is_initial)
        ):
            yield Name(tuple(piece))


def _trim(words: Sequence[NameWord]) -> list[NameWord]:
    """Without a person's title in front, and small words at the ends."""
    first, last = 0, len(words)
    while first < last and (words[first].key in TITLE_WORDS or words[first].key in SMALL_WORDS):
        first += 1
    while first < last and words[last - 1].key in SMALL_WORDS:
        last -= 1
    return list(words[first:last])


def _is_certain(words: Sequence[NameWord], is_initial: bool) -> bool:
    """Whether words in capitals are a name also where they begin a sentence."""
    if len(words) > 1:
        return True
    word = words[0]
    return len(word.key) > 1 and (
        not is_initial or is_country(word.key) or word.is_possessive or word.is_acronym
    )
