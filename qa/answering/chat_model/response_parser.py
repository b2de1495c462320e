"""What a chat model wrote: lines of sentences with the evidence numbers that each names."""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from qa.answering import citations
from qa.text.lines import ITEM_MARKER
from qa.text.sentences import sentence_spans

__all__ = ["ParsedLine", "ParsedSentence", "is_refusal", "parse_response", "strip_thinking"]

_OPEN, _CLOSE = (re.compile(rf"<{slash}think(?:ing)?>", re.IGNORECASE) for slash in ("", "/"))
_LONGEST_TAG = len("</thinking>")
# White space, then what makes a line a quote, a list item or a task.
_PREFIX = re.compile(rf"(?:>\s?)*\s*(?:{ITEM_MARKER.pattern})?(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"#{1,6}\s")
_TABLE_RULE = re.compile(r"\|?[\s:|-]*-{3}[\s:|-]*")
_ENDED = re.compile(r"[.!?:;]\W*$")
_SPACE_BEFORE = re.compile(r"\s+([.,;:!?])")
_HEADING_WORDS = 12

_REFUSAL = re.compile(
    r"\W*(?:[^:]{1,40}:\W+|(?:sorry|unfortunately|i am sorry|i'm sorry)\W+(?:but\s+)?)?(?:"
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
    held, thinking, begun = "", False, False
    for piece in pieces:
        held += piece
        shown = ""
        while match := (_CLOSE if thinking else _OPEN).search(held):
            shown += "" if thinking else held[: match.start()]
            held = held[match.end() :]
            thinking = not thinking
        # What stands at the end may be the beginning of a tag.
        cut = held.rfind("<", max(0, len(held) - _LONGEST_TAG))
        cut = len(held) if cut < 0 else cut
        shown += "" if thinking else held[:cut]
        held = held[cut:]
        shown = shown if begun else shown.lstrip()
        if shown:
            begun = True
            yield shown
    if held and not thinking:
        yield held


def is_refusal(sentence: str) -> bool:
    """Does the sentence say that the evidence does not answer, and nothing else?"""
    plain = _CONTRACTION.sub(" not", " ".join(sentence.split()))
    match = _REFUSAL.match(plain)
    return match is not None and not _HEDGE.search(plain, match.end())


def parse_response(text: str) -> list[ParsedLine]:
    """The lines with their sentences and what each cites.

    A marker belongs to the sentence that it stands in or behind; on a line of its own or at the start of a
    line, to the sentence before; where a line opens with a marker and does not end with one, each belongs
    to the sentence that follows it.
    """
    lines: list[ParsedLine] = []
    waiting: list[int] = []  # numbers before the first sentence
    rows = _joined(text)
    for row, following in pairwise([*rows, ""]):
        if _is_layout(row, following):
            if row or (lines and lines[-1].prefix):
                lines.append(ParsedLine(row))
            continue
        line, leading = _read_line(row)
        before = next((one.sentences[-1] for one in reversed(lines) if one.sentences), None)
        if not line.sentences:
            (before.evidence_numbers if before else waiting).extend(leading)
            continue
        # "… fell.\n[1] … rose [2]": the sentence before has no marker yet, this line has its own.
        behind = (
            before is not None
            and not before.evidence_numbers
            and not line.prefix
            and line.sentences[0].evidence_numbers
        )
        (before.evidence_numbers if before and behind else waiting).extend(leading)
        line.sentences[0].evidence_numbers[:0] = waiting
        waiting = []
        lines.append(line)
    return lines


def _joined(text: str) -> list[str]:
    """Lines without white space behind; one that a sentence goes on in is joined to the one before."""
    rows: list[str] = []
    for row in text.splitlines():
        row = row.rstrip()
        goes_on = row[:1].islower() and rows and re.search(r"\w", rows[-1]) and not _ENDED.search(rows[-1])
        if goes_on and not _HEADING.match(rows[-1]) and not rows[-1].startswith("|"):
            rows[-1] += f" {row}"
        else:
            rows.append(row)
    return rows


def _is_layout(row: str, following: str) -> bool:
    if not re.search(r"\w", row) or (row.startswith("|") and _TABLE_RULE.fullmatch(following)):
        return True
    # A heading that is long, ends like a sentence or has figures may claim something.
    heading = _HEADING.match(row) and len(row.split()) <= _HEADING_WORDS
    return bool(heading and not re.search(r"\d|[.!]$", row))


def _read_line(row: str) -> tuple[ParsedLine, list[int]]:
    """The line, and the numbers that stand in front of its first sentence."""
    table = row.startswith("|")
    match = re.match(r"\|\s*", row) if table else _HEADING.match(row) or _PREFIX.match(row)
    before = match[0] if match else ""
    content, markers = citations.parse_markers(
        row[len(before) :].rstrip("| ") if table else row[len(before) :]
    )
    content = content.rstrip("| ") if table else content
    spans = [(0, len(content))] if table and content else sentence_spans(content)
    line = ParsedLine(before, [ParsedSentence("") for _ in spans], " |" if table else "")
    for (start, end), sentence in zip(spans, line.sentences, strict=True):
        sentence.text = _SPACE_BEFORE.sub(r"\1", " ".join(content[start:end].split()))
    leading = [number for marker in markers if not _starts_before(marker, spans) for number in marker.numbers]
    ends_marked = bool(spans and markers and markers[-1].position > spans[-1][0])
    forward = bool(leading) and not ends_marked
    for marker in markers:
        begun = sum(start < marker.position for start, _ in spans)
        if not begun:
            continue
        between = marker.position >= spans[begun - 1][1]
        line.sentences[begun if forward and between else begun - 1].evidence_numbers.extend(marker.numbers)
    return line, leading


def _starts_before(marker: citations.CitationMarker, spans: list[tuple[int, int]]) -> bool:
    return any(start < marker.position for start, _ in spans)
