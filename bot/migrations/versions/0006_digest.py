"""The tables of digests and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "bot_subscriptions",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_bot_subscriptions")),
    )
    op.create_table(
        "bot_digests",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bot_digests")),
    )
    op.create_index("ix_bot_digests_reader", "bot_digests", ["reader", "day"])
    op.create_table(
        "bot_glimpses",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_bot_glimpses")),
    )
    op.create_table(
        "bot_snoozes",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person", "about", name=op.f("pk_bot_snoozes")),
    )
    op.create_table(
        "bot_reminders",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bot_reminders")),
    )
    op.create_index("ix_bot_reminders_person", "bot_reminders", ["person", "sent_at"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("bot_reminders", "bot_snoozes", "bot_glimpses", "bot_digests", "bot_subscriptions"):
        op.drop_table(table)
