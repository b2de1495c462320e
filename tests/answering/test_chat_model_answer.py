"""The chat-model engine: what a model wrote becomes a checked answer, and its failures one clear line."""

import contextlib
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from qa import serialize
from qa.answering import open_chat_model, resolve_response, stream_response
from qa.answering.chat_model.chat_model_errors import explain_opening_error
from qa.answering.chat_model.model_calls import OpenedModel
from qa.answering.chat_model.model_evidence import Evidence
from qa.answering.chat_model.prompt import build_messages
from qa.answering.chat_model.response_parser import is_refusal, parse_response, strip_thinking
from qa.answering.claim_check import ClaimChecker
from qa.errors import ModelError
from qa.query.query import Query
from qa.schema import NOT_BORNE_OUT, NOT_FOUND, Answer, Metadata, Passage, Sentence
from qa.text.sentences import sentence_spans
from qa.ui.chat.answer_view import build_answer_view
from tests.support.doubles import ScriptedChatModel

FIRST = (
    "Canada sent 1 percent of its exports to Mexico in 2024. Mexico sent 3 percent of its exports to Canada."
)
SECOND = "Tariffs on steel rose to 50 percent on June 4, 2025. Britain pays 25 percent."


def passage(text: str, name: str) -> Passage:
    return Passage(
        chunk_id="1", document_id=name, ordinal=0, section=0, start=10, end=10 + len(text), heading=None,
        metadata=Metadata(title=f"The {name} briefing", published=date(2025, 9, 18)),
        source=f"{name}.md", text=text,
        sentences=tuple(Sentence(10 + a, 10 + b) for a, b in sentence_spans(text)), score=1.0,
    )  # fmt: skip


PASSAGES = [passage(FIRST, "trade"), passage(SECOND, "steel")]
EVIDENCE = [Evidence.of(one) for one in PASSAGES]
MESSAGES = build_messages("How much?", EVIDENCE)


def resolve(text: str, cut_off: str | None = None) -> Answer:
    answer = resolve_response(
        text,
        Query.of("How much?"),
        EVIDENCE,
        passages=PASSAGES,
        confidence=0.9,
        model="scripted:one",
        checker=ClaimChecker(),
        cut_off=cut_off,
    ).answer
    texts = {"trade": FIRST, "steel": SECOND}
    for citation in answer.citations:
        assert citation.quote == texts[citation.document_id][citation.start - 10 : citation.end - 10]
    return answer


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        pytest.param(
            "Tariffs on steel rose [2]. Canada sent exports [1].", [(2,), (1,)], id="before the stop"
        ),
        pytest.param(
            "Tariffs on steel rose. [2] Canada sent exports. [1]", [(2,), (1,)], id="after the stop"
        ),
        pytest.param(
            "[2] Tariffs on steel rose. [1] Canada sent exports.", [(2,), (1,)], id="in front of each"
        ),
        pytest.param(
            "Tariffs on steel rose.\n[2] Canada sent exports [1].", [(2,), (1,)], id="on the next line"
        ),
        pytest.param(
            "Tariffs on steel rose.\n[2]\n\nCanada sent exports.\n[1]", [(2,), (1,)], id="own lines"
        ),
        pytest.param("- Tariffs on steel rose [2]\n- [1] Canada sent exports", [(2,), (1,)], id="bullets"),
        pytest.param("Tariffs on\nsteel rose [2].", [(2,)], id="wrapped"),
        pytest.param("[1]\nCanada sent exports.", [(1,)], id="first line"),
        pytest.param("He said “it rose.” [2] Canada sent.", [(2,), ()], id="behind a quotation"),
        pytest.param("Mr. Trump met U.S. officials. [1]", [(1,)], id="abbreviations"),
    ],
)
def test_markers_go_to_their_sentences(text: str, cited: list[tuple[int, ...]]) -> None:
    evidence_numbers = [
        tuple(sentence.evidence_numbers) for line in parse_response(text) for sentence in line.sentences
    ]
    assert evidence_numbers == cited


