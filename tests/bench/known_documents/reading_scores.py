"""How well a document was read: each measure as a count of what is right out of what there is."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import LCSseq

from tests.bench.known_documents.document_model import (
    ExpectedCell,
    Heading,
    KnownDocument,
    NoteMark,
    Paragraph,
    Points,
    Quote,
    Table,
    expected_cells,
    pieces_text,
)
from tests.bench.known_documents.printed_files import PrintedFile
from tests.bench.known_documents.reading_process import ReadingResult, TableCellResult, TableResult

__all__ = ["MEASURES", "FileScores", "score_file"]

# "wrong": a cell with the right heads says something else; "lines": the same cells judged by the text's
# "Column: value" lines; "unwanted": words around the text that were taken for text. Of both, less is better.
MEASURES = (
    "words", "order", "headings", "cells", "wrong", "blanks", "lines", "captions", "marks", "notes", "title",
    "date", "unwanted",
)  # fmt: skip
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARK = re.compile(rf"<sup>.*?</sup>|\s?\[\^?(?:\w|i+)\]|[{_RAISED}]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LOSS_DETAIL = re.compile(r"\d+(?:-\d+)*|“.*?”|\".*?\"")
_WORD = re.compile(r"[-\w]+(?:[.,’'/]\w+)*%?")


@dataclass
class FileScores:
    """Counts of one file or of several: measure to right and all; `faults` are lines for people, by measure."""

    counts: dict[str, tuple[float, float]] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    losses: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    files: int = 0
    failures: int = 0

    def add(self, measure: str, right: float, total: float) -> None:
        """Count `right` out of `total`."""
        before = self.counts.get(measure, (0, 0))
        self.counts[measure] = (before[0] + right, before[1] + total)

    def fault(self, measure: str, line: str) -> None:
        """Keep a line about something that is not right."""
        self.faults.setdefault(measure, []).append(line)

    def merge(self, other: "FileScores") -> None:
        """Count another file's too."""
        for measure, (right, total) in other.counts.items():
            self.add(measure, right, total)
        for measure, faults in other.faults.items():
            self.faults.setdefault(measure, []).extend(faults)
        self.losses += other.losses
        self.seconds += other.seconds
        self.files += other.files
        self.failures += other.failures

    def share(self, measure: str) -> float | None:
        """What is right of it, None where there is nothing of the kind."""
        right, total = self.counts.get(measure, (0, 0))
        return right / total if total else None


def score_file(file: PrintedFile, result: ReadingResult) -> FileScores:
    """All measures of one file; of one that was not read nothing is right."""
    scores = FileScores(files=1, seconds=result["seconds"])
    document = file.document
    name = f"{file.format}/{file.path.name}"
    if failure := result.get("failure"):
        scores.failures = 1
        scores.fault("failure", f"{name}: {failure}")
    # What is said about a loss is told by its sort, not by its figures and words.
    scores.losses.update(_LOSS_DETAIL.sub("…", note) for note in result["notes"])
    _score_words(scores, document, result["text"])
    _score_headings(scores, name, document, result["headings"])
    _score_cells(scores, name, document, result)
    _score_notes(scores, name, document, result["text"])
    if file.states_title:
        is_right = _plain(result["title"]) == _plain(document.title)
        scores.add("title", is_right, 1)
        if not is_right:
            scores.fault("title", f"{name}: title {result['title']!r}, not {document.title!r}")
    if file.states_date:
        is_right = result["published"] == document.published.isoformat()
        scores.add("date", is_right, 1)
        if not is_right:
            scores.fault("date", f"{name}: date {result['published']!r}, not {document.published}")
    plain_text = _plain(result["text"])
    for words in file.unwanted:
        is_there = _plain(words) in plain_text
        scores.add("unwanted", is_there, 1)
        if is_there:
            scores.fault("unwanted", f"{name}: took in {words!r}")
    return scores


def _words(text: str) -> list[str]:
    return _WORD.findall(_fold(_MARK.sub(" ", text)))


def _fold(text: str) -> str:
    """Without differences that change no figure: commas between thousands, kinds of minus signs, capitals."""
    return _THOUSANDS.sub("", text.replace("−", "-")).casefold()


