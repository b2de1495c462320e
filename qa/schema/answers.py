"""What the user gets, and what was said before."""

from dataclasses import dataclass, field
from typing import Literal

from qa.schema.documents import HasTitle, Metadata, Span, check_span
from qa.schema.passages import Passage

__all__ = ["NOT_FOUND", "Answer", "AnswerSentence", "Citation", "StreamEvent", "Support", "Turn"]

# What an answer says that is a refusal.
NOT_FOUND = "The documents do not answer this question."

Support = Literal["supported", "partial", "unsupported"]
Status = Literal["answered", "not_found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(HasTitle):
    """The exact words that a sentence of an answer rests on: `quote == document.text[start:end]`.

    `highlight` is the shortest span that answers, in document offsets, inside the quote, or None.
    `metadata` holds the document's title and date. `document_sha256` is `Document.sha256` of the version that
    was quoted, "" where it is not known. `recognised` is how certain the words are, in 0..1, where they were
    recognised in a picture; None where the document holds them as text.
    """

    number: int
    document_id: str
    source: str
    metadata: Metadata
    page: int | None
    heading: str | None
    start: int
    end: int
    quote: str
    highlight: Span | None = None
    document_sha256: str = ""
    recognised: float | None = None

    def __post_init__(self) -> None:
        HasTitle.__post_init__(self)
        check_span(f"citation {self.number}", self.start, self.end)
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"citation {self.number}: the quote is not {self.start}:{self.end}")
        if self.highlight and not (self.start <= self.highlight.start and self.highlight.end <= self.end):
            raise ValueError(f"citation {self.number}: the highlight lies outside the quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """One sentence of an answer with the numbers of the citations that it rests on.

    `label` names the part of the answer that it belongs to: a side of a comparison, or the section that it
    stands for in a summary.
    """

    text: str
    support: Support
    citations: tuple[int, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the user gets for a question.

    `text` joins the sentences with their markers (`[1]`). With `status` "not_found", `citations` is
    empty, and `passages` still holds the nearest ones, best first. `question_type` is what the question asks
    for ("fact", "yes-no", "list", "change", "compare", "summary", "open"; None where it shaped nothing: in a
    refusal, and where a chat model worded the answer). `short_answer` is the answer span alone where the
    question asks for one short fact. `confidence` is the calibrated probability that the documents answer
    the question. `timings_ms` has the keys retrieve, read, answer and total.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    engine: str
    model: str | None
    confidence: float
    question_type: str | None = None
    short_answer: str | None = None
    warnings: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = {citation.number for citation in self.citations}
        for sentence in self.sentences:
            if not numbers.issuperset(sentence.citations):
                raise ValueError(f"a sentence cites {sentence.citations}, there are {sorted(numbers)}")

    @property
    def kind(self) -> str | None:
        """The question type, under the name that JSON and earlier versions give it."""
        return self.question_type


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One step of `Assistant.stream`.

    `kind` is "stage" (`text` says what is going on), "text" (`text` is the next piece of the answer) or
    "answer" (the last event; `answer` is complete). Pieces may be shown as they come; what counts is the
    final `answer`, whose sentences have been checked.
    """

    kind: Literal["stage", "text", "answer"]
    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the text it was answered with.

    `status` is that of the answer; None where only its text is known.
    """

    question: str
    answer: str
    status: Status | None = None

    @property
    def is_refused(self) -> bool:
        """Whether it had no answer: by its status or, where only the text is known, by that."""
        if self.status is not None:
            return self.status == "not_found"
        return " ".join(self.answer.split()) == NOT_FOUND
