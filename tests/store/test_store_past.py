"""What a store remembers: past versions, failures, near-duplicates, backups; and bringing it up to date."""

import itertools
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from qa.errors import DocumentNotFound, StoreError
from qa.schema import Failure, Filters, Passage, StructureMark
from qa.store import Store
from qa.store.maintenance import StoreMaintenance
from qa.store.timestamps import utc_now
from qa.store.work_folders import WorkFolder
from qa.text.minhash import minhash_signature
from tests.store.test_store import EMBEDDER, Addition, assert_whole, find, make_addition, word

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.postgres import StoredAt

DAYS = [datetime(2026, 1, day, 12, tzinfo=UTC) for day in range(1, 10)]


pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]
pytestmark = pytest.mark.usefixtures("everywhere")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "store")) as fresh:
        fresh.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        yield fresh


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The store's clock: its last entry is now."""
    days = [DAYS[0]]
    for module in ("qa.store.document_writer", "qa.store.store_backup"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: days[-1].isoformat(timespec="seconds"))
    assert utc_now()
    return days


def found_as_of(
    store: Store,
    question: str,
    day: datetime,
    *,
    topics: tuple[str, ...] = (),
    documents: tuple[str, ...] = (),
) -> list[Passage]:
    return find(store, question, filters=Filters(as_of=day, topics=topics, documents=documents))


def texts(passages: list[Passage]) -> str:
    return " ".join(passage.text for passage in passages)


# The past -------------------------------------------------------------------------------------------


def test_an_earlier_day_is_answered_from_what_was_there(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1), make_addition("other", 1)])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2)])
    clock.append(DAYS[4])
    store.remove(["alpha"])
    assert_whole(store, {"other": 1})
    for day, version in ((DAYS[0], 1), (DAYS[1], 1), (DAYS[2], 2), (DAYS[3], 2)):
        passages = found_as_of(store, word("alpha", version, 0), day)
        assert passages[0].text.startswith(f"Passage 0 tells of {word('alpha', version, 0)}")
        assert passages[0].dense_score > 0.4
        assert passages[0].lexical_score == 1.0
        assert word("alpha", 3 - version, 0) not in texts(passages)
        assert any(passage.document_id == "other" for passage in passages)
    for day in (DAYS[4], DAYS[5]):
        assert {passage.document_id for passage in found_as_of(store, "tariffs", day)} == {"other"}
    assert found_as_of(store, "tariffs", datetime(2025, 12, 31, tzinfo=UTC)) == []


def test_a_clock_that_went_backwards(store: Store, clock: list[datetime]) -> None:
    """Every version is found by some day, and no two on the same."""
    clock.append(DAYS[4])
    store.put([make_addition("alpha", 1)])
    clock.append(DAYS[1])
    store.put([make_addition("alpha", 2)])
    clock.append(DAYS[0])
    store.remove(["alpha"])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 3)])
    assert [passage.document_id for passage in find(store, word("alpha", 3, 0), count=1)] == ["alpha"]
    versions = store.history("alpha")
    assert [version.sha256 for version in versions] == ["alpha-1", "alpha-2", "alpha-3"]
    assert all(
        earlier.until is not None and earlier.until <= later.since
        for earlier, later in itertools.pairwise(versions)
    )
    ends = [datetime(2026, 1, day, 23, 59, 59, tzinfo=UTC) for day in range(1, 12)]
    seen = {store.document_as_of("alpha", end).sha256 for end in ends[4:]}
    assert seen == {"alpha-1", "alpha-2", "alpha-3"}


def test_other_filters_hold_for_an_earlier_day_too(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1, topics=("Steel",)), make_addition("beta", 1)])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2, topics=("Corn",)), make_addition("beta", 2)])
    assert {passage.document_id for passage in found_as_of(store, "tariffs", DAYS[1], topics=("steel",))} == {
        "alpha"
    }
    assert found_as_of(store, "tariffs", DAYS[3], topics=("steel",)) == []
    passages = found_as_of(store, "tariffs", DAYS[1], documents=("beta",))
    assert {passage.document_id for passage in passages} == {"beta"}
    assert word("beta", 1, 0) in texts(passages)


def test_what_is_past_weighs_nothing_today(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1), make_addition("other", 1)])
    before = find(store, "tariffs alpha")
    for version in range(2, 6):
        store.put([make_addition("alpha", version)])
    store.put([make_addition("alpha", 1)])
    after = find(store, "tariffs alpha")
    assert [(passage.text, passage.dense_score, passage.lexical_score) for passage in after] == [
        (passage.text, passage.dense_score, passage.lexical_score) for passage in before
    ]
    assert store.vocabulary()[1]["tariff"] == 6


