"""Prints known documents to Word, PowerPoint and Excel files, with the libraries that people use for it.

They are needed for this bench alone: pip install python-docx python-pptx openpyxl.
"""

import io
import random
import re
from datetime import datetime, time
from html import escape
from importlib import import_module
from typing import Any

from tests.bench.known_documents.document_model import (
    Cell,
    Heading,
    KnownDocument,
    Note,
    NoteMark,
    Paragraph,
    Piece,
    Points,
    Quote,
    Table,
    place_cells,
)

__all__ = ["print_docx", "print_pptx", "print_xlsx"]

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def print_docx(document: KnownDocument, chance: random.Random) -> bytes:
    """Styles, real footnotes, merged cells; with or without rules, a page's head and repeated head rows."""
    docx = import_module("docx")
    word = docx.Document()
    _set_properties(word.core_properties, document, chance)
    if chance.random() < 0.5:
        word.sections[0].header.paragraphs[0].text = f"{document.publisher} Bulletin"
    word.add_heading(document.title, 0)
    table_style = chance.choice(("Table Grid", "Light List", None))
    for block in document.blocks:
        match block:
            case Heading(level, text):
                word.add_heading(text, level)
            case Paragraph(pieces):
                _add_runs(word.add_paragraph(), pieces)
            case Points(items, is_numbered):
                for item in items:
                    word.add_paragraph(item, "List Number" if is_numbered else "List Bullet")
            case Quote(text):
                word.add_paragraph(text, "Quote")
            case Table():
                _add_word_table(word, block, table_style)
    _add_footnotes(word, document.notes)
    return _saved(word)


def _add_runs(paragraph: Any, pieces: tuple[Piece, ...]) -> None:
    parse_xml = import_module("docx.oxml").parse_xml
    for piece in pieces:
        if isinstance(piece, str):
            paragraph.add_run(piece)
        else:
            # The mark of a real footnote is a reference, and no text.
            paragraph._p.append(
                parse_xml(
                    f'<w:r xmlns:w="{_WORD}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                    f'<w:footnoteReference w:id="{int(piece.label) + 1}"/></w:r>'
                )
            )


def _add_footnotes(word: Any, notes: tuple[Note, ...]) -> None:
    if not notes:
        return
    packuri, part = import_module("docx.opc.packuri"), import_module("docx.opc.part")
    separators = "".join(
        f'<w:footnote w:type="{name}" w:id="{number}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for number, (name, tag) in enumerate(
            (("separator", "separator"), ("continuationSeparator", "continuationSeparator"))
        )
    )
    texts = "".join(
        f'<w:footnote w:id="{int(note.label) + 1}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        f'<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(note.text, quote=False)}</w:t></w:r></w:p></w:footnote>'
        for note in notes
    )
    content = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{_WORD}">{separators}{texts}</w:footnotes>'
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    name = packuri.PackURI("/word/footnotes.xml")
    word.part.relate_to(part.Part(name, content_type, content.encode(), word.part.package), relation)


def _add_word_table(word: Any, table: Table, style: str | None) -> None:
    for line in table.lines_above:
        word.add_paragraph(line, "Caption")
    grid = place_cells(table.rows)
    drawn = word.add_table(len(grid), len(grid[0]))
    drawn.style = style or drawn.style
    small = import_module("docx.shared").Pt(8)
    _fill_grid(drawn, grid, lambda target: target.paragraphs[0], merge=lambda first, last: first.merge(last))
    # Else words would break in narrow columns when it is printed to PDF.
    for run in (run for row in drawn.rows for cell in row.cells for run in cell.paragraphs[0].runs):
        run.font.size = small
    if style == "Table Grid":
        tag = import_module("docx.oxml").OxmlElement
        for row in drawn.rows[: table.head_rows]:
            row._tr.get_or_add_trPr().append(tag("w:tblHeader"))
    for note in table.notes:
        paragraph = word.add_paragraph()
        paragraph.add_run(note.label).font.superscript = True
        paragraph.add_run(f" {note.text}")
    if table.source:
        word.add_paragraph(table.source)


def _fill_grid(drawn: Any, grid: list[list[tuple[Cell, bool]]], paragraph_of: Any, *, merge: Any) -> None:
    for row_number, row in enumerate(grid):
        for column, (cell, is_first) in enumerate(row):
            if not is_first:
                continue
            target = drawn.cell(row_number, column)
            if cell.rowspan > 1 or cell.colspan > 1:
                last = drawn.cell(row_number + cell.rowspan - 1, column + cell.colspan - 1)
                merge(target, last)
            paragraph = paragraph_of(target)
            if cell.text:
                run = paragraph.add_run()
                run.text = cell.text
                run.font.bold = True if cell.role != "value" else None
            if cell.mark:
                _raise(paragraph.add_run(), cell.mark)


def _raise(run: Any, mark: str) -> None:
    run.text = mark
    if hasattr(run.font, "superscript"):
        run.font.superscript = True
    else:  # python-pptx has no name for it
        run.font._rPr.set("baseline", "30000")


