"""The title that stands on a PDF's first page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.text_blocks import TypeFace
from qa.parsers.pdf.title_lines import (
    is_date,
    is_issue_line,
    is_journal,
    is_masthead,
    is_no_title,
    is_part,
    is_section_name,
)

__all__ = ["find_title"]

_MAX_LINES = 6
_MAX_CHARS = 280
_MAX_STEP = 1.9  # in type sizes, from line to line of a title
_LARGER = 1.07
_ALIKE = 0.95  # share of a size that is the same to the eye
_MIN_BODY_CHARS = 60  # of a line of running text
_HEAD_LINES = 20
_AGENCY = re.compile(r"AGENC(?:Y|IES):")
_SUBJECT = re.compile(r"(?:subject|re|betreff|betrifft|objet|asunto|oggetto|title)\s*:\s*(\S.*)", re.I)
_JOINS = re.compile(
    r"(?:\b(?:of|the|and|to|on|for|in|with|by|from|a|an|at|or|de|du|des|la|et|für|und|der)|[,&–-])$", re.I
)
_NOTE_MARK = re.compile(
    r"(?<=[^\W\d_]{3})(?<![⁰¹²³⁴-⁹,])[⁰¹²³⁴-⁹]++(?:,[⁰¹²³⁴-⁹]++)*+(?=\s|$)|(?:(?<![*†])|(?=\s))\s?[*†]+$"
)


@dataclass(slots=True)
class _Candidate:
    """Lines in one type that may be the title; `weight` says how likely they are."""

    lines: list[Line]
    index: int
    weight: float

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def find_title(pages: Sequence[Sequence[Line]], face: TypeFace) -> str | None:
    """The words on the first page that name this document, if any stand out.

    The name of who issues it, of a series or a form is none, however large it is set.
    """
    lines = pages[0] if pages else []
    for title in (
        _find_notice_title(lines, len(pages)),
        _find_subject(lines[:_HEAD_LINES]),
        _find_prominent(lines, face),
        _find_plain(lines, face),
    ):
        if title and "\ufffd" not in title:
            return _NOTE_MARK.sub("", title)
    return None


def _find_notice_title(lines: Sequence[Line], page_count: int) -> str | None:
    """What stands right before "AGENCY:" in a gazette's notice.

    A file with one notice of a gazette may begin and end within others; the one that goes on to its last page
    is the last that begins on the first.
    """
    labels = [index for index, line in enumerate(lines) if index and _AGENCY.match(line.text)]
    if not labels:
        return None
    last = labels[-1 if page_count > 1 else 0] - 1
    first = last
    while first > 0 and last - first < _MAX_LINES - 1 and _is_one_heading(lines[first - 1], lines[first]):
        first -= 1
    title_lines = lines[first : last + 1]
    return (
        None
        if any(is_no_title(line.text) for line in title_lines)
        else " ".join(line.text for line in title_lines)
    )


def _find_subject(lines: Sequence[Line]) -> str | None:
    """What a memorandum says that it is about."""
    for index, line in enumerate(lines):
        if match := _SUBJECT.fullmatch(line.text):
            words = [match[1]]
            for last, following in zip(lines[index:], lines[index + 1 : index + 3], strict=False):
                step = following.middle - last.middle
                if not (following.left > line.left + 2 * line.size and 0 < step < 1.5 * line.size):
                    break
                words.append(following.text)
            return " ".join(words)
    return None


def _is_one_heading(first: Line, second: Line) -> bool:
    if first.bold != second.bold or not _ALIKE < first.size / max(second.size, 0.1) < 1 / _ALIKE:
        return False
    # A heading may go on at the top of the next column.
    return first.column != second.column or 0 < second.middle - first.middle <= 1.65 * second.size


def _find_prominent(lines: Sequence[Line], face: TypeFace) -> str | None:
    """The first of the largest lines that may be a title."""
    candidates = list(_iterate_candidates(lines, face))
    if not candidates:
        return None
    best = max(candidate.weight for candidate in candidates)
    return next(candidate for candidate in candidates if candidate.weight >= _ALIKE * best).text


def _find_plain(lines: Sequence[Line], face: TypeFace) -> str | None:
    """Capitals or centred words above a text that is all set in one type, as on a typewriter."""
    title: list[Line] = []
    for line in lines[: min(_find_body(lines, face), _HEAD_LINES)]:
        is_plain = not line.text.endswith((",", ".", ":", ";")) and len(line.text.split()) > 1
        is_named = is_plain and not (
            is_no_title(line.text) or is_section_name(line.text) or is_masthead(line.text)
        )
        if is_named and (line.text.isupper() or _is_centred(line)) and len(title) < _MAX_LINES:
            title.append(line)
        elif title:
            break
    return " ".join(line.text for line in title) or None


def _is_centred(line: Line) -> bool:
    width = line.end - line.start
    left, right = line.left - line.start, line.end - line.right
    return min(left, right) > 0.1 * width and abs(left - right) < 0.06 * width


def _iterate_candidates(lines: Sequence[Line], face: TypeFace) -> Iterator[_Candidate]:
    largest = max((line.size for line in lines), default=1.0)
    body_start = _find_body(lines, face)
    index = 0
    while index < len(lines):
        end = index + 1
        if not _may_be_title(lines, index, face):
            index = end
            continue
        while end < len(lines) and end - index < _MAX_LINES and _goes_on(lines, end, face):
            end += 1
        candidate = _Candidate(list(lines[index:end]), index, lines[index].size / largest)
        text = candidate.text
        if (
            len(text) <= _MAX_CHARS
            and not is_no_title(text)
            and not is_section_name(text)
            and not is_masthead(text)
        ):
            follows = " ".join(line.text for line in lines[end : end + 1])
            if is_journal(text) or is_issue_line(follows) or is_part(text):
                candidate.weight *= 0.6
            if index < body_start:
                candidate.weight *= 1.25
            if text.endswith((".", ";", ",")):
                candidate.weight *= 0.7
            yield candidate
        index = end


def _find_body(lines: Sequence[Line], face: TypeFace) -> int:
    """The number of the first line of running text."""
    for index, line in enumerate(lines[:-1]):
        if (
            not _stands_out(line, face)
            and len(line.text) >= _MIN_BODY_CHARS
            and len(lines[index + 1].text) >= 20
        ):
            return index
    return len(lines)


def _stands_out(line: Line, face: TypeFace) -> bool:
    is_bold = line.bold and not face.body.bold and line.size >= 0.93 * face.body.size
    return line.size > _LARGER * face.body.size or is_bold


def _may_be_title(lines: Sequence[Line], index: int, face: TypeFace) -> bool:
    line = lines[index]
    return _stands_out(line, face) and not (
        is_no_title(line.text) or (is_masthead(line.text) and not _JOINS.search(line.text))
    )


def _goes_on(lines: Sequence[Line], index: int, face: TypeFace) -> bool:
    """Whether a line goes on with the title that the line before it belongs to."""
    last, line = lines[index - 1], lines[index]
    step = line.middle - last.middle
    if line.column != last.column or not 0 < step <= _MAX_STEP * line.size:
        return False
    if line.bold != last.bold or not _ALIKE < line.size / last.size < 1 / _ALIKE:
        return False
    return bool(_JOINS.search(last.text)) or is_date(line.text) or _may_be_title(lines, index, face)
