"""Numbers of spreadsheets as they are shown: by the cell's number format, dates in ISO form."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

__all__ = ["BUILT_IN_FORMATS", "format_moment", "format_number", "plain_number"]

# The formats that files refer to by number only.
BUILT_IN_FORMATS = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: "#,##0",
    42: "$#,##0",
    43: "#,##0.00",
    44: "$#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    48: "0.0E+0",
    49: "@",
}
# Formats 27 to 36 and 50 to 58 are dates in East Asian editions.
BUILT_IN_FORMATS |= dict.fromkeys([*range(27, 32), 36, *range(50, 59)], "yyyy-mm-dd")
BUILT_IN_FORMATS |= dict.fromkeys(range(32, 36), "h:mm:ss")

_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_DAY = 2_958_465  # 9999-12-31
_MARCH_1_1900 = 61  # days before it count from one later: 1900 was no leap year
_SIGNIFICANT_DIGITS = 15
_QUOTIENT_DIGITS = 12  # significant digits from which a fraction is a quotient, not something that was typed
_MAX_DECIMALS = 30

# Quoted text, an escaped letter, what stands in brackets, a gap as wide as a letter, a filling letter.
_FORMAT_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|\[([^\]]*)\]?|_(.)|\*(.)|(General)|(.)', re.DOTALL | re.IGNORECASE
)
_DATE_LETTERS = frozenset("ymdhs")
_PLACEHOLDERS = frozenset("0#?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One section of a format: the texts around the number and how it is written between them."""

    prefix: str = ""
    suffix: str = ""
    decimals: int | None = None  # None: as many as it has
    optional_decimals: int = 0  # of the decimals, those that are left out when they are 0
    min_integer_digits: int = 0
    has_groups: bool = False
    percents: int = 0
    thousands: int = 0
    is_scientific: bool = False
    is_general: bool = False
    is_hidden: bool = False
    date_letters: str = ""  # y, m, d, h and s of a date's format


def plain_number(text: str, code: str) -> str:
    """A number that stands in a file as text, shown by a number format; what is no number stays as it is."""
    try:
        return format_number(float(text), code)
    except ValueError:
        return text


def format_number(value: float, code: str, *, is_1904: bool = False) -> str:
    """A cell's number as its format shows it, dates and times in ISO form.

    `is_1904` says that the workbook counts its days from 1904.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    sections = _parse_sections(code)
    section, number = sections[0], value
    if len(sections) > 2 and value == 0:
        section = sections[2]
    elif len(sections) > 1 and value < 0:
        section, number = sections[1], -value
    if section.date_letters:
        return _format_date(value, section.date_letters, is_1904) or _format_general(value)
    if section.is_hidden:
        # "Don't show it": the value is there all the same.
        return _format_general(value)
    if section.is_general:
        return f"{section.prefix}{_format_general(number)}{section.suffix}".strip()
    return _format_number(number, section)


def format_moment(text: str) -> str:
    """An ISO date with a time, as shortly as it can be said: without midnight and without no seconds."""
    day, _, time = text.strip().rstrip("Z").replace("T", " ").partition(" ")
    time = time.partition(".")[0]
    time = time.removesuffix(":00") if time.count(":") > 1 else time
    return f"{day} {time}" if time and time != "00:00" else day


def _format_general(value: float) -> str:
    """All digits that were typed, without the noise of binary fractions."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e21 or (value and abs(value) < 1e-9):
        return format(value, ".6g")
    number = Decimal(format(value, f".{_SIGNIFICANT_DIGITS}g"))
    if number != number.to_integral_value() and len(number.normalize().as_tuple().digits) > _QUOTIENT_DIGITS:
        number = Decimal(format(value, ".10g"))
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _format_number(value: float, section: _Section) -> str:
    try:
        number = (
            Decimal(format(value, f".{_SIGNIFICANT_DIGITS}g"))
            * 100**section.percents
            / 1000**section.thousands
        )
        if section.is_scientific:
            return f"{section.prefix}{number:.{section.decimals or 0}E}{section.suffix}".strip()
        step = Decimal(1).scaleb(-(section.decimals or 0))
        number = number.quantize(step, ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a number has room for
        return _format_general(value)
    text = format(abs(number), "," if section.has_groups else "f")
    if section.optional_decimals and "." in text:
        required_chars = len(text) - section.optional_decimals
        text = text[:required_chars] + text[required_chars:].rstrip("0")
    integer_part, point, fraction = text.rstrip(".").partition(".")
    text = integer_part.rjust(section.min_integer_digits, "0") + point + fraction
    sign = "-" if number < 0 else ""
    return f"{sign}{section.prefix}{text}{section.suffix}".strip()


def _format_date(value: float, letters: str, is_1904: bool) -> str:
    """In ISO form, as far as the format shows it: a year, a month, a day, a time."""
    if letters.startswith("["):
        seconds = round(value * 86400)
        hours, rest = divmod(abs(seconds), 3600)
        return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02}" + (
            f":{rest % 60:02}" if rest % 60 else ""
        )
    if not 0 <= value <= _LAST_DAY:
        return ""
    days = value + 1 if not is_1904 and value < _MARCH_1_1900 - 1 else value
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(days * 86400))
    has_time = bool(set(letters) & set("hs"))
    time = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if not set(letters) & set("yd") and (has_time or "m" not in letters):
        return time
    if "d" in letters:
        day = moment.date().isoformat()
    else:
        day = f"{moment.year:04}-{moment.month:02}" if "m" in letters else f"{moment.year:04}"
    return f"{day} {time}" if has_time and (moment.hour or moment.minute or moment.second) else day


