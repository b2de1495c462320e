"""HTML pages: their main text, without what stands around it."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.text_decoding import decode_text
from qa.parsers.web.html_metadata import is_article_page, page_metadata
from qa.parsers.web.listings import find_listing
from qa.parsers.web.main_text import find_main_text
from qa.parsers.web.markup_blocks import Block, blocks_of, put_blocks
from qa.parsers.web.markup_trees import parse_markup, remove_hidden_rows, remove_struck, show_folded
from qa.parsers.web.printed_pages import join_printed_pages

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["html_text", "read_html"]

_CHARSET = re.compile(
    rb"""(?:<meta\b[^>]{0,300}?\bcharset|<\?xml[^>]{0,100}?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_HEAD_BYTES = 8192
# Labels that browsers read as something else.
_CHARSET_ALIASES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_BROKEN_SHARE = 0.001
_CONTROL = re.compile("[\x01-\x08\x0e-\x19\x1c-\x1f]")
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|disabled)[^.]{0,60}javascript"
    r"|javascript[^.]{0,60}(?:enable|require|disabled|needed|turned off|must|aktivier|activ|désactiv)",
    re.IGNORECASE,
)
_SCRIPT_CHARS = 400
_CUT_NOTE = "the page has no end: it may have been saved in part"


def read_html(data: bytes, *, url: str | None = None, charset: str | None = None) -> ParsedContent:
    """A page's main text; `url` and `charset` are what the web server said, if it came from one.

    Raises:
        LoadError: It is no page, or shows no text without its scripts.
    """
    return only_load_errors(partial(_read_page, url=url, charset=charset))(data)


def _read_page(data: bytes, *, url: str | None, charset: str | None) -> ParsedContent:
    source = html_text(data, charset)
    root = parse_markup(source)
    cut_notes = (_CUT_NOTE,) if _lacks_its_end(source) else ()
    body = next(root.iter("{*}body"), root)
    show_folded(body)
    removed_notes = (*remove_struck(body), *remove_hidden_rows(body))
    entries = () if is_article_page(root) else find_listing(body)
    metadata = page_metadata(root, url, is_listing=bool(entries))
    main = find_main_text(root, body, entries)
    blocks = main.blocks or blocks_of(body)
    chars = sum(len(block.text) for block in blocks)
    if chars < _SCRIPT_CHARS and any(map(_NEEDS_SCRIPT.search, _collect_texts(body, blocks))):
        raise LoadError("the page shows no text without JavaScript: open it in a browser and save it as PDF")
    if not blocks:
        raise LoadError("the page holds no text")
    builder = ContentBuilder()
    put_blocks(builder, blocks if entries else join_printed_pages(blocks))
    return replace(builder.build(metadata), notes=(*main.notes, *removed_notes, *cut_notes))


def _lacks_its_end(source: str) -> bool:
    """Whether a page ends within a tag, or a whole page has no end, as where it was saved in part."""
    lowered = source.lower()
    is_whole = "<html" in lowered and "<body" in lowered
    has_end = "</body" in lowered or "</html" in lowered
    return source.rfind("<") > source.rfind(">") or (is_whole and not has_end)


def _collect_texts(body: "Element", blocks: Sequence[Block]) -> list[str]:
    noscript_texts = [clean("".join(element.itertext())) for element in body.iter("{*}noscript")]
    return [block.text for block in blocks] + ([] if blocks else noscript_texts)


# Letters --------------------------------------------------------------------------------------------


def html_text(data: bytes, charset: str | None = None) -> str:
    """The page's source as text: by its byte-order mark, `charset`, its declaration, else as any text.

    Raises:
        LoadError: It is no text.
    """
    if data.startswith(_BYTE_ORDER_MARKS):
        return _check_text(decode_text(data))
    match = _CHARSET.search(data[:_HEAD_BYTES])
    labels = [charset, match[1].decode("ascii", "replace") if match else None]
    for number, label in enumerate(labels):
        text = _decode_charset(data, label, is_meta=number == 1) if label else None
        if text is not None:
            return _check_text(text)
    return _check_text(decode_text(data.replace(b"\0", b"")))


def _decode_charset(data: bytes, label: str, *, is_meta: bool) -> str | None:
    """The text in a charset, None if it is unknown or plainly another one."""
    try:
        codec = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    if codec.name.startswith("utf-16") and is_meta:
        # Whoever could read that tag did not read UTF-16.
        codec = codecs.lookup("utf-8")
    name = _CHARSET_ALIASES.get(codec.name, codec.name)
    # What reads as UTF-8 is that, whatever a server's or an editor's setting has written above it.
    if name == "cp1252" and not data.isascii() and (text := _decode_utf8(data)) is not None:
        return text
    try:
        text = data.decode(name, errors="replace")
    except (LookupError, ValueError, TypeError):  # codecs that make no text
        return None
    return text if text.count("\ufffd") <= len(text) * _MAX_BROKEN_SHARE + 1 else None


def _decode_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _check_text(text: str) -> str:
    if len(_CONTROL.findall(text)) > len(text) * _MAX_BROKEN_SHARE + 3 or text.startswith(
        ("%PDF-", "PK\x03\x04")
    ):
        raise LoadError("it is no HTML but binary data, whatever its name")
    return text
