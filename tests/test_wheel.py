"""The package as people install it: what is in the wheel, and that it works where there is no checkout."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.request
import venv
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import qa
from tests.support.network_guard import sitecustomize
from tests.test_packaging import ROOT, repository_files

pytestmark = pytest.mark.slow

_LIMIT_S = 300
_SAMPLES = "qa/samples/"
_QUOTE = "Mexico took about 1 percent of Canada’s exports"
_QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "What share of Canadian exports goes to Mexico?",
        "answers": ["1 percent"],
        "quotes": [{"document": "canada-mexico-summit.md", "text": _QUOTE}],
    },
    {"id": "q2", "question": "Who won the chess tournament in Reykjavik?", "answerable": False},
]
# The script of the app without a browser; prints what stands on it, and what went wrong.
_DRAW_PAGE = """
import json
from streamlit.testing.v1 import AppTest
from qa.ui.request_guard import PAGE
page = AppTest.from_file(str(PAGE), default_timeout=120).run()
print(json.dumps([[one.message for one in page.exception], [one.label for one in page.button]]))
"""

Installed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a source distribution of the repository's files, and of the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("built")
    # A copy, so that nothing is left in the checkout, and what lies there ignored is not taken.
    source = folder / "source"
    for path in repository_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    build = ["-m", "build", "--no-isolation", "--outdir", str(folder), str(source)]
    ended = subprocess.run(
        [sys.executable, *build], capture_output=True, text=True, timeout=_LIMIT_S, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


def source_files(built: Path) -> dict[str, int]:
    """The repository's files with their checksums."""
    source = built / "source"
    paths = [path for path in source.rglob("*") if path.is_file()]
    return {path.relative_to(source).as_posix(): zlib.crc32(path.read_bytes()) for path in paths}


def wheel_of(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


def test_wheel_holds_every_file_of_the_package_and_the_samples(built: Path) -> None:
    with zipfile.ZipFile(wheel_of(built)) as wheel:
        held = {one.filename: one.CRC for one in wheel.infolist()}
    files = source_files(built)
    package = {name: checksum for name, checksum in files.items() if name.startswith("qa/")}
    samples = {
        _SAMPLES + name.removeprefix("corpus/"): checksum
        for name, checksum in files.items()
        if name.startswith("corpus/")
    }
    assert {"qa/py.typed", "qa/models/reader/reader.safetensors"} <= package.keys()
    metadata = {name for name in held if ".dist-info/" in name}
    assert {name: checksum for name, checksum in held.items() if name not in metadata} == package | samples
    assert any(name.endswith("/licenses/LICENSE") for name in metadata)


def test_source_distribution_holds_the_repository(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        held = {name.partition("/")[2] for name in source.getnames()}
    assert held == source_files(built).keys() | {"PKG-INFO"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the installed program is used: outside of the checkout."""
    folder = tmp_path_factory.mktemp("desk")
    rows = "".join(json.dumps(row) + "\n" for row in _QUESTIONS)
    (folder / "questions.jsonl").write_text(rows, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the wheel, which sees the packages of the tests', not the checkout."""
    place = tmp_path_factory.mktemp("venv")
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    (own,) = place.glob("lib/python*/site-packages")
    # Packages on a path that a .pth file names; the .pth file of the checkout among them counts for nothing.
    seen = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (own / "tests-packages.pth").write_text("".join(f"{path}\n" for path in seen), encoding="utf-8")
    options = ["--no-deps", "--no-index", "--ignore-installed", "--no-compile", "--quiet"]
    install = ["-m", "pip", "--python", str(python), "install", *options, str(wheel_of(built))]
    subprocess.run([sys.executable, *install], check=True, timeout=_LIMIT_S)
    return place


def outside(environment: Path) -> dict[str, str]:
    """The variables of a process that knows nothing of the checkout but the guard of the network."""
    guard = str(Path(sitecustomize.__file__).parent)
    # The bytecode is written, so that the first of these processes alone compiles the package.
    quick = {"PYTHONDONTWRITEBYTECODE": "", "QA_READ_K": "8", "QA_THREADS": "1"}
    return {**os.environ, "PYTHONPATH": guard, **quick}


@pytest.fixture(scope="module")
def installed(environment: Path, folder: Path) -> Installed:
    """Runs a program of the new environment; its exit code must be 0."""

    def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        ended = subprocess.run(
            [str(environment / "bin" / program), *arguments],
            cwd=folder,
            env=outside(environment),
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    return run


@pytest.fixture(scope="module")
def samples(installed: Installed, environment: Path) -> dict[str, Any]:
    """What `qa add` says of two sample briefings, as they lie in the installed package."""
    (package,) = environment.glob("lib/python*/site-packages/qa")
    chosen = [str(package / "samples" / name) for name in ("canada-mexico-summit.md", "cptpp.md")]
    said: dict[str, Any] = json.loads(installed("qa", "add", "--json", *chosen).stdout)
    return said


def test_program_is_the_installed_one(installed: Installed, environment: Path) -> None:
    where = installed("python", "-c", "import qa; print(qa.__file__)").stdout.strip()
    assert Path(where).is_relative_to(environment)
    assert not Path(where).is_relative_to(ROOT)
    for program in (["qa"], ["python", "-m", "qa"]):
        assert installed(*program, "--version").stdout.split()[-1] == qa.__version__


def test_documents_are_added_and_questions_answered(installed: Installed, samples: dict[str, Any]) -> None:
    assert len(samples["added"]) == 2
    assert samples["failed"] == []
    listed = json.loads(installed("qa", "list", "--json").stdout)
    assert sorted(one["document"] for one in listed) == sorted(samples["added"])
    answer = json.loads(installed("python", "-m", "qa", "ask", _QUESTIONS[0]["question"], "--json").stdout)
    assert answer["status"] == "answered"
    citation = answer["citations"][0]
    text = json.loads(installed("qa", "show", citation["document"], "--json").stdout)["text"]
    assert _QUOTE in citation["quote"] == text[citation["start"] : citation["end"]]


def test_answers_are_evaluated(installed: Installed, samples: dict[str, Any], folder: Path) -> None:
    summary = json.loads(installed("qa", "eval", "questions.jsonl", "--out", "run", "--json").stdout)
    assert summary["metrics"]["citation_hit"]["value"] == 1.0
    assert summary["metrics"]["refusal_recall"]["value"] == 1.0
    report = (folder / "run" / "report.html").read_text(encoding="utf-8")
    assert "window.vegaEmbed" in report
    assert 'id="chart-data"' in report


def test_page_is_served_and_drawn(
    installed: Installed, environment: Path, samples: dict[str, Any], folder: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "app.log").open("wb") as log:
        command: Sequence[str] = (str(environment / "bin" / "qa"), "app", "--port", str(port))
        app = subprocess.Popen(
            command, cwd=folder, env=outside(environment), stdout=log, stderr=log, start_new_session=True
        )
    try:
        assert "<title>" in get(f"http://127.0.0.1:{port}/", app)
        assert get(f"http://127.0.0.1:{port}/_stcore/health", app) == "ok"
    finally:
        os.killpg(app.pid, signal.SIGKILL)
        app.wait()
    exceptions, buttons = json.loads(installed("python", "-c", _DRAW_PAGE).stdout.splitlines()[-1])
    assert exceptions == []
    assert buttons


def get(address: str, server: "subprocess.Popen[bytes]") -> str:
    """What an address answers, once the server does."""
    until = time.monotonic() + _LIMIT_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=_LIMIT_S) as answer:
                return str(answer.read().decode())
        except OSError:  # nobody listens there yet
            time.sleep(0.2)
    pytest.fail("the app did not start")
