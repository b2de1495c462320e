"""Pages of the files that documents were read from, as pictures."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from qa import parsers
from qa.errors import LoadError
from qa.ingest.pipeline import ParseLimits
from qa.ingest.sandbox import borrow_sandbox
from qa.schema import Document, PagePicture
from qa.store import upload_name

__all__ = ["PagePictures", "Phrase"]

_MAX_CACHED_BYTES = 24_000_000
_TIMEOUT_S = 20.0  # a reader waits for it

# The words to mark, in pieces, with whether each answers.
Phrase = Sequence[tuple[str, bool]]
_Key = tuple[str, int, tuple[tuple[tuple[str, bool], ...], ...], float]


class PagePictures:
    """Draws pages in a child process with limits, and keeps the latest in memory; thread-safe."""

    def __init__(self, uploads: Path, limits: ParseLimits, max_bytes: int) -> None:
        """`max_bytes` is the size of the largest file that is read."""
        self._uploads, self._limits, self._max_bytes = uploads, limits, max_bytes
        self._lock = threading.Lock()
        self._pictures: OrderedDict[_Key, PagePicture] = OrderedDict()

    def draw(self, document: Document, page: int, phrases: Sequence[Phrase], share: float) -> PagePicture:
        """A page of the document's file: see `Corpus.page_picture`."""
        from qa.parsers.pdf.page_picture import (
            draw_page_picture,
        )  # it takes a fifth of what starting `qa` does

        # A picture of a version's own bytes stays right, whatever becomes of the file.
        key = (document.fingerprint, page, tuple(map(tuple, phrases)), share)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        data = self._read(document)
        timeout_s = min(_TIMEOUT_S, self._limits.timeout_s)
        with borrow_sandbox(timeout_s=timeout_s, memory_mb=self._limits.memory_mb) as sandbox:
            picture = sandbox.call(draw_page_picture, data, page, phrases, share)
        with self._lock:
            self._pictures[key] = picture
            while sum(len(kept.data) for kept in self._pictures.values()) > _MAX_CACHED_BYTES:
                self._pictures.popitem(last=False)
        return picture

    def _read(self, document: Document) -> bytes:
        if document.format != "pdf":
            raise LoadError("only a PDF has pages to be shown")
        name = upload_name(document.source)
        path = Path(document.source) if name is None else self._uploads / name
        if not path.is_absolute():
            raise LoadError("its file is not kept here")
        try:
            data = parsers.read_file(path, self._max_bytes)
        except LoadError:
            raise LoadError("its file is no longer where it was read from") from None
        if _bytes_hash(parsers.file_fingerprint(data)) != _bytes_hash(document.fingerprint):
            raise LoadError("its file has changed since this version was read")
        return data


def _bytes_hash(fingerprint: str) -> str:
    """What tells a file's bytes, whatever version of the readers read them."""
    return fingerprint.rpartition(":")[2]
