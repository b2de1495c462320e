"""The words of the word index: its stems, and the passages that hold a phrase or a stem.

The word index keeps Porter stems ("agricultur"), not words; words are found in the passages themselves.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from qa.store import catalogue_meta, postgres_words
from qa.store.dialect import is_postgresql
from qa.store.store_connection import StoreConnection
from qa.store.word_tokens import WORD_PLACES, Tokenizer

__all__ = [
    "Stemmer",
    "VocabularyReader",
    "phrases_present",
    "stem_counts",
    "texts_with_phrase",
    "texts_with_stem",
]

# SQLite's view of the word index, in each connection's own temporary schema: the catalogue stays as it is,
# and one opened for reading only can be asked too. "row" counts each stem's passages.
_STEMS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_stems USING fts5vocab(main, words, row)"

_PHRASE_CHUNKS = 2000  # chunks with a phrase, of which the earliest in their documents are taken

# CROSS JOIN keeps SQLite to this order: the few rows found first, never all documents.
_READY = "CROSS JOIN chunks c ON c.key = {key} CROSS JOIN documents d ON d.key = c.document_key"


def stem_counts(connection: sa.Connection) -> dict[str, int]:
    """Every stem and how many chunks hold it; chunks of versions that are not ready are counted too.

    Goes through the whole word index: 20 ms at 2,000 passages, 0.3 s at 100,000.
    """
    if is_postgresql(connection):
        return postgres_words.stem_counts(connection)
    connection.exec_driver_sql(_STEMS)
    rows = connection.exec_driver_sql("SELECT term, doc FROM temp.word_stems")
    return {term: int(count) for term, count in rows}


def phrases_present(connection: sa.Connection, phrases: Sequence[str]) -> set[str]:
    """Those of the phrases that are in a ready chunk, whatever the endings of their words."""
    if is_postgresql(connection):
        return postgres_words.phrases_present(connection, phrases)
    statement = sa.text(
        "SELECT p.value FROM json_each(:phrases) p WHERE EXISTS (SELECT 1 FROM words w "
        f"{_READY.format(key='w.rowid')} WHERE words MATCH :quote || p.value || :quote AND d.state = 'ready')"
    )
    by_quoted = {_quotable(phrase): phrase for phrase in phrases if _quotable(phrase)}
    rows = connection.execute(statement, {"phrases": json.dumps(list(by_quoted)), "quote": '"'})
    return {by_quoted[quoted] for quoted in rows.scalars()}


def texts_with_phrase(connection: sa.Connection, phrase: str, count: int) -> list[str]:
    """Title, heading and body (a blank line between) of `count` chunks that hold the phrase.

    Those nearest to the beginnings of their documents come first, where things are introduced; ties by key.
    Only the first `_PHRASE_CHUNKS` chunks are considered: to order all would take 0.1 s where there are many.
    """
    if not _quotable(phrase):
        return []
    if is_postgresql(connection):
        rows = postgres_words.rows_with_phrase(connection, phrase, count, _PHRASE_CHUNKS)
        return [_text(row) for row in rows]
    statement = sa.text(
        "SELECT w.title, w.heading, w.body FROM (SELECT c.key FROM (SELECT rowid AS key FROM words "
        f"WHERE words MATCH :match LIMIT {_PHRASE_CHUNKS}) p {_READY.format(key='p.key')} "
        "WHERE d.state = 'ready' ORDER BY c.ordinal, c.key LIMIT :count) f "
        "CROSS JOIN words w ON w.rowid = f.key"
    )
    found = connection.execute(statement, {"match": f'"{_quotable(phrase)}"', "count": count})
    return [_text(row) for row in found]


def texts_with_stem(connection: sa.Connection, stem: str, count: int) -> list[str]:
    """As `texts_with_phrase`, for the first `count` chunks that hold a stem of `stem_counts`.

    Looking for the stem as a word would not do: stemmed again, "agre" (of "agreed") becomes "agr".
    """
    if is_postgresql(connection):
        return [_text(row) for row in postgres_words.rows_with_stem(connection, stem, count)]
    connection.exec_driver_sql(WORD_PLACES)
    statement = sa.text(
        "SELECT w.title, w.heading, w.body FROM (SELECT DISTINCT doc FROM temp.word_places "
        f"WHERE term = :stem LIMIT :count) p {_READY.format(key='p.doc')} "
        "CROSS JOIN words w ON w.rowid = c.key WHERE d.state = 'ready'"
    )
    return [_text(row) for row in connection.execute(statement, {"stem": stem, "count": count})]


def _quotable(phrase: str) -> str:
    """What may stand inside FTS5's quotes: FTS5 reads up to the first NUL, and a quote ends the phrase."""
    return " ".join(phrase.replace('"', " ").replace("\0", " ").split())


def _text(row: Any) -> str:
    return "\n\n".join(part for part in (row.title, row.heading, row.body) if part)


class VocabularyReader:
    """What the word index of a store holds, every answer of one state of the catalogue."""

    def __init__(self, store: StoreConnection) -> None:
        self._store = store

    def vocabulary(self) -> tuple[int, dict[str, int]]:
        """The generation, and every stem of the word index with how many chunks hold it.

        Goes through the whole index (0.3 s at 100,000 chunks): keep it until the generation moves.
        """
        with self._store.reading() as connection:
            return catalogue_meta.generation(connection), stem_counts(connection)

    def phrases_present(self, phrases: Sequence[str]) -> set[str]:
        """Those of the words or phrases that are in some ready chunk, whatever the words' endings."""
        with self._store.reading() as connection:
            return phrases_present(connection, phrases)

    def texts_with_phrase(self, phrase: str, *, count: int) -> list[str]:
        """Title, heading and body, a blank line between, of up to `count` chunks that hold the phrase."""
        with self._store.reading() as connection:
            return texts_with_phrase(connection, phrase, count)

    def texts_with_stem(self, stem: str, *, count: int) -> list[str]:
        """As `texts_with_phrase`, for a stem of `vocabulary`."""
        with self._store.reading() as connection:
            return texts_with_stem(connection, stem, count)


class Stemmer:
    """The word index's own stemmer; thread-safe."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer()

    def of(self, words: Sequence[str]) -> list[str]:
        """The stem of each word, lower case and without diacritics; empty where there is no word.

        Of several words in one string, the first counts.
        """
        return [tokens[0] if tokens else "" for tokens in self._tokenizer.tokens(words)]
