"""Two runs of the same questions, question by question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qa.errors import EvaluationError
from qa.evaluate.reporting import run_figures
from qa.evaluate.reporting.markdown_tables import format_cell, format_table, to_single_line
from qa.evaluate.reporting.run_figures import format_p_value, format_setting, format_value, round_values
from qa.evaluate.run_directory import RESULTS_FILE, read_run
from qa.evaluate.scoring.aggregates import Floats
from qa.evaluate.scoring.metric_definitions import METRICS, METRICS_BY_NAME, RIGHT_OUTCOMES, Metric
from qa.evaluate.scoring.score_table import FAILED, ScoreTable, read_result_rows, read_score_table
from qa.evaluate.scoring.statistics import Difference, paired_difference

__all__ = [
    "ChangedQuestion",
    "ComparedFigure",
    "Comparison",
    "compare",
    "comparison_json",
    "comparison_markdown",
]

_MAX_IDS_LISTED = 3  # ids that an error names
_MAX_CHANGES_LISTED = 20
_SIGNIFICANCE_LEVEL = 0.05
# What `run.json` says outside of these is about the course of the run, not about what was run.
_COMPARED_SECTIONS = ("settings", "versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedQuestion:
    """A question that is right in one run and not in the other; `a` and `b` are the outcomes."""

    id: str
    question: str
    a: str
    b: str
    direction: Literal["better", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """A metric in both runs as it is written, "B - A" with the interval from `low` to `high`.

    `verdict` on B is empty where the metric doesn't differ by Holm's p-value, or no way is better.
    """

    metric: Metric
    a: str
    b: str
    difference: str
    low: str
    high: str
    p: str
    p_holm: str
    n: str
    verdict: Literal["better", "worse", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs from run `a` to run `b`, over the `n` questions that both answered or refused.

    `metrics` has the order of `METRICS`; `p_holm` is each p-value corrected by Holm's method for all of
    them. `changed` has what got worse first, then by id. `differs` holds what the runs were made with where
    they differ ("settings.top_k": (5, 8)), `usage` what chat models took for them. Left out of `n` are
    `failed` questions (in one run or both) and those `not_common`, which only one of the runs has or which
    are other questions under the same id.
    """

    a: Path
    b: Path
    n: int
    failed: int
    not_common: int
    metrics: Mapping[str, Difference]
    p_holm: Mapping[str, float]
    changed: Sequence[ChangedQuestion]
    differs: Mapping[str, tuple[Any, Any]]
    usage: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None] = (None, None)

    @property
    def figures(self) -> list[ComparedFigure]:
        """The metrics as terminal and page show them."""
        return [
            _format_difference(METRICS_BY_NAME[name], difference, self.p_holm[name])
            for name, difference in self.metrics.items()
        ]

    @property
    def worse(self) -> int:
        """How many questions were right in A only."""
        return sum(question.direction == "worse" for question in self.changed)