def test_citations_are_numbered_by_first_use_and_exact() -> None:
    answer = resolve(
        "Steel tariffs rose to 50 percent [2]. Canada sent 1 percent of its exports to Mexico [1][2]."
    )
    assert [citation.quote for citation in answer.citations] == [
        "Tariffs on steel rose to 50 percent on June 4, 2025.",
        "Canada sent 1 percent of its exports to Mexico in 2024.",
    ] + [citation.quote for citation in answer.citations[2:]]
    assert answer.sentences[0].citations == (1,)
    assert answer.sentences[1].citations[0] == 2
    assert [sentence.support for sentence in answer.sentences] == ["supported", "supported"]
    assert answer.text.startswith("Steel tariffs rose to 50 percent. [1] Canada sent")
    assert answer.warnings == ()


def test_a_sentence_that_merges_two_is_cited_with_both() -> None:
    answer = resolve("Canada sent 1 percent of its exports to Mexico, and Mexico 3 percent to Canada [1].")
    assert answer.sentences[0].citations == (1, 2)
    assert answer.sentences[0].support == "supported"


def test_what_is_not_borne_out_is_shown_and_named() -> None:
    answer = resolve(
        "Steel tariffs rose to 50 percent [2]. All is well. Canada sent 7 percent [1]. Mexico grew [9]."
    )
    assert [sentence.support for sentence in answer.sentences] == ["supported", *["unsupported"] * 3]
    assert [sentence.text for sentence in answer.sentences][1:] == [
        "All is well.",
        "Canada sent 7 percent.",
        "Mexico grew.",
    ]
    assert all(sentence.text in answer.text for sentence in answer.sentences)
    assert answer.warnings == ("the model cited [9], which does not exist",)


@pytest.mark.parametrize("marker", ["[0]", "[99999999999]", "[1-99999999]"])
def test_an_invented_marker_makes_a_sentence_unsupported(marker: str) -> None:
    answer = resolve(f"Canada sent 1 percent of its exports to Mexico {marker}. Britain pays 25 percent [2].")
    assert [sentence.support for sentence in answer.sentences] == ["unsupported", "supported"]
    assert any("does not exist" in warning for warning in answer.warnings)


def test_an_answer_without_any_support_is_a_refusal_that_keeps_what_was_written() -> None:
    answer = resolve("All is well. Peru paid 7 percent [1].")
    assert (answer.status, answer.citations, answer.warnings) == ("not_found", (), ())
    assert answer.text == f"{NOT_FOUND} {NOT_BORNE_OUT}"
    assert answer.model_text == "All is well. Peru paid 7 percent."
    assert serialize.answer(answer)["model_text"] == answer.model_text


def test_markdown_is_kept() -> None:
    text = (
        "## Two figures\n\n- **Steel:** tariffs rose to 50 percent [2].\n- Canada sent 1 percent of its "
        "exports to Mexico. [1]\n\n| Country | Share |\n|---|---|\n| Canada | 1 percent [1] |"
    )
    answer = resolve(text)
    assert answer.text.splitlines() == [
        "## Two figures",
        "",
        "- **Steel:** tariffs rose to 50 percent. [1]",
        "- Canada sent 1 percent of its exports to Mexico. [2]",
        "",
        "| Country | Share |",
        "|---|---|",
        "| Canada | 1 percent [2] |",
    ]
    assert [sentence.support for sentence in answer.sentences] == ["supported"] * 3


def test_a_heading_with_a_claim_is_judged() -> None:
    assert resolve("# Tariffs were cut by 9 percent\n\nBritain pays 25 percent [2].").sentences[
        0
    ].support == ("unsupported")


@pytest.mark.parametrize(
    "text",
    [
        NOT_FOUND,
        NOT_FOUND.rstrip(".").lower(),
        f"**{NOT_FOUND}**",
        f'"{NOT_FOUND}" [1]',
        "The documents don't answer this question.",
        "The provided evidence does not directly answer the question.",
        "Unfortunately, the documents do not contain enough information.",
        "I'm sorry, but I cannot answer this question.",
        "This question cannot be answered from the evidence.",
        "I don't know.",
        f"The evidence is: {NOT_FOUND}",
        "The evidence does not contain any information about Peru.",
    ],
)
def test_a_refusal_is_not_found(text: str) -> None:
    answer = resolve(text)
    assert (answer.status, answer.text, answer.citations) == ("not_found", NOT_FOUND, ())
    assert answer.passages == tuple(PASSAGES)
    assert answer.warnings == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "The evidence does not directly answer the question, but exports fell.",
        "The documents do not answer to the ministry.",
        "The evidence does not mention Mexico.",
        "The briefing answers this question.",
        "The agreement does not contain a sunset clause.",
    ],
)
def test_a_claim_is_no_refusal(sentence: str) -> None:
    assert not is_refusal(sentence)


