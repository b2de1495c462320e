"""What a chat model wrote: lines of sentences with the evidence numbers that each names."""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from qa.answering import citations
from qa.answering.chat_model.claiming import claims_something
from qa.text.lines import ITEM_MARKER
from qa.text.sentences import sentence_spans

__all__ = [
    "ParsedLine",
    "ParsedSentence",
    "cell_spans",
    "is_refusal",
    "is_unfinished",
    "parse_response",
    "strip_thinking",
]

_OPEN, _CLOSE = (re.compile(rf"<{slash}think(?:ing)?>", re.IGNORECASE) for slash in ("", "/"))
_MAX_TAG_CHARS = len("</thinking>")
# White space, then what makes a line a quote, a list item or a task.
_PREFIX = re.compile(rf"(?:>\s?)*\s*(?:{ITEM_MARKER.pattern})?(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"#{1,6}\s")
_TABLE_RULE = re.compile(r"(?=[\s:|-]*?---)[\s:|-]+")
_ENDS_CLAUSE = re.compile(r"[.!?:;][^\w.!?:;]*$")
_SPACE_BEFORE = re.compile(r" ([.,;:!?])")
_FENCE = re.compile(r"\s*(?:[-*+]\s+|>\s?)*(```+|~~~+)")
_UNDERLINE = re.compile(r"={3,}\s*")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_|]+\1:?")
# What an introduction stands before: an item, a row, a quote, code.
_LISTED = re.compile(rf"\s*(?:{ITEM_MARKER.pattern}|[|>]|```|~~~)")
_CELL_BORDER = re.compile(r"\s{0,99}(?<!\\)\|\s*")
_YES_OR_NO = re.compile(r"\W*(?:yes|no)\W*", re.IGNORECASE)

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


SentenceRole = Literal["sentence", "row", "heading", "head row", "introduction"]


@dataclass(slots=True)
class ParsedSentence:
    """One sentence and the evidence numbers that its markers name, in order.

    A row of a table is one, its cells between bars, with the `heads` of its columns; so is a heading.
    """

    text: str
    evidence_numbers: list[int] = field(default_factory=list)
    role: SentenceRole = "sentence"
    heads: tuple[str, ...] = ()

    @property
    def claims(self) -> bool:
        """Whether it says that something is so, and is to be judged; a mere name or question does not."""
        cells = [self.text[start:end] for start, end in cell_spans(self.text) if start < end]
        # A row with its name alone says no more than a head.
        if self.role == "head row" or (self.role == "row" and len(cells) < 2):
            return any(map(claims_something, cells))
        is_name = self.role in ("heading", "introduction")
        if is_name or self.text.endswith("?"):
            return claims_something(self.text, is_introduction=self.role != "heading")
        return True


def cell_spans(row: str) -> list[tuple[int, int]]:
    """Where the cells of a row stand in its text."""
    borders = [(0, 0), *(match.span() for match in _CELL_BORDER.finditer(row)), (len(row), len(row))]
    return [(before[1], behind[0]) for before, behind in pairwise(borders)]


@dataclass(slots=True)
class ParsedLine:
    """A line of the text: Markdown in front (`- `), its sentences, Markdown behind.

    A line without sentences (code, a rule, an empty line) is all `prefix`: it claims nothing.
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
    to the sentence that follows it. Code between fences is kept as it is.
    """
    lines: list[ParsedLine] = []
    pending_numbers: list[int] = []  # numbers before the first sentence
    heads: tuple[str, ...] = ()
    source_lines = _join_wrapped_lines(text)
    for number, (source_line, is_code) in enumerate(source_lines):
        following = source_lines[number + 1][0] if number + 1 < len(source_lines) else ""
        if is_code or not re.search(r"\w", source_line):
            if source_line or (lines and lines[-1].prefix):
                lines.append(ParsedLine(source_line))
            heads = heads if source_line.startswith("|") else ()
            continue
        line, leading = _read_line(source_line)
        previous = next(
            (
                sentence
                for earlier_line in reversed(lines)
                for sentence in reversed(earlier_line.sentences)
                if sentence.role in ("sentence", "row")
            ),
            None,
        )
        if not line.sentences:
            (previous.evidence_numbers if previous else pending_numbers).extend(leading)
            continue
        _set_role(line, following, next((rest for rest, _ in source_lines[number + 1 :] if rest), ""), heads)
        heads = _next_heads(line, heads)
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


