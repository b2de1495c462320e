"""Sources into the store: parsed and cut beside embedding, written in batches."""

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from qa import parsers
from qa.errors import LoadError
from qa.ingest.document_log import DocumentLog, now
from qa.ingest.parse_document import ParsedDocument, ParseTask, chunk_parsed_text, parse_document
from qa.ingest.report_draft import ReportDraft
from qa.ingest.sandbox import borrow_sandbox
from qa.ingest.sources import Source, make_document_id
from qa.models.embedder import Embedder, Vectors
from qa.models.model_turns import model_turns
from qa.schema import AddReport, Failure, Metadata
from qa.store import KnownDocument, Store

__all__ = [
    "DistributedParser",
    "IngestPipeline",
    "OnProgress",
    "ParseJob",
    "ParseLimits",
    "Progress",
    "SourceOutcome",
    "job_outcome",
    "open_source",
    "parse_within_limits",
]

# Chunks that are embedded and written together: enough to fill the models' batches and to make the
# cost of a write small, few enough to lose little work to a crash.
_BATCH_CHUNKS = 256
_AHEAD_PER_WORKER = 4  # sources that are parsed before they are needed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an `add` has come: sources done and in all, passages written, the last source, its failure."""

    done: int
    total: int
    chunks: int
    source: str
    failure: str | None = None


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """For parsing one file, in the child process that does it; `workers` of them work at a time.

    `recognise` allows text in pictures to be recognised, where the extra for it is installed.
    """

    timeout_s: float
    memory_mb: float
    workers: int
    recognise: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """What became of a source: parsed, unchanged (`parsed` and `failure` None), or failed.

    `previous` is the document that it was before; `fingerprint` that of the file now. `vectors` are those of
    the chunks, shape (n, dimension), where they have been made already. `read_between` is when reading it
    began and ended, in nanoseconds since 1970; None where that was elsewhere.
    """

    source: Source
    previous: KnownDocument | None = None
    parsed: ParsedDocument | None = None
    failure: Failure | None = None
    fingerprint: str = ""
    vectors: Vectors | None = None
    read_between: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseJob:
    """A source that has been opened and has to be parsed, cut and embedded, as a document of this id."""

    source: Source
    previous: KnownDocument | None
    content: ParseTask | parsers.ParsedText
    document_id: str
    fingerprint: str


DistributedParser = Callable[[Sequence[Source], Mapping[str, KnownDocument]], Iterator[SourceOutcome]]
_Pending = tuple[ParsedDocument, Vectors | None]


