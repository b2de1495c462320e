"""The conditions that a question sets for its answer, and what texts say of the same kinds."""

from qa.query.conditions.question_conditions import (
    QueryConditions,
    find_conditions,
    find_years,
)

__all__ = ["QueryConditions", "find_conditions", "find_years"]
