"""What the checked conditions tell of an answer, as numbers for a fitted model."""

from collections.abc import Sequence

from qa.answering.condition_check.evidence import OWN_PLACES
from qa.schema import CheckedCondition, ConditionKind

__all__ = ["CONDITION_FEATURES", "condition_features"]

_KINDS: tuple[tuple[str, tuple[ConditionKind, ...]], ...] = (
    ("name", ("name", "place")),
    ("period", ("period",)),
    ("unit", ("unit",)),
    ("quantity", ("quantity",)),
    ("direction", ("direction", "negation")),
)
CONDITION_FEATURES = tuple(
    f"{name}_{state}" for name, _ in _KINDS for state in ("around", "unstated", "contradicted")
)
_NEAR_PLACES = (*OWN_PLACES, "caption", "unit", "heading")


def condition_features(checked: Sequence[CheckedCondition]) -> tuple[float, ...]:
    """In the order of `CONDITION_FEATURES`: shares of the conditions of a kind, 0 where there are none.

    Around: met by no more than the title, the date or a sentence around. The rest is met by the answer
    itself or what it stands under.
    """
    values: list[float] = []
    for _, kinds in _KINDS:
        of_kind = [one for one in checked if one.condition.kind in kinds]
        counts = (
            sum(one.is_met and one.by not in _NEAR_PLACES for one in of_kind),
            sum(one.state == "unstated" for one in of_kind),
            sum(one.state == "contradicted" for one in of_kind),
        )
        values += [count / len(of_kind) if of_kind else 0.0 for count in counts]
    return tuple(values)
