"""Whether a question's answer is a cell of a table rather than a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.assessment import Assessment
from qa.answering.condition_check import SHARE_WORDS, check_conditions, check_left_out
from qa.answering.evidence_parts import document_parts
from qa.answering.newer import is_planned
from qa.answering.put_right import LOOKED_AT, find_cell_correction
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.tables.asked_parts import find_parts
from qa.answering.tables.cell_answer import answer_from_row, answer_from_tables
from qa.answering.tables.cell_choice import StatementReader, choose_cell
from qa.answering.tables.cell_verdict import decide_by_cells
from qa.answering.tables.combined_cells import answer_by_parts, refuse_parts
from qa.answering.tables.date_cells import answer_with_day
from qa.answering.tables.table_answer import TableAnswer
from qa.answering.tables.trade_words import are_alike, unit_words
from qa.query.conditions.directions import says_more
from qa.query.conditions.document_lines import READ_CHARS, find_document_lines
from qa.query.conditions.figures import find_figures, share_unit
from qa.query.conditions.names import without_possessive
from qa.query.conditions.periods import figures_apart_from, find_periods
from qa.query.question_type import QuestionType
from qa.schema import CheckedCondition, Computed, Condition, ConditionKind, SourceTable
from qa.text.lines import is_table_row
from qa.text.overlap import written_words
from qa.text.terms import stem, telling_stems

__all__ = ["CELL_TYPES", "FoundCells", "find_cells", "meet_by_calculation", "put_cell_right"]

_MAX_REFUSED = 0.3  # the confidence of an answer that a table says is not there
_SURE_OF_SENTENCE = 0.76  # a sentence this sure answers where a table has a blank
# ... and one this sure where a table lacks what is asked for altogether.
_FAIRLY_SURE = 0.5
_MAX_ON_MISTAKE = 0.5  # ... of what is worked out of a cell that a sentence puts right
_MAX_LATER = 0.75  # ... and of what a newer document says instead
_MAX_PUT_RIGHT = 0.9  # the confidence of what a sentence puts right at most

# Types of questions that a cell may answer; for others no table need be loaded.
CELL_TYPES: tuple[QuestionType, ...] = ("fact", "list", "open", "yes-no")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCells:
    """What tables answer, how sure that is, and the question's conditions against it.

    `reason` says why it is no answer, where the conditions don't.
    """

    answer: TableAnswer
    confidence: float
    conditions: tuple[CheckedCondition, ...]
    reason: str | None = None


def find_cells(
    assessment: Assessment, tables: Sequence[SourceTable], read: StatementReader | None = None
) -> FoundCells | None:
    """The answer of the tables; None where they have none, or a sentence outside of them has a sure one.

    A table that has all but the value says that there is none, unless a sentence elsewhere meets all that is
    asked. A cell whose labels lack a word of the question comes behind a surer sentence, too. Where labels
    have other words than the question, `read` tells which cell is asked for.
    """
    subquestion = assessment.subquestion
    answer, certainty = _find_answer(assessment, tables, read)
    if answer is None:
        return None
    asked = subquestion.conditions.asked
    parts = list(answer.evidence)
    if answer.cells:
        document = answer.cells[0].source.document
        parts += document_parts(document.id, find_document_lines(asked, document.text[:READ_CHARS]))
    conditions = check_conditions(asked, parts)
    if answer.kind != "absent":
        conditions = tuple(
            meet_by_calculation(answer.computed, _meet_by_head(answer, _meet_period(checked)))
            for checked in conditions
        )
    if not answer.is_refusal:
        if check_left_out(subquestion.text, parts) or any(
            checked.state == "contradicted" for checked in conditions
        ):
            return None
        if answer.unmet and _is_answered_outside(assessment, answer, tables):
            return None
        confidence = certainty or answer.matched
        if answer.kind != "cell" and _rests_on_mistake(answer, assessment):
            confidence = min(confidence, _MAX_ON_MISTAKE)
        return FoundCells(answer=answer, confidence=confidence, conditions=conditions)
    if _is_answered_outside(assessment, answer, tables) or _is_named_outside(assessment, answer, tables):
        return None
    return FoundCells(
        answer=answer,
        confidence=min(_MAX_REFUSED, assessment.confidence),
        conditions=_deny(answer, conditions),
        reason=_explain_blank(answer) if answer.kind == "blank" else answer.reason,
    )


def put_cell_right(found: FoundCells, assessment: Assessment) -> Assessment | None:
    """What a sentence answers that puts a cell's figure right, or gives a later one; None without.

    It is a newer document's, or the table's own: "imports from Arda read 261 million instead of 271 million".
    """
    answer = found.answer
    if answer.kind != "cell" or len(answer.cells) != 1:
        return None
    row = " ".join(part.text for part in answer.evidence if part.by == "row")
    published = answer.cells[0].source.document.published
    ranked = assessment.ranked_sentences
    right = find_cell_correction(assessment.subquestion, answer.short_answer, row, published, ranked)
    most = _MAX_PUT_RIGHT
    if right is None:
        right, most = _find_later_figure(answer, row, published, ranked), _MAX_LATER
    if right is None:
        return None
    others = [one for one in ranked if one is not right]
    first = replace(right, probability=max(one.probability for one in ranked))
    return replace(assessment, ranked_sentences=[first, *others], confidence=min(found.confidence, most))


def _find_later_figure(
    answer: TableAnswer, row: str, published: date | None, ranked: Sequence[RankedSentence]
) -> RankedSentence | None:
    """The sentence of a newer document that gives another figure for a table's cell; None without.

    It names what the row is named, meets all conditions of the question, one at least by its own words, and
    plans nothing.
    """
    names, amount = telling_stems(row), answer.amount
    own = find_figures(f"{amount.how} {amount.unit}") if amount and amount.unit else []
    if published is None or len(own) != 1 or not names or not own[0].kind:
        return None
    for other in ranked[:LOOKED_AT]:
        told = other.passage.published
        figures = [
            figure
            for figure in figures_apart_from(find_periods(other.text), other.text)
            if share_unit(figure.kind, own[0].kind)
        ]
        if (
            told
            and told > published
            and not is_table_row(other.text)
            and len(figures) == 1
            and not figures[0].is_equal(own[0])
            and names <= telling_stems(other.text)
            and all(one.is_met for one in other.conditions)
            and any(one.by == "sentence" for one in other.conditions)
            and not is_planned(other)
        ):
            return other
    return None


def _rests_on_mistake(answer: TableAnswer, assessment: Assessment) -> bool:
    """Whether a sentence puts one of the figures right that an answer was worked out of."""
    for cell in answer.cells:
        document = cell.source.document
        row = document.text[cell.start : cell.end].strip("| ").split("|")[0]
        value = document.text[cell.highlight.start : cell.highlight.end] if cell.highlight else ""
        ranked = assessment.ranked_sentences
        if find_cell_correction(assessment.subquestion, value, row, document.published, ranked):
            return True
    return False


def _find_answer(
    assessment: Assessment, tables: Sequence[SourceTable], read: StatementReader | None
) -> tuple[TableAnswer | None, float]:
    """By labels, by the row that was read as the best sentence, or by what is read of each cell.

    With it the confidence, 0 where that is the answer's own.
    """
    subquestion = assessment.subquestion
    parts = find_parts(subquestion.text)
    if parts and (answer := answer_by_parts(parts, subquestion.text, tables)):
        return answer, 0.0
    if subquestion.question_type == "yes-no":
        # What a sentence decides needs no table.
        return (None if assessment.verdict else decide_by_cells(subquestion, tables)), 0.0
    if answer := answer_with_day(subquestion.text, tables):
        return answer, 0.0
    # No single cell is a balance, or what is left.
    is_of_two = parts is not None and parts.kind in ("balance", "rest", "unit value")
    answer = None if is_of_two else answer_from_tables(subquestion, tables)
    best = assessment.ranked_sentences[0] if assessment.ranked_sentences else None
    if answer or subquestion.question_type != "fact":
        return answer, 0.0
    source = _table_of(best, tables) if best else None
    if parts:
        return (refuse_parts(parts, source) if source else None), 0.0
    by_row = None
    if best and source:
        by_row = answer_from_row(subquestion, source, best.sentence.start, best.sentence.end)
        if by_row and not by_row.is_refusal and assessment.confidence >= _MAX_REFUSED:
            return by_row, assessment.confidence
    chosen = choose_cell(subquestion, tables, read) if read else None
    if by_row and (chosen is None or by_row.cells[:1] != chosen.cells[:1]):
        return by_row, assessment.confidence
    if chosen and source is None and assessment.confidence >= chosen.matched:
        return None, 0.0
    return chosen, 0.0


def _meet_period(checked: CheckedCondition) -> CheckedCondition:
    """A period as met: a cell is taken only where row, column and caption say it, be it in parts."""
    if checked.is_met or checked.condition.kind != "period":
        return checked
    return CheckedCondition(condition=checked.condition, state="met", by="row")


def _meet_by_head(answer: TableAnswer, checked: CheckedCondition) -> CheckedCondition:
    """A unit as met where the head over the cell counts the same by another name: people by "Employees"."""
    if checked.is_met or checked.condition.kind != "unit":
        return checked
    asked = stem(checked.condition.text)
    heads = (part.text for part in answer.evidence if part.by == "column head")
    if any(are_alike(asked, stem(word), is_name=False) for head in heads for word in written_words(head)):
        return CheckedCondition(condition=checked.condition, state="met", by="column head")
    return checked


def meet_by_calculation(computed: Computed | None, checked: CheckedCondition) -> CheckedCondition:
    """The unit of what was worked out as met, and a way that something went where the difference goes it."""
    condition = checked.condition
    if checked.is_met or computed is None:
        return checked
    if condition.kind == "unit":
        unit = computed.unit or ""
        is_met = condition.text in unit or (unit == "percent" and condition.text in SHARE_WORDS)
    else:
        is_open = checked.state == "unstated" and condition.kind == "direction" and " - " in computed.how
        is_met = is_open and says_more(condition.text) is not computed.value.startswith("-")
    return CheckedCondition(condition=condition, state="met", by="calculation") if is_met else checked


def _table_of(ranked: RankedSentence, tables: Sequence[SourceTable]) -> SourceTable | None:
    """The table that a sentence is a row of; None where it is none."""
    return next(
        (
            source
            for source in tables
            if source.document.id == ranked.passage.document_id
            and source.table.start <= ranked.sentence.start < source.table.end
        ),
        None,
    )


def _explain_blank(answer: TableAnswer) -> str:
    """That the cell is blank, and what the document says about that."""
    document = answer.cells[0].source.document
    caption = answer.cells[0].source.table.caption or document.title
    note = document.text[answer.note.start : answer.note.end] if answer.note else ""
    lacking = answer.reason.split() if answer.reason else []
    return " ".join(
        [*lacking, f"The cell is blank in the table “{' '.join(caption.split())}”.", *note.split()]
    )


def _is_answered_outside(assessment: Assessment, answer: TableAnswer, tables: Sequence[SourceTable]) -> bool:
    """Whether a sentence outside of the tables says itself when and of what it gives a figure."""
    best = assessment.ranked_sentences[0] if assessment.ranked_sentences else None
    if answer.kind == "cell":
        sure = answer.matched
    else:
        sure = _SURE_OF_SENTENCE if answer.kind == "blank" else _FAIRLY_SURE
    if best is None or assessment.confidence < sure:
        return False
    is_figure = assessment.subquestion.question_type != "fact" or any(
        letter.isdigit() for letter in best.passage.slice(best.sentence)
    )
    is_row = best.passage.table_context is not None or _table_of(best, tables) is not None
    told = ("sentence", "heading", "title")
    return (
        is_figure
        and not is_row
        and all(checked.is_met and checked.by in told for checked in best.conditions)
        and any(checked.by == "sentence" for checked in best.conditions)
    )


def _is_named_outside(assessment: Assessment, answer: TableAnswer, tables: Sequence[SourceTable]) -> bool:
    """Whether the table only lacks a name that the best sentence, which is no row, has itself."""
    best = assessment.ranked_sentences[0] if assessment.ranked_sentences else None
    if answer.kind != "absent" or best is None or best.is_contradicted:
        return False
    if best.passage.table_context is not None or _table_of(best, tables) is not None:
        return False
    own = {
        checked.condition.text for checked in best.conditions if checked.is_met and checked.by == "sentence"
    }
    return bool(answer.unmet) and all(any(text in name for name in own) for text in answer.unmet)


def _deny(answer: TableAnswer, conditions: Sequence[CheckedCondition]) -> tuple[CheckedCondition, ...]:
    """The conditions with those that the table lacks as contradicted by what it has."""
    lacking = tuple(map(without_possessive, answer.unmet))
    denied = [
        CheckedCondition(
            condition=Condition(text=text, kind=_kind_of(text)),
            state="contradicted",
            instead=answer.instead,
        )
        for text in lacking
    ]
    return (*denied, *(checked for checked in conditions if checked.condition.text not in lacking))


def _kind_of(lacking: str) -> ConditionKind:
    """The kind of condition that words of a question set, of those that a table may lack."""
    if find_periods(lacking):
        return "period"
    return "unit" if unit_words(map(stem, lacking.casefold().split())) else "name"
