"""Sets of characters of documents: what was found and what should have been, laid over one another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from qa.evaluate.datasets.dataset_types import GoldQuote
from qa.schema import Span

__all__ = ["CharacterSet", "gold_characters"]


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A set of (document id, offset), kept as spans: per document ascending, and none touches another."""

    spans: Mapping[str, Sequence[tuple[int, int]]]

    @classmethod
    def from_spans(cls, spans: Iterable[tuple[str, int, int]]) -> Self:
        """The union of (document id, start, end), half open, in any order; a character counts once."""
        merged: dict[str, list[tuple[int, int]]] = {}
        for document, start, end in sorted(spans):
            document_spans = merged.setdefault(document, [])
            if document_spans and start <= document_spans[-1][1]:
                document_spans[-1] = (document_spans[-1][0], max(document_spans[-1][1], end))
            else:
                document_spans.append((start, end))
        return cls(merged)

    @property
    def size(self) -> int:
        """How many characters are in the set."""
        return sum(end - start for spans in self.spans.values() for start, end in spans)

    def overlap_size(self, document: str, span: Span) -> int:
        """How many characters of the span are in the set."""
        return sum(
            max(0, min(end, span.end) - max(start, span.start)) for start, end in self.spans.get(document, ())
        )

    def intersection_size(self, other: "CharacterSet") -> int:
        """How many characters are in both."""
        return sum(
            self.overlap_size(document, Span(start, end))
            for document, spans in other.spans.items()
            for start, end in spans
        )


def gold_characters(quotes: Iterable[GoldQuote], scored: CharacterSet) -> CharacterSet:
    """What should have been found, given what was.

    A quote's text may stand in several places, all equally good: of each quote the place counts that shares
    most characters with `scored`, the first such. Where quotes overlap, a character counts once.
    """
    return CharacterSet.from_spans(
        (quote.document_id, best.start, best.end)
        for quote in quotes
        for best in [max(quote.spans, key=lambda span: scored.overlap_size(quote.document_id, span))]
    )
