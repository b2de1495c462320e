"""Headings, tables and line breaks of Markdown, by the lines that markdown-it-py names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from qa.text.lines import Heading, ends_sentence, is_question, trim

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["MarkdownOutline", "read_markdown"]

_MAX_HEADING_CHARS = 300
_MAX_SETEXT_CHARS = 150
_LINE_WISE_TOKENS = frozenset({"tr_open", "fence", "code_block"})


@dataclass(frozen=True, slots=True)
class MarkdownOutline:
    """What the lines of a Markdown text are.

    `breaks` are the offsets of table rows, of lines of code, and of the line after them: no sentence reaches
    into these. `tables` hold the spans of their rows, white space trimmed, without the line of dashes.
    """

    headings: tuple[Heading, ...]
    breaks: frozenset[int]
    tables: tuple[tuple[tuple[int, int], ...], ...]


# A title, tables and windows of the same text are told one after the other.
@lru_cache(maxsize=2)
def read_markdown(text: str, start: int) -> MarkdownOutline:
    """The outline of `text[start:]`.

    Headings inside lists and quotes are text of those. An underlined paragraph counts as a heading only if
    it has one line, at most 150 characters and no full stop: else a rule was meant.
    """
    # The parser reads a carriage return as a newline, which the offsets here do not.
    body = text[start:].replace("\r", " ")
    offsets = _compute_line_offsets(body, start)
    headings: list[Heading] = []
    breaks: set[int] = set()
    tables: list[list[tuple[int, int]]] = []
    tokens = _block_parser().parse(body)
    for token, following in zip_longest(tokens, tokens[1:]):
        if token.map is None:
            continue
        first, last = token.map
        if token.type == "heading_open" and token.level == 0 and following is not None:
            heading = _read_heading(text, offsets, token, following)
            if heading:
                headings.append(heading)
        elif token.type in _LINE_WISE_TOKENS:
            breaks.update(offsets[first : last + 1])
            if token.type == "tr_open":
                tables[-1].append(trim(text, offsets[first], min(offsets[last], len(text))))
        elif token.type == "table_open":
            tables.append([])
    return MarkdownOutline(tuple(headings), frozenset(breaks), tuple(map(tuple, tables)))


def _compute_line_offsets(body: str, start: int) -> list[int]:
    """Where each line begins, and at last where a line after the end would."""
    offsets = [start]
    for line in body.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def _read_heading(text: str, offsets: Sequence[int], opening: "Token", inline: "Token") -> Heading | None:
    first, last = opening.map or (0, 0)
    start, end = trim(text, offsets[first], min(offsets[last], len(text)))
    words = _strip_markup(inline.content)
    is_underlined = opening.markup in ("=", "-")
    is_doubtful = is_underlined and (
        last - first != 2
        or len(words) > _MAX_SETEXT_CHARS
        or (ends_sentence(words) and not is_question(words))
    )
    if is_doubtful or not words or len(words) > _MAX_HEADING_CHARS:
        return None
    return Heading(start, end, int(opening.tag[1]), words)


def _strip_markup(inline: str) -> str:
    """The words of inline Markdown, on one line."""
    tokens = _inline_parser().parseInline(inline)
    return " ".join("".join(_iterate_texts(tokens[0].children or [])).split()) if tokens else ""


def _iterate_texts(tokens: Iterable["Token"]) -> Iterable[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline"):
            yield token.content
        elif token.children:
            yield from _iterate_texts(token.children)


@cache
def _inline_parser() -> "MarkdownIt":
    # About 50 ms to import; plain texts do without.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


@cache
def _block_parser() -> "MarkdownIt":
    """Blocks only: what is inside of them is needed for headings alone."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")
