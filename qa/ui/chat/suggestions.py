"""Questions to begin with, from what the documents themselves ask and are about."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from qa.query.follow_up import is_follow_up
from qa.schema import Answer, DocumentSummary

__all__ = ["newest_first", "suggest", "suggest_next"]

_MAX_SUGGESTIONS = 4
_GENERAL_QUESTION = "What are the main risks?"
# A line of its own that asks: a heading of Markdown, or one of plain text after an empty line.
_QUESTION_HEADING = re.compile(r"(?:\A|\n)[ \t]*(?:\n|#{1,6} +)([^\n#|>*-][^\n]{10,80}\?)[ \t]*(?=\n|\Z)")
# How many documents are looked through, and how long one may be.
_MAX_DOCUMENTS, _MAX_CHARACTERS = 20, 200_000


def newest_first(documents: Sequence[DocumentSummary]) -> list[DocumentSummary]:
    """By date, those without one last, then by title."""
    return sorted(
        documents,
        key=lambda document: (
            -(document.published or date.min).toordinal(),
            document.title.casefold(),
            document.id,
        ),
    )


def suggest(
    documents: Sequence[DocumentSummary], read: Callable[[DocumentSummary], str]
) -> list[tuple[str, str]]:
    """Up to four questions, each with what it is about (or ""); the same for the same documents.

    The general one first; then headings that ask something, one a document, the newest first; then the
    commonest topics.

    Args:
        documents: The corpus.
        read: Gives a document's text.
    """
    suggestions = {_GENERAL_QUESTION: ""} if documents else {}
    for document in newest_first(documents)[:_MAX_DOCUMENTS]:
        if len(suggestions) == _MAX_SUGGESTIONS:
            break
        if document.characters <= _MAX_CHARACTERS:
            question = next(_find_question_headings(read(document)), None)
            if question:
                suggestions.setdefault(question, document.title)
    for topic in _rank_topics(documents):
        suggestions.setdefault(f"What are the main risks for {topic}?", "")
    return list(suggestions.items())[:_MAX_SUGGESTIONS]


def suggest_next(
    answer: Answer, asked: Iterable[str], read: Callable[[str], str], *, limit: int = 3
) -> list[str]:
    """Questions that the documents of an answer ask themselves and nobody has asked yet.

    Args:
        answer: Whose cited documents are looked through, in the order of its citations.
        asked: The questions of the conversation.
        read: Gives a document's text by its id; "" where it is gone.
        limit: How many at most.
    """
    done = {question.casefold() for question in asked}
    found: dict[str, None] = {}
    for document_id in dict.fromkeys(citation.document_id for citation in answer.citations):
        text = read(document_id)
        if len(text) <= _MAX_CHARACTERS:
            questions = _find_question_headings(text)
            found |= dict.fromkeys(question for question in questions if question.casefold() not in done)
    return list(found)[:limit]


def _find_question_headings(text: str) -> Iterator[str]:
    """The headings that ask something that can be understood without the text around them."""
    return (
        heading
        for match in _QUESTION_HEADING.finditer(text)
        if not is_follow_up(heading := " ".join(match[1].split()))
    )


def _rank_topics(documents: Sequence[DocumentSummary]) -> list[str]:
    """The commonest first, spelled as in a title where one has it ("canada" as "Canada")."""
    counts = Counter(topic for document in documents for topic in dict.fromkeys(document.topics))
    titles = "\n".join(sorted(document.title for document in documents))
    ordered = sorted(counts, key=lambda topic: (-counts[topic], topic))
    spellings = []
    for topic in ordered[:_MAX_SUGGESTIONS]:
        match = re.search(rf"\b{re.escape(topic)}\b", titles, re.IGNORECASE)
        spellings.append(match[0] if match else topic)
    return spellings
