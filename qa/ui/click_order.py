"""What is clicked in quick succession, handed to Streamlit one after the other.

Streamlit ends the run of the script for a click as soon as the next one comes. Where the callbacks of the
first had not been called by then they never are, so that a question, or what was pinned, would be gone
without a word; and the callbacks of two clicks may run at once, each in a thread of its own
(`runner.fastReruns`). So the next click waits here until the run for the one before has begun to draw: its
callbacks have been called by then.
"""

import asyncio
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

__all__ = ["ClickOrder"]

# A run begins within milliseconds, on a busy computer within seconds.
_MAX_WAIT_S = 10.0


class ClickOrder:
    """ASGI middleware that holds a click back until the run for the one before draws.

    Args:
        app: What it stands before.
        max_wait_s: How long a click is held back at most.
    """

    def __init__(self, app: ASGIApp, *, max_wait_s: float = _MAX_WAIT_S) -> None:
        self._app, self._max_wait_s = app, max_wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes and goes, in its order."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        # Whether the run for the last click draws, and whether its session was told to begin.
        draws = asyncio.Event()
        draws.set()
        is_begun = False

        async def receive_in_order() -> Message:
            nonlocal is_begun
            message = await receive()
            if _is_click(message.get("bytes")):
                with suppress(TimeoutError):
                    await asyncio.wait_for(draws.wait(), self._max_wait_s)
                draws.clear()
                is_begun = False
            return message

        async def send_and_watch(message: Message) -> None:
            nonlocal is_begun
            await send(message)
            if draws.is_set() or not (data := message.get("bytes")):
                return
            kind = ForwardMsg.FromString(data).WhichOneof("type")
            # What comes before is still of a run before.
            is_begun = is_begun or kind == "new_session"
            if is_begun and kind in ("delta", "ref_hash", "script_finished"):
                draws.set()

        await self._app(scope, receive_in_order, send_and_watch)


def _is_click(data: bytes | None) -> bool:
    """Whether it has the whole script run: what is of a part of the page only ends no run."""
    try:
        message = BackMsg.FromString(data or b"")
    except DecodeError:  # which Streamlit refuses
        return False
    return message.WhichOneof("type") == "rerun_script" and not message.rerun_script.fragment_id
