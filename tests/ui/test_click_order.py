"""A click waits until the run for the one before draws, and for nothing else."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from qa.ui.click_order import ClickOrder


def click(name: str, *, part: str = "") -> Message:
    message = BackMsg()
    message.rerun_script.query_string = name
    message.rerun_script.fragment_id = part
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def drawn(kind: str) -> Message:
    message = ForwardMsg()
    if kind == "new_session":
        message.new_session.name = "x"
    elif kind == "delta":
        message.delta.new_element.html.body = "x"
    elif kind == "ref_hash":
        message.ref_hash = "x"
    else:
        message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


def run(call: Coroutine[object, object, None]) -> None:
    # In a thread of its own: Playwright, where it ran before, leaves a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, call).result()


async def let_others_go() -> None:
    for _ in range(9):
        await asyncio.sleep(0)


def taken(coming: Sequence[Message], sent: Sequence[str], *, max_wait_s: float = 60.0) -> list[str]:
    """In order: what the server has taken in, and what it has sent since the first click."""
    seen: list[str] = []
    left = list(coming)

    async def server(_scope: Scope, receive: Receive, send: Send) -> None:
        async def take() -> None:
            for _ in coming:
                message = await receive()
                seen.append(BackMsg.FromString(message["bytes"]).rerun_script.query_string or "other")

        taking = asyncio.create_task(take())
        for kind in sent:
            await let_others_go()
            await send(drawn(kind))
        if max_wait_s < 1:
            await taking
        await let_others_go()
        taking.cancel()

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        seen.append(str(ForwardMsg.FromString(message["bytes"]).WhichOneof("type")))

    run(ClickOrder(server, max_wait_s=max_wait_s)({"type": "websocket"}, receive, send))
    return seen


@pytest.mark.parametrize("end", ["delta", "ref_hash", "script_finished"])
def test_second_click_waits_until_the_first_draws(end: str) -> None:
    clicks = [click("pin"), click("notes")]
    assert taken(clicks, ["delta", "new_session", end]) == ["pin", "delta", "new_session", end, "notes"]


@pytest.mark.parametrize("sent", [[], ["delta", "script_finished"], ["new_session"]])
def test_what_is_of_a_run_before_lets_no_click_through(sent: list[str]) -> None:
    assert taken([click("pin"), click("notes")], sent) == ["pin", *sent]


def test_what_ends_no_run_waits_for_none() -> None:
    coming = [click("pin"), click("refresh", part="panel"), {"type": "websocket.receive", "bytes": b""}]
    assert taken(coming, []) == ["pin", "refresh", "other"]


def test_run_that_never_draws_holds_nobody_for_ever() -> None:
    assert taken([click("pin"), click("notes")], [], max_wait_s=0.01) == ["pin", "notes"]


def test_what_is_no_message_is_passed_on() -> None:
    broken = {"type": "websocket.receive", "bytes": b"\xff\xff"}

    async def server(_scope: Scope, receive: Receive, _send: Send) -> None:
        assert await receive() is broken

    async def receive() -> Message:
        return broken

    async def send(_message: Message) -> None:
        raise AssertionError

    run(ClickOrder(server)({"type": "websocket"}, receive, send))
