"""The public question sets as training rows (their licences stand in the model card).

Every group of rows belongs together: a question and its twin, which looks alike and has no answer in the same
sentences. What a set does not mark is not made up: a passage of which nobody said that it does not answer is
never taken for one that does not, but for other paragraphs that do not hold the words of the answer.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from qa.models.reader.training.rows import TrainingRow
from qa.models.reader.training.swapped_questions import QuestionSwapper
from qa.text.overlap import content_words
from qa.text.sentences import sentence_spans

__all__ = ["FILES", "Group", "find_sentences", "read_groups", "read_squad_articles", "read_twins"]

Group = tuple[TrainingRow, ...]
# What lies in the folder of data, and how many questions of it are read in one pass (None: all).
FILES = {
    "squad-train-v1.1.json.gz": "SQuAD 1.1 train",
    "squad-twins.jsonl.gz": "pairs of SQuAD 2.0 questions, answerable and not, on the same paragraph",
    "squad-dev-v2.0-20-articles.json.gz": "20 articles of SQuAD 2.0 dev",
    "qed-train.jsonl.gz": "QED train",
}
# Passages of the program have up to 950 characters; shorter windows teach the same in less time.
_WINDOW_CHARS = (150, 250, 350, 450, 600, 950)
_QUESTIONS_OF_SQUAD, _NEGATIVES_OF_SQUAD, _QUESTIONS_OF_QED = 6_000, 4_000, 3_500
_SWAPPED_OF_SQUAD, _OTHERS = 9_000, 60
# Titles and dates as the program shows them; a set has no dates, so that a made-up one must not matter.
_SHARE_WITH_TITLE, _SHARE_WITH_DATE = 0.7, 0.3
_SHARE_WITHOUT_MARK = 0.15
# The blanks in "was n't" and "bees ?", which only the twins have and which must not tell them.
_SPLIT_TOKENS = re.compile(r" (?=n't\b|'s\b|[?,.])")


def read_groups(folder: Path, rng: random.Random, weights: Path) -> list[Group]:
    """One pass over all sets, in any order; windows and titles are drawn anew by `rng`.

    `weights` are the reader's: the words of swapped questions are chosen by their embeddings.

    Raises:
        FileNotFoundError: A file of `FILES` is missing.
    """
    groups = [
        *read_twins(folder, rng, split="train"),
        *_read_squad(folder, rng),
        *_read_swapped(folder, rng, QuestionSwapper(weights)),
        *_read_squad_two(folder, rng),
        *_read_qed(folder, rng),
    ]
    rng.shuffle(groups)
    return groups


def read_twins(folder: Path, rng: random.Random, *, split: str) -> Iterator[Group]:
    """A question and its twin on the same window, of the twins' "train" or "test" part."""
    paragraphs = {article["title"]: article["paragraphs"] for article in read_squad_articles(folder)}
    with gzip.open(folder / "squad-twins.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            if pair["split"] != split:
                continue
            text = paragraphs[pair["title"]][pair["paragraph"]]["context"]
            start = pair["answer_start"]
            row = _make_row(
                pair["question"], pair["title"], text, (start, start + len(pair["answer"])), rng, "twins"
            )
            if row:
                twin = _SPLIT_TOKENS.sub("", pair["twin"])
                yield row, _without_answer(row, twin, "twins:unanswerable")


def _read_squad(folder: Path, rng: random.Random) -> Iterator[Group]:
    """Questions on their paragraphs, and some on another paragraph of the article without the answer."""
    questions = [
        (article, number, qa)
        for article in read_squad_articles(folder)
        for number, paragraph in enumerate(article["paragraphs"])
        for qa in paragraph["qas"]
        if qa["answers"][0]["occurrences"] == 1
    ]
    rng.shuffle(questions)
    for index, (article, number, qa) in enumerate(questions[:_QUESTIONS_OF_SQUAD]):
        text, answer = article["paragraphs"][number]["context"], qa["answers"][0]
        span = (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        row = _make_row(qa["question"], article["title"], text, span, rng, "squad")
        if row is None:
            continue
        other = None
        if index < _NEGATIVES_OF_SQUAD:
            other = _nearest_without(article["paragraphs"], number, qa["question"], answer["text"])
        if other is None:
            yield (row,)
            continue
        sentences = _window(other, None, rng)[0]
        yield row, TrainingRow(
            question=row.question, context=row.context, sentences=sentences, evidence=(), span=None,
            source="squad:other-paragraph",
        )  # fmt: skip


def _read_swapped(folder: Path, rng: random.Random, swapper: QuestionSwapper) -> Iterator[Group]:
    """Questions of SQuAD, each with itself after a word was swapped, on the same window."""
    articles = read_squad_articles(folder)
    questions = [
        (article, paragraph["context"], qa)
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
        if qa["answers"][0]["occurrences"] == 1
    ]
    for article, text, qa in rng.sample(questions, min(_SWAPPED_OF_SQUAD, len(questions))):
        answer = qa["answers"][0]
        span = (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        row = _make_row(qa["question"], article["title"], text, span, rng, "squad")
        if row is None:
            continue
        asked = [other["question"] for paragraph in article["paragraphs"] for other in paragraph["qas"]]
        others = rng.sample(asked, min(_OTHERS, len(asked)))
        swapped = swapper.swap(qa["question"], " ".join(row.sentences), answer["text"], others, rng)
        if swapped is None:
            yield (row,)
            continue
        if not row.question.endswith("?"):
            swapped = swapped.rstrip(" ?").lower()
        yield row, _without_answer(row, swapped, "squad:swapped")


def _read_squad_two(folder: Path, rng: random.Random) -> Iterator[Group]:
    """Unanswerable questions, each with an answerable one on the same paragraph."""
    with gzip.open(folder / "squad-dev-v2.0-20-articles.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            answerable = [qa for qa in paragraph["qas"] if not qa["is_impossible"]]
            for qa in (qa for qa in paragraph["qas"] if qa["is_impossible"]):
                if not answerable:
                    continue
                partner = rng.choice(answerable)
                answer = min(
                    partner["answers"], key=lambda answer: (answer["occurrences"], len(answer["text"]))
                )
                span = (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
                question, title, text = partner["question"], article["title"], paragraph["context"]
                row = _make_row(question, title, text, span, rng, "squad2")
                if row:
                    yield row, _without_answer(row, qa["question"], "squad2:unanswerable")


def _read_qed(folder: Path, rng: random.Random) -> Iterator[Group]:
    """Questions that people type into a search engine."""
    with gzip.open(folder / "qed-train.jsonl.gz", "rt", encoding="utf-8") as lines:
        everything = list(lines)
        for line in rng.sample(everything, min(_QUESTIONS_OF_QED, len(everything))):
            entry = json.loads(line)
            if not entry["answers"]:
                continue
            start, end = entry["answers"][0]
            row = _make_row(entry["question"], entry["title"], entry["paragraph"], (start, end), rng, "qed")
            if row:
                yield (row,)


def _make_row(
    question: str,
    title: str,
    text: str,
    span: tuple[int, int],
    rng: random.Random,
    source: str,
) -> TrainingRow | None:
    """None where the answer runs over two sentences."""
    sentences, offsets = _window(text, span, rng)
    for number, (start, sentence) in enumerate(zip(offsets, sentences, strict=True)):
        if start <= span[0] and span[1] <= start + len(sentence):
            return TrainingRow(
                question=_vary(question, rng),
                context=_context(title, rng),
                sentences=sentences,
                evidence=(number,),
                span=(number, span[0] - start, span[1] - start),
                source=source,
            )
    return None


def _without_answer(row: TrainingRow, question: str, source: str) -> TrainingRow:
    return TrainingRow(
        question=question, context=row.context, sentences=row.sentences, evidence=(), span=None, source=source
    )


def _window(
    text: str, span: tuple[int, int] | None, rng: random.Random
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Neighbouring sentences around a span, or anywhere, and where they begin."""
    spans = find_sentences(text)
    anywhere = rng.randrange(len(spans))
    first = last = next((n for n, (_, end) in enumerate(spans) if span and span[1] <= end), anywhere)
    goal = rng.choice(_WINDOW_CHARS)
    while first > 0 or last + 1 < len(spans):
        before = first > 0 and (last + 1 == len(spans) or rng.random() < 0.5)
        start, end = spans[first - before][0], spans[last + (not before)][1]
        if end - start > goal:
            break
        first, last = first - before, last + (not before)
    kept = spans[first : last + 1]
    return tuple(text[start:end] for start, end in kept), tuple(start for start, _ in kept)


@cache
def find_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text stand; the whole of it where there are none."""
    return tuple(sentence_spans(text)) or ((0, len(text)),)


def _context(title: str, rng: random.Random) -> tuple[str, ...]:
    context: list[str] = []
    if rng.random() < _SHARE_WITH_TITLE:
        context.append(title.replace("_", " "))
        if rng.random() < _SHARE_WITH_DATE:
            context.append(f"{rng.randint(1995, 2027)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")
    return tuple(context)


def _vary(question: str, rng: random.Random) -> str:
    """Some in small letters and without the mark: so do the twins stand, and so do people type."""
    if rng.random() < _SHARE_WITHOUT_MARK:
        return question.rstrip(" ?").lower()
    return question


def _nearest_without(paragraphs: list[dict[str, Any]], number: int, question: str, answer: str) -> str | None:
    """The paragraph of the article that shares most words with the question and does not hold the answer."""
    words = content_words(question)
    best: tuple[int, str] | None = None
    for other, paragraph in enumerate(paragraphs):
        text = paragraph["context"]
        if other == number or answer.casefold() in text.casefold():
            continue
        shared = len(words & _paragraph_words(text))
        if best is None or shared > best[0]:
            best = (shared, text)
    return best[1] if best and best[0] > 1 else None


_paragraph_words: Callable[[str], set[str]] = cache(lambda text: set(content_words(text)))


@cache
def read_squad_articles(folder: Path) -> list[dict[str, Any]]:
    """The articles of SQuAD 1.1 train, as its file has them."""
    with gzip.open(folder / "squad-train-v1.1.json.gz", "rt", encoding="utf-8") as file:
        articles: list[dict[str, Any]] = json.load(file)["data"]
    return articles
