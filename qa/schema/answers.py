"""What the user gets, and what was said before."""

from dataclasses import dataclass, field
from typing import Literal

from qa.schema.documents import HasTitle, Metadata, Span, check_span
from qa.schema.passages import Passage

__all__ = [
    "LISTED_TYPES",
    "NOT_BORNE_OUT",
    "NOT_FOUND",
    "Answer",
    "AnswerSentence",
    "CheckedCondition",
    "Citation",
    "Computed",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "ModelUsage",
    "SentPassage",
    "StreamEvent",
    "Support",
    "Turn",
    "UnsupportedPolicy",
]

# What an answer says that is a refusal.
NOT_FOUND = "The documents do not answer this question."
# What a refusal says besides where a chat model's answer had to be withheld whole.
NOT_BORNE_OUT = "Nothing that the chat model wrote is borne out by the documents."
# Types of questions; the sentences of an answer are the items of a list.
LISTED_TYPES = ("list", "change", "summary", "survey")

Support = Literal["supported", "partial", "unsupported"]
# What becomes of an answer of a chat model with sentences that nothing bears out: they are marked after the
# model was asked again once, or at once, or after it was asked three times; or the answer is a refusal.
UnsupportedPolicy = Literal["mark", "show", "retry", "refuse"]
Status = Literal["answered", "not_found"]
# What a question asks of its answer: who and what, when, where, counted or measured in what, which figure,
# up or down, more or less than what, "not", and the newest.
ConditionKind = Literal[
    "name", "period", "place", "unit", "quantity", "direction", "comparison", "negation", "newest"
]
ConditionState = Literal["met", "unstated", "contradicted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that a question asks of its answer, in the question's words ("2030", "Bolivia", "tonnes").

    `variants` are the other ways in which a document may say it ("CPTPP" for the long name).
    """

    text: str
    kind: ConditionKind
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCondition:
    """A condition with what meets it, or that nothing does.

    `state` is "met", "unstated" (nothing says it, nothing denies it) or "contradicted" (the evidence is about
    something else of that kind). `by` tells where it is met ("sentence", "row", "column head", "caption",
    "heading", "title", "date", "calculation"), None where it is not. `start` and `end` are offsets into the
    text of the document `document_id`, None where it is met by metadata, by a calculation or not at all.
    `instead` holds what the documents have in its place ("2028", "2029").
    """

    condition: Condition
    state: ConditionState
    by: str | None = None
    document_id: str | None = None
    start: int | None = None
    end: int | None = None
    instead: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether something in the documents meets it."""
        return self.state == "met"

    @property
    def description(self) -> str:
        """It with what came of it, on one line: "2023 (column head)", "in tonnes — not stated"."""
        text = " ".join(self.condition.text.split())
        if self.is_met:
            return f"{text} ({self.by})" if self.by else text
        if self.state == "unstated":
            return f"{text} — not stated"
        *others, last = [" ".join(value.split()) for value in self.instead] or ["something else"]
        return f"{text} — the documents have {' and '.join(filter(None, [', '.join(others), last]))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A value that the desk worked out from cells or figures: "23" by "87 - 64 = 23".

    `cells` are the numbers of the citations that it rests on, in the order in which `how` names them.
    """

    value: str
    unit: str | None
    how: str
    cells: tuple[int, ...]

    @property
    def description(self) -> str:
        """How it was worked out, on one line with the unit: "87 - 64 = 23 tonnes"."""
        unit = "" if self.how.endswith("%") else self.unit or ""
        return " ".join(f"{self.how} {unit}".split())


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
    stands for in a summary. `unsupported_words` are spans into `text`, in reading order: what nothing that
    is cited bears out.
    """

    text: str
    support: Support
    citations: tuple[int, ...] = ()
    label: str | None = None
    unsupported_words: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        for span in self.unsupported_words:
            if span.end > len(self.text):
                raise ValueError(f"{span} lies outside of {self.text!r}")

    @property
    def leads_in(self) -> bool:
        """Whether it only leads to what comes after it: "Others are waiting:"."""
        return self.text.rstrip().endswith(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage:
    """What the calls of a chat model took for a question, those included that failed or were thrown away.

    `cost` is None where no prices are set. `is_estimated` says that a server did not count, so that tokens
    are estimated from characters.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None = None
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPassage:
    """Text that was sent to a chat model: offsets into the text of the document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the user gets for a question.

    `text` joins the sentences with their markers (`[1]`). With `status` "not_found", `citations` is
    empty, and `passages` still holds the nearest ones, best first. `question_type` is what the question asks
    for ("fact", "yes-no", "list", "change", "compare", "summary", "open"; None where it shaped nothing: in a
    refusal, and where a chat model worded the answer). `short_answer` is the answer span alone where the
    question asks for one short fact. `confidence` is the calibrated probability that the answer is right.
    `conditions` are what the question asks of its answer, each with what meets it. `computed` is set where
    the short answer was worked out from cells. `suggestion` is, in a refusal, the question that may have been
    meant. `model_text` is, in a refusal, what a chat model wrote that is not borne out, or beside its own
    refusal. `is_complete` is False where a chat model's answer was cut off; the first of the `warnings` says
    why. `usage` is what the chat model took and `sent_passages` what `model` was shown of the documents, in
    the order in which it was; None and empty where none was asked. `timings_ms` has the keys understand,
    wait, retrieve, read, answer and total. `request_id` names the question in the log and in traces; it makes
    no two answers different.
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
    conditions: tuple[CheckedCondition, ...] = ()
    computed: Computed | None = None
    suggestion: str | None = None
    model_text: str | None = None
    is_complete: bool = True
    usage: ModelUsage | None = None
    sent_passages: tuple[SentPassage, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    request_id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        numbers = {citation.number for citation in self.citations}
        for sentence in self.sentences:
            if not numbers.issuperset(sentence.citations):
                raise ValueError(f"a sentence cites {sentence.citations}, there are {sorted(numbers)}")
        if not self.is_complete and not self.warnings:
            raise ValueError("an answer that is not complete says why in its warnings")

    @property
    def kind(self) -> str | None:
        """The question type, under the name that JSON and earlier versions give it."""
        return self.question_type


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One step of `Assistant.stream`.

    `kind` is "stage" (`text` says what is going on), "text" (`text` is the next piece of the answer),
    "sentence" (`sentence`, which a chat model has written to its end, was checked) or "answer" (the last
    event; `answer` is complete). Pieces may be shown as they come, and sentences with their verdicts; what
    counts is the final `answer`, in which citations have their numbers and a verdict may be another, where
    more of the text made a sentence of several lines, or gave it a marker.
    """

    kind: Literal["stage", "text", "sentence", "answer"]
    text: str = ""
    sentence: AnswerSentence | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the text it was answered with.

    `status` is that of the answer; None where only its text is known. `standalone_question` is the question
    as it was understood, None where that is not known.
    """

    question: str
    answer: str
    status: Status | None = None
    standalone_question: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> "Turn":
        """The turn of an answer that was given."""
        is_own = " ".join(answer.standalone_question.split()) == " ".join(answer.question.split())
        return cls(
            answer.question, answer.text, answer.status, None if is_own else answer.standalone_question
        )

    @property
    def is_refused(self) -> bool:
        """Whether it had no answer: by its status or, where only the text is known, by that."""
        if self.status is not None:
            return self.status == "not_found"
        return " ".join(self.answer.split()).startswith(NOT_FOUND)
