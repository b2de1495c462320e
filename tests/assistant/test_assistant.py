"""The Python interface: add, ask, stream, the LangChain retriever and chain, from many threads."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable

import qa.models.embedder
import qa.models.reader
from qa import AddReport, Answer, Assistant, Filters, Settings, Turn
from qa.assistant import Progress, Request
from qa.errors import ConfigError, LoadError, ModelError, QuestionError, StoreError
from qa.retrieval.retriever import Retrieval, Retriever
from tests.support.doubles import ScriptedChatModel

pytestmark = pytest.mark.usefixtures("loaded_once")

SUMMIT = """\
---
title: The summit
published: 2025-09-24
topics: [Mexico]
---
Prime Minister Carney met President Sheinbaum on September 18, 2025.

They spoke of ports and of pipelines.
"""
STEEL = "Steel\n\nThe tariff on steel was doubled to 50 percent on June 4, 2025.\n"
QUESTION = "When did Carney meet Sheinbaum?"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("briefings")
    (folder / "summit.md").write_text(SUMMIT, encoding="utf-8")
    (folder / "steel.txt").write_text(STEEL, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Iterator[Assistant]:
    """With two briefings; no test changes it."""
    store = tmp_path_factory.mktemp("store")
    with Assistant.open(settings=Settings(store=store, threads=1)) as assistant:
        assistant.add(files)
        yield assistant


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(tmp_path / "store", settings=Settings(threads=1)) as assistant:
        yield assistant


def test_add_reports(empty: Assistant, files: Path) -> None:
    steps: list[Progress] = []
    report = empty.add(str(files), on_progress=steps.append)
    assert isinstance(report, AddReport)
    assert (len(report.added), report.unchanged, report.failed) == (2, (), ())
    assert (steps[-1].done, steps[-1].total) == (2, 2)
    assert steps[-1].chunks == sum(document.chunks for document in empty.documents()) > 0
    assert [progress.done for progress in steps] == sorted(progress.done for progress in steps)
    again = empty.add([files / "summit.md", files / "summit.md", files / "none.txt"])
    assert again.unchanged == (report.added[1],)
    assert [(failure.source, failure.reason) for failure in again.failed] == [
        (str(files / "none.txt"), "no such file or folder: check the path")
    ]
    with pytest.raises(LoadError, match="unknown date"):
        empty.add(files, published="soon")
    assert empty.remove(report.added) == report.added
    assert empty.documents() == []


def test_text_from_nowhere(empty: Assistant) -> None:
    report = empty.add_text(b"The accord was signed in Lima.", title="Note", topics=["peru"])
    (document,) = report.added
    assert empty.document(document).text == "The accord was signed in Lima."
    assert empty.document("note").topics == ("peru",)
    assert empty.add_text(b"").failed[0].reason == "it is empty"


def test_a_batch_of_many_passages(empty: Assistant, tmp_path: Path) -> None:
    """More than is embedded and written at once."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        sections = (
            f"## Part {part}\n\nFigure {part} of report {number} is {part * 7}.\n" for part in range(30)
        )
        (folder / f"{number:02}.md").write_text(f"# Report {number}\n\n" + "\n".join(sections))
    report = empty.add(folder)
    assert len(report.added) == 12
    assert {document.chunks for document in empty.documents()} == {30}
    assert empty.check().problems == ()
    best = empty.search("What is figure 29 of report 11?")[0]
    assert best.text == "Figure 29 of report 11 is 203."


