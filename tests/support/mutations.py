"""Files with one block taken out: what is read of them must differ, else the block is lost without a word."""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage, MIMEPart
from itertools import pairwise
from typing import NamedTuple

from lxml import etree, html
from pypdfium2 import PdfDocument, PdfPage
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from tests.support.office import zipped

__all__ = ["Mutant", "lost_blocks", "remove_blocks"]

# What a file says, as far as a reader tells it: its text and its notes.
Reading = tuple[str, tuple[str, ...]]

_WORDS = re.compile(r"[^\W_]{2,}|\d")
# Elements that stand for a paragraph, a cell, a row, a shape or a note, in any of the vocabularies.
_BLOCKS = frozenset(
    "p h h1 h2 h3 h4 h5 h6 li td th tr caption figcaption blockquote dt dd pre summary tc tbl c row si is sp "
    "comment footnote endnote table-cell table-row annotation cm v pt note".split()
)
# Members of archives that no reader shows: properties, styles and what programs keep for themselves.
_SILENT_MEMBER = re.compile(
    r"docProps/|customXml/|.*(?:styles|settings|[Tt]heme\d*|fontTable|numbering|presProps|viewProps|tableStyles"
    r"|webSettings|calcChain|Layouts?\d*|Masters?\d*|\[Content_Types\]|container|manifest|meta|nav|toc)\.(?:xml|rdf|xhtml)"
)
# Copies for programs that do not know the first form.
_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOILERPLATE = frozenset(
    {"nav", "header", "footer", "aside", "form", "button", "script", "style", "head", "noscript"}
)
_RTF_BREAK = re.compile(rb"\\(?:par|cell|row)\b ?")


class Mutant(NamedTuple):
    """A file without one of its blocks: where it stood, its words, and the bytes that are left."""

    place: str
    words: str
    data: bytes


def lost_blocks(name: str, data: bytes, read: Callable[[bytes], Reading | None]) -> list[tuple[str, str]]:
    """Place and words of each block that nobody would miss; `read` gives None for what it refuses."""
    before = read(data)
    return [
        (mutant.place, mutant.words) for mutant in remove_blocks(name, data) if read(mutant.data) == before
    ]


def remove_blocks(name: str, data: bytes) -> Iterator[Mutant]:
    """The file without each of its blocks in turn; none for formats that are not taken apart."""
    suffix = name.rpartition(".")[2].lower()
    if data.startswith(b"PK"):
        yield from _remove_from_archive(data)
    elif suffix in ("html", "htm", "xhtml"):
        yield from _remove_from_page(data)
    elif suffix == "eml":
        yield from _remove_from_message(data)
    elif suffix == "rtf":
        yield from _remove_from_rtf(data)
    elif suffix == "pdf":
        yield from _remove_from_pdf(data)
    elif suffix in ("md", "txt", "csv", "tsv"):
        yield from _remove_lines(data)


def _has_words(text: str) -> bool:
    return _WORDS.search(text) is not None


def _shorten(text: str) -> str:
    return " ".join(text.split())[:60]


def _remove_lines(data: bytes) -> Iterator[Mutant]:
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        # Front matter is no block of the text.
        if _has_words(text := line.decode("utf-8", "replace")) and not re.match(r"(?:title|date):", text):
            rest = b"\n".join(lines[:number] + lines[number + 1 :])
            yield Mutant(f"line {number + 1}", _shorten(text), rest)


def _remove_from_archive(data: bytes) -> Iterator[Mutant]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    for member, content in parts.items():
        if not member.endswith((".xml", ".xhtml", ".html")) or _SILENT_MEMBER.match(member):
            continue
        for place, words, changed in _remove_elements(content):
            yield Mutant(f"{member} {place}", words, zipped(parts | {member: changed}))


def _remove_elements(content: bytes) -> Iterator[Mutant]:
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return
    tree = root.getroottree()
    for element in list(root.iter(etree.Element)):
        if etree.QName(element).localname not in _BLOCKS or element is root:
            continue
        parent = element.getparent()
        assert parent is not None
        # A cell of OpenDocument holds its value itself, and beside it how it was last shown.
        is_shown_value = etree.QName(parent).localname == "table-cell" and any(
            etree.QName(str(name)).localname in ("value", "date-value", "time-value")
            for name in parent.attrib
        )
        if is_shown_value or any(True for _ in element.iterancestors(_COPY)):
            continue
        text = "".join(element.itertext())
        if _has_words(text):
            place = tree.getpath(element)
            yield Mutant(place, _shorten(text), _without(element, lambda: etree.tostring(root)))


