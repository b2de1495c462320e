"""Documents of public sets: their texts, names and places, what can't be read, adding them again."""

import copy
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant, Settings
from qa.cli import main
from qa.errors import LoadError
from qa.ingest.sources import make_document_id
from qa.parsers import Metadata, ParsedText, find_question_set_texts
from qa.schema import Failure
from tests.support.question_sets import BEIR_CORPUS, NORMANS, SQUAD, write_beir, write_lines, write_squad

pytestmark = pytest.mark.usefixtures("loaded_once")

LIMIT = 1_000_000


def texts(
    path: Path, set_format: str, metadata: Metadata | None = None, max_bytes: int = LIMIT
) -> tuple[list[ParsedText], list[Failure]]:
    """What can be read, and all failures, those of reading at the end."""
    sources, failed = find_question_set_texts(
        path, set_format, metadata=metadata or Metadata(), max_bytes=max_bytes
    )
    loaded, failed = [], list(failed)
    for source in sources:
        try:
            loaded.append(source.read())
        except LoadError as error:
            failed.append(Failure(source.source, str(error)))
    return loaded, failed


def refusal(path: Path, set_format: str, max_bytes: int = LIMIT) -> str:
    with pytest.raises(LoadError) as caught:
        find_question_set_texts(path, set_format, metadata=Metadata(), max_bytes=max_bytes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def squad(**changes: Any) -> dict[str, Any]:
    """The small set, with keys of its first paragraph changed."""
    data = copy.deepcopy(SQUAD)
    data["data"][0]["paragraphs"][0] |= changes
    return data


# SQuAD ----------------------------------------------------------------------------------------------


def test_a_paragraph_is_a_document(tmp_path: Path) -> None:
    loaded, failed = texts(write_squad(tmp_path / "dev-v2.0.json"), "squad")
    assert failed == []
    assert [(text.source, text.title, text.text, text.markdown, text.body_start) for text in loaded] == [
        ("squad:dev-v2.0/The_Normans/0", "The Normans", NORMANS[0], False, 0),
        ("squad:dev-v2.0/The_Normans/1", "The Normans", NORMANS[1], False, 0),
        ("squad:dev-v2.0/Steel/0", "Steel", "Steel is an alloy of iron.", False, 0),
    ]


def test_metadata_holds_for_all(tmp_path: Path) -> None:
    metadata = Metadata(published=date(2020, 1, 2), publisher="Stanford", topics=("history",))
    for path, set_format in (
        (write_squad(tmp_path / "a.json"), "squad"),
        (write_beir(tmp_path / "b"), "beir"),
    ):
        loaded, _ = texts(path, set_format, metadata)
        assert len(loaded) == 3
        assert {(text.published, text.publisher, text.topics) for text in loaded} == {
            (date(2020, 1, 2), "Stanford", ("history",))
        }


def test_titles_that_are_alike_or_missing_name_no_two_documents(tmp_path: Path) -> None:
    articles = [
        {"title": "A", "paragraphs": [{"context": "One."}]},
        {"title": "A", "paragraphs": [{"context": "Two."}]},
        {"paragraphs": [{"context": "Three."}]},
    ]
    loaded, _ = texts(write_squad(tmp_path / "a.json", {"data": articles}), "squad")
    assert [(text.source, text.text) for text in loaded] == [
        ("squad:a/A/0", "One."), ("squad:a/A/1", "Two."), ("squad:a/Article 3/0", "Three."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"context": " \n"}, "it is empty", id="empty"),
        pytest.param({"context": None}, "it is no paragraph of SQuAD", id="no context"),
        pytest.param({"context": ["x"]}, "it is no paragraph of SQuAD", id="a list"),
        pytest.param({"context": "half \ud83d"}, r"it holds '\ud83d', which is no character", id="surrogate"),
        pytest.param({"context": "nul \0"}, r"it holds '\x00', which is no character", id="NUL"),
    ],
)
def test_a_bad_paragraph_stops_no_other(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    loaded, failed = texts(write_squad(tmp_path / "a.json", squad(**change)), "squad")
    assert [text.source for text in loaded] == ["squad:a/The_Normans/1", "squad:a/Steel/0"]
    (failure,) = failed
    assert failure.source == "squad:a/The_Normans/0"
    assert reason in failure.reason


def test_a_broken_article_stops_no_other(tmp_path: Path) -> None:
    data = {"data": ["x", {"title": "B", "paragraphs": 7}, *SQUAD["data"]]}
    loaded, failed = texts(write_squad(tmp_path / "a.json", data), "squad")
    assert [failure.source for failure in failed] == ["squad:a/Article 1/0", "squad:a/B/0"]
    assert len(loaded) == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("[]", "no SQuAD file", id="a list"),
        pytest.param('{"data": 3}', "no SQuAD file", id="no articles"),
        pytest.param('{"data": []}', "it holds no documents", id="empty"),
        pytest.param('{"data":\n [}', "not JSON (Expecting value: line 2, character 3)", id="broken"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b"\xff\xfe{", "not UTF-8", id="UTF-16"),
        pytest.param(
            json.dumps(SQUAD) + " " * LIMIT, "more than the 1 MB that max_file_mb allows", id="large"
        ),
        pytest.param(None, "no such file", id="missing"),
    ],
)
def test_what_is_no_squad_file_is_refused(tmp_path: Path, content: str | bytes | None, reason: str) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert reason in refusal(path, "squad")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SQUAD), encoding="utf-8-sig")
    assert len(texts(path, "squad")[0]) == 3


