"""The sentences of an answer that is being written, each checked when it has ended."""

import re
from collections.abc import Callable, Sequence

from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.schema import AnswerSentence

__all__ = ["EndedSentences", "RememberingChecker"]

# A sentence or line that ended, with its markers, and the first letter of what follows.
_BOUNDARY = re.compile(r"(?:[.!?…][\"”’)*_]{0,9}\s|\n)(?:\[[^\]]{0,40}\]|【[^】]{0,40}】|[^\w\[【]){0,20}\w")


class EndedSentences:
    """Takes in what a model writes.

    A sentence has ended when another has begun: only then its markers are known.

    Args:
        judge: Checks the sentences of a text. It gets all that was written so far, whenever a sentence ended.

    Attributes:
        text: All that was written.
        count: How many sentences were given out.
    """

    def __init__(self, judge: Callable[[str], Sequence[AnswerSentence]]) -> None:
        self.text = ""
        self.count = 0
        self._judge, self._looked_at = judge, 0

    def add(self, piece: str) -> Sequence[AnswerSentence]:
        """The sentences that ended with this piece, checked."""
        self.text += piece
        ends = [match.end() for match in _BOUNDARY.finditer(self.text, self._looked_at)]
        if not ends:
            return ()
        self._looked_at = ends[-1]
        ended = self._judge(self.text)[self.count : -1]
        self.count += len(ended)
        return ended


class RememberingChecker(ClaimChecker):
    """Another checker, which is asked only once for the same claim."""

    def __init__(self, checker: ClaimChecker) -> None:
        self._checker = checker
        self._verdicts: dict[Claim, ClaimVerdict] = {}

    def check(self, claims: Sequence[Claim]) -> list[ClaimVerdict]:
        """A verdict on each claim, in their order."""
        new = [claim for claim in dict.fromkeys(claims) if claim not in self._verdicts]
        if new:
            self._verdicts |= zip(new, self._checker.check(new), strict=True)
        return [self._verdicts[claim] for claim in claims]
