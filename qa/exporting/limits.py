"""What a question is limited to, in words: for the page and for what is exported."""

from collections.abc import Iterator, Mapping

from qa.exporting.blocks import one_line
from qa.schema import Filters
from qa.text.source_words import format_count, format_date

__all__ = ["describe_filters", "describe_limits"]


def describe_limits(filters: Filters, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each limit with its name: "document:ID", "topic:NAME", "from", "to", "as-of".

    `titles` are those of documents by id; one that has none there is named by its id.
    """
    for document_id in filters.documents:
        yield f"document:{document_id}", one_line(titles.get(document_id, document_id))
    for topic in filters.topics:
        yield f"topic:{topic}", one_line(topic)
    if filters.since:
        yield "from", f"from {format_date(filters.since)}"
    if filters.until:
        yield "to", f"to {format_date(filters.until)}"
    if filters.as_of:
        yield "as-of", f"as the desk stood on {format_date(filters.as_of.date())}"


def describe_filters(filters: Filters, titles: Mapping[str, str]) -> str:
    """All limits in one line; "" if there are none. Documents without a title here are counted."""
    topics: list[str] = []
    documents: list[str] = []
    days: list[str] = []
    unknown = 0
    for name, words in describe_limits(filters, titles):
        limit, _, value = name.partition(":")
        if limit == "topic":
            topics.append(words)
        elif limit != "document":
            days.append(words)
        elif value in titles:
            documents.append(words)
        else:
            unknown += 1
    if unknown:
        documents.append(format_count(unknown, "other document" if documents else "chosen document"))
    parts = [f"{_name('topic', topics)} {', '.join(topics)}"] if topics else []
    if documents:
        named = f"{_name('document', documents)} {', '.join(documents)}"
        parts.append(", ".join(documents) if unknown == len(filters.documents) else named)
    return "; ".join(parts + days)


def _name(what: str, values: list[str]) -> str:
    return what if len(values) == 1 else f"{what}s"
