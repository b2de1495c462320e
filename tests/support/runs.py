"""Run directories as an evaluation leaves them, made up: for tests of what shows them."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HOSTILE = (
    "</script><script>alert(1)</script><!--<script> <img src=x onerror=alert(2)> & \"quoted\" 'single' "
    "\u2028\u2029 [a](javascript:alert(3)) **bold** $x$ :red[x] :smile: ]]> \U0001f600"
)
SHARES = (
    "retrieval_hit@5",
    "retrieval_recall@5",
    "citation_hit",
    "token_f1",
    "quote_fidelity",
    "answered_rate",
)
OUTCOMES = (
    "right",
    "found but not cited",
    "missed in retrieval",
    "rightly refused",
    "answered without evidence",
)


def answer(question: str, text: str = "The quota is 1,250 tonnes.", **fields: Any) -> dict[str, Any]:
    """What `qa ask --json` prints, answered with one citation unless `fields` say otherwise."""
    quote = fields.pop("quote", text)
    title = fields.pop("title", "Cheese quotas in Valdoria")
    return {
        "question": question,
        "standalone_question": question,
        "status": "answered",
        "text": f"{text} [1]",
        "short_answer": "1,250 tonnes",
        "sentences": [{"text": text, "support": "supported", "citations": [1]}],
        "citations": [
            {
                "number": 1, "document": "cheese", "title": title, "source": "briefings/cheese.txt",
                "published": None, "page": None, "heading": "Quotas", "start": 100, "end": 100 + len(quote),
                "quote": quote, "highlight": [113, 125],
            }
        ],
        "passages": [{"document": "cheese", "start": 90, "end": 400, "score": 0.91, "heading": None}],
        "engine": "extractive",
        "model": None,
        "confidence": 0.93,
        "warnings": [],
        "timings_ms": {"total": 124.0},
        **fields,
    }  # fmt: skip


def graded(number: int, **fields: Any) -> dict[str, Any]:
    """A row of the results; a different one for each number, the same for the same."""
    chance = random.Random(number)
    question = f"How high is quota number {number}?"
    outcome = OUTCOMES[number % len(OUTCOMES)]
    refused = outcome == "rightly refused"
    confidence = round(chance.betavariate(1.2, 3) if refused else chance.betavariate(4, 1.5), 4)
    latency = round(chance.lognormvariate(4.6, 0.6), 1)
    result = answer(question, confidence=confidence, timings_ms={"total": latency})
    if refused:
        text = "The documents do not answer this question."
        result |= {
            "status": "not_found",
            "text": text,
            "short_answer": None,
            "citations": [],
            "sentences": [],
        }
    right = float(outcome in ("right", "rightly refused"))
    scores = {name: right if chance.random() < 0.9 else 0.5 for name in SHARES}
    scores |= {"latency_ms": latency, "confidence": confidence, "right_if_answered": right}
    return {
        "id": f"q-{number:05}",
        "question": question,
        "answerable": not refused,
        "answers": ["1,250 tonnes"],
        "quotes": [{"document": "cheese.txt", "text": "The quota is 1,250 tonnes."}],
        "tags": ["fact" if number % 2 else "follow-up", *(["rare"] if number % 10 == 0 else [])],
        "result": result,
        "scores": scores,
        "outcome": outcome,
        **fields,
    }


def failed(number: int, error: str = "the model's server did not answer: try again later") -> dict[str, Any]:
    """A row of a question that failed."""
    return {"id": f"q-{number:05}", "question": f"How high is quota number {number}?", "error": error}


def hostile(number: int = 0) -> dict[str, Any]:
    """A row in which every text tries to break out."""
    row = graded(
        number,
        id=f"hostile {HOSTILE}",
        question=HOSTILE,
        answers=[HOSTILE],
        quotes=[{"document": HOSTILE, "text": HOSTILE}],
        history=[{"question": HOSTILE, "answer": HOSTILE}],
        tags=[HOSTILE],
        outcome="right",
    )
    sentences = [{"text": HOSTILE, "support": "partial", "citations": [1]}]
    row["result"] = answer(
        HOSTILE, HOSTILE, title=HOSTILE, short_answer=HOSTILE, warnings=[HOSTILE], sentences=sentences
    )
    return row


def _interval(values: Sequence[float]) -> dict[str, float]:
    mean = sum(values) / len(values)
    half = 1.96 * (mean * (1 - mean) / len(values)) ** 0.5 if 0 <= mean <= 1 else 0.2 * mean
    return {"value": mean, "low": max(0.0, mean - half), "high": mean + half, "n": len(values)}


def _metrics(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    metrics = {}
    for name in SHARES:
        if values := [row["scores"][name] for row in rows if name in row.get("scores", {})]:
            metrics[name] = _interval(values) | {"high": min(1.0, _interval(values)["high"])}
    if times := sorted(row["scores"]["latency_ms"] for row in rows if "latency_ms" in row.get("scores", {})):
        for name, share in (("latency_ms_p50", 0.5), ("latency_ms_p95", 0.95)):
            value = times[int(share * (len(times) - 1))]
            metrics[name] = {"value": value, "low": 0.9 * value, "high": 1.1 * value, "n": len(times)}
    return metrics


def _curves(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    pairs = [
        (row["scores"]["confidence"], row["scores"].get("right_if_answered"))
        for row in rows
        if "scores" in row
    ]
    judged = sorted(((confidence, right) for confidence, right in pairs if right is not None), reverse=True)
    risk: list[dict[str, float]] = []
    wrong = 0.0
    for n, (threshold, right) in enumerate(judged, start=1):
        wrong += 1 - right
        risk.append({"threshold": threshold, "coverage": n / len(judged), "risk": wrong / n, "n": n})
    bins: list[dict[str, float]] = []
    for tenth in range(10):
        inside = [confidence for confidence, _ in judged if tenth <= confidence * 10 < tenth + 1]
        if inside:
            mean = sum(inside) / len(inside)
            shares = {"confidence": mean, "answerable": min(1.0, mean * 1.1)}
            bins.append({"low": tenth / 10, "high": (tenth + 1) / 10, **shares, "n": len(inside)})
    aurc = sum(point["risk"] for point in risk) / len(risk) if risk else None
    return {"risk_coverage": risk, "aurc": aurc, "calibration": bins}


def write_run(directory: Path, rows: Iterable[Mapping[str, Any]], **run: Any) -> Path:
    """Write a run's three files; returns the directory. `run` overrides what run.json says."""
    directory.mkdir(parents=True, exist_ok=True)
    rows = list(rows)
    with (directory / "results.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    tags = sorted({tag for row in rows for tag in row.get("tags", [])})
    outcomes: dict[str, int] = {}
    for row in rows:
        name = row.get("outcome", "failed")
        outcomes[name] = outcomes.get(name, 0) + 1
    description = {
        "format": 1,
        "state": "done",
        "name": directory.name,
        "questions": {"path": "/briefings/questions.jsonl", "sha256": "ab" * 32, "count": len(rows)},
        "settings": {"engine": "extractive", "top_k": 5, "min_confidence": 0.5, "model": None},
        "versions": {"briefing-desk": "0.3.0", "python": "3.12.1", "torch": "2.9.0"},
        "corpus": {"documents": 24, "chunks": 312, "fingerprint": "cd" * 32},
        "engine": "extractive",
        "model": None,
        "batch": 32,
        "workers": 2,
        "started_at": "2026-03-04T10:00:00+00:00",
        "finished_at": "2026-03-04T10:01:12+00:00",
        "elapsed_s": 72.3,
        **run,
    }
    summary = {
        "complete": description["state"] == "done",
        "questions": len(rows),
        "answered": sum(row.get("result", {}).get("status") == "answered" for row in rows),
        "refused": sum(row.get("result", {}).get("status") == "not_found" for row in rows),
        "failed": outcomes.get("failed", 0),
        "missing": 0,
        "metrics": _metrics(rows),
        "tags": {tag: _metrics([row for row in rows if tag in row.get("tags", [])]) for tag in tags},
        "outcomes": outcomes,
        "curves": _curves(rows),
        "warnings": [],
        "run": description,
    }
    for name, value in (("run.json", description), ("summary.json", summary)):
        (directory / name).write_text(json.dumps(value), encoding="utf-8")
    return directory


def mixed(count: int) -> Iterator[dict[str, Any]]:
    """Rows of all kinds, one failure in forty."""
    return (failed(number) if number % 40 == 39 else graded(number) for number in range(count))
