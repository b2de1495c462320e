"""Whether an answer's evidence meets what the question asks of it."""

from qa.answering.condition_check.caption_check import check_left_out
from qa.answering.condition_check.check import check_conditions
from qa.answering.condition_check.features import CONDITION_FEATURES, condition_features
from qa.answering.condition_check.figure_check import SHARE_WORDS

__all__ = [
    "CONDITION_FEATURES",
    "SHARE_WORDS",
    "check_conditions",
    "check_left_out",
    "condition_features",
]
