"""Parsing and embedding spread over a Ray cluster; the one writer is the process that asked."""

import logging
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from qa.errors import ConfigError, LoadError
from qa.ingest.parse_document import ParsedDocument
from qa.ingest.pipeline import (
    DistributedParser,
    ParseJob,
    ParseLimits,
    SourceOutcome,
    job_outcome,
    open_source,
    parse_within_limits,
)
from qa.ingest.sources import Source
from qa.models import encoder
from qa.models.embedder import Embedder
from qa.store import KnownDocument

__all__ = ["connect_to_ray", "parse_over_ray"]

# Jobs that are handed over together, by number and by size: what is on its way stays in memory.
_MAX_JOBS, _MAX_BYTES = 512, 256_000_000
_EMBEDDED_TOGETHER = 4  # documents an embedder gets at a time


def parse_over_ray(
    limits: ParseLimits, window_chars: int, open_embedder: Callable[[], Embedder]
) -> DistributedParser:
    """A way to parse and embed sources on the cluster of RAY_ADDRESS, or on this machine's processors.

    Every machine of the cluster needs Briefing Desk; files are opened here and sent, so that they need not
    share folders. `open_embedder` is called by every worker, so it must be picklable.

    Raises:
        ConfigError: Ray is not installed.
    """
    is_ours = connect_to_ray()
    import ray

    def parse(sources: Sequence[Source], previous: Mapping[str, KnownDocument]) -> Iterator[SourceOutcome]:
        batch: list[SourceOutcome | ParseJob] = []
        size = 0
        try:
            for source in sources:
                job = open_source(source, previous.get(source.name), recognise=limits.recognise)
                batch.append(job)
                size += len(pickle.dumps(job.content)) if isinstance(job, ParseJob) else 0
                if len(batch) >= _MAX_JOBS or size >= _MAX_BYTES:
                    yield from _outcomes(batch, limits, window_chars, open_embedder)
                    batch, size = [], 0
            yield from _outcomes(batch, limits, window_chars, open_embedder)
        finally:
            if is_ours:
                ray.shutdown()

    return parse


def connect_to_ray() -> bool:
    """Join the cluster of RAY_ADDRESS, or start one on this machine; whether we are the one to shut it down.

    Raises:
        ConfigError: Ray is not installed.
    """
    # Before Ray is imported: nothing is reported to anyone, and stderr is ours.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_DATA_LOG_LEVEL", "ERROR")
    try:
        import ray.data
    except ImportError as error:
        raise ConfigError("--ray needs Ray: install it with `pip install briefing-desk[ray]`") from error
    for logger in ("ray", "ray.data"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    if ray.is_initialized():
        return False
    with _no_way_out():
        ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    return True


@contextmanager
def _no_way_out() -> Iterator[None]:
    """Processes that are started meanwhile have a proxy that is not there.

    One of Ray's asks the metadata services of three clouds whether they run this machine, though its reports
    are off (`get_cluster_config_to_report` in ray/_common/usage), and no setting of Ray's keeps it from that.
    """
    # In small letters they come before those in capitals; what Ray itself speaks takes no proxy.
    closed = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "localhost,127.0.0.1,::1"}
    before = {name: os.environ.get(name) for name in closed}
    os.environ.update(closed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _outcomes(
    batch: Sequence[SourceOutcome | ParseJob],
    limits: ParseLimits,
    window_chars: int,
    open_embedder: Callable[[], Embedder],
) -> Iterator[SourceOutcome]:
    jobs = [job for job in batch if isinstance(job, ParseJob)]
    results = _run_jobs(jobs, limits, window_chars, open_embedder)
    for entry in batch:
        yield entry if isinstance(entry, SourceOutcome) else job_outcome(entry, *next(results))


def _run_jobs(
    jobs: Sequence[ParseJob],
    limits: ParseLimits,
    window_chars: int,
    open_embedder: Callable[[], Embedder],
) -> Iterator[tuple[ParsedDocument | LoadError, Any]]:
    """Each job's document or reason, and the vectors of its chunks, in the order of the jobs."""
    if not jobs:
        return
    import ray.data

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    workers = max(1, int(resources.get("CPU", 2)) // 2)
    rows = [{"job": pickle.dumps((job.content, job.document_id))} for job in jobs]
    dataset = (
        ray.data.from_items(rows, override_num_blocks=min(len(rows), 4 * workers))
        .map(
            _ParseWorker,  # type: ignore[arg-type]  # as documented, a class whose instances are called
            fn_constructor_args=(limits, window_chars),
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
        .map_batches(
            _EmbedWorker,
            fn_constructor_args=(open_embedder,),
            batch_size=_EMBEDDED_TOGETHER,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
    )
    for row in dataset.iter_rows():
        result, vectors = pickle.loads(row["result"])
        yield result, vectors


class _ParseWorker:
    """Parses and cuts on a worker, in a child process with its limits."""

    def __init__(self, limits: ParseLimits, window_chars: int) -> None:
        self._limits, self._window_chars = limits, window_chars

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        content, document_id = pickle.loads(row["job"])
        result = parse_within_limits(self._limits, content, document_id, self._window_chars)
        return {"result": pickle.dumps(result)}


class _EmbedWorker:
    """Embeds on a worker, which loads the model once."""

    def __init__(self, open_embedder: Callable[[], Embedder]) -> None:
        encoder.set_threads(1)
        self._embedder = open_embedder()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        results: list[ParsedDocument | LoadError] = [pickle.loads(row) for row in batch["result"]]
        with_vectors = [pickle.dumps((result, self._embed(result))) for result in results]
        return {"result": np.array(with_vectors, dtype=object)}

    def _embed(self, result: ParsedDocument | LoadError) -> Any:
        if isinstance(result, LoadError):
            return None
        document = result.document
        return self._embedder.embed_passages(
            [(document.title, chunk.lead, document.text[chunk.start : chunk.end]) for chunk in result.chunks]
        )
