"""What the commands have in common that train our networks."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from qa.errors import QAError

__all__ = ["exit_code_of", "require_files", "say"]


def exit_code_of(action: Callable[[], None]) -> int:
    """Do it; 1 where it fails by what a user can mend, which is said in one line, else 0."""
    try:
        action()
    except (QAError, OSError, ValueError) as error:
        say(f"error: {error}")
        return 1
    return 0


def require_files(folder: Path, names: Iterable[str]) -> None:
    """Make sure that the public sets are there.

    Raises:
        ValueError: One is missing.
    """
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ValueError(f"{folder} lacks {', '.join(missing)}: the model card says where the sets come from")


def say(line: str) -> None:
    """Write a line to stderr at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
