"""Columns read from results without keeping answers, and the summary made of them."""

import json
import math
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.errors import EvaluationError
from qa.evaluate.reporting.run_summary import summarize_run, summary_markdown
from qa.evaluate.scoring.score_table import ScoreTable, read_score_table

THRESHOLD = 0.5
RUN = {"name": "first", "settings": {"min_confidence": THRESHOLD}}


def row(
    number: int, *, citations: int = 1, sentences: int = 1, outcome: str = "right", **fields: Any
) -> dict[str, Any]:
    scores = {
        "answered_rate": 1.0,
        "citation_hit": 1.0,
        "false_refusal_rate": 0.0,
        **fields.pop("scores", {}),
    }
    return {
        "id": f"q{number:04}",
        "question": f"Question {number}?",
        "result": {"citations": [{}] * citations, "sentences": [{}] * sentences},
        "scores": scores,
        "outcome": outcome,
        **fields,
    }


def refusal(number: int, *, answerable: bool, **fields: Any) -> dict[str, Any]:
    name = "false_refusal_rate" if answerable else "refusal_recall"
    scores = {"answered_rate": 0.0, name: 1.0, **fields.pop("scores", {})}
    outcome = "refused" if answerable else "rightly refused"
    result = row(number, citations=0, outcome=outcome, **fields)
    return {**result, "scores": scores}


def failure(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"q{number:04}", "question": f"Question {number}?", "error": "the model is away", **fields}


def write(folder: Path, rows: Iterable[dict[str, Any]], end: bytes = b"") -> Path:
    path = folder / "results.jsonl"
    with path.open("wb") as stream:
        for result in rows:
            stream.write(json.dumps(result).encode() + b"\n")
        stream.write(end)
    return path


def table(folder: Path, *rows: dict[str, Any]) -> ScoreTable:
    return read_score_table(write(folder, rows))


def summary(folder: Path, *rows: dict[str, Any], expected: int | None = None) -> dict[str, Any]:
    figures = summarize_run(table(folder, *rows), RUN, expected=len(rows) if expected is None else expected)
    # It must be JSON, without NaN.
    json.dumps(figures, allow_nan=False)
    return figures


def test_columns(tmp_path: Path) -> None:
    scores = table(
        tmp_path,
        row(3, scores={"token_f1": 0.5, "quote_fidelity": 0.5}, citations=4, sentences=3, tags=["a", "b"]),
        failure(1),
        refusal(2, answerable=False, tags=["b"]),
    )
    assert scores.ids == ["q0001", "q0002", "q0003"]
    assert scores.tags == [(), ("b",), ("a", "b")]
    assert scores.outcomes == ["failed", "rightly refused", "right"]
    assert scores.failed_count == 1
    np.testing.assert_equal(scores.values["token_f1"], [math.nan, math.nan, 0.5])
    np.testing.assert_equal(scores.values["answered_rate"], [math.nan, 0, 1])
    np.testing.assert_equal(scores.weights["quote_fidelity"], [math.nan, 0, 4])
    np.testing.assert_equal(scores.weights["supported_rate"], [math.nan, 1, 3])
    np.testing.assert_equal(scores.answerable, [math.nan, 0, 1])
    np.testing.assert_equal(scores.column("mrr"), [math.nan] * 3)


def test_the_order_in_which_rows_were_finished_has_no_effect(tmp_path: Path) -> None:
    rows = [row(number, scores={"token_f1": number / 40}) for number in range(40)]
    assert summary(tmp_path, *rows) == summary(tmp_path, *rows[::-1])


def test_of_rows_with_one_id_the_last_counts(tmp_path: Path) -> None:
    scores = table(
        tmp_path,
        failure(1),
        row(2, scores={"token_f1": 0.25}),
        row(1, scores={"token_f1": 1.0}, tags=["x"]),
        row(2),
    )
    assert scores.ids == ["q0001", "q0002"]
    assert (scores.failed_count, scores.outcomes) == (0, ["right", "right"])
    np.testing.assert_equal(scores.values["token_f1"], [1.0, math.nan])
    assert scores.tags == [("x",), ()]


def test_another_question_has_another_hash(tmp_path: Path) -> None:
    turn = {"question": "Before?", "answer": "Yes."}
    scores = table(
        tmp_path, row(1, question="A?"), row(2, question="A?"), row(3, question="B?"),
        row(4, question="A?", history=[turn]), row(5, question="A?", history=[]), failure(6, question="A?"),
    )  # fmt: skip
    hashes = scores.question_hashes
    assert hashes[0] == hashes[1] == hashes[4] == hashes[5]
    assert len({hashes[0], hashes[2], hashes[3]}) == 3


