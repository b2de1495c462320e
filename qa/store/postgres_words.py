"""The word index on PostgreSQL: its full-text search over the stems that SQLite's FTS5 makes.

PostgreSQL's own parser and dictionaries make other words of a text (52⁴, U.S., "agreed"), leave out stop
words and rank without the rarity of words. So the stems come from FTS5's tokenizer, in this process, and are
kept as a `tsvector` with a GIN index; what is found is ranked by BM25, by FTS5's formula and constants.
Both databases then find the same passages with the same scores.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from qa.store.catalogue_schema import CHUNK_LEAD, SEARCHED
from qa.store.dialect import TEXT, is_in
from qa.store.word_tokens import Tokenizer

__all__ = [
    "archive_words",
    "fill_word_indexes",
    "insert_words",
    "lexical_candidates",
    "phrases_present",
    "rows_with_phrase",
    "rows_with_stem",
    "stem_counts",
    "word_tables",
]

_metadata = sa.MetaData()
# BM25 as FTS5 has it (Robertson and Zaragoza 2009): saturation and length; a word that is in more than half
# of all passages counts this much.
_K1, _B, _MIN_IDF = 1.2, 0.75, 1e-6
_MAX_STEM_CHARS = 500  # a lexeme has 2,046 bytes at most
_BATCH = 1000  # passages that are indexed at a time


def _word_table(name: str) -> sa.Table:
    """The columns of the FTS5 table of this name, the stems of all three with their places, and how many."""
    table = sa.Table(
        name,
        _metadata,
        sa.Column("rowid", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("heading", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("stems", postgresql.TSVECTOR, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
    )
    sa.Index(f"{name}_stems", table.c.stems, postgresql_using="gin")
    sa.Index(f"{name}_length", table.c.length)  # for the sum of all, without reading the texts
    return table


_words, _past_words = _word_table("words"), _word_table("past_words")


def word_tables() -> sa.MetaData:
    """The tables of the word indexes, which only PostgreSQL has as such."""
    return _metadata


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


def _stems_of(texts: Sequence[str]) -> list[list[str]]:
    return [[stem[:_MAX_STEM_CHARS] for stem in stems] for stems in _tokenizer().tokens(texts)]


def _quote(stem: str) -> str:
    """A stem as it stands in the texts of `tsvector` and `tsquery`."""
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"


def _vector(columns: Sequence[Sequence[str]]) -> str:
    """The `tsvector` of the stems of columns; no phrase reaches from one into the next."""
    places: dict[str, list[int]] = {}
    place = 0
    for stems in columns:
        place += 1
        for stem in stems:
            place += 1
            places.setdefault(stem, []).append(place)
    return " ".join(f"{_quote(stem)}:{','.join(map(str, at))}" for stem, at in places.items())


def _query(stems: Sequence[str]) -> str:
    """The `tsquery` of a phrase."""
    return " <-> ".join(map(_quote, stems))


def _phrases(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The stems of each text as a phrase; FTS5 reads up to the first NUL."""
    return [tuple(stems) for stems in _stems_of([text.replace("\0", " ") for text in texts])]


def insert_words(connection: sa.Connection, rows: Sequence[Mapping[str, Any]], *, past: bool = False) -> None:
    """Index passages: `key`, `title`, `heading` and `body` of each."""
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        names = ("title", "heading", "body")
        stems = iter(_stems_of([row[name] for row in batch for name in names]))
        indexed = []
        for row in batch:
            columns = [next(stems) for _ in names]
            indexed.append(
                {
                    "rowid": row["key"],
                    **{name: row[name] for name in names},
                    "stems": _vector(columns),
                    "length": sum(map(len, columns)),
                }
            )
        # Bare, as SQLAlchemy would have PostgreSQL's own parser make the vector of the text.
        connection.execute(
            sa.text(
                f"INSERT INTO {'past_words' if past else 'words'} "
                "(rowid, title, heading, body, stems, length) "
                "VALUES (:rowid, :title, :heading, :body, CAST(:stems AS tsvector), :length)"
            ),
            indexed,
        )


