"""The report of an `add` in the making."""

from dataclasses import dataclass, field

from qa.schema import AddReport, Failure, NearDuplicate

__all__ = ["ReportDraft"]


@dataclass(slots=True)
class ReportDraft:
    """An `AddReport` in the making, with what the store has still to record."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    near_duplicates: list[NearDuplicate] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    id_of_text: dict[bytes, str] = field(default_factory=dict)  # by the text's checksum
    succeeded: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)  # of files whose document stays, by its id
    recorded_failures: int = 0
    written_chunks: int = 0

    def finish(self, *, dry_run: bool) -> AddReport:
        """The report."""
        return AddReport(
            added=tuple(self.added),
            updated=tuple(self.updated),
            unchanged=tuple(self.unchanged),
            failed=tuple(self.failed),
            duplicates=tuple(self.duplicates),
            near_duplicates=tuple(self.near_duplicates),
            renamed=tuple(self.renamed),
            notes=tuple(self.notes),
            dry_run=dry_run,
        )
