"""The desk as an MCP server, as the official SDK's own client meets it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import TextContent

from qa import serialize
from qa.assistant import Assistant
from qa.cli.mcp_server import MAX_CHARACTERS, DeskServer
from qa.config import Settings
from qa.schema import Filters
from tests.cli.test_cli import SUMMIT, run, write_briefings

pytestmark = pytest.mark.usefixtures("loaded_once")

__all__ = ["run"]

QUESTION = "When did Carney meet Sheinbaum?"
Result = TypeVar("Result")
TOOLS = ["ask", "list_documents", "read_document", "search"]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over two briefings; only a test that adds to it may change it."""
    folder = tmp_path_factory.mktemp("served")
    with Assistant.open(settings=Settings(store=folder / "store", threads=1)) as opened:
        opened.add(write_briefings(folder / "briefings"))
        yield opened


def talk(server: Any, conversation: Callable[[Client], Awaitable[Result]]) -> Result:
    """What a conversation with a server comes to."""

    async def connect() -> Result:
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(connect())


def call(server: Any, tool: str, **arguments: Any) -> Any:
    """The structured result of a tool, which its text says too."""

    async def conversation(client: Client) -> Any:
        result = await client.call_tool(tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert not result.is_error, content.text
        assert json.loads(content.text) == result.structured_content
        return result.structured_content

    return talk(server, conversation)


def refusal(server: Any, tool: str, **arguments: Any) -> str:
    """The one line that a tool fails with."""

    async def conversation(client: Client) -> str:
        result = await client.call_tool(tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert result.is_error
        assert len(content.text.splitlines()) == 1, content.text
        return content.text

    return talk(server, conversation)


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("timings_ms", "request_id")}


def test_tools_say_what_they_do(assistant: Assistant) -> None:
    tools = talk(DeskServer(assistant), lambda client: client.list_tools()).tools
    assert sorted(tool.name for tool in tools) == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.annotations
        assert tool.annotations.read_only_hint
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"], name


def test_an_answer_is_that_of_the_command(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    answer = call(server, "ask", question=QUESTION)
    assert without_times(answer) == without_times(serialize.answer(assistant.ask(QUESTION)))
    (citation,) = answer["citations"]
    part = call(
        server, "read_document", document=citation["document"], offset=citation["start"],
        length=citation["end"] - citation["start"],
    )  # fmt: skip
    assert part["text"] == citation["quote"]


def test_a_follow_up_and_a_refusal(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    history = [{"question": QUESTION, "answer": "On September 18, 2025."}]
    follow_up = call(server, "ask", question="And where did they meet?", history=history)
    assert follow_up["standalone_question"] != follow_up["question"]
    refused = call(server, "ask", question="Who won the chess tournament in Reykjavik?")
    assert (refused["status"], refused["citations"]) == ("not_found", [])
    assert refused["passages"]


def test_search_with_filters(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    results = call(server, "search", question=QUESTION, top_k=1, topics=["Mexico"])
    passages = assistant.search(QUESTION, top_k=1, filters=Filters(topics=("Mexico",)))
    assert results == serialize.search(QUESTION, passages)
    assert [passage["title"] for passage in results["passages"]] == ["The summit"]


def test_a_document_is_read_in_parts(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    parts: list[str] = []
    offset: int | None = 0
    while offset is not None:
        part = call(server, "read_document", document="summit.md", offset=offset, length=100)
        parts.append(part["text"])
        offset = part["next_offset"]
    assert "".join(parts) == assistant.document("summit.md").text
    assert len(parts) > 2


def test_documents_are_listed_in_parts(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    everything = call(server, "list_documents")
    assert everything["documents"] == [serialize.summary(document) for document in assistant.documents()]
    assert (everything["total"], everything["next_offset"]) == (2, None)
    first = call(server, "list_documents", limit=1)
    assert first["next_offset"] == 1
    second = call(server, "list_documents", limit=1, offset=1)
    assert first["documents"] + second["documents"] == everything["documents"]


def test_documents_are_resources(assistant: Assistant) -> None:
    server = DeskServer(assistant)
    resources = talk(server, lambda client: client.list_resources()).resources
    assert [resource.title for resource in resources] == [one.title for one in assistant.documents()]
    uri = next(str(resource.uri) for resource in resources if resource.title == "The summit")
    contents = talk(server, lambda client: client.read_resource(uri)).contents
    assert [getattr(content, "text", None) for content in contents] == [SUMMIT]

    async def read_missing(client: Client) -> None:
        with pytest.raises(MCPError, match="no document 'nothing-1' in the store"):
            await client.read_resource("briefing://documents/nothing-1")

    talk(server, read_missing)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": " "}, ["question"]),
        ("ask", {}, ["ask: question", "required"]),
        ("ask", {"question": QUESTION, "since": "someday"}, ["someday"]),
        ("ask", {"question": QUESTION, "history": [{"answer": "x"}]}, ["history", "question"]),
        ("ask", {"question": QUESTION, "topic": ["steel"]}, ["'topic'", "topics"]),
        ("search", {"question": QUESTION, "top_k": 0}, ["top_k"]),
        ("read_document", {"document": "nothing.md"}, ["nothing.md"]),
        ("read_document", {"document": "summit.md", "offset": 10_000}, ["10000", "name a lower one"]),
        ("read_document", {"document": "summit.md", "length": MAX_CHARACTERS + 1}, ["length"]),
        ("read_document", {"document": "a\x1b[31m\nb"}, ["a"]),
        ("add", {"sources": ["steel.txt"]}, ["add"]),
    ],
)
def test_what_goes_wrong_is_one_line(
    assistant: Assistant, tool: str, arguments: dict[str, Any], words: list[str]
) -> None:
    line = refusal(DeskServer(assistant), tool, **arguments)
    assert "\x1b" not in line
    for word in words:
        assert word in line


def test_no_message_shows_a_secret(assistant: Assistant) -> None:
    line = refusal(DeskServer(assistant, secrets={"s3cret-key-1"}), "read_document", document="s3cret-key-1")
    assert "s3cret-key-1" not in line


def test_adding_is_for_those_who_allow_it(assistant: Assistant, tmp_path: Path) -> None:
    server = DeskServer(assistant, allow_add=True)
    (tmp_path / "ports.txt").write_text("Ports\n\nThe port of Callao opened in May 2024.\n", encoding="utf-8")
    report = call(server, "add", sources=[str(tmp_path / "ports.txt"), str(tmp_path / "gone.txt")])
    (added,) = report["added"]
    assert [failure["source"] for failure in report["failed"]] == [str(tmp_path / "gone.txt")]
    assistant.remove([added], forget=True)


def command(store: Path, *arguments: str) -> list[str]:
    return ["-m", "qa", "--store", str(store), "mcp", *arguments]


def test_over_stdio(assistant: Assistant) -> None:
    environment = {**os.environ, "QA_READ_K": "2", "QA_THREADS": "1"}
    arguments = command(assistant.settings.store)
    started = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def conversation(client: Client) -> None:
        assert client.server_info
        assert client.server_info.name == "briefing-desk"
        assert sorted(tool.name for tool in (await client.list_tools()).tools) == TOOLS
        listed = await client.call_tool("list_documents", {})
        assert listed.structured_content
        assert listed.structured_content["total"] == 2
        (resource, *_) = (await client.list_resources()).resources
        assert (await client.read_resource(str(resource.uri))).contents
        assert (await client.call_tool("read_document", {"document": "nothing.md"})).is_error
        answer = await client.call_tool("ask", {"question": QUESTION})
        assert answer.structured_content
        assert "September 18, 2025" in answer.structured_content["text"]

    talk(started, conversation)


@pytest.fixture
def served(assistant: Assistant) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Where a served desk listens, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    arguments = command(assistant.settings.store, "--http", "--port", port)
    with subprocess.Popen([sys.executable, *arguments], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            assert line.startswith("Briefing Desk answers MCP at http://127.0.0.1:"), line
            url = line.split()[5]
            for _ in range(200):
                try:
                    httpx.get(url)
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            yield url, process
        finally:
            process.terminate()


def test_over_http(served: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, process = served
    assert call(address, "list_documents")["total"] == 2
    assert "nothing.md" in refusal(address, "read_document", document="nothing.md")
    for header in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert httpx.post(address, headers=header, json={}).status_code in (403, 421)
    refusal(address, "ask", question=" ")
    process.terminate()
    assert process.stderr
    assert 'outcome=error error=QuestionError reason="the question is empty' in process.stderr.read()


def test_a_port_without_http_is_wrong_usage(run: Any) -> None:
    run("mcp", "--port", "9000").fails(2, "--http")


def test_without_the_extra(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "qa.cli.mcp_server", None)
    run("mcp").fails(1, "briefing-desk[mcp]")
