"""The rows of answers and where their words came from."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}


class AnswersTable(DeclarativeBase):
    """Base of these tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {
        datetime: DateTime(timezone=True),
        str: Text(),
        int: BigInteger(),
    }


class AnswerRow(AnswersTable):
    """One answer on which a model was asked. `texts` is NULL once they have expired."""

    __tablename__ = "bot_answers"
    __table_args__ = (Index("ix_bot_answers_at", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    question_hash: Mapped[str]
    audience: Mapped[str]
    readers: Mapped[list[list[str]]] = mapped_column(JSON)
    person: Mapped[str | None]
    place: Mapped[str | None]
    tier: Mapped[str]
    why: Mapped[str]
    prompt: Mapped[str]
    model: Mapped[str]
    sampling: Mapped[dict[str, object]] = mapped_column(JSON)
    sources: Mapped[list[list[object]]] = mapped_column(JSON)
    decisions: Mapped[list[list[str]]] = mapped_column(JSON)
    dropped: Mapped[list[list[str]]] = mapped_column(JSON)
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    micros: Mapped[int]
    timings_ms: Mapped[dict[str, float]] = mapped_column(JSON)
    texts: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


class FeedbackRow(AnswersTable):
    """What one person thought of one answer; `person` is empty for somebody who is not linked."""

    __tablename__ = "bot_feedback"

    answer: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    helpful: Mapped[bool]
    at: Mapped[datetime]
