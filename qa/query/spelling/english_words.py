"""English words, none of which is a slip."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from qa.models import encoder
from qa.query.spelling.edit_distance import SimilarWords, folded
from qa.store.vocabulary import Stemmer

__all__ = ["MIN_LETTERS", "English", "english", "stemmer"]

MIN_LETTERS = 4  # of what may be a slip, and of what may have been meant


@dataclass(frozen=True, slots=True)
class English:
    """Words in lower case and without diacritics, the stem of each, and the longer ones by nearness."""

    words: frozenset[str]
    stems: dict[str, str]
    near: SimilarWords
    known_stems: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "English":
        """From a list of words."""
        known = sorted({folded(word) for word in words})
        stems = dict(zip(known, stemmer().of(known), strict=True))
        near = SimilarWords(word for word in known if len(word) >= MIN_LETTERS)
        return cls(frozenset(known), stems, near, frozenset(stems.values()))


@cache
def english() -> English:
    """The whole words among the entries of the embedder's tokenizer, about 22,500.

    Reads and stems them on the first call (0.2 s) without loading torch.

    Raises:
        ModelError: The tokenizer's package is missing.
    """
    tokenizer = encoder.open_tokenizer(encoder.packaged_minilm())
    return English.of(word for word in tokenizer.get_vocab() if word.isalpha())


@cache
def stemmer() -> Stemmer:
    """The one stemmer of the process."""
    return Stemmer()