def _format_difference(metric: Metric, difference: Difference, p_holm: float) -> ComparedFigure:
    signed, low, high = (
        format_value(value, metric.unit, signed=True)
        for value in (difference.difference, difference.low, difference.high)
    )
    verdict: Literal["better", "worse", ""] = ""
    if p_holm < _SIGNIFICANCE_LEVEL and metric.better != "neither":
        verdict = "better" if (difference.difference > 0) is (metric.better == "higher") else "worse"
    return ComparedFigure(
        metric=metric,
        a=format_value(difference.a, metric.unit),
        b=format_value(difference.b, metric.unit),
        difference=signed,
        low=low,
        high=high,
        p=format_p_value(difference.p_value),
        p_holm=format_p_value(p_holm),
        n=f"{difference.n:,}",
        verdict=verdict,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    path: Path
    description: Mapping[str, Any]
    table: ScoreTable
    index_of_id: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "_Run":
        description, table = read_run(path), read_score_table(path / RESULTS_FILE)
        return cls(path, description, table, {row_id: index for index, row_id in enumerate(table.ids)})

    @property
    def unfinished(self) -> str:
        """In words, if rows are missing."""
        questions = self.description.get("questions")
        count = questions.get("count") if isinstance(questions, Mapping) else None
        expected = count if isinstance(count, int) else 0
        missing = max(0, expected - len(self.index_of_id))
        return f"{self.path} is unfinished: {missing:,} of {expected:,} rows are missing" if missing else ""

    def question_hash(self, row_id: str) -> str:
        return self.table.question_hashes[self.index_of_id[row_id]]

    def outcome(self, row_id: str) -> str:
        return self.table.outcomes[self.index_of_id[row_id]]

    def is_right(self, row_id: str) -> bool:
        return self.outcome(row_id) in RIGHT_OUTCOMES

    def metric_data(self, metric: Metric, row_ids: Sequence[str]) -> Floats:
        return self.table.metric_data(metric)[[self.index_of_id[row_id] for row_id in row_ids]]


def compare(a: Path | str, b: Path | str, *, common: bool = False) -> Comparison:
    """Compare the runs in two directories.

    Args:
        a: The run to compare with.
        b: The run that may be better or worse.
        common: Compare the questions that both runs have, where their questions differ.

    Raises:
        EvaluationError: One is no run, or they have other questions and `common` is not set, or no question
            in common. Questions that were not asked yet are other questions.
    """
    run_a, run_b = _Run.read(Path(a)), _Run.read(Path(b))
    shared_ids = [row_id for row_id in run_a.table.ids if row_id in run_b.index_of_id]
    same_ids = [row_id for row_id in shared_ids if run_a.question_hash(row_id) == run_b.question_hash(row_id)]
    all_ids = run_a.index_of_id.keys() | run_b.index_of_id.keys()
    if not common and (len(same_ids) < len(all_ids) or run_a.unfinished or run_b.unfinished):
        raise EvaluationError(
            _explain_other_questions(run_a, run_b, sorted(set(shared_ids).difference(same_ids)))
        )
    paired_ids = [
        row_id for row_id in same_ids if FAILED not in (run_a.outcome(row_id), run_b.outcome(row_id))
    ]
    if not paired_ids:
        raise EvaluationError(
            f"no question has an answer in both {run_a.path} and {run_b.path}: there is nothing to compare"
        )
    metrics = _compute_differences(run_a, run_b, paired_ids)
    return Comparison(
        a=run_a.path,
        b=run_b.path,
        n=len(paired_ids),
        failed=len(same_ids) - len(paired_ids),
        not_common=len(all_ids) - len(same_ids),
        metrics=metrics,
        p_holm=_correct_by_holm({name: difference.p_value for name, difference in metrics.items()}),
        changed=_find_changes(run_a, run_b, paired_ids),
        differs=dict(_find_origin_differences(run_a.description, run_b.description)),
        usage=(run_a.description.get("usage"), run_b.description.get("usage")),
    )


def _explain_other_questions(a: _Run, b: _Run, reworded_ids: Sequence[str]) -> str:
    reasons = []
    for run, counterpart in ((a, b), (b, a)):
        if only_ids := sorted(run.index_of_id.keys() - counterpart.index_of_id.keys()):
            reasons.append(f"{len(only_ids):,} are only in {run.path} ({_list_ids(only_ids)})")
    if reworded_ids:
        reasons.append(
            f"{len(reworded_ids):,} ask something else under the same id ({_list_ids(reworded_ids)})"
        )
    unfinished = [message for message in (a.unfinished, b.unfinished) if message]
    way_out = "`--common` compares those that both have"
    if unfinished:
        way_out = f"finish with the same `qa eval` command, or {way_out}"
    differ = "the runs have other questions: " if reasons else ""
    return f"{differ}{'; '.join([*reasons, *unfinished])}: {way_out}"


def _list_ids(ids: Sequence[str]) -> str:
    further = ", …" if len(ids) > _MAX_IDS_LISTED else ""
    return ", ".join(map(to_single_line, ids[:_MAX_IDS_LISTED])) + further


def _compute_differences(a: _Run, b: _Run, paired_ids: Sequence[str]) -> dict[str, Difference]:
    differences: dict[str, Difference] = {}
    for metric in METRICS:
        data_a, data_b = a.metric_data(metric, paired_ids), b.metric_data(metric, paired_ids)
        difference = paired_difference(metric.aggregate, data_a, data_b)
        if difference is not None:
            differences[metric.name] = difference
    return differences


def _correct_by_holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm 1979: the i-th smallest of m times m - i + 1, and none is smaller than the one before."""
    corrected: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda metric: (p_values[metric], metric))):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}


def _find_changes(a: _Run, b: _Run, paired_ids: Sequence[str]) -> list[ChangedQuestion]:
    changed_ids = {row_id for row_id in paired_ids if a.is_right(row_id) != b.is_right(row_id)}
    texts = {
        row["id"]: row["question"]
        for row in read_result_rows(b.path / RESULTS_FILE)
        if row["id"] in changed_ids
    }
    changes = [
        ChangedQuestion(
            id=row_id,
            question=texts[row_id],
            a=a.outcome(row_id),
            b=b.outcome(row_id),
            direction="better" if b.is_right(row_id) else "worse",
        )
        for row_id in changed_ids
    ]
    return sorted(changes, key=lambda change: (change.direction == "better", change.id))


def _find_origin_differences(
    a: Mapping[str, Any], b: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    pairs = [
        ("questions", _get(a, "questions", "sha256"), _get(b, "questions", "sha256")),
        ("corpus", _get(a, "corpus", "fingerprint"), _get(b, "corpus", "fingerprint")),
    ]
    for section in _COMPARED_SECTIONS:
        names = dict.fromkeys([*a.get(section, {}), *b.get(section, {})])
        pairs += [(f"{section}.{name}", _get(a, section, name), _get(b, section, name)) for name in names]
    # They change how long an answer takes.
    pairs += [(name, a.get(name), b.get(name)) for name in ("batch", "workers")]
    yield from ((name, (value_a, value_b)) for name, value_a, value_b in pairs if value_a != value_b)


def _get(run: Mapping[str, Any], section: str, name: str) -> Any:
    return run.get(section, {}).get(name)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What `qa compare --json` prints."""
    return {
        "a": str(comparison.a),
        "b": str(comparison.b),
        "n": comparison.n,
        "failed": comparison.failed,
        "not_common": comparison.not_common,
        "metrics": {
            name: round_values({**asdict(difference), "p_holm": comparison.p_holm[name]})
            for name, difference in comparison.metrics.items()
        },
        "changed": [asdict(change) for change in comparison.changed],
        "differs": {
            name: {"a": value_a, "b": value_b} for name, (value_a, value_b) in comparison.differs.items()
        },
        "usage": dict(zip("ab", comparison.usage, strict=True)),
    }


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison for people: what differs, the figures, the questions that changed side."""
    head = [f"A: {to_single_line(str(comparison.a))}", f"B: {to_single_line(str(comparison.b))}"]
    left_out = {"failed in one of the runs": comparison.failed, "not in both": comparison.not_common}
    notes = [f"{count:,} {reason}" for reason, count in left_out.items() if count]
    head.append(f"{comparison.n:,} questions" + (f" (left out: {', '.join(notes)})" if notes else ""))
    for name, usage in zip("AB", comparison.usage, strict=True):
        head += [f"{label} for {name}: {text}" for label, text in run_figures.describe_usage(usage).items()]
    rows = [
        [
            figure.metric.name,
            *(figure.a, figure.b, figure.difference, f"{figure.low} … {figure.high}"),
            *(figure.p, figure.p_holm, figure.n),
        ]
        for figure in comparison.figures
    ]
    blocks = [
        "\n".join(head),
        _format_origin_differences(comparison),
        format_table(["metric", "A", "B", "B − A", "95 % interval", "p", "p Holm", "n"], rows),
        f"p is that of each metric on its own; among {len(rows)}, one below 0.05 may well be chance. "
        "p Holm is corrected for looking at so many: below 0.05, the metric differs. pp: percentage points.",
        *_format_changes(comparison),
    ]
    return "\n\n".join(blocks)


def _format_origin_differences(comparison: Comparison) -> str:
    if not comparison.differs:
        return "Made with the same settings, corpus, questions and versions."
    rows = [
        [format_cell(text) for text in (name, format_setting(value_a), format_setting(value_b))]
        for name, (value_a, value_b) in comparison.differs.items()
    ]
    return format_table(["made with", "A", "B"], rows, texts=True)


def _format_changes(comparison: Comparison) -> list[str]:
    changed, worse = comparison.changed, comparison.worse
    if not changed:
        return ["No question changed between right and not right."]
    rows = [
        [format_cell(text) for text in (change.id, change.direction, change.a, change.b, change.question)]
        for change in changed[:_MAX_CHANGES_LISTED]
    ]
    blocks = [
        f"{len(changed):,} questions changed side: {worse:,} worse, {len(changed) - worse:,} better",
        format_table(["question", "B is", "in A", "in B", "text"], rows, texts=True),
    ]
    if len(changed) > _MAX_CHANGES_LISTED:
        blocks.append(f"and {len(changed) - _MAX_CHANGES_LISTED:,} more, which --json lists")
    return blocks
