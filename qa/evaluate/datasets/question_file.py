"""Question files that the program writes: JSON Lines, one question a line."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError
from qa.store.private_files import open_private

__all__ = ["write_question_file"]


def write_question_file(path: Path, rows: Iterable[Mapping[str, Any]], *, force: bool = False) -> None:
    """Write rows as they are, for their owner alone.

    A file that is there is replaced, as a whole, only with `force`.

    Raises:
        EvaluationError: The file can't be written.
    """
    unfinished = path.with_name(f"{path.name}.part") if force else path
    try:
        with open(unfinished, "w" if force else "x", encoding="utf-8", opener=open_private) as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        unfinished.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path} can't be written: {error.strerror or error}") from error