# BEIR -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "corpus.jsonl"])
def test_a_line_is_a_document(tmp_path: Path, name: str) -> None:
    folder = write_beir(tmp_path / "harbours")
    loaded, failed = texts(folder / name, "beir")
    assert failed == []
    assert [(text.source, text.title) for text in loaded] == [
        ("beir:harbours/d1", "Ports"),
        ("beir:harbours/4983", "Copper is shipped from Chile to Asia."),
        ("beir:harbours/d 3/ä", "Rails"),
    ]
    assert [text.text for text in loaded] == [text["text"] for text in BEIR_CORPUS]
    assert {text.markdown for text in loaded} == {False}


def test_sources_do_not_depend_on_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_beir(tmp_path / "harbours")
    monkeypatch.chdir(folder)
    assert texts(Path(), "beir") == texts(folder, "beir") == texts(Path("corpus.jsonl"), "beir")


def test_lines_are_found_again_behind_marks_and_blank_lines(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "b")
    lines = [json.dumps(row, ensure_ascii=False) for row in BEIR_CORPUS]
    text = "\ufeff" + "\r\n\r\n".join([lines[0], lines[2], lines[1]])
    (folder / "corpus.jsonl").write_bytes(text.encode())
    loaded, failed = texts(folder, "beir")
    assert failed == []
    assert [text.text for text in loaded] == [BEIR_CORPUS[at]["text"] for at in (0, 2, 1)]


def test_bad_lines_are_named_and_stop_no_other(tmp_path: Path) -> None:
    corpus = [
        '{"_id": "x", "text": NaN}',
        {"text": "without a name"},
        {"_id": True, "text": "t"},
        "",
        ["a list"],
        {"_id": "a", "text": "The first."},
        {"_id": "a", "text": "The second."},
        {"_id": "void", "text": "  "},
        {"_id": "number", "text": 7},
        {"_id": "none"},
    ]
    folder = write_beir(tmp_path / "b", corpus=corpus)
    loaded, failed = texts(folder, "beir")
    assert [text.text for text in loaded] == ["The first."]
    file = str(folder / "corpus.jsonl")
    assert [(failure.source, failure.reason) for failure in failed] == [
        (file, "line 1: it is not JSON (NaN is no JSON number)"),
        (file, "line 2: _id: missing"),
        (file, "line 3: _id: expected a text or a number"),
        (file, "line 5: it is no JSON object: {...} is expected"),
        (file, "line 7: its _id stands on line 6 already, which counts"),
        ("beir:b/void", "line 8 of corpus.jsonl: it is empty"),
        ("beir:b/number", "line 9 of corpus.jsonl: it has no text"),
        ("beir:b/none", "line 10 of corpus.jsonl: it has no text"),
    ]


def test_what_is_no_beir_folder_is_refused(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "b")
    assert "name the BEIR folder" in refusal(folder / "queries.jsonl", "beir")
    assert "of corpus.jsonl: it has " in refusal(folder, "beir", max_bytes=100)
    assert "max_file_mb" in refusal(folder, "beir", max_bytes=100)
    write_lines(folder / "corpus.jsonl", ["", ""])
    assert refusal(folder, "beir") == "it holds no documents"
    (folder / "corpus.jsonl").unlink()
    assert refusal(folder, "beir") == "it is no BEIR folder: corpus.jsonl is not in it"
    assert refusal(tmp_path / "none", "beir") == "no such file: check the path"


def test_a_corpus_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "b")
    sources, _ = find_question_set_texts(folder, "beir", metadata=Metadata(), max_bytes=LIMIT)
    write_lines(folder / "corpus.jsonl", BEIR_CORPUS[1:])
    with pytest.raises(LoadError, match=r"line 1 of corpus\.jsonl: it"):
        sources[0].read()


def test_the_texts_of_a_corpus_are_not_held_in_memory(tmp_path: Path) -> None:
    corpus = ({"_id": number, "title": "T", "text": f"Text {number}. " * 1000} for number in range(1000))
    folder = write_beir(tmp_path / "b", corpus=corpus)
    tracemalloc.start()
    sources, _ = find_question_set_texts(folder, "beir", metadata=Metadata(), max_bytes=100_000_000)
    for source in sources:
        source.read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sources) == 1000
    assert (folder / "corpus.jsonl").stat().st_size > 9_000_000
    assert peak < 2_000_000


