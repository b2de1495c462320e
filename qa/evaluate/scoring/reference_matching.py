"""Whether a text states a reference answer: not one like it, and not a part of a longer number or word."""

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["states_reference"]

_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"'} | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
# A thousands separator: after one to three digits, before groups of three.
_GROUPED_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[ ,']\d{3})+(?![\d])")
_PERCENT = re.compile(r"(?<!\s)\s*(?:%|\bper ?cent\b|(?<=\d)percent\b)")
_LEADING_ARTICLE = re.compile(r"(?:a|an|the) ")


def states_reference(text: str, references: Sequence[str]) -> bool:
    """Whether one of the references stands in the text, whatever the case, quotation marks and dashes.

    "1,410" is "1410", "5 %" is "5 percent"; an article before a reference is left out. "10" does not stand
    in "100", "10.5" or "A10", and a mere "yes" or "no" only where the text begins with it.
    """
    normalised = _normalise(text)
    return any(_stands_in(_normalise(reference), normalised) for reference in references)


def _normalise(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).casefold().split())
    text = _GROUPED_NUMBER.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return _PERCENT.sub("%", text).strip(" .")


def _stands_in(reference: str, text: str) -> bool:
    bare = _LEADING_ARTICLE.sub("", reference, count=1) if _LEADING_ARTICLE.match(reference) else reference
    if bare in ("yes", "no"):
        return re.match(rf"{bare}\b", text) is not None
    pattern = rf"(?<![^\W_])(?<!\d[.,]){re.escape(bare)}(?![^\W_])(?![.,]\d)"
    return bool(bare) and re.search(pattern, text) is not None
