"""Escalation rules that have come due: a reported value beyond its mark calls for an action, by somebody, in a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gates.doubts import read_quantity
from gates.model import EscalationRule, Project
from gates.order import GateKey
from gates.report import Facts
from gates.signoff.commands import Escalate
from gates.signoff.model import GateLedger

SPEND = "spend"
"""The metric that is the spent share of the budget, in percent; it needs no report."""


# day, gate, value as written, instant of the report
Value = tuple[str, str, str, datetime | None]


@dataclass(frozen=True, slots=True)
class DueEscalation:
    """An escalation to be recorded on a gate: the command, with its deadline."""

    gate: str
    command: Escalate


def due_escalations(
    project: Project, facts: Facts, *, ledgers: Mapping[GateKey, GateLedger], now: datetime
) -> tuple[DueEscalation, ...]:
    """The rules whose metric is beyond its mark now and whose action is not owed yet, on the gate that is affected.

    A rule fires once for each value: it comes back when a newer value is beyond the mark after the last was settled.
    """
    found = (_due(rule, project, facts, ledgers=ledgers, now=now) for rule in project.escalations)
    return tuple(due for due in found if due is not None)


def _due(
    rule: EscalationRule, project: Project, facts: Facts, *, ledgers: Mapping[GateKey, GateLedger], now: datetime
) -> DueEscalation | None:
    gate, number, said, at = _newest(rule.metric, project, facts, ledgers=ledgers) or ("", None, "", None)
    if number is None or not rule.when.admits(number) or _known(rule, project, ledgers, at=at):
        return None
    text = f"{rule.action} ({rule.metric} is {said}, {rule.when.operator} {rule.when.text})"
    due = now + timedelta(hours=float(rule.within))
    return DueEscalation(gate, Escalate(rule.id, text, rule.owner, due))


def _known(
    rule: EscalationRule, project: Project, ledgers: Mapping[GateKey, GateLedger], *, at: datetime | None
) -> bool:
    """Whether the action is owed already, or was done for this value."""
    for gate in project.gates:
        ledger = ledgers.get((project.slug, gate.slug))
        for owed in ledger.obligations if ledger else ():
            if owed.rule == rule.id and (owed.met_at is None or at is None or at <= owed.since):
                return True
    return False


def _newest(
    metric: str, project: Project, facts: Facts, *, ledgers: Mapping[GateKey, GateLedger]
) -> tuple[str, Decimal, str, datetime | None] | None:
    """The newest value of a metric in this project: the gate it concerns, the number, as said, and when it came."""
    if metric == SPEND and project.budget is not None and project.gates:
        share = project.budget.share * 100
        return _open_gate(project), share, f"{share:.0f} %", None
    values = [*_kpi_values(metric, project), *_values(metric, project, facts, ledgers=ledgers)]
    for _, gate, said, at in sorted(values, key=lambda found: found[0], reverse=True):
        quantity = read_quantity(said)
        if quantity is not None:
            return gate, quantity[0], said, at
    return None


def _open_gate(project: Project) -> str:
    """The gate the project is at: the first that its records do not have as passed, else the last."""
    return next((gate.slug for gate in project.gates if gate.state != "passed"), project.gates[-1].slug)


def _kpi_values(metric: str, project: Project) -> Iterator[Value]:
    """The deployed figure of a KPI; undated, so that any report is newer."""
    for kpi in project.kpis if project.gates else ():
        if metric in (kpi.id, kpi.metric) and kpi.deployed is not None:
            yield "", _open_gate(project), kpi.deployed, None


def _values(metric: str, project: Project, facts: Facts, *, ledgers: Mapping[GateKey, GateLedger]) -> Iterator[Value]:
    """What criteria of this metric measured, and what was reported for it."""
    for gate in project.gates:
        named = {metric} | {c.id for c in gate.criteria if metric in (c.id, getattr(c.rule, "metric", None))}
        for criterion in named:
            filed = facts.evidence.get((project.slug, gate.slug, criterion))
            if filed is not None and filed.value is not None:
                yield (filed.updated.isoformat() if filed.updated else ""), gate.slug, filed.value, None
        ledger = ledgers.get((project.slug, gate.slug))
        for value in ledger.reported if ledger else ():
            if value.criterion in named:
                yield value.at.isoformat(), gate.slug, value.value, value.at
