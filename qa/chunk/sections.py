"""A document's headings and the sections under them."""

from dataclasses import dataclass
from itertools import zip_longest

from qa.chunk.lines import Heading
from qa.chunk.markdown import read_markdown
from qa.chunk.plain import plain_headings
from qa.schema import Document

__all__ = ["Heading", "Outline", "Section", "headings", "outline_sections", "read_outline", "sections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and the body down to the next heading of any level.

    `path` joins the words of the enclosing headings, outermost first, with " > "; it is None before the
    first heading and where the only heading is the document's title. `heading` is None before the first
    heading. The body is `text[start:end]`, white space included, and may be empty. `is_carried` says that
    the path of the next section holds this heading.
    """

    ordinal: int
    heading: Heading | None
    path: str | None
    start: int
    end: int
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings in order, and the offsets of lines that no sentence reaches into."""

    headings: tuple[Heading, ...]
    breaks: frozenset[int]


def read_outline(document: Document) -> Outline:
    """As the format names them; else by the rules of Markdown or, without its headings, of plain text."""
    if document.outline is not None:
        return _named(document)
    breaks: frozenset[int] = frozenset()
    found: list[Heading] = []
    if document.markdown:
        found, breaks = read_markdown(document.text, document.body_start)
    if not found:
        found = plain_headings(document.text, document.body_start, title=document.title, excluded=breaks)
    return Outline(tuple(found), breaks)


def _named(document: Document) -> Outline:
    found: list[Heading] = []
    breaks: set[int] = set()
    for mark in document.outline or ():
        if mark.level:
            words = " ".join(document.text[mark.start : mark.end].split())
            found.append(Heading(mark.start, mark.end, mark.level, words))
        else:
            breaks |= {mark.start, min(mark.end + 1, len(document.text))}
    return Outline(tuple(found), frozenset(breaks))


def headings(document: Document) -> tuple[Heading, ...]:
    """The headings of the document's body, in order."""
    return read_outline(document).headings


def sections(document: Document) -> tuple[Section, ...]:
    """The sections in order: what stands before the first heading, if anything does, then one a heading."""
    return outline_sections(document, read_outline(document))


def outline_sections(document: Document, outline: Outline) -> tuple[Section, ...]:
    """As `sections`, from an outline that has been read."""
    found = outline.headings
    first = found[0].start if found else len(document.text)
    result: list[Section] = []
    if document.text[document.body_start : first].strip():
        result.append(Section(ordinal=0, heading=None, path=None, start=document.body_start, end=first))
    title = _title_heading(document, found)
    above: list[Heading] = []
    for heading, following in zip_longest(found, found[1:]):
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        path = " > ".join(one.text for one in above if one is not title)
        result.append(
            Section(
                ordinal=len(result),
                heading=heading,
                path=path or None,
                start=heading.end,
                end=following.start if following else len(document.text),
                is_carried=following is not None and following.level > heading.level,
            )
        )
    return tuple(result)


def _title_heading(document: Document, found: tuple[Heading, ...]) -> Heading | None:
    """The only level-1 heading, if it says the document's title."""
    tops = [heading for heading in found if heading.level == 1]
    if len(tops) != 1:
        return None
    same = " ".join(tops[0].text.casefold().split()) == " ".join(document.title.casefold().split())
    return tops[0] if same else None
