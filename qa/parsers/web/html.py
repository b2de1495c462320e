"""HTML pages: their main text, without what stands around it."""

import codecs
import logging
import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.text_decoding import decode_text
from qa.parsers.web.html_metadata import page_metadata
from qa.parsers.web.markup_blocks import Block, blocks_of, put_blocks
from qa.parsers.web.markup_trees import parse_markup
from qa.text.terms import pieces

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
_RESULT_BLOCKS = frozenset(("head", "p", "item", "cell", "quote", "code", "ab"))
_MAX_ELEMENTS = 20_000  # for the search for the main text
_MAX_DEPTH = 200
_SHINGLE_WORDS = 4
_MIN_SHINGLE_SHARE = 0.6
_SENTENCE_CHARS = 60
_MAX_LINK_SHARE = 0.4
_FEW_CHARS = 200
_MIN_MAIN_SHARE = 0.2
_MIN_REPEATED_CHARS = 80
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|disabled)[^.]{0,60}javascript"
    r"|javascript[^.]{0,60}(?:enable|require|disabled|needed|turned off|must|aktivier|activ|désactiv)",
    re.IGNORECASE,
)
_SCRIPT_CHARS = 400

_logger = logging.getLogger(__name__)


def read_html(data: bytes, *, url: str | None = None, charset: str | None = None) -> ParsedContent:
    """A page's main text; `url` and `charset` are what the web server said, if it came from one.

    Raises:
        LoadError: It is no page, or shows no text without its scripts.
    """
    return only_load_errors(partial(_read_page, url=url, charset=charset))(data)


def _read_page(data: bytes, *, url: str | None, charset: str | None) -> ParsedContent:
    root = parse_markup(html_text(data, charset))
    metadata = page_metadata(root, url)
    body = next(root.iter("{*}body"), root)
    blocks = _select_main_blocks(root, blocks_of(body, page=True), metadata.title)
    if not blocks:
        blocks = blocks_of(body)
    chars = sum(len(block.text) for block in blocks)
    if chars < _SCRIPT_CHARS and any(map(_NEEDS_SCRIPT.search, _collect_texts(body, blocks))):
        raise LoadError("the page shows no text without JavaScript: open it in a browser and save it as PDF")
    if not blocks:
        raise LoadError("the page holds no text")
    builder = ContentBuilder()
    put_blocks(builder, blocks)
    return builder.build(metadata)


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
    try:
        text = data.decode(name, errors="replace")
    except (LookupError, ValueError, TypeError):  # codecs that make no text
        return None
    return text if text.count("\ufffd") <= len(text) * _MAX_BROKEN_SHARE + 1 else None


def _check_text(text: str) -> str:
    if len(_CONTROL.findall(text)) > len(text) * _MAX_BROKEN_SHARE + 3 or text.startswith(
        ("%PDF-", "PK\x03\x04")
    ):
        raise LoadError("it is no HTML but binary data, whatever its name")
    return text


# The main text --------------------------------------------------------------------------------------


def _select_main_blocks(root: "Element", blocks: list[Block], title: str | None) -> list[Block]:
    """The blocks of the page's article, as trafilatura finds it; all if that is none or too little."""
    main = _extract_main_texts(root)
    if not main:
        return blocks
    shingles = _Shingles(main)
    keep = [shingles.share(block.text) >= _MIN_SHINGLE_SHARE for block in blocks]
    _recover_blocks(blocks, keep, title)
    main_blocks = [block for block, is_kept in zip(blocks, keep, strict=True) if is_kept]
    chars, all_chars = _count_chars(main_blocks), _count_chars(blocks)
    if chars < _MIN_MAIN_SHARE * all_chars or (chars < _FEW_CHARS and 2 * chars < all_chars):
        main_blocks = blocks
    seen_texts: set[str] = set()
    return [
        block
        for block in main_blocks
        # Some pages hold their text twice, for wide and for narrow screens.
        if len(block.text) < _MIN_REPEATED_CHARS or _is_new(block.text, seen_texts)
    ]


