"""Evaluate a file of questions with two settings and say which figures differ.

python examples/evaluate.py corpus corpus/questions.jsonl runs
"""

import sys
from pathlib import Path

from qa import Assistant, Settings
from qa.evaluate import compare, evaluate


def main(folder: str, questions: str, runs: str) -> None:
    """Ask every question twice, reading 24 and 8 passages closely; the runs stay in folders of `runs`."""
    for name, read_k in (("wide", 24), ("narrow", 8)):
        settings = Settings(store=Path(runs, "store"), read_k=read_k)
        with Assistant.open(settings=settings) as assistant:
            assistant.add(folder)
            summary = evaluate(assistant, questions, Path(runs, name))
        print(f"\n{name}: {summary['answered']} of {summary['questions']} answered")
        for metric, figure in summary["metrics"].items():
            low, high, count = figure["low"], figure["high"], figure["n"]
            print(f"{metric:24} {figure['value']:8.3f}  {low:.3f} to {high:.3f}, {count} questions")

    comparison = compare(Path(runs, "wide"), Path(runs, "narrow"))
    print(f"\nFrom wide to narrow, {comparison.n} questions:")
    for metric, difference in comparison.metrics.items():
        low, high = difference.low, difference.high
        print(f"{metric:24} {difference.difference:+8.3f}  {low:+.3f} to {high:+.3f}")
    for change in comparison.changed:
        print(f"{change.direction}: {change.question} ({change.a}, then {change.b})")


if __name__ == "__main__":
    main(*sys.argv[1:])
