"""The ledger in SQL. Functions take a session and never commit; saves check the version they read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Select, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from gates.codec import hash_of, to_plain
from gates.criteria import Criterion
from gates.model import Gate, Programme, Project
from gates.record_problems import RecordProblem
from gates.report import Evidence, EvidenceKey
from gates.signoff.model import PolicyRevision
from gates.tables import CriterionRow, EvidenceRow, GateRow, ProblemRow, ProgrammeRow, ProjectRow


class StaleVersionError(Exception):
    """Somebody else saved in between: read again and decide again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the row's id, its version, and whether anything changed."""

    id: int
    version: int
    changed: bool


def save_programme(
    session: Session, programme: Programme, *, now: datetime, revision: PolicyRevision | None = None
) -> Saved:
    """Write a programme's policy and where it comes from; nothing is written when it is as before."""
    digest = hash_of(programme)
    origin = to_plain(revision) if revision else None
    row = session.scalar(select(ProgrammeRow).where(ProgrammeRow.name == programme.name))
    if row is None:
        row = ProgrammeRow(name=programme.name, record=to_plain(programme), record_hash=digest, changed_at=now)
        row.revision = origin  # type: ignore[assignment]  # a dataclass is a mapping in JSON
        session.add(row)
        session.flush()
        return Saved(row.id, row.version, True)
    if row.revision != origin:
        row.revision = origin  # type: ignore[assignment]
        session.flush()
    if row.record_hash == digest:
        return Saved(row.id, row.version, False)
    values = {"record": to_plain(programme), "record_hash": digest, "changed_at": now}
    return _save_version(session, ProgrammeRow, row.id, row.version, values)


def _save_version(
    session: Session, table: type[ProgrammeRow] | type[ProjectRow], id_: int, version: int, values: dict[str, object]
) -> Saved:
    change = update(table).where(table.id == id_, table.version == version).values(**values, version=version + 1)
    # the session's copy is refreshed by `synchronize_session`; no row touched means that the version moved on
    changed = session.execute(change, execution_options={"synchronize_session": "fetch"})
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersionError(f"{table.__tablename__} {id_} is not at version {version} any more")
    return Saved(id_, version + 1, True)


def replace_project(
    session: Session,
    programme_id: int,
    project: Project,
    *,
    now: datetime,
    position: int = 0,
    expected_version: int | None = None,
) -> Saved:
    """Write a project with its gates and criteria in place of what was there.

    Nothing is written when the record is as before. Raises StaleVersionError when the row is not at `expected_version`
    (None: whatever is there now is replaced), or moved on while this transaction ran.
    """
    digest = hash_of(project)
    where = (ProjectRow.programme_id == programme_id, ProjectRow.slug == project.slug)
    found = session.execute(select(ProjectRow.id, ProjectRow.version, ProjectRow.record_hash).where(*where)).first()
    if expected_version is not None and (found.version if found else 0) != expected_version:
        raise StaleVersionError(f"{project.slug} is at version {found.version if found else 0}, not {expected_version}")
    values = _project_values(project, digest, now=now, position=position)
    if found is None:
        row = ProjectRow(programme_id=programme_id, slug=project.slug, **values)
        session.add(row)
        session.flush()
        saved = Saved(row.id, 1, True)
    elif found.record_hash == digest:
        return Saved(found.id, found.version, False)
    else:
        saved = _save_version(session, ProjectRow, found.id, found.version, values)
        session.execute(delete(CriterionRow).where(CriterionRow.gate_id.in_(_gate_ids(saved.id))))
        session.execute(delete(GateRow).where(GateRow.project_id == saved.id))
    _add_gates(session, saved.id, project.gates)
    return saved


def _project_values(project: Project, digest: str, *, now: datetime, position: int) -> dict[str, object]:
    return {
        "position": position,
        "name": project.name,
        "noun": project.noun,
        "owner": project.owner,
        "access_id": project.access_id,
        "record": to_plain(replace(project, gates=())),
        "record_hash": digest,
        "changed_at": now,
    }


def _gate_ids(project_id: int) -> Select[int]:
    return select(GateRow.id).where(GateRow.project_id == project_id)


def _add_gates(session: Session, project_id: int, gates: Sequence[Gate]) -> None:
    rows = [
        GateRow(
            project_id=project_id,
            slug=gate.slug,
            position=gate.position,
            name=gate.name,
            owner=gate.owner,
            due=gate.due,
            state=gate.state,
            record=to_plain(replace(gate, criteria=())),
        )
        for gate in gates
    ]
    session.add_all(rows)
    session.flush()
    criteria = [
        _criterion_values(row.id, at, criterion)
        for row, gate in zip(rows, gates, strict=True)
        for at, criterion in enumerate(gate.criteria, 1)
    ]
    if criteria:  # plain rows: nobody needs them as objects, and there are very many
        session.execute(insert(cast(Table, CriterionRow.__table__)), criteria)


def _criterion_values(gate_id: int, position: int, criterion: Criterion) -> dict[str, object]:
    return {
        "gate_id": gate_id,
        "criterion": criterion.id,
        "position": position,
        "kind": criterion.kind,
        "title": criterion.title,
        "owner": criterion.owner,
        "record": to_plain(criterion),
    }


def remove_projects(session: Session, programme_id: int, *, keep: Collection[str]) -> tuple[str, ...]:
    """Drop the projects of a programme that are not among `keep`; answers their slugs."""
    rows = session.execute(select(ProjectRow.id, ProjectRow.slug).where(ProjectRow.programme_id == programme_id))
    gone = [(row.id, row.slug) for row in rows if row.slug not in keep]
    for id_, _ in gone:
        session.execute(delete(EvidenceRow).where(EvidenceRow.project_id == id_))
        session.execute(delete(CriterionRow).where(CriterionRow.gate_id.in_(_gate_ids(id_))))
        session.execute(delete(GateRow).where(GateRow.project_id == id_))
        session.execute(delete(ProjectRow).where(ProjectRow.id == id_))
    return tuple(slug for _, slug in gone)


def replace_evidence(session: Session, project_id: int, evidence: Mapping[EvidenceKey, Evidence]) -> None:
    """Write a project's evidence in place of what was there; keys of other projects are not looked at."""
    session.execute(delete(EvidenceRow).where(EvidenceRow.project_id == project_id))
    rows = [
        {
            "project_id": project_id,
            "gate": gate,
            "criterion": criterion,
            "document": item.document,
            "value": item.value,
            "content_hash": item.content_hash,
            "access_id": item.access_id,
            "record": to_plain(item),
        }
        for (_, gate, criterion), item in evidence.items()
    ]
    if rows:
        session.execute(insert(cast(Table, EvidenceRow.__table__)), rows)


def replace_problems(session: Session, collection: str, *, problems: Iterable[RecordProblem]) -> None:
    """Note what is wrong with the record files of a collection in place of what was noted before."""
    session.execute(delete(ProblemRow).where(ProblemRow.collection == collection))
    session.add_all(
        ProblemRow(collection=collection, file=p.file, line=p.line, key=p.key, expected=p.expected, found=p.found)
        for p in problems
    )
    session.flush()
