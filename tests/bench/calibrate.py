"""Fit the two small models of `qa/answer/calibration.json` anew.

    python -m tests.bench.calibrate --set NAME QUESTIONS.jsonl DOCUMENT_OR_FOLDER... [--squad FILE COUNT]
        [--cache FOLDER] [--write]

"sentence" is the probability that a sentence is on a gold quote (questions that have quotes), "question" that
the documents answer at all (sets that have unanswerable questions). Prints what four-fold cross-validation
over questions gives; the numbers in the file come from all of the data. SQuAD questions are asked over all
paragraphs of the file, each a document.
"""

import argparse
import json
import pickle
import random
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from qa import Assistant
from qa.answer import confidence, ranking
from qa.chat import standalone
from qa.schema import Document, Passage, Turn

FOLDS = 4
TARGET = Path("qa/answer/calibration.json")
FALSE_REFUSALS = 0.05
# An answer where the documents have none misleads; a refusal shows the nearest passages all the same.
WEIGHT_OF_UNANSWERABLE = 1.5


@dataclass(frozen=True)
class Example:
    """A question with what was found for it, and the gold spans (document, start, end)."""

    name: str
    row: dict[str, Any]
    question: str
    contexts: tuple[Passage, ...]
    gold: list[tuple[str, int, int]]

    @property
    def answerable(self) -> bool:
        return bool(self.row.get("answerable", True))


def collect(name: str, rows: list[dict[str, Any]], sources: Sequence[Path]) -> list[Example]:
    """Ask every question over the documents and keep what was found."""
    found = []
    with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "store") as assistant:
        assistant.add(sources)
        documents = [assistant.document(one.id) for one in assistant.documents()]
        for row in rows:
            history = [Turn(turn["question"], turn["answer"]) for turn in row.get("history", ())]
            question = standalone(row["question"], history)
            contexts = assistant._models.retriever().search(question).contexts
            found.append(Example(name, row, question, contexts, gold_spans(row, documents)))
    return found


def gold_spans(row: dict[str, Any], documents: Iterable[Document]) -> list[tuple[str, int, int]]:
    """The gold quotes as (document id, start, end)."""
    spans = []
    for quote in row.get("quotes", ()):
        for document in documents:
            if quote["document"] in (Path(document.source).name, document.title, document.id):
                start = quote.get("start", document.text.find(quote["text"]))
                if start < 0:
                    raise SystemExit(
                        f"{row['id']}: the quote is not in {quote['document']}: {quote['text'][:60]}"
                    )
                spans.append((document.id, start, start + len(quote["text"])))
    return spans


def squad(path: Path, count: int, folder: Path) -> list[dict[str, Any]]:
    """Write the paragraphs as documents; a sample of the questions as rows."""
    rows: list[dict[str, Any]] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            name = re.sub(r"\W+", "_", article["title"]) + f"_{number}.txt"
            (folder / name).write_text(paragraph["context"], encoding="utf-8")
            for one in paragraph["qas"]:
                quotes = [
                    {"document": name, "text": answer["text"], "start": answer["answer_start"]}
                    for answer in one["answers"][:1]
                ]
                if one[
                    "is_impossible"
                ]:  # written to look answerable in their paragraph: nobody asks like that
                    continue
                rows.append(
                    {"id": one["id"], "question": one["question"], "answerable": not one["is_impossible"],
                     "quotes": quotes}
                )  # fmt: skip
    return random.Random(1).sample(rows, count)


def touches(example: Example, document: str, start: int, end: int) -> bool:
    """Does a span overlap a gold span?"""
    return any(document == d and start < e and s < end for d, s, e in example.gold)


def fit(values: Any, truth: Any, *, weight_of_false: float = 1.0) -> ranking.Logistic:
    """A logistic model on raw features; scaled inside, the scaling folded into the weights."""
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=0.5, max_iter=2000, class_weight={False: weight_of_false, True: 1.0}).fit(
        scaler.transform(values), truth
    )
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return ranking.Logistic(tuple(float(one) for one in weights), intercept)


def fit_sentences(examples: list[Example]) -> ranking.Logistic:
    """The sentence model of these examples."""
    values, truth = [], []
    for example in examples:
        for context, number, features in ranking.sentence_features(example.question, example.contexts):
            span = context.sentences[number]
            values.append(features)
            truth.append(touches(example, context.document_id, span.start, span.end))
    return fit(np.array(values), np.array(truth))


