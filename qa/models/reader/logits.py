"""What a reader's logit is worth."""

import math

__all__ = ["squash"]


def squash(logit: float) -> float:
    """A logit between -8 and 8: beyond that the reader is only sure of itself."""
    return 8 * math.tanh(logit / 8)
