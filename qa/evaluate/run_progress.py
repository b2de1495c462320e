"""How far a run has come, and what its chat model took."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["EvaluationProgress", "RunTally", "UsageLimits"]

# Figures that are shown while it runs.
_PROGRESS_METRICS = ("answered_rate", "citation_hit", "refusal_recall", "token_f1")


class UsageLimits(NamedTuple):
    """What a chat model may take for a run in all; None is no limit."""

    max_tokens: int | None
    max_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationProgress:
    """How far a run has come.

    `done` counts all rows that are there, `resumed` those of them that an earlier process wrote, `failed`
    those with an error. `questions_per_s` is that of this process; `left_s` is None before anything is
    known. `running` holds means so far by metric.
    """

    done: int
    total: int
    resumed: int
    failed: int
    questions_per_s: float
    left_s: float | None
    running: Mapping[str, float]


@dataclass(slots=True)
class RunTally:
    """Counts while it runs; guarded by the run's lock."""

    limits: UsageLimits = field(default_factory=lambda: UsageLimits(None, None))
    total: int = 0
    resumed: int = 0
    new: int = 0
    failed: int = 0
    same_error: int = 0
    last_error: str = ""
    began: float = field(default_factory=time.monotonic)
    sums: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[str] = field(default_factory=Counter)
    usage: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    has_cost: bool = True

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a row that was written now."""
        self.new += 1
        error = row.get("error", "")
        self.same_error = self.same_error + 1 if error and error == self.last_error else int(bool(error))
        self.last_error = error
        self.failed += bool(error)
        self.add_earlier(row)

    def add_earlier(self, row: Mapping[str, Any]) -> None:
        """Take the scores of a row into the running figures, and what a chat model took for it."""
        usage = row.get("usage") or (row.get("result") or {}).get("usage") or {}
        for name, value in usage.items():
            self.usage[name] += value or 0
        self.has_cost &= not usage or usage.get("cost") is not None
        for name, value in row.get("scores", {}).items():
            if name in _PROGRESS_METRICS:
                self.sums[name] += value
                self.counts[name] += 1

    @property
    def left(self) -> int:
        """How many questions have no row yet."""
        return self.total - self.resumed - self.new

    @property
    def usage_json(self) -> dict[str, Any] | None:
        """What the chat model took for all rows, as a result has it; None where none was asked.

        The cost is null where a row lacks it.
        """
        if not self.usage:
            return None
        counts = {name: int(self.usage[name]) for name in ("calls", "input_tokens", "output_tokens")}
        cost = round(self.usage["cost"], 8) if self.has_cost else None
        return {**counts, "cost": cost, "estimated": bool(self.usage["estimated"])}

    @property
    def exhausted(self) -> str | None:
        """Which limit is reached, in one line with the way out; None if there is more."""
        sent, written, cost = (self.usage.get(name, 0) for name in ("input_tokens", "output_tokens", "cost"))
        tokens = sent + written
        most_tokens, most_cost = self.limits.max_tokens, self.limits.max_cost
        if most_tokens is not None and tokens >= most_tokens:
            return f"max_run_tokens is reached ({tokens:,.0f} of {most_tokens:,}): raise it to go on"
        if most_cost is not None and cost >= most_cost:
            return f"max_run_cost is reached ({cost:,.6g} of {most_cost:,.6g}): raise it to go on"
        return None

    def progress(self) -> EvaluationProgress:
        """How far it has come."""
        elapsed = time.monotonic() - self.began
        rate = self.new / elapsed if elapsed > 0 else 0.0
        return EvaluationProgress(
            done=self.resumed + self.new,
            total=self.total,
            resumed=self.resumed,
            failed=self.failed,
            questions_per_s=rate,
            left_s=self.left / rate if rate else None,
            running={
                name: self.sums[name] / self.counts[name] for name in _PROGRESS_METRICS if self.counts[name]
            },
        )
