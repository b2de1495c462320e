"""How dates, counts and rows are written for a reader."""

from datetime import date

__all__ = ["format_count", "format_date", "format_month", "read_rows"]

_MONTHS = "January February March April May June July August September October November December".split()


def format_date(published: date | None) -> str:
    """A date in words, in any locale: 3 November 2025."""
    if published is None:
        return "Undated"
    return f"{published.day} {_MONTHS[published.month - 1]} {published.year}"


def format_month(published: date) -> str:
    """A month in words: November 2025."""
    return f"{_MONTHS[published.month - 1]} {published.year}"


def format_count(number: int, noun: str) -> str:
    """1 document, 2 documents."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")


def read_rows(text: str) -> str:
    """The text, with a point between the cells of those lines that are rows of cells between bars.

    The line of hyphens below the head of such a table is left out.
    """
    lines = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("|"):
            lines.append(line)
        elif line.strip("|:- \t"):
            lines.append(" · ".join(filter(None, (cell.strip() for cell in line.split("|")))))
    return "\n".join(lines)