@lru_cache(maxsize=1000)
def _parse_sections(code: str) -> tuple[_Section, ...]:
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


def _parse_section(tokens: list[tuple[str, str]]) -> _Section:
    letters = "".join(text for token_type, text in tokens if token_type == "letter")
    if date_letters := _find_date_letters(tokens, letters):
        return _Section(date_letters=date_letters)
    if not tokens:
        return _Section(is_hidden=True)
    is_general = any(token_type == "general" for token_type, _ in tokens)
    if is_general or "@" in letters or "/" in letters or not set(letters) & _PLACEHOLDERS:
        prefix, suffix = _find_affixes(tokens)
        if not is_general and "@" not in letters and "/" not in letters and prefix.strip():
            # A text instead of the number, such as "-" for nothing.
            return _Section(is_general=True)
        return _Section(
            is_general=True, prefix=prefix if is_general else "", suffix=suffix if is_general else ""
        )
    prefix, suffix = _find_affixes(tokens)
    digits = "".join(letter for letter in letters if letter in "0#?.,E")
    is_scientific = "E" in digits
    integer_part, _, fraction = digits.partition("E")[0].partition(".")
    decimals = min(sum(letter in _PLACEHOLDERS for letter in fraction), _MAX_DECIMALS)
    last_digits = (fraction or integer_part).rstrip()
    scaling_commas = len(last_digits) - len(last_digits.rstrip(","))
    return _Section(
        prefix=prefix,
        suffix=suffix,
        decimals=decimals,
        optional_decimals=min(sum(letter in "#?" for letter in fraction), decimals),
        min_integer_digits=min(integer_part.count("0"), _MAX_DECIMALS),
        has_groups="," in integer_part.rstrip(","),
        percents=min(letters.count("%"), 2),
        thousands=min(scaling_commas, 4),
        is_scientific=is_scientific,
    )


def _find_date_letters(tokens: list[tuple[str, str]], letters: str) -> str:
    """The letters of a date's or time's format, "[" before those of a duration; "" if it is none."""
    for token_type, text in tokens:
        if token_type == "bracket" and text and set(text.casefold()) <= set("hms"):
            return "[" + text
    date_letters = "".join(letter for letter in letters.casefold() if letter in _DATE_LETTERS)
    return "" if set(letters) & {"0", "#", "?"} and "." not in letters else date_letters


def _find_affixes(tokens: list[tuple[str, str]]) -> tuple[str, str]:
    """The text before and after the number."""
    affixes = ["", ""]
    side, previous_letter = 0, " "
    for token_type, text in tokens:
        if token_type == "general" or (token_type == "letter" and text in _PLACEHOLDERS):
            side = 1
        elif token_type == "text":
            affixes[side] += text
        elif token_type == "bracket" and text.startswith("$"):
            affixes[side] += text[1:].partition("-")[0]
        elif token_type == "letter" and text not in ".,Ee@/" and previous_letter not in "Ee":
            affixes[side] += text
        previous_letter = text if token_type == "letter" else " "
    return affixes[0], affixes[1]
