"""The facts of a few documents with what stands around them: what an open look-up reads of SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from rag.store.windows import windows
from rag.tables import ChunkRow, DocumentRow, EntityNameRow, EntityRow, FactRow

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class ShelfDocument:
    """A readable document; `text` is what quotes are cut from."""

    id: int
    path: str
    title: str
    updated: str
    superseded: bool
    text: str


@dataclass(frozen=True)
class ShelfFact:
    """A fact of one of the documents, with the place of its quote."""

    document_id: int
    entity: str
    field: str
    value: str
    line: int
    start: int
    end: int
    origin: str


@dataclass(frozen=True)
class ShelfEntity:
    """What a fact belongs to; `names` as written, the id first."""

    document_id: int
    key: str
    kind: str
    parent: str | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class ShelfHeading:
    """The heading path over a stretch of a document."""

    document_id: int
    start: int
    end: int
    heading: str


@dataclass(frozen=True)
class ShelfContents:
    """All that was read; `projects` are the folders of the projects there are, by folder."""

    documents: dict[int, ShelfDocument]
    facts: tuple[ShelfFact, ...]
    entities: dict[tuple[int, str], ShelfEntity]
    headings: tuple[ShelfHeading, ...]
    projects: frozenset[str]


def read_shelf(session: Session, document_ids: Collection[int], access_ids: Collection[int]) -> ShelfContents:
    """The readable ones among these documents, with facts, entities and headings."""
    documents = {found.id: found for found in _documents(session, document_ids, access_ids)}
    return ShelfContents(
        documents,
        tuple(_facts(session, documents, access_ids)),
        _entities(session, documents, access_ids),
        tuple(_headings(session, documents, access_ids)),
        _project_folders(session, access_ids),
    )


def documents_named(
    session: Session, words: Collection[str], access_ids: Collection[int], *, limit: int
) -> list[tuple[int, str, str]]:
    """(id, path, title) of readable documents whose path or title contains one of these words."""
    met = [column.ilike(f"%{word}%") for word in words for column in (DocumentRow.path, DocumentRow.title)]
    query = select(DocumentRow.id, DocumentRow.path, DocumentRow.title).where(DocumentRow.access_id.in_(access_ids))
    rows = session.execute(query.where(or_(*met)).order_by(DocumentRow.id).limit(limit)) if met else ()
    return [(row[0], row[1], row[2]) for row in rows]


def _documents(session: Session, ids: Collection[int], access_ids: Collection[int]) -> Iterator[ShelfDocument]:
    query = select(
        DocumentRow.id,
        DocumentRow.path,
        DocumentRow.title,
        DocumentRow.updated,
        DocumentRow.superseded_by,
        DocumentRow.status,
        DocumentRow.text,
    ).where(DocumentRow.access_id.in_(access_ids))
    for window in windows(ids):
        for row in session.execute(query.where(DocumentRow.id.in_(window))):
            superseded = bool(row.superseded_by) or row.status == "superseded"
            yield ShelfDocument(row.id, row.path, row.title, row.updated, superseded, row.text)


def _facts(session: Session, ids: Collection[int], access_ids: Collection[int]) -> Iterator[ShelfFact]:
    query = select(
        FactRow.document_id,
        FactRow.entity_key,
        FactRow.field,
        FactRow.value,
        FactRow.line,
        FactRow.start,
        FactRow.end,
        FactRow.origin,
    ).where(FactRow.access_id.in_(access_ids))
    for window in windows(ids):
        for row in session.execute(query.where(FactRow.document_id.in_(window)).order_by(FactRow.id)):
            yield ShelfFact(*row)


def _entities(
    session: Session, ids: Collection[int], access_ids: Collection[int]
) -> dict[tuple[int, str], ShelfEntity]:
    query = (
        select(EntityRow.document_id, EntityRow.key, EntityRow.kind, EntityRow.parent, EntityNameRow.name)
        .join(EntityNameRow, EntityNameRow.entity_id == EntityRow.id)
        .where(EntityRow.access_id.in_(access_ids))
        .order_by(EntityRow.id, EntityNameRow.position)
    )
    found: dict[tuple[int, str], ShelfEntity] = {}
    for window in windows(ids):
        for document_id, key, kind, parent, name in session.execute(query.where(EntityRow.document_id.in_(window))):
            before = found.get((document_id, key))
            names = (*before.names, name) if before else (name,)
            found[document_id, key] = ShelfEntity(document_id, key, kind, parent, names)
    return found


def _headings(session: Session, ids: Collection[int], access_ids: Collection[int]) -> Iterator[ShelfHeading]:
    query = select(ChunkRow.document_id, ChunkRow.start, ChunkRow.end, ChunkRow.heading)
    query = query.where(ChunkRow.access_id.in_(access_ids), ChunkRow.heading != "")
    for row in _read(session, query, ids):
        yield ShelfHeading(*row)


def _read(session: Session, query: Select[*Columns], ids: Collection[int]) -> Iterator[Row[*Columns]]:
    for window in windows(ids):
        yield from session.execute(query.where(ChunkRow.document_id.in_(window)).order_by(ChunkRow.id))


def _project_folders(session: Session, access_ids: Collection[int]) -> frozenset[str]:
    query = select(DocumentRow.path).join(EntityRow, EntityRow.document_id == DocumentRow.id)
    query = query.where(EntityRow.kind == "project", EntityRow.parent.is_(None), EntityRow.access_id.in_(access_ids))
    paths = session.scalars(query.distinct())
    return frozenset(path.rpartition("/")[0] for path in paths if "/" in path)
