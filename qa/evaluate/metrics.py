"""How one answer scores against what is known about its question, and what became of it.

The metrics themselves, with their formulas and sources, are in `qa.evaluate.catalogue`. A score is left out,
not 0, where a question lacks the data for it; means are over the questions that have it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from qa.evaluate.catalogue import METRICS, OUTCOMES, RIGHT, Metric, Outcome
from qa.evaluate.spans import Characters, gold_characters
from qa.evaluate.squad import exact_match, token_f1
from qa.evaluate.values import Gold, GoldQuote
from qa.schema import Answer, Citation, Passage

__all__ = ["METRICS", "OUTCOMES", "RIGHT", "Metric", "exact_match", "outcome", "score", "token_f1"]

_FIRST = 5  # passages that recall, precision, IoU and document recall look at
_RANKED = 10  # documents that nDCG looks at
_RIGHT_F1 = 0.5  # from here an answer counts as right where only references are known
_MARKER = re.compile(r"\[(\d+)\]")


def score(
    answer: Answer,
    gold: Gold,
    *,
    text_of: Callable[[str], str],
    top_k: int,
    unrefused: Answer | None = None,
) -> dict[str, float]:
    """The scores of one question by name: those of `METRICS` and what they are made of.

    Args:
        answer: What the user got.
        gold: What is known about the right answer.
        text_of: The text of a document that `answer` cites, by id.
        top_k: How many passages were asked for.
        unrefused: The answer as it would be without the threshold of refusal, if it is known.

    Returns:
        Shares in 0..1, `latency_ms` in milliseconds, `confidence`, and `right_if_answered`: whether the
        answer would be right if it were given whatever the confidence.
    """
    found = {"confidence": answer.confidence}
    if "total" in answer.timings_ms:
        found["latency_ms"] = answer.timings_ms["total"]
    found |= _status(answer, gold)
    if quotes := _relevant(gold):
        found |= _hits(answer, quotes)
        if all(one.whole for one in quotes):
            found |= _documents(answer.passages, quotes, top_k)
        elif not any(one.whole for one in quotes):
            found |= _overlaps(answer, quotes)
    if references := _references(gold):
        found |= _words(answer, references)
    if answer.citations:
        found["quote_fidelity"] = _mean(_is_exact(one, text_of) for one in answer.citations)
    # What would have been said instead of a refusal may be unknown.
    candidate = unrefused or (answer if answer.status == "answered" else None)
    if candidate and (right := _right(candidate, gold)) is not None:
        found["right_if_answered"] = right
    return found


def outcome(answer: Answer, gold: Gold, scores: Mapping[str, float]) -> Outcome:
    """What became of the question, in a few words; `scores` are those of `score`."""
    refused = answer.status != "answered"
    if gold.answerable is False:
        return "rightly refused" if refused else "answered without evidence"
    if _relevant(gold):
        if refused and scores.get("right_if_answered") == 1:
            return "cited but refused"
        if not scores["mrr"]:
            return "missed in retrieval"
        return "right" if scores["citation_hit"] else "found but not cited"
    if gold.answerable is None and not gold.answers:
        return "not graded"
    if refused:
        return "refused"
    if not gold.answers:
        return "not graded"
    return "right" if scores["token_f1"] >= _RIGHT_F1 else "wrong"


def _status(answer: Answer, gold: Gold) -> dict[str, float]:
    answered = answer.status == "answered"
    found = {"answered_rate": float(answered)}
    if gold.answerable is False:
        found["refusal_recall"] = float(not answered)
    elif gold.answerable:
        found["false_refusal_rate"] = float(not answered)
    # The one sentence of a refusal says that nothing was found, which needs no support.
    if answered and answer.sentences:
        found["supported_rate"] = _mean(one.support == "supported" for one in answer.sentences)
    return found


def _relevant(gold: Gold) -> list[GoldQuote]:
    """The quotes to be found: none for an unanswerable question; a relevance of 0 is a judgement against."""
    return [] if gold.answerable is False else [one for one in gold.quotes if one.relevance > 0]


def _references(gold: Gold) -> tuple[str, ...]:
    return () if gold.answerable is False else gold.answers


def _touches(one: Passage | Citation, quotes: Sequence[GoldQuote]) -> bool:
    return any(
        one.document_id == quote.document_id
        and (quote.whole or any(span.start < one.end and one.start < span.end for span in quote.spans))
        for quote in quotes
    )


def _hits(answer: Answer, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    ranks = (rank for rank, one in enumerate(answer.passages, start=1) if _touches(one, quotes))
    first = next(ranks, math.inf)
    found = {f"retrieval_hit@{k}": float(first <= k) for k in (1, 3, 5)}
    return {**found, "mrr": 1 / first, "citation_hit": _citation_hit(answer, quotes)}


def _citation_hit(answer: Answer, quotes: Sequence[GoldQuote]) -> float:
    return float(any(_touches(one, quotes) for one in answer.citations))


def _overlaps(answer: Answer, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    retrieved = _shares(_characters(answer.passages[:_FIRST]), quotes)
    found = {f"retrieval_{name}@5": value for name, value in retrieved.items()}
    cited = _shares(_characters(answer.citations), quotes)
    if not answer.citations:
        # What was not cited can't have been cited wrongly.
        del cited["precision"]
    return found | {f"citation_{name}": value for name, value in cited.items()}


def _characters(found: Sequence[Passage | Citation]) -> Characters:
    return Characters.of((one.document_id, one.start, one.end) for one in found)


def _shares(found: Characters, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    gold = gold_characters(quotes, found)
    common = gold.common(found)
    return {
        "recall": common / gold.size,
        "precision": common / found.size if found.size else 0.0,
        "iou": common / (gold.size + found.size - common),
    }


def _documents(passages: Sequence[Passage], quotes: Sequence[GoldQuote], top_k: int) -> dict[str, float]:
    relevance: dict[str, int] = {}
    for one in quotes:
        relevance[one.document_id] = max(one.relevance, relevance.get(one.document_id, 0))
    near = {one.document_id for one in passages[:_FIRST]}
    found = {"document_recall@5": len(near & relevance.keys()) / len(relevance)}
    if top_k >= _RANKED:
        ranked = dict.fromkeys(one.document_id for one in passages)
        gains = [relevance.get(document, 0) for document in ranked]
        found["document_ndcg@10"] = _dcg(gains) / _dcg(sorted(relevance.values(), reverse=True))
    return found


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:_RANKED], start=1))


def _words(answer: Answer, references: Sequence[str]) -> dict[str, float]:
    if answer.status != "answered":
        return {"exact_match": 0.0, "token_f1": 0.0}
    predictions = list(_predictions(answer))
    found = {
        "exact_match": max(exact_match(one, references) for one in predictions),
        "token_f1": max(token_f1(one, references) for one in predictions),
    }
    if answer.citations:
        first = answer.citations[0]
        found["first_span_f1"] = token_f1(_highlight(first) or first.quote, references)
    return found


def _predictions(answer: Answer) -> Iterator[str]:
    """Every highlight, and the answer's text without its markers."""
    numbers = {str(one.number) for one in answer.citations}
    # A number in brackets that is no citation's belongs to the text.
    yield _MARKER.sub(lambda match: "" if match[1] in numbers else match[0], answer.text)
    for one in answer.citations:
        if (highlight := _highlight(one)) is not None:
            yield highlight


def _highlight(one: Citation) -> str | None:
    if one.highlight is None:
        return None
    return one.quote[one.highlight.start - one.start : one.highlight.end - one.start]


def _right(answer: Answer, gold: Gold) -> float | None:
    if gold.answerable is False:
        return 0.0
    if quotes := _relevant(gold):
        return _citation_hit(answer, quotes)
    if gold.answers:
        return float(_words(answer, gold.answers)["token_f1"] >= _RIGHT_F1)
    return None


def _is_exact(citation: Citation, text_of: Callable[[str], str]) -> bool:
    return citation.quote == text_of(citation.document_id)[citation.start : citation.end]


def _mean(values: Iterator[bool]) -> float:
    found = list(values)
    return sum(found) / len(found)
