"""The tables of inbox, outbox, links and cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "bot_accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drops", sa.Integer(), nullable=False),
        sa.Column("direct", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_bot_accounts")),
    )
    op.create_table(
        "bot_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_cards")),
    )
    op.create_index(op.f("ix_bot_cards_card"), "bot_cards", ["card"], unique=False)
    op.create_index("ix_bot_cards_message", "bot_cards", ["place", "message"], unique=True)
    op.create_table(
        "bot_due",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bot_due")),
    )
    op.create_index("ix_bot_due_state", "bot_due", ["state", "try_at"], unique=False)
    op.create_table(
        "bot_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_events")),
        sa.UniqueConstraint("key", name=op.f("uq_bot_events_key")),
    )
    op.create_index("ix_bot_events_state", "bot_events", ["state", "id"], unique=False)
    op.create_index("ix_bot_events_thread", "bot_events", ["place", "thread"], unique=False)
    op.create_table(
        "bot_leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bot_leases")),
    )
    op.create_table(
        "bot_links",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_bot_links")),
    )
    op.create_index(op.f("ix_bot_links_person"), "bot_links", ["person"], unique=False)
    op.create_table(
        "bot_nonces",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_bot_nonces")),
    )
    op.create_index(op.f("ix_bot_nonces_seen_at"), "bot_nonces", ["seen_at"], unique=False)
    op.create_table(
        "bot_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=True),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_bot_outbox_key")),
    )
    op.create_index("ix_bot_outbox_message", "bot_outbox", ["place", "message"], unique=False)
    op.create_index("ix_bot_outbox_state", "bot_outbox", ["state", "lane", "id"], unique=False)
    op.create_index("ix_bot_outbox_thread", "bot_outbox", ["place", "thread"], unique=False)
    op.create_table(
        "bot_places",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drops", sa.Integer(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_bot_places")),
    )
    op.create_table(
        "bot_tokens",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("question", sa.Boolean(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("minted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_bot_tokens")),
    )
    op.create_index(op.f("ix_bot_tokens_owner"), "bot_tokens", ["owner"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_bot_tokens_owner"), table_name="bot_tokens")
    op.drop_table("bot_tokens")
    op.drop_table("bot_places")
    op.drop_index("ix_bot_outbox_thread", table_name="bot_outbox")
    op.drop_index("ix_bot_outbox_state", table_name="bot_outbox")
    op.drop_index("ix_bot_outbox_message", table_name="bot_outbox")
    op.drop_table("bot_outbox")
    op.drop_index(op.f("ix_bot_nonces_seen_at"), table_name="bot_nonces")
    op.drop_table("bot_nonces")
    op.drop_index(op.f("ix_bot_links_person"), table_name="bot_links")
    op.drop_table("bot_links")
    op.drop_table("bot_leases")
    op.drop_index("ix_bot_events_thread", table_name="bot_events")
    op.drop_index("ix_bot_events_state", table_name="bot_events")
    op.drop_table("bot_events")
    op.drop_index("ix_bot_due_state", table_name="bot_due")
    op.drop_table("bot_due")
    op.drop_index("ix_bot_cards_message", table_name="bot_cards")
    op.drop_index(op.f("ix_bot_cards_card"), table_name="bot_cards")
    op.drop_table("bot_cards")
    op.drop_table("bot_accounts")
