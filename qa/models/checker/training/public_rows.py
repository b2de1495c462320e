"""Public question sets and claims as rows for the checker (their licences stand in the model card)."""

import difflib
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.models.checker.training.changes import CHANGES, change
from qa.models.checker.training.claim_rows import ClaimRow, Label, Spans, Statement
from qa.models.checker.training.paraphrases import paraphrase, upper_first
from qa.models.checker.training.statements import state, state_yes_no
from qa.models.reader.training.public_sets import find_sentences, read_squad_articles
from qa.text.overlap import stems

__all__ = ["FILES", "read_boolq", "read_squad", "read_stances", "read_twins"]

# What lies in the folder of data.
FILES = (
    "squad-train-v1.1.json.gz",
    "squad-twins.jsonl.gz",
    "boolq-dev.jsonl.gz",
    "factcheck-stance.jsonl.gz",
)
_DIGIT = re.compile(r"\d")
_SPLIT_TOKENS = re.compile(r" (?=n't\b|'s\b|[?,.])")
_HELD_OUT_ARTICLES = 20  # of SQuAD, every so many one is kept for measuring
_MAX_EVIDENCE = 900  # characters of a passage that is read whole
_STANCES: dict[str, Label] = {
    "completely-support": "supported", "partially-support": "partial", "refute": "unsupported",
    "irrelevant": "unsupported",
}  # fmt: skip
_IRRELEVANT_SHARE = 0.25


def is_held_out(title: str, titles: list[str]) -> bool:
    """Whether an article is for measuring."""
    return titles.index(title) % _HELD_OUT_ARTICLES == 0


def read_twins(folder: Path, rng: random.Random, *, split: str) -> Iterator[ClaimRow]:
    """Statements of answerable questions, and of their twins, which people made false by a word."""
    paragraphs = {article["title"]: article["paragraphs"] for article in read_squad_articles(folder)}
    for pair in _lines(folder / "squad-twins.jsonl.gz"):
        if pair["split"] != split:
            continue
        text, answer, start = (
            paragraphs[pair["title"]][pair["paragraph"]]["context"],
            pair["answer"],
            pair["answer_start"],
        )
        evidence = _evidence(text, start, start + len(answer), rng)
        true = state(pair["question"], answer, text[max(0, start - 20) : start])
        twin = state(_SPLIT_TOKENS.sub("", pair["twin"]), answer, text[max(0, start - 20) : start])
        if evidence is None or true is None or twin is None:
            continue
        context = _context(pair["title"], rng)
        group = pair["id"]
        true_text, twin_text = true[0], twin[0]
        if rng.random() < 0.5:  # twins are written in small letters, which must not tell them
            true_text, twin_text = true_text.lower(), twin_text.lower()
        else:
            twin_text = _capitals_of(twin_text, f"{true_text} {' '.join(evidence)}")
        words = _different_words(true_text, twin_text)
        yield _row(true_text, context, evidence, "supported", (), "paraphrase", "twins", group)
        yield _row(twin_text, context, evidence, "unsupported", words, "twin", "twins", group)


def read_squad(folder: Path, rng: random.Random, count: int, *, held_out: bool) -> Iterator[ClaimRow]:
    """Statements of questions with their answer, and the same with one change or another answer."""
    articles = read_squad_articles(folder)
    titles = [article["title"] for article in articles]
    questions = [
        (article, number, qa)
        for article in articles
        for number, paragraph in enumerate(article["paragraphs"])
        for qa in paragraph["qas"]
        if is_held_out(article["title"], titles) == held_out and qa["answers"][0]["occurrences"] == 1
    ]
    for article, number, qa in rng.sample(questions, min(count, len(questions))):
        text, answer = article["paragraphs"][number]["context"], qa["answers"][0]
        start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
        evidence = _evidence(text, start, end, rng)
        if evidence is None:
            continue
        others = _other_sentences(text, evidence)
        context = _context(article["title"], rng)
        stated = state(qa["question"], answer["text"], text[max(0, start - 20) : start])
        sentence = next((line for line in evidence if answer["text"] in line), None)
        if stated is None or (sentence and rng.random() < 0.35):
            if sentence is None or len(sentence) > 250:
                continue
            true_text, wording = paraphrase(sentence, rng), "restated"
        else:
            true_text, wording = stated[0], "paraphrase"
            if rng.random() < 0.3:
                true_text = paraphrase(true_text, rng)
        statement = Statement(
            text=true_text, context=context, evidence=evidence, others=others, wording=wording, source="squad"
        )
        yield _row(true_text, context, evidence, "supported", (), wording, "squad", qa["id"])
        kinds = [*CHANGES, "answer", "answer", "answer"]
        rng.shuffle(kinds)
        for kind in kinds:
            if kind == "answer":
                changed = (
                    _other_answer(article["paragraphs"][number], qa, stated, rng)
                    if wording == "paraphrase"
                    else None
                )
                if changed and true_text == (stated or ("",))[0]:
                    yield _row(
                        changed[0],
                        context,
                        evidence,
                        "unsupported",
                        (changed[1],),
                        "mixed",
                        "squad",
                        qa["id"],
                    )
                    break
                continue
            result = change(kind, statement, true_text, rng)
            if result:
                yield _row(
                    result.text, context, evidence, "unsupported", result.words, kind, "squad", qa["id"]
                )
                break


