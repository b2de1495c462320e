"""Two runs of the same questions, question by question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qa.errors import EvaluationError
from qa.evaluate.catalogue import METRICS, RIGHT, Metric
from qa.evaluate.directory import RESULTS, read_run
from qa.evaluate.figures import figure, p_value
from qa.evaluate.markdown import cell, one_line, table_lines
from qa.evaluate.statistics import Difference, paired_difference
from qa.evaluate.table import FAILED, Table, read_rows, read_table

__all__ = ["Change", "ComparedFigure", "Comparison", "compare", "markdown", "to_json"]

_NAMED = 3  # ids that an error names
_CHANGES_SHOWN = 20
_DIGITS = 6
_SIGNIFICANT = 0.05
# What `run.json` says outside of these is about the course of the run, not about what was run.
_COMPARED = ("settings", "versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
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
    they differ ("settings.top_k": (5, 8)). Left out of `n` are `failed` questions (in one run or both) and
    those `not_common`, which only one of the runs has or which are other questions under the same id.
    """

    a: Path
    b: Path
    n: int
    failed: int
    not_common: int
    metrics: Mapping[str, Difference]
    p_holm: Mapping[str, float]
    changed: Sequence[Change]
    differs: Mapping[str, tuple[Any, Any]]

    @property
    def figures(self) -> list[ComparedFigure]:
        """The metrics as terminal and page show them."""
        known = {one.name: one for one in METRICS}
        return [_written(known[name], one, self.p_holm[name]) for name, one in self.metrics.items()]

    @property
    def worse(self) -> int:
        """How many questions were right in A only."""
        return sum(one.direction == "worse" for one in self.changed)


