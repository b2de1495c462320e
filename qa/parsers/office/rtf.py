"""Rich Text Format (.rtf): paragraphs, headings, lists, rows and notes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.office.rtf_parts import BODY_TEXT, INFO_TEXTS, INFO_TIMES, Fonts, Info, StyleSheet, Table
from qa.parsers.office.rtf_tokens import (
    CHARACTERS,
    LEFT_OUT,
    MARKED_TEXTS,
    SYMBOLS,
    Token,
    codec_of_page,
    tokens,
)
from qa.parsers.parsed_text import ParsedContent

__all__ = ["read_rtf"]

_BULLET = re.compile(r"[^\w(]*|[o\uf000-\uf0ff]")
_MAX_DEPTH = 2000
_MAX_FALLBACK_CHARS = 10


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group.

    `destination` is what its text belongs to: "body", "footnote", "marker" (of an item), "out" (nothing),
    "fonts", "styles", "info", "plain" (text that comes again in Unicode) or a field of the properties.
    """

    destination: str = "body"
    fallback_chars: int = 1  # characters after a \u that stand for it in old readers
    codec: str = "cp1252"
    is_hidden: bool = False


@dataclass(slots=True)
class _Paragraph:
    """The properties of the paragraph being read."""

    outline_level: int | None = None
    style: int = 0
    is_in_table: bool = False


@only_load_errors
def read_rtf(data: bytes) -> ParsedContent:
    """The text as it shows, with headings by outline levels and styles; pictures and objects stay out.

    Notes at the foot follow their paragraph.

    Raises:
        LoadError: It can't be read.
    """
    start = data.find(b"{\\rtf", 0, 1024)
    if start < 0:
        raise LoadError("it is no RTF file, whatever its name says: save it anew as .rtf or .docx")
    reader = _Reader()
    for token in tokens(data[start:]):
        if not reader.take(token):
            break
    return reader.finish()


