"""Rich Text Format (.rtf): paragraphs, headings, lists, rows and notes."""

from dataclasses import replace

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.left_out import LeftOut
from qa.parsers.office.note_labels import format_label
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.office.raised_runs import note_mark
from qa.parsers.office.rtf_flow import Flow
from qa.parsers.office.rtf_parts import FONT_WORDS, INFO_TEXTS, INFO_TIMES, Fonts, Info, StyleSheet
from qa.parsers.office.rtf_properties import FLOW_ACTIONS, NOTE_FORMATS, STATE_ACTIONS, TABLE_ACTIONS, State
from qa.parsers.office.rtf_tokens import (
    CHARACTERS,
    LEFT_OUT,
    MARKED_TEXTS,
    SYMBOLS,
    Token,
    tokens,
)
from qa.parsers.office.symbol_letters import decode_private_letters, decode_symbol
from qa.parsers.parsed_text import ParsedContent

__all__ = ["read_rtf"]

_MAX_DEPTH = 2000
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
# Groups whose text stands apart from the text around them, and what that is called.
_FLOWS = {
    "footnote": "footnote",
    "shptxt": "box",
    "dptxbxtext": "box",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "page header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "page footer"),
}
# Groups that are left out, and what notes call them.
_COUNTED = {
    "pict": "picture",
    "object": "embedded object",
    "annotation": "comment",
    "moMath": "formula",
    "moMathPara": "formula",
}
_DESTINATIONS = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "info",
    "pntext": "marker",
    "listtext": "marker",
    "nesttableprops": "nested",
    "fldinst": "fldinst",
    "sp": "sp",
    "sn": "sn",
    "sv": "sv",
}
# Words that mean something in the text; most of the others say how it looks.
_TEXT_WORDS = frozenset(
    {"u", "chftn", "plain", *FONT_WORDS, *SYMBOLS, *STATE_ACTIONS, *FLOW_ACTIONS, *NOTE_FORMATS}
)


@only_load_errors
def read_rtf(data: bytes) -> ParsedContent:
    """The text as it shows, with headings by outline levels and styles.

    Notes at the foot and text boxes follow their paragraph. Pictures, objects, comments, heads and feet of
    pages are named in notes only.

    Raises:
        LoadError: It can't be read.
    """
    start = data.find(b"{\\rtf", 0, 1024)
    if start < 0:
        raise LoadError("it is no RTF file, whatever its name says: save it anew as .rtf or .docx")
    reader = _Reader()
    rest = tokens(data[start:])
    for token in rest:
        if not reader.take(token):
            break
    if any(token.data.strip(b"\0\x1a \t") for token in rest):
        reader.left_out.mention("what follows the end of the document")
    return reader.finish(is_whole=data.rstrip(b"\0\x1a \t\r\n").endswith(b"}"))


