"""Prints known documents to text formats: Markdown, delimited text, e-mail."""

import csv
import io
import random
from collections.abc import Callable
from datetime import datetime, time
from email.message import EmailMessage
from typing import get_args

from tests.bench.known_documents.document_model import (
    Heading,
    KnownDocument,
    Paragraph,
    Piece,
    Points,
    Quote,
    Table,
    place_cells,
)
from tests.bench.known_documents.print_html import MarkupStyle, html_body

__all__ = ["print_delimited", "print_eml", "print_markdown"]


def print_markdown(document: KnownDocument, chance: random.Random) -> bytes:
    """Front matter, headings, pipe tables; notes as footnotes or raised by tags."""
    is_raised_by_tag, has_open_tables = chance.random() < 0.5, chance.random() < 0.4
    mark = (lambda label: f"<sup>{label}</sup>") if is_raised_by_tag else (lambda label: f"[^{label}]")
    blocks = [f"---\ntitle: {document.title}\ndate: {document.published}\n---", f"# {document.title}"]
    for block in document.blocks:
        match block:
            case Heading(level, text):
                is_underlined = has_open_tables and level == 2
                blocks.append(f"{text}\n{'-' * len(text)}" if is_underlined else f"{'#' * level} {text}")
            case Paragraph(pieces):
                blocks.append(_join(pieces, mark))
            case Points(items, is_numbered):
                lines = (
                    f"{f'{number}.' if is_numbered else '-'} {item}" for number, item in enumerate(items, 1)
                )
                blocks.append("\n".join(lines))
            case Quote(text):
                blocks.append(f"> {text}")
            case Table():
                blocks += [*block.lines_above, _pipe_table(block, is_open=has_open_tables)]
                blocks += [f"<sup>{note.label}</sup> {note.text}" for note in block.notes]
                blocks += [block.source] if block.source else []
    label = "{}." if is_raised_by_tag else "[^{}]:"
    blocks += [f"{label.format(note.label)} {note.text}" for note in document.notes]
    return ("\n\n".join(blocks) + "\n").encode()


def _join(pieces: tuple[Piece, ...], mark: Callable[[str], str]) -> str:
    return "".join(piece if isinstance(piece, str) else mark(piece.label) for piece in pieces)


def _pipe_table(table: Table, *, is_open: bool) -> str:
    """One row of heads: those of several rows are joined; a stub is repeated in the rows that it spans.

    An open table has no bars at its sides.
    """
    grid = place_cells(table.rows)
    heads = [
        ", ".join(dict.fromkeys(text for row in grid[: table.head_rows] if (text := row[column][0].text)))
        for column in range(len(grid[0]))
    ]
    rows = [heads, [":---", *["---:"] * (len(heads) - 1)]]
    for row in grid[table.head_rows :]:
        cells = []
        for cell, is_first in row:
            raised = f"<sup>{cell.mark}</sup>" if cell.mark else ""
            cells.append(cell.text + raised if is_first or cell.role == "row" else "")
        rows.append(cells)
    lines = (" | ".join(cells) for cells in rows)
    return "\n".join(line.strip(" ") if is_open else f"| {line} |" for line in lines)


def print_delimited(
    document: KnownDocument, *, delimiter: str, has_caption: bool, encoding: str = "utf-8"
) -> bytes:
    """The first table; what a span covers is blank, as a workbook saves it. Marks stand in brackets.

    With semicolons, words of a column's head stand below one another in the cell.
    """
    table = document.tables[0]
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter)
    if has_caption:
        writer.writerows([line] for line in table.lines_above)
        writer.writerow([])
    for row in place_cells(table.rows):
        texts = []
        for cell, is_first in row:
            text = cell.text.replace(" ", "\n") if delimiter == ";" and cell.role == "column" else cell.text
            texts.append(text + (f" [{cell.mark}]" if cell.mark else "") if is_first else "")
        writer.writerow(texts)
    if table.notes or table.source:
        writer.writerow([])
    for note in table.notes:
        writer.writerow([f"[{note.label}] {note.text}"])
    if table.source:
        writer.writerow([table.source])
    return sink.getvalue().encode(encoding)


def print_eml(document: KnownDocument, chance: random.Random) -> bytes:
    """A message of text and HTML, or of HTML alone, in answer to one that it quotes."""
    message = EmailMessage()
    message["Subject"] = document.title
    message["From"] = f"{document.publisher} <desk@bonded.example>"
    message["To"] = "briefings@bonded.example"
    message["Date"] = datetime.combine(document.published, time(9, 30)).astimezone()
    message["Message-ID"] = f"<{chance.randrange(10**9)}@bonded.example>"
    thread = (
        "<p>On 3 January 2016, Olga Brandt wrote:</p><blockquote type='cite'><p>Please send the new figures."
        "</p></blockquote>"
    )
    html = f"<html><body>{html_body(document, chance.choice(get_args(MarkupStyle)))}{thread}</body></html>"
    transfer_encoding = chance.choice(("base64", "quoted-printable", "8bit"))
    if chance.random() < 0.6:
        thread = "On 3 January 2016, Olga Brandt wrote:\n> Please send the new figures."
        message.set_content(f"{_plain_alternative(document)}\n\n{thread}\n")
        message.add_alternative(html, subtype="html", cte=transfer_encoding)
    else:
        message.set_content(html, subtype="html", cte=transfer_encoding)
    return message.as_bytes()


def _plain_alternative(document: KnownDocument) -> str:
    """The text as mail programs make it of their HTML: tables fall apart into their cells."""
    parts = [document.title]
    for block in document.blocks:
        match block:
            case Heading(_, text) | Quote(text):
                parts.append(text)
            case Paragraph(pieces):
                parts.append("".join(piece if isinstance(piece, str) else piece.label for piece in pieces))
            case Points(items, _):
                parts.append("\n".join(f"  - {item}" for item in items))
            case Table():
                cells = [cell.text + cell.mark for row in block.rows for cell in row]
                parts += [*block.lines_above, "\n".join(cells)]
                parts += [f"{note.label} {note.text}" for note in block.notes]
                parts.append(block.source)
    parts += [f"{note.label} {note.text}" for note in document.notes]
    return "\n\n".join(filter(None, parts))
