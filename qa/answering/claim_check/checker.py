"""The checker of claims: rules where they are exact, a model for the rest; supported only if both agree."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from qa.answering.claim_check.borne_out import find_borne_out, says_only
from qa.answering.claim_check.cell_claims import judge_cell
from qa.answering.claim_check.claims import Claim, ClaimVerdict
from qa.answering.claim_check.contradictions import find_contradictions
from qa.answering.claim_check.exact_rules import (
    calculates,
    contradicted_figures,
    unknown_dates,
    unknown_figures,
)
from qa.answering.claim_check.name_rules import unknown_names
from qa.answering.claim_check.respelling import Respelled, respell
from qa.answering.claim_check.told_lines import told_lines
from qa.answering.claim_check.word_rules import check_words
from qa.models.checker.checker_input import ClaimText
from qa.models.checker.claim_model import ClaimScores
from qa.schema import Span, Support

__all__ = ["ClaimChecker", "ClaimModel"]

# Chosen on a claim set that the model was not trained on: few true claims may be called unsupported, and the
# model doubts what is said in other words too much (see the model card).
_MIN_SUPPORTED, _MIN_UNSUPPORTED, _MIN_WORD = 0.25, 0.99, 0.5
# A word beside those that are worked out rightly that the model doubts so much leaves the claim doubted.
_MIN_OTHER_WORD = 0.7
_WORD = re.compile(r"[^\s]+")
_MARKS = ' \t\n.,;:!?()[]"“”'


class ClaimModel(Protocol):
    """What tells how far evidence bears out claims."""

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        """What becomes of each claim, in their order."""


class ClaimChecker:
    """Says how far claims are borne out; thread-safe.

    Args:
        open_model: Opens the model when the first claim needs it; without one the words alone decide.
    """

    def __init__(self, open_model: Callable[[], ClaimModel] | None = None) -> None:
        self._open_model = open_model
        self._model: ClaimModel | None = None
        self._opening = threading.Lock()

    def check(self, claims: Sequence[Claim]) -> list[ClaimVerdict]:
        """A verdict on each claim, in their order."""
        if self._open_model is None:
            return [check_words(claim) for claim in claims]
        verdicts: dict[int, ClaimVerdict] = {}
        for index, claim in enumerate(claims):
            if not claim.quotes or not re.search(r"\w", claim.text):
                verdicts[index] = check_words(claim)
            elif any(_plain(claim.text) == _plain(quote) for quote in claim.quotes):
                verdicts[index] = ClaimVerdict("supported")
        rest = [index for index in range(len(claims)) if index not in verdicts]
        texts = [respell(claims[index].text, claims[index].quotes) for index in rest]
        if texts:
            shown = [
                ClaimText(
                    text.text,
                    tuple(filter(None, (claims[index].context,))),
                    told_lines(text.text, claims[index].quotes),
                )
                for index, text in zip(rest, texts, strict=True)
            ]
            judged = self._opened(self._open_model).judge(shown)
            for index, text, scores in zip(rest, texts, judged, strict=True):
                verdicts[index] = _combine(claims[index], _of_claim(scores, text))
        return [verdicts[index] for index in range(len(claims))]

    def _opened(self, open_model: Callable[[], ClaimModel]) -> ClaimModel:
        with self._opening:
            if self._model is None:
                self._model = open_model()
            return self._model


def _of_claim(scores: ClaimScores, text: Respelled) -> ClaimScores:
    """Scores of a claim in other spellings, with its words at their places in the claim."""
    if not text.changes:
        return scores
    words = ((*text.place_in_claim(start, end), value) for start, end, value in scores.words)
    return replace(scores, words=tuple(words))


def _combine(claim: Claim, scores: ClaimScores) -> ClaimVerdict:
    evidence = (*claim.quotes, claim.context)
    cell = judge_cell(claim.text, claim.quotes, claim.context)
    wrong = [
        *unknown_figures(claim.text, evidence),
        *contradicted_figures(claim.text, evidence),
        *unknown_dates(claim.text, evidence),
    ]
    names = unknown_names(claim.text, evidence)
    support = cell or _judge(scores)
    worked_out = find_borne_out(claim.text, evidence[:-1]) if support != "supported" else []
    wrong = [span for span in wrong if not _is_within(span, worked_out)]
    if not wrong and not names and _doubts_only(scores, worked_out):
        is_told = says_only(claim.text, worked_out, evidence)
        support = "supported" if is_told and not find_contradictions(claim.text, claim.quotes) else support
    if wrong or (support == "supported" and (wrong := find_contradictions(claim.text, claim.quotes))):
        support = "unsupported"
    elif support == "unsupported" and calculates(claim.text, evidence):
        support = "partial"  # the model doesn't calculate
    elif names and support == "supported":
        support = "partial"
    if support == "supported":
        return ClaimVerdict("supported")
    doubted = _doubted_words(claim.text, scores)
    return ClaimVerdict(support, _merge(claim.text, [*wrong, *names, *doubted]))


def _judge(scores: ClaimScores) -> Support:
    if scores.supported >= _MIN_SUPPORTED:
        return "supported"
    return "unsupported" if scores.unsupported >= _MIN_UNSUPPORTED else "partial"


def _doubts_only(scores: ClaimScores, spans: Sequence[Span]) -> bool:
    """Whether the model doubts words of some places, and no others."""
    doubted = [
        (value, _is_within(Span(start, end), spans))
        for start, end, value in scores.words
        if value >= _MIN_WORD
    ]
    return any(is_in for _, is_in in doubted) and all(
        is_in or value < _MIN_OTHER_WORD for value, is_in in doubted
    )


def _is_within(span: Span, spans: Sequence[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in spans)


def _doubted_words(text: str, scores: ClaimScores) -> list[Span]:
    """The words that the model doubts; the most doubted one where it doubts the claim but no word."""
    by_word = [
        (
            max(
                (value for start, end, value in scores.words if start < match.end() and match.start() < end),
                default=0.0,
            ),
            match,
        )
        for match in _WORD.finditer(text)
        if match.group().strip(_MARKS)
    ]
    if not scores.words or not by_word:
        return []
    least = min(_MIN_WORD, max(value for value, _ in by_word))
    return [Span(*match.span()) for value, match in by_word if value >= least]


def _merge(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, without the marks around, those that touch or have only a blank between them as one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    trimmed = []
    for span in merged:
        words = text[span.start : span.end]
        start = span.start + len(words) - len(words.lstrip(_MARKS))
        end = span.end - (len(words) - len(words.rstrip(_MARKS)))
        if start < end:
            trimmed.append(Span(start, end))
    return tuple(trimmed)


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(_MARKS).casefold()
