"""The store that the settings name, whole or to look at its documents alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qa.config import Settings

if TYPE_CHECKING:
    from qa.store import DocumentReader, Store

__all__ = ["open_documents", "open_store"]


def open_store(settings: Settings) -> "Store":
    """Open or create it; see `Store.open`."""
    from qa.store import Store

    return Store.open(settings.store, **_places(settings))


@contextmanager
def open_documents(settings: Settings) -> Iterator["DocumentReader"]:
    """Its documents, closed at the end, without what adding and searching take: a third of the time.

    Raises:
        StoreError: As `Store.open`.
    """
    from qa.store import DocumentReader
    from qa.store.store_opening import open_connection

    connection = open_connection(settings.store, **_places(settings))
    try:
        yield DocumentReader(connection)
    finally:
        connection.close()


def _places(settings: Settings) -> dict[str, Any]:
    """How long to wait for the lock, and the servers, as `open_connection` takes them."""
    places: dict[str, Any] = {"lock_timeout_s": settings.lock_timeout_s, "server": None, "database": None}
    if settings.chroma_url is not None:
        from qa.store.chroma_server import ServerAddress

        places["server"] = ServerAddress(
            url=settings.chroma_url,
            tenant=settings.chroma_tenant,
            database=settings.chroma_database,
            api_key=settings.chroma_api_key,
        )
    if settings.database_url:
        from qa.store.catalogue_server import DatabaseAddress

        places["database"] = DatabaseAddress(settings.database_url)
    return places
