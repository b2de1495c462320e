"""How one answer scores against what is known about its question, and what became of it.

The definitions of the metrics, with their formulas and sources, are in `METRICS`. A score is left out, not 0,
where a question lacks the data for it; means are over the questions that have it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from qa.evaluate.datasets.dataset_types import Gold, GoldQuote
from qa.evaluate.scoring.character_sets import CharacterSet, gold_characters
from qa.evaluate.scoring.metric_definitions import SURE_FROM, Outcome
from qa.evaluate.scoring.reference_matching import states_reference
from qa.evaluate.scoring.squad_metrics import exact_match, token_f1
from qa.schema import Answer, Citation, Passage
from qa.text.overlap import content_words, stems

__all__ = ["classify_outcome", "score_answer"]

_RETRIEVAL_DEPTH = 5  # passages that recall, precision, IoU and document recall look at
_NDCG_DEPTH = 10  # documents that nDCG looks at
_MIN_RIGHT_F1 = 0.5  # from here an answer counts as right where only references are known
_CITATION_MARKER = re.compile(r"\[(\d+)\]")


def score_answer(
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
        Shares in 0..1, `latency_ms` in milliseconds, `confidence`, and two of the answer as it would be if it
        were given whatever the confidence: `right_if_answered`, whether it would cite what answers, and
        `right`, whether it would also state a reference; 0 where there is no such answer.
    """
    scores = {"confidence": answer.confidence}
    if "total" in answer.timings_ms:
        scores["latency_ms"] = answer.timings_ms["total"]
    scores |= _score_status(answer, gold)
    if quotes := _relevant_quotes(gold):
        scores |= _score_hits(answer, quotes)
        if all(quote.whole for quote in quotes):
            scores |= _score_documents(answer.passages, quotes, top_k)
        elif not any(quote.whole for quote in quotes):
            scores |= _score_overlaps(answer, quotes)
    if gold.answerable is not False and (nuggets := [nugget.text for nugget in gold.nuggets if nugget.vital]):
        scores["nugget_recall"] = _score_stated_nuggets(answer, nuggets)
    if references := (() if gold.answerable is False else gold.answers):
        scores |= _score_words(answer, references)
    if answer.citations:
        scores["quote_fidelity"] = _mean(_is_exact(citation, text_of) for citation in answer.citations)
    # What would have been said instead of a refusal may be unknown.
    candidate = answer if answer.status == "answered" else unrefused
    if candidate and (right := _score_rightness(candidate, gold)) is not None:
        scores["right_if_answered"] = right
    return scores | _score_sureness(answer, candidate, gold)


def classify_outcome(answer: Answer, gold: Gold, scores: Mapping[str, float]) -> Outcome:
    """What became of the question, in a few words; `scores` are those of `score`."""
    refused = answer.status != "answered"
    if gold.answerable is False:
        return "rightly refused" if refused else "answered without evidence"
    if _relevant_quotes(gold):
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
    return "right" if scores["token_f1"] >= _MIN_RIGHT_F1 else "wrong"


def _score_status(answer: Answer, gold: Gold) -> dict[str, float]:
    answered = answer.status == "answered"
    scores = {"answered_rate": float(answered)}
    if gold.answerable is False:
        scores["refusal_recall"] = float(not answered)
    elif gold.answerable:
        scores["false_refusal_rate"] = float(not answered)
    # The one sentence of a refusal says that nothing was found, which needs no support.
    if answered and answer.sentences:
        scores["supported_rate"] = _mean(sentence.support == "supported" for sentence in answer.sentences)
    return scores


def _relevant_quotes(gold: Gold) -> list[GoldQuote]:
    """The quotes to be found: none for an unanswerable question; a relevance of 0 is a judgement against."""
    return [] if gold.answerable is False else [quote for quote in gold.quotes if quote.relevance > 0]


def _overlaps_quote(excerpt: Passage | Citation, quotes: Sequence[GoldQuote]) -> bool:
    return any(
        excerpt.document_id == quote.document_id
        and (
            quote.whole or any(span.start < excerpt.end and excerpt.start < span.end for span in quote.spans)
        )
        for quote in quotes
    )


