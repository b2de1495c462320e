"""The sources that could not be added, remembered until they are or a user dismisses them."""

from collections.abc import Iterable

import sqlalchemy as sa

from qa.schema import Failure
from qa.store.catalogue_schema import failures
from qa.store.dialect import is_in

__all__ = ["clear_failures", "dismiss_failures", "record_failures", "recorded_failures"]


def record_failures(connection: sa.Connection, failed: Iterable[Failure], *, now: str) -> None:
    """Remember failures; a source has one, its latest. What was dismissed stays so for the same reason."""
    for failure in failed:
        same = sa.select(failures.c.dismissed).where(
            failures.c.source == failure.source, failures.c.reason == failure.reason
        )
        dismissed = bool(connection.execute(same).scalar())
        connection.execute(sa.delete(failures).where(failures.c.source == failure.source))
        connection.execute(
            sa.insert(failures).values(
                source=failure.source,
                reason=failure.reason,
                failed_at=failure.failed_at or now,
                dismissed=dismissed,
            )
        )


def clear_failures(connection: sa.Connection, sources: Iterable[str]) -> None:
    """Forget the failures of these sources: they have been added, or are gone."""
    connection.execute(sa.delete(failures).where(is_in(failures.c.source, list(sources))))


def dismiss_failures(connection: sa.Connection, sources: Iterable[str] | None) -> int:
    """Show the failures of these sources, or all, no more; how many there were."""
    query = sa.update(failures).where(~failures.c.dismissed).values(dismissed=True)
    if sources is not None:
        query = query.where(is_in(failures.c.source, list(sources)))
    return connection.execute(query).rowcount


def recorded_failures(connection: sa.Connection, *, dismissed: bool = False) -> list[Failure]:
    """All failures, by source; also those that were dismissed, if asked."""
    query = sa.select(failures).order_by(failures.c.source)
    if not dismissed:
        query = query.where(~failures.c.dismissed)
    return [Failure(row.source, row.reason, row.failed_at) for row in connection.execute(query)]
