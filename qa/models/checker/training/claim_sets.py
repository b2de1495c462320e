"""Claims that were written over documents, with what bears them out (`tests/bench/claim_sets`)."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from qa.models.checker.training.claim_rows import ClaimRow, Statement
from qa.models.checker.training.paraphrases import paraphrase
from qa.models.checker.training.statement_rows import change_rows

__all__ = ["read_claim_set", "vary_claims"]


def read_claim_set(path: Path) -> list[ClaimRow]:
    """The rows of a file.

    Raises:
        ValueError: A line is no claim with evidence and label; it is named.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            claim, label = entry["claim"], entry["label"]
            starts = [(claim.find(words), len(words)) for words in entry["words"]]
            rows.append(
                ClaimRow(
                    claim=claim,
                    context=tuple(filter(None, (entry["title"], entry["heading"]))),
                    evidence=tuple(entry["evidence"]),
                    label=label,
                    words=tuple(sorted((start, start + length) for start, length in starts if start >= 0)),
                    change=entry["change"],
                    source=entry["document"],
                    group=f"{path.stem} {entry['document']}: {entry['evidence'][0]}",
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: no claim with evidence and label ({error})") from error
    return rows


def vary_claims(rows: list[ClaimRow], rng: random.Random) -> Iterator[ClaimRow]:
    """The rows as they are, and the true claims with changes by rule or other evidence."""
    by_document: dict[str, list[ClaimRow]] = defaultdict(list)
    for row in rows:
        by_document[row.source].append(row)
    for row in rows:
        lines = [
            line for other in by_document[row.source] for line in other.evidence if line not in row.evidence
        ]
        lines = list(dict.fromkeys(lines))
        evidence = row.evidence
        if lines and rng.random() < 0.3:  # a sentence beside the point
            evidence = (
                (*evidence, rng.choice(lines)) if rng.random() < 0.5 else (rng.choice(lines), *evidence)
            )
        yield replace(row, evidence=evidence)
        if row.label != "supported":
            continue
        yield row  # true ones twice, for those that are changed come beside them
        statement = Statement(
            text=row.claim,
            context=row.context,
            evidence=evidence,
            others=tuple(lines),
            wording=row.change,
            source=row.source,
        )
        yield from (
            varied
            for varied in change_rows(statement, rng, count=1, share=0.5)
            if varied.label != "supported"
        )
        if rng.random() < 0.3:
            yield replace(row, claim=paraphrase(row.claim, rng), words=())
        if lines and rng.random() < 0.25:
            yield replace(
                row, evidence=tuple(rng.sample(lines, min(len(lines), rng.choice((1, 2, 3))))),
                label="unsupported", words=None, change="elsewhere",
            )  # fmt: skip
