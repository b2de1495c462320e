"""What a chat model wrote: lines of sentences with the evidence numbers that each names."""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from qa.answering import citations
from qa.text.lines import ITEM_MARKER
from qa.text.sentences import sentence_spans

__all__ = ["ParsedLine", "ParsedSentence", "is_refusal", "is_unfinished", "parse_response", "strip_thinking"]

_OPEN, _CLOSE = (re.compile(rf"<{slash}think(?:ing)?>", re.IGNORECASE) for slash in ("", "/"))
_MAX_TAG_CHARS = len("</thinking>")
# White space, then what makes a line a quote, a list item or a task.
_PREFIX = re.compile(rf"(?:>\s?)*\s*(?:{ITEM_MARKER.pattern})?(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"#{1,6}\s")
_TABLE_RULE = re.compile(r"(?=[\s:|-]*?---)[\s:|-]+")
_ENDS_CLAUSE = re.compile(r"[.!?:;][^\w.!?:;]*$")
_SPACE_BEFORE = re.compile(r" ([.,;:!?])")
_MAX_HEADING_WORDS = 12

_REFUSAL = re.compile(
    r"\W*+(?:[^:]{1,40}:\W++|(?:sorry|unfortunately|i am sorry|i'm sorry)\W++(?:but\s++)?)?(?:"
    r"(?:(?:based on|according to) .{1,40}, )?(?:the|these|this|your) (?:\w+ ){0,3}?"
    r"(?:documents?|evidence|briefings?|passages?|texts?|context|sources?) (?:do|does|did) not (?:\w+ ){0,2}?"
    r"(?:answer(?: \w+){0,3}? question|(?:contain|provide|include|give|have) (?:\w+ ){0,2}?"
    r"(?:answer|information)\b)"
    r"|(?:the|this|your) question can ?not be answered"
    r"|i (?:can ?not|am unable to) answer (?:this|the|your|that) question"
    r"|(?:i do not|there is not|there is no|i have no) (?:have )?(?:enough |sufficient )?information\b"
    r"|i do not know\W*$)",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b(but|however|although|though|while)\b", re.IGNORECASE)
_CONTRACTION = re.compile(r"n['’]t\b", re.IGNORECASE)


@dataclass(slots=True)
class ParsedSentence:
    """One sentence and the evidence numbers that its markers name, in order."""

    text: str
    evidence_numbers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ParsedLine:
    """A line of the text: Markdown in front (`- `), its sentences, Markdown behind.

    A line without sentences (a heading, a rule, an empty line) is all `prefix`: it claims nothing.
    """

    prefix: str
    sentences: list[ParsedSentence] = field(default_factory=list)
    suffix: str = ""


def strip_thinking(pieces: Iterable[str]) -> Generator[str, None, None]:
    """The text without `<think>…</think>`, piece by piece; what is never closed is thought to the end."""
    buffer, is_thinking, has_begun = "", False, False
    for piece in pieces:
        buffer += piece
        visible = ""
        while match := (_CLOSE if is_thinking else _OPEN).search(buffer):
            visible += "" if is_thinking else buffer[: match.start()]
            buffer = buffer[match.end() :]
            is_thinking = not is_thinking
        # What stands at the end may be the beginning of a tag.
        cut = buffer.rfind("<", max(0, len(buffer) - _MAX_TAG_CHARS))
        cut = len(buffer) if cut < 0 else cut
        visible += "" if is_thinking else buffer[:cut]
        buffer = buffer[cut:]
        visible = visible if has_begun else visible.lstrip()
        if visible:
            has_begun = True
            yield visible
    if buffer and not is_thinking:
        yield buffer


def is_refusal(sentence: str) -> bool:
    """Does the sentence say that the evidence does not answer, and nothing else?"""
    plain = _CONTRACTION.sub(" not", " ".join(sentence.split()))
    match = _REFUSAL.match(plain)
    return match is not None and not _HEDGE.search(plain, match.end())


def is_unfinished(sentence: str) -> bool:
    """Does the sentence stop short of its end?"""
    return not _ENDS_CLAUSE.search(sentence)


def parse_response(text: str) -> list[ParsedLine]:
    """The lines with their sentences and what each cites.

    A marker belongs to the sentence that it stands in or behind; on a line of its own or at the start of a
    line, to the sentence before; where a line opens with a marker and does not end with one, each belongs
    to the sentence that follows it.
    """
    lines: list[ParsedLine] = []
    pending_numbers: list[int] = []  # numbers before the first sentence
    source_lines = _join_wrapped_lines(text)
    for source_line, following in pairwise([*source_lines, ""]):
        if _is_layout(source_line, following):
            if source_line or (lines and lines[-1].prefix):
                lines.append(ParsedLine(source_line))
            continue
        line, leading = _read_line(source_line)
        previous = next(
            (earlier_line.sentences[-1] for earlier_line in reversed(lines) if earlier_line.sentences), None
        )
        if not line.sentences:
            (previous.evidence_numbers if previous else pending_numbers).extend(leading)
            continue
        # "… fell.\n[1] … rose [2]": the sentence before has no marker yet, this line has its own.
        belongs_to_previous = (
            previous is not None
            and not previous.evidence_numbers
            and not line.prefix
            and line.sentences[0].evidence_numbers
        )
        (previous.evidence_numbers if previous and belongs_to_previous else pending_numbers).extend(leading)
        line.sentences[0].evidence_numbers[:0] = pending_numbers
        pending_numbers = []
        lines.append(line)
    return lines


def _join_wrapped_lines(text: str) -> list[str]:
    """Lines without white space behind; one that a sentence goes on in is joined to the one before."""
    source_lines: list[str] = []
    for source_line in text.splitlines():
        source_line = source_line.rstrip()
        continues_sentence = (
            source_line[:1].islower()
            and source_lines
            and re.search(r"\w", source_lines[-1])
            and not _ENDS_CLAUSE.search(source_lines[-1])
        )
        if (
            continues_sentence
            and not _HEADING.match(source_lines[-1])
            and not source_lines[-1].startswith("|")
        ):
            source_lines[-1] += f" {source_line}"
        else:
            source_lines.append(source_line)
    return source_lines


def _is_layout(source_line: str, following: str) -> bool:
    if not re.search(r"\w", source_line) or (
        source_line.startswith("|") and _TABLE_RULE.fullmatch(following)
    ):
        return True
    # A heading that is long, ends like a sentence or has figures may claim something.
    is_short_heading = _HEADING.match(source_line) and len(source_line.split()) <= _MAX_HEADING_WORDS
    return bool(is_short_heading and not re.search(r"\d|[.!]$", source_line))


def _read_line(source_line: str) -> tuple[ParsedLine, list[int]]:
    """The line, and the numbers that stand in front of its first sentence."""
    is_table_row = source_line.startswith("|")
    match = (
        re.match(r"\|\s*", source_line)
        if is_table_row
        else _HEADING.match(source_line) or _PREFIX.match(source_line)
    )
    prefix = match[0] if match else ""
    content, markers = citations.parse_markers(
        source_line[len(prefix) :].rstrip("| ") if is_table_row else source_line[len(prefix) :]
    )
    content = content.rstrip("| ") if is_table_row else content
    spans = [(0, len(content))] if is_table_row and content else sentence_spans(content)
    line = ParsedLine(prefix, [ParsedSentence("") for _ in spans], " |" if is_table_row else "")
    for (start, end), sentence in zip(spans, line.sentences, strict=True):
        sentence.text = _SPACE_BEFORE.sub(r"\1", " ".join(content[start:end].split()))
    leading = [number for marker in markers if not _starts_before(marker, spans) for number in marker.numbers]
    ends_marked = bool(spans and markers and markers[-1].position > spans[-1][0])
    belong_to_next = bool(leading) and not ends_marked
    for marker in markers:
        begun_count = sum(start < marker.position for start, _ in spans)
        if not begun_count:
            continue
        is_between = marker.position >= spans[begun_count - 1][1]
        line.sentences[
            begun_count if belong_to_next and is_between else begun_count - 1
        ].evidence_numbers.extend(marker.numbers)
    return line, leading


def _starts_before(marker: citations.CitationMarker, spans: list[tuple[int, int]]) -> bool:
    return any(start < marker.position for start, _ in spans)
