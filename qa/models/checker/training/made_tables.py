"""Made-up tables, and what can be said of their cells: levels, comparisons, directions, the largest."""

import random
from collections.abc import Iterator

from qa.models.checker.training.claim_rows import ClaimRow, Label, Spans
from qa.models.checker.training.lexicon import PRODUCTS

__all__ = ["make_table_rows"]

_PLACES = (
    "Canada Mexico Brazil Chile Peru Morocco Kenya Ghana Egypt India Vietnam Japan Korea China Australia "
    "Norway Turkey Ukraine Poland Spain Tarvenia Ondara Velka Corvath Brenland Ilmark Sambora Marenga "
    "Zandria Almaria"
).split()
_UNITS = (
    "thousand tonnes",
    "tonnes",
    "million dollars",
    "million euros",
    "units",
    "percent",
    "billion dollars",
)
_FLOWS = (
    ("exports", "exported", "sold"), ("imports", "imported", "bought"), ("output", "produced", "turned out"),
    ("sales", "sold", "marketed"),
)  # fmt: skip
_UP = ("rose", "increased", "climbed", "grew", "went up")
_DOWN = ("fell", "declined", "dropped", "went down", "decreased", "shrank")
_MORE, _LESS = ("more", "a larger amount"), ("less", "a smaller amount")


def make_table_rows(count: int, rng: random.Random) -> Iterator[ClaimRow]:
    """True and false statements, in turn, about rows of tables that nobody else has."""
    for number in range(count // 2):
        flow, verb, other_verb = rng.choice(_FLOWS)
        unit, product = rng.choice(_UNITS), rng.choice(PRODUCTS)
        first = rng.randint(2015, 2022)
        years = [str(first + offset) for offset in range(rng.randint(2, 3))]
        by_place = rng.random() < 0.6
        names = rng.sample(_PLACES if by_place else PRODUCTS, rng.randint(1, 3))
        top = rng.choice((90, 900, 9000))
        values = {name: [rng.randint(top // 20, top) for _ in years] for name in names}
        head = (
            rng.choice(("Country", "Origin", "Destination", "Partner"))
            if by_place
            else rng.choice(("Product", "Goods"))
        )
        caption = (
            f"{flow.capitalize()} of {product}, {unit}"
            if by_place
            else f"{flow.capitalize()} by product, {unit}"
        )
        lines = [
            "; ".join(
                [
                    f"{head}: {name}",
                    *(f"{year}: {value:,}" for year, value in zip(years, values[name], strict=True)),
                ]
            )
            for name in names
        ]
        name = rng.choice(names)
        of = f"{flow} of {product} ({name})" if by_place else f"{flow} of {name}"
        context = (rng.choice((caption, "Statistical yearbook", f"{product} market report")),)
        pair = (
            _level(name, names, years, values, of, (verb, other_verb), unit, rng)
            if rng.random() < 0.5
            else _comparison(name, names, years, values, of, rng)
        )
        if pair is None:
            continue
        for text, label, words, kind in pair:
            yield ClaimRow(
                claim=text, context=context, evidence=(caption, *lines), label=label, words=words,
                change=kind, source="tables", group=f"table-{number}",
            )  # fmt: skip


_Pair = list[tuple[str, Label, Spans, str]]


def _pair(true_text: str, before: str, changed: str, after: str, kind: str) -> _Pair:
    false_text = f"{before}{changed}{after}"
    return [
        (true_text, "supported", (), "table"),
        (false_text, "unsupported", ((len(before), len(before) + len(changed)),), kind),
    ]


def _level(
    name: str, names: list[str], years: list[str], values: dict[str, list[int]], of: str,
    verbs: tuple[str, str], unit: str, rng: random.Random,
) -> _Pair | None:  # fmt: skip
    at = rng.randrange(len(years))
    value = f"{values[name][at]:,}"
    rivals = [
        f"{values[other][place]:,}"
        for other in names
        for place in range(len(years))
        if (other, place) != (name, at)
    ]
    rivals = [rival for rival in rivals if rival != value]
    wrong = (
        rng.choice(rivals)
        if rivals and rng.random() < 0.7
        else f"{values[name][at] + rng.choice((1, 7, 10, 30)):,}"
    )
    before, after = rng.choice(
        (
            (f"In {years[at]} {of} came to ", f" {unit}."),
            (f"{of[0].upper()}{of[1:]} stood at ", f" {unit} in {years[at]}."),
            (f"The figure for {name} in {years[at]} was ", f" {unit}."),
            (f"{name}: ", f" {unit} in {years[at]}."),
        )
    )
    return _pair(f"{before}{value}{after}", before, wrong, after, "mixed" if wrong in rivals else "number")


def _comparison(
    name: str, names: list[str], years: list[str], values: dict[str, list[int]], of: str, rng: random.Random
) -> _Pair | None:
    if len(names) > 1 and rng.random() < 0.5:
        at = rng.randrange(len(years))
        other = rng.choice([rival for rival in names if rival != name])
        if values[name][at] == values[other][at]:
            return None
        right, wrong = ("more", "less") if values[name][at] > values[other][at] else ("less", "more")
        if len(names) == 3 and rng.random() < 0.5:
            ranked = sorted(names, key=lambda rival: values[rival][at])
            end, best = rng.choice((("largest", ranked[-1]), ("smallest", ranked[0])))
            before, after = f"In {years[at]} the {end} figure was that of ", "."
            rival = rng.choice([rival for rival in names if rival != best])
            return _pair(f"{before}{best}{after}", before, rival, after, "mixed")
        before, after = f"{name} had ", f" than {other} in {years[at]}."
        return _pair(f"{before}{right}{after}", before, wrong, after, "direction")
    first, last = values[name][0], values[name][-1]
    if first == last:
        return None
    ups, downs = (_UP, _DOWN) if last > first else (_DOWN, _UP)
    before, after = f"{of[0].upper()}{of[1:]} ", f" between {years[0]} and {years[-1]}."
    return _pair(f"{before}{rng.choice(ups)}{after}", before, rng.choice(downs), after, "direction")
