"""Questions of an evaluation over a Ray cluster: each worker has the models and opens the store itself."""

import queue
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from qa.assistant import Assistant, Reply, Request
from qa.config import Settings
from qa.errors import ConfigError, QAError
from qa.schema import Document, DocumentSummary, Filters

__all__ = ["RayAssistant", "answer_over_ray"]

_MAX_RESTARTS = 3  # of a worker that has died, as one that the system ended for its memory


class RayAssistant:
    """Asks as an `Assistant` does, of whichever worker is free; all else is that assistant's own."""

    def __init__(self, assistant: Assistant, workers: Sequence[Any]) -> None:
        self.settings = assistant.settings
        self.workers = len(workers)
        self._assistant = assistant
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for worker in workers:
            self._idle.put(worker)

    def documents(self) -> list[DocumentSummary]:
        """See `Assistant.documents`."""
        return self._assistant.documents()

    def document(self, reference: str) -> Document:
        """See `Assistant.document`."""
        return self._assistant.document(reference)

    def ask_many(
        self,
        requests: Iterable[Request],
        *,
        filters: Filters | None = None,
        engine: str | None = None,
        model: str | None = None,
    ) -> Iterator[Reply]:
        """See `Assistant.ask_many`; all requests go to one worker, and their replies come together."""
        asked = tuple(requests)
        options: dict[str, Any] = {"filters": filters, "engine": engine, "model": model}
        if not asked:  # what is wrong with the engine is known here
            return self._assistant.ask_many((), **options)
        return self._ask(asked, options)

    def _ask(self, requests: Sequence[Request], options: dict[str, Any]) -> Iterator[Reply]:
        import ray

        worker = self._idle.get()
        try:
            replies: list[Reply] | QAError = ray.get(worker.ask_many.remote(requests, options))
        finally:
            self._idle.put(worker)
        if isinstance(replies, QAError):
            raise replies
        yield from replies


class _Worker:
    """An assistant on one of the cluster's processors."""

    def __init__(self, settings: Settings) -> None:
        self._assistant = Assistant.open(settings=settings)

    def ask_many(self, requests: Sequence[Request], options: dict[str, Any]) -> list[Reply] | QAError:
        """The replies, or what was raised: Ray would put its traceback into the message."""
        try:
            return list(self._assistant.ask_many(requests, **options))
        except QAError as error:
            return error


@contextmanager
def answer_over_ray(assistant: Assistant) -> Iterator[RayAssistant]:
    """The assistant with a worker for each processor of the cluster of RAY_ADDRESS, or of this machine.

    Every machine needs Briefing Desk, and gets the settings, keys included.

    Raises:
        ConfigError: Ray is not installed; or the cluster has several machines and the store is in files.
    """
    from qa.ingest.ray_cluster import connect_to_ray

    is_ours = connect_to_ray()
    import ray

    try:
        settings = assistant.settings
        machines = sum(bool(node["Alive"]) for node in ray.nodes())  # type: ignore[no-untyped-call]
        if machines > 1 and not settings.database_url:
            raise ConfigError(
                f"the Ray cluster has {machines} machines, which can't all read the store {settings.store}: "
                "set database_url and chroma_url, or leave RAY_ADDRESS out"
            )
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        count = max(1, int(resources.get("CPU", 1)))
        start = ray.remote(num_cpus=1, max_restarts=_MAX_RESTARTS)(_Worker).remote
        own = replace(settings, store=settings.store.resolve(), threads=1)
        yield RayAssistant(assistant, [start(own) for _ in range(count)])
    finally:
        if is_ours:
            ray.shutdown()
