"""Plain answers over reports: status, blockers, who signs, what waits for a person, which gates slip. No layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gates.criteria import Approval
from gates.model import Programme, Project
from gates.people import role_name
from gates.report import Blocker, Finding, GateReport, ProjectReport


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """Where a project stands. `week` counts from the start, None when that is not recorded."""

    report: ProjectReport
    week: int | None
    weeks: int | None

    @property
    def project(self) -> Project:
        return self.report.project


@dataclass(frozen=True, slots=True)
class SeatToFill:
    """An approval that is still missing: `people` may sign it, `missing` signatures are wanted."""

    project: str
    gate: str
    criterion: str
    role: str
    people: tuple[str, ...]
    missing: int
    since: date | None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """Something that waits for a person. `ready` is true when he can act now and need not wait for others."""

    blocker: Blocker
    gate: GateReport
    ready: bool


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns a thing, with the key of the record that says so (`Project.source.line` gives its line)."""

    kind: str
    id: str
    name: str
    owner: str | None
    project: str
    key: str


@dataclass(frozen=True, slots=True)
class PassedGate:
    gate: GateReport
    on: date | None
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockedGate:
    gate: GateReport
    blockers: tuple[Blocker, ...]


def status_of(report: ProjectReport, today: date) -> ProjectStatus:
    """The status of a project on a day."""
    started = report.project.started
    week = (today - started).days // 7 + 1 if started and today >= started else None
    return ProjectStatus(report, week, report.project.weeks)


def find_gate(report: ProjectReport, name: str) -> GateReport | None:
    """A gate by its slug or name, folded; None when no gate or more than one fits."""
    wanted = _fold(name)
    exact = [gate for gate in report.gates if wanted in (_fold(gate.gate), _fold(gate.name))]
    near = exact or [gate for gate in report.gates if wanted and wanted in f"{_fold(gate.gate)} {_fold(gate.name)}"]
    return near[0] if len(near) == 1 else None


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def blockers_of_gate(report: ProjectReport, gate: str | None = None) -> tuple[Blocker, ...]:
    """All blockers of a gate, closest to passing first; without a gate those of the current one."""
    found = report.current if gate is None else find_gate(report, gate)
    return found.blockers if found else ()


def seats_to_fill(report: ProjectReport, gate: str | None = None) -> tuple[SeatToFill, ...]:
    """Who still has to sign a gate; without a gate the current one. Hidden approvals are named as restricted."""
    found = report.current if gate is None else find_gate(report, gate)
    if found is None or found.state == "passed":
        return ()
    return tuple(_seat(found, finding) for finding in found.findings if finding.is_approval and not finding.met)


def _seat(gate: GateReport, finding: Finding) -> SeatToFill:
    rule = finding.criterion.rule
    role = rule.role if isinstance(rule, Approval) else ""
    people = () if finding.restricted else finding.mover.people
    missing = finding.seats - finding.filled
    criterion = finding.criterion
    return SeatToFill(
        gate.project, gate.gate, criterion.id, role_name(role), people, missing, finding.since, finding.restricted
    )


def signatures_of(report: GateReport) -> tuple[tuple[str, str, date], ...]:
    """Who has signed a gate: role, person, date, for signatures that count; hidden approvals are left out."""
    return tuple(
        (role_name(rule.role), signature.by, signature.on)
        for finding in report.findings
        if isinstance(rule := finding.criterion.rule, Approval) and not finding.restricted
        for signature in finding.counted
    )


def waiting_for(reports: Iterable[ProjectReport], person: str) -> tuple[WaitingItem, ...]:
    """Everything a person can move on current gates: what he can act on now first, oldest first, then the rest."""
    found = [
        WaitingItem(blocker, gate, ready=_can_act(blocker, gate))
        for gate in _current(reports)
        for blocker in gate.blockers
        if person in blocker.mover.people
    ]
    return tuple(sorted(found, key=lambda item: (not item.ready, -(item.blocker.age or 0))))


def _current(reports: Iterable[ProjectReport]) -> Iterator[GateReport]:
    return (report.current for report in reports if report.current is not None)


def _can_act(blocker: Blocker, gate: GateReport) -> bool:
    """An approval waits until everything that is no approval is met; anything else can be worked on at once."""
    return blocker.kind != "approval" or all(other.kind == "approval" for other in gate.blockers)


def gates_due(reports: Iterable[ProjectReport], *, before: date, since: date | None = None) -> tuple[GateReport, ...]:
    """Gates not passed that are due by a day (included) and, with `since`, not before another; soonest first."""
    found = [
        gate
        for report in reports
        for gate in report.gates
        if gate.state != "passed" and gate.due and gate.due <= before and (since is None or gate.due >= since)
    ]
    return tuple(sorted(found, key=lambda gate: gate.due or before))


