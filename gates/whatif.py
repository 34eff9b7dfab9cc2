"""What if: the same evaluator on changed facts. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from gates.criteria import Approval, Criterion, Signature
from gates.evaluate import evaluate
from gates.model import Gate, Programme, Project
from gates.report import EvidenceKey, Facts, GateReport


@dataclass(frozen=True, slots=True)
class PersonSigns:
    """A person signs in every role he holds here (or in one role)."""

    person: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class CriterionMet:
    """A criterion is met, whatever its evidence says now."""

    criterion: str


@dataclass(frozen=True, slots=True)
class ValueMeasured:
    """A criterion's evidence reports another value, measured today."""

    criterion: str
    value: str


@dataclass(frozen=True, slots=True)
class HoldLifted:
    """The hold is lifted."""


Change = PersonSigns | CriterionMet | ValueMeasured | HoldLifted


def what_if(
    gate: Gate, project: Project, *, programme: Programme, facts: Facts, now: datetime, changes: Iterable[Change]
) -> GateReport:
    """The report as it would be. A change that fits nothing changes nothing; the answer then says what still blocks."""
    today = programme.calendar.today(now)
    for change in changes:
        gate, facts = _apply(change, gate, project, programme=programme, facts=facts, today=today)
    return evaluate(gate, project, programme=programme, facts=facts, now=now)


def _apply(
    change: Change, gate: Gate, project: Project, *, programme: Programme, facts: Facts, today: date
) -> tuple[Gate, Facts]:
    match change:
        case HoldLifted():
            state = "collecting" if gate.state == "held" else gate.state
            return replace(gate, hold=None, state=state), facts
        case CriterionMet(criterion):
            key = (project.slug, gate.slug, criterion)
            return gate, replace(facts, assumed=facts.assumed | {key})
        case ValueMeasured(criterion, value):
            return gate, _measured(facts, (project.slug, gate.slug, criterion), value, today=today)
        case PersonSigns():
            criteria = tuple(_sign(c, change, project, programme=programme, today=today) for c in gate.criteria)
            return replace(gate, criteria=criteria), facts


def _measured(facts: Facts, key: EvidenceKey, value: str, *, today: date) -> Facts:
    evidence = facts.evidence.get(key)
    if evidence is None:
        return facts
    changed = replace(evidence, value=value, updated=today, quote=None, problem=None)
    return replace(facts, evidence={**facts.evidence, key: changed})


def _sign(
    criterion: Criterion, change: PersonSigns, project: Project, *, programme: Programme, today: date
) -> Criterion:
    rule = criterion.rule
    if not isinstance(rule, Approval) or change.role not in (None, rule.role):
        return criterion
    if change.person not in project.holders(rule.role, programme):
        return criterion
    return replace(criterion, rule=replace(rule, signed=(*rule.signed, Signature(change.person, today))))
