"""How far something that is said is so, by the words before its verb."""

from collections.abc import Sequence
from enum import IntEnum

from qa.answering.claim_check.verb_places import DUE_TO, MEANING_TO, is_past

__all__ = ["Reality", "read_reality"]

_PERHAPS, _UNREAL, _DUE = (
    frozenset(row.split()) for row in ("may might could can", "would should", "will shall must")
)
_REACH = 6  # words


class Reality(IntEnum):
    """How far something that is said is so; a higher one says more."""

    PERHAPS = 1  # "may", "could"
    MEANT = 2  # "plans to", "would"
    DUE = 3  # "will", "must", "is to"
    SO = 4
    DONE = 5


def read_reality(before: Sequence[str], verb: str, governor: str | None, is_passive: bool) -> Reality | None:
    """How far what a verb says is so; None for an infinitive of which that can't be told.

    `before` are the words before it in its clause, `governor` the verb before an infinitive, None for none.
    """
    near = set(before[-_REACH:])
    if "whether" in before:
        return Reality.PERHAPS
    if governor is not None:
        in_front = before[-before[::-1].index("to") - 2] if "to" in before[1:] else governor
        if in_front in DUE_TO:
            return Reality.DUE
        return Reality.MEANT if MEANING_TO.fullmatch(in_front) else None
    for helpers, reality in ((_PERHAPS, Reality.PERHAPS), (_UNREAL, Reality.MEANT), (_DUE, Reality.DUE)):
        if near & helpers:
            return reality
    if is_passive:
        return Reality.SO if near & {"is", "are"} and "been" not in near else Reality.DONE
    return Reality.DONE if is_past(verb) or "did" in near else Reality.SO
