"""Where all documents are asked: the sentence of each that says most, and how sure that is."""

from collections.abc import Sequence

from qa.answering.sentence_ranking import RankedSentence
from qa.query.survey import Survey

__all__ = ["estimate_survey_confidence", "find_survey_evidence"]

# What a sentence's logit must be above to speak of a theme: by itself, with a word of the theme in it, or
# under a heading that names the theme; and by how much such a word makes it better than its neighbours.
_MIN_LOGIT, _MIN_LOGIT_WITH_WORD, _MIN_LOGIT_UNDER_HEADING, _WORD_BONUS = -0.5, -3.0, -4.0, 1.5
# A word of the topic that stands in the title, too, tells the sentences of a document less apart.
_TITLE_WORD_WEIGHT = 0.25
# Where all words that are asked for are there, it is the documents that say so, not the reader alone.
_MIN_CONFIDENCE = 0.85


def find_survey_evidence(survey: Survey, ranked_sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The best sentence of each document that says something, most telling first.

    `ranked_sentences` are those of the passages that speak of what is asked, most probable first.
    """
    best: dict[str, tuple[float, RankedSentence]] = {}
    for ranked in ranked_sentences:
        worth = _theme_worth(survey, ranked) if survey.theme else _topic_worth(survey, ranked)
        document_id = ranked.passage.document_id
        if worth is not None and (document_id not in best or worth > best[document_id][0]):
            best[document_id] = (worth, ranked)
    return [ranked for _, ranked in sorted(best.values(), key=lambda pair: -pair[0])]


def estimate_survey_confidence(
    survey: Survey, ranked_sentences: Sequence[RankedSentence], confidence: float
) -> float:
    """The probability that the documents answer: 0 where none says anything, else at least 0.85.

    `confidence` is that of the best passage, read against the question.
    """
    return max(confidence, _MIN_CONFIDENCE) if find_survey_evidence(survey, ranked_sentences) else 0.0


def _topic_worth(survey: Survey, ranked: RankedSentence) -> float:
    """First the words of the topic, then what the reader says; the passage holds all that must be there."""
    passage = ranked.passage
    text = passage.slice(ranked.sentence)
    named = survey.find_words(text)
    own = named - survey.find_words(f"{passage.title} {passage.lead or ''}")
    return 10 * (len(own) + _TITLE_WORD_WEIGHT * len(named - own)) + ranked.probability


def _theme_worth(survey: Survey, ranked: RankedSentence) -> float | None:
    """What the reader says, more with a word of the theme; None where it does not speak of the theme."""
    logit = ranked.logit
    has_word = survey.count_words(ranked.passage.slice(ranked.sentence)) > 0
    is_under_heading = survey.count_words(ranked.passage.innermost_heading or "") > 0
    min_logit = _MIN_LOGIT
    if has_word:
        min_logit = _MIN_LOGIT_WITH_WORD
    if is_under_heading:
        min_logit = _MIN_LOGIT_UNDER_HEADING
    return logit + _WORD_BONUS * has_word if logit > min_logit else None
