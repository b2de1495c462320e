"""A row of training data: a claim, its evidence, and what of the claim nothing bears out."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Changed", "ClaimRow", "Label", "Spans", "Statement"]

Label = Literal["supported", "partial", "unsupported"]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """What the checker is shown, and what it should say.

    `context` is read before the evidence: title and heading, as far as there are any. `words` are the spans
    of the claim that nothing bears out, None where nobody marked them. `change` names what was changed, or
    how a true claim was worded. Rows of one `group` differ in what was changed alone.
    """

    claim: str
    context: tuple[str, ...]
    evidence: tuple[str, ...]
    label: Label
    words: Spans | None
    change: str
    source: str
    group: str

    def __post_init__(self) -> None:
        if not self.claim or not self.evidence:
            raise ValueError(f"{self.source}: a row needs a claim and evidence")
        if any(not 0 <= start < end <= len(self.claim) for start, end in self.words or ()):
            raise ValueError(f"{self.source}: {self.words} lie outside of {self.claim!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A true sentence with what bears it out, and other sentences of its document."""

    text: str
    context: tuple[str, ...]
    evidence: tuple[str, ...]
    others: tuple[str, ...]
    wording: str
    source: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence after a change, and where it was changed."""

    text: str
    words: Spans
