"""A run as one HTML file that opens anywhere, without a network and without this program.

Everything that questions, documents and models say is in it as text only: escaped where it is HTML, and as
JSON in data blocks that a browser doesn't run, from which the page's script makes text nodes. A content
security policy names our two scripts by their hash, so that nothing else runs and nothing is ever fetched.
"""

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

from qa.errors import EvaluationError
from qa.evaluate import report_html
from qa.evaluate.directory import REPORT, RESULTS, read_run, read_summary
from qa.evaluate.metrics import METRICS
from qa.evaluate.plots import OUTCOME_COLOURS, figures
from qa.evaluate.table import read_rows

__all__ = ["write_report"]

_ASSETS = Path(__file__).parent / "assets"
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
    libraries, script = _libraries(), _asset("report.js")
    out.write(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(libraries, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{report_html.text(report_html.title(summary))}</title>\n"
        f"<style>\n{_asset('report.css')}</style>\n</head>\n<body>\n"
    )
    out.write(report_html.head(summary))
    out.write('<main id="report">\n')
    out.write(report_html.figures(summary))
    out.write('<section id="charts" aria-label="Charts"></section>\n')
    out.write(report_html.tags(summary))
    out.write(report_html.questions())
    out.write(report_html.what_was_run(summary))
    out.write("</main>\n")
    rows = _Rows()
    block: list[dict[str, Any]] = []
    for row in read_rows(directory / RESULTS):
        block.append(rows.compact(row))
        if len(block) == _BLOCK:
            _write_data(out, block, 'class="rows"')
            block = []
    _write_data(out, block, 'class="rows"')
    drawn, missing = figures(summary, rows.latencies_ms)
    charts = [
        {"name": one.name, "title": one.title, "caption": one.caption, "spec": one.chart.to_dict()}
        for one in drawn
    ]
    _write_data(out, {"charts": charts, "missing": missing}, 'id="figures"')
    about = {
        "columns": list(rows.columns),
        "metrics": {one.name: {"title": one.title, "unit": one.unit} for one in METRICS},
        "colours": dict(OUTCOME_COLOURS),
        "documents": rows.titles,
    }
    _write_data(out, about, 'id="about"')
    out.write(f"<script>{libraries}</script>\n<script>{script}</script>\n</body>\n</html>\n")


def _write_data(out: IO[str], value: object, attributes: str) -> None:
    """A data block: with `<` escaped, nothing in it can end it or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    out.write(f'<script type="application/json" {attributes}>{text}</script>\n')


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


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
