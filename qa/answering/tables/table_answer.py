"""What tables answer to a question, as a value, and how it is put together from cells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, NamedTuple

from qa.answering.evidence_parts import EvidencePart
from qa.answering.tables.cell_values import format_number, is_blank, with_unit
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.schema import Computed, SourceTable, Span
from qa.text.terms import telling_stems

__all__ = [
    "Amount",
    "CitedCell",
    "TableAnswer",
    "amount_of",
    "best_answer",
    "cite_cells",
    "collect_evidence",
    "find_note",
    "value_of",
]

TableAnswerKind = Literal["cell", "blank", "absent", "superlative", "computed"]
# Of several tables that fit alike: what one that is only newer, or counts in another unit, costs.
_RIVAL_COST = 0.3
_NOTE_REACH = 700  # characters around a table in which a note on it may stand
_DENIES = re.compile(
    r"\b(?:not|no|never|nothing|none|nobody|only|secret|confidential|withheld|unavailable|missing|unknown)\b",
    re.IGNORECASE,
)
_TABLE_NUMBER = re.compile(r"^table\s[\w.]{1,8}\s?", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\s].*?(?:[.!?](?=\s|$)|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedCell:
    """A cell to cite: `start` and `end` enclose its row in the document's text, `highlight` what it says.

    `highlight` is None for a blank cell.
    """

    source: SourceTable = field(repr=False)
    start: int
    end: int
    highlight: Span | None

    @property
    def document_id(self) -> str:
        """The id of its document."""
        return self.source.document.id


class Amount(NamedTuple):
    """A figure to reckon on with: its value in `unit`, and `how` it stands there ("87", "(40 + 47)")."""

    value: Decimal
    unit: str | None
    how: str

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage."""
        return (self.unit or "").startswith(("%", "percent"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAnswer:
    """What tables answer.

    `kind` is "cell", "superlative" or "computed" where they do. "blank" is a refusal: the row and the column
    are there, and no value; `note` is then what the document says about that, if anything. "absent" is one
    where the table has everything but a period, name or unit that is asked for: `unmet` holds that in the
    question's words, `instead` what the table has of its kind. `cells` are those that the answer rests on,
    `short_answer` says it, "" in a refusal. `matched` is how sure row and column are (0..1). `skipped` names
    what was not ranked for want of a figure, `evidence` is what a condition of the question may be met by.
    `others` are the same cell in other documents' tables, where it has another value. `amount` is the figure
    of a cell or sum. `reason` says what is lacking where something was to be worked out.
    """

    kind: TableAnswerKind
    cells: tuple[CitedCell, ...]
    short_answer: str
    matched: float
    evidence: tuple[EvidencePart, ...]
    computed: Computed | None = None
    unmet: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    note: Span | None = None
    skipped: tuple[str, ...] = ()
    others: "tuple[TableAnswer, ...]" = ()
    amount: Amount | None = None
    reason: str | None = None

    @property
    def labels(self) -> frozenset[tuple[str, frozenset[str]]]:
        """What the cells stand under: the stems of each label, of the unit and of the caption."""
        told = [part for part in self.evidence if part.by in ("row", "column head", "unit", "caption")]
        if not any(part.by == "caption" for part in told):
            told += [part for part in self.evidence if part.by == "heading"]
        return frozenset((part.by, telling_stems(_TABLE_NUMBER.sub("", part.text))) for part in told)

    @property
    def is_refusal(self) -> bool:
        """Whether it says that the table has no answer."""
        return self.kind in ("blank", "absent")


def _cite(grid: LabelledGrid, row: int, column: int) -> CitedCell:
    """The cell with the line that its row stands in."""
    cell = grid.cells[row][column]
    text = grid.source.document.text
    places = [other.start for other in grid.cells[row] if other is not None and other.start is not None]
    highlight = Span(cell.start, cell.end) if cell and cell.start is not None and cell.end else None
    # A stub over several rows stands in the first of them.
    at = highlight.start if highlight else max(places)
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", highlight.end if highlight else at)
    end = len(text) if end < 0 else end
    line = text[start:end]
    start += len(line) - len(line.lstrip())
    return CitedCell(source=grid.source, start=start, end=start + len(line.strip()), highlight=highlight)


def cite_cells(grid: LabelledGrid, places: Iterable[tuple[int, int]]) -> tuple[CitedCell, ...]:
    """The cells of these places."""
    return tuple(_cite(grid, row, column) for row, column in places)


def value_of(grid: LabelledGrid, row: int, column: int) -> str:
    """What a cell says, with its unit and scale."""
    return with_unit(grid.read(row, column), grid.unit(row, column))


def amount_of(grid: LabelledGrid, row: int, column: int) -> Amount | None:
    """The figure of a cell; None where it holds none."""
    number = grid.number(row, column)
    if number is None:
        return None
    how = format_number(number[0], grouped="," in grid.read(row, column) and not grid.decimal_comma)
    return Amount(number[0], grid.unit(row, column) or number[1] or None, how)


def collect_evidence(grid: LabelledGrid, places: Sequence[tuple[int, int]]) -> tuple[EvidencePart, ...]:
    """What these cells say, and all that they stand under, each once."""
    document = grid.source.document
    parts: list[EvidencePart] = []
    for row, column in places:
        cell = grid.cells[row][column]
        if cell and cell.start is not None:
            parts.append(EvidencePart("cell", grid.read(row, column), document.id, cell.start))
        groups = (grid.groups[row],) if row in grid.groups else ()
        parts += [
            EvidencePart("row", label.text, document.id, label.cell.start)
            for label in (*groups, *grid.rows[row])
        ]
        parts += [
            EvidencePart("column head", label.text, document.id, label.cell.start)
            for label in grid.columns[column]
        ]
        if unit := grid.unit(row, column):
            parts.append(EvidencePart("unit", unit, document.id))
    parts += [EvidencePart("column head", label.text, document.id, label.cell.start) for label in grid.corner]
    if caption := grid.caption:
        at = document.text.rfind(caption, 0, grid.source.table.start)
        parts.append(EvidencePart("caption", caption, document.id, at if at >= 0 else None))
    if heading := grid.source.heading:
        parts.append(EvidencePart("heading", heading, document.id))
    parts.append(EvidencePart("title", document.title, document.id))
    if document.published:
        parts.append(EvidencePart("date", document.published.isoformat(), document.id))
    return tuple(dict.fromkeys(parts))


def find_note(grid: LabelledGrid, row: int, column: int) -> Span | None:
    """What the document says near the table about a blank cell; None where it says nothing.

    That is a sentence which denies something and names the row, or the dash that stands in the cell.
    """
    text, table = grid.source.document.text, grid.source.table
    names = [label.text for label in grid.rows[row] if not label.is_code and not label.periods]
    is_dash = re.fullmatch(r"[-–—−]+", grid.read(row, column)) is not None
    names += ["dash"] if is_dash else ["blank", "empty"] if is_blank(grid.read(row, column)) else []
    pattern = re.compile(
        "|".join(rf"\b{re.escape(name)}" for name in names if name) or r"(?!)", re.IGNORECASE
    )
    for first, last in (
        (table.end, table.end + _NOTE_REACH),
        (max(0, table.start - _NOTE_REACH), table.start),
    ):
        for match in _SENTENCE.finditer(text, first, min(last, len(text))):
            if pattern.search(match[0]) and _DENIES.search(match[0]):
                return Span(match.start(), match.end())
    return None


def best_answer(answers: Sequence[TableAnswer]) -> TableAnswer | None:
    """The surest; among those as sure one with a value, the newer document. None where they are at odds."""
    surest = max(answer.matched for answer in answers)
    rivals = [answer for answer in answers if answer.matched > surest - 0.01]

    def rank(answer: TableAnswer) -> tuple[bool, str]:
        published = answer.cells[0].source.document.published if answer.cells else None
        return answer.kind != "blank", published.isoformat() if published else ""

    best = max(rivals, key=rank)
    if all(answer.short_answer == best.short_answer for answer in rivals):
        return best
    if best.kind in ("computed", "superlative"):
        return None
    others = [answer for answer in rivals if _is_same_cell(answer, best)]
    others.sort(key=lambda answer: rank(answer)[1], reverse=True)
    told: dict[str, TableAnswer] = {}
    for answer in others:
        if answer.short_answer != best.short_answer:
            told.setdefault(answer.short_answer, answer)
    return replace(best, matched=max(best.matched - _RIVAL_COST, 0.1), others=tuple(told.values()))


def _is_same_cell(answer: TableAnswer, other: TableAnswer) -> bool:
    """Whether two documents have a table of the same things, and these are the same cell of it.

    Where no caption or heading says of what a table is, that is not known.
    """
    return (
        answer.kind == other.kind == "cell"
        and answer.cells[0].document_id != other.cells[0].document_id
        and answer.labels == other.labels
        and any(stems for by, stems in answer.labels if by in ("caption", "heading"))
    )
