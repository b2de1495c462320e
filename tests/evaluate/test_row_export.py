"""The rows of a run as CSV and Parquet."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import text
from pyarrow import parquet

from qa.errors import EvaluationError
from qa.evaluate import export_rows
from qa.evaluate.csv_cells import from_cell, to_cell
from qa.evaluate.datasets.dataset import read_questions
from tests.support.runs import graded, mixed, write_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run", mixed(40))


def test_both_say_the_same(run: Path, tmp_path: Path) -> None:
    rows = {row["id"]: row for row in map(json.loads, (run / "results.jsonl").open())}
    assert export_rows(run, tmp_path / "rows.csv") == export_rows(run, tmp_path / "rows.PARQUET") == len(rows)
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as stream:
        from_csv = list(csv.DictReader(stream))
    from_parquet = parquet.read_table(tmp_path / "rows.PARQUET").to_pylist()
    assert [row["id"] for row in from_csv] == [row["id"] for row in from_parquet] == sorted(rows)
    for texts, values in zip(from_csv, from_parquet, strict=True):
        source = rows[values["id"]]
        assert values["question"] == texts["question"] == source["question"]
        assert values["answerable"] == source.get("answerable")
        assert texts["answerable"] == json.dumps(source.get("answerable")).replace("null", "")
        assert json.loads(texts["answers"]) == json.loads(values["answers"]) == source.get("answers", [])
        assert values["tags"] == texts["tags"] == ";".join(source.get("tags", []))
        result = source.get("result", {})
        assert json.loads(values["citations"]) == result.get("citations", [])
        assert values["text"] == result.get("text")
        assert values["error"] == source.get("error")
        assert values["outcome"] == source.get("outcome", "failed")
        for name in ("confidence", "latency_ms"):
            score = source.get("scores", {}).get(name)
            assert values[name] == score
            assert texts[name] == ("" if score is None else str(score))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("@SUM(1+1)*cmd", "'@SUM(1+1)*cmd"),
        ("+1-2", "'+1-2"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("- a list item", "'- a list item"),
        ("-5", "-5"),
        ("+3.2%", "+3.2%"),
        ("-1,250.5", "-1,250.5"),
        ("'=quoted", "''=quoted"),
        ("'twas", "'twas"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_and_none_loses_its_text(text: str, cell: str) -> None:
    assert to_cell(text) == cell
    assert from_cell(cell) == text


@given(text(alphabet="'=+-@5.%a\t\r\uff1d"))
def test_every_text_comes_back_from_its_cell(text: str) -> None:
    assert from_cell(to_cell(text)) == text
    assert to_cell(text)[:1] not in ("=", "@", "\t", "\r", "\uff1d")


def test_exported_questions_are_read_as_they_were(tmp_path: Path) -> None:
    asked = ["=1+1 is what?", "-5 or more?", "'=x'", "+", "Plain?"]
    rows = [graded(number) | {"question": question} for number, question in enumerate(asked)]
    rows[0]["result"]["text"] = "@SUM(A1)"
    target = tmp_path / "rows.csv"
    export_rows(write_run(tmp_path / "run", rows), target)
    with target.open(encoding="utf-8", newline="") as stream:
        cells = list(csv.DictReader(stream))
    assert [row["question"] for row in cells] == ["'=1+1 is what?", "'-5 or more?", "''=x'", "'+", "Plain?"]
    assert cells[0]["text"] == "'@SUM(A1)"
    assert [question.question for question in read_questions(target)] == asked


def test_an_apostrophe_in_a_file_of_ones_own_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,question\n1,'-5' means what?\n", encoding="utf-8")
    assert [question.question for question in read_questions(path)] == ["'-5' means what?"]


def test_what_was_there_is_replaced_whole(run: Path, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    export_rows(run, target)
    with target.open("a", encoding="utf-8") as stream:
        stream.write("x" * 10_000_000)
    export_rows(run, target)
    assert target.stat().st_size < 1_000_000
    assert target.read_text(encoding="utf-8").startswith("id,question,tags,outcome,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "run"]


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_what_is_no_export_stays(run: Path, tmp_path: Path, name: str) -> None:
    """A file of questions, named by mistake; an empty one, as `mktemp` makes it, may be filled."""
    target = tmp_path / name
    target.write_bytes(b"id,question\n1,What is due?\n")
    with pytest.raises(EvaluationError, match=rf"{name} is there and holds no rows of a run: name another"):
        export_rows(run, target)
    assert target.read_bytes().endswith(b"due?\n")
    target.write_bytes(b"")
    assert export_rows(run, target) == export_rows(run, target) == 40


@pytest.mark.parametrize(
    ("run_name", "target", "reason"),
    [
        ("run", "rows.xlsx", r"rows\.xlsx: rows are written as \.csv or \.parquet"),
        ("run", "none/rows.csv", r"rows\.csv can't be written: No such file"),
        ("gone", "rows.csv", "gone holds no run"),
    ],
)
def test_bad_input_is_named(run: Path, tmp_path: Path, run_name: str, target: str, reason: str) -> None:
    with pytest.raises(EvaluationError, match=reason):
        export_rows(tmp_path / run_name, tmp_path / target)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