def _other_answer(
    paragraph: dict[str, Any],
    qa: dict[str, Any],
    stated: tuple[str, tuple[int, int]] | None,
    rng: random.Random,
) -> tuple[str, tuple[int, int]] | None:
    """The statement with the answer of another question about the same paragraph, of the same shape."""
    if stated is None:
        return None
    text, (start, end) = stated
    own = text[start:end]
    others = {other["answers"][0]["text"] for other in paragraph["qas"] if other["id"] != qa["id"]}
    fitting = [
        other for other in sorted(others)
        if not stems(other) & stems(own) and bool(_DIGIT.search(other)) == bool(_DIGIT.search(own))
        and other[:1].isupper() == own[:1].isupper() and len(other) < 60
    ]  # fmt: skip
    if not fitting:
        return None
    other = rng.choice(fitting)
    return text[:start] + other + text[end:], (start, start + len(other))


def read_boolq(folder: Path, rng: random.Random) -> Iterator[ClaimRow]:
    """Yes/no questions as claims: supported where the answer is yes."""
    for number, entry in enumerate(_lines(folder / "boolq-dev.jsonl.gz")):
        text = entry["passage"]
        claim = state_yes_no(entry["question"])
        if claim is None or len(text) > _MAX_EVIDENCE:
            continue
        evidence = tuple(text[start:end] for start, end in find_sentences(text))
        claim = _capitals_of(claim, f"{text} {entry['title']}") if rng.random() < 0.8 else claim
        label: Label = "supported" if entry["answer"] else "unsupported"
        yield _row(
            claim,
            (entry["title"],),
            evidence,
            label,
            () if entry["answer"] else None,
            "yes-no",
            "boolq",
            f"boolq-{number}",
        )


def read_stances(folder: Path, rng: random.Random) -> Iterator[ClaimRow]:
    """Claims with evidence from the web, whose stance people told; a part of what is beside the point."""
    for entry in _lines(folder / "factcheck-stance.jsonl.gz"):
        if entry["stance"] == "irrelevant" and rng.random() > _IRRELEVANT_SHARE:
            continue
        label = _STANCES[entry["stance"]]
        evidence = tuple(
            entry["evidence"][start:end] for start, end in find_sentences(entry["evidence"][:_MAX_EVIDENCE])
        )
        words = () if label == "supported" else None
        if evidence:
            yield _row(entry["claim"], (), evidence, label, words, entry["stance"], "stance", entry["claim"])


def _evidence(text: str, start: int, end: int, rng: random.Random) -> tuple[str, ...] | None:
    """One to four sentences, that with the answer among them."""
    spans = find_sentences(text)
    at = next((number for number, span in enumerate(spans) if span[0] <= start and end <= span[1]), None)
    if at is None:
        return None
    size = rng.choice((1, 1, 2, 2, 3, 4))
    first = max(0, at - rng.randrange(size))
    # A "he" or "it" needs the sentence before.
    if (
        first == at
        and at
        and re.match(r"(He|She|It|They|This|These|His|Her|Its|Their|That)\b", text[spans[at][0] :])
    ):
        first = at - 1
    kept = spans[first : max(first + size, at + 1)]
    return tuple(text[a:b] for a, b in kept)


def _other_sentences(text: str, evidence: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for a, b in find_sentences(text) if (line := text[a:b]) not in evidence)


def _context(title: str, rng: random.Random) -> tuple[str, ...]:
    return (title.replace("_", " "),) if rng.random() < 0.8 else ()


def _capitals_of(text: str, model: str) -> str:
    """Words in capitals as they stand elsewhere."""
    capitals = {word.casefold(): word for word in re.findall(r"(?<![.?!] )(?<!^)\b[A-Z][\w'-]+", model)}
    return upper_first(re.sub(r"[\w'-]+", lambda match: capitals.get(match.group(), match.group()), text))


def _different_words(first: str, second: str) -> Spans | None:
    """The words of the second that the first lacks; None where hardly any is shared."""
    words = [(match.group().casefold(), match.span()) for match in re.finditer(r"[\w'’-]+", second)]
    known = [word.casefold() for word in re.findall(r"[\w'’-]+", first)]
    matcher = difflib.SequenceMatcher(None, known, [word for word, _ in words], autojunk=False)
    if matcher.ratio() < 0.7:
        return None
    return tuple(
        span
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for _, span in words[start:end]
    )


def _row(
    claim: str, context: tuple[str, ...], evidence: tuple[str, ...], label: Label, words: Spans | None,
    kind: str, source: str, group: str,
) -> ClaimRow:  # fmt: skip
    return ClaimRow(
        claim=claim,
        context=context,
        evidence=evidence,
        label=label,
        words=words,
        change=kind,
        source=source,
        group=group,
    )


def _lines(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
