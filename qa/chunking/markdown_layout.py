"""Markdown as blocks of runs: how each piece of a text is to look, and where in the text it stands."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

__all__ = ["Block", "Run", "layout_inline", "layout_markdown"]

# What may be left out of sight between two blocks: signs that the look of the text says as well.
_SIGNS = re.compile(r"(?:[\s>#*+\-=_`~|:\\]|\d+[.)](?=\s|$))*")
_ENDING_SIGNS = " \t\n#>=-~`|"
_BREAK = re.compile(r"\\?\n")
_CONTAINERS = {
    "blockquote_open": "quote",
    "bullet_list_open": "list",
    "ordered_list_open": "numbered",
    "list_item_open": "item",
}
_STYLES = {"strong_open": "strong", "em_open": "em", "s_open": "struck"}
_PLAIN_TOKENS = frozenset({"fence", "code_block", "html_block", "hr", "table_open"})
_CACHED_TEXTS = 8  # the page is drawn anew for every click


@dataclass(frozen=True, slots=True)
class Run:
    """`text[start:end]` in one style.

    "markup" says how the text looks and need not be seen; "faint" does not belong to the running text, as the
    address of a link; "break" ends a line. Styles of letters are joined by a space: "strong em".
    """

    start: int
    end: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its runs, or with the blocks in it.

    `type` is "heading", "paragraph", "code", "rule", "plain" (lines as they are), "gap" (nothing to be
    seen), or for what holds blocks
    "quote", "list", "numbered", "item". `level` is that of a heading, or the first number of a list.
    """

    type: str
    runs: tuple[Run, ...] = ()
    blocks: tuple["Block", ...] = ()
    level: int = 0


_Spans = list[tuple[int, int, str]]


@lru_cache(maxsize=_CACHED_TEXTS)
def layout_markdown(text: str, start: int, end: int) -> tuple[Block, ...]:
    """The blocks of `text[start:end]`; their runs, in order, fill it without a gap or an overlap.

    HTML, pictures, and links by reference stay the text that they are. What is nested too deeply to be laid
    out, or can't be placed to the character, is shown as it is written.
    """
    return _Layout(text, start, end).read()


def layout_inline(text: str, start: int, end: int) -> tuple[Run, ...]:
    """The runs of one line, such as a cell of a table."""
    spans = _read_inline(text[start:end]) or [(0, end - start, "")]
    return tuple(Run(start + first, start + last, style) for first, last, style in spans)


class _Layout:
    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._end, self._cursor = text, end, start
        # The parser reads a carriage return as a newline, which the offsets here do not.
        body = text[start:end].replace("\r", " ")
        self._lines = body.split("\n")
        self._offsets = [start]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        self._tokens = iter(_block_parser().parse(body))

    def read(self) -> tuple[Block, ...]:
        blocks = list(self._read_blocks())
        if self._cursor < self._end:
            runs = tuple(self._gap(self._end))
            blocks.append(Block("plain" if any(run.style == "faint" for run in runs) else "gap", runs))
        return tuple(blocks)

    def _read_blocks(self) -> Iterator[Block]:
        """The blocks up to the end of the one that is open."""
        for token in self._tokens:
            if token.type in _CONTAINERS:
                level = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0
                blocks = tuple(self._read_blocks())
                yield Block(_CONTAINERS[token.type], blocks=blocks, level=level)
            elif token.type in ("heading_open", "paragraph_open"):
                inline = next(self._tokens)
                next(self._tokens)
                level = int(token.tag[1]) if token.type == "heading_open" else 0
                yield self._read_prose(token, inline, level)
            elif token.type in _PLAIN_TOKENS:
                yield self._read_lines(token)
                if token.type == "table_open":
                    while next(self._tokens).type != "table_close":
                        pass
            elif token.nesting < 0:
                return

    def _read_prose(self, token: "Token", inline: "Token", level: int) -> Block:
        places = self._place_lines(inline.content.split("\n"), token)
        spans = _read_inline("\n".join(self._text[first:last] for first, last in places)) if places else None
        if not places or spans is None:
            return replace(self._read_lines(token), type="paragraph")
        runs = _to_source(self._text, spans, places)
        block_type = "heading" if level else "paragraph"
        return Block(block_type, self._fill(runs), level=level)

    def _read_lines(self, token: "Token") -> Block:
        first, last = token.map or (0, 0)
        block_type = {"fence": "code", "code_block": "code", "hr": "rule"}.get(token.type, "plain")
        places = None
        if block_type == "code":
            lines = token.content.removesuffix("\n").split("\n")
            places = self._place_lines(lines, token, skipped=int(token.type == "fence"))
        elif block_type == "rule":
            return Block("rule", self._fill([Run(*self._trim(first, last), "markup")]))
        if not places:
            return Block(block_type, self._fill([Run(*self._trim(first, last))]))
        length = sum(end - start + 1 for start, end in places) - 1
        return Block("code", self._fill(_to_source(self._text, [(0, length, "")], places)))

    def _trim(self, first: int, last: int) -> tuple[int, int]:
        start, end = max(self._cursor, self._offsets[first]), min(self._offsets[last], self._end)
        return start, max(start, start + len(self._text[start:end].rstrip()))

    def _place_lines(
        self, lines: Sequence[str], token: "Token", skipped: int = 0
    ) -> list[tuple[int, int]] | None:
        """Where the lines of a block stand, without what its containers put in front of them."""
        first, last = token.map or (0, 0)
        places: list[tuple[int, int]] = []
        for number, line in enumerate(lines, first + skipped):
            words = line if skipped or token.type == "code_block" else line.strip()
            at = self._lines[number].rfind(words) if number < last else -1
            if at < 0 or self._offsets[number] + at < (places[-1][1] if places else self._cursor):
                return None
            places.append((self._offsets[number] + at, self._offsets[number] + at + len(words)))
        return places

    def _fill(self, runs: Iterable[Run]) -> tuple[Run, ...]:
        """The runs with what stands before them and between them."""
        filled: list[Run] = []
        for run in runs:
            filled += self._gap(run.start)
            if run.start < run.end:
                filled.append(run)
            self._cursor = max(self._cursor, run.end)
        return tuple(filled)

    def _gap(self, end: int) -> Iterator[Run]:
        start, self._cursor = self._cursor, max(self._cursor, end)
        if start < end and not _SIGNS.fullmatch(self._text, start, end):
            # Such as the language of code.
            first = start + len(_SIGNS.match(self._text, start, end)[0])  # type: ignore[index]
            last = first + len(self._text[first:end].rstrip(_ENDING_SIGNS))
            if start < first:
                yield Run(start, first, "markup")
            yield Run(first, last, "faint")
            start = last
        if start < end:
            yield Run(start, end, "markup")


