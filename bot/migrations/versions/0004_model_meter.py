"""The tables of the model meter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "inference_accounts",
        sa.Column("key", sa.Text(), nullable=False),
        *_counters("tokens_spent", "tokens_reserved", "micros_spent", "micros_reserved"),
        sa.Column("tokens_limit", sa.BigInteger(), nullable=True),
        sa.Column("micros_limit", sa.BigInteger(), nullable=True),
        *_counters("warned"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inference_accounts")),
    )
    op.create_table(
        "inference_calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("project", sa.Text(), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("request_class", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        *_counters(
            "tokens_reserved", "micros_reserved", "prompt_tokens", "completion_tokens", "cached_tokens", "micros"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inference_calls")),
    )
    op.create_index("ix_inference_calls_at", "inference_calls", ["at"])
    op.create_index("ix_inference_calls_state_until", "inference_calls", ["state", "until"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("inference_calls")
    op.drop_table("inference_accounts")


def _counters(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
