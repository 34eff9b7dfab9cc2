"""The rows of the ledger: programmes with their gates and evidence, the audit log, and the states of sign-off."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class GatesTable(DeclarativeBase):
    """Base of this room's tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: DateTime(timezone=True), date: Date()}


class ProgrammeRow(GatesTable):
    """A programme or a foreign collection; `record` is its policy as JSON, `revision` where that comes from."""

    __tablename__ = "gates_programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    record: Mapped[dict[str, object]] = mapped_column(JSON)
    record_hash: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime]
    revision: Mapped[dict[str, object] | None] = mapped_column(JSON)


class ProjectRow(GatesTable):
    """A project without its gates. `version` counts saves; a save names the version it read."""

    __tablename__ = "gates_projects"
    __table_args__ = (UniqueConstraint("programme_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("gates_programmes.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(Text, index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(Text)
    noun: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    access_id: Mapped[int] = mapped_column(index=True)
    record: Mapped[dict[str, object]] = mapped_column(JSON)
    record_hash: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class GateRow(GatesTable):
    """A gate without its criteria; `position` counts from 1."""

    __tablename__ = "gates_gates"
    __table_args__ = (UniqueConstraint("project_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("gates_projects.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    due: Mapped[date | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class CriterionRow(GatesTable):
    """A criterion; `record` holds head and rule."""

    __tablename__ = "gates_criteria"
    __table_args__ = (UniqueConstraint("gate_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gates_gates.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class EvidenceRow(GatesTable):
    """What a document says for one criterion, as last read."""

    __tablename__ = "gates_evidence"
    __table_args__ = (UniqueConstraint("project_id", "gate", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("gates_projects.id", ondelete="CASCADE"), index=True)
    gate: Mapped[str] = mapped_column(Text)
    criterion: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text, index=True)
    value: Mapped[str | None] = mapped_column(Text)
    content_hash: Mapped[str | None] = mapped_column(Text)
    access_id: Mapped[int]
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class ProblemRow(GatesTable):
    """Why a record file could not be taken in; it stands until the file is read without a problem."""

    __tablename__ = "gates_record_problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(Text, index=True)
    file: Mapped[str] = mapped_column(Text)
    line: Mapped[int]
    key: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)
    found: Mapped[str] = mapped_column(Text)


class EventRow(GatesTable):
    """One record of the audit log. Rows are only ever added, numbered without a gap under the lock of the head.

    `actor` and `impersonated_by` are pseudonyms of `gates_people`; `before` and `after` name people by them too.
    """

    __tablename__ = "gates_events"
    __table_args__ = (Index("ix_gates_events_project_gate", "project", "gate"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    surface: Mapped[str | None] = mapped_column(Text)
    programme: Mapped[str | None] = mapped_column(Text)
    project: Mapped[str | None] = mapped_column(Text)
    gate: Mapped[str | None] = mapped_column(Text)
    criterion: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, object] | None] = mapped_column(JSON)
    after: Mapped[dict[str, object] | None] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(Text)
    impersonated_by: Mapped[str | None] = mapped_column(Text)
    previous_hash: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(Text)


class HeadRow(GatesTable):
    """Where the audit log ends: one row, whose lock puts everybody who adds records in line."""

    __tablename__ = "gates_audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)


class PersonRow(GatesTable):
    """Who stands behind a pseudonym of the audit log. Erasing a person empties the row; the log stays as it is."""

    __tablename__ = "gates_people"

    pseudonym: Mapped[str] = mapped_column(Text, primary_key=True)
    person: Mapped[str | None] = mapped_column(Text, unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None]


class StateRow(GatesTable):
    """What the events of a gate come to, beside them; `seq` is the last record folded in.

    Deciding begins by locking this row, so that two decisions about one gate follow one another.
    """

    __tablename__ = "gates_states"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    project: Mapped[str] = mapped_column(Text, primary_key=True)
    gate: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    state: Mapped[dict[str, object] | None] = mapped_column(JSON)


class AnswerRow(GatesTable):
    """What a command was answered, by the key of its event: the same event twice is answered the same."""

    __tablename__ = "gates_answers"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime]
    answer: Mapped[dict[str, object]] = mapped_column(JSON)


class FrozenRow(GatesTable):
    """The bytes of a document as they were when a gate was submitted, by their SHA-256."""

    __tablename__ = "gates_frozen"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    media: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WalkthroughRow(GatesTable):
    """How far somebody is with looking at a submission; resumed wherever he is next. Not part of the audit log."""

    __tablename__ = "gates_walkthroughs"

    person: Mapped[str] = mapped_column(Text, primary_key=True)
    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    project: Mapped[str] = mapped_column(Text, primary_key=True)
    gate: Mapped[str] = mapped_column(Text, primary_key=True)
    submission: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    draft: Mapped[dict[str, object]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
