"""Two runs, paired on their questions."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvaluationError
from qa.evaluate.compare import ChangedQuestion, Comparison, compare, comparison_json, comparison_markdown
from qa.evaluate.scoring.metric_definitions import METRICS, RIGHT_OUTCOMES

MISSED = "missed in retrieval"
SETTINGS = {"top_k": 5, "engine": "extractive", "min_confidence": 0.5}


def row(number: int, outcome: str = "right", question: str = "", **scores: float) -> dict[str, Any]:
    answered = float("refused" not in outcome)
    return {
        "id": f"q{number:04}",
        "question": question or f"Question {number}?",
        "result": {"citations": [{}] * int(scores.pop("citations", 1)), "sentences": [{}]},
        "scores": {"answered_rate": answered, "citation_hit": float(outcome == "right"), **scores},
        "outcome": outcome,
    }


def failure(number: int) -> dict[str, Any]:
    return {"id": f"q{number:04}", "question": f"Question {number}?", "error": "away"}


def write(folder: Path, rows: Sequence[Mapping[str, Any]], **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    run = {
        "format": 1, "state": "done", "name": folder.name, "settings": SETTINGS, "batch": 32, "workers": 2,
        "questions": {"path": "/q.jsonl", "sha256": "1" * 64, "count": len(rows)},
        "versions": {"briefing-desk": "0.3.0", "torch": "2.9"},
        "corpus": {"documents": 3, "chunks": 9, "fingerprint": "f" * 64},
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run | changes), encoding="utf-8")
    (folder / "results.jsonl").write_text(
        "".join(json.dumps(result) + "\n" for result in rows), encoding="utf-8"
    )
    return folder


def runs(folder: Path, a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> tuple[Path, Path]:
    return write(folder / "a", a), write(folder / "b", b)


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """Of 40 questions, 8 get better and 2 worse."""
    a = [row(at, MISSED if at < 10 else "right", latency_ms=10.0 + at) for at in range(40)]
    b = [row(at, MISSED if at in (0, 1, 20, 30) else "right", latency_ms=20.0 + at) for at in range(40)]
    # The order of the rows is that in which they were finished.
    return compare(*runs(tmp_path, a, b[::-1]))


def test_figures_are_paired_on_ids(comparison: Comparison) -> None:
    hit = comparison.metrics["citation_hit"]
    assert (hit.a, hit.b, hit.n) == (30 / 40, 36 / 40, 40)
    assert hit.difference == pytest.approx(6 / 40)
    assert hit.low < 6 / 40 < hit.high
    # Ten pairs differ, 8 up and 2 down: a sign test, whose p is 2 * (C(10,0) + C(10,1) + C(10,2)) / 2^10.
    assert hit.p_value == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert comparison.metrics["answered_rate"].p_value == 1
    latency = comparison.metrics["latency_ms_p50"]
    assert (latency.difference, latency.low, latency.high) == pytest.approx((10, 10, 10))
    assert latency.p_value < 0.05
    names = [metric.name for metric in METRICS]
    assert list(comparison.metrics) == sorted(comparison.metrics, key=names.index)
    assert (comparison.n, comparison.failed, comparison.not_common) == (40, 0, 0)


def test_changed_questions(comparison: Comparison) -> None:
    assert [(change.id, change.direction) for change in comparison.changed] == [
        ("q0020", "worse"), ("q0030", "worse"), *((f"q{at:04}", "better") for at in range(2, 10)),
    ]  # fmt: skip
    assert comparison.changed[0] == ChangedQuestion(
        id="q0020", question="Question 20?", a="right", b=MISSED, direction="worse"
    )


def test_refusing_rightly_is_the_right_side(tmp_path: Path) -> None:
    outcomes = [
        ("rightly refused", "right"), ("rightly refused", "answered without evidence"),
        ("answered without evidence", "rightly refused"), ("cited but refused", "found but not cited"),
        ("refused", "right"), ("not graded", "refused"),
    ]  # fmt: skip
    a = [row(number, outcome) for number, (outcome, _) in enumerate(outcomes)]
    b = [row(number, outcome) for number, (_, outcome) in enumerate(outcomes)]
    comparison = compare(*runs(tmp_path, a, b))
    assert {change.id: change.direction for change in comparison.changed} == {
        "q0001": "worse", "q0002": "better", "q0004": "better",
    }  # fmt: skip
    assert {"right", "rightly refused"} == RIGHT_OUTCOMES


def test_the_other_way_round_is_the_opposite(comparison: Comparison) -> None:
    back = compare(comparison.b, comparison.a)
    for name, forward in comparison.metrics.items():
        backward = back.metrics[name]
        assert backward.difference == pytest.approx(-forward.difference)
        assert (backward.low, backward.high) == pytest.approx((-forward.high, -forward.low))
        assert backward.p_value == forward.p_value
    assert len(back.changed) == len(comparison.changed)


def test_a_run_does_not_differ_from_itself(comparison: Comparison) -> None:
    same = compare(str(comparison.a), str(comparison.a))
    figures = {
        (metric.difference, metric.low, metric.high, metric.p_value) for metric in same.metrics.values()
    }
    assert figures == {(0, 0, 0, 1)}
    assert (same.changed, same.differs) == ([], {})
    text = comparison_markdown(same)
    assert "Made with the same settings, corpus, questions and versions." in text
    assert "No question changed between right and not right." in text


def test_failed_questions_are_not_paired_but_counted(tmp_path: Path) -> None:
    a = [row(1), failure(2), row(3), failure(4), row(5, MISSED)]
    b = [row(1), row(2, MISSED), failure(3), failure(4), row(5)]
    comparison = compare(*runs(tmp_path, a, b))
    assert (comparison.n, comparison.failed) == (2, 3)
    assert comparison.metrics["citation_hit"].n == 2
    assert [change.id for change in comparison.changed] == ["q0005"]
    assert "2 questions (left out: 3 failed in one of the runs)" in comparison_markdown(comparison)


def test_metrics_that_one_run_lacks_are_absent(tmp_path: Path) -> None:
    a = [row(1, token_f1=0.5, faithfulness=0.5), row(2, token_f1=0.5), row(3)]
    b = [row(1, token_f1=1.0), row(2), row(3, token_f1=1.0)]
    metrics = compare(*runs(tmp_path, a, b)).metrics
    assert "faithfulness" not in metrics
    assert (metrics["token_f1"].n, metrics["token_f1"].difference) == (1, 0.5)


def test_shares_of_citations_are_weighted(tmp_path: Path) -> None:
    a = [row(1, quote_fidelity=0.5, citations=4), row(2, quote_fidelity=1.0, citations=1)]
    b = [row(1, quote_fidelity=1.0, citations=2), row(2, quote_fidelity=0.0, citations=2)]
    difference = compare(*runs(tmp_path, a, b)).metrics["quote_fidelity"]
    assert (difference.a, difference.b) == pytest.approx((3 / 5, 2 / 4))


def test_other_questions_are_refused(tmp_path: Path) -> None:
    a = [row(at) for at in range(10)]
    b = [row(at) for at in range(6, 12)] + [row(0, question="Something else?")]
    pair = runs(tmp_path, a, b)
    with pytest.raises(EvaluationError) as caught:
        compare(*pair)
    message = str(caught.value)
    assert f"5 are only in {pair[0]} (q0001, q0002, q0003, …)" in message
    assert f"2 are only in {pair[1]} (q0010, q0011)" in message
    assert "1 ask something else under the same id (q0000)" in message
    assert "`--common`" in message
    assert "unfinished" not in message
    assert "\n" not in message
    comparison = compare(*pair, common=True)
    assert (comparison.n, comparison.not_common) == (4, 8)
    assert comparison.metrics["citation_hit"].n == 4
    assert "left out: 8 not in both" in comparison_markdown(comparison)


def test_unfinished_runs_say_how_much_is_missing(tmp_path: Path) -> None:
    rows = [row(at) for at in range(10)]
    a = write(tmp_path / "a", rows)
    b = write(tmp_path / "b", rows[:7], state="stopped", questions={"sha256": "1" * 64, "count": 10})
    with pytest.raises(
        EvaluationError, match=r"b is unfinished: 3 of 10 rows are missing: finish .*--common"
    ):
        compare(a, b)
    assert compare(a, b, common=True).n == 7
    # A gate must not pass on what two runs happen to have by now.
    with pytest.raises(EvaluationError, match=r"^\S+b is unfinished: 3 of 10 .*; \S+b is unfinished"):
        compare(b, b)


def test_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no question has an answer in both"):
        compare(*runs(tmp_path, [row(1)], [row(2)]), common=True)
    with pytest.raises(EvaluationError, match="no question has an answer in both"):
        compare(*runs(tmp_path, [row(1)], [failure(1)]))


def test_directories_without_a_run(tmp_path: Path) -> None:
    a = write(tmp_path / "a", [row(1)])
    with pytest.raises(EvaluationError, match="nowhere holds no run"):
        compare(a, tmp_path / "nowhere")
    (a / "results.jsonl").unlink()
    with pytest.raises(EvaluationError, match=r"results\.jsonl can't be read"):
        compare(a, a)


def test_what_the_runs_were_made_with(tmp_path: Path) -> None:
    rows = [row(1), row(2)]
    a = write(tmp_path / "a", rows)
    b = write(
        tmp_path / "b", rows, batch=1, started_at="2026-01-01T00:00:00+00:00",
        settings={"top_k": 8, "engine": "extractive", "rerank": "a|b"},
        versions={"briefing-desk": "0.3.0", "torch": "2.10"},
        corpus={"documents": 3, "chunks": 9, "fingerprint": "e" * 64},
        questions={"path": "/other.jsonl", "sha256": "1" * 64, "count": 2},
    )  # fmt: skip
    comparison = compare(a, b)
    assert comparison.differs == {
        "corpus": ("f" * 64, "e" * 64),
        "settings.top_k": (5, 8),
        "settings.min_confidence": (0.5, None),
        "settings.rerank": (None, "a|b"),
        "versions.torch": ("2.9", "2.10"),
        "batch": (32, 1),
    }
    text = comparison_markdown(comparison)
    assert "| settings.top_k " in text
    assert "not set" in text
    assert "a\\|b" in text


def test_holm_by_hand(tmp_path: Path) -> None:
    # Where five pairs differ, all the same way, p is 2/32; with four 2/16; with one or none 1.
    names = ("token_f1", "first_span_f1", "mrr", "exact_match")
    before = [(0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 1), (0, 0, 0, 1), (0, 0, 1, 1)]
    a, b = [row(at) for at in range(5)], [row(at) for at in range(5)]
    for at, values in enumerate(before):
        a[at]["scores"] |= dict(zip(names, values, strict=True))
        b[at]["scores"] |= dict.fromkeys(names, 1)
    comparison = compare(*runs(tmp_path, a, b))
    assert {name: difference.p_value for name, difference in comparison.metrics.items()} == {
        "mrr": 2 / 16, "citation_hit": 1, "exact_match": 1, "token_f1": 2 / 32, "first_span_f1": 2 / 32,
        "answered_rate": 1,
    }  # fmt: skip
    # There are six: 6 * 2/32 = 0.375; then 5 * 2/32, but not less than the one before; 4 * 2/16; cut at 1.
    assert comparison.p_holm == {
        "mrr": 0.5, "citation_hit": 1, "exact_match": 1, "token_f1": 0.375, "first_span_f1": 0.375,
        "answered_rate": 1,
    }  # fmt: skip


def test_json(comparison: Comparison) -> None:
    value = json.loads(json.dumps(comparison_json(comparison), allow_nan=False))
    assert value.keys() == {"a", "b", "n", "failed", "not_common", "metrics", "changed", "differs", "usage"}
    assert (value["a"], value["n"]) == (str(comparison.a), 40)
    hit = value["metrics"]["citation_hit"]
    assert hit.keys() == {"a", "b", "difference", "low", "high", "p_value", "p_holm", "n"}
    assert (hit["a"], hit["difference"], hit["n"]) == (0.75, 0.15, 40)
    assert math.isclose(hit["p_value"], 0.109375)
    assert value["changed"][0] == {
        "id": "q0020", "question": "Question 20?", "a": "right", "b": MISSED, "direction": "worse",
    }  # fmt: skip
    assert value["differs"] == {}


def test_markdown(comparison: Comparison) -> None:
    text = comparison_markdown(comparison)
    lines = text.splitlines()
    assert lines[:3] == [f"A: {comparison.a}", f"B: {comparison.b}", "40 questions"]
    hit = next([cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "citation_hit" in line)
    assert hit[:4] == ["citation_hit", "75.0 %", "90.0 %", "+15.0 pp"]
    assert hit[5:] == ["0.109", "0.219", "40"]
    assert hit[4].count(" pp") == 2
    assert any("latency_ms_p50" in line and "+10.0 ms" in line for line in lines)
    assert "p is that of each metric on its own" in text
    assert "10 questions changed side: 2 worse, 8 better" in text
    assert text.index("q0030") < text.index("q0002")


def test_markdown_counts_what_it_does_not_show(tmp_path: Path) -> None:
    evil = "What | is\n| this \x1b[2J? " + "x" * 300
    a = [row(at, question=evil) for at in range(50)]
    b = [row(at, MISSED, question=evil) for at in range(50)]
    text = comparison_markdown(compare(*runs(tmp_path, a, b)))
    assert "q0019" in text
    assert "q0020" not in text
    assert "and 30 more, which --json lists" in text
    assert "\x1b" not in text
    assert "What \\| is \\| this [2J?" in text
    assert max(map(len, text.splitlines())) < 200
