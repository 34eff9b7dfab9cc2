"""Judging what holds elsewhere: another gate that is passed, a data contract that is fresh and not breached."""

from __future__ import annotations

from datetime import date, timedelta

from gates import weights
from gates.criteria import ContractRef, Criterion, Dependency, GateRef
from gates.inquiry import Inquiry, unmet
from gates.model import DataContract, Gate, Project
from gates.report import ChainLink, Finding, GateReport, Mover, label

LONGEST_CHAIN = 24


def judge_dependency(criterion: Criterion, rule: Dependency, inquiry: Inquiry) -> Finding:
    """The other gate is passed, or the data contract is fresh and not breached; what cannot be found is not met."""
    match rule.on:
        case GateRef():
            return _judge_gate(criterion, rule.on, inquiry)
        case ContractRef():
            return _judge_contract(criterion, rule.on, inquiry)


def _find(slug: str, inquiry: Inquiry) -> Project | None:
    return inquiry.project if slug == inquiry.project.slug else inquiry.facts.projects.get(slug)


def _judge_gate(criterion: Criterion, on: GateRef, inquiry: Inquiry) -> Finding:
    project = _find(on.project, inquiry)
    gate = project.gate(on.gate) if project else None
    if project is None or gate is None:
        return unmet(
            criterion,
            f"{criterion.title}: {on.project} {on.gate} is not in the ledger",
            inquiry=inquiry,
            next_action="record it or name another",
            weight=weights.UNJUDGED,
            severe=True,
        )
    report = inquiry.other_gate(project, gate)
    if report is None:
        return unmet(
            criterion,
            f"{criterion.title}: {on.project} {on.gate} waits for this gate itself",
            inquiry=inquiry,
            next_action="take one of the two dependencies out",
            weight=weights.UNJUDGED,
            severe=True,
        )
    labelled = label(project.access_id)
    if report.state == "passed":
        day = f" on {inquiry.day(report.passed_on)}" if report.passed_on else ""
        return Finding(criterion, True, f"{criterion.title}: {project.name}, {gate.name} passed{day}", access=labelled)
    return _waits_for(criterion, project, gate, report=report, inquiry=inquiry)


def _waits_for(criterion: Criterion, project: Project, gate: Gate, *, report: GateReport, inquiry: Inquiry) -> Finding:
    owner = gate.owner or project.owner
    due = f", due {inquiry.day(gate.due)}" if gate.due else ""
    return Finding(
        criterion,
        False,
        f"{criterion.title}: {project.name}, {gate.name} is not passed{due}",
        mover=Mover((owner,)) if owner else Mover(),
        next_action=criterion.next or f"pass {gate.name} of {project.name} first",
        since=criterion.since,
        weight=weights.DEPENDENCY,
        severe=True,
        ready_on=report.forecast.expected if report.forecast else gate.due,
        chain=_chain(report),
        access=label(project.access_id),
    )


def _chain(report: GateReport) -> tuple[ChainLink, ...]:
    links: list[ChainLink] = []
    access = {finding.criterion.id: finding.access for finding in report.findings}
    for blocker in report.blockers:
        labels = access.get(blocker.criterion, frozenset())
        links.append(ChainLink(report.project, report.gate, blocker.reason, labels))
        links.extend(link for link in blocker.chain if link not in links)
    return tuple(links[:LONGEST_CHAIN])


def _judge_contract(criterion: Criterion, on: ContractRef, inquiry: Inquiry) -> Finding:
    project = _find(on.project, inquiry)
    contract = next((c for c in project.contracts if c.id == on.contract), None) if project else None
    if project is None or contract is None:
        return unmet(
            criterion,
            f"{criterion.title}: the contract {on.contract} is not in the ledger",
            inquiry=inquiry,
            next_action="record the contract",
            weight=weights.UNJUDGED,
            severe=True,
        )
    fault = contract_fault(contract, inquiry)
    labelled = label(project.access_id)
    if fault is None:
        return Finding(criterion, True, f"{criterion.title}: {contract.name} is fresh", access=labelled)
    owner = contract.owner or criterion.owner or inquiry.gate.owner
    return Finding(
        criterion,
        False,
        f"{criterion.title}: {contract.name} {fault}",
        mover=Mover((owner,)) if owner else Mover(),
        next_action=criterion.next or "restore the delivery and confirm it",
        since=criterion.since or _stale_since(contract),
        weight=weights.DEPENDENCY,
        severe=True,
        access=labelled,
    )


def contract_fault(contract: DataContract, inquiry: Inquiry) -> str | None:
    """Why a data contract cannot be relied on now, or None."""
    if contract.state == "breached":
        return "is breached"
    if contract.freshness_hours is None:
        return None
    if contract.last_delivery is None:
        return "has no recorded delivery"
    age = inquiry.now - contract.last_delivery
    if age <= timedelta(hours=float(contract.freshness_hours)):
        return None
    hours = int(age.total_seconds() // 3600)
    return f"was last delivered {hours} hours ago, {contract.freshness_hours} are agreed"


def _stale_since(contract: DataContract) -> date | None:
    if contract.last_delivery is None or contract.freshness_hours is None:
        return None
    return (contract.last_delivery + timedelta(hours=float(contract.freshness_hours))).date()
