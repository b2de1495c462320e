"""A catalogue on a server as one in a file, and back: for backups, and to go from one to the other."""

from pathlib import Path

import sqlalchemy as sa

from qa.store import catalogue_file, catalogue_meta, postgres_words
from qa.store.catalogue_schema import chunks, documents, fill_word_indexes, meta, own_tables
from qa.store.checksums import find_damage, seal_rows
from qa.store.dialect import advance_keys, last_key
from qa.store.store_errors import DamageError

__all__ = ["replace_catalogue", "write_file"]

_BATCH = 1000  # rows that are held at a time
_OF_A_FILE = "schema_version"  # a server's is noted by Alembic
_NUMBERED = (documents, chunks)


def write_file(server: sa.Engine, file: Path) -> None:
    """Write one state of the catalogue on a server into a new file.

    Raises:
        DamageError: Something in it is not what was written.
    """
    catalogue_file.create(file, vectors_at="")
    engine = catalogue_file.connect(file, read_only=False, is_draft=True)
    try:
        with server.connect() as source, engine.begin() as target:
            # The copy is sealed anew, which would make good what is damaged.
            if damage := find_damage(source):
                raise DamageError(damage)
            target.execute(sa.delete(meta).where(meta.c.name != _OF_A_FILE))
            _copy_rows(source, target)
            fill_word_indexes(target)
            seal_rows(target)
    finally:
        engine.dispose()


def replace_catalogue(source: sa.Connection, target: sa.Connection) -> None:
    """Put what a file holds in the place of all that is on a server, but for where its vectors are.

    Others see what was there until the target's transaction ends, as nothing is truncated.
    """
    kept = {name: catalogue_meta.meta_values(target)[name] for name in ("store_id", "vectors_at")}
    for table in reversed(own_tables()):
        target.execute(sa.delete(table))
    _copy_rows(source, target)
    for name, value in kept.items():
        catalogue_meta.set_meta_value(target, name, value)
    target.execute(sa.delete(meta).where(meta.c.name == _OF_A_FILE))
    postgres_words.fill_word_indexes(target)
    seal_rows(target)


def _copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    for table in own_tables():
        query = sa.select(table).execution_options(yield_per=_BATCH)
        if table is meta:
            query = query.where(meta.c.name != _OF_A_FILE)
        for rows in source.execute(query).mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in rows])
    for table in _NUMBERED:  # none that was ever given is given again
        advance_keys(target, table, last_key(source, table))
