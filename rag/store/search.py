"""What searching reads of the documents: live, readable rows. The only way a hit becomes a passage.

Access is checked on the rows read, not in the statement: given both lists, SQLite looks up the access ids, which are
few and match half of all rows (65 ms at 50,000 chunks), instead of the ids asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from rag.store.windows import Id, windows
from rag.tables import ChunkRow, DocumentRow

BEGINNING = 3
"""Chunks of a document that speak for the whole of it, about 500 tokens, beside those that were found."""

Columns = TypeVarTuple("Columns")


class ChunkPlace(NamedTuple):
    """Where a chunk belongs, its position in the document and the size of its text in characters."""

    chunk_id: int
    document_id: int
    access_id: int
    ordinal: int
    size: int


_PLACE = select(
    ChunkRow.id,
    ChunkRow.document_id,
    ChunkRow.access_id,
    ChunkRow.ordinal,
    (ChunkRow.end - ChunkRow.start).label("size"),
)


@dataclass(frozen=True)
class Successor:
    """The document that took a superseded one's place: its id when it may be read, and its name.

    The name is empty when there is a successor that this audience may not know of.
    """

    document_id: int | None
    name: str


@dataclass(frozen=True)
class LiveDocument:
    """The columns of a document that ranking and citing need; `source` is the collection's id."""

    id: int
    access_id: int
    source: int
    path: str
    title: str
    updated: str
    superseded_by: str | None


@dataclass(frozen=True)
class LiveChunk:
    """The columns of a chunk that a passage shows."""

    id: int
    document_id: int
    heading: str
    text: str
    line: int


def places_of_chunks(session: Session, chunk_ids: Collection[int]) -> list[ChunkPlace]:
    """The place of each chunk that exists now, whoever may read it."""
    return [ChunkPlace(*row) for row in _read(session, _PLACE, ChunkRow.id, chunk_ids)]


def beginnings(session: Session, document_ids: Collection[int]) -> list[ChunkPlace]:
    """The first `BEGINNING` chunks of each of these documents that exists now, whoever may read them."""
    query = _PLACE.where(ChunkRow.ordinal < BEGINNING)
    return [ChunkPlace(*row) for row in _read(session, query, ChunkRow.document_id, document_ids)]


def paths_of_documents(session: Session, document_ids: Collection[int]) -> dict[int, str]:
    """The path of each document that exists now, by id."""
    query = select(DocumentRow.id, DocumentRow.path)
    return {row[0]: row[1] for row in _read(session, query, DocumentRow.id, document_ids)}


def live_documents(session: Session, document_ids: Collection[int]) -> dict[int, LiveDocument]:
    """The documents among these that exist now, by id, whoever may read them."""
    query = select(
        DocumentRow.id,
        DocumentRow.access_id,
        DocumentRow.source_id,
        DocumentRow.path,
        DocumentRow.title,
        DocumentRow.updated,
        DocumentRow.superseded_by,
    )
    return {row[0]: LiveDocument(*row) for row in _read(session, query, DocumentRow.id, document_ids)}


def live_chunks(session: Session, chunk_ids: Collection[int], access_ids: Collection[int]) -> dict[int, LiveChunk]:
    """The chunks among these that exist now and carry one of these access ids, with their text, by id."""
    columns = (ChunkRow.id, ChunkRow.document_id, ChunkRow.heading, ChunkRow.text, ChunkRow.line)
    rows = _read(session, select(*columns, ChunkRow.access_id), ChunkRow.id, chunk_ids)
    return {row[0]: LiveChunk(row[0], row[1], row[2], row[3], row[4]) for row in rows if row[5] in access_ids}


def successors(
    session: Session, documents: Collection[LiveDocument], access_ids: Collection[int]
) -> dict[int, Successor]:
    """What stands in the place of each superseded document among these, by the superseded one's id."""
    named = {document.superseded_by for document in documents if document.superseded_by}
    query = select(DocumentRow.source_id, DocumentRow.path, DocumentRow.id, DocumentRow.access_id)
    rows = {(row[0], row[1]): row for row in _read(session, query, DocumentRow.path, named)}
    found = {}
    for document in documents:
        if document.superseded_by:
            row = rows.get((document.source, document.superseded_by))
            found[document.id] = _successor(document.superseded_by, row, access_ids)
    return found


def _successor(name: str, row: Row[int, str, int, int] | None, access_ids: Collection[int]) -> Successor:
    """A name that is no document's is the superseded one's own words; one that is may be secret."""
    if row is None:
        return Successor(None, name)
    return Successor(row[2], name) if row[3] in access_ids else Successor(None, "")


def document_texts(session: Session, document_ids: Collection[int], access_ids: Collection[int]) -> dict[int, str]:
    """The full text of the readable documents among these, by id."""
    query = select(DocumentRow.id, DocumentRow.text, DocumentRow.access_id)
    return {row[0]: row[1] for row in _read(session, query, DocumentRow.id, document_ids) if row[2] in access_ids}


def _read(
    session: Session, query: Select[*Columns], column: InstrumentedAttribute[Id], ids: Collection[Id]
) -> Iterator[Row[*Columns]]:
    for window in windows(ids):
        yield from session.execute(query.where(column.in_(window)))
