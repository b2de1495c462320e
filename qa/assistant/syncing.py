"""Keeping the store in step with a folder."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa import load
from qa.assistant.corpus import CorpusAdding, OnProgress
from qa.assistant.sources import Source, find_sources, gone_from, is_gone
from qa.errors import LoadError, QAError
from qa.prepare import Task
from qa.schema import AddReport, DocumentSummary
from qa.store import KnownDocument

__all__ = ["CorpusSyncing"]


class CorpusSyncing(CorpusAdding):
    """Adds, updates, renames and removes what a folder says."""

    def sync(
        self,
        folder: str | Path,
        *,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Make the store match a folder: add, update, rename, and remove what came from there and is gone.

        Files are compared by their content; one that is found under another name keeps its document id.

        Raises:
            LoadError: `folder` is not a folder, or all of it is gone; nothing is removed then.
        """
        path = Path(folder)
        if not path.is_dir():
            raise LoadError(f"{folder} is not a folder: `qa sync` needs one, `qa add` takes files")
        found, failed = find_sources([path], self._reading(load.Metadata()))
        gone = gone_from(path.resolve(), self._store.documents(), found)
        if gone and not found:
            raise LoadError(
                f"{folder} holds no document any more: nothing was removed, `qa remove` does that"
            )
        renamed = self._renamed(found, gone)
        report = self._ingest().add(found, failed, dry_run=dry_run, on_progress=on_progress, renamed=renamed)
        kept = {one.id for one in renamed.values()}
        removed = tuple(one.id for one in gone if one.id not in kept)
        if not dry_run:
            if removed:
                self._store.remove(removed)
            self._forget_gone(path.resolve())
        return replace(report, removed=removed)

    def _renamed(self, found: Sequence[Source], gone: Sequence[DocumentSummary]) -> dict[str, KnownDocument]:
        """By source, the documents whose files are gone and whose content has turned up in a new file."""
        if not gone:
            return {}
        here = {one.source for one in self._store.known_documents([source.name for source in found])}
        lost: dict[str, list[KnownDocument]] = {}
        for one in self._store.known_documents([each.source for each in gone]):
            lost.setdefault(one.fingerprint, []).append(one)
        renamed: dict[str, KnownDocument] = {}
        for source in found:
            if source.name in here:
                continue
            try:
                opened = source.open()
            except LoadError:
                continue  # told when it is read
            mark = load.fingerprint(opened.data) if isinstance(opened, Task) else ""
            # Of several copies, the one of the same name.
            same_name = [one for one in lost.get(mark, ()) if Path(one.source).name == Path(source.name).name]
            if chosen := (same_name or lost.get(mark, [])):
                renamed[source.name] = chosen[0]
                lost[mark].remove(chosen[0])
        return renamed

    def _forget_gone(self, folder: Path) -> None:
        gone = [
            one.source
            for one in self._store.failures()
            if Path(one.source).is_relative_to(folder) and is_gone(Path(one.source))
        ]
        if gone:
            self._store.clear_failures(gone)

    def watch(
        self, folder: str | Path, *, stop: threading.Event | None = None
    ) -> Iterator[AddReport | QAError]:
        """Sync a folder again and again, whenever something changes there, until `stop` is set.

        Yields the report of each sync that did something, and errors, after which it goes on.
        """
        from watchfiles import watch

        # The first turn comes without a change, once the watch is set up: nothing falls between the two.
        turns = watch(folder, stop_event=stop, yield_on_timeout=True, rust_timeout=500, recursive=True)
        told: AddReport | None = None
        for number, changes in enumerate(turns):
            if not changes and number:
                continue
            try:
                report = self.sync(folder)
            except QAError as error:
                yield error
                continue
            done = report.added or report.updated or report.removed or report.renamed
            if done or report.failed != (told.failed if told else ()):
                yield report
            told = report
