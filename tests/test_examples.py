"""The programs of examples/, run as a user runs them, with the real models over a tiny folder."""

import json
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import qa.models.embedder
import qa.models.reader

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MAX_LINES = 50
SUMMIT = "Prime Minister Carney met President Sheinbaum on September 18, 2025. They spoke of ports."
STEEL = "The tariff on steel was doubled to 50 percent on June 4, 2025."
QUESTIONS = (
    {
        "id": "q1",
        "question": "When was the tariff on steel doubled?",
        "answers": ["June 4, 2025"],
        "quotes": [{"document": "steel.md", "text": STEEL}],
    },
    {"id": "q2", "question": "Who won the chess tournament in Reykjavik?", "answerable": False},
)

Run = Callable[..., list[str]]


@pytest.fixture(scope="module", autouse=True)
def loaded_once() -> Iterator[None]:
    """The real models, but one copy for all programs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(qa.models.embedder, "open_embedder", cache(qa.models.embedder.open_embedder))
        patch.setattr(qa.models.reader, "Reader", cache(qa.models.reader.Reader))
        yield


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a program in a folder with two briefings in `briefings`; gives the lines that it prints."""
    briefings = tmp_path / "briefings"
    briefings.mkdir()
    (briefings / "summit.md").write_text(f"# The summit\n\n{SUMMIT}\n", encoding="utf-8")
    (briefings / "steel.md").write_text(f"# Steel\n\n{STEEL}\n", encoding="utf-8")
    rows = "".join(json.dumps(row) + "\n" for row in QUESTIONS)
    (tmp_path / "questions.jsonl").write_text(rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run_program(name: str, *arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return run_program


def test_ask(run: Run) -> None:
    lines = run("ask.py", "briefings", "When did Carney meet Sheinbaum?")
    assert "September 18, 2025" in lines[0]
    quotes = [line for line in lines if line.startswith("[1] The summit, ")]
    assert len(quotes) == 1
    assert "Carney met President Sheinbaum on September 18, 2025." in quotes[0]


def test_ask_what_the_documents_do_not_answer(run: Run) -> None:
    lines = run("ask.py", "briefings", "Who won the chess tournament in Reykjavik?")
    assert not [line for line in lines if line.startswith("[1]")]
    assert set(lines[lines.index("Nearest:") + 1 :]) <= {"- The summit", "- Steel"}


def test_evaluate(run: Run, tmp_path: Path) -> None:
    lines = run("evaluate.py", "briefings", "questions.jsonl", "runs")
    assert "wide: 1 of 2 answered" in lines
    assert "narrow: 1 of 2 answered" in lines
    recall = next(line for line in lines if line.startswith("citation_recall "))
    assert recall.split()[1:] == ["1.000", "1.000", "to", "1.000,", "1", "questions"]
    assert "From wide to narrow, 2 questions:" in lines
    assert (tmp_path / "runs" / "wide" / "report.html").is_file()


def test_langchain_chain(run: Run) -> None:
    lines = run("langchain_chain.py", "briefings", "When was the tariff on steel doubled?")
    assert lines[0].endswith("  Steel")
    assert lines[-1] == "(Here a chat model would answer from the passages.)"


@pytest.mark.parametrize(
    ("quote", "outcome"), [(STEEL, "3 passed"), (SUMMIT, "citation_recall is 0, 0.7 under 0.7")]
)
def test_answers(
    run: Run, tmp_path: Path, quote: str, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A gate passes, and fails where the answer rests on other words than it should."""
    (tmp_path / "briefings").rename(tmp_path / "corpus")
    name = "steel.md" if quote == STEEL else "summit.md"
    rows = [dict(QUESTIONS[0], quotes=[{"document": name, "text": quote}]), QUESTIONS[1]]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "corpus" / "questions.jsonl").write_text(text, encoding="utf-8")
    options = [
        "--capture=no",
        "--rootdir",
        str(tmp_path),
        "-c",
        str(tmp_path / "none.ini"),
        "--import-mode=importlib",
    ]
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    program = Path(shutil.copy(EXAMPLES / "test_answers.py", tmp_path))
    pytest.main(
        [str(program), "-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:xdist", *options]
    )
    assert outcome in capsys.readouterr().out


def test_langchain_agent(run: Run) -> None:
    lines = run("langchain_agent.py", "briefings", "When was the tariff on steel doubled?")
    said = next(line for line in lines if line.startswith("tool: "))
    assert "June 4, 2025" in said
    assert lines[lines.index(said) + 1].startswith("[1] Steel: “")
    assert lines[-1] == "ai: (Here a chat model would reply from that.)"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_program_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MAX_LINES
