"""Names that no file can have, and run directories that hold something else, in every command."""

import json
from pathlib import Path

import pytest

from qa import Assistant
from qa.cli import main
from qa.errors import QAError, path_fault

LONG = "x" * 5_000
DEEP = "d/" * 2_500
NAMES = {"empty": "", "blank": "  ", "long": LONG, "deep": DEEP, "nul": "a\0b"}
# NAME stands for the odd name, DIR for an empty folder.
COMMANDS = {
    "store": ["--store", "NAME", "list"],
    "config": ["--config", "NAME", "list"],
    "add": ["add", "NAME"],
    "add dry": ["add", "--dry-run", "NAME"],
    "add squad": ["add", "--format", "squad", "NAME"],
    "add beir": ["add", "--format", "beir", "NAME"],
    "add feed": ["add", "--feed", "NAME"],
    "sync": ["sync", "NAME"],
    "show": ["show", "NAME"],
    "history": ["history", "NAME"],
    "remove": ["remove", "NAME"],
    "forget": ["remove", "--forget", "NAME"],
    "dismiss": ["dismiss", "NAME"],
    "eval": ["eval", "NAME", "--out", "DIR"],
    "eval out": ["eval", "DIR/questions.jsonl", "--out", "NAME"],
    "compare a": ["compare", "NAME", "DIR"],
    "compare b": ["compare", "DIR", "NAME"],
    "feedback": ["feedback", "export", "NAME"],
    "backup": ["backup", "NAME"],
    "restore": ["restore", "NAME"],
    "settings": ["--store", "NAME", "settings"],
    "app": ["--store", "NAME", "app", "--port", "1"],
    "document": ["search", "--document", "NAME", "What?"],
    "export": ["search", "NAME", "--top-k", "1"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a document that nobody named."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "unnamed.md").write_text("# Salt\n\nThe salt tariff is 5 percent.\n", encoding="utf-8")
    (folder / "questions.jsonl").write_text('{"id": "1", "question": "How high?"}\n', encoding="utf-8")
    return folder


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.err


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_no_file_has_is_one_line(
    command: str,
    name: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    arguments = [part.replace("DIR", str(folder)).replace("NAME", NAMES[name]) for part in COMMANDS[command]]
    code, errors = run(arguments, capsys)
    assert code in (1, 2, 4)
    assert errors.startswith("qa: ")
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    assert len(errors) < 6_500
    code, errors = run(["list", "--json"], capsys)
    assert code == 0


def test_nothing_was_added_by_an_empty_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    code, errors = run(["add", ""], capsys)
    assert (code, errors) == (
        1,
        "qa: a source has an empty name: name a file, a folder (the working folder is .) or a page\n",
    )
    with Assistant.open(folder / ".qa") as assistant:
        for call in (assistant.add, assistant.sync, assistant.backup, assistant.restore):
            with pytest.raises(QAError, match=r"the name is empty|has an empty name"):
                call(" ")
        with pytest.raises(QAError, match="has an empty name"):
            assistant.add_feeds([""])
        assert assistant.documents() == []
    with pytest.raises(QAError, match="the name is empty"):
        Assistant.open("")


@pytest.mark.parametrize("name", ["x" * 255, "ä" * 127, ".", "/".join(["d" * 200] * 19), "a b", "x\ny"])
def test_names_that_files_may_have(name: str) -> None:
    assert path_fault(name) is None


RUN_FILES = {
    "text": "hello",
    "nothing": "",
    "list": "[]",
    "empty": "{}",
    "numbers": '{"settings": 5, "questions": 7, "corpus": [], "version": {}}',
    "nested": "[" * 100_000,
    "binary": "\udcff\udc80",
    "infinite": '{"settings": NaN}',
}


@pytest.mark.parametrize("wrong", RUN_FILES)
@pytest.mark.parametrize("file", ["run.json", "summary.json", "results.jsonl"])
def test_a_wrong_run_directory_is_one_line(
    file: str,
    wrong: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    run_folder = tmp_path / "run"
    run_folder.mkdir()
    for name in ("run.json", "summary.json"):
        (run_folder / name).write_text(json.dumps({"metrics": {}}), encoding="utf-8")
    (run_folder / "results.jsonl").write_text("", encoding="utf-8")
    (run_folder / file).write_bytes(RUN_FILES[wrong].encode(errors="surrogateescape"))
    for arguments in (
        ["compare", str(run_folder), str(run_folder)],
        ["eval", "questions.jsonl", "--out", str(run_folder)],
    ):
        code, errors = run(arguments, capsys)
        assert code in (0, 1)
        assert "Traceback" not in errors
        assert code == 0 or (errors.startswith("qa: ") and errors.count("\n") <= 2)
