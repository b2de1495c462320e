"""The command line: results on stdout, one line on stderr for what goes wrong, and the exit codes."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import qa.models.embedder
from qa.assistant import Assistant
from qa.cli import main
from qa.cli.table_output import draw_table
from qa.config import SETTINGS, Settings
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import GridCell, put_table
from qa.schema import (
    Answer,
    AnswerSentence,
    CheckedCondition,
    Citation,
    Computed,
    Condition,
    Metadata,
    StreamEvent,
)
from qa.store import Store
from tests.store.test_store import EMBEDDER, make_addition
from tests.store.test_store_damage import read_only

pytestmark = pytest.mark.usefixtures("loaded_once")

SUMMIT = """\
---
title: The summit
published: 2025-09-24
publisher: The Desk
topics: [Mexico, Canada]
---
Prime Minister Carney met President Sheinbaum on September 18, 2025.

## Trade between the two

In 2024, Mexico took about 1 percent of Canada’s exports. Canada took about 3 percent of Mexico’s.
"""
STEEL = "Steel\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025.\n"
QUESTION = "When did Carney meet Sheinbaum?"


class CommandResult:
    """A finished command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one value on stdout."""
        assert self.out.endswith("\n")
        return json.loads(self.out)

    def fails(self, code: int, *words: str) -> None:
        """One line on stderr with these words, nothing on stdout."""
        assert (self.code, self.out) == (code, "")
        assert len(self.err.splitlines()) == 1, self.err
        assert self.err.startswith("qa: ")
        for word in words:
            assert word in self.err


Run = Callable[..., CommandResult]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `qa --store STORE ...` in this process, in an empty working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    # Two processes whose threads wait for each other on two cores take several times as long as with one.
    monkeypatch.setenv("QA_THREADS", "1")

    def call(*arguments: str | Path, stdin: bytes = b"", store: Path = tmp_path / "store") -> CommandResult:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfd.readouterr()
        with pytest.raises(SystemExit) as exit_info:
            main(["--store", str(store), *map(str, arguments)])
        out, err = capfd.readouterr()
        assert isinstance(exit_info.value.code, int)
        return CommandResult(exit_info.value.code, out, err)

    return call


def write_briefings(folder: Path) -> Path:
    folder.mkdir()
    (folder / "summit.md").write_text(SUMMIT, encoding="utf-8")
    (folder / "steel.txt").write_text(STEEL, encoding="utf-8")
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two briefings."""
    return write_briefings(tmp_path / "briefings")


