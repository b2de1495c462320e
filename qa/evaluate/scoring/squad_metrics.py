"""Answers compared with reference answers as SQuAD's official evaluation does it (evaluate-v2.0).

Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP 2016, and its
successor of 2018. Figures are comparable with published ones only if every rule is the same, odd ones too:
punctuation is ASCII's, and is removed without leaving a space.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

__all__ = ["exact_match", "normalise", "token_f1"]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Lower case, then without ASCII punctuation, then without articles, words joined by single spaces."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(prediction: str, references: Sequence[str]) -> float:
    """1.0 if the prediction equals one of the references after normalisation, else 0.0."""
    normalised = normalise(prediction)
    return float(any(normalised == reference for reference in _normalise_references(references)))


def token_f1(prediction: str, references: Sequence[str]) -> float:
    """F1 of the words, repeated ones counted, with the best of the references.

    With c words in common, p in the prediction and r in the reference: 2c / (p + r). Where one of both has
    no words left after normalisation: 1.0 if the other has none either, else 0.0.
    """
    words = normalise(prediction).split()
    return max(_f1_score(words, reference.split()) for reference in _normalise_references(references))


def _normalise_references(references: Sequence[str]) -> list[str]:
    """A reference with nothing left does not count, unless there is no other."""
    return [reference for reference in map(normalise, references) if reference] or [""]


def _f1_score(prediction: Sequence[str], reference: Sequence[str]) -> float:
    if not prediction or not reference:
        return float(prediction == reference)
    common = (Counter(prediction) & Counter(reference)).total()
    return 2 * common / (len(prediction) + len(reference))
