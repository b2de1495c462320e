"""The corpus as its keeper sees it."""

from dataclasses import dataclass
from typing import Literal

from qa.schema.documents import HasMetadata, Metadata, RecognisedPage

__all__ = ["AddReport", "DocumentSummary", "Failure", "NearDuplicate", "Version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary(HasMetadata):
    """A line of `qa list`: a ready document without its text.

    Where several documents have one title, that in `metadata` says which this is: "Levy (2029)";
    `stored_title` is the document's own then, "" where it is the same.
    `added_at` and `updated_at` (of this version) are ISO 8601 in UTC; `recognised` names the pages whose
    text was recognised in a picture, `user_set_fields` the fields that a user has set, which an update of the
    file leaves alone.
    """

    id: str
    source: str
    metadata: Metadata
    chunks: int
    characters: int
    added_at: str
    sha256: str
    updated_at: str = ""
    format: str = "text"
    recognised: tuple[RecognisedPage, ...] = ()
    user_set_fields: tuple[str, ...] = ()
    stored_title: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be added, and why, in one line.

    `failed_at` is ISO 8601 in UTC where the store remembers the failure, else empty. `code` tells a source
    that is not there, which is a slip of who named it and is not remembered, from one that can't be read.
    """

    source: str
    reason: str
    failed_at: str = ""
    code: Literal["unreadable", "not_found"] = "unreadable"


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two documents that say nearly the same: their ids and how alike they are.

    `similarity` is the estimated share of runs of three words that they have in common (Jaccard), 0 to 1;
    1 where the texts are the same.
    """

    document: str
    other: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(HasMetadata):
    """One state of a document: what `qa history` shows, oldest first.

    It was searched from `since` until `until` (ISO 8601 in UTC; None while it still is).
    """

    document: str
    source: str
    metadata: Metadata
    characters: int
    sha256: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What `add` or `sync` did: document ids in the order of the sources.

    `duplicates` pairs an added source with the id of an earlier document that has the same text; both
    are kept. `near_duplicates` are the added documents that nearly repeat another one. `renamed` holds
    (document id, old source, new source) of files that were found under another name. `notes` pairs a source
    that was read with what could not be read of it. `dry_run` says that
    nothing was written.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    near_duplicates: tuple[NearDuplicate, ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    dry_run: bool = False
