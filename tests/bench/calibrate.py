"""Fit the three small models of `qa/answering/calibration.json` anew, and measure them on what they have not seen.

    python -m tests.bench.calibrate --set NAME WEIGHT QUESTIONS DOCUMENTS... [--set ...] [--cache FOLDER] [--write]

"sentence" is the probability that a sentence is on a gold quote (questions that have quotes), "condition" the same
once the question's conditions are checked against it, "question" that the answer is right: where one short thing is
asked for, that the first sentence is on a gold quote and says one of the short answers that are given, else that one
of the first three is on a gold quote. For the last, every question that has quotes is
asked twice: as it is, and with the documents that hold its quotes taken out, all of the same title (SQuAD: the whole
article). QUESTIONS is a file that `qa eval` reads; of a SQuAD file the paragraphs are the documents, and a part of the
questions is enough for the sentences. WEIGHT is what a question of the set counts.

Prints what five-fold cross-validation gives, with all questions about a document in one fold; the numbers in
the file come from all of the data.
"""

import argparse
import json
import pickle
import random
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from qa import Assistant
from qa.answering import confidence, sentence_ranking
from qa.answering.assessment import order_sentences
from qa.answering.condition_check import CONDITION_FEATURES
from qa.evaluate.datasets.dataset import read_questions
from qa.evaluate.datasets.gold_quotes import GoldFinder
from qa.evaluate.scoring.squad_metrics import normalise
from qa.query.query import SubQuestion, understand_question
from qa.schema import Filters, Passage

FOLDS = 5
TARGET = Path("qa/answering/calibration.json")
FALSE_REFUSALS = 0.05
SQUAD_SENTENCES = 250  # questions of a SQuAD file that the sentence model is fitted on
# Documents about one subject overlap, so what is left may still answer: such examples count less.
WEIGHT_OF_TAKEN_OUT = 1 / 3
# Most questions that people ask have an answer; with this weight about 6 % of those are refused at 0.5.
WEIGHT_OF_ANSWERABLE = 1.5
# Types of questions that go another way than by their best sentence.
NOT_FITTED = ("summary", "survey")
NOT_RANKED = (*NOT_FITTED, "compare")
WEIGHT_OF_ADVERSARIAL = 1 / 2
SURE = 0.8
# How a model is held from fitting the sets too well: there are thousands of sentences, but few questions, and of
# sets that it was not fitted on, the more it is held the better it tells what is answered.
WEAKLY, STRONGLY = 0.3, 0.02
SENTENCES_OF_PROSE = 3
# What never makes an answer surer, by the numbers of the features.
LOWERING = frozenset(
    number
    for number, name in enumerate(confidence.QUESTION_FEATURES)
    if name in ("year", "row", "no_reason") or name.endswith(("_unstated", "_contradicted"))
)
# Leaves sentences as they are ranked while their conditions are checked.
KEEP_ORDER = sentence_ranking.LogisticModel((1.0, *[0.0] * len(CONDITION_FEATURES)), 0.0)


@dataclass(frozen=True)
class Example:
    """A question with what was found for it, and the gold spans (document, start, end).

    `group` is what its fold is chosen by: the title of the document that answers. `taken_out` says that
    this document was not there, `adversarial` that it is an unanswerable question of SQuAD.
    """

    name: str
    weight: float
    id: str
    question: str
    contexts: tuple[Passage, ...]
    gold: tuple[tuple[str, int, int], ...]
    answers: tuple[str, ...]
    answerable: bool
    group: str
    tags: tuple[str, ...] = ()
    taken_out: bool = False
    adversarial: bool = False

    @property
    def subquestion(self) -> SubQuestion:
        """The question as retrieval and answering take it."""
        return SubQuestion.of(self.question)

    @property
    def fold(self) -> int:
        """Which of the folds holds it."""
        return zlib.crc32(self.group.encode()) % FOLDS