def _plain(text: str) -> str:
    return " ".join(_words(text))


def _texts(document: KnownDocument) -> Iterator[tuple[str, bool]]:
    """The document's texts in order, and whether each is a head of a table, which rows may repeat."""
    for block in document.blocks:
        match block:
            case Heading(_, text) | Quote(text):
                yield text, False
            case Paragraph(pieces):
                yield pieces_text(pieces), False
            case Points(items, _):
                yield from ((item, False) for item in items)
            case Table():
                yield from ((line, False) for line in block.lines_above)
                for row in block.rows:
                    yield from ((cell.text, cell.role == "column") for cell in row)
                yield from ((note.text, False) for note in block.notes)
                yield block.source, False


def _score_words(scores: FileScores, document: KnownDocument, text: str) -> None:
    read_words = _words(text)
    texts = list(_texts(document))
    expected = Counter(word for expected_text, _ in texts for word in _words(expected_text))
    expected.update(word for note in document.notes for word in _words(note.text))
    scores.add("words", (expected & Counter(read_words)).total(), expected.total())
    # Notes at the foot of a page or at the end have no place of their own.
    in_order = [word for expected_text, is_head in texts if not is_head for word in _words(expected_text)]
    scores.add("order", LCSseq.similarity(in_order, read_words), len(in_order))


def _score_headings(scores: FileScores, name: str, document: KnownDocument, headings: Sequence[str]) -> None:
    expected = {_plain(block.text) for block in document.blocks if isinstance(block, Heading)}
    if not expected:
        return
    read_headings = {_plain(heading) for heading in headings} - {_plain(document.title)}
    scores.add("headings", 2 * len(expected & read_headings), len(expected) + len(read_headings))
    if missing := sorted(expected - read_headings):
        scores.fault(
            "headings", f"{name}: no heading {missing[0]!r} ({len(missing)} of {len(expected)} missing)"
        )
    if more := sorted(read_headings - expected):
        scores.fault("headings", f"{name}: a heading {more[0][:60]!r} that is none ({len(more)})")


def _score_notes(scores: FileScores, name: str, document: KnownDocument, text: str) -> None:
    marked = [
        (re.findall(r"\S+$", before)[0], piece.label)
        for block in document.blocks
        if isinstance(block, Paragraph)
        for before, piece in zip(block.pieces, block.pieces[1:], strict=False)
        if isinstance(piece, NoteMark) and isinstance(before, str)
    ]
    marked += [
        (cell.text, cell.mark) for table in document.tables for row in table.rows for cell in row if cell.mark
    ]
    for figure, label in marked:
        # The figure is whole and does not take in the mark; a mark as a word of its own is read as a figure.
        words = r"\s+".join(map(re.escape, figure.split()))
        pattern = rf"(?<![\d.,]){words}(?![\w%]|[.,]\d|\s{re.escape(label)}(?:\W|$))"
        # Raised figures count as letters of a word, which here they are not.
        is_apart = re.search(pattern, _MARK.sub("^", text)) is not None
        scores.add("marks", is_apart, 1)
        if not is_apart:
            place = text.find(figure)
            shown = text[place : place + 30] if place >= 0 else "nothing"
            scores.fault("marks", f"{name}: {figure} with the mark {label} became {shown!r}")
    plain_text = _plain(text)
    for note in [*document.notes, *(note for table in document.tables for note in table.notes)]:
        is_there = _plain(note.text) in plain_text
        scores.add("notes", is_there, 1)
        if not is_there:
            scores.fault("notes", f"{name}: no note {note.label} {note.text!r}")


