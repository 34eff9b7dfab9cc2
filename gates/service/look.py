"""Looking: the one way the ledger is loaded, with what happened in it, for whatever looks at gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise
from gates.criteria import Dependency
from gates.evaluate import evaluate
from gates.model import Programme, Project
from gates.order import GateKey
from gates.record_problems import RecordProblem
from gates.record_reading import leaves_nothing
from gates.report import Facts, GateReport
from gates.signoff.effective import Laid, lay_over
from gates.signoff.model import GateLedger, PolicyRevision
from gates.store_people import disguise_for
from gates.store_read import (
    StoredProgramme,
    load_evidence,
    load_problems,
    load_programmes,
    load_projects,
    recorded_at,
    signing_programme,
)
from gates.store_state import StoredState, load_states


@dataclass(frozen=True, slots=True)
class Ledger:
    """One programme with everything its gates are judged by. It knows all; what an audience sees is cut from it.

    `facts` are what the records say, `states` what happened to each gate in the ledger, by (project, gate).
    `revision` is the commit that policy and roles come from, None outside Git.
    """

    programme: Programme
    projects: tuple[Project, ...]
    facts: Facts
    states: Mapping[GateKey, StoredState] = field(default_factory=dict)
    revision: PolicyRevision | None = None

    @property
    def ledgers(self) -> dict[GateKey, GateLedger]:
        """What happened to each gate that anything happened to."""
        return {key: stored.ledger for key, stored in self.states.items()}

    def project(self, slug: str) -> Project | None:
        return self.facts.projects.get(slug)

    def laid(self, now: datetime) -> Laid:
        """Projects and facts as the evaluator takes them: what happened in the ledger laid over the records."""
        return lay_over(self.projects, self.facts, ledgers=self.ledgers, programme=self.programme, now=now)


def load_portfolio(session: Session, *, slugs: Sequence[str] | None = None) -> tuple[Ledger, ...]:
    """Every programme with its projects and evidence; with `slugs` only these projects and what they wait for."""
    disguise = disguise_for(session)
    return tuple(_ledger(session, stored, slugs=slugs, disguise=disguise) for stored in load_programmes(session))


def the_programme(
    session: Session, *, slugs: Sequence[str] | None = None, disguise: Disguise | None = None
) -> Ledger | None:
    """The programme that gates are signed in: the first one with people in it; None when there is none."""
    name = signing_programme(session)
    if name is None:
        return None
    (stored,) = load_programmes(session, name=name)
    return _ledger(session, stored, slugs=slugs, disguise=disguise or disguise_for(session))


def _ledger(session: Session, stored: StoredProgramme, *, slugs: Sequence[str] | None, disguise: Disguise) -> Ledger:
    projects = _with_dependencies(session, stored, slugs)
    named = None if slugs is None else [project.slug for project in projects]
    evidence = load_evidence(session, stored.id, slugs=named)
    facts = Facts(evidence, {project.slug: project for project in projects})
    states = load_states(session, stored.programme.name, projects=named, disguise=disguise)
    return Ledger(stored.programme, projects, facts, states, stored.revision)


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


def grants_for(revision: PolicyRevision, project: str) -> PolicyRevision:
    """The revision as one project's gates see it: who granted a role of the project ("slug:role") goes first."""
    prefix = f"{project}:"
    own = {role.removeprefix(prefix): who for role, who in revision.granted_by.items() if role.startswith(prefix)}
    return replace(revision, granted_by={**revision.granted_by, **own})


def report_on(ledger: Ledger, project: str, *, gate: str, now: datetime) -> GateReport:
    """The evaluator's word on one gate, unrestricted. Raises KeyError when there is none of that name."""
    laid = ledger.laid(now)
    owner = laid.project(project)
    asked = owner.gate(gate) if owner else None
    if owner is None or asked is None:
        raise KeyError(f"{project}/{gate}")
    return evaluate(asked, owner, programme=ledger.programme, facts=laid.facts, now=now)


def known_problems(session: Session) -> tuple[RecordProblem, ...]:
    """What is wrong with record files just now."""
    return load_problems(session)


@dataclass(frozen=True, slots=True)
class StaleRecord:
    """A project whose record cannot be used just now: what is wrong with it, and when it was last taken in."""

    problem: RecordProblem
    valid_at: datetime | None


def stale_records(session: Session, ledger: Ledger) -> dict[str, StaleRecord]:
    """The projects that are shown as they were last valid, by slug."""
    wrong = {problem.file: problem for problem in reversed(known_problems(session)) if leaves_nothing(problem)}
    if not wrong:
        return {}
    at = recorded_at(session, ledger.programme.name)
    return {
        project.slug: StaleRecord(wrong[project.source.file], at.get(project.slug))
        for project in ledger.projects
        if project.source.file in wrong
    }
