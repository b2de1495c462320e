"""Documents in: what a user names, types, announces or uploads, handed to the pipeline as sources."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from qa import parsers
from qa.errors import LoadError
from qa.ingest.file_names import clean_file_name
from qa.ingest.pipeline import DistributedParser, IngestPipeline, OnProgress, SourceOutcome
from qa.ingest.sources import (
    Source,
    SourceOptions,
    find_feed_sources,
    find_sources,
    make_upload_source,
)
from qa.models.embedder import Embedder
from qa.schema import AddReport, Failure, Metadata
from qa.store import DamagedDocument, KnownDocument, Store, text_sha256, upload_name, upload_source
from qa.store.private_files import make_private_folder, open_private
from qa.store.work_folders import WorkFolder

__all__ = ["DocumentAdder", "EmbedderLoaders", "parse_metadata", "parse_metadata_changes"]

_DAMAGED = "what the store held of it is damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderLoaders:
    """Three ways to the embedding model, which none of them loads before it is called.

    `matching` refuses a store that was made with another model, `unchecked` does not look. `fresh` opens one
    of its own, for another process, and is picklable.
    """

    matching: Callable[[], Embedder]
    unchecked: Callable[[], Embedder]
    fresh: Callable[[], Embedder]


class DocumentAdder:
    """Adds documents to a store, whichever way they come; thread-safe."""

    def __init__(
        self, store: Store, pipeline: IngestPipeline, embedders: EmbedderLoaders, options: SourceOptions
    ) -> None:
        self._store, self._pipeline, self._embedders, self._options = store, pipeline, embedders, options

    def add(
        self,
        references: str | Path | Iterable[str | Path],
        metadata: Metadata,
        *,
        set_format: str | None,
        ray: bool,
        dry_run: bool,
        on_progress: OnProgress | None,
    ) -> AddReport:
        """Add files, folders and web pages: see `Corpus.add`."""
        references = [references] if isinstance(references, str | Path) else list(references)
        title = metadata.title
        if set_format is not None and set_format not in parsers.QUESTION_SET_FORMATS:
            raise LoadError(
                f"unknown format {set_format!r}: {' or '.join(parsers.QUESTION_SET_FORMATS)} is expected"
            )
        if title and set_format:
            raise LoadError(f"the title {title!r} is for one document, not for a set: leave it out")
        sources, failures = find_sources(references, metadata, self._options, set_format)
        if title and len(sources) > 1:
            raise LoadError(
                f"the title {title!r} is for one document, here are {len(sources)}: add it by itself"
            )
        return self._pipeline.add(
            sources,
            failures,
            dry_run=dry_run,
            on_progress=on_progress,
            distributed=self._parse_over_ray() if ray and not dry_run else None,
        )

    def _parse_over_ray(self) -> DistributedParser:
        from qa.ingest.ray_cluster import parse_over_ray

        # Here too, so that a store that was made with another model is refused before any work is done.
        self._embedders.matching()
        return parse_over_ray(self._pipeline.limits, self._pipeline.window_chars, self._embedders.fresh)

    def add_feeds(
        self,
        urls: Sequence[str],
        since: date | None,
        metadata: Metadata,
        *,
        dry_run: bool,
        on_progress: OnProgress | None,
    ) -> AddReport:
        """Add the pages that feeds announce: see `Corpus.add_feeds`."""
        sources, failures = find_feed_sources(urls, since, metadata, self._options)
        return self._pipeline.add(sources, failures, dry_run=dry_run, on_progress=on_progress)

    def add_text(self, data: bytes, metadata: Metadata, *, dry_run: bool) -> AddReport:
        """Add text that comes from no file: see `Corpus.add_text`."""
        try:
            text = parsers.parse_stdin_text(data, metadata=metadata, max_bytes=self._options.max_bytes)
        except LoadError as error:
            return AddReport(failed=(Failure("-", str(error)),), dry_run=dry_run)
        return self._pipeline.add([Source(text.source, lambda: text)], (), dry_run=dry_run)

    def add_uploads(self, files: Iterable[tuple[str, bytes]], *, on_progress: OnProgress | None) -> AddReport:
        """Keep files that come as bytes, and add them: see `Corpus.add_uploads`."""
        folder = self._store.uploads
        max_bytes = self._options.max_bytes
        names: list[str] = []
        failures = []
        for path, data in files:
            name = clean_file_name(path)
            if len(data) > max_bytes:
                failures.append(Failure(upload_source(name), parsers.size_refusal(len(data), max_bytes)))
                continue
            if name in names:
                reason = f"two of these files are called {name}: rename one"
                failures.append(Failure(upload_source(name), reason))
                continue
            make_private_folder(folder)
            _write_atomically(folder / name, data)
            names.append(name)
        sources = [make_upload_source(folder, name, self._options) for name in names]
        return self._pipeline.add(sources, failures, dry_run=False, on_progress=on_progress)

    def retry(self, sources: Sequence[str], *, on_progress: OnProgress | None) -> AddReport:
        """Add again what failed: see `Corpus.retry`."""
        folder = self._store.uploads
        names = [name for source in sources if (name := upload_name(source)) is not None]
        kept_names = [name for name in names if (folder / name).exists()]
        uploads = [make_upload_source(folder, name, self._options) for name in kept_names]
        references = [source for source in sources if upload_name(source) is None]
        resolved, failures = find_sources(references, Metadata(), self._options)
        failures += [
            Failure(upload_source(name), "the file was not kept: upload it again")
            for name in names
            if name not in kept_names
        ]
        return self._pipeline.add([*uploads, *resolved], failures, dry_run=False, on_progress=on_progress)

    def restore_damaged(self, damaged: Sequence[DamagedDocument]) -> AddReport:
        """Add again what a repair has set aside: from what is whole of it, else from its file.

        A file counts if its text is the one that was added; nothing is fetched. What can't be added is
        recorded as a failure, with the reason.
        """
        ready = [document for document in damaged if not document.is_past]
        whole = [document for document in ready if document.has_row and document.has_text]
        restored = [self._store.version(document.key) for document in whole]
        for document in restored:
            self._pipeline.write_text(parsers.ParsedText.of(document), document.id, None)
        others = {document.source: document for document in ready if document not in whole}
        files = {source: self._file_of(source) for source in others}
        report = self._pipeline.add(
            [file for file in files.values() if file is not None],
            [Failure(source, f"{_DAMAGED}: add it again") for source, file in files.items() if file is None],
            dry_run=False,
            renamed={
                source: self._store.set_aside_document(document.key)
                for source, document in others.items()
                if document.has_row
            },
            distributed=partial(self._outcomes_as_added, others),
        )
        return replace(report, added=(*(document.id for document in restored), *report.added))

    def _outcomes_as_added(
        self,
        expected: Mapping[str, DamagedDocument],
        sources: Sequence[Source],
        previous: Mapping[str, KnownDocument],
    ) -> Iterator[SourceOutcome]:
        """What becomes of the sources, of which those with another text than expected fail."""
        for outcome in self._pipeline.outcomes(sources, previous):
            reason = None
            if outcome.failure is not None:
                reason = f"{_DAMAGED}, and its file can't be read ({outcome.failure.reason}): add it again"
            elif (
                outcome.parsed is not None
                and text_sha256(outcome.parsed.document) != expected[outcome.source.name].text_sha256
            ):
                reason = f"{_DAMAGED}, and its file has changed since: add it again as it is now"
            failure = None if reason is None else Failure(outcome.source.name, reason)
            yield outcome if failure is None else replace(outcome, parsed=None, failure=failure)

    def _file_of(self, source: str) -> Source | None:
        """The file that a document came from, if it is there."""
        name = upload_name(source)
        if name is not None:
            folder = self._store.uploads
            return make_upload_source(folder, name, self._options) if (folder / name).is_file() else None
        if not Path(source).is_absolute() or not Path(source).is_file():
            return None
        files, _ = find_sources([source], Metadata(), self._options)
        return next((file for file in files if file.name == source), None)


def parse_metadata(
    title: str | None, published: str | None, publisher: str | None, topics: Sequence[str]
) -> Metadata:
    """What a user says of new documents.

    Raises:
        LoadError: `published` is not a date.
    """
    return Metadata(
        title=title,
        published=parsers.parse_date(published) if published else None,
        publisher=publisher,
        topics=tuple(topics),
    )


def parse_metadata_changes(
    title: str | None, published: str | None, publisher: str | None, topics: Sequence[str] | None
) -> dict[str, Any]:
    """The fields of `Metadata` that a user changes, which are those that are not None; "" empties one.

    Raises:
        LoadError: `published` is not a date, or the title is empty.
    """
    changes: dict[str, Any] = {}
    if title is not None:
        if not title.strip():
            raise LoadError("a document needs a title: write one")
        changes["title"] = parsers.clean_title(title)
    if published is not None:
        changes["published"] = parsers.parse_date(published) if published.strip() else None
    if publisher is not None:
        changes["publisher"] = " ".join(publisher.split()) or None
    if topics is not None:
        stripped_topics = (" ".join(topic.split()) for topic in topics)
        changes["topics"] = tuple(dict.fromkeys(topic for topic in stripped_topics if topic))
    return changes


def _write_atomically(path: Path, data: bytes) -> None:
    """A file that is there completely or not at all, for its owner alone."""
    with WorkFolder(path.parent, ".upload-") as folder:
        draft = folder.path / "draft"
        with open(draft, "wb", opener=open_private) as stream:
            stream.write(data)
        draft.replace(path)
