"""How well weights do on rows that none were trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.models import encoder
from qa.models.reader.answer_spans import best_spans
from qa.models.reader.network import apply_heads, split_weights
from qa.models.reader.training.encoding import EncodedRow

if TYPE_CHECKING:
    import torch

__all__ = ["Measures", "measure", "rank_share"]

_FALSE_REFUSALS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Shares, 0..1.

    auc: how often a passage that answers is believed more than one that does not. refused: of those that do
    not, how many lie below the 5 % least believed that do. own_twin: how often a question is believed more
    than its own twin. sentence_first: how often the best sentence of a passage that answers does. span: how
    often the span of the right sentence is the answer, to the token.
    """

    auc: float
    refused: float
    own_twin: float
    sentence_first: float
    span: float

    def __str__(self) -> str:
        return (
            f"AUC {self.auc:.3f}, refused at 5 % {self.refused:.3f}, above its own twin {self.own_twin:.3f}, "
            f"right sentence first {self.sentence_first:.3f}, exact span {self.span:.3f}"
        )


def measure(weights: "dict[str, torch.Tensor]", config_file: Path, rows: Sequence[EncodedRow]) -> Measures:
    """What these weights make of the rows."""
    body, heads = split_weights({name: value.float().numpy() for name, value in weights.items()})
    model = encoder.TorchEncoder(encoder.load_bert(config_file, body, encoder.prepare_torch("auto")))
    believed = np.zeros(len(rows))
    first, exact = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)

    def use(hidden: Any, _mask: Any, indices: list[int]) -> None:
        tokens, answers = apply_heads(hidden, heads)
        for place, index in enumerate(indices):
            row = rows[index]
            values = tokens[place, : len(row.input.ids)]
            believed[index] = float(answers[place])
            numbers = sorted({int(number) for number in row.input.sentence if number >= 0})
            logits = {number: values[row.input.sentence == number, 0].mean() for number in numbers}
            first[index] = max(logits, key=lambda number: logits[number]) in row.evidence
            if row.span:
                number = int(row.input.sentence[row.span[0]])
                found = best_spans(values[:, 1], values[:, 2], row.input.sentence)[number]
                exact[index] = found[:2] == row.span

    encoder.run_encoder(model, [row.input.ids for row in rows], [row.input.types for row in rows], use)
    answerable = np.array([bool(row.evidence) for row in rows])
    cut = np.quantile(believed[answerable], _FALSE_REFUSALS)
    by_group = {row.group: value for row, value in zip(rows, believed, strict=True) if row.evidence}
    own = [
        by_group[row.group] > value
        for row, value in zip(rows, believed, strict=True)
        if not row.evidence and row.group in by_group
    ]
    return Measures(
        auc=rank_share(believed[answerable], believed[~answerable]),
        refused=float((believed[~answerable] < cut).mean()),
        own_twin=float(np.mean(own)) if own else 0.0,
        sentence_first=float(first[answerable].mean()),
        span=float(exact[[row.span is not None for row in rows]].mean()),
    )


def rank_share(higher: Any, lower: Any) -> float:
    """How often a value of the one is above a value of the other; ties count half."""
    order = np.sort(lower)
    below, up_to = np.searchsorted(order, higher, side="left"), np.searchsorted(order, higher, side="right")
    return float((below + up_to).mean() / 2 / len(order))
