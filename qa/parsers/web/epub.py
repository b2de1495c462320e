"""EPUB books: the documents of the spine, one after another."""

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.epub_contents import (
    ContentsEntry,
    find_guide_contents,
    is_contents_page,
    mark_headings,
    read_entries,
)
from qa.parsers.web.html import html_text
from qa.parsers.web.markup_blocks import blocks_of, put_blocks
from qa.parsers.web.markup_trees import parse_markup, remove_struck
from qa.parsers.xml_elements import attribute, children, local_name, path
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

    Notes name the parts that could not be read.

    Raises:
        LoadError: It is damaged, no book, locked against copying, or none of its parts can be read.
    """
    archive = open_archive(data)
    members = set(archive.namelist())
    _refuse_locked(archive, members)
    package_member = _find_package(archive)
    package = _parse_member(archive, package_member)
    items = _read_manifest(package, posixpath.dirname(package_member))
    chapters, notes = _read_spine(package, items)
    entries = _read_contents(archive, items, members)
    guide_contents = find_guide_contents(package, package_member)
    builder = ContentBuilder()
    for member in chapters:
        if member not in members:
            notes.append(f"left out its part {member[:80]!r}: it is missing")
            continue
        try:
            body = _read_body(archive, member)
        # The rest of the book is still worth reading.
        except LoadError as error:
            notes.append(f"left out its part {member[:80]!r}: {error}")
            continue
        notes += [note for note in remove_struck(body) if note not in notes]
        blocks = blocks_of(body)
        if not is_contents_page(body, blocks, member, chapters, is_named=member in guide_contents):
            put_blocks(builder, mark_headings(blocks, entries.get(member, ())))
    if not builder.length:
        reason = f": {notes[0]}" if notes else ": its pages may be pictures"
        raise LoadError(f"the book holds no text{reason}")
    return replace(builder.build(_read_metadata(package)), notes=tuple(notes))


def _read_body(archive: ZipFile, member: str) -> "Element":
    root = _parse_member(archive, member)
    return next(root.iter("{*}body"), root)


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


def _read_spine(package: "Element", items: dict[str, _Item]) -> tuple[list[str], list[str]]:
    """The members to read in their order, each once; and lines about what the spine names in vain."""
    spine = path(package, "spine")
    if spine is None:
        raise LoadError("the book is damaged: it does not say in which order it is read")
    members: dict[str, None] = {}
    notes: list[str] = []
    for itemref in children(spine, "itemref"):
        item_id = attribute(itemref, "idref") or ""
        item = items.get(item_id)
        if item is None:
            notes.append(f"left out its part {item_id[:80]!r}: the book does not say where it is")
        elif "nav" not in item.roles and (
            item.media_type in _PAGE_TYPES or item.member.lower().endswith(("html", ".htm"))
        ):
            members.setdefault(item.member)
    return list(members), notes


def _read_contents(
    archive: ZipFile, items: dict[str, _Item], members: set[str]
) -> dict[str, list[ContentsEntry]]:
    """The entries of the table of contents, by the member that they lead to."""
    entries: dict[str, list[ContentsEntry]] = {}
    for item in items.values():
        if item.member not in members or not ("nav" in item.roles or item.media_type == _NCX_TYPE):
            continue
        try:
            contents = _parse_member(archive, item.member)
        # The chapters can do without.
        except LoadError:
            continue
        for entry in read_entries(contents, item.member):
            entries.setdefault(entry.member, []).append(entry)
    return entries


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
