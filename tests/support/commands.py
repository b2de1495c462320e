"""Commands of `qa`, each in a child of this process, which has loaded the models: half a second each."""

import importlib
import os
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["CommandResult", "run_call", "run_command", "start_command", "warm_up"]

_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended: its exit code (negative for a signal) and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def is_one_line(self) -> bool:
        """Whether it refused as it should: one line that begins with the program's name."""
        lines = self.stderr.strip().splitlines()
        return self.code == 1 and len(lines) == 1 and lines[0].startswith("qa: ")


def warm_up() -> None:
    """Load what children share. No store is opened here: its threads would not be in the children."""
    import chromadb  # noqa: F401 - imported for the children

    import qa.assistant
    import qa.cli.main
    import qa.models.embedder
    import qa.models.reader
    from qa.config import Settings
    from qa.models import encoder
    from qa.query.spelling import load_english_words

    os.environ["QA_READ_K"] = "2"  # passages that are read closely: what costs most
    encoder.set_threads(1)
    encoder.set_threads = lambda threads: None
    qa.models.embedder.open_embedder = cache(qa.models.embedder.open_embedder)
    qa.models.reader.Reader = cache(qa.models.reader.Reader)  # type: ignore[misc, assignment]
    settings = Settings()
    qa.models.embedder.open_embedder(settings.embedding_model, settings.precision)
    qa.models.reader.Reader(settings.precision)
    load_english_words()


def import_as(folder: Path) -> None:
    """Import what the command has imported whose output is in the folder, so that later ones need not."""
    for name in (folder / "modules").read_text().splitlines():
        with suppress(Exception):  # what only runs as a script, or is made at run time
            importlib.import_module(name)


def start_command(arguments: Sequence[str], folder: Path) -> int:
    """Fork a child that runs the command, its output in files of the folder; its process id."""
    from qa.cli.main import main

    return start_call(lambda: main(list(arguments)), folder)


def start_call(call: Callable[[], object], folder: Path) -> int:
    """As `start_command`, for anything that is called; an error of the program is a line, as of a command."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        os.setsid()
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = _exit_code(call)
        (folder / "modules").write_text("\n".join(sorted(sys.modules)))
    except BaseException:  # noqa: BLE001 - whatever it is, it is what the caller looks for
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run_command(*arguments: str | Path, is_first: bool = False) -> CommandResult:
    """Run one to its end, or kill it after two minutes; the first may take longer, and shares its imports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child = start_command([str(argument) for argument in arguments], folder)
        return _wait(child, folder, is_first=is_first)


def run_call(call: Callable[[], object]) -> CommandResult:
    """Run a function in a child, or kill it after two minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return _wait(start_call(call, folder), folder, is_first=False)


def _exit_code(call: Callable[[], object]) -> int:
    from qa.errors import QAError

    try:
        call()
    except QAError as error:
        sys.stderr.write(f"qa: {error}\n")
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _wait(child: int, folder: Path, *, is_first: bool) -> CommandResult:
    until = time.monotonic() + _TIMEOUT_S
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > until and not is_first:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.01)
    if is_first:
        import_as(folder)
    output = [(folder / part).read_text(errors="replace") for part in ("stdout", "stderr")]
    return CommandResult(os.waitstatus_to_exitcode(status), output[0], _without_notes(output[1]))


def _without_notes(text: str) -> str:
    """Without the notes of commands on what they did, which are no errors."""
    return re.sub(r"^`qa check --repair` mends this\n", "", text)
