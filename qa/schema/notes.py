"""Notes: answers and quotes that a reader has pinned."""

from dataclasses import dataclass

from qa.schema.answers import Answer, Citation

__all__ = ["Note", "NoteItem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as a list of them shows it.

    `items` counts what is pinned to it; `user` is whose it is, None where nobody signs in. Times are ISO 8601
    in UTC.
    """

    id: str
    title: str
    created_at: str
    updated_at: str
    items: int
    user: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteItem:
    """An answer in a note, or of an answer the quote of one citation.

    `citation_number` is None where the whole answer is pinned.
    """

    id: str
    question: str
    answer: Answer
    citation_number: int | None = None
    remark: str = ""

    def __post_init__(self) -> None:
        if self.citation_number is not None and self.citation is None:
            raise ValueError(f"the answer has no citation {self.citation_number}")

    @property
    def citation(self) -> Citation | None:
        """The citation that is pinned; None where the whole answer is."""
        for citation in self.answer.citations:
            if citation.number == self.citation_number:
                return citation
        return None
