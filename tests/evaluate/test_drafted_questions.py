"""Questions drafted by rule: what is asked, that each quote is exact, and that no twin can be answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qa import parsers
from qa.errors import EvaluationError
from qa.evaluate.datasets.dataset import check_questions, read_questions
from qa.evaluate.datasets.drafted_questions import draft_questions, draft_twin, write_drafts
from qa.evaluate.datasets.gold_quotes import GoldFinder, check_gold
from qa.schema import Document, DocumentSummary
from tests.evaluate.test_gold_questions import BRIEFINGS, briefing
from tests.support.evaluation import ScriptedAssistant

BRIEFING = """\
# Steel in 2025

The tariff on steel was doubled to 50 percent on June 4, 2025. It was then doubled again in 2026.
Exports were cut by 12 percent in 2024, after the strike. Canada will open a port in May 2027.
Sales to Mexico rose to 40 million tonnes in 2022.
The quota was what factories had shipped in 2021. The port is the largest in 2020. In 2023 exports were low.
The law signed on July 4, 2025, repeals it. Prime Minister Carney met the union in May 2025, and both left.
He said that sales and prices were cut by 3 percent.

## Quotas by country

The quotas hold for a year and are set anew by the ministry each spring.

| Country | Quota in 2025 | Used |
|---|---|---|
| Canada | 1,250 | 40% |
| Mexico | 900 | n/a |
"""


def read(folder: Path, text: str) -> Document:
    path = folder / "steel.md"
    path.write_text(text, encoding="utf-8")
    return parsers.parse_path(path, metadata=parsers.Metadata(), max_bytes=10**6).to_document("steel")


def test_what_is_asked(tmp_path: Path) -> None:
    """Nothing of sentences that need the one before, begin elsewhere, or report what somebody said."""
    asked = [(draft.question, draft.answer) for draft in draft_questions(read(tmp_path, BRIEFING))]
    assert sorted(asked, key=str) == sorted(
        [
            ("When was the tariff on steel doubled to 50 percent?", "June 4, 2025"),
            ("To how much was the tariff on steel doubled on June 4, 2025?", "50 percent"),
            ("When were exports cut by 12 percent, after the strike?", "2024"),
            ("By how much were exports cut in 2024, after the strike?", "12 percent"),
            ("When did sales to Mexico rise to 40 million tonnes?", "2022"),
            ("To how much did sales to Mexico rise in 2022?", "40 million tonnes"),
            ("When did Prime Minister Carney meet the union?", "May 2025"),
            ("When will Canada open a port?", "May 2027"),
            ("In “Steel in 2025”, what is Quota in 2025 for Canada?", "1,250"),
            ("In “Steel in 2025”, what is Used for Canada?", "40%"),
            ("In “Steel in 2025”, what is Quota in 2025 for Mexico?", "900"),
            ("What does “Steel in 2025” say about “Quotas by country”?", None),
        ],
        key=str,
    )


def test_quotes_are_exact_and_hold_the_answer(tmp_path: Path) -> None:
    document = read(tmp_path, BRIEFING)
    for draft in draft_questions(document):
        assert document.text[draft.quote.start : draft.quote.end] == draft.text
        assert draft.answer is None or draft.answer in draft.text


@pytest.mark.parametrize(
    ("question", "twin"),
    [
        ("When did exports fall in 2024?", ("When did exports fall in 2026?", "2024 is now 2026")),
        ("When will Canada open a port?", ("When will Paraguay open a port?", "Canada is now Paraguay")),
        ("When was the Canadian port opened?", None),
        ("When was the port opened?", None),
        ("When did the United States leave?", None),
        ("What does “Canada in 2024” say about “Ports”?", None),
    ],
)
def test_a_twin_asks_what_no_document_mentions(question: str, twin: tuple[str, str] | None) -> None:
    assert draft_twin(question, {2024, 2025}, {"Iceland"}) == twin


@dataclass
class Desk(ScriptedAssistant):
    """Over documents as they are."""

    stored: Sequence[Document] = field(default_factory=list)

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary(
                id=one.id, metadata=one.metadata, source=one.source, chunks=1, characters=len(one.text),
                added_at="2026-01-01T00:00:00+00:00", sha256=one.sha256,
            )
            for one in self.stored
        ]  # fmt: skip

    def document(self, reference: str) -> Document:
        return next(one for one in self.stored if reference in (one.id, one.source))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_file_is_one_that_an_evaluation_reads(tmp_path: Path) -> None:
    """Over the briefings that ship with the program."""
    desk = Desk(stored=[briefing(name) for name in BRIEFINGS])
    path = tmp_path / "drafts.jsonl"
    count, unanswerable = write_drafts(desk, path, limit=200)
    assert check_questions(path).count == count == len(rows(path)) > 20
    assert unanswerable > 5
    check_gold(read_questions(path), GoldFinder.for_assistant(desk))
    for row in rows(path):
        if not row["answerable"]:
            _, asked_about = row["changed"].split(" is now ")
            assert not any(asked_about in document.text for document in desk.stored)


def test_documents_and_limit(tmp_path: Path) -> None:
    desk = Desk(stored=[briefing(name) for name in BRIEFINGS[:3]])
    name = desk.stored[1].id
    write_drafts(desk, tmp_path / "one.jsonl", documents=[name], limit=4)
    drafted = rows(tmp_path / "one.jsonl")
    assert 0 < len(drafted) <= 4
    assert {quote["document"] for row in drafted for quote in row.get("quotes", [])} == {name}


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(EvaluationError, match="is there already: name another file"):
        write_drafts(Desk(stored=[read(tmp_path, BRIEFING)]), path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_nothing_to_draft_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no question could be drafted"):
        write_drafts(Desk(stored=[read(tmp_path, "Nothing here.\n")]), tmp_path / "none.jsonl")
    assert not (tmp_path / "none.jsonl").exists()
