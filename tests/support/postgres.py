"""A real PostgreSQL server in a temporary folder, once a session, as a plugin of pytest; and stores on it.

It listens on a socket in its folder alone. PostgreSQL does not run as root: then it is started as the user
that Debian's package makes.
"""

import itertools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa.store import DatabaseAddress, ServerAddress, Store, catalogue_server
from qa.store.catalogue_schema import own_tables
from qa.store.lock import AdvisoryLock
from tests.support.kept_process import KeptProcess

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.chroma import ChromaServer

__all__ = [
    "Pooler",
    "PostgresServer",
    "StoredAt",
    "catalogue",
    "everywhere",
    "postgres_server",
    "programs",
    "stored_at",
]

_START_S = 60
_USER = "postgres"
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
_TABLES = ", ".join([table.name for table in own_tables()] + ["words", "past_words"])


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    return folders[-1] if folders else Path(found).resolve().parent if found else None


class PostgresServer:
    """A cluster of its own; `create` makes a database. It can be stopped and started again.

    `prefix` goes before the command that runs it, `network` is an address that it listens to and whose
    neighbours it lets in.
    """

    def __init__(self, programs: Path, *, prefix: tuple[str, ...] = (), network: str = "") -> None:
        self.programs = programs
        self._prefix = prefix
        self._network = network
        self.as_user: dict[str, Any] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="qa-postgres-", dir="/tmp"))  # a socket's path is short
        if os.geteuid() == 0:
            entry = pwd.getpwnam(_USER)
            self.as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._numbers = itertools.count()
        self._unused: list[str] = []
        self._process: KeptProcess | None = None

    def make(self) -> None:
        """Make the cluster, whose language orders texts otherwise than their characters do."""
        subprocess.run(
            [
                self.programs / "initdb", "--pgdata", self.folder / "data", "--username", _USER,
                "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
                "--locale-provider", "icu", "--icu-locale", "en",
            ],
            check=True, capture_output=True, cwd=self.folder, **self.as_user,
        )  # fmt: skip
        if self._network:
            with (self.folder / "data" / "pg_hba.conf").open("a") as rights:
                rights.write(f"host all all {self._network}/16 trust\n")

    def start(self) -> None:
        options = [argument for option in _FAST for argument in ("-c", option)]
        command = [
            self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder,
            "-c", f"listen_addresses={self._network}", *options,
        ]  # fmt: skip
        self._process = KeptProcess(
            command,
            self.folder / "log",
            prefix=self._prefix,
            stop_signal=signal.SIGQUIT,  # without writing out what is thrown away anyhow
            user=self.as_user,
        )
        until = time.monotonic() + _START_S
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder], check=False).returncode:
            if time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = _USER) -> str:
        """What a user would set."""
        if self._network:
            return f"postgresql+psycopg://{user}@{self._network}/{database}"
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as it stands; its rows."""
        import psycopg

        address = f"host={self.folder} user={_USER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def create(self) -> str:
        """The name of a new and empty database."""
        name = f"desk{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def lend(self, vectors_at: str) -> str:
        """The name of a database with an empty catalogue, which `take_back` empties for the next test."""
        name = self._unused.pop() if self._unused else self.create()
        if not self.run("SELECT to_regclass('meta')", name)[0][0]:
            _make_tables(DatabaseAddress(self.url(name)))
        self.run(
            f"TRUNCATE {_TABLES} RESTART IDENTITY; INSERT INTO meta VALUES ('generation', '0'), "
            f"('store_id', '{secrets.token_hex(8)}'), ('vectors_at', '{vectors_at}')",
            name,
        )
        return name

    def take_back(self, name: str) -> None:
        """What is still connected to it is not any more."""
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self._unused.append(name)


class Pooler:
    """PgBouncer before a server, of which it takes as many connections as are needed."""

    def __init__(self, server: PostgresServer, mode: str, *, drops_options: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qa-pooler-", dir="/tmp"))
        user = server.as_user
        if user:
            os.chown(self.folder, user["user"], user["group"])
        settings = {
            "listen_addr": "", "listen_port": 6432, "unix_socket_dir": self.folder, "auth_type": "any",
            "pool_mode": mode, "default_pool_size": 40, "max_client_conn": 100,
        } | ({"ignore_startup_parameters": "options"} if drops_options else {})  # fmt: skip
        config = self.folder / "pooler.ini"
        config.write_text(
            f"[databases]\n* = host={server.folder} user={_USER}\n[pgbouncer]\n"
            + "".join(f"{name} = {value}\n" for name, value in settings.items())
        )
        self._process = KeptProcess([self.program(), config], self.folder / "log", user=user)
        until = time.monotonic() + _START_S
        ready = [str(server.programs / "pg_isready"), "-q", "-h", str(self.folder), "-p", "6432"]
        while subprocess.run(ready, check=False).returncode:
            if time.monotonic() > until:
                pytest.fail(f"PgBouncer did not start:\n{(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.02)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self.folder}&port=6432"

    @staticmethod
    def program() -> str | None:
        """Where PgBouncer is, which Debian puts where not everybody's PATH leads."""
        return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

    def remove(self) -> None:
        self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _make_tables(address: DatabaseAddress) -> None:
    engine = catalogue_server.connect(address, timeout_s=10)
    lock = AdvisoryLock(engine, 10)
    catalogue_server.prepare(engine, lock, address, vectors_at="nowhere")
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests, each with databases of its own."""
    found = programs()
    if found is None:
        if os.environ.get("QA_REQUIRE_POSTGRESQL") == "1":
            pytest.fail("no PostgreSQL, which this run requires: install postgresql")
        pytest.skip("no PostgreSQL: install postgresql")
    server = PostgresServer(found)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.remove()


@dataclass(frozen=True, slots=True)
class StoredAt:
    """Where stores are kept: Chroma's address, None for vectors in files; and the server, None for a file."""

    vectors: str | None
    postgres: PostgresServer | None


