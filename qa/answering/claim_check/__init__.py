"""How far a sentence that somebody wrote is borne out by what it rests on."""

from qa.answering.claim_check.checker import ClaimChecker, ClaimModel
from qa.answering.claim_check.claims import Claim, ClaimVerdict

__all__ = ["Claim", "ClaimChecker", "ClaimModel", "ClaimVerdict"]