def archive_words(connection: sa.Connection, chunk_keys: Sequence[int]) -> None:
    """Copy the words of these passages to those of the past."""
    chosen = sa.select(_words).where(is_in(_words.c.rowid, chunk_keys))
    connection.execute(sa.insert(_past_words).from_select(list(_words.c.keys()), chosen))


def fill_word_indexes(connection: sa.Connection) -> None:
    """Make both word indexes anew from the documents and their chunks."""
    for table, states in ((_words, SEARCHED), (_past_words, "= 'past'")):
        connection.execute(sa.delete(table))
        found = connection.execute(
            sa.text(
                f"SELECT c.key, d.title, {CHUNK_LEAD} AS heading, "
                'substr(d.text, c.start + 1, c."end" - c.start) AS body '
                f"FROM chunks c JOIN documents d ON d.key = c.document_key WHERE d.state {states}"
            ),
            execution_options={"yield_per": _BATCH},
        )
        for rows in found.mappings().partitions():
            insert_words(connection, [dict(row) for row in rows], past=table is _past_words)


def lexical_candidates(
    connection: sa.Connection,
    terms: Sequence[str],
    count: int,
    allowed: Iterable[int] | None,
    *,
    past: bool = False,
) -> list[tuple[int, float]]:
    """As `candidate_queries.lexical_candidates`."""
    asked = Counter(filter(None, _phrases(terms)))
    if not asked:
        return []
    table, state = ("past_words", "past") if past else ("words", "ready")
    scope = "" if allowed is None else f"AND d.key IN ({_ALLOWED})"
    values: dict[str, Any] = {
        "any": " | ".join(f"({_query(phrase)})" for phrase in asked),
        "stems": sorted({stem for phrase in asked for stem in phrase}),
        "single": sorted(phrase[0] for phrase in asked if len(phrase) == 1),
        "times": json.dumps({_name(phrase): times for phrase, times in asked.items()}),
        "allowed": json.dumps(sorted(allowed or ())),
        "count": count,
    }
    frequencies = [_SINGLE_STEMS]
    for number, phrase in enumerate(phrase for phrase in asked if len(phrase) > 1):
        frequencies.append(_phrase_frequencies(number, phrase, values))
    statement = sa.text(
        # Only the stems that are asked for, with their places: those are weighted "A", and kept alone.
        "WITH hits AS MATERIALIZED (SELECT w.rowid AS key, w.length, s.lexeme AS stem, s.positions AS places "
        f"FROM {table} w CROSS JOIN LATERAL "
        "unnest(ts_filter(setweight(w.stems, 'A', CAST(:stems AS TEXT[])), '{a}')) s "
        "WHERE w.stems @@ CAST(:any AS tsquery)), "
        f"frequencies AS MATERIALIZED ({' UNION ALL '.join(frequencies)}), "
        f"total AS (SELECT count(*) AS n, CAST(sum(length) AS FLOAT8) / count(*) AS mean FROM {table}), "
        f"{_RARITY}, {_SCORED} "
        "SELECT s.key, s.score FROM scored s JOIN chunks c ON c.key = s.key "
        f"JOIN documents d ON d.key = c.document_key WHERE d.state = '{state}' {scope} "
        "ORDER BY s.score DESC, s.key LIMIT :count"
    )
    return [(row.key, float(row.score)) for row in connection.execute(statement, values)]


_SINGLE_STEMS = (
    "SELECT key, length, stem AS term, cardinality(places) AS f FROM hits "
    "WHERE stem = ANY(CAST(:single AS TEXT[]))"
)
_ALLOWED = "SELECT CAST(value AS INTEGER) FROM json_array_elements_text(CAST(:allowed AS JSON))"
_RARITY = (
    "asked AS (SELECT key AS term, CAST(value AS INTEGER) AS times "
    "FROM json_each_text(CAST(:times AS JSON))), "
    "rarity AS (SELECT term, times * CASE WHEN 2 * count(*) < n "
    "THEN ln(CAST(n - count(*) + 0.5 AS FLOAT8) / (count(*) + 0.5)) "
    f"ELSE {_MIN_IDF} END AS idf FROM frequencies JOIN asked USING (term) CROSS JOIN total "
    "WHERE f > 0 GROUP BY term, n, times)"
)
_SCORED = (
    f"scored AS (SELECT key, sum(idf * f * {_K1 + 1} / (f + {_K1} * ({1 - _B} + {_B} * length / mean))) "
    "AS score FROM frequencies JOIN rarity USING (term) CROSS JOIN total WHERE f > 0 GROUP BY key)"
)


