"""The definitions of the metrics and the outcomes, in the order in which they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "METRICS",
    "METRICS_BY_NAME",
    "OUTCOMES",
    "RIGHT_OUTCOMES",
    "SURE_FROM",
    "Aggregate",
    "Metric",
    "Outcome",
]

SURE_FROM = 0.8  # confidence from which a wrong answer is a sure one
Aggregate = Literal["mean", "p50", "p95", "brier", "auroc", "ece", "selective_80"]
# From good to bad.
Outcome = Literal[
    "right",
    "rightly refused",
    "found but not cited",
    "cited but refused",
    "refused",
    "missed in retrieval",
    "wrong",
    "answered without evidence",
    "not graded",
    "failed",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
RIGHT_OUTCOMES: frozenset[str] = frozenset({"right", "rightly refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of an evaluation.

    `title` names it for people, `definition` is its formula in words and signs, `source` who defined it.
    A "share" is in 0..1 and shown in percent, "ms" are milliseconds, a "score" is shown as it is. It is the
    `aggregate` over questions of the score called `score`, which mostly has the metric's own name. "brier",
    "auroc" and "ece" hold the score, a confidence, against whether the question is answerable,
    "selective_80" against whether the answer is right.
    """

    name: str
    title: str
    definition: str
    source: str | None = None
    unit: Literal["share", "ms", "score"] = "share"
    better: Literal["higher", "lower", "neither"] = "higher"
    aggregate: Aggregate = "mean"
    score_name: str = ""

    @property
    def score(self) -> str:
        """The per-question score that it is made of."""
        return self.score_name or self.name