@pytest.mark.parametrize(
    "end", [b'{"id": "q9", "question": "x", "sco', b'{"id": "q9"}', b"\xff\xfe", b"{]\n", b"\n"]
)
def test_a_last_line_that_was_cut_is_ignored(tmp_path: Path, end: bytes) -> None:
    assert read_score_table(write(tmp_path, [row(1), row(2)], end)).ids == ["q0001", "q0002"]


def test_a_whole_row_without_a_line_break_is_a_cut_one(tmp_path: Path) -> None:
    # As for resuming, which would ask its question again: the line break is written last.
    assert read_score_table(write(tmp_path, [row(1)], json.dumps(row(2)).encode())).ids == ["q0001"]


@pytest.mark.parametrize(
    "line",
    [
        b"{]", b"", b"[1]", b"7", b"null", b'{"question": "?", "scores": {}}',
        b'{"id": 7, "question": "?", "scores": {}}',
        b'{"id": "q9", "scores": {}}', b'{"id": "q9", "question": "?"}',
        b'{"id": "q9", "question": "?", "scores": []}',
        b"\xff",
    ],
)  # fmt: skip
def test_a_broken_line_in_the_middle_is_named(tmp_path: Path, line: bytes) -> None:
    rest = json.dumps(row(3)).encode() + b"\n"
    with pytest.raises(EvaluationError, match=r"^line 3 of .*results\.jsonl is no row of results: .*--fresh"):
        read_score_table(write(tmp_path, [row(1), row(2)], line + b"\n" + rest))


def test_results_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"results\.jsonl can't be read"):
        read_score_table(tmp_path / "results.jsonl")


def test_an_empty_file_is_an_empty_run(tmp_path: Path) -> None:
    figures = summary(tmp_path, expected=7)
    assert (figures["questions"], figures["missing"], figures["complete"]) == (7, 7, False)
    assert (figures["metrics"], figures["tags"], figures["outcomes"]) == ({}, {}, {})
    assert figures["curves"] == {"risk_coverage": [], "aurc": None, "calibration": []}
    assert summary_markdown(figures).startswith("7 questions: 0 answered, 0 refused, 0 failed, 7 missing")


def test_scores_that_are_no_numbers_are_absent(tmp_path: Path) -> None:
    scores = {"token_f1": None, "mrr": math.nan, "exact_match": "1", "faithfulness": math.inf}
    assert not table(tmp_path, row(1, scores=scores)).values.keys() & scores.keys()