def _name(phrase: Sequence[str]) -> str:
    return phrase[0] if len(phrase) == 1 else " ".join(phrase)  # a stem has no blank


def _phrase_frequencies(number: int, phrase: Sequence[str], values: dict[str, Any]) -> str:
    """How often a passage holds a phrase: its stems at one place after the other."""
    values[f"phrase_{number}"] = _name(phrase)
    joins, conditions = [], [f"h0.stem = :stem_{number}_0"]
    for place, stem in enumerate(phrase):
        values[f"stem_{number}_{place}"] = stem
        if place:
            joins.append(
                f"JOIN hits h{place} ON h{place}.key = h0.key AND h{place}.stem = :stem_{number}_{place}"
            )
    follow = " AND ".join(f"p + {place} = ANY(h{place}.places)" for place in range(1, len(phrase)))
    count = f"CAST((SELECT count(*) FROM unnest(h0.places) p WHERE {follow}) AS INTEGER)"
    return (
        f"SELECT h0.key, h0.length, CAST(:phrase_{number} AS TEXT), {count} "
        f"FROM hits h0 {' '.join(joins)} WHERE {' AND '.join(conditions)}"
    )


def stem_counts(connection: sa.Connection) -> dict[str, int]:
    """As `vocabulary.stem_counts`; 3 s at 100,000 passages."""
    rows = connection.execute(sa.text("SELECT word, ndoc FROM ts_stat('SELECT stems FROM words')"))
    return {word: int(count) for word, count in rows}


def phrases_present(connection: sa.Connection, phrases: Sequence[str]) -> set[str]:
    """As `vocabulary.phrases_present`."""
    queries = {
        phrase: _query(stems) for phrase, stems in zip(phrases, _phrases(phrases), strict=True) if stems
    }
    statement = sa.text(
        "SELECT q.number FROM unnest(CAST(:queries AS TEXT[])) WITH ORDINALITY AS q (query, number) "
        "WHERE EXISTS (SELECT 1 FROM words w JOIN chunks c ON c.key = w.rowid "
        "JOIN documents d ON d.key = c.document_key "
        "WHERE w.stems @@ CAST(q.query AS tsquery) AND d.state = 'ready')"
    )
    numbers = connection.execute(statement, {"queries": list(queries.values())}).scalars()
    listed = list(queries)
    return {listed[number - 1] for number in numbers}


def rows_with_phrase(connection: sa.Connection, phrase: str, count: int, most: int) -> Sequence[sa.Row[Any]]:
    """Title, heading and body, as of `vocabulary.texts_with_phrase`, of the first `most` that hold it."""
    (stems,) = _phrases([phrase])
    if not stems:
        return []
    statement = sa.text(
        "SELECT w.title, w.heading, w.body FROM (SELECT rowid AS key FROM words "
        "WHERE stems @@ CAST(:query AS tsquery) ORDER BY rowid LIMIT :most) p "
        "JOIN chunks c ON c.key = p.key JOIN documents d ON d.key = c.document_key "
        "JOIN words w ON w.rowid = c.key WHERE d.state = 'ready' ORDER BY c.ordinal, c.key LIMIT :count"
    )
    return connection.execute(statement, {"query": _query(stems), "most": most, "count": count}).all()


def rows_with_stem(connection: sa.Connection, stem: str, count: int) -> Sequence[sa.Row[Any]]:
    """Title, heading and body as of `vocabulary.texts_with_stem`."""
    statement = sa.text(
        "SELECT w.title, w.heading, w.body FROM (SELECT rowid AS key FROM words "
        "WHERE stems @@ CAST(:query AS tsquery) ORDER BY rowid LIMIT :count) p "
        "JOIN chunks c ON c.key = p.key JOIN documents d ON d.key = c.document_key "
        "JOIN words w ON w.rowid = c.key WHERE d.state = 'ready' ORDER BY c.key"
    )
    values = {"query": _quote(stem[:_MAX_STEM_CHARS]), "count": count}
    return connection.execute(statement, values).all() if stem else []
