"""Moments as the catalogue writes them: ISO 8601 in UTC to the second, so that they compare as texts."""

from datetime import UTC, datetime, timedelta

__all__ = ["after", "to_timestamp", "utc_now"]


def to_timestamp(moment: datetime) -> str:
    """A moment with a time zone, for the catalogue."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def utc_now() -> str:
    """This second."""
    return to_timestamp(datetime.now(UTC))


def after(begun: str, now: str) -> str:
    """When what began at `begun` ends: now, or with the day of its begin if the clock went backwards.

    So it was there at the end of some day, whatever the clock said.
    """
    if now >= begun:
        return now
    day = datetime.fromisoformat(begun).replace(hour=0, minute=0, second=0)
    return to_timestamp(day + timedelta(days=1))
