"""Numbers of spreadsheets as they are shown: by the cell's number format, dates in ISO form."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

__all__ = ["BUILT_IN_FORMATS", "plain_number", "short_moment", "shown_number"]

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
_FIRST_SOUND_DAY = 61  # before it days count from one later: 1900 was no leap year
_DIGITS = 15  # that a number keeps
_LONG = 12  # significant digits from which a fraction is a quotient, not something that was typed
_MAX_DECIMALS = 30

# Quoted text, an escaped letter, what stands in brackets, a gap as wide as a letter, a filling letter.
_PIECE = re.compile(r'"([^"]*)"?|\\(.)|\[([^\]]*)\]?|_(.)|\*(.)|(General)|(.)', re.DOTALL | re.IGNORECASE)
_DATE_LETTERS = frozenset("ymdhs")
_PLACEHOLDERS = frozenset("0#?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One section of a format: the texts around the number and how it is written between them."""

    before: str = ""
    after: str = ""
    decimals: int | None = None  # None: as many as it has
    optional: int = 0  # of the decimals, those that are left out when they are 0
    whole: int = 0  # digits before the point, at least
    has_groups: bool = False
    percents: int = 0
    thousands: int = 0
    is_scientific: bool = False
    is_general: bool = False
    is_hidden: bool = False
    date: str = ""  # the letters y, m, d, h and s of a date's format


def plain_number(text: str, code: str) -> str:
    """A number that stands in a file as text, shown by a number format; what is no number stays as it is."""
    try:
        return shown_number(float(text), code)
    except ValueError:
        return text


def shown_number(value: float, code: str, *, is_1904: bool = False) -> str:
    """A cell's number as its format shows it, dates and times in ISO form.

    `is_1904` says that the workbook counts its days from 1904.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    sections = _sections(code)
    section, number = sections[0], value
    if len(sections) > 2 and value == 0:
        section = sections[2]
    elif len(sections) > 1 and value < 0:
        section, number = sections[1], -value
    if section.date:
        return _date(value, section.date, is_1904) or _general(value)
    if section.is_hidden:
        # "Don't show it": the value is there all the same.
        return _general(value)
    if section.is_general:
        return f"{section.before}{_general(number)}{section.after}".strip()
    return _written(number, section)


def short_moment(text: str) -> str:
    """An ISO date with a time, as shortly as it can be said: without midnight and without no seconds."""
    day, _, time = text.strip().rstrip("Z").replace("T", " ").partition(" ")
    time = time.partition(".")[0]
    time = time.removesuffix(":00") if time.count(":") > 1 else time
    return f"{day} {time}" if time and time != "00:00" else day


def _general(value: float) -> str:
    """All digits that were typed, without the noise of binary fractions."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e21 or (value and abs(value) < 1e-9):
        return format(value, ".6g")
    number = Decimal(format(value, f".{_DIGITS}g"))
    if number != number.to_integral_value() and len(number.normalize().as_tuple().digits) > _LONG:
        number = Decimal(format(value, ".10g"))
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(value: float, section: _Section) -> str:
    try:
        number = Decimal(format(value, f".{_DIGITS}g")) * 100**section.percents / 1000**section.thousands
        if section.is_scientific:
            return f"{section.before}{number:.{section.decimals or 0}E}{section.after}".strip()
        step = Decimal(1).scaleb(-(section.decimals or 0))
        number = number.quantize(step, ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a number has room for
        return _general(value)
    text = format(abs(number), "," if section.has_groups else "f")
    if section.optional and "." in text:
        kept = len(text) - section.optional
        text = text[:kept] + text[kept:].rstrip("0")
    head, point, tail = text.rstrip(".").partition(".")
    text = head.rjust(section.whole, "0") + point + tail
    sign = "-" if number < 0 else ""
    return f"{sign}{section.before}{text}{section.after}".strip()


def _date(value: float, letters: str, is_1904: bool) -> str:
    """In ISO form, as far as the format shows it: a year, a month, a day, a time."""
    if letters.startswith("["):
        seconds = round(value * 86400)
        hours, rest = divmod(abs(seconds), 3600)
        return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02}" + (
            f":{rest % 60:02}" if rest % 60 else ""
        )
    if not 0 <= value <= _LAST_DAY:
        return ""
    days = value + 1 if not is_1904 and value < _FIRST_SOUND_DAY - 1 else value
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
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[tuple[str, str]]] = [[]]
    for quoted, escaped, bracket, _, _, general, letter in _PIECE.findall(code[:1000]):
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
    return tuple(_section(pieces) for pieces in sections[:4])


def _section(pieces: list[tuple[str, str]]) -> _Section:
    letters = "".join(letter for kind, letter in pieces if kind == "letter")
    if date := _date_letters(pieces, letters):
        return _Section(date=date)
    if not pieces:
        return _Section(is_hidden=True)
    general = any(kind == "general" for kind, _ in pieces)
    if general or "@" in letters or "/" in letters or not set(letters) & _PLACEHOLDERS:
        before, after = _around(pieces)
        if not general and "@" not in letters and "/" not in letters and before.strip():
            # A text instead of the number, such as "-" for nothing.
            return _Section(is_general=True)
        return _Section(is_general=True, before=before if general else "", after=after if general else "")
    before, after = _around(pieces)
    digits = "".join(letter for letter in letters if letter in "0#?.,E")
    is_scientific = "E" in digits
    head, _, tail = digits.partition("E")[0].partition(".")
    decimals = min(sum(letter in _PLACEHOLDERS for letter in tail), _MAX_DECIMALS)
    last = (tail or head).rstrip()
    scale = len(last) - len(last.rstrip(","))
    return _Section(
        before=before,
        after=after,
        decimals=decimals,
        optional=min(sum(letter in "#?" for letter in tail), decimals),
        whole=min(head.count("0"), _MAX_DECIMALS),
        has_groups="," in head.rstrip(","),
        percents=min(letters.count("%"), 2),
        thousands=min(scale, 4),
        is_scientific=is_scientific,
    )


def _date_letters(pieces: list[tuple[str, str]], letters: str) -> str:
    """The letters of a date's or time's format, "[" before those of a duration; "" if it is none."""
    for kind, text in pieces:
        if kind == "bracket" and text and set(text.casefold()) <= set("hms"):
            return "[" + text
    found = "".join(letter for letter in letters.casefold() if letter in _DATE_LETTERS)
    return "" if set(letters) & {"0", "#", "?"} and "." not in letters else found


def _around(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    """The text before and after the number."""
    sides = ["", ""]
    seen, last = 0, " "
    for kind, text in pieces:
        if kind == "general" or (kind == "letter" and text in _PLACEHOLDERS):
            seen = 1
        elif kind == "text":
            sides[seen] += text
        elif kind == "bracket" and text.startswith("$"):
            sides[seen] += text[1:].partition("-")[0]
        elif kind == "letter" and text not in ".,Ee@/" and last not in "Ee":
            sides[seen] += text
        last = text if kind == "letter" else " "
    return sides[0], sides[1]
