"""Small programmes to judge: people, one project, one gate, criteria of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from gates.calendar import WorkCalendar
from gates.criteria import (
    Approval,
    Artifact,
    Criterion,
    EvidenceRef,
    Latency,
    Metric,
    Rule,
    Signature,
    Threshold,
)
from gates.evaluate import evaluate
from gates.model import Gate, Person, Programme, Project, Subject
from gates.report import Evidence, Facts, Finding, GateReport

NOW = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)

PROGRAMME = Programme(
    "test programme",
    people={name: Person(name, name.title()) for name in ("ann", "bob", "cleo", "dan", "eve", "finn")},
    roles={"model_risk_owner": ("ann", "bob"), "data_steward": ("cleo",), "sponsor": ("dan", "ann")},
    calendar=WorkCalendar("Europe/Lisbon", holidays=(date(2026, 12, 1),)),
)


def at_most(limit: str) -> Threshold:
    return Threshold("<=", Decimal(limit), limit)


def criterion(rule: Rule, *, id_: str = "it", document: str | None = None, **more: object) -> Criterion:
    evidence = EvidenceRef(document) if document else None
    return replace(Criterion(id_, "The thing", rule, owner="eve", evidence=evidence), **more)  # type: ignore[arg-type]


def latency(id_: str = "p95") -> Criterion:
    return criterion(Latency("p95_ms", at_most("120")), id_=id_, document="load.json", agreed=date(2026, 10, 2))


def approval(role: str, *signers: str, id_: str | None = None, quorum: int = 1) -> Criterion:
    signed = tuple(Signature(by, date(2026, 11, 18)) for by in signers)
    return criterion(Approval(role, quorum, signed), id_=id_ or f"sign-{role}")


def artifact(id_: str = "runbook", *sections: str, **more: object) -> Criterion:
    return criterion(Artifact(sections), id_=id_, document="runbook.md", **more)


def metric(threshold: Threshold, *, unit: str | None = None, **more: object) -> Criterion:
    return criterion(Metric("m", threshold, unit), id_="m", document="eval.json", **more)


def a_gate(*criteria: Criterion, **more: object) -> Gate:
    gate = Gate("production", "Production", 1, owner="eve", due=date(2026, 12, 4), criteria=criteria)
    return replace(gate, **more)  # type: ignore[arg-type]


def a_project(*gates: Gate, **more: object) -> Project:
    project = Project("churn", "Churn model", gates, owner="eve", subject=Subject("scorer", "v3.2"))
    return replace(project, **more)  # type: ignore[arg-type]


def report_on(
    gate: Gate,
    evidence: Mapping[str, Evidence] | None = None,
    *,
    project: Project | None = None,
    others: tuple[Project, ...] = (),
    now: datetime = NOW,
    programme: Programme = PROGRAMME,
) -> GateReport:
    """The evaluator's word on a gate; evidence by criterion id."""
    owner = replace(project or a_project(), gates=(gate,))
    found = {(owner.slug, gate.slug, name): item for name, item in (evidence or {}).items()}
    facts = Facts(found, {other.slug: other for other in others})
    return evaluate(gate, owner, programme=programme, facts=facts, now=now)


def judged(it: Criterion, evidence: Evidence | None = None, **more: object) -> Finding:
    """The judgement on one criterion."""
    found = {it.id: evidence} if evidence else {}
    return report_on(a_gate(it), found, **more).findings[0]  # type: ignore[arg-type]


def measured(value: str | None, **more: object) -> Evidence:
    item = Evidence("load.json", value=value, line=14, quote=f'"p95_ms": {value}', updated=date(2026, 11, 17))
    return replace(item, **more)  # type: ignore[arg-type]


def document(**more: object) -> Evidence:
    item = Evidence("ops/runbook.md", updated=date(2026, 11, 2), sections=(("Rollback", True), ("On-call", True)))
    return replace(item, **more)  # type: ignore[arg-type]
