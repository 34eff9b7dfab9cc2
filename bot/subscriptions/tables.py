"""The rows of digests: what readers have set, were sent and saw, what they snoozed and were reminded of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, Index, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, what comes back has one all the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class DigestTable(DeclarativeBase):
    """Base of these tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: Instant(), date: Date(), str: Text()}


class SubscriptionRow(DigestTable):
    """What one reader has set; `settings` are the fields of `Subscription` that differ from their defaults."""

    __tablename__ = "bot_subscriptions"

    reader: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    settings: Mapped[dict[str, object]] = mapped_column(JSON)


class DigestRow(DigestTable):
    """A digest of one reader and local date. `outcome`: sent, late, stale (skipped). `marks`: what it showed.

    `reply` is kept for the archive until it expires.
    """

    __tablename__ = "bot_digests"
    __table_args__ = (Index("ix_bot_digests_reader", "reader", "day"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    reader: Mapped[str]
    day: Mapped[date]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    outcome: Mapped[str]
    marks: Mapped[dict[str, str]] = mapped_column(JSON)
    reply: Mapped[dict[str, object] | None] = mapped_column(JSON)


class GlimpseRow(DigestTable):
    """What a project was shown as, under its mark; shared by all readers who were shown the same."""

    __tablename__ = "bot_glimpses"

    mark: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[dict[str, object]] = mapped_column(JSON)
    used_on: Mapped[date]


class SnoozeRow(DigestTable):
    """A matter that a person does not want to hear of before a day."""

    __tablename__ = "bot_snoozes"

    person: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[date]


class ReminderRow(DigestTable):
    """A reminder that was asked for or fell due; `sent_at` None while it waits to be bundled with others."""

    __tablename__ = "bot_reminders"
    __table_args__ = (Index("ix_bot_reminders_person", "person", "sent_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    about: Mapped[str]
    text: Mapped[str]
    asked_by: Mapped[str | None]
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
