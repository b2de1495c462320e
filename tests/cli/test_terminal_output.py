"""What a terminal would obey never reaches one, in any command; and no message shows a key."""

import io
import json
import logging
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import parsers
from qa.assistant import Assistant
from qa.cli import main, terminal_output
from qa.cli.terminal_output import clean_output, echo_styled, hide, print_json, progress_stream
from qa.config import Settings
from qa.ingest.sandbox import Sandbox
from qa.schema import Failure
from qa.text.control_characters import CleanLogFilter, replace_controls

pytestmark = pytest.mark.usefixtures("loaded_once")

# Writes the clipboard, sets the title, clears the screen, the same in C1, turns directions, writes over.
HOSTILE = "\x1b]52;c;cHduZWQ=\x07\x1b]0;pwned\x07\x1b[2J\x9b31m\x9d0;x\x9c\x7f\u202etxt\u2066\r"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TEXT = (
    "# Steel \x1b[31m\n\n"
    "The tariff on steel \x1b]0;pwned\x07 was doubled to 50 percent \x9b2J on June 4, 2025 \u202e.\n\n"
    "## Exports \x1b[1m\n\n| Country | Exports \x1b[5m |\n|---|---|\n| Peru \x1b[6m | 298 |\n\n"
    + "Canada and Mexico spoke about the harbours of both countries and about the fees in them.\n\n"
    * 40
)
QUESTION = f"When was the tariff on steel doubled?{HOSTILE}"


