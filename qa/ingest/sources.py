"""What a user names, files, folders, addresses, uploads, as sources that can be read."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from qa import parsers
from qa.errors import LoadError, path_fault
from qa.ingest import fetch
from qa.ingest.parse_document import ParseTask
from qa.schema import DocumentSummary, Failure, Metadata
from qa.store import upload_source
from qa.text.redaction import mask_user_info

__all__ = [
    "Source",
    "SourceOptions",
    "find_feed_sources",
    "find_sources",
    "is_missing",
    "make_document_id",
    "make_upload_source",
    "missing_documents",
]

_MAX_SHOWN_CHARS = 4_000  # longer than a file's name can be
_BAD_NAME = "its name is no UTF-8 text: rename it"


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: its name in the store and the way to get at it, which may raise `LoadError`.

    A file comes as a task for the child process that reads it, a text of a public set as it is.
    """

    name: str
    open: Callable[[], ParseTask | parsers.ParsedText]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The limits for every source: the size of a file, the time for a page of the web, what a feed may take.

    `allow_private` lets web addresses of this machine and its network through: for tests alone.
    """

    max_bytes: int
    timeout_s: float
    allow_private: bool = False
    parse_timeout_s: float = 60.0  # for a feed, as for a file
    parse_memory_mb: float = 3_000.0


def find_sources(
    references: Sequence[str | Path],
    metadata: Metadata,
    options: SourceOptions,
    set_format: str | None = None,
) -> tuple[list[Source], list[Failure]]:
    """The files behind files and folders, and web pages, each once, in order; what can't be one is a failure.

    `metadata` is what the user says of all of them. With a format, the documents of the public sets behind
    them: see `parsers.find_question_set_texts`.
    """
    sources_by_name: dict[str, Source] = {}
    failures: list[Failure] = []
    set_paths: set[Path] = set()
    for reference in map(str, references):
        _check_not_empty(reference)
        try:
            if set_format is None:
                sources, skipped = _resolve_reference(reference, metadata, options)
            else:
                sources, skipped = _find_set_sources(reference, metadata, options, set_format)
        except LoadError as error:
            failures.append(Failure(_printable(reference), str(error), code=error.code))
            continue
        failures += skipped
        if set_format:
            # A set names its documents by the file's name, which two files may share.
            path = Path(reference).resolve()
            shared = sum(source.name in sources_by_name for source in sources)
            if shared and path not in set_paths:
                reason = f"{shared} of its documents are named as those before: rename it"
                failures.append(Failure(reference, reason))
            set_paths.add(path)
        for source in sources:
            sources_by_name.setdefault(source.name, source)
    return list(sources_by_name.values()), failures


def _resolve_reference(
    reference: str, metadata: Metadata, options: SourceOptions
) -> tuple[list[Source], list[Failure]]:
    if fetch.is_address(reference):
        return [_make_web_source(reference, metadata, options)], []
    _check_name(reference)
    return _find_file_sources(Path(reference), metadata, options)


def _find_set_sources(
    reference: str, metadata: Metadata, options: SourceOptions, set_format: str
) -> tuple[list[Source], list[Failure]]:
    _check_name(reference)
    texts, skipped = parsers.find_question_set_texts(
        Path(reference), set_format, metadata=metadata, max_bytes=options.max_bytes
    )
    return [Source(text.source, text.read) for text in texts], skipped


def _find_file_sources(
    path: Path, metadata: Metadata, options: SourceOptions
) -> tuple[list[Source], list[Failure]]:
    paths, skipped = parsers.find_files(path)
    sources = []
    failures = [replace(failure, source=_printable(failure.source)) for failure in skipped]
    for file in paths:
        name = str(file.resolve())
        if _is_text(name):
            sources.append(Source(name, partial(_open_file, file, name, metadata, options)))
        else:
            failures.append(Failure(_printable(name), _BAD_NAME))
    return sources, failures


def _open_file(path: Path, source: str, metadata: Metadata, options: SourceOptions) -> ParseTask:
    data = parsers.read_file(path, options.max_bytes)
    file_format = parsers.format_of_name(path.name)
    assert file_format is not None  # `read_file` refuses others
    return ParseTask(data=data, format=file_format.name, name=path.name, source=source, metadata=metadata)


def make_upload_source(folder: Path, name: str, options: SourceOptions) -> Source:
    """A file that the store keeps in its folder of uploads."""
    source = upload_source(name)
    return Source(source, partial(_open_file, folder / name, source, Metadata(), options))


def _make_web_source(
    url: str, metadata: Metadata, options: SourceOptions, entry: fetch.FeedEntry | None = None
) -> Source:
    """A page or a file on the web, which a feed may have announced.

    Raises:
        LoadError: It is no address that is fetched.
    """
    return Source(fetch.normalize_address(url), partial(_fetch_page, url, metadata, options, entry))


def _fetch_page(
    url: str, metadata: Metadata, options: SourceOptions, entry: fetch.FeedEntry | None
) -> ParseTask:
    page = fetch.fetch(url, limits=_fetch_limits(options), allow_private=options.allow_private)
    address = urlsplit(page.final_url)
    name = address.path.rpartition("/")[2]
    file_format = parsers.format_of_type(page.content_type)
    if file_format is None and page.content_type in ("", "application/octet-stream", "binary/octet-stream"):
        file_format = parsers.format_of_data(page.data) or parsers.format_of_name(name)
    if file_format is None:
        raise LoadError(f"it is of the type {page.content_type or 'unknown'}, which is not read")
    return ParseTask(
        data=page.data,
        format=file_format.name,
        name=name or address.hostname or "",
        source=page.url,
        metadata=metadata,
        feed_metadata=Metadata(title=entry.title, published=entry.published) if entry else None,
        url=page.final_url,
        charset=page.charset,
    )


def _fetch_limits(options: SourceOptions) -> fetch.FetchLimits:
    return fetch.FetchLimits(max_bytes=options.max_bytes, timeout_s=options.timeout_s)


def find_feed_sources(
    feed_urls: Sequence[str], since: date | None, metadata: Metadata, options: SourceOptions
) -> tuple[list[Source], list[Failure]]:
    """The pages that feeds announce, each once, and what can't be read of them.

    What the feed says of a page, its title and date, stands in where the page says nothing.
    """
    robots = fetch.RobotsRules(timeout_s=options.timeout_s, allow_private=options.allow_private)
    limits = _fetch_limits(options)
    sources: dict[str, Source] = {}
    failures: list[Failure] = []
    for url in feed_urls:
        _check_not_empty(url)
        try:
            feed = fetch.read_feed(
                url,
                since=since,
                limits=limits,
                allow_private=options.allow_private,
                parse_timeout_s=options.parse_timeout_s,
                parse_memory_mb=options.parse_memory_mb,
            )
        except LoadError as error:
            failures.append(Failure(_printable(url), str(error), code=error.code))
            continue
        failures += [
            Failure(_printable(entry.url), "the feed gives no date for it: add the page itself")
            for entry in feed.undated
        ]
        if feed.unlinked:
            failures.append(Failure(_printable(url), f"{feed.unlinked} of its entries lead to no page"))
        for entry in feed.entries:
            try:
                source = _make_web_source(entry.url, metadata, options, entry)
                if robots.allow(source.name):
                    sources.setdefault(source.name, source)
                else:
                    reason = "the site's robots.txt keeps programs away: add the page itself"
                    failures.append(Failure(source.name, reason))
            except LoadError as error:
                failures.append(Failure(_printable(entry.url), str(error), code=error.code))
    return list(sources.values()), failures


def _check_not_empty(reference: str) -> None:
    """Refuse what names nothing, which would else be the working folder."""
    if not reference.strip():
        raise LoadError(
            "a source has an empty name: name a file, a folder (the working folder is .) or a page"
        )


def _check_name(name: str) -> None:
    """Refuse what can't be the name of a file that is stored."""
    if not _is_text(name):
        raise LoadError(_BAD_NAME)
    if fault := path_fault(name):
        raise LoadError(fault)


