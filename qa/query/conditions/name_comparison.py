"""Whether a text says a name (whole, by its acronym, by a last name), and which names are alike."""

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz.distance import Levenshtein

from qa.query.acronyms.name_matching import (
    MAX_ACRONYM_LETTERS,
    SPELLED_OUT,
    are_adjacent,
    match_initials,
    split_words,
)
from qa.query.conditions.names import (
    INSTITUTION_WORDS,
    TITLE_WORDS,
    Name,
    NameWord,
    is_name_word,
    split_name,
)
from qa.query.countries import is_country
from qa.text.terms import NUMBER_WORDS, SMALL_WORDS

__all__ = [
    "are_alike",
    "are_twins",
    "find_body",
    "find_name",
    "initials_of",
    "is_same_word",
    "is_slip",
    "says_slip_of",
    "split_body",
]

_MIN_DEMONYM_LETTERS = 5
_BEFORE_NUMBERS = frozenset("and or to no number nos numbers".split())  # of a numbered thing
_DEMONYM_ENDINGS = frozenset("n s an ian ean ese ish er ers ns ans ians i ic y".split())
_MIN_ACRONYM_LETTERS = 3
_MIN_LONG_LETTERS = 6  # of a word that may hold two slips
_MIN_SLIP_LETTERS = 5  # of a word that a name may be a slip of
_MIN_BODY_WORDS = 2  # of a name that may stand apart from whose it is
_MIN_SKIPPING_LETTERS = 5  # "CPTPP" has no letter for "Agreement"


def initials_of(name: Name) -> str | None:
    """The acronym that a name of three words or more would have, small words left out."""
    letters = [word.key[0].upper() for word in name.words if word.key not in SMALL_WORDS]
    return "".join(letters) if len(letters) >= _MIN_ACRONYM_LETTERS else None


def find_name(name: Name, text: str, words: Sequence[NameWord]) -> tuple[int, int] | None:
    """Where a text, split into `words`, says a name: its first and last offset, None where it doesn't."""
    place = _find_sequence(name.words, words)
    if place is None and len(name.words) == 1:
        place = _find_spelled_out(name.words[0].key, text)
    if place is None and len(name.words) == 1 and name.words[0].is_acronym:
        place = _find_long_form(name.words[0].key, text)
    if place is None and (acronym := initials_of(name)):
        place = next(((word.start, word.end) for word in words if word.key == acronym), None)
    if place is None and _is_person(name):
        place = _find_last_name(name, words)
    return place


def split_body(name: Name) -> tuple[Name, Name] | None:
    """The body and whose it is, of "Export Guarantee Fund of Ombria" or "Ombria Coffee Board".

    None where a name is not of that make. A text may have the two apart.
    """
    words = name.words
    if len(words) >= _MIN_BODY_WORDS + 2 and words[-2].key == "of":
        body, owner = words[:-2], words[-1]
    elif len(words) > _MIN_BODY_WORDS:
        body, owner = words[1:], words[0]
    else:
        return None
    is_body = body[-1].key in INSTITUTION_WORDS and all(word.key not in SMALL_WORDS for word in body)
    is_owner = owner.is_capitalized and not owner.is_acronym and owner.key not in INSTITUTION_WORDS
    return (Name(body), Name((owner,))) if is_body and is_owner else None


def find_body(body: Name, owner: Name, text: str, words: Sequence[NameWord]) -> tuple[int, int] | None:
    """Where a text says a body's name that is nobody else's than its owner's: not "the Bank of Dorn"."""
    place = find_name(body, text, words)
    if place is None:
        return None
    before = [word for word in words if word.end <= place[0]][-1:]
    behind = [word for word in words if word.start >= place[1]][:3]
    others = [word for word in behind[1:] if word.is_capitalized and not is_same_word(word, owner.words[0])]
    is_of_another = bool(others) and behind[0].key == "of"
    is_longer = any(
        word.end + 1 == place[0] and is_name_word(word) and not is_same_word(word, owner.words[0])
        for word in before
    )
    return None if is_of_another or is_longer else place


def _find_sequence(name: Sequence[NameWord], words: Sequence[NameWord]) -> tuple[int, int] | None:
    initials = {name[0].key[0].casefold(), name[0].key[0].upper()}
    for first, word in enumerate(words):
        if word.key[0] not in initials or not is_same_word(name[0], word):
            continue
        index = first
        for wanted in name[1:]:
            index = next(
                (
                    behind
                    for behind in range(index + 1, min(len(words), index + 2 + _gap(wanted)))
                    if is_same_word(wanted, words[behind])
                    and (behind == index + 1 or _may_skip(wanted, words[index + 1 : behind]))
                ),
                -1,
            )
            if index < 0:
                break
        if index >= 0:
            return word.start, words[index].end
    return None


def _gap(word: NameWord) -> int:
    """How many words may stand in front inside a name: "Mark J. Carney", "sections 12, 15 and 18"."""
    return 3 if _is_figure(word) else 1


def _may_skip(wanted: NameWord, skipped: Sequence[NameWord]) -> bool:
    """Whether words inside a name say nothing against it: "Round 5, Cape Coast, 2-6 July" is not round 2."""
    return not _is_figure(wanted) or all(_is_figure(word) or word.key in _BEFORE_NUMBERS for word in skipped)