def _to_source(text: str, spans: _Spans, places: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """Spans of joined lines, in order, as runs of the text, without what stands between the lines there."""
    number = offset = 0
    for first, last, style in spans:
        while first < last:
            start, end = places[number]
            line_end = offset + end - start
            if first < line_end:
                yield Run(start + first - offset, start + min(line_end, last) - offset, style)
            if last <= line_end:
                break
            newline = text.index("\n", end, places[number + 1][0])
            is_hard = text[end:newline].startswith("  ")
            yield Run(newline, newline + 1, "break" if is_hard else style)
            number, offset = number + 1, line_end + 1
            first = offset


def _read_inline(source: str) -> _Spans | None:
    """Spans that fill a text of one paragraph; None where the parser's tokens can't be placed in it."""
    tokens = _inline_parser().parseInline(source)
    reader = _InlineReader(source)
    placed = all(reader.read(token) for token in (tokens[0].children or [] if tokens else []))
    return reader.spans if placed and reader.cursor == len(source) else None


class _InlineReader:
    """Follows the parser's tokens through the text that they were made of."""

    def __init__(self, source: str) -> None:
        self.spans: _Spans = []
        self.cursor = 0
        self._source = source
        self._styles: list[str] = []
        self._link_ends: list[int] = []

    def read(self, token: "Token") -> bool:
        """Whether the token is what comes next in the text."""
        name = token.type
        if name in ("softbreak", "hardbreak"):
            return self._read_break("break" if name == "hardbreak" else "")
        if name == "link_close":
            self._put(1, "markup")
            self._put(self._link_ends.pop() - self.cursor, "faint")
            return True
        written = {"text": token.content, "link_open": "["}.get(name, token.markup)
        if not self._source.startswith(written, self.cursor):
            return False
        if name == "code_inline":
            return self._read_code(written)
        if name == "text":
            self._put(len(written), self._style())
        elif name == "text_special":
            is_escape = token.info == "escape"
            self._put(int(is_escape), "markup")
            self._put(len(written) - is_escape, self._style())
        else:
            self._put(len(written), "markup")
            if name == "link_open":
                self._link_ends.append(token.meta["end"])
            elif name in _STYLES:
                self._styles.append(_STYLES[name])
            elif (opening := name.replace("close", "open")) in _STYLES:
                self._styles.remove(_STYLES[opening])
        return True

    def _read_break(self, style: str) -> bool:
        newline = _BREAK.match(self._source, self.cursor)
        if newline is not None:
            self._put(len(newline[0]) - 1, "markup")
            self._put(1, style)
        return newline is not None

    def _read_code(self, fence: str) -> bool:
        closing = re.compile(rf"(?<!`){fence}(?!`)").search(self._source, self.cursor + len(fence))
        if closing is not None:
            self._put(len(fence), "markup")
            self._put(closing.start() - self.cursor, f"{self._style()} code".strip())
            self._put(len(fence), "markup")
        return closing is not None

    def _style(self) -> str:
        return " ".join(self._styles)

    def _put(self, length: int, style: str) -> None:
        if length:
            self.spans.append((self.cursor, self.cursor + length, style))
            self.cursor += length


def _read_link(state: "StateInline", silent: bool) -> bool:
    """The rule for links, which notes where the link ends."""
    from markdown_it.rules_inline import link

    count = len(state.tokens)
    if not link(state, silent):
        return False
    for token in state.tokens[count:]:
        if token.type == "link_open":
            token.meta["end"] = state.pos
            break
    return True


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.disable(["html_inline", "image", "autolink", "text_join"])
    parser.inline.ruler.at("link", _read_link)
    return parser


@cache
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable(["inline", "reference"])