def _score_cells(scores: FileScores, name: str, document: KnownDocument, result: ReadingResult) -> None:
    tables = result["tables"]
    grids = [_PlacedTable(table) for table in tables or ()]
    lines = [_plain_fields(line) for line in result["text"].split("\n")]
    for table in document.tables:
        for cell in expected_cells(table):
            measure = "cells" if cell.text else "blanks"
            if tables is not None:
                texts = _find_nearest([grid.candidates(cell) for grid in grids])
                is_right = _cell_text(cell.text) in texts
                scores.add(measure, is_right, 1)
                scores.add("wrong", bool(texts) and not is_right, 1)
                if not is_right:
                    place = " / ".join((*cell.row_heads, *cell.column_heads))
                    shown = repr(min(texts)[:60]) if texts else "nowhere"
                    scores.fault(
                        "wrong" if texts else measure,
                        f"{name}: {place}: {cell.text!r} is {shown} ({table.caption})",
                    )
            scores.add("lines", any(_line_says(fields, cell) for fields in lines), 1)
        if table.caption and tables is not None:
            said = [_plain(f"{read_table['caption']} {read_table['unit']}") for read_table in tables]
            is_there = any(
                _plain(table.caption) in caption and _plain(table.unit) in caption for caption in said
            )
            scores.add("captions", is_there, 1)
            if not is_there:
                scores.fault("captions", f"{name}: no table with the caption {table.lines_above!r}")


def _find_nearest(candidates: Sequence[Sequence[tuple[int, str]]]) -> set[str]:
    """The texts whose heads say the least beside what is expected."""
    together = [candidate for of_table in candidates for candidate in of_table]
    least = min((surplus for surplus, _ in together), default=0)
    return {text for surplus, text in together if surplus == least}


def _cell_text(text: str) -> str:
    return " ".join(_fold(_MARK.sub("", text)).split())


class _PlacedTable:
    """A table as it was read, with the heads of each position."""

    def __init__(self, table: TableResult) -> None:
        self._grid: dict[tuple[int, int], TableCellResult] = {}
        for row_number, row in enumerate(table["rows"]):
            column = 0
            for cell in row:
                while (row_number, column) in self._grid:
                    column += 1
                for down in range(cell["rowspan"]):
                    for right in range(cell["colspan"]):
                        self._grid.setdefault((row_number + down, column + right), cell)
                column += cell["colspan"]
        row_heads: dict[int, dict[str, None]] = {}
        column_heads: dict[int, dict[str, None]] = {}
        for (row_number, column), cell in sorted(self._grid.items()):
            if cell["head"] and cell["text"]:
                row_heads.setdefault(row_number, {})[_plain(cell["text"])] = None
                column_heads.setdefault(column, {})[_plain(cell["text"])] = None
        self._row_heads = {key: " | ".join(heads) for key, heads in row_heads.items()}
        self._column_heads = {key: " | ".join(heads) for key, heads in column_heads.items()}

    def candidates(self, expected: ExpectedCell) -> list[tuple[int, str]]:
        """Positions whose heads contain those expected: how much more they say, and the text there."""
        rows = [_plain(head) for head in expected.row_heads]
        columns = [_plain(head) for head in expected.column_heads]
        size = sum(map(len, rows)) + sum(map(len, columns))
        matching_rows = {key: heads for key, heads in self._row_heads.items() if _contains(heads, rows)}
        matching_columns = {
            key: heads for key, heads in self._column_heads.items() if _contains(heads, columns)
        }
        return [
            (len(row_heads) + len(column_heads) - size, _cell_text(cell["text"]))
            for row, row_heads in matching_rows.items()
            for column, column_heads in matching_columns.items()
            if (cell := self._grid.get((row, column))) is not None and not cell["head"]
        ]


def _contains(heads: str, expected: Sequence[str]) -> bool:
    padded = f" {heads} "
    return all(f" {head} " in padded for head in expected)


def _plain_fields(line: str) -> list[tuple[str, str]]:
    """A row's sentence as pairs of a column's name and a value; cells without a name have ""."""
    fields = []
    for part in re.split(r"; | \| ", line.removesuffix(".")):
        column, separator, value = part.rpartition(": ")
        fields.append((_plain(column) if separator else "", _cell_text(value)))
    return fields


def _line_says(fields: Sequence[tuple[str, str]], cell: ExpectedCell) -> bool:
    values = {value for _, value in fields}
    if not all(_cell_text(head) in values for head in cell.row_heads):
        return False
    heads = [_plain(head) for head in cell.column_heads]
    matching = [value for column, value in fields if column and _contains(column, heads)]
    return _cell_text(cell.text) in matching if cell.text else not any(matching)
