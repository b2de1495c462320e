"""How likely it is that the first sentence answers rightly: a logistic model on what is known of it.

Its coefficients lie beside those of `sentence_ranking`; `tests/bench/calibrate.py` fits them anew.
"""

from collections.abc import Sequence
from itertools import pairwise

from qa.answering.condition_check import CONDITION_FEATURES, condition_features
from qa.answering.reasons import has_no_reason
from qa.answering.sentence_ranking import (
    RankedSentence,
    load_calibrated_model,
    rank_sentences,
    weigh_conditions,
)
from qa.models.reader import squash
from qa.query.conditions import find_years
from qa.query.query import SubQuestion
from qa.schema import Passage, ReaderScores
from qa.text.lines import is_table_row
from qa.text.overlap import content_words

__all__ = ["QUESTION_FEATURES", "as_measured", "estimate_confidence", "question_features"]

QUESTION_FEATURES = (
    "answers", "span", "cosine", "words", "asks_number", "year",
    "evidence", "log_odds", "margin", "row", "one_thing", "no_reason", *CONDITION_FEATURES,
)  # fmt: skip
# What the model says, and how often that was right in documents that nothing was fitted on.
_MEASURED = ((0.75, 0.75), (0.8, 0.76), (0.85, 0.8), (0.875, 0.86), (0.9, 0.88), (1.0, 0.95))
_MAX_MARGIN = 3.0
_NEVER = -8.0


def estimate_confidence(
    subquestion: SubQuestion,
    expanded_passages: Sequence[Passage],
    ranked_sentences: Sequence[RankedSentence] | None = None,
) -> float:
    """The probability that these passages answer, 0 without any.

    `ranked_sentences` are their sentences, if they have been ranked.
    """
    if not expanded_passages:
        return 0.0
    model = load_calibrated_model("question", QUESTION_FEATURES)
    return model.probability(question_features(subquestion, expanded_passages, ranked_sentences))


def as_measured(confidence: float) -> float:
    """A confidence of 0..1 as how often such answers are right in documents that the model was not fitted on.

    Of answers by a sentence in thirteen question sets (`tests/bench/question_sets`) 51 of 66 were right from
    .75 on, 54 of 77 from .80, 46 of 53 from .85 and 32 of 35 from .90: the model is surer of itself there.
    """
    for (low, of_low), (high, of_high) in pairwise(_MEASURED):
        if low <= confidence <= high:
            return of_low + (confidence - low) / (high - low) * (of_high - of_low)
    return confidence


def question_features(
    subquestion: SubQuestion,
    expanded_passages: Sequence[Passage],
    ranked_sentences: Sequence[RankedSentence] | None = None,
) -> tuple[float, ...]:
    """What the model looks at, in the order of `QUESTION_FEATURES`; there must be a passage.

    answers: the largest logit of a passage or, unless one short thing is asked for, of a heading. span: half
    the score of the best sentence's span. cosine, words: the largest of a passage. asks_number: 1 if a number
    or sum is asked for, for some number is nearly always there. year: 1 if the best sentence tells of other
    years than the question. evidence: the best sentence's logit. log_odds: of its probability among the
    sentences. margin: how far that is above the best one's that gives another answer. row: 1 if the best
    sentence is the row of a table. one_thing: 1 if one short thing is asked for. no_reason: 1 if it is asked
    why, and no sentence has words that give a reason. Then what the best sentence says to the question's
    conditions.
    """
    scores = [passage.reader_scores for passage in expanded_passages if passage.reader_scores is not None]
    ranked = ranked_sentences or weigh_conditions(subquestion, rank_sentences(subquestion, expanded_passages))
    best = ranked[0]
    sentence = best.text
    conditions = subquestion.conditions
    if subquestion.asks_one_thing:
        best_logit = max((passage_scores.answerability_logit for passage_scores in scores), default=_NEVER)
    else:
        best_logit = _best_logit(scores)
    years = find_years(sentence)
    return (
        squash(best_logit),
        squash(_span_score(best) / 2),
        max(passage.dense_score for passage in expanded_passages),
        max(passage.lexical_score for passage in expanded_passages),
        float(conditions.asks_number),
        float(bool(conditions.years and years and not conditions.years & years)),
        squash(best.logit),
        squash(best.log_odds),
        _margin(ranked),
        float(is_table_row(sentence)),
        float(subquestion.asks_one_thing),
        float(has_no_reason(subquestion.text, ranked)),
        *condition_features(best.conditions),
    )


def _margin(ranked: Sequence[RankedSentence]) -> float:
    """The lead of the best sentence over the best one with another span, in log-odds, 0..3."""
    answer = content_words(ranked[0].answer_text)
    rivals = (other for other in ranked[1:] if content_words(other.answer_text) != answer)
    rival = next(rivals, None)
    if rival is None:
        return _MAX_MARGIN
    return max(0.0, min(_MAX_MARGIN, ranked[0].log_odds - rival.log_odds))


def _span_score(best: RankedSentence) -> float:
    scores = best.passage.reader_scores
    return scores.span_scores[best.number] if scores else _NEVER


def _best_logit(scores: Sequence[ReaderScores]) -> float:
    """The largest of a passage or heading: a heading that answers means its section does."""
    return max(
        (
            max(
                passage_scores.answerability_logit,
                _NEVER if passage_scores.heading_logit is None else passage_scores.heading_logit,
            )
            for passage_scores in scores
        ),
        default=_NEVER,
    )
