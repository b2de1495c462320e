"""Rows from documents in our own folders: their sentences and table rows, true and with one change."""

import csv
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qa.models.checker.training.changes import CHANGES, add_unsaid, change
from qa.models.checker.training.claim_rows import ClaimRow, Label, Spans, Statement
from qa.models.checker.training.paraphrases import join_sentences, paraphrase
from qa.text.sentences import sentence_spans

__all__ = ["change_rows", "read_documents"]

_TITLE = re.compile(r"^(?:title: *|# +)(.+)$", re.MULTILINE)
_LAYOUT = re.compile(r"^\s*(?:[|>#*-]|\d+\.|[a-z_]+:|https?:|\S+@\S+)")
_SENTENCE_CHARS = (30, 260)
_JOINED_SHARE, _BESIDE_SHARE, _CONTEXT_SHARE = 0.2, 0.1, 0.85
_LAST_RESORTS = ("salad", "salad", "salad", "cause")
_RESORT_SHARE = 0.3


def read_documents(folders: Iterable[Path], rng: random.Random, passes: int) -> Iterator[ClaimRow]:
    """Rows from the Markdown, plain text and CSV files of folders."""
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in (".md", ".txt"):
            statements = list(_statements(path.read_text(encoding="utf-8"), path.name, rng))
        elif path.suffix == ".csv":
            statements = list(_cell_statements(path, rng))
        else:
            continue
        for _ in range(passes):
            for statement in statements:
                yield from change_rows(statement, rng, count=2)


def change_rows(
    statement: Statement, rng: random.Random, *, count: int, share: float = 0.8
) -> Iterator[ClaimRow]:
    """The statement in other words, `count` changes of it, and at times something added."""
    text = paraphrase(statement.text, rng) if rng.random() < share else statement.text
    group = f"{statement.source}: {statement.text}"

    def row(claim: str, label: Label, words: Spans, kind: str) -> ClaimRow:
        return ClaimRow(
            claim=claim, context=statement.context, evidence=statement.evidence, label=label, words=words,
            change=kind, source=statement.source, group=group,
        )  # fmt: skip

    yield row(text, "supported", (), statement.wording)
    kinds = [kind for kind in CHANGES if kind not in _LAST_RESORTS]
    rng.shuffle(kinds)
    kinds = sorted(kinds, key=lambda kind: rng.random() * _RARITY.get(kind, 1.0))
    if rng.random() < _RESORT_SHARE:
        kinds.insert(0, rng.choice(_LAST_RESORTS))
    made = 0
    for kind in kinds:
        # Half of the changed claims are worded as the true one is, half anew.
        wording = text if rng.random() < 0.5 else paraphrase(statement.text, rng)
        changed = change(kind, statement, wording, rng)
        if changed:
            made += 1
            yield row(changed.text, "unsupported", changed.words, kind)
        if made == count:
            break
    if rng.random() < 0.15 and (added := add_unsaid(statement, text, rng)):
        yield row(added.text, "partial", added.words, "added")


# Kinds that fit nearly everywhere stand back behind those that need a word of theirs.
_RARITY = {
    "negation": 2.0,
    "name": 1.6,
    "number": 1.2,
    "mixed": 1.3,
    "modality": 1.2,
    "unit": 0.5,
    "product": 0.7,
}


def _statements(text: str, name: str, rng: random.Random) -> Iterator[Statement]:
    match = _TITLE.search(text[:1000])
    title = match[1].strip() if match else Path(name).stem.replace("-", " ")
    sections = list(_sections(text))
    whole = [line for _, lines in sections for line in lines]
    for heading, lines in sections:
        for number, line in enumerate(lines):
            if not _SENTENCE_CHARS[0] <= len(line) <= _SENTENCE_CHARS[1]:
                continue
            first = max(0, number - rng.choice((0, 0, 0, 1, 1, 2)))
            last = number + rng.choice((0, 0, 1, 2))
            evidence = tuple(lines[first : last + 1])
            claim, wording = _join_neighbours(evidence, line, rng)
            if rng.random() < _BESIDE_SHARE:
                evidence = (*evidence, rng.choice(whole))
            yield Statement(
                text=claim,
                context=tuple(part for part in (title, heading) if part and rng.random() < _CONTEXT_SHARE),
                evidence=evidence,
                others=tuple(other for other in whole if other not in evidence),
                wording=wording,
                source=name,
            )


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The whole sentences of each paragraph, with the heading above it."""
    if text.startswith("---\n"):
        text = text.partition("\n---\n")[2]
    heading = ""
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("#"):
            heading = lines.pop(0).strip("# ")
        if not lines or any(_LAYOUT.match(line) for line in lines):
            continue
        paragraph = " ".join(" ".join(lines).split())
        sentences = [paragraph[start:end] for start, end in sentence_spans(paragraph)]
        yield heading, [line for line in sentences if line[-1:] in ".!"]


def _join_neighbours(evidence: Sequence[str], line: str, rng: random.Random) -> tuple[str, str]:
    """The line, at times in one with the next, and how the claim is worded."""
    if len(evidence) > 1 and rng.random() < _JOINED_SHARE:
        at = evidence.index(line)
        pair = (line, evidence[at + 1]) if at + 1 < len(evidence) else (evidence[at - 1], line)
        if sum(map(len, pair)) < _SENTENCE_CHARS[1]:
            return join_sentences(*pair, rng), "joined"
    return line, "restated"


def _cell_statements(path: Path, rng: random.Random) -> Iterator[Statement]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) > 2]
    if len(rows) < 3:
        return
    yield from state_cells(path.stem.replace("-", " "), "", rows[0], rows[1:], path.name, rng)


def state_cells(
    title: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    source: str,
    rng: random.Random,
) -> Iterator[Statement]:
    """What single cells say, with their row, and at times another, as evidence."""
    lines = [
        "; ".join(f"{head}: {cell}" for head, cell in zip(heads, row, strict=False) if cell) for row in rows
    ]
    for number, row in enumerate(rows):
        named = [index for index, cell in enumerate(row) if cell and not _is_figure(cell)]
        years = [index for index, cell in enumerate(row) if re.fullmatch(r"(?:19|20)\d\d(?:/\d\d)?", cell)]
        figures = [
            index for index, cell in enumerate(row) if cell and _is_figure(cell) and index not in years
        ]
        if not named or not figures:
            continue
        index = rng.choice(figures)
        subject = " ".join(filter(None, (row[place] for place in named[:2])))
        when = f" in {row[years[0]]}" if years else ""
        head = heads[index].lower() if heads[index][:2] != heads[index][:2].upper() else heads[index]
        text = rng.choice(
            (
                f"{subject}: {head} was {row[index]}{when}.",
                f"For {subject}, the {head} stood at {row[index]}{when}.",
                f"The {head} of {subject} came to {row[index]}{when}.",
                f"With {row[index]}, {subject} is listed under {head}{when}.",
            )
        )
        near = rng.randrange(len(lines))
        evidence = (lines[number],) if rng.random() < 0.6 or near == number else (lines[number], lines[near])
        if caption:
            evidence = (caption, *evidence)
        others = tuple(line for line in rng.sample(lines, min(6, len(lines))) if line not in evidence)
        yield Statement(
            text=text, context=(title,), evidence=evidence, others=others, wording="table", source=source
        )


def _is_figure(cell: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+ ?%?", cell) is not None
