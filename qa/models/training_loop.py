"""The training loop of our networks: one cycle over batches; a run that was cut off goes on where it was."""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from qa.models import encoder
from qa.models.reader.network import split_weights

if TYPE_CHECKING:
    import torch

__all__ = [
    "LoopRecipe",
    "TokenBatch",
    "TokenInput",
    "TrainingInput",
    "pad_inputs",
    "run_cycle",
    "write_weights",
]

_WIDTH_STEP = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopRecipe:
    """How to step; `frozen` are the beginnings of the names, in the body, of what stays as it is."""

    rate: float = 1e-4
    warm_up: float = 0.05
    decay: float = 0.01
    batch_tokens: int = 4096
    max_norm: float = 1.0
    seed: int = 1
    save_seconds: float = 120.0
    frozen: tuple[str, ...] = ("embeddings.",)


class TokenBatch(Protocol):
    """Rows of like length: `ids`, `types` and `mask` are (rows, tokens)."""

    @property
    def ids(self) -> "torch.Tensor": ...  # noqa: D102

    @property
    def types(self) -> "torch.Tensor": ...  # noqa: D102

    @property
    def mask(self) -> "torch.Tensor": ...  # noqa: D102


class TokenInput(Protocol):
    """One text, or pair of texts, as tokens: their numbers, and which side each is of."""

    @property
    def ids(self) -> list[int]: ...  # noqa: D102

    @property
    def types(self) -> list[int]: ...  # noqa: D102


class TrainingInput(Protocol):
    """A row as tokens; rows of one `group` are in one batch."""

    @property
    def input(self) -> TokenInput: ...  # noqa: D102

    @property
    def group(self) -> int: ...  # noqa: D102


BatchType = TypeVar("BatchType", bound=TokenBatch)
RowType = TypeVar("RowType", bound=TrainingInput)


