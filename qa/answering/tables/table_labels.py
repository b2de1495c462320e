"""Cells that name rows or columns, taken apart."""

import re
from dataclasses import dataclass

from qa.answering.tables.table_periods import Bounds, find_bounds, find_periods
from qa.answering.tables.trade_words import LIMIT, NEUTRAL, UNIT_LABEL, is_empty_word, measure_of
from qa.query.countries import country_of
from qa.query.spelling import load_english_words
from qa.schema import TableCell
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["BRACKETS", "Label", "country_of_people", "spell_out"]

BRACKETS = re.compile(r"[(\[]([^)\]]{0,200})[)\]]")
_RESTRICTS = re.compile(
    r"\b(?:of which|thereof|including|excluding|excl\.?|share|change|growth|per cent|percent|percentage|"
    r"index|rank|ratio|per)\b|%|[±∆]",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r"^\W*(?:of which|thereof|including)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"^\W*(?:others?|rest|remaining|remainder|miscellaneous|unspecified|not specified)\b", re.IGNORECASE
)
_TOTAL = re.compile(r"^\W*(?:(?:grand |sub)?total|all|world|sum|overall)\b|\btotal\W*$", re.IGNORECASE)
_UNIT_WORDS = frozenset(stem(word) for word in "of per a an each".split())
# How sure a figure is: what it is of does not show.
_STANDINGS = frozenset(map(stem, "provisional preliminary interim estimated revised actual".split()))
_FROM_DAY = re.compile(r"\b(?:from|since|until|till)(?=\W*$)", re.IGNORECASE)
_ALIASES = {
    "EU": "European Union",
    "E.U.": "European Union",
    "UK": "United Kingdom",
    "U.K.": "United Kingdom",
    "Britain": "United Kingdom",
    "Great Britain": "United Kingdom",
    "UAE": "United Arab Emirates",
    "British": "United Kingdom",
    "America": "United States",
    "American": "United States",
    "U.S.A.": "United States",
    "U.S.": "United States",
    "USA": "United States",
    "US": "United States",
    "Viet Nam": "Vietnam",
    "Republic of Korea": "South Korea",
    "Korea, Rep.": "South Korea",
    "Russian Federation": "Russia",
    "Türkiye": "Turkey",
    "Czechia": "Czech Republic",
    "Holland": "Netherlands",
    "Côte d'Ivoire": "Ivory Coast",
    "Côte d’Ivoire": "Ivory Coast",
}
_ALIAS = re.compile(
    r"(?<![\w.])(?:" + "|".join(map(re.escape, sorted(_ALIASES, key=len, reverse=True))) + r")(?!\w|\$)"
)

# What people and their things are called, as no part of a longer name ("European Union").
_ADJECTIVE = re.compile(r"\b[A-Z][a-z]+(?:sh|ch|se|an|ss|eek|ians|ans|ards)\b(?![ -][A-Z])")


