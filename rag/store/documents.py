"""Documents, chunks and the change log: what a sync writes. Nothing here commits."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import cast

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from rag.access import label_from_text, label_to_text
from rag.model import PUBLIC, AccessLabel, Audience, Chunk
from rag.store.derived import last_seq
from rag.tables import AccessLabelRow, ChangeRow, ChunkRow, DocumentRow, SourceRow


@dataclass(frozen=True)
class KnownDocument:
    """What a sync compares a listed file with. `error` is set when the file could not be read last time."""

    id: int
    path: str
    version: str
    content_hash: str
    error: str | None


@dataclass(frozen=True)
class StoredDocument:
    """The columns of a document row that a sync fills in."""

    path: str
    version: str
    content_hash: str
    title: str
    format: str
    text: str
    meta: Mapping[str, object]
    sections: tuple[tuple[str, bool], ...]
    modified: datetime
    updated: str
    owner: str | None
    claims: Mapping[str, object]
    error: str | None = None


def ensure_source(session: Session, *, name: str, kind: str, root: str, mapping: str | None) -> SourceRow:
    """The row of this source, made or brought up to date."""
    row = session.scalar(select(SourceRow).where(SourceRow.name == name))
    if row is None:
        row = SourceRow(name=name)
        session.add(row)
    row.kind, row.root, row.mapping = kind, root, mapping
    session.flush()
    return row


def all_sources(session: Session) -> Sequence[SourceRow]:
    return session.scalars(select(SourceRow).order_by(SourceRow.id)).all()


def is_told(session: Session, name: str) -> bool:
    """Whether nothing has changed since the records of a source were told to the ledger."""
    told = session.scalar(select(SourceRow.told_seq).where(SourceRow.name == name))
    return told is not None and told == last_seq(session)


def note_told(session: Session, name: str) -> None:
    """Note that the ledger knows of every change up to now."""
    session.execute(update(SourceRow).where(SourceRow.name == name).values(told_seq=last_seq(session)))


def drop_source(session: Session, name: str) -> bool:
    """Delete a source with all its documents; False when there is none of that name."""
    source_id = session.scalar(select(SourceRow.id).where(SourceRow.name == name))
    if source_id is None:
        return False
    for document_id in session.scalars(select(DocumentRow.id).where(DocumentRow.source_id == source_id)).all():
        drop_document(session, document_id)
    session.execute(delete(SourceRow).where(SourceRow.id == source_id))
    return True


def known_documents(session: Session, source_id: int) -> dict[str, KnownDocument]:
    columns = (DocumentRow.id, DocumentRow.path, DocumentRow.version, DocumentRow.content_hash, DocumentRow.error)
    rows = session.execute(select(*columns).where(DocumentRow.source_id == source_id))
    return {row.path: KnownDocument(*row) for row in rows}


def access_id_of(session: Session, label: AccessLabel) -> int:
    """The id of a label, given out in order; public is always 0."""
    text = label_to_text(label)
    found = session.scalar(select(AccessLabelRow.id).where(AccessLabelRow.clauses == text))
    if found is not None:
        return found
    highest = session.scalar(select(func.max(AccessLabelRow.id)))
    new = 0 if label == PUBLIC else max(highest or 0, 0) + 1
    session.execute(insert(AccessLabelRow).values(id=new, clauses=text))
    return new


def readable_access_ids(session: Session, audience: Audience) -> frozenset[int]:
    """The ids of every label that *all* readers of this audience may read."""
    rows = session.execute(select(AccessLabelRow.id, AccessLabelRow.clauses))
    return frozenset(row.id for row in rows if audience.may_read(label_from_text(row.clauses)))


def put_document(
    session: Session,
    document: StoredDocument,
    *,
    source_id: int,
    document_id: int | None,
    access_id: int,
    chunks: Sequence[tuple[Chunk, str]],
) -> int:
    """Write a document and its chunks (each with its text hash) over the old ones; returns its id.

    The change is logged for the derived indexes in the same transaction.
    """
    values = {field.name: getattr(document, field.name) for field in fields(StoredDocument)}
    values["status"] = document.claims.get("status", "current")
    values |= {
        "source_id": source_id,
        "access_id": access_id,
        "meta": dict(document.meta),
        "claims": dict(document.claims),
        "sections": [list(section) for section in document.sections],
    }
    removed: list[list[int]] = []
    if document_id is None:
        row_id = session.execute(insert(DocumentRow).values(values).returning(DocumentRow.id)).scalar_one()
    else:
        row_id = document_id
        removed = _drop_chunks(session, document_id)
        session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(values))
    if chunks:
        session.execute(
            insert(ChunkRow), [_chunk_values(chunk, text_hash, row_id, access_id) for chunk, text_hash in chunks]
        )
    _log_change(session, row_id, removed)
    return row_id


def touch_document(session: Session, document_id: int, *, version: str) -> None:
    """Remember a new stamp of a file whose content is the same."""
    session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(version=version))


def drop_document(session: Session, document_id: int) -> None:
    """Delete a document with all that rests on it; it cannot be read from this commit on."""
    removed = _drop_chunks(session, document_id)
    session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))
    _log_change(session, None, removed)


def settle_supersedence(session: Session, source_id: int) -> None:
    """Bring `status` and `superseded_by` in line with what the documents of a source say of each other.

    What changes is logged, so that whoever remembers documents forgets it.
    """
    columns = (DocumentRow.id, DocumentRow.path, DocumentRow.claims, DocumentRow.status, DocumentRow.superseded_by)
    rows = session.execute(select(*columns).where(DocumentRow.source_id == source_id)).all()
    successors = superseded({row.path: row.claims for row in rows})
    for row in rows:
        successor = successors.get(row.path)
        status = "superseded" if successor else row.claims.get("status", "current")
        if (successor, status) != (row.superseded_by, row.status):
            session.execute(
                update(DocumentRow).where(DocumentRow.id == row.id).values(superseded_by=successor, status=status)
            )
            _log_change(session, row.id, [])


def superseded(claims_by_path: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Path -> path of its successor, from `superseded_by` in the old document or `supersedes` in the new one.

    A name is looked for beside the document that says it, then from the root of the source; a successor
    that is not there is kept as written.
    """
    found: dict[str, str] = {}
    for path, claims in claims_by_path.items():
        for old in cast("list[str]", claims.get("supersedes") or []):
            target = _resolve(old, beside=path, known=claims_by_path)
            if target in claims_by_path:
                found[target] = path
        if new := claims.get("superseded_by"):
            found[path] = _resolve(str(new), beside=path, known=claims_by_path)
    return found


