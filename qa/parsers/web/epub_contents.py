"""Tables of contents of EPUB books: what they call the chapters, and which pages are nothing else."""

import posixpath
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.parsers.content_builder import clean
from qa.parsers.web.markup_blocks import Block
from qa.parsers.xml_elements import attribute, child, children, local_name, path

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["ContentsEntry", "find_guide_contents", "is_contents_page", "mark_headings", "read_entries"]

_MIN_LINKS = 2
_MIN_LINK_SHARE = 0.8  # of a contents page's letters
_MIN_NAMED_LINK_SHARE = 0.5  # of one that the book calls so


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """What the contents call a member of the archive, or a place in it (`is_part`); 1 is the top `level`."""

    member: str
    label: str
    level: int
    is_part: bool


def read_entries(contents: "Element", member: str) -> "Iterator[ContentsEntry]":
    """The entries of a contents document, which lies at `member`, in their order."""
    for element in contents.iter("{*}a", "{*}navPoint"):
        is_link = local_name(element) == "a"
        target = element if is_link else child(element, "content")
        label = element if is_link else path(element, "navLabel", "text")
        href = attribute(target, "href" if is_link else "src") or ""
        depth = sum(local_name(ancestor) in ("ol", "navPoint") for ancestor in element.iterancestors())
        if label is not None and (text := clean("".join(label.itertext()))):
            yield ContentsEntry(
                resolve(member, href), text, max(1, depth if is_link else depth + 1), "#" in href
            )


def resolve(member: str, href: str) -> str:
    """The member that an address in another one leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(member), unquote(href.partition("#")[0])))


def find_guide_contents(package: "Element", package_member: str) -> set[str]:
    """The members that the guide of an EPUB 2 book calls its contents."""
    return {
        resolve(package_member, attribute(reference, "href") or "")
        for reference in children(path(package, "guide"), "reference")
        if (attribute(reference, "type") or "").lower() == "toc"
    }


def is_contents_page(
    body: "Element", blocks: Iterable[Block], member: str, chapters: Container[str], *, is_named: bool
) -> bool:
    """Whether a page says little but where other pages are; `is_named` if the book calls it contents."""
    link_letters, targets = 0, set()
    for link in body.iter("{*}a"):
        target = resolve(member, attribute(link, "href") or "")
        if attribute(link, "href") and target != member and target in chapters:
            targets.add(attribute(link, "href"))
            link_letters += _count_letters("".join(link.itertext()))
    letters = sum(_count_letters(block.text) for block in blocks if not block.level)
    share = _MIN_NAMED_LINK_SHARE if is_named else _MIN_LINK_SHARE
    return len(targets) >= _MIN_LINKS and link_letters >= share * letters


def mark_headings(blocks: Sequence[Block], entries: Iterable[ContentsEntry]) -> Iterator[Block]:
    """A member's blocks; a paragraph that reads as its entry in the contents is a heading.

    LibreOffice and others write their headings as paragraphs. Of a member without any heading the contents
    alone know what it is called.
    """
    levels: dict[str, int] = {}
    title: ContentsEntry | None = None
    for entry in entries:
        levels.setdefault(entry.label.casefold(), entry.level)
        title = title or (None if entry.is_part else entry)
    texts = {block.text.casefold() for block in blocks}
    has_heading = any(block.level for block in blocks) or not texts.isdisjoint(levels)
    if title is not None and blocks and not has_heading:
        yield Block(block_type="heading", text=title.label, level=title.level, element=blocks[0].element)
    for block in blocks:
        level = levels.pop(block.text.casefold(), 0)
        yield (
            replace(block, block_type="heading", level=level)
            if level and block.block_type == "paragraph"
            else block
        )


def _count_letters(text: str) -> int:
    return sum(map(str.isalnum, text))
