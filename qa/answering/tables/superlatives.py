"""The most and the least of a table: its rows, or its columns, ranked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa.answering.tables.asked_superlative import Superlative, superlative_stems
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.label_fit import LabelFit, common_periods
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.answering.tables.table_answer import TableAnswer, cite_cells, collect_evidence, value_of
from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_periods import kind_of_period
from qa.answering.tables.trade_words import AXIS_NOUNS, FIRM_NOUNS, are_alike, flow_of, is_empty_word
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["answer_superlative", "says_superlative", "telling_labels"]

_PLACES, _GOODS, _PERIODS = AXIS_NOUNS
_MIN_COMPETITORS = 2
_MAX_PLACES = 2
_NO_RANK = 10_000
_USUAL_SHARE = 0.75  # of the ranked, that have the unit of most
_SURE, _BLANK_COST, _NEWEST_COST, _WEAK_COST = 0.95, 0.1, 0.15, 0.1
_LENGTHS = {stem("month"): "m", stem("quarter"): "q", stem("year"): "year"}
# Names of parts of the world are no countries.
_REGIONS = frozenset(
    """africa america americas asia europe oceania north central south latin caribbean western eastern
    european union pacific opec euro area middle east countries economies rim""".split()
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Rows, or columns, that are ranked by one column, or row: the fixed one."""

    matcher: GridMatcher
    is_by_row: bool

    @property
    def ranked(self) -> dict[int, LabelFit]:
        return self.matcher.rows if self.is_by_row else self.matcher.columns

    @property
    def fixed(self) -> dict[int, LabelFit]:
        return self.matcher.columns if self.is_by_row else self.matcher.rows

    @property
    def labels(self) -> dict[int, tuple[Label, ...]]:
        """Those of what is ranked."""
        return self.matcher.grid.rows if self.is_by_row else self.matcher.grid.columns

    @property
    def fixed_labels(self) -> dict[int, tuple[Label, ...]]:
        return self.matcher.grid.columns if self.is_by_row else self.matcher.grid.rows

    @property
    def periods(self) -> frozenset[str]:
        return self.matcher.grid.row_periods if self.is_by_row else self.matcher.grid.column_periods

    def place(self, fixed: int, ranked: int) -> tuple[int, int]:
        """Row and column."""
        return (ranked, fixed) if self.is_by_row else (fixed, ranked)


def says_superlative(grid: LabelledGrid, asked: Superlative) -> bool:
    """Whether the table itself is of the highest or lowest: "Lowest share, percent" is a column as others."""
    labels = (label for axis in (grid.rows, grid.columns) for labels in axis.values() for label in labels)
    said = grid.caption_stems.union(*(label.stems for label in labels))
    return bool(superlative_stems(lowest=asked.lowest) & said)


def answer_superlative(matcher: GridMatcher, asked: Superlative) -> TableAnswer | None:
    """Whose figure is the highest, the lowest or the next ones; None where it isn't told."""
    if matcher.weak and asked.asks_value and not matcher.question.asks_figure:
        return None  # "The main risks" are no figures, though the text around the table speaks of risks.
    heads = {word for label in matcher.grid.corner for word in label.stems}
    named = [noun for noun in asked.nouns if any(are_alike(noun, head, is_name=False) for head in heads)]
    if named and asked.axis not in named:
        asked = asked._replace(axis=named[0], asks_value=asked.asks_value and bool(asked.axis))
    is_year = asked.axis in _PERIODS
    rows_are_periods = all(all(label.periods for label in labels) for labels in matcher.grid.rows.values())
    for axis in (_Axis(matcher, is_by_row=True), _Axis(matcher, is_by_row=False)):
        if is_year:
            is_asked = bool(axis.periods)
        else:
            is_asked = axis.is_by_row != rows_are_periods and _is_named(axis, asked)
        places = _fixed_places(axis, asked, is_year=is_year) if is_asked else []
        answers = [_rank(axis, asked, fixed, _competitors(axis, fixed), is_year=is_year) for fixed in places]
        first = answers[0] if answers else None
        # By weight or by value: it must not matter where that isn't said.
        if first and all(answer and answer.short_answer == first.short_answer for answer in answers):
            return first
    return None


def _is_named(axis: _Axis, asked: Superlative) -> bool:
    """Whether what is asked for is what the rows, or columns, are."""
    grid = axis.matcher.grid
    heads = {word for label in grid.corner for word in label.stems} if axis.is_by_row else set()
    noun = asked.axis
    if not noun:  # Who is no product.
        return not asked.is_who or not heads & _GOODS
    if any(are_alike(noun, word, is_name=False) for word in heads | grid.caption_stems):
        return True
    groups = [nouns for nouns in (*AXIS_NOUNS, FIRM_NOUNS) if noun in nouns]
    # "Exports by destination": then columns are no products.
    said = {word for word in grid.caption_stems if flow_of(word) is None}
    is_other = any(nouns & said for nouns in (_PLACES, _GOODS) if nouns not in groups)
    return any(nouns & heads for nouns in groups) or (bool(groups) and not heads and not is_other)


