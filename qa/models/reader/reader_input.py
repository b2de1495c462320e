"""A question and a passage as the reader's tokens: one layout for reading and for training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["HEADING", "MONTHS", "OUTSIDE", "ContextPart", "InputBuilder", "ReaderInput", "spell_date"]

HEADING, OUTSIDE = -2, -1  # numbers of tokens that belong to no sentence of the passage
_QUESTION_TOKENS, _SENTENCE_TOKENS, _INPUT_TOKENS = 48, 256, 384  # the limits of its training
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class ContextPart(NamedTuple):
    """What is read between the question and the sentences: at most `tokens` of its text."""

    text: str
    tokens: int
    number: int = OUTSIDE


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """One question-passage pair as tokens; `sentence` and `offsets` run parallel to `ids`.

    `sentence` numbers each token's sentence, -2 for the heading's tokens and -1 for all that belong to none.
    `offsets` count in the characters of the token's sentence, (0, 0) outside of the sentences.
    """

    ids: list[int]
    types: list[int]
    sentence: NDArray[np.int64]
    offsets: list[tuple[int, int]]


class InputBuilder:
    """Lays out inputs: `[CLS] question [SEP] context and sentences [SEP]`, each text tokenized by itself."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._cls, self._sep = (int(tokenizer.token_to_id(name) or 0) for name in ("[CLS]", "[SEP]"))

    def build(self, pairs: Sequence[tuple[str, Sequence[ContextPart], Sequence[str]]]) -> list[ReaderInput]:
        """An input for each question with its context and its sentences.

        Of a sentence 256 tokens are read, of the whole 384; what does not fit is left out.
        """
        texts: dict[str, None] = {}
        for question, context, sentences in pairs:
            texts |= dict.fromkeys((question, *(part.text for part in context), *sentences))
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        known = dict(zip(texts, encodings, strict=True))
        return [self._lay_out(*pair, known) for pair in pairs]

    def _lay_out(
        self,
        question: str,
        context: Sequence[ContextPart],
        sentences: Sequence[str],
        known: "Mapping[str, Encoding]",
    ) -> ReaderInput:
        ids = [self._cls, *known[question].ids[:_QUESTION_TOKENS], self._sep]
        question_length = len(ids)
        sentence = [OUTSIDE] * question_length
        for part in context:
            tokens = known[part.text].ids[: part.tokens]
            ids += tokens
            sentence += [part.number] * len(tokens)
        offsets = [(0, 0)] * len(ids)
        for number, text in enumerate(sentences):
            encoding = known[text]
            room = min(_SENTENCE_TOKENS, _INPUT_TOKENS - 1 - len(ids))
            if room <= 0:
                break
            tokens = encoding.ids[:room]
            ids += tokens
            sentence += [number] * len(tokens)
            offsets += encoding.offsets[:room]
        ids.append(self._sep)
        sentence.append(OUTSIDE)
        offsets.append((0, 0))
        types = [0] * question_length + [1] * (len(ids) - question_length)
        return ReaderInput(ids, types, np.array(sentence, dtype=np.int64), offsets)


def spell_date(day: date) -> str:
    """A date as texts have it, for the reader knows words: "August 9, 2024"."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
