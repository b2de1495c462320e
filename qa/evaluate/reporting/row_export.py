"""The rows of a run as a table for other programs: CSV or Parquet, by the file's suffix."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError, path_fault
from qa.evaluate.csv_cells import to_cell
from qa.evaluate.run_directory import RESULTS_FILE, read_run
from qa.evaluate.scoring.score_table import FAILED, read_result_rows

__all__ = ["export_rows"]

# Columns of text first, then confidence and scores by name.
_TEXT_COLUMNS = ("id", "question", "tags", "outcome", "status", "text", "short_answer", "citations", "error")


def export_rows(run: Path | str, target: Path | str) -> int:
    """Write the rows of a run into one file, over those that were there; how many there are.

    A row a question, by id: the last that was written counts. `answers` and `citations` are JSON (a citation
    as in `qa ask --json`), `tags` are joined by ";", a score that a question has no data for is empty (null
    in Parquet). In CSV, text that a spreadsheet would take for a formula has an apostrophe in front, which
    `read_questions` takes off again.

    Raises:
        EvaluationError: There is no run, or the file can't be written, or has another suffix, or holds
            something else than rows of a run.
    """
    run, target = Path(run), Path(target)
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise EvaluationError(f"{target}: rows are written as .csv or .parquet")
    if fault := path_fault(str(target)):
        raise EvaluationError(f"the rows can't be written, {fault}")
    read_run(run)
    if target.exists() and not _holds_rows(target):
        raise EvaluationError(f"{target} is there and holds no rows of a run: name another file")
    rows = {row["id"]: row for row in read_result_rows(run / RESULTS_FILE)}
    scores = sorted({name for row in rows.values() for name in row.get("scores", {})})
    columns = (*_TEXT_COLUMNS, "answers", "answerable", *scores)
    values = [_flatten(rows[row_id]) for row_id in sorted(rows)]
    table = {name: [row.get(name) for row in values] for name in columns}
    unfinished = target.with_name(f"{target.name}.part")
    try:
        write(unfinished, table)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise EvaluationError(f"{target} can't be written: {error.strerror or error}") from error
    return len(rows)


def _holds_rows(path: Path) -> bool:
    """Whether a file is one that was exported before, or is empty, and may be replaced."""
    try:
        if not path.stat().st_size:
            return True
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8") as stream:
                names = stream.readline().split(",")
        else:
            from pyarrow import parquet

            names = parquet.read_schema(path).names
    except (OSError, ValueError):  # what pyarrow and the decoder raise are of these
        return False
    return tuple(names[: len(_TEXT_COLUMNS)]) == _TEXT_COLUMNS


def _flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    result = row.get("result") or {}
    failed = "error" in row
    return {
        "id": row["id"],
        "question": row["question"],
        "answers": json.dumps(row.get("answers", []), ensure_ascii=False),
        "answerable": row.get("answerable"),
        "tags": ";".join(map(str, row.get("tags") or ())),
        "outcome": FAILED if failed else row.get("outcome"),
        "status": result.get("status"),
        "text": result.get("text"),
        "short_answer": result.get("short_answer"),
        "citations": json.dumps(result.get("citations", []), ensure_ascii=False),
        "error": str(row["error"]) if failed else None,
        **({} if failed else row["scores"]),
    }


def _write_csv(target: Path, table: Mapping[str, list[Any]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table)
        writer.writerows(_as_cells(row) for row in zip(*table.values(), strict=True))


def _as_cells(row: Iterable[Any]) -> list[Any]:
    return [_as_cell(value) for value in row]


def _as_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return to_cell(value) if isinstance(value, str) else value


def _write_parquet(target: Path, table: Mapping[str, list[Any]]) -> None:
    from pyarrow import Table, bool_, float64, parquet, schema, string

    texts = (*_TEXT_COLUMNS, "answers")
    types = {name: string() if name in texts else float64() for name in table} | {"answerable": bool_()}
    parquet.write_table(Table.from_pydict(dict(table), schema=schema(list(types.items()))), target)


_WRITERS: Mapping[str, Callable[[Path, Mapping[str, list[Any]]], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
