"""Chroma as a server, a user's own or Chroma Cloud."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from qa.errors import QAError
from qa.store.hnsw_settings import HNSW_CONFIGURATION
from qa.store.store_errors import ServerError, server_failure
from qa.text.redaction import redact, secrets_in_address

__all__ = ["ServerAddress", "ServerVectors"]

_TENANT, _DATABASE = "default_tenant", "default_database"
_MIN_VERSION = 1  # version of the server's interface; those before lack what collections are made with
_PAGE = 5000
_BATCH = 1000  # vectors: below the 40 MB that a server takes in one request, whatever their dimension
# Chroma Cloud's quotas; its `get_max_batch_size` says more (chroma-core/chroma issue 5453).
_CLOUD, _CLOUD_PAGE = "trychroma.com", 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A Chroma server and what it needs to let someone in; as text without secrets.

    Attributes:
        url: With http or https; a name and password in it are sent as basic authentication, a path goes
            before the interface's own.
        tenant: None is the server's default, or with a key and no database the one that the key is for.
        database: As the tenant.
        api_key: Sent as Chroma Cloud wants it.
        timeout_s: How long to wait for any one answer.
    """

    url: str = field(repr=False)
    tenant: str | None = None
    database: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0

    def __str__(self) -> str:
        address = urlsplit(self.url)
        return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path.rstrip('/')}"

    @property
    def secrets(self) -> set[str]:
        """What no message may show, whatever the server sends back."""
        return secrets_in_address(self.url) | ({self.api_key} if self.api_key else set())

    @property
    def is_cloud(self) -> bool:
        """Whether Chroma Cloud's quotas hold."""
        return f".{urlsplit(self.url).hostname}".endswith(f".{_CLOUD}")

    def require_answer(self, timeout_s: float) -> None:
        """Ask the server whether it is there, by a connection of its own; needs no lock.

        Raises:
            ServerError: It did not say so in that time.
        """
        import httpx

        try:
            httpx.get(f"{self}/api/v2/heartbeat", headers=self.headers, timeout=timeout_s).raise_for_status()
        except httpx.HTTPError as error:
            raise server_failure(
                error,
                str(self),
                tenant=self.tenant or _TENANT,
                database=self.database or _DATABASE,
                has_key=self.api_key is not None,
                timeout_s=timeout_s,
                secrets=self.secrets,
            ) from error

    @property
    def headers(self) -> dict[str, str]:
        """What goes along with every request."""
        headers = {} if self.api_key is None else {"x-chroma-token": self.api_key}
        address = urlsplit(self.url)
        if address.username is not None:
            pair = f"{unquote(address.username)}:{unquote(address.password or '')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return headers


class ServerVectors:
    """A collection on a server.

    It is made for a store that has never been written to; where a later one finds none, its vectors are
    lost. All clients of a server see the same: a new generation only means that the collection may have
    been made anew.
    """

    def __init__(self, address: ServerAddress, name: str) -> None:
        self._address = address
        self._name = name
        self._tenant = address.tenant or _TENANT
        self._database = address.database or _DATABASE
        self._system: Any = None
        self._server: Any = None
        self._collection: Any = None
        self._generation: int | None = None
        self._opening = threading.Lock()
        self.max_ids = _CLOUD_PAGE if address.is_cloud else _PAGE
        self.max_vectors = _CLOUD_PAGE if address.is_cloud else _BATCH
        self.max_results = _CLOUD_PAGE if address.is_cloud else None

    @property
    def collection(self) -> Any:
        """Chroma's collection."""
        if self._collection is None:
            raise RuntimeError("the vectors are used before `refresh`")
        return self._collection

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """For calls of Chroma alone: whatever is raised inside is taken for the server's failure."""
        try:
            yield
        except QAError:
            raise
        except Exception as error:
            raise server_failure(
                error,
                str(self._address),
                tenant=self._tenant,
                database=self._database,
                has_key=self._address.api_key is not None,
                timeout_s=self._address.timeout_s,
                secrets=self._address.secrets,
            ) from error

    def refresh(self, generation: int) -> None:
        """Make sure of a connection, and of the collection where another may have made it anew."""
        with self._opening:  # by several threads that search
            if self._collection is not None and self._generation == generation:
                return
            with self.translate_errors():
                self._connect()
                self._collection = self._create_collection() if generation == 0 else self._find_collection()
            self._generation = generation

    def mark_written(self, generation: int) -> None:
        """Note that this process itself made the write that `generation` stands for."""
        self._generation = generation

    def invalidate(self) -> None:
        """Look for the collection again before the next use."""
        self._generation = None

    def require_answer(self, timeout_s: float) -> None:
        """See `ServerAddress.require_answer`."""
        self._address.require_answer(timeout_s)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._server is not None

    def close(self) -> None:
        """Let go of the connections."""
        system, server = self._system, self._server
        self._system = self._server = self._collection = self._generation = None
        if system is not None:
            system.stop()
        if server is not None:
            server._session.close()  # Chroma 1.5.9 leaves that to the garbage collector

    def clear(self, generation: int) -> None:
        """Delete the collection and make it anew."""
        from chromadb.errors import NotFoundError

        with self.translate_errors():
            self._connect()
            with suppress(NotFoundError):
                self._server.delete_collection(self._name, self._tenant, self._database)
            self._collection = self._create_collection()
        self._generation = generation

    def _connect(self) -> None:
        """Not by `chromadb.HttpClient`, which has no time-out and lets its first requests wait for ever."""
        if self._server is not None:
            return
        from chromadb.api import ServerAPI
        from chromadb.config import Settings, System

        is_encrypted = str(self._address).startswith("https:")
        self._system = System(
            Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=str(self._address),
                chroma_server_http_port=0,  # the address has it
                chroma_server_ssl_enabled=is_encrypted,
                # Without encryption there is no certificate to check, and loading those of all authorities
                # takes most of the time of connecting.
                chroma_server_ssl_verify=None if is_encrypted else False,
                chroma_server_headers=self._address.headers,
            )
        )
        try:
            self._server = self._system.instance(ServerAPI)
            self._server._session.timeout = self._address.timeout_s
            self._system.start()
            self._handshake()
        except BaseException:
            self.close()
            raise

    def _handshake(self) -> None:
        """Check what a server can be asked before there is a collection, and learn its limits."""
        version = str(self._server.get_version())
        if not version.split(".")[0].isdecimal() or int(version.split(".")[0]) < _MIN_VERSION:
            shown = redact(version, self._address.secrets)[:20]
            raise ServerError(
                f"the Chroma server {self._address} speaks version {shown} of its interface, and "
                f"{_MIN_VERSION} or newer is needed: update it"
            )
        if self._address.api_key and not (self._address.tenant or self._address.database):
            identity = self._server.get_user_identity()
            self._tenant = identity.tenant or self._tenant
            if len(identity.databases or ()) == 1:
                self._database = identity.databases[0]
        self._server.get_tenant(self._tenant)
        self._server.get_database(self._database, self._tenant)
        limit = int(self._server.get_max_batch_size())
        self.max_ids = min(self.max_ids, limit)
        self.max_vectors = min(self.max_vectors, limit)

    def _create_collection(self) -> Any:
        model = self._server.create_collection(
            self._name,
            configuration=HNSW_CONFIGURATION,
            get_or_create=True,
            tenant=self._tenant,
            database=self._database,
        )
        return self._wrap(model)

    def _find_collection(self) -> Any:
        return self._wrap(self._server.get_collection(self._name, self._tenant, self._database))

    def _wrap(self, model: Any) -> Any:
        import chromadb

        return chromadb.Collection(client=self._server, model=model, embedding_function=None)
