"""The tokens of the word index: what FTS5 makes of texts, in a database of its own in memory."""

import threading
from collections.abc import Sequence

import sqlalchemy as sa

from qa.store.catalogue_schema import create_word_index

__all__ = ["WORD_PLACES", "Tokenizer"]

# FTS5's view of where each stem stands: in order of stems, then of rows, then of offsets.
WORD_PLACES = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_places USING fts5vocab(main, words, instance)"


class Tokenizer:
    """Texts to the stems that the word index keeps, lower case and without diacritics; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        engine = sa.create_engine(
            "sqlite://", poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
        )
        self._connection = engine.connect()
        self._connection.exec_driver_sql("PRAGMA trusted_schema = OFF")
        create_word_index(self._connection)
        self._connection.exec_driver_sql(WORD_PLACES)
        self._connection.commit()

    def tokens(self, texts: Sequence[str]) -> list[list[str]]:
        """The stems of each text, in order."""
        if not texts:
            return []
        with self._lock:
            self._connection.exec_driver_sql(
                "INSERT INTO words (rowid, body) VALUES (?, ?)", list(enumerate(texts))
            )
            rows = self._connection.exec_driver_sql('SELECT doc, "offset", term FROM temp.word_places').all()
            self._connection.rollback()
        found: list[list[str]] = [[] for _ in texts]
        for number, _, term in sorted(map(tuple, rows)):
            found[number].append(term)
        return found
