"""API tokens in SQL; the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.access.model import ApiToken, read_scope
from bot.access.tables import ApiTokenRow


def save_token(session: Session, token: ApiToken) -> None:
    """Add a token."""
    session.add(
        ApiTokenRow(
            id=token.id,
            name=token.name,
            scopes=[str(scope) for scope in token.scopes],
            secret_hash=token.secret_hash,
            person=token.person,
            made_by=token.made_by,
            made_at=token.made_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )
    )


def load_token(session: Session, token_id: str) -> ApiToken | None:
    """A token, revoked and expired ones too."""
    row = session.get(ApiTokenRow, token_id)
    return _token(row) if row else None


def all_tokens(session: Session) -> tuple[ApiToken, ...]:
    """Every token, oldest first."""
    return tuple(map(_token, session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.made_at, ApiTokenRow.id))))


def revoke(session: Session, token_id: str, *, at: datetime) -> bool:
    """End a token; False when there is none, or it has ended before."""
    ending = update(ApiTokenRow).where(ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None))
    return session.scalar(ending.values(revoked_at=at).returning(ApiTokenRow.id)) is not None


def _token(row: ApiTokenRow) -> ApiToken:
    scopes = tuple(map(read_scope, row.scopes))
    return ApiToken(
        row.id, row.name, scopes, row.secret_hash, row.person, row.made_by, row.made_at, row.expires_at, row.revoked_at
    )
