"""`streamlit` for `qa app`, which ends in order when it is told to stop.

Uvicorn closes what is open and then raises the signal once more, for the handlers from before: Python's own
would end with "Aborted!", or at once and without what is to be done at the end.
"""

import signal
import sys
from importlib.metadata import entry_points

__all__ = ["launch"]


def launch() -> None:
    """Run the command `streamlit` with the arguments of this process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    (command,) = entry_points(group="console_scripts", name="streamlit")
    command.load()()


def _end(*_signal: object) -> None:
    sys.exit(0)


if __name__ == "__main__":
    launch()
