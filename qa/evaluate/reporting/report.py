"""A run as one HTML file that opens anywhere, without a network and without this program.

Everything that questions, documents and models say is in it as text only: escaped where it is HTML, and as
JSON in data blocks that a browser doesn't run, from which the page's script makes text nodes. A content
security policy names our two scripts by their hash, so that nothing else runs and nothing is ever fetched.
"""

import base64
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

from qa.errors import EvaluationError
from qa.evaluate.reporting.report_html import read_asset, templates
from qa.evaluate.reporting.run_charts import OUTCOME_COLOURS, draw_charts
from qa.evaluate.reporting.run_figures import describe_run
from qa.evaluate.run_directory import REPORT_FILE, RESULTS_FILE, read_run, read_summary, replacing
from qa.evaluate.scoring.metric_definitions import METRICS
from qa.evaluate.scoring.score_table import read_result_rows
from qa.store.private_files import open_private

__all__ = ["BUNDLE", "write_report"]

# Vega, Vega-Lite and Vega-Embed, as `python -m tests.support.vega_bundle` made it.
BUNDLE = "vega.js"
# So many questions a data block.
_ROWS_PER_BLOCK = 250


def write_report(directory: Path) -> Path:
    """Write `report.html` of the run in a directory, from its three other files; returns its path.

    Results are read and written a row at a time. A last line that was cut, as by a crash, is left out. The
    old report stays until the new one is whole.

    Raises:
        EvaluationError: There is no run with a summary, a row in the middle of the results is broken, or the
            report can't be written.
    """
    run = read_run(directory)
    summary = {**read_summary(directory), "run": run}
    path = directory / REPORT_FILE
    # A lone surrogate has no UTF-8; its escape is right in JSON and readable elsewhere.
    encoding: dict[str, Any] = {"encoding": "utf-8", "errors": "backslashreplace", "newline": "\n"}
    try:
        with replacing(path) as new, open(new, "w", opener=open_private, **encoding) as out:
            _write(out, summary, directory)
    except OSError as error:
        raise EvaluationError(
            f"{path} can't be written ({error.strerror or error}): make room and run the same command again"
        ) from error
    return path


def _write(out: IO[str], summary: Mapping[str, Any], directory: Path) -> None:
    """The page in one pass over the results; the charts' data comes after them, for it needs their times."""
    rows = _RowCompactor()
    libraries, script = read_asset(BUNDLE), read_asset("report.js")
    page = templates.get_template("report.html").generate(
        policy=_content_security_policy(libraries, script),
        style=read_asset("parts.css") + read_asset("report.css"),
        libraries=libraries,
        script=script,
        run=describe_run(summary),
        blocks=rows.blocks(directory / RESULTS_FILE),
        charts=lambda: draw_charts(summary, rows.latencies_ms),
        about=rows.about,
    )
    out.writelines(page)


def _content_security_policy(*scripts: str) -> str:
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


class _RowCompactor:
    """Makes rows of the results as small as the page needs them, and keeps what all of them share."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        self.latencies_ms: list[float] = []

    def blocks(self, path: Path) -> Iterator[list[dict[str, Any]]]:
        """All rows of a file, some at a time."""
        rows = map(self.compact, read_result_rows(path))
        while block := list(islice(rows, _ROWS_PER_BLOCK)):
            yield block

    def about(self) -> dict[str, Any]:
        """What the page needs to show the rows that have passed."""
        return {
            "columns": list(self.columns),
            "metrics": {metric.name: {"title": metric.title} for metric in METRICS},
            "colours": dict(OUTCOME_COLOURS),
            "documents": self.titles,
        }

    def compact(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the page shows of a row; values of the wrong kind become text, so that no row is lost."""
        compacted: dict[str, Any] = {
            "id": _as_text(row.get("id")),
            "question": _as_text(row.get("question")),
            "tags": [_as_text(tag) for tag in _as_list(row.get("tags"))],
            "answers": [_as_text(answer) for answer in _as_list(row.get("answers", row.get("answer")))],
            "answerable": row.get("answerable") if isinstance(row.get("answerable"), bool) else None,
            "quotes": [
                [_as_text(quote.get("document")), _as_text(quote.get("text"))]
                for quote in _as_list(row.get("quotes"))
                if isinstance(quote, dict)
            ],
            "history": [
                [_as_text(turn.get("question")), _as_text(turn.get("answer"))]
                for turn in _as_list(row.get("history"))
                if isinstance(turn, dict)
            ],
        }
        if "error" in row:
            return compacted | {"outcome": "failed", "error": _as_text(row["error"])}
        result = row.get("result") if isinstance(row.get("result"), dict) else {}
        assert isinstance(result, dict)
        compacted |= self._answer(result)
        compacted["outcome"] = _as_text(row.get("outcome"))
        compacted["scores"] = self._scores(row.get("scores"))
        return compacted

    def _scores(self, scores: object) -> list[float | None]:
        values: list[float | None] = [None] * len(self.columns)
        for name, value in (scores if isinstance(scores, dict) else {}).items():
            number = _as_number(value)
            if number is None:
                continue
            column = self.columns.setdefault(name, len(self.columns))
            values += [None] * (column + 1 - len(values))
            values[column] = round(number, 4)
            if name == "latency_ms":
                self.latencies_ms.append(number)
        return values

    def _answer(self, result: Mapping[str, Any]) -> dict[str, Any]:
        compacted: dict[str, Any] = {
            "status": _as_text(result.get("status")),
            "text": _as_text(result.get("text")),
            "short": _as_text(result.get("short_answer")),
            "confidence": _as_number(result.get("confidence")),
            "warnings": [_as_text(warning) for warning in _as_list(result.get("warnings"))],
            "sentences": [
                [
                    _as_text(sentence.get("text")),
                    _as_text(sentence.get("support")),
                    _as_list(sentence.get("citations")),
                ]
                for sentence in _as_list(result.get("sentences"))
            ],
        }
        standalone = result.get("standalone_question")
        if standalone != result.get("question"):
            compacted["standalone"] = _as_text(standalone)
        compacted["citations"] = [self._citation(citation) for citation in _as_list(result.get("citations"))]
        compacted["passages"] = [
            [
                _as_text(passage.get("document")),
                passage.get("start"),
                passage.get("end"),
                passage.get("score"),
                passage.get("heading"),
            ]
            for passage in _as_list(result.get("passages"))
        ]
        return compacted

    def _citation(self, citation: Mapping[str, Any]) -> list[Any]:
        document = _as_text(citation.get("document"))
        # Once for all rows: titles are long, and documents few.
        self.titles.setdefault(document, _as_text(citation.get("title")))
        names = ("number", "start", "end", "quote", "highlight", "heading", "page")
        return [document, *(citation.get(name) for name in names)]


def _as_text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _as_number(value: object) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if fits else None  # type: ignore[return-value]