def _is_new(text: str, seen_texts: set[str]) -> bool:
    is_new = text not in seen_texts
    seen_texts.add(text)
    return is_new


def _count_chars(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) - block.link_chars for block in blocks)


def _extract_main_texts(root: "Element") -> list[str]:
    """The texts that trafilatura takes for the article, piece by piece; none if it finds none."""
    if not _is_manageable(root):
        return []
    # About 0.2 s to import.
    from lxml import etree, html
    from trafilatura import bare_extraction

    # It tells of every page without an article.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    source = etree.tostring(root, encoding="utf-8", method="html")
    tree = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    for cell in tree.iter("td", "th"):
        # It writes spans out, to any number of cells.
        for span in ("colspan", "rowspan"):
            cell.attrib.pop(span, None)
    try:
        extraction = bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    # It raises what its parts raise; the page is read without it then.
    except Exception:
        _logger.warning("the main text of a page was not looked for", exc_info=True)
        return []
    body = getattr(extraction, "body", None)
    return [] if body is None else [text for element in body.iter() for text in _collect_block_texts(element)]


def _collect_block_texts(element: "Element") -> list[str]:
    """The text of a block of the result, and its pieces: an item holds the items below it too."""
    whole = " ".join(element.itertext()) if element.tag in _RESULT_BLOCKS else ""
    return [text for raw_text in (whole, element.text, element.tail) if (text := clean(raw_text or ""))]


def _is_manageable(root: "Element") -> bool:
    depth = count = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
            return False
        stack.extend((child, depth + 1) for child in element)
    return True


class _Shingles:
    """The runs of words in texts, to tell how much of another text stands in them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._shingles: set[tuple[str, ...]] = set()
        self._whole_texts: set[str] = set()
        for text in texts:
            words = pieces(text.casefold())
            self._whole_texts.add("".join(words))
            self._shingles.update(_make_shingles(words))

    def share(self, text: str) -> float:
        """The share of the text's runs of words, 0 to 1; of short ones all or nothing."""
        words = pieces(text.casefold())
        if "".join(words) in self._whole_texts:
            return 1.0
        shingles = _make_shingles(words)
        return sum(shingle in self._shingles for shingle in shingles) / len(shingles) if shingles else 0.0


def _make_shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[index : index + _SHINGLE_WORDS]) for index in range(len(words) - _SHINGLE_WORDS + 1)]


def _recover_blocks(blocks: Sequence[Block], keep: list[bool], title: str | None) -> None:
    """Keep what was lost inside the article: sentences, tables and headings beside what was kept."""
    kept_indexes = [index for index, is_kept in enumerate(keep) if is_kept]
    if not kept_indexes:
        return
    parents = {block.element.getparent() for block, is_kept in zip(blocks, keep, strict=True) if is_kept}
    for index, block in enumerate(blocks):
        if keep[index]:
            continue
        is_between = kept_indexes[0] < index < kept_indexes[-1]
        is_prose = len(block.text) >= _SENTENCE_CHARS and block.link_chars < _MAX_LINK_SHARE * len(block.text)
        if (
            (is_between and (is_prose or block.block_type == "table"))
            or (is_prose and block.element.getparent() in parents)
            or (
                block.level == 1
                and index < kept_indexes[0]
                and (title is None or title.casefold().startswith(block.text.casefold()))
            )
        ):
            keep[index] = True
    for index in range(len(blocks) - 1):
        # A heading goes with the first block below it.
        if (
            blocks[index].level
            and not keep[index]
            and keep[index + 1]
            and _is_beside(blocks[index], blocks[index + 1])
        ):
            keep[index] = True


def _is_beside(heading: Block, below: Block) -> bool:
    """Whether a block stands beside a heading, in the same part of the page."""
    return not below.level and heading.element.getparent() is below.element.getparent()
