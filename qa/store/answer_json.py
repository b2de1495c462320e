"""Answers and filters as the JSON in which the catalogue keeps them, which gives an equal value back."""

from functools import cache

from pydantic import TypeAdapter

from qa.schema import Answer, Filters

__all__ = ["dump_answer", "dump_filters", "load_answer", "load_filters"]


@cache
def _answers() -> TypeAdapter[Answer]:
    """Made when it is first needed."""
    return TypeAdapter(Answer)


@cache
def _filters() -> TypeAdapter[Filters]:
    return TypeAdapter(Filters)


def dump_answer(answer: Answer) -> str:
    """An answer with its citations, passages and offsets."""
    return _answers().dump_json(answer).decode()


def load_answer(text: str) -> Answer:
    """The answer that `dump_answer` wrote."""
    return _answers().validate_json(text)


def dump_filters(filters: Filters) -> str:
    """What a question was limited to."""
    return _filters().dump_json(filters).decode()


def load_filters(text: str) -> Filters:
    """The filters that `dump_filters` wrote."""
    return _filters().validate_json(text)
