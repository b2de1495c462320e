"""The checker of claims."""

from collections.abc import Sequence

from qa.answering.claim_check.claims import Claim, ClaimVerdict
from qa.answering.claim_check.word_rules import check_words

__all__ = ["ClaimChecker"]


class ClaimChecker:
    """Says how far claims are borne out; thread-safe."""

    def check(self, claims: Sequence[Claim]) -> list[ClaimVerdict]:
        """A verdict on each claim, in their order."""
        return [check_words(claim) for claim in claims]
