"""Question files: rows read one by one, checked, and made the same whatever their format."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvaluationError
from qa.evaluate.formats import Problem, Row, read_rows
from qa.evaluate.values import Question, Quote
from qa.schema import Turn

__all__ = ["QuestionsInfo", "check_questions", "read_questions"]

_LISTED = 20  # problems that are named; the rest are counted
# What a run adds to the rows of its results, which may be read as questions again.
_OF_RUNS = frozenset({"result", "scores", "outcome", "error"})
_OURS = ("id", "question", "answer", "answers", "answerable", "quotes", "history", "tags")
_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsInfo:
    """How many questions a file holds, and a SHA-256 over their rows, the same in every format."""

    count: int
    sha256: str


class _Fault(Exception):
    """Why a row is no question."""


def read_questions(path: Path) -> Iterator[Question]:
    """The questions in the order of the file, one in memory at a time (of SQuAD, all).

    Formats: `.jsonl` or `.ndjson` and `.csv` with our columns, SQuAD 1.1 or 2.0 `.json`, a BEIR folder.

    Raises:
        EvaluationError: At the first row that is no question, with its place; or the file can't be read.
    """
    empty = True
    for one in _checked(path):
        if isinstance(one, Problem):
            raise EvaluationError(f"{one.where} of {path}: {one.reason}")
        empty = False
        yield one
    if empty:
        raise _empty(path)


def check_questions(path: Path) -> QuestionsInfo:
    """Read a file once, to its end.

    The SHA-256 depends on the order of the questions, not on that of columns, on white space or on the
    format; but further columns of a CSV are texts.

    Raises:
        EvaluationError: Rows are no questions (`problems` names the first 20 with their places), there is
            none, or the file can't be read.
    """
    digest = hashlib.sha256()
    count = faults = 0
    problems: list[str] = []
    for one in _checked(path):
        if isinstance(one, Question):
            count += 1
            digest.update(json.dumps(one.row, sort_keys=True).encode("ascii") + b"\n")
            continue
        faults += 1
        if len(problems) < _LISTED:
            problems.append(f"{one.where}: {one.reason}")
    if faults > len(problems):
        problems.append(f"and {faults - len(problems):,} more")
    if faults:
        what = "1 problem" if faults == 1 else f"{faults:,} problems"
        raise EvaluationError(f"{path} has {what}: mend the rows and try again", tuple(problems))
    if not count:
        raise _empty(path)
    return QuestionsInfo(count=count, sha256=digest.hexdigest())


def _empty(path: Path) -> EvaluationError:
    return EvaluationError(f"{path} holds no questions: write one a row, with id and question")


def _checked(path: Path) -> Iterator[Question | Problem]:
    places: dict[str, str] = {}
    for row in read_rows(path):
        if isinstance(row, Problem):
            yield row
            continue
        try:
            found = _question(row)
            if (first := places.setdefault(found.id, row.where)) != row.where:
                raise _Fault(f"id: {_short(found.id)} is that of {first} too: give each question its own")
        except _Fault as fault:
            yield Problem(where=row.where, reason=str(fault))
        else:
            yield found


def _question(row: Row) -> Question:
    values = row.values
    question_id, text = _id(values), _text(values, "question")
    answers, quotes = _answers(values), _quotes(values)
    answerable = values.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise _Fault(f"answerable: expected true or false, not {_kind(answerable)}")
    if answerable is None and (answers or quotes):
        answerable = True
    history, tags = _history(values), _texts(values, "tags")
    ours: dict[str, Any] = {
        "id": question_id,
        "question": text,
        "answers": list(answers),
        "answerable": answerable,
        "quotes": [_quote_row(one) for one in quotes],
        "history": [{"question": turn.question, "answer": turn.answer} for turn in history],
        "tags": list(tags),
    }
    named = {name: value for name, value in ours.items() if value is not None and value != []}
    further = {name: value for name, value in values.items() if name not in _OF_RUNS and name not in _OURS}
    return Question(
        id=question_id,
        question=text,
        answers=answers,
        answerable=answerable,
        quotes=quotes,
        history=history,
        tags=tags,
        row=named | further,
        where=row.where,
    )


def _id(values: Mapping[str, Any]) -> str:
    value = values.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _text(values, "id")


def _answers(values: Mapping[str, Any]) -> tuple[str, ...]:
    """`answer` in front of `answers`, each once; an empty `answer` says that there is none."""
    first = () if values.get("answer") in (None, "") else (_text(values, "answer"),)
    return tuple(dict.fromkeys([*first, *_texts(values, "answers")]))


def _quotes(values: Mapping[str, Any]) -> tuple[Quote, ...]:
    found = []
    for number, one in enumerate(_objects(values, "quotes", '{"document": ..., "text": ...}'), start=1):
        prefix = f"quotes, number {number}: "
        text = one.get("text")
        found.append(
            Quote(
                document=_text(one, "document", prefix),
                text=None if text is None else _text(one, "text", prefix),
                start=_whole(one, "start", prefix, least=0),
                relevance=_whole(one, "relevance", prefix, least=1) or 1,
            )
        )
    return tuple(found)


def _quote_row(quote: Quote) -> dict[str, Any]:
    row: dict[str, Any] = {"document": quote.document}
    if quote.text is not None:
        row["text"] = quote.text
    if quote.start is not None:
        row["start"] = quote.start
    if quote.text is None or quote.relevance != 1:
        row["relevance"] = quote.relevance
    return row


def _history(values: Mapping[str, Any]) -> tuple[Turn, ...]:
    found = []
    for number, one in enumerate(_objects(values, "history", '{"question": ..., "answer": ...}'), start=1):
        prefix = f"history, number {number}: "
        answer = "" if one.get("answer") in (None, "") else _text(one, "answer", prefix)
        found.append(Turn(_text(one, "question", prefix), answer))
    return tuple(found)


# Values -----------------------------------------------------------------------------------------------


def _text(values: Mapping[str, Any], name: str, prefix: str = "") -> str:
    value = values.get(name)
    if value is None:
        raise _Fault(f"{prefix}{name}: missing")
    if not isinstance(value, str):
        raise _Fault(f"{prefix}{name}: expected a text, not {_kind(value)}")
    if not value.strip():
        raise _Fault(f"{prefix}{name}: empty")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _Fault(f"{prefix}{name}: it holds half a character (a lone surrogate)")
    return value


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_text({name: one}, name) for one in _list(values, name, "texts"))


def _objects(values: Mapping[str, Any], name: str, shape: str) -> Sequence[Mapping[str, Any]]:
    found = _list(values, name, shape)
    for number, one in enumerate(found, start=1):
        if not isinstance(one, dict):
            raise _Fault(f"{name}, number {number}: expected {shape}, not {_kind(one)}")
    return found


def _list(values: Mapping[str, Any], name: str, of: str) -> Sequence[Any]:
    value = values.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Fault(f"{name}: expected a list of {of}, not {_kind(value)}")
    return value


def _whole(values: Mapping[str, Any], name: str, prefix: str, *, least: int) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _Fault(
            f"{prefix}{name}: expected a whole number, {least} or more, not {json.dumps(value)[:40]}"
        )
    return value


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "nothing")


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
