"""Taking in: what the record files of a programme say now, with an audit record of everything they change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.entry import Entry
from gates.codec import hash_of
from gates.model import Programme, Project
from gates.record_problems import RecordProblem
from gates.records import without_twins
from gates.report import Evidence, EvidenceKey
from gates.service.changes import TEMPLATE, evidence_changes, policy_changes, project_changes, template_changes
from gates.service.limits import moved_limits, note_limits
from gates.signoff.model import PolicyRevision
from gates.store import remove_projects, replace_evidence, replace_problems, replace_project, save_programme
from gates.store_audit import append_entries, load_entries
from gates.store_people import disguise_for
from gates.store_read import load_evidence, load_programmes, load_projects, stored_hashes
from gates.store_state import lock_states

DISTRUSTED = "revision refused"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking in did, by project slug."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[RecordProblem, ...]


def take_in(
    session: Session,
    programme: Programme,
    *,
    projects: Sequence[Project],
    evidence: Mapping[EvidenceKey, Evidence],
    problems: Sequence[RecordProblem] = (),
    broken: Sequence[str] = (),
    revision: PolicyRevision | None = None,
    templates: Mapping[str, str] | None = None,
    now: datetime,
) -> TakenIn:
    """Write a programme as its records are now.

    `broken` are slugs whose records cannot be read just now: what was recorded of them before stays, and `problems`
    say why it may be old. Of two projects with one slug the first counts and the other is a problem. Projects that are
    neither given nor broken are removed. `revision` is the commit the records come from, None outside Git, `templates`
    the hash of each template of the team's own. Every change is a record of the audit log; they are added last,
    because they put other writers in line.
    """
    projects, twins = without_twins(projects, taken={})
    problems = (*problems, *twins)
    before = _stored(session, programme.name)
    saved = save_programme(session, programme, now=now, revision=revision)
    entries = list(policy_changes(before, programme, version=saved.version, revision=revision, at=now))
    known = stored_hashes(session, saved.id)
    changed = [(at, p) for at, p in enumerate(projects) if known.get(p.slug, (0, ""))[1] != hash_of(p)]
    old = {p.slug: p for p in load_projects(session, saved.id, slugs=[p.slug for _, p in changed])} if known else {}
    for position, project in changed:
        row = replace_project(session, saved.id, project, now=now, position=position)
        was = old.get(project.slug)
        entries += project_changes(was, project, version=row.version, programme=programme.name, at=now)
    removed = remove_projects(session, saved.id, keep={*(p.slug for p in projects), *broken})
    entries += [Entry("project removed", now, project=slug, programme=programme.name) for slug in removed]
    known_evidence = load_evidence(session, saved.id)
    _record_evidence(session, saved.id, projects=projects, evidence=evidence)
    was_known = {project.slug for project in projects} & known.keys()
    entries += evidence_changes(
        _of(known_evidence, was_known), _of(evidence, was_known), programme=programme.name, at=now
    )
    recorded = _recorded_templates(session, programme.name) if templates else {}
    entries += template_changes(recorded, templates or {}, programme=programme.name, at=now)
    note_problems(session, programme.name, problems=problems)
    moved = moved_limits(old, [project for _, project in changed], evidence=known_evidence)
    lock_states(session, programme.name, gates=[(each.project, each.limit.gate) for each in moved])
    append_entries(session, entries, disguise=disguise_for(session, known=programme.people))
    note_limits(session, moved)
    slugs = tuple(project.slug for _, project in changed)
    return TakenIn(slugs, tuple(p.slug for p in projects if p.slug not in slugs), removed, tuple(problems))


def _recorded_templates(session: Session, programme: str) -> dict[str, object]:
    """The hash of each template of the team's own, as it was recorded last."""
    entries = load_entries(session, kind=TEMPLATE)
    told = (entry.after for entry in entries if entry.programme == programme and entry.after is not None)
    return {str(after["template"]): after["hash"] for after in told}


def _of(evidence: Mapping[EvidenceKey, Evidence], slugs: Collection[str]) -> dict[EvidenceKey, Evidence]:
    return {key: item for key, item in evidence.items() if key[0] in slugs}


def _stored(session: Session, name: str) -> Programme | None:
    return next((found.programme for found in load_programmes(session) if found.programme.name == name), None)


def _record_evidence(
    session: Session, programme_id: int, *, projects: Sequence[Project], evidence: Mapping[EvidenceKey, Evidence]
) -> None:
    rows = stored_hashes(session, programme_id)
    given, stored = _by_project(evidence), _by_project(load_evidence(session, programme_id))
    for project in projects:
        own = given.get(project.slug, {})
        if own != stored.get(project.slug, {}):
            replace_evidence(session, rows[project.slug][0], own)


def _by_project(evidence: Mapping[EvidenceKey, Evidence]) -> dict[str, dict[EvidenceKey, Evidence]]:
    found: dict[str, dict[EvidenceKey, Evidence]] = {}
    for key, item in evidence.items():
        found.setdefault(key[0], {})[key] = item
    return found


def note_problems(session: Session, collection: str, *, problems: Sequence[RecordProblem]) -> None:
    """Keep what is wrong with the record files of a collection, also when the programme itself cannot be read."""
    replace_problems(session, collection, problems=problems)


def note_distrust(session: Session, *, before: str, refused: str, reason: str, now: datetime) -> None:
    """Record that a rewritten revision was not trusted; saying so again for the same one adds nothing."""
    told = [entry for entry in load_entries(session, kind=DISTRUSTED) if (entry.after or {}).get("commit") == refused]
    if not told:
        entry = Entry(DISTRUSTED, now, reason=reason, before={"commit": before}, after={"commit": refused})
        append_entries(session, [entry])
