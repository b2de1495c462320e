"""A row of training data: a question, a passage, and which of its sentences answer."""

from dataclasses import dataclass

__all__ = ["TrainingRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """What the reader is shown, and what it should say.

    `context` is read before the sentences: title, date ("2024-08-09"), heading, what names a table's columns;
    only those that there are. `evidence` are the numbers of the sentences that answer, empty where the
    passage does not. `span` is the shortest answer as number of its sentence, start and end in that sentence.
    """

    question: str
    context: tuple[str, ...]
    sentences: tuple[str, ...]
    evidence: tuple[int, ...]
    span: tuple[int, int, int] | None
    source: str

    def __post_init__(self) -> None:
        if not self.sentences or any(not 0 <= number < len(self.sentences) for number in self.evidence):
            raise ValueError(f"{self.source}: evidence {self.evidence} of {len(self.sentences)} sentences")
        if self.span is not None:
            number, start, end = self.span
            if not 0 <= start < end <= len(self.sentences[number]):
                raise ValueError(f"{self.source}: the span {self.span} lies outside its sentence")