def _without(element: "etree._Element", serialize: Callable[[], bytes]) -> bytes:
    """The document without the element, which is put back."""
    parent = element.getparent()
    assert parent is not None
    index, tail = parent.index(element), element.tail
    parent.remove(element)
    try:
        return serialize()
    finally:
        element.tail = tail
        parent.insert(index, element)


def _remove_from_page(data: bytes) -> Iterator[Mutant]:
    root = html.document_fromstring(data)
    tree = root.getroottree()
    for element in list(root.iter(etree.Element)):
        if element.tag not in _BLOCKS or any(
            ancestor.tag in _BOILERPLATE or re.match(r"cookie|sidebar|social|skip", ancestor.get("class", ""))
            for ancestor in element.iterancestors()
        ):
            continue
        text = "".join(element.itertext())
        if _has_words(text):
            changed = _without(element, lambda: html.tostring(root, encoding="utf-8"))
            yield Mutant(tree.getpath(element), _shorten(text), changed)


def _remove_from_message(data: bytes) -> Iterator[Mutant]:
    """Parts of a message; of those that are no alternative to another one their blocks as well."""
    for number, part in enumerate(_parse_message(data).walk()):
        if part.is_multipart():
            continue
        label = f"part {number} ({part.get_content_type()})"
        if not _is_alternative(_parse_message(data), number):
            if (rest := _change_part(data, number, None)) is not None:
                yield Mutant(label, "", rest)
            content = part.get_content() if part.get_content_maintype() == "text" else ""
            remove = _remove_from_page if part.get_content_subtype() == "html" else _remove_lines
            if isinstance(content, str) and _has_words(content) and not part.is_attachment():
                for place, words, kept in remove(content.encode()):
                    changed = _change_part(data, number, kept)
                    assert changed is not None
                    yield Mutant(f"{label} {place}", words, changed)


def _parse_message(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _is_alternative(message: EmailMessage, number: int) -> bool:
    target = list(message.walk())[number]
    return any(
        part.get_content_type() == "multipart/alternative" and target in list(part.walk())
        for part in message.walk()
    )


def _change_part(data: bytes, number: int, content: bytes | None) -> bytes | None:
    """The message with another content of a part; None takes it out, or is given if it can't be."""
    message = _parse_message(data)
    part = list(message.walk())[number]
    if content is None:
        parents = [
            parent
            for parent in message.walk()
            if parent.get_content_maintype() == "multipart" and part in list(parent.iter_parts())
        ]
        if not parents:
            return None
        parents[0].set_payload([kept for kept in parents[0].iter_parts() if kept is not part])
    else:
        assert isinstance(part, MIMEPart)
        part.set_content(content.decode(), subtype=part.get_content_subtype())
    return message.as_bytes()


def _remove_from_rtf(data: bytes) -> Iterator[Mutant]:
    """Pieces between the ends of paragraphs, cells and rows that open and close their groups themselves."""
    ends = [match.end() for match in _RTF_BREAK.finditer(data)]
    for start, end in pairwise(ends):
        piece = data[start:end]
        text = re.sub(rb"\\\*|\\'[0-9a-f]{2}|\\[a-z]+-?\d* ?|[{}]", b"", piece).decode("latin-1")
        if _has_words(text) and _is_balanced(piece):
            yield Mutant(f"byte {start}", _shorten(text), data[:start] + data[end:])


def _is_balanced(piece: bytes) -> bool:
    depth = 0
    for brace in re.findall(rb"(?<!\\)[{}]", piece):
        depth += 1 if brace == b"{" else -1
        if depth < 0:
            return False
    return depth == 0


def _remove_from_pdf(data: bytes) -> Iterator[Mutant]:
    """Lines of a page: the text objects of one height."""
    with PdfDocument(data) as file:
        lines = [(number, line) for number in range(len(file)) for line in _find_lines(file[number])]
    for number, (indices, words) in lines:
        with PdfDocument(data) as file:
            page = file[number]
            objects = list(page.get_objects(max_depth=1))
            for index in indices:
                page.remove_obj(objects[index])
            page.gen_content()
            sink = io.BytesIO()
            file.save(sink)
        yield Mutant(f"page {number + 1}", _shorten(words), sink.getvalue())


def _find_lines(page: PdfPage) -> Iterator[tuple[list[int], str]]:
    """The places of the objects of each line of text, and its words."""
    by_height: dict[int, list[int]] = {}
    bounds = {}
    for index, drawn in enumerate(page.get_objects(max_depth=1)):
        if drawn.type == FPDF_PAGEOBJ_TEXT:
            bounds[index] = drawn.get_bounds()
            by_height.setdefault(round(bounds[index][1] / 4), []).append(index)
    text_page = page.get_textpage()
    for indices in by_height.values():
        words = " ".join(text_page.get_text_bounded(*bounds[index]) for index in indices)
        if _has_words(words):
            yield indices, words