def test_a_past_passage_has_its_neighbours_and_section(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1, passages=4)])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2, passages=4)])
    old = next(
        passage
        for passage in found_as_of(store, word("alpha", 1, 1), DAYS[1])
        if word("alpha", 1, 1) in passage.text
    )
    assert [
        word("alpha", 1, number) in passage.text for number, passage in enumerate(store.section_passages(old))
    ] == [True] * 2
    assert word("alpha", 1, 0) in store.expand_passage(old, 1).text


def test_a_passage_names_the_version_it_was_read_from(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1, passages=4)])
    first = store.document("alpha")
    read = find(store, word("alpha", 1, 1))[0]
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2, passages=4)])
    second = store.document("alpha")
    assert first.sha256 != second.sha256
    of_today = find(store, word("alpha", 2, 1))[0]
    of_then = found_as_of(store, word("alpha", 1, 1), DAYS[1])[0]
    for passage, version in ((read, first), (of_then, first), (of_today, second)):
        around = [passage, store.expand_passage(passage, 1), *store.section_passages(passage)]
        assert {passage.document_sha256 for passage in around} == {version.sha256}
        assert all(passage.text == version.text[passage.start : passage.end] for passage in around)


def test_history_and_the_text_of_a_day(store: Store, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1)])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2)])
    first, second = store.history("alpha")
    assert (first.sha256, first.since, first.until) == (
        "alpha-1", DAYS[0].isoformat(timespec="seconds"), DAYS[2].isoformat(timespec="seconds"),
    )  # fmt: skip
    assert (second.sha256, second.since, second.until) == ("alpha-2", first.until, None)
    assert store.document_as_of("alpha", DAYS[1]).sha256 == "alpha-1"
    assert store.document_as_of("alpha", DAYS[2]).sha256 == "alpha-2"
    with pytest.raises(DocumentNotFound, match="was not in the store at 2025"):
        store.document_as_of("alpha", datetime(2025, 1, 1, tzinfo=UTC))
    clock.append(DAYS[4])
    store.remove(["alpha"])
    assert [version.until for version in store.history("Title of alpha")] == [
        DAYS[2].isoformat(timespec="seconds"), DAYS[4].isoformat(timespec="seconds"),
    ]  # fmt: skip
    with pytest.raises(DocumentNotFound):
        store.document("alpha")
    clock.append(DAYS[5])
    store.put([make_addition("alpha", 3)])
    assert [version.sha256 for version in store.history("alpha")] == ["alpha-1", "alpha-2", "alpha-3"]


def test_forgetting_leaves_nothing(store: Store) -> None:
    store.put([make_addition("alpha", 1), make_addition("other", 1)])
    store.put([make_addition("alpha", 2)])
    store.remove(["alpha"], forget=True)
    assert_whole(store, {"other": 1})
    with pytest.raises(DocumentNotFound):
        store.history("alpha")
    with store.connection.reading() as raw:
        for table in ("documents", "chunks", "vectors", "words", "past_words", "signatures"):
            count = raw.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count == {"documents": 1, "signatures": 0}.get(table, 3 if table != "past_words" else 0), (
                table
            )


def test_a_rename_changes_the_source_alone(store: Store) -> None:
    store.put([make_addition("alpha", 1)])
    store.rename({"alpha": "/elsewhere/a.md"})
    assert store.document("/elsewhere/a.md").id == "alpha"
    assert len(store.history("alpha")) == 1
    assert find(store, word("alpha", 1, 0))[0].source == "/elsewhere/a.md"
    assert_whole(store, {"alpha": 1})


def test_outline_pages_and_what_was_given_come_back(store: Store) -> None:
    document, chunks, vectors = make_addition("alpha")
    rich = replace(
        document,
        structure=(StructureMark(0, 7, 1), StructureMark(8, 9, 0)),
        pages=(0, 20),
        format="pdf",
        fingerprint="1:ab",
        user_set_fields=("title",),
    )
    store.put([(rich, chunks, vectors)])
    assert store.document("alpha") == rich
    document_state = store.known_documents([rich.source])[0]
    assert (document_state.fingerprint, document_state.user_set_fields) == ("1:ab", ("title",))
    assert find(store, word("alpha", 1, 2))[0].page == 2


# Failures and likeness ------------------------------------------------------------------------------


