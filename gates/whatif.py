"""What if: the same evaluator on changed facts. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from gates.bars import bars_of
from gates.criteria import Approval, Criterion, Signature
from gates.evaluate import evaluate
from gates.hidden import in_sight
from gates.model import Gate, Programme, Project
from gates.order import GateKey
from gates.report import EvidenceKey, Facts, GateReport
from gates.ruling import Ruling


@dataclass(frozen=True, slots=True)
class PersonSigns:
    """A person signs in every role he holds here (or in one role)."""

    person: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class DelegateSigns:
    """A person signs in another's place, in every role that one holds here (or in one role)."""

    person: str
    on_behalf_of: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class CriterionWaived:
    """A criterion is waived. Approvals cannot be."""

    criterion: str


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
    """Every hold is lifted, whether the files or the ledger has it."""


Change = PersonSigns | DelegateSigns | CriterionMet | CriterionWaived | ValueMeasured | HoldLifted


def what_if(
    gate: Gate, project: Project, *, programme: Programme, facts: Facts, now: datetime, changes: Iterable[Change]
) -> GateReport:
    """The report as it would be with all the changes. What fits nothing changes nothing; the answer says what blocks.

    Gate, project and facts are as the evaluator takes them, the ledger laid over the records.
    """
    today = programme.calendar.today(now)
    for change in changes:
        gate, facts = _apply(change, gate, project, programme=programme, facts=facts, today=today)
    return evaluate(gate, project, programme=programme, facts=facts, now=now)


def _apply(
    change: Change, gate: Gate, project: Project, *, programme: Programme, facts: Facts, today: date
) -> tuple[Gate, Facts]:
    key = (project.slug, gate.slug)
    match change:
        case HoldLifted():
            return _lifted(gate, key, facts)
        case CriterionMet(criterion):
            return gate, replace(facts, assumed=facts.assumed | {(*key, criterion)})
        case CriterionWaived(criterion):
            waivable = any(c.id == criterion and not isinstance(c.rule, Approval) for c in gate.criteria)
            return gate, replace(facts, assumed=facts.assumed | {(*key, criterion)}) if waivable else facts
        case ValueMeasured(criterion, value):
            return gate, _measured(facts, (*key, criterion), value, today=today)
        case PersonSigns(person, role):
            signature = Signature(person, today)
        case DelegateSigns(person, principal, role):
            signature = Signature(person, today, on_behalf_of=principal)
    return _signed(gate, project, signature, role=role, programme=programme, facts=facts)


def _lifted(gate: Gate, key: GateKey, facts: Facts) -> tuple[Gate, Facts]:
    free = replace(gate, hold=None, state="collecting" if gate.state == "held" else gate.state)
    ruling = facts.rulings.get(key)
    return free, _with_ruling(facts, key, replace(ruling, holds=())) if ruling else facts


def _with_ruling(facts: Facts, key: GateKey, ruling: Ruling) -> Facts:
    return replace(facts, rulings={**facts.rulings, key: ruling})


def _measured(facts: Facts, key: EvidenceKey, value: str, *, today: date) -> Facts:
    """Another value, measured today. In the ledger's eyes it is evidence that changed, and so it is judged anew."""
    evidence = facts.evidence.get(key)
    if evidence is None:
        return facts
    changed = replace(evidence, value=value, updated=today, quote=None, problem=None, self_reported=False)
    ruling = facts.rulings.get(key[:2])
    if ruling is not None:
        limits = {name: limit for name, limit in ruling.limits.items() if name != key[2]}
        facts = _with_ruling(facts, key[:2], replace(ruling, settled=ruling.settled - {key[2]}, limits=limits))
    return replace(facts, evidence={**facts.evidence, key: changed})


def _signed(
    gate: Gate, project: Project, signature: Signature, *, role: str | None, programme: Programme, facts: Facts
) -> tuple[Gate, Facts]:
    key = (project.slug, gate.slug)
    seats = [c for c in gate.criteria if _may_fill(c, signature, role, project=project, programme=programme)]
    seen = in_sight(gate, project, facts)
    ruling = seen.ruling
    if ruling is None or not ruling.speaks_of_signatures:
        criteria = tuple(_sign(c, signature) if c in seats else c for c in gate.criteria)
        return replace(gate, criteria=criteria), facts
    bars = bars_of(gate, seen.evidence, programme)
    if not seats or signature.by in bars or signature.principal in bars:
        return gate, facts
    seat = next((c.id for c in seats if not _is_full(c, ruling)), seats[0].id)
    signed = {**ruling.signed, seat: (*ruling.signed.get(seat, ()), signature)}
    return gate, _with_ruling(facts, key, replace(ruling, signed=signed))


def _may_fill(
    criterion: Criterion, signature: Signature, role: str | None, *, project: Project, programme: Programme
) -> bool:
    rule = criterion.rule
    if not isinstance(rule, Approval) or role not in (None, rule.role):
        return False
    return signature.principal in project.holders(rule.role, programme)


def _is_full(criterion: Criterion, ruling: Ruling) -> bool:
    rule = criterion.rule
    return isinstance(rule, Approval) and len(ruling.signed.get(criterion.id, ())) >= max(1, rule.quorum)


def _sign(criterion: Criterion, signature: Signature) -> Criterion:
    rule = criterion.rule
    if not isinstance(rule, Approval):
        return criterion
    return replace(criterion, rule=replace(rule, signed=(*rule.signed, signature)))
