"""The app in children of one process that has loaded the program and its models: seconds less for each.

Each child goes on as the command `qa app` does, in the place of which it puts Streamlit's server. What a
process of its own imports in vain, or forgets to import, is seen where the app starts as a user starts it.
"""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["AppStarter", "StartedApp"]

_SCRIPTS = ("qa.ui.page", "qa.ui.server")


class AppStarter:
    """A process that starts apps until `stop`, which ends those that still run."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="app-starter-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.app_starter"],
            cwd=self._folder.name,  # Streamlit reads what lies where it starts
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C ends the tests first
        )

    def start(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> "StartedApp":
        """`qa` with these arguments, in the folder, writing into the log."""
        said = {"arguments": arguments, "folder": str(folder), "log": str(log)}
        return StartedApp(self, int(self.ask("start", environment=dict(environment), **said)))

    def ask(self, what: str, **said: Any) -> Any:
        """What the process answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, said]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._folder.cleanup()


class StartedApp:
    """A running app."""

    def __init__(self, starter: AppStarter, process: int) -> None:
        self._starter = starter
        self._process = process

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        status: int | None = self._starter.ask("poll", process=self._process)
        return status

    def kill(self) -> None:
        """End it with all that it started."""
        self._starter.ask("kill", process=self._process)


# In the process ----------------------------------------------------------------------------------


def _warm_up() -> None:
    from tests.support.commands import warm_up

    warm_up()
    del os.environ["QA_READ_K"]
    import streamlit.web.cli

    import qa.ui

    assert streamlit.web.cli
    for module in pkgutil.walk_packages(qa.ui.__path__, "qa.ui."):
        if module.name not in _SCRIPTS:
            importlib.import_module(module.name)


def _start(arguments: list[str], folder: str, environment: dict[str, str], log: str, answers: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        os.close(answers)
        for number in (1, 2):
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        os.execve = _launch  # type: ignore[assignment]
        from qa.cli import main

        main(arguments)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001 - it stands in the log
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _launch(_program: str, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """What the program does that the command would put in its place."""
    from qa.ui.launch import launch

    os.environ.update(environment)
    sys.argv = ["streamlit", *command[command.index("qa.ui.launch") + 1 :]]
    launch()
    sys.exit()


class _Children:
    def __init__(self) -> None:
        self._ended: dict[int, int] = {}
        self._running: set[int] = set()

    def add(self, process: int) -> int:
        self._running.add(process)
        return process

    def poll(self, process: int, options: int = os.WNOHANG) -> int | None:
        if process in self._running:
            done, status = os.waitpid(process, options)
            if done:
                self._running.remove(process)
                self._ended[process] = os.waitstatus_to_exitcode(status)
        return self._ended.get(process)

    def kill(self, process: int) -> int | None:
        if process in self._running:
            os.killpg(process, signal.SIGKILL)
        return self.poll(process, 0)

    def kill_all(self) -> None:
        for process in list(self._running):
            self.kill(process)


def _serve() -> None:
    answers = os.dup(1)
    os.dup2(2, 1)  # what is printed meanwhile is no answer
    children = _Children()
    _warm_up()
    try:
        for line in sys.stdin:
            what, said = json.loads(line)
            if what == "start":
                answer: int | None = children.add(_start(**said, answers=answers))
            else:
                answer = (children.poll if what == "poll" else children.kill)(said["process"])
            os.write(answers, f"{json.dumps(answer)}\n".encode())
    finally:
        children.kill_all()


if __name__ == "__main__":
    _serve()
