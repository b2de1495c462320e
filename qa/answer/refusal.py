"""The answer that says that there is none."""

from collections.abc import Sequence

from qa.schema import Answer, AnswerSentence, Passage, Turn

__all__ = ["NOT_FOUND", "is_refused", "not_found"]

NOT_FOUND = "The documents do not answer this question."


def not_found(
    question: str,
    standalone: str,
    passages: Sequence[Passage],
    *,
    confidence: float,
    engine: str,
    model: str | None = None,
    warnings: Sequence[str] = (),
) -> Answer:
    """A refusal; `passages` are the nearest ones, best first, so that a reader sees what was looked at."""
    return Answer(
        question=question,
        standalone_question=standalone,
        status="not_found",
        text=NOT_FOUND,
        sentences=(AnswerSentence(text=NOT_FOUND, support="supported"),),
        citations=(),
        passages=tuple(passages),
        engine=engine,
        model=model,
        confidence=confidence,
        warnings=tuple(warnings),
    )


def is_refused(turn: Turn) -> bool:
    """Whether an earlier question had no answer: by its status or, where only its text is known, by that."""
    if turn.status is not None:
        return turn.status == "not_found"
    return " ".join(turn.answer.split()) == NOT_FOUND
