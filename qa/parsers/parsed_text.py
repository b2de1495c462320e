"""What loading takes and gives."""

import hashlib
import json
from dataclasses import dataclass, field, fields

from qa.schema import Document, HasMetadata, Metadata, RecognisedPage, StructureMark, Table

__all__ = ["STRUCK_NOTE", "ParsedContent", "ParsedText"]

STRUCK_NOTE = "left out: struck-out text"  # among the notes of a text without it


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedContent:
    """What a format's reader finds in a file: text, its structure, and what the file says about itself.

    `pages` holds the offset at which each page starts; empty where there are none. `structure` holds headings
    and rows in order, `tables` the tables, by where they start, `recognised` the pages whose text was
    recognised in a picture; `pictures_left_out` says that some was not because nothing may be. `notes` are
    lines about what could not be read of it.
    """

    text: str
    structure: tuple[StructureMark, ...]
    pages: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()
    recognised: tuple[RecognisedPage, ...] = ()
    pictures_left_out: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText(HasMetadata):
    r"""A text that was read: everything a `Document` has but its id.

    `text` is decoded, without byte-order mark, with newlines as `\n`; `body_start` is the offset after
    the front matter. `source` is the file's absolute path, its address, or "stdin:" and the title. The
    other fields are those of `Document`; `notes` are lines about what could not be read.
    """

    source: str
    metadata: Metadata
    text: str
    body_start: int = 0
    markdown: bool = False
    pages: tuple[int, ...] = ()
    structure: tuple[StructureMark, ...] | None = None
    tables: tuple[Table, ...] = ()
    recognised: tuple[RecognisedPage, ...] = ()
    format: str = "text"
    fingerprint: str = ""
    user_set_fields: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Over the text and all metadata, so that a changed title is a change; not over the source."""
        hashed_values: tuple[object, ...] = (
            self.title,
            self.published.isoformat() if self.published else None,
            self.publisher,
            self.topics,
            self.body_start,
            self.markdown,
            self.text,
        )
        if self.structure is not None or self.pages:
            outline_values = [(entry.start, entry.end, entry.level) for entry in self.structure or ()]
            hashed_values = (*hashed_values, outline_values, self.pages)
        if self.tables:
            hashed_values = (*hashed_values, [_table_values(table) for table in self.tables])
        if self.recognised:
            hashed_values = (*hashed_values, ["recognised", *self.recognised])
        return hashlib.sha256(json.dumps(hashed_values, ensure_ascii=True).encode("ascii")).hexdigest()

    @classmethod
    def of(cls, document: Document) -> "ParsedText":
        """The text that became this document."""
        field_names = [declared.name for declared in fields(cls) if declared.name != "notes"]
        return cls(**{name: getattr(document, name) for name in field_names})

    def to_document(self, document_id: str) -> Document:
        """The document under an id."""
        return Document(
            id=document_id,
            source=self.source,
            metadata=self.metadata,
            text=self.text,
            sha256=self.sha256,
            body_start=self.body_start,
            markdown=self.markdown,
            pages=self.pages,
            structure=self.structure,
            tables=self.tables,
            recognised=self.recognised,
            format=self.format,
            fingerprint=self.fingerprint,
            user_set_fields=self.user_set_fields,
        )


def _table_values(table: Table) -> tuple[object, ...]:
    return tuple(getattr(table, declared.name) for declared in fields(table))
