"""Judging what holds elsewhere: a gate that is passed, a data contract that is fresh, an interface that is agreed."""

from __future__ import annotations

from datetime import date, timedelta

from gates import weights
from gates.closed import closed
from gates.criteria import ContractRef, Criterion, Dependency, GateRef, InterfaceRef
from gates.inquiry import Inquiry, unmet
from gates.model import DataContract, Gate, Project
from gates.record_raid import InterfaceContract
from gates.report import ChainLink, Finding, GateReport, Mover

LONGEST_CHAIN = 24


def judge_dependency(criterion: Criterion, rule: Dependency, inquiry: Inquiry) -> Finding:
    """The gate is passed, the data contract fresh, the interface agreed and valid; what cannot be found is not met."""
    match rule.on:
        case GateRef():
            return _judge_gate(criterion, rule.on, inquiry)
        case ContractRef():
            return _judge_contract(criterion, rule.on, inquiry)
        case InterfaceRef():
            return _judge_interface(criterion, rule.on, inquiry)


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
    if report.state == "restricted":  # whether it is passed is not for this reader, and so neither is this
        return closed(criterion, inquiry)
    if report.is_passed:
        day = f" on {inquiry.day(report.passed_on)}" if report.passed_on else ""
        return Finding(criterion, True, f"{criterion.title}: {project.name}, {gate.name} passed{day}")
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
    )


def _chain(report: GateReport) -> tuple[ChainLink, ...]:
    links: dict[ChainLink, None] = {}
    for blocker in report.blockers:
        links[ChainLink(report.project, report.gate, blocker.reason)] = None
        links.update(dict.fromkeys(blocker.chain))
    return tuple(links)[:LONGEST_CHAIN]


def _judge_contract(criterion: Criterion, on: ContractRef, inquiry: Inquiry) -> Finding:
    project = _find(on.project, inquiry)
    contract = next((c for c in project.contracts if c.id == on.contract), None) if project else None
    if project is None or contract is None:
        return _not_recorded(criterion, f"the contract {on.contract}", inquiry)
    fault = contract_fault(contract, inquiry)
    if fault is None:
        reason = f"{criterion.title}: {contract.name} is fresh"
        return Finding(criterion, True, reason)
    return _cannot_rest_on(
        criterion,
        f"{contract.name} {fault}",
        contract.owner,
        inquiry=inquiry,
        action="restore the delivery and confirm it",
        since=_stale_since(contract),
    )


def _judge_interface(criterion: Criterion, on: InterfaceRef, inquiry: Inquiry) -> Finding:
    project = _find(on.project, inquiry)
    interface = next((i for i in project.interfaces if i.id == on.interface), None) if project else None
    if project is None or interface is None:
        return _not_recorded(criterion, f"the interface {on.interface}", inquiry)
    fault = interface_fault(interface, inquiry)
    if fault is None:
        version = f" {interface.version}" if interface.version else ""
        reason = f"{criterion.title}: {interface.name}{version} is agreed"
        return Finding(criterion, True, reason)
    return _cannot_rest_on(
        criterion,
        f"{interface.name} {fault}",
        interface.owner,
        inquiry=inquiry,
        action="agree the interface anew" if interface.state != "breached" else "restore what was agreed",
        since=interface.valid_until,
    )


def _not_recorded(criterion: Criterion, what: str, inquiry: Inquiry) -> Finding:
    return unmet(
        criterion,
        f"{criterion.title}: {what} is not in the ledger",
        inquiry=inquiry,
        next_action="record the contract",
        weight=weights.UNJUDGED,
        severe=True,
    )


def _cannot_rest_on(
    criterion: Criterion,
    reason: str,
    keeper: str | None,
    *,
    inquiry: Inquiry,
    action: str,
    since: date | None,
) -> Finding:
    owner = keeper or criterion.owner or inquiry.gate.owner
    return Finding(
        criterion,
        False,
        f"{criterion.title}: {reason}",
        mover=Mover((owner,)) if owner else Mover(),
        next_action=criterion.next or action,
        since=criterion.since or since,
        weight=weights.DEPENDENCY,
        severe=True,
    )


def interface_fault(interface: InterfaceContract, inquiry: Inquiry) -> str | None:
    """Why an interface contract cannot be relied on now, or None."""
    if interface.state == "breached":
        return "is breached"
    if interface.state != "agreed":
        return "is not agreed yet"
    if interface.valid_until is not None and interface.valid_until < inquiry.today:
        return f"expired on {inquiry.day(interface.valid_until)}"
    return None


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
