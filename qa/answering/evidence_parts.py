"""What an answer's evidence says and where: the words themselves, and what they stand under."""

from typing import Literal, NamedTuple

__all__ = ["EvidencePart", "EvidencePlace"]

EvidencePlace = Literal[
    "sentence", "cell", "row", "column head", "unit", "caption", "heading", "title", "date", "context"
]


class EvidencePart(NamedTuple):
    """Words that a condition may be met by.

    `by` says what they are to the answer; "context" are sentences around it. `start` is where they stand in
    the text of the document `document_id`, None where they are metadata.
    """

    by: EvidencePlace
    text: str
    document_id: str | None = None
    start: int | None = None
