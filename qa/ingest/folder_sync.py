"""Keeping the store in step with a folder."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa import parsers
from qa.errors import LoadError, QAError, path_fault
from qa.ingest.parse_document import ParseTask
from qa.ingest.pipeline import IngestPipeline, OnProgress
from qa.ingest.sources import Source, SourceOptions, find_sources, is_missing, missing_documents
from qa.schema import AddReport, DocumentSummary, Metadata
from qa.store import KnownDocument, Store

__all__ = ["FolderSync"]


class FolderSync:
    """Adds, updates, renames and removes what a folder says; thread-safe."""

    def __init__(self, store: Store, pipeline: IngestPipeline, options: SourceOptions) -> None:
        self._store, self._pipeline, self._options = store, pipeline, options

    def sync(
        self, folder: str | Path, *, dry_run: bool = False, on_progress: OnProgress | None = None
    ) -> AddReport:
        """Make the store match a folder: see `Corpus.sync`."""
        if fault := path_fault(str(folder)):
            raise LoadError(f"no folder to sync, {fault}")
        path = Path(folder)
        if not path.is_dir():
            raise LoadError(f"{folder} is not a folder: `qa sync` needs one, `qa add` takes files")
        sources, failures = find_sources([path], Metadata(), self._options)
        missing = missing_documents(path.resolve(), self._store.documents(), sources)
        if missing and not sources:
            raise LoadError(
                f"{folder} holds no document any more: nothing was removed, `qa remove` does that"
            )
        renamed = self._find_renamed(sources, missing)
        report = self._pipeline.add(
            sources, failures, dry_run=dry_run, on_progress=on_progress, renamed=renamed
        )
        renamed_ids = {document.id for document in renamed.values()}
        removed = tuple(document.id for document in missing if document.id not in renamed_ids)
        if not dry_run:
            if removed:
                self._store.remove(removed)
            self._forget_missing_failures(path.resolve())
        return replace(report, removed=removed)

    def _find_renamed(
        self, sources: Sequence[Source], missing: Sequence[DocumentSummary]
    ) -> dict[str, KnownDocument]:
        """By source, the documents whose files are gone and whose content has turned up in a new file."""
        if not missing:
            return {}
        known_documents = self._store.known_documents([source.name for source in sources])
        known_sources = {document.source for document in known_documents}
        missing_by_fingerprint: dict[str, list[KnownDocument]] = {}
        for document in self._store.known_documents([document.source for document in missing]):
            missing_by_fingerprint.setdefault(document.fingerprint, []).append(document)
        renamed: dict[str, KnownDocument] = {}
        for source in sources:
            if source.name in known_sources:
                continue
            try:
                content = source.open()
            except LoadError:
                continue  # reported when it is parsed
            fingerprint = parsers.file_fingerprint(content.data) if isinstance(content, ParseTask) else ""
            candidates = missing_by_fingerprint.get(fingerprint, [])
            # Of several copies, the one of the same name.
            file_name = Path(source.name).name
            same_name = [document for document in candidates if Path(document.source).name == file_name]
            if candidates:
                renamed[source.name] = document = (same_name or candidates)[0]
                candidates.remove(document)
        return renamed

    def _forget_missing_failures(self, folder: Path) -> None:
        sources = [
            failure.source
            for failure in self._store.failures()
            if Path(failure.source).is_relative_to(folder) and is_missing(Path(failure.source))
        ]
        if sources:
            self._store.clear_failures(sources)

    def watch(self, folder: str | Path, *, stop: threading.Event | None) -> Iterator[AddReport | QAError]:
        """Sync a folder whenever something changes there: see `Corpus.watch`."""
        from watchfiles import watch

        if fault := path_fault(str(folder)):
            raise LoadError(f"no folder to watch, {fault}")
        # The first turn comes without a change, once the watch is set up: nothing falls between the two.
        turns = watch(folder, stop_event=stop, yield_on_timeout=True, rust_timeout=500, recursive=True)
        last_report: AddReport | None = None
        for number, changes in enumerate(turns):
            if not changes and number:
                continue
            try:
                report = self.sync(folder)
            except QAError as error:
                yield error
                continue
            has_changed = report.added or report.updated or report.removed or report.renamed
            if has_changed or report.failed != (last_report.failed if last_report else ()):
                yield report
            last_report = report
