"""Text to unit vectors, with the real weights."""

from pathlib import Path

import numpy as np
import pytest

from qa.config import Precision
from qa.errors import ModelError
from qa.models import embedder, encoder
from qa.models.embedder import (
    PACKAGED_MODEL,
    HubEmbedder,
    MiniLMEmbedder,
    open_embedder,
    passage_text,
)

TEXTS = [
    "The tariff on steel was doubled to 50 percent.",
    "Duties on steel imports rose twofold.",
    "Milk is sold in bags in Ontario.",
    "",
    "Zölle, 関税, \U0001f600",
    "word " * 2000,
]


@pytest.fixture(scope="module")
def exact() -> MiniLMEmbedder:
    return MiniLMEmbedder("float32")


def test_vectors_are_unit_vectors_with_a_meaning(exact: MiniLMEmbedder) -> None:
    vectors = exact.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), exact.dimension) == (6, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.4 > 0.2 > vectors[0] @ vectors[2]


def test_these_are_the_published_weights(exact: MiniLMEmbedder) -> None:
    """sentence-transformers' own pooling over the same folder gives the same vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    body = Transformer(str(encoder.packaged_minilm()), max_seq_length=256)
    theirs = SentenceTransformer(modules=[body, Pooling(384)], device="cpu").encode(
        TEXTS, normalize_embeddings=True, convert_to_numpy=True
    )
    assert np.allclose((theirs * exact.embed(TEXTS)).sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(("precision", "least"), [("bfloat16", 0.999), ("int8", 0.97)])
def test_other_precisions_agree_with_float32(
    exact: MiniLMEmbedder, precision: Precision, least: float
) -> None:
    fast = MiniLMEmbedder(precision).embed(TEXTS)
    assert float((fast * exact.embed(TEXTS)).sum(axis=1).min()) > least


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_neither_order_nor_company_matters(precision: Precision) -> None:
    embedder = MiniLMEmbedder(precision)
    vectors = embedder.embed(TEXTS)
    order = [4, 2, 5, 0, 3, 1]
    assert np.allclose(embedder.embed([TEXTS[index] for index in order]), vectors[order], atol=1e-5)
    assert np.allclose(np.concatenate([embedder.embed([text]) for text in TEXTS]), vectors, atol=1e-5)


def test_nothing_gives_nothing(exact: MiniLMEmbedder) -> None:
    assert exact.embed([]).shape == (0, 384)
    assert exact.embed_passages([]).shape == (0, 384)


def test_what_lies_beyond_256_tokens_does_not_count(exact: MiniLMEmbedder) -> None:
    start = "tariff " * 300
    first, second = exact.embed([start + "milk " * 300, start + "steel " * 300])
    assert np.allclose(first, second, atol=1e-5)


def test_a_passage_is_embedded_with_where_it_stands(exact: MiniLMEmbedder) -> None:
    assert passage_text("Title", "Heading", "Text.") == "Title\nHeading\nText."
    assert passage_text("Title", None, "Text.") == "Title\nText."
    vectors = exact.embed_passages([("Title", "Heading", "Text.")])
    assert np.allclose(vectors, exact.embed(["Title\nHeading\nText."]), atol=1e-6)


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = encoder.packaged_minilm()
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((original / name).read_bytes())
    data = bytearray((original / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(data)
    monkeypatch.setattr(encoder, "packaged_minilm", lambda: tmp_path)
    with pytest.raises(ModelError, match="damaged"):
        MiniLMEmbedder()


def test_open_embedder() -> None:
    assert open_embedder(PACKAGED_MODEL).name == PACKAGED_MODEL
    assert embedder.PACKAGED_MODEL == "all-MiniLM-L6-v2"


def test_another_model_comes_from_a_folder(tmp_path: Path, exact: MiniLMEmbedder) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    body = Transformer(str(encoder.packaged_minilm()), max_seq_length=256)
    SentenceTransformer(modules=[body, Pooling(384)], device="cpu").save(str(tmp_path / "model"))
    hub_embedder = open_embedder(str(tmp_path / "model"), "float32")
    assert isinstance(hub_embedder, HubEmbedder)
    assert (hub_embedder.name, hub_embedder.dimension) == (str(tmp_path / "model"), 384)
    assert np.allclose((hub_embedder.embed(TEXTS) * exact.embed(TEXTS)).sum(axis=1), 1, atol=1e-4)
    assert hub_embedder.embed([]).shape == (0, 384)


def test_a_model_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"can't be loaded .*all-MiniLM-L6-v2") as caught:
        open_embedder(str(tmp_path / "nothing"))
    assert "\n" not in str(caught.value)
