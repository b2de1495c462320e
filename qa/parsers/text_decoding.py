"""Bytes to text."""

import codecs
import re

from qa.errors import LoadError

__all__ = ["decode_text"]

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Controls that a text may hold: tab, newline, vertical tab, form feed, carriage return, and the end-of-file
# mark of old editors. (\x85 is a newline; other C1 controls show a text decoded wrongly.)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MAX_CONTROL_SHARE = 0.001
# What is worth guessing: of the rarer ones some differ from these in few letters and win by chance.
_LIKELY_ENCODINGS = """cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r koi8_u
    cp932 euc_jp iso2022_jp gb18030 big5 cp949 euc_kr tis_620""".split()
_SAMPLE_BYTES = 200_000
_WESTERN_SHARE = 0.3  # of letters beyond ASCII, above which a text is in no western language
_BINARY_REASON = "it is not text but binary data, whatever its name: export it as .txt or .md"


def decode_text(data: bytes) -> str:
    r"""The text of a file: by its byte-order mark, else UTF-8, else the most likely old encoding.

    The mark is dropped, `\r\n` and `\r` become `\n`, nothing else changes.

    Raises:
        LoadError: The bytes are no text.
    """
    text = _decode_unicode(data)
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > len(text) * _MAX_CONTROL_SHARE + 3:
        raise LoadError(_BINARY_REASON)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_unicode(data: bytes) -> str:
    for bom, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError as error:
                name = encoding[:6].rstrip("-").upper()
                raise LoadError(f"it starts as {name} text and breaks off at byte {error.start}") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _decode_legacy(data: bytes) -> str:
    """The text in the encoding that fits best: Windows-1252 where the letters look western.

    There charset-normalizer is unsure: it takes short French texts for Central European ones.
    """
    if b"\x00" in data:
        raise LoadError(_BINARY_REASON)
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = data.decode("latin-1")
    if _looks_western(western):
        return western
    # About 30 ms to import, and needed for old files only.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE_BYTES], cp_isolation=_LIKELY_ENCODINGS).best()
    if best is None:
        raise LoadError(_BINARY_REASON)
    return data.decode(best.encoding, errors="replace")


def _looks_western(text: str) -> bool:
    """Mostly ASCII letters, and next to none of the controls that Windows-1252 has no place for."""
    sample = text[:_SAMPLE_BYTES]
    letters = [letter for letter in sample if letter.isalpha()]
    non_ascii = sum(letter > "\x7f" for letter in letters)
    controls = sum("\x80" <= character <= "\x9f" for character in sample)
    return non_ascii <= _WESTERN_SHARE * len(letters) and controls <= len(sample) * 0.01
