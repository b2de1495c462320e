"""The catalogue on a PostgreSQL server: opened, made, moved forward, and what goes wrong there in words."""

import secrets
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qa.errors import ConfigError, StoreBusyError, StoreError
from qa.store.catalogue_file import SCHEMA_VERSION, newer_format_error
from qa.store.catalogue_schema import meta, own_tables
from qa.store.lock import AdvisoryLock
from qa.store.postgres_words import word_tables
from qa.text.redaction import redact, secrets_in_address

__all__ = [
    "VERSION_TABLE",
    "DatabaseAddress",
    "connect",
    "is_read_only",
    "prepare",
    "server_bytes",
    "vacuum",
]

VERSION_TABLE = "briefing_desk_version"  # where Alembic notes the format
_MIGRATIONS = Path(__file__).with_name("migrations")
_MIN_SERVER = 14  # from here on a server notices that a client which waits is gone
_CONNECT_TIMEOUT_S = 10
_READERS = 15  # connections of a process; each search takes two, one of them for the lock
# Either side notices in half a minute that the other has vanished, and the lock that it held is free: by the
# first three where nothing is being sent, by the last (milliseconds) where something is.
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_USER_TIMEOUT = {"tcp_user_timeout": 25_000}
_SESSION = " ".join(
    f"-c {name}={value}"
    for name, value in {**{f"tcp_{n}": v for n, v in _KEEPALIVES.items()}, **_USER_TIMEOUT}.items()
)
_LOCK_TIMED_OUT = "55P03"
_NOT_PASSED_ON = "unsupported startup parameter"  # PgBouncer, of `options`
_NO_OPTIONS = (
    "the pooler before the PostgreSQL server of {address} does not pass on the `options` of database_url: "
    "leave them out and give them to the role (ALTER ROLE ... SET search_path = ...)"
)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A PostgreSQL database as `database_url` names it; as text without secrets."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        url = self.parsed
        port = f":{url.port}" if url.port else ""
        return f"{url.host or url.query.get('host', 'localhost')}{port}/{url.database}"

    @property
    def parsed(self) -> sa.URL:
        """For SQLAlchemy, with the driver that we use."""
        return sa.make_url(self.url).set(drivername="postgresql+psycopg")

    @property
    def secrets(self) -> set[str]:
        """What no message may show."""
        return secrets_in_address(self.url)


