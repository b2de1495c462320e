"""The answer that says that there is none, and what the documents lack."""

from collections.abc import Sequence

from qa.answering.condition_check import SHARE_WORDS
from qa.answering.polarity.values import find_values
from qa.query.conditions.name_comparison import find_body, find_name, split_body
from qa.query.conditions.names import Name, split_name
from qa.query.countries import country_of_adjective
from qa.query.query import Query
from qa.schema import NOT_FOUND, Answer, AnswerSentence, CheckedCondition, ConditionKind, Passage

__all__ = ["refuse"]

# Which unmet condition is said, the first that there is.
_ORDER: tuple[ConditionKind, ...] = ("period", "name", "place", "unit", "quantity", "direction", "negation")
_MAX_INSTEAD = 3  # things that are named as what the documents have


def refuse(
    query: Query,
    passages: Sequence[Passage],
    *,
    confidence: float,
    engine: str,
    model: str | None = None,
    warnings: Sequence[str] = (),
    conditions: Sequence[CheckedCondition] = (),
    reason: str | None = None,
    also_read: Sequence[Passage] = (),
) -> Answer:
    """A refusal; `passages` are the nearest ones, best first, so that a reader sees what was looked at.

    What they do not name may be named in what was `also_read`.

    `conditions` are those of the question against what came nearest to an answer; a sentence of the refusal
    says which one is not met, or else `reason`, if it is known.
    """
    reason = reason or _find_reason(conditions, (*passages, *also_read))
    sentences = (NOT_FOUND, reason) if reason else (NOT_FOUND,)
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="not_found",
        text=" ".join(sentences),
        sentences=tuple(AnswerSentence(text=sentence, support="supported") for sentence in sentences),
        citations=(),
        passages=tuple(passages),
        engine=engine,
        model=model,
        confidence=confidence,
        warnings=tuple(warnings),
        conditions=tuple(conditions),
    )


def _find_reason(conditions: Sequence[CheckedCondition], passages: Sequence[Passage]) -> str | None:
    """What of the question the documents do not have; None where nothing can be said for certain."""
    ordered = sorted(
        (checked for checked in conditions if checked.condition.kind in _ORDER),
        key=lambda checked: _ORDER.index(checked.condition.kind),
    )
    for checked in ordered:
        if checked.state == "contradicted":
            return _say_contradicted(checked)
    for checked in ordered:
        asked = checked.condition
        if checked.state == "unstated" and asked.kind in ("name", "place"):
            if not any(_names(passage, asked.text) for passage in passages):
                return f"Nothing in them is about {_noun(asked.text)}."
            return f"They do not say it of {_noun(asked.text)}."
    for checked in ordered:
        if checked.state == "unstated" and checked.condition.kind == "period":
            return f"They do not say it of {checked.condition.text}."
    return None


def _say_contradicted(checked: CheckedCondition) -> str:
    kind, asked = checked.condition.kind, _noun(checked.condition.text)
    instead = _join(checked.instead[:_MAX_INSTEAD])
    if kind == "unit" and not asked.startswith("the "):
        is_share = asked in SHARE_WORDS
        figures = [words for words in checked.instead if find_values(words)][:_MAX_INSTEAD]
        if not figures:
            return f"They do not give it {'as a share' if is_share else f'in {asked}'}."
        return f"They have {_join(figures)}, not {'a share' if is_share else f'a figure in {asked}'}."
    if not instead and kind != "negation":
        return f"They do not say it of {asked}."
    if kind in ("name", "place"):
        return f"They say it of {instead}, not of {asked}."
    if kind == "negation":
        return "They say the reverse."
    if kind == "direction":
        return f"They say “{instead}”, not “{asked}”."
    return f"They have {instead}, not {asked}."


def _noun(name: str) -> str:
    """A name, a country for its adjective ("Swiss")."""
    return country_of_adjective(name) or name


def _names(passage: Passage, name: str) -> bool:
    words = split_name(name)
    lines = "\n".join(line for _, line in passage.document_lines)
    text = f"{passage.title}\n{passage.lead or ''}\n{passage.text}\n{lines}"
    asked, said = Name(tuple(words)), split_name(text)
    parts = split_body(asked)
    return bool(find_name(asked, text, said) or (parts and find_body(*parts, text, said)))


def _join(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
