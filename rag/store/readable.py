"""Which documents an audience may read now, by path."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from rag.model import Audience
from rag.store.documents import readable_access_ids
from rag.tables import DocumentRow


def may_read_all(session: Session, paths: Collection[str], audience: Audience) -> bool:
    """Whether every one of these documents is there and may be read by everyone of the audience."""
    rows = session.execute(select(DocumentRow.path, DocumentRow.access_id).where(DocumentRow.path.in_(set(paths))))
    readable, found = readable_access_ids(session, audience), {row.path: row.access_id for row in rows}
    return all(found.get(path) in readable for path in paths)
