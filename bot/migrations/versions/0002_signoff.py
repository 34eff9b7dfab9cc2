"""The tables of sign-off: the audit log becomes a hash chain, with its head, people, states, answers and evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gates.audit.chain import chained
from gates.audit.entry import GENESIS, Entry, Head

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ADDED = ("programme", "key", "impersonated_by")


def upgrade() -> None:
    for name in _ADDED:
        op.add_column("gates_events", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("gates_programmes", sa.Column("revision", sa.JSON(), nullable=True))
    _create_ledger_tables()
    _create_side_tables()
    _chain_what_is_there()


def _create_ledger_tables() -> None:
    op.create_table(
        "gates_audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gates_audit_head")),
    )
    op.create_table(
        "gates_people",
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_gates_people")),
        sa.UniqueConstraint("person", name=op.f("uq_gates_people_person")),
    )
    op.create_table(
        "gates_states",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("programme", "project", "gate", name=op.f("pk_gates_states")),
    )


def _create_side_tables() -> None:
    op.create_table(
        "gates_answers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gates_answers")),
    )
    op.create_table(
        "gates_frozen",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_gates_frozen")),
    )
    op.create_table(
        "gates_walkthroughs",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("submission", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "person", "programme", "project", "gate", "submission", name=op.f("pk_gates_walkthroughs")
        ),
    )


_EVENTS = sa.table(
    "gates_events",
    sa.column("seq", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.Text) for name in ("kind", "actor", "surface", "project", "gate", "criterion", "reason")),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("after", sa.JSON(none_as_null=True)),
    sa.column("previous_hash", sa.Text),
    sa.column("hash", sa.Text),
)
_HEAD = sa.table(
    "gates_audit_head", sa.column("id", sa.Integer), sa.column("seq", sa.Integer), sa.column("hash", sa.Text)
)


def _chain_what_is_there() -> None:
    """Number the records of before without a gap and chain them; who took records in was not kept then."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(_EVENTS).order_by(_EVENTS.c.seq)).all()
    entries = (
        Entry(
            row.kind,
            row.at,
            surface=row.surface,
            project=row.project,
            gate=row.gate,
            criterion=row.criterion,
            reason=row.reason,
            before=row.before,
            after=row.after,
        )
        for row in rows
    )
    head = GENESIS
    for row, record in zip(rows, chained(entries, head), strict=True):
        values = {"seq": record.seq, "actor": None, "previous_hash": record.previous, "hash": record.hash}
        connection.execute(sa.update(_EVENTS).where(_EVENTS.c.seq == row.seq).values(**values))
        head = Head(record.seq, record.hash)
    connection.execute(sa.insert(_HEAD).values(id=1, seq=head.seq, hash=head.hash))


def downgrade() -> None:
    for name in ("gates_walkthroughs", "gates_frozen", "gates_answers", "gates_states", "gates_people"):
        op.drop_table(name)
    op.drop_table("gates_audit_head")
    with op.batch_alter_table("gates_programmes", schema=None) as batch_op:
        batch_op.drop_column("revision")
    with op.batch_alter_table("gates_events", schema=None) as batch_op:
        for name in _ADDED:
            batch_op.drop_column(name)
