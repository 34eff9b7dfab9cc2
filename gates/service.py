"""The use-cases of the ledger: take records in, and look at the gates as an audience may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.codec import hash_of
from gates.criteria import Dependency
from gates.fields import RecordProblem
from gates.model import Programme, Project
from gates.portfolio import portfolio
from gates.questions import WhatIfAnswer
from gates.records import without_twins
from gates.report import Evidence, EvidenceKey, Facts, ProjectReport
from gates.restrict import restrict, restrict_portfolio
from gates.store import (
    Event,
    append_event,
    remove_projects,
    replace_evidence,
    replace_problems,
    replace_project,
    save_programme,
)
from gates.store_read import (
    StoredProgramme,
    load_evidence,
    load_problems,
    load_programmes,
    load_projects,
    stored_hashes,
)
from gates.whatif import Change, what_if


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking in did, by project slug."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[RecordProblem, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One programme with everything its gates are judged by. It knows all; `look` is what an audience sees."""

    programme: Programme
    projects: tuple[Project, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class View:
    """One programme as an audience may see it."""

    programme: Programme
    reports: tuple[ProjectReport, ...]


def take_in(
    session: Session,
    programme: Programme,
    *,
    projects: Sequence[Project],
    evidence: Mapping[EvidenceKey, Evidence],
    problems: Sequence[RecordProblem] = (),
    broken: Sequence[str] = (),
    now: datetime,
) -> TakenIn:
    """Write a programme as its records are now.

    `broken` are slugs whose records cannot be read just now: what was recorded of them before stays, and `problems`
    say why it may be old. Of two projects with one slug the first counts and the other is a problem. Projects that are
    neither given nor broken are removed. Every change is an entry of the log.
    """
    projects, twins = without_twins(projects, taken={})
    problems = (*problems, *twins)
    saved = save_programme(session, programme, now=now)
    if saved.changed:
        append_event(session, Event("programme recorded", now, after={"version": saved.version}))
    before = stored_hashes(session, saved.id)
    changed = {}
    for position, project in enumerate(projects):
        if before.get(project.slug, (0, ""))[1] != hash_of(project):
            _record_project(session, saved.id, project, position=position, now=now)
            changed[project.slug] = project
    removed = remove_projects(session, saved.id, keep={*(p.slug for p in projects), *broken})
    for slug in removed:
        append_event(session, Event("project removed", now, project=slug))
    _record_evidence(session, saved.id, projects=projects, evidence=evidence)
    note_problems(session, programme.name, problems=problems)
    unchanged = tuple(p.slug for p in projects if p.slug not in changed)
    return TakenIn(tuple(changed), unchanged, removed, tuple(problems))


def _record_project(session: Session, programme_id: int, project: Project, *, position: int, now: datetime) -> None:
    saved = replace_project(session, programme_id, project, now=now, position=position)
    append_event(session, Event("project recorded", now, project=project.slug, after={"version": saved.version}))


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


def load_portfolio(session: Session, *, slugs: Sequence[str] | None = None) -> tuple[Ledger, ...]:
    """Every programme with its projects and evidence; with `slugs` only these projects and what they wait for."""
    ledgers = []
    for stored in load_programmes(session):
        projects = _with_dependencies(session, stored, slugs)
        named = None if slugs is None else [project.slug for project in projects]
        evidence = load_evidence(session, stored.id, slugs=named)
        facts = Facts(evidence, {project.slug: project for project in projects})
        ledgers.append(Ledger(stored.programme, projects, facts))
    return tuple(ledgers)


def _with_dependencies(session: Session, stored: StoredProgramme, slugs: Sequence[str] | None) -> tuple[Project, ...]:
    if slugs is None:
        return load_projects(session, stored.id)
    found: dict[str, Project] = {}
    wanted, asked = set(slugs), set[str]()
    while wanted - asked:
        new = load_projects(session, stored.id, slugs=wanted - asked)
        asked |= wanted
        found.update({project.slug: project for project in new})
        wanted |= {slug for project in new for slug in waits_for(project)}
    return tuple(found.values())


def waits_for(project: Project) -> set[str]:
    """The projects this one's criteria look at, its own among them when they do."""
    rules = (criterion.rule for gate in project.gates for criterion in gate.criteria)
    return {rule.on.project for rule in rules if isinstance(rule, Dependency)}


def look(
    session: Session, *, readable: frozenset[int], now: datetime, slugs: Sequence[str] | None = None
) -> tuple[View, ...]:
    """The gates as readers of the labels `readable` may see them.

    `now` is the instant to judge by; a programme with a frozen clock is judged by its own. With `slugs` only these
    projects are judged and shown.
    """
    views = []
    for ledger in load_portfolio(session, slugs=slugs):
        shown = [p for p in ledger.projects if slugs is None or p.slug in slugs]
        reports = portfolio(ledger.programme, shown, facts=ledger.facts, now=ledger.programme.now or now)
        allowed = restrict_portfolio(reports, readable=readable, programme=ledger.programme)
        views.append(View(ledger.programme, allowed))
    return tuple(views)


def ask_what_if(
    session: Session, project: str, *, gate: str, changes: Sequence[Change], readable: frozenset[int], now: datetime
) -> WhatIfAnswer | None:
    """What changes would do to a gate, as readers of `readable` may see it; None when they know no such gate."""
    for ledger in load_portfolio(session, slugs=[project]):
        owner = next((p for p in ledger.projects if p.slug == project and p.access_id in readable), None)
        asked = owner.gate(gate) if owner else None
        if owner is None or asked is None:
            continue
        programme, instant = ledger.programme, ledger.programme.now or now
        before, after = (
            what_if(asked, owner, programme=programme, facts=ledger.facts, now=instant, changes=done)
            for done in ((), tuple(changes))
        )
        return WhatIfAnswer(
            restrict(before, owner, readable=readable, programme=programme),
            restrict(after, owner, readable=readable, programme=programme),
        )
    return None


def known_problems(session: Session) -> tuple[RecordProblem, ...]:
    """What is wrong with record files just now."""
    return load_problems(session)
