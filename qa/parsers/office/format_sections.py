"""The number formats of spreadsheets, parsed: how the numbers of a cell are to be shown."""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Section", "parse_sections"]

_MAX_DECIMALS = 30
# Quoted text, an escaped letter, what stands in brackets, a gap as wide as a letter, a filling letter.
_FORMAT_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|\[([^\]]*)\]?|_(.)|\*(.)|(General)|(.)', re.DOTALL | re.IGNORECASE
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*([-+]?\d+(?:\.\d+)?(?:E[-+]?\d+)?)", re.IGNORECASE)
_FRACTION = re.compile(r"(?:([0#?]{1,15})[^0#?/]{0,15})??([0#?]{1,15})\s{0,9}/\s{0,9}([1-9]\d{0,9}|[0#?]+)")
_EXPONENT = re.compile(r"E([+-])([0#?]*)", re.IGNORECASE)
_DATE_LETTERS = frozenset("ymdhs")
_PLACEHOLDERS = frozenset("0#?")
_MAX_DENOMINATOR_DIGITS = 4

_Token = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a format: the texts around the number and how it is written between them."""

    condition: tuple[str, float] | None = None
    prefix: str = ""
    suffix: str = ""
    decimals: int | None = None  # None: as many as it has
    optional_decimals: int = 0  # of the decimals, those that are left out when they are 0
    min_integer_digits: int = 0
    integer_template: tuple[str, ...] = ()  # "" for a digit, else a text between digits; () without such
    has_groups: bool = False
    percents: int = 0
    thousands: int = 0
    exponent_digits: int = 0  # 0: it is not scientific
    denominator: int = 0  # what a fraction is counted in; below 0, the highest that it may have
    has_whole_part: bool = False
    is_general: bool = False
    is_hidden: bool = False
    is_text: bool = False  # a text instead of the number
    is_coloured: bool = False  # and nothing else marks what is negative
    date_letters: str = ""  # y, m, d, h and s of a date's format


@lru_cache(maxsize=1000)
def parse_sections(code: str) -> tuple[Section, ...]:
    """The sections of a format: for what is positive, negative, zero, and text, or by their conditions."""
    sections: list[list[tuple[str, str]]] = [[]]
    for quoted, escaped, bracket, _, _, general, letter in _FORMAT_TOKEN.findall(code[:1000]):
        if letter == ";":
            sections.append([])
        elif quoted or escaped:
            sections[-1].append(("text", quoted or escaped))
        elif bracket:
            sections[-1].append(("bracket", bracket))
        elif general:
            sections[-1].append(("general", general))
        elif letter:
            sections[-1].append(("letter", letter))
    return tuple(_parse_section(tokens) for tokens in sections[:4])


def _parse_section(tokens: list[_Token]) -> Section:
    condition = next(
        (
            (match[1], float(match[2]))
            for token_type, text in tokens
            if token_type == "bracket" and (match := _CONDITION.fullmatch(text.strip()))
        ),
        None,
    )
    letters = "".join(text for token_type, text in tokens if token_type == "letter")
    if date_letters := _find_date_letters(tokens, letters):
        return Section(condition=condition, date_letters=date_letters)
    is_general = any(token_type == "general" for token_type, _ in tokens)
    prefix, suffix = _find_affixes(tokens)
    if is_general or "@" in letters:
        return Section(
            condition=condition,
            is_general=True,
            prefix=prefix if is_general else "",
            suffix=suffix if is_general else "",
        )
    if not set(letters) & _PLACEHOLDERS or (prefix.strip() and set(letters) & _PLACEHOLDERS == {"?"}):
        # A text such as "-" for nothing, perhaps with gaps as wide as digits.
        is_text = bool(prefix.strip())
        return Section(condition=condition, is_text=is_text, is_hidden=not is_text, prefix=prefix)
    if fraction := _FRACTION.search(letters):
        return _parse_fraction(fraction, condition, prefix, suffix)
    return _parse_digits(tokens, letters, condition, prefix, suffix)


def _parse_fraction(
    fraction: re.Match[str], condition: tuple[str, float] | None, prefix: str, suffix: str
) -> Section:
    lower = fraction[3]
    digits = min(len(lower), _MAX_DENOMINATOR_DIGITS)
    return Section(
        condition=condition,
        prefix=prefix,
        suffix=suffix,
        denominator=int(lower[:9]) if lower[0] not in _PLACEHOLDERS else 1 - 10**digits,
        has_whole_part=bool(fraction[1]),
    )


def _parse_digits(
    tokens: list[_Token], letters: str, condition: tuple[str, float] | None, prefix: str, suffix: str
) -> Section:
    exponent = _EXPONENT.search(letters)
    digits = "".join(
        letter for letter in letters[: exponent.start() if exponent else None] if letter in "0#?.,"
    )
    integer_part, _, fraction = digits.partition(".")
    decimals = min(sum(letter in _PLACEHOLDERS for letter in fraction), _MAX_DECIMALS)
    scaling_commas = sum(len(part) - len(part.rstrip(",")) for part in (integer_part, fraction))
    return Section(
        condition=condition,
        prefix=prefix,
        suffix=suffix,
        decimals=decimals,
        optional_decimals=min(sum(letter in "#?" for letter in fraction), decimals),
        min_integer_digits=min(integer_part.count("0"), _MAX_DECIMALS),
        integer_template=_find_template(tokens),
        has_groups="," in integer_part.rstrip(","),
        percents=min(letters.count("%"), 2),
        thousands=min(scaling_commas, 4),
        exponent_digits=max(1, len(exponent[2])) if exponent else 0,
        is_coloured=not set(prefix + suffix) & set("-−–(") and _has_colour(tokens),
    )


def _has_colour(tokens: list[_Token]) -> bool:
    return any(token_type == "bracket" and text.isalnum() and text.isascii() for token_type, text in tokens)


def _find_template(tokens: list[_Token]) -> tuple[str, ...]:
    """The places of the integer part where texts stand between its digits; () where none do."""
    places: list[str] = []
    for token_type, text in tokens:
        if token_type == "letter" and text == ".":
            break
        if token_type == "letter" and text in _PLACEHOLDERS:
            places.append("")
        elif places and (token_type == "text" or (token_type == "letter" and text not in ",%Ee+")):
            places.append(text)
    while places and places[-1]:
        places.pop()
    return tuple(places) if any(places) else ()


def _find_date_letters(tokens: list[_Token], letters: str) -> str:
    """The letters of a date's or time's format, "[" before those of a duration; "" if it is none."""
    date_letters = "".join(letter for letter in letters.casefold() if letter in _DATE_LETTERS)
    for token_type, text in tokens:
        if token_type == "bracket" and text and set(text.casefold()) <= set("hms"):
            return "[" + text.casefold() + date_letters
    return "" if set(letters) & {"0", "#", "?"} and "." not in letters else date_letters


def _find_affixes(tokens: list[_Token]) -> tuple[str, str]:
    """The text before the first and after the last digit of the number."""
    digits = [
        index
        for index, (token_type, text) in enumerate(tokens)
        if token_type == "general" or (token_type == "letter" and text in _PLACEHOLDERS)
    ]
    # A fraction's denominator may be a number of its own.
    slash = next((index for index, token in enumerate(tokens) if token == ("letter", "/")), None)
    if digits and slash is not None:
        digits += [index for index in range(slash, len(tokens)) if tokens[index][1].isdecimal()]
    first, last = (digits[0], digits[-1]) if digits else (len(tokens), len(tokens))
    has_point = False
    affixes = ["", ""]
    previous_letter = " "
    for index, (token_type, text) in enumerate(tokens):
        side = int(index > first)
        has_point = has_point or (token_type, text) == ("letter", ".")
        # Between the digits of the integer part, texts have places of their own.
        is_between = first <= index <= last and not has_point
        if is_between and token_type != "bracket":
            pass
        elif token_type == "text":
            affixes[side] += text
        elif token_type == "bracket" and text.startswith("$"):
            affixes[side] += text[1:].partition("-")[0]
        elif token_type == "letter" and text not in "0#?.,Ee@/" and previous_letter not in "Ee":
            affixes[side] += text
        previous_letter = text if token_type == "letter" else " "
    return affixes[0], affixes[1]
