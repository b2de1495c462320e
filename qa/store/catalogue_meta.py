"""What the catalogue notes about itself: its generation, the embedding model, work still to be done."""

import sqlalchemy as sa

from qa.store.catalogue_schema import meta

__all__ = [
    "COPY_VECTORS",
    "REBUILD_VECTORS",
    "bump_generation",
    "clear_flag",
    "embedding_model",
    "generation",
    "meta_values",
    "pending_flags",
    "set_embedding_model",
    "set_generation",
    "set_meta_value",
]

# Flags: an update of the format, a compaction or a restored backup has left this to do.
COPY_VECTORS, REBUILD_VECTORS = "vectors_to_copy", "vectors_to_rebuild"


def meta_values(connection: sa.Connection) -> dict[str, str]:
    """All that is noted, by name."""
    return {row.name: row.value for row in connection.execute(sa.select(meta))}


def set_meta_value(connection: sa.Connection, name: str, value: str) -> None:
    """Note something, in the place of what was noted under this name."""
    connection.execute(sa.delete(meta).where(meta.c.name == name))
    connection.execute(sa.insert(meta).values(name=name, value=value))


def generation(connection: sa.Connection) -> int:
    """The number that moves with every change of what can be searched."""
    value = connection.execute(sa.select(meta.c.value).where(meta.c.name == "generation")).scalar()
    return int(value or 0)


def bump_generation(connection: sa.Connection) -> int:
    """Move the generation on and return the new one."""
    advanced = generation(connection) + 1
    set_generation(connection, advanced)
    return advanced


def set_generation(connection: sa.Connection, value: int) -> None:
    """Move the generation to this number."""
    connection.execute(sa.update(meta).where(meta.c.name == "generation").values(value=str(value)))


def embedding_model(connection: sa.Connection) -> tuple[str, int] | None:
    """The name and dimension of the embedding model of the vectors, None before the first document."""
    values = meta_values(connection)
    if "embedding_model" not in values:
        return None
    return values["embedding_model"], int(values["embedding_dimension"])


def set_embedding_model(connection: sa.Connection, name: str, dimension: int) -> None:
    """Note the embedding model."""
    set_meta_value(connection, "embedding_model", name)
    set_meta_value(connection, "embedding_dimension", str(dimension))


def pending_flags(connection: sa.Connection) -> set[str]:
    """Which of `COPY_VECTORS` and `REBUILD_VECTORS` are set."""
    query = sa.select(meta.c.name).where(meta.c.name.in_((COPY_VECTORS, REBUILD_VECTORS)))
    return set(connection.execute(query).scalars())


def clear_flag(connection: sa.Connection, flag: str) -> None:
    """It has been done."""
    connection.execute(sa.delete(meta).where(meta.c.name == flag))
