"""The verdict on a claim by its words alone: exact on figures and names, blind to most of the meaning."""

import re
from collections.abc import Callable, Iterable

from qa.answering.claim_check.claims import Claim, ClaimVerdict
from qa.answering.claim_check.contradictions import find_contradictions
from qa.schema import Span
from qa.text.overlap import LocatedWord, is_content, located_words, written_words
from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["check_words"]

_NEGATION = re.compile(
    r"\b(not|no|never|neither|nor|none|nobody|nothing|without|cannot)\b|n['’]t\b", re.IGNORECASE
)
_MAGNITUDES = frozenset({"percent", "thousand", "million", "billion", "trillion"})
# Shares of a claim's content words that its quotes must hold to be called supported, or partial.
_MIN_SUPPORTED_SHARE, _MIN_PARTIAL_SHARE = 0.7, 0.4


def check_words(claim: Claim) -> ClaimVerdict:
    """How far the quotes bear out a claim, by its words.

    Words of the context help, but 40 percent must be the quotes' own. A number or a magnitude (million,
    percent) that is not given makes the claim unsupported, whatever else agrees; a name or a spelled number
    that is not given, or a "not" on one side only, makes it partial at best. What its quotes
    contradict by their words is unsupported. This sees wrong figures and names, not every changed meaning.
    """
    if not claim.quotes:
        return ClaimVerdict("unsupported", (Span(0, len(claim.text)),) if claim.text else ())
    quoted_stems = {stem(word) for quote in claim.quotes for word in written_words(quote)}
    evidence_stems = quoted_stems | {stem(word) for word in written_words(claim.context)}
    claim_words = located_words(claim.text)

    def missing(is_wanted: Callable[[str], bool], words: Iterable[LocatedWord]) -> list[LocatedWord]:
        return [word for word in words if is_wanted(word.word) and stem(word.word) not in evidence_stems]

    content_stems = {stem(word.word) for word in claim_words if is_content(word.word)}
    figures = missing(lambda word: word[0].isdigit() or stem(word) in _MAGNITUDES, claim_words)
    # The first word of a sentence is capitalised whether it is a name or not.
    names = missing(lambda word: word[0].isupper() and is_content(word), claim_words[1:])
    names += missing(lambda word: word.casefold() in NUMBER_WORDS and is_content(word), claim_words)
    others = missing(is_content, claim_words)
    if len(content_stems & quoted_stems) < _MIN_PARTIAL_SHARE * max(1, len(content_stems)):
        return ClaimVerdict("unsupported", _spans(figures + others))
    if figures:
        return ClaimVerdict("unsupported", _spans(figures + names))
    negations = [Span(*match.span()) for match in _NEGATION.finditer(claim.text)]
    if all(bool(_NEGATION.search(quote)) != bool(negations) for quote in claim.quotes):
        return ClaimVerdict("partial", _spans(names, negations))
    if len(content_stems & evidence_stems) < _MIN_SUPPORTED_SHARE * len(content_stems):
        return ClaimVerdict("partial", _spans(names + others))
    if names:
        return ClaimVerdict("partial", _spans(names))
    contradicted = tuple(find_contradictions(claim.text, claim.quotes))
    return ClaimVerdict("unsupported" if contradicted else "supported", contradicted)


def _spans(words: Iterable[LocatedWord], others: Iterable[Span] = ()) -> tuple[Span, ...]:
    spans = {Span(word.start, word.end) for word in words} | set(others)
    return tuple(sorted(spans, key=lambda span: span.start))
