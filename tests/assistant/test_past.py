"""Questions as the desk stood on a day: everything that answers them is of that day's versions."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from qa.assistant import Assistant
from qa.config import Settings
from qa.parsers import end_of_day
from qa.schema import Filters

LEVY = """---
title: The levy on salt in Vell
published: 2026-01-05
---
The levy on salt in Vell is 9 percent. It pays for the harbour walls.

## Why it was raised

The levy was raised because the old walls leaked.

## Exports

Table 1. Salt exports by port (thousand tonnes)

| Port | 2023 | 2024 | 2025 |
|---|---|---|---|
| Vell | 64 | 87 | 90 |
| Quorn | 12 | 14 | 33 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over a briefing that has changed since."""
    folder = tmp_path_factory.mktemp("past")
    briefing = folder / "levy.md"
    changed = LEVY.replace("leaked", "fell down").replace("| 87 |", "| 88 |")
    with Assistant.open(settings=Settings(store=folder / "store", threads=1)) as assistant:
        for day, text in (("2026-01-06", LEVY), ("2026-02-06", changed)):
            briefing.write_text(text, encoding="utf-8")
            with patch("qa.store.document_writer.utc_now", return_value=f"{day}T12:00:00+00:00"):
                assistant.add([briefing])
        yield assistant


@pytest.mark.parametrize(
    ("question", "then", "now"),
    [
        ("What were the salt exports of Vell in 2024?", "87 thousand tonnes", "88 thousand tonnes"),
        ("Summarise the briefing on the levy on salt in Vell.", "walls leaked", "walls fell down"),
    ],
)
def test_what_answers_is_of_the_day_that_is_asked_of(
    assistant: Assistant, question: str, then: str, now: str
) -> None:
    (document,) = assistant.documents()
    days = (end_of_day("2026-02-05"), end_of_day("2026-02-06"))
    for day, version, expected in zip(days, assistant.history(document.id), (then, now), strict=True):
        answer = assistant.ask(question, filters=Filters.of(as_of=day))
        assert expected in f"{answer.short_answer} {answer.text}"
        assert answer.confidence > 0.9
        assert {citation.document_sha256 for citation in answer.citations} == {version.sha256}
