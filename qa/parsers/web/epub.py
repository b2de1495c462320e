"""EPUB books: the documents of the spine, one after another."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.html import html_text
from qa.parsers.web.markup_blocks import Block, blocks_of, put_blocks
from qa.parsers.web.markup_trees import parse_markup
from qa.parsers.xml_elements import attribute, child, children, local_name, path
from qa.parsers.zip_archives import open_archive, read_member
from qa.schema import Metadata

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element as Element

__all__ = ["read_epub"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_NCX_TYPE = "application/x-dtbncx+xml"
_PAGE_TYPES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """An item of the manifest: its member of the archive, its media type, and its roles."""

    member: str
    media_type: str
    roles: frozenset[str]


@only_load_errors
def read_epub(data: bytes) -> ParsedContent:
    """The book's text with its headings; the table of contents and pictures stay out.

    Raises:
        LoadError: It is damaged, no book, or locked against copying.
    """
    archive = open_archive(data)
    members = set(archive.namelist())
    _refuse_locked(archive, members)
    package_member = _find_package(archive)
    package = _parse_member(archive, package_member)
    items = _read_manifest(package, posixpath.dirname(package_member))
    entries = _read_contents(archive, items, members)
    builder = ContentBuilder()
    for item in _read_spine(package, items):
        if item.member not in members:
            raise LoadError(f"the book is damaged: its part {item.member[:80]!r} is missing")
        body = _find_body(_parse_member(archive, item.member))
        put_blocks(builder, _mark_headings(blocks_of(body), entries.get(item.member, {})))
    if not builder.length:
        raise LoadError("the book holds no text: its pages may be pictures")
    return builder.build(_read_metadata(package))


def _refuse_locked(archive: ZipFile, members: set[str]) -> None:
    """Fonts may be obfuscated; a book whose text is encrypted can't be read."""
    if _ENCRYPTION not in members:
        return
    for method in _parse_member(archive, _ENCRYPTION).iter("{*}EncryptionMethod"):
        if attribute(method, "Algorithm") not in _FONT_OBFUSCATION:
            raise LoadError("the book is locked against copying (DRM): get it without")


def _parse_member(archive: ZipFile, name: str) -> "Element":
    return parse_markup(_add_declaration(html_text(read_member(archive, name))))


def _add_declaration(text: str) -> str:
    """With the declaration that makes it XML, where it lacks one."""
    return text if text.lstrip().startswith("<?xml") else f'<?xml version="1.0"?>{text.lstrip()}'


def _find_package(archive: ZipFile) -> str:
    container = _parse_member(archive, _CONTAINER)
    for rootfile in container.iter("{*}rootfile"):
        if full := attribute(rootfile, "full-path"):
            return posixpath.normpath(unquote(full))
    raise LoadError("the book is damaged: it does not say where its contents are")


def _read_manifest(package: "Element", folder: str) -> dict[str, _Item]:
    """What the manifest names, by id."""
    items = {}
    for element in children(path(package, "manifest"), "item"):
        item_id, href = attribute(element, "id"), attribute(element, "href")
        if item_id and href:
            href = unquote(href.partition("#")[0])
            items[item_id] = _Item(
                member=posixpath.normpath(posixpath.join(folder, href)),
                media_type=(attribute(element, "media-type") or "").strip().lower(),
                roles=frozenset((attribute(element, "properties") or "").split()),
            )
    return items


def _read_spine(package: "Element", items: dict[str, _Item]) -> list[_Item]:
    """The documents in reading order, each once."""
    spine = path(package, "spine")
    if spine is None:
        raise LoadError("the book is damaged: it does not say in which order it is read")
    documents: dict[str, _Item] = {}
    for itemref in children(spine, "itemref"):
        item = items.get(attribute(itemref, "idref") or "")
        if item is None:
            raise LoadError(
                f"the book is damaged: its part {(attribute(itemref, 'idref') or '')[:80]!r} is missing"
            )
        is_contents = "nav" in item.roles
        if not is_contents and (item.media_type in _PAGE_TYPES or item.member.endswith(("html", ".htm"))):
            documents.setdefault(item.member, item)
    return list(documents.values())


def _find_body(root: "Element") -> "Element":
    return next(root.iter("{*}body"), root)


def _read_contents(archive: ZipFile, items: dict[str, _Item], members: set[str]) -> dict[str, dict[str, int]]:
    """The entries of the table of contents with their levels, by the member that they lead to."""
    entries: dict[str, dict[str, int]] = {}
    for item in items.values():
        if item.member not in members or not ("nav" in item.roles or item.media_type == _NCX_TYPE):
            continue
        for element in _parse_member(archive, item.member).iter("{*}a", "{*}navPoint"):
            is_link = local_name(element) == "a"
            href = (
                attribute(element if is_link else child(element, "content"), "href" if is_link else "src")
                or ""
            )
            label = element if is_link else path(element, "navLabel", "text")
            depth = sum(local_name(ancestor) in ("ol", "navPoint") for ancestor in element.iterancestors())
            member = posixpath.normpath(
                posixpath.join(posixpath.dirname(item.member), unquote(href.partition("#")[0]))
            )
            text = clean("".join(label.itertext())) if label is not None else ""
            entries.setdefault(member, {}).setdefault(
                text.casefold(), max(1, depth if is_link else depth + 1)
            )
    return entries


def _mark_headings(blocks: list[Block], entries: dict[str, int]) -> Iterator[Block]:
    """The blocks; a paragraph that reads as its entry in the contents is a heading.

    LibreOffice and others write their headings as paragraphs.
    """
    remaining = dict(entries)
    for block in blocks:
        level = remaining.pop(block.text.casefold(), 0)
        yield (
            replace(block, block_type="heading", level=level)
            if level and block.block_type == "paragraph"
            else block
        )


def _read_metadata(package: "Element") -> Metadata:
    values: dict[str, list[str]] = {}
    for element in children(path(package, "metadata")):
        if text := clean("".join(element.itertext())):
            values.setdefault(local_name(element).lower(), []).append(text)
    first_values = {name: texts[0] for name, texts in values.items()}
    return office_metadata(
        title=first_values.get("title", ""),
        dates=tuple(values.get("date", ())),
        company=first_values.get("publisher", ""),
        author=first_values.get("creator", ""),
        keywords="; ".join(values.get("subject", ())),
    )