def _written(metric: Metric, found: Difference, p_holm: float) -> ComparedFigure:
    difference, low, high = (
        figure(value, metric.unit, signed=True) for value in (found.difference, found.low, found.high)
    )
    verdict: Literal["better", "worse", ""] = ""
    if p_holm < _SIGNIFICANT and metric.better != "neither":
        verdict = "better" if (found.difference > 0) is (metric.better == "higher") else "worse"
    return ComparedFigure(
        metric=metric,
        a=figure(found.a, metric.unit),
        b=figure(found.b, metric.unit),
        difference=difference,
        low=low,
        high=high,
        p=p_value(found.p_value),
        p_holm=p_value(p_holm),
        n=f"{found.n:,}",
        verdict=verdict,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    path: Path
    run: Mapping[str, Any]
    table: Table
    places: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "_Run":
        run, table = read_run(path), read_table(path / RESULTS)
        return cls(path, run, table, {one: at for at, one in enumerate(table.ids)})

    @property
    def unfinished(self) -> str:
        """In words, if rows are missing."""
        expected = self.run.get("questions", {}).get("count", 0)
        missing = expected - len(self.places)
        return (
            f"{self.path} is unfinished: {missing:,} of {expected:,} rows are missing" if missing > 0 else ""
        )


def compare(a: Path | str, b: Path | str, *, common: bool = False) -> Comparison:
    """Compare the runs in two directories.

    Args:
        a: The run to compare with.
        b: The run that may be better or worse.
        common: Compare the questions that both have, where their questions differ.

    Raises:
        EvaluationError: One is no run, or they have other questions and `common` is not set, or no question
            in common.
    """
    of_a, of_b = _Run.read(Path(a)), _Run.read(Path(b))
    shared = [one for one in of_a.table.ids if one in of_b.places]
    same = [one for one in shared if _hash(of_a, one) == _hash(of_b, one)]
    everything = of_a.places.keys() | of_b.places.keys()
    if not common and len(same) < len(everything):
        other = [one for one in shared if _hash(of_a, one) != _hash(of_b, one)]
        raise EvaluationError(_refusal(of_a, of_b, other))
    paired = [one for one in same if FAILED not in (_outcome(of_a, one), _outcome(of_b, one))]
    if not paired:
        raise EvaluationError(
            f"no question has an answer in both {of_a.path} and {of_b.path}: there is nothing to compare"
        )
    metrics = _differences(of_a, of_b, paired)
    return Comparison(
        a=of_a.path,
        b=of_b.path,
        n=len(paired),
        failed=len(same) - len(paired),
        not_common=len(everything) - len(same),
        metrics=metrics,
        p_holm=_holm({name: one.p_value for name, one in metrics.items()}),
        changed=_changes(of_a, of_b, paired),
        differs=dict(_differing(of_a.run, of_b.run)),
    )


def _hash(run: _Run, question_id: str) -> str:
    return run.table.question_hashes[run.places[question_id]]


def _outcome(run: _Run, question_id: str) -> str:
    return run.table.outcomes[run.places[question_id]]


def _refusal(a: _Run, b: _Run, other_text: Sequence[str]) -> str:
    parts = []
    for one, other in ((a, b), (b, a)):
        if only := sorted(one.places.keys() - other.places.keys()):
            parts.append(f"{len(only):,} are only in {one.path} ({_some(only)})")
    if other_text:
        parts.append(f"{len(other_text):,} ask something else under the same id ({_some(other_text)})")
    unfinished = [found for found in (a.unfinished, b.unfinished) if found]
    way_out = "`--common` compares those that both have"
    if unfinished:
        way_out = f"finish with the same `qa eval` command, or {way_out}"
    return f"the runs have other questions: {'; '.join([*parts, *unfinished])}: {way_out}"


def _some(ids: Sequence[str]) -> str:
    return ", ".join(map(one_line, ids[:_NAMED])) + (", …" if len(ids) > _NAMED else "")


def _differences(a: _Run, b: _Run, paired: Sequence[str]) -> dict[str, Difference]:
    rows_a = np.array([a.places[one] for one in paired])
    rows_b = np.array([b.places[one] for one in paired])
    found: dict[str, Difference] = {}
    for one in METRICS:
        difference = paired_difference(one.aggregate, a.table.data(one)[rows_a], b.table.data(one)[rows_b])
        if difference is not None:
            found[one.name] = difference
    return found


def _holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm 1979: the i-th smallest of m times m - i + 1, and none is smaller than the one before."""
    found: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda one: (p_values[one], one))):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[name]))
        found[name] = highest
    return {name: found[name] for name in p_values}


def _changes(a: _Run, b: _Run, paired: Sequence[str]) -> list[Change]:
    changed = [one for one in paired if (_outcome(a, one) in RIGHT) != (_outcome(b, one) in RIGHT)]
    wanted = set(changed)
    texts = {row["id"]: row["question"] for row in read_rows(b.path / RESULTS) if row["id"] in wanted}
    found = [
        Change(
            id=one,
            question=texts[one],
            a=_outcome(a, one),
            b=_outcome(b, one),
            direction="better" if _outcome(b, one) in RIGHT else "worse",
        )
        for one in changed
    ]
    return sorted(found, key=lambda one: (one.direction == "better", one.id))


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    pairs = [
        ("questions", _at(a, "questions", "sha256"), _at(b, "questions", "sha256")),
        ("corpus", _at(a, "corpus", "fingerprint"), _at(b, "corpus", "fingerprint")),
    ]
    for part in _COMPARED:
        names = dict.fromkeys([*a.get(part, {}), *b.get(part, {})])
        pairs += [(f"{part}.{name}", _at(a, part, name), _at(b, part, name)) for name in names]
    # They change how long an answer takes.
    pairs += [(name, a.get(name), b.get(name)) for name in ("batch", "workers")]
    yield from ((name, (of_a, of_b)) for name, of_a, of_b in pairs if of_a != of_b)


def _at(run: Mapping[str, Any], part: str, name: str) -> Any:
    return run.get(part, {}).get(name)


def to_json(comparison: Comparison) -> dict[str, Any]:
    """What `qa compare --json` prints."""
    return {
        "a": str(comparison.a),
        "b": str(comparison.b),
        "n": comparison.n,
        "failed": comparison.failed,
        "not_common": comparison.not_common,
        "metrics": {
            name: {
                **{key: _rounded(value) for key, value in asdict(one).items()},
                "p_holm": _rounded(comparison.p_holm[name]),
            }
            for name, one in comparison.metrics.items()
        },
        "changed": [asdict(one) for one in comparison.changed],
        "differs": {name: {"a": of_a, "b": of_b} for name, (of_a, of_b) in comparison.differs.items()},
    }


def _rounded(value: float) -> float:
    # Adding 0.0 turns -0.0 into 0.0.
    return round(value, _DIGITS) + 0.0 if isinstance(value, float) else value


def markdown(comparison: Comparison) -> str:
    """The comparison for people: what differs, the figures, the questions that changed side."""
    head = f"A: {one_line(str(comparison.a))}\nB: {one_line(str(comparison.b))}\n{comparison.n:,} questions"
    left_out = {"failed in one of the runs": comparison.failed, "not in both": comparison.not_common}
    notes = [f"{count:,} {name}" for name, count in left_out.items() if count]
    parts = [f"{head} (left out: {', '.join(notes)})" if notes else head, _differs(comparison)]
    rows = [
        [one.metric.name, one.a, one.b, one.difference, f"{one.low} … {one.high}", one.p, one.p_holm, one.n]
        for one in comparison.figures
    ]
    parts.append(table_lines(["metric", "A", "B", "B − A", "95 % interval", "p", "p Holm", "n"], rows))
    parts.append(
        f"p is that of each metric on its own; among {len(rows)}, one below 0.05 may well be chance. "
        "p Holm is corrected for looking at so many: below 0.05, the metric differs. pp: percentage points."
    )
    return "\n\n".join([*parts, *_changed(comparison)])


def _differs(comparison: Comparison) -> str:
    if not comparison.differs:
        return "Made with the same settings, corpus, questions and versions."
    rows = [[cell(name), _shown(of_a), _shown(of_b)] for name, (of_a, of_b) in comparison.differs.items()]
    return table_lines(["made with", "A", "B"], rows, texts=True)


def _shown(value: Any) -> str:
    return "not set" if value is None else cell(str(value))


def _changed(comparison: Comparison) -> list[str]:
    changed, worse = comparison.changed, comparison.worse
    if not changed:
        return ["No question changed between right and not right."]
    rows = [
        [cell(one.id), one.direction, cell(one.a), cell(one.b), cell(one.question)]
        for one in changed[:_CHANGES_SHOWN]
    ]
    parts = [
        f"{len(changed):,} questions changed side: {worse:,} worse, {len(changed) - worse:,} better",
        table_lines(["question", "B is", "in A", "in B", "text"], rows, texts=True),
    ]
    if len(changed) > _CHANGES_SHOWN:
        parts.append(f"and {len(changed) - _CHANGES_SHOWN:,} more, which --json lists")
    return parts