@pytest.fixture(scope="module")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose documents and failures have such characters wherever there is text."""
    folder = tmp_path_factory.mktemp("hostile")
    plain = parsers.parse_stdin_text
    numbers = iter(range(9))

    def keep_all(*arguments: Any, **options: Any) -> parsers.ParsedText:
        parsed = plain(*arguments, **options)
        metadata = replace(
            parsed.metadata, title=f"Title{HOSTILE}", publisher=f"Desk{HOSTILE}", topics=(HOSTILE,)
        )
        return replace(parsed, source=f"stdin:{next(numbers)}{HOSTILE}", metadata=metadata)

    settings = Settings(store=folder / "store", threads=1)
    with pytest.MonkeyPatch.context() as patch, Assistant.open(settings=settings) as assistant:
        patch.setattr(parsers, "parse_stdin_text", keep_all)
        for text in (TEXT, TEXT + "One more line about the fees in harbours.\n"):
            assert not assistant.add_text(text.encode()).failed
        failure = Failure(f"https://example.org/{HOSTILE}", f"reason{HOSTILE}")
        assistant._store.record_failures([failure])  # as no reader of ours would say it
    return folder / "store"


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    hostile_store: Path,
) -> Run:
    """Runs a command on a copy of the store; its code, and both outputs, every byte looked at."""
    shutil.copytree(hostile_store, tmp_path / "store")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("QA_THREADS", "1")

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as exit_info:
            main(["--store", str(tmp_path / "store"), *arguments])
        out, err = (data.decode() for data in capfdbinary.readouterr())
        for written in (out, err):
            assert not OBEYED.search(written), ascii(written)
        assert isinstance(exit_info.value.code, int)
        return exit_info.value.code, out, err

    return call


def _first_id(run: Run) -> str:
    return str(json.loads(run("list", "--json")[1])[0]["document"])


def test_commands_that_show(run: Run, hostile_store: Path) -> None:
    document = _first_id(run)
    for arguments in (
        ("list",), ("list", "--duplicates"), ("list", "--failed"), ("show", document), ("history", document),
        ("search", QUESTION), ("ask", QUESTION), ("ask", f"Who is the king of Spain?{HOSTILE}"), ("check",),
    ):  # fmt: skip
        code, out, _ = run(*arguments)
        assert code == 0
        if arguments[0] in ("show", "search"):
            assert "\N{REPLACEMENT CHARACTER}" in out
    code, out, _ = run("chat", stdin=f"{QUESTION}\n\n")
    assert (code, "50 percent" in out) == (0, True)


def test_json_is_exact(run: Run, hostile_store: Path) -> None:
    shown = json.loads(run("show", _first_id(run), "--json")[1])
    assert shown["title"] == f"Title{HOSTILE}"
    assert shown["text"] == TEXT or shown["text"].startswith(TEXT[:300])
    failed = json.loads(run("list", "--failed", "--json")[1])
    assert (failed[0]["source"], failed[0]["reason"]) == (
        f"https://example.org/{HOSTILE}",
        f"reason{HOSTILE}",
    )
    asked = json.loads(run("ask", QUESTION, "--json")[1])
    assert asked["citations"][0]["title"].startswith(f"Title{HOSTILE}")
    searched = json.loads(run("search", QUESTION, "--json")[1])
    assert any("\x1b]0;pwned\x07" in passage["text"] for passage in searched["passages"])


def test_commands_that_change(run: Run, tmp_path: Path) -> None:
    name = f"new{HOSTILE.replace('/', '')}.md"
    (tmp_path / "work" / name).write_text(f"# New\n\n{TEXT}")
    (tmp_path / "work" / "same.md").write_text(f"# New\n\n{TEXT}")
    (tmp_path / "work" / os.fsdecode(b"undecodable\x9b.md")).write_text("# A\n\nB.")
    assert run("add", ".", "--title", "x")[0] == 1
    code, out, err = run("add", name, "same.md", f"missing{HOSTILE}", f"https://[{HOSTILE}", ".")
    assert (code, "added" in out, "missing" in err) == (4, True, True)
    assert run("sync", ".")[0] == 4
    assert run("dismiss", f"https://example.org/{HOSTILE}")[0] == 0
    assert run("dismiss", "--all", "--json")[0] == 0
    assert run("backup", f"copy{HOSTILE}")[0] == 0
    assert run("restore", f"copy{HOSTILE}")[0] == 1
    assert run("restore", f"copy{HOSTILE}", "--replace")[0] == 0
    assert run("compact")[0] == 0
    assert run("check", "--repair")[0] == 0
    assert run("remove", _first_id(run))[0] == 0


def test_evaluations(run: Run, tmp_path: Path) -> None:
    out = f"run{HOSTILE}"
    rows = [{"id": f"q{HOSTILE}", "question": QUESTION, "gold": f"50{HOSTILE}", "tags": [f"t{HOSTILE}"]}]
    (tmp_path / "work" / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, _, err = run("eval", "questions.jsonl", "--out", out)
    (tmp_path / "work" / "wrong.jsonl").write_text(json.dumps({f"other{HOSTILE}": 1}) + "\n")
    assert run("eval", "wrong.jsonl", "--out", "wrong")[0] == 1
    if code == 0:
        assert "report.html" in err
        assert run("compare", out, out)[0] == 0
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "work" / out).iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE((tmp_path / "work" / out).stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", f"nothing{HOSTILE}"),
        ("history", f"nothing{HOSTILE}"),
        ("remove", f"nothing{HOSTILE}"),
        ("dismiss", f"nothing{HOSTILE}"),
        ("ask", "x", "--as-of", HOSTILE),
        ("ask", "x", "--model", f"nobody:{HOSTILE}"),
        ("ask", "x", "--engine", HOSTILE),
        ("add", "x", "--format", HOSTILE),
        ("add", f"feed:{HOSTILE}", "--feed"),
        ("sync", f"nowhere{HOSTILE}"),
        ("backup", f"nowhere{HOSTILE}/b"),
        ("restore", f"nowhere{HOSTILE}"),
        ("compact", "--forget-before", HOSTILE),
        ("eval", f"nothing{HOSTILE}", "--out", "x"),
        ("compare", f"a{HOSTILE}", f"b{HOSTILE}"),
        ("app", "--port", HOSTILE),
        (f"command{HOSTILE}",),
        (f"--option{HOSTILE}",),
        ("--config", f"file{HOSTILE}", "settings"),
        ("--store", f"/dev/null/{HOSTILE}", "list"),
    ],
    ids=lambda arguments: ascii(arguments[0])[:14],
)
def test_errors_are_one_clean_line(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert code in (1, 2, 4)
    assert len(err.splitlines()) == 1
    assert "\n" not in out.rstrip("\n")


def test_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MODEL", f"openai:{HOSTILE}")
    monkeypatch.setenv("QA_BASE_URL", "https://me:hunter2@example.org/v1?api_key=hunter3&x=1")
    monkeypatch.setenv("QA_API_KEY", "hunter4-long")
    monkeypatch.setenv("QA_CHROMA_URL", "http://me:hunter5@example.org")
    for flags in ((), ("--json",)):
        code, out, _ = run("settings", *flags)
        assert code == 0
        assert "hunter" not in out
        assert "https://***@example.org/v1?api_key=***&x=1" in out
    monkeypatch.setenv("QA_CHROMA_URL", "http://example.org?token=hunter6")
    code, _, err = run("settings")
    assert (code, "hunter" in err) == (1, False)


def test_no_address_with_a_password_is_kept_or_shown(run: Run) -> None:
    code, out, err = run("add", "http://me:hunter2@example.org/x")
    assert (code, "hunter2" in out + err, "http://***@example.org/x" in err) == (4, False, True)
    assert "hunter2" not in run("list", "--failed")[1] + run("list", "--failed", "--json")[1]


# The streams --------------------------------------------------------------------------------------


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def terminal() -> Iterator[_Terminal]:
    """Both streams, as a terminal that keeps what it was told."""
    stream = _Terminal()
    with redirect_stdout(stream), redirect_stderr(stream):
        yield stream


def test_our_own_styles_are_all_that_a_terminal_is_told() -> None:
    with terminal() as shown, clean_output():
        echo_styled(f"title{HOSTILE}", "bold")
        print_json({"text": HOSTILE})
    out = shown.getvalue()
    assert out.startswith("\x1b[1mtitle")
    assert not OBEYED.search(out.replace("\x1b[1m", "").replace("\x1b[0m", ""))
    assert json.loads(out[out.index("{") :]) == {"text": HOSTILE}


def test_a_bar_is_drawn_and_obeys_nothing() -> None:
    from tqdm import tqdm

    with (
        terminal() as shown,
        clean_output(),
        tqdm(unit=f" docs{HOSTILE}", file=progress_stream(), leave=False) as bar,
    ):
        bar.set_postfix_str(HOSTILE)
        bar.update(1)
    assert "docs" in shown.getvalue()
    assert not OBEYED.search(shown.getvalue().replace("\r", ""))


def test_libraries_warnings_and_logs_are_cleaned() -> None:
    with terminal() as shown, clean_output():
        hide({"hunter2"})
        print(HOSTILE, file=sys.stderr)  # noqa: T201 - as a library would
        sys.stderr.writelines([HOSTILE, "Authorization: Bearer abc", " hunter2 "])
        handler = logging.StreamHandler()
        handler.emit(logging.makeLogRecord({"msg": f"%s{HOSTILE}", "args": ("hunter2",)}))
        handler.handle(
            logging.makeLogRecord({"msg": "x", "exc_info": (ValueError, ValueError(HOSTILE), None)})
        )
    assert not OBEYED.search(shown.getvalue())
    assert "hunter2" not in shown.getvalue()
    assert "Bearer ***" in shown.getvalue()


def test_a_traceback_is_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with terminal() as shown:
        with pytest.raises(ZeroDivisionError) as caught, clean_output():
            raise ZeroDivisionError(HOSTILE)
        assert sys.excepthook is terminal_output._print_traceback
        sys.excepthook(caught.type, caught.value, caught.tb)
    assert "ZeroDivisionError" in shown.getvalue()
    assert not OBEYED.search(shown.getvalue())


def test_what_can_not_be_encoded_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", errors="surrogateescape"))
    with clean_output():
        sys.stdout.write("é 10 € \udc9b\n")
        sys.stdout.flush()
        assert raw.getvalue() == b"\\xe9 10 \\u20ac \\ufffd\n"


def test_records_of_a_log_are_cleaned() -> None:
    record = logging.makeLogRecord({"msg": f"%s of {HOSTILE}", "args": ("sk-abcdefgh1234",)})
    try:
        raise ValueError(f"text{HOSTILE} http://me:hunter2@example.org")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert CleanLogFilter({"secret-key"}).filter(record)
    line = logging.Formatter().format(record)
    assert not OBEYED.search(line)
    assert "hunter2" not in line
    assert "abcdefgh" not in line
    assert "ValueError: text" in line


def _log_hostile(text: str) -> None:
    logging.getLogger("qa.parsers").warning("a reader said %s", text)


def test_what_a_reader_logs_is_cleaned(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = Sandbox(timeout_s=30, memory_mb=3000)
    try:
        sandbox.call(_log_hostile, HOSTILE)
    finally:
        sandbox.close()
    assert "a reader said" in caplog.text
    assert not OBEYED.search(caplog.text)


def test_what_is_plain_stays() -> None:
    text = "Zölle\tauf Stahl: 50 %\n“quoted” – 10 €, עברית \u200f, 🇨🇦, 2\r\nnext"
    assert replace_controls(text) == text.replace("\r\n", "\n")


def test_a_command_makes_private_files(tmp_path: Path) -> None:
    """In a process of its own, whose umask would let others read."""
    code = "import os; os.umask(0); from qa.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "--store", "a/store", "list"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    made = list(tmp_path.rglob("*"))
    assert made
    assert not [path for path in made if path.stat().st_mode & 0o077]
