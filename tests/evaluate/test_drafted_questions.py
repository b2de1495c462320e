"""Questions drafted by rule: what is asked, that each quote is exact, and that no twin can be answered."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qa import parsers
from qa.answering.chat_model.model_calls import OpenedModel
from qa.errors import EvaluationError, ModelError
from qa.evaluate.datasets.dataset import check_questions, read_questions
from qa.evaluate.datasets.draft_file import (
    DraftWording,
    change_draft,
    decision_of,
    is_draft_file,
    read_drafts,
    save_kept,
    write_drafts,
)
from qa.evaluate.datasets.drafted_questions import draft_questions, draft_twin
from qa.evaluate.datasets.gold_quotes import GoldFinder, check_gold
from qa.schema import Document, DocumentSummary
from tests.evaluate.test_gold_questions import BRIEFINGS, briefing
from tests.support.doubles import ScriptedChatModel
from tests.support.evaluation import ScriptedAssistant

BRIEFING = """\
# Steel in 2025

The tariff on steel was doubled to 50 percent on June 4, 2025. It was then doubled again in 2026.
Exports were cut by 12 percent in 2024, after the strike. Canada will open a port in May 2027.
Sales to Mexico rose to 40 million tonnes in 2022. The one with Canada took effect in May 2021.
Sales to Canada fell from about 9 million tonnes in 2019 to 7 million tonnes in 2022.
The quota was what factories had shipped in 2021. The port is the largest in 2020. In 2023 exports were low.
The law signed on July 4, 2025, repeals it. Prime Minister Carney met the union in May 2025, and both left.
He said that sales and prices were cut by 3 percent.
The text was closed in May 2025, during a truce between Beijing and Washington in which Ottawa had no part.

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
            (
                "To how much did sales to Canada fall in 2022 from about 9 million tonnes in 2019?",
                "7 million tonnes",
            ),
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


# A chat model's wording


def wording(*script: object) -> DraftWording:
    opened = OpenedModel(model=ScriptedChatModel(*script), name="scripted:one")
    return DraftWording(SimpleNamespace(models=SimpleNamespace(chat_model=lambda _: opened)))


def test_a_twin_has_the_wording_of_its_question(tmp_path: Path) -> None:
    text = "# Steel\n\nExports to Mexico were cut by 12 percent in May 2024. The least exports ever.\n"
    desk = Desk(stored=[read(tmp_path, text)])
    reword = wording(
        "When did exports to Mexico get cut by 12 percent?", "By what percentage did exports rise?"
    )
    path = tmp_path / "drafts.jsonl"
    write_drafts(desk, path, reword=reword)
    asked = {row["id"]: row["question"] for row in rows(path)}
    assert asked["draft-0001"] == "When did exports to Mexico get cut by 12 percent?"
    assert asked["draft-0001-twin"] == "When did exports to Iceland get cut by 12 percent?"
    assert asked["draft-0002"] == "By how much were exports to Mexico cut in May 2024?"
    assert (reword.asked, reword.reworded) == (2, 1)
    assert reword.summary == (
        "scripted:one worded 1 of 2 questions; 1 stay worded by rule, for its own asked something else"
    )


def test_a_model_that_fails_on_the_way_loses_nothing(tmp_path: Path) -> None:
    desk = Desk(stored=[read(tmp_path, BRIEFING)])
    reword = wording("On what date was the tariff on steel doubled to 50 percent?", ConnectionError("gone"))
    path = tmp_path / "drafts.jsonl"
    count, _ = write_drafts(desk, path, reword=reword)
    assert count == len(rows(path)) > 12
    assert reword.asked == 2
    assert "worded 1 of 2 questions and then failed, the others are worded by rule: " in reword.summary


def test_a_model_that_fails_at_once_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        write_drafts(
            Desk(stored=[read(tmp_path, BRIEFING)]), tmp_path / "none.jsonl", reword=wording(OSError("gone"))
        )
    assert not (tmp_path / "none.jsonl").exists()


# Looking through


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    path = tmp_path / "drafts.jsonl"
    write_drafts(Desk(stored=[read(tmp_path, BRIEFING)]), path)
    return path


def test_what_is_kept_is_saved_as_it_was_worded(drafts: Path, tmp_path: Path) -> None:
    first, second, third = read_drafts(drafts)[:3]
    change_draft(drafts, first["id"], decision="keep")
    change_draft(drafts, first["id"], question="  When was the steel\ttariff doubled? ")
    change_draft(drafts, second["id"], decision="drop")
    change_draft(drafts, third["id"], decision="keep")
    change_draft(drafts, third["id"])
    looked_through = read_drafts(drafts)
    assert [decision_of(row) for row in looked_through[:3]] == ["keep", "drop", None]
    assert len(looked_through) == len(rows(drafts))
    target = tmp_path / "mine.jsonl"
    assert save_kept(drafts, target) == 1
    assert rows(target) == [first | {"question": "When was the steel tariff doubled?"}]
    assert check_questions(target).count == 1
    with pytest.raises(EvaluationError, match="is there already: choose another name"):
        save_kept(drafts, target)


def test_faults_are_named_and_change_nothing(drafts: Path, tmp_path: Path) -> None:
    before = drafts.read_bytes()
    with pytest.raises(EvaluationError, match="without words"):
        change_draft(drafts, "draft-0001", question=" ")
    with pytest.raises(EvaluationError, match="has no question 'gone' any more"):
        change_draft(drafts, "gone", decision="keep")
    with pytest.raises(EvaluationError, match="no draft is kept yet"):
        save_kept(drafts, tmp_path / "mine.jsonl")
    assert drafts.read_bytes() == before
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "1", "question": "Why?", "tags": 7}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"broken\.jsonl, line 2: it has no id and question"):
        read_drafts(broken)
    assert [is_draft_file(path) for path in (drafts, broken, tmp_path / "none.jsonl")] == [True, False, False]


def test_two_who_decide_at_once_both_count(drafts: Path) -> None:
    ids = [row["id"] for row in read_drafts(drafts)]
    threads = [
        threading.Thread(target=change_draft, args=(drafts, row_id), kwargs={"decision": "keep"})
        for row_id in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [decision_of(row) for row in read_drafts(drafts)] == ["keep"] * len(ids)
