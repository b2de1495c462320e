"""Numbers of spreadsheets as they are shown: by the cell's number format, dates in ISO form."""

import operator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from qa.parsers.office.format_sections import Section, parse_sections

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
    12: "# ?/?",
    13: "# ??/??",
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
    41: '#,##0;(#,##0);"-"',
    42: '$#,##0;$(#,##0);$"-"',
    43: '#,##0.00;(#,##0.00);"-"',
    44: '$#,##0.00;$(#,##0.00);$"-"',
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

_OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def plain_number(text: str, code: str) -> str:
    """A number that stands in a file as text, shown by a number format; what is no number stays as it is."""
    try:
        return format_number(float(text), code)
    except ValueError:
        return text


def format_number(value: float, code: str, *, is_1904: bool = False) -> str:
    """A cell's number as its format shows it, dates and times in ISO form.

    `is_1904` says that the workbook counts its days from 1904. A number that its format hides is shown.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    section, number = _choose_section(parse_sections(code), value)
    if section is None or section.is_hidden:
        return _format_general(value)
    if section.date_letters:
        return _format_date(value, section.date_letters, is_1904) or _format_general(value)
    if section.is_text:
        return section.prefix.strip()
    if section.is_general:
        return f"{section.prefix}{_format_general(number)}{section.suffix}".strip()
    if section.denominator:
        return _format_fraction(number, section)
    return _format_number(number, section)


def _choose_section(sections: tuple[Section, ...], value: float) -> tuple[Section | None, float]:
    """The section for a value, and the value without the sign that the section writes itself."""
    for index, section in enumerate(sections[:3]):
        if section.condition is not None:
            symbol, limit = section.condition
            if _OPERATORS[symbol](value, limit):
                writes_sign = symbol in ("<", "<=") and limit <= 0 and (section.prefix or section.suffix)
                return section, abs(value) if writes_sign else value
        elif index == len(sections[:3]) - 1 or (index == 0 and value > 0):
            # The last one is for the rest: of two, what is negative.
            return section, value if index == 0 or _lacks_sign(section, sections[0]) else abs(value)
        elif index == 0 and len(sections) == 2 and value == 0 and sections[1].condition is None:
            return section, value
        elif index == 1 and value < 0:
            return section, value if _lacks_sign(section, sections[0]) else -value
    return None, value


def _lacks_sign(section: Section, positive: Section) -> bool:
    """Whether only a colour tells a section's negative numbers from positive ones."""
    return section.is_coloured and (section.prefix, section.suffix) == (positive.prefix, positive.suffix)


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
    shortest = repr(value)
    if len(shortest) <= _QUOTIENT_DIGITS + 1 and "e" not in shortest:
        return shortest
    if abs(value) >= 1e21 or (value and abs(value) < 1e-9):
        return format(value, ".6g")
    number = Decimal(format(value, f".{_SIGNIFICANT_DIGITS}g"))
    if number != number.to_integral_value() and len(number.normalize().as_tuple().digits) > _QUOTIENT_DIGITS:
        number = Decimal(format(value, ".10g"))
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _format_number(value: float, section: Section) -> str:
    try:
        number = (
            Decimal(format(value, f".{_SIGNIFICANT_DIGITS}g"))
            * 100**section.percents
            / 1000**section.thousands
        )
        if section.exponent_digits:
            mantissa, _, exponent = f"{number:.{section.decimals or 0}E}".partition("E")
            exponent = exponent[0] + exponent[1:].rjust(section.exponent_digits, "0")
            return f"{section.prefix}{mantissa}E{exponent}{section.suffix}".strip()
        step = Decimal(1).scaleb(-(section.decimals or 0))
        number = number.quantize(step, ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a number has room for
        return _format_general(value)
    text = format(abs(number), "," if section.has_groups else "f")
    if section.optional_decimals and "." in text:
        required_chars = len(text) - section.optional_decimals
        text = text[:required_chars] + text[required_chars:].rstrip("0")
    integer_part, point, fraction = text.rstrip(".").partition(".")
    integer_part = integer_part.rjust(section.min_integer_digits, "0")
    if section.integer_template:
        integer_part = _fill_template(integer_part, section.integer_template)
    sign = "-" if number < 0 else ""
    return f"{sign}{section.prefix}{integer_part}{point}{fraction}{section.suffix}".strip()


def _fill_template(digits: str, template: tuple[str, ...]) -> str:
    """Digits with texts between them, as in a code of 0000"."00"."00, filled from the right."""
    pieces: list[str] = []
    remaining = digits
    for place in reversed(template):
        if place:
            pieces.append(place if remaining else "")
        else:
            pieces.append(remaining[-1:])
            remaining = remaining[:-1]
    return remaining + "".join(reversed(pieces))


def _format_fraction(value: float, section: Section) -> str:
    number = abs(Fraction(value) * 100**section.percents)
    if section.denominator > 0:
        numerator, denominator = round(number * section.denominator), section.denominator
    else:
        # Quotients of small numbers, not what their binary fractions are.
        nearest = number.limit_denominator(-section.denominator)
        numerator, denominator = nearest.numerator, nearest.denominator
    whole = 0
    if section.has_whole_part or not numerator % denominator:
        whole, numerator = divmod(numerator, denominator)
    pieces = [str(whole)] if whole or not numerator else []
    pieces += [f"{numerator}/{denominator}"] if numerator else []
    sign = "-" if value < 0 and pieces != ["0"] else ""
    return f"{sign}{section.prefix}{' '.join(pieces)}{section.suffix}".strip()


def _format_date(value: float, letters: str, is_1904: bool) -> str:
    """In ISO form, as far as the format shows it: a year, a month, a day, a time."""
    if letters.startswith("["):
        return _format_duration(value, letters)
    if not 0 <= value <= _LAST_DAY:
        return ""
    days = value + 1 if not is_1904 and value < _MARCH_1_1900 - 1 else value
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(days * 86400))
    has_time = bool(set(letters) & set("hs"))
    time = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if not set(letters) & set("yd") and (has_time or "m" not in letters):
        return time
    if value < 1 and not is_1904:
        # Days count from 1: a time without a day, or nothing at all, which programs show as January 0.
        return time if has_time and value else ""
    if "d" in letters:
        day = moment.date().isoformat()
    else:
        day = f"{moment.year:04}-{moment.month:02}" if "m" in letters else f"{moment.year:04}"
    return f"{day} {time}" if has_time and (moment.hour or moment.minute or moment.second) else day


def _format_duration(value: float, letters: str) -> str:
    """Hours, minutes or seconds that go on beyond a day, by the letter in brackets."""
    sign = "-" if value < 0 else ""
    seconds = round(abs(value) * 86400)
    if letters[1] == "s":
        return f"{sign}{seconds}"
    minutes, rest = divmod(seconds, 60)
    if letters[1] == "m":
        return f"{sign}{minutes}:{rest:02}" if "s" in letters else f"{sign}{minutes}"
    text = f"{sign}{minutes // 60}:{minutes % 60:02}" if "m" in letters else f"{sign}{minutes // 60}"
    return f"{text}:{rest:02}" if "s" in letters else text
