"""Tables that read well both in a terminal and as Markdown."""

from collections.abc import Sequence

__all__ = ["format_cell", "format_table", "to_single_line"]

_MAX_CELL_CHARS = 80


def to_single_line(text: str) -> str:
    """Text of users without line breaks, and without what could steer a terminal."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def format_cell(text: str) -> str:
    """Text of users for a cell of a table, shortened and without what could end it."""
    line = to_single_line(text)
    short = line if len(line) <= _MAX_CELL_CHARS else line[: _MAX_CELL_CHARS - 1] + "…"
    return short.replace("\\", "\\\\").replace("|", "\\|")


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, texts: bool = False) -> str:
    """A Markdown table with padded columns: the first to the left, figures in the others to the right.

    With `texts` all are set to the left, as there are no figures.
    """
    widths = [max(3, *(len(row[column]) for row in [header, *rows])) for column in range(len(header))]
    numeric = [column > 0 and not texts for column in range(len(header))]

    def format_row(row: Sequence[str]) -> str:
        cells = [
            text.rjust(width) if is_number else text.ljust(width)
            for text, width, is_number in zip(row, widths, numeric, strict=True)
        ]
        return f"| {' | '.join(cells)} |"

    rule = [
        "-" * (width - 1) + ":" if is_number else "-" * width
        for width, is_number in zip(widths, numeric, strict=True)
    ]
    return "\n".join([format_row(header), format_row(rule), *map(format_row, rows)])
