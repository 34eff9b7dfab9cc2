"""The rows of the middle: events, messages, cards, button tokens, places, accounts, links, leases, due work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Index, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, what comes back has one all the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class MessagingTable(DeclarativeBase):
    """Base of these tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: Instant(), str: Text()}


class EventRow(MessagingTable):
    """An accepted event. `payload` is None once expired; `fence` counts claims, only the newest may settle it."""

    __tablename__ = "bot_events"
    __table_args__ = (Index("ix_bot_events_state", "state", "id"), Index("ix_bot_events_thread", "place", "thread"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str]
    thread: Mapped[str]
    sender: Mapped[str]
    payload: Mapped[dict[str, object] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="waiting")
    received_at: Mapped[datetime]
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    fence: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)


class NonceRow(MessagingTable):
    """A signed request that was seen, so that it is not taken twice."""

    __tablename__ = "bot_nonces"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class OutboxRow(MessagingTable):
    """A message to somebody or some place.

    `lane` is what is delivered in order: a place, or a person. `in_doubt`: an attempt began whose end is not known.
    `repeats` counts posts that may be a second copy, where the platform could not be asked. An expired `reply` is None.
    """

    __tablename__ = "bot_outbox"
    __table_args__ = (
        Index("ix_bot_outbox_state", "state", "lane", "id"),
        Index("ix_bot_outbox_thread", "place", "thread"),
        Index("ix_bot_outbox_message", "place", "message"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    account: Mapped[str | None]
    place: Mapped[str | None]
    thread: Mapped[str] = mapped_column(default="")
    reply: Mapped[dict[str, object] | None] = mapped_column(JSON)
    card: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    repeats: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)


class CardRow(MessagingTable):
    """A posted message that shows a card. Drawn anew while `drawn` is behind `wanted`, not before `not_before`."""

    __tablename__ = "bot_cards"
    __table_args__ = (Index("ix_bot_cards_message", "place", "message", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str]
    account: Mapped[str | None]
    place: Mapped[str]
    thread: Mapped[str]
    message: Mapped[str]
    wanted: Mapped[int] = mapped_column(default=0)
    drawn: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    gone: Mapped[str | None] = mapped_column(default=None)


class TokenRow(MessagingTable):
    """A button of a message (`owner` is the message's key). `stale` says why it stands no more."""

    __tablename__ = "bot_tokens"

    token: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    command: Mapped[str]
    question: Mapped[bool] = mapped_column(default=False)
    card: Mapped[str] = mapped_column(default="")
    place: Mapped[str]
    account: Mapped[str | None]
    minted_at: Mapped[datetime]
    stale: Mapped[str | None] = mapped_column(default=None)


class PlaceRow(MessagingTable):
    """A place: who reads it as the platform said at `as_of` (None: must be asked), and how to write there again.

    `drops` counts the events that made the facts old: an answer that was asked for before one of them is not kept.
    """

    __tablename__ = "bot_places"

    place: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="unknown")
    members: Mapped[list[str] | None] = mapped_column(JSON, default=None)
    as_of: Mapped[datetime | None] = mapped_column(default=None)
    drops: Mapped[int] = mapped_column(default=0)
    reference: Mapped[dict[str, str] | None] = mapped_column(JSON, default=None)


class AccountRow(MessagingTable):
    """An account as its platform described it at `as_of`, and the place where its owner is written to alone."""

    __tablename__ = "bot_accounts"

    account: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="unknown")
    email: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    as_of: Mapped[datetime | None] = mapped_column(default=None)
    drops: Mapped[int] = mapped_column(default=0)
    direct: Mapped[str | None] = mapped_column(default=None)


class LinkRow(MessagingTable):
    """Whose account this is. `confirmed_at` None is a proposal: it gives no rights."""

    __tablename__ = "bot_links"

    account: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class LeaseRow(MessagingTable):
    """Who does something that only one may do. `fence` grows with every holder."""

    __tablename__ = "bot_leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    until: Mapped[datetime]


class DueRow(MessagingTable):
    """Work that is due at a moment, once; after a failure it is tried at `try_at`. `fence` is the lease of its doer."""

    __tablename__ = "bot_due"
    __table_args__ = (Index("ix_bot_due_state", "state", "try_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[dict[str, str]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    try_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    fence: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(default=None)
