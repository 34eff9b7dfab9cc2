"""Whole documents by path, for those who look inside: the ledger's evidence, quotes that are checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rag.store.windows import windows
from rag.tables import DocumentRow, SourceRow


@dataclass(frozen=True)
class Content:
    """A stored document with everything that is known of it."""

    source_id: int
    path: str
    title: str
    format: str
    text: str
    meta: Mapping[str, object]
    sections: tuple[tuple[str, bool], ...]
    modified: datetime
    updated: str
    owner: str | None
    status: str
    superseded_by: str | None
    content_hash: str
    access_id: int
    error: str | None


def source_id_of(session: Session, name: str) -> int:
    """The id of a source by its name."""
    return session.execute(select(SourceRow.id).where(SourceRow.name == name)).scalar_one()


def contents_at(session: Session, source_id: int, paths: Collection[str]) -> dict[str, Content]:
    """The documents of one source among these paths, by path."""
    found: dict[str, Content] = {}
    for window in windows(set(paths)):
        query = select(DocumentRow).where(DocumentRow.source_id == source_id, DocumentRow.path.in_(window))
        found |= {row.path: _content(row) for row in session.scalars(query)}
    return found


def contents_named(session: Session, source_id: int, file_name: str) -> list[Content]:
    """The documents of one source with this file name, in any folder, by path."""
    query = select(DocumentRow).where(
        DocumentRow.source_id == source_id,
        (DocumentRow.path == file_name) | DocumentRow.path.endswith(f"/{file_name}", autoescape=True),
    )
    return [_content(row) for row in session.scalars(query.order_by(DocumentRow.path))]


def text_at(session: Session, path: str) -> str | None:
    """The text of the document at a path; None when there is none."""
    return session.scalar(select(DocumentRow.text).where(DocumentRow.path == path))


def stored_line(session: Session, source_id: int, path: str, line: int) -> str | None:
    """One line of a document of one source, counted from 1; None when there is no such document or line."""
    found = DocumentRow.path == path, DocumentRow.source_id == source_id
    text = session.scalar(select(DocumentRow.text).where(*found))
    lines = text.splitlines() if text else []
    return lines[line - 1] if 0 < line <= len(lines) else None


def last_synced(session: Session) -> datetime | None:
    """When the oldest sync of the present sources ended: nothing shown is older than this against its files."""
    moments = [moment for moment in session.scalars(select(SourceRow.synced_at)) if moment is not None]
    return min(moments, default=None)


def _content(row: DocumentRow) -> Content:
    return Content(
        source_id=row.source_id,
        path=row.path,
        title=row.title,
        format=row.format,
        text=row.text,
        meta=row.meta,
        sections=tuple((str(heading), bool(filled)) for heading, filled in row.sections),
        modified=row.modified,
        updated=row.updated,
        owner=row.owner,
        status=row.status,
        superseded_by=row.superseded_by,
        content_hash=row.content_hash,
        access_id=row.access_id,
        error=row.error,
    )