def run_cycle(
    weights: "dict[str, torch.Tensor]",
    config_file: Path,
    rows: Sequence[RowType],
    make_batch: Callable[[Sequence[RowType]], BatchType],
    compute_loss: "Callable[[torch.Tensor, dict[str, torch.Tensor], BatchType], torch.Tensor]",
    recipe: LoopRecipe,
    checkpoint: Path,
    report: Callable[[str], None],
) -> "dict[str, torch.Tensor]":
    """The weights after one pass over the rows, under the names of the file of weights, in float32.

    The order of batches depends on the rows and the seed alone. `compute_loss` gets the body's hidden states
    (rows, tokens, width), the heads and the batch. The state is saved in `checkpoint` every two minutes and
    taken from there again.
    """
    import torch

    batches = _plan_batches(rows, recipe)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    body, heads = split_weights(weights)
    precision = encoder.prepare_torch("auto") if device == "cpu" else "bfloat16"
    model = _open_body(config_file, body, precision).to(device)
    names = [name for name, _ in model.named_parameters() if not name.startswith(recipe.frozen)]
    working = [dict(model.named_parameters())[name] for name in names]
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in names)
    # The weights that are stepped are float32 whatever is computed in: small steps vanish in bfloat16.
    masters = {f"b.{name}": body[name].float().clone().to(device) for name in names}
    masters |= {name: value.float().clone().to(device) for name, value in heads.items()}
    head_parameters = {name: masters[name].requires_grad_() for name in heads}
    parameters = list(masters.values())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=recipe.decay, fused=True)
    done = _resume(checkpoint, masters, optimizer) if checkpoint.exists() else 0
    began = saved = time.monotonic()
    mean_loss = 0.0
    for step in range(done, len(batches)):
        for parameter, name in zip(working, names, strict=True):
            parameter.data.copy_(masters[f"b.{name}"])
        batch = make_batch([rows[index] for index in batches[step]])
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _cycle(step / len(batches), recipe.warm_up)
        ids, types, mask = (value.to(device) for value in (batch.ids, batch.types, batch.mask))
        hidden = model(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        loss = compute_loss(hidden.float(), head_parameters, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for parameter, name in zip(working, names, strict=True):
            masters[f"b.{name}"].grad = parameter.grad.float() if parameter.grad is not None else None
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(parameters, recipe.max_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        mean_loss += (float(loss.detach()) - mean_loss) / min(100, step - done + 1)
        now = time.monotonic()
        if now - saved > recipe.save_seconds or step + 1 == len(batches):
            saved = now
            _save(checkpoint, step + 1, masters, optimizer)
            minutes = (now - began) / 60 / (step + 1 - done) * (len(batches) - step - 1)
            report(
                f"step {step + 1:,} of {len(batches):,}, loss {mean_loss:.3f}, {minutes:.0f} minutes to go"
            )
    trained = {name: value.detach().float().cpu() for name, value in masters.items()}
    return {name: trained.get(name, value.float()) for name, value in weights.items()}


def pad_inputs(inputs: Sequence[TokenInput]) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
    """The ids, types and mask of a batch, each (rows, tokens), padded to the longest."""
    import torch

    # Few widths, for oneDNN keeps code and buffers for every shape that it has seen.
    width = -(-max(len(laid_out.ids) for laid_out in inputs) // _WIDTH_STEP) * _WIDTH_STEP
    ids, types, mask = (torch.zeros((len(inputs), width), dtype=torch.long) for _ in range(3))
    for row, laid_out in enumerate(inputs):
        length = len(laid_out.ids)
        ids[row, :length] = torch.tensor(laid_out.ids)
        types[row, :length] = torch.tensor(laid_out.types)
        mask[row, :length] = 1
    return ids, types, mask


def _plan_batches(rows: Sequence[TrainingInput], recipe: LoopRecipe) -> list[list[int]]:
    """Numbers of rows: groups whole, rows of like length together, in random order."""
    groups: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(row.group, []).append(index)
    rng = random.Random(recipe.seed)
    lengths = [len(row.input.ids) for row in rows]

    def length(group: int) -> float:
        return max(lengths[index] for index in groups[group]) + rng.uniform(-8, 8)

    batches: list[list[int]] = [[]]
    longest = 0
    for group in sorted(groups, key=length):
        widest = max(lengths[index] for index in groups[group])
        longest = max(longest, widest)
        if batches[-1] and longest * (len(batches[-1]) + len(groups[group])) > recipe.batch_tokens:
            batches.append([])
            longest = widest
        batches[-1] += groups[group]
    rng.shuffle(batches)
    return batches


def write_weights(weights: "dict[str, torch.Tensor]", path: Path) -> str:
    """Write them in half precision; the file's SHA-256."""
    from safetensors.torch import save_file

    save_file({key: value.half().contiguous() for key, value in weights.items()}, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _open_body(config_file: Path, body: "dict[str, torch.Tensor]", precision: Any) -> Any:
    model = encoder.load_bert(config_file, {name: value.numpy() for name, value in body.items()}, precision)
    model.set_attn_implementation("eager")  # the fused kernel is slow backwards on the CPU
    return model


def _cycle(position: float, warm_up: float) -> float:
    """The share of the rate at a place of the run, 0..1: up in a line, then down in a line."""
    return min(1.0, position / warm_up + 0.01) if position < warm_up else (1 - position) / (1 - warm_up)


def _save(checkpoint: Path, step: int, masters: "dict[str, torch.Tensor]", optimizer: Any) -> None:
    import torch

    part = checkpoint.with_suffix(".part")
    torch.save({"step": step, "masters": masters, "optimizer": optimizer.state_dict()}, part)
    part.replace(checkpoint)


def _resume(checkpoint: Path, masters: "dict[str, torch.Tensor]", optimizer: Any) -> int:
    import torch

    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    with torch.no_grad():
        for name, value in masters.items():
            value.copy_(state["masters"][name])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
