"""The bytes of frozen evidence in SQL, each kept once under its SHA-256."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gates.store_insert import insert_missing
from gates.tables import FrozenRow


def keep_frozen(session: Session, documents: Iterable[tuple[str, str, bytes]]) -> None:
    """Keep documents as (sha256, media type, bytes); what is kept already is left as it is."""
    new = {sha256: (media, content) for sha256, media, content in documents}
    kept = set(session.scalars(select(FrozenRow.sha256).where(FrozenRow.sha256.in_(new))))
    rows: list[dict[str, object]] = [
        {"sha256": sha256, "media": media, "content": content}
        for sha256, (media, content) in sorted(new.items())
        if sha256 not in kept
    ]
    insert_missing(session, FrozenRow, rows)


def load_frozen(session: Session, sha256: str) -> bytes | None:
    """The bytes of a hash, None when they were never frozen."""
    return session.scalar(select(FrozenRow.content).where(FrozenRow.sha256 == sha256))
