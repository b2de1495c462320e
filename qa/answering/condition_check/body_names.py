"""Bodies that a text calls otherwise than the question: by their sort alone, or apart from whose they are."""

from qa.answering.condition_check.evidence import OWN_PLACES, Evidence, PartReading
from qa.query.conditions.name_comparison import find_body, find_name, is_same_word, split_body
from qa.query.conditions.names import INSTITUTION_WORDS, Name

__all__ = ["find_body_apart"]

_ADJECTIVE_ENDINGS = ("an", "ese", "ish", "ic")  # "the Ombrian Board"


def find_body_apart(name: Name, evidence: Evidence) -> tuple[PartReading, tuple[int, int]] | None:
    """Where a body stands of which the whole name is nowhere in the evidence.

    By its sort alone, "the Board", in a document of whose it is: Ombria's Board; or by its name, where
    whose it is stands elsewhere: the "Export Guarantee Fund" of Ombria.
    """
    if parts := split_body(name):
        body, owner = parts
        if not _is_said(owner, evidence) or _is_of_other_body(body, evidence):
            return None
        places = ((one, find_body(body, owner, one.part.text, one.words)) for one in evidence.readings)
        return next(((reading, place) for reading, place in places if place), None)
    owner, head = Name(name.words[:-1]), name.words[-1]
    is_owner = owner.is_country or (
        len(owner.words) == 1
        and (owner.words[0].is_acronym or owner.words[0].key.endswith(_ADJECTIVE_ENDINGS))
    )
    if not is_owner or head.key not in INSTITUTION_WORDS or not _is_said(owner, evidence):
        return None
    for reading in evidence.near:
        for word in reading.words if reading.part.by in (*OWN_PLACES, "context", "heading", "title") else ():
            if word.is_capitalized and is_same_word(word, head):
                return reading, (word.start, word.end)
    return None


def _is_said(name: Name, evidence: Evidence) -> bool:
    return any(find_name(name, reading.part.text, reading.words) for reading in evidence.readings)


def _is_of_other_body(body: Name, evidence: Evidence) -> bool:
    """Whether a document's title has another body of the sort, and not this one."""
    for reading in evidence.titles:
        if find_name(body, reading.part.text, reading.words):
            continue
        for name in reading.names:
            other = (split_body(name) or (name,))[0]
            if len(other.words) > 1 and is_same_word(other.words[-1], body.words[-1]):
                return True
    return False
