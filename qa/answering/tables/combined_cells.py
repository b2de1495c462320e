"""A balance, a share, a rest or the value of each unit: worked out of what two plainer questions find."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from qa.answering.tables.asked_bound import GROUPED_FROM, scale_of
from qa.answering.tables.asked_parts import AskedParts
from qa.answering.tables.calculations import PER, bracketed
from qa.answering.tables.cell_answer import answer_plainly, answer_with_cell
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import format_number
from qa.answering.tables.flow_check import is_about_something_else, is_of_other_goods
from qa.answering.tables.labelled_grid import LabelledGrid, label_grid
from qa.answering.tables.table_answer import Amount, TableAnswer, best_answer
from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_question import understand_table_question
from qa.schema import Computed, SourceTable
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["answer_by_parts", "refuse_parts"]

_HUNDRED, _TENTH, _CENT = Decimal(100), Decimal("0.1"), Decimal("0.01")
_SCALE_WORD = re.compile(r"\b(?:thousand|million|billion)s?\s*(?:of\s+)?", re.IGNORECASE)
_ALL = re.compile(r"\b(?:total|overall|all)\b", re.IGNORECASE)
# Powers of ten of a gram, to tell a kilogram's value by tonnes.
_GRAMS = {stem(name): 6 for name in ("tonne", "ton")} | {stem(name): 3 for name in ("kilogram", "kilo", "kg")}


def answer_by_parts(asked: AskedParts, text: str, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What a table has for the question's `text` in a row or column of its own, else what is worked out.

    That is of two figures of one document; a refusal where one of them is lacking, None where both are.
    """
    own = [source for source in tables if (grid := label_grid(source)) and _has_own(asked, grid)]
    answer = answer_plainly(text, own) if own else None
    if answer and not answer.is_refusal:
        return answer
    by_document = groupby(sorted(tables, key=_document_id), key=_document_id)
    answers = [answer for _, group in by_document if (answer := _answer_in(asked, list(group)))]
    worked_out = [answer for answer in answers if not answer.is_refusal]
    if worked_out:
        return best_answer(worked_out)
    return max(answers, key=lambda answer: (answer.kind == "blank", answer.matched), default=None)


def refuse_parts(asked: AskedParts, source: SourceTable) -> TableAnswer | None:
    """That a table does not tell what is to be worked out; None where it may have it in a row or column."""
    grid = label_grid(source)
    if grid is None or _has_own(asked, grid):
        return None
    return TableAnswer(kind="absent", cells=(), short_answer="", matched=0.0, evidence=())


def _has_own(asked: AskedParts, grid: LabelledGrid) -> bool:
    """Whether a table may have what is asked for in a row or column of its own."""
    row = next(iter(grid.rows))
    if asked.kind == "share" and any(grid.unit_class(row, column) == "percent" for column in grid.columns):
        return True
    if asked.kind == "unit value" and any(PER.search(grid.unit(row, c) or "") for c in grid.columns):
        return True
    return bool(asked.own_words & _label_stems(grid))


def _document_id(source: SourceTable) -> str:
    return source.document.id


def _label_stems(grid: LabelledGrid) -> frozenset[str]:
    labels = (label for axis in (grid.rows, grid.columns) for labels in axis.values() for label in labels)
    return grid.caption_stems.union(*((*label.stems, *label.aside) for label in labels))


