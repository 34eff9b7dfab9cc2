"""What the derived indexes read: the change log, the chunks there are, the vectors. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Row, Select, delete, func, insert, select
from sqlalchemy.orm import Session

from rag.embed.text import placed_text
from rag.store.windows import windows
from rag.tables import ChangeRow, ChunkRow, DocumentRow, VectorRow


@dataclass(frozen=True)
class PresentChunk:
    """A chunk as the indexes take it in; `context` is its title and headings, `text` the passage."""

    id: int
    document_id: int
    access_id: int
    context: str
    text: str
    text_hash: str


@dataclass(frozen=True)
class Change:
    """One entry of the change log; `removed` holds (chunk id, access id)."""

    seq: int
    document_id: int | None
    removed: tuple[tuple[int, int], ...]


# --- vectors ------------------------------------------------------------------------------------


def missing_hashes(session: Session, model: str) -> list[tuple[str, int]]:
    """(text hash, size in characters) of every text without a vector of this model, the longest first."""
    has_vector = select(VectorRow.text_hash).where(VectorRow.text_hash == ChunkRow.text_hash, VectorRow.model == model)
    size = func.max(func.length(ChunkRow.text))
    query = select(ChunkRow.text_hash, size).where(~has_vector.exists()).group_by(ChunkRow.text_hash)
    return sorted(((row[0], row[1]) for row in session.execute(query)), key=lambda pair: (-pair[1], pair[0]))


def texts_of(session: Session, hashes: Collection[str]) -> dict[str, str]:
    """The embedded text behind each of these hashes that a chunk still has."""
    found: dict[str, str] = {}
    for window in windows(hashes):
        query = _with_context().where(ChunkRow.text_hash.in_(window))
        for chunk in map(_present, session.execute(query)):
            found[chunk.text_hash] = placed_text(chunk.context, chunk.text)
    return found


def save_vectors(session: Session, model: str, vectors: Mapping[str, bytes]) -> None:
    """Keep these vectors (float16 little-endian); one that is there already is replaced."""
    for window in windows(vectors):
        session.execute(delete(VectorRow).where(VectorRow.model == model, VectorRow.text_hash.in_(window)))
    if vectors:
        rows = [{"text_hash": key, "model": model, "data": data} for key, data in vectors.items()]
        session.execute(insert(VectorRow), rows)


def vectors_of_hashes(session: Session, model: str, hashes: Collection[str]) -> dict[str, bytes]:
    """The stored vectors of these texts; one without a vector is absent."""
    found: dict[str, bytes] = {}
    for window in windows(hashes):
        query = select(VectorRow.text_hash, VectorRow.data)
        rows = session.execute(query.where(VectorRow.model == model, VectorRow.text_hash.in_(window)))
        found |= {row[0]: row[1] for row in rows}
    return found


def vectors_of_chunks(session: Session, model: str, chunk_ids: Collection[int]) -> dict[int, bytes]:
    """The stored vectors of these chunks; one without a vector is absent."""
    found: dict[int, bytes] = {}
    for window in windows(chunk_ids):
        rows = session.execute(_of_chunks(model).where(ChunkRow.id.in_(window)))
        found |= {row.id: row.data for row in rows}
    return found


def readable_vectors(session: Session, model: str, access_ids: Collection[int]) -> list[tuple[int, int, bytes]]:
    """(chunk id, access id, vector) of every live chunk with one of these access ids and a vector of this model."""
    query = _of_chunks(model).where(ChunkRow.access_id.in_(access_ids))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def all_vectors(session: Session, model: str) -> list[tuple[int, int, bytes]]:
    """(chunk id, access id, vector) of every live chunk that has a vector of this model, whoever may read it."""
    return [(row[0], row[1], row[2]) for row in session.execute(_of_chunks(model))]


def readable_texts(session: Session, model: str, access_ids: Collection[int]) -> list[tuple[int, int, str, bytes]]:
    """(chunk id, access id, text, vector) of every live chunk with one of these access ids and a vector."""
    query = _of_chunks(model).add_columns(ChunkRow.text).where(ChunkRow.access_id.in_(access_ids))
    return [(row[0], row[1], row[3], row[2]) for row in session.execute(query)]


def drop_unused_vectors(session: Session) -> None:
    """Forget the vectors of texts that no chunk has any more."""
    used = select(ChunkRow.id).where(ChunkRow.text_hash == VectorRow.text_hash)
    session.execute(delete(VectorRow).where(~used.exists()))


def _of_chunks(model: str) -> Select[int, int, bytes]:
    query = select(ChunkRow.id, ChunkRow.access_id, VectorRow.data)
    return query.join(VectorRow, VectorRow.text_hash == ChunkRow.text_hash).where(VectorRow.model == model)


# --- the change log -----------------------------------------------------------------------------


def changes_after(session: Session, seq: int, *, limit: int) -> list[Change]:
    """The next changes after this sequence number, in order."""
    query = select(ChangeRow).where(ChangeRow.seq > seq).order_by(ChangeRow.seq).limit(limit)
    return [
        Change(row.seq, row.document_id, tuple((pair[0], pair[1]) for pair in row.removed))
        for row in session.scalars(query)
    ]


def last_seq(session: Session) -> int:
    """The newest sequence number of the change log; 0 when nothing was ever written."""
    return session.scalar(select(func.max(ChangeRow.seq))) or 0


def count_chunks(session: Session) -> int:
    """How many chunks there are now."""
    return session.scalar(select(func.count()).select_from(ChunkRow)) or 0


def present_chunks(session: Session, document_ids: Collection[int]) -> list[PresentChunk]:
    """Every chunk these documents have now, in the order of the document."""
    found: list[PresentChunk] = []
    for window in windows(document_ids):
        query = _with_context().where(ChunkRow.document_id.in_(window))
        found += map(_present, session.execute(query.order_by(ChunkRow.document_id, ChunkRow.ordinal)))
    return found


def _with_context() -> Select[int, int, int, str, str, str, str]:
    return select(
        ChunkRow.id,
        ChunkRow.document_id,
        ChunkRow.access_id,
        DocumentRow.title,
        ChunkRow.heading,
        ChunkRow.text,
        ChunkRow.text_hash,
    ).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)


def _present(row: Row[int, int, int, str, str, str, str]) -> PresentChunk:
    chunk_id, document_id, access_id, title, heading, text, text_hash = row
    context = f"{title} > {heading}" if heading else title
    return PresentChunk(chunk_id, document_id, access_id, context, text, text_hash)
