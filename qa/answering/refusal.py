"""The answer that says that there is none."""

from collections.abc import Sequence

from qa.query.query import Query
from qa.schema import NOT_FOUND, Answer, AnswerSentence, Passage

__all__ = ["refuse"]


def refuse(
    query: Query,
    passages: Sequence[Passage],
    *,
    confidence: float,
    engine: str,
    model: str | None = None,
    warnings: Sequence[str] = (),
) -> Answer:
    """A refusal; `passages` are the nearest ones, best first, so that a reader sees what was looked at."""
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
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
