"""The ledger out of SQL: whole projects with gates, criteria and evidence, a few queries for any number of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gates.codec import from_plain
from gates.criteria import Criterion
from gates.model import Gate, Programme, Project
from gates.record_problems import RecordProblem
from gates.report import Evidence, EvidenceKey
from gates.signoff.model import PolicyRevision
from gates.tables import CriterionRow, EvidenceRow, GateRow, ProblemRow, ProgrammeRow, ProjectRow


@dataclass(frozen=True, slots=True)
class StoredProgramme:
    id: int
    version: int
    programme: Programme
    revision: PolicyRevision | None = None


def load_programmes(session: Session, *, name: str | None = None) -> tuple[StoredProgramme, ...]:
    """All programmes, oldest first; the one of this name only where it is given."""
    query = select(ProgrammeRow.id, ProgrammeRow.version, ProgrammeRow.record, ProgrammeRow.revision)
    if name is not None:
        query = query.where(ProgrammeRow.name == name)
    return tuple(
        StoredProgramme(
            row.id,
            row.version,
            from_plain(Programme, row.record),
            from_plain(PolicyRevision, row.revision) if row.revision else None,
        )
        for row in session.execute(query.order_by(ProgrammeRow.id))
    )


def signing_programme(session: Session) -> str | None:
    """The name of the programme that gates are signed in: the first one with people in it."""
    rows = session.execute(select(ProgrammeRow.name, ProgrammeRow.record).order_by(ProgrammeRow.id))
    return next((row.name for row in rows if row.record.get("people")), None)


def project_version(session: Session, programme_id: int, slug: str) -> int:
    """The version of a project's row; 0 when there is none."""
    where = (ProjectRow.programme_id == programme_id, ProjectRow.slug == slug)
    return session.scalar(select(ProjectRow.version).where(*where)) or 0


def stored_hashes(session: Session, programme_id: int) -> dict[str, tuple[int, str]]:
    """Row id and record hash of every project of a programme, by slug."""
    rows = session.execute(
        select(ProjectRow.slug, ProjectRow.id, ProjectRow.record_hash).where(ProjectRow.programme_id == programme_id)
    )
    return {row.slug: (row.id, row.record_hash) for row in rows}


def load_projects(session: Session, programme_id: int, *, slugs: Collection[str] | None = None) -> tuple[Project, ...]:
    """The projects of a programme (or those named) with gates and criteria, in the order they were recorded."""
    picked = _picked(programme_id, slugs)
    rows = session.execute(
        select(ProjectRow.id, ProjectRow.record)
        .where(ProjectRow.id.in_(picked))
        .order_by(ProjectRow.position, ProjectRow.slug)
    )
    gates = _gates_by_project(session, picked)
    return tuple(replace(from_plain(Project, row.record), gates=tuple(gates.get(row.id, ()))) for row in rows)


def _picked(programme_id: int, slugs: Collection[str] | None) -> Select[int]:
    query = select(ProjectRow.id).where(ProjectRow.programme_id == programme_id)
    return query if slugs is None else query.where(ProjectRow.slug.in_(slugs))


def _gates_by_project(session: Session, picked: Select[int]) -> Mapping[int, list[Gate]]:
    rows = session.execute(
        select(GateRow.id, GateRow.project_id, GateRow.record)
        .where(GateRow.project_id.in_(picked))
        .order_by(GateRow.project_id, GateRow.position)
    )
    criteria = _criteria_by_gate(session, picked)
    found: dict[int, list[Gate]] = {}
    for row in rows:
        gate = replace(from_plain(Gate, row.record), criteria=tuple(criteria.get(row.id, ())))
        found.setdefault(row.project_id, []).append(gate)
    return found


def _criteria_by_gate(session: Session, picked: Select[int]) -> Mapping[int, list[Criterion]]:
    rows = session.execute(
        select(CriterionRow.gate_id, CriterionRow.record)
        .join(GateRow, GateRow.id == CriterionRow.gate_id)
        .where(GateRow.project_id.in_(picked))
        .order_by(CriterionRow.gate_id, CriterionRow.position)
    )
    found: dict[int, list[Criterion]] = {}
    for row in rows:
        found.setdefault(row.gate_id, []).append(from_plain(Criterion, row.record))
    return found


def load_evidence(
    session: Session, programme_id: int, *, slugs: Collection[str] | None = None
) -> dict[EvidenceKey, Evidence]:
    """What the documents say for the criteria of these projects."""
    rows = session.execute(
        select(ProjectRow.slug, EvidenceRow.gate, EvidenceRow.criterion, EvidenceRow.record)
        .join(ProjectRow, ProjectRow.id == EvidenceRow.project_id)
        .where(EvidenceRow.project_id.in_(_picked(programme_id, slugs)))
    )
    return {(row.slug, row.gate, row.criterion): from_plain(Evidence, row.record) for row in rows}


def recorded_at(session: Session, programme: str) -> dict[str, datetime]:
    """When the record of each project of a programme was last taken in anew, by slug. UTC."""
    rows = session.execute(
        select(ProjectRow.slug, ProjectRow.changed_at)
        .join(ProgrammeRow, ProgrammeRow.id == ProjectRow.programme_id)
        .where(ProgrammeRow.name == programme)
    )
    return {row.slug: row.changed_at for row in rows}


def load_problems(session: Session) -> tuple[RecordProblem, ...]:
    """What is wrong with record files, by file and line."""
    rows = session.scalars(select(ProblemRow).order_by(ProblemRow.file, ProblemRow.line, ProblemRow.id))
    return tuple(RecordProblem(row.file, row.line, row.key, row.expected, row.found) for row in rows)
