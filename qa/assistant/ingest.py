"""Sources into the store: load, cut, embed, write, in batches."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa import chunk, load
from qa.embed import Embedder
from qa.errors import LoadError
from qa.schema import AddReport, Chunk, Document, DocumentSummary, Failure
from qa.store import Store

__all__ = ["Ingest", "Progress", "Source", "find_sources", "gone_from"]

# Chunks that are embedded and written together: enough to fill the models' batches and to make the
# cost of a write small, few enough to lose little work to a crash.
_BATCH_CHUNKS = 256


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an `add` has come: sources done and in all, passages written, and the last source."""

    done: int
    total: int
    chunks: int
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: its name in the store and the way to read it."""

    name: str
    read: Callable[[], load.LoadedText]


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    chunks: int = 0


def find_sources(
    given: Sequence[str | Path], metadata: load.Metadata, max_bytes: int, set_format: str | None = None
) -> tuple[list[Source], list[Failure]]:
    """The files behind files and folders, each once, in order; what can't be one is a failure.

    With a format, the documents of the public sets behind them: see `load.find_set_texts`.
    """
    found: dict[str, Source] = {}
    failed: list[Failure] = []
    read: set[Path] = set()
    for one in given:
        text = str(one)
        if re.match(r"[a-z][a-z0-9+.-]+://", text, re.IGNORECASE):
            failed.append(Failure(text, "web addresses are not read yet: save the page as .txt or .md"))
            continue
        if not _is_text(text):
            failed.append(Failure(_shown(text), _BAD_NAME))
            continue
        try:
            if set_format is None:
                sources, skipped = _files(Path(text), metadata, max_bytes)
            else:
                texts, skipped = load.find_set_texts(
                    Path(text), set_format, metadata=metadata, max_bytes=max_bytes
                )
                sources = [Source(one.source, one.read) for one in texts]
        except LoadError as error:
            failed.append(Failure(text, str(error)))
            continue
        failed += skipped
        # A set names its documents by the file's name, which two files may share.
        alike = sum(source.name in found for source in sources) if Path(text).resolve() not in read else 0
        if set_format and alike:
            failed.append(Failure(text, f"{alike} of its documents are named as those before: rename it"))
        read.add(Path(text).resolve())
        for source in sources:
            found.setdefault(source.name, source)
    return list(found.values()), failed


def _files(path: Path, metadata: load.Metadata, max_bytes: int) -> tuple[list[Source], list[Failure]]:
    paths, skipped = load.discover(path)
    found, failed = [], [Failure(_shown(one.source), one.reason) for one in skipped]
    for one in paths:
        name = str(one.resolve())
        if _is_text(name):
            found.append(Source(name, _reader(one, metadata, max_bytes)))
        else:
            failed.append(Failure(_shown(name), _BAD_NAME))
    return found, failed


_BAD_NAME = "its name is no UTF-8 text: rename it"


def _is_text(name: str) -> bool:
    """Whether a file's name can be stored: those of other encodings come with stray surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _shown(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()


def _reader(path: Path, metadata: load.Metadata, max_bytes: int) -> Callable[[], load.LoadedText]:
    return lambda: load.load_path(path, metadata=metadata, max_bytes=max_bytes)


def gone_from(folder: Path, known: Sequence[DocumentSummary], found: Sequence[Source]) -> list[str]:
    """The ids of the documents that came from the folder and whose files are there no more."""
    here = {source.name for source in found}
    return [
        one.id
        for one in known
        if Path(one.source).is_relative_to(folder)
        and one.source not in here
        # A file that is there but can't be read any more keeps its last good version.
        and _is_gone(Path(one.source))
    ]


def _is_gone(path: Path) -> bool:
    """Whether there is certainly no such file: one that can't be seen for another reason may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def document_id(source: str) -> str:
    """A readable, stable id: the file's name and a checksum of where it lies.

    The many documents of a set, whose names may be alike, get a longer checksum.
    """
    named = load.name_in_set(source)
    name, digits = (Path(source).stem, 8) if named is None else (named, 16)
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{stem or 'document'}-{hashlib.sha256(source.encode()).hexdigest()[:digits]}"


class Ingest:
    """Adds sources to a store. `embedder` is asked for only when there is something to embed."""

    def __init__(self, store: Store, embedder: Callable[[], Embedder], *, window_chars: int) -> None:
        self._store, self._embedder, self._window_chars = store, embedder, window_chars

    def add(
        self,
        sources: Sequence[Source],
        failed: Sequence[Failure],
        *,
        dry_run: bool,
        on_progress: Callable[[Progress], None] | None,
    ) -> AddReport:
        """Read all sources and write what is new or changed; a source that fails stops no other."""
        tally = _Tally(failed=list(failed))
        waiting: list[tuple[Document, Sequence[Chunk]]] = []
        for done, (source, document) in enumerate(self._changed(sources, tally), start=1):
            if document is not None:
                parts = () if dry_run else chunk.split(document, window_chars=self._window_chars)
                waiting.append((document, parts))
                if not dry_run and sum(len(parts) for _, parts in waiting) >= _BATCH_CHUNKS:
                    self._write(waiting, tally)
            if on_progress:
                on_progress(Progress(done, len(sources), tally.chunks, source.name))
        if waiting and not dry_run:
            self._write(waiting, tally)
            if on_progress:
                on_progress(Progress(len(sources), len(sources), tally.chunks, sources[-1].name))
        return AddReport(
            added=tuple(tally.added),
            updated=tuple(tally.updated),
            unchanged=tuple(tally.unchanged),
            failed=tuple(tally.failed),
            duplicates=tuple(tally.duplicates),
            dry_run=dry_run,
        )

    def _changed(self, sources: Sequence[Source], tally: _Tally) -> Iterator[tuple[Source, Document | None]]:
        """Each source with its document if it is new or changed, else None."""
        known = self._store.known_sources([source.name for source in sources])
        texts: dict[bytes, str] = {}
        for source in sources:
            try:
                loaded = source.read()
            except LoadError as error:
                tally.failed.append(Failure(source.name, str(error)))
                yield source, None
                continue
            before = known.get(source.name)
            document = loaded.to_document(before[0] if before else document_id(source.name))
            if before and before[1] == document.sha256:
                tally.unchanged.append(document.id)
                yield source, None
                continue
            (tally.updated if before else tally.added).append(document.id)
            digest = hashlib.sha256(document.text.encode()).digest()
            same = texts.setdefault(digest, document.id)
            twin = same if same != document.id else self._store.same_text(document)
            if twin:
                tally.duplicates.append((source.name, twin))
            yield source, document

    def _write(self, waiting: list[tuple[Document, Sequence[Chunk]]], tally: _Tally) -> None:
        embedder = self._embedder()
        triples = [
            (document.title, part.heading, document.text[part.start : part.end])
            for document, parts in waiting
            for part in parts
        ]
        vectors = embedder.embed_passages(triples)
        rows, at = [], 0
        for document, parts in waiting:
            rows.append((document, parts, vectors[at : at + len(parts)]))
            at += len(parts)
        self._store.put(rows)
        tally.chunks += len(triples)
        waiting.clear()
