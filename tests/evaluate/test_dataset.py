"""Question files: every format to the same questions, and every fault with its place."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import EvaluationError
from qa.evaluate.datasets.dataset import check_questions, read_questions
from qa.evaluate.datasets.dataset_types import Nugget, Question, Quote
from qa.parsers import Metadata, find_question_set_texts
from qa.schema import Turn
from tests.support.question_sets import NORMANS, SQUAD, write_beir, write_lines, write_squad

FULL: dict[str, Any] = {
    "id": "a-1",
    "question": "Who met “Carney”, and when?",
    "answers": ["Sheinbaum", "on September 18"],
    "answerable": True,
    "quotes": [{"document": "summit.md", "text": "met Sheinbaum,\non September 18", "start": 7}],
    "history": [{"question": "Hello?", "answer": "Good day."}],
    "tags": ["people", "dates; times"],
    "source": "by hand",
}


def read(path: Path) -> list[Question]:
    return list(read_questions(path))


def rows(path: Path, *lines: Any) -> Path:
    return write_lines(path / "q.jsonl", lines)


def faults(path: Path) -> tuple[str, ...]:
    """The problems of a file, whose first is also what reading raises."""
    with pytest.raises(EvaluationError) as caught:
        check_questions(path)
    problems = caught.value.problems
    assert "\n" not in "".join([str(caught.value), *problems])
    assert str(path) in str(caught.value)
    if problems:
        with pytest.raises(EvaluationError) as first:
            read(path)
        where, _, reason = problems[0].partition(": ")
        assert str(first.value) == f"{where} of {path}: {reason}"
    return problems


def refusal(path: Path) -> str:
    """Of a file as a whole."""
    with pytest.raises(EvaluationError) as caught:
        read(path)
    with pytest.raises(EvaluationError) as again:
        check_questions(path)
    assert str(caught.value) == str(again.value)
    assert caught.value.problems == ()
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


# JSON Lines -----------------------------------------------------------------------------------------


def test_a_row_becomes_a_question(tmp_path: Path) -> None:
    (question,) = read(rows(tmp_path, FULL))
    assert question == Question(
        id="a-1",
        question="Who met “Carney”, and when?",
        answers=("Sheinbaum", "on September 18"),
        answerable=True,
        quotes=(Quote(document="summit.md", text="met Sheinbaum,\non September 18", start=7),),
        history=(Turn("Hello?", "Good day."),),
        tags=("people", "dates; times"),
        row=FULL,
        where="line 1",
    )


def test_answer_and_answers_are_one_list(tmp_path: Path) -> None:
    base = {"id": "1", "question": "Q?"}
    questions = read(
        rows(
            tmp_path,
            base | {"answer": "b", "answers": ["a", "b"]},
            base | {"id": "2", "answer": ""},
            base | {"id": "3", "answers": [], "quotes": None, "tags": []},
        )
    )
    assert [question.answers for question in questions] == [("b", "a"), (), ()]
    assert questions[0].row == base | {"answers": ["b", "a"], "answerable": True}
    assert questions[2].row == base | {"id": "3"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, None, id="nothing known"),
        pytest.param({"answer": "a"}, True, id="an answer"),
        pytest.param({"quotes": [{"document": "d", "text": "t"}]}, True, id="a quote"),
        pytest.param({"answerable": False, "answer": "a"}, False, id="said"),
        pytest.param({"answerable": None, "answer": "a"}, True, id="null says nothing"),
    ],
)
def test_answerable_is_said_or_implied(tmp_path: Path, fields: dict[str, Any], expected: bool | None) -> None:
    (question,) = read(rows(tmp_path, {"id": "1", "question": "Q?"} | fields))
    assert question.answerable is expected
    assert question.row.get("answerable") is expected


@pytest.mark.parametrize("value", [7, 7.5, "7"])
def test_ids_are_texts(tmp_path: Path, value: Any) -> None:
    (question,) = read(rows(tmp_path, {"id": value, "question": "Q?"}))
    assert question.id == question.row["id"] == str(value)


def test_marks_blank_lines_and_line_ends_are_tolerated(tmp_path: Path) -> None:
    lines = ["", json.dumps(FULL, ensure_ascii=False), "  ", '{"id": 2, "question": "Q?"}', ""]
    path = tmp_path / "q.NDJSON"
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    assert [(question.id, question.where) for question in read(path)] == [("a-1", "line 2"), ("2", "line 4")]
    # A mark may stand in front of nothing, and the last line needs no end.
    path.write_bytes(b"\xef\xbb\xbf\n" + json.dumps(FULL).encode())
    assert [question.where for question in read(path)] == ["line 2"]


def test_whole_documents_have_grades(tmp_path: Path) -> None:
    quotes = [{"document": "a.md", "relevance": 2}, {"document": "b.md"}]
    (question,) = read(rows(tmp_path, {"id": "1", "question": "Q?", "quotes": quotes}))
    assert question.quotes == (Quote(document="a.md", relevance=2), Quote(document="b.md"))
    assert question.row["quotes"] == [
        {"document": "a.md", "relevance": 2},
        {"document": "b.md", "relevance": 1},
    ]


def test_results_can_be_asked_again(tmp_path: Path) -> None:
    added = {"result": {"text": "x"}, "scores": {"mrr": 1.0}, "outcome": "right"}
    results = tmp_path / "results.jsonl"
    write_lines(results, [FULL | added, {"id": "2", "question": "Q?", "error": "the model is away"}])
    questions = read(results)
    assert [question.row for question in questions] == [FULL, {"id": "2", "question": "Q?"}]
    plain = rows(tmp_path, FULL, {"id": "2", "question": "Q?"})
    assert check_questions(results) == check_questions(plain)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
quotes = st.fixed_dictionaries(
    {"document": texts}, optional={"text": texts, "start": st.integers(0), "relevance": st.integers(1)}
)
question_rows: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"id": texts, "question": texts},
    optional={
        "answer": st.text(st.characters(exclude_categories=["Cs"])).filter(
            lambda text: not text or text.strip()
        ),
        "answers": st.lists(texts, max_size=3),
        "answerable": st.none() | st.booleans(),
        "quotes": st.lists(quotes, max_size=3),
        "history": st.lists(st.fixed_dictionaries({"question": texts, "answer": texts}), max_size=2),
        "tags": st.lists(texts, max_size=3),
        "result": json_values,
        "my column": json_values,
        "_id": json_values,
    },
)


@given(raw_rows=st.lists(question_rows, min_size=1, max_size=4, unique_by=lambda row: row["id"]))
def test_rows_are_questions_of_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, raw_rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    first = read(write_lines(folder / "a.jsonl", raw_rows))
    again = read(write_lines(folder / "b.jsonl", [question.row for question in first]))
    assert again == first
    for row, question in zip(raw_rows, first, strict=True):
        expected = [*([row["answer"]] if row.get("answer") else []), *row.get("answers", [])]
        assert question.answers == tuple(dict.fromkeys(expected))
        assert (question.id, question.question) == (row["id"], row["question"])
        assert [quote.document for quote in question.quotes] == [
            quote["document"] for quote in row.get("quotes", [])
        ]
        for name in ("my column", "_id"):
            assert (name in question.row) == (name in row)
            assert question.row.get(name) == row.get(name)
        assert "result" not in question.row
    shuffled = [dict(reversed(list(question.row.items()))) for question in first]
    lines = [f"  {json.dumps(row, ensure_ascii=False, indent=None)} " for row in shuffled]
    assert check_questions(folder / "a.jsonl") == check_questions(write_lines(folder / "c.jsonl", lines))


def test_the_checksum_tells_questions_apart(tmp_path: Path) -> None:
    checksums = {check_questions(rows(tmp_path, FULL)).sha256}
    changes: list[dict[str, Any]] = [
        {"question": "Who?"}, {"tags": []}, {"source": "mine"}, {"answerable": False},
    ]  # fmt: skip
    for change in changes:
        checksums.add(check_questions(rows(tmp_path, FULL | change)).sha256)
    assert len(checksums) == 5


# Faults ---------------------------------------------------------------------------------------------

GOOD = {"id": "good", "question": "Q?"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param('{"id": 1', "it is not JSON (Expecting ',' delimiter: character 9)", id="cut"),
        pytest.param('{"id": 1, "question": Infinity}', "it is not JSON (Infinity is no JSON number)",
                     id="infinity"),
        pytest.param('{"id": ' + "[" * 100_000, "it is not JSON that can be read (nested too deeply)",
                     id="deep"),
        pytest.param("[1]", "it is no JSON object: {...} is expected", id="a list"),
        pytest.param({"question": "Q?"}, "id: missing", id="no id"),
        pytest.param({"_id": "1", "text": "Q?"},
                     "id: missing (a row of BEIR has _id: name its folder instead)",
                     id="BEIR"),
        pytest.param({"id": None, "question": "Q?"}, "id: missing", id="null id"),
        pytest.param({"id": " ", "question": "Q?"}, "id: empty", id="blank id"),
        pytest.param({"id": True, "question": "Q?"}, "id: expected a text, not true or false", id="bool id"),
        pytest.param({"id": 1}, "question: missing", id="no question"),
        pytest.param({"id": 1, "question": " \t"}, "question: empty", id="blank question"),
        pytest.param({"id": 1, "question": 3}, "question: expected a text, not a number", id="number"),
        pytest.param({"id": 1, "question": "\ud83d"},
                     "question: it holds half a character (a lone surrogate)",
                     id="surrogate"),
        pytest.param(GOOD | {"id": 1, "answer": 42}, "answer: expected a text, not a number", id="answer"),
        pytest.param(GOOD | {"id": 1, "answers": "x"}, "answers: expected a list of texts, not a text",
                     id="answers"),
        pytest.param(GOOD | {"id": 1, "answers": ["x", ""]}, "answers: empty", id="an empty answer"),
        pytest.param(GOOD | {"id": 1, "answers": [None]}, "answers: missing", id="a null answer"),
        pytest.param(GOOD | {"id": 1, "answerable": "yes"}, "answerable: expected true or false, not a text",
                     id="answerable"),
        pytest.param(GOOD | {"id": 1, "tags": {"a": 1}}, "tags: expected a list of texts, not an object",
                     id="tags"),
        pytest.param(GOOD | {"id": 1, "quotes": ["x"]},
                     'quotes, number 1: expected {"document": ..., "text": ...}, not a text', id="quotes"),
        pytest.param(GOOD | {"id": 1, "quotes": [{"document": "d"}, {"text": "x"}]},
                     "quotes, number 2: document: missing", id="no document"),
        pytest.param(GOOD | {"id": 1, "quotes": [{"document": "d", "text": ""}]},
                     "quotes, number 1: text: empty", id="empty quote"),
        pytest.param(GOOD | {"id": 1, "quotes": [{"document": "d", "text": "x", "start": -1}]},
                     "quotes, number 1: start: expected a whole number, 0 or more, not -1", id="start"),
        pytest.param(GOOD | {"id": 1, "quotes": [{"document": "d", "relevance": 0}]},
                     "quotes, number 1: relevance: expected a whole number, 1 or more, not 0",
                     id="relevance"),
        pytest.param(GOOD | {"id": 1, "nuggets": [3]},
                     "nuggets, number 1: text: expected a text, not a number", id="nuggets"),
        pytest.param(GOOD | {"id": 1, "nuggets": [{"text": "x", "vital": 1}]},
                     "nuggets, number 1: vital: expected true or false, not a number", id="vital"),
        pytest.param(GOOD | {"id": 1, "history": [{"answer": "x"}]}, "history, number 1: question: missing",
                     id="history"),
        pytest.param(GOOD, "id: 'good' is that of line 2 too: give each question its own", id="twice"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, bad: Any, reason: str) -> None:
    path = rows(tmp_path, "", GOOD, "", bad, {"id": "last", "question": "Q?"})
    assert faults(path) == (f"line 4: {reason}",)


def test_bytes_that_are_no_text_are_named_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": 2, "question": "caf\xe9"}\n')
    assert faults(path) == ("line 2: it is not UTF-8 text: save the file as UTF-8",)


def test_all_problems_are_collected_and_twenty_listed(tmp_path: Path) -> None:
    lines = [GOOD if number % 2 else {"id": number} for number in range(1, 52)]
    problems = faults(rows(tmp_path, *lines))
    assert problems[0] == "line 2: question: missing"
    assert problems[1] == "line 3: id: 'good' is that of line 1 too: give each question its own"
    assert len(problems) == 21
    assert problems[-1] == "and 30 more"
    with pytest.raises(EvaluationError, match="has 50 problems: mend the rows"):
        check_questions(tmp_path / "q.jsonl")


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv"])
@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff\r\n", "header"])
def test_files_without_questions(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    if content == "header":
        content = "id,question\n" if name == "q.csv" else " "
    path.write_bytes(content.encode())
    assert "holds no questions" in refusal(path)


def test_what_is_no_question_file(tmp_path: Path) -> None:
    for name in ("none.jsonl", "none.csv", "none.json", "none.xyz"):
        assert "no such file" in refusal(tmp_path / name)
    (tmp_path / "q.xlsx").write_bytes(b"PK")
    assert "questions are read from .jsonl, .ndjson, .csv" in refusal(tmp_path / "q.xlsx")
    assert "no BEIR folder: queries.jsonl is not in it" in refusal(tmp_path)
    path = tmp_path / "list.json"
    path.write_text(json.dumps([FULL]), encoding="utf-8")
    assert "no SQuAD file" in refusal(path)


# CSV ------------------------------------------------------------------------------------------------


def table(folder: Path, text: str) -> Path:
    path = folder / "q.csv"
    path.write_bytes(text.encode())
    return path


def test_a_csv_is_the_same_as_json_lines(tmp_path: Path) -> None:
    def cell(value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        return '"' + text.replace('"', '""') + '"'

    header = ",".join(FULL)
    path = table(tmp_path, f"\ufeff{header},empty\r\n" + ",".join(map(cell, FULL.values())) + ",\r\n")
    assert read(path)[0].row == FULL
    plain = rows(tmp_path, FULL)
    assert [question.row for question in read(path)] == [question.row for question in read(plain)]
    assert check_questions(path) == check_questions(plain)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("true", True), ("TRUE", True), ("1", True), ("Yes", True),
     ("false", False), ("0", False), ("no", False), ("", None), (" ", None)],
)  # fmt: skip
def test_answerable_in_a_cell(tmp_path: Path, cell: str, expected: bool | None) -> None:
    (question,) = read(table(tmp_path, f"answerable,id,question\n{cell},1,Q?\n"))
    assert question.answerable is expected


def test_cells_of_a_csv(tmp_path: Path) -> None:
    text = 'id,question,answer,tags,note\n007,"One,\n""two""?",3.5,a; b ;;c,\n8,Q?\n'
    first, second = read(table(tmp_path, text))
    assert (first.id, first.question, first.answers) == ("007", 'One,\n"two"?', ("3.5",))
    assert first.tags == ("a", "b", "c")
    assert "note" not in first.row
    assert (second.row, second.where) == ({"id": "8", "question": "Q?"}, "line 4")


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("44", ("44",)),
        ('"""44"""', ("44",)),
        ('"""A"" and ""B"""', ('"A" and "B"',)),
        (" 1 July 2031 ", ("1 July 2031",)),
        ('"1,250 tonnes; by 2031"', ("1,250 tonnes; by 2031",)),
        ("true", ("true",)),
        ('"{""a"": 1}"', ('{"a": 1}',)),
        ('"[""44"", ""forty-four""]"', ("44", "forty-four")),
    ],
)
def test_a_plain_answer_in_a_csv(tmp_path: Path, cell: str, answers: tuple[str, ...]) -> None:
    (question,) = read(table(tmp_path, f"id,question,answers\n1,Q?,{cell}\n"))
    assert (question.answers, question.answerable) == (answers, True)
    assert question.row["answers"] == list(answers)


def test_nuggets(tmp_path: Path) -> None:
    nuggets: list[Any] = ["The quota fell to 40 kt.", {"text": "Canada objected.", "vital": False}]
    (question,) = read(rows(tmp_path, {"id": "1", "question": "Q?", "nuggets": nuggets}))
    assert question.nuggets == (Nugget(text=nuggets[0]), Nugget(text="Canada objected.", vital=False))
    assert question.answerable is True
    assert question.row["nuggets"] == [{"text": nuggets[0], "vital": True}, nuggets[1]]


def test_a_long_cell_is_read(tmp_path: Path) -> None:
    (question,) = read(table(tmp_path, f"id,question,context\n1,Q?,{'x' * 200_000}\n"))
    assert len(question.row["context"]) == 200_000


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(",Q?", "id: missing", id="no id"),
        pytest.param("1,", "question: missing", id="no question"),
        pytest.param("1,Q?,,,,more", "it has 6 cells, the first line has 5", id="cells"),
        pytest.param("1,Q?,maybe", "answerable: expected true or false, not 'maybe'", id="answerable"),
        pytest.param("1,Q?,,[1]", "answers: expected a text, not a number", id="type"),
        pytest.param("1,Q?,,[Lima]",
                     "answers: expected a JSON list in the cell: it is not JSON "
                     "(Expecting value: character 2)", id="no JSON"),
        pytest.param("1,Q?,,,[a]",
                     "tags: expected a JSON list in the cell: it is not JSON (Expecting value: character 2)",
                     id="tags"),
        pytest.param("good,Q?", "id: 'good' is that of line 3 too: give each question its own", id="twice"),
    ],
)  # fmt: skip
def test_a_bad_row_of_a_csv_is_named_by_its_line(tmp_path: Path, bad: str, reason: str) -> None:
    text = f'\nid,question,answerable,answers,tags\ngood,"two\nlines"\n\n{bad}\nlast,Q?\n'
    assert faults(table(tmp_path, text)) == (f"line 6: {reason}",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "id,text\n1,Q?\n", "line 1: question: missing: the first line names the columns", id="header"
        ),
        pytest.param("id;question\n1;Q?\n", "line 1: its cells are parted by ';': save", id="semicolons"),
        pytest.param("id,question,id\n1,Q?\n", "line 1: id: two columns have this name", id="columns"),
        pytest.param(
            'id,question\n1,Q?\n2,"never\n3,closed\n', "line 3: it is not CSV (", id="quotation mark"
        ),
        pytest.param('id,question\n1,"Q"?\n', "line 2: it is not CSV (", id="a stray mark"),
    ],
)
def test_a_broken_csv(tmp_path: Path, text: str, problem: str) -> None:
    (problem_line,) = faults(table(tmp_path, text))
    assert problem_line.startswith(problem)


def test_a_csv_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes(b"id,question\n1,Q?\n2,caf\xe9\n")
    assert faults(path) == ("line 3: it is not UTF-8 text: save the file as UTF-8",)


# SQuAD ----------------------------------------------------------------------------------------------


def test_squad_questions_point_into_the_documents(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "dev.json")
    questions = {question.id: question for question in read(path)}
    assert list(questions) == ["n1", "n2", "n3"]
    sources, _ = find_question_set_texts(path, "squad", metadata=Metadata(), max_bytes=1_000_000)
    documents = {source.source: source.read().text for source in sources}
    for question in questions.values():
        for quote in question.quotes:
            assert quote.text
            assert quote.start is not None
            text = documents[quote.document]
            assert text[quote.start : quote.start + len(quote.text)] == quote.text
    assert questions["n1"].answers == ("France", "a region in France")
    assert questions["n1"].quotes[0].start == NORMANS[0].rindex("France")
    assert questions["n3"].quotes[0].start == NORMANS[1].index("medieval")
    assert [question.answerable for question in questions.values()] == [True, False, True]
    assert (questions["n2"].quotes, questions["n2"].answers) == ((), ())
    assert {question.tags for question in questions.values()} == {("The Normans",)}
    assert questions["n1"].row == {
        "id": "n1",
        "question": "Where is Normandy?",
        "answers": ["France", "a region in France"],
        "answerable": True,
        "quotes": [
            {
                "document": "squad:dev/The_Normans/0",
                "text": "France",
                "start": questions["n1"].quotes[0].start,
            }
        ],
        "tags": ["The Normans"],
    }
    # What a run keeps of them can be asked again.
    result_rows = rows(tmp_path, *(question.row for question in questions.values()))
    assert check_questions(result_rows) == check_questions(path)


@pytest.mark.parametrize(
    ("said_start", "start"), [(0, 0), (2, 0), (9, 10), (5, 0), (6, 10), (40, 20), (-3, 0)]
)
def test_the_nearest_copy_is_meant(tmp_path: Path, said_start: int, start: int) -> None:
    answers = [{"text": "Lima", "answer_start": said_start}]
    paragraph = {
        "context": "Lima xxxx Lima xxxx Lima.",
        "qas": [{"id": 1, "question": "Q?", "answers": answers}],
    }
    path = write_squad(tmp_path / "a.json", {"data": [{"title": "T", "paragraphs": [paragraph]}]})
    assert read(path)[0].quotes[0].start == start


def test_bad_questions_of_squad_are_named_by_their_paragraph(tmp_path: Path) -> None:
    def squad_question(**fields: Any) -> dict[str, Any]:
        return {"id": "x", "question": "Q?", "answers": []} | fields

    questions = [
        7,
        squad_question(id=None),
        squad_question(question=""),
        squad_question(answers=None),
        squad_question(answers=[{"text": 3}]),
        squad_question(answers=[{"text": "Atlantis", "answer_start": 0}]),
        squad_question(answers=[{"text": " ", "answer_start": 0}]),
        squad_question(is_impossible="no"),
        squad_question(),
        squad_question(),
    ]
    paragraphs = [{"context": "Lima.", "qas": questions}, {"qas": []}]
    path = write_squad(tmp_path / "a.json", {"data": [{"title": "T", "paragraphs": paragraphs}]})
    reasons = [
        'it is no question of SQuAD: {"id", "question", "answers"} is expected',
        "id: missing",
        "question: empty",
        'answers: expected a list of {"text", "answer_start"}',
        'answers: expected a list of {"text", "answer_start"}',
        "answers: 'Atlantis' does not stand in the paragraph",
        "answers: one is empty",
        "is_impossible: expected true or false",
        None,
        "id: 'x' is that of question 9 of squad:a/T/0 too: give each question its own",
    ]
    with pytest.raises(EvaluationError) as caught:
        check_questions(path)
    assert caught.value.problems == (
        *(f"question {at} of squad:a/T/0: {reason}" for at, reason in enumerate(reasons, 1) if reason),
        'squad:a/T/1: it is no paragraph of SQuAD: {"context": "...", "qas": [...]} is expected',
    )


def test_a_broken_squad_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SQUAD)[:-1] + "\n\n", encoding="utf-8")
    assert "it is not JSON (Expecting ',' delimiter: line 3, character 1)" in refusal(path)
    write_squad(path, {"data": []})
    assert "holds no questions" in refusal(path)


# BEIR -----------------------------------------------------------------------------------------------


def test_beir_queries_with_judgements_are_questions(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "harbours")
    first, second = read(folder)
    assert first.row == {
        "id": "q1",
        "question": "When was the port enlarged?",
        "answerable": True,
        "quotes": [
            {"document": "beir:harbours/d1", "relevance": 2},
            {"document": "beir:harbours/d 3/ä", "relevance": 1},
        ],
    }
    assert first.quotes[0] == Quote(document="beir:harbours/d1", relevance=2)
    assert (second.id, second.where) == ("2", "line 3 of queries.jsonl")
    sources, _ = find_question_set_texts(folder, "beir", metadata=Metadata(), max_bytes=1_000_000)
    assert {quote.document for quote in first.quotes + second.quotes} == {source.source for source in sources}
    result_rows = rows(tmp_path, first.row, second.row)
    assert check_questions(result_rows) == check_questions(folder)


def test_the_test_judgements_count(tmp_path: Path) -> None:
    judgements = {"dev.tsv": "2\td1\t1\n", "test.tsv": "\ufeffq1\td1\t1\r\n\r\n"}
    folder = write_beir(tmp_path / "a", judgements=judgements)
    assert [question.id for question in read(folder)] == ["q1"]
    (folder / "qrels" / "test.tsv").unlink()
    assert [question.id for question in read(folder)] == ["2"]
    (folder / "qrels" / "train.tsv").write_text("", encoding="utf-8")
    assert "qrels holds dev.tsv, train.tsv and no test.tsv" in refusal(folder)
    for path in (folder / "qrels").iterdir():
        path.unlink()
    assert "it has no judgements: qrels/test.tsv is expected" in refusal(folder)


def test_judged_but_never_relevant_is_a_question_without_quotes(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "a", judgements={"test.tsv": "q1\td1\t0\n"})
    (question,) = read(folder)
    assert (question.quotes, question.answerable) == ((), None)


def test_bad_lines_of_beir_are_named(tmp_path: Path) -> None:
    judgements = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1 d1 1\nq1\td1\thigh\ngone\td1\t1\nq2\td1\t1\n"
    queries = [
        "{",
        {"text": "Q?"},
        {"_id": "q1", "text": ""},
        {"_id": "q2", "text": "Q?"},
        {"_id": "q2", "text": "R?"},
    ]
    folder = write_beir(tmp_path / "a", queries=queries, judgements={"test.tsv": judgements})
    expected = "expected query id, document id and a whole number with tabs between them"
    with pytest.raises(EvaluationError) as caught:
        check_questions(folder)
    assert caught.value.problems == (
        f"line 3 of qrels/test.tsv: {expected}",
        f"line 4 of qrels/test.tsv: {expected}",
        "line 1 of queries.jsonl: it is not JSON "
        "(Expecting property name enclosed in double quotes: character 2)",
        "line 2 of queries.jsonl: _id: missing",
        "line 3 of queries.jsonl: question: empty",
        "line 5 of queries.jsonl: id: 'q2' is that of line 4 of queries.jsonl too: "
        "give each question its own",
        "qrels/test.tsv: the query 'gone' is not in queries.jsonl",
    )


# Size -----------------------------------------------------------------------------------------------


@pytest.mark.no_cover
@pytest.mark.parametrize("file_format", ["jsonl", "csv", "beir"])
def test_large_files_are_not_held_in_memory(tmp_path: Path, file_format: str) -> None:
    text, count = "Why? " * 1000, 1000
    if file_format == "jsonl":
        path = rows(tmp_path, *({"id": number, "question": text} for number in range(count)))
    elif file_format == "csv":
        path = table(tmp_path, "id,question\n" + "".join(f"{number},{text}\n" for number in range(count)))
    else:
        path = write_beir(
            tmp_path / "b",
            queries=({"_id": number, "text": text} for number in range(count)),
            judgements={"test.tsv": "".join(f"{number}\td1\t1\n" for number in range(count))},
        )
    tracemalloc.start()
    info = check_questions(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert info.count == count
    assert peak < 3_000_000  # of 5 MB


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.csv"])
def test_a_line_without_end_is_one_clear_error_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.write(b'id,question\n"' if path.suffix == ".csv" else b'{"id": "1", "question": "')
        stream.truncate(200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(EvaluationError) as caught:
            check_questions(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    said = "\n".join((str(caught.value), *caught.value.problems))
    assert "it is longer than 16,000,000 bytes: split it, a row is a line" in said
    assert said.count("longer than") == 1
    assert len(said) < 500
    assert peak < 80_000_000
