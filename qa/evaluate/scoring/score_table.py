"""The scores of a run's rows as columns; answers and passages are read past, one row at a time."""

import hashlib
import json
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import EvaluationError
from qa.evaluate.scoring.aggregates import Floats
from qa.evaluate.scoring.metric_definitions import Metric

__all__ = ["FAILED", "ScoreTable", "read_result_rows", "read_score_table"]

FAILED = "failed"
# Metrics that are shares of things that a question has more or fewer of, and where those are counted.
_WEIGHT_ITEMS = {"quote_fidelity": "citations", "supported_rate": "sentences"}
# Aggregates of a confidence against whether the question is answerable.
_AGAINST_ANSWERABLE = frozenset({"brier", "auroc", "ece"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """A row a question, in the order of the ids, so that the order in which they finished has no effect.

    `question_hashes` cover the question's text and history. `values` has a column for each score that a
    row has, NaN where others lack it; `weights` one for each metric in which questions count unequally.
    `outcomes` are "failed" where there is an error in place of scores.
    """

    ids: Sequence[str]
    question_hashes: Sequence[str]
    tags: Sequence[tuple[str, ...]]
    values: Mapping[str, Floats]
    weights: Mapping[str, Floats]
    outcomes: Sequence[str]

    @property
    def failed_count(self) -> int:
        """How many rows failed."""
        return sum(outcome == FAILED for outcome in self.outcomes)

    @property
    def answerable(self) -> Floats:
        """1 or 0 a question, NaN where it is not known or the row failed."""
        labels = np.full(len(self.ids), np.nan)
        labels[~np.isnan(self.column("false_refusal_rate"))] = 1
        labels[~np.isnan(self.column("refusal_recall"))] = 0
        return labels

    def column(self, score: str) -> Floats:
        """A score of every question; all NaN where no question has it."""
        values = self.values.get(score)
        return np.full(len(self.ids), np.nan) if values is None else values

    def metric_data(self, metric: Metric) -> Floats:
        """What `statistics.estimate` needs for a metric: (questions, 2), NaN where a question lacks it."""
        scores = self.column(metric.score)
        if metric.aggregate in _AGAINST_ANSWERABLE:
            return np.column_stack([scores, self.answerable])
        if metric.aggregate == "selective_80":
            return np.column_stack([scores, self.column("right")])
        weights = self.weights.get(metric.name)
        return np.column_stack([scores, np.ones(len(self.ids)) if weights is None else weights])


@dataclass(slots=True)
class _Columns:
    """Numbers in growing columns of equal length."""

    length: int = 0
    columns: dict[str, "array[float]"] = field(default_factory=dict)

    def set_row(self, index: int, row: Mapping[str, float]) -> None:
        """Write a row, in place of what was there; `index` may be one past the end."""
        if index == self.length:
            self.length += 1
            for column in self.columns.values():
                column.append(math.nan)
        for name in row.keys() - self.columns.keys():
            self.columns[name] = array("d", [math.nan]) * self.length
        for name, column in self.columns.items():
            column[index] = row.get(name, math.nan)

    def arrays(self, order: Sequence[int]) -> dict[str, Floats]:
        return {name: np.array(column)[list(order)] for name, column in sorted(self.columns.items())}


def read_result_rows(results: Path, *, strict: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of `results.jsonl`, one in memory at a time; a last line that was cut is left out.

    A last line that is whole and no row is left out too, unless `strict`: who writes on must not lose it.

    Raises:
        EvaluationError: The file can't be read, or another line is no row.
    """
    broken: tuple[int, Exception] | None = None
    try:
        with results.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if broken:
                    break
                try:
                    if line.endswith(b"\n"):
                        yield _check_row(json.loads(line))
                except (ValueError, TypeError, KeyError, RecursionError) as error:
                    broken = number, error
            else:
                if broken is None or not strict:
                    return
    except OSError as error:
        raise EvaluationError(
            f"{results} can't be read ({error.strerror or error}): `qa eval QUESTIONS --out DIR` makes one"
        ) from error
    raise EvaluationError(
        f"line {broken[0]} of {results} is no row of results: remove it, or start over with --fresh"
    ) from broken[1]


def _check_row(row: Any) -> dict[str, Any]:
    if not isinstance(row["id"], str) or not isinstance(row["question"], str):
        raise TypeError("id and question must be texts")
    if "error" not in row and not isinstance(row["scores"], dict):
        raise TypeError("scores must be an object")
    return dict(row)


def read_score_table(results: Path) -> ScoreTable:
    """The columns of a run; of rows with the same id, the last one counts.

    Raises:
        EvaluationError: As `read_result_rows`.
    """
    index_of_id: dict[str, int] = {}
    hashes: list[str] = []
    tags: list[tuple[str, ...]] = []
    outcomes: list[str] = []
    values, weights = _Columns(), _Columns()
    shared_tags: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in read_result_rows(results):
        index = index_of_id.setdefault(row["id"], len(index_of_id))
        if index == len(hashes):
            hashes.append("")
            tags.append(())
            outcomes.append("")
        row_tags = _parse_tags(row.get("tags"))
        hashes[index], tags[index] = _hash_question(row), shared_tags.setdefault(row_tags, row_tags)
        outcomes[index] = FAILED if "error" in row else str(row.get("outcome", "not graded"))
        values.set_row(index, _finite_numbers(row.get("scores", {}) if "error" not in row else {}))
        weights.set_row(index, _count_weights(row))
    order = [index_of_id[row_id] for row_id in sorted(index_of_id)]
    return ScoreTable(
        ids=sorted(index_of_id),
        question_hashes=[hashes[index] for index in order],
        tags=[tags[index] for index in order],
        values=values.arrays(order),
        weights=weights.arrays(order),
        outcomes=[outcomes[index] for index in order],
    )


def _hash_question(row: Mapping[str, Any]) -> str:
    """Of all that was asked: the same words after other turns are another question."""
    question = json.dumps([row["question"], row.get("history") or []], sort_keys=True)
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def _parse_tags(value: Any) -> tuple[str, ...]:
    return tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()


def _finite_numbers(scores: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in scores.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def _count_weights(row: Mapping[str, Any]) -> dict[str, float]:
    result = row.get("result")
    if "error" in row or not isinstance(result, dict):
        return {}
    return {name: float(len(result.get(items, ()))) for name, items in _WEIGHT_ITEMS.items()}
