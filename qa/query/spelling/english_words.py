"""English words, none of which is a slip."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from qa.models import encoder
from qa.query.spelling.edit_distance import SimilarWords, fold_word
from qa.store.vocabulary import Stemmer

__all__ = ["MIN_LETTERS", "EnglishWords", "load_english_words", "stemmer"]

_DERIVING = ("ee", "er", "or", "ees", "ers", "ors", "able", "ness", "less", "ship", "hood", "wise")
MIN_LETTERS = 4  # of what may be a slip, and of what may have been meant


@dataclass(frozen=True, slots=True)
class EnglishWords:
    """Words in lower case and without diacritics, the stem of each, and the longer ones by nearness."""

    words: frozenset[str]
    stems: dict[str, str]
    similar_words: SimilarWords
    known_stems: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "EnglishWords":
        """From a list of words."""
        distinct = sorted({fold_word(word) for word in words})
        stems = dict(zip(distinct, stemmer().of(distinct), strict=True))
        similar_words = SimilarWords(word for word in distinct if len(word) >= MIN_LETTERS)
        return cls(frozenset(distinct), stems, similar_words, frozenset(stems.values()))

    def derives(self, word: str) -> bool:
        """Whether a word, in lower case, is one of them with an ending that makes another: "licensee"."""
        bases = (word.removesuffix(ending) for ending in _DERIVING if word.endswith(ending))
        return any(len(base) >= MIN_LETTERS and {base, f"{base}e"} & self.words for base in bases)


@cache
def load_english_words() -> EnglishWords:
    """The whole words among the entries of the embedder's tokenizer, about 22,500.

    Reads and stems them on the first call (0.2 s) without loading torch.

    Raises:
        ModelError: The tokenizer's package is missing.
    """
    tokenizer = encoder.open_tokenizer(encoder.packaged_minilm())
    return EnglishWords.of(word for word in tokenizer.get_vocab() if word.isalpha())


@cache
def stemmer() -> Stemmer:
    """The one stemmer of the process."""
    return Stemmer()
