"""Reading and embedding spread over a Ray cluster; the one writer is the process that asked."""

import logging
import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from qa import encoder
from qa.assistant.ingest import Job, Limits, Outcome, Spread, done, opened, prepared_within
from qa.assistant.sources import Source
from qa.config import Settings
from qa.embed import Embedder, open_embedder
from qa.errors import ConfigError, LoadError
from qa.prepare import Prepared
from qa.store import KnownDocument

__all__ = ["over_ray"]

# Jobs that are handed over together, by number and by size: what is on its way stays in memory.
_JOBS, _BYTES = 512, 256_000_000
_EMBEDDED = 4  # documents an embedder gets at a time


def over_ray(settings: Settings, limits: Limits) -> Spread:
    """A way to read and embed sources on the cluster of RAY_ADDRESS, or on this machine's processors.

    Every machine of the cluster needs Briefing Desk; files are opened here and sent, so that they need not
    share folders.

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
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    started = not ray.is_initialized()
    if started:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)

    def spread(sources: Sequence[Source], known: Mapping[str, KnownDocument]) -> Iterator[Outcome]:
        group: list[Outcome | Job] = []
        size = 0
        try:
            for source in sources:
                job = opened(source, known.get(source.name))
                group.append(job)
                size += len(pickle.dumps(job.opened)) if isinstance(job, Job) else 0
                if len(group) >= _JOBS or size >= _BYTES:
                    yield from _outcomes(group, settings, limits)
                    group, size = [], 0
            yield from _outcomes(group, settings, limits)
        finally:
            if started:
                ray.shutdown()

    return spread


def _outcomes(group: Sequence[Outcome | Job], settings: Settings, limits: Limits) -> Iterator[Outcome]:
    made = _results([job for job in group if isinstance(job, Job)], settings, limits)
    for one in group:
        yield one if isinstance(one, Outcome) else done(one, *next(made))


def _results(
    jobs: Sequence[Job], settings: Settings, limits: Limits
) -> Iterator[tuple[Prepared | LoadError, Any]]:
    """Each job's document or reason, and the vectors of its chunks, in the order of the jobs."""
    if not jobs:
        return
    import ray.data

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    workers = max(1, int(resources.get("CPU", 2)) // 2)
    rows = [{"job": pickle.dumps((job.opened, job.document_id))} for job in jobs]
    found = (
        ray.data.from_items(rows, override_num_blocks=min(len(rows), 4 * workers))
        .map(
            _Reads,  # type: ignore[arg-type]  # as its documentation says, a class whose instances are called
            fn_constructor_args=(limits, settings.window_chars),
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
        .map_batches(
            _Embeds,
            fn_constructor_args=(settings,),
            batch_size=_EMBEDDED,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
    )
    for row in found.iter_rows():
        prepared, vectors = pickle.loads(row["made"])
        yield prepared, vectors


class _Reads:
    """Reads and cuts on a worker, in a child process with its limits."""

    def __init__(self, limits: Limits, window_chars: int) -> None:
        self._limits, self._window_chars = limits, window_chars

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        source, identity = pickle.loads(row["job"])
        return {"made": pickle.dumps(prepared_within(self._limits, source, identity, self._window_chars))}


class _Embeds:
    """Embeds on a worker, which loads the model once."""

    def __init__(self, settings: Settings) -> None:
        encoder.set_threads(1)
        self._embedder: Embedder = open_embedder(settings.embedding_model, settings.precision)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        documents: list[Prepared | LoadError] = [pickle.loads(one) for one in batch["made"]]
        return {
            "made": np.array([pickle.dumps((one, self._vectors(one))) for one in documents], dtype=object)
        }

    def _vectors(self, one: Prepared | LoadError) -> Any:
        if isinstance(one, LoadError):
            return None
        return self._embedder.embed_passages(
            [
                (one.document.title, part.heading, one.document.text[part.start : part.end])
                for part in one.chunks
            ]
        )
