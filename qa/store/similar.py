"""Documents that nearly repeat one another, found by their signatures."""

from collections.abc import Mapping

import sqlalchemy as sa

from qa.likeness import ALIKE, bands, similarity
from qa.schema import NearDuplicate
from qa.store.tables import among, documents, signature_bands, signatures

__all__ = ["all_pairs", "insert", "like"]


def insert(connection: sa.Connection, document_key: int, signature: bytes) -> None:
    """Keep the signature of a version; an empty one says that its text is too short to have any."""
    if not signature:
        return
    connection.execute(sa.insert(signatures).values(document_key=document_key, signature=signature))
    connection.execute(
        sa.insert(signature_bands),
        [{"band": band, "document_key": document_key} for band in bands(signature)],
    )


def like(connection: sa.Connection, document_id: str, signature: bytes) -> list[NearDuplicate]:
    """The other ready documents whose texts are like this one, the most alike first; ties by id."""
    if not signature:
        return []
    near = sa.select(signature_bands.c.document_key).where(
        signature_bands.c.band.in_(among(bands(signature)))
    )
    query = (
        sa.select(documents.c.id, signatures.c.signature)
        .join(signatures, signatures.c.document_key == documents.c.key)
        .where(documents.c.key.in_(near), documents.c.state == "ready", documents.c.id != document_id)
    )
    found = [
        NearDuplicate(document_id, row.id, round(similarity(signature, row.signature), 2))
        for row in connection.execute(query)
    ]
    return sorted(
        (one for one in found if one.similarity >= ALIKE), key=lambda one: (-one.similarity, one.other)
    )


def all_pairs(connection: sa.Connection) -> list[NearDuplicate]:
    """Every two ready documents that are alike, once, the most alike first; ties by ids.

    The earlier one is `other`: it is the one that the later repeats.
    """
    query = (
        sa.select(documents.c.key, documents.c.id, signatures.c.signature)
        .join(signatures, signatures.c.document_key == documents.c.key)
        .where(documents.c.state == "ready")
    )
    found: Mapping[int, tuple[str, bytes]] = {
        row.key: (row.id, row.signature) for row in connection.execute(query)
    }
    left, right = signature_bands.alias(), signature_bands.alias()
    together = (
        sa.select(left.c.document_key, right.c.document_key.label("earlier"))
        .join(right, sa.and_(left.c.band == right.c.band, left.c.document_key > right.c.document_key))
        .distinct()
    )
    pairs = []
    for row in connection.execute(together):
        if row.document_key in found and row.earlier in found:
            (later_id, later), (earlier_id, earlier) = found[row.document_key], found[row.earlier]
            alike = round(similarity(later, earlier), 2)
            if alike >= ALIKE and later_id != earlier_id:
                pairs.append(NearDuplicate(later_id, earlier_id, alike))
    return sorted(pairs, key=lambda one: (-one.similarity, one.document, one.other))
