"""What the log and traces tell of questions and documents, what they keep back, and where they go."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qa import Assistant, Settings
from qa.assistant import Request
from qa.assistant.tracing import start_tracing
from qa.cli import main
from qa.config import start_logs
from qa.errors import ModelError, QuestionError, StoreError, with_request
from tests.support.doubles import ScriptedChatModel

pytestmark = pytest.mark.usefixtures("loaded_once")

STEEL = "Steel\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025.\n"
QUESTION = "How high is the tariff on steel in ZQXJV?"
SECRET_WORD = "ZQXJV"
PHASES = {"understand", "wait", "retrieve", "read", "answer"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    (folder / "steel.txt").write_text(STEEL, encoding="utf-8")
    with Assistant.open(folder / "qa", settings=Settings(threads=1)) as assistant:
        assistant.add(folder / "steel.txt")
    return folder / "qa"


class _Keeping(logging.Handler):
    """Keeps the records."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Iterator[list[logging.LogRecord]]:
    """What is logged from here on."""
    handler = _Keeping()
    logger = logging.getLogger("qa")
    caplog.set_level(logging.INFO, logger="qa")
    logger.addHandler(handler)
    yield handler.kept
    logger.removeHandler(handler)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Holds the spans that have ended, of a provider that stands in for the process's own."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def fields(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = record.fields  # type: ignore[attr-defined]
    return told


def of_questions(records: list[logging.LogRecord]) -> list[dict[str, Any]]:
    return [fields(record) for record in records if record.name == "qa.questions"]


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def test_a_question_is_one_line_without_its_words(store: Path, records: list[logging.LogRecord]) -> None:
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        answer = assistant.ask(QUESTION)
    (told,) = of_questions(records)
    assert told["request_id"] == answer.request_id
    assert len(answer.request_id) == 12
    assert told["engine"] == "extractive"
    assert told["outcome"] == ("answered" if answer.status == "answered" else "refused")
    assert (told["passages"], told["citations"]) == (len(answer.passages), len(answer.citations))
    assert told["confidence"] == round(answer.confidence, 4)
    assert set(told["timings_ms"]) == PHASES | {"total"}
    parts = sum(spent for name, spent in told["timings_ms"].items() if name != "total")
    assert parts == pytest.approx(told["timings_ms"]["total"], abs=1)
    assert SECRET_WORD not in str(told)


def test_two_questions_have_two_ids(store: Path) -> None:
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        answers = [assistant.ask(QUESTION) for _ in range(2)]
    assert answers[0].request_id != answers[1].request_id
    assert answers[0] == answers[1] or answers[0].timings_ms != answers[1].timings_ms


def test_words_are_logged_where_they_are_asked_for(store: Path, records: list[logging.LogRecord]) -> None:
    with Assistant.open(store, settings=Settings(threads=1, log_questions="on")) as assistant:
        assistant.ask(QUESTION)
    assert of_questions(records)[0]["question"] == QUESTION


def test_a_refused_question_has_its_reason_and_its_id(store: Path, records: list[logging.LogRecord]) -> None:
    with (
        Assistant.open(store, settings=Settings(threads=1)) as assistant,
        pytest.raises(QuestionError) as caught,
    ):
        assistant.ask("  ")
    (told,) = of_questions(records)
    assert (told["outcome"], told["error"]) == ("error", "QuestionError")
    assert told["reason"] == "the question is empty: type one"
    assert with_request("no", caught.value) == f"no (request {told['request_id']})"
    assert str(caught.value) == "the question is empty: type one"


def test_what_a_model_server_said_is_not_logged(store: Path, records: list[logging.LogRecord]) -> None:
    model = ScriptedChatModel(RuntimeError(f"you sent {QUESTION}"))
    settings = Settings(store=store, threads=1, engine="llm", model="scripted:one", min_confidence=0)
    with Assistant.open(settings=settings, chat_model=model) as assistant, pytest.raises(ModelError):
        assistant.ask(QUESTION)
    (told,) = of_questions(records)
    assert (told["outcome"], told["error"]) == ("error", "ModelError")
    assert SECRET_WORD not in str(told)


def test_who_stops_listening_has_stopped_the_question(store: Path, records: list[logging.LogRecord]) -> None:
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        events = assistant.stream(QUESTION)
        next(events)
        events.close()
    (told,) = of_questions(records)
    assert told["outcome"] == "stopped"


def test_stop_before_a_model_has_written(store: Path, records: list[logging.LogRecord]) -> None:
    stop = threading.Event()
    stop.set()
    settings = Settings(store=store, threads=1, engine="llm", model="scripted:one", min_confidence=0)
    model = ScriptedChatModel("Steel [1].")
    with Assistant.open(settings=settings, chat_model=model) as assistant, pytest.raises(ModelError):
        list(assistant.stream("How high is the tariff on steel?", stop=stop))
    assert [told["outcome"] for told in of_questions(records)] == ["stopped"]


