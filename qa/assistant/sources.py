"""What a user names, files, folders, addresses, uploads, as sources that can be read."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from qa import fetch, load
from qa.errors import LoadError
from qa.prepare import Task
from qa.schema import DocumentSummary, Failure
from qa.store import upload_source

__all__ = ["Reading", "Source", "document_id", "find_sources", "gone_from", "kept_upload"]


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: its name in the store and the way to get at it, which may raise `LoadError`.

    A file comes as a task for the child process that reads it, a text of a public set as it is.
    """

    name: str
    open: Callable[[], Task | load.LoadedText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What holds for all sources of a call: the metadata that the user gave, and the limits.

    `allow_private` lets web addresses of this machine and its network through: for tests alone.
    """

    metadata: load.Metadata
    max_bytes: int
    timeout_s: float
    allow_private: bool = False


def find_sources(
    given: Sequence[str | Path], reading: Reading, set_format: str | None = None
) -> tuple[list[Source], list[Failure]]:
    """The files behind files and folders, and web pages, each once, in order; what can't be one is a failure.

    With a format, the documents of the public sets behind them: see `load.find_set_texts`.
    """
    found: dict[str, Source] = {}
    failed: list[Failure] = []
    read: set[Path] = set()
    for one in given:
        text = str(one)
        try:
            if set_format is None:
                sources, skipped = _sources(text, reading)
            else:
                sources, skipped = _set_sources(text, reading, set_format)
        except LoadError as error:
            failed.append(Failure(_shown(text), str(error), code=error.code))
            continue
        failed += skipped
        if set_format:
            # A set names its documents by the file's name, which two files may share.
            alike = sum(source.name in found for source in sources)
            if alike and Path(text).resolve() not in read:
                failed.append(Failure(text, f"{alike} of its documents are named as those before: rename it"))
            read.add(Path(text).resolve())
        for source in sources:
            found.setdefault(source.name, source)
    return list(found.values()), failed


def _sources(text: str, reading: Reading) -> tuple[list[Source], list[Failure]]:
    if fetch.is_address(text):
        return [web_source(text, reading)], []
    if not _is_text(text):
        raise LoadError(_BAD_NAME)
    return _files(Path(text), reading)


def _set_sources(text: str, reading: Reading, set_format: str) -> tuple[list[Source], list[Failure]]:
    if not _is_text(text):
        raise LoadError(_BAD_NAME)
    texts, skipped = load.find_set_texts(
        Path(text), set_format, metadata=reading.metadata, max_bytes=reading.max_bytes
    )
    return [Source(one.source, one.read) for one in texts], skipped


def _files(path: Path, reading: Reading) -> tuple[list[Source], list[Failure]]:
    paths, skipped = load.discover(path)
    found, failed = [], [replace(one, source=_shown(one.source)) for one in skipped]
    for one in paths:
        name = str(one.resolve())
        if _is_text(name):
            found.append(Source(name, partial(_file_task, one, name, reading)))
        else:
            failed.append(Failure(_shown(name), _BAD_NAME))
    return found, failed


def _file_task(path: Path, source: str, reading: Reading) -> Task:
    data = load.read_file(path, reading.max_bytes)
    kind = load.format_of_name(path.name)
    assert kind is not None  # `read_file` refuses others
    return Task(data=data, format=kind.name, name=path.name, source=source, metadata=reading.metadata)


def kept_upload(folder: Path, name: str, reading: Reading) -> Source:
    """A file that the store keeps in its folder of uploads."""
    source = upload_source(name)
    return Source(source, partial(_file_task, folder / name, source, reading))


def web_source(url: str, reading: Reading, entry: fetch.FeedEntry | None = None) -> Source:
    """A page or a file on the web, which a feed may have announced.

    Raises:
        LoadError: It is no address that is fetched.
    """
    return Source(fetch.normalised(url), partial(_web_task, url, reading, entry))


def _web_task(url: str, reading: Reading, entry: fetch.FeedEntry | None) -> Task:
    limits = fetch.Limits(max_bytes=reading.max_bytes, timeout_s=reading.timeout_s)
    got = fetch.fetch(url, limits=limits, allow_private=reading.allow_private)
    name = urlsplit(got.final_url).path.rpartition("/")[2]
    kind = load.format_of_type(got.content_type)
    if kind is None and got.content_type in ("", "application/octet-stream", "binary/octet-stream"):
        kind = load.format_of_data(got.data) or load.format_of_name(name)
    if kind is None:
        raise LoadError(f"it is of the type {got.content_type or 'unknown'}, which is not read")
    return Task(
        data=got.data,
        format=kind.name,
        name=name or urlsplit(got.final_url).hostname or "",
        source=got.url,
        metadata=reading.metadata,
        announced=load.Metadata(title=entry.title, published=entry.published) if entry else None,
        url=got.final_url,
        charset=got.charset,
    )


def find_entries(
    feeds: Sequence[str], since: date | None, reading: Reading
) -> tuple[list[Source], list[Failure]]:
    """The pages that feeds announce, each once, and what can't be read of them.

    What the feed says of a page, its title and date, stands in where the page says nothing.
    """
    robots = fetch.Robots(timeout_s=reading.timeout_s, allow_private=reading.allow_private)
    limits = fetch.Limits(max_bytes=reading.max_bytes, timeout_s=reading.timeout_s)
    found: dict[str, Source] = {}
    failed: list[Failure] = []
    for url in feeds:
        try:
            feed = fetch.read_feed(url, since=since, limits=limits, allow_private=reading.allow_private)
        except LoadError as error:
            failed.append(Failure(_shown(url), str(error), code=error.code))
            continue
        failed += [
            Failure(_shown(one.url), "the feed gives no date for it: add the page itself")
            for one in feed.undated
        ]
        if feed.unlinked:
            failed.append(Failure(_shown(url), f"{feed.unlinked} of its entries lead to no page"))
        for entry in feed.entries:
            try:
                source = web_source(entry.url, reading, entry)
                if robots.allow(source.name):
                    found.setdefault(source.name, source)
                else:
                    reason = "the site's robots.txt keeps programs away: add the page itself"
                    failed.append(Failure(source.name, reason))
            except LoadError as error:
                failed.append(Failure(_shown(entry.url), str(error), code=error.code))
    return list(found.values()), failed


_BAD_NAME = "its name is no UTF-8 text: rename it"


def _is_text(name: str) -> bool:
    """Whether a file's name can be stored: those of other encodings come with stray surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _shown(name: str) -> str:
    """A name that may be printed and stored: undecodable bytes and controls are written out."""
    text = name.encode(errors="backslashreplace").decode()
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def gone_from(
    folder: Path, known: Sequence[DocumentSummary], found: Sequence[Source]
) -> list[DocumentSummary]:
    """The documents that came from the folder and whose files are there no more."""
    here = {source.name for source in found}
    return [
        one
        for one in known
        if Path(one.source).is_relative_to(folder)
        and one.source not in here
        # A file that is there but can't be read any more keeps its last good version.
        and is_gone(Path(one.source))
    ]


def is_gone(path: Path) -> bool:
    """Whether there is certainly no such file: one that can't be seen for another reason may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def document_id(source: str) -> str:
    """A readable, stable id: the file's name and a checksum of where it lies.

    The many documents of a set, whose names may be alike, get a longer checksum.
    """
    named = load.name_in_set(source)
    name, digits = (_stem(source), 8) if named is None else (named, 16)
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{stem or 'document'}-{hashlib.sha256(source.encode()).hexdigest()[:digits]}"


def _stem(source: str) -> str:
    if fetch.is_address(source):
        parts = urlsplit(source)
        return Path(parts.path).stem or parts.hostname or ""
    return Path(source).stem
