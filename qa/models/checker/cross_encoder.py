"""Any cross-encoder that `sentence_transformers` opens, as a checker of claims."""

from collections.abc import Sequence

import numpy as np

from qa.config import Precision
from qa.errors import ModelError
from qa.models import encoder
from qa.models.checker.checker_input import ClaimText
from qa.models.checker.claim_model import ClaimScores
from qa.models.model_turns import model_turns

__all__ = ["CrossEncoderChecker"]

# What models call the label that says "the evidence bears it out".
_SUPPORTING = ("entail", "support", "consistent", "faithful", "grounded", "true", "yes")
_DENYING = ("not", "non", "un", "in", "hallucinat", "contradict", "neutral", "refut", "false", "no")


class CrossEncoderChecker:
    """Judges claims by a model of pairs, evidence first; thread-safe.

    A model with one label gives how far the claim is borne out, one with several (such as entailment,
    neutral, contradiction) a probability for each; it tells no single words.
    """

    def __init__(self, name: str, precision: Precision = "auto") -> None:
        try:
            import torch
            from sentence_transformers import CrossEncoder

            dtype = getattr(torch, encoder.prepare_torch(precision))
            self._model = CrossEncoder(name, device="cpu", model_kwargs={"dtype": dtype})
            self._identity = torch.nn.Identity()
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"the checker cross-encoder:{name} can't be loaded ({reason}): check the name and the "
                'network, or set checker to "packaged"'
            ) from error
        self._supporting = _find_supporting(
            {int(place): str(label) for place, label in self._model.model.config.id2label.items()}, name
        )

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        """What becomes of each claim, in their order."""
        if not claims:
            return []
        pairs = [(" ".join([*claim.context, *claim.evidence]), claim.claim) for claim in claims]
        with model_turns.turn():
            logits = self._model.predict(pairs, activation_fn=self._identity, show_progress_bar=False)
        values = np.asarray(logits, dtype=np.float64).reshape(len(claims), -1)
        if values.shape[1] == 1:
            supported = 1 / (1 + np.exp(-values[:, 0]))
        else:
            shares = np.exp(values - values.max(axis=1, keepdims=True))
            supported = (shares / shares.sum(axis=1, keepdims=True))[:, self._supporting]
        return [ClaimScores(float(share), 0.0, float(1 - share)) for share in supported]


def _find_supporting(labels: dict[int, str], name: str) -> int:
    """The place of the label that says that the evidence bears the claim out.

    Raises:
        ModelError: Several labels, and none or more than one of them says so.
    """
    if len(labels) == 1:
        return 0
    lowered = {place: label.casefold().replace("-", "_") for place, label in labels.items()}
    fitting = [
        place
        for place, label in lowered.items()
        if any(word in label for word in _SUPPORTING) and not label.startswith(_DENYING)
    ]
    if len(fitting) != 1:
        raise ModelError(
            f"the checker cross-encoder:{name} has the labels {', '.join(labels.values())}, of which none "
            'alone says that evidence bears a claim out: take a model with a label such as "entailment"'
        )
    return fitting[0]
