"""The sources that could not be added, remembered until they are or a user dismisses them."""

from collections.abc import Iterable

import sqlalchemy as sa

from qa.schema import Failure
from qa.store.tables import among, failures

__all__ = ["dismiss", "forget", "note", "noted"]


def note(connection: sa.Connection, failed: Iterable[Failure], *, now: str) -> None:
    """Remember failures; a source has one, its latest. What was dismissed stays so for the same reason."""
    for one in failed:
        known = sa.select(failures.c.dismissed).where(
            failures.c.source == one.source, failures.c.reason == one.reason
        )
        dismissed = bool(connection.execute(known).scalar())
        connection.execute(sa.delete(failures).where(failures.c.source == one.source))
        connection.execute(
            sa.insert(failures).values(
                source=one.source, reason=one.reason, failed_at=one.failed_at or now, dismissed=dismissed
            )
        )


def forget(connection: sa.Connection, sources: Iterable[str]) -> None:
    """Forget the failures of these sources: they have been added, or are gone."""
    connection.execute(sa.delete(failures).where(failures.c.source.in_(among(list(sources)))))


def dismiss(connection: sa.Connection, sources: Iterable[str] | None) -> int:
    """Show the failures of these sources, or all, no more; how many there were."""
    query = sa.update(failures).where(~failures.c.dismissed).values(dismissed=True)
    if sources is not None:
        query = query.where(failures.c.source.in_(among(list(sources))))
    return connection.execute(query).rowcount


def noted(connection: sa.Connection, *, dismissed: bool = False) -> list[Failure]:
    """All failures, by source; those that were dismissed too if wanted."""
    query = sa.select(failures).order_by(failures.c.source)
    if not dismissed:
        query = query.where(~failures.c.dismissed)
    return [Failure(row.source, row.reason, row.failed_at) for row in connection.execute(query)]
