"""A run's report: one file, harmless whatever is in it, and small in memory however many questions."""

import base64
import hashlib
import json
import re
import tracemalloc
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvaluationError
from qa.evaluate.reporting import report, run_charts, run_figures
from qa.evaluate.reporting.report_html import read_asset
from qa.evaluate.scoring.metric_definitions import METRICS, OUTCOMES
from tests.support import runs
from tests.support.vega_bundle import bundle


class Page(HTMLParser):
    """A page as a browser takes it apart: its elements, its text and what its scripts hold."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self.inside = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)
        elif self.inside != "style":
            self.text += data

    def data(self, name: str) -> Any:
        return json.loads(next(text for attributes, text in self.scripts if attributes.get("id") == name))

    @property
    def rows(self) -> list[dict[str, Any]]:
        blocks = [text for attributes, text in self.scripts if attributes.get("class") == "rows"]
        return [row for block in blocks for row in json.loads(block)]

    @property
    def code(self) -> list[str]:
        return [text for attributes, text in self.scripts if "type" not in attributes]


def write_and_parse(directory: Path) -> Page:
    return Page(report.write_report(directory).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return write_and_parse(runs.write_run(tmp_path_factory.mktemp("runs") / "first run", runs.mixed(600)))


def test_every_question_is_there_in_order(page: Page) -> None:
    assert [row["id"] for row in page.rows] == [f"q-{number:05}" for number in range(600)]
    assert sum(attributes.get("class") == "rows" for attributes, _ in page.scripts) > 1


def test_row_keeps_what_the_table_shows(page: Page) -> None:
    row, source = page.rows[1], runs.graded(1)
    assert row["question"] == source["question"]
    assert row["outcome"] == source["outcome"]
    assert row["text"] == "The quota is 1,250 tonnes. [1]"
    document, number, start, end, quote, highlight, heading, _ = row["citations"][0]
    assert (document, number, start, end) == ("cheese", 1, 100, 126)
    assert (quote, highlight, heading) == ("The quota is 1,250 tonnes.", [113, 125], "Quotas")
    about = page.data("about")
    assert about["documents"] == {"cheese": "Cheese quotas in Valdoria"}
    assert row["quotes"] == [["cheese.txt", "The quota is 1,250 tonnes."]]
    scores = {name: row["scores"][column] for column, name in enumerate(about["columns"])}
    assert scores == pytest.approx(source["scores"], abs=1e-4)
    failed = page.rows[39]
    assert failed["outcome"] == "failed"
    assert failed["error"].startswith("the model's server did not answer")


def test_figures_stand_in_the_page_without_a_script(page: Page) -> None:
    for name in (*runs.SHARES, "latency_ms_p50"):
        metric = next(metric for metric in METRICS if metric.name == name)
        assert metric.title in page.text
        assert metric.definition in page.text
        assert metric.source is None or metric.source in page.text
    assert re.search(r"\d\d\.\d\u202f%", page.text)
    assert re.search(r"\d\d\.\d – \d\d\.\d\u202f%", page.text)
    for expected in (
        "600 questions",
        "15 failed",
        "24 documents, 312 passages",
        "1 min 12 s",
        "min_confidence",
    ):
        assert expected in page.text
    for title in ("Outcomes", "Risk against coverage", "Calibration of confidence", "Time per question"):
        assert title in page.text
    assert "Half of the questions took at most" in page.text
    # By tag.
    assert "follow-up" in page.text
    assert "n = 60" in page.text


def test_only_our_scripts_run_and_nothing_is_fetched(page: Page) -> None:
    policy = next(
        attributes["content"]
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert len(page.code) == 2
    for code in page.code:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    fetching = {"src", "href", "srcset", "data", "action", "poster"}
    assert not [(tag, attributes) for tag, attributes in page.elements if fetching & attributes.keys()]
    assert "@import" not in page.source.split("</style>")[0]


def test_script_of_the_charts_is_what_the_pinned_package_makes() -> None:
    code = read_asset(report.BUNDLE)
    assert code == bundle(), "run `python -m tests.support.vega_bundle`"
    # Each would end the script element early.
    assert not any(sequence in code.lower() for sequence in ("</script", "<!--", "\r"))
    assert "window.vegaEmbed=" in code


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    name = "<b>a & b" + "x" * 5
    page = write_and_parse(
        runs.write_run(
            tmp_path / "run", [runs.hostile()], name=runs.HOSTILE, engine=name, versions={runs.HOSTILE: name}
        )
    )
    assert len(page.code) == 2
    assert not [tag for tag, attributes in page.elements if tag in ("img", "b", "iframe")]
    assert not [
        attributes for _, attributes in page.elements if any(key.startswith("on") for key in attributes)
    ]
    assert runs.HOSTILE in page.text
    row = page.rows[0]
    assert row["question"] == row["text"].removesuffix(" [1]") == row["tags"][0] == runs.HOSTILE
    assert page.data("about")["documents"] == {"cheese": runs.HOSTILE}
    blocks = [text for attributes, text in page.scripts if "type" in attributes]
    assert not any(character in block for block in blocks for character in "<\u2028\u2029")


def test_values_that_json_or_utf8_do_not_have(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(1))
    row = runs.graded(0, question="half a \ud800 pair", tags="one", answers=[7, "1,250 tonnes"])
    row["scores"]["token_f1"] = float("nan")
    row["result"]["confidence"] = float("inf")
    (directory / "results.jsonl").write_text(json.dumps(row) + "\n")
    page = write_and_parse(directory)
    compacted = page.rows[0]
    assert (compacted["answers"], compacted["tags"], compacted["confidence"]) == (
        ["7", "1,250 tonnes"],
        ["one"],
        None,
    )
    assert compacted["question"] == "half a \ud800 pair"
    columns = page.data("about")["columns"]
    assert "token_f1" not in columns


def test_only_failures(tmp_path: Path) -> None:
    page = write_and_parse(runs.write_run(tmp_path / "run", [runs.failed(number) for number in range(30)]))
    assert "No question was answered" in page.text
    assert [chart["name"] for chart in page.data("chart-data")] == ["outcomes"]
    assert "Not drawn, for lack of data: " in page.text
    assert "; Time per question." in page.text
    assert {row["outcome"] for row in page.rows} == {"failed"}


def test_without_gold_the_absent_figures_are_named(tmp_path: Path) -> None:
    rows = [runs.graded(number) for number in range(20)]
    for row in rows:
        del row["answers"], row["quotes"], row["answerable"]
        row["scores"] = {name: row["scores"][name] for name in ("answered_rate", "latency_ms", "confidence")}
        row["outcome"] = "not graded"
    page = write_and_parse(runs.write_run(tmp_path / "run", rows))
    assert [chart["name"] for chart in page.data("chart-data")] == ["outcomes", "intervals", "latency"]
    assert "Not drawn, for lack of data: Risk against coverage; Calibration of confidence." in page.text
    absent = page.text.partition("Figures that these questions have no data for")[2]
    assert "retrieval_recall@5" in absent
    assert "answered_rate" not in absent.partition("By tag")[0]


def test_run_of_no_questions_that_was_stopped_with_warnings(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", [], state="stopped", finished_at=None)
    summary = json.loads((directory / "summary.json").read_text())
    summary |= {"warnings": ["the corpus <b>changed</b>"], "missing": 12}
    (directory / "summary.json").write_text(json.dumps(summary))
    page = write_and_parse(directory)
    assert page.rows == []
    for expected in ("stopped before the end", "12 not asked", "the corpus <b>changed</b>", "not yet"):
        assert expected in page.text


def test_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(3))
    with (directory / "results.jsonl").open("a") as out:
        out.write('{"id": "q-9", "question": "Wh')
    assert len(write_and_parse(directory).rows) == 3


def test_crash_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(3))
    before = report.write_report(directory).read_bytes()

    def break_off(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(report, "draw_charts", break_off)
    with pytest.raises(RuntimeError):
        report.write_report(directory)
    assert (directory / "report.html").read_bytes() == before
    assert {path.name for path in directory.iterdir()} == {
        "report.html", "results.jsonl", "run.json", "summary.json",
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_without_a_summary_the_way_out_is_named(tmp_path: Path, content: str | None) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(3))
    (directory / "summary.json").unlink()
    if content is not None:
        (directory / "summary.json").write_text(content)
    with pytest.raises(EvaluationError, match=r"summary\.json .*run the same `qa eval` again"):
        report.write_report(directory)
    assert not (directory / "report.html").exists()


@pytest.mark.no_cover
def test_memory_does_not_grow_with_the_questions(tmp_path: Path) -> None:
    directory = runs.write_run(tmp_path / "run", runs.mixed(5000))
    size = (directory / "results.jsonl").stat().st_size
    (directory / "summary.json").write_text(
        json.dumps({"metrics": {}, "outcomes": {}, "curves": {}, "questions": 5000})
    )
    report.write_report(runs.write_run(tmp_path / "small", runs.mixed(2)))
    tracemalloc.start()
    report.write_report(directory)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 5_000_000
    # Two copies of the libraries' script, and a block of rows.
    assert peak < 6_000_000


def charts(summary: dict[str, Any], latencies_ms: list[float]) -> dict[str, dict[str, Any]]:
    drawn, _ = run_charts.draw_charts(summary, latencies_ms)
    specs: dict[str, dict[str, Any]] = json.loads(json.dumps({chart.name: chart.spec for chart in drawn}))
    return specs


def rows_of(spec: dict[str, Any], layer: int) -> list[dict[str, Any]]:
    # Where all layers have the same data, it stands above them.
    rows: list[dict[str, Any]] = spec["layer"][layer].get("data", spec["data"])["values"]
    return rows


def test_risk_coverage_marks_the_threshold_in_force() -> None:
    curve = [
        {"threshold": 1 - at / 1000, "coverage": at / 1000, "risk": at / 2000, "n": at}
        for at in range(1, 1001)
    ]
    summary = {
        "curves": {"risk_coverage": curve, "aurc": 0.25},
        "run": {"settings": {"min_confidence": 0.7}},
    }
    (chart,), _ = run_charts.draw_charts(summary, [])
    spec = charts(summary, [])["risk-coverage"]
    assert rows_of(spec, 2) == [pytest.approx(curve[299])]
    drawn = rows_of(spec, 0)
    assert len(drawn) <= 400
    assert drawn[0] == curve[0]
    assert drawn[-1] == curve[-1]
    assert "0.7" in chart.caption
    assert "0.250" in chart.caption


def test_outcomes_are_drawn_from_good_to_bad_with_their_colours() -> None:
    assert tuple(run_charts.OUTCOME_COLOURS) == OUTCOMES
    assert len(set(run_charts.OUTCOME_COLOURS.values())) == len(OUTCOMES)
    spec = charts({"outcomes": {"failed": 1, "odd": 2, "right": 3, "wrong": 0}}, [])["outcomes"]
    assert [row["outcome"] for row in rows_of(spec, 0)] == ["right  3", "failed  1", "odd  2"]


@pytest.mark.parametrize("times", [[5.0], [0.0], [100.0, 101.0, 130.0], [2.0, 50.0, 9000.0], [0.0, 10.0]])
def test_latency_counts_everyone_once(times: list[float]) -> None:
    spec = charts({}, [*times, float("nan")])["latency"]
    bins = rows_of(spec, 0)
    assert sum(row["n"] for row in bins) == len(times)
    assert all(row["from"] < row["to"] for row in bins)
    assert [row["rule"] for row in rows_of(spec, 1)] == ["p50", "p95"]


def test_intervals_hold_the_shares_in_the_order_of_the_metrics() -> None:
    interval = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 10}
    summary = {"metrics": {metric.name: interval for metric in reversed(METRICS)}}
    spec = charts(summary, [])["intervals"]
    names = [metric.name for metric in METRICS if metric.unit == "share"]
    assert [row["name"] for row in rows_of(spec, 0)] == names


def test_charts_are_what_vega_lite_knows(page: Page) -> None:
    import altair

    drawn = page.data("chart-data")
    assert len(drawn) == 5
    for chart in drawn:
        altair.LayerChart.from_dict(chart["spec"])
        with pytest.raises(Exception, match="'nonsense' was unexpected"):
            altair.LayerChart.from_dict({**chart["spec"], "nonsense": 1})


def test_every_axis_has_a_title_or_names(page: Page) -> None:
    drawn = page.data("chart-data")
    assert len(drawn) == 5

    def titles(node: Any) -> list[Any]:
        if isinstance(node, list):
            return [title for child in node for title in titles(child)]
        if not isinstance(node, dict):
            return []
        here = [
            channel.get("title", "(another layer's)")
            for name, channel in node.get("encoding", {}).items()
            if name in ("x", "y") and channel["type"] == "quantitative"
        ]
        return here + [title for layer in node.get("layer", []) for title in titles(layer)]

    for chart in drawn:
        axis_titles = titles(chart["spec"])
        assert axis_titles
        assert all(axis_titles)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("token_f1", 0.8424, "84.2\u202f%"),
        ("latency_ms_p50", 1234.4, "1,234\u202fms"),
        ("confidence_brier", 0.12345, "0.123"),
    ],
)
def test_figures_are_written_with_their_units(name: str, value: float, expected: str) -> None:
    assert (
        run_figures.format_metric(next(metric for metric in METRICS if metric.name == name), value)
        == expected
    )
