"""How much faster a bulk run is than the same questions asked one by one, and whether it answers the same.

    python -m tests.bench.bulk [--questions corpus/questions.jsonl --sources corpus] [--limit 96] [--rounds 3]

Both go over one store in one process, models warm, in turns, so that what else the machine does hits both:
`Assistant.ask` for each question, then `qa.evaluate.evaluate` of the same questions, with everything that
belongs to a run (scores, results, summary, report). Prints seconds a question and their ratio for each
round, the median ratio, and how many answers differ.
"""

import argparse
import json
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path

from qa import Assistant
from qa.config import Settings
from qa.evaluate import evaluate
from qa.evaluate.questions import read_questions
from qa.schema import Answer


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=Path("corpus/questions.jsonl"))
    parser.add_argument("--sources", type=Path, default=Path("corpus"))
    parser.add_argument("--format", choices=("squad", "beir"))
    parser.add_argument("--limit", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int)
    options = parser.parse_args()
    questions = list(islice(read_questions(options.questions), options.limit))
    with (
        tempfile.TemporaryDirectory() as name,
        Assistant.open(settings=Settings(store=Path(name, "s"))) as desk,
    ):
        desk.add(options.sources, format=options.format)
        file = Path(name, "questions.jsonl")
        file.write_text("".join(json.dumps(dict(one.row)) + "\n" for one in questions), encoding="utf-8")
        desk.ask(questions[0].question)
        ratios = []
        for number in range(options.rounds):
            began = time.perf_counter()
            single = {one.id: desk.ask(one.question, history=one.history) for one in questions}
            middle = time.perf_counter()
            out = Path(name, f"run-{number}")
            evaluate(desk, file, out, workers=options.workers, batch=options.batch)
            end = time.perf_counter()
            one, many = (middle - began) / len(questions), (end - middle) / len(questions)
            ratios.append(one / many)
            print(f"one by one {one:.3f} s, in bulk {many:.3f} s a question: {one / many:.2f} times as fast")
        rows = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
        differing = sum(_said(single[row["id"]]) != _quotes(row["result"]) for row in rows)
    print(f"median {statistics.median(ratios):.2f} times; {differing} of {len(rows)} answers differ")


def _said(answer: Answer) -> list[tuple[str, int, int]]:
    return [(one.document_id, one.start, one.end) for one in answer.citations]


def _quotes(result: dict[str, list[dict[str, str | int]]]) -> list[tuple[str | int, ...]]:
    return [(one["document"], one["start"], one["end"]) for one in result["citations"]]


if __name__ == "__main__":
    main()
