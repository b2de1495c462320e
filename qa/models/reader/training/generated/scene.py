"""A scene: what a passage says, and the questions about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.models.reader.training.generated.filler import fillers, mention
from qa.models.reader.training.generated.templates import Line, fill
from qa.models.reader.training.generated.world import World
from qa.models.reader.training.rows import TrainingRow

__all__ = ["Scene"]

_MAX_SENTENCES, _MAX_CHARACTERS = 12, 950
_MAX_TABLE_CHARACTERS = 800  # figures make more tokens than words do
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OPENINGS = ("Please tell me: ", "Question: ", "Hello. ", "One question: ", "I need this: ")


@dataclass(frozen=True, slots=True)
class _Question:
    """A question that is not yet put into words; `evidence` is empty where the passage does not answer it."""

    pool: tuple[str, ...]
    values: Mapping[str, str]
    evidence: tuple[Line, ...]
    slot: str | None
    weight: float


class Scene:
    """Gathers lines in blocks and questions about them; `rows` makes them a passage with its questions.

    The lines of a block stand together in their order; blocks are shuffled. `is_table` keeps the blocks in
    order. `has_fillers` lets other prose between them, tables never. `is_past` is for what is over: such a
    passage is sometimes dated.
    """

    def __init__(
        self,
        world: World,
        kind: str,
        *,
        is_table: bool = False,
        has_fillers: bool = True,
        is_past: bool = False,
    ) -> None:
        self.world = world
        self.context: list[str] = []
        self._kind = kind
        self._is_table = is_table
        self._has_fillers = has_fillers and not is_table
        self._is_past = is_past
        self._blocks: list[list[Line]] = []
        self._questions: list[_Question] = []

    def say(self, pool: tuple[str, ...], values: Mapping[str, str]) -> Line:
        """Add one line, a block by itself, out of a template of `pool`."""
        line = self.line(pool, values)
        self._blocks.append([line])
        return line

    def line(self, pool: tuple[str, ...], values: Mapping[str, str]) -> Line:
        """A line out of a template of `pool`, not yet part of the passage."""
        return fill(self.world.rng, self.world.pick(pool), values)

    def add(self, *block: Line) -> None:
        """Add a block of lines."""
        self._blocks.append(list(block))

    def head(self, pool: tuple[str, ...], values: Mapping[str, str], *, chance: float = 1.0) -> None:
        """Add a title or heading in `chance` of the cases."""
        if self.world.chance(chance):
            self.context.append(self.line(pool, values).text)

    def mention(self, country: str, product: str, time: str) -> None:
        """Sometimes add a line that names one or two of the three, of which nothing else is said."""
        if self.world.chance(0.4):
            self.add(mention(self.world, country, product, time))

    def ask(
        self,
        pool: tuple[str, ...],
        values: Mapping[str, str],
        evidence: Sequence[Line] = (),
        slot: str | None = None,
        *,
        weight: float = 1.0,
    ) -> None:
        """Ask a question that `evidence` answers, its first line in `slot`; without evidence nothing does.

        Of the questions of a scene some become rows, those of a higher `weight` rather than others.
        """
        self._questions.append(_Question(pool, dict(values), tuple(evidence), slot, weight))

    def withdraw(self, pool: tuple[str, ...], values: Mapping[str, str]) -> None:
        """Take back the unanswerable questions out of `pool` with just these `values`."""
        self._questions = [
            question
            for question in self._questions
            if question.evidence or question.pool is not pool or question.values != values
        ]

    def rows(self, answerable: int, unanswerable: int) -> Iterator[TrainingRow]:
        """At most so many rows of each sort over one passage."""
        lines = self._arrange()
        if self._is_past and self.world.chance(0.35):
            self._date(lines)
        numbers = {id(line): number for number, line in enumerate(lines)}
        texts = tuple(line.text for line in lines)
        asked: set[str] = set()
        chosen = self._choose(answerable, lines, has_evidence=True)
        chosen += self._choose(unanswerable, lines, has_evidence=False)
        for question in chosen:
            words = self._phrase(question)
            if words.lower().rstrip("?") in asked:
                continue
            asked.add(words.lower().rstrip("?"))
            span = None
            if question.evidence and question.slot:
                first = question.evidence[0]
                span = (numbers[id(first)], *first.slots[question.slot])
            yield TrainingRow(
                question=words,
                context=tuple(self.context),
                sentences=texts,
                evidence=tuple(sorted(numbers[id(line)] for line in question.evidence)),
                span=span,
                source=f"generated:{self._kind}",
            )

    def _choose(self, count: int, lines: Sequence[Line], *, has_evidence: bool) -> list[_Question]:
        """Questions of one sort whose evidence is whole among `lines`."""
        shown = {id(line) for line in lines}
        questions = [
            question
            for question in self._questions
            if bool(question.evidence) == has_evidence
            and all(id(line) in shown for line in question.evidence)
        ]
        keys = [self.world.rng.random() ** (1 / question.weight) for question in questions]
        order = sorted(range(len(questions)), key=keys.__getitem__, reverse=True)
        return [questions[number] for number in order[:count]]

    def _arrange(self) -> list[Line]:
        rng = self.world.rng
        blocks = list(self._blocks)
        if self._has_fillers:
            count = sum(len(block) for block in blocks)
            characters = sum(len(line.text) for block in blocks for line in block)
            for line in fillers(self.world, rng.randint(0, max(0, min(6, _MAX_SENTENCES - count)))):
                characters += len(line.text)
                if characters > _MAX_CHARACTERS:
                    break
                blocks.append([line])
        if not self._is_table:
            rng.shuffle(blocks)
        lines = [line for block in blocks for line in block][:_MAX_SENTENCES]
        limit = _MAX_TABLE_CHARACTERS if self._is_table else _MAX_CHARACTERS
        while sum(len(line.text) for line in lines) > limit:
            lines.pop()
        return lines

    def _date(self, lines: Sequence[Line]) -> None:
        """Date the passage after all that it tells."""
        texts = [*self.context, *(line.text for line in lines)]
        years = [int(year) for text in texts for year in _YEAR.findall(text)]
        if years:
            date = self.world.date(max(years) + self.world.rng.randint(1, 2))
            self.context.insert(min(1, len(self.context)), date)

    def _phrase(self, asked: _Question) -> str:
        rng = self.world.rng
        question = self.line(asked.pool, asked.values).text
        style = rng.random()
        if style < 0.1:
            return question.lower().rstrip("?")
        if style < 0.18:
            return question.rstrip("?")
        if style < 0.23:
            return question.lower()
        if style < 0.26:
            return rng.choice(_OPENINGS) + question
        return question
