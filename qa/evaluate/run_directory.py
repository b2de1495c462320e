"""A run's directory: what is in it, and how it survives a crash.

`run.json` says what was run, `results.jsonl` holds a row a question, in the order in which they were
finished, each written at once; `summary.json` and `report.html` are made of both. A process may die at any
moment: what was written counts, a line that was cut is dropped, and the next process goes on from there.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from qa.errors import EvaluationError, path_fault
from qa.evaluate.scoring.score_table import read_result_rows
from qa.store.private_files import FILE_MODE, make_private_folder, open_private, walk_folder

__all__ = [
    "DRAFTS_FOLDER",
    "QUESTIONS_FOLDER",
    "REPORT_FILE",
    "RESULTS_FILE",
    "RUN_FILE",
    "SUMMARY_FILE",
    "RunDirectory",
    "list_runs",
    "read_run",
    "read_summary",
    "replacing",
    "write_json",
]

RUN_FILE = "run.json"
RESULTS_FILE = "results.jsonl"
SUMMARY_FILE = "summary.json"
REPORT_FILE = "report.html"
_LOCK_FILE = "run.lock"
# The folder of question files that were uploaded, inside that of the runs.
QUESTIONS_FOLDER = "questions"
# Questions that were drafted there, and what was decided of each.
DRAFTS_FOLDER = "drafts"


def read_run(directory: Path) -> dict[str, Any]:
    """The `run.json` of a directory.

    Raises:
        EvaluationError: There is none, or it can't be read.
    """
    if fault := path_fault(str(directory)):
        raise EvaluationError(f"the run can't be read, {fault}")
    try:
        run = json.loads((directory / RUN_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EvaluationError(f"{directory} holds no run: `qa eval QUESTIONS --out DIR` makes one") from error
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(
            f"{directory / RUN_FILE} can't be read ({error}): start over with --fresh"
        ) from error
    if not isinstance(run, dict):
        raise EvaluationError(f"{directory / RUN_FILE} is no description of a run: start over with --fresh")
    return run


def read_summary(directory: Path) -> dict[str, Any]:
    """The `summary.json` of a directory; NaN and infinities, which JSON hasn't, are missing values.

    Raises:
        EvaluationError: There is none, or it can't be read.
    """
    path = directory / SUMMARY_FILE
    way_out = "run the same `qa eval` again or resume the run, which writes it anew"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda _: None)
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} can't be read ({error}): {way_out}") from error
    if not isinstance(summary, dict) or not isinstance(summary.get("metrics"), dict):
        raise EvaluationError(f"{path} is no summary: {way_out}")
    return summary


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON file so that a reader sees the old one or the new one, never half of it."""
    with (
        _translate_write_errors(path),
        replacing(path) as new,
        open(new, "w", encoding="utf-8", opener=open_private) as out,
    ):
        out.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The name of a new file that takes the place of another one at the end, if it was written.

    Another one of this name, which a killed process has left, is gone: its rights and a link would stay.
    """
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def list_runs(folder: Path) -> list[Path]:
    """The files and folders that we have made in a folder of runs, and that itself.

    Where other things lie beside them it is somebody else's folder, and not named.
    """
    if not folder.is_dir():
        return []
    runs = sorted(path.parent for path in folder.glob(f"*/{RUN_FILE}"))
    own = [path for run in runs for path in (run, *(run / name for name in _OUR_FILES)) if path.exists()]
    kept = [folder / QUESTIONS_FOLDER, folder / DRAFTS_FOLDER]
    for questions in kept:
        if questions.is_dir():
            own += walk_folder(questions)
    is_ours = set(folder.iterdir()) <= {*runs, *kept}
    return [folder, *own] if own and is_ours else own


@contextmanager
def _translate_write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EvaluationError(
            f"{path} can't be written ({error.strerror or error}): what is there is kept; make room or name "
            "another --out, and run the same command again"
        ) from error


class RunDirectory:
    """The directory of one run, held by this process until it is closed."""

    def __init__(self, path: Path) -> None:
        """Take the directory, and make it for its owner alone if it is not there; its files are so anyway.

        Raises:
            EvaluationError: It is a file, holds other things than a run, can't be written, or another
                process is writing to it.
        """
        self.path = path
        if fault := path_fault(str(path)):
            raise EvaluationError(f"the run can't be kept, {fault}")
        if path.exists() and not path.is_dir():
            raise EvaluationError(f"the output directory {path} is a file: name a folder with --out")
        with _translate_write_errors(path):
            make_private_folder(path)
            foreign_names = [
                entry.name
                for entry in path.iterdir()
                if entry.name not in _OUR_FILES and entry.name[0] != "."
            ]
        if foreign_names and not (path / RUN_FILE).exists():
            raise EvaluationError(
                f"the folder {path} holds other things ({sorted(foreign_names)[0]}) and no run: "
                "name another --out"
            )
        self._lock = FileLock(path / _LOCK_FILE, mode=FILE_MODE)
        with _translate_write_errors(path):
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                raise EvaluationError(
                    f"another process is writing to {path}: wait for it, or name another --out"
                ) from error
            for name in _OUR_FILES:  # of a process that was killed
                (path / f".{name}.new").unlink(missing_ok=True)
        self._size = 0
        self._results_fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the directory, so that another process can take it."""
        if self._results_fd >= 0:
            os.close(self._results_fd)
            self._results_fd = -1
        self._lock.release()

    @property
    def has_run(self) -> bool:
        """Whether a run has been begun here."""
        return (self.path / RUN_FILE).exists()

    def clear(self) -> None:
        """Remove the run that is here, and nothing else."""
        with _translate_write_errors(self.path):
            for name in (RUN_FILE, SUMMARY_FILE, REPORT_FILE, RESULTS_FILE):
                (self.path / name).unlink(missing_ok=True)

    def open_results(self, on_row: Callable[[Mapping[str, Any]], None]) -> set[str]:
        """Open the results for more; returns the ids of the finished questions, `on_row` gets their rows.

        Rows of failed questions and a line that was cut are dropped, so that those are asked again.

        Raises:
            EvaluationError: A line is broken, which no crash of ours can do, or the disk is full.
        """
        finished_ids: set[str] = set()
        path = self.path / RESULTS_FILE
        with _translate_write_errors(path):
            with replacing(path) as new, open(new, "wb", opener=open_private) as stream:
                for row in read_result_rows(path, strict=True) if path.exists() else ():
                    if "error" not in row and row["id"] not in finished_ids:
                        finished_ids.add(row["id"])
                        on_row(row)
                        stream.write(_encode_row(row))
                stream.flush()
                os.fsync(stream.fileno())
            self._results_fd = os.open(path, os.O_WRONLY | os.O_APPEND)
            self._size = os.fstat(self._results_fd).st_size
        return finished_ids

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one row, whole or not at all; not thread-safe.

        Raises:
            EvaluationError: The disk is full, or worse.
        """
        data = _encode_row(row)
        try:
            bytes_written = 0
            while bytes_written < len(data):
                bytes_written += os.write(self._results_fd, data[bytes_written:])
        except OSError as error:
            os.ftruncate(self._results_fd, self._size)
            raise EvaluationError(
                f"{self.path / RESULTS_FILE} can't be written ({error.strerror or error}): the rows before "
                "are kept; make room and run the same command again"
            ) from error
        self._size += len(data)


_OUR_FILES = frozenset({RUN_FILE, RESULTS_FILE, SUMMARY_FILE, REPORT_FILE, _LOCK_FILE})


def _encode_row(row: Mapping[str, Any]) -> bytes:
    # A lone surrogate, which JSON may hold escaped, is kept escaped.
    text = json.dumps(row, ensure_ascii=False)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
