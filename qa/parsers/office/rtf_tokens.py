"""The tokens of RTF, and the bytes of its texts."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = [
    "CHARACTERS",
    "CHARSETS",
    "LEFT_OUT",
    "MARKED_TEXTS",
    "SYMBOLS",
    "Token",
    "codec_of_page",
    "tokens",
]

_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n\\]",
    re.DOTALL,
)
# Words and symbols that stand for characters.
SYMBOLS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "tab": "\t",
} | dict.fromkeys(("line", "column", "softline", "emspace", "enspace", "qmspace"), " ")
CHARACTERS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}
# Groups that are no text of the document.
LEFT_OUT = frozenset(
    """colortbl filetbl listtable listoverridetable revtbl rsidtbl generator xmlnstbl nonshppict shprslt
    nonesttables mmathPict atnid atnauthor atntime atndate atnref atnicn atrfstart atrfend bkmkstart bkmkend
    datafield xe tc tcn rxe txe ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn themedata colorschememapping
    datastore latentstyles pgptbl private template background pnseclvl userprops docvar
    wgrffmtfilter""".split()
)
# Groups that hold text though they are marked as what an old reader should leave out.
MARKED_TEXTS = frozenset({"shpinst", "shppict", "flymaincnt", "do"})
# \\fcharset to the code page of the font's letters.
CHARSETS = {
    0: 1252,
    77: 10000,
    78: 932,
    79: 949,
    80: 936,
    81: 950,
    83: 1255,
    84: 1256,
    85: 10006,
    86: 10081,
    88: 10029,
    89: 10007,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    254: 437,
    255: 850,
}
_CODECS = {
    10000: "mac_roman",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
    10081: "mac_turkish",
    1361: "johab",
    65001: "utf-8",
    936: "gb18030",
    708: "iso8859_6",
}


class Token(NamedTuple):
    """`token_type` is "open", "close", "word", "symbol", "hex", "text" or "binary".

    A word has its name and number; a symbol its character as the name; hex and text have their bytes.
    """

    token_type: str
    name: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens in order; embedded binary data is passed over."""
    position = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if word is not None:
            value = int(number) if number is not None else None
            if word == b"bin":
                position += max(0, value or 0)
                yield Token("binary")
            else:
                yield Token("word", word.decode("ascii"), value)
        elif code is not None:
            yield Token("hex", data=bytes([int(code, 16)]))
        elif symbol is not None:
            yield Token("symbol", symbol.decode("latin-1"))
        elif brace is not None:
            yield Token("open" if brace == b"{" else "close")
        elif text is not None:
            yield Token("text", data=text)


def codec_of_page(page: int) -> str:
    """Python's name of a code page, Windows-1252 for what it doesn't know."""
    name = _CODECS.get(page, f"cp{page}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name