def test_failures_stay_until_they_succeed_or_are_dismissed(store: Store) -> None:
    document, *_ = addition = make_addition("alpha")
    store.record_failures(
        [Failure(document.source, "no"), Failure("/b.pdf", "no text"), Failure("/c.pdf", "old")]
    )
    store.record_failures([Failure("/c.pdf", "new")])
    assert [(failure.source, failure.reason) for failure in store.failures()] == [
        ("/b.pdf", "no text"), (document.source, "no"), ("/c.pdf", "new"),
    ]  # fmt: skip
    store.put([addition])
    assert [failure.source for failure in store.failures()] == ["/b.pdf", "/c.pdf"]
    assert store.dismiss_failures(["/b.pdf", "/unknown"]) == 1
    store.record_failures([Failure("/b.pdf", "no text")])  # as it was when it was dismissed
    assert [failure.source for failure in store.failures()] == ["/c.pdf"]
    store.record_failures([Failure("/b.pdf", "another reason")])
    assert [failure.source for failure in store.failures()] == ["/b.pdf", "/c.pdf"]
    store.clear_failures(["/b.pdf"])
    generation = store.generation()
    store.clear_failures(["/nothing"], {})
    assert [failure.source for failure in store.failures()] == ["/c.pdf"]
    store.clear_failures(["/c.pdf"], {"alpha": "1:new"})
    assert store.failures() == []
    assert store.known_documents()[0].fingerprint == "1:new"
    assert store.generation() == generation


STORY = " ".join(
    f"The {number}th shipment of goods crossed the border at gate {number % 7}." for number in range(60)
)


def test_near_duplicates(store: Store) -> None:
    def signed(name: str, text: str) -> tuple[Addition, bytes]:
        return make_addition(name), minhash_signature(text)

    signed_additions = {
        name: signed(name, text)
        for name, text in (
            ("first", STORY),
            (
                "again",
                "By our own reporter. "
                + STORY.replace("20th", "twentieth").replace("goods crossed", "cargo crossed", 3),
            ),
            ("away", " ".join(reversed(STORY.split()))),
            ("short", "Too short to tell."),
        )
    }
    store.put(
        [addition for addition, _ in signed_additions.values()],
        {name: digest for name, (_, digest) in signed_additions.items()},
    )
    pairs = store.near_duplicates()
    assert [(pair.document, pair.other) for pair in pairs] == [("again", "first")]
    assert 0.7 < pairs[0].similarity < 1
    assert [pair.other for pair in store.near_duplicates_of("first", signed_additions["first"][1])] == [
        "again"
    ]
    store.remove(["again"])
    assert store.near_duplicates() == []


# Safe keeping ---------------------------------------------------------------------------------------


def test_a_backup_brings_everything_back(store: Store, tmp_path: Path, clock: list[datetime]) -> None:
    store.put([make_addition("alpha", 1), make_addition("beta", 1)])
    clock.append(DAYS[2])
    store.put([make_addition("alpha", 2)])
    store.uploads.mkdir()
    (store.uploads / "a.md").write_text("an upload", encoding="utf-8")
    assert store.backup(tmp_path / "backup.zip") == (tmp_path / "backup.zip").stat().st_size
    with closing(Store.open(tmp_path / "new")) as restored:
        assert restored.restore(tmp_path / "backup.zip", replace=False) == (2, 6)
        assert_whole(restored, {"alpha": 2, "beta": 1})
        assert (restored.uploads / "a.md").read_text(encoding="utf-8") == "an upload"
        assert word("alpha", 1, 0) in texts(found_as_of(restored, word("alpha", 1, 0), DAYS[1]))
    assert [path.name for path in tmp_path.iterdir() if "new" in path.name] == ["new"]