def test_ask(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert isinstance(answer, Answer)
    assert answer.status == "answered"
    citation = answer.citations[0]
    text = assistant.document(citation.document_id).text
    assert citation.quote == text[citation.start : citation.end]
    assert "September 18, 2025" in citation.quote
    assert set(answer.timings_ms) == {"understand", "wait", "retrieve", "read", "answer", "total"}
    assert answer.passages[0].text in text


@pytest.mark.parametrize(
    "history", [[Turn(QUESTION, "On September 18.")], [{"question": QUESTION, "answer": "On September 18."}]]
)
def test_a_follow_up(assistant: Assistant, history: list[Turn | dict[str, str]]) -> None:
    answer = assistant.ask("And of what did they speak?", history=history)
    assert answer.question == "And of what did they speak?"
    assert answer.standalone_question == "Of what did Carney and Sheinbaum speak?"


def test_what_a_question_means_can_be_said(assistant: Assistant) -> None:
    meant = "And of what did Carney and Sheinbaum speak?"
    answer = assistant.ask("And of it?", history=[Turn("x?", "y")], standalone_question=f" {meant} ")
    assert (answer.question, answer.standalone_question) == ("And of it?", meant)
    with pytest.raises(QuestionError, match="empty"):
        assistant.ask("And of it?", standalone_question=" ")


def test_a_stream_ends_with_the_answer(assistant: Assistant) -> None:
    events = list(assistant.stream(QUESTION))
    assert [event.kind for event in events][-2:] == ["text", "answer"]
    assert all(event.answer is None for event in events[:-1])
    answer = events[-1].answer
    assert answer is not None
    assert "".join(event.text for event in events if event.kind == "text") == answer.text
    assert answer.text == assistant.ask(QUESTION).text


def test_a_stream_may_be_left(assistant: Assistant) -> None:
    """As the app does when the page is run again."""
    stream = assistant.stream(QUESTION)
    next(stream)
    stream.close()
    assert assistant.ask(QUESTION).status == "answered"


def test_filters_name_documents_in_any_way(assistant: Assistant) -> None:
    passages = assistant.search(QUESTION, filters=Filters.of(documents=["Steel"]))
    assert {passage.title for passage in passages} == {"Steel"}
    assert assistant.search(QUESTION, filters=Filters.of(topics=["mexico"]), top_k=1)[0].title == "The summit"


def test_filters_that_leave_nothing_to_read_are_told(assistant: Assistant) -> None:
    """Or a misspelt topic looks like documents that do not answer."""
    filters = Filters.of(topics=["mexcio"], since=date(2020, 1, 1))
    alone = assistant.ask(QUESTION, filters=filters)
    (together,) = assistant.ask_many([Request(QUESTION)], filters=filters)
    assert together.answer
    said = ("no document passes the filters: on mexcio, published since 2020-01-01",)
    assert (alone.status, alone.warnings) == ("not_found", said)
    assert together.answer.warnings == said


def test_retriever_and_chain_are_langchains(assistant: Assistant) -> None:
    retriever = assistant.retriever
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(QUESTION)
    passages = assistant.search(QUESTION)
    assert [document.page_content for document in documents] == [passage.text for passage in passages]
    chain = assistant.chain
    assert isinstance(chain, Runnable)
    first, second = chain.batch(
        [{"question": QUESTION}, {"question": "Why?", "history": [Turn(QUESTION, "x")]}]
    )
    assert first.text == assistant.ask(QUESTION).text
    assert second.standalone_question == "Why did Carney meet Sheinbaum?"
    piped = chain | (lambda answer: answer.status)
    assert piped.invoke({"question": QUESTION}) == "answered"


@pytest.mark.parametrize(
    "question", ["", "  \n", "x" * 2001, "\udcff"], ids=["empty", "blank", "long", "no text"]
)
def test_questions_that_can_not_be_asked(assistant: Assistant, question: str) -> None:
    for ask in (assistant.ask, assistant.search, assistant.retriever.invoke):
        with pytest.raises(QuestionError):
            ask(question)


def test_an_unknown_engine(assistant: Assistant) -> None:
    with pytest.raises(ConfigError, match="unknown engine 'magic'"):
        assistant.ask(QUESTION, engine="magic")


def test_an_empty_store(empty: Assistant) -> None:
    with pytest.raises(StoreError, match="no documents yet"):
        empty.ask(QUESTION)


def test_threads_share_an_assistant(tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They add and ask at once, the first of them while the models are loaded, which happens once."""
    loaded: list[str] = []

    def counted(what: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def load(*arguments: Any) -> Any:
            loaded.append(what)
            return make(*arguments)

        return load

    monkeypatch.setattr(
        qa.models.embedder, "open_embedder", counted("embedder", qa.models.embedder.open_embedder)
    )
    monkeypatch.setattr(qa.models.reader, "Reader", counted("reader", qa.models.reader.Reader))
    answers: list[str] = []
    failures: list[BaseException] = []
    with Assistant.open(settings=Settings(store=tmp_path / "store", threads=1)) as assistant:
        assistant.add_text(SUMMIT.encode())

        def work(number: int) -> None:
            try:
                assistant.add_text(f"Note {number} is about milk.".encode(), title=f"Note {number}")
                answers.append(assistant.ask(QUESTION).citations[0].quote)
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert failures == []
        assert set(answers) == {"Prime Minister Carney met President Sheinbaum on September 18, 2025."}
        assert len(answers) == 8
        assert len(assistant.documents()) == 9
        assert assistant.check().problems == ()
    assert sorted(loaded) == ["embedder", "reader"]


def test_two_assistants_on_one_store(tmp_path: Path, files: Path) -> None:
    settings = Settings(store=tmp_path / "store", threads=1)
    with Assistant.open(settings=settings) as first, Assistant.open(settings=settings) as second:
        first.add(files / "steel.txt")
        assert {passage.title for passage in second.search(QUESTION)} == {"Steel"}
        second.add(files)
        assert first.search(QUESTION)[0].title == "The summit"
        second.close()
        assert first.search(QUESTION)[0].title == "The summit"


def test_sync_of_a_folder_that_lost_everything_removes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "briefings"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nCanada sells canola to Japan.\n", encoding="utf-8")
    with Assistant.open(tmp_path / "store") as assistant:
        assistant.sync(folder)
        (folder / "one.md").unlink()
        with pytest.raises(LoadError, match="nothing was removed"):
            assistant.sync(folder)
        assert len(assistant.documents()) == 1


def test_ask_many_answers_each_as_if_alone(assistant: Assistant) -> None:
    requests = [
        Request(QUESTION),
        Request("   "),
        Request("Who won the chess tournament in Reykjavik?"),
        Request("And of what?", (Turn("When did Carney meet Sheinbaum?", "On September 18, 2025."),)),
    ]
    replies = list(assistant.ask_many(requests))
    answered, empty, refused, follow_up = replies
    alone = assistant.ask(QUESTION)
    assert answered.answer is not None
    assert answered.answer.citations == alone.citations
    assert answered.answer.passages[0].chunk_id == alone.passages[0].chunk_id
    assert answered.unrefused is not None
    assert answered.unrefused.citations == alone.citations
    assert set(answered.answer.timings_ms) == set(alone.timings_ms)
    assert isinstance(empty.error, QuestionError)
    assert empty.answer is None
    assert refused.answer is not None
    assert refused.answer.status == "not_found"
    assert refused.unrefused is not None
    assert refused.unrefused.status == "answered"
    assert refused.unrefused.citations
    assert follow_up.answer is not None
    assert follow_up.answer.standalone_question == "Of what did Carney meet Sheinbaum?"
    assert list(assistant.ask_many([])) == []


def test_those_who_ask_at_once_get_their_own_answers(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    steel = "When was the tariff on steel doubled?"
    scopes = {document.title: Filters(documents=(document.id,)) for document in assistant.documents()}
    asked = [(QUESTION, None), (steel, None), (steel, scopes["The summit"]), (QUESTION, scopes["The summit"])]
    alone = [assistant.ask(question, filters=filters) for question, filters in asked]
    sizes: list[int] = []
    search_many = Retriever.search_many

    def search(retriever: Retriever, requests: Any, **options: Any) -> list[Retrieval]:
        sizes.append(len(requests))
        time.sleep(0.2)  # the others come meanwhile
        return search_many(retriever, requests, **options)

    monkeypatch.setattr(Retriever, "search_many", search)
    with ThreadPoolExecutor(len(asked)) as pool:
        together = list(pool.map(lambda each: assistant.ask(each[0], filters=each[1]), asked))
    assert max(sizes) > 1
    assert sum(sizes) == len(asked)
    for answer, other in zip(together, alone, strict=True):
        assert (answer.question, answer.status, answer.citations) == (
            other.question,
            other.status,
            other.citations,
        )
    assert {passage.title for passage in together[2].passages} == {"The summit"}


def test_ask_many_refuses_what_no_question_can_mend(empty: Assistant) -> None:
    with pytest.raises(StoreError, match="no documents yet"):
        list(empty.ask_many([Request(QUESTION)]))
    with pytest.raises(ConfigError, match="unknown engine"):
        list(empty.ask_many([], engine="oracle"))


def test_ask_many_with_a_chat_model_pays_for_no_answer_twice(files: Path, tmp_path: Path) -> None:
    model = ScriptedChatModel("They met on September 18, 2025 [1].", RuntimeError("away"))
    with Assistant.open(settings=Settings(store=tmp_path, threads=1), chat_model=model) as assistant:
        assistant.add(files)
        replies = list(assistant.ask_many([Request(QUESTION)] * 2, engine="llm"))
    assert replies[0].answer is not None
    assert replies[0].answer.citations
    assert replies[0].unrefused is None
    assert isinstance(replies[1].error, ModelError)
    assert len(model.received) == 2


def test_waiting_for_others_is_no_part_of_the_answer_and_can_be_stopped(assistant: Assistant) -> None:
    assistant.ask(QUESTION)
    others = assistant._answerer._searches._working
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        with others:  # they are being read
            waiting = pool.submit(assistant.ask, QUESTION)
            stopped = pool.submit(list, assistant.stream(QUESTION, stop=stop))
            time.sleep(0.5)
            stop.set()
            with pytest.raises(ModelError, match="stopped before it was read"):
                stopped.result(20)
        timings = waiting.result(60).timings_ms
    assert timings["wait"] > 400
    assert timings["answer"] < timings["total"] - timings["wait"]
    assert sum(spent for name, spent in timings.items() if name != "total") == pytest.approx(timings["total"])
