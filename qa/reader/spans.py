"""The best answer span from start and end logits."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_SPAN_TOKENS", "best_span"]

MAX_SPAN_TOKENS = 30


def best_span(
    start: NDArray[np.float32], end: NDArray[np.float32], sentence: NDArray[np.int64]
) -> tuple[int, int, float] | None:
    """The span (first token, last token, score) that maximises start + end logit.

    It lies inside one sentence and holds at most `MAX_SPAN_TOKENS` tokens. `sentence` numbers each
    token's sentence; tokens below 0 take no part. Ties go to the earlier, then shorter span. None if no
    token takes part.
    """
    length = len(start)
    if not (sentence >= 0).any():
        return None
    offsets = np.arange(min(MAX_SPAN_TOKENS, length))
    ends = np.arange(length)[:, None] + offsets[None, :]
    inside = ends < length
    ends = np.minimum(ends, length - 1)
    allowed = inside & (sentence[:, None] >= 0) & (sentence[:, None] == sentence[ends])
    scores = np.where(allowed, start[:, None] + end[ends], -np.inf)
    best = int(scores.argmax())
    first, extra = divmod(best, len(offsets))
    return first, first + extra, float(scores[first, extra])
