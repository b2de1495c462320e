"""Tables that read well both in a terminal and as Markdown."""

from collections.abc import Sequence

__all__ = ["cell", "one_line", "table_lines"]

_CELL_CHARS = 80


def one_line(text: str) -> str:
    """Text of users without line breaks, and without what could steer a terminal."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def cell(text: str) -> str:
    """Text of users for a cell of a table, shortened and without what could end it."""
    line = one_line(text)
    short = line if len(line) <= _CELL_CHARS else line[: _CELL_CHARS - 1] + "…"
    return short.replace("\\", "\\\\").replace("|", "\\|")


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]], *, texts: bool = False) -> str:
    """A Markdown table with padded columns: the first to the left, figures in the others to the right.

    With `texts` all are set to the left, as there are no figures.
    """
    widths = [max(3, *(len(row[at]) for row in [header, *rows])) for at in range(len(header))]
    numeric = [at > 0 and not texts for at in range(len(header))]

    def line(row: Sequence[str]) -> str:
        sides = zip(row, widths, numeric, strict=True)
        return f"| {' | '.join(one.rjust(to) if right else one.ljust(to) for one, to, right in sides)} |"

    rule = ["-" * (to - 1) + ":" if right else "-" * to for to, right in zip(widths, numeric, strict=True)]
    return "\n".join([line(header), line(rule), *map(line, rows)])