def _fixed_places(axis: _Axis, asked_most: Superlative, *, is_year: bool) -> list[int]:
    """The columns (or rows) that the question may ask for; none where that isn't told."""
    question, grid = axis.matcher.question, axis.matcher.grid
    wanted = axis.matcher.wanted_columns() if axis.is_by_row else []
    asked, hard = set(question.periods), axis.matcher.hard - axis.matcher.in_context
    keys: dict[int, tuple[int, int, float]] = {}
    judged = _judged_places(axis, asked_most)
    common = common_periods(axis.fixed_labels.values())
    for number in wanted or judged:
        fit = axis.fixed[number]
        foreign = {name for label in axis.fixed_labels[number] for name in label.periods} - asked - common
        if foreign and not (asked or is_year or question.is_newest):
            continue
        # Where no period is asked for, one is no more foreign than another.
        extra = fit.extra if asked else fit.cost(frozenset(), frozenset()) - 3 * len(foreign)
        keys[number] = (len(hard - fit.words), -len(fit.periods), extra)
    chosen = [number for number, key in keys.items() if key == min(keys.values())]
    if len(chosen) > 1 and not asked and question.is_newest:
        years = {
            n: max((p for label in axis.fixed_labels[n] for p in label.periods), default="") for n in chosen
        }
        chosen = [number for number in chosen if years[number] == max(years.values())]
    wants = question.wants
    if len(chosen) > 1 and wants:
        other = next(iter(axis.ranked))
        chosen = [n for n in chosen if grid.unit_class(*axis.place(n, other)) in wants]
    asks_period = bool(axis.matcher.unmet_periods(frozenset(asked), frozenset()))

    def is_told(number: int) -> bool:
        has_own_name = any(label.own_stems for label in axis.fixed_labels[number])
        return axis.fixed[number].is_told or len(judged) == 1 or not (asks_period or has_own_name)

    return chosen if len(chosen) <= _MAX_PLACES and all(map(is_told, chosen)) else []


def _judged_places(axis: _Axis, asked_most: Superlative) -> list[int]:
    """The columns (or rows) that best and worst are told by: those that name it, rates before amounts."""
    judged, fixed = asked_most.judged, list(axis.fixed)
    if judged is None:
        return fixed
    named = [
        number for number in fixed if any(judged.search(label.text) for label in axis.fixed_labels[number])
    ]
    other = next(iter(axis.ranked))
    grid = axis.matcher.grid
    return [n for n in named if grid.unit_class(*axis.place(n, other)) == "percent"] or named


def _competitors(axis: _Axis, fixed: int) -> list[int]:
    """The rows (or columns) that meet what the fixed place leaves unmet."""
    matcher = axis.matcher
    fit = axis.fixed[fixed]
    words = matcher.hard - matcher.in_context - fit.words
    words -= matcher.weak_words(words) | matcher.said_of_whole(
        *axis.place(fixed, next(iter(axis.ranked))), words
    )
    asked = frozenset(matcher.question.periods)
    return [
        number
        for number, other in axis.ranked.items()
        if not words - other.words and not matcher.unmet_periods(asked, fit.periods | other.periods)
    ]