class IngestPipeline:
    """Adds sources to a store. `embedder` is asked for only when there is something to embed."""

    def __init__(
        self, store: Store, embedder: Callable[[], Embedder], *, window_chars: int, limits: ParseLimits
    ) -> None:
        self._store, self._embedder = store, embedder
        self.window_chars, self.limits = window_chars, limits

    def add(
        self,
        sources: Sequence[Source],
        failed: Sequence[Failure],
        *,
        dry_run: bool,
        on_progress: OnProgress | None = None,
        renamed: Mapping[str, KnownDocument] | None = None,
        distributed: DistributedParser | None = None,
    ) -> AddReport:
        """Parse all sources and write what is new or changed; a source that fails stops no other.

        `failed` are those that were found to fail before. `renamed` names the documents that sources were
        before under another name; `distributed` parses and embeds them elsewhere.
        """
        draft = ReportDraft(failed=list(failed))
        log = DocumentLog(is_dry_run=dry_run)
        for failure in failed:
            log.fail(failure)
        pending: list[_Pending] = []
        previous_documents = self._store.known_documents([source.name for source in sources])
        previous = {document.source: document for document in previous_documents}
        outcomes = (distributed or self.outcomes)(sources, previous | dict(renamed or {}))
        for number, outcome in enumerate(outcomes, start=1):
            self._report(outcome, draft)
            log.take(outcome.source.name, outcome.parsed, outcome.failure, outcome.read_between)
            if outcome.parsed is not None and not dry_run:
                pending.append((outcome.parsed, outcome.vectors))
                if sum(len(parsed.chunks) for parsed, _ in pending) >= _BATCH_CHUNKS:
                    self._write(pending, draft, log)
            if on_progress:
                reason = outcome.failure.reason if outcome.failure else None
                on_progress(Progress(number, len(sources), draft.written_chunks, outcome.source.name, reason))
        if not dry_run:
            if draft.renamed:
                self._store.rename({document_id: new for document_id, _, new in draft.renamed})
            if pending:
                self._write(pending, draft, log)
                if on_progress:
                    on_progress(Progress(len(sources), len(sources), draft.written_chunks, sources[-1].name))
            self._record(draft)
        return draft.finish(dry_run=dry_run)

    def write_text(self, text: parsers.ParsedText, document_id: str, vectors: Vectors | None) -> None:
        """Cut and write one text under this id; vectors that do not fit its chunks are made anew."""
        parsed = chunk_parsed_text(text, document_id, self.window_chars)
        fits = vectors is not None and len(vectors) == len(parsed.chunks)
        self._write([(parsed, vectors if fits else None)], ReportDraft(), DocumentLog())

    def outcomes(
        self, sources: Sequence[Source], previous: Mapping[str, KnownDocument]
    ) -> Iterator[SourceOutcome]:
        """What becomes of each source, in their order, parsed a few ahead by workers with a child each."""
        worker_count = max(1, min(self.limits.workers, len(sources) // 2))

        def process(source: Source) -> SourceOutcome:
            began = now()
            job = open_source(source, previous.get(source.name), recognise=self.limits.recognise)
            outcome = job if isinstance(job, SourceOutcome) else job_outcome(job, self._parse(job))
            return replace(outcome, read_between=(began, now()))

        with ThreadPoolExecutor(worker_count, thread_name_prefix="qa-read") as workers:
            futures: deque[Future[SourceOutcome]] = deque()
            try:
                for source in sources:
                    futures.append(workers.submit(process, source))
                    if len(futures) > worker_count * _AHEAD_PER_WORKER:
                        yield futures.popleft().result()
                while futures:
                    yield futures.popleft().result()
            finally:
                for future in futures:
                    future.cancel()

    def _parse(self, job: ParseJob) -> ParsedDocument | LoadError:
        return parse_within_limits(self.limits, job.content, job.document_id, self.window_chars)

    def _report(self, outcome: SourceOutcome, draft: ReportDraft) -> None:
        name = outcome.source.name
        if outcome.failure is not None:
            draft.failed.append(outcome.failure)
            return
        previous = outcome.previous
        if previous and previous.source != name:
            draft.renamed.append((previous.id, previous.source, name))
        if outcome.parsed is None:
            assert previous is not None
            if previous.source == name:
                draft.unchanged.append(previous.id)
            draft.succeeded.append(name)
            if outcome.fingerprint:
                draft.fingerprints[previous.id] = outcome.fingerprint
            return
        document = outcome.parsed.document
        draft.notes += [(name, note) for note in outcome.parsed.notes]
        (draft.updated if previous else draft.added).append(document.id)
        text_hash = hashlib.sha256(document.text.encode()).digest()
        same_in_batch = draft.id_of_text.setdefault(text_hash, document.id)
        duplicate = (
            same_in_batch if same_in_batch != document.id else self._store.exact_duplicate_of(document)
        )
        if duplicate:
            draft.duplicates.append((name, duplicate))

    def _write(self, pending: list[_Pending], draft: ReportDraft, log: DocumentLog) -> None:
        passages = [
            (parsed.document.title, chunk.lead, parsed.document.text[chunk.start : chunk.end])
            for parsed, vectors in pending
            if vectors is None
            for chunk in parsed.chunks
        ]
        began = now()
        must_embed = any(vectors is None for _, vectors in pending)
        with model_turns.bulk():  # whoever asks meanwhile goes first
            embedded = (
                self._embedder().embed_passages(passages) if must_embed else np.zeros((0, 0), np.float32)
            )
        rows, start = [], 0
        for parsed, vectors in pending:
            if vectors is None:
                vectors = embedded[start : start + len(parsed.chunks)]
                start += len(parsed.chunks)
            rows.append((parsed.document, parsed.chunks, vectors))
        embedded_at = now()
        self._store.put(rows, {parsed.document.id: parsed.signature for parsed, _ in pending})
        log.write([parsed for parsed, _ in pending], set(draft.updated), began, embedded_at)
        draft.written_chunks += sum(len(parsed.chunks) for parsed, _ in pending)
        self._find_near_duplicates([parsed for parsed, _ in pending], draft)
        self._record(draft)
        pending.clear()

    def _find_near_duplicates(self, documents: Iterable[ParsedDocument], draft: ReportDraft) -> None:
        """Report which of the documents nearly repeat another; those of the same text are `duplicates`."""
        reported = {frozenset((pair.document, pair.other)) for pair in draft.near_duplicates}
        for parsed in documents:
            for pair in self._store.near_duplicates_of(parsed.document.id, parsed.signature):
                ids = frozenset((pair.document, pair.other))
                if pair.similarity < 1 and ids not in reported:
                    reported.add(ids)
                    draft.near_duplicates.append(pair)

    def _record(self, draft: ReportDraft) -> None:
        """Remember what failed, and forget what succeeded; a path that leads nowhere was a slip."""
        failures = draft.failed[draft.recorded_failures :]
        self._store.record_failures([failure for failure in failures if failure.code != "not_found"])
        draft.recorded_failures = len(draft.failed)
        if draft.succeeded:
            self._store.clear_failures(draft.succeeded, draft.fingerprints)
            draft.succeeded.clear()
            draft.fingerprints.clear()


def open_source(
    source: Source, previous: KnownDocument | None, *, recognise: bool = True
) -> SourceOutcome | ParseJob:
    """What there is to do about a source; its outcome where there is nothing."""
    try:
        content = source.open()
    except LoadError as error:
        return _failed_outcome(source, previous, error)
    fingerprint = ""
    if isinstance(content, ParseTask):
        fingerprint, *alike = parsers.current_fingerprints(content.data, parsers.Recognition(recognise))
        content = replace(content, metadata=_with_earlier_metadata(content.metadata, previous))
        if previous and _is_unchanged(previous, {fingerprint, *alike}, content):
            return SourceOutcome(source=source, previous=previous)
    document_id = previous.id if previous else make_document_id(source.name)
    return ParseJob(
        source=source, previous=previous, content=content, document_id=document_id, fingerprint=fingerprint
    )


def _failed_outcome(source: Source, previous: KnownDocument | None, error: LoadError) -> SourceOutcome:
    # The error itself would keep what was read in memory.
    failure = Failure(source.name, str(error), code=error.code)
    return SourceOutcome(source=source, previous=previous, failure=failure)


def parse_within_limits(
    limits: ParseLimits, content: ParseTask | parsers.ParsedText, document_id: str, window_chars: int
) -> ParsedDocument | LoadError:
    """The document that a job makes, within the limits, or why there is none."""
    try:
        if isinstance(content, ParseTask):
            with borrow_sandbox(timeout_s=limits.timeout_s, memory_mb=limits.memory_mb) as sandbox:
                return sandbox.call(parse_document, content, document_id, window_chars, limits.recognise)
        return chunk_parsed_text(content, document_id, window_chars)
    except LoadError as error:
        return error


def job_outcome(
    job: ParseJob, result: ParsedDocument | LoadError, vectors: Vectors | None = None
) -> SourceOutcome:
    """What became of a job."""
    if isinstance(result, LoadError):
        return _failed_outcome(job.source, job.previous, result)
    if job.previous and job.previous.sha256 == result.document.sha256:
        fingerprint = result.document.fingerprint if job.fingerprint else ""
        return SourceOutcome(source=job.source, previous=job.previous, fingerprint=fingerprint)
    return SourceOutcome(source=job.source, previous=job.previous, parsed=result, vectors=vectors)


def _with_earlier_metadata(metadata: Metadata, previous: KnownDocument | None) -> Metadata:
    """What the user says now, and what was said before where nothing is now."""
    if previous is None:
        return metadata
    return metadata.with_fallback(
        Metadata(**{name: getattr(previous.metadata, name) for name in previous.user_set_fields})
    )


def _is_unchanged(previous: KnownDocument, fingerprints: Collection[str], task: ParseTask) -> bool:
    """The same bytes under the same name, and nothing new that a user says about them."""
    return (
        previous.fingerprint in fingerprints
        and previous.source == task.source
        and task.metadata.with_fallback(previous.metadata) == previous.metadata
    )
