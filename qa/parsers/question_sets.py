"""Documents of public question sets: the paragraphs of a SQuAD file, the corpus of a BEIR folder.

SQuAD (Rajpurkar et al. 2016, 2018) is one JSON file of articles, their paragraphs and the questions on each;
BEIR (Thakur et al. 2021) is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`. What names a
document there is made here, for those who add it and for those who read the questions.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from qa.errors import LoadError
from qa.parsers.files import has_words, read_bytes, size_refusal, system_error
from qa.parsers.json_lines import parse_json, parse_json_line, read_json_lines
from qa.parsers.parsed_text import ParsedText
from qa.parsers.titles import clean_title, find_title
from qa.schema import Failure, Metadata

__all__ = [
    "QUESTION_SET_FORMATS",
    "QuestionSetText",
    "SquadParagraph",
    "beir_id",
    "beir_source",
    "find_question_set_texts",
    "name_in_question_set",
    "read_squad",
]

QUESTION_SET_FORMATS = ("squad", "beir")
CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class QuestionSetText:
    """A document of a set: its source, and the way to read it, which may raise `LoadError`."""

    source: str
    read: Callable[[], ParsedText]


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadParagraph:
    """One paragraph: the source it is added under, and its questions as they stand in the file.

    `context` is None where it has none, and `fault` says why.
    """

    source: str
    title: str
    context: str | None
    questions: Sequence[Any] = field(default=())
    fault: str = ""


def name_in_question_set(source: str) -> str | None:
    """What tells a document of a set from the others there, or None for any other source."""
    set_format, _, rest = source.partition(":")
    return rest.partition("/")[2] if set_format in QUESTION_SET_FORMATS else None


def beir_source(folder: Path, document_id: str) -> str:
    """The source of a line of a BEIR folder's corpus, wherever the folder lies."""
    return f"beir:{folder.resolve().name}/{document_id}"


def beir_id(row: Mapping[str, Any]) -> str:
    """The `_id` of a line of corpus or queries, as text.

    Raises:
        LoadError: There is none.
    """
    value = row.get("_id")
    if value is None or value == "":
        raise LoadError("_id: missing")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise LoadError("_id: expected a text or a number")
    return str(value)


def find_question_set_texts(
    path: Path, set_format: str, *, metadata: Metadata, max_bytes: int
) -> tuple[list[QuestionSetText], list[Failure]]:
    """The documents of a set (a format of `QUESTION_SET_FORMATS`) in its order, and what can't be one.

    `metadata` holds for all of them; its title does not count. Of a BEIR corpus only the places of the
    lines are kept, not their texts.

    Raises:
        LoadError: The reason in one line: nothing there, not such a file or folder, larger than `max_bytes`.
    """
    find = _find_squad if set_format == "squad" else _find_beir
    texts: dict[str, QuestionSetText] = {}
    failures: list[Failure] = []
    try:
        for item in find(path, metadata, max_bytes):
            if isinstance(item, Failure):
                failures.append(item)
            elif fault := _find_unstorable(item.source):
                failures.append(Failure(item.source.encode(errors="backslashreplace").decode(), fault))
            else:
                texts[item.source] = item
    except OSError as error:
        raise system_error(error) from error
    if not texts and not failures:
        raise LoadError("it holds no documents")
    return list(texts.values()), failures


def _find_squad(path: Path, metadata: Metadata, max_bytes: int) -> Iterator[QuestionSetText | Failure]:
    for paragraph in read_squad(path, max_bytes=max_bytes):
        if paragraph.context is None:
            yield Failure(paragraph.source, paragraph.fault)
        else:
            title = paragraph.title.replace("_", " ")
            yield QuestionSetText(
                paragraph.source, partial(_build_text, paragraph.source, title, paragraph.context, metadata)
            )


