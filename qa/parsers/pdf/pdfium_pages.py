"""PDF files through PDFium: the words of each page with their places, bookmarks, document information."""

import contextlib
import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from qa.errors import LoadError
from qa.parsers.pdf.drawn_words import SAME_BASELINE, SLANTED, Word, find_turn, is_level
from qa.parsers.pdf.outline import Bookmark, read_bookmarks, read_text
from qa.parsers.pdf.page_frame import Box, PageFrame, turn_direction
from qa.parsers.pdf.page_shapes import Shapes, read_shapes
from qa.parsers.pdf.struck_words import without_struck
from qa.parsers.pdf.word_pieces import Piece, join_words, mark_dots
from qa.parsers.reader_errors import PASSWORD_MESSAGE

__all__ = ["Bookmark", "Page", "PdfFile", "Piece", "open_pdf"]

_MAX_PAGES = 5_000
_MAX_PAGE_CHARS = 2_000_000  # a page of a newspaper has 40,000
_LINE_END_HYPHENS = "\x02\ufffe"
_BOLD = re.compile(
    r"bold|black|heavy|(?:semi|demi)(?:bd|bold)?\b|-demi|medi(?:um)?(?:ital)?$|cmb|sfbx|-bd|,b", re.I
)
_NOT_BOLD = re.compile(r"semilight|medium", re.I)
_LIGATURES = {0xFB00 + index: text for index, text in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
_LAST_DIGIT = re.compile(r".*\d")
_PASSWORD_ERROR = 4
_SECURITY_ERROR = 5
_TOUCHING_GAP = 0.03  # in type sizes
_KERNED_GAP = 0.15
_INVISIBLE = 3  # PDFium's FPDF_TEXTRENDERMODE_INVISIBLE


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page: its pieces as drawn, those that are not upright, and what else is drawn.

    `has_struck` says that words which a line is drawn through are left out.
    """

    number: int
    width: float
    height: float
    pieces: list[Piece]
    sideways: list[Piece]
    shapes: Shapes
    has_struck: bool = False

    @property
    def pictures(self) -> bool:
        """Whether it has any."""
        return self.shapes.pictures


@contextlib.contextmanager
def open_pdf(data: bytes) -> Iterator["PdfFile"]:
    """The file, to be read while the context lasts.

    Raises:
        LoadError: It is damaged, needs a password, has no pages or too many.
    """
    import pypdfium2.raw as pdfium

    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        code = pdfium.FPDF_GetLastError()
        if code == _PASSWORD_ERROR:
            raise LoadError(PASSWORD_MESSAGE)
        if code == _SECURITY_ERROR:
            raise LoadError("it is encrypted in a way that can't be read: save it without protection")
        raise LoadError("the file is damaged, or no PDF: open and save it anew")
    try:
        yield PdfFile(pdfium, document)
    finally:
        pdfium.FPDF_CloseDocument(document)


class PdfFile:
    """An open file; numbers of pages count from 1. `pdfium` is the library that holds it."""

    def __init__(self, pdfium: Any, document: Any) -> None:
        self.pdfium = pdfium
        self._document = document
        self.page_count: int = pdfium.FPDF_GetPageCount(document)
        if self.page_count <= 0:
            raise LoadError("the file is damaged: it has no pages")
        if self.page_count > _MAX_PAGES:
            raise LoadError(
                f"it has {self.page_count:,} pages, at most {_MAX_PAGES:,} are read: split it into parts"
            )

    def info(self, key: str) -> str:
        """An entry of the document information, such as "Title"; "" if there is none."""
        pdfium = self.pdfium
        return read_text(
            lambda buffer, size: pdfium.FPDF_GetMetaText(self._document, key.encode(), buffer, size)
        )

    def bookmarks(self) -> list[Bookmark]:
        """The outline in order, without entries that lead back to one before."""
        return read_bookmarks(self.pdfium, self._document)

    def page(self, number: int) -> Page | None:
        """A page's lines; None if it can't be opened."""
        pdfium = self.pdfium
        with self.open_page(number) as page:
            text = pdfium.FPDFText_LoadPage(page) if page else None
            if not text:
                return None
            try:
                return _PageReader(pdfium, page, text).read(number)
            finally:
                pdfium.FPDFText_ClosePage(text)

    @contextlib.contextmanager
    def open_page(self, number: int) -> Iterator[Any]:
        """PDFium's own page, while the context lasts; None if it can't be opened."""
        page = self.pdfium.FPDF_LoadPage(self._document, number - 1)
        try:
            yield page or None
        finally:
            if page:
                self.pdfium.FPDF_ClosePage(page)


class _PageReader:
    """Reads the words of one page and puts them together to pieces."""

    def __init__(self, pdfium: Any, page: Any, text_page: Any) -> None:
        self._pdfium, self._page, self._text_page = pdfium, page, text_page
        self._rotation = pdfium.FPDFPage_GetRotation(page) % 4
        frame = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, frame)
        self._frame = PageFrame(frame.left, frame.bottom, frame.right, frame.top)
        self._rectangle, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._name, self._flags = ctypes.create_string_buffer(256), ctypes.c_int()
        self._bold_names: dict[bytes, bool] = {}
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def read(self, number: int) -> Page:
        words = self._read_words()
        letter_counts = Counter[int]()
        for word in words:
            letter_counts[word.turn] += len(word.text)
        if words and (turn := max(letter_counts, key=lambda turn: (letter_counts[turn], -turn))) in (1, 2, 3):
            # Such as a wide table on a page that is to be turned by hand.
            self._rotation = (self._rotation + turn) % 4
            words = self._read_words()
        shapes = read_shapes(self._pdfium, self._page, self._to_page_box)
        words, has_struck = without_struck(words, shapes.strokes, self._cut_word)
        pieces = join_words(words, shapes)
        upright = pieces.pop(0, [])
        mark_dots(upright, shapes.dots)
        sideways = [piece for turn in sorted(pieces) for piece in pieces[turn]]
        return Page(number, *self._frame.size(self._rotation), upright, sideways, shapes, has_struck)

    def _cut_word(self, word: Word, lines: Sequence[tuple[float, float]]) -> list[Word]:
        """The parts of a word without the letters that lines are drawn through."""
        parts: list[Word] = []
        letters, start = "", word.first_char
        for index in range(word.first_char, word.last_char + 2):
            is_kept = False
            if index <= word.last_char:
                box = self._box(index, self._rotation)
                middle = (box.left + box.right) / 2
                is_kept = not any(left <= middle <= right for left, right in lines)
            if is_kept:
                code = self._pdfium.FPDFText_GetUnicode(self._text_page, index)
                letters += chr(code) if 0 < code < 0x110000 else ""
                continue
            if letters and (part := self._make_word(letters, start, index - 1)) is not None:
                parts.append(part)
            letters, start = "", index + 1
        if parts:
            parts[0].glued = word.glued and parts[0].first_char == word.first_char
            parts[-1].breaks = word.breaks
        return parts

    def _read_words(self) -> list[Word]:
        words: list[Word] = []
        for text, first_char, last_char, breaks in self._iterate_words():
            parts = self._split_word(text, first_char, last_char)
            if parts:
                if words and words[-1].breaks and _touches(words[-1], parts[0]):
                    self._glue(words[-1], parts[0], first_char)
                parts[-1].breaks = breaks
                words += parts
        return words

    def _glue(self, last: Word, word: Word, first_char: int) -> None:
        """Take two parts for one word, unless they are what was recognised in a picture, and lies over it.

        Figures that are kerned ("11") stand a little over each other, which PDFium takes for a new line.
        """
        shown = self._pdfium.FPDFText_GetTextObject(self._text_page, first_char)
        mode = self._pdfium.FPDFTextObj_GetTextRenderMode(shown) if shown else _INVISIBLE
        if mode != _INVISIBLE:
            last.breaks, word.glued = False, True

    def _iterate_words(self) -> Iterator[tuple[str, int, int, bool]]:
        """Each word with its first and last character's number, and whether the line breaks after it."""
        pdfium, text_page = self._pdfium, self._text_page
        count = pdfium.FPDFText_CountChars(text_page)
        if count > _MAX_PAGE_CHARS:
            raise LoadError("a page of it holds more than 2 million characters: that is no document to read")
        letters: list[str] = []
        first_char = 0
        for index in range(count + 1):
            code = pdfium.FPDFText_GetUnicode(text_page, index) if index < count else 10
            letter = chr(code) if code < 0x110000 else "\ufffd"
            if not letter.isspace():
                if not letters:
                    first_char = index
                if code:
                    letters.append(letter)
                if letter not in _LINE_END_HYPHENS:
                    continue
            if letters:
                last_char = index - (letter not in _LINE_END_HYPHENS)
                # PDFium writes carriage return and newline where a line ends.
                yield "".join(letters), first_char, last_char, code in (10, 13)
                letters = []

    def _split_word(self, text: str, first_char: int, last_char: int) -> list[Word]:
        """A word, or its parts that stand on different baselines; none outside of the page."""
        word = self._make_word(text, first_char, last_char)
        if word is None:
            return []
        if (cut := self._find_overlap(text, word)) is not None:
            under = self._split_word(text[:cut], first_char, first_char + cut - 1)
            over = self._split_word(text[cut:], first_char + cut, last_char)
            return [*(replace(part, breaks=True) for part in under), *over]
        return self._split_baselines(text, word)

    def _split_baselines(self, text: str, word: Word) -> list[Word]:
        first_char, last_char = word.first_char, word.last_char
        if last_char == first_char or word.turn == SLANTED:
            return [word]
        tolerance = SAME_BASELINE * word.size
        rotation = (self._rotation + word.turn) % 4
        if abs(self._read_baseline(last_char, rotation) - word.baseline) <= tolerance:
            # A mark may stand before a comma or bracket too, and a lowered figure inside a formula.
            digit = None if text.isalpha() or text[-1].isdigit() else _LAST_DIGIT.match(text)
            if digit is None:
                return [word]
            if abs(self._read_baseline(first_char + digit.end() - 1, rotation) - word.baseline) <= tolerance:
                return [word]
        parts: list[Word] = []
        baseline, start, letters = word.baseline, first_char, ""
        for index in range(first_char, last_char + 2):
            line = self._read_baseline(index, rotation) if index <= last_char else math.inf
            if letters and abs(line - baseline) > tolerance:
                if (part := self._make_word(letters, start, index - 1)) is not None:
                    # A number in the next row may follow without a space.
                    part.glued = bool(parts) and abs(parts[-1].baseline - part.baseline) < part.size
                    parts.append(part)
                start, letters = index, ""
            baseline = line
            if index <= last_char and (code := self._pdfium.FPDFText_GetUnicode(self._text_page, index)):
                letters += chr(code) if code < 0x110000 else "\ufffd"
        return parts if len(parts) > 1 else [word]

    def _find_overlap(self, text: str, word: Word) -> int | None:
        """Where a word is two: what is cut off at a cell's edge ("Septembe") lies under the next text."""
        rest = text[1:]
        if rest == rest.lower() or len(text) != word.last_char - word.first_char + 1 or word.turn == SLANTED:
            return None
        rotation = (self._rotation + word.turn) % 4
        for offset, (before, letter) in enumerate(pairwise(text), start=1):
            if before.islower() and letter.isupper():
                end = self._box(word.first_char + offset - 1, rotation).right
                start = self._box(word.first_char + offset, rotation).left
                if start < end - _KERNED_GAP * word.size:
                    return offset
        return None

    def _read_baseline(self, index: int, rotation: int) -> float:
        """Where a character stands on the page so turned, y downwards."""
        self._pdfium.FPDFText_GetCharOrigin(self._text_page, index, self._x, self._y)
        return self._frame.depth(self._x.value, self._y.value, rotation)

    def _make_word(self, text: str, first_char: int, last_char: int) -> Word | None:
        """A word with its place; None outside of the page."""
        pdfium, matrix = self._pdfium, self._matrix
        pdfium.FPDFText_GetMatrix(self._text_page, first_char, matrix)
        turn = find_turn(*turn_direction(matrix.a, matrix.b, self._rotation))
        rotation = (self._rotation + turn) % 4
        first_box = last_box = self._box(first_char, rotation)
        if last_char > first_char:
            last_box = self._box(last_char, rotation)
        left, right = min(first_box.left, last_box.left), max(first_box.right, last_box.right)
        top, bottom = min(first_box.top, last_box.top), max(first_box.bottom, last_box.bottom)
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        size = abs(pdfium.FPDFText_GetFontSize(self._text_page, first_char)) * scale or 1.0
        baseline = bottom
        if turn != SLANTED:
            # The box's height depends on the letters and the font; the line it stands on does not.
            baseline = self._read_baseline(first_char, rotation)
            top, bottom = baseline - 0.8 * size, baseline + 0.2 * size
        width, height = self._frame.size(rotation)
        if not (-1 <= (left + right) / 2 <= width + 1 and -1 <= (top + bottom) / 2 <= height + 1):
            return None
        hyphen = text[-1] in _LINE_END_HYPHENS or text[-1] == "\xad"
        text = text.translate(_LIGATURES)
        if hyphen:
            text = text[:-1] + ("-" if text[-1] in _LINE_END_HYPHENS else "\xad")
        bold = self._is_bold(first_char)
        word = Word(text, left, right, top, bottom, baseline, size, bold, turn, hyphen=hyphen)
        word.first_char, word.last_char = first_char, last_char
        return word

    def _is_bold(self, index: int) -> bool:
        count = self._pdfium.FPDFText_GetFontInfo(self._text_page, index, self._name, 256, self._flags)
        name = self._name.value if 0 < count <= 256 else b""
        if name not in self._bold_names:
            text = name.decode("utf-8", "replace")
            self._bold_names[name] = bool(_BOLD.search(text)) and not _NOT_BOLD.search(text)
        return self._bold_names[name]

    def _box(self, index: int, rotation: int) -> Box:
        self._pdfium.FPDFText_GetLooseCharBox(self._text_page, index, self._rectangle)
        box = self._rectangle
        return self._frame.turn_box(box.left, box.bottom, box.right, box.top, rotation)

    def _to_page_box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """As the page is seen, with y downwards."""
        return self._frame.turn_box(left, bottom, right, top, self._rotation)


def _touches(first: Word, following: Word) -> bool:
    """Whether a word begins where another of its kind ends, or a little before."""
    is_alike = first.turn == following.turn and abs(first.size - following.size) <= 0.01 * first.size
    gap = (following.left - first.right) / first.size
    return is_alike and is_level(first, following) and -_KERNED_GAP <= gap <= _TOUCHING_GAP
