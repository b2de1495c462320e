"""How the names of a table's rows and columns fit a question."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.answering.tables.asked_words import AskedWord
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_question import TableQuestion
from qa.answering.tables.trade_words import (
    AXIS_NOUNS,
    BESIDE_PERIODS,
    MODES,
    NEUTRAL,
    PER,
    RATE,
    SHARE_UNITS,
    TOTAL,
    USED,
    are_alike,
    measure_of,
)
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = [
    "MIN_SURE",
    "LabelFit",
    "LabelFitter",
    "certainty_of",
    "common_periods",
    "find_reporters",
    "group_alike",
    "is_said",
]

# What was done with what another column counts.
_DONE = re.compile(
    r"(?:[a-z]{2,12}ed|withdrawn|sold|sent|lost|held|paid|met|given|taken|built|caught|left|rebuilt|sunk)",
    re.IGNORECASE,
)
_Kinds = dict[tuple[frozenset[int], frozenset[str], float], list[int]]
_NEUTRAL_COST, _EXTRA_COST, _RESTRICTING_COST, _OTHER_COST, _PERIOD_COST = 0.25, 1.0, 2.0, 3.0, 3.0
_GROUP_COST = 0.5
# What is left of certainty: for each word that only the text around meets, and each label that says more.
_WEAK_COST, _PARTIAL_COST, _OWN_COST = 0.15, 0.1, 0.05
# Who is named in the first lines of the document may be what all of it is about, or stand there by the way.
_SUBJECT_COST = 0.25
MIN_SURE = 0.1


@dataclass(frozen=True, slots=True)
class LabelFit:
    """How the labels of a row or column fit a question.

    `words` (numbers of the question's) and `periods` are those that they meet, `extra` is what they say
    besides, as a cost. `is_told` says that they name what is asked for and nothing else; `is_partial` that
    one of them says more ("green coffee" where coffee is asked for).
    """

    words: frozenset[int]
    periods: frozenset[str]
    extra: float
    is_told: bool
    is_partial: bool = False

    def cost(self, periods: frozenset[str], without: frozenset[int]) -> float:
        """What it says besides where the question has only these periods, and not these words."""
        return (
            self.extra + len(self.periods - periods) * _PERIOD_COST + len(self.words & without) * _EXTRA_COST
        )


def common_periods(labels: Iterable[Sequence[Label]]) -> frozenset[str]:
    """The periods that all of several columns, or rows, are of: they tell none of them from the others.

    "Low Case, 2040" beside "High Case, 2040".
    """
    named = [frozenset(name for label in of_one for name in label.periods) for of_one in labels]
    return frozenset.intersection(*named) if len(named) > 1 else frozenset()


class LabelFitter:
    """Lays a question over the labels of one table.

    `in_context` are the numbers of the question's words that all of the table stands under, `subjects` those
    of them that only the document's first lines say.
    """

    def __init__(self, question: TableQuestion, grid: LabelledGrid) -> None:
        self._question, self._grid = question, grid
        self._asked = frozenset(question.periods)
        self._common_periods = common_periods(grid.columns.values())
        self._meets: dict[str, frozenset[int]] = {}
        for number, word in enumerate(question.words):
            for said in grid.possibly_alike(word.stem):
                if word.is_counted and said in MODES and word.stem != said:
                    continue
                if are_alike(word.stem, said, is_name=word.is_name):
                    self._meets[said] = self._meets.get(said, frozenset()) | {number}
        self._totals = frozenset(number for number, word in enumerate(question.words) if word.stem in TOTAL)
        self.subjects = self._subjects()
        self.in_context = self._met(tuple(grid.context_stems)) | self.subjects

    def _subjects(self) -> frozenset[int]:
        """The names that only the document's first lines say, where nothing closer names another of them."""
        grid, met = self._grid, self.met
        names = {number for number, word in enumerate(self._question.words) if word.is_name} - met
        said = frozenset(
            number
            for number in names
            if any(
                are_alike(self._question.words[number].stem, subject, is_name=True)
                for subject in grid.subject_stems
            )
        )
        return said if not said or not self._is_of_another(grid) else frozenset()

    def _is_of_another(self, grid: LabelledGrid) -> bool:
        """Whether caption or heading name another of the first lines' names than is asked for."""
        return any(name in grid.subject_names and name not in self._meets for name in grid.nearer_names)

    @property
    def met(self) -> frozenset[int]:
        """The numbers of the question's words that anything of the table meets."""
        return frozenset[int]().union(*self._meets.values())

    def fit(self, labels: Sequence[Label], group: Label | None = None) -> LabelFit:
        """How the labels of a column fit, or of a row with the head that it stands under."""
        fits = [self._fit_label(label) for label in labels]
        over = self._fit_label(group) if group else None
        parts = [*fits, over] if over else fits
        # What all rows share, or the code beside a name, tells nothing.
        telling = [
            fit
            for label, fit in zip(labels, fits, strict=True)
            if not (
                label.text in self._grid.constant_labels
                or (label.is_code and not fit.words)
                or (label.is_unit and (len(labels) > 1 or not fit.words))
            )
        ]
        return LabelFit(
            words=frozenset[int]().union(*(part.words for part in parts)),
            periods=frozenset[str]().union(*(part.periods for part in parts)),
            extra=sum(fit.extra for fit in fits) + (_GROUP_COST if over and not over.words else 0.0),
            is_told=bool(telling) and all(fit.is_told for fit in telling),
            is_partial=any(fit.is_partial for fit in telling),
        )

    def fit_columns(self, columns: Iterable[int]) -> dict[int, LabelFit]:
        """How these columns fit; with what "how many" counts where a head beside names that.

        "Refused" beside "Applications" is of applications.
        """
        fits = {column: self.fit(self._grid.columns[column]) for column in columns}
        beside = frozenset[int]().union(*(fit.words for fit in fits.values()))
        counted = frozenset(number for number in beside if self._question.words[number].is_counted)
        for column, fit in fits.items():
            if fit.words and all(_DONE.fullmatch(label.text) for label in self._grid.columns[column]):
                fits[column] = replace(fit, words=fit.words | counted)
        return fits

    def _met(self, stems: Sequence[str]) -> frozenset[int]:
        return frozenset[int]().union(*(self._meets.get(word, frozenset()) for word in stems))

    def _met_by_name(self, stems: Sequence[str]) -> frozenset[int]:
        """The question's words that a name has as they are, whatever else they mean."""
        words = enumerate(self._question.words)
        return frozenset(
            number
            for number, word in words
            if word.is_name or any(are_alike(word.stem, said, is_name=True) for said in stems)
        )

    def _fit_label(self, label: Label) -> LabelFit:
        words, aside = self._met(label.stems), self._met(label.aside)
        if words and label.is_coined:
            words &= self._met_by_name(label.stems)
        words |= self._totals if label.is_total else frozenset()
        periods = self._asked & set(label.periods)
        foreign = set(label.periods) - self._asked
        if not self._asked:
            foreign -= label.periods_aside | self._common_periods
        if label.bounds:
            is_within = self._question.is_within(label.bounds)
            periods, foreign = (self._asked, foreign) if is_within else (periods, foreign | {label.text})
        shared = self._grid.shared_stems.get(label.text, frozenset())
        left = [word for word in label.stems if word not in self._meets and word not in shared]
        own = [
            word
            for word in left
            if (label.restricts and not self._is_unit_of_rate(word, words))
            or not self._is_neutral(word, label)
        ]
        # "Green coffee" where coffee is asked for: the last word says what it is.
        is_partial = (
            len(own) == 1
            and bool(words)
            and label.stems[-1] in self._meets
            and not (label.is_name or label.restricts)
        )
        is_partial |= self._is_demonym(label) or self._is_turned_round(label) or self._is_done_with(label)
        is_named = bool(words or periods or label.is_total or not label.own_stems)
        return LabelFit(
            words=words | aside,
            periods=periods,
            extra=self._extra(label, own=len(own), left=len(left), foreign=len(foreign)),
            is_told=not foreign and (is_partial or (not own and is_named)),
            is_partial=is_partial,
        )

    def _is_done_with(self, label: Label) -> bool:
        """Whether a head says what was done with what is counted: "Lorries cleared" where lorries are."""
        counted, _, done = label.text.rpartition(" ")
        met = self._met([stem(word) for word in written_words(counted)])
        return _DONE.fullmatch(done) is not None and any(self._question.words[n].is_counted for n in met)

    def _is_turned_round(self, label: Label) -> bool:
        """Whether what stands before a comma is asked for: tuna by "Tuna, canned"."""
        thing, comma, kind = label.text.partition(",")
        stems = [stem(word) for word in written_words(thing)]
        is_plain = bool(comma) and kind.strip().islower() and not (label.restricts or label.is_other)
        return is_plain and bool(stems) and all(word in self._meets for word in stems)

    def _is_demonym(self, label: Label) -> bool:
        """Whether a name of several words is asked for by its people: "the Saudis" for Saudi Arabia."""
        if not label.is_name or len(label.stems) == 1:
            return False
        said = {word.casefold() for word in written_words(label.text)}
        return any(
            self._question.words[number].text.casefold() not in said and self._question.words[number].is_name
            for number in self._meets.get(label.stems[0], frozenset())
        )

    def _extra(self, label: Label, *, own: int, left: int, foreign: int) -> float:
        if label.text in self._grid.constant_labels:
            return 0.0
        if (label.is_code or label.is_unit) and left:
            return _NEUTRAL_COST
        cost = own * _EXTRA_COST + (left - own) * _NEUTRAL_COST + foreign * _PERIOD_COST
        if label.restricts and (own or left == len(label.stems)):
            cost += _RESTRICTING_COST
        return cost + (_OTHER_COST if label.is_other else 0.0)

    def _is_unit_of_rate(self, word: str, met: frozenset[int]) -> bool:
        """Whether "percent" or "per" only says in what a rate is told that other words of the label name."""
        measures = {measure for number in met for measure in measure_of(self._question.words[number].stem)}
        return word == PER or (word in SHARE_UNITS and bool(measures & RATE))

    def _is_neutral(self, word: str, label: Label) -> bool:
        """Whether a word of a label singles nothing out: "all origins" over origins is a total."""
        if word in NEUTRAL or (label.periods and word in BESIDE_PERIODS):
            return True
        if self._question.is_under_limit and word in USED:
            return True
        heads = [head for corner in self._grid.corner for head in corner.stems]
        is_axis = any(word in nouns for nouns in AXIS_NOUNS) or any(
            are_alike(word, head, is_name=False) for head in heads
        )
        return label.is_total and is_axis


def find_reporters(question: TableQuestion, grid: LabelledGrid) -> frozenset[int]:
    """The names in a question that stand over the whole table, and not in it: whose goods it counts."""
    return frozenset(
        number
        for number, word in enumerate(question.words)
        if word.role
        and is_said(word, grid.context_stems)
        and not is_said(word, grid.vocabulary - grid.context_stems)
    )


def is_said(word: AskedWord, stems: Iterable[str]) -> bool:
    """Whether one of some stems means what a word of a question does."""
    return any(are_alike(word.stem, said, is_name=word.is_name) for said in stems)


def certainty_of(fits: Iterable[LabelFit], *, weak: int, subjects: int) -> float:
    """How sure a cell of these labels is, with so many words that only the text around meets."""
    sure = 1.0 - _WEAK_COST * weak - (_SUBJECT_COST if subjects else 0.0)
    for fit in fits:
        sure -= (_PARTIAL_COST if fit.is_partial else 0.0) + _OWN_COST * min(2.0, fit.extra)
    return max(sure, MIN_SURE)


def group_alike(fits: dict[int, LabelFit], periods: frozenset[str], without: frozenset[int]) -> _Kinds:
    """The rows or columns that fit alike, by how: the words and periods that they meet, and their cost."""
    kinds: _Kinds = defaultdict(list)
    for number, fit in fits.items():
        kinds[fit.words - without, fit.periods & periods, fit.cost(periods, without)].append(number)
    return kinds
