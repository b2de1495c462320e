"""The checker's network: BERT, two linear heads, and the way from claims to probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.config import Precision
from qa.models import encoder
from qa.models.checker.checker_heads import apply_heads
from qa.models.checker.checker_input import CheckerInput, ClaimText, InputBuilder
from qa.models.reader.evidence_reader import READER_SHA256
from qa.models.reader.network import split_weights
from qa.schema import Support

__all__ = ["CHECKER_SHA256", "WORD_TABLE", "Checker", "ClaimScores", "read_reader_weights", "score_inputs"]

CHECKER_SHA256 = "d4eaf2b68274087fceda66729b2be05392bee5782ab871a0262c8c9d33216f4e"
WORD_TABLE = "b.embeddings.word_embeddings.weight"  # it is the reader's, and lies in its file alone
# Of that table, with which the checker was trained.
WORD_TABLE_SHA256 = "c65e769a20870cd0e739eea10824f118b1091e43a34281188f6ac2a4b9c1b9ce"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ClaimScores:
    """How a claim stands to its evidence: three probabilities whose sum is 1.

    `words` has, for each piece of the claim that was read, start, end and the probability that nothing bears
    it out; empty where the model does not tell words.
    """

    supported: float
    partial: float
    unsupported: float
    words: tuple[tuple[int, int, float], ...] = ()

    @property
    def label(self) -> Support:
        """The most probable."""
        shares: dict[Support, float] = {
            "supported": self.supported, "partial": self.partial, "unsupported": self.unsupported,
        }  # fmt: skip
        return max(shares, key=lambda name: shares[name])


class Checker:
    """Judges claims by their evidence; thread-safe.

    The weights lie in the package and are verified when they are loaded (about half a second).
    """

    def __init__(self, precision: Precision = "auto") -> None:
        weights = encoder.read_weights(_FOLDER / "checker.safetensors", CHECKER_SHA256)
        weights[WORD_TABLE] = read_reader_weights()[WORD_TABLE]
        body, heads = split_weights(weights)
        self._heads = {name: value.astype(np.float32) for name, value in heads.items()}
        # Not in int8: a chat model takes longer by far, and a verdict is not to hang on a rounded figure.
        exact = "float32" if encoder.choose_precision(precision) == "int8" else precision
        self._encoder = encoder.open_encoder(_FOLDER / "config.json", body, exact)
        self._inputs = InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        """What becomes of each claim, in their order."""
        return score_inputs(self._encoder, self._heads, self._inputs.build(claims))


def score_inputs(
    run: encoder.Encoder, heads: encoder.Weights, inputs: Sequence[CheckerInput]
) -> list[ClaimScores]:
    """What the network says of each input, in their order."""
    scores: dict[int, ClaimScores] = {}

    def use(hidden: Any, _mask: Any, indices: list[int]) -> None:
        labels, tokens = apply_heads(hidden, heads)
        shares = np.exp(labels - labels.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        unborne = 1 / (1 + np.exp(-tokens))
        for row, index in enumerate(indices):
            offsets = inputs[index].offsets
            words = unborne[row, 1 : len(offsets) + 1].tolist()
            supported, partial, unsupported = shares[row].tolist()
            scores[index] = ClaimScores(
                supported,
                partial,
                unsupported,
                tuple((start, end, word) for (start, end), word in zip(offsets, words, strict=True)),
            )

    encoder.run_encoder(
        run, [laid_out.ids for laid_out in inputs], [laid_out.types for laid_out in inputs], use
    )
    return [scores[index] for index in range(len(inputs))]


def read_reader_weights() -> dict[str, NDArray[np.floating]]:
    """The reader's tensors, whose body the checker began with and whose embeddings of words it shares."""
    return encoder.read_weights(_FOLDER.parent / "reader" / "reader.safetensors", READER_SHA256)
