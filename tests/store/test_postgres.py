"""What only a catalogue on PostgreSQL has: its tables, word index and lock, and what can go wrong there."""

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import ConfigError, StoreBusyError, StoreError
from qa.schema import Filters, Sentence
from qa.store import DatabaseAddress, ServerAddress, Store, candidate_queries, catalogue_server
from qa.store.catalogue_file import SCHEMA_VERSION
from qa.store.catalogue_schema import meta
from qa.store.lock import AdvisoryLock
from qa.store.postgres_words import word_tables
from tests.store.test_conversation_records import make_answer
from tests.store.test_store import EMBEDDER, assert_whole, check_sharing, find, make_addition, word

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.chroma import ChromaServer
    from tests.support.postgres import Pooler, PostgresServer

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]

processes = multiprocessing.get_context("spawn")


@pytest.fixture
def place(postgres_server: "PostgresServer", chroma_server: "ChromaServer") -> Iterator["Place"]:
    place = Place(postgres_server, chroma_server)
    yield place
    postgres_server.take_back(place.name)


class Place:
    """A database with an empty catalogue, and what opens stores on it, as of several hosts."""

    def __init__(self, postgres: "PostgresServer", chroma: "ChromaServer") -> None:
        self.postgres, self.vectors = postgres, chroma.url
        self.name = postgres.lend(chroma.url)
        self.url = postgres.url(self.name)

    def open(self, folder: Path, *, lock_timeout_s: float = 20, url: str | None = None) -> Store:
        database = DatabaseAddress(url or self.url)
        server = ServerAddress(url=self.vectors)
        return Store.open(folder, lock_timeout_s=lock_timeout_s, server=server, database=database)

    def lock(self, timeout_s: float = 20) -> AdvisoryLock:
        engine = catalogue_server.connect(DatabaseAddress(self.url), timeout_s=10)
        return AdvisoryLock(engine, timeout_s)


@pytest.fixture
def store(place: Place, tmp_path: Path) -> Iterator[Store]:
    with closing(place.open(tmp_path / "store")) as opened:
        opened.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        yield opened


# The tables ---------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    wanted: Any = [meta.metadata, word_tables()]  # Alembic takes several, which its types don't say
    options = {"compare_type": True, "version_table": catalogue_server.VERSION_TABLE}
    with store.connection.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, wanted) == []
        # It would be seen if one were missing.
        more = sa.MetaData()
        sa.Table("more", more, sa.Column("key", sa.Integer, primary_key=True))
        wanted.append(more)
        assert compare_metadata(context, wanted) != []
        assert context.get_current_revision() == str(SCHEMA_VERSION)
    folder = Path(sys.modules["qa.store"].__path__[0]) / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [str(SCHEMA_VERSION)]


def test_a_catalogue_of_the_format_before_is_brought_up_to_date(place: Place, tmp_path: Path) -> None:
    with closing(place.open(tmp_path / "store")) as store, store.connection.recording() as connection:
        connection.execute(sa.text("DROP TABLE waiting_questions"))
        connection.execute(sa.text(f"UPDATE {catalogue_server.VERSION_TABLE} SET version_num = '6'"))
    with closing(place.open(tmp_path / "store")) as store:
        waiting_id = store.conversations.add_waiting("one", "Why?")
        assert store.conversations.waiting("one") == {waiting_id: "Why?"}