def is_same_word(first: NameWord, second: NameWord) -> bool:
    """Whether two words are one name's.

    "Kestorian" and "Kestoria", "Tolvan" and "Tolvany", "Merran" and "Merrane" or "banks" and "bank" are.
    """
    # "round three" is "Round 3".
    a, b = NUMBER_WORDS.get(first.key, first.key), NUMBER_WORDS.get(second.key, second.key)
    if a[0] != b[0] and a[0].casefold() != b[0].casefold():
        return False
    if a == b or a.casefold() == b.casefold():
        return True
    if first.is_acronym or second.is_acronym:
        return a.removesuffix("s") == b.removesuffix("s")
    short, long = sorted((a, b), key=len)
    if len(short) >= _MIN_DEMONYM_LETTERS or long == f"{short}s":
        stem = short[:-1] if short[-1] in "aeoy" else short
        if long == f"{short}e" and short.endswith("an"):
            return True
        return long.startswith(stem) and (
            long.removeprefix(short) in _DEMONYM_ENDINGS or long.removeprefix(stem) in _DEMONYM_ENDINGS
        )
    return False


def _find_spelled_out(acronym: str, text: str) -> tuple[int, int] | None:
    """What trade writes short ("EVs") as a text spells it out in small letters, be it many or joined."""
    written = SPELLED_OUT.get(acronym) or SPELLED_OUT.get(acronym.upper().removesuffix("S"))
    if written is None:
        return None
    found = _spelled_out_pattern(written).search(text)
    return found.span() if found else None


@cache
def _spelled_out_pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"\b{'[ -]'.join(written.split())}s?\b", re.IGNORECASE)


def _find_long_form(acronym: str, text: str) -> tuple[int, int] | None:
    if len(acronym) < _MIN_ACRONYM_LETTERS:
        return None
    if acronym[0] not in text:
        return None
    words = split_words(text)
    skips = int(len(acronym) >= _MIN_SKIPPING_LETTERS)
    for first, word in enumerate(words):
        if word.text[0] != acronym[0]:
            continue
        for last in range(first + 1, min(len(words), first + MAX_ACRONYM_LETTERS + 4)):
            if not are_adjacent(text, words[last - 1], words[last]):
                break
            run = words[first : last + 1]
            if run[-1].is_capitalized and match_initials(acronym.casefold(), run, skips) == 0:
                return word.start, run[-1].end
    return None


def _is_person(name: Name) -> bool:
    return (
        2 <= len(name.words) <= 4
        and all(word.is_capitalized and not word.is_acronym for word in name.words)
        and not any(word.key in INSTITUTION_WORDS or is_country(word.key) for word in name.words)
    )


def _find_last_name(name: Name, words: Sequence[NameWord]) -> tuple[int, int] | None:
    """The last name, unless another first name or the like stands in front of it."""
    for index, word in enumerate(words):
        if word.key == name.words[-1].key and word.is_capitalized:
            before = words[index - 1] if index else None
            if (
                before is None
                or not is_name_word(before)
                or before.key in TITLE_WORDS
                or before.end + 1 < word.start
            ):
                return word.start, word.end
    return None


def are_alike(asked: Name, said: Name) -> bool:
    """Whether two names are those of two things that are easily taken for one another."""
    if len(asked.words) != len(said.words):
        return False
    if len(asked.words) == 1:
        first, second = asked.words[0], said.words[0]
        if not (first.is_acronym and second.is_acronym) or is_country(first.key) or is_country(second.key):
            return False
        short, long = sorted((first.key, second.key), key=len)
        most = 2 if len(short) > _MIN_ACRONYM_LETTERS or short in long else 1
        return len(short) >= _MIN_ACRONYM_LETTERS and 0 < Levenshtein.distance(short, long) <= most
    if any(_is_number(*pair) for pair in zip(asked.words, said.words, strict=True)):
        return is_same_word(asked.words[0], said.words[0])
    differing = [pair for pair in zip(asked.words, said.words, strict=True) if not is_same_word(*pair)]
    if len(differing) != 1 or is_slip(*differing[0]) or any(word.key in SMALL_WORDS for word in differing[0]):
        return False
    first, second = differing[0]
    is_first_word = first is not asked.words[-1]
    return is_first_word or (first.key in INSTITUTION_WORDS and second.key in INSTITUTION_WORDS)


def are_twins(first: Name, second: Name) -> bool:
    """Whether two names of as many words begin with the same one and go on differently."""
    return (
        len(first.words) == len(second.words)
        and is_same_word(first.words[0], second.words[0])
        and any(not is_same_word(*pair) for pair in zip(first.words, second.words, strict=True))
    )


def is_slip(first: NameWord, second: NameWord) -> bool:
    """Whether one word may be the other misspelt, or with another ending."""
    if first.is_acronym or second.is_acronym or first.key[0].isdigit():
        return False
    short, long = sorted((first.key, second.key), key=len)
    most = 2 if len(short) >= _MIN_LONG_LETTERS else 1
    has_one_stem = long.startswith(short) or short[:_MIN_LONG_LETTERS] == long[:_MIN_LONG_LETTERS]
    return has_one_stem or Levenshtein.distance(short, long) <= most


def says_slip_of(name: str, text: str) -> bool:
    """Whether a text has a word in capitals of which a name of one word may be a slip: "Canda"."""
    words = split_name(name)
    return len(words) == 1 and any(
        other.is_capitalized and len(other.key) >= _MIN_SLIP_LETTERS and is_slip(words[0], other)
        for other in split_name(text)
    )


def _is_number(first: NameWord, second: NameWord) -> bool:
    return first.key != second.key and _counts(first) and _counts(second)


def _counts(word: NameWord) -> bool:
    return _is_figure(word) or (word.is_capitalized and set(word.key.upper()) <= set("IVX"))


def _is_figure(word: NameWord) -> bool:
    return word.key[0].isdigit() or word.key in NUMBER_WORDS
