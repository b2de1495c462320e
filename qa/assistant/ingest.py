"""Sources into the store: read and cut beside embedding, written in batches."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from qa import load
from qa.assistant.sources import Source, document_id
from qa.embed import Embedder, Vectors
from qa.errors import LoadError
from qa.prepare import Prepared, Task, prepare, prepare_text
from qa.sandbox import borrowed
from qa.schema import AddReport, Failure, NearDuplicate
from qa.store import KnownDocument, Store

__all__ = ["Ingest", "Job", "Limits", "Outcome", "Progress", "Spread", "done", "opened", "prepared_within"]

# Chunks that are embedded and written together: enough to fill the models' batches and to make the
# cost of a write small, few enough to lose little work to a crash.
_BATCH_CHUNKS = 256
_AHEAD = 4  # sources a worker that are read before they are needed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an `add` has come: sources done and in all, passages written, the last source, its failure."""

    done: int
    total: int
    chunks: int
    source: str
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For reading one file, in the child process that does it; `workers` of them read at a time."""

    timeout_s: float
    memory_mb: float
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a source: prepared, unchanged (both None), or not to be read.

    `known` is the document that it was before; `fingerprint` that of the file now. `vectors` are those of the
    chunks, shape (n, dimension), where they have been made already.
    """

    source: Source
    known: KnownDocument | None = None
    prepared: Prepared | None = None
    failure: Failure | None = None
    fingerprint: str = ""
    vectors: Vectors | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A source that has been opened and has to be read, cut and embedded, as a document of this id."""

    source: Source
    known: KnownDocument | None
    opened: Task | load.LoadedText
    document_id: str
    fingerprint: str


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    near: list[NearDuplicate] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    same_texts: dict[bytes, str] = field(default_factory=dict)
    succeeded: list[str] = field(default_factory=list)
    read_anew: dict[str, str] = field(default_factory=dict)
    noted: int = 0
    chunks: int = 0


Spread = Callable[[Sequence[Source], Mapping[str, KnownDocument]], Iterator[Outcome]]
_Waiting = tuple[Prepared, Vectors | None]


class Ingest:
    """Adds sources to a store. `embedder` is asked for only when there is something to embed."""

    def __init__(
        self, store: Store, embedder: Callable[[], Embedder], *, window_chars: int, limits: Limits
    ) -> None:
        self._store, self._embedder, self._window_chars = store, embedder, window_chars
        self._limits = limits

    def add(
        self,
        sources: Sequence[Source],
        failed: Sequence[Failure],
        *,
        dry_run: bool,
        on_progress: Callable[[Progress], None] | None = None,
        renamed: Mapping[str, KnownDocument] | None = None,
        spread: Spread | None = None,
    ) -> AddReport:
        """Read all sources and write what is new or changed; a source that fails stops no other.

        `renamed` names the documents that sources were before under another name; `spread` reads and embeds
        them elsewhere.
        """
        tally = _Tally(failed=list(failed))
        waiting: list[_Waiting] = []
        known = {one.source: one for one in self._store.known_documents([source.name for source in sources])}
        outcomes = (spread or self._outcomes)(sources, known | dict(renamed or {}))
        for number, outcome in enumerate(outcomes, start=1):
            self._count(outcome, tally)
            if outcome.prepared is not None and not dry_run:
                waiting.append((outcome.prepared, outcome.vectors))
                if sum(len(one.chunks) for one, _ in waiting) >= _BATCH_CHUNKS:
                    self._write(waiting, tally)
            if on_progress:
                why = outcome.failure.reason if outcome.failure else None
                on_progress(Progress(number, len(sources), tally.chunks, outcome.source.name, why))
        if not dry_run:
            if tally.renamed:
                self._store.rename({document: new for document, _, new in tally.renamed})
            if waiting:
                self._write(waiting, tally)
                if on_progress:
                    on_progress(Progress(len(sources), len(sources), tally.chunks, sources[-1].name))
            self._note(tally)
        return AddReport(
            added=tuple(tally.added),
            updated=tuple(tally.updated),
            unchanged=tuple(tally.unchanged),
            failed=tuple(tally.failed),
            duplicates=tuple(tally.duplicates),
            near_duplicates=tuple(tally.near),
            renamed=tuple(tally.renamed),
            notes=tuple(tally.notes),
            dry_run=dry_run,
        )

    def write(self, prepared: Prepared, vectors: Vectors | None) -> None:
        """Write one document that is prepared already; vectors that do not fit its chunks are made anew."""
        fits = vectors is not None and len(vectors) == len(prepared.chunks)
        self._write([(prepared, vectors if fits else None)], _Tally())

    def _outcomes(self, sources: Sequence[Source], known: Mapping[str, KnownDocument]) -> Iterator[Outcome]:
        """What becomes of each source, in their order, read a few ahead by workers with a child each."""
        count = max(1, min(self._limits.workers, len(sources) // 2))

        def work(source: Source) -> Outcome:
            job = opened(source, known.get(source.name))
            return job if isinstance(job, Outcome) else done(job, self._prepared(job))

        with ThreadPoolExecutor(count, thread_name_prefix="qa-read") as workers:
            ahead: deque[Future[Outcome]] = deque()
            try:
                for source in sources:
                    ahead.append(workers.submit(work, source))
                    if len(ahead) > count * _AHEAD:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for waiting in ahead:
                    waiting.cancel()

    def _prepared(self, job: Job) -> Prepared | LoadError:
        return prepared_within(self._limits, job.opened, job.document_id, self._window_chars)

    def _count(self, outcome: Outcome, tally: _Tally) -> None:
        name = outcome.source.name
        if outcome.failure is not None:
            tally.failed.append(outcome.failure)
            return
        known = outcome.known
        if known and known.source != name:
            tally.renamed.append((known.id, known.source, name))
        if outcome.prepared is None:
            assert known is not None
            if known.source == name:
                tally.unchanged.append(known.id)
            tally.succeeded.append(name)
            if outcome.fingerprint:
                tally.read_anew[known.id] = outcome.fingerprint
            return
        document = outcome.prepared.document
        tally.notes += [(name, note) for note in outcome.prepared.notes]
        (tally.updated if known else tally.added).append(document.id)
        digest = hashlib.sha256(document.text.encode()).digest()
        same = tally.same_texts.setdefault(digest, document.id)
        twin = same if same != document.id else self._store.exact_duplicate_of(document)
        if twin:
            tally.duplicates.append((name, twin))

    def _write(self, waiting: list[_Waiting], tally: _Tally) -> None:
        triples = [
            (one.document.title, part.heading, one.document.text[part.start : part.end])
            for one, made in waiting
            if made is None
            for part in one.chunks
        ]
        unmade = any(made is None for _, made in waiting)
        vectors = self._embedder().embed_passages(triples) if unmade else np.zeros((0, 0), np.float32)
        rows, at = [], 0
        for one, made in waiting:
            if made is None:
                made = vectors[at : at + len(one.chunks)]
                at += len(one.chunks)
            rows.append((one.document, one.chunks, made))
        self._store.put(rows, {one.document.id: one.signature for one, _ in waiting})
        tally.chunks += sum(len(one.chunks) for one, _ in waiting)
        self._compare([one for one, _ in waiting], tally)
        self._note(tally)
        waiting.clear()

    def _compare(self, written: Iterable[Prepared], tally: _Tally) -> None:
        """Note which of the written documents nearly repeat another; the same text is told already."""
        seen = {frozenset((one.document, one.other)) for one in tally.near}
        for one in written:
            for like in self._store.near_duplicates_of(one.document.id, one.signature):
                if like.similarity < 1 and frozenset((like.document, like.other)) not in seen:
                    seen.add(frozenset((like.document, like.other)))
                    tally.near.append(like)

    def _note(self, tally: _Tally) -> None:
        """Remember what failed, and forget what succeeded; a path that leads nowhere was a slip."""
        self._store.record_failures([one for one in tally.failed[tally.noted :] if one.code != "not_found"])
        tally.noted = len(tally.failed)
        if tally.succeeded:
            self._store.clear_failures(tally.succeeded, tally.read_anew)
            tally.succeeded.clear()
            tally.read_anew.clear()


def opened(source: Source, known: KnownDocument | None) -> Outcome | Job:
    """What there is to do about a source; its outcome where there is nothing."""
    try:
        found = source.open()
    except LoadError as error:
        return _failed(source, known, error)
    mark = ""
    if isinstance(found, Task):
        mark = load.fingerprint(found.data)
        found = replace(found, metadata=_kept(found.metadata, known))
        if known and _is_unchanged(known, mark, found):
            return Outcome(source=source, known=known)
    identity = known.id if known else document_id(source.name)
    return Job(source=source, known=known, opened=found, document_id=identity, fingerprint=mark)


def _failed(source: Source, known: KnownDocument | None, error: LoadError) -> Outcome:
    # The error itself would keep what was read in memory.
    return Outcome(source=source, known=known, failure=Failure(source.name, str(error), code=error.code))


def prepared_within(
    limits: Limits, found: Task | load.LoadedText, identity: str, window_chars: int
) -> Prepared | LoadError:
    """The document that a job makes, within the limits, or why there is none."""
    try:
        if isinstance(found, Task):
            with borrowed(timeout_s=limits.timeout_s, memory_mb=limits.memory_mb) as sandbox:
                return sandbox.call(prepare, found, identity, window_chars)
        return prepare_text(found, identity, window_chars)
    except LoadError as error:
        return error


def done(job: Job, made: Prepared | LoadError, vectors: Vectors | None = None) -> Outcome:
    """What became of a job."""
    if isinstance(made, LoadError):
        return _failed(job.source, job.known, made)
    if job.known and job.known.sha256 == made.document.sha256:
        return Outcome(source=job.source, known=job.known, fingerprint=job.fingerprint)
    return Outcome(source=job.source, known=job.known, prepared=made, vectors=vectors)


def _kept(given: load.Metadata, known: KnownDocument | None) -> load.Metadata:
    """What the user gives now, and what was given before where nothing is now."""
    if known is None:
        return given
    before = load.Metadata(**{name: getattr(known, name) for name in known.given})
    return given.over(before)


def _is_unchanged(known: KnownDocument, mark: str, task: Task) -> bool:
    """The same bytes under the same name, and nothing new that a user says about them."""
    said = all(getattr(known, name) == getattr(task.metadata, name) for name in task.metadata.given)
    return known.fingerprint == mark and known.source == task.source and said