def print_pptx(document: KnownDocument, chance: random.Random) -> bytes:
    """A slide for each second-level heading and one for each table; notes at the foot of the slide."""
    pptx = import_module("pptx")
    units = import_module("pptx.util")
    inches = units.Inches
    show = pptx.Presentation()
    _set_properties(show.core_properties, document, chance)
    notes = {note.label: note for note in document.notes}
    slide = show.slides.add_slide(show.slide_layouts[0])
    slide.shapes.title.text = document.title
    box = slide.placeholders[1].text_frame
    heading = document.title
    is_first = True
    for block in document.blocks:
        match block:
            case Heading(_, text):
                heading = text
                slide = show.slides.add_slide(show.slide_layouts[1])
                slide.shapes.title.text = text
                box = slide.placeholders[1].text_frame
                is_first = True
                continue
            case Table():
                slide = show.slides.add_slide(show.slide_layouts[5])
                slide.shapes.title.text = heading
                _add_slide_table(slide, block, inches)
                box = slide.shapes.add_textbox(inches(1), inches(6), inches(8), inches(1)).text_frame
                is_first = True
                continue
            case Points(items, _):
                texts: list[tuple[Piece, ...]] = [(item,) for item in items]
            case Paragraph(pieces):
                labels = [piece.label for piece in pieces if isinstance(piece, NoteMark)]
                texts = [pieces, *((NoteMark(label), f" {notes[label].text}") for label in labels)]
            case Quote(text):
                texts = [(text,)]
        for pieces in texts:
            paragraph = box.paragraphs[0] if is_first else box.add_paragraph()
            is_first = False
            for piece in pieces:
                run = paragraph.add_run()
                if isinstance(piece, str):
                    run.text = piece
                else:
                    _raise(run, piece.label)
    _shrink(show, units.Pt)
    return _saved(show)


def _shrink(show: Any, points: Any) -> None:
    """Small type, so that little runs over a slide's edge."""
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_table:
                frames = [(cell.text_frame, 10) for cell in shape.table.iter_cells()]
            else:
                frames = [] if shape == slide.shapes.title else [(shape.text_frame, 12)]
            for frame, size in frames:
                for paragraph in frame.paragraphs:
                    for run in paragraph.runs:
                        run.font.size = points(size)


def _add_slide_table(slide: Any, table: Table, inches: Any) -> None:
    caption = slide.shapes.add_textbox(inches(1), inches(1.2), inches(8), inches(0.4))
    caption.text_frame.text = "\n".join(table.lines_above)
    grid = place_cells(table.rows)
    frame = slide.shapes.add_table(len(grid), len(grid[0]), inches(1), inches(1.7), inches(8), inches(4))
    _fill_grid(
        frame.table, grid, lambda cell: cell.text_frame.paragraphs[0], merge=lambda first, last: first.merge(last)
    )  # fmt: skip
    below = slide.shapes.add_textbox(inches(1), inches(5.8), inches(8), inches(0.3)).text_frame
    for note in table.notes:
        paragraph = below.add_paragraph()
        _raise(paragraph.add_run(), note.label)
        paragraph.add_run().text = f" {note.text}"
    if table.source:
        below.add_paragraph().add_run().text = table.source


def print_xlsx(document: KnownDocument, chance: random.Random) -> bytes:
    """A sheet a table: figures as numbers with a format, merged cells, caption above and notes below."""
    openpyxl = import_module("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    _set_properties(book.properties, document, chance)
    is_merged, is_shifted = chance.random() < 0.7, chance.random() < 0.3
    for number, table in enumerate(document.tables, 1):
        sheet = book.create_sheet(f"{number} {re.sub(r'[^A-Za-z ]', '', table.caption)}"[:31])
        left = 2 if is_shifted else 1
        sheet.cell(1, left, document.title)
        for row_number, line in enumerate(table.lines_above, 2):
            sheet.cell(row_number, left, line)
        top = (3 if chance.random() < 0.6 else 2) + len(table.lines_above)
        for row_number, row in enumerate(place_cells(table.rows)):
            for column, (cell, is_first) in enumerate(row):
                if not is_first:
                    continue
                target = sheet.cell(top + row_number, left + column)
                _set_value(target, cell)
                if is_merged and (cell.rowspan > 1 or cell.colspan > 1):
                    sheet.merge_cells(
                        start_row=target.row,
                        start_column=target.column,
                        end_row=target.row + cell.rowspan - 1,
                        end_column=target.column + cell.colspan - 1,
                    )
        below = top + len(table.rows) + (1 if chance.random() < 0.5 else 0)
        for note in table.notes:
            sheet.cell(below, left, f"[{note.label}] {note.text}")
            below += 1
        if table.source:
            sheet.cell(below, left, table.source)
    return _saved(book)


def _set_value(target: Any, cell: Cell) -> None:
    text = cell.text
    plain = text.replace(",", "")
    if cell.mark:
        target.value = f"{text} [{cell.mark}]"
    elif re.fullmatch(r"\d{4}", text) and cell.role == "column":
        target.value = int(text)
    elif re.fullmatch(r"-?\d+", plain):
        target.value, target.number_format = int(plain), "#,##0"
    elif re.fullmatch(r"-?\d+\.\d", plain):
        target.value, target.number_format = float(plain), "#,##0.0"
    elif re.fullmatch(r"\d+\.\d%", plain):
        target.value, target.number_format = float(plain[:-1]) / 100, "0.0%"
    elif text:
        target.value = text
    if cell.role != "value":
        target.font = import_module("openpyxl.styles").Font(bold=True)


def _set_properties(properties: Any, document: KnownDocument, chance: random.Random) -> None:
    properties.created = datetime.combine(document.published, time(10))
    properties.modified = properties.created
    properties.title = chance.choice((document.title, "Document1", ""))
    if hasattr(properties, "author"):
        properties.author = document.publisher


def _saved(target: Any) -> bytes:
    sink = io.BytesIO()
    target.save(sink)
    return sink.getvalue()
