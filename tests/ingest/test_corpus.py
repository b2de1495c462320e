"""Keeping a corpus: what changed and what did not, sync, names, failures, editing, uploads, and the past."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant
from qa.assistant import Corpus, Progress
from qa.assistant.assistant import open_corpus
from qa.assistant.loaded_models import LoadedModels
from qa.config import Settings
from qa.errors import DocumentNotFound, LoadError, QAError
from qa.ingest.file_names import clean_file_name
from qa.parsers import end_of_day
from qa.schema import AddReport, Filters
from qa.store import Store, upload_name, upload_source
from tests.support.web import Site, serving

pytestmark = pytest.mark.usefixtures("loaded_once")

TEXT = "Canada doubled its quota for corn in May. Mexico answered with a tariff of its own in June.\n"
STORY = "\n".join(
    f"Shipment {number} of steel crossed the bridge at gate {number % 7} on its way." for number in range(50)
)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(store=tmp_path / "store", parse_timeout_s=20)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    (path / "below").mkdir(parents=True)
    for name in ("a.md", "b.txt", "below/c.md"):
        (path / name).write_text(f"# About {name}\n\n{TEXT} It concerns {name}.\n", encoding="utf-8")
    return path


def figures(report: AddReport) -> dict[str, int]:
    """How many of each, without zeroes."""
    names = ("added", "updated", "unchanged", "removed", "renamed", "failed")
    return {name: len(getattr(report, name)) for name in names if getattr(report, name)}


# Damage ---------------------------------------------------------------------------------------------


def damage(assistant: Assistant, change: str, name: str) -> None:
    """Change what the catalogue holds of a file's document, as a failing disk would."""
    with closing(sqlite3.connect(assistant.settings.store / "catalogue.sqlite3")) as raw:
        raw.execute(f"UPDATE {change} WHERE source LIKE ?", (f"%{name}",))
        raw.commit()


TEXT_CHANGE = "documents SET text = replace(text, 'doubled', 'tripled')"