class _Reader:
    """Follows the tokens with the state of each open group."""

    def __init__(self) -> None:
        self._builder = ContentBuilder()
        self._state = _State()
        self._stack: list[_State] = []
        self._is_group_start = False
        self._is_ignorable = False  # marked by \*: left out by readers that do not know it
        self._chars_to_skip = 0
        self._bytes = bytearray()
        self._fonts, self._styles, self._info, self._table = Fonts(), StyleSheet(), Info(), Table()
        self._texts: dict[str, list[str]] = {"body": [], "footnote": [], "marker": []}
        self._notes: list[str] = []
        self._paragraph = _Paragraph()

    def take(self, token: Token) -> bool:
        """Take the next token; False when the document is over."""
        if token.token_type in ("hex", "text"):
            self._take_bytes(token.data)
        elif token.token_type == "open":
            self._flush()
            if len(self._stack) >= _MAX_DEPTH:
                raise LoadError("it is nested too deeply")
            self._stack.append(self._state)
            self._is_group_start, self._is_ignorable, self._chars_to_skip = True, False, 0
        elif token.token_type == "close":
            self._flush()
            self._close()
            return bool(self._stack)
        elif self._chars_to_skip:
            self._chars_to_skip -= 1
        elif token.token_type == "symbol":
            self._take_symbol(token.name)
        elif token.token_type == "word":
            self._take_word(token.name, token.number)
        return True

    def finish(self) -> ParsedContent:
        """What was read.

        Raises:
            LoadError: The file ends too early.
        """
        self._flush()
        if self._stack:
            raise LoadError("the file is damaged: it breaks off in the middle")
        self._end_paragraph(None)
        self._end_table()
        return self._builder.build(self._info.metadata())

    # Tokens -------------------------------------------------------------------------------------

    def _take_bytes(self, data: bytes) -> None:
        self._is_group_start = False
        skipped = min(self._chars_to_skip, len(data))
        self._chars_to_skip -= skipped
        self._bytes += data[skipped:]

    def _take_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_ignorable = self._is_group_start
            return
        self._is_group_start = False
        self._flush()
        if symbol in "\r\n":
            self._end_paragraph(None)
        else:
            self._add_text(CHARACTERS.get(symbol, ""))

    def _take_word(self, word: str, number: int | None) -> None:
        self._flush()
        if self._is_group_start:
            self._is_group_start = False
            if self._open_destination(word):
                return
        if word == "u":
            self._add_text(chr((number or 0) % 0x10000))
            self._chars_to_skip = self._state.fallback_chars
        elif word in SYMBOLS:
            self._add_text(SYMBOLS[word])
        elif word in _ACTIONS:
            _ACTIONS[word](self, number)
        elif word in _BODY_ACTIONS:
            if self._state.destination == "body":
                _BODY_ACTIONS[word](self, number)
        elif self._state.destination in INFO_TIMES:
            self._info.times.setdefault(self._state.destination, {})[word] = number or 0

    def _open_destination(self, word: str) -> bool:
        """What a group is, by its first word; True if the word says no more than that."""
        destination = self._state.destination
        if destination == "out":
            return True
        is_described = destination in ("styles", "fonts")
        if destination == "info" and (word in INFO_TEXTS or word in INFO_TIMES):
            destination = word
        elif word == "upr":
            # The same text twice: plain, and in a group of its own in Unicode.
            destination = "plain"
        elif word == "ud":
            enclosing = (state.destination for state in reversed(self._stack))
            destination = next((outer for outer in enclosing if outer != "plain"), "body")
        elif word in _DESTINATIONS:
            destination = _DESTINATIONS[word]
        elif word in LEFT_OUT or (self._is_ignorable and word not in MARKED_TEXTS and not is_described):
            destination = "out"
        else:
            return False
        self._state = replace(self._state, destination=destination)
        return True

    def _close(self) -> None:
        if not self._stack:
            return
        self._chars_to_skip, self._is_group_start = 0, False
        outer, destination = self._stack.pop(), self._state.destination
        if destination == outer.destination == "styles":
            self._styles.end_style()
        elif destination == "footnote" != outer.destination:
            # The note's own mark is a word, not text.
            self._notes.append(self._take_text("footnote"))
        self._state = outer

    # Texts --------------------------------------------------------------------------------------

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._add_text(data.decode(self._state.codec, errors="replace"))

    def _add_text(self, text: str) -> None:
        destination = self._state.destination
        if destination in self._texts:
            if not self._state.is_hidden:
                self._texts[destination].append(text)
        elif destination == "styles":
            self._styles.name.append(text)
        elif destination in INFO_TEXTS:
            self._info.texts.setdefault(destination, []).append(text)

    def _take_text(self, destination: str) -> str:
        text, self._texts[destination] = "".join(self._texts[destination]), []
        # Characters beyond the first 65,536 come as two halves.
        return clean(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))

    def _take_marker(self) -> str:
        """An item's marker, "-" for bullets, "" where there is none."""
        marker = self._take_text("marker")
        return "-" if marker and _BULLET.fullmatch(marker) else marker

    def _end_paragraph(self, _: int | None) -> None:
        if self._state.destination == "footnote":
            self._texts["footnote"].append(" ")
        if self._state.destination != "body":
            return
        if self._paragraph.is_in_table:
            self._texts["body"].append(" ")
            return
        self._end_table()
        text, marker = self._take_text("body"), self._take_marker()
        if not self._styles.is_contents(self._paragraph.style):
            if level := self._find_level():
                self._builder.heading(text, level)
            elif marker:
                self._builder.item(text, marker)
            else:
                self._builder.paragraph(text)
        self._put_notes()

    def _find_level(self) -> int:
        outline = self._paragraph.outline_level
        if outline is not None:
            return outline + 1 if 0 <= outline < BODY_TEXT else 0
        return self._styles.level(self._paragraph.style)

    def _put_notes(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            self._builder.paragraph(note)

    def _end_cell(self, _: int | None) -> None:
        marker, text = self._take_marker(), self._take_text("body")
        self._table.end_cell(f"{marker} {text}" if marker not in ("", "-") else text)

    def _end_table(self) -> None:
        if self._table.put(self._builder):
            self._put_notes()

    # Properties ---------------------------------------------------------------------------------

    def _reset_paragraph(self, _: int | None) -> None:
        self._paragraph = _Paragraph()

    def _reset_characters(self, _: int | None) -> None:
        self._state = replace(self._state, is_hidden=False, codec=self._fonts.codec())

    def _set_code_page(self, number: int | None) -> None:
        self._fonts.page = codec_of_page(number or 1252)
        self._state = replace(self._state, codec=self._fonts.page)

    def _set_default_font(self, number: int | None) -> None:
        self._fonts.default = number or 0

    def _set_font(self, number: int | None) -> None:
        if self._state.destination == "fonts":
            self._fonts.number = number or 0
        else:
            self._state = replace(self._state, codec=self._fonts.codec(number or 0))

    def _set_charset(self, number: int | None) -> None:
        if self._state.destination == "fonts":
            self._fonts.describe(number or 0)

    def _set_style(self, number: int | None) -> None:
        if self._state.destination == "styles":
            self._styles.number = number or 0
        elif self._state.destination == "body":
            self._paragraph.style = number or 0

    def _set_non_paragraph_style(self, _: int | None) -> None:
        # Styles of letters, tables and sections have numbers of their own, which paragraphs don't name.
        if self._state.destination == "styles":
            self._styles.number = -1

    def _set_outline(self, number: int | None) -> None:
        if self._state.destination == "styles":
            self._styles.outline = number or 0
        elif self._state.destination == "body":
            self._paragraph.outline_level = number or 0

    def _set_fallback_chars(self, number: int | None) -> None:
        count = 1 if number is None else number
        self._state = replace(self._state, fallback_chars=min(max(count, 0), _MAX_FALLBACK_CHARS))

    def _set_hidden(self, number: int | None) -> None:
        self._state = replace(self._state, is_hidden=number != 0)

    def _set_in_table(self, _: int | None) -> None:
        self._paragraph.is_in_table = True


_DESTINATIONS = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "info",
    "footnote": "footnote",
    "pntext": "marker",
    "listtext": "marker",
}
_Action = Callable[[_Reader, int | None], None]
_ACTIONS: dict[str, _Action] = {
    "par": _Reader._end_paragraph,
    "page": _Reader._end_paragraph,
    "sect": _Reader._end_paragraph,
    "plain": _Reader._reset_characters,
    "ansicpg": _Reader._set_code_page,
    "deff": _Reader._set_default_font,
    "f": _Reader._set_font,
    "fcharset": _Reader._set_charset,
    "s": _Reader._set_style,
    "cs": _Reader._set_non_paragraph_style,
    "ts": _Reader._set_non_paragraph_style,
    "ds": _Reader._set_non_paragraph_style,
    "outlinelevel": _Reader._set_outline,
    "uc": _Reader._set_fallback_chars,
    "v": _Reader._set_hidden,
    "deleted": _Reader._set_hidden,
}
# Control words that count in the running text only: notes and markers have properties of their own.
_BODY_ACTIONS: dict[str, _Action] = {
    "pard": _Reader._reset_paragraph,
    "intbl": _Reader._set_in_table,
    "cell": _Reader._end_cell,
    "row": lambda reader, _: reader._table.end_row(),
    "trowd": lambda reader, _: reader._table.define_row(),
    "trhdr": lambda reader, _: reader._table.define_head(),
    "clvmrg": lambda reader, _: reader._table.define_merge(),
    "cellx": lambda reader, _: reader._table.define_cell(),
}
