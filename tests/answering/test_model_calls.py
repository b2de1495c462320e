"""Calling a chat model: three providers' formats, tries, time, tokens, and ending a request at the server."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk

from qa.answering import open_chat_model
from qa.answering.chat_model.chat_model_errors import retry_after_s
from qa.answering.chat_model.ended_sentences import EndedSentences, RememberingChecker
from qa.answering.chat_model.model_calls import ModelCalls, OpenedModel, TokenPrices
from qa.answering.citations import hold_back_half_markers
from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.errors import ModelError
from qa.schema import AnswerSentence
from tests.support.chat_servers import (
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    PROVIDERS,
    Provider,
    ScriptedServer,
    ServerReply,
    serve_chat,
)
from tests.support.doubles import ScriptedChatModel

PROMPT: list[BaseMessage] = [HumanMessage("How much?")]
ANSWER = ServerReply(pieces=("Steel ", "rose [2]."), thoughts="Is it so?")
FAST_RETRY = {"retry-after-ms": "1"}


@pytest.fixture(scope="module")
def module_server() -> Iterator[ScriptedServer]:
    with serve_chat() as server:
        yield server


@pytest.fixture
def server(module_server: ScriptedServer) -> ScriptedServer:
    module_server.expect(ANSWER)
    return module_server


def begin(
    server: ScriptedServer, provider: Provider = "openai", stop: threading.Event | None = None, **limits: Any
) -> ModelCalls:
    pytest.importorskip(f"langchain_{provider}")
    timeout_s = limits.setdefault("timeout_s", 10.0)
    model = open_chat_model(
        f"{provider}:m",
        base_url=server.address + PROVIDERS[provider],
        api_key="none",
        timeout_s=timeout_s,
        max_output_tokens=limits.pop("max_output_tokens", None),
    )
    return OpenedModel(model=model, name=f"{provider}:m", **limits).begin(stop)


def wait_until_left(server: ScriptedServer) -> None:
    assert server.client_left.wait(10), "the request is still open at the server"


# The wire formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_without_its_thoughts_and_what_it_took(server: ScriptedServer, provider: Provider) -> None:
    calls = begin(server, provider, max_output_tokens=50, prices=TokenPrices(1.0, 10.0))
    response = calls.ask(PROMPT)
    assert "".join(response) == "Steel rose [2]."
    assert response.cut_off is None
    usage = calls.usage
    assert usage is not None
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (1, INPUT_TOKENS, OUTPUT_TOKENS)
    assert usage.cost == pytest.approx((INPUT_TOKENS + 10 * OUTPUT_TOKENS) / 1e6)
    assert not usage.is_estimated
    [request] = server.requests
    limits = [request.get(name) for name in ("max_tokens", "max_completion_tokens")]
    assert 50 in [*limits, request.get("options", {}).get("num_predict")]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, r"refused the key .*check api_key \(QA_API_KEY\)"),
        (404, "is not known to its server .*check the model's name and base_url"),
        (429, "is busy or its quota is used up .*: try again in 90 s, as it asks"),
        (500, "failed .*check the model's name"),
    ],
)
def test_an_error_of_the_server_is_one_line(
    server: ScriptedServer, provider: Provider, status: int, message: str
) -> None:
    server.expect(ServerReply(status=status, error="No,\nnot so.", headers={"retry-after": "90"}))
    if provider == "ollama":  # its client keeps no headers
        message = message.replace("in 90 s, as it asks", "later")
    calls = begin(server, provider)
    with pytest.raises(ModelError, match=f"the chat model {provider}:m {message}") as caught:
        list(calls.ask(PROMPT))
    assert "No, not so." in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_cut_off_in_the_middle_is_kept(server: ScriptedServer, provider: Provider) -> None:
    server.expect(ServerReply(pieces=("Steel rose. ", "Tin fell [", "3"), end="cut"))
    calls = begin(server, provider)
    response = calls.ask(PROMPT)
    assert "".join(response).startswith("Steel rose. Tin fell ")
    assert response.cut_off is not None
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_goes_silent_is_left_in_time(server: ScriptedServer, provider: Provider) -> None:
    server.expect(ServerReply(pieces=("Steel ",), end="hang"))
    response = begin(server, provider, timeout_s=0.5).ask(PROMPT)
    assert "".join(response) == "Steel "
    assert "took too long" in str(response.cut_off)
    wait_until_left(server)


# Ending a request at the server ---------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_stops_reading_ends_the_request(server: ScriptedServer, provider: Provider) -> None:
    server.expect(ServerReply(pieces=("Steel ",), end="hang"))
    pieces = iter(begin(server, provider).ask(PROMPT))
    assert next(pieces) == "Steel "
    assert not server.client_left.is_set()
    pieces.close()
    wait_until_left(server)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("begun", [("Steel ",), ()], ids=["in the middle", "before the first word"])
def test_stop_ends_the_request_while_nothing_comes(
    server: ScriptedServer, provider: Provider, begun: tuple[str, ...]
) -> None:
    server.expect(ServerReply(pieces=begun, end="hang"))
    stop = threading.Event()
    response = begin(server, provider, stop).ask(PROMPT)
    threading.Timer(0.3, stop.set).start()
    if begun:
        assert "".join(response) == "Steel "
        assert "was stopped before the end of its answer" in str(response.cut_off)
    else:
        with pytest.raises(ModelError, match="was stopped before the end of its answer: ask again"):
            list(response)
    wait_until_left(server)


def test_stop_ends_the_wait_for_another_try(server: ScriptedServer) -> None:
    server.expect(ServerReply(status=429, error="busy", headers={"retry-after": "9"}))
    stop = threading.Event()
    response = begin(server, stop=stop, max_retries=2, timeout_s=60.0).ask(PROMPT)
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    with pytest.raises(ModelError, match="was stopped"):
        list(response)
    assert time.monotonic() - began < 5


def test_who_stops_reading_a_model_without_asynchronous_calls_reads_no_further() -> None:
    model = ScriptedChatModel("Canada sent 1 percent [1]. " * 1000, piece_chars=1)
    pieces = iter(OpenedModel(model=model, name="scripted:one").begin().ask(PROMPT))
    assert next(pieces) == "C"
    pieces.close()
    deadline = time.monotonic() + 10
    while any(thread.name == "chat model call" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Tries and time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_server_that_is_busy_is_tried_again(server: ScriptedServer, status: int) -> None:
    server.expect(ServerReply(status=status, error="busy", headers=FAST_RETRY), ANSWER)
    calls = begin(server, max_retries=1)
    assert "".join(calls.ask(PROMPT)) == "Steel rose [2]."
    assert calls.usage is not None
    assert (calls.usage.calls, calls.usage.input_tokens) == (2, INPUT_TOKENS)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_wrong_request_is_not_tried_again(server: ScriptedServer, status: int) -> None:
    server.expect(ServerReply(status=status, error="no", headers=FAST_RETRY))
    with pytest.raises(ModelError):
        list(begin(server, max_retries=3).ask(PROMPT))
    assert len(server.requests) == 1


def test_tries_are_counted(server: ScriptedServer) -> None:
    server.expect(ServerReply(status=503, error="busy", headers=FAST_RETRY))
    with pytest.raises(ModelError, match="busy"):
        list(begin(server, max_retries=3).ask(PROMPT))
    assert len(server.requests) == 4


def test_a_wait_that_ends_after_the_time_limit_is_not_begun(server: ScriptedServer) -> None:
    server.expect(ServerReply(status=429, error="busy", headers={"retry-after": "60"}))
    began = time.monotonic()
    with pytest.raises(ModelError, match="try again in 60 s, as it asks"):
        list(begin(server, max_retries=3, timeout_s=5.0).ask(PROMPT))
    assert time.monotonic() - began < 4
    assert len(server.requests) == 1


def test_waits_double_where_the_server_names_none() -> None:
    model = ScriptedChatModel(ConnectionError("no"), ConnectionError("no"), "It is so.")
    began = time.monotonic()
    calls = OpenedModel(model=model, name="scripted:one", max_retries=2, timeout_s=30.0).begin()
    assert "".join(calls.ask(PROMPT)) == "It is so."
    assert time.monotonic() - began > 1.5


def test_the_calls_of_a_question_have_one_time_limit(server: ScriptedServer) -> None:
    calls = begin(server, timeout_s=1.0)
    assert "".join(calls.ask(PROMPT)) == "Steel rose [2]."
    time.sleep(0.6)
    server.expect(ServerReply(end="hang"))
    began = time.monotonic()
    with pytest.raises(ModelError, match="took too long"):
        list(calls.ask(PROMPT))
    assert time.monotonic() - began < 0.9
    assert calls.usage is not None
    assert calls.usage.calls == 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-4"}, 0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00"}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], expected: float | None) -> None:
    error = cast(Any, ValueError("no"))
    error.response = type("Response", (), {"headers": headers})
    assert retry_after_s(error) == expected


def test_a_server_that_names_a_time_of_day() -> None:
    error = cast(Any, ValueError("no"))
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    error.response = type("Response", (), {"headers": {"retry-after": later}})
    assert 25 < (retry_after_s(error) or 0) <= 30


# What is refused, and what is not counted -----------------------------------------------------------


@pytest.mark.parametrize("name", ["temperature", "stream_options"])
def test_what_a_server_refuses_is_left_out_from_then_on(server: ScriptedServer, name: str) -> None:
    server.expect(ServerReply(status=400, error=f"Unsupported parameter: '{name}'"), ANSWER)
    opened = begin(server).opened
    for _ in range(2):
        assert "".join(opened.begin().ask(PROMPT)) == "Steel rose [2]."
    assert [name in request for request in server.requests] == [True, False, False]


def test_tokens_are_estimated_where_a_server_counts_none(server: ScriptedServer) -> None:
    server.expect(ServerReply(pieces=("Steel rose [2].",), counts_tokens=False))
    calls = begin(server)
    list(calls.ask(PROMPT))
    assert calls.usage is not None
    assert calls.usage.is_estimated
    assert (calls.usage.input_tokens, calls.usage.output_tokens) == (3, 4)
    assert calls.usage.cost is None


class _ReasoningChatModel(ScriptedChatModel):
    """Streams blocks of content, as models of several providers do."""

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for block in ({"type": "reasoning", "reasoning": "Is it?"}, {"type": "text", "text": "It is."}):
            yield ChatGenerationChunk(message=AIMessageChunk(content=[block]))


def test_blocks_of_reasoning_are_no_text() -> None:
    calls = OpenedModel(model=_ReasoningChatModel(), name="scripted:one").begin()
    assert "".join(calls.ask(PROMPT)) == "It is."


def test_options_that_a_provider_does_not_know_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strict(ScriptedChatModel, extra="forbid"):
        def __init__(self, **fields: Any) -> None:
            super().__init__("It is so.", **fields)

    opened: list[dict[str, Any]] = []

    def init(name: str, *, model_provider: str, **options: Any) -> Strict:
        opened.append(options)
        return Strict(**options)

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    model = open_chat_model("acme:one", base_url=None, api_key=None, timeout_s=5)
    assert isinstance(model, Strict)
    assert opened == [{"temperature": 0, "timeout": 5, "max_retries": 0}, {"temperature": 0}]
    # Without its address the key and the documents would go to somebody else.
    with pytest.raises(ModelError, match="the chat model acme:one can't be opened"):
        open_chat_model("acme:one", base_url="http://127.0.0.1:9", api_key=None, timeout_s=5)


# What is shown on the way ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("Steel rose [2]. Tin fell [1, 12][3].", ["[2]", "[1, 12]", "[3]"]),
        ("Steel rose 【4†source】.", ["【4†source】"]),
        ("Steel [Source 1] rose [^2], [1-3] and [1 and 2].", ["[Source 1]", "[^2]", "[1-3]", "[1 and 2]"]),
        ("A [link] and [Canada, an ally] and [12 tonnes] and an open [", []),
        (f"[{'1' * 300}", []),
    ],
)
def test_a_marker_is_shown_whole_or_not_yet(text: str, markers: list[str], size: int) -> None:
    pieces = list(hold_back_half_markers(text[start : start + size] for start in range(0, len(text), size)))
    assert "".join(pieces) == text
    shown = 0
    ends = []
    for piece in pieces:
        shown += len(piece)
        ends.append(shown)
    for marker in markers:
        start = text.index(marker)
        assert not [end for end in ends if start < end < start + len(marker)]
    assert not [piece for piece in pieces if not piece]


def test_what_is_no_marker_is_held_back_no_longer() -> None:
    assert list(hold_back_half_markers(["a [", "C", "anada"])) == ["a ", "[C", "anada"]


def test_sentences_are_given_out_as_they_end() -> None:
    judged: list[str] = []

    def judge(text: str) -> list[AnswerSentence]:
        judged.append(text)
        return [
            AnswerSentence(text=part, support="partial") for part in re.split(r"(?:\. |\n)(?=[A-Z])", text)
        ]

    ended = EndedSentences(judge)
    given = []
    for piece in ("Steel ro", "se. ", "[2] ", "[3]\n", "Tin", " fell. L", "ead stayed."):
        given.append(len(ended.add(piece)))
    assert given == [0, 0, 0, 0, 1, 1, 0]
    assert ended.count == 2
    assert ended.text == "Steel rose. [2] [3]\nTin fell. Lead stayed."
    assert len(judged) == 2


def test_a_claim_is_checked_once() -> None:
    asked: list[Claim] = []

    class Checker(ClaimChecker):
        def check(self, claims: Any) -> list[ClaimVerdict]:
            asked.extend(claims)
            return [ClaimVerdict("partial") for _ in claims]

    checker = RememberingChecker(Checker())
    steel, tin = Claim("Steel rose.", ("Steel rose.",)), Claim("Tin fell.", ("Tin fell.",))
    assert len(checker.check([steel, steel])) == 2
    assert [verdict.support for verdict in checker.check([tin, steel])] == ["partial", "partial"]
    assert asked == [steel, tin]