def connect(address: DatabaseAddress, *, timeout_s: float) -> sa.Engine:
    """An engine whose transactions each see one state of the catalogue throughout, as SQLite's do.

    That is what REPEATABLE READ gives: with READ COMMITTED every statement would see another state, and an
    answer would be put together from several. Writers hold the store's lock, so none fails over another's
    changes; one that has lost the lock unnoticed does, and is told. `timeout_s` is how long a thread waits
    for one of this process's connections.

    Raises:
        ConfigError: What the extra `postgres` brings is not installed.
    """
    if not (find_spec("psycopg") and find_spec("alembic")):
        raise ConfigError(
            "database_url needs psycopg and Alembic: run `pip install 'briefing-desk[postgres]'`"
        )
    url = address.parsed
    engine = sa.create_engine(
        url.difference_update_query(["options"]),
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=_READERS - 5,
        pool_timeout=timeout_s,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "briefing-desk",
            **_KEEPALIVES,
            **_USER_TIMEOUT,
        },
    )
    _adapt_connections(engine, address)

    @sa.event.listens_for(engine, "handle_error")
    def translate(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        is_ours = isinstance(context.sqlalchemy_exception, DBAPIError)
        if is_ours and not context.is_pre_ping and getattr(error, "sqlstate", None) != _LOCK_TIMED_OUT:
            raise (_pooler_failure(error, address) or _failure(error, address)) from error

    return engine


def _adapt_connections(engine: sa.Engine, address: DatabaseAddress) -> None:
    """Have each new connection be as we need it, to the server itself or to a pooler before it."""
    own_options = str(address.parsed.query.get("options", ""))

    @sa.event.listens_for(engine, "do_connect")
    def open_connection(dialect: Any, _: object, arguments: Any, named: dict[str, Any]) -> Any:
        options = f"{_SESSION} {own_options}".strip()
        try:
            return dialect.connect(*arguments, options=options, **named)
        except dialect.dbapi.OperationalError as error:
            if _NOT_PASSED_ON not in str(error) or own_options:
                raise
            return dialect.connect(*arguments, **named)  # a pooler, which looks after the server's end itself

    @sa.event.listens_for(engine, "connect")
    def adapt(connection: Any, _: object) -> None:
        _replace_nul(connection)
        if _is_pooled(connection):
            if own_options:
                raise StoreError(_NO_OPTIONS.format(address=address))
            connection.prepare_threshold = None  # the next transaction may be on another connection
        elif connection.info.server_version >= _MIN_SERVER * 10_000:
            connection.execute("SET client_connection_check_interval = '5s'")
            connection.commit()


def _is_pooled(connection: Any) -> bool:
    """Whether there is a pooler such as PgBouncer before the server: who answers is not who was called."""
    (process,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    return bool(process != connection.info.backend_pid)


def _replace_nul(connection: Any) -> None:
    """PostgreSQL's texts hold no NUL, which SQLite's do: what a reader typed is kept with a mark instead."""
    from psycopg.types.string import StrDumperUnknown

    class Dumper(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, Dumper)


def _pooler_failure(error: BaseException, address: DatabaseAddress) -> StoreError | None:
    """What a pooler such as PgBouncer does not do, of which the server knows nothing."""
    if _NOT_PASSED_ON in str(error):
        return StoreError(_NO_OPTIONS.format(address=address))
    if "statement pooling mode" in str(error):
        return StoreError(
            f"the pooler before the PostgreSQL server of {address} knows no transactions: set its pool_mode "
            "to transaction or session"
        )
    return None


def _failure(error: BaseException, address: DatabaseAddress) -> StoreError:
    """What psycopg raised, without the secrets that it may repeat."""
    lines = redact(str(error), address.secrets).strip().splitlines()
    said = lines[0].strip()[:200] if lines else type(error).__name__
    state = getattr(error, "sqlstate", None) or ""
    server = f"the PostgreSQL server of {address}"
    if state in ("28000", "28P01") or "authentication failed" in said or "no pg_hba.conf entry" in said:
        return StoreError(
            f"{server} does not let you in ({said}): check the name and password in database_url"
        )
    if state == "3D000" or ("database" in said and "does not exist" in said):
        return StoreError(
            f"{server} has no such database ({said}): make it with `createdb`, or check database_url"
        )
    if state == "53300" or "too many" in said or "connection slots" in said:
        return StoreBusyError(
            f"{server} has no connection left ({said}): try again, or raise its max_connections"
        )
    if state.startswith("53"):
        return StoreError(f"{server} has no room left ({said}): free some there and run the command again")
    if state in ("40001", "40P01"):
        return StoreBusyError(f"{server} was written to by another at this moment: try again")
    if state == "25006":
        return StoreError(f"{server} is read-only: name one that can be written in database_url")
    if state == "42501":
        return StoreError(
            f"{server} does not allow it ({said}): have the rights given to the user in database_url"
        )
    if state.startswith(("08", "57P")) or not state:
        return StoreError(f"{server} can't be reached ({said}): check database_url and that it runs")
    return StoreError(f"{server} failed ({said}): see its log, and run `qa check`")


def prepare(engine: sa.Engine, lock: AdvisoryLock, address: DatabaseAddress, *, vectors_at: str) -> None:
    """Bring the database to today's format; an empty one gets a catalogue, with its vectors at this place.

    Raises:
        StoreError: The server or the catalogue is too old or too new, or the database is another program's.
    """
    with engine.connect() as connection:
        _require_fit_database(connection, address)
        if _version(connection, address) == SCHEMA_VERSION:
            return
    with lock.hold(), engine.begin() as connection:
        version = _version(connection, address)
        if version == SCHEMA_VERSION:
            return
        _migrate(connection)
        if version == 0:
            rows = [
                {"name": "generation", "value": "0"},
                {"name": "store_id", "value": secrets.token_hex(8)},
                {"name": "vectors_at", "value": vectors_at},
            ]
            connection.execute(sa.insert(meta), rows)


def _require_fit_database(connection: sa.Connection, address: DatabaseAddress) -> None:
    version = int((connection.dialect.server_version_info or (0,))[0])
    if version < _MIN_SERVER:
        raise StoreError(
            f"the PostgreSQL server of {address} has the version {version}, and {_MIN_SERVER} or newer is "
            "needed: update it"
        )
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(
            f"the database {address} holds texts as {encoding}: make one with `createdb --encoding UTF8`"
        )


def _version(connection: sa.Connection, address: DatabaseAddress) -> int:
    """The catalogue's format; 0 where there is none yet."""
    there = sa.inspect(connection)
    if not there.has_table(VERSION_TABLE):
        names = [table.name for table in (*own_tables(), *word_tables().sorted_tables)]
        others = [name for name in names if there.has_table(name)]
        if others:
            raise StoreError(
                f"the database {address} has a table {others[0]!r} of another program: name an empty one in "
                "database_url"
            )
        return 0
    noted = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    version = int(noted) if noted and noted.isdecimal() else 0
    if version > SCHEMA_VERSION:
        raise newer_format_error(f"the database {address}", version)
    return version


def _migrate(connection: sa.Connection) -> None:
    """All migrations that are still to be done, in this transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, "head")


def is_read_only(engine: sa.Engine) -> bool:
    """Whether the server is a copy of another, or its user may only read."""
    query = sa.text(
        "SELECT current_setting('transaction_read_only') = 'on' "
        "OR NOT has_table_privilege(current_user, to_regclass('meta'), 'INSERT')"
    )
    with engine.connect() as connection:
        return bool(connection.execute(query).scalar())


def server_bytes(engine: sa.Engine) -> int:
    """What the catalogue takes on the server's disk."""
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())


def vacuum(engine: sa.Engine) -> None:
    """Let the room of rows that are gone be used again; to give it to the disk would keep all waiting."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
