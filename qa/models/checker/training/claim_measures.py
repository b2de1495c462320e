"""How well weights do on rows that none were trained on."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.models import encoder
from qa.models.checker.claim_model import score_inputs
from qa.models.checker.training.claim_encoding import EncodedRow
from qa.models.checker.training.claim_rows import ClaimRow
from qa.models.reader.network import split_weights

if TYPE_CHECKING:
    import torch

__all__ = ["balanced_accuracy", "describe", "judge_rows"]


def judge_rows(
    weights: "dict[str, torch.Tensor]", config_file: Path, rows: Sequence[EncodedRow]
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Probabilities of the labels (rows, 3), and, for each token of each claim, that nothing bears it out."""
    body, heads = split_weights({name: value.float().numpy() for name, value in weights.items()})
    model = encoder.TorchEncoder(encoder.load_bert(config_file, body, encoder.prepare_torch("auto")))
    scores = score_inputs(model, heads, [row.input for row in rows])
    labels = np.array([(one.supported, one.partial, one.unsupported) for one in scores], dtype=np.float64)
    return labels, [np.array([value for *_, value in one.words], dtype=np.float64) for one in scores]


def balanced_accuracy(rows: Sequence[ClaimRow], verdicts: Sequence[str]) -> float:
    """The mean of two shares: of supported claims that are called so, and of the others that are not."""
    right: dict[bool, list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        is_true = row.label == "supported"
        right[is_true].append((verdict == "supported") == is_true)
    return float(np.mean([np.mean(values) for values in right.values()]))


def describe(rows: Sequence[ClaimRow], verdicts: Sequence[str]) -> str:
    """Balanced accuracy, what becomes of true claims, and how often each kind is judged right, in a line."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        by_kind[row.change].append((verdict == "supported") == (row.label == "supported"))
    true_verdicts = [verdict for row, verdict in zip(rows, verdicts, strict=True) if row.label == "supported"]
    denied = np.mean([verdict == "unsupported" for verdict in true_verdicts])
    shares = ", ".join(
        f"{kind} {np.mean(right):.2f} ({len(right)})" for kind, right in sorted(by_kind.items())
    )
    return (
        f"balanced accuracy {balanced_accuracy(rows, verdicts):.3f}, "
        f"true ones called unsupported {denied:.3f}; right: {shares}"
    )
