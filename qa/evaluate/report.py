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
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, Any

from qa.errors import EvaluationError
from qa.evaluate.directory import REPORT, RESULTS, read_run, read_summary
from qa.evaluate.figures import describe
from qa.evaluate.metrics import METRICS
from qa.evaluate.plots import OUTCOME_COLOURS, charts
from qa.evaluate.report_html import asset, templates
from qa.evaluate.table import read_rows

__all__ = ["write_report"]

# So many questions a data block.
_BLOCK = 250


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
    path = directory / REPORT
    new = path.with_name(f".{path.name}.new")
    try:
        # A lone surrogate has no UTF-8; its escape is right in JSON and readable elsewhere.
        with new.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            _write(out, summary, directory)
        new.replace(path)
    except OSError as error:
        raise EvaluationError(
            f"{path} can't be written ({error.strerror or error}): make room and run the same command again"
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return path


def _write(out: IO[str], summary: Mapping[str, Any], directory: Path) -> None:
    """The page in one pass over the results; the charts' data comes after them, for it needs their times."""
    rows = _Rows()
    libraries, script = _libraries(), asset("report.js")
    page = templates.get_template("report.html").generate(
        policy=_policy(libraries, script),
        style=asset("parts.css") + asset("report.css"),
        libraries=libraries,
        script=script,
        run=describe(summary),
        blocks=rows.blocks(directory / RESULTS),
        charts=lambda: charts(summary, rows.latencies_ms),
        about=rows.about,
    )
    out.writelines(page)


@cache
def _libraries() -> str:
    """Vega, Vega-Lite and Vega-Embed, from the installed package, which takes a second to bundle them.

    Their names stay inside the function.
    """
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # Each would end the script element early; a version that needs them would fail here, not in a browser.
    assert not any(one in bundle.lower() for one in ("</script", "<!--", "\r"))
    return f"(() => {{{bundle}\n}})();"


def _policy(*scripts: str) -> str:
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


class _Rows:
    """Makes rows of the results as small as the page needs them, and keeps what all of them share."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        self.latencies_ms: list[float] = []

    def blocks(self, path: Path) -> Iterator[list[dict[str, Any]]]:
        """All rows of a file, some at a time."""
        rows = map(self.compact, read_rows(path))
        while block := list(islice(rows, _BLOCK)):
            yield block

    def about(self) -> dict[str, Any]:
        """What the page needs to show the rows that have passed."""
        return {
            "columns": list(self.columns),
            "metrics": {one.name: {"title": one.title} for one in METRICS},
            "colours": dict(OUTCOME_COLOURS),
            "documents": self.titles,
        }

    def compact(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the page shows of a row; values of the wrong kind become text, so that no row is lost."""
        found: dict[str, Any] = {
            "id": _text(row.get("id")),
            "question": _text(row.get("question")),
            "tags": [_text(one) for one in _list(row.get("tags"))],
            "answers": [_text(one) for one in _list(row.get("answers", row.get("answer")))],
            "answerable": row.get("answerable") if isinstance(row.get("answerable"), bool) else None,
            "quotes": [
                [_text(one.get("document")), _text(one.get("text"))]
                for one in _list(row.get("quotes"))
                if isinstance(one, dict)
            ],
            "history": [
                [_text(one.get("question")), _text(one.get("answer"))]
                for one in _list(row.get("history"))
                if isinstance(one, dict)
            ],
        }
        if "error" in row:
            return found | {"outcome": "failed", "error": _text(row["error"])}
        result = row.get("result") if isinstance(row.get("result"), dict) else {}
        assert isinstance(result, dict)
        found |= self._answer(result)
        found["outcome"] = _text(row.get("outcome"))
        found["scores"] = self._scores(row.get("scores"))
        return found

    def _scores(self, scores: object) -> list[float | None]:
        values: list[float | None] = [None] * len(self.columns)
        for name, value in (scores if isinstance(scores, dict) else {}).items():
            number = _number(value)
            if number is None:
                continue
            place = self.columns.setdefault(name, len(self.columns))
            values += [None] * (place + 1 - len(values))
            values[place] = round(number, 4)
            if name == "latency_ms":
                self.latencies_ms.append(number)
        return values

    def _answer(self, result: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {
            "status": _text(result.get("status")),
            "text": _text(result.get("text")),
            "short": _text(result.get("short_answer")),
            "confidence": _number(result.get("confidence")),
            "warnings": [_text(one) for one in _list(result.get("warnings"))],
            "sentences": [
                [_text(one.get("text")), _text(one.get("support")), _list(one.get("citations"))]
                for one in _list(result.get("sentences"))
            ],
        }
        standalone = result.get("standalone_question")
        if standalone != result.get("question"):
            found["standalone"] = _text(standalone)
        found["citations"] = [self._citation(one) for one in _list(result.get("citations"))]
        found["passages"] = [
            [
                _text(one.get("document")),
                one.get("start"),
                one.get("end"),
                one.get("score"),
                one.get("heading"),
            ]
            for one in _list(result.get("passages"))
        ]
        return found

    def _citation(self, one: Mapping[str, Any]) -> list[Any]:
        document = _text(one.get("document"))
        # Once for all rows: titles are long, and documents few.
        self.titles.setdefault(document, _text(one.get("title")))
        names = ("number", "start", "end", "quote", "highlight", "heading", "page")
        return [document, *(one.get(name) for name in names)]


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(value: object) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if fits else None  # type: ignore[return-value]
