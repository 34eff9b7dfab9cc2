"""The one evaluator: a gate and the facts in, every reason why it does not pass out. Pure, and fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gates import weights
from gates.blockers import blockers_of
from gates.criteria import (
    Approval,
    Artifact,
    Cost,
    Criterion,
    Dependency,
    EvidenceWindow,
    GateRef,
    Latency,
    Metric,
    RecordChecks,
    Review,
)
from gates.forecast import forecast, health_of
from gates.inquiry import Inquiry, unmet
from gates.links import judge_dependency
from gates.measured import judge_artifact, judge_cost, judge_metric
from gates.model import Gate, Hold, Programme, Project
from gates.order import GateKey, dependency_groups
from gates.people import Seating, judge_approval, seat_approvals
from gates.recorded import judge_record, judge_review, judge_window
from gates.report import Blocker, Facts, Finding, Forecast, GateReport, GateState, label


@dataclass
class _Run:
    """One evaluation: its arguments, the reports made so far, and the circle each gate is part of."""

    programme: Programme
    facts: Facts
    now: datetime
    today: date
    done: dict[GateKey, GateReport] = field(default_factory=dict)


def evaluate(gate: Gate, project: Project, *, programme: Programme, facts: Facts, now: datetime) -> GateReport:
    """The report on one gate.

    `facts.projects` are those that dependencies may point to. The answer depends on the arguments alone.
    """
    others = tuple(gate if other.slug == gate.slug else other for other in project.gates)
    own = replace(project, gates=others if gate in others else (*others, gate))
    return evaluate_all([own], programme=programme, facts=facts, now=now, only=(project.slug, gate.slug))[
        (project.slug, gate.slug)
    ]


def evaluate_all(
    projects: Sequence[Project], *, programme: Programme, facts: Facts, now: datetime, only: GateKey | None = None
) -> dict[GateKey, GateReport]:
    """Reports on all gates of these projects (or on one of them and what it waits for), each gate judged once."""
    known = {**facts.projects, **{project.slug: project for project in projects}}
    run = _Run(programme, replace(facts, projects=known), now, programme.calendar.today(now))
    starts = [only] if only else [(project.slug, gate.slug) for project in projects for gate in project.gates]
    for group in dependency_groups(starts, lambda key: _waits_for(key, known)):
        circle = frozenset(group)
        for key in group:
            found = _gate_of(key, known)
            if found is not None:
                run.done[key] = _report(found[0], found[1], run=run, circle=circle)
    return run.done


def _gate_of(key: GateKey, projects: dict[str, Project]) -> tuple[Gate, Project] | None:
    project = projects.get(key[0])
    gate = project.gate(key[1]) if project else None
    return (gate, project) if project and gate else None


def _waits_for(key: GateKey, projects: dict[str, Project]) -> list[GateKey]:
    found = _gate_of(key, projects)
    if found is None or found[0].state == "passed":
        return []
    rules = (criterion.rule for criterion in found[0].criteria)
    refs = (rule.on for rule in rules if isinstance(rule, Dependency) and isinstance(rule.on, GateRef))
    return [(ref.project, ref.gate) for ref in refs]


def _report(gate: Gate, project: Project, *, run: _Run, circle: frozenset[GateKey]) -> GateReport:
    slug, known = project.slug, run.facts.evidence
    evidence = {criterion.id: known.get((slug, gate.slug, criterion.id)) for criterion in gate.criteria}
    inquiry = Inquiry(
        gate,
        project,
        run.programme,
        run.facts,
        run.now,
        run.today,
        lambda other, its_gate: _other(other, its_gate, run=run, circle=circle),
        evidence,
    )
    hold = _binding_hold(gate, run.today)
    if gate.state == "passed" and hold is None:
        return _passed(gate, inquiry)
    findings = _judge_all(inquiry)
    state = _state(gate, findings, held=hold is not None)
    blockers = blockers_of(inquiry, findings, hold=hold)
    return _assemble(inquiry, findings, blockers=blockers, state=state)


def _other(project: Project, gate: Gate, *, run: _Run, circle: frozenset[GateKey]) -> GateReport | None:
    key = (project.slug, gate.slug)
    return None if key in circle else run.done.get(key)


def _binding_hold(gate: Gate, today: date) -> Hold | None:
    """The hold that binds today. A gate recorded as held without a hold is held for a reason nobody wrote down."""
    if gate.hold is not None:
        return gate.hold if gate.hold.until is None or gate.hold.until >= today else None
    return Hold(gate.owner or "", "no reason is recorded", today) if gate.state == "held" else None


def _state(gate: Gate, findings: Sequence[Finding], *, held: bool) -> GateState:
    """A gate without a single criterion never passes by computation: nothing was asked, so nothing was answered."""
    if held:
        return "held"
    if not findings or not all(finding.met for finding in findings):
        return "collecting"
    return "passed" if gate.state == "computed" else "ready"


# --- criteria ---------------------------------------------------------------------


def _judge_all(inquiry: Inquiry) -> tuple[Finding, ...]:
    gate, project, assumed = inquiry.gate, inquiry.project, inquiry.facts.assumed
    try:
        seating = seat_approvals(inquiry)
    except Exception:  # signatures that cannot be counted do not count
        seating = Seating({}, {}, {})
    findings = []
    for criterion in gate.criteria:
        if assumed and (project.slug, gate.slug, criterion.id) in assumed:
            findings.append(_assumed(criterion))
            continue
        try:
            findings.append(_judge(criterion, inquiry, seating=seating))
        except Exception as error:  # whatever goes wrong, the gate must not pass for it
            findings.append(_unjudged(criterion, f"could not be judged ({type(error).__name__}: {error})", inquiry))
    return tuple(findings)


def _assumed(criterion: Criterion) -> Finding:
    seats = max(1, criterion.rule.quorum) if isinstance(criterion.rule, Approval) else 0
    return Finding(criterion, True, f"{criterion.title}: assumed", seats=seats, filled=seats)


def _judge(criterion: Criterion, inquiry: Inquiry, *, seating: Seating) -> Finding:
    rule = criterion.rule
    match rule:
        case Metric() | Latency():
            return judge_metric(criterion, rule, inquiry)
        case Artifact():
            return judge_artifact(criterion, rule, inquiry)
        case Approval():
            return judge_approval(criterion, rule, inquiry, seating=seating)
        case Review():
            return judge_review(criterion, rule, inquiry)
        case Cost():
            return judge_cost(criterion, rule, inquiry)
        case EvidenceWindow():
            return judge_window(criterion, rule, inquiry)
        case Dependency():
            return judge_dependency(criterion, rule, inquiry)
        case RecordChecks():
            return judge_record(criterion, rule, inquiry)
    return _unjudged(criterion, f"is of a kind that is not known: {criterion.kind!r}", inquiry)


def _unjudged(criterion: Criterion, why: str, inquiry: Inquiry) -> Finding:
    return unmet(
        criterion,
        f"{criterion.title}: {why}",
        inquiry=inquiry,
        next_action="mend the record",
        weight=weights.UNJUDGED,
        severe=True,
    )


# --- the report -------------------------------------------------------------------


def _passed(gate: Gate, inquiry: Inquiry) -> GateReport:
    when = f" on {inquiry.day(gate.passed_on)}" if gate.passed_on else ""
    findings = tuple(_settled(criterion, when, inquiry) for criterion in gate.criteria)
    return _assemble(inquiry, findings, blockers=(), state="passed")


def _settled(criterion: Criterion, when: str, inquiry: Inquiry) -> Finding:
    """A criterion of a gate that is recorded as passed: settled with the gate, not judged again."""
    rule, evidence = criterion.rule, inquiry.evidence_of(criterion)
    seats = max(1, rule.quorum) if isinstance(rule, Approval) else 0
    counted = rule.signed if isinstance(rule, Approval) else ()
    access = label(evidence.access_id) if evidence else frozenset[int]()
    return Finding(
        criterion,
        True,
        f"{criterion.title}: settled when the gate passed{when}",
        evidence,
        seats=seats,
        filled=seats,
        counted=counted,
        access=access,
    )


def _assemble(
    inquiry: Inquiry, findings: tuple[Finding, ...], *, blockers: tuple[Blocker, ...], state: GateState
) -> GateReport:
    gate, project = inquiry.gate, inquiry.project
    expected = None if state == "passed" else _forecast(inquiry, findings)
    overdue = gate.due is not None and gate.due < inquiry.today
    severe = any(finding.severe and not finding.met for finding in findings)
    evidence_met, evidence_total, seats_filled, seats = count(findings)
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
        passed_on=gate.passed_on if state == "passed" else None,
        approved_by=gate.approved_by,
    )


def _forecast(inquiry: Inquiry, findings: tuple[Finding, ...]) -> Forecast | None:
    try:
        return forecast(inquiry.gate, findings, calendar=inquiry.programme.calendar, today=inquiry.today)
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