@dataclass(frozen=True, slots=True)
class Label:
    """One cell that names rows or columns.

    `stems` are its words that single something out or not (`NEUTRAL`), without those in brackets, which stand
    in `aside`, and without `periods` or `bounds`, from when or until when it holds. `periods_aside` are those
    of its periods that stand in brackets beside its name ("Stage 2 (2018)").
    """

    cell: TableCell
    text: str
    stems: tuple[str, ...]
    aside: tuple[str, ...]
    periods: tuple[str, ...]
    is_total: bool
    is_other: bool
    is_code: bool
    is_unit: bool
    restricts: bool
    is_name: bool
    bounds: Bounds | None = None
    periods_aside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cell: TableCell, text: str) -> "Label":
        """The label of a cell that says this."""
        bound = find_bounds(spell_out(text))
        found = find_periods(bound[1] if bound else spell_out(text))
        plain, behind = _split_off_unit(BRACKETS.sub(" ", found.rest))
        words = [word for word in written_words(plain) if not is_empty_word(word) or word.casefold() == "all"]
        # "Final rate from" is a day, not the rate.
        words += _FROM_DAY.findall(plain) if words else []
        # "2023a", "2024 p": a lower-case letter alone is a mark.
        words = [word for word in words if len(word) > 1 or word.isdigit() or word.isupper()]
        letters = [word for word in words if word.isalpha()]
        return cls(
            cell=cell,
            text=text,
            stems=tuple(map(stem, words)),
            aside=tuple(
                stem(word) for part in (*BRACKETS.findall(found.rest), behind) for word in written_words(part)
            ),
            periods=found.names,
            is_total=bool(_TOTAL.search(plain)),
            is_other=bool(_OTHERS.search(plain)),
            is_unit=bool(words)
            and all(stem(word) in UNIT_LABEL for word in words)
            and not _OF_WHICH.search(plain),
            is_code=bool(words) and not letters and not found.names,
            restricts=bool(_RESTRICTS.search(plain)),
            is_name=len(letters) > 0 and all(word[0].isupper() for word in letters),
            bounds=bound[0] if bound else None,
            periods_aside=frozenset(
                name for part in BRACKETS.findall(text) if words for name in find_periods(part).names
            ),
        )

    @property
    def is_limit(self) -> bool:
        """Whether it says quota or the like, and nothing else but a unit."""
        words = [word for word in self.stems if word not in NEUTRAL | UNIT_LABEL]
        return bool(words) and all(measure_of(word) & LIMIT for word in words)

    @property
    def is_of_which(self) -> bool:
        """Whether it sets out a part of the row, or column, before it."""
        return _OF_WHICH.match(self.text) is not None

    @property
    def own_stems(self) -> tuple[str, ...]:
        """The words that single it out; a restricting label has no others, nor has "Provisional" alone."""
        if self.restricts or (not self.periods and _STANDINGS.issuperset(self.stems)):
            return self.stems
        return tuple(word for word in self.stems if word not in NEUTRAL)

    @property
    def is_coined(self) -> bool:
        """Whether it is a name with a word that is no English one: a firm's "works" are no workers."""
        words = written_words(self.text)
        return (
            self.is_name
            and len(words) > 1
            and not all({word.casefold(), stem(word)} & load_english_words().words for word in words)
        )


def _split_off_unit(text: str) -> tuple[str, str]:
    """A label's words and the unit behind its last comma: "Fee for re-use, percent" restricts nothing."""
    words, comma, unit = text.rpartition(",")
    said = [stem(word) for word in written_words(unit)]
    is_unit = bool(said) and all(word in UNIT_LABEL or word in _UNIT_WORDS for word in said)
    return (words, unit) if comma and is_unit and re.search(r"[^\W\d_]", words) else (text, "")


_TURNED_DOWN = re.compile(r"\bturn(?:s|ed|ing)? down\b", re.IGNORECASE)
_TURNED_OVER = re.compile(r"\bturn(?:s|ed|ing)? over\b", re.IGNORECASE)
# What is paid where no agreement says otherwise.
_GENERAL = re.compile(r"\bMFN\b|\bmost[- ]favou?red[- ]nation\b", re.IGNORECASE)
# "In-quota rate", "outside the quota": the two sides of a quota as one word each.
_INSIDE_QUOTA = re.compile(
    r"\b(?:in|within|intra|inside)-quota\b|\b(?:inside|within) quota\b|"
    r"\bin quota(?= (?:rate|duty|tariff)s?\b)",
    re.IGNORECASE,
)
_SQUARED, _CUBED = re.compile(r"\b(?:m2\b|m²|sq\.? ?m\b)"), re.compile(r"\b(?:m3\b|m³)")
_OUTSIDE_QUOTA = re.compile(
    r"\b(?:out[- ]of|over|above|extra|outside)[- ]quota\b|\boutside (?:of )?(?:the |its |that )quota\b",
    re.IGNORECASE,
)


def country_of_people(word: str) -> str | None:
    """The country that "Dutch" or "Canadians" are of; None where it is not known."""
    country = country_of((word,)) if _ADJECTIVE.fullmatch(word) else None
    return country.title() if country else None


def spell_out(text: str) -> str:
    """A text with common short names in full, countries for their adjectives, one word a side of a quota."""
    text = _GENERAL.sub("general", _TURNED_OVER.sub("turnover", _TURNED_DOWN.sub("refused", text)))
    text = _OUTSIDE_QUOTA.sub("outquota", _INSIDE_QUOTA.sub("inquota", text))
    text = _CUBED.sub("cubic metres", _SQUARED.sub("square metres", text))
    plain = _ADJECTIVE.sub(lambda match: country_of_people(match[0]) or match[0], text)
    return _ALIAS.sub(lambda match: _ALIASES[match[0]], plain)
