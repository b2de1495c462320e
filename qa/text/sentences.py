"""Sentences with exact spans: lines into blocks, then nupunkt inside each block."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from qa.text.lines import (
    EAST_ASIAN_END,
    LIST_ITEM,
    RAISED_FIGURES,
    Line,
    continues_sentence,
    ends_sentence,
    is_symbols,
    iterate_lines,
    starts_block,
    trim,
)

__all__ = ["Block", "LineStyle", "block_sentences", "blocks", "cut_long", "line_style", "sentence_spans"]

_LONG_LINE = 100
_WRAP_WIDTHS = range(40, 161)  # characters at which texts are wrapped
_FULL_SHARE = 0.6  # of the wrap width that a line must fill to count as wrapped
_LONG_FULL_SHARE = 0.85  # the same where the width is above 100
_MANY_LINES = 4
_QUOTATION_CHARS = 400
_TINY_CHARS = 20
_ITEM_SENTENCE_CHARS = 50  # a shorter one in a list item says nothing without its neighbour
# "its non-U.S. content" is one sentence: nobody starts one with a small letter after an abbreviation.
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.){2}$")
# The splitter's model, made of the law's texts, takes "coal.", "wheat." or "Poland." for abbreviations.
_WHOLE_WORD_END = re.compile(
    r"(?<![\w.'’-])(?P<word>[A-Z]?[a-z]{2,30})[.][\"”’)\]]{0,2}\s{1,20}(?=[\"“‘(\[]?[A-Z])"
)
_MIN_WORD, _MIN_NAME = 4, 5  # letters of what may end a sentence so; shorter words are listed
_SHORT_WORDS = frozenset(
    """ago ant bat bay bed bee bet bin bus can cap car cod cow day den fin hay hen hum leg lid low men met ore
    own pen pet pin pub raw row saw sum sun tax ten win yes""".split()
)
_ABBREVIATIONS = frozenset(
    """approx assoc dept govt spec supp vols incl misc ibid corp univ cont prev temp tech elec secs mins resp
    excl encl sect sept prof capt messrs calif lieut penna intl natl comm""".split()
)
# A note's mark after the end of a sentence, of which the splitter knows nothing: it trades places for it.
_NOTE_MARK = re.compile(
    rf"([.!?…]['\"”’»)\]]*)([{RAISED_FIGURES}](?:,?[{RAISED_FIGURES}])*|\[\w{{1,3}}\])(?=\s)"
)
# The number of a caption, which is no sentence: "Table 3. Exports by market".
_NUMBERED_LABEL = re.compile(
    r"\W*(?:Table|Figure|Fig\.|Chart|Exhibit|Annex|Appendix) \d+[a-z]?(?:[.-]\d+)*\."
)
_CONTINUING_ENDS = (",", ";", "-", "–", "—", "(", "/", "&")
# Scripts without spaces between sentences.
_EAST_ASIAN_END = re.compile(rf"[{EAST_ASIAN_END}]+[」』”’\uff09】]*")


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a text breaks its lines: `wrap_width` is the usual length of a full line, 0 if not wrapped."""

    wrap_width: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that read on; `content` is where the words start after a list item's marker."""

    start: int
    content: int
    end: int


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text without headings, in order, as half-open spans without white space around.

    Only white space lies between them. List items and table rows are sentences of their own.
    """
    style = line_style(text, 0)
    spans: list[tuple[int, int]] = []
    for block in blocks(text, 0, len(text), style=style):
        spans += block_sentences(text, block)
    return spans


def line_style(text: str, start: int) -> LineStyle:
    """From the lines of `text[start:]` that another line follows directly."""
    lengths: list[int] = []
    for line, following in pairwise(iterate_lines(text, start, len(text))):
        if line.text and following.text and not starts_block(following.text):
            lengths.append(len(line.text))
    if not lengths:
        return LineStyle(0)
    lengths.sort()
    width, middle = lengths[len(lengths) * 9 // 10], lengths[len(lengths) // 2]
    # Few long lines of about one length are rather paragraphs.
    is_regular = width <= _LONG_LINE or (len(lengths) >= _MANY_LINES and middle >= _LONG_FULL_SHARE * width)
    is_wrapped = width in _WRAP_WIDTHS and middle >= _FULL_SHARE * width and is_regular
    return LineStyle(width if is_wrapped else 0)


def blocks(
    text: str, start: int, end: int, *, style: LineStyle, breaks: Set[int] = frozenset()
) -> Iterator[Block]:
    """The blocks of `text[start:end]` in order; sentences never reach from one into the next.

    A blank line ends a block, a list item, a table row or a line whose offset is in `breaks` starts one.
    Any other newline does so unless the line was merely wrapped there.
    """
    block_start = -1
    is_empty = True  # nothing but symbols so far: an opening fence belongs to what follows
    previous: Line | None = None
    for line in iterate_lines(text, start, end):
        if previous is None or not previous.text or not line.text:
            starts_new = True
        elif is_empty or is_symbols(line.text):
            starts_new = False
        else:
            starts_new = (
                line.start in breaks or starts_block(line.text) or not _reads_on(previous, line, style)
            )
        if starts_new:
            if block_start >= 0 and previous is not None:
                yield _make_block(text, block_start, previous.end)
            block_start, is_empty = (line.start if line.text else -1), True
        is_empty = is_empty and is_symbols(line.text)
        previous = line
    if block_start >= 0:
        yield _make_block(text, block_start, end)


def _make_block(text: str, start: int, end: int) -> Block:
    start, end = trim(text, start, end)
    marker = LIST_ITEM.match(text, start, end)
    return Block(start, marker.end() if marker else start, end)


def _reads_on(line: Line, following: Line, style: LineStyle) -> bool:
    """Whether a newline between two lines is no more than a space."""
    ends = ends_sentence(line.text)
    if not ends and (continues_sentence(following.text) or line.text.endswith(_CONTINUING_ENDS)):
        return True
    if style.wrap_width:
        return len(line.text) >= _FULL_SHARE * style.wrap_width
    return not ends and len(line.text) <= _LONG_LINE and not _starts_anew(following.text)


def _starts_anew(line: str) -> bool:
    return line[:1].isupper() or line[:1].isdigit()


def block_sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """The sentences of one block, in order."""
    import nupunkt

    content = _NOTE_MARK.sub(r"\2\1", text[block.content : block.end])
    starts = [block.start]
    starts += [block.content + start for start, _ in nupunkt.sent_spans(content)[1:]]
    starts += [block.content + match.end() for match in _EAST_ASIAN_END.finditer(content)]
    starts += [
        block.content + match.end() for match in _WHOLE_WORD_END.finditer(content) if _is_whole_word(match)
    ]
    starts = sorted(set(starts))
    pieces = [trim(text, start, end) for start, end in pairwise([*starts, block.end])]
    sentences = _merge_pieces(text, [piece for piece in pieces if piece[0] < piece[1]])
    return sentences if block.content == block.start else _merge_item(text, sentences)


def _is_whole_word(match: re.Match[str]) -> bool:
    """Whether what stands before a full stop is a word or name, and no abbreviation."""
    word = match["word"]
    lowered = word.casefold()
    if lowered in _ABBREVIATIONS:
        return False
    return len(word) >= (_MIN_WORD if word == lowered else _MIN_NAME) or word in _SHORT_WORDS


def _merge_item(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences of a list item, where what is short belongs to its neighbour: "Unused quotas.", "Art. 5"."""
    result = list(sentences[:1])
    for start, end in sentences[1:]:
        previous_start, previous_end = result[-1]
        is_whole = min(previous_end - previous_start, end - start) >= _ITEM_SENTENCE_CHARS
        if is_whole and ends_sentence(text[previous_start:previous_end]):
            result.append((start, end))
        else:
            result[-1] = (previous_start, end)
    return result