_CHROMA = (
    "Smith & Troynikov, Evaluating Chunking Strategies for Retrieval, Chroma 2024; there passages that "
    "overlap count twice in the denominators, here once"
)
_ALCE = (
    "After citation recall and precision of ALCE (Gao et al., EMNLP 2023), with the quotes of the question "
    "file in place of an entailment model"
)
_SQUAD = "Rajpurkar et al., SQuAD, EMNLP 2016; official evaluate-v2.0"
_VOORHEES = "Voorhees, The TREC-8 Question Answering Track Report, 1999"
_G = "G is the quotes' characters; of a quote that stands in several places, the best one counts"
_LATENCIES: tuple[tuple[Aggregate, int, str], ...] = (
    ("p50", 50, "Time a question, median"),
    ("p95", 95, "Time a question, slow ones"),
)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="retrieval_recall@5",
        title="Quote text found",
        definition=f"|G ∩ R| / |G|, R being the characters of the first 5 passages. {_G}.",
        source=_CHROMA,
    ),
    Metric(
        name="retrieval_precision@5",
        title="Passage text in quotes",
        definition="|G ∩ R| / |R|, G and R as in retrieval_recall@5; 0 where nothing was found.",
        source=_CHROMA,
    ),
    Metric(
        name="retrieval_iou@5",
        title="Overlap of passages and quotes",
        definition="|G ∩ R| / (|G| + |R| − |G ∩ R|), G and R as in retrieval_recall@5.",
        source=_CHROMA,
    ),
    *(
        Metric(
            name=f"retrieval_hit@{k}",
            title="First passage on a quote" if k == 1 else f"A quote in the first {k} passages",
            definition=(
                f"1 if {'the first passage' if k == 1 else f'one of the first {k} passages'} overlaps a "
                "quote, else 0. Where whole documents are the answer: comes from one of them."
            ),
        )
        for k in (1, 3, 5)
    ),
    Metric(
        name="mrr",
        title="Mean reciprocal rank",
        definition="1 / rank of the first passage that overlaps a quote (or comes from a document that "
        "answers); 0 if none of those returned does.",
        source=_VOORHEES,
        unit="score",
    ),
    Metric(
        name="document_recall@5",
        title="Documents found",
        definition="Share of the relevant documents that are among those of the first 5 passages; only where "
        "whole documents are judged.",
    ),
    Metric(
        name="document_ndcg@10",
        title="nDCG of documents",
        definition="DCG / ideal DCG of the first 10 different documents, in the order of their first "
        "passage; DCG = Σ relevance / log2(rank + 1). Only with top_k of 10 or more.",
        source="Järvelin & Kekäläinen, ACM TOIS 2002; gain as in trec_eval and BEIR",
        unit="score",
    ),
    Metric(
        name="citation_recall",
        title="Quote text cited",
        definition=f"|G ∩ C| / |G|, C being the cited characters; 0 for a refusal. {_G}.",
        source=_ALCE,
    ),
    Metric(
        name="citation_precision",
        title="Cited text in quotes",
        definition="|G ∩ C| / |C|, G and C as in citation_recall; answers with citations only.",
        source=_ALCE,
    ),
    Metric(
        name="citation_iou",
        title="Overlap of citations and quotes",
        definition="|G ∩ C| / (|G| + |C| − |G ∩ C|), G and C as in citation_recall; 0 for a refusal.",
        source="Jaccard index of the two sets of characters",
    ),
    Metric(
        name="citation_hit",
        title="A citation on a quote",
        definition="1 if a citation overlaps a quote (or is from a document that answers), else 0; 0 for a "
        "refusal.",
    ),
    Metric(
        name="nugget_recall",
        title="Nuggets stated",
        definition="Σ m / |N| over the vital nuggets N of the question: m is the share of its numbers, "
        "names and longer words (as stems) in the sentence of the answer that has most of them, and 0 where "
        "one of its numbers is missing there. Without nuggets in the question: the share of its different "
        "quotes (or documents that answer) that a citation overlaps. 0 for a refusal.",
        source="Nugget recall of Voorhees, TREC 2003 Question Answering Track; m as in POURPRE (Lin & "
        "Demner-Fushman, HLT/EMNLP 2005)",
    ),
    Metric(
        name="quote_fidelity",
        title="Exact quotes",
        definition="Share of all citations whose quote is the document's text at the offsets given.",
    ),
    Metric(
        name="exact_match",
        title="Exact match",
        definition="1 if one of the highlights, or the answer's text, equals a reference after normalisation "
        "(lower case, no punctuation, no articles), else 0; 0 for a refusal.",
        source=_SQUAD,
    ),
    Metric(
        name="token_f1",
        title="Token F1",
        definition="F1 of the words with a reference, after the same normalisation: the best of highlights "
        "and answer text, and of references; 0 for a refusal.",
        source=_SQUAD,
    ),
    Metric(
        name="first_span_f1",
        title="Token F1 of the first highlight",
        definition="F1 of the words of the first citation's highlight (its quote where it has none) with the "
        "best of the references; answered questions only.",
        source=_SQUAD,
    ),
    Metric(
        name="answered_rate",
        title="Answered",
        definition="Share of the questions that were not refused.",
        better="neither",
    ),
    Metric(
        name="refusal_recall",
        title="Unanswerable refused",
        definition="Share of the unanswerable questions that were refused.",
    ),
    Metric(
        name="false_refusal_rate",
        title="Answerable refused",
        definition="Share of the answerable questions that were refused.",
        better="lower",
    ),
    Metric(
        name="answered_right",
        title="Answered right",
        definition="Share of the answerable questions that were answered right: a citation overlaps a quote, "
        "and a reference stands in the short answer (in the first sentence with a citation, if there is "
        "none), not as a part of a longer number or word, and a mere yes or no at its beginning. Of the two, "
        "what the question has.",
    ),
    Metric(
        name="confidently_wrong_rate",
        title="Sure and wrong",
        definition=f"Share of all questions that were answered with a confidence of at least {SURE_FROM} "
        "although unanswerable, or not right as in answered_right.",
        better="lower",
    ),
    Metric(
        name="selective_accuracy@80",
        title="Right among the surest 80 %",
        definition="Σ w·right / Σ w over all n questions, w being 1 for the 0.8 n with the highest "
        "confidence, else 0; those with the confidence at the border share what is left. Right is as in "
        "answered_right, of the answer as it would be whatever the confidence; 0 for an unanswerable "
        "question, and where there is no answer to give.",
        source="Geifman & El-Yaniv, NeurIPS 2017: 1 - risk at a coverage of 0.8",
        aggregate="selective_80",
        score_name="confidence",
    ),
    Metric(
        name="supported_rate",
        title="Supported sentences",
        definition="Share of the sentences of all answers that their citations support, by the same check as "
        "in the app.",
    ),
    Metric(
        name="confidence_brier",
        title="Brier score of confidence",
        definition="Mean of (confidence - answerable)², answerable being 0 or 1.",
        source="Brier, Monthly Weather Review 1950",
        unit="score",
        better="lower",
        aggregate="brier",
        score_name="confidence",
    ),
    Metric(
        name="confidence_auroc",
        title="Confidence tells answerable",
        definition="Probability that an answerable question has a higher confidence than an unanswerable "
        "one, ties counting half (area under the ROC curve).",
        source="Hanley & McNeil, Radiology 1982",
        unit="score",
        aggregate="auroc",
        score_name="confidence",
    ),
    Metric(
        name="confidence_ece",
        title="Calibration error of confidence",
        definition="Σ n_b / n · |mean confidence - share answerable| over 10 bins of equal width. Few "
        "questions make it too high.",
        source="Naeini et al., AAAI 2015; Guo et al., ICML 2017",
        unit="score",
        better="lower",
        aggregate="ece",
        score_name="confidence",
    ),
    *(
        Metric(
            name=f"latency_ms_{aggregate}",
            title=title,
            definition=f"{percent} % of the questions took at most so long; in a batch, each question has "
            "its share of the common work.",
            unit="ms",
            better="lower",
            aggregate=aggregate,
            score_name="latency_ms",
        )
        for aggregate, percent, title in _LATENCIES
    ),
)
METRICS_BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
