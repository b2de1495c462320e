"""A table with the document that it stands in."""

from dataclasses import dataclass

from qa.schema.documents import Document
from qa.schema.tables import Table

__all__ = ["SourceTable"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceTable:
    """A table of a document; two are equal only where they are the same object.

    `heading` is the path of headings that it stands under, None where there is none.
    """

    document: Document
    table: Table
    heading: str | None = None