def found_at(example: Example, model: ranking.Logistic) -> int:
    """The rank of the first sentence on a gold quote, 0 for the first, 99 for none."""
    best: dict[tuple[str, int, int], float] = {}
    for context, number, features in ranking.sentence_features(example.question, example.contexts):
        span = context.sentences[number]
        key = (context.document_id, span.start, span.end)
        best[key] = max(best.get(key, 0.0), model.probability(features))
    ranked = sorted(best, key=lambda key: -best[key])
    return next((rank for rank, key in enumerate(ranked) if touches(example, *key)), 99)


def cross_validate(examples: list[Example]) -> None:
    """Print what models of three quarters of the questions do on the last."""
    quoted = [one for one in examples if one.gold]
    judged = [one for one in examples if not all(e.answerable for e in examples if e.name == one.name)]
    ranks: dict[str, list[int]] = {}
    scores: dict[str, list[tuple[bool, float]]] = {}
    for fold in range(FOLDS):
        model = fit_sentences([one for number, one in enumerate(quoted) if number % FOLDS != fold])
        for one in quoted[fold::FOLDS]:
            ranks.setdefault(one.name, []).append(found_at(one, model))
        whole = fit_questions([one for number, one in enumerate(judged) if number % FOLDS != fold])
        for one in judged[fold::FOLDS]:
            value = whole.probability(confidence.features(one.question, one.contexts))
            scores.setdefault(one.name, []).append((one.answerable, value))
    for name, found in ranks.items():
        shares = [100 * sum(rank < k for rank in found) / len(found) for k in (1, 2, 3, 5)]
        print(
            f"{name:10} a gold sentence among the first 1, 2, 3, 5: "
            + " ".join(f"{one:5.1f}" for one in shares)
        )
    for name, pairs in scores.items():
        truth, values = [one for one, _ in pairs], np.array([value for _, value in pairs])
        if len(set(truth)) < 2:
            continue
        can = values[np.array(truth)]
        cut = np.quantile(can, FALSE_REFUSALS)
        refused = 100 * float((values[~np.array(truth)] < cut).mean())
        at_half = 100 * float((values[~np.array(truth)] < 0.5).mean()), 100 * float((can < 0.5).mean())
        print(
            f"{name:10} AUC {roc_auc_score(truth, values):.3f}; refused at 5 % false refusals {refused:.1f} %; "
            f"at 0.5: {at_half[0]:.1f} % with {at_half[1]:.1f} % false"
        )


def fit_questions(examples: list[Example]) -> ranking.Logistic:
    """The question model of these examples."""
    values = np.array([confidence.features(one.question, one.contexts) for one in examples])
    return fit(values, np.array([one.answerable for one in examples]), weight_of_false=WEIGHT_OF_UNANSWERABLE)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs="+", action="append", default=[], metavar="PART")
    parser.add_argument("--squad", nargs=2, metavar=("FILE", "COUNT"))
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examples: list[Example] = []

    def cached(name: str, make: Any) -> list[Example]:
        kept = options.cache / f"{name}.pickle" if options.cache else None
        if kept and kept.exists():
            return list(pickle.loads(kept.read_bytes()))
        made = make()
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(made))
        return list(made)

    for name, questions, *sources in options.set:
        rows = [json.loads(line) for line in Path(questions).read_text(encoding="utf-8").splitlines() if line]
        examples += cached(name, lambda: collect(name, rows, [Path(one) for one in sources]))  # noqa: B023
    if options.squad:
        with tempfile.TemporaryDirectory() as folder:
            rows = squad(Path(options.squad[0]), int(options.squad[1]), Path(folder))
            examples += cached("squad", lambda: collect("squad", rows, [Path(folder)]))
    cross_validate(examples)
    quoted = [one for one in examples if one.gold]
    judged = [one for one in examples if not all(e.answerable for e in examples if e.name == one.name)]
    models = {
        "sentence": (fit_sentences(quoted), ranking.FEATURES, quoted),
        "question": (fit_questions(judged), confidence.FEATURES, judged),
    }
    result: dict[str, Any] = {"fitted": datetime.now(UTC).date().isoformat()}
    for name, (model, features, used) in models.items():
        counts = {one: sum(each.name == one for each in used) for one in sorted({each.name for each in used})}
        result[name] = {
            "questions": counts,
            "intercept": round(model.intercept, 4),
            "weights": {key: round(value, 4) for key, value in zip(features, model.weights, strict=True)},
        }
    text = json.dumps(result, indent=2)
    print(text)
    if options.write:
        TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
