"""The row and the column of a table that a question asks for, and what of the question they leave unmet."""

import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from qa.answering.tables.cell_values import is_blank, is_short_value
from qa.answering.tables.label_fit import (
    MIN_SURE,
    LabelFitter,
    certainty_of,
    find_reporters,
    group_alike,
    is_said,
)
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.answering.tables.table_labels import spell_out
from qa.answering.tables.table_periods import kind_of_period
from qa.answering.tables.table_question import TableQuestion
from qa.answering.tables.trade_words import (
    NEUTRAL,
    PARTNER_HEADS,
    PRICE,
    SCALES,
    WANT_WORDS,
    UnitClass,
    flow_of,
    measure_of,
    unit_words,
)
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["CellMatch", "GridMatcher"]

_UNTOLD_COST = 0.15  # of a label that says more than is asked for, where no other says as much of it
_MAX_WEAK = 2

_IS_PAID = re.compile(
    r"\b(?:what|how much)\b.{0,200}\b(?:pays?|paid|charged?|charges|lev(?:y|ies|ied))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMatch:
    """A cell with how its row and column fit; `matched` is how sure that is, in 0..1.

    Numbers are those of the question's words: `weak` are met by the text around the table alone, `ignored`
    were left out, `unmet_words` and `unmet_periods` are met by nothing. `is_ambiguous` says that other cells
    fit as well.
    """

    row: int
    column: int
    matched: float
    weak: tuple[int, ...] = ()
    ignored: frozenset[int] = frozenset()
    unmet_words: tuple[int, ...] = ()
    unmet_periods: tuple[str, ...] = ()
    is_row_told: bool = True
    is_column_told: bool = True
    is_ambiguous: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether row and column are told and nothing is left unmet."""
        is_told = self.is_row_told and self.is_column_told and not self.is_ambiguous
        return is_told and not (self.unmet_words or self.unmet_periods)


class GridMatcher:
    """A question laid over one table; `rows` and `columns` hold how each of them fits."""

    def __init__(self, question: TableQuestion, grid: LabelledGrid) -> None:
        reporters = find_reporters(question, grid)
        self.question, self.grid = question.named_as(grid.vocabulary, grid.names).seen_from(reporters), grid
        fitter = LabelFitter(self.question, grid)
        self.in_context, self.subjects = fitter.in_context, fitter.subjects
        self.met = fitter.met
        heads = {word for label in grid.corner for word in label.stems}
        # Over partners the flow check tells which way goods go, whoever is named.
        self.hard = self.question.hard - {
            number
            for number, word in enumerate(self.question.words)
            if number not in fitter.met
            and (word.is_neutral or (bool(heads & PARTNER_HEADS) and flow_of(word.stem) is not None))
        }
        self._has_flow = any(flow_of(word) or measure_of(word) for word in grid.vocabulary)
        self.rows = {row: fitter.fit(labels, grid.groups.get(row)) for row, labels in grid.rows.items()}
        self.columns = fitter.fit_columns(self._asked_columns())

    def _asked_columns(self) -> list[int]:
        """Without those of the limit where what came in under it is asked for, if others are left."""
        columns = self.grid.columns
        others = [column for column in columns if not all(label.is_limit for label in columns[column])]
        return others if others and self.question.is_under_limit else list(columns)

    def best_cell(
        self,
        *,
        periods: Iterable[str] | None = None,
        without: frozenset[int] = frozenset(),
        row: int | None = None,
    ) -> CellMatch | None:
        """The cell that meets most; None where there is none.

        `periods` stand for those of the question; its words `without` are left out. With `row` only
        its cells are looked at.
        """
        asked = frozenset(self.question.periods if periods is None else periods)
        hard = self.hard - without
        ranked: dict[tuple[int, int, float], list[tuple[int, int]]] = defaultdict(list)
        wanted = self.wanted_columns()
        rows = self.rows if row is None else {row: self.rows[row]}
        columns = group_alike(
            {column: self.columns[column] for column in wanted or self.columns}, asked, without
        )
        for (row_words, row_periods, row_cost), row_numbers in group_alike(rows, asked, without).items():
            for (column_words, column_periods, column_cost), column_numbers in columns.items():
                words, met_periods = row_words | column_words, row_periods | column_periods
                unmet = len(hard - words - self.in_context) + len(self.unmet_periods(asked, met_periods))
                key = (unmet, -len(words & hard) - len(met_periods), row_cost + column_cost)
                ranked[key] += [(row, column) for row in row_numbers for column in column_numbers]
        if not ranked:
            return None
        places = self._of_wanted_unit(ranked[min(ranked)])
        row, column = places[0]
        row_fit, column_fit = self.rows[row], self.columns[column]
        unmet_units = self._unmet_units(row, column, hard)
        met = row_fit.words | column_fit.words | self.in_context | self._units_said(row, column)
        met |= self._remarked(row)
        open_words = (hard - met) - unmet_units
        open_words -= self.said_of_whole(row, column, open_words)
        # A blank refuses also where the goods are only named around it.
        weak = self.weak_words(open_words, takes_things=is_blank(self.grid.read(row, column)))
        row_count, column_count = len({row for row, _ in places}), len({column for _, column in places})
        unmet_periods = self.unmet_periods(asked, row_fit.periods | column_fit.periods)
        is_met = not (open_words - weak or unmet_units or unmet_periods)
        is_only_row = is_met and self._is_only(row, is_row=True)
        is_only_column = is_met and self._is_only(column, is_row=False)
        matched = certainty_of((row_fit, column_fit), weak=len(weak), subjects=len(self.subjects & hard))
        matched -= _UNTOLD_COST * (not row_fit.is_told and is_only_row)
        matched -= _UNTOLD_COST * (not column_fit.is_told and is_only_column)
        return CellMatch(
            row=row,
            column=column,
            matched=max(matched, MIN_SURE),
            weak=tuple(sorted(weak)),
            ignored=without,
            unmet_words=tuple(sorted((open_words - weak) | unmet_units)),
            unmet_periods=tuple(sorted(unmet_periods)),
            is_row_told=(row_fit.is_told or is_only_row) and row_count == 1,
            # Where there is one column, it need not be named.
            is_column_told=(
                column_fit.is_told
                or is_only_column
                or len(wanted or self.columns) == 1
                or self._is_only_amount(column)
            )
            and column_count == 1,
            is_ambiguous=row_count > 1 or column_count > 1,
        )

    def _is_only(self, number: int, *, is_row: bool) -> bool:
        """Whether no other row (or column) says as much: Korea where there is but South Korea.

        Of rows only those that are named: "butter" are not the butter biscuits.
        """
        fits, labels = (self.rows, self.grid.rows) if is_row else (self.columns, self.grid.columns)
        own, words = fits[number], self.question.words
        met = (own.words & self.hard) - self.in_context
        if is_row:
            met = frozenset(word for word in met if words[word].is_name)
        if not met or any(label.is_other or label.is_total or label.restricts for label in labels[number]):
            return False
        if own.periods < {name for label in labels[number] for name in label.periods}:
            return False
        return not any(
            met <= fit.words and own.periods <= fit.periods for other, fit in fits.items() if other != number
        )

    def said_of_whole(self, row: int, column: int, words: AbstractSet[int]) -> frozenset[int]:
        """Of some words those that other heads say of this column too.

        What a share is of ("food consignments", "opened, percent"), and the flow that a value is of.
        """
        kind, columns = self.grid.unit_class(row, column), self.grid.columns
        heads = frozenset[int]().union(*(fit.words for fit in self.columns.values())) & words
        if kind == "percent" and "percent" in self.question.wants:
            return heads
        own = {word for label in columns[column] for word in label.stems}
        flows = {flow_of(word) for labels in columns.values() for label in labels for word in label.stems}
        is_value = kind == "money" and own <= NEUTRAL and len(flows - {None}) == 1
        return frozenset(n for n in heads if is_value and flow_of(self.question.words[n].stem))

    def wanted_columns(self) -> list[int]:
        """The columns of money, weight or percent, where the question asks for one and some are not; or none.

        Of what is paid it is the only one of rates or money.
        """
        paid = [column for column in self.columns if self._is_paid(column)]
        if paid:
            return paid
        wants = self.question.wants & {"money", "weight", "percent"}
        if len(wants) != 1 or self.question.operation:
            return []
        first = min(self.grid.rows)
        classes = {column: self.grid.unit_class(first, column) for column in self.columns}
        chosen = [column for column, name in classes.items() if name in wants and not self._is_rate(column)]
        return chosen if len(set(classes.values())) > 1 else []

    def _is_only_amount(self, column: int) -> bool:
        """Whether "how much" can mean no other column, as it is named by a weight or volume alone."""
        amounts = [c for c in self._of_class("weight", "volume") if not self._is_rate(c)]
        return (
            amounts == [column]
            and all(label.is_unit for label in self.grid.columns[column])
            and not self.question.wants
            and re.search(r"\b(?:how much|quantity|volume)\b", self.question.text, re.IGNORECASE) is not None
        )

    def _is_paid(self, column: int) -> bool:
        """Whether what is paid can mean no other column, as no other is of rates or money."""
        return _IS_PAID.search(self.question.text) is not None and self._of_class("percent", "money") == [
            column
        ]

    def _of_class(self, *classes: UnitClass) -> list[int]:
        first = min(self.grid.rows)
        return [column for column in self.columns if self.grid.unit_class(first, column) in classes]

    def _is_rate(self, column: int) -> bool:
        """Whether a column is a price or so of each unit."""
        return any(
            label.restricts or measure_of(word) & PRICE
            for label in self.grid.columns[column]
            for word in label.stems
        )

    def unmet_periods(self, asked: frozenset[str], met: frozenset[str]) -> frozenset[str]:
        """The asked periods that neither labels nor, where no label is of that kind, the context says."""
        grid = self.grid
        named = grid.row_periods | grid.column_periods
        kinds = {kind_of_period(name) for name in named}
        if len(kinds) > 1 and sum(name[0].isdigit() for name in named) == 1:
            # "January", ..., "Year 2030": the months are of that year.
            kinds -= {"year"} if named & grid.context_periods & asked else set()
        return frozenset(
            name for name in asked - met if name not in grid.context_periods or kind_of_period(name) in kinds
        )

    def is_of_wanted_unit(self, row: int, column: int) -> bool:
        """Whether a cell's unit is of the kind that the question asks for, if it asks for one."""
        grid, wants = self.grid, self.question.wants
        if self.question.operation:  # "By what percentage", "the share of the total": those are worked out.
            wants -= {"percent"}
        kind = grid.unit_class(row, column)
        named = {word for label in (*grid.rows[row], *grid.columns[column]) for word in label.stems}
        if named & WANT_WORDS and not (kind in ("money", "weight") and wants & {"money", "weight"}):
            return True
        if wants & {"percent", "time"}:
            return kind in wants
        return not wants or kind is None or kind in wants

    def _of_wanted_unit(self, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Of places that fit alike those of the unit that is wanted, or else those of an amount."""
        if len(places) == 1:
            return places
        asked = {number for number in self.hard if unit_words([self.question.words[number].stem])}
        units = {place: set(map(stem, written_words(self.grid.unit(*place) or ""))) for place in places}
        places = [place for place in places if asked & self._numbers_said(units[place])] or places
        is_counted = any(word.is_counted for word in self.question.words)
        wants = self.question.wants or ({"count"} if is_counted else {"weight", "volume"})
        return [place for place in places if self.grid.unit_class(*place) in wants] or places

    def _unit_stems(self, row: int, column: int) -> set[str]:
        unit = spell_out(f"{self.grid.unit(row, column) or ''} {self.grid.read(row, column)}")
        signs = {"dollar", "usd"} if "$" in unit else {"percent"} if "%" in unit else set[str]()
        return {stem(word) for word in written_words(unit)} | signs

    def _units_said(self, row: int, column: int) -> frozenset[int]:
        """The words that the unit of a cell meets."""
        return self._numbers_said(self._unit_stems(row, column))

    def _numbers_said(self, stems: set[str]) -> frozenset[int]:
        return frozenset(number for number, word in enumerate(self.question.words) if is_said(word, stems))

    def _remarked(self, row: int) -> frozenset[int]:
        """The words that a cell of a row meets which holds no figure: a remark, or what a price is for."""
        texts = [self.grid.read(row, column) for column in self.grid.columns]
        words = {stem(word) for text in texts if not is_short_value(text) for word in written_words(text)}
        return frozenset(
            number
            for number, word in enumerate(self.question.words)
            if not word.is_name and is_said(word, words)
        )

    def lacks_unit(self, row: int, column: int) -> bool:
        """Whether the question asks for a unit, or for pieces, that a cell isn't counted in."""
        return bool(self._unmet_units(row, column, self.hard))

    def _unmet_units(self, row: int, column: int, hard: frozenset[int]) -> frozenset[int]:
        """The words that ask for a unit, or for pieces, which the cell isn't counted in; nothing has any."""
        grid, words = self.grid, self.question.words
        figure = grid.number(row, column)
        if is_blank(grid.read(row, column)) or (figure and not figure[0]):
            return frozenset()
        said = self._units_said(row, column)
        labels = (*grid.columns[column], *grid.rows[row])
        named = {word for label in labels for word in (*label.stems, *label.aside)}
        # "Pairs shipped, millions": the unit is a scale, and what is counted stands over all.
        is_scale = all(stem(said) in SCALES for said in written_words(grid.unit(row, column) or ""))
        # "How many turbines" is not told in millions of crowns, nor "how many tonnes".
        has_other_unit = not is_scale and grid.unit_class(row, column) != "count"
        is_count_said = any(words[number].is_counted for number in said)
        unmet: set[int] = set()
        for number in hard - said - self._remarked(row):
            word = words[number]
            if not word.is_name and unit_words([word.stem]):
                is_over_all = is_scale and number in self.in_context
                if not (is_over_all or is_said(word, named)):
                    unmet.add(number)
            elif word.is_counted and has_other_unit and not is_count_said:
                unmet.add(number)
        return frozenset(unmet)

    @cached_property
    def weak(self) -> frozenset[int]:
        """Of the words that the table does not stand under those that only the text around it meets."""
        return self.weak_words(self.hard - self.in_context)

    def weak_words(self, numbers: AbstractSet[int], *, takes_things: bool = False) -> frozenset[int]:
        """Of some words those that only the text around meets, goods and units if `takes_things`; no many."""
        words = self.question.words
        open_words = (n for n in numbers - self.met if takes_things or not words[n].is_thing)
        weak = frozenset(filter(self._is_in_text, open_words))
        return weak if len(weak) <= _MAX_WEAK else frozenset()

    def _is_in_text(self, number: int) -> bool:
        word = self.question.words[number]
        if word.is_name or word.is_counted:
            return False
        is_said = word.stem in self.grid.text_stems
        # "Tin that was smelted" is not told by the imports of tin.
        says_less = not (self.question.flows or self.question.measures) and self._has_flow
        return is_said or (word.is_weak and word.text.endswith("ed") and not says_less)
