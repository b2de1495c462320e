"""Moments as the catalogue writes them: ISO 8601 in UTC to the second, so that they compare as texts."""

from datetime import UTC, datetime

__all__ = ["to_timestamp", "utc_now"]


def to_timestamp(moment: datetime) -> str:
    """A moment with a time zone, for the catalogue."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def utc_now() -> str:
    """This second."""
    return to_timestamp(datetime.now(UTC))