def collect(
    name: str, weight: float, path: Path, sources: Sequence[Path], *, take_out: bool = True
) -> list[Example]:
    """Ask every question over the documents, and again without those that answer, and keep what was found.

    Without `take_out` each is asked once.
    """
    is_squad = path.suffix == ".json"
    with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "store") as assistant:
        assistant.add(sources, format="squad" if is_squad else None)
        titles = {document.id: document.title for document in assistant.documents()}
        finder = GoldFinder.for_assistant(assistant)
        retriever = assistant.models.retriever()
        correct = assistant.models.spelling_corrector().correct
        requests: list[tuple[Filters | None, Example]] = []
        for question in read_questions(path):
            gold = finder.locate(question)
            answering_titles = sorted({titles[quote.document_id] for quote in gold.quotes})
            example = Example(
                name=name, weight=weight, id=question.id, contexts=(),
                question=understand_question(question.question, question.history, correct=correct).standalone,
                gold=tuple((q.document_id, s.start, s.end) for q in gold.quotes for s in q.spans),
                answers=question.answers, answerable=question.answerable is not False, tags=question.tags,
                group=answering_titles[0] if answering_titles else question.id,
                adversarial=is_squad and question.answerable is False,
            )  # fmt: skip
            requests.append((None, example))
            if answering_titles and take_out:
                other_documents = tuple(key for key, title in titles.items() if title not in answering_titles)
                if other_documents:
                    without_answer = {**vars(example), "answerable": False, "taken_out": True, "gold": ()}
                    requests.append((Filters(documents=other_documents), Example(**without_answer)))
        examples = []
        requests.sort(key=lambda pair: pair[0].documents if pair[0] else ())
        for filters, batch in _batches(requests):
            retrievals = retriever.search_many([(example.subquestion, filters) for example in batch])
            examples += [
                Example(**{**vars(example), "contexts": retrieval.expanded_passages})
                for example, retrieval in zip(batch, retrievals, strict=True)
            ]
        return examples


def _batches(
    requests: Sequence[tuple[Filters | None, Example]],
) -> Iterator[tuple[Filters | None, list[Example]]]:
    """Neighbours with the same filters, 32 at a time."""
    groups: dict[Filters | None, list[Example]] = {}
    for filters, example in requests:
        groups.setdefault(filters, []).append(example)
    for filters, members in groups.items():
        for begin in range(0, len(members), 32):
            yield filters, members[begin : begin + 32]


def touches(example: Example, document: str, start: int, end: int) -> bool:
    """Does a span overlap a gold span?"""
    return any(document == d and start < e and s < end for d, s, e in example.gold)


def fit(
    values: Any,
    truth: Any,
    weights: Any,
    inverse_strength: float,
    lowering: Collection[int] = (),
) -> sentence_ranking.LogisticModel:
    """A logistic model on raw features; scaled inside, the scaling folded into the weights.

    `inverse_strength` of the regularisation is scikit-learn's C. The features `lowering` (their numbers) never
    make anything more probable: where they would, they get no weight.
    """
    scaler = StandardScaler().fit(values)
    scaled = scaler.transform(values)
    used = list(range(values.shape[1]))
    while True:
        model = LogisticRegression(C=inverse_strength, max_iter=3000)
        model.fit(scaled[:, used], truth, sample_weight=weights)
        kept = [
            number
            for number, weight in zip(used, model.coef_[0], strict=True)
            if weight <= 0 or number not in lowering
        ]
        if kept == used:
            break
        used = kept
    folded = np.zeros(values.shape[1])
    folded[used] = model.coef_[0] / scaler.scale_[used]
    intercept = float(model.intercept_[0] - (folded * scaler.mean_).sum())
    return sentence_ranking.LogisticModel(tuple(map(float, folded)), intercept)


def fit_sentences(examples: Iterable[Example]) -> sentence_ranking.LogisticModel:
    """The sentence model of these examples."""
    values, truth, weights = [], [], []
    for example in examples:
        for context, number, features in sentence_ranking.sentence_features(
            example.subquestion, example.contexts
        ):
            span = context.sentences[number]
            values.append(features)
            truth.append(touches(example, context.document_id, span.start, span.end))
            weights.append(example.weight)
    return fit(np.array(values), np.array(truth), np.array(weights), WEAKLY)


def fit_conditions(
    examples: Iterable[Example], sentences: sentence_ranking.LogisticModel
) -> sentence_ranking.LogisticModel:
    """The model of conditions of these examples, given the sentence model."""
    values, truth, weights = [], [], []
    for example in examples:
        if not example.subquestion.conditions.asked:
            continue
        ranked = sentence_ranking.rank_sentences(example.subquestion, example.contexts, sentences)
        for candidate in sentence_ranking.weigh_conditions(example.subquestion, ranked, KEEP_ORDER):
            if candidate.conditions:
                values.append(sentence_ranking.weighing_features(candidate))
                truth.append(
                    touches(
                        example,
                        candidate.passage.document_id,
                        candidate.sentence.start,
                        candidate.sentence.end,
                    )
                )
                weights.append(example.weight)
    return fit(np.array(values), np.array(truth), np.array(weights), WEAKLY)


