"""Measure the checker on claim sets: words alone, the model alone, and both as the program combines them.

python -m tests.bench.claim_checks FILE... [--checker rules|packaged|cross-encoder:NAME] [--wrong]
"""

import argparse
import sys
import time
from pathlib import Path

from qa.answering.claim_check import Claim, ClaimChecker
from qa.assistant.loaded_models import open_claim_model
from qa.models.checker import ClaimText
from qa.models.checker.training.claim_measures import describe
from qa.models.checker.training.claim_rows import ClaimRow
from qa.models.checker.training.claim_sets import read_claim_set


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.claim_checks")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--checker", default="packaged")
    parser.add_argument("--wrong", action="store_true", help="show the claims that were judged wrong")
    options = parser.parse_args()
    rows = [row for path in options.files for row in read_claim_set(path)]
    claims = [Claim(row.claim, row.evidence, " ".join(row.context)) for row in rows]
    words_alone = [verdict.support for verdict in ClaimChecker().check(claims)]
    print(f"words alone: {describe(rows, words_alone)}")
    if options.checker == "rules":
        return 0
    model = open_claim_model(options.checker, "auto")
    texts = [ClaimText(row.claim, row.context, row.evidence) for row in rows]
    scores = model.judge(texts)
    print(f"model alone: {describe(rows, [score.label for score in scores])}")
    checker = ClaimChecker(lambda: model)
    began = time.perf_counter()
    verdicts = checker.check(claims)
    each_ms = 1000 * (time.perf_counter() - began) / len(claims)
    print(f"both: {describe(rows, [verdict.support for verdict in verdicts])}")
    print(f"{each_ms:.1f} ms a claim, {_word_overlap(rows, verdicts):.2f} F1 of characters marked")
    if options.wrong:
        for row, verdict in zip(rows, verdicts, strict=True):
            if (verdict.support == "supported") != (row.label == "supported"):
                print(
                    f"{verdict.support}, not {row.label} ({row.change}): {row.claim} | {' / '.join(row.evidence)}"
                )
    return 0


def _word_overlap(rows: list[ClaimRow], verdicts: list) -> float:  # type: ignore[type-arg]
    """F1 of the characters that are marked in claims that are not supported and are not called so."""
    both = marked = wanted = 0
    for row, verdict in zip(rows, verdicts, strict=True):
        if row.label == "supported" or verdict.support == "supported":
            continue
        told = {place for span in verdict.unsupported_words for place in range(span.start, span.end)}
        true = {place for start, end in row.words or () for place in range(start, end)}
        both, marked, wanted = both + len(told & true), marked + len(told), wanted + len(true)
    return 2 * both / max(1, marked + wanted)


if __name__ == "__main__":
    sys.exit(main())
