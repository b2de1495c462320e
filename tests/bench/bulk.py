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
from qa.evaluate.datasets.dataset import read_questions
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
        file.write_text(
            "".join(json.dumps(dict(question.row)) + "\n" for question in questions), encoding="utf-8"
        )
        desk.ask(questions[0].question)
        ratios = []
        for number in range(options.rounds):
            began = time.perf_counter()
            single = {
                question.id: desk.ask(question.question, history=question.history) for question in questions
            }
            middle = time.perf_counter()
            out = Path(name, f"run-{number}")
            evaluate(desk, file, out, workers=options.workers, batch=options.batch)
            end = time.perf_counter()
            single_s, bulk_s = (middle - began) / len(questions), (end - middle) / len(questions)
            ratios.append(single_s / bulk_s)
            print(
                f"one by one {single_s:.3f} s, in bulk {bulk_s:.3f} s a question: {single_s / bulk_s:.2f} times as fast"
            )
        rows = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
        differing = sum(
            _quoted_spans(single[row["id"]]) != _quoted_spans_of_row(row["result"]) for row in rows
        )
    print(f"median {statistics.median(ratios):.2f} times; {differing} of {len(rows)} answers differ")


def _quoted_spans(answer: Answer) -> list[tuple[str, int, int]]:
    return [(citation.document_id, citation.start, citation.end) for citation in answer.citations]


def _quoted_spans_of_row(result: dict[str, list[dict[str, str | int]]]) -> list[tuple[str | int, ...]]:
    return [(citation["document"], citation["start"], citation["end"]) for citation in result["citations"]]


if __name__ == "__main__":
    main()
