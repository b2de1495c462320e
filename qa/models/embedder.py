"""Text to unit vectors: the packaged MiniLM, or any sentence-transformers model by name.

The packaged model is the published all-MiniLM-L6-v2, found on disk and verified, so that the first
question works offline. Another name is loaded by `sentence_transformers` from the Hub or a folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.config import Precision
from qa.errors import ModelError
from qa.models import encoder
from qa.models.model_turns import model_turns

__all__ = [
    "PACKAGED_MODEL",
    "Embedder",
    "HubEmbedder",
    "MiniLMEmbedder",
    "Vectors",
    "open_embedder",
    "passage_text",
]

PACKAGED_MODEL = "all-MiniLM-L6-v2"
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MINILM_TOKENS = 256  # what the model was published with (sentence_bert_config.json)

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Makes vectors; `name` and `dimension` are stored with an index and must match when it is opened."""

    name: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension), float32, in the order of the texts."""
        ...

    def embed_passages(self, passages: Sequence[tuple[str, str | None, str]]) -> Vectors:
        """Unit vectors of (title, lead, text) triples, shape (n, dimension), in their order."""
        return self.embed([passage_text(*passage) for passage in passages])


def passage_text(title: str, lead: str | None, text: str) -> str:
    """What is embedded for a passage: where it stands (`Chunk.lead`), then its words."""
    return "\n".join(text_part for text_part in (title, lead, text) if text_part)


class MiniLMEmbedder(Embedder):
    """all-MiniLM-L6-v2 (22.7 M parameters, 384 dimensions, 256 tokens), mean-pooled and normalised.

    Thread-safe. Pooling is done in float32 whatever the precision of the encoder: in bfloat16 cosines
    drop to 0.998, this way they stay above 0.9999.
    """

    name = PACKAGED_MODEL
    dimension = 384

    def __init__(self, precision: Precision = "auto") -> None:
        folder = encoder.packaged_minilm()
        weights = encoder.read_weights(folder / "model.safetensors", _MINILM_SHA256)
        self._tokenizer = encoder.open_tokenizer(folder)
        self._tokenizer.enable_truncation(_MINILM_TOKENS)
        self._encoder = encoder.open_encoder(folder / "config.json", weights, precision)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`; what lies beyond 256 tokens of a text does not count."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors

        def pool(hidden: Any, mask: Any, indices: list[int]) -> None:
            weight = mask[:, :, None].astype(np.float32)
            mean = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
            vectors[indices] = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)

        encoded = self._tokenizer.encode_batch(list(texts))
        encoder.run_encoder(self._encoder, [encoding.ids for encoding in encoded], None, pool)
        return vectors


class HubEmbedder(Embedder):
    """Any model that `sentence_transformers` loads, by Hub name or folder. Thread-safe."""

    def __init__(self, name: str, precision: Precision = "auto") -> None:
        try:
            import torch
            from sentence_transformers import SentenceTransformer

            dtype = getattr(torch, encoder.prepare_torch(precision))
            self._model = SentenceTransformer(name, device="cpu", model_kwargs={"dtype": dtype})
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"the embedding model {name!r} can't be loaded ({reason}): check the name and the network, "
                f"or use the packaged {PACKAGED_MODEL}"
            ) from error
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with model_turns.turn():
            tensor = self._model.encode(
                list(texts), convert_to_tensor=True, show_progress_bar=False, batch_size=16
            ).float()
        tensor = tensor / tensor.norm(dim=1, keepdim=True).clamp_min(1e-12)
        return np.asarray(tensor.numpy(), dtype=np.float32)


def open_embedder(name: str, precision: Precision = "auto") -> Embedder:
    """The embedder of this name; `PACKAGED_MODEL` needs no network.

    Raises:
        ModelError: It is not installed, damaged, or can't be downloaded.
    """
    if name == PACKAGED_MODEL and not Path(name).is_dir():
        return MiniLMEmbedder(precision)
    return HubEmbedder(name, precision)
