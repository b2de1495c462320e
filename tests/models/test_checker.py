"""The claim checker with its real weights, and other cross-encoders in its place."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertForSequenceClassification

from qa.errors import ModelError
from qa.models import encoder
from qa.models.checker import Checker, ClaimText, CrossEncoderChecker, claim_model

EVIDENCE = ("The tariff on steel is 25 percent.", "It was raised in March 2025.")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker("float32")


def test_labels_and_words(checker: Checker) -> None:
    true, false = checker.judge(
        [
            ClaimText("The steel tariff is 25 percent.", ("Steel",), EVIDENCE),
            ClaimText("The tariff on aluminium is 25 percent.", ("Steel",), EVIDENCE),
        ]
    )
    assert true.label == "supported"
    assert false.label == "unsupported"
    assert true.supported + true.partial + true.unsupported == pytest.approx(1, abs=1e-5)
    claim = "The tariff on aluminium is 25 percent."
    start, end, _ = max(false.words, key=lambda word: word[2])
    assert claim[start:end] in "aluminium"


def test_neither_order_nor_company_matters(checker: Checker) -> None:
    claims = [
        ClaimText(f"It was raised {number} times.", (), EVIDENCE * (number % 3 + 1)) for number in range(7)
    ]
    together = checker.judge(claims)
    for claim, scores in zip(claims, together, strict=True):
        (alone,) = checker.judge([claim])
        assert alone.supported == pytest.approx(scores.supported, abs=1e-3)
    assert checker.judge([]) == []


def test_long_and_empty_texts_are_read_as_far_as_they_go(checker: Checker) -> None:
    long = ClaimText("word " * 300, ("title " * 100,), ("line " * 300, "line " * 300))
    for scores in checker.judge([long, ClaimText("", (), ("",))]):
        assert 0 <= scores.supported <= 1


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_model, "CHECKER_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="damaged or not ours"):
        Checker()


def test_the_embeddings_are_those_that_it_was_trained_with() -> None:
    """A reader that is trained anew keeps them, or the checker must be trained anew as well."""
    table = claim_model.read_reader_weights()[claim_model.WORD_TABLE]
    assert hashlib.sha256(table.tobytes()).hexdigest() == claim_model.WORD_TABLE_SHA256


def save_pairs(folder: Path, labels: list[str]) -> str:
    torch.manual_seed(1)
    config = BertConfig(hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24)
    config.id2label = dict(enumerate(labels))
    config.label2id = {name: number for number, name in enumerate(labels)}
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(
        tokenizer_file=str(encoder.packaged_minilm() / "tokenizer.json"), pad_token="[PAD]",
        cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]",
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip
    return str(folder)


@pytest.mark.parametrize(
    "labels", [["LABEL_0"], ["contradiction", "entailment", "neutral"], ["hallucinated", "consistent"]]
)
def test_any_cross_encoder_can_take_its_place(tmp_path: Path, labels: list[str]) -> None:
    model = CrossEncoderChecker(save_pairs(tmp_path / "model", labels), "float32")
    claims = [ClaimText("Steel pays 25 percent.", ("Steel",), EVIDENCE), ClaimText("No.", (), EVIDENCE)]
    for scores in model.judge(claims):
        assert 0 < scores.supported < 1
        assert scores.supported + scores.unsupported == pytest.approx(1)
        assert scores.words == ()
    assert model.judge([]) == []


def test_a_cross_encoder_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"the checker cross-encoder:.*missing can't be loaded"):
        CrossEncoderChecker(str(tmp_path / "missing"))
    with pytest.raises(ModelError, match="has the labels a, b, of which none alone says"):
        CrossEncoderChecker(save_pairs(tmp_path / "other", ["a", "b"]))