@pytest.fixture(scope="module")
def briefing_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two briefings that no test changes."""
    folder = tmp_path_factory.mktemp("stocked")
    with Assistant.open(settings=Settings(store=folder / "store", threads=1)) as assistant:
        assistant.add(write_briefings(folder / "briefings"))
    return folder / "store"


def command(store: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "qa", "--store", str(store), *map(str, arguments)]


# What each command does ---------------------------------------------------------------------------


def test_add_list_show_remove(run: Run, files: Path) -> None:
    added = run("add", files, "--json")
    assert (added.code, added.err) == (0, "")
    steel, summit = added.json["added"]
    assert steel.startswith("steel-")
    assert summit.startswith("summit-")
    assert added.json == {
        "added": [steel, summit], "updated": [], "unchanged": [], "removed": [], "failed": [],
        "duplicates": [], "near_duplicates": [], "renamed": [], "notes": [],
        "dry_run": False,
    }  # fmt: skip
    listed = run("list", "--json").json
    assert [document["document"] for document in listed] == [steel, summit]
    assert set(listed[0]) == {
        "document", "title", "source", "published", "publisher", "topics", "chunks", "characters", "added_at",
        "updated_at", "format", "given", "recognised",
    }  # fmt: skip
    assert (listed[1]["title"], listed[1]["published"]) == ("The summit", "2025-09-24")
    assert (listed[1]["publisher"], listed[1]["topics"]) == ("The Desk", ["Mexico", "Canada"])
    assert listed[1]["source"] == str(files / "summit.md")
    assert listed[1]["characters"] == len(SUMMIT)
    document = run("show", summit, "--json").json
    assert document["text"] == SUMMIT
    assert document["body_start"] == SUMMIT.index("Prime Minister")
    assert "published: 2025-09-24" in run("show", "summit.md").out
    assert summit in run("list").out
    removed = run("remove", "The summit", "--json")
    assert (removed.code, removed.json) == (0, {"removed": [summit]})
    assert [document["document"] for document in run("list", "--json").json] == [steel]


def test_show_has_the_tables(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "salt.md"
    rows = "| Port | 2029 | 2030 |\n|---|---|---|\n| Vell | 0 | 1,030 |\n| Port Sable | | 8 |\n"
    file.write_text(f"# Salt\n\nExports, thousand tonnes\n\n{rows}\nSource: customs.\n", encoding="utf-8")
    (document,) = run("add", file, "--json").json["added"]
    shown = run("show", document, "--json").json
    (table,) = shown["tables"]
    assert (table["caption"], table["unit"]) == ("Exports, thousand tonnes", "thousand tonnes")
    assert table["notes"] == ["Source: customs."]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Port", "2029", "2030"],
        ["Vell", "0", "1,030"],
        ["Port Sable", "", "8"],
    ]
    for cell in (cell for row in table["rows"] for cell in row):
        assert set(cell) == {"text", "start", "end", "head", "rowspan", "colspan"}
        if cell["text"]:
            assert shown["text"][cell["start"] : cell["end"]] == cell["text"]
        else:
            assert (cell["start"], cell["end"]) == (None, None)
    assert run("show", document).out.endswith(
        """
