"""A claim and its evidence as the checker's tokens: one layout for checking and for training."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qa.text.overlap import LocatedWord, located_words
from qa.text.terms import stem

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["CheckerInput", "ClaimText", "InputBuilder"]

_CLAIM_TOKENS, _CONTEXT_TOKENS, _EVIDENCE_TOKENS, _INPUT_TOKENS = 112, 64, 192, 384
# The type of a token: of which side it is, and whether its word stands on the other side too.
CLAIM, EVIDENCE, CLAIM_ALONE, EVIDENCE_ALONE = range(4)


class ClaimText(NamedTuple):
    """A claim, what is read before its evidence (title, heading, date), and the evidence."""

    claim: str
    context: Sequence[str]
    evidence: Sequence[str]


@dataclass(frozen=True, slots=True)
class CheckerInput:
    """One claim with its evidence as tokens; `offsets` are those of the claim's tokens, which begin at 1."""

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]


class InputBuilder:
    """Lays out inputs: `[CLS] claim [SEP] context and evidence [SEP]`, each text tokenized by itself.

    Of a claim 112 tokens are read, of its context 64, of a piece of evidence 192, of the whole 384.
    """

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._cls, self._sep = (int(tokenizer.token_to_id(name) or 0) for name in ("[CLS]", "[SEP]"))

    def build(self, claims: Sequence[ClaimText]) -> list[CheckerInput]:
        """An input for each claim, in their order."""
        texts: dict[str, None] = {}
        for claim in claims:
            texts |= dict.fromkeys((claim.claim, *claim.context, *claim.evidence))
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        known = dict(zip(texts, encodings, strict=True))
        return [self._lay_out(claim, known) for claim in claims]

    def _lay_out(self, text: ClaimText, known: "dict[str, Encoding]") -> CheckerInput:
        shown = [*text.context, *text.evidence]
        claim_stems = {word.word for word in _stems(text.claim)}
        shown_stems = {word.word for line in shown for word in _stems(line)}
        claim = known[text.claim]
        offsets = claim.offsets[:_CLAIM_TOKENS]
        ids = [self._cls, *claim.ids[:_CLAIM_TOKENS], self._sep]
        types = [CLAIM, *_types(text.claim, offsets, shown_stems, CLAIM, CLAIM_ALONE), CLAIM]
        room = _CONTEXT_TOKENS
        for number, line in enumerate(shown):
            is_context = number < len(text.context)
            limit = min(room if is_context else _EVIDENCE_TOKENS, _INPUT_TOKENS - 1 - len(ids))
            tokens = known[line].ids[: max(0, limit)]
            ids += tokens
            types += _types(line, known[line].offsets[: len(tokens)], claim_stems, EVIDENCE, EVIDENCE_ALONE)
            room -= len(tokens)
        return CheckerInput([*ids, self._sep], [*types, EVIDENCE], offsets)


def _types(
    text: str, offsets: Sequence[tuple[int, int]], other: set[str], shared: int, alone: int
) -> list[int]:
    """The type of each token, by the word that it is a piece of; marks belong to none and count as shared."""
    alone_at = {
        position
        for word in _stems(text)
        if word.word not in other
        for position in range(word.start, word.end)
    }
    return [alone if start in alone_at else shared for start, _ in offsets]


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[LocatedWord, ...]:
    return tuple(LocatedWord(stem(word.word), word.start, word.end) for word in located_words(text))
