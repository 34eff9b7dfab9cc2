"""The tables of answers and their provenance."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "bot_answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_columns(sa.Text(), "question_hash", "audience"),
        *_columns(sa.JSON(), "readers"),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        *_columns(sa.Text(), "tier", "why", "prompt", "model"),
        *_columns(sa.JSON(), "sampling", "sources", "decisions", "dropped"),
        *_columns(sa.BigInteger(), "prompt_tokens", "completion_tokens", "micros"),
        *_columns(sa.JSON(), "timings_ms"),
        sa.Column("texts", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_answers")),
    )
    op.create_index("ix_bot_answers_at", "bot_answers", ["at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("bot_answers")


def _columns(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]
