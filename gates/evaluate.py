"""The one evaluator: a gate and the facts in, every reason why it does not pass out. Pure, and fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gates.almanac import Almanac
from gates.blockers import blockers_of
from gates.criteria import Dependency, GateRef
from gates.forecast import forecast, health_of
from gates.hidden import in_sight
from gates.holding import binding_holds
from gates.inquiry import Inquiry
from gates.judging import judge_all, settled
from gates.model import Gate, Hold, Programme, Project
from gates.order import GateKey, dependency_groups
from gates.report import PASSED, Blocker, Facts, Finding, Forecast, GateReport, GateState
from gates.ruling import Ruling
from gates.states import state_of


@dataclass
class _Run:
    """One evaluation: its arguments, the reports made so far, and the circle each gate is part of."""

    programme: Programme
    facts: Facts
    now: datetime
    almanac: Almanac
    done: dict[GateKey, GateReport] = field(default_factory=dict)
    gates: dict[GateKey, tuple[Gate, Project]] = field(default_factory=dict)

    def find(self, key: GateKey) -> tuple[Gate, Project] | None:
        """A gate and its project; each project is gone through once."""
        if key not in self.gates:
            project = self.facts.projects.get(key[0])
            if project is not None and self.facts.may_read(project.access_id):
                self.gates.update(((key[0], gate.slug), (gate, project)) for gate in reversed(project.gates))
        return self.gates.get(key)


def evaluate(gate: Gate, project: Project, *, programme: Programme, facts: Facts, now: datetime) -> GateReport:
    """The report on one gate.

    `facts.projects` are those that dependencies may point to. The answer depends on the arguments alone.
    """
    key = (project.slug, gate.slug)
    own = project if project.gate(gate.slug) is gate else _with_gate(project, gate)
    return evaluate_all([own], programme=programme, facts=facts, now=now, only=key)[key]


def _with_gate(project: Project, gate: Gate) -> Project:
    others = tuple(gate if other.slug == gate.slug else other for other in project.gates)
    return replace(project, gates=others if gate in others else (*others, gate))


def evaluate_all(
    projects: Sequence[Project], *, programme: Programme, facts: Facts, now: datetime, only: GateKey | None = None
) -> dict[GateKey, GateReport]:
    """Reports on all gates of these projects (or on one of them and what it waits for), each gate judged once."""
    if any(facts.projects.get(project.slug) is not project for project in projects):
        facts = replace(facts, projects={**facts.projects, **{project.slug: project for project in projects}})
    almanac = Almanac(programme.calendar, programme.calendar.today(now))
    run = _Run(programme, facts, now, almanac)
    starts = [only] if only else [(project.slug, gate.slug) for project in projects for gate in project.gates]
    for group in dependency_groups(starts, lambda key: _waits_for(key, run)):
        circle = frozenset(group)
        for key in group:
            found = run.find(key)
            if found is not None:
                run.done[key] = _report(found[0], found[1], run=run, circle=circle)
    return run.done


def _waits_for(key: GateKey, run: _Run) -> list[GateKey]:
    found = run.find(key)
    if found is None or _stands_recorded(found[0], run.facts.rulings.get(key)):
        return []
    return [
        (rule.on.project, rule.on.gate)
        for criterion in found[0].criteria
        if isinstance(rule := criterion.rule, Dependency) and isinstance(rule.on, GateRef)
    ]


def _stands_recorded(gate: Gate, ruling: Ruling | None) -> bool:
    """Whether the files record the gate as passed and the ledger has not decided about it."""
    return gate.state == "passed" and (ruling is None or not ruling.speaks_of_signatures)


def _report(gate: Gate, project: Project, *, run: _Run, circle: frozenset[GateKey]) -> GateReport:
    seen = in_sight(gate, project, run.facts)
    ruling = seen.ruling
    inquiry = Inquiry(
        gate,
        project,
        run.programme,
        run.facts,
        run.now,
        run.almanac,
        lambda other, its_gate: _other(other, its_gate, run=run, circle=circle),
        seen.evidence,
        ruling,
        (ruling.subject if ruling else None) or project.subject,
        run.almanac.today,
        seen.hidden,
    )
    holds = binding_holds(gate, ruling, run.almanac.today)
    if not holds and _stands_recorded(gate, ruling):
        return _passed(gate, inquiry)
    findings = judge_all(inquiry)
    state = state_of(gate, ruling, findings, held=bool(holds), today=run.almanac.today)
    blockers = () if state in PASSED else blockers_of(inquiry, findings, holds=holds)
    return _assemble(inquiry, findings, blockers=blockers, state=state, holds=holds)


def _other(project: Project, gate: Gate, *, run: _Run, circle: frozenset[GateKey]) -> GateReport | None:
    key = (project.slug, gate.slug)
    return None if key in circle else run.done.get(key)


def _passed(gate: Gate, inquiry: Inquiry) -> GateReport:
    when = f" on {inquiry.day(gate.passed_on)}" if gate.passed_on else ""
    findings = tuple(settled(criterion, when, inquiry) for criterion in gate.criteria)
    return _assemble(inquiry, findings, blockers=(), state="passed", holds=())


def _assemble(
    inquiry: Inquiry,
    findings: tuple[Finding, ...],
    *,
    blockers: tuple[Blocker, ...],
    state: GateState,
    holds: Sequence[Hold],
) -> GateReport:
    gate, project, ruling = inquiry.gate, inquiry.project, inquiry.ruling
    is_passed = state in PASSED
    expected = None if is_passed else _forecast(inquiry, findings, holds)
    overdue = gate.due is not None and gate.due < inquiry.today
    severe = not is_passed and any(finding.severe and not finding.met for finding in findings)
    evidence_met, evidence_total, seats_filled, seats = count(findings)
    decides = ruling is not None and ruling.speaks_of_signatures
    passed_on, approved_by = (ruling.passed_on, ruling.signed_by) if ruling and decides else _recorded_pass(gate)
    return GateReport(
        project.slug,
        gate.slug,
        gate.name,
        gate.position,
        len(project.gates),
        state,
        health_of(state, blockers, severe=severe, expected=expected, overdue=overdue),
        gate.owner or project.owner,
        gate.due,
        gate.was_due,
        findings,
        blockers,
        evidence_met,
        evidence_total,
        seats_filled,
        seats,
        expected,
        inquiry.now,
        passed_on=passed_on if is_passed else None,
        approved_by=approved_by if is_passed or not decides else (),
        decided=is_passed and (decides or state == "overridden" or gate.state == "passed"),
        conflicts=ruling.conflicts if ruling else (),
        owed=ruling.owed if ruling else (),
        was_passed=ruling.was_passed if ruling else False,
    )


def _recorded_pass(gate: Gate) -> tuple[date | None, tuple[str, ...]]:
    return gate.passed_on, gate.approved_by


def _forecast(inquiry: Inquiry, findings: tuple[Finding, ...], holds: Sequence[Hold]) -> Forecast | None:
    try:
        return forecast(inquiry.gate, findings, holds=holds, almanac=inquiry.almanac)
    except OverflowError:  # a date beyond the calendar's end is no forecast
        return None


def count(findings: Iterable[Finding]) -> tuple[int, int, int, int]:
    """Evidence criteria met and asked for, approval seats filled and asked for."""
    met = total = filled = seats = 0
    for finding in findings:
        if finding.is_approval:
            filled, seats = filled + finding.filled, seats + finding.seats
        else:
            met, total = met + finding.met, total + 1
    return met, total, filled, seats
