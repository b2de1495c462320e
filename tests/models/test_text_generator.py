"""A chat model in this process: a tiny one with random weights, whose words mean nothing."""

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from langchain_core.messages import HumanMessage
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from qa.answering import open_chat_model
from qa.answering.chat_model.model_calls import OpenedModel
from qa.errors import ModelError
from qa.models.text_generator import TextGenerator

TURNS = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How much is it?"}]
TEMPLATE = "{% for turn in messages %}{{ turn['role'] }}: {{ turn['content'] }}\n{% endfor %}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(BPE({letter: number for number, letter in enumerate([*letters, "<end>"])}, []))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer: Any = cast(Any, PreTrainedTokenizerFast)(tokenizer_object=plain, eos_token="<end>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(5)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(letters) + 1, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=128, eos_token_id=len(letters), pad_token_id=None,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def generator(folder: Path) -> TextGenerator:
    return TextGenerator(str(folder))


def test_it_writes_what_the_library_would(folder: Path, generator: TextGenerator) -> None:
    prompt = generator.encode(TURNS)
    assert len(prompt) == len("system: Be brief.\nuser: How much is it?\n")
    model: Any = cast(Any, AutoModelForCausalLM).from_pretrained(folder)
    with torch.inference_mode():
        expected = model.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False)[
            0, len(prompt) :
        ]
    decoded = PreTrainedTokenizerFast.from_pretrained(folder).decode(expected, skip_special_tokens=True)
    written = "".join(generator.write(prompt, max_tokens=12))
    assert decoded.startswith(written)
    assert written == decoded.rstrip("\ufffd")


def test_it_is_a_chat_model_within_its_window(folder: Path) -> None:
    model = open_chat_model(
        f"huggingface:{folder}", base_url=None, api_key=None, timeout_s=60, max_output_tokens=5
    )
    calls = OpenedModel(model=model, name="huggingface:tiny", timeout_s=60).begin()
    response = calls.ask([HumanMessage("How much?")])
    text = "".join(response)
    assert "cut off for its length" in str(response.cut_off)
    assert calls.usage is not None
    assert (calls.usage.input_tokens, calls.usage.output_tokens) == (len("user: How much?\n"), 5)
    assert not calls.usage.is_estimated
    assert text == model.invoke([HumanMessage("How much?")]).text
    assert model.get_num_tokens("How much?") == len("user: How much?\n")
    with pytest.raises(ModelError, match=r"can't read so much at once \(the prompt has 207 tokens"):
        list(calls.ask([HumanMessage("x" * 200)]))


def test_what_is_no_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"the chat model huggingface:{tmp_path} can't be opened") as caught:
        open_chat_model(f"huggingface:{tmp_path}", base_url=None, api_key=None, timeout_s=60)
    assert "\n" not in str(caught.value)