def test_memory_holds_columns_only(tmp_path: Path) -> None:
    fat = {"passages": [{"text": "x" * 2000}] * 10}
    rows = 3000
    path = write(
        tmp_path, (row(number, result=fat, scores={"token_f1": 0.5, "mrr": 1.0}) for number in range(rows))
    )
    assert path.stat().st_size > 60_000_000
    tracemalloc.start()
    try:
        scores = read_score_table(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(scores.ids) == rows
    assert peak < 3_000_000


def test_counts_and_figures(tmp_path: Path) -> None:
    figures = summary(
        tmp_path,
        row(1, scores={"citation_hit": 0.0, "token_f1": 0.5}),
        row(2, scores={"token_f1": 1.0}),
        row(3),
        refusal(4, answerable=True, scores={"citation_hit": 0.0}),
        refusal(5, answerable=False),
        failure(6),
        expected=8,
    )
    counts = ["questions", "answered", "refused", "failed", "missing", "complete"]
    assert [figures[name] for name in counts] == [8, 3, 2, 1, 2, False]
    metrics = figures["metrics"]
    assert {name: (figure["value"], figure["n"]) for name, figure in metrics.items()} == {
        "citation_hit": (0.5, 4),
        "token_f1": (0.75, 2),
        "answered_rate": (0.6, 5),
        "refusal_recall": (1.0, 1),
        "false_refusal_rate": (0.25, 4),
    }
    assert (metrics["token_f1"]["low"], metrics["token_f1"]["high"]) == (0.5, 1.0)
    assert figures["outcomes"] == {"right": 3, "rightly refused": 1, "refused": 1, "failed": 1}
    assert figures["warnings"][0] == "questions that no figure counts: 1 failed, 2 not asked yet"
    assert figures["run"] == RUN


def test_shares_of_citations_and_sentences_count_each_of_them(tmp_path: Path) -> None:
    metrics = summary(
        tmp_path,
        row(1, citations=4, sentences=1, scores={"quote_fidelity": 0.5, "supported_rate": 1.0}),
        row(2, citations=1, sentences=9, scores={"quote_fidelity": 1.0, "supported_rate": 2 / 3}),
        refusal(3, answerable=True),
    )["metrics"]
    assert metrics["quote_fidelity"]["value"] == pytest.approx(3 / 5, abs=1e-6)
    assert metrics["supported_rate"]["value"] == pytest.approx(7 / 10, abs=1e-6)
    assert metrics["quote_fidelity"]["n"] == 2


def test_times_and_confidence(tmp_path: Path) -> None:
    rows = [row(at, scores={"latency_ms": 10.0 * at, "confidence": 0.9}) for at in range(1, 4)]
    refused = refusal(4, answerable=False, scores={"latency_ms": 40.0, "confidence": 0.3})
    figures = summary(tmp_path, *rows, refused, row(5, scores={"latency_ms": 50.0}))
    metrics = figures["metrics"]
    assert (metrics["latency_ms_p50"]["value"], metrics["latency_ms_p95"]["value"]) == (30.0, 48.0)
    assert metrics["confidence_brier"]["value"] == pytest.approx((3 * 0.1**2 + 0.3**2) / 4)
    assert metrics["confidence_auroc"]["value"] == 1
    assert metrics["confidence_ece"]["value"] == pytest.approx(3 / 4 * 0.1 + 1 / 4 * 0.3)
    assert metrics["confidence_ece"]["n"] == 4
    assert figures["curves"]["calibration"] == [
        {"low": 0.3, "high": 0.4, "confidence": 0.3, "answerable": 0.0, "n": 1},
        {"low": 0.9, "high": 1.0, "confidence": 0.9, "answerable": 1.0, "n": 3},
    ]


def test_risk_against_coverage(tmp_path: Path) -> None:
    figures = summary(
        tmp_path,
        row(1, scores={"confidence": 0.9, "right_if_answered": 1}),
        refusal(2, answerable=True, scores={"confidence": 0.4, "right_if_answered": 1}),
        row(3, scores={"confidence": 0.6, "right_if_answered": 0}),
        refusal(4, answerable=False, scores={"confidence": 0.1, "right_if_answered": 0}),
    )
    assert figures["curves"]["risk_coverage"] == [
        {"threshold": 0.9, "coverage": 0.25, "risk": 0.0, "n": 1},
        {"threshold": 0.6, "coverage": 0.5, "risk": 0.5, "n": 2},
        {"threshold": 0.4, "coverage": 0.75, "risk": 0.333333, "n": 3},
        {"threshold": 0.1, "coverage": 1.0, "risk": 0.5, "n": 4},
    ]
    assert figures["curves"]["aurc"] == pytest.approx((0 + 0.5 + 1 / 3 + 0.5) / 4, abs=1e-6)


def test_the_surest_four_fifths_are_judged_whether_or_not_they_were_refused(tmp_path: Path) -> None:
    figures = summary(
        tmp_path,
        row(1, scores={"confidence": 0.9, "right": 1}),
        refusal(2, answerable=True, scores={"confidence": 0.7, "right": 1}),
        row(3, scores={"confidence": 0.6, "right": 0}),
        row(4, scores={"confidence": 0.4, "right": 1}),
        refusal(5, answerable=False, scores={"confidence": 0.1, "right": 0}),
        row(6, scores={"confidence": 0.95}),
    )
    metric = figures["metrics"]["selective_accuracy@80"]
    assert (metric["value"], metric["n"]) == (3 / 4, 5)
    assert 0 <= metric["low"] < 3 / 4 < metric["high"] <= 1


def test_risk_ends_where_nothing_is_known_of_refusals(tmp_path: Path) -> None:
    figures = summary(
        tmp_path,
        row(1, scores={"confidence": 0.9, "right_if_answered": 1}),
        row(2, scores={"confidence": 0.8, "right_if_answered": 1}),
        refusal(3, answerable=True, scores={"confidence": 0.2}),
        refusal(4, answerable=False, scores={"confidence": 0.1}),
    )
    assert [point["coverage"] for point in figures["curves"]["risk_coverage"]] == [0.25, 0.5]
    assert figures["curves"]["aurc"] is None
    assert any(
        "ends at 50.0 % coverage" in warning and "2 refused" in warning for warning in figures["warnings"]
    )


def test_a_long_curve_is_thinned_but_keeps_the_threshold_in_force(tmp_path: Path) -> None:
    confidences = {at: (at + 1) / 3001 for at in range(3000)}
    figures = summary(
        tmp_path,
        *(
            row(at, scores={"confidence": value, "right_if_answered": at % 2})
            for at, value in confidences.items()
        ),
    )
    curve = figures["curves"]["risk_coverage"]
    assert 380 <= len(curve) <= 401
    assert (curve[0]["n"], curve[-1]["n"]) == (1, 3000)
    in_force = min(value for value in confidences.values() if value >= THRESHOLD)
    assert min(point["threshold"] for point in curve if point["threshold"] >= THRESHOLD) == round(in_force, 6)


def test_figures_by_tag(tmp_path: Path) -> None:
    figures = summary(
        tmp_path,
        row(1, tags=["quota", "2025", "quota"]),
        row(2, tags=["quota"], scores={"citation_hit": 0.0}),
        refusal(3, answerable=False, tags=["2025"]),
        failure(4, tags=["broken"]),
        row(5),
    )
    tags = figures["tags"]
    assert list(tags) == ["2025", "broken", "quota"]
    assert tags["quota"]["citation_hit"] == {"value": 0.5, "low": 0.0, "high": 1.0, "n": 2}
    assert "refusal_recall" not in tags["quota"]
    assert tags["2025"]["answered_rate"]["value"] == 0.5
    assert tags["broken"] == {}


def test_shares_without_spread_are_named_with_a_bound(tmp_path: Path) -> None:
    figures = summary(tmp_path, *(row(number, scores={"mrr": 1.0}) for number in range(60)))
    (warning,) = figures["warnings"]
    assert "citation_hit 100.0 %, at least 95.0 %" in warning
    assert "false_refusal_rate 0.0 %, at most 5.0 %" in warning
    assert "rule of three" in warning
    assert "mrr" not in warning
    assert "\n" not in warning


def test_markdown(tmp_path: Path) -> None:
    rows = [
        row(
            at,
            scores={"citation_hit": float(at % 4 > 0), "latency_ms": 1000.0 + at, "mrr": 0.5},
            tags=["quota"],
        )
        for at in range(40)
    ]
    lines = summary_markdown(summary(tmp_path, *rows, failure(90))).splitlines()
    assert lines[0] == "41 questions: 40 answered, 0 refused, 1 failed, 0 missing"
    cells = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]]
        for line in lines
        if "|" in line
    }
    value, interval, count = cells["citation_hit"]
    assert (value, count) == ("75.0 %", "40")
    low, high = (float(bound.removesuffix(" %")) for bound in interval.split(" – "))
    assert 55 < low < 75 < high < 95
    assert cells["latency_ms_p50"][0] == "1,019.5 ms"
    assert cells["mrr"][0] == "0.500"
    assert cells["right"] == ["40"]
    assert cells["failed"] == ["1"]
    assert cells["tag"] == ["n", "citation_hit", "false_refusal_rate"]
    assert cells["quota"] == ["40", "75.0 %", "0.0 %"]
    assert lines[-1].startswith("Note: no question differs")


def test_markdown_tables_are_aligned_and_hold_what_users_write(tmp_path: Path) -> None:
    evil = "a|b\nc\r\n| x \\| \x1b[31m\u2028 <b>"
    text = summary_markdown(summary(tmp_path, row(1, tags=[evil]), row(2, tags=["plain", "x" * 300])))
    assert "\x1b" not in text
    assert "\r" not in text
    rows = [line for line in text.splitlines() if line.startswith("|") and "citation_hit" not in line]
    evil_line = next(line for line in rows if "a\\|b c" in line)
    assert evil_line.replace("\\\\", "").replace("\\|", "").count("|") == 5
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({len(line) for line in block.split("\n")}) == 1
    assert max(map(len, text.splitlines())) < 200


def test_markdown_shows_the_largest_tags(tmp_path: Path) -> None:
    rows = [row(100 * tag + at, tags=[f"tag{tag:02}"]) for tag in range(20) for at in range(tag + 1)]
    text = summary_markdown(summary(tmp_path, *rows))
    assert text.index("| tag19") < text.index("| tag18") < text.index("| tag05")
    assert "tag04" not in text
    assert "and 5 more tags in summary.json" in text
