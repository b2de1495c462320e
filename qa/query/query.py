"""The question once understood: one value, made once and handed down to retrieval and answering."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.query.conditions import QueryConditions, find_conditions
from qa.query.follow_up import is_follow_up, rewrite_follow_up
from qa.query.question_type import (
    ONE_THING_TYPES,
    QuestionType,
    classify_question,
    plain_request,
    split_comparison,
)
from qa.query.survey import Survey, find_survey
from qa.schema import Condition, Turn
from qa.text.terms import query_terms

__all__ = ["Query", "SubQuestion", "understand_question"]

_ASKS_OF_BEFORE = re.compile(
    r"\b(before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|initial(?:ly)?|"
    r"first|was|were|did|had)\b|"
    # "Who signed the pact?"
    r"^\W*(?:(?:and|so|but)\W+)?(?:who|what|which(?: [\w-]{1,30}){1,3}?) "
    r"(?:(?!need\b|seed\b|speed\b|feed\b|breed\b|limited\b|united\b)[a-z]{2,20}ed|built|won|made|led|took|bought|"
    r"sold|wrote|paid|began|became|gave|held|lost|sent|fell|rose|grew)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubQuestion:
    """A question that is looked up by itself: the whole question, or one side of a comparison.

    `label` names the side, None where there is only one. `terms` are the words to look for, in order, each
    once. `conditions` are what its words ask of an answer.
    """

    text: str
    question_type: QuestionType
    terms: tuple[str, ...]
    conditions: QueryConditions
    label: str | None = None
    survey: Survey | None = None

    @property
    def asks_one_thing(self) -> bool:
        """Whether one short thing answers: a fact, or a yes or no."""
        return self.question_type in ONE_THING_TYPES

    @property
    def asks_of_now(self) -> bool:
        """Whether a question about one thing names no time and asks of none that is over."""
        return (
            self.asks_one_thing
            and not any(condition.kind == "period" for condition in self.conditions.asked)
            and _ASKS_OF_BEFORE.search(self.text) is None
        )

    @classmethod
    def of(
        cls, text: str, *, label: str | None = None, question_type: QuestionType | None = None
    ) -> "SubQuestion":
        """The sub-question of a text; its type is told from the text where it is not given."""
        question_type = question_type or classify_question(text)
        survey = find_survey(plain_request(text)) if question_type == "survey" else None
        if survey and survey.topic:
            text = survey.question
        return cls(
            text=text,
            question_type=question_type,
            terms=tuple(query_terms(text)),
            conditions=find_conditions(text),
            label=label,
            survey=survey,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as typed, as understood, and the sub-questions that are looked up by themselves.

    `standalone` is the question with its slips mended and, for a follow-up, with what it leans on.
    `subquestions` are the two sides of a comparison, else the standalone question alone.
    """

    typed: str
    standalone: str
    question_type: QuestionType
    subquestions: tuple[SubQuestion, ...]

    @property
    def asked_conditions(self) -> tuple[Condition, ...]:
        """What the question asks of its answer; of a comparison nothing, whose sides ask different things."""
        return self.subquestions[0].conditions.asked if len(self.subquestions) == 1 else ()

    @classmethod
    def of(cls, standalone: str, *, typed: str | None = None) -> "Query":
        """The query of a question that needs nothing said before it."""
        sides = split_comparison(standalone)
        question_type = classify_question(standalone, is_comparison=bool(sides))
        if sides:
            subquestions = tuple(SubQuestion.of(side.question, label=side.label) for side in sides)
        else:
            subquestions = (SubQuestion.of(standalone, question_type=question_type),)
        return cls(
            typed=standalone if typed is None else typed,
            standalone=standalone,
            question_type=question_type,
            subquestions=subquestions,
        )


def understand_question(
    question: str,
    history: Sequence[Turn] = (),
    *,
    correct: Callable[[str], str] = str,
    rewrite: Callable[[str, Sequence[Turn]], str | None] | None = None,
) -> Query:
    """The query that a question means after the turns before it, oldest first.

    Slips are mended first, by `correct`, so that a follow-up with one is still told as such. It is rewritten
    by `rewrite`, and by rule where there is none or that gives nothing.
    """
    asked = correct(question.strip())
    has_turns = any(turn.question.strip() for turn in history)
    standalone = rewrite(asked, history) if rewrite and has_turns and is_follow_up(asked) else None
    standalone = standalone or rewrite_follow_up(asked, history, correct=correct)
    return Query.of(standalone, typed=question)
