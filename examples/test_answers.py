"""The quality of the answers as a test, which fails where a figure is worse than it has been.

pytest examples/test_answers.py
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant
from qa.evaluate import Gate, check_gates, evaluate

FOLDER, QUESTIONS = "corpus", "corpus/questions.jsonl"
GATES = [
    Gate.parse("citation_recall=0.7", "under"),
    Gate.parse("refusal_recall=0.7", "under"),
    Gate.parse("confidently_wrong_rate=0.1", "over"),
]


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What `qa eval` writes into summary.json; the store and the run are gone after the test."""
    folder: Path = tmp_path_factory.mktemp("answers")
    with Assistant.open(store=folder / "store") as assistant:
        assistant.add(FOLDER)
        return evaluate(assistant, QUESTIONS, folder / "run")


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.metric.name)
def test_figure(summary: Mapping[str, Any], gate: Gate) -> None:
    """The line of a failure says by how much."""
    assert check_gates(summary, [gate]) == []
