"""Yes or no by cells: two that are compared, or one and the figure that a question names."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from qa.answering.tables.asked_bound import GROUPED_FROM, holds
from qa.answering.tables.calculations import bracketed, named_groups
from qa.answering.tables.cell_answer import may_answer
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import format_number, is_blank
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.labelled_grid import label_grid
from qa.answering.tables.table_answer import TableAnswer, best_answer, cite_cells, collect_evidence
from qa.answering.tables.table_question import understand_table_question
from qa.query.query import SubQuestion
from qa.schema import Computed, SourceTable

__all__ = ["decide_by_cells"]

_MIN_MATCHED = 0.5
_TWO = 2
_START = re.compile(
    r"^\W*(?:(?:and|so|but|please|ok|okay)\W+)*(?:did|does|do|was|were|is|are|has|have|had)\b",
    re.IGNORECASE,
)
# What no two cells decide: a denial, two ways at once, all of several, what else goes with it.
_OTHER = re.compile(
    r"\b(?:not|never|no|neither|nor|nobody|none|or|only|still|ever|always|each|every|both|all|any|some|"
    r"most|least(?! (?:\d|twice|half|two|three))|because|why|whether|if|while|although|but|faster|"
    r"slower|again)\b|"
    r"n['’]t\b|\bby (?:more|less|over|at|under|about|around|nearly|almost|\d)",
    re.IGNORECASE,
)
_TIMES = {
    "twice": "2",
    "double": "2",
    "doubled": "2",
    "treble": "3",
    "triple": "3",
    "tripled": "3",
    "trebled": "3",
}
_TIMES |= {"half": "0.5", "halved": "0.5", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_MULTIPLE = re.compile(
    r"\b(?P<bound>more than|over|at least|less than|under) "
    r"(?:(?P<word>twice|doubled?|trebled?|tripled?|half|halved)|"
    r"(?P<number>\d{1,3}(?:\.\d+)?|two|three|four|five|ten) times)\b"
    r"(?: (?:as|so) (?:much|many|large|big|high|great)\b)?",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b(?:(?P<above>more than|over|above|exceed(?:ed|s)?|top(?:ped|s)?|surpass(?:ed)?|higher than|"
    r"greater than)|"
    r"(?P<least>at least|reach(?:ed)?)|(?P<below>less than|under|below|fewer than|lower than)) "
    r"(?P<figure>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<percent>%|per ?cent\b))?"
    r"(?: (?P<scale>thousand|million|billion)\b)?",
    re.IGNORECASE,
)
_UP = r"up|rise|rose|risen|rising|grow|grew|grown|increased?|climb(?:ed)?|gain(?:ed)?"
_DOWN = r"down|fall|fell|fallen|falling|drop(?:ped)?|declined?|decreased?|shrink|shrank|shrunk|slip(?:ped)?"
_MOVED = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b")
# Not "Lower Tarn".
_COMPARED = re.compile(
    r"\b(?:(?P<up>more|higher|larger|greater|bigger|above|exceed(?:ed)?|outstrip(?:ped)?|surpass(?:ed)?|"
    r"ahead)|(?P<down>less|lower|fewer|smaller|below|behind))\b"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:on|than|against|over|from|compared (?:with|to)|as) (?:in )?(?:(?:the|a) )?"
    r"(?:year (?:before|earlier)|(?:previous|preceding|prior) year)\b|\ba year earlier\b|"
    r"\byear[ -]on[ -]year\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:than|as in|as to|exceed(?:ed)?|outstrip(?:ped)?|surpass(?:ed)?|ahead of|behind)\b", re.IGNORECASE
)
_BROUGHT_IN = re.compile(r"\b(?:bring|brought) in(?= (?!in |over |than |by )[A-Za-z])", re.IGNORECASE)
_SCALES = {"thousand": 3, "million": 6, "billion": 9}
_SCALE = re.compile(r"\b(thousand|million|billion)\b", re.IGNORECASE)


class _Asked(NamedTuple):
    """What is asked of the first of two figures: that it is `way` than `times` the second, or `figure`.

    `by_time` says that the later of two years is the first. `text` is the question of one figure, without it.
    """

    way: Literal["above", "least", "below"]
    times: Decimal
    figure: Decimal | None
    is_percent: bool
    by_time: bool
    text: str


def decide_by_cells(subquestion: SubQuestion, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What cells decide of a yes/no question, or that one is blank; None where they don't for sure."""
    asked = _read(subquestion.text)
    question = understand_table_question(asked.text, may_calculate=False) if asked else None
    if asked is None or question is None or not question.is_specific:
        return None
    if question.superlative or question.side:
        return None
    answers: list[TableAnswer] = []
    for source in tables:
        grid = label_grid(source)
        if grid and may_answer(question, grid):
            answer = _decide(GridMatcher(question, grid), asked)
            if answer and answer.matched >= _MIN_MATCHED:
                answers.append(answer)
    return best_answer(answers) if answers else None