def test_a_damaged_document_is_taken_from_its_file(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    before = {document.id: assistant.document(document.id) for document in assistant.documents()}
    assistant.edit("a.md", title="A title of mine")
    damage(assistant, TEXT_CHANGE, "a.md")
    damage(assistant, "documents SET title = 'Something else'", "b.txt")
    report = assistant.repair()
    assert sorted(report.added_again) == sorted(
        document.id for document in before.values() if document.source.endswith(("a.md", "b.txt"))
    )
    assert report.to_add_again == ()
    assert assistant.check().problems == ()
    again = assistant.document("a.md")
    assert (again.title, again.text, again.id) == (
        "A title of mine",
        before[again.id].text,
        again.id,
    )
    assert assistant.document("b.txt") == before[assistant.document("b.txt").id]
    assert figures(assistant.sync(folder)) == {"unchanged": 3}


def test_a_file_that_is_not_what_was_added_is_no_cure(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    for name in ("a.md", "b.txt"):
        damage(assistant, TEXT_CHANGE, name)
    (folder / "a.md").write_text("# About a.md\n\nQuite another text.\n", encoding="utf-8")
    (folder / "b.txt").unlink()
    report = assistant.repair()
    reasons = {Path(failure.source).name: failure.reason for failure in report.to_add_again}
    begin = "what the store held of it is damaged"
    assert reasons == {
        "a.md": f"{begin}, and its file has changed since: add it again as it is now",
        "b.txt": f"{begin}: add it again",
    }
    assert [Path(failure.source).name for failure in assistant.failures()] == ["a.md", "b.txt"]
    assert [problem.name for problem in assistant.check().problems] == ["documents set aside"]
    assert [Path(document.source).name for document in assistant.documents()] == ["c.md"]
    (folder / "b.txt").write_text(f"# About b.txt\n\n{TEXT} It concerns b.txt.\n", encoding="utf-8")
    assert figures(assistant.add([folder / "a.md", folder / "b.txt"])) == {"added": 2}
    assert assistant.check().problems == ()
    assert assistant.failures() == []


def test_damaged_passages_are_cut_anew_from_the_text(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    (folder / "a.md").unlink()  # it is not needed
    with closing(sqlite3.connect(assistant.settings.store / "catalogue.sqlite3")) as raw:
        raw.execute("UPDATE chunks SET heading = 'Something else' WHERE document_key = 1")
        raw.commit()
    assert [document.source.rpartition("/")[2] for document in assistant.check().damaged] == ["a.md"]
    assert len(assistant.repair().added_again) == 1
    assert assistant.check().problems == ()
    assert assistant.document("a.md").title == "About a.md"


# In step --------------------------------------------------------------------------------------------


def test_sync_does_what_a_dry_run_says(assistant: Assistant, folder: Path) -> None:
    assert figures(assistant.sync(folder)) == {"added": 3}
    ids = {Path(document.source).name: document.id for document in assistant.documents()}
    (folder / "a.md").write_text("# About a.md\n\nQuite another text about dairy quotas.\n", encoding="utf-8")
    (folder / "b.txt").rename(folder / "below" / "renamed.txt")
    (folder / "below" / "c.md").unlink()
    (folder / "new.md").write_text("# New\n\nSomething new about lumber.\n", encoding="utf-8")
    (folder / "bad.pdf").write_bytes(b"no PDF")
    planned = assistant.sync(folder, dry_run=True)
    assert {document.id for document in assistant.documents()} == set(ids.values())
    assert assistant.failures() == []
    report = assistant.sync(folder)
    for name in ("added", "updated", "unchanged", "removed", "renamed", "failed"):
        assert getattr(planned, name) == getattr(report, name), name
    assert planned.dry_run
    assert report.updated == (ids["a.md"],)
    assert report.removed == (ids["c.md"],)
    assert report.renamed == ((ids["b.txt"], str(folder / "b.txt"), str(folder / "below" / "renamed.txt")),)
    assert [Path(failure.source).name for failure in report.failed] == ["bad.pdf"]
    assert assistant.document(ids["b.txt"]).source.endswith("renamed.txt")
    again = assistant.sync(folder)
    assert figures(again) == {"unchanged": 3, "failed": 1}


def test_a_renamed_file_whose_title_is_its_name_is_called_anew(assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "old_name.txt").write_text(TEXT, encoding="utf-8")
    (document,) = assistant.sync(folder).added
    (folder / "old_name.txt").rename(folder / "new_name.txt")
    report = assistant.sync(folder)
    assert (report.updated, len(report.renamed)) == ((document,), 1)
    assert [version.title for version in assistant.history(document)] == ["Old name", "New name"]


def test_swapped_names_keep_to_their_content(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    before = {document.source: document.id for document in assistant.documents()}
    (folder / "a.md").rename(folder / "moved.md")
    (folder / "below" / "c.md").rename(folder / "a.md")
    report = assistant.sync(folder)
    # What stands under a.md now is an update of a.md; what was there has moved on.
    assert report.updated == (before[str(folder / "a.md")],)
    assert figures(report) == {"added": 1, "updated": 1, "unchanged": 1, "removed": 1}


def test_an_emptied_or_missing_folder_removes_nothing(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(LoadError):
        assistant.sync(folder)
    folder.rmdir()
    with pytest.raises(LoadError, match="is not a folder"):
        assistant.sync(folder)
    assert len(assistant.documents()) == 3


def test_a_thousand_unchanged_files_are_not_read_again(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\n{TEXT}", encoding="utf-8")
    assistant.sync(folder)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("an unchanged file was read again")

    monkeypatch.setattr("qa.ingest.pipeline.parse_within_limits", fail)
    assert figures(assistant.sync(folder)) == {"unchanged": 30}


def test_watching(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    stop = threading.Event()
    reports: list[AddReport | QAError] = []

    def watch() -> None:
        reports.extend(assistant.watch(folder, stop=stop))

    # Written before the watch is up: it is found all the same.
    (folder / "early.md").write_text("# Early\n\nWritten early, about wheat.\n", encoding="utf-8")
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        until(lambda: len(assistant.documents()) == 4)
        (folder / "late.md").write_text("# Late\n\nWritten late, about rye.\n", encoding="utf-8")
        until(lambda: len(assistant.documents()) == 5)
        (folder / "late.md").unlink()
        until(lambda: len(assistant.documents()) == 4)
    finally:
        stop.set()
        watcher.join(20)
    assert not watcher.is_alive()
    counts = [figures(report) for report in reports if isinstance(report, AddReport)]
    assert [count.get("added", 0) for count in counts] == [1, 1, 0]


def until(holds: Callable[[], bool], patience_s: float = 30) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


# Metadata -------------------------------------------------------------------------------------------


def test_what_a_user_says_holds_for_later_versions(assistant: Assistant, folder: Path) -> None:
    path = folder / "a.md"
    (document,) = assistant.add(path, title="My title", published="2025-03-04", topics=["corn"]).added
    path.write_text(f"# Another heading\n\n{TEXT} More.\n", encoding="utf-8")
    assert assistant.add(path).updated == (document,)
    stored = assistant.document(document)
    assert (stored.title, stored.published, stored.topics) == ("My title", date(2025, 3, 4), ("corn",))
    assert set(stored.user_set_fields) == {"title", "published", "topics"}
    assert assistant.add(path, title="Newer title").updated == (document,)
    assert assistant.document(document).published == date(2025, 3, 4)
    assert assistant.add(path, title="Newer title").unchanged == (document,)


def test_editing(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    document = assistant.edit(
        "About a.md", title="  Edited\n title ", published="18 September 2025", topics=["x", "x", " y "]
    )
    stored = assistant.document(document)
    assert (stored.title, stored.published, stored.topics) == ("Edited title", date(2025, 9, 18), ("x", "y"))
    passage = assistant.search("corn quota edited title", filters=Filters(documents=(document,)))[0]
    assert (passage.title, passage.published) == ("Edited title", date(2025, 9, 18))
    assert len(assistant.history(document)) == 2
    assert figures(assistant.sync(folder)) == {"unchanged": 3}
    (folder / "a.md").write_text(f"# Third heading\n\n{TEXT} And more.\n", encoding="utf-8")
    assistant.sync(folder)
    assert assistant.document(document).title == "Edited title"
    assistant.edit(document, topics=[], published="")
    assert assistant.document(document).topics == ()
    assert assistant.document(document).published is None
    with pytest.raises(LoadError, match="unknown date"):
        assistant.edit(document, published="soon")
    with pytest.raises(LoadError, match="needs a title"):
        assistant.edit(document, title=" ")
    with pytest.raises(DocumentNotFound):
        assistant.edit("nowhere", title="x")
    versions = len(assistant.history(document))
    assistant.edit(document, title="Edited title")
    assert len(assistant.history(document)) == versions


# Failures -------------------------------------------------------------------------------------------


def test_failures_are_remembered_until_they_succeed(assistant: Assistant, folder: Path) -> None:
    bad = folder / "bad.csv"
    bad.write_bytes(b"\x00\x01\x02" * 100)
    assistant.add([folder, folder / "no-such-file.txt"])
    assert [failure.source for failure in assistant.failures()] == [str(bad)]
    assert assistant.failures()[0].failed_at
    slips = [
        assistant.add(folder / "no-such-file.txt"),
        assistant.add(folder / "no-such-file.json", format="squad"),
        assistant.add(folder / "no-such-folder", format="beir"),
    ]
    assert [failure.code for report in slips for failure in report.failed] == ["not_found"] * 3
    assert [failure.source for failure in assistant.failures()] == [str(bad)]
    assert figures(assistant.retry([str(bad)])) == {"failed": 1}
    bad.write_text("Country,Share\nCanada,77\n", encoding="utf-8")
    assert figures(assistant.retry([str(bad)])) == {"added": 1}
    assert assistant.failures() == []


def test_failures_are_dismissed(assistant: Assistant, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("x.pdf", "y.pdf"):
        (folder / name).write_bytes(b"no")
    assistant.add(folder)
    monkeypatch.chdir(folder)
    with pytest.raises(DocumentNotFound, match=r"z\.pdf"):
        assistant.dismiss(["z.pdf"])
    assert assistant.dismiss(["x.pdf"]) == 1
    assert [Path(failure.source).name for failure in assistant.failures()] == ["y.pdf"]
    (folder / "y.pdf").unlink()
    assistant.sync(folder)  # what is gone can't fail any more
    assert assistant.failures() == []


def test_a_parser_that_hangs_is_one_failure(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.ingest.pipeline.parse_document", hang)
    with Assistant.open(settings=Settings(store=tmp_path / "store", parse_timeout_s=1)) as assistant:
        report = assistant.add(folder / "a.md")
        assert "took more than 1 s" in report.failed[0].reason
        assert assistant.documents() == []


def hang(*_: Any) -> None:
    """In place of a reader; it runs in the child process."""
    time.sleep(60)


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_hostile_names(assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    for name in (
        "new\nline.md",
        "\u202egnp.md",
        "tab\there.md",
        "-rf.md",
        "a" * 240 + ".md",
        " .md",
        "ü—.md",
    ):
        (folder / name).write_text(TEXT + name, encoding="utf-8")
    (folder / os.fsdecode(b"\xff\xfe.md")).write_text(TEXT, encoding="utf-8")
    (folder / "secret.md").symlink_to("/etc/passwd")
    report = assistant.sync(folder)
    assert figures(report) == {"added": 7, "failed": 2}
    assert all("\n" not in failure.source + failure.reason for failure in report.failed)
    assert all(document.title.isprintable() for document in assistant.documents())
    assert figures(assistant.sync(folder)) == {"unchanged": 7, "failed": 2}


# Likeness -------------------------------------------------------------------------------------------


def test_the_same_story_twice_is_told(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "wire.md").write_text(f"# Steel crosses\n\n{STORY}\n", encoding="utf-8")
    (tmp_path / "paper.md").write_text(
        f"# Our own words\n\nBy a reporter.\n\n{STORY.replace('Shipment 7 ', 'The seventh shipment ')}\n",
        encoding="utf-8",
    )
    (tmp_path / "other.md").write_text(f"# Corn\n\n{TEXT * 3}\n", encoding="utf-8")
    assistant.add(tmp_path / "wire.md")
    report = assistant.add([tmp_path / "paper.md", tmp_path / "other.md"])
    (near,) = report.near_duplicates
    assert (near.document.split("-")[0], near.other.split("-")[0]) == ("paper", "wire")
    assert 0.8 < near.similarity < 1
    assert assistant.near_duplicates() == [near]


# Uploads --------------------------------------------------------------------------------------------


def test_uploads_are_kept_and_removed(assistant: Assistant) -> None:
    steps: list[Progress] = []
    report = assistant.add_uploads(
        [
            ("../../etc/passwd.md", f"# Upload\n\n{TEXT}".encode()),
            ("bad.pdf", b"no"),
            ("big.txt", b"x" * 60_000_000),
        ],
        on_progress=steps.append,
    )
    assert figures(report) == {"added": 1, "failed": 2}
    assert {failure.source for failure in report.failed} == {"upload:bad.pdf", "upload:big.txt"}
    (document,) = assistant.documents()
    assert document.source == "upload:passwd.md"
    uploads = assistant.settings.store / "uploads"
    assert sorted(path.name for path in uploads.iterdir()) == ["bad.pdf", "passwd.md"]
    assert [progress.source for progress in steps if progress.failure] == ["upload:bad.pdf"]
    assistant.add_uploads([("passwd.md", f"# Upload\n\n{TEXT} Changed.".encode())])
    assert len(assistant.history(document.id)) == 2
    assert figures(assistant.retry(["upload:bad.pdf"])) == {"failed": 1}
    assistant.remove([document.id])
    assert sorted(path.name for path in uploads.iterdir()) == ["bad.pdf"]


def test_the_source_of_an_upload_is_told_from_others() -> None:
    assert upload_source("a:b.md") == "upload:a:b.md"
    assert upload_name("upload:a:b.md") == "a:b.md"
    assert [upload_name(source) for source in ("/x/upload:a.md", "stdin:Upload", "", "upload")] == [None] * 4


def test_two_uploads_of_one_name(assistant: Assistant) -> None:
    report = assistant.add_uploads(
        [("a/note.md", b"# One\n\nThe first."), ("b/note.md", b"# Two\n\nThe second.")]
    )
    assert figures(report) == {"added": 1, "failed": 1}
    assert "rename one" in report.failed[0].reason
    assert [document.title for document in assistant.documents()] == ["One"]


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.docx", "report.docx"),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("\u202egnp.exe.txt", "gnp.exe.txt"),
        ("..", "upload"),
        ("", "upload"),
        (".hidden", "hidden"),
        ("a" * 4000 + ".pdf", "a" * 176 + ".pdf"),
        ("é" * 200 + ".md", "é" * 88 + ".md"),
        ('what?<is>"this"|*.md', "what__is__this___.md"),
        ("  spaced   out .md", "spaced out.md"),
        ("con.txt", "_con.txt"),
    ],
)
def test_names_of_uploads(path: str, clean: str) -> None:
    assert clean_file_name(path) == clean
    assert clean_file_name(clean) == clean


# The web --------------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of this machine."""
    with serving() as site:
        yield site


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """One that may read sites of this machine, as no other may."""
    settings = Settings(store=tmp_path / "store", parse_timeout_s=20)
    store = Store.open(settings.store, lock_timeout_s=settings.lock_timeout_s)
    yield open_corpus(settings, store, LoadedModels(settings, store, None), allow_private_addresses=True)
    store.close()


def test_a_page_is_added_and_updated(corpus: Corpus, site: Site) -> None:
    url = site.page("/steel.txt", TEXT, "text/plain")
    (document,) = corpus.add(url + "#top").added
    assert corpus.document(document).source == url
    assert document.startswith("steel-")
    assert figures(corpus.add(url)) == {"unchanged": 1}
    site.page("/steel.txt", TEXT + "And more.", "text/plain")
    assert corpus.add(url).updated == (document,)
    site.answers.clear()
    report = corpus.add(url)
    assert "no such page" in report.failed[0].reason
    assert [failure.source for failure in corpus.failures()] == [url]
    assert corpus.document(document).text.endswith("And more.")


def test_what_is_not_read_from_the_web(corpus: Corpus, site: Site) -> None:
    for path, content_type, reason in (
        ("/a.svg", "image/svg+xml", "of the type image/svg+xml, which is not read"),
        ("/a.png", "image/png", "it is no picture of a kind that is read, or damaged"),
        ("/b", "application/octet-stream", "of the type application/octet-stream"),
        ("/c.pdf", "application/octet-stream", "damaged, or no PDF"),
    ):
        report = corpus.add(site.page(path, b"\x89PNG....", content_type))
        assert reason in report.failed[0].reason
    report = corpus.add(["http://127.0.0.1:1/", "ftp://example.org/a"])
    assert figures(report) == {"failed": 2}


def test_this_machine_is_closed_to_everyone_else(assistant: Assistant) -> None:
    with serving() as site:
        report = assistant.add(site.page("/a.txt", TEXT, "text/plain"))
        assert "no public address" in report.failed[0].reason
        assert site.requests == []


def test_a_feed(corpus: Corpus, site: Site) -> None:
    for name in ("one", "two", "private"):
        site.page(f"/{name}", f"{TEXT} It is about {name}.", "text/plain")
    site.page("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
    items = "".join(
        f"<item><title>Entry {name}</title><link>/{name}</link><pubDate>{day}</pubDate></item>"
        for name, day in (
            ("one", "Thu, 18 Sep 2025 10:00:00 GMT"),
            ("two", "Mon, 01 Jan 2024 10:00:00 GMT"),
            ("private", "Fri, 19 Sep 2025 10:00:00 GMT"),
        )
    )
    feed = site.page(
        "/feed", f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>", "text/xml"
    )
    report = corpus.add_feeds([feed], since="2025-01-01")
    assert figures(report) == {"added": 1, "failed": 1}
    assert "robots.txt" in report.failed[0].reason
    stored = corpus.document(report.added[0])
    assert (stored.title, stored.published) == ("Entry one", date(2025, 9, 18))
    assert figures(corpus.add_feeds([feed])) == {"added": 1, "unchanged": 1, "failed": 1}
    assert "no RSS" in corpus.add_feeds([site.url + "/one"]).failed[0].reason


# The past -------------------------------------------------------------------------------------------


def test_an_answer_as_of_an_earlier_day(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "steel.md"
    clock = ["2025-03-01T12:00:00+00:00"]
    monkeypatch.setattr("qa.store.document_writer.utc_now", lambda: clock[0])
    path.write_text(
        "# Steel\n\nThe tariff on steel is 25 percent of the value of the goods.\n", encoding="utf-8"
    )
    (document,) = assistant.add(path).added
    clock[0] = "2025-06-04T12:00:00+00:00"
    path.write_text(
        "# Steel\n\nThe tariff on steel is 50 percent of the value of the goods.\n", encoding="utf-8"
    )
    assistant.add(path)
    clock[0] = "2025-09-01T12:00:00+00:00"
    assistant.remove([document])
    question = "How high is the tariff on steel?"
    for day, percent in (
        ("2025-03-01", "25"),
        ("2025-06-03", "25"),
        ("2025-06-04", "50"),
        ("2025-08-31", "50"),
    ):
        answer = assistant.ask(question, filters=Filters(as_of=end_of_day(day)))
        assert answer.status == "answered"
        quote = answer.citations[0]
        assert f"{percent} percent" in quote.quote
        text = assistant.document(document, as_of=day).text
        assert text[quote.start : quote.end] == quote.quote
    assert assistant.search(question, filters=Filters(as_of=end_of_day("2025-02-28"))) == []
    ends = [version.until for version in assistant.history(document)]
    assert ends == ["2025-06-04T12:00:00+00:00", "2025-09-01T12:00:00+00:00"]
    assistant.remove([document], forget=True)
    with pytest.raises(DocumentNotFound):
        assistant.history(document)
