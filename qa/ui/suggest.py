"""Questions to begin with, from what the documents themselves ask and are about."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from qa.query.follow_up import is_follow_up
from qa.schema import DocumentSummary

__all__ = ["newest_first", "suggest"]

_COUNT = 4
_GENERAL = "What are the main risks?"
# A line of its own that asks: a heading of Markdown, or one of plain text after an empty line.
_ASKING_LINE = re.compile(r"(?:\A|\n)[ \t]*(?:\n|#{1,6} +)([^\n#|>*-][^\n]{10,80}\?)[ \t]*(?=\n|\Z)")
# How many documents are looked through, and how long one may be.
_DOCUMENTS, _CHARACTERS = 20, 200_000


def newest_first(documents: Sequence[DocumentSummary]) -> list[DocumentSummary]:
    """By date, those without one last, then by title."""
    return sorted(
        documents, key=lambda one: (-(one.published or date.min).toordinal(), one.title.casefold(), one.id)
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
    found = {_GENERAL: ""} if documents else {}
    for one in newest_first(documents)[:_DOCUMENTS]:
        if len(found) == _COUNT:
            break
        if one.characters <= _CHARACTERS:
            asked = next(_asked(read(one)), None)
            if asked:
                found.setdefault(asked, one.title)
    for topic in _topics(documents):
        found.setdefault(f"What are the main risks for {topic}?", "")
    return list(found.items())[:_COUNT]


def _asked(text: str) -> Iterator[str]:
    """The headings that ask something that can be understood without the text around them."""
    return (
        found
        for match in _ASKING_LINE.finditer(text)
        if not is_follow_up(found := " ".join(match[1].split()))
    )


def _topics(documents: Sequence[DocumentSummary]) -> list[str]:
    """The commonest first, spelled as in a title where one has it ("canada" as "Canada")."""
    counted = Counter(topic for one in documents for topic in dict.fromkeys(one.topics))
    titles = "\n".join(sorted(one.title for one in documents))
    ordered = sorted(counted, key=lambda topic: (-counted[topic], topic))
    spelled = []
    for topic in ordered[:_COUNT]:
        match = re.search(rf"\b{re.escape(topic)}\b", titles, re.IGNORECASE)
        spelled.append(match[0] if match else topic)
    return spelled