def _rank(
    axis: _Axis, asked: Superlative, fixed: int, numbers: Sequence[int], *, is_year: bool
) -> TableAnswer | None:
    grid = axis.matcher.grid
    numbers = _of_one_length(axis, asked.axis, numbers) if is_year else numbers
    labels = telling_labels(axis.labels, numbers)
    values: list[tuple[Decimal, int]] = []
    kinds: dict[int, tuple[str | None, str]] = {}
    skipped: list[str] = []
    for number in numbers:
        names = labels[number]
        if _is_no_competitor(names, is_country=asked.axis in _PLACES):
            continue
        if any(bool(label.periods) != is_year or (is_year and label.own_stems) for label in names):
            return None
        figure = grid.number(*axis.place(fixed, number))
        if figure:
            values.append((figure[0], number))
            kinds[number] = grid.unit(*axis.place(fixed, number)), figure[1]
        else:
            skipped.append(", ".join(label.text for label in names))
    foreign = _of_other_unit(kinds)
    values = [(value, number) for value, number in values if number not in foreign]
    skipped += [", ".join(label.text for label in labels[number]) for number in foreign]
    if asked.is_of_two and len(values) != _MIN_COMPETITORS:
        return None
    if (
        len(values) < _MIN_COMPETITORS
        or len({kinds[number] for _, number in values}) > 1
        or not _fits(axis, axis.place(fixed, values[0][1]))
    ):
        return None
    values.sort(key=lambda item: item[0], reverse=not asked.lowest)
    ranked = _at_rank(values, _place_behind(axis, asked, [number for _, number in values]))
    if not ranked:
        return None
    places = [axis.place(fixed, number) for number in ranked]
    is_partial = len(values) < sum(not _is_no_competitor(labels[n], is_country=False) for n in numbers)
    is_newest = not (axis.matcher.question.periods or is_year) and bool(grid.column_periods)
    return TableAnswer(
        kind="superlative",
        cells=cite_cells(grid, places),
        short_answer=_say(
            asked,
            [", ".join(label.text for label in labels[number]) for number in ranked],
            [value_of(grid, *place) for place in places],
        ),
        matched=_SURE
        - _WEAK_COST * len(axis.matcher.weak)
        - (_BLANK_COST if is_partial else 0.0)
        - (_NEWEST_COST if is_newest else 0.0),
        evidence=collect_evidence(grid, places),
        skipped=tuple(skipped),
    )


def _of_one_length(axis: _Axis, noun: str, numbers: Sequence[int]) -> list[int]:
    """Of periods those that are asked for: months, where quarters and the year stand among them."""
    lengths = {
        number: {kind_of_period(name) for label in axis.labels[number] for name in label.periods}
        for number in numbers
    }
    kinds = {number: min(found - {"year"}, default="year") for number, found in lengths.items()}
    if len(set(kinds.values())) == 1:
        return list(numbers)
    return [number for number in numbers if kinds[number] == _LENGTHS.get(noun)]


def _of_other_unit(kinds: Mapping[int, tuple[str | None, str]]) -> list[int]:
    """Of the ranked, by number, the few that have another unit than most; they are not ranked among them."""
    if not kinds:
        return []
    usual, count = Counter(kinds.values()).most_common(1)[0]
    return [number for number, kind in kinds.items() if kind != usual and count >= _USUAL_SHARE * len(kinds)]


def _place_behind(axis: _Axis, asked: Superlative, ranked: Sequence[int]) -> Superlative:
    """With the rank behind the one that is named; no rank where none or several are."""
    words = [stem(word) for word in written_words(asked.behind) if not is_empty_word(word)]
    if not words:
        return asked
    places = [
        place
        for place, number in enumerate(ranked)
        if all(
            any(are_alike(word, said, is_name=True) for label in axis.labels[number] for said in label.stems)
            for word in words
        )
    ]
    return asked._replace(rank=places[0] + 2 if len(places) == 1 else _NO_RANK)


def telling_labels(labels: Mapping[int, Sequence[Label]], numbers: Sequence[int]) -> dict[int, list[Label]]:
    """What names each of some rows or columns: labels that all share, and codes beside names, left out."""
    texts = [frozenset(label.text for label in labels[number]) for number in numbers]
    shared = frozenset.intersection(*texts) if len(texts) > 1 else frozenset[str]()
    return {
        number: [label for label in labels[number] if label.text not in shared and not label.is_code]
        for number in numbers
    }


def _is_no_competitor(labels: Sequence[Label], *, is_country: bool) -> bool:
    if not labels or any(label.is_total or label.is_other or label.restricts for label in labels):
        return True
    return is_country and any(
        all(word.casefold() in _REGIONS for word in label.text.split()) for label in labels
    )


def _at_rank(values: Sequence[tuple[Decimal, int]], asked: Superlative) -> list[int]:
    """The ranked ones that are asked for, with what is equal to the last; none where the rank is shared."""
    first, end = asked.rank - 1, asked.rank - 1 + asked.number
    ranked = list(values[first:end])
    if not ranked or (first and values[first - 1][0] == ranked[0][0]):
        return []
    ranked += [item for item in values[end:] if item[0] == ranked[-1][0]]
    return [number for _, number in ranked]


def _say(asked: Superlative, names: Sequence[str], figures: Sequence[str]) -> str:
    if asked.number > 1:
        return "; ".join(f"{name} ({figure})" for name, figure in zip(names, figures, strict=True))
    return figures[0] if asked.asks_value else " and ".join(names)


def _fits(axis: _Axis, place: tuple[int, int]) -> bool:
    matcher = axis.matcher
    kind, wants = matcher.grid.unit_class(*place), matcher.question.wants - {"percent"}
    match = CellMatch(row=place[0], column=place[1], matched=_SURE)
    return (kind is None or not wants or kind in wants) and not is_about_something_else(matcher, match)