def _read(text: str) -> _Asked | None:
    """The comparison that a question asks of; None where it asks of none, or of something besides."""
    plain = " ".join(text.split())
    if not _START.match(plain) or _OTHER.search(plain):
        return None
    rest = _START.sub("How much ", plain)
    if year := re.search(r"\b(?:19|20)\d\d\b", rest):
        rest = _YEAR_BEFORE.sub(f" than in {int(year[0]) - 1}", rest, count=1)
    is_before = rest.count(" than in ") > plain.count(" than in ")
    if match := _MULTIPLE.search(rest):
        times = Decimal(_TIMES.get((match["word"] or match["number"]).lower()) or match["number"])
        bound = match["bound"].lower()
        way: Literal["above", "least", "below"] = (
            "least" if bound == "at least" else "above" if bound in ("more than", "over") else "below"
        )
        is_moved = match["word"] is not None and match["word"].lower().endswith("d")
        return (
            _Asked(way, times, None, False, is_moved, _without(rest, match))
            if not _MOVED.search(rest)
            else None
        )
    if match := _FIGURE.search(rest):
        is_year = re.fullmatch(r"(?:19|20)\d\d", match["figure"]) is not None
        if is_year or _MOVED.search(rest):
            return None
        figure = Decimal(match["figure"].replace(",", "")).scaleb(
            _SCALES.get((match["scale"] or "").lower(), 0)
        )
        way = "above" if match["above"] else "least" if match["least"] else "below"
        return _Asked(way, Decimal(1), figure, match["percent"] is not None, False, _without(rest, match))
    moved, compared = list(_MOVED.finditer(rest)), list(_COMPARED.finditer(rest))
    if len(moved) + len(compared) != 1 or (compared and not _BETWEEN.search(rest)):
        return None
    match = (moved or compared)[0]
    way = "above" if match["up"] else "below"
    return _Asked(way, Decimal(1), None, False, bool(moved) or is_before, _without(rest, match))


def _without(text: str, match: re.Match[str]) -> str:
    return _BROUGHT_IN.sub("import", " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()))


def _operands(matcher: GridMatcher, asked: _Asked) -> list[CellMatch] | None:
    """The cell, or the two to compare, the one that is asked about first."""
    question = matcher.question
    years = [name for name in question.periods if re.fullmatch(r"\d{4}", name)]
    rest = [name for name in question.periods if name not in years]
    matches: list[CellMatch | None]
    if asked.figure is not None:
        # What holds at no time is a rule, which a figure may be under without being its.
        is_rate = not asked.is_percent or bool(question.measures or question.wants & {"percent"})
        matches = [matcher.best_cell()] if len(years) == 1 and is_rate else []
    elif len(years) == _TWO:
        order = sorted(years, reverse=True) if asked.by_time else years
        matches = [matcher.best_cell(periods=[year, *rest]) for year in order]
    elif len(years) <= 1 and not asked.by_time:
        named = named_groups(matcher)
        if len(named) != _TWO:
            return None
        matches = [matcher.best_cell(without=frozenset().union(*named) - words) for words in named]
    else:
        return None
    found = [match for match in matches if match is not None and match.is_sure and not match.weak]
    return found if found and len(found) == len(matches) else None


def _decide(matcher: GridMatcher, asked: _Asked) -> TableAnswer | None:
    grid, matches = matcher.grid, _operands(matcher, asked)
    if matches is None:
        return None
    places = [(match.row, match.column) for match in matches]
    if len(set(places)) < len(places) or any(
        is_about_something_else(matcher, match) or not matcher.is_of_wanted_unit(match.row, match.column)
        for match in matches
    ):
        return None
    matched, evidence = min(match.matched for match in matches), collect_evidence(grid, places)
    blank = next((place for place in places if is_blank(grid.read(*place))), None)
    if blank is not None:
        cells = cite_cells(grid, [blank])
        return TableAnswer(kind="blank", cells=cells, short_answer="", matched=matched, evidence=evidence)
    numbers = [number for place in places if (number := grid.number(*place))]
    units = {grid.unit(*place) for place in places}
    if len(numbers) < len(places) or len(units) > 1 or len({kind for _, kind in numbers}) > 1:
        return None
    values, unit = [value for value, _ in numbers], units.pop() or numbers[0][1] or None
    weighed = _weigh(asked, values, unit)
    if weighed is None:
        return None
    is_so, computed = weighed
    return TableAnswer(
        kind="computed",
        cells=cite_cells(grid, places),
        short_answer="yes" if is_so else "no",
        matched=matched,
        evidence=evidence,
        computed=computed,
    )


def _weigh(asked: _Asked, values: Sequence[Decimal], unit: str | None) -> tuple[bool, Computed] | None:
    """Whether it is so, and what shows it; None where the figures can't be compared."""
    is_percent = unit is not None and unit.startswith(("%", "percent"))
    shown = [format_number(value, grouped=abs(value) >= GROUPED_FROM) for value in values]
    cells = tuple(range(1, len(values) + 1))
    if asked.figure is not None:
        if asked.is_percent is not is_percent:
            return None
        scale = _SCALE.search(unit or "")
        power = _SCALES[scale[1].lower()] if scale else 0
        figure = asked.figure.scaleb(-power)
        how = f"{shown[0]} against {format_number(figure, grouped=figure >= GROUPED_FROM)}"
        is_so = holds(asked.way, values[0].scaleb(power), asked.figure)
        return is_so, Computed(value=shown[0], unit=unit, how=how, cells=cells)
    first, second = values
    is_so = holds(asked.way, first, second * asked.times)
    if asked.times != 1:
        if second <= 0 or first < 0:
            return None
        ratio = format_number((first / second).quantize(Decimal("0.01"), ROUND_HALF_UP), grouped=False)
        how = f"{shown[0]} / {shown[1]} = {ratio}"
        return is_so, Computed(value=ratio, unit="times", how=how, cells=cells)
    difference = format_number(first - second, grouped=abs(first - second) >= GROUPED_FROM)
    how = f"{shown[0]} - {bracketed(shown[1])} = {difference}"
    unit = "percentage points" if is_percent else unit
    return is_so, Computed(value=difference, unit=unit, how=how, cells=cells)
