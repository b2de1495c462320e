"""Questions of which a word is another one's, so that what they ask for does not stand there any more.

"Which company *built* the bridge in 1931?" about a sentence on the company that *sold* it, or on 1936. The
word that goes bears on the answer: it stands in the passage. What comes in its place is of the same sort, and
where that can be had it stands in the same passage, about something else.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.models import encoder
from qa.text.overlap import stems
from qa.text.terms import ASKING_WORDS, FUNCTION_WORDS, stem

if TYPE_CHECKING:
    import torch

__all__ = ["QuestionSwapper"]

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]*(?: (?:of |the |de )?[A-Z][\w'-]*)*")
_YEAR = re.compile(r"\b1[5-9]\d\d\b|\b20[0-2]\d\b")
_NUMBER = re.compile(r"\b\d+\b")
_WORD = re.compile(r"(?<![\w'-])[a-z]{4,}(?![\w'-])")
# "Which school", "what kind of song": the word says of what sort the answer is, and bears little.
_ASKED_NOUN = re.compile(
    r"(?:\b(?:what|which)(?: \w+)?|\b(?:kind|type|name|form|sort) (?:of|for)(?: an?| the)?) $", re.IGNORECASE
)
_OPPOSITES = tuple(
    pair.split()
    for pair in (
        "first last", "first second", "second third", "largest smallest", "highest lowest", "most least",
        "maximum minimum", "before after", "oldest newest", "longest shortest", "import export",
        "imports exports", "buy sell", "bought sold", "won lost", "win lose", "begin end", "began ended",
        "increase decrease", "increased decreased", "rise fall", "rose fell", "north south", "east west",
        "northern southern", "eastern western", "former current", "early late", "upper lower", "male female",
        "join leave", "joined left", "accepted rejected", "allowed banned", "open close", "opened closed",
        "gain lose", "gained lost", "public private", "foreign domestic", "urban rural", "winter summer",
        "more fewer", "above below", "inside outside", "support oppose", "supported opposed", "total average",
    )
)  # fmt: skip
_UNUSED = (
    FUNCTION_WORDS | ASKING_WORDS | frozenset("called known named part kind type name year time".split())
)
_NEAREST = 8
# Cosines of two words: further apart they are not of a sort, closer they may mean the same.
_ALIKE = (0.2, 0.42)
_SHARE_FROM_PASSAGE = 0.6


class QuestionSwapper:
    """Swaps a word, a name, a year, a number or two names of a question.

    `weights` is a file of the reader's weights: their embeddings of words tell which words are of a sort.
    """

    def __init__(self, weights: Path) -> None:
        self._vectors = _word_vectors(weights)
        self._ids: dict[str, int] = encoder.open_tokenizer(encoder.packaged_minilm()).get_vocab()

    def swap(
        self, question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
    ) -> str | None:
        """A question that looks like this one; None if no word of it can be swapped.

        `others` are sentences about the same subject, from which names and words are taken.
        """
        ways = [self._swap_word, self._swap_word, _swap_name, _swap_figure, _swap_opposite, _exchange_names]
        rng.shuffle(ways)
        for way in ways:
            swapped = way(question, passage, answer, others, rng)
            if swapped and stems(swapped) != stems(question):
                return swapped
            if swapped and way is _exchange_names:
                return swapped
        return None

    def _swap_word(
        self, question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
    ) -> str | None:
        in_passage, taken = stems(passage), stems(question) | stems(answer)
        bearing = [
            match
            for match in _WORD.finditer(question)
            if match.group() not in _UNUSED
            and stem(match.group()) in in_passage
            and not _ASKED_NOUN.search(question[: match.start()])
        ]
        rng.shuffle(bearing)
        for match in bearing:
            sources = [[passage], others] if rng.random() < _SHARE_FROM_PASSAGE else [others, [passage]]
            for source in sources:
                near = self._near_words(match.group(), _lower_words(source), taken)
                if near:
                    return _replace(question, match, rng.choice(near))
        return None

    def _near_words(self, word: str, candidates: Iterable[str], taken: frozenset[str]) -> list[str]:
        """Those of the same sort and ending, nearest first."""
        number = self._ids.get(word)
        fitting = [
            (candidate, self._ids[candidate])
            for candidate in candidates
            if candidate in self._ids
            and _ending(candidate) == _ending(word)
            and stem(candidate) not in taken
            and candidate not in _UNUSED
        ]
        if number is None or not fitting:
            return []
        cosines = self._vectors[[index for _, index in fitting]] @ self._vectors[number]
        ranked = sorted(zip(cosines.tolist(), [name for name, _ in fitting], strict=True), reverse=True)
        return [name for cosine, name in ranked if _ALIKE[0] < cosine < _ALIKE[1]][:_NEAREST]


def _swap_name(
    question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
) -> str | None:
    """A name for another: of the passage if there is one, else of other sentences."""
    bearing = [match for match in _NAME.finditer(question) if stems(match.group()) & stems(passage)]
    if not bearing:
        return None
    match = rng.choice(bearing)
    taken = stems(question) | stems(answer)
    for source in ([passage], others):
        names = sorted({name for text in source for name in _NAME.findall(text) if not stems(name) & taken})
        names = [name for name in names if (" " in name) == (" " in match.group())] or names
        if names and (source is others or rng.random() < _SHARE_FROM_PASSAGE):
            return _replace(question, match, rng.choice(names))
    return None


def _swap_figure(
    question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
) -> str | None:
    """A year or a number for another; of the passage if there is one."""
    del others
    for pattern in (_YEAR, _NUMBER):
        figures = list(pattern.finditer(question))
        if not figures:
            continue
        match = rng.choice(figures)
        there = [figure for figure in pattern.findall(passage) if figure not in question + answer]
        number = int(match.group()) + rng.choice([-10, -5, -3, -2, -1, 1, 2, 3, 5, 10])
        moved = rng.choice(there) if there and rng.random() < _SHARE_FROM_PASSAGE else str(max(number, 1))
        return _replace(question, match, moved)
    return None


def _swap_opposite(
    question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
) -> str | None:
    """A word for its opposite or the next of its row: first and last, imports and exports."""
    del passage, answer, others
    fitting = []
    for pair in _OPPOSITES:
        for word, other in (pair, pair[::-1]):
            match = re.search(rf"(?<![\w'-]){word}(?![\w'-])", question)
            if match and other not in question.split():
                fitting.append((match, other))
    return _replace(question, *rng.choice(fitting)) if fitting else None


def _exchange_names(
    question: str, passage: str, answer: str, others: Sequence[str], rng: random.Random
) -> str | None:
    """Two names in each other's place: who does it to whom is the other way round."""
    del passage, answer, others
    names = list(_NAME.finditer(question))
    # Joined by "and" or "or" they are in no order.
    pairs = [
        (a, b)
        for a, b in pairwise(names)
        if not re.fullmatch(r",? ?(and|or|,) ?", question[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return question[: a.start()] + b.group() + question[a.end() : b.start()] + a.group() + question[b.end() :]


def _replace(question: str, match: re.Match[str], word: str) -> str:
    return question[: match.start()] + word + question[match.end() :]


def _lower_words(texts: Iterable[str]) -> Iterator[str]:
    return iter(sorted({word for text in texts for word in _WORD.findall(text)}))


def _ending(word: str) -> str:
    """What tells a word's sort as far as an ending does."""
    return next((end for end in ("ing", "ed", "ly", "est", "s") if word.endswith(end)), "")


@cache
def _word_vectors(weights: Path) -> "torch.Tensor":
    """Of each word piece: (pieces, 384), of length 1."""
    from safetensors import safe_open
    from torch.nn import functional

    with safe_open(weights, framework="pt") as file:
        table: Any = file.get_tensor("b.embeddings.word_embeddings.weight").float()
    return functional.normalize(table - table.mean(dim=0), dim=1)