def fit_questions(examples: Sequence[Example], ranking: "Ranking") -> sentence_ranking.LogisticModel:
    """The question model of these examples, given the models that rank."""
    weights = [
        example.weight
        * (
            WEIGHT_OF_ANSWERABLE
            if example.answerable
            else WEIGHT_OF_TAKEN_OUT
            if example.taken_out
            else WEIGHT_OF_ADVERSARIAL
            if example.adversarial
            else 1.0
        )
        for example in examples
    ]
    ranked = [ranking.rank(example) for example in examples]
    values = [
        confidence.question_features(example.subquestion, example.contexts, sentences)
        for example, sentences in zip(examples, ranked, strict=True)
    ]
    truth = [is_right(example, sentences) for example, sentences in zip(examples, ranked, strict=True)]
    return fit(np.array(values), np.array(truth), np.array(weights), STRONGLY, LOWERING)


@dataclass(frozen=True)
class Ranking:
    """The two models that rank sentences."""

    sentences: sentence_ranking.LogisticModel
    conditions: sentence_ranking.LogisticModel

    def rank(self, example: Example) -> list[sentence_ranking.RankedSentence]:
        """The sentences that were found for an example, best first."""
        return order_sentences(example.subquestion, example.contexts, self.sentences, self.conditions)


def is_right(example: Example, ranked: Sequence[sentence_ranking.RankedSentence]) -> bool:
    """Whether what is ranked first answers: see above."""
    if not example.answerable:
        return False
    asks_one_thing = example.subquestion.asks_one_thing
    first = ranked[: 1 if asks_one_thing else SENTENCES_OF_PROSE]
    if example.gold and not any(
        touches(example, one.passage.document_id, one.sentence.start, one.sentence.end) for one in first
    ):
        return False
    if not example.answers or not asks_one_thing:
        return True
    best = ranked[0]
    scores = best.passage.reader_scores
    span = scores.answer_spans[best.number] if scores else None
    is_fact = example.subquestion.question_type == "fact"
    text = f" {normalise(best.passage.slice(span if span and is_fact else best.sentence))} "
    return any(
        f" {normalise(answer)} " in text or text.strip() in normalise(answer) for answer in example.answers
    )


def for_sentences(examples: Sequence[Example]) -> list[Example]:
    """Those with quotes that one sentence model can serve: comparisons and summaries go another way."""
    usable = [
        example
        for example in examples
        if example.gold and example.contexts and example.subquestion.question_type not in NOT_RANKED
    ]
    squad = [example for example in usable if _is_squad(example, examples)]
    sampled_ids = set(
        random.Random(3).sample([example.id for example in squad], min(SQUAD_SENTENCES, len(squad)))
    )
    return [example for example in usable if not _is_squad(example, examples) or example.id in sampled_ids]


def _is_squad(example: Example, examples: Sequence[Example]) -> bool:
    return example.name in {member.name for member in examples if member.adversarial}


def for_questions(examples: Sequence[Example]) -> list[Example]:
    """Those that the question model is fitted on."""
    return [
        example
        for example in examples
        if example.contexts and example.subquestion.question_type not in NOT_FITTED
    ]


def cross_validate(examples: Sequence[Example]) -> None:
    """Print what models of four fifths of the questions do on the last."""
    ranks: dict[str, list[int]] = {}
    judged: list[tuple[Example, float, bool]] = []
    quoted, whole = for_sentences(examples), for_questions(examples)
    for fold in range(FOLDS):
        training = [example for example in quoted if example.fold != fold]
        sentences = fit_sentences(training)
        ranking = Ranking(sentences, fit_conditions(training, sentences))
        for example in (example for example in quoted if example.fold == fold):
            ranks.setdefault(example.name, []).append(rank_of_gold(example, ranking))
        model = fit_questions([example for example in whole if example.fold != fold], ranking)
        for example in examples:
            if (
                not example.contexts
                or example.fold != fold
                or example.subquestion.question_type in NOT_FITTED
            ):
                continue
            ranked = ranking.rank(example)
            features = confidence.question_features(example.subquestion, example.contexts, ranked)
            judged.append((example, model.probability(features), is_right(example, ranked)))
    for name, ranks_of_set in ranks.items():
        shares = " ".join(
            f"{100 * sum(rank < k for rank in ranks_of_set) / len(ranks_of_set):5.1f}" for k in (1, 2, 3, 5)
        )
        print(f"{name:10} a gold sentence among the first 1, 2, 3, 5: {shares}")
    for name in ranks:
        of_set = [entry for entry in judged if entry[0].name == name]
        report(name, [(example, value) for example, value, _ in of_set])
        asked = [(value, right) for example, value, right in of_set if not example.taken_out]
        sure = [right for value, right in asked if value >= SURE]
        print(
            f"{'':10} {len(sure)} of {len(asked)} at {SURE} or more, {100 * sum(sure) / max(1, len(sure)):.1f} % of them "
            f"right: sure and wrong {100 * (len(sure) - sum(sure)) / len(asked):.1f} % of all"
        )


