"""The rows of the model meter: accounts of the budgets, calls, and the warnings that were given."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, Date, DateTime, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}


class InferenceTable(DeclarativeBase):
    """Base of this room's tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {
        datetime: DateTime(timezone=True),
        date: Date(),
        str: Text(),
        int: BigInteger(),
    }


class AccountRow(InferenceTable):
    """What one payer has spent and reserved in one period. Money is in millionths of a US dollar.

    The limits are those that held at the last reservation, for the report; what counts is the configuration.
    """

    __tablename__ = "inference_accounts"

    key: Mapped[str] = mapped_column(primary_key=True)
    tokens_spent: Mapped[int] = mapped_column(default=0)
    tokens_reserved: Mapped[int] = mapped_column(default=0)
    micros_spent: Mapped[int] = mapped_column(default=0)
    micros_reserved: Mapped[int] = mapped_column(default=0)
    tokens_limit: Mapped[int | None]
    micros_limit: Mapped[int | None]
    warned: Mapped[int] = mapped_column(default=0)


class CallRow(InferenceTable):
    """One request that was sent, or was about to be.

    `state` is open, settled (the server's own count), charged (no count: the whole reservation), refunded (it was not
    sent) or orphaned (its process ended: the whole reservation). `accounts` are the keys it was reserved in.
    """

    __tablename__ = "inference_calls"
    __table_args__ = (
        Index("ix_inference_calls_at", "at"),
        Index("ix_inference_calls_state_until", "state", "until"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    person: Mapped[str | None]
    channel: Mapped[str | None]
    project: Mapped[str | None]
    programme: Mapped[str | None]
    request_class: Mapped[str]
    prompt: Mapped[str]
    model: Mapped[str]
    accounts: Mapped[list[str]] = mapped_column(JSON)
    tokens_reserved: Mapped[int]
    micros_reserved: Mapped[int]
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    micros: Mapped[int] = mapped_column(default=0)
