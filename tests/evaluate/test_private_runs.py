"""Runs quote documents: nobody but their owner can read them, whatever the umask is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.evaluate.run_directory import (
    QUESTIONS_FOLDER,
    RESULTS_FILE,
    RUN_FILE,
    RunDirectory,
    list_runs,
    read_run,
    write_json,
)
from qa.store.private_files import find_readable_by_others, make_private
from qa.ui.evaluation.evaluation_start import save_upload

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such rights")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """What is made is for everybody, unless it says that it is not."""
    previous = os.umask(0)
    yield
    os.umask(previous)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def begin(path: Path) -> None:
    with RunDirectory(path) as directory:
        write_json(directory.path / RUN_FILE, {"state": "running"})
        directory.open_results(lambda row: None)


def test_a_new_run(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "first"
    begin(run)
    assert mode(run) == 0o700
    assert {path.name: mode(path) for path in run.iterdir()} == {
        "run.json": 0o600, "run.lock": 0o600, "results.jsonl": 0o600,
    }  # fmt: skip


def test_a_folder_of_the_user_keeps_its_rights_and_its_files_are_private(tmp_path: Path) -> None:
    run = tmp_path / "mine"
    run.mkdir(mode=0o755)
    begin(run)
    assert mode(run) == 0o755
    assert {mode(path) for path in run.iterdir()} == {0o600}


def test_a_run_of_an_older_version_is_named_and_mended(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "old"
    begin(run)
    save_upload(tmp_path / "runs" / QUESTIONS_FOLDER, "set.jsonl", b"{}")
    assert mode(tmp_path / "runs" / QUESTIONS_FOLDER / "set.jsonl") == 0o600
    paths = list_runs(tmp_path / "runs")
    assert {path.name for path in paths} == {
        "runs", "old", RUN_FILE, RESULTS_FILE, "run.lock", QUESTIONS_FOLDER, "set.jsonl",
    }  # fmt: skip
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert find_readable_by_others(paths) == paths
    make_private(paths)
    assert find_readable_by_others(paths) == []
    assert read_run(run) == {"state": "running"}
    # Going on with it writes its files anew.
    (run / RESULTS_FILE).chmod(0o644)
    begin(run)
    assert mode(run / RESULTS_FILE) == 0o600


def test_other_things_are_left_alone(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nowhere") == []
    begin(tmp_path / "run")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    paths = list_runs(tmp_path)
    assert tmp_path not in paths
    assert not [path for path in paths if path.name == "notes.txt"]


def test_what_a_killed_run_has_left(tmp_path: Path) -> None:
    begin(tmp_path / "run")
    for name in (".run.json.new", ".results.jsonl.new", ".report.html.new"):
        (tmp_path / "run" / name).write_text("quotes of documents")
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / "run" / ".summary.json.new").symlink_to(outside)
    begin(tmp_path / "run")
    assert not [path for path in (tmp_path / "run").iterdir() if path.name.startswith(".")]
    assert outside.read_text() == "mine"