def _merge_pieces(text: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put together what the splitter took apart: abbreviations, quotations that go on, mere symbols."""
    if len(pieces) < 2:
        return list(pieces)
    result = [pieces[0]]
    was_symbolic = is_symbols(text[slice(*pieces[0])])
    for start, end in pieces[1:]:
        previous_start, previous_end = result[-1]
        piece = text[start:end]
        is_symbolic = is_symbols(piece)
        is_short = end - previous_start <= _QUOTATION_CHARS
        is_quotation = is_short and _continues_quotation(text[previous_start:previous_end], piece)
        is_abbreviation = piece[0].islower() and _ABBREVIATED.search(text, previous_start, previous_end)
        is_caption = _NUMBERED_LABEL.fullmatch(text, previous_start, previous_end) is not None
        if is_symbolic or was_symbolic or is_quotation or is_abbreviation or is_caption:
            result[-1] = (previous_start, end)
        else:
            result.append((start, end))
        was_symbolic = was_symbolic and is_symbolic
    return result


def _continues_quotation(previous: str, piece: str) -> bool:
    """Whether a quotation opened before ends in this piece, and the sentence goes on or the piece is tiny."""
    for opening, closing in (("“", "”"), ('"', '"'), ("«", "»")):
        if opening == closing:
            is_open = previous.count(opening) % 2 == 1
        else:
            is_open = previous.rfind(opening) > previous.rfind(closing)
        closing_index = piece.find(closing) if is_open else -1
        if closing_index >= 0 and (opening == closing or opening not in piece[:closing_index]):
            rest = piece[closing_index + 1 :].lstrip()
            return rest[:1].islower() or (closing_index < _TINY_CHARS and not rest)
    return False


def cut_long(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """The span in pieces of at most `limit` characters, cut at a newline, else a space, else anywhere."""
    while end - start > limit:
        # A space right behind the limit is as good as one before it.
        window = text[start : start + limit + 1]
        cut = window.rfind("\n", limit // 2)
        if cut <= 0:
            cut = next((index for index in range(limit, 0, -1) if window[index].isspace()), limit)
        piece = trim(text, start, start + cut)
        if piece[0] < piece[1]:
            yield piece
        start = trim(text, start + cut, end)[0]
    if start < end:
        yield (start, end)
