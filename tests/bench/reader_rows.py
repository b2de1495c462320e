"""Make training rows for the reader from questions about documents, as retrieval finds their passages.

    python -m tests.bench.reader_rows --out FILE --set NAME 1 QUESTIONS DOCUMENTS... [--set ...] [--cache FOLDER]

The sets are given as to `tests.bench.calibrate`, which collects them. A passage that holds a gold quote answers, with
the sentences on the quote as evidence; of the passages that do not, the best few are rows without an answer, and so
are those of unanswerable questions. `python -m qa.models.reader.training train --rows FILE` trains on them.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from qa.models.reader.training.rows import TrainingRow, write_row_file
from qa.schema import Passage
from tests.bench.calibrate import Example, read_sets, touches

NEGATIVES, NEGATIVES_OF_UNANSWERABLE = 2, 3


def make_groups(examples: Iterable[Example]) -> list[tuple[TrainingRow, ...]]:
    """Rows, those of one passage together."""
    by_passage: dict[str, list[TrainingRow]] = defaultdict(list)
    for example in examples:
        left = NEGATIVES if example.answerable else NEGATIVES_OF_UNANSWERABLE
        ranked = sorted(
            example.contexts, key=lambda passage: passage.dense_score + passage.lexical_score, reverse=True
        )
        for passage in ranked:
            row = make_row(example, passage)
            left -= not row.evidence
            if row.evidence or left >= 0:
                by_passage[passage.chunk_id].append(row)
    return [tuple(rows) for rows in by_passage.values()]


def make_row(example: Example, passage: Passage) -> TrainingRow:
    """The example's question about one of its passages."""
    evidence = tuple(
        number
        for number, sentence in enumerate(passage.sentences)
        if touches(example, passage.document_id, sentence.start, sentence.end)
    )
    sentences = tuple(passage.slice(sentence) for sentence in passage.sentences)
    day = passage.published.isoformat() if passage.published else None
    heading = passage.innermost_heading
    context = (passage.title if passage.title != heading else None, day, heading, passage.table_context)
    return TrainingRow(
        question=example.question,
        context=tuple(part for part in context if part),
        sentences=sentences,
        evidence=evidence,
        span=find_span(example.answers, sentences, evidence),
        source=example.name,
    )


def find_span(
    answers: Iterable[str], sentences: tuple[str, ...], evidence: tuple[int, ...]
) -> tuple[int, int, int] | None:
    """Where the short answer stands, if it stands in one place of the evidence only."""
    for answer in answers:
        places = [
            (number, match.start(), match.end())
            for number in evidence
            for match in re.finditer(
                rf"(?<![\w.,]){re.escape(answer)}(?![\w]|[.,]\d)", sentences[number], re.IGNORECASE
            )
        ]
        if len(places) == 1:
            return places[0]
    return None


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", nargs="+", action="append", default=[], metavar="PART", dest="sets")
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    examples = read_sets(options.sets, options.cache, take_out=False)
    groups = make_groups(examples)
    write_row_file(options.out, groups)
    rows = [row for group in groups for row in group]
    print(
        f"{len(rows):,} rows of {len(examples):,} questions, {sum(bool(row.evidence) for row in rows):,} that answer"
    )


if __name__ == "__main__":
    main()