# Ids ------------------------------------------------------------------------------------------------


def test_ids_are_readable_stable_and_unique() -> None:
    assert make_document_id("squad:dev-v2.0/The_Normans/12").startswith("the-normans-12-")
    assert make_document_id("beir:scifact/4983").startswith("4983-")
    sources = [f"beir:b/{letter * 60}{number}" for letter in "aä" for number in range(20_000)]
    assert len({make_document_id(source) for source in sources}) == len(sources)
    assert make_document_id("/briefings/steel.txt") == make_document_id("/briefings/steel.txt")
    assert len(make_document_id("/briefings/steel.txt")) == len("steel-") + 8


# Adding ---------------------------------------------------------------------------------------------


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(settings=Settings(store=tmp_path / "store", threads=1)) as assistant:
        yield assistant


def test_sets_are_added_and_added_again(assistant: Assistant, tmp_path: Path) -> None:
    file, folder = write_squad(tmp_path / "dev.json"), write_beir(tmp_path / "harbours")
    first = assistant.add(file, format="squad")
    second = assistant.add([folder], format="beir", topics=["ports"])
    assert (len(first.added), len(second.added), first.failed, second.failed) == (3, 3, (), ())
    assert assistant.document("squad:dev/The_Normans/0").text == NORMANS[0]
    assert assistant.document("beir:harbours/4983").topics == ("ports",)
    assert assistant.add(file, format="squad").unchanged == first.added
    write_squad(file, squad(context="The Normans were a people of the North."))
    again = assistant.add(file, format="squad")
    assert (again.updated, again.unchanged) == (first.added[:1], first.added[1:])
    assert assistant.document(first.added[0]).text == "The Normans were a people of the North."
    assert len(assistant.documents()) == 6
    best = assistant.search("When was the port of Lima enlarged?")[0]
    assert best.source == "beir:harbours/d1"


def test_a_set_moved_elsewhere_is_the_same(assistant: Assistant, tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "harbours")
    first = assistant.add(folder, format="beir")
    (tmp_path / "archive").mkdir()
    folder.rename(tmp_path / "archive" / "harbours")
    assert assistant.add(tmp_path / "archive" / "harbours", format="beir").unchanged == first.added


def test_two_files_of_the_same_name_are_not_mixed_up(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file, namesake = write_squad(tmp_path / "dev.json"), write_squad(tmp_path / "other" / "dev.json", squad())
    report = assistant.add([file, file, namesake], format="squad", dry_run=True)
    assert len(report.added) == 3
    assert [(failure.source, failure.reason) for failure in report.failed] == [
        (str(namesake), "3 of its documents are named as those before: rename it")
    ]


def test_what_can_not_be_a_set(assistant: Assistant, tmp_path: Path) -> None:
    file = write_squad(tmp_path / "dev.json")
    with pytest.raises(LoadError, match="unknown format 'trec': squad or beir"):
        assistant.add(file, format="trec")  # type: ignore[arg-type]
    with pytest.raises(LoadError, match="not for a set"):
        assistant.add(file, format="squad", title="Mine")
    report = assistant.add(
        [file, tmp_path / "none.json", "https://example.org/a"], format="squad", dry_run=True
    )
    assert len(report.added) == 3
    assert [failure.source for failure in report.failed] == [
        str(tmp_path / "none.json"),
        "https://example.org/a",
    ]
    (plain,) = assistant.add(file).failed
    assert "`qa add --format squad`" in plain.reason


def qa_command(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_the_command_line_adds_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ("--store", tmp_path / "store")
    data = squad(context="")
    file = write_squad(tmp_path / "dev.json", data)
    assert qa_command(*store, "add", "--format", "squad", "--dry-run", "--json", file) == 4
    report = json.loads(capsys.readouterr().out)
    assert (len(report["added"]), [failure["source"] for failure in report["failed"]]) == (
        2,
        ["squad:dev/The_Normans/0"],
    )
    folder = write_beir(tmp_path / "b")
    assert qa_command(*store, "add", "--format", "beir", "--dry-run", "--json", folder) == 0
    assert len(json.loads(capsys.readouterr().out)["added"]) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--format", "trec", "a.json"), "'trec' is not one of", id="unknown format"),
        pytest.param(
            ("--format", "squad", "--title", "T", "a.json"), "--title names one document", id="title"
        ),
        pytest.param(("--format", "squad", "-"), "not text on stdin", id="stdin"),
    ],
)
def test_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert qa_command("--store", tmp_path / "store", "add", *arguments) == 2
    assert words in capsys.readouterr().err
