"""A title for a text that brings none."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath

from qa.chunking import headings
from qa.parsers.empty_titles import is_empty_title, names_a_part
from qa.parsers.parsed_text import ParsedContent
from qa.schema import Document, Metadata
from qa.text.lines import RAISED_FIGURES
from qa.text.sentences import sentence_spans

__all__ = ["clean_title", "find_title", "title_of_content"]

_MAX_CHARS = 300
_SENTENCE_CHARS = 80
_SAMPLE_CHARS = 20_000
# Names that say nothing: only digits and hexadecimal words, at least one of them of eight characters or more.
_HASH_LIKE = re.compile(r"(?=.*[0-9a-f]{8})(?:[0-9a-f]+|\d+)(?:[-_. ](?:[0-9a-f]{4,}|\d+))*", re.IGNORECASE)
_LEADING_HEADINGS = re.compile(r"\A\s*(?:#{1,6} [^\n]*(?:\n\s*|\Z))+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_FOLDER_CHARS = 40
_NOTE_MARK = re.compile(rf"(?<=[^\W\d_]{{3}})(?<![{RAISED_FIGURES}])[{RAISED_FIGURES}]+$")


def clean_title(title: str) -> str:
    """On one line, without control and direction marks and a note's mark, at most 300 characters."""
    visible = "".join(
        " " if character.isspace() else character
        for character in title
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return _truncate(_NOTE_MARK.sub("", " ".join(visible.split())), _MAX_CHARS)


def find_title(text: str, body_start: int, *, markdown: bool, name: str, source: str = "") -> str:
    """The first Markdown heading of level 1; else a first line that stands there as a heading; else the name.

    A name like 000_ea97f1393f4f7e76, or Document1, says nothing: then it is the start of the first sentence.
    A name from a folder of `source` that names a year says that too: "Levy (2029)".
    """
    heading = _title_from_headings(text, body_start, markdown)
    body_start += len(text[body_start:]) - len(_LEADING_HEADINGS.sub("", text[body_start:], count=1))
    return _choose_title(heading or "", name, source, lambda: _title_from_sentence(text, body_start))


def title_of_content(
    content: ParsedContent, name: str, source: str = "", *, is_workbook: bool = False
) -> str:
    """The first of the highest headings, if it stands before most of the text; else as `find_title`.

    The headings of a workbook are its sheets' names: of several none says what the whole of it is.
    """
    outline_headings = [heading for heading in content.structure if heading.level]
    top = min((heading.level for heading in outline_headings), default=0)
    first = next((heading for heading in outline_headings if heading.level == top), None)
    is_early = first is not None and first.start <= min(_SAMPLE_CHARS, len(content.text) // 2)
    heading = content.text[first.start : first.end] if first is not None and is_early else ""
    if is_workbook and sum(mark.level == top for mark in outline_headings) > 1:
        return _choose_title("", name, source, lambda: heading)
    return _choose_title(heading, name, source, lambda: _first_sentence_of(content))


def _first_sentence_of(content: ParsedContent) -> str:
    """The first sentence below the headings at the top; a row of a table is none."""
    start = 0
    for mark in content.structure:
        if content.text[start : mark.start].strip():
            break
        if not mark.level:
            return ""
        start = mark.end
    return _title_from_sentence(content.text, start)


def _choose_title(heading: str, name: str, source: str, read_sentence: Callable[[], str]) -> str:
    """The first of these that says what the document is; one that says little if none does.

    Sentences are told only where heading and name say nothing: that takes longer than reading a small file.
    """
    name_title = _title_from_name(name, source)
    candidates: tuple[tuple[Callable[[], str], bool], ...] = (
        (lambda: heading, names_a_part(heading) or is_empty_title(heading)),
        (lambda: name_title, is_empty_title(PurePath(name).stem)),
        (read_sentence, False),
        (lambda: name_title, False),
        (lambda: heading, False),
    )
    for read, says_nothing in candidates:
        if not says_nothing and (candidate := read()) and (title := clean_title(candidate)):
            return title
    return "Untitled"


def _title_from_headings(text: str, body_start: int, markdown: bool) -> str | None:
    sample = text[: body_start + _SAMPLE_CHARS]
    text_start = body_start + len(sample[body_start:]) - len(sample[body_start:].lstrip())
    sample_document = Document(
        id="-",
        source="",
        metadata=Metadata(title=""),
        text=sample,
        sha256="",
        body_start=body_start,
        markdown=markdown,
    )
    sample_headings = headings(sample_document)
    if markdown and (top := next((heading for heading in sample_headings if heading.level == 1), None)):
        return top.text
    return (
        sample_headings[0].text
        if sample_headings
        and sample_headings[0].start == text_start
        and not sample_headings[0].text.endswith("?")
        else None
    )


def _title_from_name(name: str, source: str) -> str:
    """The file's name as words, with its folder's where that says of which year it is; "" if it has none."""
    stem = PurePath(name).stem
    if _HASH_LIKE.fullmatch(stem):
        return ""
    title = " ".join(re.sub(r"[_-]+", " ", stem).split())
    folder = " ".join(PurePath(source).parent.name.replace("_", " ").split())
    if title and _YEAR.search(folder) and not _YEAR.search(title) and len(folder) <= _MAX_FOLDER_CHARS:
        title = f"{title} ({folder})"
    return title[:1].upper() + title[1:]


def _title_from_sentence(text: str, body_start: int) -> str:
    sample = text[body_start:].lstrip()[:_SAMPLE_CHARS]
    spans = sentence_spans(sample)
    return _truncate(" ".join(sample[slice(*spans[0])].split()), _SENTENCE_CHARS) if spans else ""


def _truncate(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    prefix = text[: limit - 1]
    last_space = prefix.rfind(" ")
    # Scripts without spaces, and addresses, are cut anywhere.
    words = prefix if text[limit - 1] == " " or last_space < limit // 2 else prefix[:last_space]
    return words.rstrip(" ,;:–—-") + "…"
