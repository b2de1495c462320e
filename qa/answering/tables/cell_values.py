"""What cells hold: figures, nothing, or words."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

__all__ = ["format_number", "is_blank", "is_decimal_comma", "is_short_value", "parse_number", "with_unit"]

_BLANK = re.compile(
    r"[\s\-–—−.…:*/]*|\(?n\.?\s?[/.]?\s?a\.?\)?|not available|not applicable|unavailable|confidential|"
    r"unknown|no data|missing|\((?:X|D|S|Z|NA|-|–|—)\)|x|c|…",
    re.IGNORECASE,
)
_NIL = re.compile(r"nil|none|zero|nothing", re.IGNORECASE)
_MARKS = re.compile(r"[\[(]\w{1,2}[\])]|[*†‡§#¹²³⁴⁵⁶⁷⁸⁹⁰]+|(?<=\d)\s?[a-eprs]$")
# "14875 r", "33.9 p": revised or provisional, as a letter says.
_REVISED = re.compile(r"[\d., ]*\d\s?[a-eprs]")
_NUMBER = re.compile(
    r"(?P<sign>[-–−+]?)\s?(?P<before>(?:[A-Z]{1,3})?[$€£¥₹])?\s?(?P<minus>[-–−]?)"
    r"(?P<digits>\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)\s?"
    r"(?P<scale>thousand|million|billion|trillion|[kmb]n?|trn?)?\s?"
    r"(?P<after>%|per ?cent|pp|percentage points|[$€£¥]|[^\W\d_][^\d_]{0,30})?",
    re.IGNORECASE,
)
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3},\d")
_DECIMAL_POINT = re.compile(r"\d\.\d{1,2}(?!\d)|\d,\d{3}\.\d|\d\.\d{4,}")
_MAX_SHORT_CHARS = 60


def is_blank(text: str) -> bool:
    """Whether a cell has no value: it is empty, or holds only a dash, dots, a colon, "n.a." or the like."""
    return _BLANK.fullmatch(text.strip()) is not None


def is_short_value(text: str) -> bool:
    """Whether a cell holds a figure, alone or with a few words."""
    return len(text) <= _MAX_SHORT_CHARS and (
        any(map(str.isdigit, text)) or bool(_NIL.fullmatch(text.strip()))
    )


def is_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether the figures of a table have a comma before their decimals."""
    texts = list(texts)
    return any(map(_DECIMAL_COMMA.search, texts)) and not any(map(_DECIMAL_POINT.search, texts))


def parse_number(text: str, *, decimal_comma: bool = False) -> tuple[Decimal, str] | None:
    """The figure that a cell holds, scaled up where the cell says a scale, and what it is counted in there.

    Brackets around a figure and minus signs make it negative. None where a cell holds more than a figure.
    """
    stripped = text.strip()
    if _NIL.fullmatch(stripped):
        return Decimal(0), ""
    is_negative = bool(re.fullmatch(r"\(\s?[$€£¥]?\d[\d,. ]*%?\s?\)", stripped))
    plain = stripped.strip("() ") if is_negative else _MARKS.sub("", stripped).strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    digits = re.sub(r"[ '’\u00a0\u202f]", "", match["digits"])
    if decimal_comma or digits.count(".") > 1 or re.search(r"\.\d{3},", digits):
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    value = value.scaleb(_SCALES.get((match["scale"] or "").lower(), 0))
    if is_negative or match["minus"] or (match["sign"] or "") in tuple("-–−"):
        value = -value
    return value, f"{match['before'] or ''}{match['after'] or ''}"


def format_number(value: Decimal, *, grouped: bool) -> str:
    """A figure without needless zeros, with commas between thousands where `grouped`."""
    plain = value.normalize()
    plain = plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
    return f"{plain:,f}" if grouped else f"{plain:f}"


def with_unit(value: str, unit: str | None) -> str:
    """A cell's own text with the unit behind it, where it says none itself; without the mark of a note."""
    if _REVISED.fullmatch(value.strip()):
        value = _MARKS.sub("", value).strip()
    if not unit or re.search(r"[%$€£¥]|[^\W\d_]{2,}", re.sub(r"[\[(]\w{1,3}[\])]", "", value)):
        return value
    mark = re.fullmatch(r"(?P<mark>(?:[A-Z]{1,3}\s?)?[$€£¥])\s?(?P<scale>\w+)?", unit)
    if mark:
        return f"{mark['mark']}{value} {mark['scale'] or ''}".rstrip()
    return f"{value}%" if unit == "%" else f"{value} {unit}"