def read_squad(path: Path, *, max_bytes: int | None = None) -> Iterator[SquadParagraph]:
    """The paragraphs of a SQuAD 1.1 or 2.0 file, in its order.

    They are numbered from 0 in their article; articles of the same title count on.

    Raises:
        LoadError: It is no SQuAD file, can't be read, or is larger than `max_bytes`.
    """
    try:
        data = path.read_bytes() if max_bytes is None else read_bytes(path, max_bytes)
    except OSError as error:
        raise system_error(error) from error
    try:
        value = parse_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LoadError("it is not UTF-8 text: save the file as UTF-8") from error
    articles = value.get("data") if isinstance(value, dict) else None
    if not isinstance(articles, list):
        raise LoadError('it is no SQuAD file: {"data": [{"title": ..., "paragraphs": [...]}]} is expected')
    numbers = Counter[str]()
    for position, article in enumerate(articles, start=1):
        fields = article if isinstance(article, dict) else {}
        title = fields["title"] if isinstance(fields.get("title"), str) else ""
        title = title if has_words(title) else f"Article {position}"
        paragraphs = fields.get("paragraphs")
        for paragraph in paragraphs if isinstance(paragraphs, list) else [None]:
            source = f"squad:{path.stem}/{title}/{numbers[title]}"
            numbers[title] += 1
            yield _read_paragraph(paragraph, source, title)


def _read_paragraph(value: Any, source: str, title: str) -> SquadParagraph:
    if not isinstance(value, dict) or not isinstance(value.get("context"), str):
        fault = 'it is no paragraph of SQuAD: {"context": "...", "qas": [...]} is expected'
        return SquadParagraph(source=source, title=title, context=None, fault=fault)
    questions = value.get("qas")
    return SquadParagraph(
        source=source,
        title=title,
        context=value["context"],
        questions=questions if isinstance(questions, list) else (),
    )


def _find_beir(path: Path, metadata: Metadata, max_bytes: int) -> Iterator[QuestionSetText | Failure]:
    folder = path.parent if path.name == CORPUS and not path.is_dir() else path
    corpus = folder / CORPUS
    if folder.is_dir() and not corpus.exists():
        raise LoadError(f"it is no BEIR folder: {CORPUS} is not in it")
    if not folder.is_dir() and folder.exists():
        raise LoadError(f"it is a file: name the BEIR folder, or the {CORPUS} in it")
    if (size := corpus.stat().st_size) > max_bytes:
        raise LoadError(f"of {CORPUS}: {size_refusal(size, max_bytes)}")
    line_numbers: dict[str, int] = {}
    for line in read_json_lines(corpus):
        try:
            if line.value is None:
                raise LoadError(line.fault)
            source = beir_source(folder, beir_id(line.value))
            if (first := line_numbers.setdefault(source, line.number)) != line.number:
                raise LoadError(f"its _id stands on line {first} already, which counts")
        except LoadError as error:
            yield Failure(str(corpus), f"line {line.number}: {error}")
            continue
        yield QuestionSetText(
            source, partial(_read_beir, corpus, line.number, line.start, line.length, source, metadata)
        )


def _read_beir(
    corpus: Path, number: int, start: int, length: int, source: str, metadata: Metadata
) -> ParsedText:
    """One line, read again where it was found."""
    try:
        with corpus.open("rb") as stream:
            stream.seek(start)
            row = parse_json_line(stream.read(length))
        if not source.endswith(f"/{beir_id(row)}"):
            raise LoadError("it changed while it was read: add it again")
        title = row.get("title")
        return _build_text(source, title if isinstance(title, str) else "", row.get("text"), metadata)
    except OSError as error:
        raise system_error(error) from error
    except LoadError as error:
        raise LoadError(f"line {number} of {corpus.name}: {error}") from error


def _build_text(source: str, title: str, text: Any, metadata: Metadata) -> ParsedText:
    if not isinstance(text, str):
        raise LoadError("it has no text")
    if not has_words(text):
        raise LoadError("it is empty")
    if fault := _find_unstorable(text):
        raise LoadError(fault)
    title = clean_title(title) or find_title(text, 0, markdown=False, name="")
    return ParsedText(source=source, metadata=replace(metadata, title=title), text=text)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _find_unstorable(text: str) -> str:
    """Why a text that JSON may hold can't be stored, or ""."""
    match = _UNSTORABLE.search(text)
    return f"it holds {match[0]!r}, which is no character of a text: mend the file" if match else ""
