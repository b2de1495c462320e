"""Question files of every format to rows of our own: JSON Lines, CSV, SQuAD and BEIR."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError, LoadError, path_fault
from qa.evaluate.csv_cells import from_cell
from qa.parsers.files import has_words, system_error
from qa.parsers.json_lines import decode_line, parse_json, read_json_lines, read_lines
from qa.parsers.question_sets import SquadParagraph, beir_id, beir_source, read_squad

__all__ = ["DatasetProblem", "DatasetRow", "read_dataset_rows"]

_QUERIES_FILE = "queries.jsonl"
_JUDGEMENTS_FILE = "test.tsv"
# Longer cells than any question has; one whose end is missing would else take the whole file into memory.
_MAX_CELL_CHARS = 16_000_000
_LIST_COLUMNS = ("quotes", "history", "nuggets")
# Their cells are plain, "44" or "1 July 2031", or JSON lists.
_TEXT_COLUMNS = ("answers", "tags")
# With these a file is one of `qa export`, whose cells may have an apostrophe that is none of the text's.
_EXPORT_COLUMNS = frozenset({"outcome", "status", "short_answer"})
_BOOLEAN_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRow:
    """A row under the names of our own format, its values not checked; `where` is its place."""

    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetProblem:
    """Something in the file that is no question."""

    where: str
    reason: str


def read_dataset_rows(path: Path) -> Iterator[DatasetRow | DatasetProblem]:
    """The rows in the order of the file, streamed, by its suffix; a folder is BEIR's.

    Raises:
        EvaluationError: The file as a whole can't be read.
    """
    if fault := path_fault(str(path)):
        raise EvaluationError(f"the questions can't be read, {fault}")
    try:
        if path.is_dir():
            yield from _read_beir(path)
            return
        read = _READERS.get(path.suffix.lower())
        if read is None and path.exists():
            raise LoadError("questions are read from .jsonl, .ndjson, .csv, SQuAD's .json, or a BEIR folder")
        yield from (read or _read_jsonl)(path)
    except OSError as error:
        raise EvaluationError(f"{path}: {system_error(error)}") from error
    except LoadError as error:
        raise EvaluationError(f"{path}: {error}") from error


def _read_jsonl(path: Path) -> Iterator[DatasetRow | DatasetProblem]:
    for line in read_json_lines(path):
        where = f"line {line.number}"
        if line.value is None:
            yield DatasetProblem(where=where, reason=line.fault)
        elif "_id" in line.value and "id" not in line.value:
            yield DatasetProblem(
                where=where, reason="id: missing (a row of BEIR has _id: name its folder instead)"
            )
        else:
            yield DatasetRow(where=where, values=line.value)


# CSV --------------------------------------------------------------------------------------------------


def _read_csv(path: Path) -> Iterator[DatasetRow | DatasetProblem]:
    """Rows by their first line: a cell may hold several. What comes after a broken row is not read."""
    csv.field_size_limit(_MAX_CELL_CHARS)
    header: list[str] = []
    with path.open("rb") as stream:
        # Strict, or a quotation mark that is never closed would swallow the rest of the file.
        reader = csv.reader((decode_line(line) for line, _ in read_lines(stream)), strict=True)
        while True:
            where = f"line {reader.line_num + 1}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield DatasetProblem(where=where, reason=f"it is not CSV ({error})")
                return
            except LoadError as error:
                yield DatasetProblem(where=f"line {reader.line_num + 1}", reason=str(error))
                return
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if header:
                yield _parse_csv_row(where, header, cells)
                continue
            header = [cell.strip() for cell in cells]
            if reason := _find_header_problem(header):
                yield DatasetProblem(where=where, reason=reason)
                return


def _find_header_problem(header: Sequence[str]) -> str:
    if len(header) == 1 and (found := re.search("[;\t]", header[0])):
        return f"its cells are parted by {found[0]!r}: save it with commas"
    for name in ("id", "question"):
        if name not in header:
            return f"{name}: missing: the first line names the columns, id and question among them"
    repeated = sorted({name for name in header if header.count(name) > 1})
    return f"{repeated[0]}: two columns have this name" if repeated else ""


def _parse_csv_row(where: str, header: Sequence[str], cells: Sequence[str]) -> DatasetRow | DatasetProblem:
    if len(cells) > len(header):
        return DatasetProblem(
            where=where, reason=f"it has {len(cells)} cells, the first line has {len(header)}"
        )
    # Cells at the end may be left out; an empty one says nothing.
    filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
    if set(header) >= _EXPORT_COLUMNS:
        filled = {name: from_cell(cell) for name, cell in filled.items()}
    try:
        return DatasetRow(
            where=where, values={name: _parse_cell(name, cell) for name, cell in filled.items()}
        )
    except LoadError as error:
        return DatasetProblem(where=where, reason=str(error))


def _parse_text(cell: str) -> str:
    """A plain value; one that a program has written as JSON is what is in its quotation marks."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        with suppress(LoadError):
            return str(parse_json(cell))
    return cell


def _parse_cell(name: str, cell: str) -> Any:
    if name in _LIST_COLUMNS or (name in _TEXT_COLUMNS and cell.lstrip().startswith("[")):
        try:
            return parse_json(cell)
        except LoadError as error:
            raise LoadError(f"{name}: expected a JSON list in the cell: {error}") from error
    if name == "answers":
        return [_parse_text(cell.strip())]
    if name == "tags":
        return [tag.strip() for tag in cell.split(";") if tag.strip()]
    if name == "answerable":
        word = cell.strip().casefold()
        if word not in _BOOLEAN_WORDS:
            raise LoadError(f"answerable: expected true or false, not {cell[:40]!r}")
        return _BOOLEAN_WORDS[word]
    return cell


