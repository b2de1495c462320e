"""The desk for assistants that speak the Model Context Protocol (MCP): tools that ask, search, read and add.

Results are the JSON of the command line, documents are resources. The SDK takes half a second to import.
"""

import sys
from collections.abc import Callable, Collection
from contextlib import redirect_stdout
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, InputRequiredResult, Resource, ToolAnnotations
from pydantic import Field, ValidationError

import qa
from qa import serialize
from qa.cli.command_context import build_filters
from qa.cli.terminal_output import one_line
from qa.errors import QAError
from qa.text.control_characters import replace_controls
from qa.text.redaction import redact

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["MAX_CHARACTERS", "DeskServer", "serve_http", "serve_stdio"]

MAX_CHARACTERS = 20_000
"""What one call of `read_document` gives at most."""

_MAX_DOCUMENTS = 500
_ADDRESS = "briefing://documents/"
_INSTRUCTIONS = (
    "Answers from the user's own trade briefings. `ask` gives sentences that cite exact quotes, or says that "
    "the documents do not answer (status not_found): then say so, and do not answer from elsewhere. `start` "
    "and `end` are character offsets, half open, into the text that `read_document` gives."
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

Question = Annotated[str, Field(description="The question, in plain words.")]
Reference = Annotated[str, Field(description="A document's id, title, source or file name.")]
Documents = Annotated[list[str], Field(description="Only these documents, by id.")]
Topics = Annotated[list[str], Field(description="Only documents on these topics.")]
Since = Annotated[str | None, Field(description="Only documents published on or after this date.")]
Until = Annotated[str | None, Field(description="Only documents published on or before this date.")]
AsOf = Annotated[str | None, Field(description="From what was there at the end of that day (UTC).")]


class DeskServer(MCPServer[Any]):
    """Tools and resources over one assistant; `add` is there only where it is allowed."""

    def __init__(
        self, assistant: "Assistant", *, allow_add: bool = False, secrets: Collection[str] = ()
    ) -> None:
        """Register the tools; what is in `secrets` appears in no message."""
        super().__init__(
            "briefing-desk",
            title="Briefing Desk",
            instructions=_INSTRUCTIONS,
            version=qa.__version__,
            log_level="WARNING",
        )
        self._assistant = assistant
        self._secrets = secrets
        self._arguments: dict[str, tuple[str, ...]] = {}
        for function in (self.ask, self.search, self.read_document, self.list_documents):
            self._offer(function, _READS)
        if allow_add:
            self._offer(self.add, _ADDS)
        self.resource(_ADDRESS + "{document}", name="document", mime_type="text/plain")(self.read_text)

    def _offer(self, function: Callable[..., dict[str, Any]], annotations: ToolAnnotations) -> None:
        self.add_tool(_with_clear_errors(function), annotations=annotations)
        self._arguments[function.__name__] = tuple(signature(function).parameters)

    def ask(
        self,
        question: Question,
        history: Annotated[
            list[dict[str, str]],
            Field(description='Earlier turns, oldest first: {"question": ..., "answer": ...}.'),
        ] = [],  # noqa: B006 - never changed, and the schema states it
        documents: Documents = [],  # noqa: B006
        topics: Topics = [],  # noqa: B006
        since: Since = None,
        until: Until = None,
        as_of: AsOf = None,
    ) -> dict[str, Any]:
        """Answer a question from the documents, with exact citations, or say that they do not answer it.

        `status` is answered or not_found. `citations` hold quotes with their offsets, `conditions` what the
        question asks of its answer and whether the evidence meets it, `warnings` what to tell the user.
        """
        filters = build_filters(tuple(documents), tuple(topics), since, until, as_of)
        return serialize.answer(self._assistant.ask(question, history=history, filters=filters))

    def search(
        self,
        question: Question,
        top_k: Annotated[int | None, Field(description="How many passages.", ge=1, le=50)] = None,
        documents: Documents = [],  # noqa: B006
        topics: Topics = [],  # noqa: B006
        since: Since = None,
        until: Until = None,
        as_of: AsOf = None,
    ) -> dict[str, Any]:
        """The passages nearest to a question, best first, with their text and no answer."""
        filters = build_filters(tuple(documents), tuple(topics), since, until, as_of)
        passages = self._assistant.search(question, top_k=top_k, filters=filters)
        return serialize.search(question, passages)

    def read_document(
        self,
        document: Reference,
        offset: Annotated[int, Field(description="The first character.", ge=0)] = 0,
        length: Annotated[int, Field(description="How many characters.", ge=1, le=MAX_CHARACTERS)] = 8_000,
    ) -> dict[str, Any]:
        """A part of a document's stored text, in which the offsets of citations count.

        `next_offset` is where to go on, null at the end.
        """
        stored = self._assistant.document(document)
        size = len(stored.text)
        if offset and offset >= size:
            raise QAError(
                f"offset {offset} lies behind the {size:,} characters of {stored.id}: name a lower one"
            )
        end = min(offset + length, size)
        metadata = serialize.document(stored)
        names = ("document", "title", "source", "published", "publisher", "topics", "characters", "sha256")
        return {
            **{name: metadata[name] for name in names},
            "start": offset,
            "end": end,
            "text": stored.text[offset:end],
            "next_offset": end if end < size else None,
        }

    def list_documents(
        self,
        offset: Annotated[int, Field(description="How many to pass over.", ge=0)] = 0,
        limit: Annotated[int, Field(description="How many to list.", ge=1, le=_MAX_DOCUMENTS)] = 100,
    ) -> dict[str, Any]:
        """The documents there are: id, title, source, day of publication, publisher and topics.

        `next_offset` is where to go on, null at the end.
        """
        documents = self._assistant.documents()
        end = min(offset + limit, len(documents))
        return {
            "documents": [serialize.summary(document) for document in documents[offset:end]],
            "total": len(documents),
            "next_offset": end if end < len(documents) else None,
        }

    def add(
        self,
        sources: Annotated[
            list[str], Field(description="Files, folders and web pages (https://...).", min_length=1)
        ],
    ) -> dict[str, Any]:
        """Add documents: what is unchanged is skipped, what changed is replaced.

        `failed` names what could not be read, with the reason.
        """
        return serialize.add_report(self._assistant.add(sources))

    def read_text(self, document: str) -> str:
        """The whole stored text of a document."""
        try:
            return self._assistant.document(document).text
        except QAError as error:
            raise ResourceNotFoundError(self._clear(error)) from error

    async def list_resources(self) -> list[Resource]:
        """Every document, as the resource that gives its text."""
        return [
            Resource(
                uri=_ADDRESS + quote(document.id),
                name=document.id,
                title=document.title,
                description=document.source,
                mime_type="text/plain",
            )
            for document in self._assistant.documents()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """As the SDK's, with what went wrong in one line, and no argument that nobody knows read over."""
        taken = self._arguments.get(name, tuple(arguments))
        if unknown := [argument for argument in arguments if argument not in taken]:
            raise ToolError(self._clear(f"{name} takes no {unknown[0]!r}: it takes {', '.join(taken)}"))
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            cause = error.__cause__
            message = (
                _describe_arguments(name, cause) if isinstance(cause, ValidationError) else cause or error
            )
            raise ToolError(self._clear(message)) from cause

    def _clear(self, message: object) -> str:
        return replace_controls(redact(one_line(message), self._secrets))


def _with_clear_errors(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """The function as a tool: what a user can act on is told, anything else is a bug and logged."""

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except QAError as error:
            raise ToolError(str(error)) from error

    return call


def _describe_arguments(tool: str, error: ValidationError) -> str:
    faults = (
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    )
    return f"{tool}: {'; '.join(faults)}"


def serve_stdio(server: DeskServer) -> None:
    """Answer the client that started this process, until it closes our standard input."""
    # The SDK takes the process's own output for the protocol; what is printed meanwhile goes to stderr.
    with redirect_stdout(sys.__stdout__):
        server.run("stdio")


def serve_http(server: DeskServer, port: int) -> None:
    """Answer clients on this computer, until the process is stopped; other hosts and origins are refused."""
    names = ("127.0.0.1", "localhost")
    server.run(
        "streamable-http",
        host="127.0.0.1",
        port=port,
        transport_security=TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=[f"{name}:{port}" for name in names],
            allowed_origins=[f"http://{name}:{port}" for name in names],
        ),
    )