def test_restoring_replaces_only_when_told(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha", 1)])
    store.backup(tmp_path / "backup")
    store.put([make_addition("alpha", 2), make_addition("beta", 1)])
    with pytest.raises(StoreError, match=r"holds 2 documents.*--replace"):
        store.restore(tmp_path / "backup", replace=False)
    assert_whole(store, {"alpha": 2, "beta": 1})
    with closing(Store.open(tmp_path / "store")) as open_meanwhile:
        assert_whole(open_meanwhile, {"alpha": 2, "beta": 1})
        store.restore(tmp_path / "backup", replace=True)
        assert_whole(store, {"alpha": 1})
        assert_whole(open_meanwhile, {"alpha": 1})
    store.put([make_addition("gamma", 1)])
    assert_whole(store, {"alpha": 1, "gamma": 1})


def test_what_is_no_backup(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha", 1)])
    store.backup(tmp_path / "good")
    (tmp_path / "text").write_text("hello", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "hello")
    data = (tmp_path / "good").read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    middle = len(data) // 2
    (tmp_path / "flipped").write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    for name, reason in (
        ("text", "is no backup"),
        ("other.zip", "is no backup"),
        ("cut", "is no backup"),
        ("flipped", "is damaged"),
        ("missing", "there is no backup"),
        (".", "is a folder"),
    ):
        with pytest.raises(StoreError, match=reason):
            store.restore(tmp_path / name, replace=True)
    with pytest.raises(StoreError, match="is a folder"):
        store.backup(tmp_path)
    with pytest.raises(StoreError, match="can't be written"):
        store.backup(tmp_path / "nowhere" / "backup")
    assert_whole(store, {"alpha": 1})


def test_a_backup_is_one_state_while_another_writes(store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha", 1), make_addition("beta", 1)])
    stop = threading.Event()

    def write() -> None:
        version = 1
        while not stop.is_set():
            version += 1
            store.put([make_addition("alpha", version), make_addition("beta", version)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            store.backup(tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with closing(Store.open(tmp_path / f"restored{number}")) as restored:
            restored.restore(tmp_path / f"{number}.zip", replace=False)
            versions = {document.sha256.rpartition("-")[2] for document in restored.documents()}
            assert len(versions) == 1
            version = int(versions.pop())
            assert_whole(restored, {"alpha": version, "beta": version})


def test_compacting_gives_space_back(
    store: Store, tmp_path: Path, clock: list[datetime], stored_at: "StoredAt"
) -> None:
    store.put([make_addition(f"d{number}", passages=40) for number in range(30)])
    store.uploads.mkdir(mode=0o700)
    for name in ("left.pdf", "new.pdf"):
        (store.uploads / name).write_bytes(b"x" * 100_000)
    os.utime(store.uploads / "left.pdf", (0, 0))
    store.record_failures([Failure("upload:kept.pdf", "no text")])
    (store.uploads / "kept.pdf").write_bytes(b"x")
    for file in store.uploads.iterdir():
        file.chmod(0o600)
    clock.append(DAYS[2])
    store.remove([f"d{number}" for number in range(1, 30)])
    with closing(Store.open(tmp_path / "store")) as open_meanwhile:
        find(open_meanwhile, "tariffs")
        first = store.compact()
        if stored_at.postgres is None:  # a server keeps the room of rows that are gone for others
            assert first.after_bytes < first.before_bytes
        assert sorted(file.name for file in store.uploads.iterdir()) == ["kept.pdf", "new.pdf"]
        assert {passage.document_id for passage in found_as_of(store, "tariffs d7v1p0", DAYS[1])} >= {"d7"}
        second = store.compact(forget_before=DAYS[3])
        assert second.forgotten == 29
        if stored_at.postgres is None:
            assert second.after_bytes < 0.7 * first.after_bytes
        assert_whole(open_meanwhile, {"d0": 1}, passages=40)
    assert_whole(store, {"d0": 1}, passages=40)
    assert found_as_of(store, "tariffs", DAYS[1])[0].document_id == "d0"


@pytest.mark.parametrize("broken", ["rebuild", "exchange", "clear"])
def test_a_crash_while_compacting_is_made_good(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, stored_at: "StoredAt"
) -> None:
    store.put([make_addition("alpha", 1), make_addition("beta", 1)])
    name = {"rebuild": "put", "exchange": "keys", "clear": "clear" if stored_at.vectors else "adopt"}[broken]
    if broken == "exchange" and stored_at.vectors:
        return  # there is none on a server
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(f"qa.store.vector_index.VectorIndex.{name}", fail)
        with pytest.raises(KeyboardInterrupt):
            store.compact()
    store.close()
    with closing(Store.open(tmp_path / "store")) as again:
        assert_whole(again, {"alpha": 1, "beta": 1})


def test_what_changes_while_compacting_is_there_afterwards(
    store: Store, monkeypatch: pytest.MonkeyPatch, stored_at: "StoredAt"
) -> None:
    store.put([make_addition("alpha", 1), make_addition("beta", 1), make_addition("gone", 1)])
    plain = StoreMaintenance._build_spare_vectors

    def meanwhile(self: StoreMaintenance) -> WorkFolder:
        folder = plain(self)
        store.put([make_addition("alpha", 2), make_addition("new", 1)])
        store.remove(["gone"])
        return folder

    monkeypatch.setattr(StoreMaintenance, "_build_spare_vectors", meanwhile)
    store.compact()
    if stored_at.vectors is None:
        assert_whole(store, {"alpha": 2, "beta": 1, "new": 1})
        assert not list(store.connection.files.folder.glob(".vectors-*"))
