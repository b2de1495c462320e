"""EPUB books: the documents of the spine, one after another."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.load.archives import open_archive, read_member
from qa.load.content import ContentBuilder, clean
from qa.load.office.ooxml import only_load_errors
from qa.load.office.properties import office_metadata
from qa.load.pages.html import html_text
from qa.load.pages.markup import Block, blocks_of, put_blocks
from qa.load.pages.markup_parse import parse_markup
from qa.load.values import Content, Metadata
from qa.load.xml import attribute, child, children, local_name, path

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element as Element

__all__ = ["read_epub"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_OLD_CONTENTS = "application/x-dtbncx+xml"
_PAGES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A file that the book names: its member of the archive, its content type, and its roles."""

    name: str
    kind: str
    roles: frozenset[str]


@only_load_errors
def read_epub(data: bytes) -> Content:
    """The book's text with its headings; the table of contents and pictures stay out.

    Raises:
        LoadError: It is damaged, no book, or locked against copying.
    """
    archive = open_archive(data)
    members = set(archive.namelist())
    _refuse_locked(archive, members)
    name = _package_name(archive)
    package = _xml(archive, name)
    items = _items(package, posixpath.dirname(name))
    entries = _contents(archive, items, members)
    builder = ContentBuilder()
    for item in _spine(package, items):
        if item.name not in members:
            raise LoadError(f"the book is damaged: its part {item.name[:80]!r} is missing")
        body = _body(_xml(archive, item.name))
        put_blocks(builder, _with_headings(blocks_of(body), entries.get(item.name, {})))
    if not builder.length:
        raise LoadError("the book holds no text: its pages may be pictures")
    return builder.build(_metadata(package))


def _refuse_locked(archive: ZipFile, members: set[str]) -> None:
    """Fonts may be obfuscated; a book whose text is encrypted can't be read."""
    if _ENCRYPTION not in members:
        return
    for one in _xml(archive, _ENCRYPTION).iter("{*}EncryptionMethod"):
        if attribute(one, "Algorithm") not in _OBFUSCATION:
            raise LoadError("the book is locked against copying (DRM): get it without")


def _xml(archive: ZipFile, name: str) -> "Element":
    return parse_markup(_declared(html_text(read_member(archive, name))))


def _declared(text: str) -> str:
    """With the declaration that makes it XML, where it lacks one."""
    return text if text.lstrip().startswith("<?xml") else f'<?xml version="1.0"?>{text.lstrip()}'


def _package_name(archive: ZipFile) -> str:
    container = _xml(archive, _CONTAINER)
    for one in container.iter("{*}rootfile"):
        if full := attribute(one, "full-path"):
            return posixpath.normpath(unquote(full))
    raise LoadError("the book is damaged: it does not say where its contents are")


def _items(package: "Element", folder: str) -> dict[str, _Item]:
    """What the manifest names, by id."""
    found = {}
    for one in children(path(package, "manifest"), "item"):
        key, place = attribute(one, "id"), attribute(one, "href")
        if key and place:
            place = unquote(place.partition("#")[0])
            found[key] = _Item(
                name=posixpath.normpath(posixpath.join(folder, place)),
                kind=(attribute(one, "media-type") or "").strip().lower(),
                roles=frozenset((attribute(one, "properties") or "").split()),
            )
    return found


def _spine(package: "Element", items: dict[str, _Item]) -> list[_Item]:
    """The documents in reading order, each once."""
    spine = path(package, "spine")
    if spine is None:
        raise LoadError("the book is damaged: it does not say in which order it is read")
    found: dict[str, _Item] = {}
    for one in children(spine, "itemref"):
        item = items.get(attribute(one, "idref") or "")
        if item is None:
            raise LoadError(
                f"the book is damaged: its part {(attribute(one, 'idref') or '')[:80]!r} is missing"
            )
        is_contents = "nav" in item.roles
        if not is_contents and (item.kind in _PAGES or item.name.endswith(("html", ".htm"))):
            found.setdefault(item.name, item)
    return list(found.values())


def _body(root: "Element") -> "Element":
    return next(root.iter("{*}body"), root)


def _contents(archive: ZipFile, items: dict[str, _Item], members: set[str]) -> dict[str, dict[str, int]]:
    """The entries of the table of contents with their levels, by the member that they lead to."""
    found: dict[str, dict[str, int]] = {}
    for item in items.values():
        if item.name not in members or not ("nav" in item.roles or item.kind == _OLD_CONTENTS):
            continue
        for one in _xml(archive, item.name).iter("{*}a", "{*}navPoint"):
            is_link = local_name(one) == "a"
            place = attribute(one if is_link else child(one, "content"), "href" if is_link else "src") or ""
            label = one if is_link else path(one, "navLabel", "text")
            depth = sum(local_name(above) in ("ol", "navPoint") for above in one.iterancestors())
            name = posixpath.normpath(
                posixpath.join(posixpath.dirname(item.name), unquote(place.partition("#")[0]))
            )
            text = clean("".join(label.itertext())) if label is not None else ""
            found.setdefault(name, {}).setdefault(text.casefold(), max(1, depth if is_link else depth + 1))
    return found


def _with_headings(blocks: list[Block], entries: dict[str, int]) -> Iterator[Block]:
    """The blocks; a paragraph that reads as its entry in the contents is a heading.

    LibreOffice and others write their headings as paragraphs.
    """
    waiting = dict(entries)
    for block in blocks:
        level = waiting.pop(block.text.casefold(), 0)
        yield replace(block, kind="heading", level=level) if level and block.kind == "paragraph" else block


def _metadata(package: "Element") -> Metadata:
    values: dict[str, list[str]] = {}
    for one in children(path(package, "metadata")):
        if text := clean("".join(one.itertext())):
            values.setdefault(local_name(one).lower(), []).append(text)
    first = {name: texts[0] for name, texts in values.items()}
    return office_metadata(
        title=first.get("title", ""),
        dates=tuple(values.get("date", ())),
        company=first.get("publisher", ""),
        author=first.get("creator", ""),
        keywords="; ".join(values.get("subject", ())),
    )
