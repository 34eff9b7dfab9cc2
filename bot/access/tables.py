"""The rows of API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.messaging.tables import NAMING, Instant


class AccessTable(DeclarativeBase):
    """Base of these tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: Instant(), str: Text()}


class ApiTokenRow(AccessTable):
    """A token; its secret is kept as a hash alone."""

    __tablename__ = "bot_api_tokens"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    secret_hash: Mapped[str]
    person: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