@pytest.fixture(params=["embedded", "server", "postgresql"])
def stored_at(request: pytest.FixtureRequest) -> StoredAt:
    """All in files, vectors on a server, or all on servers. A test that asks is run with each."""
    if request.param == "embedded":
        return StoredAt(None, None)
    server: ChromaServer = request.getfixturevalue("chroma_server")
    on_server = request.param == "postgresql"
    return StoredAt(server.url, request.getfixturevalue("postgres_server") if on_server else None)


@pytest.fixture
def everywhere(stored_at: StoredAt, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every store that a test opens is kept in one of these ways after the other."""
    with _keep_stores_at(stored_at, monkeypatch):
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The catalogue in a file or on a server: every store that a test opens is kept there."""
    place = StoredAt(None, None)
    if request.param == "postgresql":
        url = request.getfixturevalue("chroma_server").url
        place = StoredAt(url, request.getfixturevalue("postgres_server"))
    with _keep_stores_at(place, monkeypatch):
        yield str(request.param)


@contextmanager
def _keep_stores_at(place: StoredAt, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every store that is opened be kept there, that of each folder in a database of its own."""
    if place.vectors is None:
        yield
        return
    plain = Store.open
    server = ServerAddress(url=place.vectors)
    databases: dict[Path, DatabaseAddress] = {}

    def open_there(path: Path, *, lock_timeout_s: float = 60.0) -> Store:
        database = None
        if place.postgres is not None:
            folder = path.resolve()
            if folder not in databases:
                name = place.postgres.lend(place.vectors or "")
                databases[folder] = DatabaseAddress(place.postgres.url(name))
            database = databases[folder]
        return plain(path, lock_timeout_s=lock_timeout_s, server=server, database=database)

    patch.setattr(Store, "open", open_there)
    yield
    for address in databases.values():
        assert place.postgres is not None
        place.postgres.take_back(str(address.parsed.database))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What tests the catalogue's file has nothing to look for on a server."""
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        on_server = "postgresql" in getattr(getattr(item, "callspec", None), "params", {}).values()
        (dropped if on_server and item.get_closest_marker("of_a_file") else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
