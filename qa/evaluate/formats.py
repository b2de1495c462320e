"""Question files of every format to rows of our own: JSON Lines, CSV, SQuAD and BEIR."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError, LoadError
from qa.load.files import says_something, system_error
from qa.load.json_lines import decode_line, parse_json, read_json_lines
from qa.load.sets import SquadParagraph, beir_id, beir_source, read_squad

__all__ = ["Problem", "Row", "read_rows"]

QUERIES = "queries.jsonl"
_JUDGEMENTS = "test.tsv"
# Longer cells than any question has, within what a C long holds everywhere.
_MAX_CELL_CHARS = 2**31 - 1
_LISTS = ("answers", "quotes", "history")
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row under the names of our own format, its values not checked; `where` is its place."""

    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the file that is no question."""

    where: str
    reason: str


def read_rows(path: Path) -> Iterator[Row | Problem]:
    """The rows in the order of the file, streamed, by its suffix; a folder is BEIR's.

    Raises:
        EvaluationError: The file as a whole can't be read.
    """
    try:
        if path.is_dir():
            yield from _beir(path)
            return
        read = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".json": _squad}.get(path.suffix.lower())
        if read is None and path.exists():
            raise LoadError("questions are read from .jsonl, .ndjson, .csv, SQuAD's .json, or a BEIR folder")
        yield from (read or _jsonl)(path)
    except OSError as error:
        raise EvaluationError(f"{path}: {system_error(error)}") from error
    except LoadError as error:
        raise EvaluationError(f"{path}: {error}") from error


def _jsonl(path: Path) -> Iterator[Row | Problem]:
    for line in read_json_lines(path):
        where = f"line {line.number}"
        if line.value is None:
            yield Problem(where=where, reason=line.fault)
        elif "_id" in line.value and "id" not in line.value:
            yield Problem(where=where, reason="id: missing (a row of BEIR has _id: name its folder instead)")
        else:
            yield Row(where=where, values=line.value)


# CSV --------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Iterator[Row | Problem]:
    """Rows by their first line: a cell may hold several. What comes after a broken row is not read."""
    csv.field_size_limit(_MAX_CELL_CHARS)
    header: list[str] = []
    with path.open("rb") as stream:
        # Strict, or a quotation mark that is never closed would swallow the rest of the file.
        reader = csv.reader(map(decode_line, stream), strict=True)
        while True:
            before = reader.line_num
            where = f"line {before + 1}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Problem(where=where, reason=f"it is not CSV ({error})")
                return
            except LoadError as error:
                yield Problem(where=f"line {reader.line_num + 1}", reason=str(error))
                return
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if header:
                yield _csv_row(where, header, cells)
                continue
            header = [cell.strip() for cell in cells]
            if fault := _header_fault(header):
                yield Problem(where=where, reason=fault)
                return


def _header_fault(header: Sequence[str]) -> str:
    for name in ("id", "question"):
        if name not in header:
            return f"{name}: missing: the first line names the columns, id and question among them"
    twice = sorted({name for name in header if header.count(name) > 1})
    return f"{twice[0]}: two columns have this name" if twice else ""


def _csv_row(where: str, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
    if len(cells) > len(header):
        return Problem(where=where, reason=f"it has {len(cells)} cells, the first line has {len(header)}")
    # Cells at the end may be left out; an empty one says nothing.
    filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
    try:
        return Row(where=where, values={name: _cell(name, cell) for name, cell in filled.items()})
    except LoadError as error:
        return Problem(where=where, reason=str(error))


def _cell(name: str, cell: str) -> Any:
    if name in _LISTS or (name == "tags" and cell.lstrip().startswith("[")):
        try:
            return parse_json(cell)
        except LoadError as error:
            raise LoadError(f"{name}: expected a JSON list in the cell: {error}") from error
    if name == "tags":
        return [tag.strip() for tag in cell.split(";") if tag.strip()]
    if name == "answerable":
        word = cell.strip().casefold()
        if word not in _WORDS:
            raise LoadError(f"answerable: expected true or false, not {cell[:40]!r}")
        return _WORDS[word]
    return cell


# SQuAD ------------------------------------------------------------------------------------------------


def _squad(path: Path) -> Iterator[Row | Problem]:
    for paragraph in read_squad(path):
        if paragraph.context is None:
            yield Problem(where=paragraph.source, reason=paragraph.fault)
        for number, one in enumerate(paragraph.questions, start=1):
            where = f"question {number} of {paragraph.source}"
            try:
                yield Row(where=where, values=_squad_row(one, paragraph))
            except LoadError as error:
                yield Problem(where=where, reason=str(error))


def _squad_row(value: Any, paragraph: SquadParagraph) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LoadError('it is no question of SQuAD: {"id", "question", "answers"} is expected')
    impossible = value.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise LoadError("is_impossible: expected true or false")
    row = {"id": value.get("id"), "question": value.get("question"), "answerable": not impossible}
    answers = [] if impossible else _squad_answers(value.get("answers"))
    if answers:
        row["answers"] = list(dict.fromkeys(text for text, _ in answers))
        text, start = answers[0]
        at = _nearest(paragraph.context or "", text, start)
        row["quotes"] = [{"document": paragraph.source, "text": text, "start": at}]
    return row | {"tags": [paragraph.title.replace("_", " ")]}


def _squad_answers(value: Any) -> list[tuple[str, int]]:
    """Text and offset of each; 0 where the offset is missing."""
    expected = LoadError('answers: expected a list of {"text", "answer_start"}')
    if not isinstance(value, list):
        raise expected
    found = []
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise expected
        if not says_something(one["text"]):
            raise LoadError("answers: one is empty")
        start = one.get("answer_start", 0)
        found.append((one["text"], start if isinstance(start, int) and start >= 0 else 0))
    return found


def _nearest(context: str, text: str, start: int) -> int:
    """Where the text stands in its paragraph, nearest to where it is said to; the earlier of two."""
    if context.startswith(text, start):
        return start
    after, before = context.find(text, start), context.rfind(text, 0, start + len(text))
    if after < 0 and before < 0:
        raise LoadError(f"answers: {text[:60]!r} does not stand in the paragraph")
    return min((at for at in (before, after) if at >= 0), key=lambda at: abs(at - start))


# BEIR -------------------------------------------------------------------------------------------------


def _beir(folder: Path) -> Iterator[Row | Problem]:
    """The queries that are judged, in the order of queries.jsonl."""
    if not (folder / QUERIES).is_file():
        raise LoadError(
            f"it is a folder, and no BEIR folder: {QUERIES} is not in it (questions in a file: name the file)"
        )
    file = _judgements_file(folder)
    judged: dict[str, dict[str, int]] = {}
    for one in _judgements(file):
        if isinstance(one, Problem):
            yield one
        else:
            query, document, score = one
            judged.setdefault(query, {})[document] = score
    seen: set[str] = set()
    for line in read_json_lines(folder / QUERIES):
        where = f"line {line.number} of {QUERIES}"
        try:
            if line.value is None:
                raise LoadError(line.fault)
            query = beir_id(line.value)
        except LoadError as error:
            yield Problem(where=where, reason=str(error))
            continue
        if query in judged:
            seen.add(query)
            quotes = [
                {"document": beir_source(folder, document), "relevance": score}
                for document, score in judged[query].items()
                if score > 0
            ]
            yield Row(where=where, values={"id": query, "question": line.value.get("text"), "quotes": quotes})
    for query in judged:
        if query not in seen:
            yield Problem(where=f"qrels/{file.name}", reason=f"the query {query!r} is not in {QUERIES}")


def _judgements_file(folder: Path) -> Path:
    found = sorted((folder / "qrels").glob("*.tsv"))
    if not found:
        raise LoadError("it has no judgements: qrels/test.tsv is expected in it")
    named = [one for one in found if one.name == _JUDGEMENTS]
    if len(found) > 1 and not named:
        names = ", ".join(one.name for one in found)
        raise LoadError(f"qrels holds {names} and no {_JUDGEMENTS}: leave one of them there, or rename it")
    return (named or found)[0]


def _judgements(file: Path) -> Iterator[tuple[str, str, int] | Problem]:
    """Query, document and score of each line; the first line may name the columns."""
    with file.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            where = f"line {number} of qrels/{file.name}"
            try:
                cells = decode_line(line).rstrip("\r\n").split("\t")
            except LoadError as error:
                yield Problem(where=where, reason=str(error))
                continue
            if cells == [""]:
                continue
            if len(cells) == 3 and cells[0] and cells[1] and re.fullmatch(r"-?\d{1,9}", cells[2], re.ASCII):
                yield cells[0], cells[1], int(cells[2])
            elif number > 1:
                reason = "expected query id, document id and a whole number with tabs between them"
                yield Problem(where=where, reason=reason)