def test_a_refusal_that_goes_on_stays_one_and_tells_the_rest() -> None:
    answer = resolve(f"{NOT_FOUND} However, Britain pays 25 percent [2].")
    assert answer.status == "not_found"
    assert "However, Britain pays 25 percent." in answer.warnings[0]


def test_a_refusal_behind_a_cited_sentence_is_shown_with_the_answer() -> None:
    answer = resolve(f"Britain pays 25 percent [2]. {NOT_FOUND}")
    assert answer.status == "answered"
    assert [sentence.support for sentence in answer.sentences] == ["supported", "unsupported"]


@pytest.mark.parametrize("text", ["", " \n\n", "[1]", "---", "<think>hm", "thought so</think>"])
def test_nothing_written_is_not_found_with_a_warning(text: str) -> None:
    answer = resolve("".join(strip_thinking([text])))
    assert answer.status == "not_found"
    assert answer.warnings == ("the model wrote no answer",)


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("<think>Is it 5 < 6?</think>\n\nIt is.", "It is."),
        ("It <THINKING>a</b>\n</thinking>is <b>.", "It is <b>."),
        ("a < b", "a < b"),
        ("ends <thi", "ends <thi"),
        ("<think>never closed", ""),
    ],
)
def test_thoughts_are_dropped(text: str, visible: str, size: int) -> None:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert "".join(strip_thinking(pieces)) == visible


def test_a_very_long_answer_is_cut_and_does_no_harm() -> None:
    model = ScriptedChatModel("Canada sent 1 percent of its exports to Mexico [1]. " * 1000, piece_chars=50)
    began = time.perf_counter()
    text = "".join(stream_response(model, "scripted:one", MESSAGES))
    answer = resolve(text)
    assert time.perf_counter() - began < 10
    assert 20_000 <= len(text) < 21_000
    assert answer.warnings[0] == "the model's answer was cut off after 20,000 characters"
    assert len(answer.citations) == 1


def test_the_model_gets_the_evidence_and_is_streamed() -> None:
    model = ScriptedChatModel("Canada sent 1 percent [1].")
    pieces = list(stream_response(model, "scripted:one", MESSAGES))
    assert len(pieces) > 2
    assert "".join(pieces) == "Canada sent 1 percent [1]."
    assert f"[2] The steel briefing (2025-09-18)\n{SECOND}" in model.received[0][-1].text


def test_a_model_that_takes_no_temperature_is_asked_without_from_then_on() -> None:
    refusal = ValueError("Unsupported value: 'temperature' does not support 0 with this model.")
    model = ScriptedChatModel(refusal, "It is so [1].", temperature=0)
    opened = OpenedModel(model=model, name="scripted:one")
    for _ in range(2):
        assert "".join(opened.begin().ask(MESSAGES)) == "It is so [1]."
    assert len(model.received) == 3
    assert opened.refused == {"temperature"}
    assert model.temperature == 0


def test_a_break_in_the_middle_keeps_what_came_and_is_told() -> None:
    model = ScriptedChatModel(("Canada sent", ConnectionError("reset\nby peer")))
    stream = stream_response(model, "scripted:one", MESSAGES)
    assert "".join(stream) == "Canada sent"
    assert (
        stream.cut_off
        == str(stream.error)
        == (
            "the chat model scripted:one broke off in the middle of its answer (reset by peer): check its "
            "server and ask again"
        )
    )
    assert len(model.received) == 1


# Opening a model, and a real client against a server on loopback -----------------------------------