class _Reader:
    """Follows the tokens with the state of each open group."""

    def __init__(self) -> None:
        self.left_out = LeftOut()
        self._fonts, self._styles, self._info = Fonts(), StyleSheet(), Info()
        self._body = Flow(self._styles)
        self._state = State(self._body)
        self._stack: list[State] = []
        self._is_group_start = False
        self._is_ignorable = False  # marked by \*: left out by readers that do not know it
        self._chars_to_skip = 0
        self._bytes = bytearray()
        # Numbers and formats of footnotes (False) and endnotes (True), and the place kept for the next mark.
        self._note_numbers = {False: 0, True: 0}
        self._note_formats = {False: "decimal", True: "decimal"}
        self._mark_place: int | None = None
        self._instruction: list[str] = []
        self._property: dict[str, list[str]] = {"sn": [], "sv": []}

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

    def finish(self, *, is_whole: bool) -> ParsedContent:
        """What was read; `is_whole` says that the file ends as one does, though braces may be missing.

        Raises:
            LoadError: The file ends too early.
        """
        self._flush()
        if self._stack:
            if not is_whole:
                raise LoadError("the file is damaged: it breaks off in the middle")
            self.left_out.mention("what may be missing at the end: the file does not close all its groups")
            while self._stack:
                self._close()
        builder = ContentBuilder()
        for put in self._body.finish():
            put(builder)
        if self._body.has_contents:
            self.left_out.mention("table of contents")
        return replace(builder.build(self._info.metadata()), notes=self.left_out.notes())

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
            self._act("par", None)
        else:
            self._add_text(CHARACTERS.get(symbol, ""))

    def _take_word(self, word: str, number: int | None) -> None:
        self._flush()
        is_taken = self._is_group_start and self._open_destination(word)
        self._is_group_start = False
        destination = self._state.destination
        if is_taken or destination == "out" or (destination == "text" and word not in _TEXT_WORDS):
            return
        if word == "u":
            letter = chr((number or 0) % 0x10000)
            self._add_text(decode_private_letters(letter, self._state.codec.removeprefix("font:")))
            self._chars_to_skip = self._state.fallback_chars
        elif word in SYMBOLS:
            self._add_text(SYMBOLS[word])
        elif word == "chftn":
            self._take_note_number()
        elif self._change_state(word, number):
            return
        elif self._state.destination == "text":
            self._act(word, number)
        elif self._state.destination in INFO_TIMES:
            self._info.times.setdefault(self._state.destination, {})[word] = number or 0
        elif self._state.destination == "nested" and word in TABLE_ACTIONS:
            TABLE_ACTIONS[word](self._state.flow.nested_table, number)

    def _act(self, word: str, number: int | None) -> None:
        if self._state.destination == "text" and word in FLOW_ACTIONS:
            FLOW_ACTIONS[word](self._state.flow, number)

    def _open_destination(self, word: str) -> bool:
        """What a group is, by its first word; True if the word says no more than that."""
        destination, flow = self._state.destination, self._state.flow
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
            destination = next((outer for outer in enclosing if outer != "plain"), "text")
        elif word in _FLOWS:
            destination, flow = "text", Flow(self._styles, _FLOWS[word])
            flow.mark = "" if word == "footnote" else None
            # It stands apart from letters that are set raised or bold.
            self._state = replace(self._state, shift=0, is_bold=False, is_struck=False)
        elif word in _DESTINATIONS:
            destination = _DESTINATIONS[word]
            if word in ("fldinst", "sp"):
                self._instruction, self._property = [], {"sn": [], "sv": []}
        elif self._is_left_out(word) and not (is_described and self._is_ignorable):
            destination = "out"
            self.left_out.count(_COUNTED.get(word, ""))
        else:
            return False
        self._state = replace(self._state, destination=destination, flow=flow)
        return True

    def _is_left_out(self, word: str) -> bool:
        if word == "fldrslt":
            return self._state.flow.place.startswith("page") and self._is_page_field()
        is_unknown = self._is_ignorable and word not in MARKED_TEXTS
        return word in _COUNTED or word in LEFT_OUT or is_unknown

    def _is_page_field(self) -> bool:
        return next(iter("".join(self._instruction).split()), "").upper() in _PAGE_FIELDS

    def _close(self) -> None:
        if not self._stack:
            return
        self._chars_to_skip, self._is_group_start = 0, False
        inner, outer = self._state, self._stack.pop()
        if inner.destination == outer.destination == "styles":
            self._styles.end_style()
        elif inner.flow is not outer.flow:
            self._close_flow(inner.flow, outer.flow)
        elif inner.destination == "sv" != outer.destination:
            self._close_property(outer.flow)
        self._state = outer

    def _close_flow(self, flow: Flow, outer: Flow) -> None:
        if flow.place.startswith("page"):
            builder = ContentBuilder()
            for put in flow.finish():
                put(builder)
            self.left_out.quote(flow.place, builder.build().text)
            return
        if flow.label:
            outer.add_mark(self._mark_place, flow.label)
        if flow.place == "footnote":
            self._mark_place = None
        outer.attached += flow.finish()

    def _close_property(self, flow: Flow) -> None:
        """Words that are drawn are a property of their shape."""
        name, text = ("".join(self._property[part]) for part in ("sn", "sv"))
        if name.strip() != "gtextUNICODE":
            return
        if flow.place.startswith("page"):
            self.left_out.quote("watermark", text)
        elif text := clean(text):
            flow.attached.append(lambda builder: builder.paragraph(text))

    # Texts --------------------------------------------------------------------------------------

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._add_text(_decode(data, self._state.codec))

    def _add_text(self, text: str) -> None:
        state = self._state
        if state.destination in ("text", "marker"):
            reason = (
                (state.is_deleted and "text deleted by tracked changes")
                or (state.is_hidden and "hidden text")
                or (state.is_struck and "struck-out text")
            )
            if reason:
                if text.strip():
                    self.left_out.mention(reason)
            elif state.destination == "text":
                state.flow.add(text, state.shift, is_bold=state.is_bold)
            else:
                state.flow.marker.append(text)
        elif state.destination == "styles":
            self._styles.name.append(text)
        elif state.destination == "fonts":
            self._fonts.name(text)
        elif state.destination in INFO_TEXTS:
            self._info.texts.setdefault(state.destination, []).append(text)
        elif state.destination == "fldinst":
            self._instruction.append(text)
        elif state.destination in self._property:
            self._property[state.destination].append(text)

    def _take_note_number(self) -> None:
        """The number of a note: where the text refers to it, and in the note itself."""
        flow = self._state.flow
        if self._state.destination != "text":
            return
        if flow.place != "footnote":
            self._mark_place = flow.reserve()
        elif not flow.label:
            self._note_numbers[flow.is_endnote] += 1
            number_format = self._note_formats[flow.is_endnote]
            flow.label = note_mark(format_label(self._note_numbers[flow.is_endnote], number_format))
            flow.mark = flow.label

    # Properties ---------------------------------------------------------------------------------

    def _change_state(self, word: str, number: int | None) -> bool:
        """Take a word that holds for the rest of the group, or for the document; False if it is none."""
        state = self._state
        if word in STATE_ACTIONS:
            self._state = STATE_ACTIONS[word](state, number)
        elif word == "plain":
            self._state = State(
                state.flow, state.destination, state.fallback_chars, codec=self._fonts.codec()
            )
        elif word in NOTE_FORMATS:
            is_endnote, number_format = NOTE_FORMATS[word]
            self._note_formats[is_endnote] = number_format
        elif state.destination == "fonts":
            self._fonts.describe(word, number or 0)
        elif state.destination == "styles":
            self._styles.describe(word, number)
        elif (codec := self._fonts.choose(word, number)) is not None:
            self._state = replace(state, codec=codec)
        else:
            return False
        return True


def _decode(data: bytes, codec: str) -> str:
    if codec.startswith("font:"):
        return "".join(decode_symbol(code, codec.removeprefix("font:")) for code in data)
    return data.decode(codec, errors="replace")