def _is_text(name: str) -> bool:
    """Whether a file's name can be stored: those of other encodings come with stray surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _printable(name: str) -> str:
    """A name that may be printed and stored: undecodable bytes and controls written out, no password."""
    text = mask_user_info(name).encode(errors="backslashreplace").decode()
    text = text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}…"
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def missing_documents(
    folder: Path, documents: Sequence[DocumentSummary], sources: Sequence[Source]
) -> list[DocumentSummary]:
    """The documents that came from the folder and whose files are there no more."""
    present = {source.name for source in sources}
    return [
        document
        for document in documents
        if Path(document.source).is_relative_to(folder)
        and document.source not in present
        # A file that is there but can't be read any more keeps its last good version.
        and is_missing(Path(document.source))
    ]


def is_missing(path: Path) -> bool:
    """Whether there is certainly no such file: one that can't be seen for another reason may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def make_document_id(source: str) -> str:
    """A readable, stable id: the file's name and a checksum of where it lies.

    The many documents of a set, whose names may be alike, get a longer checksum.
    """
    name_in_set = parsers.name_in_question_set(source)
    name, digits = (_stem(source), 8) if name_in_set is None else (name_in_set, 16)
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{slug or 'document'}-{hashlib.sha256(source.encode()).hexdigest()[:digits]}"


def _stem(source: str) -> str:
    if fetch.is_address(source):
        address = urlsplit(source)
        return Path(address.path).stem or address.hostname or ""
    return Path(source).stem