def _score_hits(answer: Answer, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    ranks = (
        rank for rank, passage in enumerate(answer.passages, start=1) if _overlaps_quote(passage, quotes)
    )
    first_rank = next(ranks, math.inf)
    hits = {f"retrieval_hit@{k}": float(first_rank <= k) for k in (1, 3, 5)}
    return {
        **hits,
        "mrr": 1 / first_rank,
        "citation_hit": _score_citation_hit(answer, quotes),
        "nugget_recall": _score_nuggets(answer, quotes),
    }


def _score_citation_hit(answer: Answer, quotes: Sequence[GoldQuote]) -> float:
    return float(any(_overlaps_quote(citation, quotes) for citation in answer.citations))


def _score_nuggets(answer: Answer, quotes: Sequence[GoldQuote]) -> float:
    nuggets = {(quote.document_id, quote.spans): quote for quote in quotes}.values()
    return _mean(
        any(_overlaps_quote(citation, [nugget]) for citation in answer.citations) for nugget in nuggets
    )


def _score_stated_nuggets(answer: Answer, nuggets: Sequence[str]) -> float:
    if answer.status != "answered":
        return 0.0
    sentences = [stems(sentence.text) for sentence in answer.sentences]
    shares = (max((_stated_share(nugget, said) for said in sentences), default=0.0) for nugget in nuggets)
    return sum(shares) / len(nuggets)


def _stated_share(nugget: str, said: frozenset[str]) -> float:
    words = content_words(nugget) or stems(nugget)
    missing = words - said
    if not words or any(character.isdigit() for word in missing for character in word):
        return 0.0
    return 1 - len(missing) / len(words)


def _score_overlaps(answer: Answer, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    retrieved = _score_characters(_character_set(answer.passages[:_RETRIEVAL_DEPTH]), quotes)
    scores = {f"retrieval_{name}@5": value for name, value in retrieved.items()}
    cited = _score_characters(_character_set(answer.citations), quotes)
    if not answer.citations:
        # What was not cited can't have been cited wrongly.
        del cited["precision"]
    return scores | {f"citation_{name}": value for name, value in cited.items()}


def _character_set(excerpts: Sequence[Passage | Citation]) -> CharacterSet:
    return CharacterSet.from_spans((excerpt.document_id, excerpt.start, excerpt.end) for excerpt in excerpts)


def _score_characters(characters: CharacterSet, quotes: Sequence[GoldQuote]) -> dict[str, float]:
    gold = gold_characters(quotes, characters)
    common = gold.intersection_size(characters)
    return {
        "recall": common / gold.size,
        "precision": common / characters.size if characters.size else 0.0,
        "iou": common / (gold.size + characters.size - common),
    }


def _score_documents(
    passages: Sequence[Passage], quotes: Sequence[GoldQuote], top_k: int
) -> dict[str, float]:
    relevance: dict[str, int] = {}
    for quote in quotes:
        relevance[quote.document_id] = max(quote.relevance, relevance.get(quote.document_id, 0))
    retrieved = {passage.document_id for passage in passages[:_RETRIEVAL_DEPTH]}
    scores = {"document_recall@5": len(retrieved & relevance.keys()) / len(relevance)}
    if top_k >= _NDCG_DEPTH:
        ranked = dict.fromkeys(passage.document_id for passage in passages)
        gains = [relevance.get(document, 0) for document in ranked]
        scores["document_ndcg@10"] = _dcg(gains) / _dcg(sorted(relevance.values(), reverse=True))
    return scores


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:_NDCG_DEPTH], start=1))


def _score_words(answer: Answer, references: Sequence[str]) -> dict[str, float]:
    if answer.status != "answered":
        return {"exact_match": 0.0, "token_f1": 0.0}
    predictions = list(_predicted_texts(answer))
    scores = {
        "exact_match": max(exact_match(prediction, references) for prediction in predictions),
        "token_f1": max(token_f1(prediction, references) for prediction in predictions),
    }
    if answer.citations:
        citation = answer.citations[0]
        scores["first_span_f1"] = token_f1(_highlighted_text(citation) or citation.quote, references)
    return scores


def _predicted_texts(answer: Answer) -> Iterator[str]:
    """Every highlight, and the answer's text without its markers."""
    numbers = {str(citation.number) for citation in answer.citations}
    # A number in brackets that is no citation's belongs to the text.
    yield _CITATION_MARKER.sub(lambda match: "" if match[1] in numbers else match[0], answer.text)
    for citation in answer.citations:
        if (highlight := _highlighted_text(citation)) is not None:
            yield highlight


def _highlighted_text(citation: Citation) -> str | None:
    if citation.highlight is None:
        return None
    return citation.quote[citation.highlight.start - citation.start : citation.highlight.end - citation.start]


def _score_rightness(answer: Answer, gold: Gold) -> float | None:
    if gold.answerable is False:
        return 0.0
    if quotes := _relevant_quotes(gold):
        return _score_citation_hit(answer, quotes)
    if gold.answers:
        return float(_score_words(answer, gold.answers)["token_f1"] >= _MIN_RIGHT_F1)
    return None


def _score_sureness(answer: Answer, candidate: Answer | None, gold: Gold) -> dict[str, float]:
    """What was right, and what was wrong for sure; nothing where there is nothing to judge by."""
    quotes = _relevant_quotes(gold)
    if gold.answerable is not False and not quotes and not gold.answers:
        return {}
    answered = answer.status == "answered"
    right = (
        candidate is not None and gold.answerable is not False and _is_right(candidate, quotes, gold.answers)
    )
    is_sure = answered and answer.confidence >= SURE_FROM
    scores = {"right": float(right), "confidently_wrong_rate": float(is_sure and not right)}
    if gold.answerable is not False:
        scores["answered_right"] = float(answered and right)
    return scores


def _is_right(answer: Answer, quotes: Sequence[GoldQuote], references: Sequence[str]) -> bool:
    if quotes and not _score_citation_hit(answer, quotes):
        return False
    return not references or states_reference(_stated_text(answer), references)


def _stated_text(answer: Answer) -> str:
    """The short answer or, where there is none, the first sentence that cites something."""
    return answer.short_answer or next(
        (sentence.text for sentence in answer.sentences if sentence.citations), ""
    )


def _is_exact(citation: Citation, text_of: Callable[[str], str]) -> bool:
    return citation.quote == text_of(citation.document_id)[citation.start : citation.end]


def _mean(flags: Iterator[bool]) -> float:
    counted = list(flags)
    return sum(counted) / len(counted)
