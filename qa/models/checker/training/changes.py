"""One thing of a true statement made false, by kind of change."""

import random
from collections.abc import Callable

from qa.models.checker.training.claim_rows import Changed, Statement
from qa.models.checker.training.meaning_changes import (
    add_unsaid,
    change_cause,
    change_direction,
    change_mixed,
    change_modality,
    change_negation,
    change_salad,
    change_scope,
)
from qa.models.checker.training.thing_changes import (
    change_date,
    change_name,
    change_number,
    change_product,
    change_role,
    change_unit,
)

__all__ = ["CHANGES", "add_unsaid", "change"]

CHANGES: dict[str, Callable[[Statement, str, random.Random], Changed | None]] = {
    "number": change_number,
    "unit": change_unit,
    "date": change_date,
    "name": change_name,
    "product": change_product,
    "role": change_role,
    "direction": change_direction,
    "negation": change_negation,
    "modality": change_modality,
    "scope": change_scope,
    "cause": change_cause,
    "mixed": change_mixed,
    "salad": change_salad,
}


def change(kind: str, statement: Statement, text: str, rng: random.Random) -> Changed | None:
    """`text`, which says what the statement says, with one change of a kind; None if none fits."""
    changed = CHANGES[kind](statement, text, rng)
    return None if changed is None or changed.text == text else changed