def open_model(name: str, **options: Any) -> BaseChatModel:
    arguments: dict[str, Any] = {"base_url": None, "api_key": None, "timeout_s": 1.0, **options}
    return open_chat_model(name, **arguments)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpt-5", "the chat model 'gpt-5' is not provider:name: write it like openai:gpt-5"),
        ("openai:", "is not provider:name"),
        (":gpt-5", "is not provider:name"),
        ("acme:one", "unknown provider 'acme': LangChain knows anthropic, "),
        (
            "openai:gpt-5",
            r"openai:gpt-5 needs a key: set api_key \(QA_API_KEY\) or OPENAI_API_KEY, or ask with",
        ),
        ("groq:one", "groq:one needs a package: run `pip install langchain-groq`"),
    ],
)
def test_a_model_that_cannot_be_opened(name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ModelError, match=message) as caught:
        open_model(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_missing_package_names_its_extra(provider: str) -> None:
    missing = ImportError(
        f"ChatOne requires the package. Please install it with `pip install langchain-{provider}`"
    )
    assert explain_opening_error(missing, f"{provider}:one", secrets=()) == (
        f"{provider}:one needs a package: run `pip install 'briefing-desk[{provider}]'`"
    )


def test_a_key_of_the_environment_is_not_sent_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    model = cast(Any, open_model("openai:one", base_url="http://127.0.0.1:9/v1"))
    assert model.openai_api_key.get_secret_value() == "none"


def content_chunk(content: str, finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": finish_reason}
    return json.dumps(
        {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    )


WRITTEN = content_chunk("Steel tariffs rose to 50 percent [2]. Canada sent 1 percent of its exports")
# What a server sends, by the model's name: the whole answer, or one that lacks its end.
STREAMS = {
    "whole": (WRITTEN, content_chunk("", "stop"), "[DONE]"),
    "long": (WRITTEN, content_chunk("", "length"), "[DONE]"),
    "filtered": (WRITTEN, content_chunk("", "content_filter"), "[DONE]"),
    "unended": (WRITTEN,),
    "unreasoned": (WRITTEN, "[DONE]"),
    "thoughtful": (content_chunk("<think>Is it so?", "length"), "[DONE]"),
}
# What a server repeats.
DRIPS = {"comments": b": keep-alive\n\n", "letters": b"d", "status": b"H", "words": b"data: %s\n\n"}
DRIPS["words"] %= content_chunk("and ").encode()
DRIPS_ENDED: list[str] = []


class Handler(http.server.BaseHTTPRequestHandler):
    """Fails in the way that the model's name says."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        model_name = body["model"]
        if model_name == "slow":
            time.sleep(2)
        elif model_name == "html":
            self._send(200, "text/html", b"<html>Welcome</html>")
        elif model_name == "cut":
            self._send_events(content_chunk("Canada "), length=100_000)
        elif model_name in STREAMS:
            self._send_events(*STREAMS[model_name])
        elif model_name in DRIPS:
            self.close_connection = True
            with contextlib.suppress(ConnectionError):
                if model_name != "status":
                    self._send_events(content_chunk("Canada "))
                for _ in range(50 if model_name == "status" else 1_000_000):
                    self.wfile.write(DRIPS[model_name])
                    time.sleep(0.02)
            DRIPS_ENDED.append(model_name)
        elif model_name.startswith("echo-"):
            error = {
                "error": {"message": f"you sent {dict(self.headers)}"},
                "detail": self.headers["authorization"],
            }
            self._send(int(model_name[-3:]), "application/json", json.dumps(error).encode())
        else:
            error = {"error": {"message": "No,\nnot\nso. " + "x" * 900, "type": "x"}}
            self._send(int(model_name), "application/json", json.dumps(error).encode())

    def _send_events(self, *events: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        if length is not None:
            self.send_header("content-length", str(length))
        self.end_headers()
        self.wfile.write("".join(f"data: {event}\n\n" for event in events).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def failing_server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("401", r"refused the key .*check api_key \(QA_API_KEY\)"),
        ("403", "refused the key"),
        ("404", "is not known to its server .*check the model's name and base_url"),
        ("429", "is busy or its quota is used up"),
        ("400", "failed .*check the model's name"),
        ("500", "failed .*check the model's name"),
        ("html", "failed .*check the model's name, api_key and base_url"),
        ("slow", "took too long .*raise model_timeout_s"),
    ],
)
def test_a_failing_server_is_one_line(name: str, message: str, failing_server: str) -> None:
    pytest.importorskip("langchain_openai")
    model = open_model(f"openai:{name}", base_url=failing_server)
    with pytest.raises(ModelError, match=f"the chat model openai:{name} {message}") as caught:
        list(stream_response(model, f"openai:{name}", MESSAGES))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_server_that_sends_the_key_back(status: int, failing_server: str) -> None:
    pytest.importorskip("langchain_openai")
    # None of a form that is told without knowing it.
    model = open_model(f"openai:echo-{status}", base_url=failing_server, api_key="plain words of a key")
    with pytest.raises(ModelError, match="you sent") as caught:
        list(stream_response(model, f"openai:echo-{status}", MESSAGES))
    assert "words of a key" not in str(caught.value)
    assert "words of a key" not in f"{ModelError(str(caught.value))!r}"


class _KeyedChatModel(ScriptedChatModel):
    key: SecretStr
    address: str


def test_an_answer_that_holds_the_key() -> None:
    """As a server might answer, or one of its tools: the key is none of the model's words."""
    model: BaseChatModel = _KeyedChatModel(  # type: ignore[call-arg]
        "It is key-of-the-desk, Basic dXNlcjpodW50ZXIxMg== or hunter12 [1].",
        key=SecretStr("key-of-the-desk"),
        address="http://user:hunter12@127.0.0.1/v1",
    )
    assert "".join(stream_response(model, "scripted:one", MESSAGES)) == ("It is ***, Basic *** or *** [1].")


@pytest.mark.parametrize("name", DRIPS)
def test_a_server_that_drips_is_ended_in_time(name: str, failing_server: str) -> None:
    pytest.importorskip("langchain_openai")
    model = open_model(f"openai:{name}", base_url=failing_server, timeout_s=0.3)
    began = time.monotonic()
    stream = stream_response(model, f"openai:{name}", MESSAGES, timeout_s=0.3)
    if name == "status":
        with pytest.raises(ModelError) as caught:
            list(stream)
        error: ModelError | None = caught.value
    else:
        assert "".join(stream).startswith("Canada ")
        error = stream.error
    assert re.search(r"took too long \(no whole answer within 0.3 s\): .*model_timeout_s", str(error))
    assert time.monotonic() - began < 3
    while name not in DRIPS_ENDED:  # its request was ended
        assert time.monotonic() - began < 10
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("whole", None),
        ("long", "the model's answer was cut off for its length: "),
        ("filtered", "the model's answer was cut off by its server's content filter"),
        ("unended", "the model's answer ended without its end mark, so some of it may be missing"),
        ("unreasoned", "the model's answer ended without its end mark, so some of it may be missing"),
        ("thoughtful", "the model's answer was cut off for its length: "),
    ],
)
def test_an_answer_that_lacks_its_end_is_not_taken_as_whole(
    name: str, warning: str | None, failing_server: str
) -> None:
    pytest.importorskip("langchain_openai")
    model = open_model(f"openai:{name}", base_url=failing_server)
    stream = stream_response(model, f"openai:{name}", MESSAGES, timeout_s=10)
    answer = resolve("".join(stream), cut_off=stream.cut_off)
    assert answer.is_complete == (warning is None)
    assert serialize.answer(answer)["complete"] == (warning is None)
    assert len(answer.warnings) == (0 if warning is None else 2 if name == "thoughtful" else 1)
    assert warning is None or answer.warnings[0].startswith(warning)
    assert ("Canada sent" in answer.text) == (name != "thoughtful")
    assert ("Incomplete: " in build_answer_view(answer)["copy"]) == (warning is not None)


def test_a_sentence_that_stops_short_is_partial_at_best() -> None:
    text = "Steel tariffs rose to 50 percent [2]. Canada sent 1 percent of its exports [1]"
    assert [sentence.support for sentence in resolve(text).sentences] == ["supported"] * 2
    answer = resolve(text, cut_off="the model's answer was cut off")
    assert [sentence.support for sentence in answer.sentences] == ["supported", "partial"]


def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("langchain_openai")
    model = open_model("openai:one", base_url="http://user:secret@127.0.0.1:9/v1")
    with pytest.raises(
        ModelError, match=r"can't be reached at http://127\.0\.0\.1:9 .*check base_url"
    ) as caught:
        list(stream_response(model, "openai:one", MESSAGES))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "can't be reached .*Connection refused"),
        (httpx.ReadTimeout("timed out"), "took too long"),
        (RuntimeError(""), r"failed \(RuntimeError\)"),
    ],
)
def test_clients_with_their_own_errors(error: Exception, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        list(stream_response(ScriptedChatModel(error), "ollama:one", MESSAGES))
