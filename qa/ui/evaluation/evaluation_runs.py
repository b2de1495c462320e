"""What the evaluation page finds on the disk: runs, their rows, and files of questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError
from qa.evaluate.datasets.draft_file import is_draft_file
from qa.evaluate.run_directory import RESULTS_FILE, RUN_FILE, SUMMARY_FILE, read_run, read_summary
from qa.evaluate.scoring.score_table import FAILED, read_result_rows

__all__ = [
    "QuestionRow",
    "RunListing",
    "find_draft_files",
    "find_question_files",
    "find_runs",
    "read_question_rows",
    "read_result_row",
    "sanitize_name",
]

_QUESTION_SUFFIXES = frozenset({".csv", ".json", ".jsonl"})
_MAX_NAME_CHARS = 80
# How much of a file is looked at to see whether it has questions.
_SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class RunListing:
    """A run's directory; `summary` is None until the run has ended or been stopped for the first time."""

    path: Path
    run_json: dict[str, Any]
    summary: dict[str, Any] | None

    @property
    def name(self) -> str:
        """The directory's name, by which the page calls it."""
        return self.path.name

    @property
    def state(self) -> str:
        """As run.json has it: "running" (or broken off), "stopped" or "done"."""
        return str(self.run_json.get("state", ""))

    @property
    def started_at(self) -> str:
        """ISO 8601 in UTC, so that texts sort like times."""
        return str(self.run_json.get("started_at") or "")

    @property
    def question_count(self) -> int:
        """How many questions its file has."""
        return int(self.run_json.get("questions", {}).get("count") or 0)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A line of the table of questions; `number` is its place in results.jsonl."""

    number: int
    id: str
    question: str
    outcome: str
    answer: str
    confidence: float | None
    latency_ms: float | None


def find_runs(folder: Path) -> tuple[list[RunListing], list[str]]:
    """The runs in a folder, newest first, and a line for each that can't be read.

    An empty list if there is no such folder.
    """
    runs, problems = [], []
    directories = sorted(folder.iterdir()) if folder.is_dir() else []
    for directory in directories:
        if not (directory / RUN_FILE).is_file():
            continue
        try:
            runs.append(RunListing(directory, read_run(directory), _find_summary(directory)))
        except EvaluationError as error:
            problems.append(str(error))
    runs.sort(key=lambda run: run.name)
    runs.sort(key=lambda run: run.started_at, reverse=True)
    return runs, problems


def _find_summary(directory: Path) -> dict[str, Any] | None:
    try:
        status = (directory / SUMMARY_FILE).stat()
    except OSError:
        return None
    return _cached_summary(directory, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _cached_summary(directory: Path, _modified: int, _size: int) -> dict[str, Any]:
    """The page runs for every click, and the summaries of many runs are large."""
    return read_summary(directory)


def read_question_rows(directory: Path) -> list[QuestionRow]:
    """What the table shows of each question, in the order of the results.

    Raises:
        EvaluationError: The results can't be read.
    """
    return [
        _question_row(number, row) for number, row in enumerate(read_result_rows(directory / RESULTS_FILE))
    ]


def _question_row(number: int, row: dict[str, Any]) -> QuestionRow:
    result, scores = row.get("result", {}), row.get("scores", {})
    answer = row.get("error") or result.get("short_answer") or result.get("text") or ""
    return QuestionRow(
        number,
        str(row["id"]),
        str(row["question"]),
        FAILED if "error" in row else str(row.get("outcome", "")),
        str(answer),
        result.get("confidence"),
        scores.get("latency_ms"),
    )


def read_result_row(directory: Path, number: int) -> dict[str, Any] | None:
    """One row of the results with all that is in it; None if there are not so many.

    Raises:
        EvaluationError: The results can't be read.
    """
    return next(islice(read_result_rows(directory / RESULTS_FILE), number, None), None)


def sanitize_name(name: str) -> str:
    """A name for a file or a folder made of what a person typed, or "" if nothing is left of it.

    Letters and digits of any script, dots, dashes and underscores stay; it is no path and not hidden.
    """
    cleaned = "".join(
        character if character.isalnum() or character in "._-" else "-" for character in name.strip()
    )
    words = [word for word in cleaned.split("-") if word]
    return "-".join(words).lstrip(".-")[:_MAX_NAME_CHARS].rstrip(".-")


def find_question_files(folders: Iterable[Path]) -> Sequence[Path]:
    """Files directly in these folders that look like questions, by folder and name."""
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.casefold() in _QUESTION_SUFFIXES and path.is_file() and _has_questions(path)
    ]


def find_draft_files(folders: Iterable[Path]) -> Sequence[Path]:
    """Files directly in these folders whose questions were drafted, the newest first."""
    paths = [path for path in find_question_files(folders) if path.suffix == ".jsonl" and is_draft_file(path)]
    return sorted(paths, key=lambda path: (-path.stat().st_ctime_ns, path.name))


def _has_questions(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return b"question" in stream.read(_SNIFFED_BYTES).lower()
    except OSError:
        return False
