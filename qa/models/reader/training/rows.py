"""A row of training data: a question, a passage, and which of its sentences answer."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["TrainingRow", "read_row_file", "write_row_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """What the reader is shown, and what it should say.

    `context` is read before the sentences: title, date ("2024-08-09"), heading, what names a table's columns;
    only those that there are. `evidence` are the numbers of the sentences that answer, empty where the
    passage does not. `span` is the shortest answer as number of its sentence, start and end in that sentence.
    """

    question: str
    context: tuple[str, ...]
    sentences: tuple[str, ...]
    evidence: tuple[int, ...]
    span: tuple[int, int, int] | None
    source: str

    def __post_init__(self) -> None:
        if not self.sentences or any(not 0 <= number < len(self.sentences) for number in self.evidence):
            raise ValueError(f"{self.source}: evidence {self.evidence} of {len(self.sentences)} sentences")
        if self.span is not None:
            number, start, end = self.span
            if not 0 <= start < end <= len(self.sentences[number]):
                raise ValueError(f"{self.source}: the span {self.span} lies outside its sentence")


def write_row_file(path: Path, groups: list[tuple[TrainingRow, ...]]) -> None:
    """Rows as JSON Lines, a group of rows that belong together a line."""
    lines = (json.dumps([asdict(row) for row in group], ensure_ascii=False) for group in groups)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_row_file(path: Path) -> list[tuple[TrainingRow, ...]]:
    """What `write_row_file` wrote.

    Raises:
        ValueError: A line is no group of rows; it is named.
    """
    groups = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            groups.append(tuple(_from_json(entry) for entry in json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: no group of training rows ({error})") from error
    return groups


def _from_json(entry: dict[str, Any]) -> TrainingRow:
    span = entry["span"]
    return TrainingRow(
        question=entry["question"], context=tuple(entry["context"]), sentences=tuple(entry["sentences"]),
        evidence=tuple(entry["evidence"]), span=None if span is None else (span[0], span[1], span[2]),
        source=entry["source"],
    )  # fmt: skip