def report(name: str, judged: Sequence[tuple[Example, float]]) -> None:
    """Print how well the answerable questions are told from each kind of unanswerable ones."""
    answerable = np.array([value for example, value in judged if example.answerable])
    cut = float(np.quantile(answerable, FALSE_REFUSALS))
    groups: dict[str, Callable[[Example], bool]] = {
        "asked so": lambda example: (
            not example.answerable and not example.taken_out and not example.adversarial
        ),
        "almost": lambda example: "almost" in example.tags and not example.taken_out,
        "false premise": lambda example: "false-premise" in example.tags,
        "adversarial": lambda example: example.adversarial,
        "taken out": lambda example: example.taken_out,
    }
    print(
        f"{name:10} {len(answerable)} answerable, {100 * float((answerable < 0.5).mean()):.1f} % of them below 0.5"
    )
    for label, belongs in groups.items():
        unanswerable = np.array([value for example, value in judged if belongs(example)])
        if len(unanswerable):
            truth = [True] * len(answerable) + [False] * len(unanswerable)
            print(
                f"{'':10} {label} ({len(unanswerable)}): AUROC {roc_auc_score(truth, [*answerable, *unanswerable]):.3f}; refused at 5 % "
                f"false refusals {100 * float((unanswerable < cut).mean()):.1f} %, at 0.5 {100 * float((unanswerable < 0.5).mean()):.1f} %"
            )


def rank_of_gold(example: Example, ranking: Ranking) -> int:
    """The rank of the first sentence on a gold quote, 0 for the first, 99 for none."""
    ranked = ranking.rank(example)
    return next(
        (
            rank
            for rank, candidate in enumerate(ranked)
            if touches(
                example, candidate.passage.document_id, candidate.sentence.start, candidate.sentence.end
            )
        ),
        99,
    )


def read_sets(sets: Iterable[Sequence[str]], cache: Path | None, *, take_out: bool = True) -> list[Example]:
    """The examples of sets as the command line names them: name, weight, file of questions, documents.

    What was collected is kept in the folder `cache`, if there is one, and read from there.
    """
    examples: list[Example] = []
    for name, weight, questions, *sources in sets:
        kept = cache / f"{name}.pickle" if cache else None
        if kept and kept.exists():
            examples += pickle.loads(kept.read_bytes())
            continue
        collected = collect(name, float(weight), Path(questions), [*map(Path, sources)], take_out=take_out)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(collected))
        examples += collected
    return examples


def describe_model(
    model: sentence_ranking.LogisticModel, features: Sequence[str], used: Sequence[Example]
) -> dict[str, Any]:
    """A model as the file has it."""
    names = sorted({example.name for example in used})
    return {
        "questions": {name: sum(example.name == name for example in used) for name in names},
        "intercept": round(model.intercept, 4),
        "weights": {key: round(value, 4) for key, value in zip(features, model.weights, strict=True)},
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", action="append", default=[], metavar="PART", dest="sets")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examples = read_sets(options.sets, options.cache)
    cross_validate(examples)
    quoted, whole = for_sentences(examples), for_questions(examples)
    sentences = fit_sentences(quoted)
    ranking = Ranking(sentences, fit_conditions(quoted, sentences))
    result = {
        "fitted": datetime.now(UTC).date().isoformat(),
        "sentence": describe_model(sentences, sentence_ranking.SENTENCE_FEATURES, quoted),
        "condition": describe_model(ranking.conditions, sentence_ranking.CONDITION_WEIGHTS, quoted),
        "question": describe_model(fit_questions(whole, ranking), confidence.QUESTION_FEATURES, whole),
    }
    text = json.dumps(result, indent=2)
    print(text)
    if options.write:
        TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