def test_many_questions_are_a_line_each(store: Path, records: list[logging.LogRecord]) -> None:
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        replies = list(assistant.ask_many([Request(QUESTION), Request(""), Request("What is steel?")]))
    told = of_questions(records)
    assert sorted(line["outcome"] == "error" for line in told) == [False, False, True]
    assert {line["batch"] for line in told} == {3}
    ids = {reply.answer.request_id for reply in replies if reply.answer}
    assert len(ids) == 2
    assert ids < {line["request_id"] for line in told}


def test_documents_are_a_line_each(tmp_path: Path, records: list[logging.LogRecord]) -> None:
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    with Assistant.open(tmp_path / "qa", settings=Settings(threads=1)) as assistant:
        assistant.add([tmp_path / "steel.txt", tmp_path / "broken.pdf"], dry_run=True)
        assert [record for record in records if record.name == "qa.documents"] == []
        (added,) = assistant.add([tmp_path / "steel.txt", tmp_path / "broken.pdf"]).added
        (tmp_path / "steel.txt").write_text(STEEL.replace("50", "60"), encoding="utf-8")
        assistant.add(tmp_path / "steel.txt")
    told = [fields(record) for record in records if record.name == "qa.documents"]
    assert [line["outcome"] for line in told] == ["failed", "added", "updated"]
    assert told[0]["source"].endswith("broken.pdf")
    assert "PDF" in told[0]["reason"]
    assert told[1]["document"] == added
    assert (told[1]["passages"], told[1]["characters"]) == (1, len(STEEL))
    assert set(told[1]["timings_ms"]) == {"read", "embed", "write"}


