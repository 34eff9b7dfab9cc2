"""Plain answers over reports: where a project stands, who signs, what waits for a person, which gates are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gates.criteria import Approval
from gates.model import Project
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


def seats_to_fill(report: ProjectReport, gate: str | None = None) -> tuple[SeatToFill, ...]:
    """Who still has to sign a gate; without a gate the current one. Hidden approvals are named as restricted."""
    found = report.current if gate is None else find_gate(report, gate)
    if found is None or found.is_passed:
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
        if not gate.is_passed and gate.due and gate.due <= before and (since is None or gate.due >= since)
    ]
    return tuple(sorted(found, key=lambda gate: gate.due or before))


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