# SQuAD ------------------------------------------------------------------------------------------------


def _read_squad(path: Path) -> Iterator[DatasetRow | DatasetProblem]:
    for paragraph in read_squad(path):
        if paragraph.context is None:
            yield DatasetProblem(where=paragraph.source, reason=paragraph.fault)
        for number, question in enumerate(paragraph.questions, start=1):
            where = f"question {number} of {paragraph.source}"
            try:
                yield DatasetRow(where=where, values=_parse_squad_question(question, paragraph))
            except LoadError as error:
                yield DatasetProblem(where=where, reason=str(error))


def _parse_squad_question(question: Any, paragraph: SquadParagraph) -> dict[str, Any]:
    if not isinstance(question, dict):
        raise LoadError('it is no question of SQuAD: {"id", "question", "answers"} is expected')
    impossible = question.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise LoadError("is_impossible: expected true or false")
    row = {"id": question.get("id"), "question": question.get("question"), "answerable": not impossible}
    answers = [] if impossible else _parse_squad_answers(question.get("answers"))
    if answers:
        row["answers"] = list(dict.fromkeys(text for text, _ in answers))
        text, start = answers[0]
        nearest = _find_nearest(paragraph.context or "", text, start)
        row["quotes"] = [{"document": paragraph.source, "text": text, "start": nearest}]
    return row | {"tags": [paragraph.title.replace("_", " ")]}


def _parse_squad_answers(value: Any) -> list[tuple[str, int]]:
    """Text and offset of each; 0 where the offset is missing."""
    expected = LoadError('answers: expected a list of {"text", "answer_start"}')
    if not isinstance(value, list):
        raise expected
    answers = []
    for answer in value:
        if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
            raise expected
        if not has_words(answer["text"]):
            raise LoadError("answers: one is empty")
        start = answer.get("answer_start", 0)
        answers.append((answer["text"], start if isinstance(start, int) and start >= 0 else 0))
    return answers


def _find_nearest(context: str, text: str, start: int) -> int:
    """Where the text stands in its paragraph, nearest to where it is said to; the earlier of two."""
    if context.startswith(text, start):
        return start
    after, before = context.find(text, start), context.rfind(text, 0, start + len(text))
    if after < 0 and before < 0:
        raise LoadError(f"answers: {text[:60]!r} does not stand in the paragraph")
    return min((place for place in (before, after) if place >= 0), key=lambda place: abs(place - start))


# BEIR -------------------------------------------------------------------------------------------------


def _read_beir(folder: Path) -> Iterator[DatasetRow | DatasetProblem]:
    """The queries that are judged, in the order of queries.jsonl."""
    if not (folder / _QUERIES_FILE).is_file():
        raise LoadError(
            f"it is a folder, and no BEIR folder: {_QUERIES_FILE} is not in it "
            "(questions in a file: name the file)"
        )
    judgements_path = _find_judgements(folder)
    relevance: dict[str, dict[str, int]] = {}
    for judgement in _read_judgements(judgements_path):
        if isinstance(judgement, DatasetProblem):
            yield judgement
        else:
            query, document, grade = judgement
            relevance.setdefault(query, {})[document] = grade
    present: set[str] = set()
    for line in read_json_lines(folder / _QUERIES_FILE):
        where = f"line {line.number} of {_QUERIES_FILE}"
        try:
            if line.value is None:
                raise LoadError(line.fault)
            query = beir_id(line.value)
        except LoadError as error:
            yield DatasetProblem(where=where, reason=str(error))
            continue
        if query in relevance:
            present.add(query)
            quotes = [
                {"document": beir_source(folder, document), "relevance": grade}
                for document, grade in relevance[query].items()
                if grade > 0
            ]
            yield DatasetRow(
                where=where, values={"id": query, "question": line.value.get("text"), "quotes": quotes}
            )
    for query in relevance:
        if query not in present:
            yield DatasetProblem(
                where=f"qrels/{judgements_path.name}", reason=f"the query {query!r} is not in {_QUERIES_FILE}"
            )


def _find_judgements(folder: Path) -> Path:
    paths = sorted((folder / "qrels").glob("*.tsv"))
    if not paths:
        raise LoadError("it has no judgements: qrels/test.tsv is expected in it")
    standard = [path for path in paths if path.name == _JUDGEMENTS_FILE]
    if len(paths) > 1 and not standard:
        names = ", ".join(path.name for path in paths)
        raise LoadError(
            f"qrels holds {names} and no {_JUDGEMENTS_FILE}: leave one of them there, or rename it"
        )
    return (standard or paths)[0]


def _read_judgements(path: Path) -> Iterator[tuple[str, str, int] | DatasetProblem]:
    """Query, document and grade of each line; the first line may name the columns."""
    with path.open("rb") as stream:
        for number, (line, _) in enumerate(read_lines(stream), start=1):
            where = f"line {number} of qrels/{path.name}"
            try:
                cells = decode_line(line).rstrip("\r\n").split("\t")
            except LoadError as error:
                yield DatasetProblem(where=where, reason=str(error))
                continue
            if cells == [""]:
                continue
            if len(cells) == 3 and cells[0] and cells[1] and re.fullmatch(r"-?\d{1,9}", cells[2], re.ASCII):
                yield cells[0], cells[1], int(cells[2])
            elif number > 1:
                reason = "expected query id, document id and a whole number with tabs between them"
                yield DatasetProblem(where=where, reason=reason)


_READERS: Mapping[str, Callable[[Path], Iterator[DatasetRow | DatasetProblem]]] = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": _read_csv,
    ".json": _read_squad,
}
