"""Question files: rows read one by one, checked, and made the same whatever their format."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError
from qa.evaluate.datasets.dataset_readers import DatasetProblem, DatasetRow, read_dataset_rows
from qa.evaluate.datasets.dataset_types import Nugget, Question, Quote
from qa.schema import Turn

__all__ = ["DatasetInfo", "check_questions", "read_questions"]

_MAX_LISTED = 20  # problems that are named; the rest are counted
# What a run adds to the rows of its results, which may be read as questions again.
_RESULT_FIELDS = frozenset({"result", "scores", "outcome", "error"})
_OUR_FIELDS = ("id", "question", "answer", "answers", "answerable", "quotes", "nuggets", "history", "tags")
_TYPE_NAMES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """How many questions a file holds, and a SHA-256 over their rows, the same in every format."""

    count: int
    sha256: str


class _RowError(Exception):
    """Why a row is no question."""


def read_questions(path: Path) -> Iterator[Question]:
    """The questions in the order of the file, one in memory at a time (of SQuAD, all).

    Formats: `.jsonl` or `.ndjson` and `.csv` with our columns, SQuAD 1.1 or 2.0 `.json`, a BEIR folder.

    Raises:
        EvaluationError: At the first row that is no question, with its place; or the file can't be read.
    """
    empty = True
    for parsed in _parse_rows(path):
        if isinstance(parsed, DatasetProblem):
            raise EvaluationError(f"{parsed.where} of {path}: {parsed.reason}")
        empty = False
        yield parsed
    if empty:
        raise _no_questions_error(path)


def check_questions(path: Path) -> DatasetInfo:
    """Read a file once, to its end.

    The SHA-256 depends on the order of the questions, not on that of columns, on white space or on the
    format; but further columns of a CSV are texts.

    Raises:
        EvaluationError: Rows are no questions (`problems` names the first 20 with their places), there is
            none, or the file can't be read.
    """
    digest = hashlib.sha256()
    count = problem_count = 0
    problems: list[str] = []
    for parsed in _parse_rows(path):
        if isinstance(parsed, Question):
            count += 1
            digest.update(json.dumps(parsed.row, sort_keys=True).encode("ascii") + b"\n")
            continue
        problem_count += 1
        if len(problems) < _MAX_LISTED:
            problems.append(f"{parsed.where}: {parsed.reason}")
    if problem_count > len(problems):
        problems.append(f"and {problem_count - len(problems):,} more")
    if problem_count:
        what = "1 problem" if problem_count == 1 else f"{problem_count:,} problems"
        raise EvaluationError(f"{path} has {what}: mend the rows and try again", tuple(problems))
    if not count:
        raise _no_questions_error(path)
    return DatasetInfo(count=count, sha256=digest.hexdigest())


def _no_questions_error(path: Path) -> EvaluationError:
    return EvaluationError(f"{path} holds no questions: write one a row, with id and question")


def _parse_rows(path: Path) -> Iterator[Question | DatasetProblem]:
    place_of_id: dict[str, str] = {}
    for row in read_dataset_rows(path):
        if isinstance(row, DatasetProblem):
            yield row
            continue
        try:
            question = _parse_question(row)
            if (first := place_of_id.setdefault(question.id, row.where)) != row.where:
                raise _RowError(
                    f"id: {_shorten_id(question.id)} is that of {first} too: give each question its own"
                )
        except _RowError as error:
            yield DatasetProblem(where=row.where, reason=str(error))
        else:
            yield question


def _parse_question(row: DatasetRow) -> Question:
    values = row.values
    question_id, text = _parse_id(values), _parse_text(values, "question")
    answers, quotes, nuggets = _parse_answers(values), _parse_quotes(values), _parse_nuggets(values)
    answerable = values.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise _RowError(f"answerable: expected true or false, not {_type_name(answerable)}")
    if answerable is None and (answers or quotes or nuggets):
        answerable = True
    history, tags = _parse_history(values), _parse_texts(values, "tags")
    own_fields: dict[str, Any] = {
        "id": question_id,
        "question": text,
        "answers": list(answers),
        "answerable": answerable,
        "quotes": [_encode_quote(quote) for quote in quotes],
        "nuggets": [{"text": nugget.text, "vital": nugget.vital} for nugget in nuggets],
        "history": [{"question": turn.question, "answer": turn.answer} for turn in history],
        "tags": list(tags),
    }
    filled = {name: value for name, value in own_fields.items() if value is not None and value != []}
    further = {
        name: value
        for name, value in values.items()
        if name not in _RESULT_FIELDS and name not in _OUR_FIELDS
    }
    return Question(
        id=question_id,
        question=text,
        answers=answers,
        answerable=answerable,
        quotes=quotes,
        nuggets=nuggets,
        history=history,
        tags=tags,
        row=filled | further,
        where=row.where,
    )


def _parse_id(values: Mapping[str, Any]) -> str:
    value = values.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _parse_text(values, "id")


def _parse_answers(values: Mapping[str, Any]) -> tuple[str, ...]:
    """`answer` in front of `answers`, each once; an empty `answer` says that there is none."""
    first = () if values.get("answer") in (None, "") else (_parse_text(values, "answer"),)
    return tuple(dict.fromkeys([*first, *_parse_texts(values, "answers")]))


def _parse_quotes(values: Mapping[str, Any]) -> tuple[Quote, ...]:
    quotes = []
    items = _parse_objects(values, "quotes", '{"document": ..., "text": ...}')
    for number, item in enumerate(items, start=1):
        prefix = f"quotes, number {number}: "
        text = item.get("text")
        quotes.append(
            Quote(
                document=_parse_text(item, "document", prefix),
                text=None if text is None else _parse_text(item, "text", prefix),
                start=_parse_whole_number(item, "start", prefix, minimum=0),
                relevance=_parse_whole_number(item, "relevance", prefix, minimum=1) or 1,
            )
        )
    return tuple(quotes)


def _encode_quote(quote: Quote) -> dict[str, Any]:
    row: dict[str, Any] = {"document": quote.document}
    if quote.text is not None:
        row["text"] = quote.text
    if quote.start is not None:
        row["start"] = quote.start
    if quote.text is None or quote.relevance != 1:
        row["relevance"] = quote.relevance
    return row


def _parse_nuggets(values: Mapping[str, Any]) -> tuple[Nugget, ...]:
    """Texts, which are vital, or objects that say whether they are."""
    items = _parse_list(values, "nuggets", 'texts or {"text": ..., "vital": ...}')
    rows = {"nuggets": [item if isinstance(item, dict) else {"text": item} for item in items]}
    nuggets = []
    for number, item in enumerate(_parse_objects(rows, "nuggets", '{"text": ...}'), start=1):
        prefix, vital = f"nuggets, number {number}: ", item.get("vital", True)
        if not isinstance(vital, bool):
            raise _RowError(f"{prefix}vital: expected true or false, not {_type_name(vital)}")
        nuggets.append(Nugget(text=_parse_text(item, "text", prefix), vital=vital))
    return tuple(nuggets)


def _parse_history(values: Mapping[str, Any]) -> tuple[Turn, ...]:
    turns = []
    items = _parse_objects(values, "history", '{"question": ..., "answer": ...}')
    for number, item in enumerate(items, start=1):
        prefix = f"history, number {number}: "
        answer = "" if item.get("answer") in (None, "") else _parse_text(item, "answer", prefix)
        turns.append(Turn(_parse_text(item, "question", prefix), answer))
    return tuple(turns)


# Values -----------------------------------------------------------------------------------------------


def _parse_text(values: Mapping[str, Any], name: str, prefix: str = "") -> str:
    value = values.get(name)
    if value is None:
        raise _RowError(f"{prefix}{name}: missing")
    if not isinstance(value, str):
        raise _RowError(f"{prefix}{name}: expected a text, not {_type_name(value)}")
    if not value.strip():
        raise _RowError(f"{prefix}{name}: empty")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _RowError(f"{prefix}{name}: it holds half a character (a lone surrogate)")
    return value


def _parse_texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_parse_text({name: item}, name) for item in _parse_list(values, name, "texts"))


def _parse_objects(values: Mapping[str, Any], name: str, shape: str) -> Sequence[Mapping[str, Any]]:
    items = _parse_list(values, name, shape)
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise _RowError(f"{name}, number {number}: expected {shape}, not {_type_name(item)}")
    return items


def _parse_list(values: Mapping[str, Any], name: str, content: str) -> Sequence[Any]:
    value = values.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _RowError(f"{name}: expected a list of {content}, not {_type_name(value)}")
    return value


def _parse_whole_number(values: Mapping[str, Any], name: str, prefix: str, *, minimum: int) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise _RowError(
            f"{prefix}{name}: expected a whole number, {minimum} or more, not {json.dumps(value)[:40]}"
        )
    return value


def _type_name(value: Any) -> str:
    return _TYPE_NAMES.get(type(value), "nothing")


def _shorten_id(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
