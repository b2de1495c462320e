"""The quotes that question files name, located in the documents of the store."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from qa.errors import EvaluationError
from qa.evaluate.datasets.dataset_types import AnsweringAssistant, Gold, GoldQuote, Question, Quote
from qa.schema import DocumentSummary, Span
from qa.store import DocumentLookup

__all__ = ["GoldFinder", "check_gold"]

_MAX_CACHED_TEXTS = 64  # documents whose text is kept in memory
_MAX_LISTED = 20  # problems that are named; the rest are counted
_MAX_QUOTE_CHARS = 60


class GoldFinder:
    """Finds what question files name in the store, as it is when this is made; not thread-safe.

    A document is named as everywhere: by id, source, title or file name. Unlike `Assistant.document` this
    looks a name up without going through all documents, which is felt with thousands of quotes.
    """

    def __init__(self, documents: Sequence[DocumentSummary], text_of: Callable[[str], str]) -> None:
        self._text_of, self._texts = text_of, OrderedDict[str, str]()
        self._names = DocumentLookup(documents)

    @classmethod
    def for_assistant(cls, assistant: AnsweringAssistant) -> "GoldFinder":
        """Over the documents of an assistant."""
        return cls(assistant.documents(), lambda document_id: assistant.document(document_id).text)

    def document_text(self, document_id: str) -> str:
        """The stored text of a document, from memory if it was among the last 64."""
        if document_id not in self._texts:
            self._texts[document_id] = self._text_of(document_id)
            while len(self._texts) > _MAX_CACHED_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(document_id)
        return self._texts[document_id]

    def locate(self, question: Question) -> Gold:
        """What is known about the right answer.

        Raises:
            EvaluationError: A quote's document is not in the store, or the quote is not in it.
        """
        return Gold(
            answerable=question.answerable,
            answers=question.answers,
            quotes=tuple(self._locate_quote(quote) for quote in question.quotes),
            nuggets=question.nuggets,
        )

    def _locate_quote(self, quote: Quote) -> GoldQuote:
        document_id = self._find_document(quote.document)
        text = self.document_text(document_id)
        if quote.text is None:
            spans: tuple[Span, ...] = (Span(0, len(text)),)
        else:
            spans = tuple(_find_spans(text, quote.text, quote.start))
            if not spans:
                raise EvaluationError(f"the quote {_shorten_quote(quote.text)} is not in {quote.document}")
        return GoldQuote(
            document_id=document_id, spans=spans, whole=quote.text is None, relevance=quote.relevance
        )

    def _find_document(self, name: str) -> str:
        matches = self._names.find(name)
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise EvaluationError(f"{name!r} may mean {', '.join(sorted(matches))}: use one of these ids")
        raise EvaluationError(f"the document {name!r} is not in the store")


def _find_spans(text: str, quote: str, start: int | None) -> Iterable[Span]:
    if start is not None and quote and text.startswith(quote, start):
        yield Span(start, start + len(quote))
        return
    place = text.find(quote) if quote else -1
    if place < 0 and (words := quote.split()):
        # A quote in one line of a text that has breaks in it.
        for found in re.finditer(r"\s+".join(map(re.escape, words)), text):
            yield Span(*found.span())
    while place >= 0:
        yield Span(place, place + len(quote))
        place = text.find(quote, place + 1)


def _shorten_quote(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _MAX_QUOTE_CHARS else line[:_MAX_QUOTE_CHARS] + '…'}”"


def check_gold(questions: Iterable[Question], finder: GoldFinder) -> None:
    """Look for every quote before anything is asked.

    Raises:
        EvaluationError: Some are not there; `problems` names the first 20 by row.
    """
    problems: list[str] = []
    count = 0
    for question in questions:
        try:
            finder.locate(question)
        except EvaluationError as error:
            count += 1
            if len(problems) < _MAX_LISTED:
                problems.append(f"{question.where}, question {question.id!r}: {error}")
    if count:
        if count > len(problems):
            problems.append(f"and {count - len(problems):,} more")
        raise EvaluationError(
            f"{count:,} {'questions name' if count > 1 else 'question names'} a quote or document that is "
            "not there: add the documents or mend the questions; nothing was asked",
            tuple(problems),
        )
