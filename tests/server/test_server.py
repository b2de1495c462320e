"""The chat-model engine against a real server with a small model that hallucinates freely."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant
from qa.config import Settings
from qa.errors import ModelError
from qa.schema import Answer
from tests.server.conftest import ChatServer

pytestmark = [pytest.mark.server, pytest.mark.slow]

BRIEFING = """\
Steel in one page

What does the United States charge on steel?
On June 4, 2025, the tariff on steel was doubled to 50 percent. Britain stayed at 25 percent. Companies can no
longer apply to have single products excluded.

How did Canada answer?
Ottawa struck back on March 13, 2025, with a tariff of 25 percent on C$29.8 billion of U.S. goods. Mexico
chose not to retaliate.
"""
QUESTION = "How high is the tariff on steel?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    source = folder / "steel.md"
    source.write_text(BRIEFING, encoding="utf-8")
    with Assistant.open(folder / "qa") as assistant:
        assert len(assistant.add(source).added) == 1
    return folder / "qa"


def settings(store: Path, server: ChatServer) -> Settings:
    return Settings(
        store=store, engine="llm", model=server.model, base_url=server.base_url, api_key="none",
        min_confidence=0, top_k=2, model_timeout_s=240,
    )  # fmt: skip


def test_an_answer_streams_and_is_checked(store: Path, chat_server: ChatServer) -> None:
    with Assistant.open(settings=settings(store, chat_server)) as assistant:
        events = list(assistant.stream(QUESTION))
        text = assistant.document("steel.md").text
    kinds = [one.kind for one in events]
    assert kinds[-1] == "answer"
    assert kinds.count("text") > 3
    # It may be asked to correct what it wrote, whose words are not shown.
    words = [number for number, kind in enumerate(kinds) if kind == "text"]
    assert set(kinds[: words[0]]) == {"stage"}
    assert set(kinds[words[-1] + 1 : -1]) <= {"sentence", "stage"}
    answer = events[-1].answer
    assert isinstance(answer, Answer)
    show(answer)
    assert answer.usage is not None
    assert answer.usage.input_tokens > 100
    assert (answer.engine, answer.model) == ("llm", chat_server.model)
    assert answer.sentences
    assert all(one.support in ("supported", "partial", "unsupported") for one in answer.sentences)
    assert all(one.quote == text[one.start : one.end] for one in answer.citations)
    if answer.status == "answered":
        assert all(one.citations or one.support == "unsupported" for one in answer.sentences)


def show(answer: Answer) -> None:
    """What the model wrote and how it was judged, for `pytest -s`."""
    lines = [f"{one.support}: {one.text} {list(one.citations)}" for one in answer.sentences]
    sys.stdout.write("\n".join(["", answer.text, "-- judged:", *lines, f"warnings: {answer.warnings}", ""]))


def ask(store: Path, server: ChatServer) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable, "-m", "qa", "--store", str(store), "ask", QUESTION, "--engine", "llm",
        "--model", server.model, "--base-url", server.base_url,
        "--json",
    ]  # fmt: skip
    environment = {**os.environ, "QA_MIN_CONFIDENCE": "0", "QA_TOP_K": "2", "QA_MODEL_TIMEOUT_S": "240"}
    environment["QA_MAX_OUTPUT_TOKENS"] = "60"
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def test_the_command_prints_valid_json(store: Path, chat_server: ChatServer) -> None:
    done = ask(store, chat_server)
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["engine"] == "llm"
    assert answer["model"] == chat_server.model
    numbers = {one["number"] for one in answer["citations"]}
    assert all(numbers.issuperset(one["citations"]) for one in answer["sentences"])


# The last test: it ends the server. The question makes the model copy markers and go on for minutes.
def test_a_server_that_dies_is_one_line(store: Path, chat_server: ChatServer) -> None:
    question = "Summarize the briefing on steel."
    written = ""
    with Assistant.open(settings=settings(store, chat_server)) as assistant:
        text = assistant.document("steel.md").text
        events = assistant.stream(question)
        while len(written) < 250:
            event = next(events)
            written += event.text if event.kind == "text" else ""
        chat_server.process.kill()
        chat_server.process.wait()
        broken = list(events)[-1].answer
        assert broken is not None
        assert not broken.is_complete
        assert "broke off in the middle of its answer" in broken.warnings[0]
        assert "\n" not in broken.warnings[0]
        assert [(sent.document_id, sent.start) for sent in broken.sent_passages]
        with pytest.raises(ModelError, match=r"can't be reached at http://127\.0\.0\.1:") as caught:
            assistant.ask(question)
        assert "\n" not in str(caught.value)
    # What the model writes differs from processor to processor, and may cite nothing.
    assert all(one.quote == text[one.start : one.end] for one in broken.citations)
