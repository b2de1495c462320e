"""A document's headings and the sections under them."""

from dataclasses import dataclass
from itertools import zip_longest

from qa.chunking.markdown_headings import MarkdownOutline, read_markdown
from qa.chunking.plain_text_headings import plain_headings
from qa.schema import Document
from qa.text.lines import Heading, iterate_lines

__all__ = [
    "DocumentStructure",
    "Heading",
    "Section",
    "headings",
    "read_structure",
    "sections",
    "structure_sections",
]


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
class DocumentStructure:
    """The headings in order, the offsets of lines that no sentence reaches into, and where rows start.

    Rows of tables are cut into sentences at cells alone that are written in sentences.
    """

    headings: tuple[Heading, ...]
    breaks: frozenset[int]
    rows: frozenset[int] = frozenset()


def read_structure(document: Document) -> DocumentStructure:
    """As the format names them; else by the rules of Markdown or, without its headings, of plain text."""
    if document.structure is not None:
        return _convert_outline(document)
    if document.markdown:
        markdown = read_markdown(document.text, document.body_start)
    else:
        markdown = _read_rows(document)
    outline_headings = markdown.headings or tuple(
        plain_headings(document.text, document.body_start, title=document.title, excluded=markdown.breaks)
    )
    rows = frozenset(start for table in markdown.tables for start, _ in table)
    return DocumentStructure(outline_headings, markdown.breaks, rows)


def _read_rows(document: Document) -> MarkdownOutline:
    """The rows of a plain text's tables, each a line."""
    tables = tuple(
        tuple(
            (line.start, line.end)
            for line in iterate_lines(document.text, table.start, table.end)
            if line.text
        )
        for table in document.tables
    )
    last = len(document.text)
    breaks = {place for rows in tables for start, end in rows for place in (start, min(end + 1, last))}
    return MarkdownOutline((), frozenset(breaks), tables)


def _convert_outline(document: Document) -> DocumentStructure:
    outline_headings: list[Heading] = []
    breaks: set[int] = set()
    rows: set[int] = set()
    for entry in document.structure or ():
        if entry.level:
            words = " ".join(document.text[entry.start : entry.end].split())
            outline_headings.append(Heading(entry.start, entry.end, entry.level, words))
        else:
            breaks |= {entry.start, min(entry.end + 1, len(document.text))}
            rows.add(entry.start)
    return DocumentStructure(tuple(outline_headings), frozenset(breaks), frozenset(rows))


def headings(document: Document) -> tuple[Heading, ...]:
    """The headings of the document's body, in order."""
    return read_structure(document).headings


def sections(document: Document) -> tuple[Section, ...]:
    """The sections in order: what stands before the first heading, if anything does, then one a heading."""
    return structure_sections(document, read_structure(document))


def structure_sections(document: Document, outline: DocumentStructure) -> tuple[Section, ...]:
    """As `sections`, from an outline that has been read."""
    outline_headings = outline.headings
    first = outline_headings[0].start if outline_headings else len(document.text)
    result: list[Section] = []
    if document.text[document.body_start : first].strip():
        result.append(Section(ordinal=0, heading=None, path=None, start=document.body_start, end=first))
    title = _find_title_heading(document, outline_headings)
    ancestors: list[Heading] = []
    for heading, following in zip_longest(outline_headings, outline_headings[1:]):
        while ancestors and ancestors[-1].level >= heading.level:
            ancestors.pop()
        ancestors.append(heading)
        path = " > ".join(ancestor.text for ancestor in ancestors if ancestor is not title)
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


def _find_title_heading(document: Document, outline_headings: tuple[Heading, ...]) -> Heading | None:
    """The only level-1 heading, if it says the document's title."""
    tops = [heading for heading in outline_headings if heading.level == 1]
    if len(tops) != 1:
        return None
    same = " ".join(tops[0].text.casefold().split()) == " ".join(document.title.casefold().split())
    return tops[0] if same else None
