"""Captions, units and notes of tables, by the lines around them."""

import re
from collections.abc import Iterable, Sequence

from qa.text.lines import RAISED_FIGURES

__all__ = ["find_unit", "is_caption", "is_legend", "is_note", "join_caption", "states_unit"]

_MAX_CAPTION_CHARS = 250
_MAX_UNIT_CHARS = 80
_LEGEND = re.compile(r"(?:\(\w{1,3}\)|\(?[-–—.*†‡]{1,3}\)?|\w{1,2})\s*[-–—=:]\s*\w", re.IGNORECASE)
_BEFORE_UNIT = re.compile(
    r"\W*+(?:(?:all\s++)?(?:values?|figures|amounts|data|numbers)\s++(?:are\s++)?)?(?:in\s++)?(?:units?[^:=]*+[:=])?\W*+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:table|tab\.|exhibit|figure|fig\.|chart|annex|appendix|schedule)\s*[\dIVXA-Z][\w.–-]*(?=[\s.:–—-]|$)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]?$")

_SCALE = (
    r"(?:hundreds?|thousands?|millions?|billions?|trillions?|mill?\.|bill?\.|mio\.?|mln\.?|mn\.?|bln\.?|bn\.?|"
    r"['’]?000s?|1[,. ]?000(?:[,. ]?000)?s?)"
)
_CURRENCY_MARK = (
    r"(?:(?:US|C|CA|A|NZ|HK|S|R|Mex)?\$|[€£¥₹₩]|"
    r"(?:USD|EUR|GBP|CNY|RMB|JPY|CAD|AUD|MXN|BRL|INR|CHF|KRW|SEK|NOK|DKK|PLN)\b)"
)
_MEASURE = (
    r"(?:(?>(?:U\.?S\.?|current|constant|nominal|real|Canadian|Australian|metric|short|long|cubic|square|gross|"
    r"net|fine|dry|crude|board|carcass|live|chained)\s{1,9}|\d{4}\s{1,9}){0,6}"
    r"(?:dollars?|euros?|pounds?(?:\s+sterling)?|yen|yuan|renminbi|rupees?|pesos?|reais|francs?|crowns?|kron[aeo]r?|"
    r"marks?|lira|liras|roubles|rubles|rand|won|tonnes?|tons?|kilograms?|kilogrammes?|kg|grams?|ounces?|lbs?|"
    r"hl|litres?|liters?|hectolitres?|gallons?|barrels?|bushels?|bales?|bags?|head|hectares?|acres?|met(?:re|er)s?|"
    r"feet|kilomet(?:re|er)s?|miles?|units?|pieces?|items?|pairs?|carats?|cars|vehicles|containers|TEUs?|"
    r"t|kt|Mt|[kMGT]Wh?|(?:kilo|mega|giga|tera)watt(?:[- ]?hours?|s)?|joules?|BTUs?|"
    r"days?|hours?|weeks?|months?|years?|"
    r"persons?|people|workers|employees|jobs|inhabitants|cents|points|per\s?cent|percent(?:age\s+points?)?)"
    r"(?:\s+(?:per|a|an)\s+[a-z]+)?(?:(?:\s+(?:live|carcass|product|dry|fresh|landed|net|gross|raw|milk|sugar|oil))?"
    r"(?:\s+weight(?:\s+equivalents?)?|\s+equivalents?|\s+matter))?)"
)
_PERCENT = r"(?:%|per\s?cent(?:age\s+points?)?\b|percent(?:age\s+points?)?\b)"
_OF_WHAT = r"(?:\s+of\s+(?:the\s+)?[A-Za-z][A-Za-z]*(?:\s+[a-z]+){0,2})?"

