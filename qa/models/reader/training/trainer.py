"""The training loop: one cycle over rows in groups; a run that was cut off goes on where it was."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.models import encoder
from qa.models.reader.network import apply_heads, split_weights
from qa.models.reader.training.encoding import Batch, EncodedRow, make_batch

if TYPE_CHECKING:
    import torch

__all__ = ["Recipe", "compute_loss", "train"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; the defaults are what the shipped weights were made with.

    The loss of a batch is `sentence_weight` times the cross-entropy of its sentences (one that answers counts
    `evidence_weight` times), plus that of its passages, plus `span_weight` times that of the span's first and
    last token, plus `pair_weight` times that of telling, in each group, the question that is answered.
    """

    rate: float = 1e-4
    warm_up: float = 0.05
    decay: float = 0.01
    batch_tokens: int = 4096
    sentence_weight: float = 2.0
    evidence_weight: float = 2.0
    span_weight: float = 0.4
    pair_weight: float = 0.5
    max_norm: float = 1.0
    seed: int = 1
    save_seconds: float = 120.0


def train(
    weights: "dict[str, torch.Tensor]",
    config_file: Path,
    rows: Sequence[EncodedRow],
    recipe: Recipe,
    checkpoint: Path,
    report: Callable[[str], None],
) -> "dict[str, torch.Tensor]":
    """The weights after one pass over the rows, under the names of the file of weights, in float32.

    Rows with the same group are in one batch. The state is saved in `checkpoint` every two minutes and taken
    from there again: the order of the batches depends on the rows and the seed alone.
    """
    import torch

    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    body, heads = split_weights(weights)
    precision = encoder.choose_precision("auto") if device == "cpu" else "bfloat16"
    model = _open_body(config_file, body, precision).to(device)
    names = [name for name, _ in model.named_parameters() if not name.startswith("embeddings.")]
    working = [dict(model.named_parameters())[name] for name in names]
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in names)
    # The weights that are stepped are float32 whatever is computed in: small steps vanish in bfloat16.
    masters = {f"b.{name}": body[name].float().clone().to(device) for name in names}
    masters |= {name: value.clone().to(device) for name, value in heads.items()}
    head_parameters = {name: masters[name].requires_grad_() for name in heads}
    parameters = list(masters.values())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=recipe.decay, fused=True)
    batches = _make_batches(rows, recipe)
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
        loss = compute_loss(*apply_heads(hidden, head_parameters), batch, recipe)
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


def compute_loss(
    tokens: "torch.Tensor", answers: "torch.Tensor", batch: Batch, recipe: Recipe
) -> "torch.Tensor":
    """See `Recipe`; `tokens` (rows, tokens, 3) and `answers` (rows) are what the heads gave."""
    import torch
    from torch.nn import functional

    device = tokens.device
    sentences, evidence, known = (
        value.to(device) for value in (batch.sentences, batch.evidence, batch.is_sentence)
    )
    logits = (sentences @ tokens[:, :, :1]).squeeze(-1)
    losses = functional.binary_cross_entropy_with_logits(
        logits, evidence, reduction="none", pos_weight=torch.tensor(recipe.evidence_weight, device=device)
    )
    loss = recipe.sentence_weight * (losses * known).sum() / known.sum()
    targets = batch.answers.to(device)
    loss = loss + functional.binary_cross_entropy_with_logits(answers, targets)
    spans = batch.spans.to(device)
    has_span = spans[:, 0] >= 0
    if bool(has_span.any()):
        outside = (sentences.sum(dim=1) == 0)[has_span]
        for side in (0, 1):
            scores = tokens[has_span][:, :, side + 1].masked_fill(outside, -1e4)
            loss = loss + recipe.span_weight / 2 * functional.cross_entropy(scores, spans[has_span][:, side])
    groups = batch.groups.to(device)
    rivals = (groups[:, None] == groups[None, :]) & (targets[:, None] > targets[None, :])
    if bool(rivals.any()):
        margins = (answers[:, None] - answers[None, :])[rivals]
        loss = loss + recipe.pair_weight * functional.softplus(-margins).mean()
    return loss


def _open_body(config_file: Path, body: "dict[str, torch.Tensor]", precision: Any) -> Any:
    model = encoder.load_bert(config_file, body, precision)
    model.set_attn_implementation("eager")  # the fused kernel is slow backwards on the CPU
    return model


def _cycle(position: float, warm_up: float) -> float:
    """The share of the rate at a place of the run, 0..1: up in a line, then down in a line."""
    return min(1.0, position / warm_up + 0.01) if position < warm_up else (1 - position) / (1 - warm_up)


def _make_batches(rows: Sequence[EncodedRow], recipe: Recipe) -> list[list[int]]:
    """Numbers of rows: groups whole, rows of like length together, in random order."""
    groups: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(row.group, []).append(index)
    rng = random.Random(recipe.seed)

    def length(group: int) -> float:
        return max(len(rows[index].input.ids) for index in groups[group]) + rng.uniform(-8, 8)

    batches: list[list[int]] = [[]]
    longest = 0
    for group in sorted(groups, key=length):
        widest = max(len(rows[index].input.ids) for index in groups[group])
        longest = max(longest, widest)
        if batches[-1] and longest * (len(batches[-1]) + len(groups[group])) > recipe.batch_tokens:
            batches.append([])
            longest = widest
        batches[-1] += groups[group]
    rng.shuffle(batches)
    return batches


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
