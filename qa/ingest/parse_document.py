"""From the bytes of a file to a document that is cut and signed: what a child process does with each file."""

from dataclasses import dataclass

from qa import chunking, parsers
from qa.errors import LoadError
from qa.ingest.sandbox import extend_time
from qa.parsers.reader_errors import unexpected_error
from qa.schema import Chunk, Document, Metadata
from qa.text import minhash

__all__ = ["ParseTask", "ParsedDocument", "chunk_parsed_text", "parse_document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseTask:
    """A file that is to be read: its bytes, its format's short name, and what is known of it.

    `name` stands in where nothing else gives a title; `metadata` is what a user has set, `feed_metadata` what
    a feed said, which counts where the file says nothing. `url` and `charset` are what a web server said.
    """

    data: bytes
    format: str
    name: str
    source: str
    metadata: Metadata
    feed_metadata: Metadata | None = None
    url: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with its chunks, in order, its signature for near-duplicates, and what could not be read."""

    document: Document
    chunks: tuple[Chunk, ...]
    signature: bytes
    notes: tuple[str, ...] = ()


def parse_document(
    task: ParseTask, document_id: str, window_chars: int, recognise: bool = True
) -> ParsedDocument:
    """Read, cut and sign a file; each page that is recognised in a picture has the time of a file.

    Raises:
        LoadError: It can't be read.
    """
    try:
        loaded = parsers.parse_bytes(
            task.data,
            parsers.format_named(task.format),
            name=task.name,
            source=task.source,
            metadata=task.metadata,
            announced=task.feed_metadata,
            url=task.url,
            charset=task.charset,
            recognition=parsers.Recognition(recognise, extend_time),
        )
        return chunk_parsed_text(loaded, document_id, window_chars)
    except (LoadError, MemoryError, RecursionError):
        raise
    # A mistake of ours over one file of a thousand must not stop the others.
    except Exception as error:
        raise unexpected_error(error) from error


def chunk_parsed_text(loaded: parsers.ParsedText, document_id: str, window_chars: int) -> ParsedDocument:
    """Cut and sign a text that has been read."""
    document = loaded.to_document(document_id)
    return ParsedDocument(
        document,
        chunking.split_into_chunks(document, window_chars=window_chars),
        minhash.minhash_signature(document.text[document.body_start :]),
        loaded.notes,
    )
