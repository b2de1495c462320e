"""Which embedding model works with a store."""

import sqlalchemy as sa

from qa.errors import StaleIndexError
from qa.store import catalogue_meta
from qa.store.store_connection import StoreConnection
from qa.store.store_errors import translate_errors

__all__ = ["ModelBinding"]


class ModelBinding:
    """The embedding model of this process, held against the one that the stored vectors come from."""

    def __init__(self, store: StoreConnection) -> None:
        self._store = store
        self._model: tuple[str, int] | None = None

    def bind_model(self, name: str, dimension: int) -> None:
        """Note or check which embedding model the vectors come from.

        Raises:
            StaleIndexError: It is another one.
        """
        self._model = (name, dimension)
        store = self._store
        with translate_errors(store.files.path):
            with store.engine.begin() as connection:
                if self.require_model(connection) or store.files.read_only:
                    return
            with store.lock.hold(), store.engine.begin() as connection:
                if not self.require_model(connection):
                    catalogue_meta.set_embedding_model(connection, name, dimension)

    def replace_model(self, name: str, dimension: int) -> None:
        """Work with this model from now on: the vectors are about to be made anew."""
        self._model = (name, dimension)

    def require_model(self, connection: sa.Connection) -> bool:
        """Whether a model is noted.

        Raises:
            StaleIndexError: Another one than the one bound.
        """
        stored = catalogue_meta.embedding_model(connection)
        if stored is not None and self._model is not None and stored != self._model:
            raise StaleIndexError(
                f"the store {self._store.files.path} was indexed with the embedding model {stored[0]} "
                f"({stored[1]} dimensions), not {self._model[0]} ({self._model[1]}): set embedding_model "
                "back, or run `qa check --repair` to index it anew"
            )
        return stored is not None
