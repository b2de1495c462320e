"""Reads files with the `qa` of a checkout, in a process of its own: paths on stdin, one JSON line for each.

Run as a script with the checkout's root in PYTHONPATH, so that an older checkout can be measured too.
"""

import json
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NotRequired, Self, TypedDict

__all__ = ["ReadingProcess", "ReadingResult", "TableCellResult", "TableResult"]

_MAX_BYTES = 200_000_000
_MEMORY_BYTES = 6_000_000_000


class TableCellResult(TypedDict):
    """A cell as it was read."""

    text: str
    head: bool
    rowspan: int
    colspan: int


class TableResult(TypedDict):
    """A table as it was read."""

    caption: str
    unit: str
    notes: list[str]
    rows: list[list[TableCellResult]]


class ReadingResult(TypedDict):
    """A document as it was read, in so many seconds of the processor, or why it was not.

    `tables` is None where the checkout knows none.
    """

    seconds: float
    failure: NotRequired[str]
    text: str
    title: str
    published: str
    headings: list[str]
    notes: list[str]
    tables: list[TableResult] | None


class ReadingProcess:
    """A Python process that reads files with the `qa` of one checkout."""

    def __init__(self, checkout: Path, *, timeout_s: float = 120) -> None:
        self._checkout = checkout.resolve()
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, path: Path, *, rounds: int = 1) -> ReadingResult:
        """The document, with the least time of so many rounds."""
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        began = time.perf_counter()
        process.stdin.write(json.dumps([str(path.resolve()), rounds]).encode() + b"\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], self._timeout_s)
        line = process.stdout.readline() if ready else b""
        if not line:
            self._stop()
            what = "the reader crashed" if ready else f"no end after {self._timeout_s:.0f} s"
            return _failed(time.perf_counter() - began, what)
        result: ReadingResult = json.loads(line)
        return result

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(self._checkout), "PATH": "/usr/bin:/bin"},
            cwd=self._checkout,
        )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _failed(seconds: float, failure: str) -> ReadingResult:
    return ReadingResult(
        seconds=seconds, failure=failure, text="", title="", published="", headings=[], notes=[], tables=None
    )


def _read(path: Path, rounds: int) -> ReadingResult:
    from qa.chunking import headings
    from qa.errors import LoadError
    from qa.parsers import Metadata, parse_path

    seconds = []
    try:
        for _ in range(rounds):
            # Of this process alone: what else the machine does is no property of the reader.
            began = time.process_time()
            parsed = parse_path(path, metadata=Metadata(), max_bytes=_MAX_BYTES)
            seconds.append(time.process_time() - began)
        document = parsed.to_document("document")
        words = [heading.text for heading in headings(document)]
    except LoadError as error:
        return _failed(0.0, f"refused: {error}")
    # Whatever it is, it is what the bench looks for.
    except Exception as error:  # noqa: BLE001
        return _failed(0.0, f"broke: {type(error).__name__}: {error}")
    tables: tuple[Any, ...] | None = getattr(document, "tables", None)
    return ReadingResult(
        seconds=min(seconds),
        text=parsed.text[parsed.body_start :],
        title=parsed.title,
        published=parsed.published.isoformat() if parsed.published else "",
        headings=words,
        notes=list(parsed.notes),
        tables=None if tables is None else [_describe(table, parsed.text) for table in tables],
    )


def _describe(table: Any, text: str) -> TableResult:
    return TableResult(
        caption=table.caption or "",
        unit=table.unit or "",
        notes=list(table.notes),
        rows=[
            [
                TableCellResult(
                    text="" if cell.start is None else text[cell.start : cell.end],
                    head=bool(cell.head),
                    rowspan=cell.rowspan,
                    colspan=cell.colspan,
                )
                for cell in row
            ]
            for row in table.rows
        ],
    )


def main() -> None:
    """Answer each line."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # What a library prints must not come between the answers.
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    for line in sys.stdin:
        path, rounds = json.loads(line)
        answers.write(json.dumps(_read(Path(path), rounds)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
