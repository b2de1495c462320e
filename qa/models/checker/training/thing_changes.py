"""Another figure, unit, day, name, product or part in what a statement says."""

import random
import re

from qa.models.checker.training.claim_rows import Changed, Statement
from qa.models.checker.training.lexicon import MONTHS, PRODUCTS, ROLES, UNITS, phrase_pattern
from qa.models.checker.training.replacing import (
    NAME,
    NOT_NAMES,
    NUMBER,
    YEAR,
    elsewhere,
    find_names,
    put,
    swap_in_rows,
)
from qa.text.overlap import stems

__all__ = ["change_date", "change_name", "change_number", "change_product", "change_role", "change_unit"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(rf"\b({'|'.join(MONTHS)})\b|\b(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b")
_SPELLED = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()


def change_number(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another figure: of the evidence, of the document, or with other digits."""
    matches = [match for match in NUMBER.finditer(text) if not YEAR.fullmatch(match.group())]
    spelled = [match for name in _SPELLED for match in phrase_pattern(name).finditer(text)]
    if not matches and not spelled:
        return None
    match = rng.choice(matches or spelled)
    if match.group().casefold() in _SPELLED:
        return put(
            text, *match.span(), rng.choice([name for name in _SPELLED if name != match.group().casefold()])
        )
    if rng.random() < 0.4:
        values = [value for value in elsewhere(NUMBER, statement, text) if not YEAR.fullmatch(value)]
        if values:
            return put(text, *match.span(), rng.choice(values))
    return put(text, *match.span(), _perturb(match.group(), rng))


def _perturb(number: str, rng: random.Random) -> str:
    digits = [index for index, letter in enumerate(number) if letter.isdigit()]
    way = rng.random()
    if len(digits) > 1 and way < 0.3:
        index = rng.choice(digits[:-1])
        following = digits[digits.index(index) + 1]
        if number[index] != number[following] and number[following] != "0":
            letters = list(number)
            letters[index], letters[following] = letters[following], letters[index]
            return "".join(letters)
    index = rng.choice(digits)
    new = rng.choice([digit for digit in "123456789" if digit != number[index]])
    return number[:index] + new + number[index + 1 :]


def change_unit(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another unit or scale."""
    del statement
    return swap_in_rows(UNITS, text, rng, only_first=True)


def change_role(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Two parties in each other's place, or another party."""
    if rng.random() < 0.6 and (changed := _exchange_names(text, rng)):
        return changed
    return swap_in_rows(ROLES, text, rng) or _exchange_names(text, rng) or _actor(statement, text, rng)


def _exchange_names(text: str, rng: random.Random) -> Changed | None:
    names = find_names(text)
    pairs = [
        (a, b)
        for index, a in enumerate(names)
        for b in names[index + 1 :]
        if a.group() != b.group()
        and not re.fullmatch(r",? ?(and|or|,|of|in|'s)? ?(the )?", text[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    new = text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]
    shift = len(b.group()) - len(a.group())
    return Changed(
        new,
        ((a.start(), a.start() + len(b.group())), (b.start() + shift, b.start() + shift + len(a.group()))),
    )


def _actor(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another name of the document does it: the subject of the sentence."""
    match = NAME.match(text)
    names = [name for name in elsewhere(NAME, statement, text) if name not in NOT_NAMES | set(MONTHS)]
    return (
        put(text, *match.span(), rng.choice(names))
        if match and names and match.group() not in NOT_NAMES
        else None
    )


def change_date(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another year, month or day of the week."""
    years, days = list(YEAR.finditer(text)), list(_DAY.finditer(text))
    if not years and not days:
        return None
    match = rng.choice(years + days)
    if match.group().isdigit():
        others = elsewhere(YEAR, statement, text)
        if others and rng.random() < 0.5:
            return put(text, *match.span(), rng.choice(others))
        return put(text, *match.span(), str(int(match.group()) + rng.choice((-10, -3, -2, -1, 1, 2, 3, 10))))
    row = MONTHS if match.group() in MONTHS else _DAYS
    return put(text, *match.span(), rng.choice([name for name in row if name not in text]))


def change_name(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Another name of the evidence or the document."""
    names = find_names(text)
    if not names:
        return None
    match = rng.choice(names)
    taken = stems(text)
    others = [
        name
        for name in elsewhere(NAME, statement, text)
        if name not in NOT_NAMES and name not in MONTHS and not stems(name) & taken
    ]
    alike = [name for name in others if (" " in name) == (" " in match.group())]
    return put(text, *match.span(), rng.choice(alike or others)) if others else None


def change_product(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """Other goods, or another noun of the document."""
    matches = [
        match for name in PRODUCTS if name in text.casefold() for match in phrase_pattern(name).finditer(text)
    ]
    if not matches:
        return _other_word(statement, text, rng)
    match = rng.choice(matches)
    there = [
        name for name in PRODUCTS
        if any(name in line.casefold() for line in (*statement.evidence, *statement.others))
        and name not in text.casefold()
    ]  # fmt: skip
    new = rng.choice(there) if there and rng.random() < 0.6 else rng.choice(PRODUCTS)
    return put(text, *match.span(), new)


def _other_word(statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """A noun after an article for another of the document, of the same number."""
    pattern = re.compile(
        r"(?<=\b(?:the|its|his|her|our) )[a-z]{4,}(?= (?:of|in|on|at|for|from|to|was|were|is|are|has)\b"
        r"|[.,;])"
        r"|(?<=\ba )[a-z]{4,}(?=[.,;]| (?:of|in|for)\b)"
    )
    matches = list(pattern.finditer(text))
    if not matches:
        return None
    match = rng.choice(matches)
    words = [
        word for word in elsewhere(pattern, statement, text)
        if word.endswith("s") == match.group().endswith("s") and not stems(word) & stems(text)
    ]  # fmt: skip
    return put(text, *match.span(), rng.choice(words)) if words else None