def _answer_in(asked: AskedParts, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What the tables of one document give."""
    first, second = _find_pair(asked, tables)
    for part, name in zip((first, second), asked.names, strict=True):
        if part and part.kind == "blank":
            return replace(part, reason=f"They have no figure for {name}.")
    if asked.kind == "share" and first and first.amount and first.amount.is_percent:
        return first  # "Use, percent" is the share itself
    if first is None or second is None or first.amount is None or second.amount is None:
        return _lacking(asked, (first, second))
    worked_out = _work_out(asked, first.amount, second.amount)
    if worked_out is None:
        units = " and ".join(f"“{one.amount.unit or 'no unit'}”" for one in (first, second) if one.amount)
        reason = f"Its two figures don't go together: they are in {units}."
        return replace(first, kind="absent", cells=(), short_answer="", reason=reason)
    short, computed = worked_out
    cells = (*first.cells, *second.cells)
    return TableAnswer(
        kind="computed",
        cells=cells,
        short_answer=short,
        matched=min(first.matched, second.matched),
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        computed=replace(computed, cells=tuple(range(1, len(cells) + 1))),
    )


def _find_pair(
    asked: AskedParts, tables: Sequence[SourceTable]
) -> tuple[TableAnswer | None, TableAnswer | None]:
    """What answers each question; for a share of a whole, from one table."""
    if asked.kind != "share" or asked.names[1] == "the quota":
        first, second = _answer_any(asked.first, tables), _answer_any(asked.second, tables)
        if first and second and set(first.cells) & set(second.cells):
            return None, None
        return first, second
    found: list[tuple[TableAnswer | None, TableAnswer | None]] = []
    for source in tables:
        if (grid := label_grid(source)) and (pair := _find_share(asked, grid)):
            found.append(pair)
    return max(found, key=lambda pair: pair[1] is not None, default=(None, None))


def _answer_any(wordings: Sequence[str], tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What is found by the first wording that finds a figure, else what is lacking by the first."""
    answers = [answer for text in wordings if (answer := answer_plainly(text, tables))]
    return next((answer for answer in answers if not answer.is_refusal), answers[0] if answers else None)


def _find_share(asked: AskedParts, grid: LabelledGrid) -> tuple[TableAnswer, TableAnswer | None] | None:
    """The part and the whole that it is of: the row over it, or that of all; None where there is no part."""
    whole = understand_table_question(asked.second[0], may_calculate=False)
    laid = GridMatcher(whole, grid) if whole else None
    for text in asked.first:
        question = understand_table_question(text, may_calculate=False)
        matcher = GridMatcher(question, grid) if question else None
        part = matcher.best_cell() if matcher else None
        if matcher is None or part is None or not part.is_sure or part.weak or laid is None:
            continue
        if not matcher.is_of_wanted_unit(part.row, part.column) or is_of_other_goods(matcher):
            continue
        if is_about_something_else(matcher, part) or _is_total(grid, (part.row, part.column)):
            continue
        answer = answer_with_cell(matcher, part)
        places = _wholes(grid, part, is_of_all=_ALL.search(asked.second[0]) is not None)
        of = next((place for place in places if _is_whole(laid, part, place)), None)
        if answer and of:
            return answer, answer_with_cell(laid, replace(part, row=of[0], column=of[1]))
    return None


def _is_whole(matcher: GridMatcher, part: CellMatch, place: tuple[int, int]) -> bool:
    """Whether a cell is of what the question says that the part is of, and of the part's period."""
    row, column = place
    met = (
        matcher.rows[row].words | matcher.columns[column].words if column in matcher.columns else frozenset()
    )
    own = matcher.rows[row].words if column == part.column else matcher.columns[column].words
    is_named = bool(own & matcher.hard - matcher.in_context) or _is_total(matcher.grid, place)
    open_words = matcher.hard - matcher.in_context - met
    return (
        is_named
        and not (open_words - matcher.weak_words(open_words))
        and not is_about_something_else(matcher, replace(part, row=row, column=column))
    )


def _wholes(grid: LabelledGrid, part: CellMatch, *, is_of_all: bool) -> Iterable[tuple[int, int]]:
    """The cells that one may be a part of, the likeliest first: the one it is set out from, and the total."""
    over = [(row, part.column) for row in _set_out_from(grid.rows, part.row)]
    over += [(part.row, column) for column in _set_out_from(grid.columns, part.column)]
    totals = [(row, part.column) for row in _totals(grid.rows)]
    totals += [(part.row, column) for column in _totals(grid.columns)]
    return [*totals, *over] if is_of_all else [*over, *totals]


def _set_out_from(axis: dict[int, tuple[Label, ...]], number: int) -> list[int]:
    """The row, or column, that one headed "of which" belongs to."""
    plain = [n for n, labels in axis.items() if n < number and not any(one.is_of_which for one in labels)]
    return plain[-1:] if any(label.is_of_which for label in axis[number]) else []


def _totals(axis: dict[int, tuple[Label, ...]]) -> list[int]:
    """The row, or column, of all; none where there are several."""
    found = [number for number, labels in axis.items() if any(label.is_total for label in labels)]
    return found if len(found) == 1 else []


def _is_total(grid: LabelledGrid, place: tuple[int, int]) -> bool:
    labels = (*grid.rows[place[0]], *grid.columns[place[1]])
    return any(label.is_total for label in labels)


def _lacking(asked: AskedParts, parts: Sequence[TableAnswer | None]) -> TableAnswer | None:
    """That one figure is there and the other isn't, or what both lack; None where that isn't known."""
    found = next((part for part in parts if part and not part.is_refusal), None)
    if found is None:
        both = [part for part in parts if part and part.kind == "absent"]
        return both[0] if len(both) == len(parts) else None
    index = parts.index(found)
    lacking = parts[1 - index]
    there, missing = asked.names[index], asked.names[1 - index]
    reason = f"They have {there} ({found.short_answer}), but no figure for {missing}."
    return replace(
        found,
        kind="absent",
        cells=(),
        short_answer="",
        amount=None,
        computed=None,
        unmet=lacking.unmet if lacking else (),
        instead=lacking.instead if lacking else (),
        reason=reason,
    )


def _work_out(asked: AskedParts, first: Amount, second: Amount) -> tuple[str, Computed] | None:
    """What is said and how it came about; None where the figures don't go together."""
    if asked.kind == "unit value":
        return _value_of_one(asked, first, second)
    if _noun(first.unit) != _noun(second.unit):
        return None
    power = scale_of(second.unit) - scale_of(first.unit)
    value, other = first.value, second.value.scaleb(power)
    shown = (first.how, second.how if not power else _shown(other, second))
    if asked.kind in ("share", "ratio"):
        if other <= 0 or value < 0 or first.is_percent or (asked.kind == "share" and value > other):
            return None
        factor, unit = (_HUNDRED, "percent") if asked.kind == "share" else (Decimal(1), "times")
        step = _TENTH if asked.kind == "share" else _CENT
        result = _shown((value / other * factor).quantize(step, ROUND_HALF_UP), first)
        how = f"{shown[0]} / {shown[1]} = {result}{'%' if asked.kind == 'share' else ''}"
        return f"{result} {unit}", Computed(value=result, unit=unit, how=how, cells=())
    if asked.kind == "rest":  # Of the quota less what was used.
        value, other, shown = other, value, (shown[1], shown[0])
    difference = value - other
    of_rest = "percentage points" if first.is_percent else first.unit
    result = _shown(difference, first, second)
    how = f"{shown[0]} - {bracketed(shown[1])} = {result}"
    computed = Computed(value=result, unit=of_rest, how=how, cells=())
    if asked.kind != "balance" or not difference:
        return _with_unit(result, of_rest), computed
    name = "a surplus" if difference > 0 else "a deficit"
    return f"{name} of {_with_unit(result.lstrip('-'), of_rest)}", computed


def _value_of_one(asked: AskedParts, money: Amount, count: Amount) -> tuple[str, Computed] | None:
    """The value of each unit, with both scales taken out; of a kilogram also by tonnes."""
    of_money, unit = _noun(money.unit), _noun(count.unit)
    if not of_money or of_money == unit or count.value <= 0 or "%" in f"{money.unit}{count.unit}":
        return None
    counted, wanted = (_GRAMS.get(stem(name)) for name in (unit, asked.names[1]))
    power = scale_of(money.unit) - scale_of(count.unit)
    if counted and wanted:
        power, unit = power + wanted - counted, asked.names[1]
    value = (money.value / count.value).scaleb(power)
    result = _shown(value.quantize(_CENT if value < _HUNDRED else _TENTH, ROUND_HALF_UP), money)
    each = f"{of_money} per {_one(unit or asked.names[1])}"
    how = f"{money.how} {money.unit} / {count.how} {count.unit or asked.names[1]}"
    return f"{result} {each}", Computed(value=result, unit=each, how=f"{how} = {result}", cells=())


def _noun(unit: str | None) -> str:
    """A unit without its scale."""
    return _SCALE_WORD.sub("", unit or "").strip()


def _one(unit: str) -> str:
    words = list(written_words(unit))
    return unit[:-1] if words and unit.endswith("s") and not unit.endswith("ss") else unit


def _shown(value: Decimal, *like: Amount) -> str:
    """A figure with commas between thousands, where others have them or it is large."""
    return format_number(value, grouped=abs(value) >= GROUPED_FROM or any("," in one.how for one in like))


def _with_unit(figure: str, unit: str | None) -> str:
    return f"{figure} {unit}" if unit else figure
