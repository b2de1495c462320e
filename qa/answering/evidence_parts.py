"""What an answer's evidence says and where: the words themselves, and what they stand under."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from qa.schema import Passage
from qa.text.lines import LIST_ITEM, ends_sentence, is_table_row

__all__ = ["EvidencePart", "EvidencePlace", "document_parts", "evidence_parts", "row_of"]

EvidencePlace = Literal[
    "sentence", "cell", "row", "column head", "unit", "caption", "heading", "title", "date", "context",
    "document",
]  # fmt: skip


class EvidencePart(NamedTuple):
    """Words that a condition may be met by.

    `by` says what they are to the answer; "context" are sentences around it, "document" lines of its document
    elsewhere. `start` is where they stand in
    the text of the document `document_id`, None where they are metadata.
    """

    by: EvidencePlace
    text: str
    document_id: str | None = None
    start: int | None = None


def evidence_parts(passage: Passage, number: int) -> tuple[EvidencePart, ...]:
    """The parts of a sentence of a passage, by its number: first itself, last the sentences around it.

    Those are nearest first, of two that are equally near the one before. Lines that stand over the rows of a
    table are its caption; what else stands in the row of a sentence is of the row. What other items of the
    sentence's list say is of other things, and left out.
    """
    row = [other for other in row_of(passage, number) if other != number]
    caption = _caption_lines(passage, min([number, *row]))
    parts = [_sentence_part("sentence", passage, number)]
    parts += [_sentence_part("row", passage, other) for other in row]
    parts += [_sentence_part("caption", passage, line) for line in caption]
    if passage.table_context:
        parts.append(EvidencePart("caption", passage.table_context))
    if passage.heading:
        parts += [EvidencePart("heading", heading) for heading in reversed(passage.heading.split(" > "))]
    parts.append(EvidencePart("title", passage.title))
    if passage.published:
        parts.append(EvidencePart("date", passage.published.isoformat()))
    around = set(range(len(passage.sentences))) - {number, *row, *caption, *_other_items(passage, number)}
    nearest_first = sorted(around, key=lambda other: (abs(other - number), other))
    parts += [_sentence_part("context", passage, other) for other in nearest_first]
    return (*parts, *document_parts(passage.document_id, passage.document_lines))


def row_of(passage: Passage, number: int) -> range:
    """The numbers of the sentences of a table's row that a sentence stands in; itself where it is all.

    A row is cut at cells that are written in sentences, with bars or the names of columns between the pieces.
    """
    gaps = [
        passage.text[before.end - passage.start : behind.start - passage.start]
        for before, behind in pairwise(passage.sentences)
    ]
    first = next((gap + 1 for gap in range(number - 1, -1, -1) if "\n" in gaps[gap]), 0)
    last = next((gap for gap in range(number, len(gaps)) if "\n" in gaps[gap]), len(gaps))
    is_row = any(gap.strip() for gap in gaps[first:last])
    return range(first, last + 1) if is_row else range(number, number + 1)


def document_parts(document_id: str, lines: Iterable[tuple[int, str]]) -> list[EvidencePart]:
    """Lines of a document, with where they begin, as evidence; the opening begins at 0."""
    return [EvidencePart("document", line, document_id, start) for start, line in lines]


def _sentence_part(by: EvidencePlace, passage: Passage, number: int) -> EvidencePart:
    span = passage.sentences[number]
    return EvidencePart(by, passage.slice(span), passage.document_id, span.start)


def _other_items(passage: Passage, number: int) -> Iterator[int]:
    """The numbers of the sentences in other items of a sentence's list, none where it stands in no list."""
    texts = [passage.slice(span) for span in passage.sentences]
    if not LIST_ITEM.match(texts[number]):
        return
    for way in (-1, 1):
        other = number + way
        while 0 <= other < len(texts) and LIST_ITEM.match(texts[other]):
            yield other
            other += way


def _caption_lines(passage: Passage, number: int) -> list[int]:
    """The numbers of the lines over a table, from the top; none where the sentence is no row of one."""
    texts = [passage.slice(span) for span in passage.sentences]
    line = number
    while line >= 0 and is_table_row(texts[line]):
        line -= 1
    last = line
    while last < number and line >= 0 and not ends_sentence(texts[line]):
        line -= 1
    return list(range(line + 1, last + 1)) if last < number else []