# What says that it is one: "Unit: tonnes", "in thousands of barrels", "US$ million", "(percent)".
_NAMED_UNIT = re.compile(
    r"\bunits?(?:\s+of\s+(?:measure|quantity|value))?\s*[:=]\s*([^;|\n()]{1,60}?)\s*(?=[;|)\n]|\.\s|\.?$)",
    re.I,
)
_SCALED_UNIT = re.compile(
    rf"(?:{_CURRENCY_MARK}\s?{_SCALE}(?!\w)|(?<![\w.,])(?<!\d\s){_SCALE}\s+(?:of\s+)?(?:{_MEASURE}(?![\w-])|{_CURRENCY_MARK})"
    rf"|(?<![\w.,])(?<!\d\s){_SCALE}\s+of\s+[a-z]+(?:\s+[a-z]+)?)",
    re.I,
)
_STATED_UNIT = re.compile(
    rf"(?:\(|\[|[,;:–—]\s|\bin\s|^)(?:in\s+)?((?:{_MEASURE}|{_PERCENT}{_OF_WHAT}|{_CURRENCY_MARK}|{_SCALE}))\s*(?=[)\],;.]|$)",
    re.I,
)


def find_unit(lines: Iterable[str]) -> str | None:
    """The unit and scale that the first of these lines to name any gives, as it is worded there.

    Only what says that it is a unit counts: a scale with a measure ("in millions of US dollars", "US$ bn"), a
    measure in brackets, after a comma or "in", and "Unit: ...".
    """
    for line in lines:
        if match := _NAMED_UNIT.search(line):
            return match[1].strip()
        if match := _SCALED_UNIT.search(line):
            return match[0].strip()
        if match := _STATED_UNIT.search(line):
            return match[1].strip()
    return None


def is_caption(line: str) -> bool:
    """Whether the line above a table names it: by a number ("Table 3. ..."), or short and no sentence."""
    if len(line) > _MAX_CAPTION_CHARS:
        return False
    return bool(_NUMBERED.match(line)) or not _SENTENCE_END.search(line)


def states_unit(line: str) -> bool:
    """Whether a line above a table begins by saying its unit: "In millions of dollars. Rounded."."""
    first = re.split(r"[.;]\s", line, maxsplit=1)[0]
    unit = (
        find_unit([first]) if max(len(line) - _MAX_CAPTION_CHARS, len(first) - _MAX_UNIT_CHARS) <= 0 else None
    )
    return unit is not None and _BEFORE_UNIT.fullmatch(first.partition(unit)[0]) is not None


def is_legend(line: str) -> bool:
    """Whether a line explains signs of a table: "(R) - Revised. (X) - Not applicable."."""
    return _LEGEND.match(line) is not None


def join_caption(lines: Sequence[str]) -> str:
    """The lines that name a table as one; what stands above a numbered one belongs to something else."""
    first = max((index for index, line in enumerate(lines) if _NUMBERED.match(line)), default=0)
    return ". ".join(line.rstrip(".: ") for line in lines[first:])


_NOTE_NAME = re.compile(r"(?:foot)?notes?\b|sources?\b|n\.\s?b\.", re.IGNORECASE)
_NOTE_MARK = re.compile(
    r"\(?([⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[\w{1,3}\]|[*†‡§#]+|\.{2,3}|[-–—]|[a-zA-Z]{1,3}|\d{1,2})\)?(?=[\s.:/=]|$)"
)
_RAISED = str.maketrans("0123456789", RAISED_FIGURES)


def is_note(line: str, table_text: str) -> bool:
    """Whether a line below a table is a note on it: it says so, or begins with a mark that a cell bears."""
    if _NOTE_NAME.match(line):
        return True
    match = _NOTE_MARK.match(line)
    if match is None:
        return False
    mark = match[1]
    if mark.isdecimal() and mark.isascii():
        return mark.translate(_RAISED) in table_text
    if mark.isalpha() and mark.isascii():
        # "p = provisional", "a: estimate": letters alone begin many a sentence.
        names_itself = re.match(r"\s*[=:]", line[match.end() :]) is not None
        bears = re.search(rf"(?<![^\W_]){re.escape(mark)}(?![^\W_])", table_text) is not None
        return f"[{mark}]" in table_text or (names_itself and bears)
    return mark in table_text
