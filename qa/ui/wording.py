"""How dates, sources and shares are written for a reader."""

from collections.abc import Sequence
from datetime import date

from qa.schema import Answer, Filters, Support

__all__ = ["SUPPORT", "certainty", "day", "described", "file_name", "squeezed"]

# What a reader is told about a sentence that its citations do not fully bear out.
SUPPORT: dict[Support, str] = {
    "supported": "",
    "partial": "Partly supported",
    "unsupported": "Not supported",
}
_HIGH, _MEDIUM = 0.85, 0.65
_MONTHS = "January February March April May June July August September October November December".split()


def day(published: date | None) -> str:
    """A date in words, in any locale of the server: 3 November 2025."""
    if published is None:
        return "Undated"
    return f"{published.day} {_MONTHS[published.month - 1]} {published.year}"


def squeezed(text: str) -> str:
    """One line."""
    return " ".join(text.split())


def file_name(source: str) -> str:
    """The last part of a path, or an address as it is."""
    return source if "://" in source else source.replace("\\", "/").rstrip("/").rpartition("/")[2] or source


def certainty(answer: Answer) -> str:
    """How sure the answer, or the refusal, is."""
    share = answer.confidence
    if answer.status == "not_found":
        return f"{share:.0%} likely that the documents answer"
    name = "High" if share >= _HIGH else "Medium" if share >= _MEDIUM else "Low"
    return f"{name} confidence ({share:.0%})"


def described(filters: Filters, titles: Sequence[str] = ()) -> str:
    """The filters in one line; empty if there are none."""
    parts = [f"topics {', '.join(filters.topics)}"] if filters.topics else []
    parts += [f"documents {', '.join(titles or filters.documents)}"] if filters.documents else []
    parts += [f"from {day(filters.since)}"] if filters.since else []
    parts += [f"to {day(filters.until)}"] if filters.until else []
    return ", ".join(parts)