def _set_role(line: ParsedLine, following: str, next_text: str, heads: tuple[str, ...]) -> None:
    """Tell what the sentences of a line are, by its form and what comes below it."""
    first, last = line.sentences[0], line.sentences[-1]
    if line.suffix:
        is_head = _TABLE_RULE.fullmatch(following) is not None
        first.role, first.heads = ("head row", ()) if is_head else ("row", heads)
    elif _HEADING.match(line.prefix) or _UNDERLINE.fullmatch(following) or _BOLD_LINE.fullmatch(first.text):
        first.role = "heading"
    elif last.text.endswith(":") and _LISTED.match(next_text):
        last.role = "introduction"


def _next_heads(line: ParsedLine, heads: tuple[str, ...]) -> tuple[str, ...]:
    """The heads of the columns of what follows a line."""
    sentence = line.sentences[0]
    if sentence.role == "head row":
        return tuple(sentence.text[start:end] for start, end in cell_spans(sentence.text))
    return heads if sentence.role == "row" else ()


def _join_wrapped_lines(text: str) -> list[tuple[str, bool]]:
    """Lines without white space behind, and whether they are code.

    One that a sentence goes on in is joined to the one before.
    """
    source_lines: list[tuple[str, bool]] = []
    fence: str | None = None
    for source_line in text.splitlines():
        source_line = source_line.rstrip()
        opened = _FENCE.match(source_line)
        if opened and (fence is None or opened[1].startswith(fence)):
            fence = opened[1] if fence is None else None
            source_lines.append((source_line, True))
        elif fence is not None:
            source_lines.append((source_line, True))
        elif source_lines and not source_lines[-1][1] and _goes_on(source_lines[-1][0], source_line):
            source_lines[-1] = (f"{source_lines[-1][0]} {source_line}", False)
        else:
            source_lines.append((source_line, False))
    return source_lines


def _goes_on(line: str, following: str) -> bool:
    """Whether a line's sentence goes on in the next one."""
    is_prose = re.search(r"\w", line) and not _HEADING.match(line) and not line.startswith("|")
    return bool(following[:1].islower() and is_prose and not _ENDS_CLAUSE.search(line))


def _read_line(source_line: str) -> tuple[ParsedLine, list[int]]:
    """The line, and the numbers that stand in front of its first sentence."""
    is_table_row, is_heading = source_line.startswith("|"), _HEADING.match(source_line)
    match = (
        re.match(r"\|\s*", source_line)
        if is_table_row
        else is_heading or _PREFIX.match(source_line)
    )  # fmt: skip
    prefix = match[0] if match else ""
    content, markers = citations.parse_markers(
        source_line[len(prefix) :].rstrip("| ") if is_table_row else source_line[len(prefix) :]
    )
    content = content.rstrip("| ") if is_table_row else content
    spans = [(0, len(content))] if content and (is_table_row or is_heading) else _sentence_spans(content)
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


def _sentence_spans(content: str) -> list[tuple[int, int]]:
    """The sentences of a line; a mere "Yes." belongs to the one behind it, which says what is so."""
    spans = sentence_spans(content)
    if len(spans) > 1 and _YES_OR_NO.fullmatch(content, *spans[0]):
        spans[:2] = [(spans[0][0], spans[1][1])]
    return spans


def _starts_before(marker: citations.CitationMarker, spans: list[tuple[int, int]]) -> bool:
    return any(start < marker.position for start, _ in spans)
