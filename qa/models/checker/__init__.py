"""The claim checker: whether evidence bears out a claim (see MODEL_CARD.md beside this file)."""

from qa.models.checker.checker_input import ClaimText
from qa.models.checker.claim_model import CHECKER_SHA256, Checker, ClaimScores
from qa.models.checker.cross_encoder import CrossEncoderChecker

__all__ = ["CHECKER_SHA256", "Checker", "ClaimScores", "ClaimText", "CrossEncoderChecker"]