def test_several_hosts_make_the_catalogue_at_once(
    postgres_server: "PostgresServer", chroma_server: "ChromaServer", tmp_path: Path
) -> None:
    database = DatabaseAddress(postgres_server.url(postgres_server.create()))
    opened: list[Store] = []

    def open_one(number: int) -> None:
        server = ServerAddress(url=chroma_server.url)
        opened.append(Store.open(tmp_path / f"host{number}", server=server, database=database))

    threads = [threading.Thread(target=open_one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(opened) == 3
    opened[0].put([make_addition("alpha")])
    for other in opened:
        assert_whole(other, {"alpha": 1})
        other.close()


def test_texts_are_ordered_as_in_a_file(store: Store) -> None:
    with store.connection.reading() as connection:
        values = "(VALUES ('a'), ('B'), ('_'), ('ä'), ('A')) v (t)"
        plain = list(connection.execute(sa.text(f"SELECT t FROM {values} ORDER BY t")).scalars())
        assert plain != sorted(plain)  # of a database with a language of its own
    document, chunks, vectors = make_addition("alpha")
    names = ["b", "A", "_", "ä", "B"]
    store.put(
        [
            (replace(document, id=name, source=name), [replace(c, document_id=name) for c in chunks], vectors)
            for name in names
        ]
    )
    with store.connection.reading() as connection:
        query = sa.text("SELECT source FROM documents ORDER BY source")
        assert list(connection.execute(query).scalars()) == sorted(names)


# The word index -----------------------------------------------------------------------------------

WORDS = (
    "tariff tariffs Tariffs agreed agreeing U.S. 52⁴ km² café cafe O'Brien it's back\\slash 1.5 the of "
    "quota quotas milk a-b état 2026 nation's"
).split()


def test_the_same_passages_are_found_with_the_same_scores_as_by_fts5(store: Store, tmp_path: Path) -> None:
    chance = random.Random(5)
    additions = []
    for number in range(25):
        document, chunks, vectors = make_addition(f"d{number}", passages=3)
        lines = [" ".join(chance.choices(WORDS, k=chance.randrange(3, 40))) for _ in chunks]
        text = "\n".join(lines) + "\n"
        starts = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
        changed = [
            replace(
                chunk, start=start, end=start + len(line), sentences=(Sentence(start, start + len(line)),)
            )
            for chunk, start, line in zip(chunks, starts, lines, strict=True)
        ]
        additions.append((replace(document, text=text), changed, vectors))
    with closing(Store.open(tmp_path / "files")) as in_files:
        for each in (in_files, store):
            each.put(additions)
            each.put([make_addition("d3", 2)])
        found = 0
        with in_files.connection.reading() as first, store.connection.reading() as second:
            for _ in range(150):
                terms = [
                    " ".join(chance.choices([*WORDS, "absent"], k=chance.choice((1, 1, 2))))
                    for _ in range(chance.randrange(1, 6))
                ]
                for past in (False, True):
                    for allowed in (None, [1, 2, 4, 26]):
                        expected, scored = (
                            candidate_queries.lexical_candidates(which, terms, 15, allowed, past=past)
                            for which in (first, second)
                        )
                        assert dict(scored) == pytest.approx(dict(expected), rel=1e-9)
                        found += len(scored)
        assert found > 2000
        phrases = [" ".join(chance.choices(WORDS, k=2)) for _ in range(40)] + ["", "...", "O'Brien it's", '"']
        assert store.phrases_present(phrases) == in_files.phrases_present(phrases)
        assert 0 < len(store.phrases_present(phrases)) < len(phrases)
        assert store.vocabulary()[1] == in_files.vocabulary()[1]
        for stem in ("tariff", "agre", "4", "o", "back", "absent", ""):
            assert store.texts_with_stem(stem, count=7) == in_files.texts_with_stem(stem, count=7)
        for phrase in phrases:
            assert store.texts_with_phrase(phrase, count=5) == in_files.texts_with_phrase(phrase, count=5)


def test_what_no_text_of_the_server_holds(store: Store) -> None:
    store.put([make_addition("alpha")])
    assert store.known_documents(["a\0b"]) == []
    store.conversations.begin_exchange("one", "What of \0 this?", Filters())
    assert store.conversations.get("one")[1][0].question == "What of \ufffd this?"
    long = "/" + "x" * 200 + "/" + "".join(random.Random(1).choices("abcdefghijklmnop/", k=3700))
    document, chunks, vectors = make_addition("long")
    store.put([(replace(document, source=long), chunks, vectors)])
    assert store.document(long).id == "long"


def test_a_row_that_was_changed_is_found_out_and_mended(place: Place, store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha"), make_addition("beta")])
    place.postgres.run("UPDATE documents SET title = 'Forged' WHERE id = 'alpha'", place.name)
    place.postgres.run("UPDATE words SET body = 'forged' WHERE rowid = 4", place.name)
    with closing(place.open(tmp_path / "other")) as other:
        with pytest.raises(StoreError, match=r"is damaged, what it holds of '/briefings/alpha.md'"):
            other.documents()
        assert {problem.name for problem in other.check().problems} >= {"damaged documents", "wrong offsets"}
        with pytest.raises(StoreError, match="is damaged"):
            other.backup(tmp_path / "backup")
        assert [damaged.id for damaged in other.repair(EMBEDDER).damaged] == ["alpha"]
        other.put([make_addition("alpha")])
        assert_whole(other, {"alpha": 1, "beta": 1})


# From one database to the other -------------------------------------------------------------------


def test_a_backup_leads_from_a_file_to_the_server_and_back(store: Store, tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "files")) as in_files:
        in_files.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        in_files.put([make_addition("alpha"), make_addition("gone")])
        in_files.put([make_addition("alpha", 2)])
        in_files.remove(["gone"], forget=True)
        in_files.conversations.begin_exchange("one", "How high?", Filters())
        in_files.conversations.end_exchange("one", 0, answer=make_answer())
        in_files.backup(tmp_path / "first")
    assert store.restore(tmp_path / "first", replace=False) == (1, 3)
    assert_whole(store, {"alpha": 2})
    store.put([make_addition("beta")])
    store.backup(tmp_path / "second")
    with closing(Store.open(tmp_path / "again")) as again:
        again.restore(tmp_path / "second", replace=False)
        assert_whole(again, {"alpha": 2, "beta": 1})
        assert len(again.history("alpha")) == 2
        assert again.conversations.get("one")[1][0].answer == make_answer()
        # A key is never given twice, also not that of what was forgotten before the backup.
        highest = max(int(passage.chunk_id) for passage in find(again, "tariffs", count=50))
        again.put([make_addition("gamma")])
        assert (
            min(int(p.chunk_id) for p in find(again, word("gamma", 1, 0)) if p.document_id == "gamma")
            > highest
        )


# The lock -----------------------------------------------------------------------------------------


def test_one_holds_the_lock_at_a_time(place: Place) -> None:
    first, second = place.lock(), place.lock(0.2)
    with first.hold(), first.hold():
        began = time.monotonic()
        busy = r"in use for more than 0.2 s: .* raise lock_timeout_s"
        with pytest.raises(StoreBusyError, match=busy), second.hold():
            pass
        assert 0.1 < time.monotonic() - began < 10
        with pytest.raises(StoreBusyError), second.hold(timeout_s=0):
            pass
    with second.hold(), pytest.raises(StoreBusyError), first.hold(timeout_s=0):
        pass
    with first.hold(timeout_s=0):
        pass


def test_readers_share_the_lock_and_wait_behind_a_writer(place: Place) -> None:
    check_sharing(place.lock(), place.lock())


def test_who_waits_for_the_lock_gets_it(place: Place) -> None:
    first, second = place.lock(), place.lock()
    held = threading.Event()

    def wait() -> None:
        with second.hold():
            held.set()

    with first.hold():
        thread = threading.Thread(target=wait)
        thread.start()
        assert not held.wait(0.3)
    assert held.wait(20)
    thread.join(20)


def test_who_finds_the_same_tables_has_the_same_lock(place: Place) -> None:
    """Whatever else is first on the way there."""
    place.postgres.run("CREATE SCHEMA IF NOT EXISTS own", place.name)
    elsewhere = place.lock(0.2)
    place.url += "&options=-csearch_path%3Down,public"
    with place.lock().hold(), pytest.raises(StoreBusyError), elsewhere.hold():
        pass


def _hold_for_ever(url: str, result: Connection) -> None:
    engine = catalogue_server.connect(DatabaseAddress(url), timeout_s=10)
    with AdvisoryLock(engine, 10).hold():
        result.send("held")
        signal.pause()


def test_the_lock_of_a_process_that_died_is_free(place: Place) -> None:
    receiver, sender = processes.Pipe(duplex=False)
    child = processes.Process(target=_hold_for_ever, args=(place.url, sender))
    child.start()
    assert receiver.poll(60)
    assert receiver.recv() == "held"
    with pytest.raises(StoreBusyError), place.lock(0.2).hold():
        pass
    child.kill()
    child.join(20)
    with place.lock().hold():
        pass


def test_the_server_clears_away_beside_others(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put([make_addition("alpha")])
    vacuum = catalogue_server.vacuum

    def look(engine: sa.Engine) -> None:
        with place.lock().hold(timeout_s=0):
            vacuum(engine)

    monkeypatch.setattr(catalogue_server, "vacuum", look)
    store.compact()
    assert_whole(store, {"alpha": 1})


def _end_sessions(place: Place, having: str) -> None:
    place.postgres.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{place.name}' AND {having}"
    )


def test_who_has_lost_the_lock_can_not_commit(place: Place, store: Store) -> None:
    store.put([make_addition("alpha")])

    def write() -> None:
        with store.connection.writing(), store.connection.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM vectors"))
            _end_sessions(place, "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')")

    with pytest.raises(StoreError, match="can't be reached"):
        write()
    assert_whole(store, {"alpha": 1})


def test_a_server_that_was_started_anew_is_connected_to_again(place: Place, store: Store) -> None:
    store.put([make_addition("alpha")])
    _end_sessions(place, "true")
    assert_whole(store, {"alpha": 1})

    def read() -> None:
        with store.connection.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
            _end_sessions(place, "true")
            connection.execute(sa.text("SELECT 1"))

    with pytest.raises(
        StoreError, match=r"the PostgreSQL server of .* can't be reached .*: check database_url"
    ):
        read()
    store.put([make_addition("beta")])
    assert_whole(store, {"alpha": 1, "beta": 1})


# A pooler -----------------------------------------------------------------------------------------


@pytest.fixture
def make_pooler(postgres_server: "PostgresServer") -> Iterator[Callable[..., "Pooler"]]:
    from tests.support.postgres import Pooler

    if Pooler.program() is None:
        if os.environ.get("QA_REQUIRE_POSTGRESQL") == "1":
            pytest.fail("no PgBouncer, which this run requires: install pgbouncer")
        pytest.skip("no PgBouncer: install pgbouncer")
    made: list[Pooler] = []

    def make(mode: str, **options: bool) -> Pooler:
        made.append(Pooler(postgres_server, mode, **options))
        return made[-1]

    yield make
    for pooler in made:
        pooler.remove()


@pytest.mark.parametrize("drops_options", [False, True])
def test_through_a_pooler_that_deals_out_transactions(
    place: Place, make_pooler: Callable[..., "Pooler"], tmp_path: Path, drops_options: bool
) -> None:
    """It is as without: one holds the lock over several transactions, and all of them see one state each."""
    place.url = make_pooler("transaction", drops_options=drops_options).url(place.name)
    with closing(place.open(tmp_path / "one")) as one, closing(place.open(tmp_path / "two")) as two:
        one.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        two.bind_model(EMBEDDER.name, EMBEDDER.dimension)

        def write(store: Store, name: str) -> None:
            for version in range(1, 4):
                store.put([make_addition(name, version)])
                assert find(store, word(name, version, 1))[0].document_id == name

        threads = [
            threading.Thread(target=write, args=(store, f"{host}{number}"))
            for host, store in (("one", one), ("two", two))
            for number in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        expected = {f"{host}{number}": 3 for host in ("one", "two") for number in range(2)}
        assert_whole(one, expected)
        assert_whole(two, expected)
    check_sharing(place.lock(), place.lock())


def test_a_pooler_that_does_not_do_is_told(
    place: Place, make_pooler: Callable[..., "Pooler"], tmp_path: Path
) -> None:
    by_statements = make_pooler("statement").url(place.name)
    with pytest.raises(
        StoreError, match="knows no transactions: set its pool_mode to transaction or session"
    ):
        place.open(tmp_path / "store", url=by_statements)
    for drops_options in (False, True):
        url = make_pooler("session", drops_options=drops_options).url(place.name)
        with pytest.raises(StoreError, match=r"does not pass on the `options` .*ALTER ROLE") as caught:
            place.open(tmp_path / "store", url=f"{url}&options=-csearch_path%3Ddesk")
        assert "\n" not in str(caught.value)
        place.open(tmp_path / "store", url=url).close()


# What can go wrong --------------------------------------------------------------------------------


def test_what_is_no_catalogue_of_ours_is_refused(
    place: Place, postgres_server: "PostgresServer", tmp_path: Path
) -> None:
    other = postgres_server.create()
    postgres_server.run("CREATE TABLE documents (id integer)", other)
    newer = postgres_server.create()
    postgres_server.run(
        "CREATE TABLE briefing_desk_version (version_num text); "
        f"INSERT INTO briefing_desk_version VALUES ('{SCHEMA_VERSION + 1}')",
        newer,
    )
    postgres_server.run(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE 'C' LOCALE_PROVIDER libc"
    )
    for url, reason in (
        (postgres_server.url(other), r"has a table 'documents' of another program: name an empty one"),
        (
            postgres_server.url(newer),
            rf"newer Briefing Desk \(format {SCHEMA_VERSION + 1}, this one reads {SCHEMA_VERSION}\): upgrade",
        ),
        (postgres_server.url("latin"), r"holds texts as LATIN1: make one with `createdb --encoding UTF8`"),
        (postgres_server.url("missing"), r'has no such database .*"missing" does not exist.*createdb'),
        ("postgresql://ann:hunter2@127.0.0.1:1/desk", r"server of 127.0.0.1:1/desk can't be reached"),
        (postgres_server.url("postgres", user="ann"), r'role "ann" does not exist'),
    ):
        with pytest.raises(StoreError, match=reason) as caught:
            place.open(tmp_path / "store", url=url)
        assert "\n" not in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_what_a_catalogue_on_a_server_needs(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="set chroma_url too"):
        Store.open(tmp_path / "store", database=DatabaseAddress(place.url))
    Store.open(tmp_path / "files").close()
    with pytest.raises(StoreError, match=r"has a catalogue of its own .*: name another folder with --store"):
        place.open(tmp_path / "files")
    monkeypatch.setattr(catalogue_server, "find_spec", lambda name: None if name == "alembic" else name)
    with pytest.raises(ConfigError, match=r"pip install 'briefing-desk\[postgres\]'"):
        place.open(tmp_path / "store")


def test_who_may_only_read_reads(place: Place, store: Store, tmp_path: Path) -> None:
    store.put([make_addition("alpha")])
    place.postgres.run(
        "DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        place.name,
    )
    with closing(place.open(tmp_path / "other", url=place.postgres.url(place.name, "reader"))) as other:
        assert other.read_only
        assert find(other, word("alpha", 1, 1))[0].lexical_score == 1.0
        with pytest.raises(StoreError, match="is read-only"):
            other.put([make_addition("beta")])


def test_an_assistant_works_on_it(place: Place, tmp_path: Path, loaded_once: None) -> None:
    settings = Settings(store=tmp_path / "desk", chroma_url=place.vectors, database_url=place.url)
    (tmp_path / "levy.md").write_text("# Levies\n\nThe clove levy is 17 percent of the value.\n")
    with Assistant.open(settings=settings) as assistant:
        assert [*map(len, (assistant.add(tmp_path / "levy.md").added,))] == [1]
        assert "17 percent" in assistant.ask("How high is the clove levy?").text
    elsewhere = replace(settings, store=tmp_path / "host")
    with Assistant.open(settings=elsewhere) as assistant:
        assert "17 percent" in assistant.ask("How high is the clove levy?").text
