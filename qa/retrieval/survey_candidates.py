"""Where all documents are asked: the passages of each that are read."""

from collections.abc import Callable, Sequence

from qa.query.survey import Survey
from qa.schema import Passage

__all__ = ["choose_survey_passages"]

_MAX_PASSAGES = 24


def choose_survey_passages(
    survey: Survey,
    passages: Sequence[Passage],
    variants: Sequence[str],
    score: Callable[[Passage], float],
) -> list[Passage]:
    """The passages that speak of what is asked: one a document, a second where there is room, at most 24.

    First come those that hold more of its words, in the heading above all, then those with a higher score;
    mails that a newer one quotes are last.
    """

    def rank(passage: Passage) -> tuple[bool, int, float, str]:
        count = survey.count_words(passage.full_text) + survey.count_words(passage.innermost_heading or "")
        return passage.quotes_earlier(passage.sentences[0]), -count, -score(passage), passage.chunk_id

    named: dict[str, frozenset[str]] = {}
    for passage in passages:
        found = survey.find_words(passage.full_text) & survey.names
        named[passage.document_id] = named.get(passage.document_id, frozenset()) | found
    lowered = [variant.casefold() for variant in variants]
    speaking = [one for one in passages if survey.is_met_by(one.full_text, lowered, named[one.document_id])]
    by_document: dict[str, list[Passage]] = {}
    for passage in sorted(speaking, key=rank):
        by_document.setdefault(passage.document_id, []).append(passage)
    firsts = [found[0] for found in by_document.values()]
    seconds = [found[1] for found in by_document.values() if len(found) > 1]
    return [*firsts, *seconds][:_MAX_PASSAGES]
