"""Documents out, looked at, and safe: the other half of the corpus keeper's side of `Assistant`."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from qa.assistant.syncing import CorpusSyncing
from qa.errors import DocumentNotFound
from qa.load import end_of_day, start_of_day
from qa.schema import Document, DocumentSummary, Failure, NearDuplicate, Version
from qa.store import CheckReport, CompactReport, upload_name

__all__ = ["CorpusKeeping"]


class CorpusKeeping(CorpusSyncing):
    """Adding, updating, removing and looking at documents, over one store; thread-safe."""

    # Out ------------------------------------------------------------------------------------------

    def remove(self, references: Sequence[str], *, forget: bool = False) -> tuple[str, ...]:
        """Remove documents by id, title, source or file name; all or, if one is unknown, none.

        Their past stays (`history`), unless all that is known of them is to be forgotten; that works for
        documents that were removed before too. Uploaded files go.

        Raises:
            DocumentNotFound: One is unknown or ambiguous.
        """
        resolve = self._store.resolve_past if forget else self._store.resolve
        found = tuple(dict.fromkeys(resolve(reference) for reference in references))
        if not found:
            return ()
        sources = [one.source for one in self._store.documents() if one.id in found]
        self._store.remove(found, forget=forget)
        for source in sources:
            name = upload_name(source)
            if name is not None:
                (self._store.uploads / name).unlink(missing_ok=True)
        return found

    def dismiss(self, sources: Sequence[str] | None = None) -> int:
        """Show the failures of these sources, or all, no more; how many there were.

        One comes back if its source fails for another reason.

        Raises:
            DocumentNotFound: A source has not failed.
        """
        noted = {one.source for one in self._store.failures()}
        wanted = None if sources is None else [_as_noted(one, noted) for one in sources]
        return self._store.dismiss_failures(wanted)

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
        """Make it so; returns what was wrong before."""
        return self._store.repair(self._models.unchecked_embedder())

    def backup(self, file: str | Path) -> int:
        """Write the whole store into one file while others go on; its size in bytes."""
        return self._store.backup(Path(file))

    def restore(self, file: str | Path, *, replace: bool = False) -> tuple[int, int]:
        """Fill the store from a backup; how many documents and passages it holds then.

        Raises:
            StoreError: The file is no backup or damaged, or the store has documents and `replace` is False.
        """
        return self._store.restore(Path(file), replace=replace)

    def compact(self, *, forget_before: datetime | date | str | None = None) -> CompactReport:
        """Give back the space of what was removed; forget what has been past since before a day."""
        before = None if forget_before is None else start_of_day(forget_before)
        return self._store.compact(forget_before=before)


def _as_noted(source: str, noted: set[str]) -> str:
    for candidate in (source, str(Path(source).resolve()) if "\0" not in source else source):
        if candidate in noted:
            return candidate
    raise DocumentNotFound(f"{source!r} is not among the failures: `qa list --failed` shows them")