def _resolve(name: str, *, beside: str, known: Mapping[str, object]) -> str:
    near = posixpath.normpath(posixpath.join(posixpath.dirname(beside), name))
    return near if near in known else name


def finish_sync(session: Session, source_id: int, *, policy_hash: str) -> None:
    """Stamp the source as synced under this policy, at the database's time."""
    session.execute(
        update(SourceRow)
        .where(SourceRow.id == source_id)
        .values(policy_hash=policy_hash, synced_at=func.current_timestamp())
    )


def unreadable_documents(session: Session, source_id: int) -> list[tuple[str, str]]:
    rows = session.execute(
        select(DocumentRow.path, DocumentRow.error)
        .where(DocumentRow.source_id == source_id, DocumentRow.error.is_not(None))
        .order_by(DocumentRow.path)
    )
    return [(row.path, row.error) for row in rows]


def _drop_chunks(session: Session, document_id: int) -> list[list[int]]:
    rows = session.execute(select(ChunkRow.id, ChunkRow.access_id).where(ChunkRow.document_id == document_id)).all()
    session.execute(delete(ChunkRow).where(ChunkRow.document_id == document_id))
    return [[row.id, row.access_id] for row in rows]


def _log_change(session: Session, document_id: int | None, removed: list[list[int]]) -> None:
    session.execute(insert(ChangeRow).values(document_id=document_id, removed=removed))


def _chunk_values(chunk: Chunk, text_hash: str, document_id: int, access_id: int) -> dict[str, object]:
    return {
        "document_id": document_id,
        "access_id": access_id,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind,
        "heading": " > ".join(chunk.heading),
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "line": chunk.line,
        "text_hash": text_hash,
    }
