"""A server in a child process that goes with the tests, whatever ends them.

Between the tests and the server stands a keeper that stops it when the tests' end of a pipe closes.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["KeptProcess"]

_KEEPER = """
import json, subprocess, sys
stop_signal, user = json.loads(sys.argv[1])
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, **user)
try:
    sys.stdin.read()
finally:
    server.send_signal(stop_signal)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
"""


class KeptProcess:
    """A command that runs until `stop`.

    `prefix` goes before the keeper's own command, `user` holds arguments of `Popen` that say who runs it.
    """

    def __init__(
        self,
        command: Sequence[object],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        stop_signal: int = signal.SIGTERM,
        user: Mapping[str, Any] | None = None,
    ) -> None:
        said = json.dumps([int(stop_signal), dict(user or {})])
        with log.open("wb") as sink:
            self._keeper = subprocess.Popen(
                [*prefix, sys.executable, "-c", _KEEPER, said, *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env=env,
                start_new_session=True,  # Ctrl-C ends the tests first
            )

    def stop(self) -> None:
        """End it, and wait for that; it may have ended by itself."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(30)