Slip = Literal["moved", "late", "forecast"]


def slipping_gates(reports: Iterable[ProjectReport], today: date) -> tuple[tuple[GateReport, tuple[Slip, ...]], ...]:
    """Gates that slip and in which sense: the date was moved, it has gone by, or the forecast lies after it."""
    found = []
    for report in reports:
        for gate in report.gates:
            ways = _slips(gate, today)
            if ways:
                found.append((gate, ways))
    return tuple(found)


def _slips(gate: GateReport, today: date) -> tuple[Slip, ...]:
    if gate.state == "passed" or gate.due is None:
        return ()
    ways: list[Slip] = []
    if gate.was_due and gate.due > min(gate.was_due):
        ways.append("moved")
    if gate.due < today:
        ways.append("late")
    if gate.forecast is not None and gate.forecast.slips:
        ways.append("forecast")
    return tuple(ways)


def blocked_gates(reports: Iterable[ProjectReport]) -> tuple[BlockedGate, ...]:
    """The current gates whose health is blocked, or that this audience may not see through."""
    gates = (gate for gate in _current(reports) if gate.health in ("blocked", "restricted"))
    return tuple(BlockedGate(gate, gate.blockers) for gate in gates)


def held_gates(reports: Iterable[ProjectReport]) -> tuple[GateReport, ...]:
    """All gates on hold."""
    return tuple(gate for report in reports for gate in report.gates if gate.state == "held")


def passed_gates(reports: Iterable[ProjectReport]) -> tuple[PassedGate, ...]:
    """The gates that are passed, with the date and who approved."""
    return tuple(
        PassedGate(gate, gate.passed_on, gate.approved_by)
        for report in reports
        for gate in report.gates
        if gate.state == "passed"
    )


def contradictions(reports: Iterable[ProjectReport]) -> tuple[ProjectReport, ...]:
    """The projects whose declared health the records contradict."""
    return tuple(report for report in reports if report.contradiction)


def ownerships(projects: Iterable[Project], *, of: str | None = None) -> tuple[Ownership, ...]:
    """Who owns what: projects, gates, criteria and standing records; with `of` only what that person owns."""
    found = (item for project in projects for item in _owned(project))
    return tuple(item for item in found if of is None or item.owner == of)


def _owned(project: Project) -> Iterator[Ownership]:
    slug = project.slug
    yield Ownership(project.noun, slug, project.name, project.owner, slug, "owner")
    for gate in project.gates:
        yield Ownership("gate", gate.slug, gate.name, gate.owner or project.owner, slug, f"{gate.key}.owner")
        for criterion in gate.criteria:
            owner = criterion.owner or gate.owner or project.owner
            yield Ownership("criterion", criterion.id, criterion.title, owner, slug, f"{criterion.key}.owner")
    for contract in project.contracts:
        yield Ownership("data contract", contract.id, contract.name, contract.owner, slug, f"{contract.key}.owner")
    for risk in project.risks:
        yield Ownership("risk", risk.id, risk.title, risk.owner, slug, f"{risk.key}.owner")
    for model in project.models:
        yield Ownership("model", model.id, model.id, model.owner, slug, f"{model.key}.owner")


def rests_on_contract(projects: Iterable[Project], contract: str) -> tuple[Ownership, ...]:
    """The criteria that rest on a data contract, wherever they are."""
    found: list[Ownership] = []
    for project in projects:
        for gate in project.gates:
            for criterion in gate.criteria:
                on = getattr(criterion.rule, "on", None)
                if getattr(on, "contract", None) == contract:
                    owner = criterion.owner or gate.owner
                    found.append(
                        Ownership("criterion", criterion.id, criterion.title, owner, project.slug, criterion.key)
                    )
    return tuple(found)


def people_called(programme: Programme, name: str) -> tuple[str, ...]:
    """The ids of the people a name may mean: id, full name, or first or last name."""
    wanted = _fold(name).replace(".", " ")
    whole = [p.id for p in programme.people.values() if wanted in (_fold(p.id).replace(".", " "), _fold(p.name))]
    part = [p.id for p in programme.people.values() if wanted in _fold(p.name).split()]
    return tuple(whole or part)


@dataclass(frozen=True, slots=True)
class WhatIfAnswer:
    """What a change would do: whether the gate would pass, what would be settled and what would still block."""

    before: GateReport
    after: GateReport

    @property
    def passes(self) -> bool:
        return self.after.passes

    @property
    def settled(self) -> tuple[Blocker, ...]:
        left = {blocker.criterion for blocker in self.after.blockers}
        return tuple(blocker for blocker in self.before.blockers if blocker.criterion not in left)

    @property
    def still(self) -> Sequence[Blocker]:
        return self.after.blockers
