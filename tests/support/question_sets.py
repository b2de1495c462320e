"""Small public sets for tests: a SQuAD file and a BEIR folder."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["BEIR_CORPUS", "NORMANS", "write_beir", "write_lines", "write_squad"]

NORMANS = [
    "The Normans gave their name to Normandy, a region in France.\r\nFrance is  where they lived.",
    "The Norman dynasty had a major political impact on medieval Europe.",
]
SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "The_Normans",
            "paragraphs": [
                {
                    "context": NORMANS[0],
                    "qas": [
                        {
                            "id": "n1",
                            "question": "Where is Normandy?",
                            "answers": [
                                {"text": "France", "answer_start": NORMANS[0].rindex("France")},
                                {"text": "France", "answer_start": NORMANS[0].index("France")},
                                {"text": "a region in France", "answer_start": 42},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "n2",
                            "question": "Where is Bavaria?",
                            "answers": [],
                            "plausible_answers": [{"text": "France", "answer_start": 0}],
                            "is_impossible": True,
                        },
                    ],
                },
                {
                    "context": NORMANS[1],
                    "qas": [
                        {
                            "id": "n3",
                            "question": "What did the dynasty have an impact on?",
                            "answers": [{"text": "medieval Europe", "answer_start": 0}],
                        }
                    ],
                },
            ],
        },
        {"title": "Steel", "paragraphs": [{"context": "Steel is an alloy of iron.", "qas": []}]},
    ],
}
BEIR_CORPUS: list[dict[str, Any]] = [
    {
        "_id": "d1",
        "title": "Ports",
        "text": "The port of Lima was enlarged in 2019. It is deep.",
        "metadata": {},
    },
    {"_id": 4983, "title": "", "text": "Copper is shipped from Chile to Asia. Much of it is ore."},
    {"_id": "d 3/ä", "title": "Rails", "text": "Rails carry grain from the plains to the coast."},
]
BEIR_QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "When was the port enlarged?", "metadata": {}},
    {"_id": "unjudged", "text": "Who knows?"},
    {"_id": 2, "text": "Where is copper from?"},
]
BEIR_JUDGEMENTS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t4983\t0\nq1\td 3/ä\t1\n2\t4983\t1\n"


def write_squad(path: Path, data: Any = SQUAD) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def write_beir(
    folder: Path,
    *,
    corpus: Iterable[Any] = BEIR_CORPUS,
    queries: Iterable[Any] = BEIR_QUERIES,
    judgements: dict[str, str] | None = None,
) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    for name, text in ({"test.tsv": BEIR_JUDGEMENTS} if judgements is None else judgements).items():
        (folder / "qrels" / name).write_text(text, encoding="utf-8")
    return folder


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    """One JSON value a line; a text is a line as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
