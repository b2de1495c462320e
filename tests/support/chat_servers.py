"""A server on loopback that speaks the wire formats of chat models' providers and says what a script has."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "INPUT_TOKENS",
    "OUTPUT_TOKENS",
    "PROVIDERS",
    "Provider",
    "ScriptedServer",
    "ServerReply",
    "serve_chat",
]

Provider = Literal["openai", "ollama", "anthropic"]
# What a user writes behind the server's address.
PROVIDERS: Mapping[Provider, str] = {"openai": "/v1", "ollama": "", "anthropic": ""}
INPUT_TOKENS, OUTPUT_TOKENS = 120, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReply:
    """A reply: an error of this status, or the pieces of an answer and how they end.

    "cut" closes the connection without the end of the format, "hang" says no more and waits for the client
    to go. `thoughts` come first, as the format has them.
    """

    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[str] = ()
    thoughts: str = ""
    end: Literal["stop", "cut", "hang"] = "stop"
    counts_tokens: bool = True


@dataclass(slots=True)
class ScriptedServer:
    """Gives one reply of the script a request, and the last for ever.

    `requests` are the bodies that came, `client_left` tells that one was closed from the other side.
    """

    address: str
    script: list[ServerReply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)

    def next_reply(self, request: dict[str, Any]) -> ServerReply:
        self.requests.append(request)
        return self.script[min(len(self.requests), len(self.script)) - 1]

    def expect(self, *replies: ServerReply) -> None:
        """Begin a new script."""
        self.script, self.requests = list(replies), []
        self.client_left.clear()


class _Handler(http.server.BaseHTTPRequestHandler):
    scripted: ScriptedServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = self.scripted.next_reply(request)
        provider: Provider = (
            "ollama" if self.path == "/api/chat" else "anthropic" if "/messages" in self.path else "openai"
        )
        if reply.status != 200:
            self._send_error(provider, reply)
            return
        self.send_response(200)
        self.send_header(
            "content-type", "application/x-ndjson" if provider == "ollama" else "text/event-stream"
        )
        self.end_headers()  # without a length: the connection's end is the body's
        begin, speak, think, end = _FORMATS[provider](reply, request)
        self._write(begin, *([think] if reply.thoughts else []), *map(speak, reply.pieces))
        if reply.end == "stop":
            self._write(end)
        elif reply.end == "hang":
            self.connection.settimeout(20)
            if self.connection.recv(1) == b"":
                self.scripted.client_left.set()
        self.close_connection = True

    def _write(self, *parts: str) -> None:
        for part in parts:
            self.wfile.write(part.encode())
            self.wfile.flush()

    def _send_error(self, provider: Provider, reply: ServerReply) -> None:
        error: Any = {"message": reply.error, "type": "an_error"}
        body = {"error": reply.error} if provider == "ollama" else {"type": "error", "error": error}
        data = json.dumps(body).encode()
        self.send_response(reply.status)
        for name, value in {"content-type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _event(value: Mapping[str, Any]) -> str:
    name = f"event: {value['type']}\n" if "type" in value else ""
    return f"{name}data: {json.dumps(value)}\n\n"


def _openai(reply: ServerReply, request: Mapping[str, Any]) -> tuple[Any, ...]:
    def chunk(choices: list[dict[str, Any]], **more: Any) -> str:
        head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return _event({**head, "choices": choices, **more})

    def delta(reason: str | None = None, **fields: str) -> str:
        return chunk([{"index": 0, "delta": fields, "finish_reason": reason}])

    counts = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    is_wanted = request.get("stream_options", {}).get("include_usage") and reply.counts_tokens
    usage = chunk([], usage=counts) if is_wanted else ""
    return (
        delta(role="assistant", content=""),
        lambda piece: delta(content=piece),
        delta(reasoning_content=reply.thoughts),
        f"{delta('stop')}{usage}data: [DONE]\n\n",
    )


def _ollama(reply: ServerReply, request: Mapping[str, Any]) -> tuple[Any, ...]:
    def line(content: str = "", *, done: bool = False, **more: Any) -> str:
        head = {"model": "m", "created_at": "2026-01-02T03:04:05Z", "done": done}
        message = {"role": "assistant", "content": content, **more.pop("message", {})}
        return json.dumps({**head, "message": message, **more}) + "\n"

    counts: dict[str, Any] = {"prompt_eval_count": INPUT_TOKENS, "eval_count": OUTPUT_TOKENS}
    counts = counts if reply.counts_tokens else {}
    return (
        line(),
        line,
        line(message={"thinking": reply.thoughts}),
        line(done=True, done_reason="stop", **counts),
    )


def _anthropic(reply: ServerReply, request: Mapping[str, Any]) -> tuple[Any, ...]:
    def block(index: int, **content: str) -> str:
        return _event({"type": "content_block_start", "index": index, "content_block": content})

    def delta(index: int, **fields: str) -> str:
        return _event({"type": "content_block_delta", "index": index, "delta": fields})

    message: dict[str, Any] = {"id": "1", "type": "message", "role": "assistant", "content": [], "model": "m",
               "stop_reason": None, "stop_sequence": None,
               "usage": {"input_tokens": INPUT_TOKENS, "output_tokens": 0}}  # fmt: skip
    counts = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return (
        _event({"type": "message_start", "message": message}) + block(0, type="text", text=""),
        lambda piece: delta(0, type="text_delta", text=piece),
        block(1, type="thinking", thinking="", signature="")
        + delta(1, type="thinking_delta", thinking=reply.thoughts)
        + _event({"type": "content_block_stop", "index": 1}),
        _event({"type": "content_block_stop", "index": 0})
        + _event({"type": "message_delta", "delta": stop, "usage": counts})
        + _event({"type": "message_stop"}),
    )


_FORMATS = {"openai": _openai, "ollama": _ollama, "anthropic": _anthropic}


@contextmanager
def serve_chat() -> Iterator[ScriptedServer]:
    """A server of all formats, until the block ends."""

    class Handler(_Handler):
        pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Handler.scripted = ScriptedServer(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Handler.scripted
        server.shutdown()
