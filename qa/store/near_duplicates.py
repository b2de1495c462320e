"""Documents that nearly repeat one another, found by their signatures."""

from collections.abc import Mapping

import sqlalchemy as sa

from qa.schema import NearDuplicate
from qa.store.catalogue_schema import documents, signature_bands, signatures
from qa.store.dialect import is_in
from qa.text.minhash import ALIKE, estimated_jaccard, lsh_bands

__all__ = ["insert_bands", "insert_signature", "near_duplicate_pairs", "near_duplicates_of"]


def insert_signature(connection: sa.Connection, document_key: int, signature: bytes) -> None:
    """Keep the signature of a version; an empty one says that its text is too short to have any."""
    if not signature:
        return
    connection.execute(sa.insert(signatures).values(document_key=document_key, signature=signature))
    insert_bands(connection, document_key, signature)


def insert_bands(connection: sa.Connection, document_key: int, signature: bytes) -> None:
    """Keep the bands by which a signature is found, which follow from it."""
    connection.execute(
        sa.insert(signature_bands),
        [{"band": band, "document_key": document_key} for band in lsh_bands(signature)],
    )


def near_duplicates_of(connection: sa.Connection, document_id: str, signature: bytes) -> list[NearDuplicate]:
    """The other ready documents whose texts are like this one, the most alike first; ties by id."""
    if not signature:
        return []
    sharing_a_band = sa.select(signature_bands.c.document_key).where(
        is_in(signature_bands.c.band, lsh_bands(signature))
    )
    query = (
        sa.select(documents.c.id, signatures.c.signature)
        .join(signatures, signatures.c.document_key == documents.c.key)
        .where(
            documents.c.key.in_(sharing_a_band), documents.c.state == "ready", documents.c.id != document_id
        )
    )
    pairs = [
        NearDuplicate(document_id, row.id, round(estimated_jaccard(signature, row.signature), 2))
        for row in connection.execute(query)
    ]
    return sorted(
        (pair for pair in pairs if pair.similarity >= ALIKE), key=lambda pair: (-pair.similarity, pair.other)
    )


def near_duplicate_pairs(connection: sa.Connection) -> list[NearDuplicate]:
    """Every two ready documents that are alike, once, the most alike first; ties by ids.

    The earlier one is `other`: it is the one that the later repeats.
    """
    query = (
        sa.select(documents.c.key, documents.c.id, signatures.c.signature)
        .join(signatures, signatures.c.document_key == documents.c.key)
        .where(documents.c.state == "ready")
    )
    ready: Mapping[int, tuple[str, bytes]] = {
        row.key: (row.id, row.signature) for row in connection.execute(query)
    }
    later, earlier = signature_bands.alias(), signature_bands.alias()
    sharing_a_band = (
        sa.select(later.c.document_key, earlier.c.document_key.label("earlier"))
        .join(earlier, sa.and_(later.c.band == earlier.c.band, later.c.document_key > earlier.c.document_key))
        .distinct()
    )
    pairs = []
    for row in connection.execute(sharing_a_band):
        if row.document_key in ready and row.earlier in ready:
            later_id, later_signature = ready[row.document_key]
            earlier_id, earlier_signature = ready[row.earlier]
            rounded = round(estimated_jaccard(later_signature, earlier_signature), 2)
            if rounded >= ALIKE and later_id != earlier_id:
                pairs.append(NearDuplicate(later_id, earlier_id, rounded))
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.document, pair.other))
