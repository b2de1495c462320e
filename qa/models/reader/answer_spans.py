"""The best answer span of each sentence from start and end logits."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_SPAN_TOKENS", "best_spans"]

MAX_SPAN_TOKENS = 30


def best_spans(
    start: NDArray[np.float32], end: NDArray[np.float32], sentence: NDArray[np.int64]
) -> dict[int, tuple[int, int, float]]:
    """For each sentence the span (first token, last token, score) that maximises start + end logit.

    A span lies inside its sentence and holds at most `MAX_SPAN_TOKENS` tokens. `sentence` numbers each
    token's sentence; tokens below 0 take no part. Ties go to the earlier, then shorter span.
    """
    length = len(start)
    if not (sentence >= 0).any():
        return {}
    offsets = np.arange(min(MAX_SPAN_TOKENS, length))
    ends = np.arange(length)[:, None] + offsets[None, :]
    is_inside = ends < length
    ends = np.minimum(ends, length - 1)
    is_allowed = is_inside & (sentence[:, None] >= 0) & (sentence[:, None] == sentence[ends])
    scores = np.where(is_allowed, start[:, None] + end[ends], -np.inf)
    lasts = scores.argmax(axis=1)
    best = scores[np.arange(length), lasts]
    spans: dict[int, tuple[int, int, float]] = {}
    for first in np.flatnonzero(sentence >= 0).tolist():
        number, score = int(sentence[first]), float(best[first])
        if number not in spans or score > spans[number][2]:
            spans[number] = (first, first + int(lasts[first]), score)
    return spans