# The streams -----------------------------------------------------------------------------------------


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_json_is_on_stderr_and_the_answer_alone_on_stdout(store: Path) -> None:
    done = run("--store", str(store), "ask", QUESTION, "--json", QA_LOG_FORMAT="json", QA_LOG_LEVEL="info")
    answer = json.loads(done.stdout)
    (line,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert line["request_id"] == answer["request_id"]
    assert (line["level"], line["logger"], line["message"]) == ("info", "qa.questions", "question")
    assert line["time"].endswith("+00:00")
    assert SECRET_WORD not in done.stderr


def test_nothing_is_logged_without_settings(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for question in (QUESTION, " "):
        with pytest.raises(SystemExit):
            main(["--store", str(store), "ask", question])
    assert capsys.readouterr().err == "qa: the question is empty: type one\n"


@pytest.fixture
def logs() -> Iterator[None]:
    yield
    start_logs(Settings())


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_line_holds_a_key_or_what_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    settings = Settings(log_format=log_format, log_level="info", api_key="the-key-of-the-desk")
    start_logs(settings)
    start_logs(settings)  # as each command does: no line comes twice
    hostile = "two\nlines \x1b]0;x\x07 the-key-of-the-desk http://me:hunter2@desk.example"
    extra = {"fields": {"reason": hostile, "timings_ms": {"read": 1.5}, "cost": None}}
    logging.getLogger("qa.parsers").warning("said %s", hostile.replace("\n", " "), extra=extra)
    logging.getLogger("qa.parsers").debug("too little")
    logging.getLogger("elsewhere").info("not ours")
    (line,) = capsys.readouterr().err.splitlines()
    assert "the-key" not in line
    assert "hunter2" not in line
    assert line.isprintable()
    if log_format == "json":
        assert json.loads(line)["timings_ms"] == {"read": 1.5}
    else:
        assert " WARNING said two lines" in line
        assert "timings_ms.read=1.5" in line
        assert "cost" not in line


@pytest.mark.usefixtures("logs")
def test_a_traceback_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logs(Settings(log_format="json"))
    try:
        raise ValueError("no such thing")
    except ValueError:
        logging.getLogger("qa.parsers").exception("it failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["exception"].endswith("ValueError: no such thing")


# Traces ----------------------------------------------------------------------------------------------


def test_a_question_is_a_span_with_its_phases(store: Path, spans: InMemorySpanExporter) -> None:
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        answer = assistant.ask(QUESTION)
    *_, whole = ended = [span for span in spans.get_finished_spans() if span.name != "document"]
    by_name = {span.name: span for span in ended}
    assert set(by_name) == PHASES | {"question"}
    whole = by_name["question"]
    assert {parent_of(by_name[name]) for name in PHASES} == {whole.context.span_id}
    assert whole.attributes is not None
    assert whole.attributes["qa.request_id"] == answer.request_id
    assert whole.attributes["qa.engine"] == "extractive"
    assert SECRET_WORD not in "".join(span.to_json() for span in ended)
    for name in PHASES:
        span = by_name[name]
        assert span.start_time is not None and span.end_time is not None  # noqa: PT018
        assert whole.start_time is not None
        assert whole.start_time - 1e6 <= span.start_time <= span.end_time
    reading = by_name["read"]
    assert ((reading.end_time or 0) - (reading.start_time or 0)) / 1e6 == pytest.approx(
        answer.timings_ms["read"], abs=0.01
    )


def test_words_are_in_a_span_where_they_are_asked_for(store: Path, spans: InMemorySpanExporter) -> None:
    with Assistant.open(store, settings=Settings(threads=1, log_questions="on")) as assistant:
        assistant.ask(QUESTION)
    (whole,) = [span for span in spans.get_finished_spans() if span.name == "question"]
    assert whole.attributes is not None
    assert whole.attributes["qa.question"] == QUESTION


def test_a_question_that_fails_is_a_failed_span(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    with (
        Assistant.open(tmp_path / "qa", settings=Settings(threads=1)) as assistant,
        pytest.raises(StoreError),
    ):
        assistant.ask(QUESTION)
    (whole,) = spans.get_finished_spans()
    assert whole.status.status_code is trace.StatusCode.ERROR
    assert whole.attributes is not None
    assert whole.attributes["qa.error"] == "StoreError"
    assert SECRET_WORD not in whole.to_json()


def test_the_program_around_is_the_parent(store: Path, spans: InMemorySpanExporter) -> None:
    begin = trace.get_tracer("around").start_as_current_span
    with Assistant.open(store, settings=Settings(threads=1)) as assistant, begin("around") as around:
        assistant.ask(QUESTION)
        assert trace.get_current_span() is around
    (whole,) = [span for span in spans.get_finished_spans() if span.name == "question"]
    assert parent_of(whole) == around.get_span_context().span_id


def test_a_document_is_a_span_with_its_phases(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    (tmp_path / "steel.txt").write_text(STEEL, encoding="utf-8")
    with Assistant.open(tmp_path / "qa", settings=Settings(threads=1)) as assistant:
        (added,) = assistant.add(tmp_path / "steel.txt").added
    ended = spans.get_finished_spans()
    (whole,) = [span for span in ended if span.name == "document"]
    assert {span.name for span in ended if parent_of(span) == whole.context.span_id} == {
        "read",
        "embed",
        "write",
    }
    assert whole.attributes is not None
    assert (whole.attributes["qa.document"], whole.attributes["qa.passages"]) == (added, 1)


class _Collector(BaseHTTPRequestHandler):
    """Takes traces over OTLP/HTTP as a collector does."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        self.server.received.append((self.path, request))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Collector)
    server.received = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_command_sends_its_spans_to_the_collector(store: Path, collector: ThreadingHTTPServer) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra [otel] is not installed")
    address = f"http://127.0.0.1:{collector.server_port}"
    done = run("--store", str(store), "ask", QUESTION, "--json", OTEL_EXPORTER_OTLP_ENDPOINT=address)
    assert done.returncode == 0
    assert done.stderr == ""
    received = collector.received  # type: ignore[attr-defined]
    assert {path for path, _ in received} == {"/v1/traces"}
    # A command that takes longer than five seconds sends what it has by then.
    resources = [resource for _, request in received for resource in request.resource_spans]
    for resource in resources:
        named = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
        assert named["service.name"] == "briefing-desk"
    sent = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    assert {span.name for span in sent} == PHASES | {"question"}
    assert json.loads(done.stdout)["request_id"] in str(received)
    assert SECRET_WORD not in str(received)


def test_a_collector_that_is_gone_harms_no_answer(store: Path) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra [otel] is not installed")
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
        "QA_LOG_FORMAT": "json",
    }
    done = run("--store", str(store), "ask", QUESTION, "--json", **environment)
    assert done.returncode == 0
    assert json.loads(done.stdout)["request_id"]
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert lines
    assert {line["logger"].startswith("opentelemetry.exporter") for line in lines} == {True}
    assert not any("Transient" in line["message"] for line in lines)


def test_nothing_is_sent_unless_an_endpoint_is_named(store: Path, collector: ThreadingHTTPServer) -> None:
    done = run("--store", str(store), "ask", QUESTION, "--json", OTEL_TRACES_EXPORTER="otlp")
    assert (done.returncode, done.stderr) == (0, "")
    assert collector.received == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
    ids=str,
)
def test_tracing_stays_off(environ: dict[str, str]) -> None:
    before = trace.get_tracer_provider()
    assert not start_tracing(environ)
    assert trace.get_tracer_provider() is before


def test_without_the_extra_tracing_stays_off(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    caplog.set_level(logging.INFO, logger="qa")
    assert not start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert "pip install 'briefing-desk[otel]'" in caplog.text
