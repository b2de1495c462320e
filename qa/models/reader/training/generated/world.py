"""A small fictional world: its names, products, dates and figures, each used once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from qa.models.reader.training.generated.templates import split
from qa.models.reader.training.generated.wording import trade_vocabulary as words

__all__ = ["MONTHS", "Agreement", "Country", "Period", "World", "join_names"]

T = TypeVar("T")
MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
_QUARTERS = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True)
class Country:
    """A country's names: "Doravia", "Doravia's", "Doravian"."""

    name: str
    possessive: str
    adjective: str

    def values(self, prefix: str = "c") -> dict[str, str]:
        """The slots `c`, `cs` and `ca` with `prefix` for "c"."""
        return {prefix: self.name, f"{prefix}s": self.possessive, f"{prefix}a": self.adjective}


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement's name without article, and its acronym."""

    name: str
    acronym: str


@dataclass(frozen=True, slots=True)
class Period:
    """A year, quarter, half-year, month or season: `phrase` with its preposition ("in May 2019")."""

    phrase: str
    year: int
    label: str


class World:
    """Draws what a scene is about; what it drew once it does not draw again."""

    def __init__(self, rng: random.Random, *, is_held_out: bool) -> None:
        self.rng = rng
        self.is_held_out = is_held_out
        self._used: set[str] = set()

    def chance(self, probability: float) -> bool:
        """True in `probability` of the calls."""
        return self.rng.random() < probability

    def pick(self, pool: tuple[T, ...]) -> T:
        """A member of this world's part of `pool`."""
        part: tuple[T, ...] = split(pool, self.is_held_out)
        return self.rng.choice(part)

    def pick_several(self, pool: tuple[T, ...], count: int) -> list[T]:
        """`count` different members of this world's part of `pool`, fewer if it is smaller."""
        part = split(pool, self.is_held_out)
        return self.rng.sample(part, min(count, len(part)))

    def country(self) -> Country:
        """A real country in two of five cases, else an invented one."""
        name, adjective = self.pick(words.COUNTRIES)
        if self.chance(0.4) and name not in self._used:
            self._used.add(name)
        else:
            name = self._fresh(lambda: self._compose(words.COUNTRY_ENDS))
            adjective = name + ("n" if name.endswith("a") else "i" if name.endswith("stan") else "ian")
        return Country(name, name + ("'" if name.endswith("s") else "'s"), adjective)

    def countries(self, count: int) -> list[Country]:
        """`count` countries."""
        return [self.country() for _ in range(count)]

    def product(self) -> str:
        """A good, in lower case: "cocoa", "steel pipes"."""
        return self._fresh(lambda: self.pick(words.PRODUCTS))

    def products(self, count: int) -> list[str]:
        """`count` goods."""
        return [self.product() for _ in range(count)]

    def town(self) -> str:
        """An invented town or port."""
        return self._fresh(lambda: self._compose(words.TOWN_ENDS))

    def person(self) -> str:
        """A first name and a surname."""
        return f"{self._fresh(lambda: self.pick(words.FIRST_NAMES))} {self.surname()}"

    def surname(self) -> str:
        """An invented surname."""
        return self._fresh(lambda: self._compose(words.SURNAME_ENDS))

    def company(self) -> str:
        """A firm: "Balen Shipping", "Corto Steel and Foods"."""
        start = self._fresh(lambda: self._compose(("a", "o", "us", "is", "ex", "on")))
        first, second = self.pick_several(words.TRADES, 2)
        return f"{start} {first} and {second}" if self.chance(0.15) else f"{start} {first}"

    def agency(self) -> str:
        """An authority or association without article: "Tariff Commission", "Balport Tariff Commission"."""
        name = self.pick(words.AGENCIES)
        if name in self._used:
            return f"{self.town()} {name}"
        self._used.add(name)
        return name

    def agreements(self, count: int) -> list[Agreement]:
        """Agreements with like names: they share their place, and their acronyms look alike."""
        place = self.pick(words.AGREEMENT_PLACES)
        if place in self._used or self.chance(0.4):
            place = f"{self.surname()} {place.split()[-1]}"
        self._used.add(place)
        named: dict[str, Agreement] = {}
        while len(named) < count:
            name = f"{place} {self.pick(words.AGREEMENT_SORTS)}"
            acronym = "".join(word[0] for word in name.split())
            if self.chance(0.3):
                acronym = "".join(
                    word[: 2 if word == name.split()[-1] else 1] for word in name.split()
                ).upper()
            named.setdefault(acronym, Agreement(name, acronym))
        return list(named.values())

    def years(self, count: int, *, first: int = 1996, last: int = 2031) -> list[int]:
        """`count` different years, ascending, close together."""
        span = count + self.rng.randint(0, 3)
        start = self.rng.randint(first, last - span)
        return sorted(self.rng.sample(range(start, start + span + 1), count))

    def day(self, year: int) -> str:
        """A day of `year`: "9 May 2019" or "May 9, 2019"."""
        month, day = self.rng.choice(MONTHS), self.rng.randint(1, 28)
        return f"{month} {day}, {year}" if self.chance(0.5) else f"{day} {month} {year}"

    def date(self, year: int) -> str:
        """A day of `year` as a document is dated: "2019-05-09"."""
        return f"{year}-{self.rng.randint(1, 12):02d}-{self.rng.randint(1, 28):02d}"

    def periods(self, count: int) -> list[Period]:
        """`count` different periods of one sort."""
        sort = self.rng.choices(("year", "quarter", "half", "month", "season"), (5, 1, 1, 2, 1))[0]
        if sort == "year":
            return [Period(f"in {year}", year, str(year)) for year in self.years(count)]
        found: dict[str, Period] = {}
        years = self.years(2)
        style = self.rng.random()
        while len(found) < count:
            year = self.rng.choice(years) if len(found) > 1 else years[0]
            if sort == "quarter":
                number = self.rng.randrange(4)
                label = f"Q{number + 1} {year}"
                phrase = f"in the {_QUARTERS[number]} quarter of {year}" if style < 0.7 else f"in {label}"
            elif sort == "half":
                number = self.rng.randrange(2)
                label = f"{_QUARTERS[number]} half of {year}"
                phrase = f"in the {label}"
            elif sort == "month":
                label = f"{self.rng.choice(MONTHS)} {year}"
                phrase = f"in {label}"
            else:
                year += self.rng.randint(-2, 2)
                label = f"{year}/{(year + 1) % 100:02d}"
                phrase = f"in the {label} season" if style < 0.5 else f"in {label}"
            found.setdefault(label, Period(phrase, year, label))
        return list(found.values())

    def amounts(self, unit: str, count: int) -> list[str]:
        """`count` different amounts written alike; `unit` is "money", "percent", "weight" or a noun."""
        write = self._money() if unit == "money" else self._writer(unit)
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn.setdefault(write())
        return list(drawn)

    def _writer(self, unit: str) -> Callable[[], str]:
        rng = self.rng
        if unit == "percent":
            word = rng.choice((" percent", " per cent", "%", " percent"))
            if self.chance(0.25):
                return lambda: f"{rng.randint(1, 60)}.{rng.randint(1, 9)}{word}"
            return lambda: f"{rng.randint(1, 75)}{word}"
        if unit == "weight":
            unit = rng.choice(("tonnes", "tonnes", "tons", "metric tons", "t"))
        style = rng.random()
        if style < 0.3:
            return lambda: f"{rng.randint(1, 90)}.{rng.randint(1, 9)} million {unit}"
        if style < 0.5:
            return lambda: f"{rng.randint(11, 990)} thousand {unit}"
        if style < 0.8:
            return lambda: f"{rng.randint(11, 990) * 1000:,} {unit}"
        return lambda: f"{rng.randint(1_100, 98_000):,} {unit}"

    def _money(self) -> Callable[[], str]:
        rng = self.rng
        currency = self.pick(words.CURRENCIES)
        form = f"{currency}{{}} {{}}" if len(currency) == 1 else f"{{}} {{}} {currency}"
        if currency.isupper() and len(currency) > 1:
            form = f"{currency} {{}} {{}}"
        scale = rng.choice(("million", "million", "billion"))
        if scale == "billion" or self.chance(0.2):
            return lambda: form.format(f"{rng.randint(1, 90)}.{rng.randint(1, 9)}", scale)
        if self.chance(0.3):
            return lambda: form.format(f"{rng.randint(1_000, 9_900):,}", scale)
        return lambda: form.format(rng.randint(11, 990), scale)

    def _compose(self, ends: Sequence[str]) -> str:
        rng = self.rng
        start = self.pick(words.NAME_STARTS)
        middle = rng.choice(words.NAME_MIDDLES) if start[-1] not in "aeiou" else rng.choice("nlrvm") + "a"
        end = rng.choice(ends)
        if middle[-1] in "aeiou" and end[0] in "aeiou":
            end = rng.choice("nlrst") + end
        return start + middle + end

    def _fresh(self, draw: Callable[[], str]) -> str:
        for _ in range(1000):
            drawn = draw()
            if drawn not in self._used:
                self._used.add(drawn)
                return drawn
        raise AssertionError("A scene asks for more names than there are.")


def join_names(names: Sequence[str]) -> str:
    """The names as a list in a sentence: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
