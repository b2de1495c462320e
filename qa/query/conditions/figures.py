"""Figures with their units, as texts write them, and the units that a question asks for."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.text.terms import stem

__all__ = [
    "CURRENCIES",
    "MEASURED",
    "Figure",
    "find_figures",
    "find_units",
    "measures",
    "share_unit",
    "unit_kind",
]

# Kinds of units; those of one kind can be converted into one another, currencies can't.
_UNITS = {
    "percent": "% percent percentage percentages per-cent percents",
    "mass": "t tonne tonnes ton tons kg kilogram kilograms kilogramme kilo kilos kilotons kilotonnes kt mt "
    "gram grams quintal quintals carat carats ounce ounces bushel bushels",
    "volume": "m3 m³ bcm mcm cubic litre litres liter liters gallon gallons barrel barrels hectolitre "
    "hectolitres hectoliter hectoliters hl",
    "power": "kw mw gw kilowatt kilowatts megawatt megawatts gigawatt gigawatts",
    "energy": "kwh mwh gwh twh joules petajoules btu",
    "length": "km metre metres meter meters feet nautical kilometre kilometres kilometer kilometers mile "
    "miles",
    "area": "hectare hectares acre acres square",
    "time": "second seconds minute minutes hour hours day days week weeks month months year years decade "
    "decades",
    "dollar": "$ dollar dollars usd cad us$ c$ cent cents",
    "euro": "€ euro euros eur",
    "pound": "£ pounds gbp sterling",
    "yen": "¥ yen jpy",
    "yuan": "yuan renminbi rmb cny",
    "peso": "peso pesos mxn",
    "crown": "crown crowns krona kronor krone kroner koruna",
    "florin": "florin florins", "lira": "lira lire liras", "franc": "franc francs chf",
    "rupee": "rupee rupees inr", "real": "reais", "won": "", "rouble": "rouble roubles ruble rubles",
    "rand": "rand", "dinar": "dinar dinars", "shilling": "shilling shillings", "mark": "marks",
}  # fmt: skip
_KINDS = {word: kind for kind, words in _UNITS.items() for word in words.split()}
# How many of its kind's smallest a unit is: "0.7 GW" are 700 MW.
_FACTORS = {
    word: factor
    for factor, words in (
        (1e3, "mw megawatt megawatts mwh t tonne tonnes ton tons"),
        (1e6, "gw gigawatt gigawatts gwh kt kilotons kilotonnes"),
        (1e9, "twh mt"),
        (1e2, "quintal quintals"),
    )
    for word in words.split()
}
CURRENCIES = frozenset(
    "dollar euro pound yen yuan peso crown florin lira franc rupee real won rouble rand dinar shilling mark"
    "".split()
)
_MONEY = CURRENCIES | {"money"}
# What is measured; people, ships and the like are counted.
MEASURED = frozenset(_UNITS) - {"time"} | {"money"}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "thousands": 1e3,
    "millions": 1e6, "billions": 1e9, "k": 1e3, "mn": 1e6, "bn": 1e9, "m": 1e6, "tn": 1e12,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?P<sign>(?:US|C|A|CA)?[$€£¥]\s?)?"
    r"(?<![\w.,])(?P<digits>\d{1,3}(?:[, \u00a0\u202f']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:(?P<scale>[ -](?:hundred|thousand|million|billion|trillion)s?|\s?(?:bn|mn|tn)|k|m)\b)?"
    r"(?P<between>\s?|-| of | more | metric | short | long | Canadian | U\.S\. | US | American | new )"
    r"(?P<unit>[%$€£¥]|percentage points?|[^\W\d_][\w³-]*)?"
)
_WORTH = re.compile(r"[’']s?(?= worth\b)")
_SPOKEN_UNIT = re.compile(r"[^\W\d_][\w³]*|[%$€£¥]|m³")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a text: its value with the scale, the kind of its unit or the stem of what it counts.

    `kind` is "" where no word follows; `factor` tells units of a kind apart.
    """

    value: float
    kind: str
    start: int
    end: int
    factor: float = 1.0

    @property
    def is_measured(self) -> bool:
        """Whether it has a unit of measure, time aside."""
        return self.kind in MEASURED

    def is_equal(self, other: "Figure") -> bool:
        """Whether both are the same amount, as far as their units are told."""
        if self.is_measured and share_unit(self.kind, other.kind):
            return math.isclose(self.value * self.factor, other.value * other.factor)
        is_open = not (self.kind and other.kind and self.is_measured)
        return is_open and math.isclose(self.value, other.value)


def share_unit(first: str, second: str) -> bool:
    """Whether two kinds are one; "money" is any currency."""
    return first == second or ("money" in (first, second) and {first, second} <= _MONEY)


def unit_kind(text: str) -> str:
    """The kind of unit that words name ("million florins"), or the stem of what they count."""
    words = [word.casefold() for word in _SPOKEN_UNIT.findall(text)]
    known = [_KINDS[word] for word in words if word in _KINDS]
    counted = [word for word in words if word not in _SCALES]
    if known:
        return known[0]
    return stem(counted[-1]) if counted else ""


def measures(behind: str) -> bool:
    """Whether what stands behind a figure begins with a unit of measure or a scale."""
    word = re.match(r" ([^\W\d_]+)", behind)
    return word is not None and (_KINDS.get(word[1].casefold()) in MEASURED or word[1].casefold() in _SCALES)


def find_units(text: str) -> Iterator[tuple[str, int, int]]:
    """The units of measure that a text names, with or without a figure, with their places."""
    for match in re.finditer(r"[^\W\d_][\w³]*|[%$€£¥]", text):
        kind = _KINDS.get(match[0].casefold())
        if kind in MEASURED and (len(match[0]) > 1 or not match[0].isalpha()):
            yield str(kind), match.start(), match.end()


def find_figures(text: str) -> list[Figure]:
    """The figures that a text has in digits, in order, years among them."""
    return list(_find_figures(text))


def _find_figures(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        digits = re.sub(r"[, \u00a0\u202f'](?=\d{3}(?!\d))", "", match["digits"]).replace(",", ".")
        scale = (match["scale"] or "").strip(" -").casefold()
        value = float(digits) * _SCALES.get(scale, _SCALES.get(scale.removesuffix("s"), 1.0))
        unit = (match["unit"] or "").casefold()
        kind = "dollar" if (sign := (match["sign"] or "").strip()).endswith("$") else _KINDS.get(sign, "")
        end = match.end("scale") if match["scale"] else match.end("digits")
        if not kind and unit:
            kind = "percent" if unit.startswith("percentage") else _KINDS.get(unit, "")
            if unit == "per" and text[match.end() : match.end() + 5] == " cent":
                kind, end = "percent", match.end() + 5
            elif kind:
                end = match.end()
            elif _WORTH.match(text, match.end()):
                kind = "money"
            else:
                kind = stem(unit)
        yield Figure(value, kind, match.start(), end, _FACTORS.get(unit, 1.0))
