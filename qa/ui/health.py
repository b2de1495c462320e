"""Whether the desk is well, for what keeps watch over it: a load balancer, Docker, systemd, `qa health`.

`/health/live` says that the server answers at all, `/health` that there is a store to answer from: 200,
or 503 with the reason where the store can't be read, its Chroma server not reached or the models not loaded.
Neither asks who it is that asks, so whoever is not on this computer, or would get nothing else of the page,
is told the status alone.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

import qa
from qa.errors import QAError
from qa.ingest.fetch.addresses import is_this_computer
from qa.ui.shared.resources import (
    begin_loading,
    models_state,
    read_settings,
    require_models,
    shared_assistant,
)

__all__ = ["HealthCheck", "look_at_the_desk"]

_HEALTH, _LIVE = "/health", "/health/live"
_MAX_AGE_S = 1.0  # for which a look counts, however often it is asked
_TIMEOUT_S = 5.0
_NO_CACHE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found, None if it is well, and when."""

    found: dict[str, Any]
    is_well: bool
    at: float


class HealthCheck:
    """Answers the two addresses below `base_path`.

    Args:
        look: What is told of a desk that is well; a `QAError` is why it is not. Called in a thread, one at a
            time and once a second at most.
        base_path: Of the page, "" or "/NAME".
    """

    def __init__(self, look: Callable[[], dict[str, Any]], *, base_path: str = "") -> None:
        self._look, self._base_path = look, base_path
        self._last: _Look | None = None
        self._looking: asyncio.Future[_Look] | None = None

    def takes(self, path: str) -> bool:
        """Whether a path is one of the two."""
        return path in (self._base_path + _HEALTH, self._base_path + _LIVE)

    async def respond(self, request: Request, *, is_known: bool) -> Response:
        """The answer; the status alone unless somebody on this computer asks, by a name of this computer.

        `is_known` is whether the guard would let the request through.
        """
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("qa: only GET is answered here\n", 405, {"allow": "GET, HEAD"})
        if request.url.path == self._base_path + _LIVE:
            return JSONResponse({"status": "alive"}, headers=_NO_CACHE)
        look = await self._current_look()
        status = {"status": "ready" if look.is_well else "unavailable"}
        is_local = (
            is_known
            and request.client is not None
            and is_this_computer(request.client.host)
            and is_this_computer(request.url.hostname or "")
        )
        return JSONResponse(
            status | (look.found if is_local else {}), 200 if look.is_well else 503, headers=_NO_CACHE
        )

    async def _current_look(self) -> _Look:
        if self._last is not None and time.monotonic() - self._last.at < _MAX_AGE_S:
            return self._last
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(asyncio.to_thread(self._take_look))
        done, _ = await asyncio.wait({self._looking}, timeout=_TIMEOUT_S)
        if not done:  # the thread goes on, and no other is begun meanwhile
            reason = f"the store has not answered within {_TIMEOUT_S:g} s"
            return _Look({"reason": reason}, is_well=False, at=time.monotonic())
        self._last = self._looking.result()
        return self._last

    def _take_look(self) -> _Look:
        try:
            return _Look(self._look(), is_well=True, at=time.monotonic())
        except QAError as error:
            return _Look({"reason": str(error)}, is_well=False, at=time.monotonic())


def look_at_the_desk() -> dict[str, Any]:
    """Version, number of documents, and whether the models are in memory; they begin to load if they aren't.

    Raises:
        QAError: A setting is wrong, the store can't be read, its Chroma server not reached, or the models not
            loaded.
    """
    assistant = shared_assistant(read_settings())
    documents = assistant.require_well()
    if documents:  # another process may have added the first of them
        begin_loading(assistant)
    require_models(assistant)
    return {"version": qa.__version__, "documents": documents, "models": models_state(assistant)}
