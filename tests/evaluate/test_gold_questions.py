"""The briefings that ship with the program, and the gold questions about them."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qa import parsers
from qa.evaluate.scoring.reference_matching import states_reference
from qa.schema import Document

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
BRIEFINGS = sorted(path.name for path in CORPUS.glob("*.md") if path.name != "README.md")
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


@cache
def briefing(name: str) -> Document:
    return parsers.parse_path(CORPUS / name, metadata=parsers.Metadata(), max_bytes=10**6).to_document(name)


def test_there_are_enough_of_both() -> None:
    assert len(BRIEFINGS) >= 18
    assert len(ROWS) >= 180
    assert sum(not row["answerable"] for row in ROWS) >= 50
    tags = Counter(tag for row in ROWS for tag in row["tags"])
    kinds = ("fact", "number", "date", "reason", "list", "section", "two-documents", "follow-up")
    assert all(tags[tag] >= 10 for tag in kinds)
    assert all(tags[tag] >= 10 for tag in ("far", "near", "almost"))


@pytest.mark.parametrize("name", BRIEFINGS)
def test_a_briefing_says_what_it_is(name: str) -> None:
    document = briefing(name)
    assert document.published is not None
    assert document.publisher
    assert document.topics
    assert "sources:" in document.text[: document.body_start]
    assert 400 <= len(document.text[document.body_start :].split()) <= 900


def test_ids_are_unique() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_what_is_answerable_has_quotes() -> None:
    assert [row["id"] for row in ROWS if bool(row.get("quotes")) is not row["answerable"]] == []


def test_every_quote_is_in_its_document() -> None:
    """Once, and in the body."""
    wrong = []
    for row in ROWS:
        for quote in row.get("quotes", ()):
            document = briefing(quote["document"])
            is_there_once = document.text.count(quote["text"]) == 1
            if not is_there_once or document.text.index(quote["text"]) < document.body_start:
                wrong.append((row["id"], quote["text"]))
    assert wrong == []


def test_one_of_the_references_stands_in_the_quotes() -> None:
    """Or no answer could state it; yes and no, units from a table's head and sums stand nowhere."""
    excepted = {"yes-no", "computed", "table"}
    named = [row for row in ROWS if {"answer", "answers"} & row.keys() and not excepted & set(row["tags"])]
    lost = [
        row["id"]
        for row in named
        if not states_reference(
            " ".join(quote["text"] for quote in row["quotes"]), row.get("answers") or [row["answer"]]
        )
    ]
    assert lost == []


def test_follow_ups_have_a_history() -> None:
    for row in ROWS:
        leans = "follow-up" in row["tags"]
        # A change of topic in a conversation has a history that must not matter.
        changes = "new-topic" in row["tags"] and "written-out" not in row["tags"]
        assert bool(row.get("history")) is (leans or changes)


def test_each_kind_of_question_has_gold() -> None:
    tags = Counter(tag for row in ROWS for tag in row["tags"])
    kinds = "open summary compare change list yes-no false-premise typo lowercase keywords pair".split()
    kinds += "table period partner look-alike candidates unit".split()
    assert {tag: tags[tag] for tag in kinds if tags[tag] < 12} == {}
    rarer = "current negation product multi-document superlative computed direction".split()
    assert {tag: tags[tag] for tag in rarer if tags[tag] < 3} == {}


def test_pairs_have_an_answer_on_one_side_only() -> None:
    answerable = {row["id"]: row["answerable"] for row in ROWS if "pair" in row["tags"]}
    first = [row_id for row_id in answerable if not row_id.endswith("-u")]
    assert len(first) >= 80
    assert all(answerable[row_id] and not answerable[f"{row_id}-u"] for row_id in first)
    assert len(answerable) == 2 * len(first)


def test_follow_ups_have_a_twin_that_is_written_out() -> None:
    rows = {row["id"]: row for row in ROWS}
    twins = [row for row in ROWS if "written-out" in row["tags"]]
    assert len(twins) >= 60
    for twin in twins:
        other = rows[twin["id"].removesuffix("-w")]
        assert other["quotes"] == twin["quotes"]
        assert other["history"]
        assert not twin.get("history")


def test_what_denies_a_false_premise_is_in_its_document() -> None:
    denied = [row["contradicted_by"] for row in ROWS if row.get("contradicted_by")]
    assert len(denied) >= 10
    for quote in denied:
        for one in quote if isinstance(quote, list) else [quote]:
            assert briefing(one["document"]).text.count(one["text"]) == 1