Exports, thousand tonnes
Port        2029   2030
----------  ----  -----
Vell           0  1,030
Port Sable            8
Source: customs.
"""
    )


def test_a_drawn_table_wraps_and_says_what_it_leaves_out() -> None:
    builder = ContentBuilder()
    heads: list[GridCell | str] = [GridCell("Port", rowspan=2), GridCell("2030", colspan=2)]
    long = "a harbour at the mouth of the river that freezes over in winter"
    rows = [["Vell", long, "–"], *([f"Port {number}", "open", "7"] for number in range(300))]
    put_table(builder, [heads, ["State", "Ships"], *rows], head_rows=2)
    content = builder.build()
    lines = list(draw_table(content.tables[0], content.text))
    assert lines[:7] == [
        "Table",
        "Port      2030",
        "          State                                 Ships",
        "--------  ------------------------------------  -----",
        "Vell      a harbour at the mouth of the river       –",
        "          that freezes over in winter",
        "Port 0    open                                      7",
    ]
    assert lines[-1] == "... 103 more rows: --json has them all"


def test_ids_are_stable(run: Run, files: Path) -> None:
    (steel, summit) = run("add", files, "--json").json["added"]
    assert run("add", files, "--json").json["unchanged"] == [steel, summit]
    (files / "steel.txt").write_text(STEEL + "\nMore.\n", encoding="utf-8")
    again = run("add", files / "steel.txt", files, "--json").json
    assert (again["updated"], again["unchanged"]) == ([steel], [summit])
    assert "More." in run("show", steel).out
    run("remove", steel)
    assert run("add", files, "--json").json["added"] == [steel]


def test_offsets_hold_in_the_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "windows.md"
    file.write_bytes(b"\xef\xbb\xbf" + SUMMIT.replace("\n", "\r\n").encode())
    (document,) = run("add", file, "--json").json["added"]
    text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    assert run("show", document, "--json").json["text"] == text
    for passage in run("search", "exports to Mexico", "--json").json["passages"]:
        assert passage["text"] == text[passage["start"] : passage["end"]]
        assert passage["start"] >= text.index("Prime")


def test_ask(run: Run, briefing_store: Path) -> None:
    result = run("ask", QUESTION, "--json", store=briefing_store)
    assert (result.code, result.err) == (0, "")
    answer = result.json
    assert set(answer) >= {
        "question", "standalone_question", "status", "text", "sentences", "citations", "passages", "engine",
        "model", "confidence", "timings_ms",
    }  # fmt: skip
    assert (answer["question"], answer["standalone_question"]) == (QUESTION, QUESTION)
    assert (answer["status"], answer["engine"], answer["model"]) == ("answered", "extractive", None)
    assert "[1]" in answer["text"]
    assert set(answer["timings_ms"]) >= {"retrieve", "read", "answer", "total"}
    assert set(answer["passages"][0]) >= {"document", "start", "end", "score", "heading"}
    assert len(answer["passages"]) <= 5
    assert {number for sentence in answer["sentences"] for number in sentence["citations"]} == {
        citation["number"] for citation in answer["citations"]
    }
    assert {sentence["support"] for sentence in answer["sentences"]} <= {
        "supported",
        "partial",
        "unsupported",
    }
    for citation in answer["citations"]:
        assert set(citation) >= {
            "number", "document", "title", "source", "published", "page", "heading", "start", "end", "quote",
            "highlight", "document_sha256", "recognised",
        }  # fmt: skip
        document = run("show", citation["document"], "--json", store=briefing_store).json
        text = document["text"]
        assert citation["document_sha256"] == document["sha256"]
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        if citation["highlight"]:
            start, end = citation["highlight"]
            assert citation["start"] <= start < end <= citation["end"]
    assert any("September 18, 2025" in citation["quote"] for citation in answer["citations"])
    assert "September 18, 2025" in run("ask", QUESTION, store=briefing_store).out


def test_a_refusal_is_a_normal_answer(run: Run, briefing_store: Path) -> None:
    result = run("ask", "How deep is the Mariana Trench?", "--json", store=briefing_store)
    assert (result.code, result.json["status"], result.json["citations"]) == (0, "not_found", [])
    assert result.json["passages"]
    assert "nearest passages" in run("ask", "How deep is the Mariana Trench?", store=briefing_store).out


def test_search_and_its_filters(run: Run, briefing_store: Path) -> None:
    steel, summit = sorted(
        document["document"] for document in run("list", "--json", store=briefing_store).json
    )

    def documents(*filters: str) -> set[str]:
        result = run("search", "exports and tariffs", "--json", *filters, store=briefing_store)
        assert (result.code, result.err) == (0, "")
        assert result.json["question"] == "exports and tariffs"
        return {passage["document"] for passage in result.json["passages"]}

    assert documents() == {steel, summit}
    assert documents("--document", "steel.txt") == {steel}
    assert documents("--topic", "mexico", "--since", "2025-09-01", "--until", "24 September 2025") == {summit}
    assert documents("--since", "2025-09-25") == set()
    assert len(run("search", "tariffs", "--top-k", "1", "--json", store=briefing_store).json["passages"]) == 1
    best = run("search", "steel tariff", "--json", store=briefing_store).json["passages"][0]
    assert set(best) >= {"document", "start", "end", "score", "heading", "title", "source", "text"}
    empty = run("search", "tariffs", "--topic", "milk", store=briefing_store)
    assert (empty.code, empty.out, empty.err) == (0, "", "no passage passes the filters\n")
    assert (
        run("ask", QUESTION, "--topic", "milk", "--json", store=briefing_store).json["status"] == "not_found"
    )


def test_sync(run: Run, files: Path) -> None:
    steel, summit = run("add", files, "--json").json["added"]
    elsewhere = files.parent / "elsewhere.txt"
    elsewhere.write_text("Kept.\n\nIt lies outside the folder.\n")
    (outside,) = run("add", elsewhere, "--json").json["added"]
    (files / "steel.txt").unlink()
    (files / "summit.md").write_text(SUMMIT + "\nMore.\n", encoding="utf-8")
    (files / "new.txt").write_text("New\n\nA new briefing.\n")
    planned = run("sync", files, "--dry-run", "--json").json
    assert {document["document"] for document in run("list", "--json").json} == {steel, summit, outside}
    synced = run("sync", files, "--json")
    assert synced.code == 0
    (new,) = synced.json["added"]
    assert (synced.json["updated"], synced.json["removed"]) == ([summit], [steel])
    assert planned == {**synced.json, "dry_run": True}
    assert {document["document"] for document in run("list", "--json").json} == {new, summit, outside}
    assert run("sync", files).out == "2 unchanged\n"
    run("sync", elsewhere).fails(1, "is not a folder")


def test_dry_run_writes_nothing(run: Run, files: Path) -> None:
    planned = run("add", files, "--dry-run", "--json").json
    assert (len(planned["added"]), planned["dry_run"]) == (2, True)
    assert run("list", "--json").json == []


def test_text_on_stdin(run: Run) -> None:
    text = "The accord was signed in Lima.\n"
    (document,) = run("add", "-", "--title", "A note", "--json", stdin=text.encode()).json["added"]
    stored = run("show", document, "--json").json
    assert (stored["text"], stored["title"]) == (text, "A note")
    again = run("add", "-", "--title", "A note", "--json", stdin=b"It was signed in Quito.\n").json
    assert again["updated"] == [document]


def test_metadata_options(run: Run, files: Path) -> None:
    options = ["--published", "June 4, 2025", "--publisher", "P", "--topic", "a", "--topic", "b"]
    run("add", files / "steel.txt", "--title", "T", *options)
    (listed,) = run("list", "--json").json
    assert (listed["title"], listed["published"], listed["publisher"], listed["topics"]) == (
        "T", "2025-06-04", "P", ["a", "b"],
    )  # fmt: skip


def test_check_and_repair(run: Run, files: Path, tmp_path: Path) -> None:
    run("add", files)
    sound = run("check", "--json")
    assert (sound.code, sound.json["problems"]) == (0, {})
    chunks = sound.json["chunks"]
    assert sound.json["vectors"] == chunks > 0
    for file in (tmp_path / "store" / "vectors").rglob("*"):
        if file.is_file():
            file.unlink()
    broken = run("check", "--json")
    assert (broken.code, broken.json["problems"]) == (1, {"missing vectors": chunks})
    assert "--repair" in run("check").err
    run("search", "steel").fails(1, "has lost its vectors", "qa check --repair")
    repaired = run("check", "--repair", "--json")
    assert (repaired.code, repaired.json["left"]) == (0, {})
    assert run("check").out.endswith("no problems\n")
    assert run("search", "steel", "--json").json["passages"]


def test_a_changed_byte_is_named_and_mended_from_its_file(run: Run, files: Path, tmp_path: Path) -> None:
    run("add", files)
    ids = {Path(document["source"]).name: document["document"] for document in run("list", "--json").json}
    kept = next(name for name in ids if name != "steel.txt")
    with closing(sqlite3.connect(tmp_path / "store" / "catalogue.sqlite3")) as raw:
        raw.execute("UPDATE documents SET text = replace(text, 'e', 'a')")
        raw.commit()
    for command in (["show", ids[kept]], ["ask", "What about steel?"], ["backup", tmp_path / "backup"]):
        run(*command).fails(1, "is damaged", "qa check --repair")
    assert run("check", "--json").json["problems"]["damaged documents"] == 2
    (files / "steel.txt").unlink()
    repaired = run("check", "--repair", "--json")
    assert (repaired.code, repaired.json["added_again"]) == (1, [ids[kept]])
    ((source, reason),) = repaired.json["to_add_again"].items()
    assert (Path(source).name, reason) == ("steel.txt", "what the store held of it is damaged: add it again")
    assert "documents set aside: 1" in run("check").out
    assert [failure["source"] for failure in run("list", "--failed", "--json").json] == [source]


def test_chat(run: Run, briefing_store: Path) -> None:
    result = run(
        "chat", stdin=f"{QUESTION}\nAnd where?\n{'x' * 3000}\n\xff\n".encode("latin-1"), store=briefing_store
    )
    assert result.code == 0
    assert "September 18, 2025" in result.out
    assert "understood as: Where did Carney meet Sheinbaum?\n" in result.err
    assert "3,000 characters" in result.err


def _scripted_answer(**fields: Any) -> Answer:
    place: dict[str, Any] = {
        "document_id": "a", "source": "a.csv", "metadata": Metadata(title="Port traffic"), "page": None,
        "heading": None,
    }  # fmt: skip
    cells = (
        Citation(number=1, start=10, end=12, quote="87", **place),
        Citation(number=2, start=20, end=22, quote="64", **place),
    )
    values: dict[str, Any] = {
        "question": "By how much?", "standalone_question": "By how much?", "status": "answered",
        "text": "87 [1] 64 [2]", "citations": cells, "passages": (), "engine": "extractive", "model": None,
        "confidence": 0.9,
        "sentences": (AnswerSentence(text="87", support="supported", citations=(1,)),),
        **fields,
    }  # fmt: skip
    return Answer(**values)


def _answering(answer: Answer) -> Generator[StreamEvent, None, None]:
    yield StreamEvent(kind="answer", answer=answer)


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_what_was_worked_out_and_checked_is_printed(
    run: Run, briefing_store: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    port, unit = Condition(text="Esk\tBay", kind="name"), Condition(text="in tonnes", kind="unit")
    answer = _scripted_answer(
        computed=Computed(value="23", unit="TEU", how="87 - 64 = 23", cells=(1, 2)),
        conditions=(
            CheckedCondition(condition=port, state="met", by="row"),
            CheckedCondition(condition=unit, state="unstated"),
        ),
    )
    monkeypatch.setattr(Assistant, "stream", lambda *_, **__: _answering(answer))
    arguments = ["ask", "By how much?"] if command == "ask" else ["chat"]
    lines = run(*arguments, stdin=b"By how much?\n", store=briefing_store).out.splitlines()
    assert "worked out by the desk: 87 - 64 = 23 TEU [1] [2]" in lines
    assert "checked: Esk Bay (row) · in tonnes — not stated" in lines


def test_a_refusal_says_what_is_not_met_and_what_may_have_been_meant(
    run: Run, briefing_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = CheckedCondition(
        condition=Condition(text="2030", kind="period"), state="contradicted", instead=("2028", "2029")
    )
    answer = _scripted_answer(
        status="not_found", text="No.", citations=(), sentences=(), conditions=(year,), suggestion="How much?"
    )
    monkeypatch.setattr(Assistant, "stream", lambda *_, **__: _answering(answer))
    lines = run("ask", "By how much in 2030?", store=briefing_store).out.splitlines()
    assert lines[:3] == ["No.", "checked: 2030 — the documents have 2028 and 2029", "did you mean: How much?"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        pytest.param([], ["store"], id="qa"),
        pytest.param(["search"], ["top_k"], id="search"),
        pytest.param(["ask"], ["engine", "model", "base_url"], id="ask"),
    ],
)
def test_a_flag_says_what_its_setting_is(run: Run, arguments: list[str], names: list[str]) -> None:
    words = " ".join(run(*arguments, "--help").out.split())
    for name in names:
        assert f"--{name.replace('_', '-')} " in words
        assert SETTINGS[name].description.removesuffix(".") in words


def test_settings_say_what_they_are(run: Run, tmp_path: Path) -> None:
    settings = run("settings", "--json").json
    assert {name: row["description"] for name, row in settings.items()} == {
        name: setting.description for name, setting in SETTINGS.items()
    }
    assert settings["store"]["from"] == "flag"
    assert settings["top_k"] == {
        "value": "5",
        "from": "default",
        "description": SETTINGS["top_k"].description,
    }


# Bad input ----------------------------------------------------------------------------------------


def _bad_files(folder: Path) -> dict[str, str]:
    """Sources that can't be added, each with a part of the reason."""
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.md").write_bytes(b" \n\n\t\n")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "broken.md").write_text("---\ntitle: [unclosed\n---\nText.\n")
    (folder / "date.md").write_text("---\npublished: soon\n---\nText.\n")
    (folder / "large.txt").write_text("word " * 300_000)
    (folder / "sheet.xlsx").write_bytes(b"PK")
    return {
        "empty.txt": "it is empty", "blank.md": "it is empty", "binary.txt": "binary data",
        "broken.md": "broken front matter", "date.md": "unknown date 'soon'", "large.txt": "max_file_mb",
        "sheet.xlsx": "not what its name says", "missing.txt": "no such file",
    }  # fmt: skip


def test_some_documents_fail_and_the_others_are_added(run: Run, tmp_path: Path, files: Path) -> None:
    (tmp_path / "work" / "qa.toml").write_text("max_file_mb = 1\n")
    reasons = _bad_files(files)
    sources = [files / name for name in reasons]
    result = run("add", *sources, files / "steel.txt", "--json")
    assert (result.code, len(result.json["added"])) == (4, 1)
    failed = {Path(failure["source"]).name: failure["reason"] for failure in result.json["failed"]}
    assert set(failed) == set(reasons)
    for name, reason in reasons.items():
        assert reason in failed[name]
        assert "\n" not in failed[name]
    assert len(result.err.splitlines()) == len(reasons)
    assert all(line.startswith("qa: ") for line in result.err.splitlines())
    run("add", files / "empty.txt", "--json").json["failed"][0]["reason"].index("it is empty")
    assert len(run("list", "--json").json) == 1


def test_a_file_without_permission(run: Run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        # Root may read everything, so what the system would answer another user is played.
        if self.name == "steel.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = run("add", files)
    assert result.code == 4
    assert result.err == f"qa: {files / 'steel.txt'}: no permission to read it\n"
    monkeypatch.undo()


def test_a_name_that_is_no_text(run: Run, files: Path) -> None:
    bad = os.fsdecode(os.fsencode(files) + b"/\xff.txt")
    try:
        Path(bad).write_text("Text.\n")
    except OSError:
        pytest.skip("this file system takes no such names")
    for source in (files, Path(bad)):
        result = run("add", source, "--json")
        assert result.code == 4
        assert [failure["reason"] for failure in result.json["failed"]] == [
            "its name is no UTF-8 text: rename it"
        ]
        assert len(result.err.splitlines()) == 1


def test_a_folder_with_nothing_to_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    result = run("add", tmp_path / "nothing")
    assert (result.code, len(result.err.splitlines())) == (4, 1)
    assert "holds no file that is read" in result.err


def test_a_file_that_breaks_keeps_its_last_good_version(run: Run, files: Path) -> None:
    (_, summit) = run("add", files, "--json").json["added"]
    (files / "summit.md").write_bytes(b"\x00\x01\x02" * 100)
    assert run("sync", files).code == 4
    assert run("show", summit, "--json").json["text"] == SUMMIT


def test_copies_are_kept_and_told(run: Run, files: Path) -> None:
    (files / "copy.txt").write_text(STEEL, encoding="utf-8")
    result = run("add", files, "--json")
    copy, steel, _ = result.json["added"]
    assert result.json["duplicates"] == [{"source": str(files / "steel.txt"), "same_as": copy}]
    assert result.err == f"qa: {files / 'steel.txt'} has the same text as {copy}: both are kept\n"
    assert {document["document"] for document in run("list", "--json").json} >= {copy, steel}


def test_empty_stdin(run: Run) -> None:
    result = run("add", "-", stdin=b"")
    assert (result.code, result.err) == (4, "qa: -: it is empty\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "{files}", "--published", "soon"], 1, ["unknown date 'soon'", "YYYY-MM-DD"]),
        (["add", "{files}", "--title", "One"], 1, ["'One'", "for one document"]),
        (["add", "-", "x.txt"], 2, ["stdin"]),
        (["add", "a", "b", "--title", "One"], 2, ["--title"]),
        (["add"], 2, ["SOURCE"]),
        (["frobnicate"], 2, ["frobnicate"]),
        (["list", "--frobnicate"], 2, ["--frobnicate", "qa list --help"]),
        (["search"], 2, ["QUESTION"]),
        (["search", "x", "--top-k", "many"], 2, ["many"]),
        (["search", "x", "--top-k", "0"], 1, ["top_k"]),
        (["search", "x", "--since", "soon"], 1, ["unknown date 'soon'"]),
        (["search", "x", "--since", "2025-02-01", "--until", "2025-01-01"], 1, ["lies after"]),
        (["search", "x", "--document", "nope"], 1, ["no document 'nope'", "qa list"]),
        (["ask", "x", "--document", "nope"], 1, ["no document 'nope'"]),
        (["ask", "x", "--engine", "magic"], 2, ["magic"]),
        (["ask", "x", "--engine", "llm"], 1, ["--model"]),
        (["ask", ""], 1, ["question is empty"]),
        (["ask", " \t\n"], 1, ["question is empty"]),
        (["ask", "why " * 5000], 1, ["19,999 characters", "2,000 are allowed"]),
        (["search", "why " * 5000], 1, ["19,999 characters"]),
        (["ask", "what is \udcff?"], 1, ["UTF-8"]),
        (["show", "nope"], 1, ["no document 'nope'"]),
        (["show", "\udcff"], 1, ["no document"]),
        (["remove", "steel.txt", "nope", "summit.md"], 1, ["no document 'nope'"]),
        (["remove"], 2, ["DOCUMENT"]),
        (["--config", "nope.toml", "list"], 1, ["nope.toml does not exist"]),
    ],
    ids=lambda value: ascii(" ".join(value)[:40]) if isinstance(value, list) else None,
)  # fmt: skip
def test_bad_input_is_one_line(
    run: Run, briefing_store: Path, arguments: list[str], code: int, words: Sequence[str]
) -> None:
    files = briefing_store.parent / "briefings"
    run(*(argument.replace("{files}", str(files)) for argument in arguments), store=briefing_store).fails(
        code, *words
    )
    assert len(run("list", "--json", store=briefing_store).json) == 2


@pytest.mark.parametrize(
    "question",
    [
        "what is the", "\U0001f600\U0001f680", '"', "*", "NEAR(", "AND OR NOT", "title:steel", 'a" OR "b',
        "-", "a\x00b", "\x00", "'; DROP TABLE documents; --", "\uff1f", "steel " * 300,
    ],
    ids=lambda question: ascii(question[:20]),
)  # fmt: skip
def test_odd_questions_are_answered(run: Run, briefing_store: Path, question: str) -> None:
    for name in ("search", "ask"):
        result = run(name, "--json", "--", question, store=briefing_store)
        assert (result.code, result.err) == (0, "")
        assert result.json["question"] == question


@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["search", QUESTION]], ids=["ask", "search"])
def test_an_empty_store(run: Run, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_models(*_: object) -> None:
        raise AssertionError("no model is needed to say that there is nothing")

    monkeypatch.setattr(qa.models.embedder, "open_embedder", no_models)
    run(*arguments).fails(1, "has no documents yet", "qa add FILE")


def test_a_new_store_is_listed(run: Run) -> None:
    result = run("list")
    assert (result.code, result.out) == (0, "")
    assert result.err == "no documents yet: `qa add FILE` adds some\n"
    assert run("list", "--json").json == []
    assert run("check").code == 0


def test_an_unknown_setting(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work" / "qa.toml").write_text("windowchars = 900\n")
    run("list").fails(1, "windowchars", "window_chars")
    (tmp_path / "work" / "qa.toml").unlink()
    monkeypatch.setenv("QA_TOPK", "3")
    run("list").fails(1, "QA_TOPK", "QA_TOP_K")


def test_a_store_that_can_not_be_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    run("list", store=tmp_path / "notes.txt").fails(1, "is a file: name a folder")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "catalogue.sqlite3").write_text("?" * 5000)
    run("list", store=tmp_path / "bad").fails(1, "is damaged")


def test_a_store_of_another_model(run: Run, tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store")) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
    run("ask", "tariffs").fails(1, "word-hash (256 dimensions), not all-MiniLM-L6-v2 (384)", "--repair")
    assert run("list").code == 0
    assert run("check", "--repair").code == 0
    assert run("search", "tariffs", "--json").json["passages"]


def test_a_busy_store(run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", files)
    monkeypatch.setenv("QA_LOCK_TIMEOUT_S", "0.1")
    with closing(Store.open(tmp_path / "store")) as store, store.connection.lock.hold():
        run("search", "steel").fails(1, "in use for more than 0.1 s", "lock_timeout_s")
        assert run("list").code == 0
    assert run("search", "steel").code == 0


def test_a_read_only_store(run: Run, files: Path, tmp_path: Path) -> None:
    run("add", files)
    with read_only(tmp_path / "store"):
        assert len(run("list", "--json").json) == 2
        assert run("show", "summit.md").code == 0
        assert run("search", "steel", "--json").json["passages"]
        assert run("ask", QUESTION, "--json").json["status"] == "answered"
        assert run("check").code == 0
        (files / "new.txt").write_text("New\n\nA new briefing.\n")
        run("add", files).fails(1, "is read-only: make it writable")
        run("remove", "summit.md").fails(1, "is read-only")
    assert run("add", files, "--json").json["added"]


def test_control_c(run: Run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", files / "steel.txt")
    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "add", lambda *_, **__: signal.raise_signal(signal.SIGINT))
        run("add", files).fails(130, "stopped")
    assert run("check").code == 0
    assert len(run("list", "--json").json) == 1


# Real processes -----------------------------------------------------------------------------------


def test_output_that_nobody_reads_to_its_end(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store")) as store:
        # Many times what a pipe holds.
        for number in range(50):
            document, chunks, vectors = make_addition(f"document{number}", passages=1)
            metadata = replace(document.metadata, title="A title without end " * 500)
            store.put([(replace(document, metadata=metadata), chunks, vectors)])
    with subprocess.Popen(
        command(tmp_path / "store", "list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("document0 ")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_control_c_in_a_conversation(briefing_store: Path) -> None:
    with subprocess.Popen(
        command(briefing_store, "chat"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write("why " * 1000 + "\n")
        process.stdin.flush()
        assert "3,999 characters" in process.stderr.readline()  # and now it waits for the next one
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().splitlines() == ["qa: stopped"]
    assert process.returncode == 130


def test_json_is_alone_on_stdout_of_a_real_process(
    briefing_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_THREADS", "1")
    (tmp_path / "new.txt").write_text("New\n\nA new briefing.\n")
    for arguments in (["add", tmp_path, "--dry-run", "--json"], ["ask", QUESTION, "--json"]):
        process = subprocess.run(
            command(briefing_store, *arguments), capture_output=True, text=True, check=False
        )
        assert (process.returncode, process.stderr) == (0, "")
        assert isinstance(json.loads(process.stdout), dict)


def test_check_names_runs_that_others_can_read(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "work" / "runs" / "old"
    directory.mkdir(parents=True)
    (directory / "run.json").write_text("{}")
    for path in (directory.parent, directory):
        path.chmod(0o755)
    (directory / "run.json").chmod(0o644)
    result = run("check", "--json")
    assert (result.code, result.json["problems"]) == (1, {"open runs": 3})
    assert "other users of this computer" in run("check").out
    result = run("check", "--repair", "--json")
    assert (result.code, result.json["left"]) == (0, {})
    assert run("check").out.endswith("no problems\n")
