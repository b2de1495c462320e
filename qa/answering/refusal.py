"""The answer that says that there is none, and what the documents lack."""

import re
from collections.abc import Iterable, Mapping, Sequence

from qa.answering.condition_check import SHARE_WORDS
from qa.answering.polarity.values import find_values
from qa.query.conditions.name_comparison import find_body, find_name, split_body
from qa.query.conditions.names import Name, split_name
from qa.query.conditions.period_comparison import compare_periods
from qa.query.conditions.periods import find_periods
from qa.query.countries import country_of_adjective
from qa.query.follow_up.verb_forms import base_form
from qa.query.query import Query
from qa.schema import NOT_FOUND, Answer, AnswerSentence, CheckedCondition, ConditionKind, Passage
from qa.text.terms import FUNCTION_WORDS

__all__ = ["refuse"]

# Which unmet condition is said, the first that there is.
_ORDER: tuple[ConditionKind, ...] = ("period", "name", "place", "unit", "quantity", "direction", "negation")
_MAX_INSTEAD = 3  # things that are named as what the documents have
_MAX_NAMED = 2  # names that are said to stand there
# What is asked about things that are named, by how the question asks.
_ASKED = (
    (re.compile(r"\b(?:when|what (?:day|date|month|year)|which (?:day|date|month|year))\b", re.I), "when"),
    (re.compile(r"\bhow many\b", re.I), "how many"),
    (re.compile(r"\bhow long\b", re.I), "how long"),
    (re.compile(r"\bhow (?:much|high|large|big|far|old)\b", re.I), "how much"),
    (re.compile(r"\b(?:who|whom|whose)\b", re.I), "who"),
    (re.compile(r"\bwhere\b", re.I), "where"),
)
_RANK = re.compile(r"first|second|third|fourth|fifth|sixth|last|next", re.IGNORECASE)  # of what isn't told
_HALF_UNITS = frozenset("cubic square thousand million billion".split())
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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
    reason = reason or _find_reason(query.standalone, conditions, (*passages, *also_read))
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


def _find_reason(
    question: str, conditions: Sequence[CheckedCondition], passages: Sequence[Passage]
) -> str | None:
    """What of the question the documents do not have; None where nothing can be said for certain."""
    ordered = sorted(
        (checked for checked in conditions if checked.condition.kind in _ORDER),
        key=lambda checked: _ORDER.index(checked.condition.kind),
    )
    asked_names = [c.condition.text for c in ordered if c.condition.kind in ("name", "place")]
    called = {name: _noun(name, question) for name in asked_names}
    for checked in ordered:
        if checked.state == "contradicted" and (said := _say_contradicted(checked, called)):
            return said
    named = [{name for name in asked_names if _names(passage, name)} for passage in passages]
    unstated = [checked.condition for checked in ordered if checked.state == "unstated"]
    for asked in unstated:
        if asked.kind in ("name", "place") and not any(asked.text in names for names in named):
            return f"Nothing in them is about {called[asked.text]}."
    together = [
        passage for passage, names in zip(passages, named, strict=True) if names.issuperset(asked_names)
    ]
    for asked in unstated:
        # Where one passage has several names together, it is something else that is lacking.
        if asked.kind in ("name", "place") and not (together and len(asked_names) > 1):
            return f"They do not say it of {called[asked.text]}."
    for asked in unstated:
        if asked.kind == "period" and not any(_has_period(passage, asked.text) for passage in together):
            return f"They do not say it of {asked.text}."
    return _say_asked(question, called) if together and unstated else None


def _say_asked(question: str, called: Mapping[str, str]) -> str | None:
    """That what a question names is there, and not what it asks of that; None where that isn't known."""
    names = [words for name, words in called.items() if name[:1].isupper()][:_MAX_NAMED]
    asked = next((words for pattern, words in _ASKED if pattern.search(question)), None)
    return f"They name {_join(names)}, but do not say {asked}." if names and asked else None


def _say_contradicted(checked: CheckedCondition, called: Mapping[str, str]) -> str | None:
    """What stands in the place of what is asked; None where that is nothing else, or not of its kind."""
    kind, asked = checked.condition.kind, called.get(checked.condition.text, checked.condition.text)
    others = [other for other in checked.instead if other.casefold() != asked.casefold()]
    if kind in ("name", "place"):
        if _RANK.fullmatch(asked):
            return None
        others = [_noun(other) for other in others if not _is_of_other_kind(other, called)]
        others = list(dict.fromkeys(others))
    if checked.instead and not others:
        return None
    if kind == "unit" and not asked.startswith("the "):
        return _say_unit(asked, others)
    instead = _join(others[:_MAX_INSTEAD])
    if not instead and kind != "negation":
        return f"They do not say it of {asked}."
    if kind in ("name", "place"):
        return f"They say it of {instead}, not of {asked}."
    if kind == "period":
        return _say_period(asked, others)
    return {
        "negation": "They say the reverse.",
        "direction": f"They say “{instead}”, not “{asked}”.",
    }.get(kind, f"They have {instead}, not {asked}.")


def _say_unit(asked: str, others: Sequence[str]) -> str:
    """That the figures are in another unit, or which they are."""
    is_share = asked in SHARE_WORDS
    if figures := [words for words in others if find_values(words)][:_MAX_INSTEAD]:
        return f"They have {_join(figures)}, not {'a share' if is_share else f'a figure in {asked}'}."
    what = "as a share" if is_share else f"in {asked}"
    instead = _join([words for words in others if words.casefold() not in _HALF_UNITS][:_MAX_INSTEAD])
    return f"They give it in {instead}, not {what}." if instead else f"They do not give it {what}."


def _say_period(asked: str, others: Sequence[str]) -> str:
    """Which periods there are; of a document's day alone, that it is before the asked one."""
    instead = _join(others[:_MAX_INSTEAD])
    if len(others) == 1 and _DAY.fullmatch(others[0]):
        return f"What comes nearest is of {instead}, which tells nothing of {asked}."
    return f"They have {instead}, not {asked}."


def _is_of_other_kind(words: str, asked_names: Iterable[str]) -> bool:
    """Whether words from a table name no other thing: a period, a figure, or what is asked of besides."""
    if find_periods(words) or any(letter.isdigit() for letter in words):
        return True
    said = split_name(words)
    return any(find_name(Name(split_name(name)), words, said) for name in asked_names)


def _has_period(passage: Passage, asked: str) -> bool:
    wanted = find_periods(asked)
    return any(
        compare_periods(one, said)
        for one in wanted
        for said in find_periods(f"{passage.title}\n{passage.full_text}")
    )


def _noun(name: str, question: str = "") -> str:
    """A name, a country for its adjective ("Swiss"), with the article that the question gives it."""
    country = country_of_adjective(name)
    if country or not (found := re.search(rf"\bthe {re.escape(name)}\b(?P<noun> [a-z]+)?", question)):
        return country or name
    noun = (found["noun"] or "").strip()  # "the Nesse terminal", "the Peru talks"
    is_whole = not noun or noun in FUNCTION_WORDS or base_form(noun) is not None
    return f"the {name}" if is_whole else name


def _names(passage: Passage, name: str) -> bool:
    words = split_name(name)
    lines = "\n".join(line for _, line in passage.document_lines)
    text = f"{passage.title}\n{passage.lead or ''}\n{passage.text}\n{lines}"
    asked, said = Name(tuple(words)), split_name(text)
    parts = split_body(asked)
    return bool(find_name(asked, text, said) or (parts and find_body(*parts, text, said)))


def _join(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
