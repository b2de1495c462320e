"""The corpus: documents in, kept in step, out, looked at, and safe."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from qa.errors import DocumentNotFound, QAError, StoreError, path_fault
from qa.ingest.document_adder import (
    DocumentAdder,
    EmbedderLoaders,
    parse_metadata,
    parse_metadata_changes,
)
from qa.ingest.folder_sync import FolderSync
from qa.ingest.page_pictures import PagePictures, Phrase
from qa.ingest.pipeline import IngestPipeline, OnProgress, ParseLimits
from qa.ingest.sources import SourceOptions
from qa.parsers import ParsedText, end_of_day, parse_date, start_of_day
from qa.schema import AddReport, Document, DocumentSummary, Failure, NearDuplicate, PagePicture, Version
from qa.store import CheckReport, CompactReport, Store, upload_name

__all__ = ["Corpus"]


class Corpus:
    """Adding, updating, removing and looking at documents, over one store; thread-safe."""

    def __init__(
        self,
        store: Store,
        embedders: EmbedderLoaders,
        *,
        window_chars: int,
        parse_limits: ParseLimits,
        source_options: SourceOptions,
    ) -> None:
        """Over an open store; the embedding model is loaded when there is something to embed."""
        self._store, self._embedders = store, embedders
        self._pipeline = IngestPipeline(
            store, embedders.matching, window_chars=window_chars, limits=parse_limits
        )
        self._adder = DocumentAdder(store, self._pipeline, embedders, source_options)
        self._folder_sync = FolderSync(store, self._pipeline, source_options)
        self._page_pictures = PagePictures(store.uploads, parse_limits, source_options.max_bytes)

    # In -------------------------------------------------------------------------------------------

    def add(
        self,
        sources: str | Path | Iterable[str | Path],
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        format: Literal["squad", "beir"] | None = None,
        ray: bool = False,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders and web pages: what is unchanged is skipped, what changed is replaced.

        A source that can't be read is listed in the report's `failed` and stops no other; it is remembered
        (`failures`) until it succeeds. What is said here about a document holds for its later versions too.
        With `ray` reading and embedding are spread over a Ray cluster (extra [ray]).
        With a `format` the sources are public sets: of a "squad" file every paragraph is a document, of a
        "beir" folder every line of its corpus.jsonl.

        Raises:
            LoadError: `published` is not a date, `title` is given for several documents or with a `format`,
                or the format is unknown.
            ConfigError: Ray is not installed.
        """
        metadata = parse_metadata(title, published, publisher, topics)
        return self._adder.add(
            sources, metadata, set_format=format, ray=ray, dry_run=dry_run, on_progress=on_progress
        )

    def add_feeds(
        self,
        urls: Sequence[str],
        *,
        since: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        title: None = None,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add the pages that RSS or Atom feeds announce, those of the day `since` or later if given.

        What a site's robots.txt does not allow programs to read is a failure, and so is an entry without a
        date where `since` asks for one.

        Raises:
            LoadError: `since` or `published` is not a date.
        """
        first_day = parse_date(since) if since else None
        metadata = parse_metadata(title, published, publisher, topics)
        return self._adder.add_feeds(urls, first_day, metadata, dry_run=dry_run, on_progress=on_progress)

    def add_text(
        self,
        data: bytes,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        dry_run: bool = False,
    ) -> AddReport:
        """Add text that comes from no file; the same title again replaces it."""
        metadata = parse_metadata(title, published, publisher, topics)
        return self._adder.add_text(data, metadata, dry_run=dry_run)

    def add_uploads(
        self, files: Sequence[tuple[str, bytes]], *, on_progress: OnProgress | None = None
    ) -> AddReport:
        """Add files that come as bytes under a name; the store keeps them.

        Names are cleaned; a file of the same name replaces the one before. Their source is "upload:" and the
        name.
        """
        return self._adder.add_uploads(files, on_progress=on_progress)

    def retry(self, sources: Sequence[str], *, on_progress: OnProgress | None = None) -> AddReport:
        """Add again what failed: sources of `failures`."""
        return self._adder.retry(sources, on_progress=on_progress)

    def edit(
        self,
        reference: str,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] | None = None,
    ) -> str:
        """Change what is known of a document; what is None stays. Returns its id.

        It holds for later versions of the file too; what is emptied comes from the file again at its next
        update.

        Raises:
            DocumentNotFound: It is unknown or ambiguous.
            LoadError: `published` is not a date, or the title is empty.
        """
        document = self._store.document(reference)
        changes = parse_metadata_changes(title, published, publisher, topics)
        emptied = {name for name, value in changes.items() if not value}
        text = replace(
            ParsedText.of(document),
            metadata=replace(document.metadata, **changes),
            user_set_fields=tuple(sorted({*document.user_set_fields, *changes} - emptied)),
        )
        if text.sha256 != document.sha256:
            # What is embedded of a passage is its title, its heading and its text.
            vectors = self._store.document_vectors(document.id) if text.title == document.title else None
            self._pipeline.write_text(text, document.id, vectors)
        return document.id

    # In step --------------------------------------------------------------------------------------

    def sync(
        self, folder: str | Path, *, dry_run: bool = False, on_progress: OnProgress | None = None
    ) -> AddReport:
        """Make the store match a folder: add, update, rename, and remove what came from there and is gone.

        Files are compared by their content; one that is found under another name keeps its document id.

        Raises:
            LoadError: `folder` is not a folder, or all of it is gone; nothing is removed then.
        """
        return self._folder_sync.sync(folder, dry_run=dry_run, on_progress=on_progress)

    def watch(
        self, folder: str | Path, *, stop: threading.Event | None = None
    ) -> Iterator[AddReport | QAError]:
        """Sync a folder again and again, whenever something changes there, until `stop` is set.

        Yields the report of each sync that did something, and errors, after which it goes on.
        """
        return self._folder_sync.watch(folder, stop=stop)

    # Out ------------------------------------------------------------------------------------------

    def remove(self, references: Sequence[str], *, forget: bool = False) -> tuple[str, ...]:
        """Remove documents by id, title, source or file name; all or, if one is unknown, none.

        Their past stays (`history`), unless all that is known of them is to be forgotten; that works for
        documents that were removed before too. Uploaded files go.

        Raises:
            DocumentNotFound: One is unknown or ambiguous.
        """
        resolve = self._store.resolve_past if forget else self._store.resolve
        document_ids = tuple(dict.fromkeys(resolve(reference) for reference in references))
        if not document_ids:
            return ()
        sources = [document.source for document in self._store.documents() if document.id in document_ids]
        self._store.remove(document_ids, forget=forget)
        for source in sources:
            name = upload_name(source)
            if name is not None:
                (self._store.uploads / name).unlink(missing_ok=True)
        return document_ids

    def dismiss(self, sources: Sequence[str] | None = None) -> int:
        """Show the failures of these sources, or all, no more; how many there were.

        One comes back if its source fails for another reason.

        Raises:
            DocumentNotFound: A source has not failed.
        """
        failed_sources = {failure.source for failure in self._store.failures()}
        if sources is not None:
            sources = [_resolve_failed_source(source, failed_sources) for source in sources]
        return self._store.dismiss_failures(sources)

    @property
    def read_only(self) -> bool:
        """Whether the store can't be written."""
        return self._store.read_only

    # Looking --------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentSummary]:
        """The corpus, by title."""
        return self._store.documents()

    def document(self, reference: str, *, as_of: datetime | date | str | None = None) -> Document:
        """One document with its text, by id, title, source or file name; as it was on an earlier day.

        Raises:
            DocumentNotFound: It is unknown, ambiguous, or was not there then.
        """
        if as_of is None:
            return self._store.document(reference)
        return self._store.document_as_of(reference, end_of_day(as_of))

    def history(self, reference: str) -> list[Version]:
        """The versions of a document, oldest first; also of one that has been removed."""
        return self._store.history(reference)

    def page_picture(
        self, document: Document, page: int, phrases: Sequence[Phrase] = (), *, share: float = 0.0
    ) -> PagePicture:
        """A page, from 1, of the PDF that a version of a document was read from, with words on it boxed.

        `share` is how much of the page's text lies before the words, which may stand there several times.

        Raises:
            LoadError: Its file is gone, has changed since, or can't be drawn.
        """
        return self._page_pictures.draw(document, page, phrases, share)

    def failures(self) -> list[Failure]:
        """The sources that could not be added and have not been since, by source."""
        return self._store.failures()

    def near_duplicates(self) -> list[NearDuplicate]:
        """Every two documents that nearly repeat one another, the most alike first."""
        return self._store.near_duplicates()

    # Health ---------------------------------------------------------------------------------------

    def check(self) -> CheckReport:
        """Is the store consistent?"""
        return self._store.check()

    def repair(self) -> CheckReport:
        """Make it so; returns what was wrong before.

        Documents that are not what was added are set aside, and added again from their files where these
        still say the same: `CheckReport.added_again` and `to_add_again`.
        """
        report = self._store.repair(self._embedders.unchecked())
        if not report.damaged:
            return report
        again = self._adder.restore_damaged(report.damaged)
        return replace(report, added_again=(*again.added, *again.updated), to_add_again=again.failed)

    def backup(self, file: str | Path) -> int:
        """Write the whole store into one file while others go on; its size in bytes."""
        return self._store.backup(_backup_path(file))

    def restore(self, file: str | Path, *, replace: bool = False) -> tuple[int, int]:
        """Fill the store from a backup; how many documents and passages it holds then.

        Raises:
            StoreError: The file is no backup or damaged, or the store has documents and `replace` is False.
        """
        return self._store.restore(_backup_path(file), replace=replace)

    def compact(self, *, forget_before: datetime | date | str | None = None) -> CompactReport:
        """Give back the space of what was removed; forget what has been past since before a day."""
        before = None if forget_before is None else start_of_day(forget_before)
        return self._store.compact(forget_before=before)


def _backup_path(file: str | Path) -> Path:
    if fault := path_fault(str(file)):
        raise StoreError(f"there is no backup of this name, {fault}")
    return Path(file)


def _resolve_failed_source(source: str, failed_sources: set[str]) -> str:
    for candidate in (source, str(Path(source).resolve()) if "\0" not in source else source):
        if candidate in failed_sources:
            return candidate
    raise DocumentNotFound(f"{source!r} is not among the failures: `qa list --failed` shows them")
