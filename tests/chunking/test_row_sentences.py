"""Rows of tables whose cells are written in sentences."""

import pytest

from qa.answering.evidence_parts import evidence_parts, row_of
from qa.chunking import split_into_chunks
from qa.parsers import format_named, parse_bytes
from qa.schema import Document, Metadata, Passage

_REGISTER = """Date,Body,Remarks
3 May 2041,Port Board,"The crane fee ends on 31 December. The berth fee is kept."
9 May 2041,Port Board,"It was put off."
12 May 2041,Salt Court,Upheld
"""
_TABLE = """# Fees

| Date | Body | Remarks | State |
|---|---|---|---|
| 3 May | Port Board | The crane fee ends in June. The berth fee is kept. | in force |
| 9 May | Salt Court | Upheld. | closed |
"""


def read(text: str, file_format: str) -> Document:
    return parse_bytes(
        text.encode(), format_named(file_format), name="fees", source="fees", metadata=Metadata()
    ).to_document("d")


def cut(document: Document, window_chars: int = 900) -> list[list[str]]:
    """The sentences of each window."""
    return [
        [document.text[one.start : one.end] for one in chunk.sentences]
        for chunk in split_into_chunks(document, window_chars=window_chars)
    ]


def test_a_cell_of_sentences_is_read_as_sentences() -> None:
    (window,) = cut(read(_REGISTER, "csv"))
    assert window == [
        "Date: 3 May 2041; Body: Port Board",
        "The crane fee ends on 31 December.",
        "The berth fee is kept.",
        "Date: 9 May 2041; Body: Port Board; Remarks: It was put off.",  # too short to tell from a name
        "Date: 12 May 2041; Body: Salt Court; Remarks: Upheld.",
    ]


def test_what_stands_around_such_a_cell_is_a_sentence_too() -> None:
    *_, window = cut(read(_TABLE, "markdown"))
    assert window[-5:] == [
        "| 3 May | Port Board",
        "The crane fee ends in June.",
        "The berth fee is kept.",
        "in force |",
        "| 9 May | Salt Court | Upheld. | closed |",
    ]


@pytest.mark.parametrize("window_chars", [120, 150, 200])
def test_a_window_never_begins_within_a_row_that_fits(window_chars: int) -> None:
    rows = "".join(
        f'{day} May 2041,Port Board,"The crane fee of berth {day} ends. It was put off."\n'
        for day in range(1, 9)
    )
    for window in cut(read(f"Date,Body,Remarks\n{rows}", "csv"), window_chars):
        assert window[0].startswith("Date: ")


def test_a_sentence_of_a_cell_is_understood_with_its_row() -> None:
    document = read(_REGISTER, "csv")
    (chunk,) = split_into_chunks(document, window_chars=900)
    passage = Passage(
        chunk_id="1", document_id="d", ordinal=0, section=0, start=chunk.start, end=chunk.end, heading=None,
        source="fees", metadata=document.metadata, text=document.text[chunk.start : chunk.end],
        sentences=chunk.sentences, score=1.0,
    )  # fmt: skip
    assert row_of(passage, 2) == range(0, 3)
    assert row_of(passage, 3) == range(3, 4)
    own = [part.text for part in evidence_parts(passage, 2) if part.by in ("sentence", "row")]
    assert own == [
        "The berth fee is kept.",
        "Date: 3 May 2041; Body: Port Board",
        "The crane fee ends on 31 December.",
    ]
